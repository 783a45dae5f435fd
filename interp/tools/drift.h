/* drift: where stores and a deployment have grown apart.
 *
 *   missing     what is declared and not there: an object, a column
 *   undeclared  what is there and nobody declares: an object, a column, a member of a
 *               record (of the first rows, where a store knows no columns)
 *   setting     a store deletes by itself, and not as the policy says: earlier than
 *               anything may go, in spite of holds, or later than a placement's limit
 *   copy        an unmanaged copy lives on for longer than a clause lets it
 *
 * Owns: all lies in the caller's arena. Fails: STORE (with problems in the session: a
 * store that can't be reached is no drift), NOMEM. Threads: one. */
#ifndef TN_TOOLS_DRIFT_H
#define TN_TOOLS_DRIFT_H

#include "interp/eval/eval.h"

enum { TN_DRIFT_SAMPLE_ROWS = 1000 };

typedef enum tn_drift_kind {
    TN_DRIFT_MISSING,
    TN_DRIFT_UNDECLARED,
    TN_DRIFT_SETTING,
    TN_DRIFT_COPY,
    TN_DRIFT_KIND_COUNT
} tn_drift_kind;

typedef struct tn_drift_finding {
    tn_drift_kind kind;
    tn_str place;  /* "file:line:column" of the deployment; data NULL: none */
    tn_str store;  /* the deployment's word; data NULL: see the text */
    tn_str object; /* data NULL: see the text */
    tn_str text;   /* one sentence without a full stop */
} tn_drift_finding;

typedef struct tn_drift {
    const tn_drift_finding *list;
    uint32_t count;
} tn_drift;

/* Binds `eval`, which is new, to its image's deployment, and compares. */
TN_MUST_USE tn_status tn_drift_find(tn_eval *eval, tn_arena *arena, tn_drift *out);

const char *tn_drift_kind_text(tn_drift_kind kind);
void tn_drift_put_text(tn_buf *out, const tn_drift *drift);
void tn_drift_put_json(tn_buf *out, const tn_drift *drift);

#endif

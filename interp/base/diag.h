/* diag: what is wrong in a policy, a deployment or a record, and where.
 *
 * A diagnostic names its finding (findings.def), the bytes it is about, what is wrong
 * in one sentence, and what to do about it. Lines and columns come into being when one
 * is printed (syntax/report.h).
 *
 * Owns: the list and its texts, in an arena of its own. Fails: by `failed` (out of
 * memory). Threads: one at a time. */
#ifndef TN_BASE_DIAG_H
#define TN_BASE_DIAG_H

#include "interp/base/arena.h"

/* A half-open range of bytes of source file number `file`; TN_NONE for "nowhere". */
typedef struct tn_span {
    uint32_t file;
    uint32_t start;
    uint32_t end;
} tn_span;

#define TN_NOWHERE ((tn_span){TN_NONE, 0, 0})

typedef enum tn_severity { TN_ERROR, TN_WARNING, TN_NOTE } tn_severity;

/* Every kind of finding; the rows are in findings.def. */
typedef enum tn_finding {
#define TN_FINDING(id, code, severity, title) TN_FIND_##id,
#include "interp/base/findings.def"
#undef TN_FINDING
    TN_FINDING_COUNT
} tn_finding;

typedef struct tn_diag {
    tn_finding finding;
    tn_severity severity;
    tn_span at;
    tn_str message; /* one sentence without a full stop: what is wrong */
    tn_str help;    /* what to do about it; may be empty */
    tn_span other;  /* a second place, or TN_NOWHERE */
    tn_str other_message;
} tn_diag;

typedef struct tn_diags {
    tn_arena arena;
    tn_diag *list; /* in the order found */
    size_t count;
    size_t capacity;
    size_t error_count;
    size_t limit; /* at most so many are kept (hostile input); all are counted */
    size_t dropped_count;
    bool failed;   /* out of memory: the list is not whole */
    tn_diag spare; /* stands in for one that is not kept */
} tn_diags;

void tn_diags_init(tn_diags *diags, const tn_allocator *memory);
void tn_diags_free(tn_diags *diags);

/* Adds a diagnostic with the severity of its finding. Returns it, for help and a second
 * place to be added; never NULL (when memory is out, the limit is reached, or the same
 * message is there for this place already, what is returned is not in the list). */
tn_diag *tn_diag_add(tn_diags *diags, tn_finding finding, tn_span at,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));
void tn_diag_help(tn_diags *diags, tn_diag *diag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void tn_diag_other(tn_diags *diags, tn_diag *diag, tn_span at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* NOMEM if the list is not whole, else INVALID if it holds an error, else OK. */
TN_MUST_USE tn_status tn_diags_status(const tn_diags *diags);

/* The code of a finding, as in "[unknown-name]", and its title. Borrowed: static. */
const char *tn_finding_code(tn_finding finding);
const char *tn_finding_title(tn_finding finding);

/* The smallest span that holds both; one that is nowhere does not count. */
tn_span tn_span_join(tn_span a, tn_span b);

#endif

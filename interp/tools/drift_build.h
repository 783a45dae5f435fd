/* drift_build: what the files of drift share. Not for others: they use drift.h.
 *
 * Owns: see drift.h. */
#ifndef TN_TOOLS_DRIFT_BUILD_H
#define TN_TOOLS_DRIFT_BUILD_H

#include "interp/tools/drift.h"

typedef struct tn_drifting {
    tn_eval *eval;
    tn_arena *arena;
    tn_drift_finding *list;
    uint32_t count;
    uint32_t capacity;
} tn_drifting;

/* Adds a finding about an origin; `text` is given back. */
TN_MUST_USE tn_status tn_drift_add_about(tn_drifting *d, tn_drift_kind kind,
                                         const tn_origin *origin, tn_buf *text);

/* drift_expiry.c: what the stores of all places delete by themselves. */
TN_MUST_USE tn_status tn_drift_find_expiry(tn_drifting *d);

#endif

/* conditions: promises about entities, checked on the facts that were loaded.
 *
 * What they find is reported and changes no verdict.
 *
 * Owns: nothing. Fails: NOMEM, LIMIT. Threads: one at a time. */
#ifndef TN_EVAL_CONDITIONS_H
#define TN_EVAL_CONDITIONS_H

#include "interp/eval/eval.h"

typedef struct tn_condition_tally {
    uint32_t condition; /* row of the image */
    uint64_t met_count;
    uint64_t unmet_count;
    uint64_t unknown_count; /* it can't be told */
    tn_str first_unmet;     /* the key of one; borrowed from the facts; data NULL */
} tn_condition_tally;

/* Can condition `number` be checked: does it require something, of an entity whose
 * facts were loaded? */
bool tn_condition_is_checked(const tn_eval *eval, uint32_t number);

TN_MUST_USE tn_status tn_condition_check(const tn_eval *eval, uint32_t number,
                                         tn_condition_tally *out);

#endif

/* judge: a verdict for each record of a bound place.
 *
 * Owns: a judge its decider and arrays, until tn_judge_close. Fails: STORE (with a
 * sentence), NOMEM. Threads: one at a time. */
#ifndef TN_EVAL_JUDGE_H
#define TN_EVAL_JUDGE_H

#include "interp/eval/eval.h"

/* One record and what was decided; all borrowed until the next. */
typedef struct tn_judged {
    const tn_eval *eval;
    const tn_bound *bound;
    const tn_scan *scan; /* names the undeclared columns of the row */
    const tn_row *row;
    tn_value
        key; /* what identifies it: the row's key or line, else a field with @key */
    tn_decider *decider;
    const tn_verdict *verdict;
    bool is_unplaced; /* whether it is meant at all could not be told: the source's
                         `where`. Flagged `unknown_guard` */
} tn_judged;

typedef struct tn_judge_options {
    unsigned wants;  /* TN_WANT_ */
    bool all_fields; /* read fields that no clause reads too, for explain */
    tn_str only_key; /* only the record whose key is written so; data NULL: all */
} tn_judge_options;

/* Called for each record; anything but TN_OK ends the reading and is returned. */
typedef tn_status tn_judge_fn(void *user, const tn_judged *judged);

/* Decides the records of place number `bound`. STORE, with a problem in the session's
 * list, where the store fails. */
TN_MUST_USE tn_status tn_eval_judge(tn_eval *eval, uint32_t bound,
                                    const tn_judge_options *options, tn_judge_fn *visit,
                                    void *user);

#endif

/* eval_count: the verdicts of a session's places, counted; those of different stores at
 * once (by_store.h), those of a large file by several threads (eval_parts.h).
 *
 * Owns: nothing; the tallies are the caller's, to be freed whatever comes of it. Fails:
 * STORE (with problems in the session), NOMEM, IO (the reviews). Threads: one calls,
 * more are made. */
#ifndef TN_CLI_EVAL_COUNT_H
#define TN_CLI_EVAL_COUNT_H

#include "interp/apply/review.h"
#include "interp/eval/tally.h"

typedef struct tn_eval_counting {
    tn_eval *eval;
    tn_reviews *reviews;   /* NULL: there are none */
    uint32_t thread_count; /* 1: no thread but the caller's; 0: one for each store */
    tn_tally *tallies;     /* one for each place */
} tn_eval_counting;

TN_MUST_USE tn_status tn_eval_count(const tn_eval_counting *how);

#endif

/* by_store: work on the places of a session, those of one store one after the other,
 * those of different stores at once; so all of it takes as long as the slowest store.
 *
 * A store is asked by one thread alone. What comes of it is what one thread gives that
 * takes all places in order: after a place that failed none counts.
 *
 * Owns: its threads, which end before it returns. Fails: as the first place, in order,
 * that fails; NOMEM. Threads: it makes them; with one store there is none beside the
 * caller's. */
#ifndef TN_EVAL_BY_STORE_H
#define TN_EVAL_BY_STORE_H

#include "interp/eval/judge.h"

typedef struct tn_by_store {
    bool is_single; /* by the caller's thread alone */
    void *user;
    /* Place number `bound`, which is managed; several at once. What its store said goes
     * to `why`, and at the end to the session's problems. */
    tn_status (*run)(void *user, uint32_t bound, tn_buf *why);
} tn_by_store;

/* The session is not touched by anything else meanwhile. */
TN_MUST_USE tn_status tn_eval_by_store(tn_eval *eval, const tn_by_store *work);

#endif

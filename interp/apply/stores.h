/* stores: the stores of a run: which they are, whether they went back in time, and what
 * they know to be done that the ledger does not.
 *
 * A store that was put back to an earlier day, or exchanged, holds again what was
 * deleted from it, and its facts are old. It is told by its identity, and by a
 * watermark below the one that the ledger saw last; a run is refused until `ledger
 * rearm` says that this was meant.
 *
 * Owns: nothing; lists lie in the caller's arena. Fails: REFUSED, with a sentence;
 * STORE, IO, NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_STORES_H
#define TN_APPLY_STORES_H

#include "interp/apply/plan.h"

/* One store that records are erased from. */
typedef struct tn_run_store {
    tn_str name; /* the deployment's word */
    tn_store *store;
    tn_store_mark mark;
} tn_run_store;

typedef struct tn_run_stores {
    tn_run_store *list;
    uint32_t count;
} tn_run_stores;

/* The stores of the plan's places that can be erased from, each once. */
TN_MUST_USE tn_status tn_run_stores_of(tn_eval *eval, const tn_plan *plan,
                                       tn_arena *arena, tn_run_stores *out);

/* Copies to the ledger what the stores' markers say was done and the ledger does not
 * have: after a crash between the two. */
TN_MUST_USE tn_status tn_run_stores_recover(const tn_run_stores *stores,
                                            tn_ledger *ledger, tn_instant now);

/* Refuses stores that are not the ones, or not of the time, that the ledger knows. */
TN_MUST_USE tn_status tn_run_stores_check(tn_run_stores *stores, tn_ledger *ledger);

/* Makes the tables that a run needs; gives new stores their identity. */
TN_MUST_USE tn_status tn_run_stores_prepare(tn_run_stores *stores, tn_ledger *ledger,
                                            const tn_erase_permit *permit);

/* Accepts the stores as they are; `why` is written down. */
TN_MUST_USE tn_status tn_run_stores_rearm(tn_run_stores *stores, tn_ledger *ledger,
                                          const tn_erase_permit *permit, tn_str reason,
                                          tn_instant now);

/* Appends `"stores":[...]`. */
void tn_run_stores_put(const tn_run_stores *stores, tn_buf *body);

#endif

/* upstream: what comes to a place from another, and would come again.
 *
 * A deployment says which store feeds which. A record that is deleted downstream while
 * it is still upstream comes back with the next replay, so that upstream goes first,
 * and what is downstream waits for it. A record that came back all the same is one of
 * which the ledger has a leaf, and which is there again.
 *
 * Owns: nothing. Fails: NOMEM, IO. Threads: one at a time. */
#ifndef TN_APPLY_UPSTREAM_H
#define TN_APPLY_UPSTREAM_H

#include "interp/apply/ledger.h"
#include "interp/eval/eval.h"

/* Do the records of place number `from` of a session come to place number `to`: of the
 * same category, in a store that feeds the other's, by way of others too? */
TN_MUST_USE tn_status tn_upstream_feeds(const tn_eval *eval, uint32_t from, uint32_t to,
                                        bool *out);

/* Of these leaves of records that are there, how many does the ledger have, of the
 * place of this name? */
TN_MUST_USE tn_status tn_upstream_count_returned(tn_ledger *ledger, tn_str place,
                                                 const tn_leaf *leaves, uint32_t count,
                                                 uint64_t *out);

#endif

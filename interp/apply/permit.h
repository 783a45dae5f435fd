/* permit: the one key to every store's erase.
 *
 * A store's erase takes a tn_erase_permit. The type is completed in permit.c and
 * nowhere else (a test looks), so that only a run that holds the ledger's lock can
 * delete.
 *
 * Owns: the permit, until free; borrows the ledger. Fails: NOMEM. Threads: one. */
#ifndef TN_APPLY_PERMIT_H
#define TN_APPLY_PERMIT_H

#include "interp/apply/ledger.h"
#include "interp/store/erase.h"

/* `ledger` is open for writing. */
TN_MUST_USE tn_status tn_permit_new(tn_ledger *ledger, tn_erase_permit **out);
void tn_permit_free(tn_erase_permit *permit);

#endif

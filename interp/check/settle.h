/* settle: the diagnostics of a check, in the order of the text, each once.
 *
 * A clause that many categories inherit is read for each of them, and what is wrong
 * with it is found as often.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_CHECK_SETTLE_H
#define TN_CHECK_SETTLE_H

#include "interp/base/diag.h"

/* Of what was added from number `first` on: same finding, places and message is the
 * same. Files come in the order in which they were read, what is nowhere first. */
TN_MUST_USE tn_status tn_settle(tn_diags *diags, size_t first);

#endif

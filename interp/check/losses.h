/* losses: what a module replaces in its parents' categories, and what is lost by it.
 *
 * Each aspect replaced becomes an override of the model. A duty, a limit,
 * an `on` or a placement of the parent that the module does not restate, at least as
 * strictly, is an error until it says `overrides retention because "..."`.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_LOSSES_H
#define TN_CHECK_LOSSES_H

#include "interp/check/category.h"

TN_MUST_USE tn_status tn_losses_find(tn_making *m, uint32_t category);

#endif

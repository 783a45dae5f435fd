/* modules: from files to modules, in an order in which whatever a module names comes
 * before it, each with its header and its scope.
 *
 * Reports circles, pins that do not match, and what is said twice in a header.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_MODULES_H
#define TN_CHECK_MODULES_H

#include "interp/check/checker.h"

TN_MUST_USE tn_status tn_modules_order(tn_checker *ck);

/* The scope of a deployment, which is no module. */
TN_MUST_USE tn_status tn_deployment_scope(tn_checker *ck, const tn_loaded *loaded,
                                          tn_scope *out);

#endif

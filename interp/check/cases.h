/* cases: the tests that live with a policy, `test "..." { at record facts expect }`.
 *
 * A test is one record at one instant, and one verdict: a second `at`, `record` or
 * `expect` is an error.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_CASES_H
#define TN_CHECK_CASES_H

#include "interp/check/checker.h"

/* All tests of a module; its categories must have been made. */
TN_MUST_USE tn_status tn_cases_make(tn_checker *ck, uint32_t module);

#endif

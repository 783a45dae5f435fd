/* condition_cases: for tests, conditions and what must come of them, as words
 * (condition.h). What does not come fails the test that asked, with the expression. */
#ifndef TN_TESTS_SUPPORT_CONDITION_CASES_H
#define TN_TESTS_SUPPORT_CONDITION_CASES_H

#include "tests/support/condition.h"

typedef struct test_case {
    const char *text;
    const char *words;
} test_case;

/* Checks each case with the options of `c`; its budget holds for each. */
void test_condition_cases(const test_condition *options, const test_case *cases,
                          size_t count);

/* The names below, most tests speak of. All are fields of `r`: none (int, null), bad
 * (int, unreadable), day (a date, 2024-10-04), any (dyn, "old"), text ("old"), seven
 * (int), raw (bytes, invalid UTF-8), list (list(int), [1, 2]). */
extern const test_condition test_condition_named;

#define TEST_CONDITIONS(options, ...)                                                  \
    test_condition_cases(&(options), (const test_case[]){__VA_ARGS__},                 \
                         TN_COUNT(((const test_case[]){__VA_ARGS__})))

#endif

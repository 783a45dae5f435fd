/* model: for tests, policies from texts to a checked model, and what is in it as words.
 * What goes wrong on the way fails the test that asked, with the diagnostics shown. */
#ifndef TN_TESTS_SUPPORT_MODEL_H
#define TN_TESTS_SUPPORT_MODEL_H

#include "interp/check/check.h"

typedef struct test_model {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_model *model;
    char text[4096]; /* of the last words given */
} test_model;

/* Checks texts, each a file of its own, NULL at their end; `memory` NULL: malloc. A
 * status, for those who let it fail. test_model_free in any case. */
tn_status test_model_try(test_model *m, const char *const *texts,
                         const tn_allocator *memory);
/* The same; fails the test if there is an error. */
void test_model_check(test_model *m, const char *const *texts);
void test_model_free(test_model *m);

/* The codes of all findings but notes, in order: "unknown-name no-basis". */
const char *test_model_findings(test_model *m);

/* NULL fails the test. */
const tn_category *test_model_category(test_model *m, const char *name);

/* The clauses of a category: "retain_period(base 9 years from made) on(m 0 days from
 * customer.gone)": kind, module, period and anchor or event. */
const char *test_model_clauses(test_model *m, const char *category);

/* Where each aspect comes from: "title=base of=base fields=m ...". */
const char *test_model_origins(test_model *m, const char *category);

#endif

/* policy: for tests, a policy from text to a verified image, and verdicts as one line
 * of text. What goes wrong on the way fails the test that asked, with the diagnostics
 * shown. */
#ifndef TN_TESTS_SUPPORT_POLICY_H
#define TN_TESTS_SUPPORT_POLICY_H

#include "interp/check/check.h"
#include "interp/decide/decide.h"

typedef struct test_policy {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_model *model;
    tn_buf bytes;
    tn_image image;
    bool has_image;
} test_policy;

/* Compiles `text` with the given allocator (NULL: malloc); a status, for those who let
 * it fail. test_policy_free in any case. */
tn_status test_policy_try(test_policy *policy, const char *text,
                          const tn_allocator *memory);
/* The same; fails the test unless it is fine. */
void test_policy_compile(test_policy *policy, const char *text);
void test_policy_free(test_policy *policy);

/* Decides one record: `record` and `facts` are "name=value; name=value" (a value is an
 * instant, a date, a number, true, false, null, or "?" for unreadable, by the declared
 * type; what is not named is null), `facts` NULL for no row at all, "none" for --facts
 * ...=none. The verdict: "delete expired due D deadline D overdue conflict next T
 * redact f,g [doubts]", what is null or false left out. Borrowed until the next call.
 */
const char *test_decide(const test_policy *policy, const char *category,
                        const char *now, const char *record, const char *facts);

tn_instant test_instant(const char *text);

#endif

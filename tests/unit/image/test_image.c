/* image: what is compiled is verified, and nothing else is. */
#include "interp/cel/eval.h"
#include "tests/support/memory.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char text[] =
    "module t \"Tests\"\n"
    "import std.gdpr\n"
    "zone \"Europe/Berlin\"\n"
    "purpose p \"why\"\n"
    "table limits by size { \"a\": 1  default 2 }\n"
    "entity customer { event terminated \"\"  attribute tier : int \"\" }\n"
    "condition grown \"tier\" on customer require customer.tier > 0\n"
    "category c \"C\" of customer {\n"
    "  fields { made : timestamp @created  closed : event  name : string\n"
    "           size : string  ip : string }\n"
    "  purpose p  basis std.gdpr.contract\n"
    "  stored in db as primary and backup, queue as temporary for at most 3 days\n"
    "  retain 1 year from end of month of latest of (made, closed) when name.size() > "
    "3\n"
    "  retain until customer.terminated then delete after 1 day within 30 days\n"
    "  retain at least 2 days from made unless limits[size] == 1\n"
    "  redact ip to \"gone\" after 30 days from made\n"
    "  flag when name.startsWith(\"svc-\") because \"service accounts\"\n"
    "  hold when customer.tier in [1, 2, 3]\n"
    "}\n";

static tn_status verify(tn_str bytes)
{
    tn_image image;
    const char *why = NULL;
    tn_status status = tn_image_verify(bytes, NULL, &image, &why);
    if (status == TN_OK)
        tn_image_close(&image);
    else
        assert_non_null(why);
    return status;
}

static void test_image__compiling_is_deterministic(void **state)
{
    (void)state;
    test_policy a, b;
    test_policy_compile(&a, text);
    test_policy_compile(&b, text);
    assert_true(tn_str_equal(tn_buf_view(&a.bytes), tn_buf_view(&b.bytes)));
    test_policy_free(&a);
    test_policy_free(&b);
}

static void test_image__every_changed_byte_is_found(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, text);
    for (size_t i = 0; i < policy.bytes.len; i += 1 + i / 64) {
        policy.bytes.data[i] ^= 0x10;
        assert_int_not_equal(verify(tn_buf_view(&policy.bytes)), TN_OK);
        policy.bytes.data[i] ^= 0x10;
    }
    assert_int_equal(verify(tn_buf_view(&policy.bytes)), TN_OK);
    test_policy_free(&policy);
}

static void test_image__every_cut_is_found(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, text);
    tn_str bytes = tn_buf_view(&policy.bytes);
    for (size_t len = 0; len < bytes.len; len += 1 + len / 16)
        assert_int_equal(verify(tn_str_slice(bytes, 0, len)), TN_BAD_IMAGE);
    test_policy_free(&policy);
}

static void make_digest(test_policy *policy)
{
    tn_digest digest = tn_image_digest(tn_buf_view(&policy->bytes));
    memcpy(policy->bytes.data + offsetof(tn_image_header, digest), &digest,
           sizeof(digest));
}

/* Decides one record of every category, whatever the image says. */
static void use(tn_str bytes)
{
    tn_image image;
    const char *why;
    if (tn_image_verify(bytes, NULL, &image, &why) != TN_OK)
        return;
    tn_run *run;
    if (tn_run_new(&image, test_instant("2026-11-23T00:00:00Z"), NULL, &run) == TN_OK) {
        for (uint32_t i = 0; i < image.entity_count; i++)
            tn_run_set_facts(run, i, NULL);
        for (uint32_t i = 0; i < image.category_count; i++) {
            tn_decider *decider;
            tn_verdict verdict;
            assert_int_equal(tn_decider_new(run, i, TN_NONE, &decider), TN_OK);
            assert_int_equal(tn_decide(decider, 0, TN_WANT_ALL, &verdict), TN_OK);
            tn_decider_free(decider);
        }
        tn_run_free(run);
    }
    tn_image_close(&image);
}

/* With the digest made right again, each changed byte is refused or does no harm (the
 * sanitizers watch). */
static void test_image__what_passes_is_safe(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, text);
    tn_str bytes = tn_buf_view(&policy.bytes);
    static const char flips[] = {1, (char)0x80, (char)0xFF};
    for (size_t i = 8; i < bytes.len; i += 1 + i / 512) {
        char kept = policy.bytes.data[i];
        policy.bytes.data[i] = (char)(kept ^ flips[i % sizeof(flips)]);
        make_digest(&policy);
        use(bytes);
        policy.bytes.data[i] = kept;
    }
    test_policy_free(&policy);
}

/* What an image says of the cost of its conditions is no matter of trust: it says
 * nothing but the budget, which it cannot raise. */
static void test_image__no_image_takes_more_than_the_budget(void **state)
{
    (void)state;
    static const uint64_t budgets[] = {TN_CEL_BUDGET + 1, UINT64_C(1) << 32,
                                       UINT64_MAX};
    test_policy policy;
    test_policy_compile(&policy, text);
    char *budget = policy.bytes.data + offsetof(tn_image_header, cost_budget);
    for (size_t i = 0; i < TN_COUNT(budgets); i++) {
        memcpy(budget, &budgets[i], sizeof(budgets[i]));
        make_digest(&policy);
        assert_int_equal(verify(tn_buf_view(&policy.bytes)), TN_BAD_IMAGE);
    }
    memcpy(budget, &(uint64_t){TN_CEL_BUDGET}, sizeof(uint64_t));
    make_digest(&policy);
    assert_int_equal(verify(tn_buf_view(&policy.bytes)), TN_OK);
    test_policy_free(&policy);
}

static void test_image__another_format_says_so(void **state)
{
    (void)state;
    test_policy policy;
    test_policy_compile(&policy, text);
    policy.bytes.data[offsetof(tn_image_header, format)] = TN_IMAGE_FORMAT + 1;
    assert_int_equal(verify(tn_buf_view(&policy.bytes)), TN_OTHER_VERSION);
    test_policy_free(&policy);
}

static void test_image__running_out_of_memory_is_survived(void **state)
{
    (void)state;
    tn_status status = TN_NOMEM;
    for (size_t n = 1; status == TN_NOMEM; n++) {
        tn_test_memory memory;
        tn_test_memory_init(&memory, n);
        test_policy policy;
        status = test_policy_try(&policy, text, &memory.allocator);
        test_policy_free(&policy);
        assert_int_equal(memory.live_count, 0);
        assert_true(status == TN_OK || memory.count >= n);
    }
    assert_int_equal(status, TN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_image__compiling_is_deterministic),
        cmocka_unit_test(test_image__every_changed_byte_is_found),
        cmocka_unit_test(test_image__every_cut_is_found),
        cmocka_unit_test(test_image__what_passes_is_safe),
        cmocka_unit_test(test_image__no_image_takes_more_than_the_budget),
        cmocka_unit_test(test_image__another_format_says_so),
        cmocka_unit_test(test_image__running_out_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

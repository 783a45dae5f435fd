/* terms: sums of periods, and which of two is longer. */
#include "interp/calendar/reckon.h"
#include "interp/check/terms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_terms__each_group_is_summed(void **state)
{
    (void)state;
    tn_diags diags;
    tn_diags_init(&diags, NULL);
    tn_checker ck = {.diags = &diags};
    tn_term terms[] = {{.count = 3, .count_fits = true, .unit = TN_UNIT_DAY},
                       {.count = 2, .count_fits = true, .unit = TN_UNIT_YEAR},
                       {.count = 1, .count_fits = true, .unit = TN_UNIT_WEEK},
                       {.count = 5, .count_fits = true, .unit = TN_UNIT_MONTH},
                       {.count = 90, .count_fits = true, .unit = TN_UNIT_MINUTE}};
    for (size_t i = 0; i + 1 < TN_COUNT(terms); i++)
        terms[i].next = &terms[i + 1];
    for (size_t i = 0; i < TN_COUNT(terms); i++)
        terms[i].at = TN_NOWHERE;
    tn_period sum;
    assert_true(tn_terms_sum(&ck, NULL, terms, &sum));
    assert_int_equal(sum.months, 29);
    assert_int_equal(sum.days, 10);
    assert_int_equal(sum.seconds, 5400);
    tn_diags_free(&diags);
}

static tn_diag *only_diag(tn_diags *diags)
{
    assert_int_equal(diags->count, 1);
    return &diags->list[0];
}

static void test_terms__nothing_quarters_and_too_much_are_refused(void **state)
{
    (void)state;
    const tn_term terms[] = {
        {.count = 0, .count_fits = true, .unit = TN_UNIT_DAY},
        {.count = 1, .count_fits = true, .unit = TN_UNIT_QUARTER},
        {.count = 10001, .count_fits = true, .unit = TN_UNIT_YEAR},
        {.count = UINT64_MAX, .count_fits = true, .unit = TN_UNIT_WEEK},
        {.count = 1, .count_fits = false, .unit = TN_UNIT_SECOND}};
    for (size_t i = 0; i < TN_COUNT(terms); i++) {
        tn_diags diags;
        tn_diags_init(&diags, NULL);
        tn_checker ck = {.diags = &diags};
        tn_period sum;
        assert_false(tn_terms_sum(&ck, NULL, &terms[i], &sum));
        assert_int_equal(only_diag(&diags)->finding, TN_FIND_PERIOD);
        tn_diags_free(&diags);
    }
}

static void test_terms__exact_lengths_in_texts(void **state)
{
    (void)state;
    int64_t seconds;
    assert_true(tn_terms_exact_seconds(TN_STR("90 days"), &seconds));
    assert_int_equal(seconds, 90 * 86400);
    assert_true(
        tn_terms_exact_seconds(TN_STR(" 1 day + 2 hours+3 seconds "), &seconds));
    assert_int_equal(seconds, 86400 + 7200 + 3);
    static const char *const wrong[] = {
        "",        "90",       "days",      "1 month",
        "1 dayx",  "-1 days",  "1 day + 2", "1 day 2 hours",
        "1 day +", "1.5 days", "1 quarter", "9999999999999 days"};
    for (size_t i = 0; i < TN_COUNT(wrong); i++)
        assert_false(tn_terms_exact_seconds(tn_str_from(wrong[i]), &seconds));
}

typedef struct pair {
    tn_period a;
    tn_period b;
    tn_longer longer;
} pair;

static void test_period_longer__by_the_calendar(void **state)
{
    (void)state;
    static const pair pairs[] = {
        {{0, 30, 0}, {0, 30, 0}, TN_LONGER_NEVER},
        {{0, 31, 0}, {0, 30, 0}, TN_LONGER_ALWAYS},
        {{1, 0, 0}, {0, 30, 0}, TN_LONGER_SOMETIMES},
        {{0, 30, 0}, {1, 0, 0}, TN_LONGER_SOMETIMES},
        {{1, 0, 0}, {0, 32, 0}, TN_LONGER_NEVER},
        {{1, 0, 0}, {0, 31, 0}, TN_LONGER_NEVER},
        {{1, 0, 0}, {0, 27, 0}, TN_LONGER_ALWAYS},
        {{12, 0, 0}, {0, 365, 0}, TN_LONGER_SOMETIMES},
        {{12, 0, 0}, {0, 367, 0}, TN_LONGER_NEVER},
        {{0, 0, 86400}, {0, 1, 0}, TN_LONGER_NEVER},
        {{0, 0, 86401}, {0, 1, 0}, TN_LONGER_ALWAYS},
        {{120, 0, 0}, {0, 3652, 0}, TN_LONGER_SOMETIMES},
        {{1200, 0, 0}, {0, 30000, 0}, TN_LONGER_ALWAYS},
        {{0, 30000, 0}, {1200, 0, 0}, TN_LONGER_NEVER},
    };
    for (size_t i = 0; i < TN_COUNT(pairs); i++) {
        int32_t from;
        tn_longer longer = tn_period_longer(pairs[i].a, pairs[i].b, &from);
        if (longer != pairs[i].longer)
            fail_msg("pair %zu: %d, not %d", i, (int)longer, (int)pairs[i].longer);
    }
}

static void test_period_longer__the_date_it_gives_is_one(void **state)
{
    (void)state;
    for (int32_t days = 27; days <= 31; days++) {
        const tn_period month = {1, 0, 0};
        const tn_period other = {0, days, 0};
        int32_t from;
        if (tn_period_longer(month, other, &from) == TN_LONGER_NEVER)
            continue;
        const tn_instant t = {(int64_t)from * TN_SECONDS_PER_DAY, 0};
        tn_instant a, b;
        assert_true(tn_period_add(&tn_zone_utc, t, month, &a));
        assert_true(tn_period_add(&tn_zone_utc, t, other, &b));
        assert_true(tn_instant_compare(a, b) > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms__each_group_is_summed),
        cmocka_unit_test(test_terms__nothing_quarters_and_too_much_are_refused),
        cmocka_unit_test(test_terms__exact_lengths_in_texts),
        cmocka_unit_test(test_period_longer__by_the_calendar),
        cmocka_unit_test(test_period_longer__the_date_it_gives_is_one),
    };
    return cmocka_run_group_tests_name("check/terms", tests, NULL, NULL);
}

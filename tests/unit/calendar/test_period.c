#include "tests/unit/calendar/support.h"

#include <string.h>

/* "1 year + 2 days", in the words of a policy. */
static tn_period period(uint64_t n, const char *word, uint64_t m, const char *other)
{
    tn_period p = {0};
    tn_period_unit unit;
    assert_true(tn_period_unit_find(tn_str_from(word), &unit));
    assert_true(tn_period_include(&p, n, unit));
    assert_true(tn_period_unit_find(tn_str_from(other), &unit));
    assert_true(tn_period_include(&p, m, unit));
    return p;
}

static void assert_words(tn_period p, const char *words)
{
    char text[TN_PERIOD_TEXT_MAX];
    assert_int_equal(tn_period_format(p, text), strlen(words));
    assert_string_equal(text, words);
}

static void test_period__sums_each_group(void **state)
{
    (void)state;
    tn_period p = period(2, "days", 1, "year");
    tn_period q = period(1, "year", 2, "days");
    assert_memory_equal(&p, &q, sizeof(p));
    p = period(1, "year", 6, "months");
    assert_int_equal(p.months, 18);
    p = period(2, "weeks", 1, "day");
    assert_int_equal(p.days, 15);
    p = period(1, "hour", 90, "minutes");
    assert_int_equal(p.seconds, 9000);
    assert_int_equal(period(1, "second", 59, "seconds").seconds, 60);
}

static void test_period__knows_its_units_alone(void **state)
{
    (void)state;
    const char *const bad[] = {"",      "y",       "yea",    "yearss",
                               "Years", "quarter", "decade", "s"};
    tn_period_unit unit;
    for (size_t i = 0; i < TN_COUNT(bad); i++)
        assert_false(tn_period_unit_find(tn_str_from(bad[i]), &unit));
}

static void test_period__a_sum_stays_in_bounds(void **state)
{
    (void)state;
    tn_period p = {0};
    assert_true(tn_period_include(&p, 10000, TN_PERIOD_YEARS));
    assert_false(tn_period_include(&p, 1, TN_PERIOD_MONTHS));
    assert_int_equal(p.months, TN_PERIOD_MONTHS_MAX);
    const tn_period_unit units[] = {
        TN_PERIOD_SECONDS, TN_PERIOD_MINUTES, TN_PERIOD_HOURS, TN_PERIOD_DAYS,
        TN_PERIOD_WEEKS,   TN_PERIOD_MONTHS,  TN_PERIOD_YEARS};
    for (size_t i = 0; i < TN_COUNT(units); i++) {
        tn_period q = {1, 1, 1};
        assert_false(tn_period_include(&q, UINT64_MAX, units[i]));
        assert_false(tn_period_include(&q, UINT64_MAX / 12 + 1, units[i]));
        assert_int_equal(q.months + q.days + q.seconds, 3);
    }
    assert_false(tn_period_is_valid((tn_period){-1, 0, 0}));
    assert_false(tn_period_is_valid((tn_period){0, -1, 0}));
    assert_false(tn_period_is_valid((tn_period){0, 0, -1}));
    assert_false(tn_period_is_valid((tn_period){INT32_MAX, 0, 0}));
}

static void test_period__is_positive_when_it_lasts(void **state)
{
    (void)state;
    assert_false(tn_period_is_positive((tn_period){0, 0, 0}));
    assert_true(tn_period_is_zero((tn_period){0, 0, 0}));
    assert_true(tn_period_is_positive((tn_period){0, 0, 1}));
    assert_true(tn_period_is_positive((tn_period){0, 1, 0}));
    assert_true(tn_period_is_positive((tn_period){1, 0, 0}));
    assert_false(tn_period_is_positive((tn_period){1, -1, 0}));
    assert_true(tn_period_is_exact((tn_period){0, 0, 5}));
    assert_false(tn_period_is_exact((tn_period){0, 1, 5}));
}

static void test_period__is_within_group_by_group(void **state)
{
    (void)state;
    assert_true(tn_period_is_within((tn_period){1, 0, 0}, (tn_period){1, 0, 0}));
    assert_true(tn_period_is_within((tn_period){1, 0, 5}, (tn_period){1, 1, 5}));
    assert_false(tn_period_is_within((tn_period){0, 30, 0}, (tn_period){1, 0, 0}));
    assert_false(tn_period_is_within((tn_period){1, 0, 0}, (tn_period){0, 30, 0}));
}

static void test_period__reads_as_it_is_written(void **state)
{
    (void)state;
    assert_words(period(1, "year", 2, "days"), "1 year + 2 days");
    assert_words(period(7, "days", 0, "days"), "7 days");
    assert_words(period(14, "months", 1, "week"), "1 year + 2 months + 7 days");
    assert_words(period(36, "hours", 0, "days"), "36 hours");
    assert_words(period(1, "minute", 1, "second"), "1 minute + 1 second");
    assert_words((tn_period){0, 0, 0}, "0 days");
    assert_words(
        (tn_period){TN_PERIOD_MONTHS_MAX - 1, TN_PERIOD_DAYS_MAX,
                    TN_PERIOD_SECONDS_MAX - 1},
        "9999 years + 11 months + 3660000 days + 88888888 hours + 53 minutes + "
        "19 seconds");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_period__sums_each_group),
        cmocka_unit_test(test_period__knows_its_units_alone),
        cmocka_unit_test(test_period__a_sum_stays_in_bounds),
        cmocka_unit_test(test_period__is_positive_when_it_lasts),
        cmocka_unit_test(test_period__is_within_group_by_group),
        cmocka_unit_test(test_period__reads_as_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

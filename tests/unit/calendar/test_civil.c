#include "tests/unit/calendar/support.h"

/* Counts every day of ten thousand years as a person would. */
static void test_civil__counts_days_like_a_calendar(void **state)
{
    (void)state;
    int64_t day = tn_day_from_date(-1, 1, 1);
    unsigned of_week = tn_day_of_week(day);
    for (int32_t year = -1; year <= 10000; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        unsigned of_year = 0;
        for (unsigned month = 1; month <= 12; month++) {
            unsigned len = month == 2 ? 28U + leap
                           : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                   : 31;
            assert_int_equal(tn_days_in_month(year, month), len);
            for (unsigned d = 1; d <= len; d++) {
                tn_civil civil = {0};
                tn_date_from_day(day, &civil);
                if (civil.year != year || civil.month != month || civil.day != d ||
                    tn_day_from_date(year, month, d) != day ||
                    tn_day_of_week(day) != of_week || tn_day_of_year(&civil) != of_year)
                    fail_msg("%d-%u-%u is not day %lld", year, month, d,
                             (long long)day);
                day++;
                of_year++;
                of_week = (of_week + 1) % 7;
            }
        }
        assert_int_equal(of_year, leap ? 366 : 365);
    }
}

static void test_civil__knows_some_days(void **state)
{
    (void)state;
    assert_int_equal(tn_day_from_date(1970, 1, 1), 0);
    assert_int_equal(tn_day_from_date(1969, 12, 31), -1);
    assert_int_equal(tn_day_from_date(1, 1, 1), TN_DAY_MIN);
    assert_int_equal(tn_day_from_date(9999, 12, 31), TN_DAY_MAX);
    assert_int_equal(tn_day_of_week(0), 4);                              /* Thursday */
    assert_int_equal(tn_day_of_week(tn_day_from_date(2026, 11, 23)), 1); /* Monday */
    assert_int_equal(tn_day_of_week(tn_day_from_date(1582, 10, 15)), 5); /* Friday */
}

static void test_civil__goes_far_beyond_the_range(void **state)
{
    (void)state;
    const int64_t years[] = {-400000000, -40001, -401, 12345, 178970000, 1000000000};
    for (size_t i = 0; i < TN_COUNT(years); i++) {
        tn_civil civil = {0};
        tn_date_from_day(tn_day_from_date(years[i], 2, 28), &civil);
        assert_int_equal(civil.year, years[i]);
        assert_int_equal(civil.month, 2);
        assert_int_equal(civil.day, 28);
    }
}

static void test_civil__seconds_go_both_ways(void **state)
{
    (void)state;
    uint64_t random = 20240229;
    print_message("# seed 20240229\n");
    for (int i = 0; i < 100000; i++) {
        int64_t seconds =
            random_between(&random, TN_SECONDS_MIN - 200000, TN_SECONDS_MAX + 200000);
        tn_civil civil = tn_civil_from_seconds(seconds, 7);
        assert_true(tn_civil_is_valid(&civil));
        assert_int_equal(tn_civil_to_seconds(&civil), seconds);
        assert_int_equal(civil.nanos, 7);
    }
    tn_civil before = tn_civil_from_seconds(-1, 0);
    assert_int_equal(before.year, 1969);
    assert_int_equal(before.hour, 23);
    assert_int_equal(before.second, 59);
}

static void test_civil__refuses_what_does_not_exist(void **state)
{
    (void)state;
    const tn_civil good = {2024, 2, 29, 23, 59, 59, 999999999};
    const tn_civil bad[] = {
        {2023, 2, 29, 0, 0, 0, 0}, {1900, 2, 29, 0, 0, 0, 0},
        {2024, 0, 1, 0, 0, 0, 0},  {2024, 13, 1, 0, 0, 0, 0},
        {2024, 4, 31, 0, 0, 0, 0}, {2024, 4, 0, 0, 0, 0, 0},
        {2024, 4, 1, 24, 0, 0, 0}, {2024, 4, 1, 0, 60, 0, 0},
        {2024, 4, 1, 0, 0, 60, 0}, {2024, 4, 1, 0, 0, 0, 1000000000},
    };
    assert_true(tn_civil_is_valid(&good));
    for (size_t i = 0; i < TN_COUNT(bad); i++)
        assert_false(tn_civil_is_valid(&bad[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_civil__counts_days_like_a_calendar),
        cmocka_unit_test(test_civil__knows_some_days),
        cmocka_unit_test(test_civil__goes_far_beyond_the_range),
        cmocka_unit_test(test_civil__seconds_go_both_ways),
        cmocka_unit_test(test_civil__refuses_what_does_not_exist),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/calendar/database.h"

#define DAYS(n) ((tn_period){.days = (n)})
#define MONTHS(n) ((tn_period){.months = (n)})
#define SECONDS(n) ((tn_period){.seconds = (n)})

static void assert_added(const tn_zone *zone, const char *t, tn_period p,
                         const char *expected)
{
    tn_instant out;
    assert_true(tn_period_add(zone, at(t), p, &out));
    assert_instant(out, expected);
}

static void assert_end(const tn_zone *zone, tn_rounding rounding, const char *t,
                       const char *expected)
{
    tn_instant out;
    assert_true(tn_end_of(zone, rounding, at(t), &out));
    assert_instant(out, expected);
}

static void assert_reckoned(tn_reckoning r, const char *t, const char *expected)
{
    tn_instant out;
    assert_true(tn_reckon(&r, at(t), &out));
    assert_instant(out, expected);
}

static void assert_reckoned_date(tn_reckoning r, const char *date, const char *expected)
{
    tn_instant out;
    assert_true(tn_reckon_date(&r, day_at(date), &out));
    assert_instant(out, expected);
}

static void assert_cutoff(tn_reckoning r, const char *now, const char *expected)
{
    tn_instant out;
    assert_true(tn_cutoff(&r, at(now), &out));
    assert_instant(out, expected);
}

static void test_reckon__missing_day_ends_with_its_month(void **state)
{
    (void)state;
    const tn_zone *utc = &tn_zone_utc;
    assert_added(utc, "2024-02-29T10:00:00Z", MONTHS(12), "2025-03-01T00:00:00Z");
    assert_added(utc, "2026-01-30T10:00:00Z", MONTHS(1), "2026-03-01T00:00:00Z");
    assert_added(utc, "2026-01-28T10:00:00.5Z", MONTHS(1), "2026-02-28T10:00:00.5Z");
    assert_added(utc, "2026-01-29T10:00:00.5Z", MONTHS(1), "2026-03-01T00:00:00Z");
    assert_added(utc, "2024-01-31T10:00:00Z", MONTHS(1), "2024-03-01T00:00:00Z");
    assert_added(utc, "2024-02-29T10:00:00Z", MONTHS(48), "2028-02-29T10:00:00Z");
    assert_added(utc, "2026-10-31T10:00:00Z", MONTHS(1), "2026-12-01T00:00:00Z");
    assert_added(utc, "2026-12-31T10:00:00Z", MONTHS(2), "2027-03-01T00:00:00Z");
    assert_added(utc, "2026-11-30T10:00:00Z", MONTHS(1), "2026-12-30T10:00:00Z");
}

static void test_reckon__months_then_days_then_hours(void **state)
{
    (void)state;
    const tn_zone *utc = &tn_zone_utc;
    const tn_period p = {1, 1, 3600};
    assert_added(utc, "2026-01-30T10:00:00Z", p, "2026-03-02T01:00:00Z");
    assert_added(utc, "2026-01-15T10:00:00Z", p, "2026-02-16T11:00:00Z");
    assert_added(utc, "2026-01-15T10:00:00Z", SECONDS(86400), "2026-01-16T10:00:00Z");
    assert_added(utc, "2026-01-15T10:00:00Z", DAYS(0), "2026-01-15T10:00:00Z");
    assert_added(utc, "1969-12-31T23:59:59.9Z", DAYS(7), "1970-01-07T23:59:59.9Z");
}

static void test_reckon__the_end_of_each_unit(void **state)
{
    (void)state;
    /* A Wednesday; the 17th is a Sunday, the 18th a Monday. */
    const struct {
        const char *t;
        const char *ends[TN_ROUNDING_COUNT];
    } rows[] = {
        {"2026-05-13T10:00:00Z",
         {"2026-05-13T10:00:00Z", "2026-05-14T00:00:00Z", "2026-05-18T00:00:00Z",
          "2026-05-17T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"2026-05-16T23:59:59.999999999Z",
         {"2026-05-16T23:59:59.999999999Z", "2026-05-17T00:00:00Z",
          "2026-05-18T00:00:00Z", "2026-05-17T00:00:00Z", "2026-06-01T00:00:00Z",
          "2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"}},
        {"2026-05-17T00:00:00Z",
         {"2026-05-17T00:00:00Z", "2026-05-18T00:00:00Z", "2026-05-18T00:00:00Z",
          "2026-05-24T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"2026-05-18T00:00:00Z",
         {"2026-05-18T00:00:00Z", "2026-05-19T00:00:00Z", "2026-05-25T00:00:00Z",
          "2026-05-24T00:00:00Z", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
          "2027-01-01T00:00:00Z"}},
        {"2026-12-31T23:59:59.999999999Z",
         {"2026-12-31T23:59:59.999999999Z", "2027-01-01T00:00:00Z",
          "2027-01-04T00:00:00Z", "2027-01-03T00:00:00Z", "2027-01-01T00:00:00Z",
          "2027-01-01T00:00:00Z", "2027-01-01T00:00:00Z"}},
        {"2024-02-29T12:00:00Z",
         {"2024-02-29T12:00:00Z", "2024-03-01T00:00:00Z", "2024-03-04T00:00:00Z",
          "2024-03-03T00:00:00Z", "2024-03-01T00:00:00Z", "2024-04-01T00:00:00Z",
          "2025-01-01T00:00:00Z"}},
        {"2024-09-30T12:00:00Z",
         {"2024-09-30T12:00:00Z", "2024-10-01T00:00:00Z", "2024-10-07T00:00:00Z",
          "2024-10-06T00:00:00Z", "2024-10-01T00:00:00Z", "2024-10-01T00:00:00Z",
          "2025-01-01T00:00:00Z"}},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        for (int u = 0; u < TN_ROUNDING_COUNT; u++)
            assert_end(&tn_zone_utc, (tn_rounding)u, rows[i].t, rows[i].ends[u]);
    }
}

static void test_reckon__a_period_counts_from_the_end_of_the_unit(void **state)
{
    (void)state;
    tn_reckoning r = {.zone = &tn_zone_utc, .rounding = TN_ROUND_YEAR};
    assert_reckoned(r, "2026-05-13T10:00:00Z", "2027-01-01T00:00:00Z");
    r.period = MONTHS(120);
    assert_reckoned(r, "2026-05-13T10:00:00Z", "2037-01-01T00:00:00Z");
    assert_reckoned_date(r, "2026-12-31", "2037-01-01T00:00:00Z");
    r.period = DAYS(1);
    /* The end of the unit is an instant, and no second whole day. */
    r.whole_days = true;
    assert_reckoned(r, "2026-05-13T10:00:00Z", "2027-01-02T00:00:00Z");
    assert_reckoned_date(r, "2026-05-13", "2027-01-02T00:00:00Z");
    r.period = SECONDS(1);
    assert_reckoned_date(r, "2026-05-13", "2027-01-01T00:00:01Z");
}

static void test_reckon__a_whole_day_ends_when_it_ends(void **state)
{
    (void)state;
    tn_reckoning r = {.zone = &tn_zone_utc, .whole_days = true};
    assert_reckoned(r, "2026-05-13T10:00:00Z", "2026-05-14T00:00:00Z");
    assert_reckoned(r, "2026-05-13T00:00:00Z", "2026-05-14T00:00:00Z");
    assert_reckoned_date(r, "2026-05-13", "2026-05-14T00:00:00Z");
    r.period = DAYS(7);
    assert_reckoned(r, "2026-05-13T23:59:59.999999999Z", "2026-05-21T00:00:00Z");
    assert_reckoned(r, "2026-05-14T00:00:00Z", "2026-05-22T00:00:00Z");
    r.period = MONTHS(1);
    assert_reckoned_date(r, "2026-01-28", "2026-03-01T00:00:00Z");
    assert_reckoned_date(r, "2026-01-29", "2026-03-01T00:00:00Z");
    assert_reckoned_date(r, "2026-01-31", "2026-03-01T00:00:00Z");
    assert_reckoned_date(r, "2026-02-01", "2026-03-02T00:00:00Z");
    r.period = (tn_period){1, 1, 0};
    assert_reckoned_date(r, "2026-01-28", "2026-03-02T00:00:00Z");
    assert_reckoned_date(r, "2026-01-31", "2026-03-02T00:00:00Z");
    assert_reckoned_date(r, "2026-02-01", "2026-03-03T00:00:00Z");
    r.period = SECONDS(36 * 3600);
    assert_reckoned_date(r, "2026-05-13", "2026-05-15T12:00:00Z");
    /* A date is a whole day whatever the module counts. */
    r.whole_days = false;
    assert_reckoned_date(r, "2026-05-13", "2026-05-15T12:00:00Z");
}

static void test_reckon__gaps_and_folds(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone zone = load_zone(&arena, "Europe/Berlin");
    /* 02:30 does not exist on March 29 and comes twice on October 25. */
    assert_added(&zone, "2026-03-28T01:30:00Z", DAYS(1), "2026-03-29T01:00:00Z");
    assert_added(&zone, "2026-03-28T01:30:00Z", SECONDS(86400), "2026-03-29T01:30:00Z");
    assert_added(&zone, "2026-10-24T00:30:00Z", DAYS(1), "2026-10-25T01:30:00Z");
    assert_added(&zone, "2026-10-24T00:00:00Z", DAYS(1), "2026-10-25T00:00:00Z");
    assert_added(&zone, "2026-10-25T01:15:00Z", DAYS(1), "2026-10-26T02:00:00Z");
    assert_added(&zone, "2026-10-25T00:15:00Z", DAYS(1), "2026-10-26T01:15:00Z");
    assert_added(&zone, "2026-10-25T01:15:00Z", (tn_period){0, 1, 1},
                 "2026-10-26T02:00:01Z");
    /* Half an hour. */
    zone = load_zone(&arena, "Australia/Lord_Howe");
    assert_added(&zone, "2026-04-03T14:45:00Z", DAYS(1), "2026-04-04T15:15:00Z");
    assert_added(&zone, "2026-10-02T15:45:00Z", DAYS(1), "2026-10-03T15:30:00Z");
    tn_arena_free(&arena);
}

static void test_reckon__days_that_a_zone_skipped_or_repeated(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone zone = load_zone(&arena, "Pacific/Apia");
    tn_reckoning r = {.zone = &zone};
    assert_added(&zone, "2011-12-29T12:00:00-10:00", DAYS(1), "2011-12-30T10:00:00Z");
    assert_added(&zone, "2011-12-29T12:00:00-10:00", DAYS(2), "2011-12-30T22:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2011-12-29T12:00:00-10:00",
               "2011-12-30T10:00:00Z");
    assert_reckoned_date(r, "2011-12-29", "2011-12-30T10:00:00Z");
    assert_reckoned_date(r, "2011-12-30", "2011-12-30T10:00:00Z");
    assert_reckoned_date(r, "2011-12-31", "2011-12-31T10:00:00Z");
    zone = load_zone(&arena, "Pacific/Kwajalein");
    assert_reckoned_date(r, "1993-08-20", "1993-08-21T12:00:00Z");
    assert_reckoned_date(r, "1993-08-21", "1993-08-21T12:00:00Z");
    assert_reckoned_date(r, "1993-08-22", "1993-08-22T12:00:00Z");
    /* 23 hours shown twice: September 30 of 1969 ends when it ends the second time. */
    assert_end(&zone, TN_ROUND_DAY, "1969-09-30T12:59:00Z", "1969-10-01T12:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "1969-09-30T13:01:00Z", "1969-10-01T12:00:00Z");
    tn_arena_free(&arena);
}

static void test_reckon__folds_at_midnight(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    /* From 00:00 back to 23:00: the hour is of the day before. */
    tn_zone zone = load_zone(&arena, "America/Sao_Paulo");
    tn_reckoning r = {.zone = &zone, .whole_days = true, .period = DAYS(1)};
    assert_end(&zone, TN_ROUND_DAY, "2018-02-18T01:30:00Z", "2018-02-18T03:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2018-02-18T02:30:00Z", "2018-02-18T03:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2018-02-18T03:00:00Z", "2018-02-19T03:00:00Z");
    assert_reckoned(r, "2018-02-18T02:30:00Z", "2018-02-19T03:00:00Z");
    /* From 01:00 back to 00:00: the day starts when 00:00 is first shown. */
    zone = load_zone(&arena, "Atlantic/Azores");
    assert_end(&zone, TN_ROUND_DAY, "2026-10-24T22:00:00Z", "2026-10-25T00:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2026-10-25T01:30:00Z", "2026-10-26T01:00:00Z");
    /* From 00:01 back to 23:01: the later pass is of the new day, all of it. */
    zone = load_zone(&arena, "America/St_Johns");
    assert_end(&zone, TN_ROUND_DAY, "2006-10-29T02:00:00Z", "2006-10-29T03:30:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2006-10-29T02:30:30Z", "2006-10-30T03:30:00Z");
    assert_end(&zone, TN_ROUND_DAY, "2006-10-29T02:45:00Z", "2006-10-30T03:30:00Z");
    assert_reckoned(r, "2006-10-29T02:45:00Z", "2006-10-31T03:30:00Z");
    tn_arena_free(&arena);
}

static void test_reckon__outside_the_range_is_no_due_time(void **state)
{
    (void)state;
    tn_zone east = tn_zone_fixed(TN_STR("+09:00"), 9 * 3600);
    tn_instant out;
    tn_reckoning r = {.zone = &tn_zone_utc, .rounding = TN_ROUND_YEAR};
    assert_false(
        tn_period_add(&tn_zone_utc, at("9999-06-01T00:00:00Z"), MONTHS(12), &out));
    assert_false(tn_period_add(&tn_zone_utc, TN_INSTANT_MAX, SECONDS(1), &out));
    assert_false(tn_reckon(&r, at("9999-06-01T00:00:00Z"), &out));
    assert_false(tn_reckon_date(&r, TN_DAY_MAX, &out));
    r.zone = &east;
    assert_reckoned(r, "9999-06-01T00:00:00Z", "9999-12-31T15:00:00Z");
    assert_reckoned_date(r, "9999-12-31", "9999-12-31T15:00:00Z");
    assert_false(tn_reckon(&r, at("9999-12-31T23:00:00Z"), &out));
    const tn_period most = {TN_PERIOD_MONTHS_MAX, TN_PERIOD_DAYS_MAX,
                            TN_PERIOD_SECONDS_MAX};
    assert_false(tn_period_add(&east, TN_INSTANT_MIN, most, &out));
    /* In the far east the range's first day ends before the range begins. */
    tn_zone far_east = tn_zone_fixed(TN_STR("+25:00"), 25 * 3600);
    r = (tn_reckoning){.zone = &far_east};
    assert_reckoned_date(r, "0001-01-01", "0001-01-01T00:00:00Z");
    assert_reckoned_date(r, "0001-01-02", "0001-01-01T23:00:00Z");
}

static void test_reckon__one_cutoff(void **state)
{
    (void)state;
    tn_instant out;
    int32_t day;
    tn_reckoning r = {.zone = &tn_zone_utc, .period = MONTHS(1)};
    assert_cutoff(r, "2026-03-01T00:00:00Z", "2026-02-01T00:00:00Z");
    assert_cutoff(r, "2026-02-28T23:59:59.999999999Z",
                  "2026-01-28T23:59:59.999999999Z");
    r.rounding = TN_ROUND_YEAR;
    r.period = MONTHS(12);
    assert_cutoff(r, "2026-06-01T00:00:00Z", "2024-12-31T23:59:59.999999999Z");
    assert_true(tn_cutoff_date(&r, at("2026-06-01T00:00:00Z"), &day));
    assert_int_equal(day, day_at("2024-12-31"));
    r = (tn_reckoning){.zone = &tn_zone_utc, .period = DAYS(7)};
    assert_cutoff(r, "2026-06-08T12:00:00Z", "2026-06-01T12:00:00Z");
    assert_true(tn_cutoff_date(&r, at("2026-06-08T12:00:00Z"), &day));
    assert_int_equal(day, day_at("2026-05-31"));
    /* What leaves the range is never due, at no now. */
    assert_cutoff(r, "9999-12-31T23:59:59.999999999Z",
                  "9999-12-24T23:59:59.999999999Z");
    assert_true(tn_cutoff_date(&r, TN_INSTANT_MAX, &day));
    assert_int_equal(day, day_at("9999-12-23"));
    /* Nothing is old enough. */
    assert_false(tn_cutoff(&r, at("0001-01-07T23:59:59Z"), &out));
    assert_cutoff(r, "0001-01-08T00:00:00Z", "0001-01-01T00:00:00Z");
    assert_false(tn_cutoff_date(&r, at("0001-01-08T23:59:59Z"), &day));
    r.period = DAYS(0);
    assert_cutoff(r, "2026-06-08T12:00:00Z", "2026-06-08T12:00:00Z");
    assert_cutoff(r, "9999-12-31T23:59:59.999999999Z",
                  "9999-12-31T23:59:59.999999999Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reckon__missing_day_ends_with_its_month),
        cmocka_unit_test(test_reckon__months_then_days_then_hours),
        cmocka_unit_test(test_reckon__the_end_of_each_unit),
        cmocka_unit_test(test_reckon__a_period_counts_from_the_end_of_the_unit),
        cmocka_unit_test(test_reckon__a_whole_day_ends_when_it_ends),
        cmocka_unit_test(test_reckon__gaps_and_folds),
        cmocka_unit_test(test_reckon__days_that_a_zone_skipped_or_repeated),
        cmocka_unit_test(test_reckon__folds_at_midnight),
        cmocka_unit_test(test_reckon__outside_the_range_is_no_due_time),
        cmocka_unit_test(test_reckon__one_cutoff),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/calendar/support.h"

#include <stdlib.h>
#include <string.h>

static bool parses(const char *text)
{
    tn_instant t;
    return tn_instant_parse(tn_str_from(text), &t);
}

static void test_instant__reads_its_text(void **state)
{
    (void)state;
    const struct {
        const char *text;
        tn_instant t;
    } rows[] = {
        {"1970-01-01T00:00:00Z", {0, 0}},
        {"1969-12-31T23:59:59.999999999Z", {-1, 999999999}},
        {"2026-11-23T00:00:00Z", {1795392000, 0}},
        {"2024-02-29T23:59:59.5Z", {1709251199, 500000000}},
        {"2024-02-29T23:59:59.000000001Z", {1709251199, 1}},
        {"2024-02-29T23:59:59.120Z", {1709251199, 120000000}},
        {"2024-03-01T07:59:59+08:00", {1709251199, 0}},
        {"2024-02-29T14:29:59-09:30", {1709251199, 0}},
        {"1970-01-01T00:00:00-00:00", {0, 0}},
        {"1970-01-01T23:59:00+23:59", {0, 0}},
        {"0001-01-01T00:00:00Z", {TN_SECONDS_MIN, 0}},
        {"0000-12-31T23:00:00-01:00", {TN_SECONDS_MIN, 0}},
        {"9999-12-31T23:59:59.999999999Z", {TN_SECONDS_MAX, 999999999}},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        tn_instant t = at(rows[i].text);
        assert_int_equal(t.seconds, rows[i].t.seconds);
        assert_int_equal(t.nanos, rows[i].t.nanos);
    }
}

static void test_instant__refuses_all_other_text(void **state)
{
    (void)state;
    const char *const texts[] = {
        "",
        "2024-02-29",
        "2024-02-29T10:00:00",
        "2024-02-29T10:00Z",
        "2024-02-29t10:00:00Z",
        "2024-02-29T10:00:00z",
        "2024-02-29 10:00:00Z",
        " 2024-02-29T10:00:00Z",
        "2024-02-29T10:00:00Z ",
        "2024-02-29T10:00:00ZZ",
        "2023-02-29T10:00:00Z",
        "2100-02-29T10:00:00Z",
        "2024-04-31T10:00:00Z",
        "2024-00-01T10:00:00Z",
        "2024-13-01T10:00:00Z",
        "2024-01-00T10:00:00Z",
        "2024-01-32T10:00:00Z",
        "2024-02-29T24:00:00Z",
        "2024-02-29T10:60:00Z",
        "2024-02-29T10:00:60Z",
        "2024-02-29T10:00:00.Z",
        "2024-02-29T10:00:00.1234567890Z",
        "2024-02-29T10:00:00,5Z",
        "2024-02-29T10:00:00+0800",
        "2024-02-29T10:00:00+08",
        "2024-02-29T10:00:00+24:00",
        "2024-02-29T10:00:00+08:60",
        "2024-02-29T10:00:00+08:00:00",
        "2024-02-29T10:00:00 08:00",
        "2024-02-29T10:00:00.5",
        "2024-2-29T10:00:00.00Z",
        "+2024-02-29T10:00:00Z",
        "02024-02-29T10:00:00Z",
        "2024/02/29T10:00:00Z",
        "2024-02-29T10.00.00Z",
        "20:4-02-29T10:00:00Z",
        "2O24-02-29T10:00:00Z",
        "0000-12-31T23:59:59.999999999Z",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "2024-02-29T10:00:00\xC2\xA0Z",
    };
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        if (parses(texts[i]))
            fail_msg("taken for an instant: '%s'", texts[i]);
    }
}

/* Every byte in every place of a good text: what is still read must be read alike by
 * a parser that looks at one byte after the other. */
static bool slow_parse(const char *s, size_t len, int64_t *seconds)
{
    const char *shape = "dddd-dd-ddTdd:dd:ddZ";
    if (len != strlen(shape))
        return false;
    for (size_t i = 0; i < len; i++) {
        bool digit = s[i] >= '0' && s[i] <= '9';
        if (shape[i] == 'd' ? !digit : s[i] != shape[i])
            return false;
    }
    int n[6];
    const size_t starts[] = {0, 5, 8, 11, 14, 17};
    for (size_t i = 0; i < 6; i++)
        n[i] = atoi(s + starts[i]);
    tn_civil civil = {
        n[0], (uint8_t)n[1], (uint8_t)n[2], (uint8_t)n[3], (uint8_t)n[4], (uint8_t)n[5],
        0};
    *seconds = tn_civil_is_valid(&civil) ? tn_civil_to_seconds(&civil) : INT64_MIN;
    return *seconds >= TN_SECONDS_MIN;
}

static void test_instant__every_byte_counts(void **state)
{
    (void)state;
    const char *const texts[] = {"2024-02-29T10:00:00Z", "1999-12-31T23:59:59Z",
                                 "0001-01-01T00:00:00Z", "2019-09-09T19:09:09Z"};
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        char text[21];
        size_t len = strlen(texts[i]);
        for (size_t place = 0; place < len; place++) {
            for (int byte = 0; byte < 256; byte++) {
                memcpy(text, texts[i], sizeof(text));
                text[place] = (char)byte;
                int64_t seconds = 0;
                tn_instant t = {0, 0};
                bool good = slow_parse(text, len, &seconds);
                assert_int_equal(tn_instant_parse((tn_str){text, len}, &t), good);
                if (good)
                    assert_int_equal(t.seconds, seconds);
            }
        }
    }
}

/* Each prefix in a block of its own, so that a sanitizer sees a read past its end. */
static void test_instant__reads_no_further_than_its_text(void **state)
{
    (void)state;
    const char *text = "2024-02-29T10:00:00.123456789+08:00";
    for (size_t len = 0; len < strlen(text); len++) {
        char *copy = malloc(len + 1);
        assert_non_null(copy);
        char *end = copy + 1;
        memcpy(end, text, len);
        tn_instant t;
        tn_civil civil;
        int32_t day;
        tn_str view = {end, len};
        assert_false(tn_instant_parse(view, &t));
        assert_int_equal(tn_local_parse(view, &civil),
                         len >= 19 && len != 20 && len < 30);
        assert_int_equal(tn_date_parse(view, &day), len == 10);
        free(copy);
    }
    assert_false(tn_instant_parse((tn_str){NULL, 0}, &(tn_instant){0, 0}));
}

static void test_instant__reads_zoneless_text(void **state)
{
    (void)state;
    tn_civil civil;
    assert_true(tn_local_parse(TN_STR("2024-02-29T23:58:57.25"), &civil));
    assert_int_equal(civil.year, 2024);
    assert_int_equal(civil.month, 2);
    assert_int_equal(civil.day, 29);
    assert_int_equal(civil.hour, 23);
    assert_int_equal(civil.minute, 58);
    assert_int_equal(civil.second, 57);
    assert_int_equal(civil.nanos, 250000000);
    assert_false(tn_local_parse(TN_STR("2024-02-29T23:58:57Z"), &civil));
    assert_false(tn_local_parse(TN_STR("2024-02-29T23:58:57+01:00"), &civil));
    assert_false(tn_local_parse(TN_STR("2024-02-30T23:58:57"), &civil));
    assert_true(tn_local_parse(TN_STR("2024-02-29 23:58:57"), &civil));
    assert_int_equal(civil.hour, 23);
    assert_false(tn_local_parse(TN_STR("2024-02-29  23:58:57"), &civil));
    assert_false(tn_local_parse(TN_STR("2024-02-29t23:58:57"), &civil));
    assert_false(tn_local_parse(TN_STR("2024-02-29_23:58:57"), &civil));
    assert_false(tn_instant_parse(TN_STR("2024-02-29 23:58:57Z"), &(tn_instant){0, 0}));
}

static void test_instant__reads_and_writes_dates(void **state)
{
    (void)state;
    char text[TN_DATE_TEXT_MAX];
    const char *const good[] = {"0001-01-01", "1970-01-01", "2024-02-29", "9999-12-31"};
    const char *const bad[] = {"0000-12-31",  "2023-02-29", "2024-2-29", "2024-02-29Z",
                               "2024-02-29T", "24-02-29",   "2024-02-2", "2024-02:29"};
    for (size_t i = 0; i < TN_COUNT(good); i++) {
        assert_int_equal(tn_date_format(day_at(good[i]), text), 10);
        assert_string_equal(text, good[i]);
    }
    int32_t day;
    for (size_t i = 0; i < TN_COUNT(bad); i++)
        assert_false(tn_date_parse(tn_str_from(bad[i]), &day));
    assert_int_equal(day_at("1970-01-02"), 1);
    assert_int_equal(day_at("0001-01-01"), TN_DAY_MIN);
    assert_int_equal(day_at("9999-12-31"), TN_DAY_MAX);
}

static void test_instant__text_goes_both_ways(void **state)
{
    (void)state;
    uint64_t random = 1182;
    print_message("# seed 1182\n");
    const uint32_t steps[] = {1, 1000, 1000000, 100000000, 1000000000};
    for (int i = 0; i < 100000; i++) {
        uint32_t step = steps[i % 5];
        tn_instant t = {random_between(&random, TN_SECONDS_MIN, TN_SECONDS_MAX),
                        (uint32_t)random_between(&random, 0, NANOS_MAX) / step * step};
        char text[TN_INSTANT_TEXT_MAX];
        size_t len = tn_instant_format(t, text);
        assert_int_equal(len, strlen(text));
        assert_int_equal(tn_instant_compare(at(text), t), 0);
        assert_int_not_equal(text[len - 2], t.nanos == 0 ? ':' : '0');
    }
    assert_instant((tn_instant){0, 10000000}, "1970-01-01T00:00:00.01Z");
    assert_instant(TN_INSTANT_MIN, "0001-01-01T00:00:00Z");
    assert_instant(TN_INSTANT_MAX, "9999-12-31T23:59:59.999999999Z");
}

static void test_instant__adds_within_the_range(void **state)
{
    (void)state;
    tn_instant t;
    assert_true(tn_instant_add(at("2024-01-01T00:00:00.5Z"), 1, 700000000, &t));
    assert_instant(t, "2024-01-01T00:00:02.2Z");
    assert_true(tn_instant_add(at("2024-01-01T00:00:00.5Z"), 0, -600000000, &t));
    assert_instant(t, "2023-12-31T23:59:59.9Z");
    assert_true(tn_instant_subtract(at("2024-01-01T00:00:00.5Z"), 1, 700000000, &t));
    assert_instant(t, "2023-12-31T23:59:58.8Z");
    assert_true(tn_instant_subtract(at("2024-01-01T00:00:00Z"), 0, -1, &t));
    assert_instant(t, "2024-01-01T00:00:00.000000001Z");
    assert_true(
        tn_instant_add(TN_INSTANT_MIN, TN_SECONDS_MAX - TN_SECONDS_MIN, NANOS_MAX, &t));
    assert_int_equal(tn_instant_compare(t, TN_INSTANT_MAX), 0);
    assert_false(tn_instant_add(TN_INSTANT_MAX, 0, 1, &t));
    assert_false(tn_instant_subtract(TN_INSTANT_MIN, 0, 1, &t));
    assert_false(tn_instant_add(TN_INSTANT_MIN, -1, 0, &t));
    const int64_t ends[] = {INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < TN_COUNT(ends); i++) {
        assert_false(
            tn_instant_add(at("2024-01-01T00:00:00.5Z"), ends[i], ends[i], &t));
        assert_false(
            tn_instant_subtract(at("2024-01-01T00:00:00.5Z"), ends[i], ends[i], &t));
    }
    /* 292 years either way are inside the range. */
    assert_true(tn_instant_add(at("2024-01-01T00:00:00Z"), 0, INT64_MAX, &t));
    assert_instant(t, "2316-04-11T23:47:16.854775807Z");
    assert_true(tn_instant_subtract(at("2024-01-01T00:00:00Z"), 0, INT64_MIN, &t));
    assert_instant(t, "2316-04-11T23:47:16.854775808Z");
}

static void test_instant__orders(void **state)
{
    (void)state;
    const char *const texts[] = {"0001-01-01T00:00:00Z", "1969-12-31T23:59:59.9Z",
                                 "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.1Z",
                                 "9999-12-31T23:59:59Z"};
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        for (size_t j = 0; j < TN_COUNT(texts); j++) {
            int order = tn_instant_compare(at(texts[i]), at(texts[j]));
            assert_int_equal(order, (i > j) - (i < j));
        }
    }
    assert_false(tn_instant_is_valid((tn_instant){0, 1000000000}));
    assert_false(tn_instant_is_valid((tn_instant){TN_SECONDS_MIN - 1, 0}));
    assert_false(tn_instant_is_valid((tn_instant){TN_SECONDS_MAX + 1, 0}));
}

static void test_instant__counts_round_down(void **state)
{
    (void)state;
    int64_t count;
    assert_true(
        tn_instant_to_count(at("1969-12-31T23:59:59.0019Z"), TN_TICK_MILLIS, &count));
    assert_int_equal(count, -999);
    assert_true(
        tn_instant_to_count(at("1969-12-31T23:59:59.0019Z"), TN_TICK_SECONDS, &count));
    assert_int_equal(count, -1);
    assert_true(
        tn_instant_to_count(at("1970-01-01T00:00:01.0019Z"), TN_TICK_MICROS, &count));
    assert_int_equal(count, 1001900);
    assert_true(tn_instant_to_count(at("1677-09-21T00:12:43.145224192Z"), TN_TICK_NANOS,
                                    &count));
    assert_int_equal(count, INT64_MIN);
    assert_false(tn_instant_to_count(at("1677-09-21T00:12:43.145224191Z"),
                                     TN_TICK_NANOS, &count));
    assert_true(tn_instant_to_count(at("2262-04-11T23:47:16.854775806Z"), TN_TICK_NANOS,
                                    &count));
    assert_int_equal(count, INT64_MAX - 1);
    assert_true(tn_instant_to_count(TN_INSTANT_MAX, TN_TICK_NANOS, &count));
    assert_int_equal(count, INT64_MAX);
}

static void test_instant__counts_go_both_ways(void **state)
{
    (void)state;
    uint64_t random = 3339;
    print_message("# seed 3339\n");
    for (int i = 0; i < 100000; i++) {
        tn_tick tick = (tn_tick)(i % 4);
        tn_instant t = {random_between(&random, -9223372036, 9223372035),
                        (uint32_t)random_between(&random, 0, NANOS_MAX)};
        int64_t count;
        tn_instant down;
        tn_instant up;
        assert_true(tn_instant_to_count(t, tick, &count));
        assert_true(tn_instant_from_count(count, tick, &down));
        assert_true(tn_instant_from_count(count + 1, tick, &up));
        assert_true(tn_instant_compare(down, t) <= 0 && tn_instant_compare(t, up) < 0);
    }
    tn_instant t;
    assert_true(tn_instant_from_count(TN_SECONDS_MAX * 1000 + 999, TN_TICK_MILLIS, &t));
    assert_instant(t, "9999-12-31T23:59:59.999Z");
    assert_false(
        tn_instant_from_count(TN_SECONDS_MAX * 1000 + 1000, TN_TICK_MILLIS, &t));
    assert_false(tn_instant_from_count(TN_SECONDS_MIN * 1000 - 1, TN_TICK_MILLIS, &t));
    assert_false(tn_instant_from_count(INT64_MIN, TN_TICK_SECONDS, &t));
    assert_true(tn_instant_from_count(INT64_MIN, TN_TICK_NANOS, &t));
    assert_instant(t, "1677-09-21T00:12:43.145224192Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instant__reads_its_text),
        cmocka_unit_test(test_instant__refuses_all_other_text),
        cmocka_unit_test(test_instant__every_byte_counts),
        cmocka_unit_test(test_instant__reads_no_further_than_its_text),
        cmocka_unit_test(test_instant__reads_zoneless_text),
        cmocka_unit_test(test_instant__reads_and_writes_dates),
        cmocka_unit_test(test_instant__text_goes_both_ways),
        cmocka_unit_test(test_instant__adds_within_the_range),
        cmocka_unit_test(test_instant__orders),
        cmocka_unit_test(test_instant__counts_round_down),
        cmocka_unit_test(test_instant__counts_go_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

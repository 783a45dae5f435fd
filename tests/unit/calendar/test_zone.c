#include "tests/unit/calendar/support.h"

#include <string.h>

static void test_zone__utc_has_no_transitions(void **state)
{
    (void)state;
    assert_true(tn_zone_is_valid(&tn_zone_utc));
    assert_int_equal(tn_zone_offset_at(&tn_zone_utc, TN_SECONDS_MAX), 0);
    assert_int_equal(tn_zone_find(&tn_zone_utc, 0), -1);
    tn_zone east = tn_zone_fixed(TN_STR("+05:30"), 19800);
    assert_true(tn_zone_is_valid(&east));
    assert_int_equal(tn_zone_offset_at(&east, 0), 19800);
}

static void test_zone__a_transition_counts_from_its_second(void **state)
{
    (void)state;
    const int64_t ats[] = {-1000000, 0, 1000000};
    const int32_t offsets[] = {1, 2, 3};
    tn_zone zone = {.at = ats, .offset = offsets, .count = 3, .first_offset = -5};
    assert_true(tn_zone_is_valid(&zone));
    const struct {
        int64_t seconds;
        int32_t offset;
    } rows[] = {
        {TN_SECONDS_MIN, -5}, {-1000001, -5}, {-1000000, 1},      {-1, 1}, {0, 2},
        {999999, 2},          {1000000, 3},   {TN_SECONDS_MAX, 3}};
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        assert_int_equal(tn_zone_offset_at(&zone, rows[i].seconds), rows[i].offset);
}

static void test_zone__a_cycle_repeats_every_400_years(void **state)
{
    (void)state;
    const int64_t ats[] = {-5000000, 1000000, 2000000, 3000000};
    const int32_t offsets[] = {60, 3600, 0, 7200};
    tn_zone zone = {.at = ats, .offset = offsets, .count = 4, .cycle = 3};
    assert_true(tn_zone_is_valid(&zone));
    for (int64_t turn = 0; turn < 3000; turn += turn < 5 ? 1 : 997) {
        int64_t shift = turn * TN_ZONE_CYCLE_SECONDS;
        assert_int_equal(tn_zone_offset_at(&zone, shift + 1000000), 3600);
        assert_int_equal(tn_zone_offset_at(&zone, shift + 2000000 - 1), 3600);
        assert_int_equal(tn_zone_offset_at(&zone, shift + 2000000), 0);
        assert_int_equal(tn_zone_offset_at(&zone, shift + 3000000), 7200);
        /* What the cycle ends with lasts until it starts again. */
        assert_int_equal(tn_zone_offset_at(&zone, shift + 1000000 - 1),
                         turn == 0 ? 60 : 7200);
        int64_t index = tn_zone_find(&zone, shift + 2500000);
        assert_int_equal(index, 2 + 3 * turn);
        assert_int_equal(tn_zone_at(&zone, index), shift + 2000000);
        assert_int_equal(tn_zone_at(&zone, index + 2) - tn_zone_at(&zone, index - 1),
                         TN_ZONE_CYCLE_SECONDS);
    }
}

/* One good zone, and the same with one thing wrong each. */
static void test_zone__what_is_broken_is_not_valid(void **state)
{
    (void)state;
    int64_t ats[12];
    int32_t offsets[12];
    for (int i = 0; i < 12; i++) {
        ats[i] = i * 10000000;
        offsets[i] = i % 2 * 3600;
    }
    const tn_zone good = {.at = ats, .offset = offsets, .count = 12, .cycle = 12};
    assert_true(tn_zone_is_valid(&good));
    tn_zone bad = good;
    bad.cycle = 13;
    assert_false(tn_zone_is_valid(&bad));
    bad = good;
    bad.first_offset = TN_ZONE_OFFSET_LIMIT;
    assert_false(tn_zone_is_valid(&bad));
    bad = good;
    bad.count = TN_ZONE_COUNT_MAX + 1;
    assert_false(tn_zone_is_valid(&bad));
    offsets[5] = -TN_ZONE_OFFSET_LIMIT;
    assert_false(tn_zone_is_valid(&good));
    offsets[5] = INT32_MIN;
    assert_false(tn_zone_is_valid(&good));
    offsets[5] = 0;
    ats[5] = ats[4];
    assert_false(tn_zone_is_valid(&good));
    ats[5] = ats[6];
    assert_false(tn_zone_is_valid(&good));
    ats[5] = 50000000;
    ats[11] = TN_ZONE_CYCLE_SECONDS;
    assert_false(tn_zone_is_valid(&good));
    bad = good;
    bad.cycle = 11;
    assert_true(tn_zone_is_valid(&bad));
    ats[11] = INT64_MAX;
    assert_false(tn_zone_is_valid(&bad));
    ats[11] = 110000000;
    ats[0] = INT64_MIN;
    bad.cycle = 0;
    assert_false(tn_zone_is_valid(&bad));
    ats[0] = 0;
    assert_true(tn_zone_is_valid(&bad));
}

static void test_zone__crowded_transitions_are_not_valid(void **state)
{
    (void)state;
    int64_t ats[TN_ZONE_CLOSE_MAX + 1];
    int32_t offsets[TN_ZONE_CLOSE_MAX + 1] = {0};
    for (int i = 0; i <= TN_ZONE_CLOSE_MAX; i++)
        ats[i] = i;
    tn_zone zone = {.at = ats, .offset = offsets, .count = TN_ZONE_CLOSE_MAX};
    assert_true(tn_zone_is_valid(&zone));
    zone.count = TN_ZONE_CLOSE_MAX + 1;
    assert_false(tn_zone_is_valid(&zone));
    ats[TN_ZONE_CLOSE_MAX] = 2 * TN_ZONE_OFFSET_LIMIT;
    assert_false(tn_zone_is_valid(&zone));
    ats[TN_ZONE_CLOSE_MAX] = 2 * TN_ZONE_OFFSET_LIMIT + 1;
    assert_true(tn_zone_is_valid(&zone));
    /* Crowded where the cycle closes. */
    ats[TN_ZONE_CLOSE_MAX] = TN_ZONE_CYCLE_SECONDS - 1;
    assert_true(tn_zone_is_valid(&zone));
    zone.cycle = zone.count;
    assert_false(tn_zone_is_valid(&zone));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zone__utc_has_no_transitions),
        cmocka_unit_test(test_zone__a_transition_counts_from_its_second),
        cmocka_unit_test(test_zone__a_cycle_repeats_every_400_years),
        cmocka_unit_test(test_zone__what_is_broken_is_not_valid),
        cmocka_unit_test(test_zone__crowded_transitions_are_not_valid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

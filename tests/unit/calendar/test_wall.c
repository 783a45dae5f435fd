#include "tests/unit/calendar/support.h"

enum { HALF_HOUR = 1800, HOUR = 3600 };

/* A zone with one transition at 0, from offset 0. */
static tn_zone jump(const int32_t *offset)
{
    static const int64_t ats[] = {0};
    return (tn_zone){.at = ats, .offset = offset, .count = 1};
}

static void assert_wall(const tn_zone *zone, tn_instant t, int64_t seconds,
                        uint32_t nanos, bool repeated)
{
    tn_wall wall = tn_wall_at(zone, t);
    assert_int_equal(wall.seconds, seconds);
    assert_int_equal(wall.nanos, nanos);
    assert_int_equal(wall.repeated, repeated);
}

static void assert_passed(const tn_zone *zone, int64_t seconds, uint32_t nanos,
                          int64_t t_seconds, uint32_t t_nanos)
{
    tn_instant t = tn_wall_instant(zone, seconds, nanos);
    assert_int_equal(t.seconds, t_seconds);
    assert_int_equal(t.nanos, t_nanos);
}

static void test_wall__a_gap_ends_at_the_transition(void **state)
{
    (void)state;
    const int32_t offset = HOUR;
    tn_zone zone = jump(&offset);
    assert_wall(&zone, (tn_instant){-1, NANOS_MAX}, -1, NANOS_MAX, false);
    assert_wall(&zone, (tn_instant){0, 0}, HOUR, 0, false);
    assert_passed(&zone, -1, NANOS_MAX, -1, NANOS_MAX);
    assert_passed(&zone, 0, 0, 0, 0);
    assert_passed(&zone, 0, 1, 0, 0);
    assert_passed(&zone, HOUR - 1, NANOS_MAX, 0, 0);
    assert_passed(&zone, HOUR, 0, 0, 0);
    assert_passed(&zone, HOUR, 1, 0, 1);
}

static void test_wall__a_later_pass_is_the_end_of_its_stretch(void **state)
{
    (void)state;
    const int32_t offset = -HOUR;
    tn_zone zone = jump(&offset);
    assert_wall(&zone, (tn_instant){-1, NANOS_MAX}, -1, NANOS_MAX, false);
    assert_wall(&zone, (tn_instant){0, 0}, 0, 0, true);
    assert_wall(&zone, (tn_instant){HALF_HOUR, 5}, 0, 0, true);
    assert_wall(&zone, (tn_instant){HOUR - 1, NANOS_MAX}, 0, 0, true);
    assert_wall(&zone, (tn_instant){HOUR, 0}, 0, 0, false);
    assert_wall(&zone, (tn_instant){HOUR, 5}, 0, 5, false);
    /* The start of the stretch is never undercut once shown; all else in it only
     * after the later pass. */
    assert_passed(&zone, -HOUR, 0, -HOUR, 0);
    assert_passed(&zone, -HOUR, 1, 0, 1);
    assert_passed(&zone, -HALF_HOUR, 0, HALF_HOUR, 0);
    assert_passed(&zone, -1, NANOS_MAX, HOUR - 1, NANOS_MAX);
    assert_passed(&zone, 0, 0, HOUR, 0);
}

static void test_wall__the_day_of_a_later_pass_holds_its_last_nanosecond(void **state)
{
    (void)state;
    /* From midnight back into the day before: the hour belongs to that day. */
    const int32_t offset = -HOUR;
    tn_zone zone = jump(&offset);
    assert_int_equal(tn_wall_day(&zone, (tn_instant){-1, 0}), -1);
    assert_int_equal(tn_wall_day(&zone, (tn_instant){HALF_HOUR, 0}), -1);
    assert_int_equal(tn_wall_day(&zone, (tn_instant){HOUR, 0}), 0);
}

/* The clocks set back twice, the second time while the first stretch is shown again. */
static void test_wall__a_fold_within_a_fold_is_one_stretch(void **state)
{
    (void)state;
    const int64_t ats[] = {0, HALF_HOUR};
    const int32_t offsets[] = {-HOUR, -2 * HOUR};
    tn_zone zone = {.at = ats, .offset = offsets, .count = 2};
    assert_wall(&zone, (tn_instant){HALF_HOUR, 0}, 0, 0, true);
    assert_wall(&zone, (tn_instant){HOUR, 0}, 0, 0, true);
    assert_wall(&zone, (tn_instant){2 * HOUR, 0}, 0, 0, false);
    assert_passed(&zone, -HALF_HOUR, 0, 3 * HALF_HOUR, 0);
    assert_passed(&zone, 0, 0, 2 * HOUR, 0);
}

/* The definitions, by looking at every half hour. Transitions are at half hours, so
 * that between two of them the clocks run on: what they show until the next is the
 * half hour's end. */
enum { GRID = 400, GRID_MARGIN = 110 };

static int64_t shown(const tn_zone *zone, int64_t cell)
{
    int32_t offset = zone->first_offset;
    for (uint32_t i = 0; i < zone->count && zone->at[i] <= cell * HALF_HOUR; i++)
        offset = zone->offset[i];
    return cell * HALF_HOUR + offset;
}

static int64_t slow_wall(const tn_zone *zone, int64_t cell)
{
    int64_t most = shown(zone, cell);
    for (int64_t i = -GRID_MARGIN; i < cell; i++) {
        int64_t until = shown(zone, i) + HALF_HOUR;
        most = until > most ? until : most;
    }
    return most;
}

static int64_t slow_instant(const tn_zone *zone, int64_t seconds)
{
    int64_t cell = GRID + GRID_MARGIN;
    while (shown(zone, cell - 1) >= seconds)
        cell--;
    return cell * HALF_HOUR;
}

static void compare_on_grid(const tn_zone *zone)
{
    for (int64_t cell = 0; cell < GRID; cell++) {
        tn_wall wall = tn_wall_at(zone, (tn_instant){cell * HALF_HOUR, 0});
        assert_int_equal(wall.seconds, slow_wall(zone, cell));
        assert_int_equal(wall.repeated, wall.seconds > shown(zone, cell));
        tn_instant t = tn_wall_instant(zone, cell * HALF_HOUR, 0);
        assert_int_equal(t.seconds, slow_instant(zone, cell * HALF_HOUR));
    }
}

static void test_wall__is_its_definition_in_any_zone(void **state)
{
    (void)state;
    uint64_t random = 86400;
    print_message("# seed 86400\n");
    for (int turn = 0; turn < 60; turn++) {
        int64_t ats[TN_ZONE_CLOSE_MAX];
        int32_t offsets[TN_ZONE_CLOSE_MAX];
        uint32_t count = (uint32_t)random_between(&random, 1, TN_ZONE_CLOSE_MAX);
        int64_t reach = random_between(&random, 2, 51);
        int64_t cell = random_between(&random, 0, 200);
        for (uint32_t i = 0; i < count; i++) {
            ats[i] = cell * HALF_HOUR;
            cell += random_between(&random, 1, 12);
            offsets[i] = (int32_t)random_between(&random, -reach, reach) * HALF_HOUR;
        }
        tn_zone zone = {.at = ats,
                        .offset = offsets,
                        .count = count,
                        .first_offset =
                            (int32_t)random_between(&random, -reach, reach) *
                            HALF_HOUR};
        assert_true(tn_zone_is_valid(&zone));
        compare_on_grid(&zone);
    }
}

/* What an image may hold and still pass the verifier keeps the promise of order. */
static void test_wall__never_runs_back_in_a_valid_zone(void **state)
{
    (void)state;
    uint64_t random = 1971;
    print_message("# seed 1971\n");
    int valid_count = 0;
    for (int turn = 0; turn < 2000; turn++) {
        int64_t ats[40];
        int32_t offsets[40];
        uint32_t count = (uint32_t)random_between(&random, 1, 40);
        int64_t second = 0;
        for (uint32_t i = 0; i < count; i++) {
            ats[i] = second;
            second += random_between(&random, 1, 60000);
            offsets[i] = (int32_t)random_between(&random, 1 - TN_ZONE_OFFSET_LIMIT,
                                                 TN_ZONE_OFFSET_LIMIT - 1);
        }
        tn_zone zone = {.at = ats,
                        .offset = offsets,
                        .count = count,
                        .cycle = (uint32_t)random_between(&random, 0, count)};
        if (!tn_zone_is_valid(&zone))
            continue;
        valid_count++;
        int64_t t = random_between(&random, 0, 3) * TN_ZONE_CYCLE_SECONDS - 200000;
        int64_t before = INT64_MIN;
        int64_t before_instant = INT64_MIN;
        for (int i = 0; i < 300; i++, t += 9001) {
            tn_wall wall = tn_wall_at(&zone, (tn_instant){t, 0});
            int64_t instant = tn_wall_instant(&zone, t, 0).seconds;
            assert_true(wall.seconds >= before && instant >= before_instant);
            assert_true(tn_wall_instant(&zone, wall.seconds, 0).seconds >= t);
            before = wall.seconds;
            before_instant = instant;
        }
    }
    assert_true(valid_count > 200);
}

static void test_wall__zoneless_text_in_a_fold_is_the_later_pass(void **state)
{
    (void)state;
    const int32_t offset = -HOUR;
    tn_zone zone = jump(&offset);
    tn_civil civil;
    tn_instant t;
    assert_true(tn_local_parse(TN_STR("1969-12-31T23:30:00.5"), &civil));
    assert_true(tn_local_instant(&zone, &civil, &t));
    assert_instant(t, "1970-01-01T00:30:00.5Z");
    assert_true(tn_local_parse(TN_STR("9999-12-31T23:00:00"), &civil));
    assert_false(tn_local_instant(&zone, &civil, &t));
    assert_true(tn_local_parse(TN_STR("0000-12-31T23:00:00"), &civil));
    assert_false(tn_local_instant(&tn_zone_utc, &civil, &t));
    tn_zone west = tn_zone_fixed(TN_STR("-01:00"), -HOUR);
    assert_true(tn_local_instant(&west, &civil, &t));
    assert_instant(t, "0001-01-01T00:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wall__a_gap_ends_at_the_transition),
        cmocka_unit_test(test_wall__a_later_pass_is_the_end_of_its_stretch),
        cmocka_unit_test(test_wall__the_day_of_a_later_pass_holds_its_last_nanosecond),
        cmocka_unit_test(test_wall__a_fold_within_a_fold_is_one_stretch),
        cmocka_unit_test(test_wall__is_its_definition_in_any_zone),
        cmocka_unit_test(test_wall__never_runs_back_in_a_valid_zone),
        cmocka_unit_test(test_wall__zoneless_text_in_a_fold_is_the_later_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

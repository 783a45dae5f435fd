#include "interp/eval/horizon.h"
#include "tests/support/memory.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void make(tn_arena *arena, const char *from, const char *until, tn_step step,
                 tn_horizon *out)
{
    tn_arena_init(arena, NULL);
    assert_int_equal(
        tn_horizon_make(test_instant(from), test_instant(until), step, arena, out),
        TN_OK);
}

static void assert_names(const tn_horizon *horizon, const char *expected)
{
    char names[512] = "";
    for (uint32_t i = 0; i < horizon->count; i++) {
        char name[16];
        tn_horizon_name(horizon, i, name);
        strcat(strcat(names, name), " ");
    }
    assert_string_equal(names, expected);
}

static void test_horizon__days_weeks_and_months_are_parted_at_midnights(void **state)
{
    (void)state;
    tn_arena arena;
    tn_horizon horizon;
    make(&arena, "2023-12-30T10:00:00Z", "2024-01-02T00:00:00Z", TN_STEP_DAY, &horizon);
    assert_names(&horizon, "2023-12-30 2023-12-31 2024-01-01 ");
    tn_arena_free(&arena);
    make(&arena, "2026-11-25T10:00:00Z", "2026-12-08T00:00:00Z", TN_STEP_WEEK,
         &horizon);
    assert_names(&horizon, "2026-11-25 2026-11-30 2026-12-07 ");
    tn_arena_free(&arena);
    make(&arena, "2023-11-30T23:59:59Z", "2024-03-01T00:00:00Z", TN_STEP_MONTH,
         &horizon);
    assert_names(&horizon, "2023-11 2023-12 2024-01 2024-02 ");
    tn_arena_free(&arena);
    make(&arena, "1969-12-27T00:00:00Z", "1970-01-06T00:00:00Z", TN_STEP_WEEK,
         &horizon);
    assert_names(&horizon, "1969-12-27 1969-12-29 1970-01-05 ");
    tn_arena_free(&arena);
}

static void test_horizon__each_instant_lies_in_one_step(void **state)
{
    (void)state;
    tn_arena arena;
    tn_horizon horizon;
    make(&arena, "2026-11-23T00:00:00Z", "2026-11-26T12:00:00Z", TN_STEP_DAY, &horizon);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-22T23:59:59Z")),
                     TN_NONE);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-23T00:00:00Z")),
                     0);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-23T23:59:59Z")),
                     0);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-24T00:00:00Z")),
                     1);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-26T11:59:59Z")),
                     3);
    assert_int_equal(tn_horizon_find(&horizon, test_instant("2026-11-26T12:00:00Z")),
                     TN_NONE);
    tn_arena_free(&arena);
}

static void test_horizon__too_many_steps_are_a_limit(void **state)
{
    (void)state;
    tn_arena arena;
    tn_horizon horizon;
    tn_arena_init(&arena, NULL);
    assert_int_equal(tn_horizon_make(test_instant("2026-01-01T00:00:00Z"),
                                     test_instant("2226-01-01T00:00:00Z"), TN_STEP_DAY,
                                     &arena, &horizon),
                     TN_LIMIT);
    tn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_horizon__days_weeks_and_months_are_parted_at_midnights),
        cmocka_unit_test(test_horizon__each_instant_lies_in_one_step),
        cmocka_unit_test(test_horizon__too_many_steps_are_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Predicates: three values, and cutoffs in a column's own unit. */
#include "interp/calendar/instant.h"
#include "interp/push/predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static tn_arena arena;

static int open_arena(void **state)
{
    (void)state;
    tn_arena_init(&arena, NULL);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    tn_arena_free(&arena);
    return 0;
}

static const tn_pred_column text_time = {0, {.type = TN_FIELD_TIMESTAMP}};

static tn_value text(const char *s)
{
    return (tn_value){TN_KIND_STRING, {.text = tn_str_from(s)}};
}

static tn_instant instant(const char *s)
{
    tn_instant t;
    assert_true(tn_instant_parse(tn_str_from(s), &t));
    return t;
}

static void test_logic__unsure_is_neither(void **state)
{
    (void)state;
    const tn_pred *yes = tn_pred_constant(TN_PRED_TRUE);
    const tn_pred *no = tn_pred_constant(TN_PRED_FALSE);
    const tn_pred *unsure = tn_pred_constant(TN_PRED_UNSURE);
    const tn_pred *leaf = tn_pred_leaf(&arena, TN_PRED_NULL, &text_time, NULL);
    tn_value null = {.kind = TN_KIND_NULL}, broken = text("yesterday");
    assert_int_equal(tn_pred_test(leaf, &null), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(leaf, &broken), TN_PRED_SAYS_UNSURE);
    assert_int_equal(tn_pred_test(tn_pred_not(&arena, leaf), &broken),
                     TN_PRED_SAYS_UNSURE);
    const tn_pred *both = tn_pred_and(&arena, leaf, unsure);
    assert_int_equal(tn_pred_test(both, &null), TN_PRED_SAYS_UNSURE);
    const tn_pred *other = tn_pred_leaf(&arena, TN_PRED_NULL, &text_time, NULL);
    const tn_pred *one = tn_pred_or(&arena, unsure, tn_pred_or(&arena, leaf, other));
    assert_int_equal(one->part_count, 3);
    assert_int_equal(tn_pred_test(one, &null), TN_PRED_SAYS_YES);
    assert_ptr_equal(tn_pred_and(&arena, unsure, no), no);
    assert_ptr_equal(tn_pred_or(&arena, unsure, yes), yes);
    assert_ptr_equal(tn_pred_and(&arena, leaf, NULL), NULL);
}

static void test_instants__are_asked_for_as_up_to(void **state)
{
    (void)state;
    tn_instant t = instant("2024-02-29T10:00:00Z");
    tn_value same = text("2024-02-29T11:00:00+01:00");
    tn_value before = text("2024-02-29T09:59:59.999999999Z");
    tn_value null = {.kind = TN_KIND_NULL}, broken = text("2024-02-30T00:00:00Z");
    const tn_pred *up_to = tn_pred_up_to(&arena, &text_time, t);
    const tn_pred *less = tn_pred_before(&arena, &text_time, t);
    const tn_pred *at = tn_pred_at(&arena, &text_time, t);
    assert_int_equal(tn_pred_test(up_to, &same), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(less, &same), TN_PRED_SAYS_NO);
    assert_int_equal(tn_pred_test(less, &before), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(at, &same), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(at, &before), TN_PRED_SAYS_NO);
    assert_int_equal(tn_pred_test(at, &null), TN_PRED_SAYS_NO);
    assert_int_equal(tn_pred_test(up_to, &null), TN_PRED_SAYS_UNSURE);
    assert_int_equal(tn_pred_test(at, &broken), TN_PRED_SAYS_UNSURE);
}

static void test_dates__are_asked_for_by_days(void **state)
{
    (void)state;
    tn_pred_column date = {0, {.type = TN_FIELD_DATE}};
    tn_value day = text("1969-12-31");
    const tn_pred *late = tn_pred_up_to(&arena, &date, instant("1969-12-31T00:00:00Z"));
    const tn_pred *early =
        tn_pred_up_to(&arena, &date, instant("1969-12-30T23:59:59Z"));
    assert_int_equal(tn_pred_test(late, &day), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(early, &day), TN_PRED_SAYS_NO);
}

static void test_keys__match_as_text_and_within_their_bound(void **state)
{
    (void)state;
    static const tn_str list[] = {{"-5", 2}, {"7", 1}, {"acme", 4}};
    tn_value up_to[3];
    for (int i = 0; i < 3; i++)
        up_to[i] =
            (tn_value){TN_KIND_TIMESTAMP, {.instant = instant("2024-01-01T00:00:00Z")}};
    tn_pred_column key = {1, {.type = TN_FIELD_DYN}};
    tn_pred_keys set = {list, NULL, 3, false};
    tn_pred_keys bounded = {list, up_to, 3, true};
    const tn_pred *is_in = tn_pred_keyed(&arena, &key, &set, NULL);
    const tn_pred *in_time = tn_pred_keyed(&arena, &key, &bounded, &text_time);
    tn_value row[2] = {text("2024-06-01T00:00:00Z"), {TN_KIND_INT, {.integer = -5}}};
    assert_int_equal(tn_pred_test(is_in, row), TN_PRED_SAYS_YES);
    assert_int_equal(tn_pred_test(in_time, row), TN_PRED_SAYS_NO);
    row[0] = text("2023-06-01T00:00:00Z");
    row[1] = text("7");
    assert_int_equal(tn_pred_test(in_time, row), TN_PRED_SAYS_YES);
    row[0].kind = TN_KIND_NULL;
    assert_int_equal(tn_pred_test(in_time, row), TN_PRED_SAYS_UNSURE);
    row[1] = text("07");
    assert_int_equal(tn_pred_test(in_time, row), TN_PRED_SAYS_NO);
    row[1].kind = TN_KIND_NULL;
    assert_int_equal(tn_pred_test(is_in, row), TN_PRED_SAYS_NO);
    assert_int_equal(tn_pred_test(in_time, row), TN_PRED_SAYS_YES);
}

static void test_counts__are_rounded_down_and_end_with_the_calendar(void **state)
{
    (void)state;
    int64_t first, last, count;
    tn_instant t = {-1, 999999999};
    assert_true(tn_pred_count_up_to(TN_ENCODING_UNIX_MS, t, &count));
    assert_int_equal(count, -1);
    assert_true(tn_pred_count_range(TN_ENCODING_UNIX_MS, &first, &last));
    assert_true(tn_instant_from_count(first, TN_TICK_MILLIS, &t));
    assert_false(tn_instant_from_count(first - 1, TN_TICK_MILLIS, &t));
    assert_true(tn_instant_from_count(last, TN_TICK_MILLIS, &t));
    assert_false(tn_instant_from_count(last + 1, TN_TICK_MILLIS, &t));
    assert_false(tn_pred_count_range(TN_ENCODING_LOCAL, &first, &last));
    assert_false(tn_pred_count_up_to(TN_ENCODING_UNIX_NS,
                                     instant("1600-01-01T00:00:00Z"), &count));
}

/* A zone whose clocks go from 02:00 to 03:00 and back from 03:00 to 02:00. */
static void test_local__the_greatest_civil_time_of_an_instant(void **state)
{
    (void)state;
    static const int64_t at[] = {1711846800, 1729990800};
    static const int32_t offset[] = {7200, 3600};
    tn_zone zone = {.name = TN_STR("Test/Zone"),
                    .first_offset = 3600,
                    .count = 2,
                    .at = at,
                    .offset = offset};
    static const int64_t ticks[] = {-7200, -3601, -3600, -1,   0,
                                    1,     1800,  3599,  3600, 7200};
    for (size_t i = 0; i < TN_COUNT(at); i++)
        for (size_t k = 0; k < TN_COUNT(ticks); k++) {
            tn_instant t = {at[i] + ticks[k], 5};
            int64_t seconds;
            uint32_t nanos;
            tn_pred_local_up_to(&zone, t, &seconds, &nanos);
            assert_true(tn_instant_compare(tn_wall_instant(&zone, seconds, nanos), t) <=
                        0);
            bool is_last = nanos == TN_NANOS_PER_SECOND - 1;
            tn_instant next =
                tn_wall_instant(&zone, seconds + is_last, is_last ? 0 : nanos + 1);
            assert_true(tn_instant_compare(next, t) > 0);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logic__unsure_is_neither),
        cmocka_unit_test(test_instants__are_asked_for_as_up_to),
        cmocka_unit_test(test_dates__are_asked_for_by_days),
        cmocka_unit_test(test_keys__match_as_text_and_within_their_bound),
        cmocka_unit_test(test_counts__are_rounded_down_and_end_with_the_calendar),
        cmocka_unit_test(test_local__the_greatest_civil_time_of_an_instant),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}

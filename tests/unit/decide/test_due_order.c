/* due_order: what is said of two clauses holds for every anchor. */
#include "interp/decide/decider.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { PAIRS = 20000, ANCHORS = 40 };

static uint64_t seed = 20261124;

static uint32_t below(uint32_t limit)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((seed >> 33) % limit);
}

static const tn_img_anchor_slot made = {0};
static const tn_img_clause from_made = {.anchor = 0, .event_slot = TN_NONE};

static tn_zone zones[3];

static clause_plan random_plan(void)
{
    static const int32_t months[] = {0, 0, 1, 2, 12, 13, 36, 120, 1200, 11};
    static const int32_t days[] = {0, 0, 1, 7, 30, 31, 365, 366, 400, 3652};
    static const int64_t seconds[] = {0, 0, 1, 3600, 86400, 864000, 2000000};
    clause_plan plan = {.row = &from_made, .members = &made, .member_count = 1};
    plan.op = TN_ANCHOR_ONE;
    plan.due.zone = &zones[below(3)];
    plan.due.whole_days = below(4) == 0;
    plan.due.rounding = below(3) == 0 ? (tn_rounding)below(TN_ROUNDING_COUNT) : 0;
    plan.due.period =
        (tn_period){months[below(10)], days[below(10)], seconds[below(7)]};
    return plan;
}

static bool reckon(const clause_plan *plan, bool is_date, int64_t second,
                   tn_instant *out)
{
    if (is_date)
        return tn_reckon_date(&plan->due,
                              (int32_t)tn_floor_div(second, TN_SECONDS_PER_DAY), out);
    return tn_reckon(&plan->due, (tn_instant){second, below(2)}, out);
}

static void check_pair(const clause_plan *a, const clause_plan *b, due_order order)
{
    for (int i = 0; i < ANCHORS; i++) {
        int64_t second = (int64_t)below(4000) * 1000003 - below(2000) * 1000000;
        bool is_date = below(2) == 0;
        tn_instant due_a, due_b;
        uint64_t before = seed;
        bool good = reckon(a, is_date, second, &due_a);
        seed = before; /* the same anchor */
        if (!reckon(b, is_date, second, &due_b) || !good)
            continue;
        int compared = tn_instant_compare(due_a, due_b);
        if (order == DUE_BEFORE)
            assert_true(compared < 0);
        else if (order == DUE_AFTER)
            assert_true(compared > 0);
        else
            assert_int_equal(compared, 0);
    }
}

static void test_due_order__holds_for_every_anchor(void **state)
{
    (void)state;
    uint32_t sure = 0;
    zones[0] = tn_zone_utc;
    zones[1] = tn_zone_fixed(TN_STR("+14:00"), 14 * 3600);
    zones[2] = tn_zone_fixed(TN_STR("-12:00"), -12 * 3600);
    for (int i = 0; i < PAIRS; i++) {
        clause_plan a = random_plan(), b = random_plan();
        if (below(3) == 0)
            b.due = a.due;
        if (below(3) == 0)
            b.due.period.seconds = 5;
        due_order order = tn_clause_order(&a, &b);
        if (order == DUE_UNSURE)
            continue;
        sure++;
        check_pair(&a, &b, order);
    }
    assert_true(sure > PAIRS / 4);
}

/* So many months are never further than that from so many mean ones. */
static void test_due_order__months_are_near_their_mean(void **state)
{
    (void)state;
    for (int32_t months = 1; months < 9000; months += 1 + months / 40)
        for (int64_t day = TN_DAY_MIN; day < TN_DAY_MIN + 146097; day += 1009) {
            tn_instant t = {day * TN_SECONDS_PER_DAY, 0}, due;
            if (!tn_period_add(&tn_zone_utc, t, (tn_period){months, 0, 0}, &due))
                continue;
            int64_t off = due.seconds - t.seconds - months * INT64_C(2629746);
            assert_true(off < 4 * TN_SECONDS_PER_DAY && off > -4 * TN_SECONDS_PER_DAY);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_due_order__holds_for_every_anchor),
        cmocka_unit_test(test_due_order__months_are_near_their_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The promises of section 3 in the zones of the tz database. A fixed sample runs
 * always; TENURE_TEST_DEEP=1 walks every transition from 1900 to 2200 of every zone. */
#include "tests/unit/calendar/database.h"
#include "tests/unit/calendar/slow_reckon.h"

#include <stdlib.h>

enum { POINTS_MAX = 64, CUTOFFS_PER_WINDOW = 5 };

typedef struct walk {
    uint64_t random;
    bool deep;
    slow_zone slow;
    tn_zone zone;
} walk;

/* How often the zones here are looked at where others are sampled: skipped days, long
 * and half-hour folds, folds at and across midnight, odd seconds. */
static const char *const odd_zones[] = {
    "Pacific/Apia",    "Pacific/Kwajalein", "Australia/Lord_Howe", "America/Sao_Paulo",
    "Atlantic/Azores", "America/St_Johns",  "Antarctica/Troll",    "Africa/Casablanca",
    "Asia/Manila",     "America/Juneau",    "Africa/Freetown",     "Europe/Dublin",
};

static bool is_odd(const char *name)
{
    for (size_t i = 0; i < TN_COUNT(odd_zones); i++) {
        if (strcmp(odd_zones[i], name) == 0)
            return true;
    }
    return false;
}

static tn_reckoning random_reckoning(walk *w)
{
    static const tn_period periods[] = {
        {0, 0, 0},    {0, 1, 0},      {0, 7, 0},  {0, 30, 0},
        {1, 0, 0},    {3, 0, 0},      {12, 0, 0}, {120, 0, 0},
        {1, 1, 3600}, {0, 0, 129600}, {0, 0, 1},  {13, 40, 86399},
    };
    uint64_t bits = next_random(&w->random);
    return (tn_reckoning){
        .zone = &w->zone,
        .whole_days = bits % 2 == 0,
        .rounding = bits / 2 % 2 == 0 ? TN_ROUND_NONE
                                      : (tn_rounding)(bits / 4 % TN_ROUNDING_COUNT),
        .period = periods[bits / 64 % TN_COUNT(periods)],
    };
}

/* What was being looked at when a promise broke. */
static void report(const char *what, const tn_reckoning *r, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    char words[TN_PERIOD_TEXT_MAX];
    tn_instant_format(t, text);
    tn_period_format(r->period, words);
    fail_msg("%s: %s, anchor or now %s, %s, rounding %d, whole days %d", what,
             r->zone->name.data, text, words, (int)r->rounding, r->whole_days);
}

static tn_instant tick_by(tn_instant t, int64_t nanos)
{
    tn_instant out = t;
    return tn_instant_add(t, 0, nanos, &out) ? out : t;
}

static bool is_due(const tn_reckoning *r, tn_instant t, tn_instant now)
{
    tn_instant due;
    return tn_reckon(r, t, &due) && tn_instant_compare(due, now) <= 0;
}

/* One cutoff: what is at or before c is due, what is a nanosecond later is not. */
static void check_cutoff(const tn_reckoning *r, tn_instant now, tn_instant anchor)
{
    tn_instant c;
    bool any = tn_cutoff(r, now, &c);
    if (any && !is_due(r, c, now))
        report("the cutoff is not due", r, now);
    if (any && tn_instant_compare(c, TN_INSTANT_MAX) < 0 &&
        is_due(r, tick_by(c, 1), now))
        report("more than the cutoff is due", r, now);
    if (!any && is_due(r, TN_INSTANT_MIN, now))
        report("there is no cutoff", r, now);
    bool before = any && tn_instant_compare(anchor, c) <= 0;
    if (before != is_due(r, anchor, now))
        report("the cutoff and the rule differ", r, anchor);
}

/* Points in time order: the promise of order, and that nothing is due before its
 * anchor. Where the due time is out of range, it stays so. */
static void check_order(const tn_reckoning *r, const tn_instant *points, int count)
{
    tn_instant before = TN_INSTANT_MIN;
    bool in_range = true;
    for (int i = 0; i < count; i++) {
        tn_instant due;
        bool good = tn_reckon(r, points[i], &due);
        if (good && !in_range)
            report("back in range", r, points[i]);
        in_range = good;
        if (!good)
            continue;
        if (!tn_instant_is_valid(due) || tn_instant_compare(due, points[i]) < 0)
            report("due before its anchor", r, points[i]);
        if (tn_instant_compare(due, before) < 0)
            report("an older record outlives a younger one", r, points[i]);
        before = due;
    }
}

static void check_against_slow(walk *w, const tn_reckoning *r, const tn_instant *points,
                               int count)
{
    for (int i = 0; i < count; i++) {
        tn_instant due;
        if (!tn_reckon(r, points[i], &due) ||
            widen(due) != slow_reckon(&w->slow, r, widen(points[i])))
            report("not what the rule says", r, points[i]);
    }
}

static int compare_points(const void *a, const void *b)
{
    return tn_instant_compare(*(const tn_instant *)a, *(const tn_instant *)b);
}

/* Instants about `middle`, with all that is interesting about a jump of the clocks by
 * `jump` seconds there, each a nanosecond before and after too. */
static int list_points(walk *w, tn_instant middle, int64_t jump, tn_instant *points)
{
    const int64_t distances[] = {-2 * 86400,
                                 -86400 - jump,
                                 -86400,
                                 -86400 + jump,
                                 -jump,
                                 -jump / 2,
                                 0,
                                 jump / 2,
                                 jump,
                                 86400 - jump,
                                 86400,
                                 random_between(&w->random, -90000, 90000),
                                 random_between(&w->random, -2 * 86400, 2 * 86400),
                                 random_between(&w->random, -40 * 86400, 40 * 86400)};
    int count = 0;
    for (size_t i = 0; i < TN_COUNT(distances); i++) {
        tn_instant t;
        if (!tn_instant_add(middle, distances[i], 0, &t))
            continue;
        points[count++] = tick_by(t, -1);
        points[count++] = t;
        points[count++] = tick_by(t, 1);
    }
    qsort(points, (size_t)count, sizeof(*points), compare_points);
    return count;
}

/* Everything about one reckoning in one window of time. */
static void check_window(walk *w, const tn_reckoning *r, tn_instant middle,
                         int64_t jump, bool slow)
{
    tn_instant points[POINTS_MAX];
    int count = list_points(w, middle, jump, points);
    check_order(r, points, count);
    if (slow)
        check_against_slow(w, r, points, count);
    for (int i = 0; i < CUTOFFS_PER_WINDOW; i++) {
        tn_instant t = points[random_between(&w->random, 0, count - 1)];
        tn_instant due;
        if (!tn_reckon(r, t, &due)) {
            check_cutoff(r, TN_INSTANT_MAX, t);
            continue;
        }
        check_cutoff(r, due, t);
        check_cutoff(r, tick_by(due, -1), t);
        check_cutoff(r, t, due);
    }
}

/* The anchors at a transition, and those whose due time falls on it. */
static void check_transition(walk *w, int64_t index)
{
    tn_instant middle = {tn_zone_at(&w->zone, index), 0};
    int64_t jump =
        tn_zone_offset(&w->zone, index) - tn_zone_offset(&w->zone, index - 1);
    jump = jump < 0 ? -jump : jump;
    tn_reckoning r = random_reckoning(w);
    tn_instant anchor;
    check_window(w, &r, middle, jump, true);
    if (tn_cutoff(&r, middle, &anchor))
        check_window(w, &r, anchor, jump, true);
}

static void take_zone(walk *w, tn_arena *arena, const char *name)
{
    tn_arena_reset(arena);
    w->zone = load_zone(arena, name);
    slow_take_zone(&w->slow, &w->zone);
}

static void walk_transitions(walk *w, int rounds)
{
    int64_t first = tn_zone_find(&w->zone, at("1900-01-01T00:00:00Z").seconds) + 1;
    int64_t last = tn_zone_find(&w->zone, at("2200-01-01T00:00:00Z").seconds);
    for (int64_t i = first; i <= last; i++) {
        for (int round = 0; round < rounds; round++)
            check_transition(w, i);
    }
}

static void sample_transitions(walk *w, int samples)
{
    if (w->zone.count == 0)
        return;
    for (int i = 0; i < samples; i++)
        check_transition(w, random_between(&w->random, 0, (int64_t)w->zone.count - 1));
}

typedef void (*zone_check)(walk *w, const char *name);

static void for_every_zone(uint64_t seed, zone_check check)
{
    static zone_names names;
    static walk w;
    const char *deep = getenv("TENURE_TEST_DEEP");
    w.random = seed;
    w.deep = deep != NULL && strcmp(deep, "1") == 0;
    print_message("# seed %llu%s\n", (unsigned long long)seed, w.deep ? ", deep" : "");
    slow_count_months(&w.slow);
    read_names(&names, w.deep);
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    for (size_t i = 0; i < names.count; i++) {
        take_zone(&w, &arena, names.list[i]);
        check(&w, names.list[i]);
    }
    tn_arena_free(&arena);
}

static void check_zone_transitions(walk *w, const char *name)
{
    if (w->deep)
        walk_transitions(w, 4);
    else
        sample_transitions(w, is_odd(name) ? 60 : 4);
}

static void test_reckon_zones__keep_their_promises_at_transitions(void **state)
{
    (void)state;
    for_every_zone(20111230, check_zone_transitions);
}

/* Anchors at the ends of months, and of each February, on the zone's own clocks. */
static void check_zone_month_ends(walk *w, const char *name)
{
    (void)name;
    int64_t from = at("1850-01-01T00:00:00Z").seconds;
    int64_t to = at("2390-01-01T00:00:00Z").seconds;
    for (int i = 0; i < (w->deep ? 100 : 3); i++) {
        int64_t year = random_between(&w->random, 1850, 2390);
        unsigned month = i % 3 == 0 ? 3 : (unsigned)random_between(&w->random, 1, 12);
        int64_t midnight = tn_day_from_date(year, month, 1) * TN_SECONDS_PER_DAY;
        tn_instant end = tn_wall_instant(&w->zone, midnight, 0);
        if (i % 5 == 4)
            end.seconds = random_between(&w->random, from, to);
        tn_reckoning r = random_reckoning(w);
        check_window(w, &r, end, 3600, true);
    }
}

static void test_reckon_zones__keep_their_promises_at_month_ends(void **state)
{
    (void)state;
    for_every_zone(20240229, check_zone_month_ends);
}

/* The range's ends, and the years for which the cycle stands in. */
static void check_zone_far_times(walk *w, const char *name)
{
    (void)name;
    for (int i = 0; i < (w->deep ? 60 : 2); i++) {
        tn_reckoning r = random_reckoning(w);
        tn_instant far = {random_between(&w->random, TN_SECONDS_MIN, TN_SECONDS_MAX),
                          5};
        check_window(w, &r, TN_INSTANT_MIN, 3600, false);
        check_window(w, &r, TN_INSTANT_MAX, 3600, false);
        check_window(w, &r, far, 3600, false);
        tn_instant anchor;
        if (tn_cutoff(&r, TN_INSTANT_MAX, &anchor))
            check_window(w, &r, anchor, 3600, false);
    }
}

static void test_reckon_zones__keep_their_promises_in_far_times(void **state)
{
    (void)state;
    for_every_zone(9999, check_zone_far_times);
}

static void check_date_cutoff(const tn_reckoning *r, tn_instant now)
{
    int32_t day = TN_DAY_MIN - 1;
    tn_instant due;
    bool any = tn_cutoff_date(r, now, &day);
    if (any && !(tn_reckon_date(r, day, &due) && tn_instant_compare(due, now) <= 0))
        report("the cutoff of dates is not due", r, now);
    if (day < TN_DAY_MAX && tn_reckon_date(r, day + 1, &due) &&
        tn_instant_compare(due, now) <= 0)
        report("more than the cutoff of dates is due", r, now);
}

/* Dates about a day, in order: never back, as the rule says, one cutoff. */
static void check_dates(walk *w, const tn_reckoning *r, int64_t middle)
{
    tn_instant before = TN_INSTANT_MIN;
    for (int64_t day = middle - 3; day <= middle + 3; day++) {
        tn_instant due;
        if (!tn_reckon_date(r, (int32_t)day, &due) ||
            widen(due) != slow_reckon_date(&w->slow, r, day) ||
            tn_instant_compare(due, before) < 0)
            report("a date is not what the rule says", r,
                   (tn_instant){day * TN_SECONDS_PER_DAY, 0});
        check_date_cutoff(r, due);
        check_date_cutoff(r, tick_by(due, -1));
        before = due;
    }
}

static void check_zone_dates(walk *w, const char *name)
{
    int rounds = w->deep ? 200 : is_odd(name) ? 40 : 3;
    for (int i = 0; i < rounds; i++) {
        int64_t day = tn_day_from_date(random_between(&w->random, 1850, 2390), 3, 1);
        if (w->zone.count > 0 && i % 4 != 3) {
            int64_t index = random_between(&w->random, 0, (int64_t)w->zone.count - 1);
            day = tn_floor_div(w->zone.at[index], TN_SECONDS_PER_DAY);
        }
        tn_reckoning r = random_reckoning(w);
        check_dates(w, &r, day);
    }
}

static void test_reckon_zones__keep_their_promises_with_dates(void **state)
{
    (void)state;
    for_every_zone(1182, check_zone_dates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reckon_zones__keep_their_promises_at_transitions),
        cmocka_unit_test(test_reckon_zones__keep_their_promises_at_month_ends),
        cmocka_unit_test(test_reckon_zones__keep_their_promises_in_far_times),
        cmocka_unit_test(test_reckon_zones__keep_their_promises_with_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* slow_reckon: chapter 8 of LANGUAGE.md, word for word and slowly, as what
 * the calendar's own code is compared with. Dates come from a table counted month by
 * month, times are nanoseconds in 128 bits, and every question about clocks looks at
 * all stretches between transitions. Nothing of the room is used but the zone's arrays.
 * Owns: nothing. Fails: by failing the test, where its tables end. */
#ifndef TN_TEST_CALENDAR_SLOW_RECKON_H
#define TN_TEST_CALENDAR_SLOW_RECKON_H

#include "tests/unit/calendar/support.h"

__extension__ typedef __int128 wide;

#define WIDE_SECOND ((wide)1000000000)
#define WIDE_DAY (86400 * WIDE_SECOND)
#define WIDE_EVER (10000 * 366 * WIDE_DAY)

enum {
    SLOW_FIRST_YEAR = 1500,
    SLOW_MONTHS = 12 * 1500,
    SLOW_STRETCHES = TN_ZONE_COUNT_MAX + 1001
};

typedef struct slow_zone {
    int count;
    wide start[SLOW_STRETCHES + 1]; /* of each stretch; one more ends the last */
    wide offset[SLOW_STRETCHES];
    int64_t month_start[SLOW_MONTHS + 1]; /* days since 1970-01-01 */
} slow_zone;

static inline void slow_count_months(slow_zone *z)
{
    static const int lens[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    /* 1500-01-01, reckoned back: 470 years, of which 97 + 17 have a leap day. */
    int64_t day = -(470 * 365 + 114);
    for (int m = 0; m < SLOW_MONTHS; m++) {
        int year = SLOW_FIRST_YEAR + m / 12;
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        z->month_start[m] = day;
        day += lens[m % 12] + (m % 12 == 1 && leap);
    }
    z->month_start[SLOW_MONTHS] = day;
    assert_int_equal(z->month_start[12 * 470], 0);
}

/* All stretches, and those of the cycle once more, moved by 400 years. */
static inline void slow_take_zone(slow_zone *z, const tn_zone *zone)
{
    z->count = 1;
    z->start[0] = -WIDE_EVER;
    z->offset[0] = zone->first_offset * WIDE_SECOND;
    uint32_t total = zone->count + (zone->cycle < 1000 ? zone->cycle : 1000);
    for (uint32_t i = 0; i < total; i++) {
        bool again = i >= zone->count;
        uint32_t from = again ? i - zone->cycle : i;
        wide shift = again ? 146097 * WIDE_DAY : 0;
        z->start[z->count] = zone->at[from] * WIDE_SECOND + shift;
        z->offset[z->count] = zone->offset[from] * WIDE_SECOND;
        z->count++;
    }
    z->start[z->count] = WIDE_EVER;
}

/* The most that the clocks have shown up to t; *later: now they show less. */
static inline wide slow_civil(const slow_zone *z, wide t, bool *later)
{
    wide most = -WIDE_EVER;
    wide shown = 0;
    for (int i = 0; i < z->count && z->start[i] <= t; i++) {
        bool over = z->start[i + 1] <= t;
        wide until = (over ? z->start[i + 1] : t) + z->offset[i];
        most = until > most ? until : most;
        shown = until;
    }
    *later = shown < most;
    return most;
}

/* The first instant from which the clocks never again show less than c: of each stretch
 * in which they do, the end of that; of all these the last. */
static inline wide slow_instant(const slow_zone *z, wide c)
{
    wide last = -WIDE_EVER;
    for (int i = 0; i < z->count; i++) {
        if (z->start[i] + z->offset[i] >= c)
            continue;
        wide reached = c - z->offset[i];
        wide below_until = reached < z->start[i + 1] ? reached : z->start[i + 1];
        last = below_until > last ? below_until : last;
    }
    return last;
}

static inline int64_t slow_day(wide civil)
{
    return (int64_t)(civil / WIDE_DAY) - (civil % WIDE_DAY < 0);
}

static inline int slow_month(const slow_zone *z, int64_t day)
{
    int low = 0;
    int high = SLOW_MONTHS;
    assert_true(day >= z->month_start[0] && day < z->month_start[SLOW_MONTHS]);
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (z->month_start[middle] <= day)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Moves a day by months; true if there is none such, and then to the month's end. */
static inline bool slow_move(const slow_zone *z, int64_t *day, int32_t months)
{
    int month = slow_month(z, *day);
    int64_t of_month = *day - z->month_start[month];
    assert_true(month + months < SLOW_MONTHS);
    *day = z->month_start[month + months] + of_month;
    if (*day < z->month_start[month + months + 1])
        return false;
    *day = z->month_start[month + months + 1];
    return true;
}

static inline wide slow_add(const slow_zone *z, wide t, tn_period p)
{
    if (p.months == 0 && p.days == 0)
        return t + p.seconds * WIDE_SECOND;
    bool later;
    wide civil = slow_civil(z, t, &later);
    int64_t day = slow_day(civil);
    wide of_day = civil - day * WIDE_DAY;
    if (slow_move(z, &day, p.months))
        of_day = 0;
    return slow_instant(z, (day + p.days) * WIDE_DAY + of_day) +
           p.seconds * WIDE_SECOND;
}

/* Does a U start on this day? 1970-01-05 was a Monday. */
static inline bool slow_starts(const slow_zone *z, tn_rounding rounding, int64_t day)
{
    int month = slow_month(z, day);
    bool first = z->month_start[month] == day;
    switch (rounding) {
    case TN_ROUND_NONE:
    case TN_ROUND_DAY: return true;
    case TN_ROUND_WEEK: return (day - 4) % 7 == 0;
    case TN_ROUND_SUNDAY_WEEK: return (day - 3) % 7 == 0;
    case TN_ROUND_MONTH: return first;
    case TN_ROUND_QUARTER: return first && month % 3 == 0;
    case TN_ROUND_YEAR: return first && month % 12 == 0;
    }
    return true;
}

static inline wide slow_end_of(const slow_zone *z, tn_rounding rounding, int64_t day)
{
    do
        day++;
    while (!slow_starts(z, rounding, day));
    return slow_instant(z, day * WIDE_DAY);
}

static inline wide slow_reckon_date(const slow_zone *z, const tn_reckoning *r,
                                    int64_t day)
{
    if (r->rounding != TN_ROUND_NONE)
        return slow_add(z, slow_end_of(z, r->rounding, day), r->period);
    if (!slow_move(z, &day, r->period.months))
        day++;
    wide end = slow_instant(z, (day + r->period.days) * WIDE_DAY);
    return end + r->period.seconds * WIDE_SECOND;
}

static inline wide slow_reckon(const slow_zone *z, const tn_reckoning *r, wide t)
{
    bool later;
    wide civil = slow_civil(z, t, &later);
    if (r->whole_days || r->rounding != TN_ROUND_NONE)
        return slow_reckon_date(z, r, slow_day(civil - (later ? 1 : 0)));
    return slow_add(z, t, r->period);
}

static inline wide widen(tn_instant t)
{
    return t.seconds * WIDE_SECOND + t.nanos;
}

#endif

#include "interp/calendar/reckon.h"

/* The instant at which the clocks have passed a civil time, `more` seconds later; false
 * outside the range. */
static bool pass(const tn_zone *zone, tn_wall wall, int64_t more, tn_instant *out)
{
    tn_instant t = tn_wall_instant(zone, wall.seconds, wall.nanos);
    if (__builtin_add_overflow(t.seconds, more, &t.seconds) || !tn_instant_is_valid(t))
        return false;
    *out = t;
    return true;
}

/* `day` in the month `months` later. Where that has no such day, the day after it and
 * true: Reg. 1182/71, Art. 3(2)(c), ends the period with the month. */
static bool move_months(int64_t *day, int32_t months)
{
    tn_civil date = {0};
    tn_date_from_day(*day, &date);
    int64_t month = (int64_t)date.year * 12 + date.month - 1 + months;
    int64_t year = tn_floor_div(month, 12);
    unsigned of_year = (unsigned)tn_floor_mod(month, 12) + 1;
    unsigned len = tn_days_in_month(year, of_year);
    bool missing = date.day > len;
    *day = tn_day_from_date(year, of_year, missing ? len : date.day) + missing;
    return missing;
}

bool tn_period_add(const tn_zone *zone, tn_instant t, tn_period period, tn_instant *out)
{
    if (tn_period_is_exact(period))
        return tn_instant_add(t, period.seconds, 0, out);
    tn_wall wall = tn_wall_at(zone, t);
    int64_t day = tn_floor_div(wall.seconds, TN_SECONDS_PER_DAY);
    int64_t of_day = wall.seconds - day * TN_SECONDS_PER_DAY;
    if (period.months != 0 && move_months(&day, period.months)) {
        of_day = 0;
        wall.nanos = 0;
    }
    wall.seconds = (day + period.days) * TN_SECONDS_PER_DAY + of_day;
    return pass(zone, wall, period.seconds, out);
}

/* The first day of the month after the next `months` that are a part of the year: 1 for
 * months, 3 for quarters, 12 for years. */
static int64_t next_part(int64_t day, unsigned months)
{
    tn_civil date = {0};
    tn_date_from_day(day, &date);
    unsigned next = (date.month - 1U) / months * months + months;
    if (next >= 12)
        return tn_day_from_date((int64_t)date.year + 1, 1, 1);
    return tn_day_from_date(date.year, next + 1, 1);
}

/* The first day after the U that holds `day`. */
static int64_t next_unit(tn_rounding rounding, int64_t day)
{
    switch (rounding) {
    case TN_ROUND_NONE:
    case TN_ROUND_DAY: return day + 1;
    /* A week from the Monday, or the Sunday, at or before the day. */
    case TN_ROUND_WEEK: return day + 7 - (tn_day_of_week(day) + 6) % 7;
    case TN_ROUND_SUNDAY_WEEK: return day + 7 - tn_day_of_week(day);
    case TN_ROUND_MONTH: return next_part(day, 1);
    case TN_ROUND_QUARTER: return next_part(day, 3);
    case TN_ROUND_YEAR: return next_part(day, 12);
    }
    return day + 1;
}

/* The instant at which the clocks have passed the start of a day; false after the
 * range. Before it is only the end of its first day in a zone more than 24 hours ahead,
 * which the range's first instant stands for. */
static bool pass_day(const tn_zone *zone, int64_t day, int64_t more, tn_instant *out)
{
    tn_instant t = tn_wall_instant(zone, day * TN_SECONDS_PER_DAY, 0);
    if (tn_instant_compare(t, TN_INSTANT_MIN) < 0)
        t = TN_INSTANT_MIN;
    return tn_instant_is_valid(t) && tn_instant_add(t, more, 0, out);
}

bool tn_end_of(const tn_zone *zone, tn_rounding rounding, tn_instant t, tn_instant *out)
{
    if (rounding == TN_ROUND_NONE) {
        *out = t;
        return true;
    }
    return pass_day(zone, next_unit(rounding, tn_wall_day(zone, t)), 0, out);
}

/* D ⊕ P: the end of the day D + P, or of its month; hours from there. */
static bool add_to_day(const tn_zone *zone, int64_t day, tn_period period,
                       tn_instant *out)
{
    bool missing = period.months != 0 && move_months(&day, period.months);
    /* After a missing day `day` is the end of the month already. */
    return pass_day(zone, day + period.days + !missing, period.seconds, out);
}

bool tn_reckon(const tn_reckoning *reckoning, tn_instant anchor, tn_instant *out)
{
    const tn_zone *zone = reckoning->zone;
    if (TN_NEVER(!tn_period_is_valid(reckoning->period)))
        return false;
    if (reckoning->whole_days && reckoning->rounding == TN_ROUND_NONE)
        return add_to_day(zone, tn_wall_day(zone, anchor), reckoning->period, out);
    tn_instant from;
    return tn_end_of(zone, reckoning->rounding, anchor, &from) &&
           tn_period_add(zone, from, reckoning->period, out);
}

bool tn_reckon_date(const tn_reckoning *reckoning, int32_t day, tn_instant *out)
{
    const tn_zone *zone = reckoning->zone;
    if (TN_NEVER(!tn_period_is_valid(reckoning->period)))
        return false;
    if (reckoning->rounding == TN_ROUND_NONE)
        return add_to_day(zone, day, reckoning->period, out);
    tn_instant from;
    return pass_day(zone, next_unit(reckoning->rounding, day), 0, &from) &&
           tn_period_add(zone, from, reckoning->period, out);
}

static bool is_due(const tn_reckoning *reckoning, tn_instant anchor, tn_instant now)
{
    tn_instant due;
    return tn_reckon(reckoning, anchor, &due) && tn_instant_compare(due, now) <= 0;
}

static bool is_due_date(const tn_reckoning *reckoning, int32_t day, tn_instant now)
{
    tn_instant due;
    return tn_reckon_date(reckoning, day, &due) && tn_instant_compare(due, now) <= 0;
}

/* Due at `low`, not at `high`: seconds since 1970, or days. */
typedef struct ends {
    int64_t low, high;
    bool are_days;
} ends;

static bool is_due_at(const tn_reckoning *reckoning, const ends *e, int64_t at,
                      tn_instant now)
{
    return e->are_days ? is_due_date(reckoning, (int32_t)at, now)
                       : is_due(reckoning, (tn_instant){at, 0}, now);
}

/* How far from `now` the cutoff lies, but for what a month is more or less than others.
 */
static int64_t distance_seconds(tn_period period)
{
    enum { MONTH_SECONDS = 2629746 };
    return period.months * (int64_t)MONTH_SECONDS +
           period.days * (int64_t)TN_SECONDS_PER_DAY + period.seconds;
}

/* Brings the ends together around `guess`, by steps that grow. */
static void close_in(const tn_reckoning *reckoning, tn_instant now, int64_t guess,
                     ends *e)
{
    enum { GROWTH = 32 };
    int64_t step = 0;
    while (guess + step > e->low && guess + step < e->high) {
        bool due = is_due_at(reckoning, e, guess + step, now);
        if (due)
            e->low = guess + step;
        else
            e->high = guess + step;
        if (step != 0 && due != (step > 0)) /* the other side */
            return;
        step = step == 0 ? (due ? 1 : -1) : step * GROWTH;
    }
}

static int64_t find_last_due(const tn_reckoning *reckoning, tn_instant now,
                             int64_t guess, ends e)
{
    close_in(reckoning, now, guess, &e);
    while (e.high - e.low > 1) {
        int64_t middle = e.low + (e.high - e.low) / 2;
        if (is_due_at(reckoning, &e, middle, now))
            e.low = middle;
        else
            e.high = middle;
    }
    return e.low;
}

/* The last nanosecond of a second that is due, as its first is. */
static uint32_t find_last_nanos(const tn_reckoning *reckoning, tn_instant now,
                                int64_t second)
{
    uint32_t low = 0, high = TN_NANOS_PER_SECOND;
    if (is_due(reckoning, (tn_instant){second, high - 1}, now))
        return high - 1;
    if (!is_due(reckoning, (tn_instant){second, 1}, now))
        return 0;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (is_due(reckoning, (tn_instant){second, middle}, now))
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The order of the calendar rule makes the anchors that are due a prefix of all
 * anchors, whose end is found by halving: so the cutoff agrees with the rule by
 * construction. Where the search begins is a guess, which need not be right. */
bool tn_cutoff(const tn_reckoning *reckoning, tn_instant now, tn_instant *cutoff)
{
    if (!is_due(reckoning, TN_INSTANT_MIN, now))
        return false;
    int64_t guess = now.seconds - distance_seconds(reckoning->period);
    int64_t second = find_last_due(reckoning, now, guess,
                                   (ends){TN_SECONDS_MIN, now.seconds + 1, false});
    *cutoff = (tn_instant){second, find_last_nanos(reckoning, now, second)};
    return true;
}

bool tn_cutoff_date(const tn_reckoning *reckoning, tn_instant now, int32_t *day)
{
    if (!is_due_date(reckoning, TN_DAY_MIN, now))
        return false;
    int64_t guess = tn_floor_div(now.seconds - distance_seconds(reckoning->period),
                                 TN_SECONDS_PER_DAY);
    *day = (int32_t)find_last_due(reckoning, now, guess,
                                  (ends){TN_DAY_MIN, (int64_t)TN_DAY_MAX + 1, true});
    return true;
}

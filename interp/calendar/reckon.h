/* reckon: the calendar rule, from an anchor to its due time and back.
 *
 * Chapter 8 of grammar/LANGUAGE.md. A period of hours, minutes and seconds is exact.
 * Any other is counted on the civil time: months first, then days, then back to an
 * instant, then hours. Where the target month has no such day, the period ends with
 * that month, at 00:00 of the next month's first day: Regulation (EEC, Euratom)
 * 1182/71, Article 3(2)(c).
 *
 * What holds for every zone and reckoning, and what the tests prove:
 *   never early   nothing is due before the zone's clocks have passed its period's end;
 *   order         an earlier anchor is never due later;
 *   one cutoff    for each `now` there is at most one c: due <= now exactly if t <= c.
 *
 * All periods are valid ones (period.h), all zones have passed tn_zone_is_valid.
 *
 * Owns: nothing, allocates nothing. Fails: by false, where the result is outside the
 * range of instants. Threads: free. */
#ifndef TN_CALENDAR_RECKON_H
#define TN_CALENDAR_RECKON_H

#include "interp/calendar/period.h"
#include "interp/calendar/wall.h"

/* The U of `end of U of X`. */
typedef enum tn_rounding {
    TN_ROUND_NONE,
    TN_ROUND_DAY,
    TN_ROUND_WEEK,        /* ISO 8601: Monday to Sunday */
    TN_ROUND_SUNDAY_WEEK, /* Sunday to Saturday */
    TN_ROUND_MONTH,
    TN_ROUND_QUARTER,
    TN_ROUND_YEAR
} tn_rounding;
enum { TN_ROUNDING_COUNT = TN_ROUND_YEAR + 1 };

/* How an anchor becomes a due time: [end of U of] anchor ⊕ period, in a zone. */
typedef struct tn_reckoning {
    const tn_zone *zone;  /* borrowed */
    bool whole_days;      /* an anchor stands for the whole day that holds it */
    tn_rounding rounding; /* NONE: the anchor itself */
    tn_period period;     /* may be zero */
} tn_reckoning;

/* t ⊕ P; false outside the range. */
TN_MUST_USE bool tn_period_add(const tn_zone *zone, tn_instant t, tn_period period,
                               tn_instant *out);

/* The end of the day, week … that holds t; for NONE, t. False outside the range. */
TN_MUST_USE bool tn_end_of(const tn_zone *zone, tn_rounding rounding, tn_instant t,
                           tn_instant *out);

/* The due time of a (valid) anchor. First `end of U`, then ⊕ P on that instant. Without
 * a rounding but with whole_days it is the end of the day D + P, where D is the day
 * that holds the anchor (if D + P has no such day, the end of that month), and hours
 * count from there. With a rounding whole_days changes nothing: the U that holds the
 * day is the U that holds the anchor. False outside the range: "unknown_anchor". */
TN_MUST_USE bool tn_reckon(const tn_reckoning *reckoning, tn_instant anchor,
                           tn_instant *out);

/* The same for an anchor of type `date`, a (valid) day number: always a whole day. */
TN_MUST_USE bool tn_reckon_date(const tn_reckoning *reckoning, int32_t day,
                                tn_instant *out);

/* The greatest anchor whose due time is not after `now`; false where there is none. An
 * anchor whose due time is outside the range is due at no `now`, so that
 *     t <= *cutoff  exactly if  tn_reckon(t) is true and its result <= now
 * holds for every valid t. */
TN_MUST_USE bool tn_cutoff(const tn_reckoning *reckoning, tn_instant now,
                           tn_instant *cutoff);
TN_MUST_USE bool tn_cutoff_date(const tn_reckoning *reckoning, tn_instant now,
                                int32_t *day);

#endif

/* instant: points in time, as text, and the range in which they are.
 *
 * The type, tn_instant, is part of the public interface (tenure.h). The text read here
 * is the strict one of the language: RFC 3339, section 5.6, in upper case, with a 'T',
 * a date that exists, no second 60, no hour 24, and 1 to 9 digits of a fraction.
 * Whatever is not exactly that is refused and never repaired, since what is read here
 * decides deletions.
 *
 * Owns: nothing. Fails: by false. Threads: free. */
#ifndef TN_CALENDAR_INSTANT_H
#define TN_CALENDAR_INSTANT_H

#include "interp/calendar/civil.h"

/* 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the first and last second of the
 * range (cel-spec, langdef "Timestamps"); and their days. */
#define TN_SECONDS_MIN INT64_C(-62135596800)
#define TN_SECONDS_MAX INT64_C(253402300799)
#define TN_DAY_MIN INT32_C(-719162)
#define TN_DAY_MAX INT32_C(2932896)

#define TN_NANOS_PER_SECOND UINT32_C(1000000000)
#define TN_SECONDS_PER_DAY INT64_C(86400)

#define TN_INSTANT_MIN ((tn_instant){TN_SECONDS_MIN, 0})
#define TN_INSTANT_MAX ((tn_instant){TN_SECONDS_MAX, TN_NANOS_PER_SECOND - 1})

/* Room for the longest text of an instant ("9999-12-31T23:59:59.999999999Z") and of a
 * date ("9999-12-31"), with a NUL. */
enum { TN_INSTANT_TEXT_MAX = 31, TN_DATE_TEXT_MAX = 11 };

/* Below, at or above zero, as `a` is before, at or after `b`. */
static inline int tn_instant_compare(tn_instant a, tn_instant b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

/* Inside the range, with less than a second of nanoseconds. */
static inline bool tn_instant_is_valid(tn_instant t)
{
    return t.seconds >= TN_SECONDS_MIN && t.seconds <= TN_SECONDS_MAX &&
           t.nanos < TN_NANOS_PER_SECOND;
}

/* A day whose date has a year from 1 to 9999. */
static inline bool tn_day_is_valid(int64_t day)
{
    return day >= TN_DAY_MIN && day <= TN_DAY_MAX;
}

/* `t` (valid) moved by any number of seconds and nanoseconds, of either sign; false,
 * and *out untouched, where that is outside the range. */
TN_MUST_USE bool tn_instant_add(tn_instant t, int64_t seconds, int64_t nanos,
                                tn_instant *out);
TN_MUST_USE bool tn_instant_subtract(tn_instant t, int64_t seconds, int64_t nanos,
                                     tn_instant *out);

/* `YYYY-MM-DDThh:mm:ss[.1-9 digits](Z|±hh:mm)`; false unless it is that, whole, and
 * the instant is inside the range. (The year 0000 is a year of ISO 8601, so that
 * 0000-12-31T23:00:00-01:00 is the first instant of the range.) */
TN_MUST_USE bool tn_instant_parse(tn_str text, tn_instant *out);

/* The same without a zone, `YYYY-MM-DDThh:mm:ss[.1-9 digits]`, years 0000 to 9999, or
 * with a blank for the T, as SQL writes it: the text of a clock somewhere; wall.h makes
 * an instant of it. */
TN_MUST_USE bool tn_local_parse(tn_str text, tn_civil *out);

/* `YYYY-MM-DD`, years 0001 to 9999, as the number of days since 1970-01-01. */
TN_MUST_USE bool tn_date_parse(tn_str text, int32_t *day);

/* RFC 3339 in UTC, the fraction without trailing zeros, none if it is 0;
 * NUL-terminated. Returns the length without the NUL. `t` is valid. */
size_t tn_instant_format(tn_instant t, char out[TN_INSTANT_TEXT_MAX]);

/* `YYYY-MM-DD`; `day` is valid. Returns the length without the NUL. */
size_t tn_date_format(int32_t day, char out[TN_DATE_TEXT_MAX]);

/* The unit in which a column or a number counts since 1970-01-01T00:00:00Z. */
typedef enum tn_tick {
    TN_TICK_SECONDS,
    TN_TICK_MILLIS,
    TN_TICK_MICROS,
    TN_TICK_NANOS
} tn_tick;

/* `count` units since 1970-01-01T00:00:00Z; false outside the range. */
TN_MUST_USE bool tn_instant_from_count(int64_t count, tn_tick unit, tn_instant *out);

/* The greatest count whose instant is not after `t`, which serves to round a cutoff
 * down to a column's precision: count <= *out exactly if its instant <= t, for every
 * int64. False where there is none (nanoseconds of an instant before 1677): no value
 * of such a column is at or before `t`. */
TN_MUST_USE bool tn_instant_to_count(tn_instant t, tn_tick unit, int64_t *out);

#endif

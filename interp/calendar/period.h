/* period: how long, in the three groups that a calendar keeps apart.
 *
 * Years and months, weeks and days, hours minutes and seconds are each summed when a
 * period is read, whatever the order written. How a period is counted from an instant
 * is in reckon.h; how long one is has no answer without a date to count from.
 *
 * Owns: nothing. Fails: by false, where a sum leaves its bounds. Threads: free. */
#ifndef TN_CALENDAR_PERIOD_H
#define TN_CALENDAR_PERIOD_H

#include "interp/base/str.h"

typedef struct tn_period {
    int32_t months; /* years and months */
    int32_t days;   /* weeks and days */
    int64_t seconds;
} tn_period;

/* The most a group can hold: whoever adds more than the whole range of instants
 * (0001..9999) always leaves it. */
#define TN_PERIOD_MONTHS_MAX INT32_C(120000)
#define TN_PERIOD_DAYS_MAX INT32_C(3660000)
#define TN_PERIOD_SECONDS_MAX INT64_C(320000000000)

typedef enum tn_period_unit {
    TN_PERIOD_SECONDS,
    TN_PERIOD_MINUTES,
    TN_PERIOD_HOURS,
    TN_PERIOD_DAYS,
    TN_PERIOD_WEEKS,
    TN_PERIOD_MONTHS,
    TN_PERIOD_YEARS
} tn_period_unit;

/* The unit named "year" or "years" and so on; false for any other word. */
TN_MUST_USE bool tn_period_unit_find(tn_str word, tn_period_unit *unit);

/* Adds `count` units (0 or more); false, the period unchanged, above a group's bound.
 */
TN_MUST_USE bool tn_period_include(tn_period *period, uint64_t count,
                                   tn_period_unit unit);

/* Every group within 0 and its bound: what reckon.h counts with, and what an image's
 * periods are verified against. */
bool tn_period_is_valid(tn_period period);

/* All groups 0. */
bool tn_period_is_zero(tn_period period);

/* Valid and not zero: what the language lets be written. */
bool tn_period_is_positive(tn_period period);

/* Hours, minutes and seconds alone: the same length on every date. */
bool tn_period_is_exact(tn_period period);

/* No group of `p` above that of `q`: then `p` ends no later than `q`, whatever the
 * instant, zone and rounding they are counted from. A partial order: "30 days" and
 * "1 month" are neither way round. */
bool tn_period_is_within(tn_period p, tn_period q);

/* Room for the longest text of a valid period, with a NUL. */
enum { TN_PERIOD_TEXT_MAX = 128 };

/* As the language writes it: "1 year + 2 days", "36 hours", "7 days", "0 days". Returns
 * the length without the NUL. `period` is valid. */
size_t tn_period_format(tn_period period, char out[TN_PERIOD_TEXT_MAX]);

#endif

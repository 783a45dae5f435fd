/* civil: dates and times of day of the Gregorian calendar, reckoned back before 1582.
 *
 * A civil time is what a calendar and a clock on a wall show; it becomes an instant
 * only with a zone (wall.h). Days are numbered from 1970-01-01 as day 0; seconds of
 * civil time count from that day's 00:00. Years are those of ISO 8601: 0 is 1 BC. The
 * ends of the range lie in the years 0 and 10000 in some zones, and a period may lead
 * further, so nothing here is limited to four digits.
 *
 * Owns: nothing. Fails: by false, where a date does not exist. Threads: free. */
#ifndef TN_CALENDAR_CIVIL_H
#define TN_CALENDAR_CIVIL_H

#include "interp/base/str.h"

typedef struct tn_civil {
    int32_t year;
    uint8_t month;  /* 1..12 */
    uint8_t day;    /* 1..31 */
    uint8_t hour;   /* 0..23 */
    uint8_t minute; /* 0..59 */
    uint8_t second; /* 0..59 */
    uint32_t nanos; /* 0..999,999,999 */
} tn_civil;

bool tn_year_is_leap(int64_t year);

/* The number of days of a month, 1..12, of a year. */
unsigned tn_days_in_month(int64_t year, unsigned month);

/* Is there such a date and time of day? */
bool tn_civil_is_valid(const tn_civil *civil);

/* The number of a date that exists; the year within ±2^40. */
int64_t tn_day_from_date(int64_t year, unsigned month, unsigned day);

/* Sets year, month and day of `civil` alone. `day` within ±2^39, so that the year fits:
 * TN_NEVER otherwise. */
void tn_date_from_day(int64_t day, tn_civil *civil);

/* Seconds of civil time since 1970-01-01T00:00:00 on the same clock, and back. */
int64_t tn_civil_to_seconds(const tn_civil *civil);
tn_civil tn_civil_from_seconds(int64_t seconds, uint32_t nanos);

/* 0 (Sunday) to 6 (Saturday), as CEL's getDayOfWeek counts. */
unsigned tn_day_of_week(int64_t day);

/* 0 for January 1, as CEL's getDayOfYear counts. */
unsigned tn_day_of_year(const tn_civil *civil);

/* Division that rounds towards minus infinity, and its remainder, 0..by-1; by > 0. */
static inline int64_t tn_floor_div(int64_t a, int64_t by)
{
    return a / by - (a % by < 0);
}

static inline int64_t tn_floor_mod(int64_t a, int64_t by)
{
    int64_t rest = a % by;
    return rest < 0 ? rest + by : rest;
}

#endif

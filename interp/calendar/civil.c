#include "interp/calendar/civil.h"

/* The Gregorian calendar repeats after 400 years. Dates are reckoned in years that
 * start on March 1, so that a leap day comes last; 719,468 days lie between 0000-03-01
 * and 1970-01-01. The method is Howard Hinnant's, "chrono-Compatible Low-Level Date
 * Algorithms". */
enum {
    CYCLE_DAYS = 146097,
    CENTURY_DAYS = 36524,
    OLYMPIAD_DAYS = 1460, /* four years less their leap day */
    EPOCH_DAYS = 719468,
    DAY_SECONDS = 86400
};

/* 400 times as many years are more than the years that come. */
#define SHIFT_CYCLES (INT64_C(1) << 32)

bool tn_year_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned tn_days_in_month(int64_t year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (TN_NEVER(month < 1 || month > 12))
        return 0;
    return days[month - 1] + (month == 2 && tn_year_is_leap(year) ? 1U : 0U);
}

bool tn_civil_is_valid(const tn_civil *civil)
{
    return civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
           civil->day <= tn_days_in_month(civil->year, civil->month) &&
           civil->hour <= 23 && civil->minute <= 59 && civil->second <= 59 &&
           civil->nanos <= 999999999;
}

int64_t tn_day_from_date(int64_t year, unsigned month, unsigned day)
{
    /* Moved by whole cycles until nothing is negative: division is quicker then. */
    uint64_t years = (uint64_t)(year - (month <= 2) + 400 * SHIFT_CYCLES);
    unsigned march_month = month > 2 ? month - 3 : month + 9;
    uint64_t days = years * 365 + years / 4 - years / 100 + years / 400 +
                    (153 * march_month + 2) / 5 + day - 1;
    return (int64_t)days - SHIFT_CYCLES * CYCLE_DAYS - EPOCH_DAYS;
}

void tn_date_from_day(int64_t day, tn_civil *civil)
{
    if (TN_NEVER(day < -(INT64_C(1) << 39) || day > INT64_C(1) << 39))
        day = 0;
    int64_t shifted = day + EPOCH_DAYS;
    int64_t cycle = tn_floor_div(shifted, CYCLE_DAYS);
    unsigned day_of_cycle = (unsigned)(shifted - cycle * CYCLE_DAYS);
    unsigned leap_days_before = day_of_cycle / OLYMPIAD_DAYS -
                                day_of_cycle / CENTURY_DAYS +
                                day_of_cycle / (CYCLE_DAYS - 1);
    unsigned year_of_cycle = (day_of_cycle - leap_days_before) / 365;
    unsigned day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    unsigned march_month = (5 * day_of_year + 2) / 153;
    unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
    civil->year = (int32_t)(cycle * 400 + year_of_cycle + (month <= 2));
    civil->month = (uint8_t)month;
    civil->day = (uint8_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
}

int64_t tn_civil_to_seconds(const tn_civil *civil)
{
    int64_t day = tn_day_from_date(civil->year, civil->month, civil->day);
    return day * DAY_SECONDS + civil->hour * 3600 + civil->minute * 60 + civil->second;
}

tn_civil tn_civil_from_seconds(int64_t seconds, uint32_t nanos)
{
    tn_civil civil = {.nanos = nanos};
    int64_t day = tn_floor_div(seconds, DAY_SECONDS);
    unsigned of_day = (unsigned)(seconds - day * DAY_SECONDS);
    tn_date_from_day(day, &civil);
    civil.hour = (uint8_t)(of_day / 3600);
    civil.minute = (uint8_t)(of_day / 60 % 60);
    civil.second = (uint8_t)(of_day % 60);
    return civil;
}

unsigned tn_day_of_week(int64_t day)
{
    /* 1970-01-01 was a Thursday. */
    return (unsigned)tn_floor_mod(day + 4, 7);
}

unsigned tn_day_of_year(const tn_civil *civil)
{
    return (unsigned)(tn_day_from_date(civil->year, civil->month, civil->day) -
                      tn_day_from_date(civil->year, 1, 1));
}

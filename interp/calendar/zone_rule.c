#include "interp/calendar/zone_rule.h"

#include "interp/calendar/instant.h"
#include "interp/calendar/zone.h"

enum {
    HOUR = 3600,
    DEFAULT_TIME = 2 * HOUR, /* POSIX */
    OFFSET_HOURS_MAX = 24,   /* POSIX */
    TIME_HOURS_MAX = 167     /* RFC 8536, section 3.3.1 */
};

/* What is left to read. Taking what is not there fails and may leave it anywhere. */
typedef struct cursor {
    const char *at;
    const char *end;
} cursor;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool take_char(cursor *text, char c)
{
    if (text->at == text->end || *text->at != c)
        return false;
    text->at++;
    return true;
}

/* One to three digits, a number from `min` to `max`. */
static bool take_number(cursor *text, int32_t min, int32_t max, int32_t *number)
{
    const char *start = text->at;
    *number = 0;
    while (text->at < text->end && is_digit(*text->at) && text->at - start < 3)
        *number = *number * 10 + (*text->at++ - '0');
    return text->at > start && *number >= min && *number <= max;
}

/* Three or more letters, or in <> letters, digits, '+' and '-'. */
static bool take_name(cursor *text, tn_str *name)
{
    bool quoted = take_char(text, '<');
    const char *start = text->at;
    while (text->at < text->end &&
           (is_letter(*text->at) ||
            (quoted && (is_digit(*text->at) || *text->at == '+' || *text->at == '-'))))
        text->at++;
    *name = (tn_str){start, (size_t)(text->at - start)};
    return name->len >= 3 && (!quoted || take_char(text, '>'));
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(cursor *text, int32_t max_hours, int32_t *seconds)
{
    bool negative = take_char(text, '-');
    if (!negative)
        take_char(text, '+');
    int32_t hour;
    int32_t minute = 0;
    int32_t second = 0;
    if (!take_number(text, 0, max_hours, &hour))
        return false;
    if (take_char(text, ':')) {
        if (!take_number(text, 0, 59, &minute))
            return false;
        if (take_char(text, ':') && !take_number(text, 0, 59, &second))
            return false;
    }
    int32_t size = hour * HOUR + minute * 60 + second;
    *seconds = negative ? -size : size;
    return true;
}

/* In a TZ string offsets are west of UTC. */
static bool take_offset(cursor *text, int32_t *east)
{
    int32_t west;
    if (!take_time(text, OFFSET_HOURS_MAX, &west))
        return false;
    *east = -west;
    return true;
}

static bool take_date(cursor *text, tn_zone_date *date)
{
    *date = (tn_zone_date){.time = DEFAULT_TIME};
    if (!take_char(text, ','))
        return false;
    bool good;
    if (take_char(text, 'J')) {
        date->kind = TN_ZONE_DAY_JULIAN;
        good = take_number(text, 1, 365, &date->day);
    } else if (take_char(text, 'M')) {
        date->kind = TN_ZONE_DAY_OF_WEEK;
        good = take_number(text, 1, 12, &date->month) && take_char(text, '.') &&
               take_number(text, 1, 5, &date->week) && take_char(text, '.') &&
               take_number(text, 0, 6, &date->day);
    } else {
        date->kind = TN_ZONE_DAY_OF_YEAR;
        good = take_number(text, 0, 365, &date->day);
    }
    if (good && take_char(text, '/'))
        good = take_time(text, TIME_HOURS_MAX, &date->time);
    return good;
}

bool tn_zone_rule_parse(tn_str text, tn_zone_rule *rule)
{
    cursor rest = {text.data, text.data + text.len};
    tn_str name;
    *rule = (tn_zone_rule){0};
    if (!take_name(&rest, &name) || !take_offset(&rest, &rule->standard))
        return false;
    rule->is_unknown = tn_str_equal(name, TN_STR("-00"));
    if (rest.at == rest.end)
        return true;
    rule->has_daylight = true;
    rule->daylight = rule->standard + HOUR;
    if (!take_name(&rest, &name))
        return false;
    if (rest.at < rest.end && *rest.at != ',' && !take_offset(&rest, &rule->daylight))
        return false;
    return take_date(&rest, &rule->start) && take_date(&rest, &rule->end) &&
           rest.at == rest.end && rule->daylight < TN_ZONE_OFFSET_LIMIT;
}

/* The day of weekday d, week w of a month; w = 5 is the last that there is. */
static int64_t day_of_week(const tn_zone_date *date, int64_t year)
{
    unsigned month = (unsigned)date->month;
    int64_t first = tn_day_from_date(year, month, 1);
    int64_t until_weekday = tn_floor_mod(date->day - (int64_t)tn_day_of_week(first), 7);
    int64_t of_month = until_weekday + (date->week - 1) * 7;
    if (of_month >= tn_days_in_month(year, month))
        of_month -= 7;
    return first + of_month;
}

static int64_t find_day(const tn_zone_date *date, int64_t year)
{
    int64_t new_year = tn_day_from_date(year, 1, 1);
    switch (date->kind) {
    case TN_ZONE_DAY_JULIAN:
        /* From J60 on, March 1, a leap year's days are one later. */
        return new_year + date->day - 1 + (date->day >= 60 && tn_year_is_leap(year));
    case TN_ZONE_DAY_OF_YEAR: return new_year + date->day;
    case TN_ZONE_DAY_OF_WEEK: return day_of_week(date, year);
    }
    return new_year;
}

static int64_t find_instant(const tn_zone_date *date, int64_t year, int32_t offset)
{
    return find_day(date, year) * TN_SECONDS_PER_DAY + date->time - offset;
}

tn_zone_change tn_zone_rule_start(const tn_zone_rule *rule, int64_t year)
{
    return (tn_zone_change){find_instant(&rule->start, year, rule->standard),
                            rule->daylight};
}

tn_zone_change tn_zone_rule_end(const tn_zone_rule *rule, int64_t year)
{
    return (tn_zone_change){find_instant(&rule->end, year, rule->daylight),
                            rule->standard};
}

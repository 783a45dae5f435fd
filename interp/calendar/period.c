#include "interp/calendar/period.h"

#include <string.h>

bool tn_period_unit_find(tn_str word, tn_period_unit *unit)
{
    static const char *const names[] = {
        [TN_PERIOD_SECONDS] = "seconds", [TN_PERIOD_MINUTES] = "minutes",
        [TN_PERIOD_HOURS] = "hours",     [TN_PERIOD_DAYS] = "days",
        [TN_PERIOD_WEEKS] = "weeks",     [TN_PERIOD_MONTHS] = "months",
        [TN_PERIOD_YEARS] = "years",
    };
    for (size_t i = 0; i < TN_COUNT(names); i++) {
        tn_str plural = tn_str_from(names[i]);
        tn_str singular = {plural.data, plural.len - 1};
        if (tn_str_equal(word, plural) || tn_str_equal(word, singular)) {
            *unit = (tn_period_unit)i;
            return true;
        }
    }
    return false;
}

/* group + count * size, if that is at most `max`. */
static bool sum_up(int64_t group, uint64_t count, uint64_t size, int64_t max,
                   int64_t *out)
{
    if (group < 0 || group > max || count > (uint64_t)(max - group) / size)
        return false;
    *out = group + (int64_t)(count * size);
    return true;
}

static bool include_months(tn_period *period, uint64_t count, uint64_t size)
{
    int64_t sum;
    if (!sum_up(period->months, count, size, TN_PERIOD_MONTHS_MAX, &sum))
        return false;
    period->months = (int32_t)sum;
    return true;
}

static bool include_days(tn_period *period, uint64_t count, uint64_t size)
{
    int64_t sum;
    if (!sum_up(period->days, count, size, TN_PERIOD_DAYS_MAX, &sum))
        return false;
    period->days = (int32_t)sum;
    return true;
}

static bool include_seconds(tn_period *period, uint64_t count, uint64_t size)
{
    return sum_up(period->seconds, count, size, TN_PERIOD_SECONDS_MAX,
                  &period->seconds);
}

bool tn_period_include(tn_period *period, uint64_t count, tn_period_unit unit)
{
    switch (unit) {
    case TN_PERIOD_SECONDS: return include_seconds(period, count, 1);
    case TN_PERIOD_MINUTES: return include_seconds(period, count, 60);
    case TN_PERIOD_HOURS: return include_seconds(period, count, 3600);
    case TN_PERIOD_DAYS: return include_days(period, count, 1);
    case TN_PERIOD_WEEKS: return include_days(period, count, 7);
    case TN_PERIOD_MONTHS: return include_months(period, count, 1);
    case TN_PERIOD_YEARS: return include_months(period, count, 12);
    }
    return false;
}

bool tn_period_is_valid(tn_period period)
{
    return period.months >= 0 && period.months <= TN_PERIOD_MONTHS_MAX &&
           period.days >= 0 && period.days <= TN_PERIOD_DAYS_MAX &&
           period.seconds >= 0 && period.seconds <= TN_PERIOD_SECONDS_MAX;
}

bool tn_period_is_zero(tn_period period)
{
    return period.months == 0 && period.days == 0 && period.seconds == 0;
}

bool tn_period_is_positive(tn_period period)
{
    return tn_period_is_valid(period) && !tn_period_is_zero(period);
}

bool tn_period_is_exact(tn_period period)
{
    return period.months == 0 && period.days == 0;
}

bool tn_period_is_within(tn_period p, tn_period q)
{
    return p.months <= q.months && p.days <= q.days && p.seconds <= q.seconds;
}

static size_t put_text(char *out, const char *text)
{
    size_t len = strlen(text);
    memcpy(out, text, len + 1);
    return len;
}

static size_t put_number(char *out, int64_t number)
{
    char digits[20];
    size_t count = 0, len = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        out[len++] = digits[--count];
    return len;
}

size_t tn_period_format(tn_period period, char out[TN_PERIOD_TEXT_MAX])
{
    if (TN_NEVER(!tn_period_is_valid(period)))
        period = (tn_period){0};
    const struct {
        int64_t count; /* not negative, as a valid period's are */
        const char *unit;
    } parts[] = {
        {period.months / 12, " year"},
        {period.months % 12, " month"},
        {period.days, " day"},
        {period.seconds / 3600, " hour"},
        {period.seconds / 60 % 60, " minute"},
        {period.seconds % 60, " second"},
    };
    size_t len = 0;
    for (size_t i = 0; i < TN_COUNT(parts); i++) {
        if (parts[i].count == 0)
            continue;
        /* Six parts of at most 20 bytes fit. */
        len += put_text(out + len, len == 0 ? "" : " + ");
        len += put_number(out + len, parts[i].count);
        len += put_text(out + len, parts[i].unit);
        len += put_text(out + len, parts[i].count == 1 ? "" : "s");
    }
    return len > 0 ? len : put_text(out, "0 days");
}

#include "interp/check/terms.h"

#include "interp/calendar/reckon.h"
#include "interp/check/names.h"

/* --- summing */

tn_span tn_terms_at(const tn_term *terms)
{
    tn_span at = TN_NOWHERE;
    for (const tn_term *term = terms; term != NULL; term = term->next)
        at = tn_span_join(at, term->at);
    return at;
}

/* False for quarters, which periods do not have. */
static bool period_unit(tn_unit unit, tn_period_unit *out)
{
    switch (unit) {
    case TN_UNIT_SECOND: *out = TN_PERIOD_SECONDS; return true;
    case TN_UNIT_MINUTE: *out = TN_PERIOD_MINUTES; return true;
    case TN_UNIT_HOUR: *out = TN_PERIOD_HOURS; return true;
    case TN_UNIT_DAY: *out = TN_PERIOD_DAYS; return true;
    case TN_UNIT_WEEK: *out = TN_PERIOD_WEEKS; return true;
    case TN_UNIT_MONTH: *out = TN_PERIOD_MONTHS; return true;
    case TN_UNIT_YEAR: *out = TN_PERIOD_YEARS; return true;
    case TN_UNIT_QUARTER: return false;
    }
    return false;
}

static bool report_too_long(tn_diags *diags, const tn_term *term)
{
    tn_diag *diag = tn_diag_add(diags, TN_FIND_PERIOD, term->at,
                                "this period is longer than the calendar");
    tn_diag_help(diags, diag,
                 "the calendar ends with the year 9999; to keep data without an end, "
                 "write `retain indefinitely`");
    return false;
}

static bool include_count(tn_diags *diags, const tn_term *term, tn_period *sum)
{
    tn_period_unit unit;
    if (!period_unit(term->unit, &unit)) {
        tn_diag *diag = tn_diag_add(diags, TN_FIND_PERIOD, term->at,
                                    "a period cannot be counted in quarters");
        tn_diag_help(diags, diag, "write months: a quarter is 3 months");
        return false;
    }
    return (term->count_fits && tn_period_include(sum, term->count, unit)) ||
           report_too_long(diags, term);
}

const tn_named_period *tn_terms_named(tn_checker *ck, const tn_scope *scope,
                                      const tn_term *term)
{
    uint32_t row =
        tn_names_resolve(ck, scope, TN_SYMBOL_PERIOD, term->named->text, term->at);
    return row == TN_NONE ? NULL : &ck->model->periods.rows[row];
}

static bool include_named(tn_checker *ck, const tn_scope *scope, const tn_term *term,
                          tn_period *sum)
{
    const tn_named_period *row = tn_terms_named(ck, scope, term);
    if (row == NULL)
        return false;
    return (tn_period_include(sum, (uint64_t)row->period.months, TN_PERIOD_MONTHS) &&
            tn_period_include(sum, (uint64_t)row->period.days, TN_PERIOD_DAYS) &&
            tn_period_include(sum, (uint64_t)row->period.seconds, TN_PERIOD_SECONDS)) ||
           report_too_long(ck->diags, term);
}

bool tn_terms_sum(tn_checker *ck, const tn_scope *scope, const tn_term *terms,
                  tn_period *out)
{
    tn_diags *diags = ck->diags;
    tn_period sum = {0, 0, 0};
    for (const tn_term *term = terms; term != NULL; term = term->next)
        if (term->named == NULL ? !include_count(diags, term, &sum)
                                : !include_named(ck, scope, term, &sum))
            return false;
    *out = sum;
    if (!tn_period_is_zero(sum))
        return true;
    tn_diag *diag = tn_diag_add(diags, TN_FIND_PERIOD, tn_terms_at(terms),
                                "this period is nothing");
    tn_diag_help(diags, diag,
                 "a period is longer than 0; leave it out if none is meant");
    return false;
}

/* --- periods in texts */

static tn_str skip_blanks(tn_str text)
{
    while (text.len > 0 && text.data[0] == ' ')
        text = tn_str_slice(text, 1, SIZE_MAX);
    return text;
}

static size_t span_of(tn_str text, char first, char last)
{
    size_t len = 0;
    while (len < text.len && text.data[len] >= first && text.data[len] <= last)
        len++;
    return len;
}

/* One "90 days" at the front of *text. */
static bool read_term(tn_str *text, tn_period *sum)
{
    size_t digits = span_of(*text, '0', '9');
    if (digits == 0 || digits > 12)
        return false;
    uint64_t count = 0;
    for (size_t i = 0; i < digits; i++)
        count = count * 10 + (uint64_t)(text->data[i] - '0');
    *text = skip_blanks(tn_str_slice(*text, digits, SIZE_MAX));
    size_t letters = span_of(*text, 'a', 'z');
    tn_period_unit unit;
    if (!tn_period_unit_find(tn_str_slice(*text, 0, letters), &unit) ||
        !tn_period_include(sum, count, unit))
        return false;
    *text = skip_blanks(tn_str_slice(*text, letters, SIZE_MAX));
    return true;
}

bool tn_terms_exact_seconds(tn_str text, int64_t *seconds)
{
    tn_period sum = {0, 0, 0};
    text = skip_blanks(text);
    for (;;) {
        if (!read_term(&text, &sum))
            return false;
        if (text.len == 0)
            break;
        if (text.data[0] != '+')
            return false;
        text = skip_blanks(tn_str_slice(text, 1, SIZE_MAX));
    }
    *seconds = sum.seconds + (int64_t)sum.days * TN_SECONDS_PER_DAY;
    return sum.months == 0;
}

/* --- comparing */

/* How months and days fall together repeats with leap years, and 2096 to 2104 lacks
 * one: these dates show every case there is for periods up to a century, and those of
 * longer ones up to a day, which no two periods that people write differ by. */
static const int32_t first_days[] = {
    19723, /* 2024-01-01 */
    46021, /* 2096-01-01 */
};
enum { DAYS_TRIED = 9 * 366 };

/* Days that a period has at least; with `more`, at most. Months have 30.436875 days on
 * average, and no run of them is more than 5 off. */
static int64_t days_about(tn_period period, int64_t more)
{
    int64_t months_days = (int64_t)period.months * 30436875 / 1000000;
    if (period.months > 0)
        months_days += more > 0 ? 6 : -5;
    return months_days + period.days + period.seconds / TN_SECONDS_PER_DAY + more;
}

static bool ends_later(tn_period a, tn_period b, int64_t seconds)
{
    const tn_instant t = {seconds, 0};
    tn_instant end_a, end_b;
    if (!tn_period_add(&tn_zone_utc, t, a, &end_a))
        return tn_period_add(&tn_zone_utc, t, b, &end_b);
    if (!tn_period_add(&tn_zone_utc, t, b, &end_b))
        return false;
    return tn_instant_compare(end_a, end_b) > 0;
}

/* A missing day ends at midnight, a day that is there at the time it began at: both
 * ends of a day are tried. */
static tn_longer try_days(tn_period a, tn_period b, int32_t *from)
{
    bool always = true;
    bool ever = false;
    for (size_t i = 0; i < TN_COUNT(first_days); i++) {
        for (int32_t half = 0; half < 2 * DAYS_TRIED; half++) {
            int32_t day = first_days[i] + half / 2;
            int64_t time = half % 2 == 0 ? 0 : TN_SECONDS_PER_DAY - 1;
            bool later = ends_later(a, b, (int64_t)day * TN_SECONDS_PER_DAY + time);
            if (later && !ever)
                *from = day;
            ever |= later;
            always &= later;
            if (ever && !always)
                return TN_LONGER_SOMETIMES;
        }
    }
    return always ? TN_LONGER_ALWAYS : TN_LONGER_NEVER;
}

tn_longer tn_period_longer(tn_period a, tn_period b, int32_t *from)
{
    *from = first_days[0];
    if (tn_period_is_within(a, b) || days_about(a, 1) < days_about(b, 0))
        return TN_LONGER_NEVER;
    if (tn_period_is_within(b, a) || days_about(b, 1) < days_about(a, 0))
        return TN_LONGER_ALWAYS;
    return try_days(a, b, from);
}

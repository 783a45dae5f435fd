#include "interp/calendar/instant.h"

#include <string.h>

/* Text is read in words of eight bytes, since a stream of records brings an instant or
 * two a record. A shape is what a word must be, with '0' for any digit; marks are the
 * bytes that are no digits. Words are taken as little-endian. */
#define YEAR_SHAPE UINT64_C(0x2D30302D30303030) /* "0000-00-" */
#define YEAR_MARKS UINT64_C(0xFF0000FF00000000)
#define MONTH_SHAPE UINT64_C(0x30302D30302D3030) /* "00-00-00": YY-MM-DD */
#define CLOCK_SHAPE UINT64_C(0x30303A30303A3030) /* "00:00:00" */
#define THREE_MARKS UINT64_C(0x0000FF0000FF0000) /* of the last two */
#define HIGH_HALVES UINT64_C(0xF0F0F0F0F0F0F0F0)
#define SIXES UINT64_C(0x0606060606060606)

enum { DATE_LEN = 10, LOCAL_LEN = 19, FRACTION_MAX = 9, ZONE_LEN = 6 };

static const uint32_t nanos_per_unit[] = {
    1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};

bool tn_instant_add(tn_instant t, int64_t seconds, int64_t nanos, tn_instant *out)
{
    int64_t sum_nanos = t.nanos + tn_floor_mod(nanos, TN_NANOS_PER_SECOND);
    bool carry = sum_nanos >= TN_NANOS_PER_SECOND;
    int64_t whole = tn_floor_div(nanos, TN_NANOS_PER_SECOND) + carry;
    tn_instant sum = {0, (uint32_t)(sum_nanos - (carry ? TN_NANOS_PER_SECOND : 0))};
    if (__builtin_add_overflow(t.seconds, seconds, &sum.seconds) ||
        __builtin_add_overflow(sum.seconds, whole, &sum.seconds) ||
        !tn_instant_is_valid(sum))
        return false;
    *out = sum;
    return true;
}

bool tn_instant_subtract(tn_instant t, int64_t seconds, int64_t nanos, tn_instant *out)
{
    int64_t rest_nanos = t.nanos - tn_floor_mod(nanos, TN_NANOS_PER_SECOND);
    bool borrow = rest_nanos < 0;
    int64_t whole = tn_floor_div(nanos, TN_NANOS_PER_SECOND) + borrow;
    tn_instant rest = {0, (uint32_t)(rest_nanos + (borrow ? TN_NANOS_PER_SECOND : 0))};
    if (__builtin_sub_overflow(t.seconds, seconds, &rest.seconds) ||
        __builtin_sub_overflow(rest.seconds, whole, &rest.seconds) ||
        !tn_instant_is_valid(rest))
        return false;
    *out = rest;
    return true;
}

static uint64_t load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Is `bits`, a word exclusive-or its shape, 0..9 in each digit and 0 in each mark? A
 * byte above 9 shows in its high half, at once or when 6 is added; a carry into the
 * next byte needs a high half that is not 0 in the first place. */
static bool has_shape(uint64_t bits, uint64_t marks)
{
    return ((bits & (HIGH_HALVES | marks)) | ((bits + SIXES) & HIGH_HALVES)) == 0;
}

/* In byte i the number of the digits i and i + 1. */
static uint64_t pair_digits(uint64_t bits)
{
    return bits * 10 + (bits >> 8);
}

static unsigned take_byte(uint64_t word, unsigned index)
{
    return (unsigned)(word >> (8 * index)) & 0xFF;
}

static bool parse_date(const char *text, tn_civil *out)
{
    uint64_t year = load_word(text) ^ YEAR_SHAPE;
    uint64_t rest = load_word(text + 2) ^ MONTH_SHAPE;
    if (!has_shape(year, YEAR_MARKS) || !has_shape(rest, THREE_MARKS))
        return false;
    year = pair_digits(year);
    rest = pair_digits(rest);
    out->year = (int32_t)(take_byte(year, 0) * 100 + take_byte(year, 2));
    out->month = (uint8_t)take_byte(rest, 3);
    out->day = (uint8_t)take_byte(rest, 6);
    return out->month - 1U < 12 && out->day != 0 &&
           (out->day <= 28 || out->day <= tn_days_in_month(out->year, out->month));
}

static bool parse_clock(const char *text, tn_civil *out)
{
    uint64_t clock = load_word(text) ^ CLOCK_SHAPE;
    if (!has_shape(clock, THREE_MARKS))
        return false;
    clock = pair_digits(clock);
    out->hour = (uint8_t)take_byte(clock, 0);
    out->minute = (uint8_t)take_byte(clock, 3);
    out->second = (uint8_t)take_byte(clock, 6);
    return out->hour <= 23 && out->minute <= 59 && out->second <= 59;
}

/* Reads `.1-9 digits` where there is a '.', and moves *text behind it. */
static bool parse_fraction(tn_str *text, uint32_t *nanos)
{
    *nanos = 0;
    if (text->len == 0 || text->data[0] != '.')
        return true;
    uint32_t digits = 0;
    size_t len = 1;
    while (len < text->len && len <= FRACTION_MAX) {
        unsigned digit = (unsigned char)text->data[len] - (unsigned)'0';
        if (digit > 9)
            break;
        digits = digits * 10 + digit;
        len++;
    }
    *nanos = digits * nanos_per_unit[len - 1];
    *text = tn_str_slice(*text, len, SIZE_MAX);
    return len > 1;
}

/* Date, a character, time of day and fraction; *rest is what follows. */
static bool parse_local(tn_str text, tn_civil *out, tn_str *rest)
{
    if (text.len < LOCAL_LEN || !parse_date(text.data, out) ||
        !parse_clock(text.data + DATE_LEN + 1, out))
        return false;
    *rest = tn_str_slice(text, LOCAL_LEN, SIZE_MAX);
    return parse_fraction(rest, &out->nanos);
}

/* `±hh:mm` in seconds east. */
static bool parse_offset(tn_str text, int64_t *offset)
{
    if (text.len != ZONE_LEN || (text.data[0] != '+' && text.data[0] != '-'))
        return false;
    /* The shape of a clock again, with ":00" put in for the seconds. */
    char clock[] = "hh:mm:00";
    memcpy(clock, text.data + 1, ZONE_LEN - 1);
    tn_civil civil;
    if (!parse_clock(clock, &civil))
        return false;
    int64_t size = civil.hour * 3600 + civil.minute * 60;
    *offset = text.data[0] == '-' ? -size : size;
    return true;
}

/* The plainest text, as most are: whole seconds of the years from 1 on, with a Z. What
 * is no such text is left to be looked at in full. */
static bool parse_plain(tn_str text, tn_instant *out)
{
    enum { PLAIN_LEN = LOCAL_LEN + 1, EPOCH_DAYS = 719468 };
    if (text.len != PLAIN_LEN || text.data[DATE_LEN] != 'T' ||
        text.data[LOCAL_LEN] != 'Z')
        return false;
    uint64_t year = load_word(text.data) ^ YEAR_SHAPE;
    uint64_t rest = load_word(text.data + 2) ^ MONTH_SHAPE;
    uint64_t clock = load_word(text.data + DATE_LEN + 1) ^ CLOCK_SHAPE;
    if (!has_shape(year, YEAR_MARKS) || !has_shape(rest, THREE_MARKS) ||
        !has_shape(clock, THREE_MARKS))
        return false;
    year = pair_digits(year);
    rest = pair_digits(rest);
    clock = pair_digits(clock);
    uint32_t y = take_byte(year, 0) * 100 + take_byte(year, 2);
    uint32_t month = take_byte(rest, 3), day = take_byte(rest, 6);
    uint32_t hour = take_byte(clock, 0), minute = take_byte(clock, 3);
    uint32_t second = take_byte(clock, 6);
    if (y == 0 || month - 1 >= 12 || day - 1 >= 28 || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    /* years from March on, as in civil.c; that of day 1 begins in year 0 */
    uint32_t years = y - (month <= 2), march_month = (month + 9) % 12;
    uint32_t days = years * 365 + years / 4 - years / 100 + years / 400 +
                    (153 * march_month + 2) / 5 + day - 1;
    out->seconds = ((int64_t)days - EPOCH_DAYS) * TN_SECONDS_PER_DAY +
                   (hour * 3600 + minute * 60 + second);
    out->nanos = 0;
    return true;
}

bool tn_instant_parse(tn_str text, tn_instant *out)
{
    if (parse_plain(text, out))
        return true;
    tn_civil civil;
    tn_str zone;
    if (!parse_local(text, &civil, &zone) || text.data[DATE_LEN] != 'T')
        return false;
    int64_t offset = 0;
    if (!(zone.len == 1 && zone.data[0] == 'Z') && !parse_offset(zone, &offset))
        return false;
    tn_instant t = {tn_civil_to_seconds(&civil) - offset, civil.nanos};
    if (!tn_instant_is_valid(t))
        return false;
    *out = t;
    return true;
}

bool tn_local_parse(tn_str text, tn_civil *out)
{
    tn_civil civil;
    tn_str rest;
    if (!parse_local(text, &civil, &rest) || rest.len != 0 ||
        (text.data[DATE_LEN] != 'T' && text.data[DATE_LEN] != ' '))
        return false;
    *out = civil;
    return true;
}

bool tn_date_parse(tn_str text, int32_t *day)
{
    tn_civil civil;
    if (text.len != DATE_LEN || !parse_date(text.data, &civil) || civil.year == 0)
        return false;
    *day = (int32_t)tn_day_from_date(civil.year, civil.month, civil.day);
    return true;
}

/* Two digits of a number below 100. */
static void put_pair(char *at, unsigned number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

static void put_date(char *at, const tn_civil *civil)
{
    unsigned year = (unsigned)civil->year;
    put_pair(at, year / 100);
    put_pair(at + 2, year % 100);
    at[4] = '-';
    put_pair(at + 5, civil->month);
    at[7] = '-';
    put_pair(at + 8, civil->day);
}

/* '.' and the digits up to the last that is not 0; returns how many bytes. */
static size_t put_fraction(char *at, uint32_t nanos)
{
    if (nanos == 0)
        return 0;
    at[0] = '.';
    size_t len = 1;
    while (nanos != 0) {
        uint32_t unit = nanos_per_unit[len];
        at[len++] = (char)('0' + nanos / unit);
        nanos %= unit;
    }
    return len;
}

size_t tn_instant_format(tn_instant t, char out[TN_INSTANT_TEXT_MAX])
{
    if (TN_NEVER(!tn_instant_is_valid(t)))
        t = TN_INSTANT_MIN;
    tn_civil civil = tn_civil_from_seconds(t.seconds, t.nanos);
    put_date(out, &civil);
    out[DATE_LEN] = 'T';
    put_pair(out + 11, civil.hour);
    out[13] = ':';
    put_pair(out + 14, civil.minute);
    out[16] = ':';
    put_pair(out + 17, civil.second);
    size_t len = LOCAL_LEN + put_fraction(out + LOCAL_LEN, civil.nanos);
    out[len++] = 'Z';
    out[len] = '\0';
    return len;
}

size_t tn_date_format(int32_t day, char out[TN_DATE_TEXT_MAX])
{
    tn_civil civil = {0};
    tn_date_from_day(TN_NEVER(!tn_day_is_valid(day)) ? TN_DAY_MIN : day, &civil);
    put_date(out, &civil);
    out[DATE_LEN] = '\0';
    return DATE_LEN;
}

/* How many units a second has. */
static int64_t per_second(tn_tick unit)
{
    switch (unit) {
    case TN_TICK_SECONDS: return 1;
    case TN_TICK_MILLIS: return 1000;
    case TN_TICK_MICROS: return 1000000;
    case TN_TICK_NANOS: return TN_NANOS_PER_SECOND;
    }
    return 1;
}

bool tn_instant_from_count(int64_t count, tn_tick unit, tn_instant *out)
{
    int64_t rate = per_second(unit);
    int64_t nanos = tn_floor_mod(count, rate) * (TN_NANOS_PER_SECOND / rate);
    tn_instant t = {tn_floor_div(count, rate), (uint32_t)nanos};
    if (!tn_instant_is_valid(t))
        return false;
    *out = t;
    return true;
}

bool tn_instant_to_count(tn_instant t, tn_tick unit, int64_t *out)
{
    /* The ends of nanoseconds in 64 bits, in 1677 and 2262. */
    static const tn_instant first = {INT64_C(-9223372037), 145224192};
    static const tn_instant last = {INT64_C(9223372036), 854775807};
    if (unit == TN_TICK_NANOS && tn_instant_compare(t, first) < 0)
        return false;
    if (unit == TN_TICK_NANOS && tn_instant_compare(t, last) > 0)
        t = last;
    int64_t rate = per_second(unit);
    int64_t part = t.nanos / (TN_NANOS_PER_SECOND / rate);
    /* From the second's end where it is negative: its start may not fit. */
    if (t.seconds < 0)
        *out = (t.seconds + 1) * rate - (rate - part);
    else
        *out = t.seconds * rate + part;
    return true;
}

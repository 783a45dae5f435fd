#include "interp/cel/text.h"
#include "interp/base/real.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/cel/type.h"
#include "interp/record/decode.h"

tn_str tn_kind_name(tn_kind kind)
{
    if (kind == TN_KIND_UNREADABLE)
        return TN_STR("error");
    return tn_type_name_of(tn_type_of_value(kind));
}

/* --- durations */

void tn_duration_put(tn_buf *buf, int64_t nanos)
{
    uint64_t size = nanos < 0 ? 0 - (uint64_t)nanos : (uint64_t)nanos;
    if (nanos < 0)
        tn_buf_put_char(buf, '-');
    tn_buf_put_uint(buf, size / TN_NANOS_PER_SECOND);
    uint32_t fraction = (uint32_t)(size % TN_NANOS_PER_SECOND);
    if (fraction != 0) {
        char digits[16];
        for (int i = 9; i > 0; i--, fraction /= 10)
            digits[i] = (char)('0' + fraction % 10);
        digits[0] = '.';
        size_t len = 10;
        while (digits[len - 1] == '0')
            len--;
        tn_buf_put(buf, (tn_str){digits, len});
    }
    tn_buf_put_char(buf, 's');
}

static const struct {
    tn_str name;
    uint64_t nanos;
} units[] = {
    {{"ns", 2}, 1},
    {{"us", 2}, 1000},
    {{"\xC2\xB5s", 3}, 1000}, /* the two code points of micro: U+00B5, U+03BC */
    {{"\xCE\xBCs", 3}, 1000},
    {{"ms", 2}, 1000000},
    {{"s", 1}, 1000000000},
    {{"m", 1}, UINT64_C(60000000000)},
    {{"h", 1}, UINT64_C(3600000000000)},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

typedef struct reader {
    tn_str rest;
} reader;

static char peek(const reader *r)
{
    return r->rest.len == 0 ? '\0' : r->rest.data[0];
}

static void advance(reader *r, size_t by)
{
    r->rest = tn_str_slice(r->rest, by, SIZE_MAX);
}

/* The unit that follows: letters up to the next digit, point or end. */
static uint64_t read_unit(reader *r)
{
    size_t len = 0;
    while (len < r->rest.len && r->rest.data[len] != '.' &&
           !is_digit(r->rest.data[len]))
        len++;
    tn_str name = tn_str_slice(r->rest, 0, len);
    for (size_t i = 0; i < TN_COUNT(units); i++)
        if (tn_str_equal(name, units[i].name)) {
            advance(r, len);
            return units[i].nanos;
        }
    return 0;
}

static tn_str read_digits(reader *r)
{
    size_t len = 0;
    while (len < r->rest.len && is_digit(r->rest.data[len]))
        len++;
    tn_str digits = tn_str_slice(r->rest, 0, len);
    advance(r, len);
    return digits;
}

/* 0.DIGITS of a unit, cut off: what has been cut below a digit makes no other whole. */
static uint64_t fraction_of(uint64_t unit, tn_str digits)
{
    uint64_t part = 0;
    for (size_t i = digits.len; i > 0; i--)
        part = (part + (uint64_t)(digits.data[i - 1] - '0') * unit) / 10;
    return part;
}

/* One "1.5h": the nanoseconds are cut, not rounded, as Go's durations are. */
static bool read_term(reader *r, uint64_t *total)
{
    uint64_t whole = 0;
    tn_str digits = read_digits(r), fraction = {"", 0};
    if (peek(r) == '.') {
        advance(r, 1);
        fraction = read_digits(r);
    }
    uint64_t unit = digits.len + fraction.len > 0 ? read_unit(r) : 0;
    if (unit == 0 || (digits.len > 0 && !tn_uint_parse(digits, &whole)))
        return false;
    return !__builtin_mul_overflow(whole, unit, &whole) &&
           !__builtin_add_overflow(whole, fraction_of(unit, fraction), &whole) &&
           !__builtin_add_overflow(*total, whole, total);
}

bool tn_duration_parse(tn_str text, int64_t *nanos)
{
    reader r = {text};
    bool negative = peek(&r) == '-';
    if (negative || peek(&r) == '+')
        advance(&r, 1);
    if (tn_str_equal(r.rest, TN_STR("0"))) {
        *nanos = 0;
        return true;
    }
    uint64_t total = 0;
    do {
        if (!read_term(&r, &total))
            return false;
    } while (r.rest.len > 0);
    if (total > (uint64_t)INT64_MAX + negative)
        return false;
    *nanos = negative ? (int64_t)(0 - total) : (int64_t)total;
    return true;
}

/* --- values */

static void put_quoted(tn_buf *buf, tn_str text, size_t limit)
{
    size_t len = text.len < limit ? text.len : limit;
    while (len < text.len && len > 0 && ((unsigned char)text.data[len] & 0xC0) == 0x80)
        len--;
    tn_buf_put_json(buf, tn_str_slice(text, 0, len));
    if (len < text.len)
        tn_buf_put_text(buf, "...");
}

static void put_bytes(tn_buf *buf, tn_str bytes, size_t limit)
{
    tn_buf_put_text(buf, "b\"");
    for (size_t i = 0; i < bytes.len && i < limit; i++) {
        unsigned char c = (unsigned char)bytes.data[i];
        if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\')
            tn_buf_put_char(buf, (char)c);
        else
            tn_buf_put_format(buf, "\\x%02x", c);
    }
    tn_buf_put_text(buf, bytes.len > limit ? "\"..." : "\"");
}

static void put_double(tn_buf *buf, double x)
{
    size_t from = buf->len;
    tn_real_put(buf, x);
    bool plain = x - x == 0; /* finite */
    for (size_t i = from; i < buf->len; i++)
        plain = plain && buf->data[i] != '.' && buf->data[i] != 'e';
    if (plain)
        tn_buf_put_text(buf, ".0");
}

static void put_instant(tn_buf *buf, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    size_t len = tn_instant_is_valid(t) ? tn_instant_format(t, text) : 0;
    tn_buf_put_text(buf, "timestamp(\"");
    tn_buf_put(buf, (tn_str){text, len});
    tn_buf_put_text(buf, "\")");
}

static void put_date(tn_buf *buf, int32_t day)
{
    char text[TN_DATE_TEXT_MAX];
    size_t len = tn_day_is_valid(day) ? tn_date_format(day, text) : 0;
    tn_buf_put_char(buf, '"');
    tn_buf_put(buf, (tn_str){text, len});
    tn_buf_put_char(buf, '"');
}

/* What a container has left of the limit; false, and "...", where it is used up. */
static bool has_room(tn_buf *buf, size_t end)
{
    if (buf->len < end)
        return true;
    tn_buf_put_text(buf, "...");
    return false;
}

static void put_list(tn_buf *buf, const tn_list_value *list, size_t end)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        tn_buf_put_text(buf, i > 0 ? ", " : "");
        if (!has_room(buf, end))
            break;
        tn_cel_value_put(buf, &list->items[i], end - buf->len);
    }
    tn_buf_put_char(buf, ']');
}

static void put_map(tn_buf *buf, const tn_map_value *map, size_t end)
{
    tn_buf_put_char(buf, '{');
    for (uint32_t i = 0; i < map->count; i++) {
        tn_buf_put_text(buf, i > 0 ? ", " : "");
        if (!has_room(buf, end))
            break;
        tn_cel_value_put(buf, &map->pairs[i].key, end - buf->len);
        tn_buf_put_text(buf, ": ");
        if (!has_room(buf, end))
            break;
        tn_cel_value_put(buf, &map->pairs[i].value, end - buf->len);
    }
    tn_buf_put_char(buf, '}');
}

static void put_optional(tn_buf *buf, const tn_value *held, size_t limit)
{
    if (held == NULL) {
        tn_buf_put_text(buf, "optional.none()");
        return;
    }
    tn_buf_put_text(buf, "optional.of(");
    tn_cel_value_put(buf, held, limit);
    tn_buf_put_char(buf, ')');
}

void tn_cel_value_put(tn_buf *buf, const tn_value *value, size_t limit)
{
    size_t end = limit > SIZE_MAX - buf->len ? SIZE_MAX : buf->len + limit;
    switch (value->kind) {
    case TN_KIND_NULL: tn_buf_put_text(buf, "null"); break;
    case TN_KIND_UNREADABLE:
    case TN_KIND_COUNT: tn_buf_put_text(buf, "error"); break;
    case TN_KIND_BOOL:
        tn_buf_put_text(buf, value->as.boolean ? "true" : "false");
        break;
    case TN_KIND_INT: tn_buf_put_int(buf, value->as.integer); break;
    case TN_KIND_UINT:
        tn_buf_put_uint(buf, value->as.unsigned_integer);
        tn_buf_put_char(buf, 'u');
        break;
    case TN_KIND_DOUBLE: put_double(buf, value->as.real); break;
    case TN_KIND_STRING: put_quoted(buf, value->as.text, limit); break;
    case TN_KIND_BYTES: put_bytes(buf, value->as.text, limit); break;
    case TN_KIND_TIMESTAMP: put_instant(buf, value->as.instant); break;
    case TN_KIND_DATE: put_date(buf, value->as.day); break;
    case TN_KIND_DURATION:
        tn_buf_put_text(buf, "duration(\"");
        tn_duration_put(buf, value->as.duration_nanos);
        tn_buf_put_text(buf, "\")");
        break;
    case TN_KIND_LIST: put_list(buf, value->as.list, end); break;
    case TN_KIND_MAP: put_map(buf, value->as.map, end); break;
    case TN_KIND_TYPE: tn_buf_put(buf, tn_type_name_of(value->as.type->kind)); break;
    case TN_KIND_OPTIONAL: put_optional(buf, value->as.optional, limit); break;
    }
}

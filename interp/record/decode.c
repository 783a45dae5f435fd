#include "interp/record/decode.h"
#include "interp/base/real.h"
#include "interp/base/utf8.h"

static const tn_value null_value = {TN_KIND_NULL, {0}};
static const tn_value unreadable = {TN_KIND_UNREADABLE, {0}};

bool tn_uint_parse(tn_str text, uint64_t *out)
{
    uint64_t sum = 0;
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned digit = (unsigned char)text.data[i] - (unsigned)'0';
        if (digit > 9 || __builtin_mul_overflow(sum, 10, &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    *out = sum;
    return true;
}

bool tn_int_parse(tn_str text, int64_t *out)
{
    uint64_t size;
    bool negative = text.len > 0 && text.data[0] == '-';
    if (!tn_uint_parse(tn_str_slice(text, negative ? 1 : 0, SIZE_MAX), &size))
        return false;
    if (size > (uint64_t)INT64_MAX + (negative ? 1 : 0))
        return false;
    *out = negative ? (int64_t)(0 - size) : (int64_t)size;
    return true;
}

/* An integer as a store that has integers gives it, or as a cell of text has it. */
static bool read_int(const tn_decoding *how, const tn_value *raw, int64_t *out)
{
    if (raw->kind == TN_KIND_INT) {
        *out = raw->as.integer;
        return true;
    }
    if (raw->kind == TN_KIND_UINT && raw->as.unsigned_integer <= INT64_MAX) {
        *out = (int64_t)raw->as.unsigned_integer;
        return true;
    }
    return raw->kind == TN_KIND_STRING && (how->forms & TN_FORM_TEXT) != 0 &&
           tn_int_parse(raw->as.text, out);
}

static bool is_absent(const tn_decoding *how, const tn_value *raw)
{
    int64_t number;
    switch (how->absent) {
    case TN_ABSENT_INT: return read_int(how, raw, &number) && number == how->absent_int;
    case TN_ABSENT_TEXT:
        return raw->kind == TN_KIND_STRING &&
               tn_str_equal(raw->as.text, how->absent_text);
    case TN_ABSENT_NONE:
    case TN_ABSENT_COUNT: break;
    }
    return false;
}

static tn_value decode_bool(const tn_decoding *how, const tn_value *raw)
{
    tn_value out = {TN_KIND_BOOL, {0}};
    if (raw->kind == TN_KIND_BOOL)
        return *raw;
    if (raw->kind == TN_KIND_INT && (how->forms & TN_FORM_INT_BOOL) != 0 &&
        (raw->as.integer == 0 || raw->as.integer == 1)) {
        out.as.boolean = raw->as.integer == 1;
        return out;
    }
    if (raw->kind == TN_KIND_STRING && (how->forms & TN_FORM_TEXT) != 0) {
        out.as.boolean = tn_str_equal(raw->as.text, TN_STR("true"));
        if (out.as.boolean || tn_str_equal(raw->as.text, TN_STR("false")))
            return out;
    }
    return unreadable;
}

static tn_value decode_int(const tn_decoding *how, const tn_value *raw)
{
    tn_value out = {TN_KIND_INT, {0}};
    return read_int(how, raw, &out.as.integer) ? out : unreadable;
}

static tn_value decode_uint(const tn_decoding *how, const tn_value *raw)
{
    tn_value out = {TN_KIND_UINT, {0}};
    if (raw->kind == TN_KIND_UINT)
        return *raw;
    if (raw->kind == TN_KIND_INT && raw->as.integer >= 0) {
        out.as.unsigned_integer = (uint64_t)raw->as.integer;
        return out;
    }
    if (raw->kind == TN_KIND_STRING && (how->forms & TN_FORM_TEXT) != 0 &&
        tn_uint_parse(raw->as.text, &out.as.unsigned_integer))
        return out;
    return unreadable;
}

/* Neither NaN nor Infinity, nor a sign or point of those that only some write. */
static bool starts_number(tn_str text)
{
    size_t at = text.len > 0 && text.data[0] == '-';
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

static tn_value decode_double(const tn_decoding *how, const tn_value *raw)
{
    tn_value out = {TN_KIND_DOUBLE, {0}};
    bool overflow = false;
    if (raw->kind == TN_KIND_DOUBLE)
        return *raw;
    if (raw->kind == TN_KIND_INT) {
        out.as.real = (double)raw->as.integer;
        return out;
    }
    if (raw->kind == TN_KIND_UINT) {
        out.as.real = (double)raw->as.unsigned_integer;
        return out;
    }
    if (raw->kind == TN_KIND_STRING && (how->forms & TN_FORM_TEXT) != 0 &&
        starts_number(raw->as.text) &&
        tn_real_parse(raw->as.text, &out.as.real, &overflow) && !overflow)
        return out;
    return unreadable;
}

static bool tick_of(tn_encoding encoding, tn_tick *tick)
{
    switch (encoding) {
    case TN_ENCODING_UNIX_S: *tick = TN_TICK_SECONDS; return true;
    case TN_ENCODING_UNIX_MS: *tick = TN_TICK_MILLIS; return true;
    case TN_ENCODING_UNIX_US: *tick = TN_TICK_MICROS; return true;
    case TN_ENCODING_UNIX_NS: *tick = TN_TICK_NANOS; return true;
    case TN_ENCODING_NONE:
    case TN_ENCODING_LOCAL:
    case TN_ENCODING_COUNT: break;
    }
    return false;
}

static tn_value decode_timestamp(const tn_decoding *how, const tn_value *raw)
{
    tn_value out = {TN_KIND_TIMESTAMP, {0}};
    tn_tick tick;
    tn_civil civil;
    int64_t count;
    bool good = false;
    if (raw->kind == TN_KIND_TIMESTAMP)
        return *raw;
    if (how->encoding == TN_ENCODING_NONE)
        good = raw->kind == TN_KIND_STRING &&
               tn_instant_parse(raw->as.text, &out.as.instant);
    else if (tick_of(how->encoding, &tick))
        good = read_int(how, raw, &count) &&
               tn_instant_from_count(count, tick, &out.as.instant);
    else if (how->encoding == TN_ENCODING_LOCAL)
        good = raw->kind == TN_KIND_STRING && tn_local_parse(raw->as.text, &civil) &&
               tn_local_instant(&how->zone, &civil, &out.as.instant);
    return good ? out : unreadable;
}

static tn_value decode_date(const tn_value *raw)
{
    tn_value out = {TN_KIND_DATE, {0}};
    if (raw->kind == TN_KIND_DATE)
        return *raw;
    if (raw->kind == TN_KIND_STRING && tn_date_parse(raw->as.text, &out.as.day))
        return out;
    return unreadable;
}

static tn_value decode_kind(const tn_value *raw, tn_kind kind)
{
    return raw->kind == kind ? *raw : unreadable;
}

static tn_value decode_text(const tn_value *raw)
{
    if (raw->kind == TN_KIND_STRING && tn_utf8_is_valid(raw->as.text))
        return *raw;
    return unreadable;
}

static tn_value decode_dyn(const tn_value *raw)
{
    return raw->kind == TN_KIND_STRING ? decode_text(raw) : *raw;
}

static tn_value decode_present(const tn_decoding *how, const tn_value *raw)
{
    switch (how->type) {
    case TN_FIELD_BOOL: return decode_bool(how, raw);
    case TN_FIELD_INT: return decode_int(how, raw);
    case TN_FIELD_UINT: return decode_uint(how, raw);
    case TN_FIELD_DOUBLE: return decode_double(how, raw);
    case TN_FIELD_STRING: return decode_text(raw);
    case TN_FIELD_BYTES: return decode_kind(raw, TN_KIND_BYTES);
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return decode_timestamp(how, raw);
    case TN_FIELD_DATE: return decode_date(raw);
    case TN_FIELD_DURATION: return decode_kind(raw, TN_KIND_DURATION);
    case TN_FIELD_LIST: return decode_kind(raw, TN_KIND_LIST);
    case TN_FIELD_MAP: return decode_kind(raw, TN_KIND_MAP);
    case TN_FIELD_DYN: return decode_dyn(raw);
    case TN_FIELD_TYPE_COUNT: break;
    }
    return unreadable;
}

void tn_decode(const tn_decoding *how, const tn_value *raw, tn_value *out)
{
    if (raw->kind == TN_KIND_NULL || is_absent(how, raw))
        *out = null_value;
    else
        *out = decode_present(how, raw);
}

static bool is_key(tn_kind kind)
{
    return kind == TN_KIND_INT || kind == TN_KIND_UINT || kind == TN_KIND_STRING ||
           kind == TN_KIND_BYTES;
}

void tn_decode_key(const tn_decoding *how, const tn_value *raw, tn_value *out)
{
    if (raw->kind == TN_KIND_NULL || is_absent(how, raw))
        *out = null_value;
    else
        *out = is_key(raw->kind) ? *raw : unreadable;
}

static const char *expected_instant(tn_encoding encoding)
{
    switch (encoding) {
    case TN_ENCODING_NONE:
        return "a timestamp with its zone, like 2026-11-23T00:00:00Z";
    case TN_ENCODING_UNIX_S: return "a whole number of seconds since 1970";
    case TN_ENCODING_UNIX_MS: return "a whole number of milliseconds since 1970";
    case TN_ENCODING_UNIX_US: return "a whole number of microseconds since 1970";
    case TN_ENCODING_UNIX_NS: return "a whole number of nanoseconds since 1970";
    case TN_ENCODING_LOCAL:
        return "a local time without a zone, like 2026-11-23T00:00:00";
    case TN_ENCODING_COUNT: break;
    }
    return "a timestamp";
}

const char *tn_decode_expectation(const tn_decoding *how)
{
    switch (how->type) {
    case TN_FIELD_BOOL: return "true or false";
    case TN_FIELD_INT: return "a whole number";
    case TN_FIELD_UINT: return "a whole number, not negative";
    case TN_FIELD_DOUBLE: return "a number";
    case TN_FIELD_STRING: return "text in UTF-8";
    case TN_FIELD_BYTES: return "bytes";
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return expected_instant(how->encoding);
    case TN_FIELD_DATE: return "a date like 2026-11-23";
    case TN_FIELD_DURATION: return "a duration";
    case TN_FIELD_LIST: return "a list";
    case TN_FIELD_MAP: return "an object";
    case TN_FIELD_DYN:
    case TN_FIELD_TYPE_COUNT: break;
    }
    return "a value";
}

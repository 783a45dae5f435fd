/* format: a text with places that values fill: %s %d %f %e %x %X %o %b, and %% for a
 * percent sign. Numbers look the same everywhere: no locale has a say. */
#include "interp/base/real.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/cel/compare.h"
#include "interp/cel/text.h"
#include "interp/cel/type.h"
#include "stdlib/args.h"

#include <stdlib.h>

/* The digits of a double are found exactly, among up to some hundred: that costs as
 * much as so many bytes. */
enum { PRECISION_DEFAULT = 6, PRECISION_MAX = 100, DOUBLE_BYTES = 512 };

/* The text that is made, and whether it can still be. */
typedef struct writer {
    tn_cel_call *call;
    tn_buf buf;
    tn_value error; /* of kind UNREADABLE once it can't */
} writer;

/* One %.3f: what the letter says, and the digits after the point. */
typedef struct clause {
    char letter;
    unsigned precision;
} clause;

static bool has_failed(const writer *w)
{
    return tn_value_is_error(&w->error);
}

static void refuse(writer *w, const char *why)
{
    w->error = tn_cel_fail(w->call, TN_CEL_ERR_FORMAT, why);
}

/* A step, and what `bytes` cost. */
static bool charge(writer *w, size_t bytes)
{
    if (tn_cel_charge(w->call, 1 + tn_cel_byte_steps(bytes)))
        return true;
    w->error = tn_cel_stop(w->call);
    return false;
}

static void put_text(writer *w, tn_str text)
{
    if (charge(w, text.len))
        tn_buf_put(&w->buf, text);
}

/* --- %s */

static void put_any(writer *w, const tn_value *given);

static void put_list(writer *w, const tn_list_value *list)
{
    tn_buf_put_char(&w->buf, '[');
    for (uint32_t i = 0; i < list->count && !has_failed(w); i++) {
        tn_buf_put_text(&w->buf, i > 0 ? ", " : "");
        put_any(w, &list->items[i]);
    }
    tn_buf_put_char(&w->buf, ']');
}

typedef struct entry {
    tn_str key;
    uint32_t number; /* equal keys, as of 1 and "1", stay in order */
    const tn_value *value;
} entry;

static int compare_entries(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = tn_str_compare(x->key, y->key);
    return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

/* The text of a key: a view of a string, others in the arena. */
static tn_str key_text(writer *w, const tn_value *key)
{
    if (key->kind == TN_KIND_STRING)
        return key->as.text;
    writer part = {w->call, {0}, tn_value_null()};
    tn_buf_init(&part.buf, w->call->arena->memory);
    put_any(&part, key);
    tn_value text = tn_text_end(w->call, &part.buf);
    if (has_failed(&part) || tn_value_is_error(&text)) {
        w->error = has_failed(&part) ? part.error : text;
        return TN_STR("");
    }
    return text.as.text;
}

/* Sorted by the texts of the keys. */
static void put_map(writer *w, const tn_map_value *map)
{
    entry *entries = tn_cel_take(w->call, map->count, sizeof(*entries));
    if (entries == NULL) {
        w->error = tn_cel_stop(w->call);
        return;
    }
    for (uint32_t i = 0; i < map->count && !has_failed(w); i++)
        entries[i] = (entry){key_text(w, &map->pairs[i].key), i, &map->pairs[i].value};
    if (has_failed(w))
        return;
    qsort(entries, map->count, sizeof(*entries), compare_entries);
    tn_buf_put_char(&w->buf, '{');
    for (uint32_t i = 0; i < map->count && !has_failed(w); i++) {
        tn_buf_put_text(&w->buf, i > 0 ? ", " : "");
        put_text(w, entries[i].key);
        tn_buf_put_text(&w->buf, ": ");
        put_any(w, entries[i].value);
    }
    tn_buf_put_char(&w->buf, '}');
}

/* Each run of bytes that are no UTF-8 is one U+FFFD (doc/extensions/strings.md). */
static void put_bytes(writer *w, tn_str bytes)
{
    if (!charge(w, bytes.len) || !charge(w, bytes.len * 3))
        return;
    bool in_run = false;
    while (bytes.len > 0) {
        size_t len = tn_utf8_length(bytes);
        if (len > 0)
            tn_buf_put(&w->buf, tn_str_slice(bytes, 0, len));
        else if (!in_run)
            tn_buf_put_text(&w->buf, "\xEF\xBF\xBD");
        in_run = len == 0;
        bytes = tn_str_slice(bytes, in_run ? 1 : len, SIZE_MAX);
    }
}

/* As the double that its seconds are (doc/extensions/strings.md). */
static void put_duration(writer *w, int64_t nanos)
{
    const int64_t second = 1000000000;
    if (!charge(w, DOUBLE_BYTES))
        return;
    tn_real_put_plain(&w->buf,
                      (double)(nanos / second) + (double)(nanos % second) / 1e9);
    tn_buf_put_char(&w->buf, 's');
}

static void put_instant(writer *w, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    size_t len = tn_instant_format(t, text);
    tn_buf_put(&w->buf, (tn_str){text, len});
}

static void put_any(writer *w, const tn_value *given)
{
    tn_value value = tn_value_seen(given);
    if (has_failed(w) || !charge(w, 0))
        return;
    switch (value.kind) {
    case TN_KIND_NULL: tn_buf_put_text(&w->buf, "null"); break;
    case TN_KIND_BOOL:
        tn_buf_put_text(&w->buf, value.as.boolean ? "true" : "false");
        break;
    case TN_KIND_INT: tn_buf_put_int(&w->buf, value.as.integer); break;
    case TN_KIND_UINT: tn_buf_put_uint(&w->buf, value.as.unsigned_integer); break;
    case TN_KIND_DOUBLE:
        if (charge(w, DOUBLE_BYTES))
            tn_real_put_plain(&w->buf, value.as.real);
        break;
    case TN_KIND_STRING: put_text(w, value.as.text); break;
    case TN_KIND_BYTES: put_bytes(w, value.as.text); break;
    case TN_KIND_TIMESTAMP: put_instant(w, value.as.instant); break;
    case TN_KIND_DURATION: put_duration(w, value.as.duration_nanos); break;
    case TN_KIND_LIST: put_list(w, value.as.list); break;
    case TN_KIND_MAP: put_map(w, value.as.map); break;
    case TN_KIND_TYPE: tn_buf_put(&w->buf, tn_type_name_of(value.as.type->kind)); break;
    case TN_KIND_UNREADABLE: w->error = value; break;
    case TN_KIND_DATE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: refuse(w, "%s of a value that has no text"); break;
    }
}

/* --- numbers */

static void put_decimal(writer *w, const tn_value *value)
{
    if (tn_value_is_number(value))
        put_any(w, value);
    else
        refuse(w, "%d is for numbers");
}

/* %f and %e */
static void put_real(writer *w, const clause *c, const tn_value *value)
{
    double x = value->as.real;
    if (value->kind == TN_KIND_INT)
        x = (double)value->as.integer;
    else if (value->kind == TN_KIND_UINT)
        x = (double)value->as.unsigned_integer;
    if (!tn_value_is_number(value))
        refuse(w, "%f and %e are for numbers");
    else if (!charge(w, DOUBLE_BYTES))
        return;
    else if (c->letter == 'f')
        tn_real_put_fixed(&w->buf, x, c->precision);
    else
        tn_real_put_scientific(&w->buf, x, c->precision);
}

static const char *digits_of(char letter)
{
    return letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
}

/* In base 2 to the power of `bits`; a negative number has a minus. */
static void put_based(writer *w, const clause *c, const tn_value *value, unsigned bits)
{
    char text[65];
    size_t at = sizeof(text);
    bool negative = value->kind == TN_KIND_INT && value->as.integer < 0;
    uint64_t size = value->as.unsigned_integer;
    if (value->kind == TN_KIND_INT)
        size = (uint64_t)value->as.integer;
    if (value->kind == TN_KIND_BOOL)
        size = value->as.boolean;
    size = negative ? 0 - size : size;
    do {
        text[--at] = digits_of(c->letter)[size & ((1u << bits) - 1)];
        size >>= bits;
    } while (size > 0);
    if (negative)
        text[--at] = '-';
    tn_buf_put(&w->buf, (tn_str){text + at, sizeof(text) - at});
}

static void put_hex_bytes(writer *w, const clause *c, tn_str bytes)
{
    const char *digits = digits_of(c->letter);
    if (!charge(w, bytes.len) || !charge(w, bytes.len))
        return;
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        tn_buf_put_char(&w->buf, digits[byte >> 4]);
        tn_buf_put_char(&w->buf, digits[byte & 15]);
    }
}

static bool is_integer(const tn_value *value)
{
    return value->kind == TN_KIND_INT || value->kind == TN_KIND_UINT;
}

static void put_hex(writer *w, const clause *c, const tn_value *value)
{
    if (is_integer(value))
        put_based(w, c, value, 4);
    else if (value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES)
        put_hex_bytes(w, c, value->as.text);
    else
        refuse(w, "%x is for integers, strings and bytes");
}

static void put_octal(writer *w, const clause *c, const tn_value *value)
{
    if (is_integer(value))
        put_based(w, c, value, 3);
    else
        refuse(w, "%o is for integers");
}

static void put_binary(writer *w, const clause *c, const tn_value *value)
{
    if (is_integer(value) || value->kind == TN_KIND_BOOL)
        put_based(w, c, value, 1);
    else
        refuse(w, "%b is for integers and bools");
}

/* --- the text with its places */

static void put_clause(writer *w, const clause *c, const tn_value *value)
{
    switch (c->letter) {
    case 's': put_any(w, value); break;
    case 'd': put_decimal(w, value); break;
    case 'f':
    case 'e': put_real(w, c, value); break;
    case 'x':
    case 'X': put_hex(w, c, value); break;
    case 'o': put_octal(w, c, value); break;
    case 'b': put_binary(w, c, value); break;
    default: refuse(w, "there is no such clause"); break;
    }
}

/* Digits at *at, which moves past them; false where there is none or the number is
 * above PRECISION_MAX. */
static bool read_precision(tn_str text, size_t *at, unsigned *out)
{
    size_t from = *at;
    *out = 0;
    for (; *at < text.len; ++*at) {
        unsigned digit = (unsigned)(unsigned char)text.data[*at] - '0';
        if (digit > 9)
            break;
        *out = *out * 10 + digit;
        if (*out > PRECISION_MAX)
            return false;
    }
    return *at > from;
}

/* What follows a percent sign. */
static bool read_clause(writer *w, tn_str text, size_t *at, clause *c)
{
    *c = (clause){'\0', PRECISION_DEFAULT};
    if (*at < text.len && text.data[*at] == '.') {
        ++*at;
        if (!read_precision(text, at, &c->precision)) {
            refuse(w, "a precision is a number up to 100");
            return false;
        }
    }
    if (*at == text.len) {
        refuse(w, "it ends within a clause");
        return false;
    }
    c->letter = text.data[(*at)++];
    return true;
}

/* Puts what stands before the next percent sign; false at the end. */
static bool put_plain(writer *w, tn_str text, size_t *at)
{
    size_t from = *at;
    while (*at < text.len && text.data[*at] != '%')
        ++*at;
    put_text(w, tn_str_slice(text, from, *at - from));
    if (*at == text.len)
        return false;
    ++*at;
    return true;
}

static void put_all(writer *w, tn_str text, const tn_list_value *values)
{
    uint32_t used = 0;
    for (size_t at = 0; put_plain(w, text, &at) && !has_failed(w);) {
        clause c;
        if (at < text.len && text.data[at] == '%') {
            tn_buf_put_char(&w->buf, '%');
            at++;
            continue;
        }
        if (!read_clause(w, text, &at, &c))
            return;
        if (used == values->count) {
            refuse(w, "there are more clauses than values");
            return;
        }
        put_clause(w, &c, &values->items[used++]);
    }
}

tn_value tn_fn_format(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "sL"))
        return tn_args_refuse(call, args);
    writer w = {call, {0}, tn_value_null()};
    tn_buf_init(&w.buf, call->arena->memory);
    put_all(&w, args[0].as.text, args[1].as.list);
    if (has_failed(&w)) {
        tn_buf_free(&w.buf);
        return w.error;
    }
    return tn_text_end(call, &w.buf);
}

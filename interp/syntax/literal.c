#include "interp/syntax/literal.h"
#include "interp/base/utf8.h"

/* A string literal while it is decoded. */
typedef struct decoder {
    tn_parse *parse;
    tn_str text;    /* between the quotes */
    uint32_t start; /* where that stands in the source */
    bool is_bytes;
    char *out;
    size_t out_len;
} decoder;

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static void report(decoder *d, size_t from, size_t len, const char *what)
{
    tn_span at = {d->parse->source, d->start + (uint32_t)from,
                  d->start + (uint32_t)(from + len)};
    tn_str text = tn_str_slice(d->text, from, len);
    tn_diag *diag = tn_diag_add(d->parse->diags, TN_FIND_LITERAL, at,
                                "`" TN_STR_FMT "` %s", TN_STR_ARG(text), what);
    bool is_letter = text.len == 2 || (text.data[1] & 0x80) != 0;
    if (!is_letter)
        return;
    tn_diag_help(
        d->parse->diags, diag,
        "write `\\\\` for a backslash itself, or put r before the quotes: r\"...\"");
}

/* Takes `count` digits of `base` from `from` on; how many there were, their value. */
static size_t take_digits(tn_str text, size_t from, size_t count, uint32_t *value)
{
    bool octal = count == 3;
    size_t taken = 0;
    *value = 0;
    while (taken < count && from + taken < text.len) {
        int digit = hex_value(text.data[from + taken]);
        if (digit < 0 || (octal && digit > 7))
            break;
        *value = *value * (octal ? 8 : 16) + (uint32_t)digit;
        taken++;
    }
    return taken;
}

/* An escape in digits: its bytes from the backslash on, `lead` of them before the
 * digits, `count` digits wanted. Returns the length of the whole. */
static size_t decode_digits(decoder *d, size_t at, size_t lead, size_t count)
{
    uint32_t value;
    size_t taken = take_digits(d->text, at + lead, count, &value);
    size_t len = lead + taken;
    bool is_code_point = count == 4 || count == 8;
    if (taken < count) {
        report(d, at, len, "is not a whole escape");
    } else if (is_code_point && d->is_bytes) {
        report(d, at, len, "names a character, and this literal holds bytes");
    } else if (d->is_bytes) {
        d->out[d->out_len++] = (char)value;
    } else {
        size_t written = tn_utf8_encode(value, d->out + d->out_len);
        d->out_len += written;
        if (written == 0)
            report(d, at, len, "is not a character of Unicode");
    }
    return len;
}

/* The byte that a one-letter escape stands for; 0 where it is none. */
static char simple_escape(char letter)
{
    switch (letter) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    case '\\':
    case '?':
    case '"':
    case '\'':
    case '`': return letter;
    default: return 0;
    }
}

/* The escape at `at`; returns its length. */
static size_t decode_escape(decoder *d, size_t at)
{
    char letter = d->text.data[at + 1];
    char simple = simple_escape(letter);
    if (simple != 0) {
        d->out[d->out_len++] = simple;
        return 2;
    }
    switch (letter) {
    case 'x':
    case 'X': return decode_digits(d, at, 2, 2);
    case 'u': return decode_digits(d, at, 2, 4);
    case 'U': return decode_digits(d, at, 2, 8);
    case '0':
    case '1':
    case '2':
    case '3': return decode_digits(d, at, 1, 3);
    default: break;
    }
    size_t len = tn_utf8_length(tn_str_slice(d->text, at + 1, SIZE_MAX));
    report(d, at, len + 1, "is not an escape");
    return 1 + (len == 0 ? 1 : len);
}

static tn_str decode(decoder *d)
{
    d->out = tn_parse_take(d->parse, d->text.len + 1);
    if (d->out == NULL)
        return (tn_str){"", 0};
    for (size_t i = 0; i < d->text.len;) {
        if (d->text.data[i] == '\\' && i + 1 < d->text.len) {
            i += decode_escape(d, i);
        } else {
            d->out[d->out_len++] = d->text.data[i++];
        }
    }
    return (tn_str){d->out, d->out_len};
}

tn_str tn_literal_string(tn_parse *p, tn_span at, bool is_bytes)
{
    tn_str text = tn_source_slice(p->sources, at);
    size_t prefix = 0;
    bool is_raw = false;
    while (text.data[prefix] != '"' && text.data[prefix] != '\'') {
        is_raw |= text.data[prefix] == 'r' || text.data[prefix] == 'R';
        prefix++;
    }
    char quote = text.data[prefix];
    size_t quotes = text.len >= prefix + 6 && text.data[prefix + 1] == quote &&
                            text.data[prefix + 2] == quote
                        ? 3
                        : 1;
    size_t start = prefix + quotes;
    tn_str inside = tn_str_slice(text, start, text.len - start - quotes);
    if (is_raw || tn_str_find(inside, TN_STR("\\")) == SIZE_MAX)
        return inside;
    decoder d = {.parse = p,
                 .text = inside,
                 .start = at.start + (uint32_t)start,
                 .is_bytes = is_bytes};
    return decode(&d);
}

bool tn_literal_uint(tn_str digits, uint64_t *out)
{
    bool hex = digits.len > 2 && digits.data[1] == 'x';
    uint64_t base = hex ? 16 : 10, value = 0;
    for (size_t i = hex ? 2 : 0; i < digits.len; i++) {
        uint64_t digit = (uint64_t)hex_value(digits.data[i]);
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}

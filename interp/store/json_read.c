#include "interp/store/json_read.h"
#include "interp/base/real.h"
#include "interp/base/utf8.h"
#include "interp/cel/map_value.h"
#include "interp/record/decode.h"

#include <string.h>

static const char not_json[] = "not valid JSON";

static bool fail(tn_json_reader *r, const char *problem)
{
    r->problem = problem;
    return false;
}

/* --- strings */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The four digits of \uXXXX from byte `at` on; UINT32_MAX where they are not. */
static uint32_t hex_four(tn_str raw, size_t at)
{
    uint32_t code = 0;
    if (raw.len < 4 || at > raw.len - 4)
        return UINT32_MAX;
    for (size_t i = at; i < at + 4; i++) {
        int digit = hex_digit(raw.data[i]);
        if (digit < 0)
            return UINT32_MAX;
        code = code << 4 | (uint32_t)digit;
    }
    return code;
}

/* The code point of the \u escape at raw[at], surrogate pairs joined; how many bytes it
 * takes in *len. UINT32_MAX where it is none. */
static uint32_t unicode_escape(tn_str raw, size_t at, size_t *len)
{
    uint32_t high = hex_four(raw, at + 2);
    *len = 6;
    if (high == UINT32_MAX || high < 0xD800 || high > 0xDFFF)
        return high;
    if (high > 0xDBFF || at + 8 > raw.len || memcmp(raw.data + at + 6, "\\u", 2) != 0)
        return UINT32_MAX;
    uint32_t low = hex_four(raw, at + 8);
    if (low < 0xDC00 || low > 0xDFFF)
        return UINT32_MAX;
    *len = 12;
    return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

/* The byte that a short escape stands for; 0 where there is none. */
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
    case '/': return c;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
    }
}

/* Appends what the escape at raw[at] stands for; its length, 0 where it is wrong. */
static size_t unescape_one(tn_str raw, size_t at, char *out, size_t *out_len)
{
    size_t len = 2;
    if (at + 1 >= raw.len)
        return 0;
    if (raw.data[at + 1] == 'u') {
        uint32_t code = unicode_escape(raw, at, &len);
        size_t written = code == UINT32_MAX ? 0 : tn_utf8_encode(code, out + *out_len);
        *out_len += written;
        return written == 0 ? 0 : len;
    }
    char c = short_escape(raw.data[at + 1]);
    out[(*out_len)++] = c;
    return c == 0 ? 0 : len;
}

/* The bytes from `at` up to the next escape. */
static size_t plain_bytes(tn_str raw, size_t at)
{
    const char *escape = memchr(raw.data + at, '\\', raw.len - at);
    return escape == NULL ? raw.len - at : (size_t)(escape - raw.data) - at;
}

/* `out` has room for raw.len bytes: an escape is longer than what it stands for. */
static bool unescape(tn_str raw, char *out, size_t *out_len)
{
    *out_len = 0;
    for (size_t at = 0; at < raw.len;) {
        size_t plain = plain_bytes(raw, at);
        memcpy(out + *out_len, raw.data + at, plain);
        *out_len += plain;
        at += plain;
        if (at == raw.len)
            break;
        size_t len = unescape_one(raw, at, out, out_len);
        if (len == 0)
            return false;
        at += len;
    }
    return true;
}

static bool has_good_escapes(tn_str raw)
{
    char out[4];
    for (size_t at = plain_bytes(raw, 0); at < raw.len;) {
        size_t out_len = 0;
        size_t len = unescape_one(raw, at, out, &out_len);
        if (len == 0)
            return false;
        at += len;
        at += at < raw.len ? plain_bytes(raw, at) : 0;
    }
    return true;
}

static bool read_escaped(tn_json_reader *r, tn_str raw, tn_str *out)
{
    size_t len;
    if (out == NULL)
        return has_good_escapes(raw) || fail(r, not_json);
    char *text = tn_arena_take(r->arena, raw.len);
    if (text == NULL)
        return fail(r, NULL);
    if (!unescape(raw, text, &len))
        return fail(r, not_json);
    *out = (tn_str){text, len};
    return true;
}

bool tn_json_read_string(tn_json_reader *r, tn_str *out)
{
    if (!tn_json_is_at(r, '"'))
        return fail(r, not_json);
    uint32_t start = *r->token + 1;
    uint32_t end = tn_json_token_end(r);
    if (TN_NEVER(end <= start || r->text[end - 1] != '"'))
        return fail(r, not_json);
    tn_str raw = {r->text + start, end - 1 - start};
    r->token++;
    if (r->has_escapes && raw.len > 0 && memchr(raw.data, '\\', raw.len) != NULL)
        return read_escaped(r, raw, out);
    if (out != NULL)
        *out = raw;
    return true;
}

/* --- numbers and words */

static size_t count_digits(tn_str s, size_t at)
{
    size_t end = at;
    while (end < s.len && s.data[end] >= '0' && s.data[end] <= '9')
        end++;
    return end - at;
}

/* Is it a number of RFC 8259, section 6? */
static bool is_number(tn_str s, bool *is_integer)
{
    size_t at = s.len > 0 && s.data[0] == '-';
    size_t digits = count_digits(s, at);
    if (digits == 0 || (digits > 1 && s.data[at] == '0'))
        return false;
    at += digits;
    *is_integer = at == s.len;
    if (at < s.len && s.data[at] == '.') {
        digits = count_digits(s, at + 1);
        at += 1 + digits;
        if (digits == 0)
            return false;
    }
    if (at < s.len && (s.data[at] == 'e' || s.data[at] == 'E')) {
        at++;
        at += at < s.len && (s.data[at] == '+' || s.data[at] == '-');
        digits = count_digits(s, at);
        at += digits;
        if (digits == 0)
            return false;
    }
    return at == s.len;
}

static void set_number(tn_str s, bool is_integer, tn_value *out)
{
    bool overflow = false;
    out->kind = TN_KIND_INT;
    if (is_integer && tn_int_parse(s, &out->as.integer))
        return;
    out->kind = TN_KIND_UINT;
    if (is_integer && tn_uint_parse(s, &out->as.unsigned_integer))
        return;
    out->kind = TN_KIND_DOUBLE;
    if (!tn_real_parse(s, &out->as.real, &overflow) || overflow)
        out->kind = TN_KIND_UNREADABLE;
}

static bool read_scalar(tn_json_reader *r, tn_value *out)
{
    bool is_integer;
    uint32_t start = *r->token;
    tn_str s = {r->text + start, tn_json_token_end(r) - start};
    r->token++;
    if (is_number(s, &is_integer)) {
        if (out != NULL)
            set_number(s, is_integer, out);
        return true;
    }
    bool is_true = tn_str_equal(s, TN_STR("true"));
    tn_value value = {TN_KIND_BOOL, {.boolean = is_true}};
    if (tn_str_equal(s, TN_STR("null")))
        value.kind = TN_KIND_NULL;
    else if (!is_true && !tn_str_equal(s, TN_STR("false")))
        return fail(r, not_json);
    if (out != NULL)
        *out = value;
    return true;
}

/* --- lists and objects */

/* A growing array in the arena. */
typedef struct pile {
    void *items;
    uint32_t count;
    uint32_t capacity;
} pile;

/* Room for one more; NULL when there is no memory. */
static void *push(tn_json_reader *r, pile *p, size_t size)
{
    if (p->count == p->capacity) {
        uint32_t capacity = p->capacity == 0 ? 8 : 2 * p->capacity;
        void *grown = tn_arena_take_array(r->arena, capacity, size);
        if (grown == NULL)
            return NULL;
        if (p->count > 0)
            memcpy(grown, p->items, p->count * size);
        p->items = grown;
        p->capacity = capacity;
    }
    return (char *)p->items + p->count++ * size;
}

static bool read_at_depth(tn_json_reader *r, tn_value *out, unsigned depth);

static bool read_item(tn_json_reader *r, pile *items, unsigned depth)
{
    if (items == NULL)
        return read_at_depth(r, NULL, depth);
    tn_value item;
    if (!read_at_depth(r, &item, depth))
        return false;
    tn_value *room = push(r, items, sizeof(*room));
    if (room == NULL)
        return fail(r, NULL);
    *room = item;
    return true;
}

static bool read_list(tn_json_reader *r, tn_value *out, unsigned depth)
{
    pile items = {NULL, 0, 0};
    r->token++;
    if (!tn_json_take(r, ']')) {
        do {
            if (!read_item(r, out == NULL ? NULL : &items, depth))
                return false;
        } while (tn_json_take(r, ','));
        if (!tn_json_take(r, ']'))
            return fail(r, not_json);
    }
    if (out == NULL)
        return true;
    tn_list_value *list = tn_arena_take(r->arena, sizeof(*list));
    if (list == NULL)
        return fail(r, NULL);
    *list = (tn_list_value){items.items, items.count};
    *out = (tn_value){TN_KIND_LIST, {.list = list}};
    return true;
}

static bool read_member(tn_json_reader *r, pile *pairs, unsigned depth)
{
    tn_map_pair pair = {{TN_KIND_STRING, {0}}, {TN_KIND_NULL, {0}}};
    if (!tn_json_read_string(r, pairs == NULL ? NULL : &pair.key.as.text))
        return false;
    if (!tn_json_take(r, ':'))
        return fail(r, not_json);
    if (!read_at_depth(r, pairs == NULL ? NULL : &pair.value, depth))
        return false;
    if (pairs == NULL)
        return true;
    tn_map_pair *room = push(r, pairs, sizeof(*room));
    if (room == NULL)
        return fail(r, NULL);
    *room = pair;
    return true;
}

static bool build_map(tn_json_reader *r, const pile *pairs, tn_value *out)
{
    uint32_t repeated;
    tn_map_value *map = tn_arena_take(r->arena, sizeof(*map));
    if (map == NULL)
        return fail(r, NULL);
    tn_status status =
        tn_map_value_build(r->arena, pairs->items, pairs->count, map, &repeated);
    if (status == TN_NOMEM)
        return fail(r, NULL);
    if (status == TN_OK)
        *out = (tn_value){TN_KIND_MAP, {.map = map}};
    else
        *out = (tn_value){TN_KIND_UNREADABLE, {0}};
    return true;
}

static bool read_object(tn_json_reader *r, tn_value *out, unsigned depth)
{
    pile pairs = {NULL, 0, 0};
    r->token++;
    if (!tn_json_take(r, '}')) {
        do {
            if (!read_member(r, out == NULL ? NULL : &pairs, depth))
                return false;
        } while (tn_json_take(r, ','));
        if (!tn_json_take(r, '}'))
            return fail(r, not_json);
    }
    return out == NULL || build_map(r, &pairs, out);
}

static bool read_at_depth(tn_json_reader *r, tn_value *out, unsigned depth)
{
    if (tn_json_is_at_end(r))
        return fail(r, not_json);
    char c = r->text[*r->token];
    if (c == '"') {
        if (out != NULL)
            *out = (tn_value){TN_KIND_STRING, {0}};
        return tn_json_read_string(r, out == NULL ? NULL : &out->as.text);
    }
    if (c != '{' && c != '[')
        return read_scalar(r, out);
    if (depth >= TN_JSON_DEPTH_MAX)
        return fail(r, "nested too deeply");
    return c == '{' ? read_object(r, out, depth + 1) : read_list(r, out, depth + 1);
}

bool tn_json_read_value(tn_json_reader *r, tn_value *out)
{
    return read_at_depth(r, out, 0);
}

/* texts: the functions of strings. Positions count code points; what is searched or
 * made is charged by its bytes. */
#include "interp/base/utf8.h"
#include "stdlib/args.h"

#include <string.h>

/* The bytes of the code point that `s`, not empty, starts with. A host may break its
 * word and hand over bytes that are no UTF-8: each is then one of its own, so that no
 * loop over a text stands still. */
static size_t point_length(tn_str s)
{
    size_t len = tn_utf8_length(s);
    return len == 0 && s.len > 0 ? 1 : len;
}

/* --- size and membership */

tn_value tn_fn_size(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "s")) {
        if (!tn_cel_charge(call, tn_cel_byte_steps(args[0].as.text.len)))
            return tn_cel_stop(call);
        return tn_value_int((int64_t)tn_utf8_count(args[0].as.text));
    }
    if (tn_args_are(call, args, "y"))
        return tn_value_int((int64_t)args[0].as.text.len);
    if (tn_args_are(call, args, "L"))
        return tn_value_int(args[0].as.list->count);
    if (tn_args_are(call, args, "M"))
        return tn_value_int(args[0].as.map->count);
    return tn_args_refuse(call, args);
}

static size_t common_length(tn_str s, size_t at, tn_str needle)
{
    size_t len = 0;
    while (len < needle.len && at + len < s.len && s.data[at + len] == needle.data[len])
        len++;
    return len;
}

/* Where `needle` first stands from byte `from` on; SIZE_MAX: nowhere, or the call has
 * stopped. Charges what false starts cost; the caller charges the text itself, once. */
static size_t find(tn_cel_call *call, tn_str s, size_t from, tn_str needle)
{
    if (needle.len == 0)
        return from;
    for (size_t at = from; s.len - at >= needle.len; at++) {
        size_t starts = s.len - at - needle.len + 1;
        const char *hit = memchr(s.data + at, needle.data[0], starts);
        if (hit == NULL)
            break;
        at = (size_t)(hit - s.data);
        size_t len = common_length(s, at, needle);
        if (len == needle.len)
            return at;
        if (!tn_cel_charge(call, tn_cel_byte_steps(len)))
            break;
    }
    return SIZE_MAX;
}

/* The last place at or before byte `from`. */
static size_t find_last(tn_cel_call *call, tn_str s, size_t from, tn_str needle)
{
    if (needle.len > s.len)
        return SIZE_MAX;
    size_t last = s.len - needle.len;
    for (size_t at = (from < last ? from : last) + 1; at-- > 0;) {
        size_t len = common_length(s, at, needle);
        if (len == needle.len)
            return at;
        if (!tn_cel_charge(call, tn_cel_byte_steps(len)))
            break;
    }
    return SIZE_MAX;
}

static bool charge_texts(tn_cel_call *call, const tn_value *args)
{
    for (uint32_t i = 0; i < call->argc; i++)
        if (args[i].kind == TN_KIND_STRING &&
            !tn_cel_charge(call, tn_cel_byte_steps(args[i].as.text.len)))
            return false;
    return true;
}

tn_value tn_fn_contains(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    size_t at = find(call, args[0].as.text, 0, args[1].as.text);
    return call->stopped ? tn_cel_stop(call) : tn_value_bool(at != SIZE_MAX);
}

tn_value tn_fn_starts_with(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    if (!tn_cel_charge(call, tn_cel_byte_steps(args[1].as.text.len)))
        return tn_cel_stop(call);
    return tn_value_bool(tn_str_starts(args[0].as.text, args[1].as.text));
}

tn_value tn_fn_ends_with(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    if (!tn_cel_charge(call, tn_cel_byte_steps(args[1].as.text.len)))
        return tn_cel_stop(call);
    return tn_value_bool(tn_str_ends(args[0].as.text, args[1].as.text));
}

/* --- positions */

/* The byte offset of position `index`, 0 to the size; false outside. */
static bool find_position(tn_str s, int64_t index, size_t *at)
{
    if (index < 0 || (uint64_t)index > s.len)
        return false;
    *at = tn_utf8_offset(s, (size_t)index);
    return *at != SIZE_MAX;
}

tn_value tn_fn_char_at(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "si"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str s = args[0].as.text;
    size_t at;
    if (!find_position(s, args[1].as.integer, &at))
        return tn_cel_fail_value(call, TN_CEL_ERR_INDEX, &args[1]);
    tn_str rest = tn_str_slice(s, at, SIZE_MAX);
    return tn_value_string(tn_str_slice(rest, 0, point_length(rest)));
}

static tn_value position_of(tn_str s, size_t at)
{
    if (at == SIZE_MAX)
        return tn_value_int(-1);
    return tn_value_int((int64_t)tn_utf8_count(tn_str_slice(s, 0, at)));
}

typedef size_t search(tn_cel_call *call, tn_str s, size_t from, tn_str needle);

static tn_value index_by(tn_cel_call *call, const tn_value *args, search *run,
                         size_t from)
{
    bool has_start = tn_args_are(call, args, "ssi");
    if (!has_start && !tn_args_are(call, args, "ss"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str s = args[0].as.text;
    if (has_start && args[2].as.integer < 0)
        return tn_cel_fail_value(call, TN_CEL_ERR_INDEX, &args[2]);
    if (has_start && !find_position(s, args[2].as.integer, &from))
        from = s.len;
    /* Nothing but the empty text is found at the end, whatever the direction. */
    if (has_start && from == s.len && args[1].as.text.len > 0)
        return tn_value_int(-1);
    size_t at = run(call, s, from, args[1].as.text);
    return call->stopped ? tn_cel_stop(call) : position_of(s, at);
}

tn_value tn_fn_index_of(tn_cel_call *call, const tn_value *args)
{
    return index_by(call, args, find, 0);
}

tn_value tn_fn_last_index_of(tn_cel_call *call, const tn_value *args)
{
    return index_by(call, args, find_last, SIZE_MAX - 1);
}

tn_value tn_fn_substring(tn_cel_call *call, const tn_value *args)
{
    bool has_end = tn_args_are(call, args, "sii");
    if (!has_end && !tn_args_are(call, args, "si"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str s = args[0].as.text;
    size_t from, to = s.len;
    if (!find_position(s, args[1].as.integer, &from))
        return tn_cel_fail_value(call, TN_CEL_ERR_INDEX, &args[1]);
    if (has_end && (!find_position(s, args[2].as.integer, &to) || to < from))
        return tn_cel_fail_value(call, TN_CEL_ERR_INDEX, &args[2]);
    return tn_value_string(tn_str_slice(s, from, to - from));
}

/* --- new texts */

/* A text of known size, filled from the left. */
typedef struct filling {
    char *data;
    size_t len;
} filling;

static bool start(tn_cel_call *call, filling *out, size_t size)
{
    *out = (filling){tn_cel_take(call, size, 1), 0};
    return out->data != NULL;
}

static void put(filling *out, tn_str piece)
{
    if (piece.len > 0)
        memcpy(out->data + out->len, piece.data, piece.len);
    out->len += piece.len;
}

static tn_value finish(const filling *out)
{
    return tn_value_string((tn_str){out->data, out->len});
}

/* The bytes of a joined list; SIZE_MAX where an item is no string. */
static size_t joined_size(const tn_list_value *list, tn_str between)
{
    size_t size = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        size_t more = i > 0 ? between.len : 0;
        if (list->items[i].kind != TN_KIND_STRING ||
            __builtin_add_overflow(size, more, &size) ||
            __builtin_add_overflow(size, list->items[i].as.text.len, &size))
            return SIZE_MAX;
    }
    return size;
}

tn_value tn_fn_join(tn_cel_call *call, const tn_value *args)
{
    bool has_between = tn_args_are(call, args, "Ls");
    if (!has_between && !tn_args_are(call, args, "L"))
        return tn_args_refuse(call, args);
    const tn_list_value *list = args[0].as.list;
    tn_str between = has_between ? args[1].as.text : TN_STR("");
    if (!tn_cel_charge(call, list->count))
        return tn_cel_stop(call);
    size_t size = joined_size(list, between);
    if (size == SIZE_MAX)
        return tn_args_refuse(call, args);
    filling out;
    if (!start(call, &out, size))
        return tn_cel_stop(call);
    for (uint32_t i = 0; i < list->count; i++) {
        put(&out, i > 0 ? between : TN_STR(""));
        put(&out, list->items[i].as.text);
    }
    return finish(&out);
}

/* ASCII letters from `first` on for the 26 that follow, changed to the other case. */
static tn_value change_case(tn_cel_call *call, const tn_value *args, char first)
{
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    tn_str s = args[0].as.text;
    filling out;
    if (!start(call, &out, s.len))
        return tn_cel_stop(call);
    put(&out, s);
    for (size_t i = 0; i < s.len; i++)
        if (s.data[i] >= first && s.data[i] <= first + 25)
            out.data[i] = (char)(s.data[i] ^ 0x20);
    return finish(&out);
}

tn_value tn_fn_lower_ascii(tn_cel_call *call, const tn_value *args)
{
    return change_case(call, args, 'A');
}

tn_value tn_fn_upper_ascii(tn_cel_call *call, const tn_value *args)
{
    return change_case(call, args, 'a');
}

tn_value tn_fn_reverse(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    tn_str s = args[0].as.text;
    char *made = tn_cel_take(call, s.len, 1);
    if (made == NULL)
        return tn_cel_stop(call);
    for (size_t at = 0; at < s.len;) {
        size_t len = point_length(tn_str_slice(s, at, SIZE_MAX));
        memcpy(made + s.len - at - len, s.data + at, len);
        at += len;
    }
    return tn_value_string((tn_str){made, s.len});
}

/* --- replace and split */

/* A negative limit is none. */
static uint64_t limit_of(const tn_cel_call *call, const tn_value *args, uint32_t at)
{
    if (call->argc <= at || args[at].as.integer < 0)
        return UINT64_MAX;
    return (uint64_t)args[at].as.integer;
}

/* The places of a text where `old` stands, one after another; an empty one stands
 * before every code point and at the end. */
typedef struct places {
    tn_str s;
    tn_str old;
    uint64_t left; /* so many more, at most */
    size_t from;   /* where the search goes on; SIZE_MAX: it is over */
} places;

static size_t next_place(tn_cel_call *call, places *p)
{
    if (p->left == 0 || p->from == SIZE_MAX)
        return SIZE_MAX;
    p->left--;
    size_t at = find(call, p->s, p->from, p->old);
    p->from = at;
    if (at == SIZE_MAX)
        return SIZE_MAX;
    size_t step = p->old.len;
    if (step == 0)
        step = point_length(tn_str_slice(p->s, at, SIZE_MAX));
    p->from = step == 0 ? SIZE_MAX : at + step;
    return at;
}

/* The size after replacing; SIZE_MAX where it has no number. */
static size_t replaced_size(tn_cel_call *call, places p, tn_str with)
{
    size_t kept = p.s.len, added = 0;
    while (next_place(call, &p) != SIZE_MAX) {
        kept -= p.old.len;
        if (__builtin_add_overflow(added, with.len, &added))
            return SIZE_MAX;
    }
    return __builtin_add_overflow(kept, added, &kept) ? SIZE_MAX : kept;
}

tn_value tn_fn_replace(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "sss") && !tn_args_are(call, args, "sssi"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    places p = {args[0].as.text, args[1].as.text, limit_of(call, args, 3), 0};
    tn_str with = args[2].as.text;
    size_t size = replaced_size(call, p, with);
    filling out;
    if (call->stopped || !start(call, &out, size))
        return tn_cel_stop(call);
    size_t done = 0, at;
    while ((at = next_place(call, &p)) != SIZE_MAX) {
        put(&out, tn_str_slice(p.s, done, at - done));
        put(&out, with);
        done = at + p.old.len;
    }
    if (call->stopped)
        return tn_cel_stop(call);
    put(&out, tn_str_slice(p.s, done, SIZE_MAX));
    return finish(&out);
}

/* The first of several parts of `rest`, which it takes off with what parts them; false
 * where there is one part only. */
static bool take_part(tn_cel_call *call, tn_str *rest, tn_str by, tn_str *part)
{
    size_t at;
    if (by.len == 0) {
        at = point_length(*rest);
        at = at == rest->len ? SIZE_MAX : at;
    } else {
        at = find(call, *rest, 0, by);
    }
    if (at == SIZE_MAX)
        return false;
    *part = tn_str_slice(*rest, 0, at);
    *rest = tn_str_slice(*rest, at + by.len, SIZE_MAX);
    return true;
}

static uint64_t count_parts(tn_cel_call *call, tn_str s, tn_str by, uint64_t limit)
{
    if (limit == 0 || (by.len == 0 && s.len == 0))
        return 0;
    uint64_t count = 1;
    tn_str part;
    while (count < limit && take_part(call, &s, by, &part))
        count++;
    return count;
}

tn_value tn_fn_split(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "ss") && !tn_args_are(call, args, "ssi"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str rest = args[0].as.text, by = args[1].as.text;
    uint64_t count = count_parts(call, rest, by, limit_of(call, args, 2));
    if (call->stopped || count > UINT32_MAX)
        return tn_cel_stop(call);
    tn_value *items = tn_cel_take(call, (uint32_t)count, sizeof(*items));
    if (items == NULL)
        return tn_cel_stop(call);
    for (uint64_t i = 0; i < count; i++) {
        tn_str part = rest;
        if (i + 1 < count && !take_part(call, &rest, by, &part))
            return tn_cel_stop(call);
        items[i] = tn_value_string(i + 1 < count ? part : rest);
    }
    return tn_cel_list(call, items, (uint32_t)count);
}

/* --- trim and quote */

/* White_Space of Unicode. */
static bool is_blank(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 ||
           code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
           code == 0x3000;
}

tn_value tn_fn_trim(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str s = args[0].as.text;
    size_t from = SIZE_MAX, to = 0, len;
    for (size_t at = 0; at < s.len; at += len) {
        tn_str rest = tn_str_slice(s, at, SIZE_MAX);
        bool blank = is_blank(tn_utf8_decode(rest, &len));
        len = point_length(rest);
        if (blank)
            continue;
        from = from == SIZE_MAX ? at : from;
        to = at + len;
    }
    if (from == SIZE_MAX)
        return tn_value_string(TN_STR(""));
    return tn_value_string(tn_str_slice(s, from, to - from));
}

/* What follows the backslash for `c`; 0 where it needs none. */
static char escape_of(char c)
{
    switch (c) {
    case '\a': return 'a';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    case '\\':
    case '"': return c;
    default: return '\0';
    }
}

tn_value tn_fn_quote(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    if (!charge_texts(call, args))
        return tn_cel_stop(call);
    tn_str s = args[0].as.text;
    size_t size = s.len + 2;
    for (size_t i = 0; i < s.len; i++)
        size += escape_of(s.data[i]) != '\0';
    char *made = tn_cel_take(call, size, 1);
    if (made == NULL)
        return tn_cel_stop(call);
    size_t at = 0;
    made[at++] = '"';
    for (size_t i = 0; i < s.len; i++) {
        char escape = escape_of(s.data[i]);
        if (escape != '\0')
            made[at++] = '\\';
        made[at++] = escape != '\0' ? escape : s.data[i];
    }
    made[at] = '"';
    return tn_value_string((tn_str){made, size});
}

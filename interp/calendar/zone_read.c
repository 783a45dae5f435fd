#include "interp/calendar/zone_read.h"

#include "interp/calendar/instant.h"
#include "interp/calendar/zone_rule.h"

#include <string.h>

/* A header (RFC 8536, section 3.1):
 *     0  4  "TZif"
 *     4  1  version, NUL or '2'..'4'
 *     5 15  reserved
 *    20 24  six counts, big-endian: isut, isstd, leap, time, type, char
 * A body (section 3.2), with times of 4 bytes in the first and 8 in the second block:
 *     time x (4|8)  transition times
 *     time x 1      the type each leads to
 *     type x 6      offset (4), is daylight saving (1), index of the designation (1)
 *     char x 1      designations, NUL-terminated
 *     leap x (8|12) leap seconds
 *     isstd, isut x 1
 * Then, from version 2 on, a footer: newline, TZ string, newline. */
enum { HEADER_LEN = 44, TYPE_LEN = 6, TYPES_MAX = 256, TIMES_MAX = 2048 };

/* Rules are written out from two years before the last transition, so that the change
 * in force there is seen, to beyond a cycle of 400 years after it. */
enum { RULE_YEARS_BEFORE = 2, RULE_YEARS = 408, RULE_CHANGES = 2 * RULE_YEARS };

/* The last transition of a file leaves room for a cycle in the range. */
#define LAST_TRANSITION_MAX (TN_SECONDS_MAX - 3 * TN_ZONE_CYCLE_SECONDS / 2)

/* Version 1 has no rule for the future: files of zones that need one end in 2037. */
#define VERSION_1_HORIZON INT64_C(2114380800) /* 2037-01-01 */

static const char too_short[] = "has a damaged file: it ends too soon";
static const char malformed[] = "has a damaged file";

typedef struct block {
    uint32_t isut_count;
    uint32_t isstd_count;
    uint32_t leap_count;
    uint32_t time_count;
    uint32_t type_count;
    uint32_t char_count;
    size_t time_size;
    const unsigned char *times;
    const unsigned char *indexes;
    const unsigned char *types;
    const unsigned char *chars;
    const unsigned char *flags; /* isstd, isut */
} block;

static tn_status fail(tn_status status, const char *text, const char **why)
{
    *why = text;
    return status;
}

static uint32_t get_uint32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Two's complement without a conversion that the compiler defines. */
static int64_t get_int32(const unsigned char *at)
{
    int64_t number = get_uint32(at);
    return number > INT32_MAX ? number - (INT64_C(1) << 32) : number;
}

static int64_t get_int64(const unsigned char *at)
{
    return get_int32(at) * (INT64_C(1) << 32) + get_uint32(at + 4);
}

static int64_t get_time(const block *b, uint32_t index)
{
    const unsigned char *at = b->times + index * b->time_size;
    return b->time_size == 8 ? get_int64(at) : get_int32(at);
}

/* The offset that transition `index` leads to. */
static int32_t get_offset(const block *b, uint32_t index)
{
    return (int32_t)get_int32(b->types + b->indexes[index] * (size_t)TYPE_LEN);
}

/* Takes a header and its body off `rest`; *version is the header's. */
static bool take_block(tn_str *rest, size_t time_size, char *version, block *b)
{
    if (rest->len < HEADER_LEN || memcmp(rest->data, "TZif", 4) != 0)
        return false;
    const unsigned char *header = (const unsigned char *)rest->data;
    *version = rest->data[4];
    *b = (block){.isut_count = get_uint32(header + 20),
                 .isstd_count = get_uint32(header + 24),
                 .leap_count = get_uint32(header + 28),
                 .time_count = get_uint32(header + 32),
                 .type_count = get_uint32(header + 36),
                 .char_count = get_uint32(header + 40),
                 .time_size = time_size};
    /* Each product is of 32 bits and a small size, and fits 64. */
    uint64_t times = (uint64_t)b->time_count * time_size;
    uint64_t types = (uint64_t)b->type_count * TYPE_LEN;
    uint64_t leaps = (uint64_t)b->leap_count * (time_size + 4);
    uint64_t len = times + b->time_count + types + b->char_count + leaps +
                   b->isstd_count + b->isut_count;
    if (len > rest->len - HEADER_LEN)
        return false;
    b->times = header + HEADER_LEN;
    b->indexes = b->times + times;
    b->types = b->indexes + b->time_count;
    b->chars = b->types + types;
    b->flags = b->chars + b->char_count + leaps;
    *rest = tn_str_slice(*rest, HEADER_LEN + (size_t)len, SIZE_MAX);
    return true;
}

static bool counts_are_good(const block *b)
{
    return b->time_count <= TIMES_MAX && b->type_count >= 1 &&
           b->type_count <= TYPES_MAX && b->char_count >= 1 &&
           (b->isstd_count == 0 || b->isstd_count == b->type_count) &&
           (b->isut_count == 0 || b->isut_count == b->type_count);
}

static bool types_are_good(const block *b)
{
    for (uint32_t i = 0; i < b->type_count; i++) {
        const unsigned char *type = b->types + i * (size_t)TYPE_LEN;
        int64_t offset = get_int32(type);
        if (offset <= -TN_ZONE_OFFSET_LIMIT || offset >= TN_ZONE_OFFSET_LIMIT ||
            type[4] > 1 || type[5] >= b->char_count)
            return false;
    }
    for (uint32_t i = 0; i < b->isstd_count + b->isut_count; i++) {
        if (b->flags[i] > 1)
            return false;
    }
    return b->chars[b->char_count - 1] == '\0';
}

static bool times_are_good(const block *b)
{
    for (uint32_t i = 0; i < b->time_count; i++) {
        if (b->indexes[i] >= b->type_count ||
            (i > 0 && get_time(b, i) <= get_time(b, i - 1)))
            return false;
    }
    return b->time_count == 0 || get_time(b, b->time_count - 1) <= LAST_TRANSITION_MAX;
}

static tn_status check_block(const block *b, const char **why)
{
    if (b->leap_count != 0)
        return fail(TN_UNSUPPORTED, "counts leap seconds, which instants do not", why);
    if (!counts_are_good(b) || !types_are_good(b) || !times_are_good(b))
        return fail(TN_INVALID, malformed, why);
    return TN_OK;
}

static int32_t current_offset(const tn_zone_data *data)
{
    return data->count == 0 ? data->first_offset : data->offset[data->count - 1];
}

/* Appends a transition at or after all others. One at the same instant replaces the
 * last; one that changes nothing, or lies before the range, leaves no trace. */
static void append(tn_zone_data *data, int64_t at, int32_t offset)
{
    if (data->count > 0 && data->at[data->count - 1] == at)
        data->count--;
    if (offset == current_offset(data))
        return;
    if (at < TN_SECONDS_MIN - 2 * TN_SECONDS_PER_DAY) {
        data->first_offset = offset;
        return;
    }
    data->at[data->count] = at;
    data->offset[data->count] = offset;
    data->count++;
}

/* By time; of two at one instant the start of daylight saving comes last, so that a
 * rule can keep it all year (RFC 8536, section 3.3.1). */
static bool is_before(const tn_zone_rule *rule, tn_zone_change a, tn_zone_change b)
{
    if (a.at != b.at)
        return a.at < b.at;
    return a.offset == rule->standard && b.offset != rule->standard;
}

/* All changes of the years from `year` on, in order. */
static void list_changes(const tn_zone_rule *rule, int64_t year,
                         tn_zone_change changes[RULE_CHANGES])
{
    for (int i = 0; i < RULE_CHANGES; i++) {
        tn_zone_change change = i % 2 == 0 ? tn_zone_rule_end(rule, year + i / 2)
                                           : tn_zone_rule_start(rule, year + i / 2);
        /* They come nearly in order: insertion is quick. */
        int place = i;
        for (; place > 0 && is_before(rule, change, changes[place - 1]); place--)
            changes[place] = changes[place - 1];
        changes[place] = change;
    }
}

/* Keeps of the transitions written out, which start at `first`, whole 400 years. The
 * rule was in force before them already, so that they repeat from the first one on. */
static bool close_cycle(tn_zone_data *data, uint32_t first)
{
    if (data->count == first)
        return true;
    int64_t end = data->at[first] + TN_ZONE_CYCLE_SECONDS;
    uint32_t count = first;
    while (count < data->count && data->at[count] < end)
        count++;
    if (count == data->count || data->at[count] != end ||
        data->offset[count] != data->offset[first])
        return false;
    data->count = count;
    data->cycle = count - first;
    return true;
}

/* Writes the rule out from the last transition of the file on. */
static bool expand(const tn_zone_rule *rule, const block *b, tn_zone_data *data)
{
    bool has_last = b->time_count > 0;
    int64_t last = has_last ? get_time(b, b->time_count - 1) : INT64_MIN;
    int32_t last_offset =
        has_last ? get_offset(b, b->time_count - 1) : data->first_offset;
    if (!rule->has_daylight)
        return rule->standard == last_offset;
    tn_zone_change changes[RULE_CHANGES];
    int64_t year = has_last ? tn_civil_from_seconds(last, 0).year : 0;
    year -= RULE_YEARS_BEFORE;
    list_changes(rule, year, changes);
    int32_t offset = last_offset;
    int i = 0;
    for (; i < RULE_CHANGES && changes[i].at <= last; i++)
        offset = changes[i].offset;
    if (offset != last_offset)
        return false;
    uint32_t first = data->count;
    /* The last year listed is left out: the next one's changes may belong in it. */
    int64_t end = tn_day_from_date(year + RULE_YEARS - 1, 1, 1) * TN_SECONDS_PER_DAY;
    for (; i < RULE_CHANGES && changes[i].at < end; i++)
        append(data, changes[i].at, changes[i].offset);
    return close_cycle(data, first);
}

static tn_status take_transitions(const block *b, bool has_daylight, tn_arena *arena,
                                  tn_zone_data *data)
{
    size_t capacity = b->time_count + (has_daylight ? (size_t)RULE_CHANGES : 0);
    data->at = tn_arena_take_array(arena, capacity, sizeof(*data->at));
    data->offset = tn_arena_take_array(arena, capacity, sizeof(*data->offset));
    if (data->at == NULL || data->offset == NULL)
        return TN_NOMEM;
    data->first_offset = (int32_t)get_int32(b->types);
    for (uint32_t i = 0; i < b->time_count; i++)
        append(data, get_time(b, i), get_offset(b, i));
    return TN_OK;
}

static tn_status read_footer(tn_str footer, tn_zone_rule *rule, const char **why)
{
    if (footer.len < 2 || footer.data[0] != '\n' || footer.data[footer.len - 1] != '\n')
        return fail(TN_INVALID, too_short, why);
    tn_str text = tn_str_slice(footer, 1, footer.len - 2);
    if (text.len == 0)
        return fail(TN_UNSUPPORTED, "has no rule for the future", why);
    if (!tn_zone_rule_parse(text, rule))
        return fail(TN_INVALID, "has a damaged file: its rule for the future", why);
    if (rule->is_unknown)
        return fail(TN_UNSUPPORTED, "stands for a local time that is not known", why);
    return TN_OK;
}

/* Version 1: what the last transition leads to goes on. */
static tn_status read_version_1(const block *b, tn_str rest, tn_zone_rule *rule,
                                const char **why)
{
    if (rest.len != 0)
        return fail(TN_INVALID, malformed, why);
    TN_TRY(check_block(b, why));
    bool has_times = b->time_count > 0;
    if (has_times && get_time(b, b->time_count - 1) >= VERSION_1_HORIZON)
        return fail(TN_UNSUPPORTED, "has no rule for the future", why);
    rule->standard =
        has_times ? get_offset(b, b->time_count - 1) : (int32_t)get_int32(b->types);
    return TN_OK;
}

static tn_status read_file(tn_str bytes, block *b, tn_zone_rule *rule, const char **why)
{
    char version;
    if (bytes.len < 4 || memcmp(bytes.data, "TZif", 4) != 0)
        return fail(TN_INVALID, "has a file that is not in the format TZif", why);
    if (!take_block(&bytes, 4, &version, b))
        return fail(TN_INVALID, too_short, why);
    if (version == '\0')
        return read_version_1(b, bytes, rule, why);
    char second_version;
    if (version < '2' || version > '4')
        return fail(TN_UNSUPPORTED, "has a file of an unknown version of TZif", why);
    if (!take_block(&bytes, 8, &second_version, b))
        return fail(TN_INVALID, too_short, why);
    if (second_version != version)
        return fail(TN_INVALID, malformed, why);
    TN_TRY(check_block(b, why));
    return read_footer(bytes, rule, why);
}

tn_status tn_zone_read(tn_str bytes, tn_arena *arena, tn_zone_data *out,
                       const char **why)
{
    block b;
    tn_zone_rule rule = {0};
    *out = (tn_zone_data){0};
    TN_TRY(read_file(bytes, &b, &rule, why));
    if (take_transitions(&b, rule.has_daylight, arena, out) != TN_OK)
        return fail(TN_NOMEM, "cannot be loaded: out of memory", why);
    if (!expand(&rule, &b, out))
        return fail(TN_INVALID,
                    "has a damaged file: its rule for the future is not how it ends",
                    why);
    tn_zone view = tn_zone_view(out);
    if (!tn_zone_is_valid(&view))
        return fail(TN_INVALID, malformed, why);
    return TN_OK;
}

tn_zone tn_zone_view(const tn_zone_data *data)
{
    return (tn_zone){.name = data->name,
                     .at = data->at,
                     .offset = data->offset,
                     .count = data->count,
                     .cycle = data->cycle,
                     .first_offset = data->first_offset};
}

/* value: what a host gives, as one of the declared type. */
#include "interp/api/api.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/cel/shape.h"
#include "interp/record/decode.h"

enum { DEPTH_MAX = 64 };

static const tn_value unreadable = {TN_KIND_UNREADABLE, {0}};

static inline tn_value text_value(tn_kind kind, tn_str text)
{
    if (text.data == NULL && text.len > 0)
        return unreadable;
    return (tn_value){kind, {.text = text.data == NULL ? (tn_str){"", 0} : text}};
}

/* All but lists and maps. */
static tn_value plain(const tenure_value *in)
{
    switch (in->kind) {
    case TENURE_NULL: return (tn_value){TN_KIND_NULL, {0}};
    case TENURE_BOOL: return (tn_value){TN_KIND_BOOL, {.boolean = in->as.boolean}};
    case TENURE_INT: return (tn_value){TN_KIND_INT, {.integer = in->as.integer}};
    case TENURE_UINT:
        return (tn_value){TN_KIND_UINT, {.unsigned_integer = in->as.unsigned_integer}};
    case TENURE_DOUBLE: return (tn_value){TN_KIND_DOUBLE, {.real = in->as.real}};
    case TENURE_TEXT: return text_value(TN_KIND_STRING, in->as.text);
    case TENURE_BYTES: return text_value(TN_KIND_BYTES, in->as.text);
    case TENURE_INSTANT:
        if (!tn_instant_is_valid(in->as.instant))
            return unreadable;
        return (tn_value){TN_KIND_TIMESTAMP, {.instant = in->as.instant}};
    case TENURE_DATE:
        if (!tn_day_is_valid(in->as.day))
            return unreadable;
        return (tn_value){TN_KIND_DATE, {.day = in->as.day}};
    case TENURE_DURATION:
        return (tn_value){TN_KIND_DURATION, {.duration_nanos = in->as.duration_nanos}};
    case TENURE_LIST:
    case TENURE_MAP:
    case TENURE_UNREADABLE: break;
    }
    return unreadable;
}

/* --- lists and maps */

static tn_status build(tn_arena *arena, const tenure_value *in, unsigned depth,
                       tn_value *out);

/* Within lists and maps a text must be one, and a day is its midnight in UTC. */
static tn_value inner_plain(const tenure_value *in)
{
    tn_value value = plain(in);
    if (value.kind == TN_KIND_STRING && !tn_utf8_is_valid(value.as.text))
        return unreadable;
    if (value.kind == TN_KIND_DATE) {
        tn_instant midnight = {value.as.day * TN_SECONDS_PER_DAY, 0};
        return (tn_value){TN_KIND_TIMESTAMP, {.instant = midnight}};
    }
    return value;
}

static tn_status build_list(tn_arena *arena, const tenure_items *in, unsigned depth,
                            tn_value *out)
{
    tn_list_value *list = tn_arena_take(arena, sizeof(*list));
    tn_value *items = tn_arena_take_array(arena, in->count, sizeof(*items));
    if (list == NULL || items == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < in->count; i++)
        TN_TRY(build(arena, &in->items[i], depth, &items[i]));
    *list = (tn_list_value){items, in->count};
    *out = (tn_value){TN_KIND_LIST, {.list = list}};
    return TN_OK;
}

static tn_status build_map(tn_arena *arena, const tenure_items *in, unsigned depth,
                           tn_value *out)
{
    tn_map_value *map = tn_arena_take(arena, sizeof(*map));
    tn_map_pair *pairs = tn_arena_take_array(arena, in->count, sizeof(*pairs));
    if (map == NULL || pairs == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < in->count; i++) {
        TN_TRY(build(arena, &in->items[2 * i], depth, &pairs[i].key));
        TN_TRY(build(arena, &in->items[2 * i + 1], depth, &pairs[i].value));
    }
    uint32_t repeated;
    tn_status status = tn_map_value_build(arena, pairs, in->count, map, &repeated);
    *out = (tn_value){TN_KIND_MAP, {.map = map}};
    if (status == TN_INVALID || status == TN_USAGE) {
        *out = unreadable; /* a key twice, or what is none */
        return TN_OK;
    }
    return status;
}

static tn_status build(tn_arena *arena, const tenure_value *in, unsigned depth,
                       tn_value *out)
{
    *out = unreadable;
    if (in->kind != TENURE_LIST && in->kind != TENURE_MAP) {
        *out = inner_plain(in);
        return TN_OK;
    }
    if (depth == DEPTH_MAX || (in->as.items.items == NULL && in->as.items.count > 0))
        return TN_OK;
    return in->kind == TENURE_LIST ? build_list(arena, &in->as.items, depth + 1, out)
                                   : build_map(arena, &in->as.items, depth + 1, out);
}

/* --- as declared */

tn_status tn_api_value(tn_arena *nested, const tenure_reading *how,
                       const tenure_value *in, tn_value *out)
{
    tn_decoding decoding = {.type = how->type};
    if (in->kind == TENURE_LIST || in->kind == TENURE_MAP) {
        TN_TRY(build(nested, in, 0, out));
        tn_decode(&decoding, out, out);
        if ((out->kind == TN_KIND_LIST || out->kind == TN_KIND_MAP) &&
            !tn_shape_fits(how->shape, out))
            *out = unreadable;
        return TN_OK;
    }
    *out = plain(in);
    if (out->kind == TN_KIND_DATE && how->type != TN_FIELD_DATE)
        *out = unreadable;
    tn_decode(&decoding, out, out);
    return TN_OK;
}

void tn_api_key(const tenure_value *in, tn_value *out)
{
    tn_decoding decoding = {.type = TN_FIELD_DYN};
    *out = plain(in);
    tn_decode_key(&decoding, out, out);
}

#include "interp/cel/value_copy.h"
#include "interp/cel/map_value.h"

typedef struct copier {
    tn_arena *arena;
    size_t bytes_left;
    tn_status status;
} copier;

static tn_status copy(copier *c, const tn_value *from, tn_value *to);

/* `count` objects within the limit; NULL, and the status, where there is no room. */
static void *take(copier *c, size_t count, size_t size)
{
    size_t total;
    c->status = TN_LIMIT;
    if (__builtin_mul_overflow(count, size, &total) || total > c->bytes_left)
        return NULL;
    c->bytes_left -= total;
    void *room = tn_arena_take(c->arena, total);
    c->status = room == NULL ? TN_NOMEM : TN_OK;
    return room;
}

static tn_status copy_list(copier *c, const tn_list_value *from, tn_value *to)
{
    tn_list_value *list = take(c, 1, sizeof(*list));
    tn_value *items = list == NULL ? NULL : take(c, from->count, sizeof(*items));
    if (items == NULL)
        return c->status;
    for (uint32_t i = 0; i < from->count; i++)
        TN_TRY(copy(c, &from->items[i], &items[i]));
    *list = (tn_list_value){items, from->count};
    to->as.list = list;
    return TN_OK;
}

static tn_status copy_map(copier *c, const tn_map_value *from, tn_value *to)
{
    tn_map_value *map = take(c, 1, sizeof(*map));
    tn_map_pair *pairs = map == NULL ? NULL : take(c, from->count, sizeof(*pairs));
    if (pairs == NULL)
        return c->status;
    for (uint32_t i = 0; i < from->count; i++) {
        TN_TRY(copy(c, &from->pairs[i].key, &pairs[i].key));
        TN_TRY(copy(c, &from->pairs[i].value, &pairs[i].value));
    }
    uint32_t repeated;
    TN_TRY(tn_map_value_build(c->arena, pairs, from->count, map, &repeated));
    to->as.map = map;
    return TN_OK;
}

static tn_status copy_optional(copier *c, const tn_value *from, tn_value *to)
{
    tn_value *held = take(c, 1, sizeof(*held));
    if (held == NULL)
        return c->status;
    to->as.optional = held;
    return copy(c, from, held);
}

static tn_status copy_text(copier *c, tn_str from, tn_value *to)
{
    if (from.len > c->bytes_left)
        return TN_LIMIT;
    c->bytes_left -= from.len;
    to->as.text = tn_arena_copy(c->arena, from);
    return to->as.text.data == NULL ? TN_NOMEM : TN_OK;
}

/* Types are static, or at least as lasting as the types of a policy; so stays TYPE. */
static tn_status copy(copier *c, const tn_value *from, tn_value *to)
{
    tn_value value = *from;
    *to = value;
    if (value.kind == TN_KIND_LIST)
        return copy_list(c, value.as.list, to);
    if (value.kind == TN_KIND_MAP)
        return copy_map(c, value.as.map, to);
    if (value.kind == TN_KIND_OPTIONAL && value.as.optional != NULL)
        return copy_optional(c, value.as.optional, to);
    if (value.kind == TN_KIND_STRING || value.kind == TN_KIND_BYTES)
        return copy_text(c, value.as.text, to);
    return TN_OK;
}

tn_status tn_value_copy(tn_arena *arena, const tn_value *from, size_t most_bytes,
                        tn_value *to)
{
    copier c = {arena, most_bytes, TN_OK};
    return copy(&c, from, to);
}

#include "interp/cel/value_copy.h"
#include "interp/cel/map_value.h"

static tn_status copy_list(tn_arena *arena, const tn_list_value *from, tn_value *to)
{
    tn_list_value *list = tn_arena_take(arena, sizeof(*list));
    tn_value *items = tn_arena_take_array(arena, from->count, sizeof(tn_value));
    if (list == NULL || items == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < from->count; i++)
        TN_TRY(tn_value_copy(arena, &from->items[i], &items[i]));
    *list = (tn_list_value){items, from->count};
    to->as.list = list;
    return TN_OK;
}

static tn_status copy_map(tn_arena *arena, const tn_map_value *from, tn_value *to)
{
    tn_map_value *map = tn_arena_take(arena, sizeof(*map));
    tn_map_pair *pairs = tn_arena_take_array(arena, from->count, sizeof(*pairs));
    if (map == NULL || pairs == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < from->count; i++) {
        TN_TRY(tn_value_copy(arena, &from->pairs[i].key, &pairs[i].key));
        TN_TRY(tn_value_copy(arena, &from->pairs[i].value, &pairs[i].value));
    }
    uint32_t repeated;
    TN_TRY(tn_map_value_build(arena, pairs, from->count, map, &repeated));
    to->as.map = map;
    return TN_OK;
}

static tn_status copy_optional(tn_arena *arena, const tn_value *from, tn_value *to)
{
    tn_value *held = tn_arena_take(arena, sizeof(*held));
    if (held == NULL)
        return TN_NOMEM;
    to->as.optional = held;
    return tn_value_copy(arena, from, held);
}

/* Types are static, or at least as lasting as the types of a policy; so stays TYPE. */
tn_status tn_value_copy(tn_arena *arena, const tn_value *from, tn_value *to)
{
    tn_value value = *from;
    *to = value;
    if (value.kind == TN_KIND_LIST)
        return copy_list(arena, value.as.list, to);
    if (value.kind == TN_KIND_MAP)
        return copy_map(arena, value.as.map, to);
    if (value.kind == TN_KIND_OPTIONAL && value.as.optional != NULL)
        return copy_optional(arena, value.as.optional, to);
    if (value.kind != TN_KIND_STRING && value.kind != TN_KIND_BYTES)
        return TN_OK;
    to->as.text = tn_arena_copy(arena, value.as.text);
    return to->as.text.data == NULL ? TN_NOMEM : TN_OK;
}

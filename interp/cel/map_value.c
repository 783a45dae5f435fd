#include "interp/cel/map_value.h"
#include "interp/cel/compare.h"

/* Below it a scan is as fast as a hash. */
enum { INDEX_FROM = 8 };

bool tn_map_key_is_valid(const tn_value *key)
{
    return key->kind == TN_KIND_BOOL || key->kind == TN_KIND_INT ||
           key->kind == TN_KIND_UINT || key->kind == TN_KIND_STRING;
}

static bool key_equal(const tn_value *a, const tn_value *b)
{
    if (tn_value_is_number(a))
        return tn_value_is_number(b) && tn_number_equal(a, b);
    if (a->kind != b->kind)
        return false;
    if (a->kind == TN_KIND_BOOL)
        return a->as.boolean == b->as.boolean;
    return a->kind == TN_KIND_STRING && tn_str_equal(a->as.text, b->as.text);
}

/* Numbers that are equal hash alike. A double that large may equal an integer it does
 * not convert to, so those share one hash: see tn_number_order. */
static uint64_t number_hash(const tn_value *key, const uint32_t *index)
{
    const double exact = 9007199254740992.0; /* 2^53 */
    double x = key->as.real;
    if (key->kind == TN_KIND_INT)
        x = (double)key->as.integer;
    else if (key->kind == TN_KIND_UINT)
        x = (double)key->as.unsigned_integer;
    if (!(x > -exact && x < exact))
        return 1;
    int64_t number = (int64_t)x;
    return tn_str_hash_seeded((tn_str){(const char *)&number, sizeof(number)}, index);
}

static uint64_t key_hash(const tn_value *key, const uint32_t *index)
{
    if (key->kind == TN_KIND_STRING)
        return tn_str_hash_seeded(key->as.text, index);
    if (key->kind == TN_KIND_BOOL)
        return key->as.boolean ? 2 : 3;
    return number_hash(key, index);
}

/* The index slot of `key`: the pair's, or the free one where it belongs. */
static uint32_t find_slot(const tn_map_value *map, const uint32_t *index,
                          const tn_value *key)
{
    uint64_t hash = key_hash(key, index);
    uint32_t i = (uint32_t)(hash >> 32 ^ hash) & map->index_mask;
    while (index[i] != 0 && !key_equal(&map->pairs[index[i] - 1].key, key))
        i = (i + 1) & map->index_mask;
    return i;
}

static uint32_t scan(const tn_map_value *map, uint32_t count, const tn_value *key)
{
    uint32_t i = 0;
    while (i < count && !key_equal(&map->pairs[i].key, key))
        i++;
    return i;
}

static tn_status build_small(tn_map_value *map, uint32_t *bad)
{
    for (*bad = 0; *bad < map->count; ++*bad) {
        const tn_value *key = &map->pairs[*bad].key;
        if (!tn_map_key_is_valid(key))
            return TN_USAGE;
        if (scan(map, *bad, key) < *bad)
            return TN_INVALID;
    }
    return TN_OK;
}

tn_status tn_map_value_build(tn_arena *arena, const tn_map_pair *pairs, uint32_t count,
                             tn_map_value *map, uint32_t *repeated)
{
    *map = (tn_map_value){.pairs = pairs, .count = count};
    if (count < INDEX_FROM)
        return build_small(map, repeated);
    uint32_t slots = INDEX_FROM;
    while (slots / 2 < count && slots < (UINT32_C(1) << 31))
        slots *= 2;
    uint32_t *index = tn_arena_take_array(arena, slots, sizeof(*index));
    if (index == NULL)
        return TN_NOMEM;
    map->index_mask = slots - 1;
    map->index = index;
    for (*repeated = 0; *repeated < count; ++*repeated) {
        const tn_value *key = &pairs[*repeated].key;
        if (!tn_map_key_is_valid(key))
            return TN_USAGE;
        uint32_t slot = find_slot(map, index, key);
        if (index[slot] != 0)
            return TN_INVALID;
        index[slot] = *repeated + 1;
    }
    return TN_OK;
}

const tn_value *tn_map_value_find(const tn_map_value *map, const tn_value *key)
{
    if (!tn_map_key_is_valid(key) && key->kind != TN_KIND_DOUBLE)
        return NULL;
    if (map->index == NULL) {
        uint32_t i = scan(map, map->count, key);
        return i < map->count ? &map->pairs[i].value : NULL;
    }
    uint32_t pair = map->index[find_slot(map, map->index, key)];
    return pair == 0 ? NULL : &map->pairs[pair - 1].value;
}

const tn_value *tn_map_value_find_text(const tn_map_value *map, tn_str key)
{
    tn_value value = tn_value_string(key);
    return tn_map_value_find(map, &value);
}

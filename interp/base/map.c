#include "interp/base/map.h"
#include "interp/base/same_bytes.h"

void tn_map_init(tn_map *map, const tn_allocator *memory)
{
    *map = (tn_map){.memory = memory};
}

void tn_map_free(tn_map *map)
{
    tn_resize(map->memory, map->entries, map->capacity * sizeof(tn_map_entry), 0);
    *map = (tn_map){.memory = map->memory};
}

static bool is_same(tn_str a, tn_str b)
{
    return a.len == b.len && tn_same_bytes(a.data, b.data, a.len);
}

/* The entry of `key`, or the free one where it would stand, with its tag in *tag. */
static tn_map_entry *seek(const tn_map *map, tn_str key, uint32_t *tag)
{
    uint64_t hash = tn_str_hash_seeded(key, map->entries);
    size_t at = (size_t)hash & (map->capacity - 1);
    *tag = (uint32_t)(hash >> 32);
    while (map->entries[at].key.data != NULL &&
           (map->entries[at].tag != *tag || !is_same(map->entries[at].key, key)))
        at = (at + 1) & (map->capacity - 1);
    return &map->entries[at];
}

/* Returns whether `key` is new. */
static bool set(const tn_map *map, tn_str key, uint32_t value)
{
    uint32_t tag;
    tn_map_entry *entry = seek(map, key, &tag);
    bool is_new = entry->key.data == NULL;
    *entry = (tn_map_entry){key, value, tag};
    return is_new;
}

uint32_t tn_map_find(const tn_map *map, tn_str key)
{
    if (map->count == 0)
        return TN_NONE;
    uint32_t tag;
    const tn_map_entry *entry = seek(map, key, &tag);
    return entry->key.data == NULL ? TN_NONE : entry->value;
}

static tn_status grow(tn_map *map)
{
    tn_map bigger = {.memory = map->memory,
                     .capacity = map->capacity == 0 ? 16 : map->capacity * 2};
    size_t size_bytes = bigger.capacity * sizeof(tn_map_entry);
    bigger.entries = tn_resize(map->memory, NULL, 0, size_bytes);
    if (bigger.entries == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < bigger.capacity; i++)
        bigger.entries[i] = (tn_map_entry){{NULL, 0}, TN_NONE, 0};
    for (size_t i = 0; i < map->capacity; i++)
        if (map->entries[i].key.data != NULL)
            set(&bigger, map->entries[i].key, map->entries[i].value);
    bigger.count = map->count;
    tn_map_free(map);
    *map = bigger;
    return TN_OK;
}

tn_status tn_map_put(tn_map *map, tn_str key, uint32_t value)
{
    assert(key.data != NULL);
    if (map->count * 4 >= map->capacity * 3)
        TN_TRY(grow(map));
    map->count += set(map, key, value);
    return TN_OK;
}

#include "interp/base/map.h"

void tn_map_init(tn_map *map, const tn_allocator *memory)
{
    *map = (tn_map){.memory = memory};
}

void tn_map_free(tn_map *map)
{
    tn_resize(map->memory, map->entries, map->capacity * sizeof(tn_map_entry), 0);
    *map = (tn_map){.memory = map->memory};
}

/* The entry of `key`, or the free one where it would stand. */
static tn_map_entry *seek(const tn_map *map, tn_str key)
{
    size_t at = (size_t)tn_str_hash(key) & (map->capacity - 1);
    while (map->entries[at].key.data != NULL &&
           !tn_str_equal(map->entries[at].key, key))
        at = (at + 1) & (map->capacity - 1);
    return &map->entries[at];
}

uint32_t tn_map_find(const tn_map *map, tn_str key)
{
    if (map->count == 0)
        return TN_NONE;
    const tn_map_entry *entry = seek(map, key);
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
        bigger.entries[i] = (tn_map_entry){{NULL, 0}, TN_NONE};
    for (size_t i = 0; i < map->capacity; i++)
        if (map->entries[i].key.data != NULL)
            *seek(&bigger, map->entries[i].key) = map->entries[i];
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
    tn_map_entry *entry = seek(map, key);
    if (entry->key.data == NULL)
        map->count++;
    *entry = (tn_map_entry){key, value};
    return TN_OK;
}

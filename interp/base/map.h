/* map: from a text to a number, open addressing.
 * Owns: its table; borrows the keys, which must stay as long as the map.
 * Fails: NOMEM. Threads: one writer, or any number of readers. */
#ifndef TN_BASE_MAP_H
#define TN_BASE_MAP_H

#include "interp/base/arena.h"

typedef struct tn_map_entry {
    tn_str key; /* data NULL: free */
    uint32_t value;
    uint32_t tag; /* of the key's hash, so that few keys are compared that differ */
} tn_map_entry;

typedef struct tn_map {
    const tn_allocator *memory; /* borrowed; NULL is the C library's */
    tn_map_entry *entries;
    size_t capacity; /* 0 or a power of two */
    size_t count;
} tn_map;

void tn_map_init(tn_map *map, const tn_allocator *memory);
void tn_map_free(tn_map *map);

/* The value of `key`; TN_NONE where it is absent. */
uint32_t tn_map_find(const tn_map *map, tn_str key);

/* Sets `key`, which may be empty but not NULL, to `value`. */
TN_MUST_USE tn_status tn_map_put(tn_map *map, tn_str key, uint32_t value);

#endif

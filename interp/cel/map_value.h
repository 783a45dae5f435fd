/* map_value: the maps of conditions.
 *
 * Entries keep the order they were made in, so that runs repeat. Keys are bool, int,
 * uint and string; numbers that are equal are the same key, whatever their type
 * (cel-spec, langdef "Equality"). A map of more than a few entries has a hash index.
 *
 * Owns: nothing; lies in the arena it was built in. Fails: NULL. Threads: read freely.
 */
#ifndef TN_CEL_MAP_VALUE_H
#define TN_CEL_MAP_VALUE_H

#include "interp/base/arena.h"
#include "interp/record/value.h"

typedef struct tn_map_pair {
    tn_value key;
    tn_value value;
} tn_map_pair;

struct tn_map_value {
    const tn_map_pair *pairs;
    uint32_t count;
    uint32_t index_mask;   /* slots - 1, where there is an index */
    const uint32_t *index; /* 1 + pair number, 0 free; NULL for small maps */
};

/* Is it a value that may be a key? */
bool tn_map_key_is_valid(const tn_value *key);

/* Builds the index of `count` pairs in *map. TN_INVALID where a key is repeated (its
 * number in *repeated), TN_USAGE where one can't be a key (likewise). */
TN_MUST_USE tn_status tn_map_value_build(tn_arena *arena, const tn_map_pair *pairs,
                                         uint32_t count, tn_map_value *map,
                                         uint32_t *repeated);

/* The value at `key`; NULL where it is absent, or can't be a key. A double is the key
 * that it equals. */
const tn_value *tn_map_value_find(const tn_map_value *map, const tn_value *key);
const tn_value *tn_map_value_find_text(const tn_map_value *map, tn_str key);

#endif

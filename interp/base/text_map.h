/* text_map: which parts of a pool are UTF-8, so that any number of texts in it can be
 * proven in constant time each, however they overlap.
 *
 * Owns: its bit maps, until tn_text_map_free. Fails: NOMEM. Threads: read freely. */
#ifndef TN_BASE_TEXT_MAP_H
#define TN_BASE_TEXT_MAP_H

#include "interp/base/arena.h"

typedef struct tn_text_map {
    const tn_allocator *memory;
    size_t len;        /* of the pool */
    size_t word_count; /* of each array below */
    uint64_t *starts;  /* bit i: a code point, or a stray byte, starts at byte i */
    uint64_t *strays;  /* bit i: byte i is no part of UTF-8 */
    uint32_t *strays_before; /* how many before word i */
    bool has_strays;
} tn_text_map;

TN_MUST_USE tn_status tn_text_map_init(tn_text_map *map, tn_str pool,
                                       const tn_allocator *memory);
void tn_text_map_free(tn_text_map *map);

/* Is the text from `offset`, `len` bytes, within the pool and valid UTF-8? */
bool tn_text_map_holds(const tn_text_map *map, uint32_t offset, uint32_t len);

#endif

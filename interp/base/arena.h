/* arena: memory that is taken piece by piece and given back all at once.
 *
 * One arena lives as long as one policy (its tree, model and image), another as long as
 * one batch (evaluation), which resets it. No single piece is ever freed. Built with
 * TN_ARENA_DEBUG, each take is an allocation of its own, so that a sanitizer sees
 * overruns.
 *
 * Owns: its blocks, until tn_arena_free. Fails: NOMEM, as a NULL piece.
 * Threads: one at a time. */
#ifndef TN_BASE_ARENA_H
#define TN_BASE_ARENA_H

#include "interp/base/str.h"

typedef struct tn_arena_block tn_arena_block;

typedef struct tn_arena {
    const tn_allocator *memory; /* borrowed; NULL is the C library's */
    tn_arena_block *block;      /* the newest; older ones are linked behind it */
    size_t next_size_bytes;     /* of the next block: doubles up to a bound */
} tn_arena;

/* `memory` is borrowed until tn_arena_free; NULL means the C library's. */
void tn_arena_init(tn_arena *arena, const tn_allocator *memory);
void tn_arena_free(tn_arena *arena);

/* Gives back everything taken, but keeps the largest block for what comes next. */
void tn_arena_reset(tn_arena *arena);

/* `size` zeroed bytes, aligned for any object; NULL when there is no memory, or when
 * the size is absurd (above SIZE_MAX / 2). A size of 0 gives a pointer that is not
 * NULL. */
void *tn_arena_take(tn_arena *arena, size_t size);

/* `count` zeroed objects of `size` bytes; NULL also when the product overflows. */
void *tn_arena_take_array(tn_arena *arena, size_t count, size_t size);

/* A copy of `s` that is also NUL-terminated; its data is NULL when there is no memory.
 */
tn_str tn_arena_copy(tn_arena *arena, tn_str s);

/* The heap behind the hook, for what must outlive arenas or grow in place. */
void *tn_resize(const tn_allocator *memory, void *block, size_t old_size,
                size_t new_size);

#endif

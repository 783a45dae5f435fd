#include "interp/base/arena.h"

#include <stdlib.h>
#include <string.h>

/* Blocks start small, since most policies are, and stop doubling where a block no
 * longer saves calls that matter. */
enum { FIRST_BLOCK_BYTES = 4096, LARGEST_BLOCK_BYTES = 1 << 20 };

struct tn_arena_block {
    tn_arena_block *older;
    size_t size_bytes; /* of `bytes` */
    size_t used_bytes;
    max_align_t bytes[];
};

void *tn_resize(const tn_allocator *memory, void *block, size_t old_size,
                size_t new_size)
{
    if (memory != NULL)
        return memory->resize(memory->user, block, old_size, new_size);
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

void tn_arena_init(tn_arena *arena, const tn_allocator *memory)
{
    *arena = (tn_arena){.memory = memory, .next_size_bytes = FIRST_BLOCK_BYTES};
}

static tn_arena_block *free_block(const tn_arena *arena, tn_arena_block *block)
{
    tn_arena_block *older = block->older;
    tn_resize(arena->memory, block, sizeof(*block) + block->size_bytes, 0);
    return older;
}

void tn_arena_free(tn_arena *arena)
{
    while (arena->block != NULL)
        arena->block = free_block(arena, arena->block);
    arena->next_size_bytes = FIRST_BLOCK_BYTES;
}

void tn_arena_reset(tn_arena *arena)
{
#ifdef TN_ARENA_DEBUG
    tn_arena_free(arena);
#else
    if (arena->block == NULL)
        return;
    tn_arena_block *largest = arena->block;
    tn_arena_block *rest = largest->older;
    while (rest != NULL) {
        tn_arena_block *smaller = rest;
        rest = rest->older;
        if (smaller->size_bytes > largest->size_bytes) {
            tn_arena_block *swap = largest;
            largest = smaller;
            smaller = swap;
        }
        free_block(arena, smaller);
    }
    largest->older = NULL;
    largest->used_bytes = 0;
    arena->block = largest;
#endif
}

static bool add_block(tn_arena *arena, size_t at_least)
{
#ifdef TN_ARENA_DEBUG
    size_t size = at_least;
#else
    size_t size = arena->next_size_bytes;
    if (arena->next_size_bytes < LARGEST_BLOCK_BYTES)
        arena->next_size_bytes *= 2;
    if (size < at_least)
        size = at_least;
#endif
    tn_arena_block *block = tn_resize(arena->memory, NULL, 0, sizeof(*block) + size);
    if (block == NULL)
        return false;
    *block = (tn_arena_block){.older = arena->block, .size_bytes = size};
    arena->block = block;
    return true;
}

void *tn_arena_take(tn_arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
#ifndef TN_ARENA_DEBUG
    const size_t align = sizeof(max_align_t);
    size = (size + align - 1) / align * align;
#endif
    tn_arena_block *block = arena->block;
    if (block == NULL || block->size_bytes - block->used_bytes < size) {
        if (!add_block(arena, size))
            return NULL;
        block = arena->block;
    }
    char *piece = (char *)block->bytes + block->used_bytes;
    block->used_bytes += size;
#ifdef TN_ARENA_DEBUG
    block->used_bytes = block->size_bytes;
#endif
    memset(piece, 0, size);
    return piece;
}

void *tn_arena_take_array(tn_arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return tn_arena_take(arena, total);
}

tn_str tn_arena_copy(tn_arena *arena, tn_str s)
{
    char *copy = s.len == SIZE_MAX ? NULL : tn_arena_take(arena, s.len + 1);
    if (copy != NULL && s.len > 0)
        memcpy(copy, s.data, s.len);
    return (tn_str){copy, copy == NULL ? 0 : s.len};
}

/* key_index: from an entity's key to its row.
 *
 * Keys are bytes; an integer is the same key as its decimal form (LANGUAGE.md, chapter
 * 15), so a text that is one is found both ways, neither of which writes the other. Up
 * to 16 bytes a key lies in the table itself, and few are longer. Small integers, which
 * most keys are, are found by counting.
 *
 * Owns: its table; borrows the bytes of longer keys. Fails: NOMEM. Threads: one writer;
 * then any number of readers. */
#ifndef TN_DECIDE_KEY_INDEX_H
#define TN_DECIDE_KEY_INDEX_H

#include "interp/base/arena.h"
#include "interp/record/value.h"

typedef struct tn_key_slot {
    uint64_t low, high; /* the key's bytes, or its hash and address, or an integer */
    uint32_t len;       /* of its bytes; see key_index.c */
    uint32_t row;       /* TN_NONE: free */
} tn_key_slot;

typedef struct tn_key_index {
    const tn_allocator *memory; /* borrowed; NULL is the C library's */
    const void *seed; /* of hashes: who chooses keys must not know which are alike */
    tn_key_slot *slots;
    uint32_t *direct; /* the rows of the integers from 0 to capacity - 1 */
    size_t capacity;  /* 0 or a power of two */
    size_t count;
} tn_key_index;

void tn_key_index_init(tn_key_index *index, const tn_allocator *memory);
void tn_key_index_free(tn_key_index *index);

/* Adds a key that is not yet there, as bytes. */
TN_MUST_USE tn_status tn_key_index_add(tn_key_index *index, tn_str key, uint32_t row);

/* The row; TN_NONE: there is none. */
uint32_t tn_key_index_find_text(const tn_key_index *index, tn_str key);
uint32_t tn_key_index_find_int(const tn_key_index *index, int64_t key);

#endif

/* targets: which of the records of a plan have been erased, by their pseudonyms.
 *
 * They mostly go in the order in which the plan met them, so the next one is tried
 * first; only where that fails is an index made.
 *
 * Owns: its marks and index, until free; borrows the list. Fails: NOMEM. Threads: one.
 */
#ifndef TN_APPLY_TARGETS_H
#define TN_APPLY_TARGETS_H

#include "interp/base/arena.h"

typedef struct tn_targets {
    const tn_allocator *memory;
    const uint64_t *list;
    uint32_t count;
    uint32_t left; /* not taken */
    uint32_t next;
    uint32_t *is_taken; /* 0, or the mark at which it was */
    uint32_t mark;      /* from 1 */
    uint32_t next_at_mark;
    uint32_t *index; /* open addressing: 1 + number; NULL until it is needed */
    uint32_t index_size;
} tn_targets;

TN_MUST_USE tn_status tn_targets_init(tn_targets *targets, const uint64_t *list,
                                      uint32_t count, const tn_allocator *memory);
void tn_targets_free(tn_targets *targets);

/* Marks `target` as taken; *was_there: it is one that was not taken yet. */
TN_MUST_USE tn_status tn_targets_take(tn_targets *targets, uint64_t target,
                                      bool *was_there);

/* What is taken from here on is given back by go_back: a transaction's mark. */
void tn_targets_mark(tn_targets *targets);
void tn_targets_go_back(tn_targets *targets);

#endif

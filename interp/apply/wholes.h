/* wholes: of stores that can drop what holds rows (indices behind an alias): which of
 * them would go whole, since every row in them is due.
 *
 * A row's key begins with the name of what holds it. How many rows that is, is asked
 * when the counting begins; it is for people, and decides nothing.
 *
 * Owns: all lies in the caller's arena. Fails: STORE, with a sentence; NOMEM. Threads:
 * one at a time. */
#ifndef TN_APPLY_WHOLES_H
#define TN_APPLY_WHOLES_H

#include "interp/store/erase.h"

typedef struct tn_wholes {
    tn_arena *arena;
    tn_erase_holders holders; /* none: nothing is ever dropped there */
    uint64_t *due_counts;     /* one for each */
    uint32_t last;            /* that a row was of */
} tn_wholes;

TN_MUST_USE tn_status tn_wholes_init(tn_wholes *wholes, tn_store *store, tn_str object,
                                     tn_arena *arena, tn_buf *why);

/* The record with this key is due. */
void tn_wholes_add(tn_wholes *wholes, const tn_value *key);

/* A sentence without a full stop for each that would go whole, or would if it were not
 * written to; in the arena. */
TN_MUST_USE tn_status tn_wholes_describe(const tn_wholes *wholes, const tn_str **list,
                                         uint32_t *count);

#endif

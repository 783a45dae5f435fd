/* late_holds: holds that came while records went, where facts and records are in
 * different stores.
 *
 * Such facts are read before a chunk and are a little old when it is committed. What a
 * chunk took is remembered until the facts are read again; a record whose entity is
 * held then was lost in the window, and is told.
 *
 * Owns: copies of keys, until free. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_LATE_HOLDS_H
#define TN_APPLY_LATE_HOLDS_H

#include "interp/eval/eval.h"

typedef struct tn_taken_record tn_taken_record;

typedef struct tn_late_holds {
    tn_arena arena; /* of one chunk */
    tn_taken_record *list;
    uint32_t count;
    uint32_t capacity;
    uint32_t marked_count; /* of transactions that are committed */
} tn_late_holds;

void tn_late_holds_init(tn_late_holds *holds, const tn_allocator *memory);
void tn_late_holds_free(tn_late_holds *holds);

/* Remembers a record that goes: its key, and the keys of its `of_count` entities. */
TN_MUST_USE tn_status tn_late_holds_take(tn_late_holds *holds, const tn_value *key,
                                         const tn_value *entity_keys,
                                         uint32_t of_count);
/* The record with this key, taken lately, stays after all. */
TN_MUST_USE tn_status tn_late_holds_drop(tn_late_holds *holds, const tn_value *key);
/* The transaction was rolled back: what it took is forgotten. */
void tn_late_holds_go_back(tn_late_holds *holds);
/* It was committed. */
void tn_late_holds_mark(tn_late_holds *holds);

/* Calls for each remembered record that is held now by the session's facts, which were
 * just read; then forgets all. */
typedef tn_status tn_late_hold_fn(void *user, tn_str key);

typedef struct tn_late_holds_look {
    const tn_eval *eval;
    uint32_t category;
    tn_instant now;
    tn_late_hold_fn *visit;
    void *user;
} tn_late_holds_look;

TN_MUST_USE tn_status tn_late_holds_check(tn_late_holds *holds,
                                          const tn_late_holds_look *look);

#endif

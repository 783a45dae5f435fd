/* fronts: of stores whose rows go from the front of a partition alone
 * (TN_STORE_PREFIX): which record of each partition is the first that stays, and what
 * is due behind it and so can't go.
 *
 * Rows come in the order of their offsets in each partition. Of other stores nothing is
 * ever blocked.
 *
 * Owns: all lies in the caller's arena. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_FRONTS_H
#define TN_APPLY_FRONTS_H

#include "interp/base/arena.h"
#include "interp/store/store.h"

/* One partition. */
typedef struct tn_front {
    int64_t partition;
    bool is_blocked;
    int64_t offset;        /* of the record that stays */
    const char *why;       /* it stays: "hold", "retained", ...; static */
    uint64_t behind_count; /* due, and behind it */
} tn_front;

typedef struct tn_fronts {
    tn_arena *arena;
    bool is_used; /* else the store is another one */
    tn_front *list;
    uint32_t count;
    uint32_t capacity;
} tn_fronts;

void tn_fronts_init(tn_fronts *fronts, const tn_store *store, tn_arena *arena);

/* The record with this key stays, for this reason. */
TN_MUST_USE tn_status tn_fronts_stay(tn_fronts *fronts, const tn_value *key,
                                     const char *why);

/* The record with this key is due: *is_blocked, and counted, if one before it stays. */
TN_MUST_USE tn_status tn_fronts_go(tn_fronts *fronts, const tn_value *key,
                                   bool *is_blocked);

/* "12 behind offset 500 of partition 0 (hold)", for each partition with any; in the
 * arena. */
TN_MUST_USE tn_status tn_fronts_describe(const tn_fronts *fronts, const tn_str **list,
                                         uint32_t *count);

#endif

/* diff_search: records made up to tell two policies apart. Not for other rooms.
 *
 * First the plainest record with one value of its own, then with two, then any; then
 * records that are changed step by step until a clause that the other policy has not
 * decides (diff_climb.c). The same records each time.
 *
 * Owns: nothing; see diff.h. Fails: NOMEM, LIMIT. Threads: one. */
#ifndef TN_TOOLS_DIFF_SEARCH_H
#define TN_TOOLS_DIFF_SEARCH_H

#include "interp/tools/diff.h"

enum { TN_DIFF_CHANGES_MAX = 12 /* of one category and placement: who reads more? */ };

typedef struct tn_diff_search {
    tn_arena *arena;
    tn_pair *pair;
    tn_diff_category *category; /* gets the changes */
    tn_str placement;
    /* For each clause of a side: the other side has none like it. */
    bool *targets[TN_PAIR_SIDES];
    uint32_t first_change;  /* of this placement */
    tn_pair_values *values; /* one for each slot */
    uint32_t record_count;
} tn_diff_search;

TN_MUST_USE tn_status tn_diff_search_run(tn_diff_search *search);

/* Are they one change, but for the record and the place? */
bool tn_diff_is_same_kind(const tn_diff_change *a, const tn_diff_change *b);

/* Notes fields whose dates the two believe up to unequal distances (diff_ahead.c). Its
 * pair is decided at TN_PAIR_MADE_AT. */
TN_MUST_USE tn_status tn_diff_search_ahead(tn_diff_search *search);

/* --- for diff_climb.c and diff_ahead.c */

/* Keeps the first record of each kind of change: the plainest comes first. */
TN_MUST_USE tn_status tn_diff_note(tn_diff_search *search, tn_diff_change change);
/* A change of the record that was decided last. */
tn_diff_change tn_diff_change_of(const tn_diff_search *search, tn_diff_what what);
/* Values worth trying for each slot. */
TN_MUST_USE tn_status tn_diff_find_values(tn_diff_search *search);

/* The plainest record. */
void tn_diff_start(tn_diff_search *search);
/* Decides the pair's record, and notes what differs. */
TN_MUST_USE tn_status tn_diff_try(tn_diff_search *search);
/* The next number below `count`. */
uint32_t tn_diff_below(uint64_t *state, uint32_t count);

TN_MUST_USE tn_status tn_diff_climb(tn_diff_search *search);

#endif

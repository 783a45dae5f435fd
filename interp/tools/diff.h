/* diff: what becomes of records under another policy.
 *
 * Categories are matched by their full names. Two that say the same, in whatever words,
 * are proven the same clause by clause; else records are made up at the boundaries of
 * both, decided by both, and what comes out differently is a change, with the record as
 * its example. Where none is found, that is all that is said: the two may still differ.
 *
 * A change is *shorter* where data is gone earlier, *longer* where it stays: the record
 * is due earlier or later, must be gone by another deadline, or loses a field at
 * another time. All else is *other*: records that are in doubt under one policy alone,
 * places that are no longer named, categories that come or go.
 *
 * A record whose date lies ahead may be in doubt today and not tomorrow: where policies
 * believe dates of unequal distance, an example is decided at TN_PAIR_MADE_AT.
 *
 * Owns: nothing; all lies in the caller's arena and the two images, which are borrowed.
 * Fails: NOMEM, LIMIT. Threads: one. */
#ifndef TN_TOOLS_DIFF_H
#define TN_TOOLS_DIFF_H

#include "interp/tools/pair.h"

typedef enum tn_diff_way {
    TN_DIFF_SHORTER,
    TN_DIFF_LONGER,
    TN_DIFF_OTHER,
    TN_DIFF_WAY_COUNT
} tn_diff_way;

typedef enum tn_diff_what {
    TN_DIFF_DUE,
    TN_DIFF_DEADLINE,
    TN_DIFF_REDACTION, /* of field `slot` */
    TN_DIFF_FLAG,      /* in doubt, or to be looked at, under one policy alone */
    TN_DIFF_AHEAD /* at TN_PAIR_MADE_AT field `slot` is too far ahead for one alone */
} tn_diff_what;

/* What differs for one record, and for all like it. */
typedef struct tn_diff_change {
    tn_diff_way way;
    tn_diff_what what;
    tn_str placement;        /* the policy's word for it; empty: wherever it lies */
    const tn_pair *pair;     /* names of slots and entities; closed */
    const tn_value *slots;   /* the record: one for each slot of the pair */
    const tn_pair_row *rows; /* one for each entity of the pair */
    tn_pair_fate fates[TN_PAIR_SIDES];
    uint32_t slot;                  /* of the pair; REDACTION, AHEAD */
    uint32_t clause[TN_PAIR_SIDES]; /* rows of the images; TN_NONE: none decides */
    bool has_end[TN_PAIR_SIDES];
    tn_instant end[TN_PAIR_SIDES]; /* what is compared; where it has one */
} tn_diff_change;

typedef enum tn_diff_state {
    TN_DIFF_SAME,    /* proven */
    TN_DIFF_UNFOUND, /* the clauses differ; no record was found that tells them apart */
    TN_DIFF_CHANGED,
    TN_DIFF_ADDED,
    TN_DIFF_REMOVED,
    TN_DIFF_STATE_COUNT
} tn_diff_state;

typedef struct tn_diff_category {
    tn_str name;
    tn_diff_state state;
    uint32_t number[TN_PAIR_SIDES]; /* rows of the images; TN_NONE: not there */
    tn_diff_change *changes;        /* the plainest record for each */
    uint32_t change_count;
    uint32_t record_count;         /* of records tried */
    tn_str *places[TN_PAIR_SIDES]; /* named by this policy alone */
    uint32_t place_count[TN_PAIR_SIDES];
} tn_diff_category;

typedef struct tn_diff {
    const tn_image *image[TN_PAIR_SIDES];
    tn_diff_category *categories; /* in the order of the old policy, then the new */
    uint32_t category_count;
} tn_diff;

TN_MUST_USE tn_status tn_diff_find(const tn_image *old_image, const tn_image *new_image,
                                   tn_arena *arena, tn_diff *out);

/* Is there a change of this way? */
bool tn_diff_has(const tn_diff *diff, tn_diff_way way);

/* "shorter", "due", "same": the words that programs read. Borrowed: static. */
const char *tn_diff_way_text(tn_diff_way way);
const char *tn_diff_what_text(tn_diff_what what);
const char *tn_diff_state_text(tn_diff_state state);

/* For people: nothing where nothing changes. For programs: one JSON object. */
void tn_diff_put_text(tn_buf *buf, const tn_diff *diff);
void tn_diff_put_json(tn_buf *buf, const tn_diff *diff);

/* Do the two say the same? False also where that can't be told, or memory is out
 * (diff_same.c). `arena`: for what it needs. */
bool tn_diff_is_same(const tn_pair_of *of, tn_arena *arena);
/* For each clause of either category, in the arena: has the other one none that says
 * the same there? If all have one, it can't be told by clauses, and all are marked.
 * NOMEM. */
TN_MUST_USE tn_status tn_diff_unmatched(const tn_pair_of *of, tn_arena *arena,
                                        bool *out[TN_PAIR_SIDES]);

#endif

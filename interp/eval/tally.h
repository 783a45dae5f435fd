/* tally: what the verdicts of one place sum up to.
 *
 * Owns: its lists, until tn_tally_free. Fails: NOMEM. Threads: one at a time; tallies
 * of parts of a place are added, in order. */
#ifndef TN_EVAL_TALLY_H
#define TN_EVAL_TALLY_H

#include "interp/eval/judge.h"

/* Records flagged for the same cause. */
typedef struct tn_tally_doubt {
    tn_doubt doubt; /* the first in precedence of each record */
    uint64_t count;
    tn_str first_record;       /* its key as people write it */
    uint64_t first_line;       /* where that is its line, the number; else 0 */
    const tn_store_part *part; /* whose lines are numbered so; NULL: the place's */
} tn_tally_doubt;

typedef struct tn_tally_column {
    tn_str name;
    uint64_t count; /* of records that have a value there */
} tn_tally_column;

typedef struct tn_tally {
    const tn_bound *bound;
    tn_arena arena;
    uint64_t reasons[TN_REASON_COUNT];
    uint64_t record_count;
    uint64_t overdue_count;
    uint64_t conflict_count;
    uint64_t redact_count; /* kept, with fields to be redacted now */
    /* Of the flagged, what people resolved; counted by those who know of reviews. */
    uint64_t resolved_keep_count;
    uint64_t resolved_delete_count;
    bool has_next_due;
    tn_instant next_due;    /* the earliest due among the kept, not the held */
    tn_tally_doubt *doubts; /* in the order met; sorted by tn_tally_end */
    uint32_t doubt_count;
    uint32_t doubt_capacity;
    tn_tally_column *columns; /* undeclared, by number of the scan; sorted at the end */
    uint32_t column_count;
    uint32_t column_capacity;
} tn_tally;

void tn_tally_init(tn_tally *tally, const tn_bound *bound, const tn_allocator *memory);
void tn_tally_free(tn_tally *tally);

/* What the verdict must be asked for. */
unsigned tn_tally_wants(const tn_image *image, uint32_t category);

/* Counts a record. A tn_judge_fn whose user is the tally. */
tn_status tn_tally_add(void *tally, const tn_judged *judged);

/* Counts the records that a store counted case by case of `table`. */
TN_MUST_USE tn_status tn_tally_add_counts(tn_tally *tally, const tn_push_table *table,
                                          const tn_judged *judged,
                                          const tn_scan_counts *counts);

/* Adds what was counted of `of`, the part of the place that follows; neither has ended.
 */
TN_MUST_USE tn_status tn_tally_merge(tn_tally *tally, const tn_tally *part,
                                     const tn_store_part *of);

/* After the last part: lines that were numbered part by part are numbered by the place.
 * With a sentence in `why` where the store fails. */
TN_MUST_USE tn_status tn_tally_number(tn_tally *tally, tn_buf *why);

/* Sorts doubts and columns, the most frequent first; nothing is added any more. */
void tn_tally_end(tn_tally *tally);

/* Keep, delete or flag in all; keeps include holds. */
uint64_t tn_tally_of(const tn_tally *tally, tn_decision decision);

#endif

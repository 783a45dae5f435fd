/* batch: keep, delete or flag for many records at once, from columns to columns.
 *
 *     batch = run + category + placement      once, after the run's facts are set
 *     tn_batch_decide(batch, columns, out)    as often as there are columns
 *
 * Verdicts are those of tn_decide, record by record; a differential test says so.
 *
 * How: what a verdict depends on has few cases. An anchor lies between two cutoffs, or
 * is null, or unreadable; an entity's row is of one of few kinds; a condition is true,
 * false or unknown. A record is the number of its combination of cases; a verdict is
 * found once for each combination, by tn_decide itself, for the first record that has
 * it. Where an instant must be compared with that of an entity, to tell whether a
 * record was made after an event or which clause is due first, the cutoff is computed
 * once for each of the entity's rows. What none of this can tell is decided record by
 * record. Due times always are.
 *
 * Owns: a batch owns its tables, borrows run and facts. Fails: NOMEM, LIMIT as
 * tn_decider_new; USAGE (columns of other lengths); INVALID (a column that lies about
 * itself), told in *why; never because of a record. Threads: one at a time. */
#ifndef TN_DECIDE_BATCH_H
#define TN_DECIDE_BATCH_H

#include "interp/decide/decide.h"
#include "interp/record/array.h"

typedef struct tn_batch tn_batch;

/* What an instant is where there is none. */
#define TN_BATCH_NEVER INT64_MIN

/* Columns of records. Each array has `length` values, or is NULL: all are null. They
 * need not be checked. */
typedef struct tn_batch_input {
    int64_t length;
    const tn_array *const *fields; /* one for each field of the category */
    const tn_array *const *keys;   /* one for each entity it is of */
    const uint8_t *flags;          /* TN_RECORD_ bits of each; NULL: none has any */
} tn_batch_input;

/* Where verdicts go, `length` each; NULL: not asked for. Instants are microseconds
 * since 1970-01-01T00:00:00Z, rounded up, or TN_BATCH_NEVER. */
typedef struct tn_batch_output {
    uint8_t *decision; /* tn_decision */
    uint8_t *reason;   /* tn_reason */
    uint32_t *clause;  /* row of the image, or TN_NONE */
    uint8_t *overdue;  /* 0 or 1 */
    uint8_t *conflict; /* 0 or 1 */
    int64_t *due;
    int64_t *deadline;
    int64_t *next_change;
} tn_batch_output;

/* `wants` is a sum of TN_WANT_OVERDUE, with which `overdue` and `conflict` cost little,
 * and TN_WANT_NEXT_CHANGE, without which `next_change` can't be asked for. */
TN_MUST_USE tn_status tn_batch_new(const tn_run *run, uint32_t category,
                                   uint32_t placement, unsigned wants, tn_batch **out);
void tn_batch_free(tn_batch *batch);

/* Which fields of the category are read at all: `needed` has one for each. */
void tn_batch_needs(const tn_batch *batch, bool *needed);

/* Is the key of entity number `of` looked at? Not where nothing is known of any. */
bool tn_batch_needs_key(const tn_batch *batch, uint32_t of);

/* On INVALID *why completes "the column …" (static), and *column is the field, or,
 * counted on, the key. `why` and `column` may be NULL. */
TN_MUST_USE tn_status tn_batch_decide(tn_batch *batch, const tn_batch_input *input,
                                      const tn_batch_output *output, const char **why,
                                      uint32_t *column);

/* For those who have records one after the other: the batch's own decider, to put a
 * record's values into (tn_decider_fields, tn_decider_keys), and tn_decide of that
 * record by its combination of cases. The verdict is the same; what tn_decider_slots
 * and tn_decider_clauses tell is not set. */
tn_decider *tn_batch_decider(tn_batch *batch);
TN_MUST_USE tn_status tn_batch_decide_one(tn_batch *batch, unsigned flags,
                                          unsigned wants, tn_verdict *out);
/* The same for a record that `first`, a batch of another instant, but of the same
 * facts, category and placement, was just asked about with the same flags and wants. */
TN_MUST_USE tn_status tn_batch_decide_again(tn_batch *batch, const tn_batch *first,
                                            unsigned flags, unsigned wants,
                                            tn_verdict *out);

/* What tn_batch_decide did so far, for tests and the bench. */
typedef struct tn_batch_work {
    uint64_t records;
    uint64_t learned;  /* combinations of cases met */
    uint64_t compared; /* records for which two due times had to be compared */
    uint64_t alone;    /* records decided one by one */
    uint64_t guards;   /* conditions evaluated one by one */
} tn_batch_work;

tn_batch_work tn_batch_work_done(const tn_batch *batch);

#endif

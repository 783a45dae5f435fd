/* table: what a run says of a category's records, as an ordered list of cases.
 *
 * The first case that is certainly true, after cases that are certainly false, gives
 * decision and reason; a record for which any case before is unsure belongs to none,
 * and is decided here (a residue), as are those of the cases that say so. What is said
 * besides holds in every case that is not a residue: is it overdue, are fields to be
 * redacted.
 *
 * Facts are those of the run: of an event or attribute it is known here for which keys
 * what holds, so that a store is asked for keys alone.
 *
 * Whoever wants to know when what is kept falls due names the ends of steps ahead. Each
 * clock then has a cutoff of its column for every end: of a record kept as `retained`
 * the step is the first for which a clock that takes part says yes. No store reckons
 * with dates.
 *
 * A category may be beyond that: with duties or with anchors of several members nobody
 * but the calendar knows the least due time of what is kept; with `fields strict` the
 * columns would have to be known. Then there is no table (is_exact false).
 *
 * Owns: all lies in the caller's arena and is borrowed from the run, whose facts are
 * set. Fails: NOMEM. Threads: free. */
#ifndef TN_PUSH_TABLE_H
#define TN_PUSH_TABLE_H

#include "interp/decide/decide.h"
#include "interp/push/predicate.h"

/* What a field, a key or a column of `where` is made from. */
typedef enum tn_push_from {
    TN_PUSH_ABSENT,  /* nothing: always null */
    TN_PUSH_COLUMN,  /* one column, decoded */
    TN_PUSH_COMPUTED /* what can't be said of a column: unsure */
} tn_push_from;

typedef struct tn_push_subject {
    tn_push_from from;
    tn_pred_column column;
} tn_push_subject;

typedef struct tn_push_input {
    const tn_run *run;
    tn_decider *decider; /* of the category and placement; only its plans are read */
    uint32_t category;
    uint32_t placement;             /* TN_NONE: none */
    const tn_push_subject *fields;  /* one for each field */
    const tn_push_subject *keys;    /* one for each entity the category is of */
    uint32_t where;                 /* an expression over columns; TN_NONE: none */
    const tn_push_subject *columns; /* of `where`, one for each of the request */
    const tn_instant *step_ends;    /* ascending, after the run's instant */
    uint32_t step_count;
} tn_push_input;

typedef struct tn_push_case {
    const tn_pred *when;
    bool is_left_out; /* no record of the category: `where` is false */
    bool is_residue;
    tn_decision decision;
    tn_reason reason;
} tn_push_case;

/* A clause from whose least anchor the least due time of what is kept is reckoned. */
typedef struct tn_push_clock {
    const tn_pred *when; /* the clause takes part */
    tn_pred_column column;
    tn_reckoning due;
    /* For each step: due before it ends. TRUE, FALSE, or LESS_EQUAL of the column; what
     * is true stays true from step to step. */
    const tn_pred *const *before;
} tn_push_clock;

enum { TN_PUSH_CASES_MAX = 16, TN_PUSH_CLOCKS_MAX = 16 };

typedef struct tn_push_table {
    bool is_exact;
    tn_push_case cases[TN_PUSH_CASES_MAX]; /* the last one's `when` is TRUE */
    uint32_t case_count;
    const tn_pred *overdue;
    const tn_pred *redacts; /* kept, with fields to be redacted now */
    tn_push_clock clocks[TN_PUSH_CLOCKS_MAX];
    uint32_t clock_count;
    /* For deleting: TRUE: the record certainly is to be deleted; FALSE: it certainly is
     * not, or is none of the category's; else it is decided here. */
    const tn_pred *goes;
    bool is_one_clock; /* at most one clock takes part, whatever the record */
    uint32_t step_count;
} tn_push_table;

TN_MUST_USE tn_status tn_push_table_make(const tn_push_input *input, tn_arena *arena,
                                         tn_push_table *out);

#endif

/* row_judge: the verdict of a row that a store hands over in the middle of a statement.
 *
 * The same origin, decoding and decider as eval's judge, but pushed: eval asks a store
 * for rows, here the store asks about a row. It is decided for the plan's instant and
 * for the moment of deleting; and by every other category that is bound to the same
 * object, for what one policy keeps, another must not delete.
 *
 * Owns: its deciders and readers, until free; borrows the session. Fails: NOMEM, LIMIT.
 * Threads: one at a time. */
#ifndef TN_APPLY_ROW_JUDGE_H
#define TN_APPLY_ROW_JUDGE_H

#include "interp/eval/judge.h"
#include "interp/store/erase.h"

typedef struct tn_row_judge tn_row_judge;

/* For place number `bound` of the session, whose facts are or will be loaded. */
TN_MUST_USE tn_status tn_row_judge_new(tn_eval *eval, uint32_t bound,
                                       tn_row_judge **out);
void tn_row_judge_free(tn_row_judge *judge);

/* The columns that rows must have, in this order; borrowed. */
const tn_scan_column *tn_row_judge_columns(const tn_row_judge *judge, uint32_t *count);
/* Does a category ask whether there are undeclared columns? */
bool tn_row_judge_wants_undeclared(const tn_row_judge *judge);

/* What can be said of rows beforehand at the plan's instant and at the moment, which is
 * set; in the arena. *is_known false: nothing, as where another category has a say.
 * Columns are numbered as those that rows must have. */
TN_MUST_USE tn_status tn_row_judge_rule(const tn_row_judge *judge, tn_arena *arena,
                                        tn_erase_rule *out, bool *is_known);

/* Before the session's facts are loaded anew: what was made of the old ones goes. */
void tn_row_judge_drop_facts(tn_row_judge *judge);

/* The moment of deleting, from now on; after the session's facts were loaded. */
TN_MUST_USE tn_status tn_row_judge_set_now(tn_row_judge *judge, tn_instant now);

typedef struct tn_row_verdict {
    bool is_meant;   /* else the row is none of the category's */
    bool is_erased;  /* delete at both instants, and no other category objects */
    bool is_claimed; /* another category keeps or flags it */
    const tn_verdict *first;  /* at the plan's instant; borrowed until the next row */
    const tn_verdict *second; /* at the moment; NULL where the first is keep */
} tn_row_verdict;

/* `wants` are TN_WANT_ bits for both. */
TN_MUST_USE tn_status tn_row_judge_decide(tn_row_judge *judge, const tn_store_row *row,
                                          unsigned wants, tn_row_verdict *out);

/* Does another category keep or flag the row, which was just decided on? */
TN_MUST_USE tn_status tn_row_judge_is_claimed(tn_row_judge *judge,
                                              const tn_store_row *row, bool *out);

/* Does another category want the row's column as it is? One that keeps or flags the row
 * and speaks of the column, unless it redacts that itself. */
TN_MUST_USE tn_status tn_row_judge_wants_column(tn_row_judge *judge,
                                                const tn_store_row *row, tn_str column,
                                                bool *out);

/* The last row's values, one for each column of the place's own origin; borrowed. */
const tn_value *tn_row_judge_values(const tn_row_judge *judge);

/* The deciders of the last row: at the plan's instant, and at the moment. Its slots and
 * clauses are those of the first only where that is a flag, or redactions were wanted.
 */
tn_decider *tn_row_judge_decider(tn_row_judge *judge, bool at_moment);

#endif

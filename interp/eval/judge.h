/* judge: a verdict for each record of a bound place.
 *
 * Owns: a judge its decider and arrays, until tn_judge_close. Fails: STORE (with a
 * sentence), NOMEM. Threads: one at a time; judges of different stores (by_store.h), and
 * those of parts once they are opened (judge_parts.h), may have a thread each. */
#ifndef TN_EVAL_JUDGE_H
#define TN_EVAL_JUDGE_H

#include "interp/eval/eval.h"

/* One record and what was decided; all borrowed until the next. */
typedef struct tn_judged {
    const tn_eval *eval;
    const tn_bound *bound;
    tn_scan *scan; /* names the undeclared columns of the row, and its key */
    const tn_store_row *row;
    uint32_t key_field; /* a field tagged @key that identifies it; TN_NONE: none does */
    tn_decider *decider;
    const tn_verdict *verdict;
    bool may_wait;    /* the next record may have to be waited for */
    bool is_unplaced; /* whether it is meant at all could not be told: the origin's
                         `where`. Flagged `unknown_guard` */
} tn_judged;

/* What identifies the record: the store's key for it; where the store has none, a field
 * tagged @key, else its line. Borrowed as all of it is. */
TN_MUST_USE tn_status tn_judged_key(const tn_judged *judged, tn_value *out);

/* Is that the number of its line? */
bool tn_judged_is_numbered(const tn_judged *judged);

typedef struct tn_judge_options {
    unsigned wants;    /* TN_WANT_ */
    bool wants_hidden; /* rows tell whether they are hidden (store.h) */
    bool all_fields;   /* read fields that no clause reads too, for explain */
    bool is_count;     /* of a record that is not flagged the verdict and the fields are
                          looked at, never tn_decider_slots, _clauses or _facts */
    tn_str only_key;   /* only the record whose key is written so; data NULL: all */
    /* Records that the store may count instead, case by case; then `counted` is called
     * at the end, if it did. NULL: every record is visited. */
    const tn_push_table *push;
    tn_status (*counted)(void *user, const tn_judged *judged,
                         const tn_scan_counts *counts);
} tn_judge_options;

/* What place number `bound` may be asked for, under a run of the session's image and
 * facts, which are loaded. With steps also when what is kept falls due: by the step
 * whose end it is before. */
typedef struct tn_eval_ask {
    const tn_eval *eval;
    const tn_run *run; /* the session's own, or one at another instant */
    uint32_t bound;
    tn_arena *arena;             /* of what is made */
    const tn_instant *step_ends; /* ascending, after the run's instant */
    uint32_t step_count;
} tn_eval_ask;

/* Not exact: the place must be read. */
TN_MUST_USE tn_status tn_eval_push(const tn_eval_ask *ask, tn_push_table *out);

/* Called for each record; anything but TN_OK ends the reading and is returned. */
typedef tn_status tn_judge_fn(void *user, const tn_judged *judged);

/* Decides the records of place number `bound`. STORE, with a problem in the session's
 * list, where the store fails. */
TN_MUST_USE tn_status tn_eval_judge(tn_eval *eval, uint32_t bound,
                                    const tn_judge_options *options, tn_judge_fn *visit,
                                    void *user);

/* --- the steps of it, for those who read a place in parts */

typedef struct tn_judge_place {
    tn_eval *eval;
    uint32_t bound;
    const tn_judge_options *options; /* without all_fields */
} tn_judge_place;

typedef struct tn_judge tn_judge;

/* Borrows all it is given but *place; `part` NULL: all records. own: tn_judge_close. */
TN_MUST_USE tn_status tn_judge_open(const tn_judge_place *place,
                                    const tn_store_part *part, tn_judge **out,
                                    tn_buf *why);
TN_MUST_USE tn_status tn_judge_run(tn_judge *judge, tn_judge_fn *visit, void *user,
                                   tn_buf *why);
void tn_judge_close(tn_judge *judge);

/* All three, of all records. */
TN_MUST_USE tn_status tn_judge_all(const tn_judge_place *place, tn_judge_fn *visit,
                                   void *user, tn_buf *why);

/* Puts what a store said in `why` among the session's problems. */
TN_MUST_USE tn_status tn_judge_report(const tn_judge_place *place, tn_status status,
                                      tn_buf *why);

#endif

/* due_times: when records fall due, with the calendar asked for few of them.
 *
 * A plan says when the oldest and the newest of what is due fell due, and how many of
 * the records that are kept fall due on each day to come. Where one clause alone moves
 * a record's due time, the anchor says both by comparison, since an earlier anchor is
 * never due later (reckon.h): with the least and the greatest anchor so far, and with
 * the last anchor that is due on each day. For the others the caller asks for the time.
 *
 * Owns: its tables, in the caller's arena; borrows the image. Fails: NOMEM. Threads:
 * one. */
#ifndef TN_APPLY_DUE_TIMES_H
#define TN_APPLY_DUE_TIMES_H

#include "interp/decide/decide.h"

enum { TN_DUE_DAYS = 400 }; /* that are told apart */

typedef struct tn_due_clause tn_due_clause;

typedef struct tn_due_times {
    const tn_image *image;
    tn_arena *arena;
    tn_instant now;
    uint32_t category;
    tn_due_clause *clauses; /* for each of the category's */
    bool has_due;           /* of what is deleted: */
    tn_instant oldest;
    tn_instant newest;
    uint64_t *days; /* TN_DUE_DAYS: of what is kept, due so many days after now */
} tn_due_times;

TN_MUST_USE tn_status tn_due_times_init(tn_due_times *times, const tn_image *image,
                                        uint32_t category, tn_instant now,
                                        tn_arena *arena);

/* Does the record fall due by itself, or did it? Others need not be taken in. */
bool tn_due_times_counts(const tn_verdict *verdict);

/* Takes in a record that was just decided on for `now`. *is_taken: false where the
 * verdict's due time is needed for that, and was not asked for (TN_WANT_TIMES). */
TN_MUST_USE tn_status tn_due_times_take(tn_due_times *times, const tn_decider *decider,
                                        const tn_verdict *verdict, bool *is_taken);

/* The same of a record that is due by clause number `clause`, counting from `anchor`.
 */
TN_MUST_USE tn_status tn_due_times_take_clause(tn_due_times *times,
                                               const tn_verdict *verdict,
                                               uint32_t clause, const tn_value *anchor);

#endif

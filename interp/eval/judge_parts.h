/* judge_parts: the records of a place decided by several threads, a part each.
 *
 * The parts are those that the store cuts its object into. Whoever asks gets every part
 * by itself, and the parts in order: what comes of it is what one thread gives.
 *
 * Owns: its threads, which end before it returns. Fails: STORE (of the first part, in
 * order, that fails, with a sentence), NOMEM, and what the functions return. Threads:
 * it makes them. */
#ifndef TN_EVAL_JUDGE_PARTS_H
#define TN_EVAL_JUDGE_PARTS_H

#include "interp/eval/judge.h"

typedef struct tn_parts_work {
    uint32_t thread_count;
    uint32_t part_count;  /* so many parts at most, */
    uint64_t least_bytes; /* none much shorter than that */
    bool needs_no_lines;  /* as tn_store_cut has it */
    bool may_guess;       /* the same: if INVALID is returned, it is to be done again */
    void *user;
    tn_arena *arena; /* of the parts, which stay as long; no other thread's */
    size_t given_size;
    /* Before a part's first record; `given`, all zero, is passed to the others. By one
     * thread at a time. */
    void (*begin)(void *user, const tn_store_part *part, void *given);
    tn_judge_fn *visit; /* for each record, with `given` as its user; several at once */
    /* Once for each begun part, in order, by one thread at a time; the status says how
     * those before it went. Gives back what `given` holds. */
    tn_status (*end)(void *user, void *given, tn_status status);
} tn_parts_work;

/* *is_cut false: the store has one part of it alone, or the system no threads, and
 * nothing was done. */
TN_MUST_USE tn_status tn_judge_parts(const tn_judge_place *place,
                                     const tn_parts_work *work, bool *is_cut,
                                     tn_buf *why);

#endif

/* eval_parts: what `tenure eval --threads N` does with a place: its parts are decided
 * by several threads, and what comes out is what one thread gives.
 *
 * Owns: nothing. Fails: as tn_judge_parts and what writes the output. Threads: one
 * calls, more are made. */
#ifndef TN_CLI_EVAL_PARTS_H
#define TN_CLI_EVAL_PARTS_H

#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/eval/judge.h"
#include "interp/eval/tally.h"

/* The number that the option says, 0 where it is not given; an exit code. */
TN_MUST_USE int tn_parts_threads(const tn_args *args, size_t option, uint32_t *out);

/* Adds the place's counts to the tally, which is empty. *is_done false: nothing was
 * counted, one thread has to. What the store said goes to `why`. */
TN_MUST_USE tn_status tn_parts_count(const tn_judge_place *place, uint32_t thread_count,
                                     tn_tally *tally, bool *is_done, tn_buf *why);

/* Appends what is to be said of a record; `how` is shared by threads. */
typedef struct tn_parts_writer {
    const void *how;
    tn_status (*put)(const void *how, tn_buf *buf, const tn_judged *judged);
    bool says_lines; /* numbers of rows matter */
} tn_parts_writer;

/* Puts out what the writer says of each record, in order, by several threads or one.
 * What the store said goes to `why`. */
TN_MUST_USE tn_status tn_parts_write(const tn_judge_place *place, uint32_t thread_count,
                                     const tn_parts_writer *writer, tn_output *output,
                                     tn_buf *why);

#endif

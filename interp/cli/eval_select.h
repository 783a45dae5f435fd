/* eval_select: `tenure eval --select delete` passes the records of a file that are to
 * be deleted through, each line or CSV record as it is, in the order of the file, after
 * the line that names a CSV's columns; the same of `keep` and `flag`, alone or
 * together.
 *
 * A verdict depends on nothing that is passed, so what is selected as keep, delete and
 * flag is together the whole file but for its blank lines.
 *
 * Owns: nothing. Fails: USAGE by an exit code; STORE, with a problem in the session's
 * list; as what writes the output. Threads: one calls. */
#ifndef TN_CLI_EVAL_SELECT_H
#define TN_CLI_EVAL_SELECT_H

#include "interp/cli/args.h"
#include "interp/cli/output.h"
#include "interp/eval/tally.h"

typedef struct tn_select {
    bool is_asked; /* else the option is not given */
    bool keep;
    bool delete_due;
    bool flag;
} tn_select;

/* What the option says; an exit code. */
TN_MUST_USE int tn_select_read(const tn_args *args, size_t option, tn_select *out);

/* How many of a tally's records are selected. */
uint64_t tn_select_count(const tn_select *select, const tn_tally *tally);

/* Puts them out. The session must have one place, a file; else it complains. */
TN_MUST_USE tn_status tn_select_print(tn_eval *eval, const tn_select *select,
                                      uint32_t thread_count, tn_output *output);

#endif

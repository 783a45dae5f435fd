/* apply_host: the world around a run of the command line: clock, signals, times to
 * stop, questions and progress on a terminal.
 *
 * Threads: one; the signals' flag is the only mutable global. */
#ifndef TN_CLI_APPLY_HOST_H
#define TN_CLI_APPLY_HOST_H

#include "interp/apply/apply.h"

typedef struct tn_apply_host_state {
    tn_apply_host host;
    bool is_confirmed;
    const char *stop_file; /* NULL: none */
    bool has_until;
    int64_t until_seconds; /* since 1970 */
    uint64_t run_ms;       /* 0: no bound */
    uint64_t start_ms;
    uint64_t told_ms; /* when progress was last told */
    bool has_line;    /* a line of progress stands on the terminal */
} tn_apply_host_state;

void tn_apply_host_init(tn_apply_host_state *state, bool is_confirmed,
                        const char *stop_file);
/* False where the text is not of that form. */
bool tn_apply_host_until(tn_apply_host_state *state, const char *hh_mm);
bool tn_apply_host_run_time(tn_apply_host_state *state, const char *text);

/* Signals are caught between the two. */
void tn_apply_host_start(tn_apply_host_state *state);
void tn_apply_host_end(tn_apply_host_state *state);

#endif

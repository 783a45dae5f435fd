/* output: a stream of text to the standard output that may be long.
 *
 * Whoever closes the pipe has seen enough: that ends the output, quietly. Any other
 * failure to write is one (a full disk must not look like success).
 *
 * Owns: its buffer. Threads: one. */
#ifndef TN_CLI_OUTPUT_H
#define TN_CLI_OUTPUT_H

#include "interp/base/buf.h"

typedef struct tn_output {
    tn_buf buf;     /* append here */
    bool is_closed; /* nobody reads any more */
    int error;      /* errno of a write that failed; 0: none did */
} tn_output;

void tn_output_init(tn_output *output);
void tn_output_free(tn_output *output);

/* Writes what is in the buffer once it is a big piece. STOPPED: nobody reads any more;
 * IO: see `error`; NOMEM. */
TN_MUST_USE tn_status tn_output_drain(tn_output *output);
/* Writes all of it. */
TN_MUST_USE tn_status tn_output_flush(tn_output *output);

/* Prints `text` whole, or says that `status` kept it from being made, and frees it. An
 * exit code. What stdio holds back comes first. */
int tn_output_print(tn_buf *text, tn_status status);

/* The exit code for how the output ended, after saying what is to be said. */
int tn_output_finish(tn_output *output, int code);

#endif

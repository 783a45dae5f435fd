/* input: a file or pipe, read in big pieces through one buffer.
 *
 * Whoever reads takes what lies between `at` and `end`, moves `at` forward, and calls
 * fill when what is left is no whole record. What is left then moves to the front; when
 * it fills the buffer, the buffer doubles. Memory-mapping would be no faster and would
 * end the program when someone cuts the file short.
 *
 * Owns: its buffer and descriptor, until tn_input_close. Fails: NOT_FOUND (no such
 * file), STORE (cannot be read), NOMEM. Threads: one at a time. */
#ifndef TN_STORE_INPUT_H
#define TN_STORE_INPUT_H

#include "interp/base/buf.h"

/* No record is that long; without a bound a file without line ends would take all
 * memory. */
enum { TN_INPUT_RECORD_MAX = 256 << 20 };

typedef struct tn_input {
    const tn_allocator *memory;
    int fd;
    char *data; /* readable for another TN_JSON_PADDING bytes after `end` */
    size_t capacity;
    size_t at;
    size_t end;
    bool is_at_end;  /* nothing comes after what is in the buffer */
    uint64_t offset; /* of data[0] in the file */
    uint64_t until;  /* nothing is read from there on */
    tn_str path;     /* borrowed; "-" is the standard input */
} tn_input;

/* An input that can be closed. */
#define TN_INPUT_NONE ((tn_input){.fd = -1})

TN_MUST_USE tn_status tn_input_open(tn_input *in, tn_str path,
                                    const tn_allocator *memory, tn_buf *why);
void tn_input_close(tn_input *in);

/* What lies from `from` to `until` of a regular file alone is read; `from` 0: from
 * where it is. */
TN_MUST_USE tn_status tn_input_restrict(tn_input *in, uint64_t from, uint64_t until,
                                        tn_buf *why);

/* Reads once; afterwards there is more between `at` and `end`, or `is_at_end`. */
TN_MUST_USE tn_status tn_input_fill(tn_input *in, tn_buf *why);

/* Skips a byte order mark (U+FEFF in UTF-8) at the start; nothing has been taken yet.
 */
TN_MUST_USE tn_status tn_input_skip_mark(tn_input *in, tn_buf *why);

/* As many bytes wait to be taken as a record can have. */
bool tn_input_is_too_long(const tn_input *in);

#endif

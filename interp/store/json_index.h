/* json_index: where the tokens of JSON text start, found by simdjson's first stage.
 *
 * simdjson is loaded once there is text enough to be worth it; before, and where it is
 * not installed, json_plain does the same.
 *
 * A token is a brace, bracket, colon or comma, the opening quote of a string, or the
 * first byte of anything else that is not white space; what is inside strings is none.
 * Text that passes is valid UTF-8, its strings are closed and free of control
 * characters; nothing else is promised, the grammar is the reader's (json_read.h).
 *
 * Owns: its tokens, until the next run. Fails: by tn_json_fault. Threads: one each. */
#ifndef TN_STORE_JSON_INDEX_H
#define TN_STORE_JSON_INDEX_H

#include "interp/include/tenure.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes after the text that must be readable; their values do not matter. */
enum { TN_JSON_PADDING = 64 };

/* The longest text, so that a token's place fits 32 bits with room to spare. */
#define TN_JSON_TEXT_MAX UINT32_C(0x40000000)

typedef enum tn_json_fault {
    TN_JSON_FINE,
    TN_JSON_BAD_UTF8,
    TN_JSON_BAD_STRING, /* a string that is not closed, a control character in one */
    TN_JSON_TOO_LONG,
    TN_JSON_NO_MEMORY
} tn_json_fault;

typedef struct tn_json_index tn_json_index;

/* NULL when there is no memory. */
tn_json_index *tn_json_index_new(void);
void tn_json_index_free(tn_json_index *index);

/* There is text enough that simdjson is worth loading at once. */
void tn_json_index_hurry(tn_json_index *index);

/* Finds the tokens of `len` bytes at `text`. */
tn_json_fault tn_json_index_run(tn_json_index *index, const char *text, size_t len);

/* So many more places follow those of the tokens, each `len`: whoever reads a few ahead
 * need not look whether they are there. */
enum { TN_JSON_ENDS = 4 };

/* The places of the last run's tokens, ascending, and then TN_JSON_ENDS times `len`. */
const uint32_t *tn_json_index_tokens(const tn_json_index *index);

#ifdef __cplusplus
}
#endif
#endif

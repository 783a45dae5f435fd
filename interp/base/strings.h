/* strings: a pool of texts, each kept once, that becomes the string section of an
 * image.
 *
 * A text is named by its offset; whoever names it keeps the length beside it. The same
 * texts put in the same order give the same bytes.
 *
 * Owns: its bytes, until tn_strings_free. Fails: NOMEM, remembered (tn_buf).
 * Threads: one at a time. */
#ifndef TN_BASE_STRINGS_H
#define TN_BASE_STRINGS_H

#include "interp/base/buf.h"

typedef struct tn_strings {
    tn_buf bytes;
    uint32_t *slots; /* open addressing: 1 + number of a row, 0 where free */
    uint32_t slot_count;
    uint64_t *rows; /* offset << 32 | length, in the order put */
    uint32_t row_count;
    uint32_t row_capacity;
} tn_strings;

void tn_strings_init(tn_strings *strings, const tn_allocator *memory);
void tn_strings_free(tn_strings *strings);

/* The offset of `text`, which is added unless it is there; 0 for the empty text. On
 * failure 0, and `bytes.failed` is set. */
uint32_t tn_strings_intern(tn_strings *strings, tn_str text);

/* The whole pool; borrowed until the next text. */
tn_str tn_strings_view(const tn_strings *strings);

#endif

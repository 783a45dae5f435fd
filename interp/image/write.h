/* write: rows to an image.
 *
 * The same rows in the same order give the same bytes.
 *
 * Owns: its buffers, until tn_image_writer_free; borrows the strings and the code.
 * Fails: NOMEM, LIMIT (a table of 4 GiB). Threads: one at a time. */
#ifndef TN_IMAGE_WRITE_H
#define TN_IMAGE_WRITE_H

#include "interp/image/image.h"

typedef struct tn_image_writer {
    tn_strings *strings;        /* borrowed: shared with the code */
    const tn_cel_builder *code; /* borrowed */
    tn_buf tables[TN_TABLE_COUNT];
    tn_str tzdata_version;
    uint64_t cost_budget;
} tn_image_writer;

void tn_image_writer_init(tn_image_writer *writer, tn_strings *strings,
                          const tn_cel_builder *code, const tn_allocator *memory);
void tn_image_writer_free(tn_image_writer *writer);

/* Adds a row (of the table's row_bytes) and returns its number. Running out of memory
 * is remembered until tn_image_write. */
uint32_t tn_image_add(tn_image_writer *writer, tn_table table, const void *row);

uint32_t tn_image_row_count(const tn_image_writer *writer, tn_table table);

tn_img_str tn_image_intern(tn_image_writer *writer, tn_str s);

/* Appends the file's bytes to `out`. */
TN_MUST_USE tn_status tn_image_write(tn_image_writer *writer, tn_buf *out);

#endif

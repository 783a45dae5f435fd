/* csv_split: one record of CSV after RFC 4180, cut into its cells.
 *
 * A record ends at LF or CRLF outside quotes, or with the text. Inside quotes commas,
 * line ends and doubled quotes are text. A quote inside a cell that does not start with
 * one, anything but a comma after a closing quote, and a quote left open make the
 * record malformed; it then ends with that line.
 *
 * Owns: the array of cells, until tn_csv_free. Fails: NOMEM, by `failed`.
 * Threads: one at a time. */
#ifndef TN_STORE_CSV_SPLIT_H
#define TN_STORE_CSV_SPLIT_H

#include "interp/base/buf.h"

typedef struct tn_csv_cell {
    tn_str text;     /* without its quotes; a view */
    bool is_doubled; /* quotes in it are still doubled */
} tn_csv_cell;

typedef struct tn_csv_record {
    const tn_allocator *memory;
    tn_csv_cell *cells;
    uint32_t count;
    uint32_t capacity;
    size_t len;     /* bytes, its line end included */
    uint64_t lines; /* lines of the file that it takes */
    bool is_malformed;
    bool is_ascii; /* it surely is */
    bool failed;
} tn_csv_record;

/* Bytes after the text that must be readable; their values do not matter. */
enum { TN_CSV_PADDING = 64 };

/* Cuts the record that `text`, which is not empty, starts with; TN_CSV_PADDING bytes
 * after it must be readable. False when it does not end in `text` and `is_last`, that
 * nothing follows, is not said. */
bool tn_csv_split(tn_csv_record *record, tn_str text, bool is_last);
void tn_csv_free(tn_csv_record *record);

/* The text of a cell with its quotes undoubled, in the arena where there are any; data
 * NULL when there is no memory. */
tn_str tn_csv_text(const tn_csv_cell *cell, tn_arena *arena);

#endif

/* arrow: batches in the Arrow C data interface, for the files of this room.
 *
 * In: ArrowSchema and ArrowArray become tn_array, which view them. Out: results of one
 * allocation each, in reference counts, since who takes a result may move its children
 * out of it and release them later, elsewhere.
 *
 * Owns: as each part says. Threads: a batch is one thread's; a result's references are
 * counted by atomic operations. */
#ifndef TN_API_ARROW_H
#define TN_API_ARROW_H

#include "interp/api/api.h"
#include "interp/decide/batch.h"

/* --- arrow_import.c */

/* A column as an array; it views both, and `rooms`, a tn_array for a dictionary. */
typedef struct tn_arrow_import {
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    int64_t offset; /* of the struct, and its length */
    int64_t length;
    tenure_unit unit;
    const tn_zone *zone; /* NULL: unknown */
} tn_arrow_import;

/* INVALID, UNSUPPORTED with *why, which completes "column …" (static). */
TN_MUST_USE tn_status tn_arrow_read(const tn_arrow_import *import, tn_array *out,
                                    tn_array *dictionary, const char **why);

/* Is row `row` of any column surely null? Columns whose nulls can't be read have none.
 */
bool tn_arrow_is_null(const tn_arrow_import *import, int64_t row);

/* --- arrow_export.c */

/* The texts of verdicts, reasons and clauses; shared by all results. */
typedef struct tn_arrow_words tn_arrow_words;

TN_MUST_USE tn_status tn_arrow_words_new(const tn_image *image, uint32_t category,
                                         const tn_allocator *memory,
                                         tn_arrow_words **out);
/* Gives up the maker's share. */
void tn_arrow_words_drop(tn_arrow_words *words);

/* Where a batch's verdicts go until they are exported. */
typedef struct tn_arrow_result tn_arrow_result;

TN_MUST_USE tn_status tn_arrow_result_new(tn_arrow_words *words, uint32_t out,
                                          int64_t length, tn_batch_output *output,
                                          tn_arrow_result **result);
void tn_arrow_result_drop(tn_arrow_result *result);
/* Hands the result over. */
void tn_arrow_export(tn_arrow_result *result, uint32_t first_clause,
                     struct ArrowArray *out);

TN_MUST_USE tn_status tn_arrow_export_schema(uint32_t out, const tn_allocator *memory,
                                             struct ArrowSchema *schema);

/* --- arrow.c */

struct tenure_batch {
    const tenure_run *run;
    uint32_t category;
    uint32_t out;
    tn_batch *batch;
    tn_arena arena;
    tenure_column *columns; /* of fields, then of keys: names filled in */
    const tn_zone **zones;  /* the same; NULL: unknown */
    bool *needed;
    tn_array *arrays; /* the same */
    tn_array *dictionaries;
    const tn_array **views; /* the same; NULL: all null */
    uint32_t field_count;
    uint32_t key_count;
    uint8_t *flags; /* own: of the rows, where fields are strict */
    size_t flags_bytes;
    tn_arrow_words *words;
    tn_buf error;
};

#endif

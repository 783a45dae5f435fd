/* origin: a table or file whose rows become records or facts.
 *
 * An origin knows its columns, what each value is made from (a bare column, or a
 * condition's expression over the columns), how that is read (decode.h), and which rows
 * are meant at all (`where`). A reader goes through its rows.
 *
 * Owns: an origin views the session's arena and borrows its store; a reader owns its
 * scan until tn_reader_close. Fails: STORE and the like, with a sentence; NOMEM.
 * Threads: one at a time. */
#ifndef TN_EVAL_ORIGIN_H
#define TN_EVAL_ORIGIN_H

#include "interp/base/diag.h"
#include "interp/cel/eval.h"
#include "interp/image/image.h"
#include "interp/record/decode.h"
#include "interp/store/store.h"

/* What one value of a record or fact is made from. */
typedef struct tn_origin_map {
    tn_map_target target;
    uint32_t index;  /* as tn_map_target says */
    uint32_t column; /* of the origin's; TN_NONE: `expr` */
    uint32_t expr;   /* of the image's code, over the columns as slots */
    tn_decoding how;
    tn_str shape;   /* of a list or map: cel/shape.h */
    bool is_needed; /* else it is not read */
    uint32_t place; /* of the image; TN_NONE: on a command line */
} tn_origin_map;

typedef struct tn_origin {
    tn_str store_name; /* as people call it: "db", or a path */
    tn_str noun;       /* "table" */
    tn_str object;
    tn_store *store; /* borrowed */
    tn_scan_column *columns;
    uint32_t column_count;
    tn_origin_map *maps;
    uint32_t map_count;
    uint32_t where; /* TN_NONE: all rows */
    uint32_t place; /* of the image: where it is bound; TN_NONE: on a command line */
} tn_origin;

/* Says which columns have to be read: those of needed maps and of `where`. */
void tn_origin_want(tn_origin *origin, const tn_cel_code *code);

/* `store db, table "audit"`, or the file's path. */
void tn_origin_put_name(tn_buf *buf, const tn_origin *origin);

typedef struct tn_reader_options {
    const tn_cel_program *program; /* of `code` */
    const tn_cel_code *code;
    bool wants_undeclared;
    tn_str only_key;           /* as in tn_scan_request */
    const tn_push_table *push; /* the same */
    const tn_store_part *part; /* the same */
    bool wants_hidden;         /* the same */
    const tn_allocator *memory;
} tn_reader_options;

typedef struct tn_origin_reader {
    const tn_origin *origin;
    tn_scan_request request;
    tn_scan *scan;
    tn_arena arena; /* arrays */
    tn_arena scratch;
    tn_cel_machine *machine; /* NULL: no map or `where` has an expression */
    tn_value *slots;         /* the columns as conditions see them */
    uint32_t *slot_columns;  /* those that conditions read */
    uint32_t slot_column_count;
    tn_store_rows rows;
    uint32_t at;
} tn_origin_reader;

TN_MUST_USE tn_status tn_origin_open(tn_origin_reader *reader, const tn_origin *origin,
                                     const tn_reader_options *options, tn_buf *why);
void tn_origin_close(tn_origin_reader *reader);

/* The next row that is meant; NULL at the end. *in_doubt: whether it is meant can't be
 * told. A row with a problem always counts as meant. */
TN_MUST_USE tn_status tn_origin_next(tn_origin_reader *reader, const tn_store_row **row,
                                     bool *in_doubt, tn_buf *why);

/* Is it the last row at hand, so that the next may have to be waited for? */
static inline bool tn_origin_may_wait(const tn_origin_reader *reader)
{
    return reader->rows.may_wait && reader->at == reader->rows.count;
}

/* The value of a map for that row, decoded. */
TN_MUST_USE tn_status tn_origin_value(tn_origin_reader *reader, const tn_store_row *row,
                                      const tn_origin_map *map, tn_value *out);

#endif

/* json_row: a row from one JSON object.
 *
 * Text that is not one JSON object in UTF-8, or names a declared field twice, is a row
 * with a problem. Members that the request does not name are undeclared.
 *
 * Owns: what it was given memory for, until tn_json_row_free; borrows the request.
 * Fails: NOMEM. Threads: one each. */
#ifndef TN_STORE_JSON_ROW_H
#define TN_STORE_JSON_ROW_H

#include "interp/store/json_index.h"
#include "interp/store/json_read.h"
#include "interp/store/names.h"

typedef struct tn_json_row {
    const tn_allocator *memory;
    const tn_scan_request *request;
    tn_json_index *index;
    tn_names names;
    uint64_t object;   /* how many were read; from 1 */
    uint64_t *seen_at; /* for each number the last object that had it */
    uint32_t seen_capacity;
    tn_arena arena;   /* of one row */
    tn_value *values; /* one for each column */
    uint32_t *undeclared;
    uint32_t undeclared_capacity;
    tn_store_row row; /* what was read last; its number is the caller's */
} tn_json_row;

/* To be freed even when it fails. */
TN_MUST_USE tn_status tn_json_row_init(tn_json_row *r, const tn_scan_request *request,
                                       const tn_allocator *memory);
void tn_json_row_free(tn_json_row *r);

/* Forgets what the last row lies in. */
void tn_json_row_reset(tn_json_row *r);

/* Reads the object whose tokens come next in `reader`, up to its limit. */
TN_MUST_USE tn_status tn_json_row_read(tn_json_row *r, tn_json_reader *reader);

/* Reads one object from `len` bytes that are not indexed yet; TN_JSON_PADDING bytes
 * after them must be readable. Texts of the row view `text`. */
TN_MUST_USE tn_status tn_json_row_read_text(tn_json_row *r, const char *text,
                                            size_t len);

/* Makes the row one that is no record; `problem` as tn_store_row has it. */
void tn_json_row_set_problem(tn_json_row *r, const char *problem);

/* Room for so many undeclared members and one more; false: there is no memory. */
TN_MUST_USE bool tn_json_row_reserve(tn_json_row *r, uint32_t count);

/* Of an undeclared member, by its number. */
tn_str tn_json_row_undeclared_name(const tn_json_row *r, uint32_t number);

/* What a fault of the index says of a row, where it is the row's. */
const char *tn_json_fault_text(tn_json_fault fault);

#endif

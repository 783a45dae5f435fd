/* array: one column of many records, in memory that somebody else laid out.
 *
 * The layouts are those of the Arrow columnar format (its specification, "Physical
 * memory layout"), so that batches of other programs are read where they lie:
 *
 *   NULLS                 nothing: every value is null
 *   BOOL                  a bit a value, the least significant first
 *   INT, UINT             `width` bytes a value, 1 to 8, little-endian
 *   REAL                  4 or 8 bytes a value, IEEE 754
 *   TEXT, BYTES           offsets of 4 or 8 bytes, one more than values, into `data`;
 *                         width 16: views, which hold up to 12 bytes themselves or
 *                         refer to one of several buffers of known size
 *   FIXED_BYTES           `width` bytes a value
 *   TIMESTAMP             4 or 8 bytes, counts of `tick`
 *   DURATION              8 bytes, the same
 *   DATE                  width 4: days since 1970-01-01; width 8: milliseconds since
 *                         then, whole days or unreadable
 *   DICTIONARY            indices of `width` bytes into another array; `is_signed`
 *
 * `validity` has a bit a value, 0 for null; NULL: none is. `offset` values at the start
 * of all buffers are not part of the array. Numbers may lie at any address.
 *
 * A timestamp without a zone (`is_civil`) is what a clock shows: an instant only where
 * `zone` says which clock, else unreadable.
 *
 * Owns: nothing. Fails: by false, from tn_array_check alone; what passed can be read.
 * Threads: read freely. */
#ifndef TN_RECORD_ARRAY_H
#define TN_RECORD_ARRAY_H

#include "interp/calendar/wall.h"
#include "interp/record/value.h"

typedef enum tn_array_kind {
    TN_ARRAY_NULLS,
    TN_ARRAY_BOOL,
    TN_ARRAY_INT,
    TN_ARRAY_UINT,
    TN_ARRAY_REAL,
    TN_ARRAY_TEXT,
    TN_ARRAY_BYTES,
    TN_ARRAY_FIXED_BYTES,
    TN_ARRAY_TIMESTAMP,
    TN_ARRAY_DURATION,
    TN_ARRAY_DATE,
    TN_ARRAY_DICTIONARY
} tn_array_kind;

/* The width that stands for views. */
enum { TN_ARRAY_VIEWS = 16 };

typedef struct tn_array tn_array;

struct tn_array {
    tn_array_kind kind;
    uint32_t width;      /* bytes of a value, of an offset, or TN_ARRAY_VIEWS */
    bool is_signed;      /* DICTIONARY: its indices */
    bool is_civil;       /* TIMESTAMP: without a zone */
    tn_tick tick;        /* TIMESTAMP, DURATION */
    const tn_zone *zone; /* of a civil TIMESTAMP; NULL: unknown */
    int64_t length;
    int64_t offset;
    const uint8_t *validity;
    const void *values;         /* values, offsets or views */
    const void *data;           /* TEXT, BYTES with offsets */
    const void *const *buffers; /* of views */
    const int64_t *buffer_bytes;
    int64_t buffer_count;
    const tn_array *dictionary; /* never itself a DICTIONARY */
};

/* Proves that every value can be read: each offset, index and view that is not null
 * lies where it may. On failure *why completes "the column …" (static). */
TN_MUST_USE bool tn_array_check(const tn_array *array, const char **why);

bool tn_array_is_null(const tn_array *array, int64_t row);

/* The raw value in `row` of an array that passed, for tn_decode: NULL, BOOL, INT, UINT,
 * DOUBLE, STRING (of any bytes), BYTES, TIMESTAMP, DURATION or DATE; UNREADABLE where
 * it is none of the range. What it refers to lies in the array. */
void tn_array_get(const tn_array *array, int64_t row, tn_value *out);

/* The index in `row` of a DICTIONARY that passed, where it is not null. */
int64_t tn_array_index(const tn_array *array, int64_t row);

#endif

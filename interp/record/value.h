/* value: one typed value, as records, facts and conditions have it.
 *
 * Owns: nothing; texts, lists and maps are views. Threads: read freely. */
#ifndef TN_RECORD_VALUE_H
#define TN_RECORD_VALUE_H

#include "interp/base/str.h"

typedef enum tn_kind {
    TN_KIND_NULL,       /* absent, or null */
    TN_KIND_UNREADABLE, /* there, but not of its declared type; using it is an error */
    TN_KIND_BOOL,
    TN_KIND_INT,
    TN_KIND_UINT,
    TN_KIND_DOUBLE,
    TN_KIND_STRING, /* valid UTF-8 */
    TN_KIND_BYTES,
    TN_KIND_TIMESTAMP, /* within the range of tn_instant */
    TN_KIND_DATE,      /* a civil day; conditions see it as its midnight in UTC */
    TN_KIND_DURATION,  /* nanoseconds */
    TN_KIND_LIST,
    TN_KIND_MAP,
    TN_KIND_TYPE,     /* a type as a value of CEL */
    TN_KIND_OPTIONAL, /* CEL's optional values */
    TN_KIND_COUNT
} tn_kind;

typedef struct tn_value tn_value;

typedef struct tn_list_value {
    const tn_value *items;
    uint32_t count;
} tn_list_value;

typedef struct tn_map_value tn_map_value; /* interp/cel/map_value.h */
typedef struct tn_type tn_type;           /* interp/cel/type.h */

struct tn_value {
    tn_kind kind;
    union {
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double real;
        tn_str text; /* STRING, BYTES */
        tn_instant instant;
        int32_t day; /* DATE: days since 1970-01-01 */
        int64_t duration_nanos;
        const tn_list_value *list;
        const tn_map_value *map;
        const tn_type *type;
        const tn_value *optional; /* NULL: none */
        struct {
            const char *detail; /* NULL: none */
            uint64_t packed;    /* interp/cel/call.c */
        } error;                /* UNREADABLE, where a condition made it */
    } as;
};

#endif

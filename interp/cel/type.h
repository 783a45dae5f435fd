/* type: the types of conditions, as the checker knows them.
 *
 * Gradual: what is not known before a record is there is `dyn` and goes with
 * everything. Every field may be null, so no type says so.
 *
 * Owns: nothing; types are static or lie in the caller's arena. Fails: NULL when the
 * arena is out of memory. Threads: free. */
#ifndef TN_CEL_TYPE_H
#define TN_CEL_TYPE_H

#include "interp/base/buf.h"
#include "interp/record/value.h"

typedef enum tn_type_kind {
    TN_TYPE_DYN,
    TN_TYPE_NULL,
    TN_TYPE_BOOL,
    TN_TYPE_INT,
    TN_TYPE_UINT,
    TN_TYPE_DOUBLE,
    TN_TYPE_STRING,
    TN_TYPE_BYTES,
    TN_TYPE_TIMESTAMP, /* also what conditions see of a `date` and an `event` */
    TN_TYPE_DURATION,
    TN_TYPE_LIST,     /* params[0]: of what */
    TN_TYPE_MAP,      /* params[0]: keys, params[1]: values */
    TN_TYPE_TYPE,     /* a type as a value */
    TN_TYPE_OPTIONAL, /* params[0]: of what */
    TN_TYPE_PARAM,    /* a variable in an overload: A, B; `number` tells which */
    TN_TYPE_COUNT
} tn_type_kind;

struct tn_type {
    tn_type_kind kind;
    uint32_t number; /* PARAM */
    const tn_type *params[2];
};

/* The one static type of a kind; list, map and optional of dyn; PARAM is A. */
const tn_type *tn_type_of(tn_type_kind kind);

const tn_type *tn_type_list(tn_arena *arena, const tn_type *item);
const tn_type *tn_type_map(tn_arena *arena, const tn_type *key, const tn_type *value);
const tn_type *tn_type_optional(tn_arena *arena, const tn_type *item);

/* By the name in a policy or a type value: "int", "google.protobuf.Timestamp", "date",
 * "event" (both timestamps), "list" (of dyn), "dyn"; NULL where there is none. */
const tn_type *tn_type_find(tn_str name);

/* As CEL names the type of a value: "int", "list", "google.protobuf.Timestamp",
 * "null_type". */
tn_str tn_type_name_of(tn_type_kind kind);

/* The type that type(v) gives for a value of this kind. UNREADABLE has none: DYN. */
tn_type_kind tn_type_of_value(tn_kind kind);
/* The kind of a type's values; TN_KIND_COUNT where it is not one (dyn, params). */
tn_kind tn_type_value_kind(const tn_type *type);

bool tn_type_equal(const tn_type *a, const tn_type *b);

/* "list(string)", "map(string, dyn)", "optional(int)". */
void tn_type_put(tn_buf *buf, const tn_type *type);

/* May a value of type `got` stand where `want` is asked for? dyn goes with all, null
 * with all, as every field may be null. */
bool tn_type_accepts(const tn_type *want, const tn_type *got);

/* The least type both go with: equal ones stay, null gives way, else dyn within. */
const tn_type *tn_type_join(tn_arena *arena, const tn_type *a, const tn_type *b);

#endif

/* model_deployment: the part of a model that says where data is. Types only.
 *
 * Stores, the tables, indices, topics and files in them, what their columns mean, and
 * which copies of which category they hold. References are indexes into the model's
 * arrays (TN_NONE: none).
 *
 * Owns: all in the arena of the check; views the sources' text. Threads: read freely.
 */
#ifndef TN_CHECK_MODEL_DEPLOYMENT_H
#define TN_CHECK_MODEL_DEPLOYMENT_H

#include "interp/base/diag.h"
#include "interp/calendar/period.h"
#include "interp/image/terms.h"

/* A run of rows in one of the model's arrays. */
typedef struct tn_range {
    uint32_t first;
    uint32_t count;
} tn_range;

typedef struct tn_store_decl {
    tn_str name;
    tn_str kind;     /* sqlite, jsonl, csv, ... */
    tn_str location; /* data NULL: in the environment variable `env` */
    tn_str env;
    tn_str write_env; /* of what erases, where it is another one; data NULL */
    tn_span at;
} tn_store_decl;

/* What is written to one store comes to another: a replay brings it back there. */
typedef struct tn_feed {
    uint32_t from; /* of stores */
    uint32_t to;
    tn_span at;
} tn_feed;

/* A value of a record or fact, made from columns of a source. */
typedef struct tn_column_map {
    tn_map_target target;
    uint32_t index;
    uint32_t
        column; /* a bare column, from 0 among the source's columns; TN_NONE: `value` */
    uint32_t value; /* expr of the code over the source's columns */
    tn_encoding encoding;
    uint32_t zone; /* of zones, LOCAL */
    bool has_absent;
    bool absent_is_int;
    int64_t absent_int; /* the sentinel: a value equal to it is null */
    tn_str absent_text;
    tn_span at;
} tn_column_map;

/* A table, index, topic or file, its columns that are read, and what they mean. */
typedef struct tn_data_source {
    uint32_t store; /* of stores */
    tn_str noun;    /* table, index, topic */
    tn_str object;
    tn_range columns; /* of tn_model.columns (names) */
    tn_range maps;    /* of column_maps */
    uint32_t where;   /* expr of the code over the columns; TN_NONE: all rows */
    tn_span at;
} tn_data_source;

typedef struct tn_fact_source {
    uint32_t entity;
    uint32_t source; /* of data_sources */
    tn_span at;
} tn_fact_source;

typedef struct tn_binding {
    uint32_t category;
    uint32_t placement; /* of placements */
    uint32_t roles;     /* TN_ROLE_ bits bound here */
    uint32_t source;    /* of data_sources; TN_NONE: unmanaged */
    tn_str unmanaged;   /* what the copy is */
    tn_period expires;
    tn_span at;
} tn_binding;

/* Several deployments can be checked together, but the rows of none are then kept: one
 * run is in one place. */
typedef struct tn_deployment {
    bool present; /* exactly one was given */
    uint32_t given_count;
    tn_str name;
    tn_range stores; /* all of them */
    tn_span at;
} tn_deployment;

#endif

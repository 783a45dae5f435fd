/* mapping: a table, index, topic or file of a deployment: which of its columns are
 * read, and what is made of them.
 *
 * A bare name is a column. Expressions see columns as dyn: what a store holds is known
 * only there.
 *
 * Owns: the map of columns, until tn_source_end. Fails: NOMEM; what is wrong is
 * reported. Threads: one check, one thread. */
#ifndef TN_CHECK_MAPPING_H
#define TN_CHECK_MAPPING_H

#include "interp/check/checker.h"

/* A data source on the way: its columns and maps are the newest of the model. */
typedef struct tn_source_draft {
    tn_checker *ck;
    tn_data_source row;
    tn_map columns; /* name: number in the source */
    bool broken;    /* an error in it has been reported */
} tn_source_draft;

void tn_source_start(tn_source_draft *draft, tn_checker *ck, tn_span at);
/* Adds the source to the model. */
TN_MUST_USE tn_status tn_source_end(tn_source_draft *draft, tn_status status,
                                    uint32_t *number);

/* What a mapping sets, and of which type that is. */
typedef struct tn_goal {
    tn_map_target target;
    uint32_t index;
    tn_field_type type; /* TN_FIELD_TYPE_COUNT: a key, of any type */
    const tn_type *cel_type;
} tn_goal;

/* NAME = EXPR as ENCODING absent VALUE, for a goal found by NAME. */
TN_MUST_USE tn_status tn_source_map(tn_source_draft *draft, const tn_mapping *mapping,
                                    const tn_goal *goal);

/* A goal that is a column of a name. */
TN_MUST_USE tn_status tn_source_map_column(tn_source_draft *draft, tn_str column,
                                           tn_span at, const tn_goal *goal);

/* where (EXPR) */
TN_MUST_USE tn_status tn_source_where(tn_source_draft *draft, const tn_expr *where);

#endif

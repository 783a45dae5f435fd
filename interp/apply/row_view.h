/* row_view: how one category sees the rows that a store hands over; for row_judge.c and
 * row_verdict.c alone.
 *
 * Owns: see row_judge.h. */
#ifndef TN_APPLY_ROW_VIEW_H
#define TN_APPLY_ROW_VIEW_H

#include "interp/apply/row_judge.h"
#include "interp/decide/batch.h"
#include "interp/eval/plain.h"

/* --- a store that gives the row it is handed, once */

typedef struct push_store push_store;

typedef struct push_scan {
    tn_scan base;
    push_store *store;
} push_scan;

struct push_store {
    tn_store base;
    push_scan scan;          /* the only one */
    const tn_store_row *row; /* NULL: none waits */
};

typedef struct view_map {
    const tn_origin_map *map;
    tn_plainness plain;
    tn_value *first; /* where its value goes */
    tn_value *second;
} view_map;

/* What decides for one instant: record by record, until there were so many that it is
 * worth looking at all facts beforehand; then by what a batch knows. */
typedef struct view_decider {
    tn_decider *own;
    tn_batch *batch;     /* NULL: there was no need yet */
    tn_decider *decider; /* `own`, or the batch's */
    uint64_t count;      /* of records, without the batch */
} view_decider;

/* One category's view of the object's rows. */
typedef struct row_view {
    const tn_bound *bound;
    uint32_t *columns; /* for each of its own columns: the row's */
    tn_value *values;
    bool is_as_given; /* its columns are the row's first ones */
    bool is_plain;    /* every row is meant, and no value is computed */
    view_map *maps;   /* the needed ones */
    uint32_t map_count;
    const tn_store_row *row; /* the given one, or `room` */
    tn_store_row room;
    push_store store;
    tn_origin origin;
    tn_origin_reader reader;
    view_decider first;  /* the plan's instant */
    view_decider second; /* the moment of deleting */
    tn_verdict first_verdict;
    tn_verdict second_verdict;
} row_view;

struct tn_row_judge {
    tn_eval *eval;
    tn_arena arena;
    tn_scan_column *columns; /* of all views, each once */
    uint32_t column_count;
    bool wants_undeclared;
    tn_run *moment;  /* the run at the moment of deleting; NULL before */
    uint64_t worth;  /* so many records are worth a look at all facts beforehand */
    row_view *views; /* the place's own first, then the others' of the object */
    uint32_t view_count;
};

/* --- row_judge.c */

/* Where a view's values go: again, once a decider is another. */
void tn_row_view_aim(row_view *view);

#endif

/* mysql_count: ranges of keys counted by the server: one statement a range, grouped by
 * what it answers to all that is asked of a row. Which case a group is of is worked out
 * here; rows of a residue are then read.
 *
 *     tn_mysql_count_next   the next range is counted
 *     if has_residue        rows of the range that tn_mysql_count_put_filter chooses
 *     ... until is_at_end
 *
 * Where most of a range is a residue it is not counted, and nothing after it: reading
 * is cheaper then (is_useless; lower is where it starts).
 *
 * Owns: its arenas, until free. Fails: as mysql_db.h says. Threads: one at a time. */
#ifndef TN_STORE_MYSQL_COUNT_H
#define TN_STORE_MYSQL_COUNT_H

#include "interp/store/mysql_render.h"
#include "interp/store/mysql_store.h"

enum { TN_MYSQL_COUNT_ROWS = 500000, TN_MYSQL_RESIDUES_MAX = 64 };

typedef struct tn_mysql_counting {
    tn_mysql_db *db;
    const tn_mysql_table *table;
    const tn_mysql_row *row;
    const tn_push_table *push;
    tn_mysql_leaves leaves;
    tn_arena arena;       /* of the whole */
    tn_arena range_arena; /* of a range */
    bool is_started;
    bool has_lower; /* of the range that was counted last */
    bool has_upper;
    tn_value lower[TN_MYSQL_KEY_MAX];                 /* after it */
    tn_value upper[TN_MYSQL_KEY_MAX];                 /* up to it */
    tn_value next[TN_MYSQL_KEY_MAX];                  /* the next range is after it */
    tn_mysql_answers residues[TN_MYSQL_RESIDUES_MAX]; /* answers of rows to be read */
    uint32_t residue_count;
    bool is_useless;
    tn_scan_counts counts;
    uint64_t *undeclared;
    uint64_t *steps; /* NULL: none were asked for */
} tn_mysql_counting;

TN_MUST_USE tn_status tn_mysql_count_init(tn_mysql_counting *counting, tn_mysql_db *db,
                                          const tn_mysql_row *row,
                                          const tn_push_table *push);
void tn_mysql_count_free(tn_mysql_counting *counting);

static inline bool tn_mysql_count_is_at_end(const tn_mysql_counting *counting)
{
    return counting->is_useless || (counting->is_started && !counting->has_upper);
}
TN_MUST_USE tn_status tn_mysql_count_next(tn_mysql_counting *counting, tn_buf *why);

/* The condition that a row of the range is to be read; its values are remembered. */
void tn_mysql_count_put_filter(const tn_mysql_counting *counting, tn_mysql_sql *sql);

#endif

/* mysql_count: a range of keys counted by the server, case by case, in one statement;
 * what is a residue comes back as keys.
 *
 *     tn_mysql_count_next   the next range; residues are then in `keys`
 *     ... until is_at_end
 *
 * A range in which more than half is a residue is the last that is counted: reading is
 * cheaper then (is_useless).
 *
 * Owns: its arenas, until free. Fails: as mysql_db.h says. Threads: one at a time. */
#ifndef TN_STORE_MYSQL_COUNT_H
#define TN_STORE_MYSQL_COUNT_H

#include "interp/store/mysql_render.h"
#include "interp/store/mysql_store.h"

enum { TN_MYSQL_COUNT_ROWS = 200000 };

typedef struct tn_mysql_counting {
    tn_mysql_db *db;
    const tn_mysql_table *table;
    const tn_mysql_row *row;
    const tn_push_table *push;
    tn_arena arena;       /* of the whole */
    tn_arena range_arena; /* of a range: keys */
    tn_arena next_arena;
    bool has_lower;
    tn_value lower[TN_MYSQL_KEY_MAX]; /* after it */
    tn_value *keys;                   /* of residues: key_count values each */
    uint32_t residue_count;
    bool is_at_end;
    bool is_useless;
    tn_scan_counts counts;
    uint64_t *undeclared;
} tn_mysql_counting;

TN_MUST_USE tn_status tn_mysql_count_init(tn_mysql_counting *counting, tn_mysql_db *db,
                                          const tn_mysql_row *row,
                                          const tn_push_table *push);
void tn_mysql_count_free(tn_mysql_counting *counting);
TN_MUST_USE tn_status tn_mysql_count_next(tn_mysql_counting *counting, tn_buf *why);

#endif

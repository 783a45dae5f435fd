/* mysql_erase: deleting and redacting in a MySQL database; the parts of it, for each
 * other.
 *
 *   mysql_examine   what a table is, and what hinders
 *   mysql_mark      the two tables that tenure keeps in the database
 *   mysql_marker    the marker of a chunk
 *   mysql_erase     a chunk: one transaction
 *   mysql_sweep     what is known beforehand to go, by one statement
 *   mysql_delete    what goes, by ranges of keys; what is redacted, row by row
 *
 * A chunk is REPEATABLE READ: facts are read with a shared lock, then the rows of a
 * range of keys FOR UPDATE, gaps and all, so that nobody can add to the range or change
 * a row of it before it is deleted; decided here; deleted by their keys. Where a rule
 * says what goes, the deleting statement itself decides, and only what the rule leaves
 * open is read. The database gets two InnoDB tables:
 *
 *   tenure_store  id, ledger, watermark: one row
 *   tenure_chunk  run, place, chunk: what was done; last_key: the key that it ended
 *                 with, for the next one to go on from
 *
 * Owns, fails, threads: as erase.h says. */
#ifndef TN_STORE_MYSQL_ERASE_H
#define TN_STORE_MYSQL_ERASE_H

#include "interp/store/mysql_sql.h"
#include "interp/store/mysql_store.h"

TN_MUST_USE tn_status tn_mysql_examine(tn_store *store, const tn_erase_target *target,
                                       tn_arena *arena, tn_erase_exam *out,
                                       tn_buf *why);
/* The same, and the table as it was found. */
typedef struct tn_mysql_exam {
    tn_arena *arena;
    tn_buf *why;
    tn_erase_exam exam;
    tn_mysql_table table;
} tn_mysql_exam;
TN_MUST_USE tn_status tn_mysql_examine_table(tn_mysql_store *store,
                                             const tn_erase_target *target,
                                             tn_mysql_exam *out);
TN_MUST_USE tn_status tn_mysql_mark(tn_store *store, tn_store_mark *out, tn_buf *why);
TN_MUST_USE tn_status tn_mysql_prepare_marks(tn_store *store,
                                             const tn_erase_permit *permit,
                                             tn_str ledger, tn_buf *why);
TN_MUST_USE tn_status tn_mysql_markers(tn_store *store, tn_erase_marker_fn *visit,
                                       void *user, tn_buf *why);
TN_MUST_USE tn_status tn_mysql_settle(tn_store *store, const tn_erase_permit *permit,
                                      tn_str run, bool *is_purged, tn_buf *why);
TN_MUST_USE tn_status tn_mysql_erase_chunk(tn_store *store,
                                           const tn_erase_permit *permit,
                                           const tn_erase_target *target,
                                           const tn_erase_chunk *chunk,
                                           tn_erase_result *out);

/* --- the marker of a chunk, within its transaction (mysql_marker) */

/* Starts the transaction, in which nobody can alter `object`; writes the marker,
 * forgets the leaves of the one before, counts the watermark up. */
TN_MUST_USE tn_status tn_mysql_marker_begin(tn_mysql_db *db,
                                            const tn_erase_chunk *chunk, tn_str object);

/* Where the chunk before ended; texts are in the arena. */
typedef struct tn_mysql_begun {
    uint64_t watermark;
    bool has_key;
    tn_value *key; /* the caller's: TN_MYSQL_KEY_MAX */
} tn_mysql_begun;
TN_MUST_USE tn_status tn_mysql_marker_state(tn_mysql_db *db,
                                            const tn_erase_chunk *chunk,
                                            tn_arena *arena, tn_mysql_begun *out);

/* What the marker keeps. */
typedef struct tn_mysql_seal {
    const tn_erase_seal *seal;
    const tn_erase_result *result;
    const tn_value *key; /* the last one; NULL: it is the end */
    uint32_t key_count;
    bool redacts;
} tn_mysql_seal;
TN_MUST_USE tn_status tn_mysql_marker_end(tn_mysql_db *db, const tn_erase_chunk *chunk,
                                          const tn_mysql_seal *seal);
/* Is the chunk done? Waits for whoever may still be doing it. */
TN_MUST_USE tn_status tn_mysql_marker_is_there(tn_mysql_db *db,
                                               const tn_erase_chunk *chunk, bool *out);

/* --- what is known to go (mysql_sweep): rows after `lower`, up to `upper` */

typedef struct tn_mysql_sweep {
    tn_mysql_db *db;
    const tn_erase_chunk *chunk;
    const tn_mysql_table *table;
    const tn_scan_column *columns; /* of the target */
    tn_arena *arena;
    tn_erase_rule rule;
    const tn_value *lower; /* NULL: from the first */
    const tn_value *upper; /* NULL: to the last */
} tn_mysql_sweep;

/* Can the server tell by the rule? */
bool tn_mysql_can_sweep(const tn_erase_rule *rule);
/* The key that ends the chunk, in the arena: it becomes `upper`, which stays NULL where
 * fewer rows are left. *count: so many rows are in the range, about. */
TN_MUST_USE tn_status tn_mysql_sweep_end(tn_mysql_sweep *sweep, uint64_t *count);
/* Deletes what goes, and has it taken; *count. */
TN_MUST_USE tn_status tn_mysql_sweep_rows(const tn_mysql_sweep *sweep, uint64_t *count);
/* " WHERE " of the rows that the rule leaves open; what it has put is bound by `bind`
 * after the values of `sql`. */
void tn_mysql_sweep_put_rest(const tn_mysql_sweep *sweep, tn_mysql_sql *sql);
void tn_mysql_sweep_bind(const tn_mysql_sweep *sweep, const tn_mysql_sql *sql,
                         tn_mysql_statement *statement);

/* --- what goes (mysql_delete) */

/* Rows of a chunk in the order of their keys. */
typedef struct tn_mysql_range {
    const tn_value *first; /* key_count values each */
    const tn_value *last;
    uint32_t row_count;
} tn_mysql_range;

typedef struct tn_mysql_doomed {
    tn_arena *arena;
    const tn_mysql_table *table;
    tn_mysql_range *ranges;
    uint32_t range_count;
    uint32_t range_capacity;
    uint64_t last_number; /* of the row that was added last */
} tn_mysql_doomed;

/* Adds row number `number`, which follows all before. */
TN_MUST_USE tn_status tn_mysql_doom(tn_mysql_doomed *doomed, uint64_t number,
                                    const tn_value *key);
/* Deletes them; counts what went. */
TN_MUST_USE tn_status tn_mysql_delete(tn_mysql_db *db, const tn_mysql_doomed *doomed,
                                      uint64_t *count, tn_buf *why);

/* Redacts a row. */
typedef struct tn_mysql_redaction {
    const tn_mysql_table *table;
    const tn_erase_target *target;
    const tn_value *key;
    const tn_erase_change *changes;
    uint32_t change_count;
} tn_mysql_redaction;
TN_MUST_USE tn_status tn_mysql_redact(tn_mysql_db *db, const tn_mysql_redaction *row,
                                      uint64_t *count, tn_buf *why);

/* --- what refers to a table (mysql_examine) */

/* One foreign key: a column of it a row. */
typedef struct tn_mysql_reference {
    tn_str schema;
    tn_str table;
    tn_str constraint;
    tn_str from;
    tn_str to;
    tn_str rule; /* of DELETE */
} tn_mysql_reference;
/* What refers to one table; in the store's arena. */
typedef struct tn_mysql_referred tn_mysql_referred;
struct tn_mysql_referred {
    tn_mysql_referred *next;
    tn_str table;
    const tn_mysql_reference *list;
    uint32_t count;
    bool sees_triggers; /* the user has the privilege to see what there is */
    bool sees_references;
};
TN_MUST_USE tn_status tn_mysql_references(tn_mysql_store *store, tn_str table,
                                          const tn_mysql_referred **out, tn_buf *why);

#endif

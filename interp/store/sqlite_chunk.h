/* sqlite_chunk: a chunk on its way, for the files that carry it out.
 *
 *   sqlite_row        a row of the deleting statement: read, decided, taken
 *   sqlite_statement  the statement, and the range that it is bound to
 *   sqlite_range      which rows these are, and what of them is left
 *   sqlite_seal       the marker
 *   sqlite_chunk      the transaction around it all
 *
 * The statement that deletes calls tenure_due() for each row of a range of keys, with
 * the row's key and the columns that decide, so that what is decided is what is
 * deleted. Where other tables refer to the rows, a row that is due goes only if no row
 * refers to it: CASE makes sure that this is asked second.
 *
 * Owns: what it copies lies in the chunk's arena. Fails: as erase.h says. Threads: as
 * the store. */
#ifndef TN_STORE_SQLITE_CHUNK_H
#define TN_STORE_SQLITE_CHUNK_H

#include "interp/store/sqlite_erase.h"

/* A row that is to be redacted once the range has been looked at. */
typedef struct tn_sqlite_pending {
    tn_value walk[TN_SQLITE_KEY_MAX];
    tn_erase_change *changes;
    uint32_t change_count;
} tn_sqlite_pending;

typedef struct tn_sqlite_eraser {
    const tn_sqlite_db *db;
    const tn_erase_target *target;
    const tn_erase_chunk *chunk;
    tn_erase_result *out;
    tn_arena arena; /* of the chunk */
    tn_sqlite_table table;
    tn_erase_exam exam;
    const uint32_t *key; /* columns of the record's own key; rowid: none */
    uint32_t key_count;  /* at least 1 */
    uint32_t walk_count;
    const uint32_t *wanted; /* columns of the target */
    uint32_t wanted_count;
    const uint32_t *rest; /* undeclared columns of the table */
    uint32_t rest_count;
    bool has_rows; /* of a table with a rowid: any, from the lower bound on */
    int64_t first; /* then: the first one's */
    bool has_lower;
    bool has_upper;
    tn_value lower[TN_SQLITE_KEY_MAX]; /* after it */
    tn_value upper[TN_SQLITE_KEY_MAX]; /* up to it */
    tn_store_row row;
    tn_value *key_parts;
    tn_list_value key_list;
    tn_value record_key;
    tn_value *values;
    uint32_t *undeclared;
    tn_sqlite_pending *pendings;
    uint32_t pending_count;
    uint32_t pending_capacity;
    uint64_t taken_count;
    tn_status status; /* of a callback */
} tn_sqlite_eraser;

/* --- sqlite_row.c */

/* A copy of a value in the chunk's arena; false when there is no memory. */
TN_MUST_USE bool tn_sqlite_keep(tn_sqlite_eraser *e, sqlite3_value *from,
                                tn_value *out);
/* A code of SQLite's. */
int tn_sqlite_bind(sqlite3_stmt *statement, int number, const tn_value *value);

/* The functions tenure_due(key..., columns..., walk...) and tenure_take(free, key...)
 * of the deleting statement, whose user is the eraser. */
void tn_sqlite_due(sqlite3_context *context, int count, sqlite3_value **arguments);
void tn_sqlite_take(sqlite3_context *context, int count, sqlite3_value **arguments);

/* --- sqlite_statement.c */

/* The columns that the table is walked by. */
void tn_sqlite_put_walks(const tn_sqlite_eraser *e, tn_buf *sql);
/* After the lower bound, up to the upper one, where there are any; each alone. */
void tn_sqlite_put_range(const tn_sqlite_eraser *e, tn_buf *sql);
void tn_sqlite_put_lower(const tn_sqlite_eraser *e, tn_buf *sql);
void tn_sqlite_put_upper(const tn_sqlite_eraser *e, tn_buf *sql);
TN_MUST_USE tn_status tn_sqlite_put_deleting(const tn_sqlite_eraser *e, tn_buf *sql);
/* Prepares `sql`, binds the bounds and takes one step. */
TN_MUST_USE tn_status tn_sqlite_run_bounded(tn_sqlite_eraser *e, const tn_buf *sql,
                                            sqlite3_stmt **out, bool *row);

/* --- sqlite_range.c */

/* Finds the bounds; is_end, where no row comes after them. */
TN_MUST_USE tn_status tn_sqlite_find_range(tn_sqlite_eraser *e, bool is_dense);
/* Looks what the range has once the statement is done: the rows that were left, no more
 * and no fewer. STORE: something else. */
TN_MUST_USE tn_status tn_sqlite_recount(tn_sqlite_eraser *e);
/* Are there so many rows to rowids that the next chunk need not count them? */
void tn_sqlite_note_density(const tn_sqlite_eraser *e, tn_sqlite_known *known);

/* --- sqlite_seal.c */

/* Writes the marker, forgets the leaves of the one before, counts the watermark up. */
TN_MUST_USE tn_status tn_sqlite_seal_begin(tn_sqlite_eraser *e);
/* Where the chunk before ended; none for the first of a pass. */
TN_MUST_USE tn_status tn_sqlite_seal_lower(tn_sqlite_eraser *e);
TN_MUST_USE tn_status tn_sqlite_seal_end(tn_sqlite_eraser *e,
                                         const tn_erase_seal *seal);

#endif

/* sqlite_split: a table in parts by its rowids, each read by a connection of its own.
 *
 * What is read must be one state of the database, that of the store's connection:
 *
 *   rollback journal   that connection holds its shared lock from the first row read
 *                      to its end, so nobody can commit in between, and every other
 *                      connection sees the same;
 *   WAL, at rest       nobody writes, and if someone does, the end of each part says so
 *                      (tn_sqlite_db_is_same);
 *   WAL, in use        another connection may see a later state: it is not cut.
 *
 * Nor is a table cut that would be read by an index, since its order is another; or a
 * view, or a table without rowids.
 *
 * Owns: parts lie in the cut's arena; a connection is the caller's. Fails: STORE,
 * NOMEM, with a sentence. Threads: splitting with the store's, a part's connection with
 * its. */
#ifndef TN_STORE_SQLITE_SPLIT_H
#define TN_STORE_SQLITE_SPLIT_H

#include "interp/store/sqlite_db.h"
#include "interp/store/store.h"

typedef struct tn_sqlite_whole {
    const tn_sqlite_db *db;
    const tn_sqlite_table *table;
    sqlite3_stmt *statement; /* what reads all of it */
} tn_sqlite_whole;

TN_MUST_USE tn_status tn_sqlite_split(const tn_sqlite_whole *whole,
                                      const tn_store_cut *cut, tn_store_parts *out,
                                      tn_buf *why);

/* Another connection to the database of `db`, which sees the same state of it. own:
 * tn_sqlite_db_close. Borrows the path of `db`. */
TN_MUST_USE tn_status tn_sqlite_split_open(tn_sqlite_db *out, const tn_sqlite_db *db,
                                           const tn_allocator *memory, tn_buf *why);

/* The condition on rows of a part, with parameters ?1 and ?2; and these. */
void tn_sqlite_split_put(tn_buf *sql, const tn_sqlite_table *table);
TN_MUST_USE tn_status tn_sqlite_split_bind(const tn_sqlite_db *db, sqlite3_stmt *query,
                                           const tn_store_part *part, tn_buf *why);

#endif

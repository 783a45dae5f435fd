/* sqlite_erase: deleting and redacting in an SQLite database; the parts of it, for each
 * other.
 *
 *   sqlite_examine  what a table is, and what hinders
 *   sqlite_marker   the two tables that tenure keeps in the database, and opening
 *   sqlite_chunk    a chunk (its own header has the parts of it)
 *   sqlite_erase    the tables of operations
 *
 * Tables with a rowid are gone through by it, those without by their primary key. The
 * database gets two tables:
 *
 *   tenure_store  id, ledger, watermark: one row
 *   tenure_chunk  run, place, chunk: what was done; k0 ... k7: the key that it ended
 *                 with, for the next one to go on from
 *
 * Owns, fails, threads: as erase.h says. */
#ifndef TN_STORE_SQLITE_ERASE_H
#define TN_STORE_SQLITE_ERASE_H

#include "interp/store/erase.h"
#include "interp/store/sqlite_db.h"

/* A key of more columns is refused. */
enum { TN_SQLITE_KEY_MAX = 8 };

extern const tn_erase_ops tn_sqlite_erase;
extern const tn_store_ops tn_sqlite_writing_ops;

/* --- sqlite.c: a store over a connection that is opened otherwise */

typedef tn_status tn_sqlite_opener(tn_sqlite_db *db, const char *path,
                                   const tn_allocator *memory, tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_store_open(const tn_store_config *config,
                                           const tn_store_ops *ops,
                                           tn_sqlite_opener *open_db, tn_store **out,
                                           tn_buf *why);
const tn_sqlite_db *tn_sqlite_store_db(const tn_store *store);

/* What a table is, for as long as the database's schema is this one. */
typedef struct tn_sqlite_known {
    tn_arena arena;
    const tn_erase_target *target; /* NULL: nothing is known */
    int64_t schema;                /* its version */
    bool is_dense; /* there are hardly more rowids than rows, by the last chunk */
    tn_sqlite_table table;
    tn_erase_exam exam;
} tn_sqlite_known;
tn_sqlite_known *tn_sqlite_store_known(tn_store *store);

/* --- helpers of the parts */

TN_MUST_USE tn_status tn_sqlite_run(const tn_sqlite_db *db, const char *sql,
                                    tn_buf *why);
/* STOPPED where it is locked. */
TN_MUST_USE tn_status tn_sqlite_fail_or_wait(const tn_sqlite_db *db, int code,
                                             tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_step(const tn_sqlite_db *db, sqlite3_stmt *statement,
                                     bool *row, tn_buf *why);
/* Another number whenever another connection committed something. */
TN_MUST_USE tn_status tn_sqlite_version(const tn_sqlite_db *db, int64_t *out,
                                        tn_buf *why);
/* Another number whenever anybody changed the schema. */
TN_MUST_USE tn_status tn_sqlite_schema(const tn_sqlite_db *db, int64_t *out,
                                       tn_buf *why);
/* Texts are borrowed until the next step. */
tn_str tn_sqlite_text(sqlite3_stmt *row, int column);

/* The columns that a table is gone through by: the rowid, else the primary key. */
uint32_t tn_sqlite_walk_count(const tn_sqlite_table *table);
void tn_sqlite_put_walk(const tn_sqlite_table *table, uint32_t number, tn_buf *sql);

/* --- the operations */

TN_MUST_USE tn_status tn_sqlite_examine(tn_store *store, const tn_erase_target *target,
                                        tn_arena *arena, tn_erase_exam *out,
                                        tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_mark(tn_store *store, tn_store_mark *out, tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_prepare_marks(tn_store *store,
                                              const tn_erase_permit *permit,
                                              tn_str ledger, tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_markers(tn_store *store, tn_erase_marker_fn *visit,
                                        void *user, tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_settle(tn_store *store, const tn_erase_permit *permit,
                                       tn_str run, bool *is_purged, tn_buf *why);
TN_MUST_USE tn_status tn_sqlite_erase_chunk(tn_store *store,
                                            const tn_erase_permit *permit,
                                            const tn_erase_target *target,
                                            const tn_erase_chunk *chunk,
                                            tn_erase_result *out);
TN_MUST_USE tn_status tn_sqlite_current(tn_store *store, int64_t *version, tn_buf *why);
tn_status tn_sqlite_writing_open(const tn_store_config *config, tn_store **out,
                                 tn_buf *why);

#endif

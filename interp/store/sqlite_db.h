/* sqlite_db: a connection that cannot write, and what its tables look like.
 *
 * Owns: the connection, until tn_sqlite_db_close. Fails: NOT_FOUND, STORE, NOMEM, with
 * a sentence. Threads: one at a time. */
#ifndef TN_STORE_SQLITE_DB_H
#define TN_STORE_SQLITE_DB_H

#include "interp/base/buf.h"

#include <sqlite3.h>
#include <sys/stat.h>

typedef struct tn_sqlite_db {
    sqlite3 *handle;
    const char *path;     /* borrowed, NUL-terminated */
    bool is_at_rest;      /* of mode WAL, and nobody had it open */
    bool is_wal_in_use;   /* of mode WAL, and somebody had */
    struct stat at_start; /* what it looked like */
} tn_sqlite_db;

TN_MUST_USE tn_status tn_sqlite_db_open(tn_sqlite_db *db, const char *path,
                                        const tn_allocator *memory, tn_buf *why);
void tn_sqlite_db_close(tn_sqlite_db *db);

/* STORE, with a sentence, when a database at rest has been changed since. */
TN_MUST_USE tn_status tn_sqlite_db_is_same(const tn_sqlite_db *db, tn_buf *why);

/* Says what result code `code` of the connection means. Never TN_OK. */
tn_status tn_sqlite_db_fail(const tn_sqlite_db *db, int code, tn_buf *why);

TN_MUST_USE tn_status tn_sqlite_db_prepare(const tn_sqlite_db *db, tn_str sql,
                                           sqlite3_stmt **out, tn_buf *why);

/* `name` as an identifier, in its quotes. */
void tn_sqlite_put_name(tn_buf *sql, tn_str name);

typedef struct tn_sqlite_table {
    tn_str name; /* as the database has it */
    bool is_view;
    const tn_str *columns;
    const tn_str *types; /* as declared; empty where none is */
    uint32_t column_count;
    const uint32_t *key; /* columns of the primary key, in its order */
    uint32_t key_count;
    const char *rowid; /* a name by which the rowid can be read; NULL: there is none */
} tn_sqlite_table;

TN_MUST_USE tn_status tn_sqlite_table_find(const tn_sqlite_db *db, tn_str name,
                                           tn_arena *arena, tn_sqlite_table *out,
                                           tn_buf *why);

/* Tables and views, by name. */
TN_MUST_USE tn_status tn_sqlite_tables(const tn_sqlite_db *db, tn_arena *arena,
                                       const tn_str **names, uint32_t *count,
                                       tn_buf *why);

#endif

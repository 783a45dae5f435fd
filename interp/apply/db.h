/* db: SQLite, with errors as a status and a sentence: for the ledger and for reviews.
 *
 * A failure is said once, where it happens, with the file's name, in the buffer that
 * the connection was opened with.
 *
 * Owns: the connection, until tn_db_close; statements, until sqlite3_finalize. Fails:
 * NOT_FOUND (no such file), IO, NOMEM, STOPPED (locked, the time to wait is over),
 * INVALID (not a database). Threads: one at a time. */
#ifndef TN_APPLY_DB_H
#define TN_APPLY_DB_H

#include "interp/base/buf.h"
#include "interp/base/digest.h"

#include <sqlite3.h>

typedef struct tn_db {
    sqlite3 *handle;
    const char *path; /* borrowed, NUL-terminated */
    const char *noun; /* "the ledger" */
    tn_buf *why;      /* borrowed */
} tn_db;

enum {
    TN_DB_MAKE = 1,  /* make the file, mode 0600, where there is none */
    TN_DB_WRITE = 2, /* else only read */
};

/* `db` has path, noun and why. */
TN_MUST_USE tn_status tn_db_open(tn_db *db, int flags);
/* A database in memory, for its JSON functions. */
TN_MUST_USE tn_status tn_db_open_memory(tn_db *db);
void tn_db_close(tn_db *db);

/* Says what result code `code` means. Never TN_OK. */
tn_status tn_db_fail(tn_db *db, int code);

TN_MUST_USE tn_status tn_db_run(tn_db *db, const char *sql);
TN_MUST_USE tn_status tn_db_prepare(tn_db *db, const char *sql, sqlite3_stmt **out);

/* One step: *row says whether there is a row. */
TN_MUST_USE tn_status tn_db_step(tn_db *db, sqlite3_stmt *statement, bool *row);

/* A step that gives no row; then resets the statement, whatever came of it. */
TN_MUST_USE tn_status tn_db_do(tn_db *db, sqlite3_stmt *statement);

/* Parameters, from 1. A text with data NULL is null. What is bound must stay until the
 * next reset. Failures (memory, size) are remembered until the step. */
void tn_db_bind_text(sqlite3_stmt *statement, int number, tn_str text);
void tn_db_bind_bytes(sqlite3_stmt *statement, int number, const void *bytes,
                      size_t size);

/* Columns, from 0; borrowed until the next step. A null is the empty text, data NULL.
 */
tn_str tn_db_text(sqlite3_stmt *statement, int column);
/* False unless it is 32 bytes. */
TN_MUST_USE bool tn_db_digest(sqlite3_stmt *statement, int column, tn_digest *out);

#endif

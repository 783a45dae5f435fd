#include "interp/apply/db.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_MS = 10000 };

tn_status tn_db_fail(tn_db *db, int code)
{
    int kind = code & 0xFF;
    const char *text =
        db->handle == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db->handle);
    if (kind == SQLITE_NOMEM)
        return TN_NOMEM;
    tn_buf_put_format(db->why, "%s, %s: ", db->noun, db->path);
    switch (kind) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        tn_buf_put_text(db->why, "another program has it locked");
        return TN_STOPPED;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        tn_buf_put_format(db->why, "the file is damaged (%s)", text);
        return TN_INVALID;
    case SQLITE_FULL: tn_buf_put_text(db->why, "the disk is full"); return TN_IO;
    default: tn_buf_put_format(db->why, "SQLite says: %s", text); return TN_IO;
    }
}

/* SQLite would make it with the mode that the umask leaves. */
static tn_status make_file(tn_db *db)
{
    int fd = open(db->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && close(fd) == 0)
        return TN_OK;
    tn_buf_put_format(db->why, "%s, %s: %s", db->noun, db->path, strerror(errno));
    return TN_IO;
}

static void restrict_schema(sqlite3 *handle)
{
    sqlite3_busy_timeout(handle, BUSY_MS);
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

tn_status tn_db_open(tn_db *db, int flags)
{
    db->handle = NULL;
    if ((flags & TN_DB_MAKE) != 0)
        TN_TRY(make_file(db));
    if (access(db->path, F_OK) != 0) {
        tn_buf_put_format(db->why, "%s, %s: %s", db->noun, db->path, strerror(errno));
        return errno == ENOENT ? TN_NOT_FOUND : TN_IO;
    }
    int code = sqlite3_open_v2(db->path, &db->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    tn_status status = code == SQLITE_OK ? TN_OK : tn_db_fail(db, code);
    if (status == TN_OK) {
        restrict_schema(db->handle);
        status = tn_db_run(db, (flags & TN_DB_WRITE) != 0 ? "PRAGMA synchronous=FULL"
                                                          : "PRAGMA query_only=1");
    }
    if (status != TN_OK)
        tn_db_close(db);
    return status;
}

tn_status tn_db_open_memory(tn_db *db)
{
    db->path = ":memory:";
    db->handle = NULL;
    int code = sqlite3_open_v2(
        db->path, &db->handle,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
    tn_status status = code == SQLITE_OK ? TN_OK : tn_db_fail(db, code);
    if (status != TN_OK)
        tn_db_close(db);
    return status;
}

void tn_db_close(tn_db *db)
{
    sqlite3_close(db->handle);
    db->handle = NULL;
}

tn_status tn_db_run(tn_db *db, const char *sql)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : tn_db_fail(db, code);
}

tn_status tn_db_prepare(tn_db *db, const char *sql, sqlite3_stmt **out)
{
    int code = sqlite3_prepare_v2(db->handle, sql, -1, out, NULL);
    return code == SQLITE_OK ? TN_OK : tn_db_fail(db, code);
}

tn_status tn_db_step(tn_db *db, sqlite3_stmt *statement, bool *row)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return *row || code == SQLITE_DONE ? TN_OK : tn_db_fail(db, code);
}

tn_status tn_db_do(tn_db *db, sqlite3_stmt *statement)
{
    bool row;
    tn_status status = tn_db_step(db, statement, &row);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return status;
}

void tn_db_bind_text(sqlite3_stmt *statement, int number, tn_str text)
{
    if (text.data == NULL)
        sqlite3_bind_null(statement, number);
    else
        sqlite3_bind_text64(statement, number, text.data, text.len, SQLITE_STATIC,
                            SQLITE_UTF8);
}

void tn_db_bind_bytes(sqlite3_stmt *statement, int number, const void *bytes,
                      size_t size)
{
    sqlite3_bind_blob64(statement, number, size == 0 ? "" : bytes, size, SQLITE_STATIC);
}

tn_str tn_db_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    if (text == NULL)
        return (tn_str){NULL, 0};
    return (tn_str){text, (size_t)sqlite3_column_bytes(statement, column)};
}

bool tn_db_digest(sqlite3_stmt *statement, int column, tn_digest *out)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    if (bytes == NULL || sqlite3_column_bytes(statement, column) != TN_DIGEST_BYTES)
        return false;
    memcpy(out->bytes, bytes, TN_DIGEST_BYTES);
    return true;
}

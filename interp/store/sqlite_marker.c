/* sqlite_marker: a connection that writes, and the tables that tenure keeps there. */
#include "interp/store/sqlite.h"
#include "interp/store/sqlite_erase.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* SQLite's own waiting; whoever calls waits longer, and can be interrupted. */
enum { BUSY_MS = 200 };

/* --- opening */

/* Deleted content is overwritten with zeros (secure_delete); every commit is on the
 * medium (synchronous); what refers to a row is looked at (foreign_keys, on once the
 * tables were examined). A statement that calls a function of ours keeps what it
 * changes in a journal of its own, by tn_sqlite_tune in one piece of memory; with
 * temp_store=MEMORY it would be in a thousand. */
static tn_status set_up(const tn_sqlite_db *db, tn_buf *why)
{
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return tn_sqlite_run(db,
                         "PRAGMA foreign_keys=OFF; PRAGMA synchronous=FULL;"
                         "PRAGMA secure_delete=ON; PRAGMA cell_size_check=1;"
                         "PRAGMA cache_size=-16000;"
                         "SELECT count(*) FROM sqlite_schema",
                         why);
}

static tn_status open_writing(tn_sqlite_db *db, const char *path,
                              const tn_allocator *memory, tn_buf *why)
{
    struct stat about;
    (void)memory;
    *db = (tn_sqlite_db){.path = path};
    if (stat(path, &about) != 0) {
        tn_buf_put_text(why, "there is no such file");
        return TN_NOT_FOUND;
    }
    int code = sqlite3_open_v2(path, &db->handle,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    tn_status status = code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(db, code, why);
    if (status == TN_OK)
        status = set_up(db, why);
    if (status != TN_OK)
        tn_sqlite_db_close(db);
    return status;
}

tn_status tn_sqlite_writing_open(const tn_store_config *config, tn_store **out,
                                 tn_buf *why)
{
    return tn_sqlite_store_open(config, &tn_sqlite_writing_ops, open_writing, out, why);
}

/* --- identity and watermark */

static tn_status has_table(const tn_sqlite_db *db, const char *name, bool *out,
                           tn_buf *why)
{
    sqlite3_stmt *query = NULL;
    TN_TRY(tn_sqlite_db_prepare(
        db, TN_STR("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1"),
        &query, why));
    sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
    tn_status status = tn_sqlite_step(db, query, out, why);
    sqlite3_finalize(query);
    return status;
}

static bool read_mark(sqlite3_stmt *row, tn_store_mark *out)
{
    return tn_store_read_mark(tn_sqlite_text(row, 0), tn_sqlite_text(row, 1),
                              sqlite3_column_int64(row, 2), out);
}

tn_status tn_sqlite_mark(tn_store *store, tn_store_mark *out, tn_buf *why)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    sqlite3_stmt *query = NULL;
    bool row = false;
    *out = (tn_store_mark){.exists = false};
    TN_TRY(has_table(db, "tenure_store", &row, why));
    if (!row)
        return TN_OK;
    TN_TRY(tn_sqlite_db_prepare(
        db, TN_STR("SELECT id, ledger, watermark FROM tenure_store"), &query, why));
    tn_status status = tn_sqlite_step(db, query, &row, why);
    if (status == TN_OK && row && !read_mark(query, out)) {
        tn_buf_put_text(why, "its table tenure_store is damaged");
        status = TN_STORE;
    }
    sqlite3_finalize(query);
    return status;
}

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS tenure_store(id TEXT NOT NULL, ledger TEXT NOT NULL,"
    " watermark INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS tenure_chunk(run TEXT NOT NULL, place TEXT NOT NULL,"
    " chunk INTEGER NOT NULL, redacts INTEGER, count INTEGER, watermark INTEGER,"
    " is_end INTEGER, root BLOB, k0, k1, k2, k3, k4, k5, k6, k7, leaves BLOB,"
    " PRIMARY KEY(run, place, chunk));"
    "INSERT INTO tenure_store SELECT lower(hex(randomblob(8))), '', 0 WHERE NOT EXISTS"
    " (SELECT 1 FROM tenure_store)";

static tn_status write_marks(const tn_sqlite_db *db, tn_str ledger, tn_buf *why)
{
    sqlite3_stmt *update = NULL;
    bool row;
    TN_TRY(tn_sqlite_run(db, tables, why));
    TN_TRY(tn_sqlite_db_prepare(
        db, TN_STR("UPDATE tenure_store SET ledger = ?1 WHERE ledger <> ?1"), &update,
        why));
    sqlite3_bind_text(update, 1, ledger.data, (int)ledger.len, SQLITE_STATIC);
    tn_status status = tn_sqlite_step(db, update, &row, why);
    sqlite3_finalize(update);
    return status;
}

tn_status tn_sqlite_prepare_marks(tn_store *store, const tn_erase_permit *permit,
                                  tn_str ledger, tn_buf *why)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    assert(permit != NULL);
    (void)permit;
    if (sqlite3_db_readonly(db->handle, "main") != 0) {
        tn_buf_put_text(why, "it cannot be written to");
        return TN_STORE;
    }
    TN_TRY(tn_sqlite_run(db, "PRAGMA foreign_keys=ON", why));
    TN_TRY(tn_sqlite_run(db, "BEGIN IMMEDIATE", why));
    tn_status status = write_marks(db, ledger, why);
    if (status == TN_OK)
        status = tn_sqlite_run(db, "COMMIT", why);
    if (status != TN_OK)
        sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* --- markers */

static tn_str column_bytes(sqlite3_stmt *row, int column)
{
    const char *bytes = sqlite3_column_blob(row, column);
    if (sqlite3_column_type(row, column) == SQLITE_NULL)
        return (tn_str){NULL, 0};
    return (tn_str){bytes == NULL ? "" : bytes,
                    (size_t)sqlite3_column_bytes(row, column)};
}

static void read_marker(sqlite3_stmt *row, tn_erase_marker *out)
{
    *out = (tn_erase_marker){.run = tn_sqlite_text(row, 0),
                             .place = tn_sqlite_text(row, 1),
                             .number = sqlite3_column_int64(row, 2),
                             .redacts = sqlite3_column_int(row, 3) != 0,
                             .count = (uint64_t)sqlite3_column_int64(row, 4),
                             .watermark = (uint64_t)sqlite3_column_int64(row, 5),
                             .is_end = sqlite3_column_int(row, 6) != 0,
                             .root = column_bytes(row, 7),
                             .leaves = column_bytes(row, 8)};
}

tn_status tn_sqlite_markers(tn_store *store, tn_erase_marker_fn *visit, void *user,
                            tn_buf *why)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_erase_marker marker;
    TN_TRY(has_table(db, "tenure_chunk", &row, why));
    if (!row)
        return TN_OK;
    TN_TRY(tn_sqlite_db_prepare(
        db,
        TN_STR("SELECT run, place, chunk, redacts, count, watermark, is_end, root,"
               " leaves FROM tenure_chunk ORDER BY watermark"),
        &query, why));
    tn_status status = TN_OK;
    while (status == TN_OK && row) {
        status = tn_sqlite_step(db, query, &row, why);
        if (status != TN_OK || !row)
            break;
        read_marker(query, &marker);
        status = visit(user, &marker);
    }
    sqlite3_finalize(query);
    return status;
}

/* --- the end of a run */

static tn_status ask(const tn_sqlite_db *db, const char *sql, int64_t numbers[2],
                     tn_buf *why)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    numbers[0] = numbers[1] = -1;
    TN_TRY(tn_sqlite_db_prepare(db, tn_str_from(sql), &query, why));
    tn_status status = tn_sqlite_step(db, query, &row, why);
    for (int i = 0; status == TN_OK && row && i < sqlite3_column_count(query) && i < 2;
         i++)
        numbers[i] = sqlite3_column_int64(query, i);
    sqlite3_finalize(query);
    return status;
}

/* Is there a journal with anything in it: of a program that keeps its journal? */
static bool has_journal(const tn_sqlite_db *db)
{
    struct stat about;
    char name[4096];
    const char *path = sqlite3_db_filename(db->handle, "main");
    int len = snprintf(name, sizeof(name), "%s-journal", path == NULL ? "" : path);
    if (len < 0 || (size_t)len >= sizeof(name))
        return true;
    return stat(name, &about) == 0 && about.st_size > 0;
}

/* Everything that was in the write-ahead log, old content of pages included, goes to
 * the database and out of the log. A rollback journal, where old content was, is gone
 * with the transaction. */
static tn_status purge(const tn_sqlite_db *db, bool *is_purged, tn_buf *why)
{
    int64_t secure[2], log[2]; /* of the log: is it busy, how many pages are in it */
    *is_purged = false;
    TN_TRY(ask(db, "PRAGMA secure_delete", secure, why));
    tn_status status = ask(db, "PRAGMA wal_checkpoint(TRUNCATE)", log, why);
    if (status == TN_STOPPED)
        return TN_OK;
    *is_purged = secure[0] == 1 && log[0] == 0 && log[1] <= 0 && !has_journal(db);
    return status;
}

static tn_status forget(const tn_sqlite_db *db, tn_str run, tn_buf *why)
{
    sqlite3_stmt *query = NULL;
    bool row;
    TN_TRY(tn_sqlite_db_prepare(db, TN_STR("DELETE FROM tenure_chunk WHERE run = ?1"),
                                &query, why));
    sqlite3_bind_text(query, 1, run.data, (int)run.len, SQLITE_STATIC);
    tn_status status = tn_sqlite_step(db, query, &row, why);
    sqlite3_finalize(query);
    return status;
}

tn_status tn_sqlite_settle(tn_store *store, const tn_erase_permit *permit, tn_str run,
                           bool *is_purged, tn_buf *why)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    assert(permit != NULL);
    (void)permit;
    TN_TRY(forget(db, run, why));
    return purge(db, is_purged, why);
}

#include "interp/store/sqlite_db.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    BUSY_MS = 2000,
    HEADER_BYTES = 100,
    WRITE_VERSION = 18, /* byte of the header; 2: journal mode WAL */
    WAL = 2
};

/* More than most databases have; the kernel then copies nothing. */
#define MMAP_PRAGMA "PRAGMA mmap_size=1073741824"

static const char magic[16] = "SQLite format 3";

/* --- errors */

static bool has_file(const tn_sqlite_db *db, const char *suffix)
{
    struct stat about;
    char name[4096];
    if (strlen(db->path) + strlen(suffix) >= sizeof(name))
        return false;
    strcpy(name, db->path);
    strcat(name, suffix);
    return stat(name, &about) == 0 && about.st_size > 0;
}

static void put_cause(const tn_sqlite_db *db, int code, tn_buf *why)
{
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        tn_buf_put_format(why,
                          "it is locked: another program is writing to it, and went "
                          "on for %d seconds",
                          BUSY_MS / 1000);
        return;
    case SQLITE_NOTADB: tn_buf_put_text(why, "it is not an SQLite database"); return;
    case SQLITE_CORRUPT:
        tn_buf_put_format(why, "it is corrupt (%s); PRAGMA integrity_check tells more",
                          sqlite3_errmsg(db->handle));
        return;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        if (has_file(db, "-journal") || has_file(db, "-wal")) {
            tn_buf_put_text(why,
                            "a program that was writing to it was stopped, and its "
                            "unfinished transaction must first be rolled back: open "
                            "it once with a program that may write");
            return;
        }
        break;
    default: break;
    }
    tn_buf_put_format(why, "SQLite says: %s",
                      db->handle == NULL ? sqlite3_errstr(code)
                                         : sqlite3_errmsg(db->handle));
}

tn_status tn_sqlite_db_fail(const tn_sqlite_db *db, int code, tn_buf *why)
{
    if ((code & 0xFF) == SQLITE_NOMEM)
        return TN_NOMEM;
    put_cause(db, code, why);
    return TN_STORE;
}

/* --- opening */

static tn_status look(tn_sqlite_db *db, tn_buf *why)
{
    struct stat about = {0};
    const char *problem = NULL;
    int error = stat(db->path, &about) == 0 ? 0 : errno;
    if (error == ENOENT || error == ENOTDIR)
        problem = "there is no such file";
    else if (error != 0)
        problem = strerror(error);
    else if (!S_ISREG(about.st_mode))
        problem = "it is not a file";
    else if (about.st_size == 0)
        problem = "it is empty, which is not a database yet";
    else if (access(db->path, R_OK) != 0)
        problem = "it may not be read (permission denied)";
    db->at_start = about;
    if (problem == NULL)
        return TN_OK;
    tn_buf_put_text(why, problem);
    return error == ENOENT || error == ENOTDIR ? TN_NOT_FOUND : TN_STORE;
}

/* The path as a URI: nothing in it can be taken for an option, a host or a name of
 * SQLite's own such as ":memory:". */
static void put_uri(tn_buf *uri, const char *path, const char *options)
{
    static const char digits[] = "0123456789ABCDEF";
    tn_buf_put_text(uri, *path == '/' ? "file://" : "file:./");
    for (; *path != 0; path++) {
        unsigned char c = (unsigned char)*path;
        if (c > ' ' && strchr("?#%", c) == NULL) {
            tn_buf_put_char(uri, *path);
        } else {
            tn_buf_put_char(uri, '%');
            tn_buf_put_char(uri, digits[c >> 4]);
            tn_buf_put_char(uri, digits[c & 15]);
        }
    }
    tn_buf_put_text(uri, options);
    tn_buf_put_char(uri, '\0');
}

static tn_status connect(tn_sqlite_db *db, const char *options,
                         const tn_allocator *memory, tn_buf *why)
{
    tn_buf uri;
    tn_buf_init(&uri, memory);
    put_uri(&uri, db->path, options);
    int code = SQLITE_NOMEM;
    if (!uri.failed)
        code = sqlite3_open_v2(
            uri.data, &db->handle,
            SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    tn_buf_free(&uri);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(db, code, why);
}

static tn_status run(const tn_sqlite_db *db, const char *sql, tn_buf *why)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(db, code, why);
}

/* Reads the header by SQLite's own descriptor: opening and closing another would drop
 * the locks that this process may already hold on the file. */
static bool is_wal(const tn_sqlite_db *db, bool *is_database)
{
    sqlite3_file *file = NULL;
    unsigned char header[HEADER_BYTES];
    int code =
        sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    *is_database = false;
    if (code != SQLITE_OK || file == NULL || file->pMethods == NULL ||
        file->pMethods->xRead(file, header, HEADER_BYTES, 0) != SQLITE_OK)
        return false;
    *is_database = memcmp(header, magic, sizeof(magic)) == 0;
    return header[WRITE_VERSION] == WAL;
}

/* The schema is someone else's: a double-quoted name is never a text, views call no
 * function that could do harm. */
static void restrict_schema(const tn_sqlite_db *db)
{
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
}

/* Opens at the moment that all reading then is of. */
static tn_status begin(tn_sqlite_db *db, tn_buf *why)
{
    sqlite3_busy_timeout(db->handle, BUSY_MS);
    sqlite3_extended_result_codes(db->handle, 1);
    restrict_schema(db);
    TN_TRY(run(db, "PRAGMA query_only=1; PRAGMA cell_size_check=1", why));
    if (!db->is_at_rest)
        TN_TRY(run(db, MMAP_PRAGMA, why));
    return run(db, "BEGIN; SELECT count(*) FROM sqlite_schema", why);
}

static tn_status open_steps(tn_sqlite_db *db, const tn_allocator *memory, tn_buf *why)
{
    bool is_database;
    TN_TRY(look(db, why));
    TN_TRY(connect(db, "?mode=ro", memory, why));
    bool wal = is_wal(db, &is_database);
    if (!is_database)
        return tn_sqlite_db_fail(db, SQLITE_NOTADB, why);
    db->is_wal_in_use = wal && has_file(db, "-wal");
    if (wal && !db->is_wal_in_use) {
        sqlite3_close(db->handle);
        db->handle = NULL;
        db->is_at_rest = true;
        if (stat(db->path, &db->at_start) != 0)
            return look(db, why);
        TN_TRY(connect(db, "?mode=ro&immutable=1", memory, why));
    }
    return begin(db, why);
}

tn_status tn_sqlite_db_open(tn_sqlite_db *db, const char *path,
                            const tn_allocator *memory, tn_buf *why)
{
    *db = (tn_sqlite_db){.path = path};
    tn_status status = open_steps(db, memory, why);
    if (status != TN_OK)
        tn_sqlite_db_close(db);
    return status;
}

void tn_sqlite_db_close(tn_sqlite_db *db)
{
    sqlite3_close(db->handle);
    db->handle = NULL;
}

tn_status tn_sqlite_db_is_same(const tn_sqlite_db *db, tn_buf *why)
{
    struct stat now;
    if (!db->is_at_rest)
        return TN_OK;
    if (stat(db->path, &now) == 0 && now.st_ino == db->at_start.st_ino &&
        now.st_size == db->at_start.st_size &&
        now.st_mtim.tv_sec == db->at_start.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == db->at_start.st_mtim.tv_nsec && !has_file(db, "-wal"))
        return TN_OK;
    tn_buf_put_text(why, "it was changed while it was read; try again");
    return TN_STORE;
}

tn_status tn_sqlite_db_prepare(const tn_sqlite_db *db, tn_str sql, sqlite3_stmt **out,
                               tn_buf *why)
{
    if (sql.len > INT32_MAX)
        return TN_LIMIT;
    int code = sqlite3_prepare_v2(db->handle, sql.data, (int)sql.len, out, NULL);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(db, code, why);
}

void tn_sqlite_put_name(tn_buf *sql, tn_str name)
{
    tn_buf_put_char(sql, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '"')
            tn_buf_put_char(sql, '"');
        tn_buf_put_char(sql, name.data[i]);
    }
    tn_buf_put_char(sql, '"');
}

/* --- tables */

static tn_str column_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return (tn_str){text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(row, column)};
}

static tn_status bind_and_step(const tn_sqlite_db *db, sqlite3_stmt *query, tn_str text,
                               int *code, tn_buf *why)
{
    if (text.len > INT32_MAX)
        return TN_LIMIT;
    *code = sqlite3_bind_text(query, 1, text.data, (int)text.len, SQLITE_STATIC);
    if (*code == SQLITE_OK)
        *code = sqlite3_step(query);
    if (*code == SQLITE_ROW || *code == SQLITE_DONE)
        return TN_OK;
    return tn_sqlite_db_fail(db, *code, why);
}

/* Name and kind; *has_rowid. */
static tn_status find_name(const tn_sqlite_db *db, tn_str name, tn_arena *arena,
                           tn_sqlite_table *out, tn_buf *why)
{
    static const char sql[] =
        "SELECT name, type = 'view', type = 'view' OR wr FROM pragma_table_list "
        "WHERE schema = 'main' AND name = ?1 COLLATE NOCASE";
    sqlite3_stmt *query = NULL;
    int code = SQLITE_DONE;
    TN_TRY(tn_sqlite_db_prepare(db, TN_STR(sql), &query, why));
    tn_status status = bind_and_step(db, query, name, &code, why);
    if (status == TN_OK && code == SQLITE_DONE) {
        tn_buf_put_format(why, "it has no table \"" TN_STR_FMT "\"", TN_STR_ARG(name));
        status = TN_NOT_FOUND;
    } else if (status == TN_OK) {
        out->name = tn_arena_copy(arena, column_text(query, 0));
        out->is_view = sqlite3_column_int(query, 1) != 0;
        out->rowid = sqlite3_column_int(query, 2) != 0 ? NULL : "rowid";
        if (out->name.data == NULL)
            status = TN_NOMEM;
    }
    sqlite3_finalize(query);
    return status;
}

typedef struct column_list {
    tn_str *names;
    tn_str *types;
    uint32_t *key;
    uint32_t count;
    uint32_t key_count;
} column_list;

static tn_status take_columns(const tn_sqlite_db *db, sqlite3_stmt *query, int code,
                              tn_arena *arena, column_list *list)
{
    for (; code == SQLITE_ROW; code = sqlite3_step(query)) {
        int place = sqlite3_column_int(query, 1);
        list->names[list->count] = tn_arena_copy(arena, column_text(query, 0));
        list->types[list->count] = tn_arena_copy(arena, column_text(query, 3));
        if (list->names[list->count].data == NULL ||
            list->types[list->count].data == NULL)
            return TN_NOMEM;
        if (place > 0) {
            list->key[place - 1] = list->count;
            list->key_count++;
        }
        list->count++;
    }
    (void)db;
    return code == SQLITE_DONE ? TN_OK : TN_STORE;
}

static tn_status find_columns(const tn_sqlite_db *db, tn_arena *arena,
                              tn_sqlite_table *out, tn_buf *why)
{
    static const char sql[] = "SELECT name, pk, count(*) OVER (), type FROM "
                              "pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
    sqlite3_stmt *query = NULL;
    int code = SQLITE_DONE;
    TN_TRY(tn_sqlite_db_prepare(db, TN_STR(sql), &query, why));
    tn_status status = bind_and_step(db, query, out->name, &code, why);
    size_t count = code == SQLITE_ROW ? (size_t)sqlite3_column_int(query, 2) : 0;
    column_list list = {tn_arena_take_array(arena, count, sizeof(tn_str)),
                        tn_arena_take_array(arena, count, sizeof(tn_str)),
                        tn_arena_take_array(arena, count, sizeof(uint32_t)), 0, 0};
    if (status == TN_OK &&
        (list.names == NULL || list.types == NULL || list.key == NULL))
        status = TN_NOMEM;
    if (status == TN_OK)
        status = take_columns(db, query, code, arena, &list);
    if (status == TN_STORE && why->len == 0)
        put_cause(db, sqlite3_errcode(db->handle), why);
    sqlite3_finalize(query);
    out->columns = list.names;
    out->types = list.types;
    out->column_count = list.count;
    out->key = list.key;
    out->key_count = list.key_count;
    return status;
}

/* A column may be called rowid; then another of SQLite's three names is the rowid. */
static const char *free_rowid_name(const tn_sqlite_table *table)
{
    static const char *const names[] = {"rowid", "_rowid_", "oid"};
    for (size_t i = 0; i < TN_COUNT(names); i++) {
        bool is_taken = false;
        for (uint32_t j = 0; j < table->column_count; j++)
            is_taken |= sqlite3_stricmp(names[i], table->columns[j].data) == 0;
        if (!is_taken)
            return names[i];
    }
    return NULL;
}

tn_status tn_sqlite_table_find(const tn_sqlite_db *db, tn_str name, tn_arena *arena,
                               tn_sqlite_table *out, tn_buf *why)
{
    *out = (tn_sqlite_table){0};
    TN_TRY(find_name(db, name, arena, out, why));
    TN_TRY(find_columns(db, arena, out, why));
    if (out->rowid != NULL)
        out->rowid = free_rowid_name(out);
    return TN_OK;
}

tn_status tn_sqlite_tables(const tn_sqlite_db *db, tn_arena *arena,
                           const tn_str **names, uint32_t *count, tn_buf *why)
{
    static const char sql[] =
        "SELECT name, count(*) OVER () FROM pragma_table_list WHERE schema = 'main' "
        "AND type <> 'shadow' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name";
    sqlite3_stmt *query = NULL;
    TN_TRY(tn_sqlite_db_prepare(db, TN_STR(sql), &query, why));
    tn_status status = TN_OK;
    tn_str *list = NULL;
    int code = sqlite3_step(query);
    *count = 0;
    if (code == SQLITE_ROW)
        list = tn_arena_take_array(arena, (size_t)sqlite3_column_int(query, 1),
                                   sizeof(*list));
    for (; code == SQLITE_ROW && status == TN_OK; code = sqlite3_step(query)) {
        if (list != NULL)
            list[*count] = tn_arena_copy(arena, column_text(query, 0));
        if (list == NULL || list[(*count)++].data == NULL)
            status = TN_NOMEM;
    }
    if (status == TN_OK && code != SQLITE_DONE)
        status = tn_sqlite_db_fail(db, code, why);
    sqlite3_finalize(query);
    *names = list;
    return status;
}

#include "interp/store/mysql_cell.h"

#include <string.h>

enum {
    FETCH_END = 100,       /* MYSQL_NO_DATA */
    FETCH_TRUNCATED = 101, /* MYSQL_DATA_TRUNCATED */
};

/* Of rows that come while the server is at it the connection has the error. */
static tn_status fail(tn_mysql_statement *s, tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    const char *message = lib->mysql_stmt_error(s->handle);
    s->last_error = lib->mysql_stmt_errno(s->handle);
    if (s->last_error == 0) {
        message = lib->mysql_error(s->db->handle);
        s->last_error = lib->mysql_errno(s->db->handle);
    }
    return tn_mysql_db_fail(s->db, s->last_error, message, why);
}

static tn_status prepare_columns(tn_mysql_statement *s)
{
    const tn_mysql_lib *lib = &s->db->lib;
    MYSQL_RES *fields = lib->mysql_stmt_result_metadata(s->handle);
    if (fields == NULL)
        return TN_OK; /* it gives no rows */
    uint32_t count = lib->mysql_num_fields(fields);
    s->results = tn_arena_take_array(&s->arena, count, sizeof(*s->results));
    s->cells = tn_arena_take_array(&s->arena, count, sizeof(*s->cells));
    bool good = s->results != NULL && s->cells != NULL;
    if (good)
        s->column_count = count;
    for (uint32_t i = 0; good && i < count; i++)
        good = tn_mysql_cell_init(s, i, lib->mysql_fetch_field_direct(fields, i));
    lib->mysql_free_result(fields);
    return good ? TN_OK : TN_NOMEM;
}

static tn_status prepare_parameters(tn_mysql_statement *s)
{
    s->parameter_count = (uint32_t)s->db->lib.mysql_stmt_param_count(s->handle);
    s->binds = tn_arena_take_array(&s->arena, s->parameter_count, sizeof(*s->binds));
    s->parameters =
        tn_arena_take_array(&s->arena, s->parameter_count, sizeof(*s->parameters));
    if (s->binds == NULL || s->parameters == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < s->parameter_count; i++)
        s->binds[i].buffer_type = MYSQL_TYPE_NULL;
    return prepare_columns(s);
}

static tn_status prepare(tn_mysql_statement *s, tn_str sql, uint32_t cursor_rows,
                         tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    s->handle = lib->mysql_stmt_init(s->db->handle);
    if (s->handle == NULL)
        return TN_NOMEM;
    if (cursor_rows != 0) {
        unsigned long type = CURSOR_TYPE_READ_ONLY, rows = cursor_rows;
        lib->mysql_stmt_attr_set(s->handle, STMT_ATTR_CURSOR_TYPE, &type);
        lib->mysql_stmt_attr_set(s->handle, STMT_ATTR_PREFETCH_ROWS, &rows);
    }
    if (lib->mysql_stmt_prepare(s->handle, sql.data, (unsigned long)sql.len) != 0)
        return fail(s, why);
    return prepare_parameters(s);
}

/* Closes it where its making failed. */
static tn_status give(tn_mysql_statement *s, tn_status status)
{
    if (status != TN_OK) {
        unsigned code = s->last_error;
        tn_mysql_statement_close(s);
        s->last_error = code;
    }
    return status;
}

tn_status tn_mysql_prepare(tn_mysql_statement *s, tn_mysql_db *db, tn_str sql,
                           uint32_t cursor_rows, tn_buf *why)
{
    *s = (tn_mysql_statement){.db = db};
    tn_arena_init(&s->arena, db->memory);
    return give(s, prepare(s, sql, cursor_rows, why));
}

/* --- statements that stay */

static tn_mysql_kept *find_kept(tn_mysql_db *db, tn_str sql)
{
    for (uint32_t i = 0; i < TN_MYSQL_KEPT_MAX; i++) {
        tn_mysql_kept *kept = &db->kept[i];
        if (kept->handle != NULL && !kept->is_used &&
            tn_str_equal((tn_str){kept->sql, kept->size}, sql))
            return kept;
    }
    return NULL;
}

static tn_mysql_kept *kept_of(const tn_mysql_statement *s)
{
    for (uint32_t i = 0; i < TN_MYSQL_KEPT_MAX; i++)
        if (s->handle != NULL && s->db->kept[i].handle == s->handle)
            return &s->db->kept[i];
    return NULL;
}

/* A free place, or that of the one that was not used for longest; NULL: all are in use.
 */
static tn_mysql_kept *free_place(tn_mysql_db *db)
{
    tn_mysql_kept *best = NULL;
    for (uint32_t i = 0; i < TN_MYSQL_KEPT_MAX; i++) {
        tn_mysql_kept *kept = &db->kept[i];
        if (kept->handle == NULL)
            return kept;
        if (!kept->is_used && (best == NULL || kept->turn < best->turn))
            best = kept;
    }
    return best;
}

static void drop(tn_mysql_db *db, tn_mysql_kept *kept)
{
    tn_resize(db->memory, kept->sql, kept->size, 0);
    *kept = (tn_mysql_kept){.handle = NULL};
}

/* Without memory it is a statement like any other. */
static void keep(tn_mysql_statement *s, tn_str sql)
{
    tn_mysql_kept *place = free_place(s->db);
    if (place == NULL)
        return;
    if (place->handle != NULL)
        s->db->lib.mysql_stmt_close(place->handle);
    drop(s->db, place);
    char *copy = tn_resize(s->db->memory, NULL, 0, sql.len);
    if (copy == NULL)
        return;
    memcpy(copy, sql.data, sql.len);
    *place = (tn_mysql_kept){copy, sql.len, s->handle, true, ++s->db->turn};
}

tn_status tn_mysql_prepare_kept(tn_mysql_statement *s, tn_mysql_db *db, tn_str sql,
                                tn_buf *why)
{
    tn_mysql_kept *kept = db->writes ? find_kept(db, sql) : NULL;
    *s = (tn_mysql_statement){.db = db};
    tn_arena_init(&s->arena, db->memory);
    if (kept == NULL) {
        TN_TRY(give(s, prepare(s, sql, 0, why)));
        if (db->writes)
            keep(s, sql);
        return TN_OK;
    }
    s->handle = kept->handle;
    kept->is_used = true;
    kept->turn = ++db->turn;
    return give(s, prepare_parameters(s));
}

/* False: it is to be closed. */
static bool put_back(tn_mysql_statement *s)
{
    tn_mysql_kept *kept = kept_of(s);
    if (kept == NULL)
        return false;
    if (s->last_error != 0) {
        drop(s->db, kept);
        return false;
    }
    if (s->column_count > 0)
        s->db->lib.mysql_stmt_free_result(s->handle);
    kept->is_used = false;
    return true;
}

void tn_mysql_statement_close(tn_mysql_statement *s)
{
    if (s->db == NULL)
        return;
    bool stays = put_back(s);
    for (uint32_t i = 0; i < s->column_count; i++)
        tn_resize(s->db->memory, s->cells[i].data, s->cells[i].capacity, 0);
    if (s->handle != NULL && !stays)
        s->db->lib.mysql_stmt_close(s->handle);
    tn_arena_free(&s->arena);
    *s = (tn_mysql_statement){.db = NULL};
}

/* --- executing */

tn_status tn_mysql_execute(tn_mysql_statement *s, tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    unsigned long cursor = CURSOR_TYPE_NO_CURSOR;
    if (s->column_count > 0)
        lib->mysql_stmt_free_result(s->handle);
    if ((s->parameter_count > 0 &&
         lib->mysql_stmt_bind_param(s->handle, s->binds) != 0) ||
        lib->mysql_stmt_execute(s->handle) != 0)
        return fail(s, why);
    if (s->column_count == 0) /* MariaDB tells of what a DELETE returns only now */
        TN_TRY(prepare_columns(s));
    if (s->column_count == 0)
        return TN_OK;
    if (lib->mysql_stmt_bind_result(s->handle, s->results) != 0)
        return fail(s, why);
    cursor = s->handle->flags;
    if (cursor == CURSOR_TYPE_NO_CURSOR && !s->streams &&
        lib->mysql_stmt_store_result(s->handle) != 0)
        return fail(s, why);
    return TN_OK;
}

/* Makes room for a value that was longer than its cell, and reads it again. */
static tn_status widen(tn_mysql_statement *s, uint32_t number, tn_buf *why)
{
    tn_mysql_cell *cell = &s->cells[number];
    size_t capacity = cell->capacity;
    while (capacity < cell->length)
        capacity *= 2;
    char *data = tn_resize(s->db->memory, cell->data, cell->capacity, capacity);
    if (data == NULL)
        return TN_NOMEM;
    cell->data = data;
    cell->capacity = capacity;
    s->results[number].buffer = data;
    s->results[number].buffer_length = (unsigned long)capacity;
    if (s->db->lib.mysql_stmt_fetch_column(s->handle, &s->results[number], number, 0) !=
        0)
        return fail(s, why);
    return TN_OK;
}

static tn_status widen_all(tn_mysql_statement *s, tn_buf *why)
{
    bool is_any = false;
    for (uint32_t i = 0; i < s->column_count; i++) {
        tn_mysql_cell *cell = &s->cells[i];
        if (!has_data(cell->kind) || cell->is_null || cell->length <= cell->capacity)
            continue;
        TN_TRY(widen(s, i, why));
        is_any = true;
    }
    if (is_any && s->db->lib.mysql_stmt_bind_result(s->handle, s->results) != 0)
        return fail(s, why);
    return TN_OK;
}

tn_status tn_mysql_fetch(tn_mysql_statement *s, bool *row, tn_buf *why)
{
    int code = s->db->lib.mysql_stmt_fetch(s->handle);
    *row = code == 0 || code == FETCH_TRUNCATED;
    if (code == FETCH_TRUNCATED)
        return widen_all(s, why);
    return code == 0 || code == FETCH_END ? TN_OK : fail(s, why);
}

uint64_t tn_mysql_affected(const tn_mysql_statement *s)
{
    return s->db->lib.mysql_stmt_affected_rows(s->handle);
}

uint64_t tn_mysql_row_count(const tn_mysql_statement *s)
{
    return s->db->lib.mysql_stmt_num_rows(s->handle);
}

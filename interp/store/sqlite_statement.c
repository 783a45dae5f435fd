/* sqlite_statement: the statement that deletes, and its range. */
#include "interp/store/sqlite_chunk.h"

/* --- statements */

void tn_sqlite_put_walks(const tn_sqlite_eraser *e, tn_buf *sql)
{
    for (uint32_t i = 0; i < e->walk_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        tn_sqlite_put_walk(&e->table, i, sql);
    }
}

/* (a,b) > (?1,?2) */
static void put_bound(const tn_sqlite_eraser *e, const char *compare, uint32_t first,
                      tn_buf *sql)
{
    bool is_row = e->walk_count > 1;
    tn_buf_put_text(sql, is_row ? "(" : "");
    tn_sqlite_put_walks(e, sql);
    tn_buf_put_format(sql, "%s%s%s", is_row ? ")" : "", compare, is_row ? "(" : "");
    for (uint32_t i = 0; i < e->walk_count; i++)
        tn_buf_put_format(sql, "%s?%u", i > 0 ? "," : "", first + i);
    tn_buf_put_text(sql, is_row ? ")" : "");
}

void tn_sqlite_put_lower(const tn_sqlite_eraser *e, tn_buf *sql)
{
    if (e->has_lower)
        put_bound(e, " > ", 1, sql);
    else
        tn_buf_put_char(sql, '1');
}

void tn_sqlite_put_upper(const tn_sqlite_eraser *e, tn_buf *sql)
{
    if (e->has_upper)
        put_bound(e, " <= ", 1 + TN_SQLITE_KEY_MAX, sql);
    else
        tn_buf_put_char(sql, '1');
}

void tn_sqlite_put_range(const tn_sqlite_eraser *e, tn_buf *sql)
{
    if (e->has_lower || !e->has_upper)
        tn_sqlite_put_lower(e, sql);
    if (e->has_lower && e->has_upper)
        tn_buf_put_text(sql, " AND ");
    if (e->has_upper)
        tn_sqlite_put_upper(e, sql);
}

static void put_key(const tn_sqlite_eraser *e, tn_buf *sql)
{
    for (uint32_t i = 0; i < e->key_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        if (e->key == NULL)
            tn_buf_put_text(sql, e->table.rowid);
        else
            tn_sqlite_put_name(sql, e->table.columns[e->key[i]]);
    }
}

static void put_arguments(const tn_sqlite_eraser *e, tn_buf *sql)
{
    put_key(e, sql);
    for (uint32_t i = 0; i < e->wanted_count; i++) {
        tn_buf_put_char(sql, ',');
        tn_sqlite_put_name(sql, e->target->columns[e->wanted[i]].name);
    }
    for (uint32_t i = 0; i < e->rest_count; i++) {
        tn_buf_put_char(sql, ',');
        tn_sqlite_put_name(sql, e->table.columns[e->rest[i]]);
    }
    if (e->target->redacts) {
        tn_buf_put_char(sql, ',');
        tn_sqlite_put_walks(e, sql);
    }
}

/* One foreign key's columns: child."c" = parent."p" AND ...; rows of a statement. */
static tn_status put_reference(const tn_sqlite_eraser *e, sqlite3_stmt *rows,
                               tn_buf *sql)
{
    bool row = true;
    int64_t last = -1;
    for (;;) {
        TN_TRY(tn_sqlite_step(e->db, rows, &row, e->chunk->why));
        if (!row)
            break;
        int64_t id = sqlite3_column_int64(rows, 0);
        uint32_t seq = (uint32_t)sqlite3_column_int(rows, 1);
        tn_str to = tn_sqlite_text(rows, 3);
        if (to.data == NULL && seq < e->table.key_count)
            to = e->table.columns[e->table.key[seq]];
        tn_buf_put_text(sql, id == last ? " AND " : last < 0 ? "" : ") OR (");
        tn_buf_put_text(sql, "tenure_c.");
        tn_sqlite_put_name(sql, tn_sqlite_text(rows, 2));
        tn_buf_put_char(sql, '=');
        tn_sqlite_put_name(sql, e->table.name);
        tn_buf_put_char(sql, '.');
        tn_sqlite_put_name(sql, to);
        last = id;
    }
    return TN_OK;
}

/* NOT EXISTS(SELECT 1 FROM child WHERE (...) OR (...)) */
static tn_status put_free_of(const tn_sqlite_eraser *e, tn_str child, tn_buf *sql)
{
    static const char query[] =
        "SELECT id, seq, \"from\", \"to\" FROM pragma_foreign_key_list(?1) WHERE "
        "\"table\" = ?2 COLLATE NOCASE ORDER BY id, seq";
    sqlite3_stmt *rows = NULL;
    TN_TRY(tn_sqlite_db_prepare(e->db, TN_STR(query), &rows, e->chunk->why));
    sqlite3_bind_text(rows, 1, child.data, (int)child.len, SQLITE_STATIC);
    sqlite3_bind_text(rows, 2, e->table.name.data, (int)e->table.name.len,
                      SQLITE_STATIC);
    tn_buf_put_text(sql, "NOT EXISTS(SELECT 1 FROM ");
    tn_sqlite_put_name(sql, child);
    tn_buf_put_text(sql, " AS tenure_c WHERE (");
    tn_status status = put_reference(e, rows, sql);
    tn_buf_put_text(sql, "))");
    sqlite3_finalize(rows);
    return status;
}

static tn_status put_take(const tn_sqlite_eraser *e, tn_buf *sql)
{
    tn_buf_put_text(sql, " THEN tenure_take(");
    for (uint32_t i = 0; i < e->exam.child_count; i++) {
        tn_buf_put_text(sql, i > 0 ? " AND " : "");
        TN_TRY(put_free_of(e, e->exam.children[i].object, sql));
    }
    tn_buf_put_char(sql, ',');
    put_key(e, sql);
    tn_buf_put_text(sql, ") ELSE 0 END");
    return TN_OK;
}

/* Each row of the range is decided on; what is due goes. A range over several columns
 * is asked again before, since SQLite may ask in any order. */
tn_status tn_sqlite_put_deleting(const tn_sqlite_eraser *e, tn_buf *sql)
{
    bool has_children = e->exam.child_count > 0 && !e->target->redacts;
    bool is_row = e->walk_count > 1;
    tn_buf_put_text(sql, e->target->redacts ? "SELECT count(*) FROM " : "DELETE FROM ");
    tn_sqlite_put_name(sql, e->table.name);
    tn_buf_put_text(sql, " NOT INDEXED WHERE ");
    tn_sqlite_put_range(e, sql);
    tn_buf_put_text(sql, " AND ");
    if (is_row) {
        tn_buf_put_text(sql, "CASE WHEN ");
        tn_sqlite_put_range(e, sql);
        tn_buf_put_text(sql, " THEN ");
    }
    tn_buf_put_text(sql, has_children ? "CASE WHEN tenure_due(" : "tenure_due(");
    put_arguments(e, sql);
    tn_buf_put_char(sql, ')');
    if (has_children)
        TN_TRY(put_take(e, sql));
    tn_buf_put_text(sql, is_row ? " ELSE 0 END" : "");
    return tn_buf_status(sql);
}

/* Those that the statement speaks of. */
static int bind_bounds(const tn_sqlite_eraser *e, sqlite3_stmt *statement)
{
    int code = SQLITE_OK, count = sqlite3_bind_parameter_count(statement);
    for (int i = 0; i < (int)e->walk_count && code == SQLITE_OK; i++) {
        int upper = 1 + TN_SQLITE_KEY_MAX + i;
        if (e->has_lower && 1 + i <= count)
            code = tn_sqlite_bind(statement, 1 + i, &e->lower[i]);
        if (e->has_upper && upper <= count && code == SQLITE_OK)
            code = tn_sqlite_bind(statement, upper, &e->upper[i]);
    }
    return code;
}

/* Prepares `sql`, binds the bounds and takes one step. */
tn_status tn_sqlite_run_bounded(tn_sqlite_eraser *e, const tn_buf *sql,
                                sqlite3_stmt **out, bool *row)
{
    *out = NULL;
    TN_TRY(tn_buf_status(sql));
    TN_TRY(tn_sqlite_db_prepare(e->db, tn_buf_view(sql), out, e->chunk->why));
    int code = bind_bounds(e, *out);
    if (code == SQLITE_OK)
        code = sqlite3_step(*out);
    *row = code == SQLITE_ROW;
    if (e->status != TN_OK)
        return e->status;
    if (*row || code == SQLITE_DONE)
        return TN_OK;
    return tn_sqlite_fail_or_wait(e->db, code, e->chunk->why);
}

/* sqlite_examine: what a table is, and what hinders erasing from it. */
#include "interp/store/sqlite_erase.h"

#include <string.h>

/* More arguments SQLite's functions do not take, and a few are ours. */
enum { ARGUMENTS_MAX = 100 };

typedef struct exam {
    const tn_sqlite_db *db;
    const tn_erase_target *target;
    tn_arena *arena;
    tn_erase_exam *out;
    tn_buf *why;
    tn_sqlite_table table;
    tn_str *obstacles;
    tn_erase_child *children;
    tn_digest_state shape;
} exam;

enum { OBSTACLES_MAX = 64, CHILDREN_MAX = 256 };

/* --- helpers */

tn_status tn_sqlite_run(const tn_sqlite_db *db, const char *sql, tn_buf *why)
{
    int code = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_fail_or_wait(db, code, why);
}

tn_status tn_sqlite_fail_or_wait(const tn_sqlite_db *db, int code, tn_buf *why)
{
    if ((code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED)
        return TN_STOPPED;
    return tn_sqlite_db_fail(db, code, why);
}

tn_status tn_sqlite_step(const tn_sqlite_db *db, sqlite3_stmt *statement, bool *row,
                         tn_buf *why)
{
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    return *row || code == SQLITE_DONE ? TN_OK : tn_sqlite_fail_or_wait(db, code, why);
}

tn_str tn_sqlite_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return (tn_str){text, text == NULL ? 0 : (size_t)sqlite3_column_bytes(row, column)};
}

static tn_status ask_number(const tn_sqlite_db *db, tn_str sql, int64_t *out,
                            tn_buf *why)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    TN_TRY(tn_sqlite_db_prepare(db, sql, &query, why));
    tn_status status = tn_sqlite_step(db, query, &row, why);
    *out = row ? sqlite3_column_int64(query, 0) : 0;
    sqlite3_finalize(query);
    return status;
}

tn_status tn_sqlite_version(const tn_sqlite_db *db, int64_t *out, tn_buf *why)
{
    return ask_number(db, TN_STR("PRAGMA data_version"), out, why);
}

tn_status tn_sqlite_schema(const tn_sqlite_db *db, int64_t *out, tn_buf *why)
{
    return ask_number(db, TN_STR("PRAGMA schema_version"), out, why);
}

tn_status tn_sqlite_current(tn_store *store, int64_t *version, tn_buf *why)
{
    return tn_sqlite_version(tn_sqlite_store_db(store), version, why);
}

uint32_t tn_sqlite_walk_count(const tn_sqlite_table *table)
{
    return table->rowid != NULL ? 1 : table->key_count;
}

void tn_sqlite_put_walk(const tn_sqlite_table *table, uint32_t number, tn_buf *sql)
{
    if (table->rowid != NULL)
        tn_buf_put_text(sql, table->rowid);
    else
        tn_sqlite_put_name(sql, table->columns[table->key[number]]);
}

/* --- obstacles */

static tn_status hinder(exam *e, const char *format, tn_str name)
{
    tn_buf text;
    if (e->out->obstacle_count == OBSTACLES_MAX)
        return TN_OK;
    tn_buf_init(&text, e->arena->memory);
    tn_buf_put_text(&text, "table \"");
    tn_buf_put(&text, e->table.name.data == NULL ? e->target->object : e->table.name);
    tn_buf_put_text(&text, "\" ");
    const char *place = strstr(format, "%s");
    tn_buf_put(&text, (tn_str){format, place == NULL ? strlen(format)
                                                     : (size_t)(place - format)});
    tn_buf_put(&text, name);
    if (place != NULL)
        tn_buf_put_text(&text, place + 2);
    tn_str copy = tn_arena_copy(e->arena, tn_buf_view(&text));
    bool failed = text.failed || copy.data == NULL;
    tn_buf_free(&text);
    e->obstacles[e->out->obstacle_count] = copy;
    e->out->obstacle_count += !failed;
    return failed ? TN_NOMEM : TN_OK;
}

/* Runs a query about the table, whose name is ?1, and calls `visit` for each row. */
static tn_status each_row(exam *e, const char *sql,
                          tn_status (*visit)(exam *e, sqlite3_stmt *row))
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_sqlite_db_prepare(e->db, tn_str_from(sql), &query, e->why));
    sqlite3_bind_text(query, 1, e->table.name.data, (int)e->table.name.len,
                      SQLITE_STATIC);
    tn_status status = TN_OK;
    while (status == TN_OK && row) {
        status = tn_sqlite_step(e->db, query, &row, e->why);
        if (status == TN_OK && row)
            status = visit(e, query);
    }
    sqlite3_finalize(query);
    return status;
}

static tn_status see_kind(exam *e, sqlite3_stmt *row)
{
    tn_str kind = tn_sqlite_text(row, 0);
    if (tn_str_equal(kind, TN_STR("table")))
        return TN_OK;
    return hinder(e, "is a %s, not a table", kind);
}

static tn_status see_trigger(exam *e, sqlite3_stmt *row)
{
    return hinder(e, "has triggers (\"%s\") that would run and change other data",
                  tn_sqlite_text(row, 0));
}

/* SQLite itself knows whether the statement runs a trigger: it then has a program. */
static tn_status has_program(exam *e, bool *found)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = true;
    *found = false;
    tn_buf_init(&sql, e->arena->memory);
    tn_buf_put_text(&sql,
                    e->target->redacts ? "EXPLAIN UPDATE " : "EXPLAIN DELETE FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    for (uint32_t i = 0; e->target->redacts && i < e->target->redacted_count; i++) {
        tn_buf_put_text(&sql, i == 0 ? " SET " : ",");
        tn_sqlite_put_name(&sql, e->target->redacted[i].name);
        tn_buf_put_text(&sql, "=NULL");
    }
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(e->db, tn_buf_view(&sql), &query, e->why);
    while (status == TN_OK && row) {
        status = tn_sqlite_step(e->db, query, &row, e->why);
        if (status == TN_OK && row)
            *found |= tn_str_equal(tn_sqlite_text(query, 1), TN_STR("Program"));
    }
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    return status;
}

static tn_status examine_triggers(exam *e)
{
    bool found;
    TN_TRY(has_program(e, &found));
    if (!found)
        return TN_OK;
    return each_row(
        e,
        "SELECT group_concat(name, '\", \"') FROM sqlite_schema WHERE type ="
        " 'trigger' AND tbl_name = ?1 COLLATE NOCASE",
        see_trigger);
}

static bool is_redacted(const exam *e, tn_str name, bool *becomes_null)
{
    for (uint32_t i = 0; i < e->target->redacted_count; i++) {
        tn_str other = e->target->redacted[i].name;
        *becomes_null = e->target->redacted[i].becomes_null;
        if (other.len == name.len &&
            sqlite3_strnicmp(other.data, name.data, (int)name.len) == 0)
            return true;
    }
    return false;
}

static tn_status see_column(exam *e, sqlite3_stmt *row)
{
    bool becomes_null;
    tn_str name = tn_sqlite_text(row, 0);
    if (!is_redacted(e, name, &becomes_null))
        return TN_OK;
    if (sqlite3_column_int(row, 1) != 0 && becomes_null)
        return hinder(e, "has column \"%s\" NOT NULL: it can be replaced, not nulled",
                      name);
    if (sqlite3_column_int(row, 2) != 0)
        return hinder(e, "has column \"%s\" in its primary key", name);
    if (sqlite3_column_int(row, 3) != 0)
        return hinder(e, "computes column \"%s\"", name);
    return TN_OK;
}

static tn_status examine_key(exam *e)
{
    static const tn_str none = {"", 0};
    if (e->table.rowid == NULL && e->table.key_count == 0)
        return hinder(e,
                      "has columns named rowid, _rowid_ and oid, which hide what "
                      "tells its rows apart",
                      none);
    if (e->table.rowid == NULL && e->table.key_count > TN_SQLITE_KEY_MAX)
        return hinder(e, "has a primary key of more than 8 columns", none);
    uint32_t arguments = e->table.key_count + e->target->column_count;
    if (e->target->wants_undeclared)
        arguments += e->table.column_count;
    if (arguments > ARGUMENTS_MAX)
        return hinder(e, "has more than 100 columns that decide", none);
    return TN_OK;
}

/* --- children */

static tn_status see_child(exam *e, sqlite3_stmt *row)
{
    tn_erase_child *child = &e->children[e->out->child_count];
    tn_str action = tn_sqlite_text(row, 1);
    bool follows = !tn_str_equal(action, TN_STR("NO ACTION")) &&
                   !tn_str_equal(action, TN_STR("RESTRICT"));
    if (e->out->child_count == CHILDREN_MAX)
        return TN_LIMIT;
    *child = (tn_erase_child){tn_arena_copy(e->arena, tn_sqlite_text(row, 0)), follows};
    if (child->object.data == NULL)
        return TN_NOMEM;
    e->out->child_count++;
    tn_digest_add(&e->shape, child->object);
    tn_digest_add(&e->shape, action);
    return TN_OK;
}

static tn_status see_referenced(exam *e, sqlite3_stmt *row)
{
    bool becomes_null;
    tn_str name = tn_sqlite_text(row, 0);
    if (!is_redacted(e, name, &becomes_null))
        return TN_OK;
    return hinder(e, "has column \"%s\" that a foreign key refers to", name);
}

static tn_status see_definition(exam *e, sqlite3_stmt *row)
{
    for (int i = 0; i < 3; i++) {
        static const char end = 0;
        tn_digest_add(&e->shape, tn_sqlite_text(row, i));
        tn_digest_add(&e->shape, (tn_str){&end, 1});
    }
    return TN_OK;
}

static const char kind_sql[] = "SELECT type FROM pragma_table_list WHERE schema = "
                               "'main' AND name = ?1 COLLATE NOCASE";
static const char column_sql[] =
    "SELECT name, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1)";
static const char definition_sql[] =
    "SELECT type, name, sql FROM sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE "
    "ORDER BY type, name";
static const char child_sql[] =
    "SELECT m.name, f.on_delete FROM sqlite_schema m, pragma_foreign_key_list(m.name) f"
    " WHERE m.type = 'table' AND f.\"table\" = ?1 COLLATE NOCASE AND f.seq = 0 ORDER BY"
    " m.name, f.id";
static const char referenced_sql[] =
    "SELECT f.\"to\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE"
    " m.type = 'table' AND f.\"table\" = ?1 COLLATE NOCASE AND f.\"to\" IS NOT NULL";

/* Which file it is: the same table of another database is another table. */
static void add_file(exam *e)
{
    const char *path = sqlite3_db_filename(e->db->handle, "main"); /* the full path */
    tn_digest_add(&e->shape, tn_str_from(path == NULL ? e->db->path : path));
    tn_digest_add(&e->shape, (tn_str){"", 1});
}

static tn_status run_exam(exam *e)
{
    add_file(e);
    TN_TRY(tn_sqlite_table_find(e->db, e->target->object, e->arena, &e->table, e->why));
    TN_TRY(each_row(e, kind_sql, see_kind));
    TN_TRY(each_row(e, definition_sql, see_definition));
    if (e->out->obstacle_count > 0)
        return TN_OK;
    TN_TRY(examine_key(e));
    TN_TRY(each_row(e, column_sql, see_column));
    TN_TRY(examine_triggers(e));
    TN_TRY(each_row(e, child_sql, see_child));
    return each_row(e, referenced_sql, see_referenced);
}

tn_status tn_sqlite_examine(tn_store *store, const tn_erase_target *target,
                            tn_arena *arena, tn_erase_exam *out, tn_buf *why)
{
    exam e = {.db = tn_sqlite_store_db(store),
              .target = target,
              .arena = arena,
              .out = out,
              .why = why};
    *out = (tn_erase_exam){.obstacles = NULL};
    e.obstacles = tn_arena_take_array(arena, OBSTACLES_MAX, sizeof(*e.obstacles));
    e.children = tn_arena_take_array(arena, CHILDREN_MAX, sizeof(*e.children));
    if (e.obstacles == NULL || e.children == NULL)
        return TN_NOMEM;
    tn_digest_start(&e.shape);
    TN_TRY(run_exam(&e));
    out->shape = tn_digest_end(&e.shape);
    out->obstacles = e.obstacles;
    out->children = e.children;
    return TN_OK;
}

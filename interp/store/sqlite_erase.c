/* sqlite_erase: a chunk: one transaction in which rows are decided and go.
 *
 * The statement that deletes calls tenure_due() for each row of a range of keys, with
 * the row's key and the columns that decide, so that what is decided is what is
 * deleted. Where other tables refer to the rows, a row that is due goes only if no row
 * refers to it: CASE makes sure that this is asked second. */
#include "interp/store/sqlite_erase.h"
#include "interp/store/sqlite.h"

#include <string.h>

enum { COMMIT_TRIES = 25, KEPT_BYTES = 1 << 16 };

/* A row that is to be redacted once the range has been looked at. */
typedef struct pending {
    tn_value walk[TN_SQLITE_KEY_MAX];
    tn_erase_change *changes;
    uint32_t change_count;
} pending;

typedef struct eraser {
    const tn_sqlite_db *db;
    const tn_erase_target *target;
    const tn_erase_chunk *chunk;
    tn_erase_result *out;
    tn_arena arena; /* of the chunk */
    tn_sqlite_table table;
    tn_erase_exam exam;
    const uint32_t *key; /* columns of the record's own key; rowid: none */
    uint32_t key_count;  /* at least 1 */
    uint32_t walk_count;
    const uint32_t *wanted; /* columns of the target */
    uint32_t wanted_count;
    const uint32_t *rest; /* undeclared columns of the table */
    uint32_t rest_count;
    bool has_lower;
    bool has_upper;
    tn_value lower[TN_SQLITE_KEY_MAX]; /* after it */
    tn_value upper[TN_SQLITE_KEY_MAX]; /* up to it */
    tn_store_row row;
    tn_value *key_parts;
    tn_list_value key_list;
    tn_value record_key;
    tn_value *values;
    uint32_t *undeclared;
    pending *pendings;
    uint32_t pending_count;
    uint32_t pending_capacity;
    uint64_t taken_count;
    tn_status status; /* of a callback */
} eraser;

/* --- values */

/* False when there is no memory for it. */
static bool read_value(sqlite3_value *from, tn_value *out)
{
    switch (sqlite3_value_type(from)) {
    case SQLITE_INTEGER:
        *out = (tn_value){TN_KIND_INT, {.integer = sqlite3_value_int64(from)}};
        return true;
    case SQLITE_FLOAT:
        *out = (tn_value){TN_KIND_DOUBLE, {.real = sqlite3_value_double(from)}};
        return true;
    case SQLITE_TEXT:
        out->kind = TN_KIND_STRING;
        out->as.text.data = (const char *)sqlite3_value_text(from);
        out->as.text.len = (size_t)sqlite3_value_bytes(from);
        return out->as.text.data != NULL;
    case SQLITE_BLOB:
        out->kind = TN_KIND_BYTES;
        out->as.text.data = sqlite3_value_blob(from);
        out->as.text.len = (size_t)sqlite3_value_bytes(from);
        return out->as.text.data != NULL || out->as.text.len == 0;
    default: *out = (tn_value){TN_KIND_NULL, {0}}; return true;
    }
}

static int bind_value(sqlite3_stmt *statement, int number, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_INT: return sqlite3_bind_int64(statement, number, value->as.integer);
    case TN_KIND_BOOL: return sqlite3_bind_int(statement, number, value->as.boolean);
    case TN_KIND_DOUBLE: return sqlite3_bind_double(statement, number, value->as.real);
    case TN_KIND_STRING:
        return sqlite3_bind_text64(statement, number, value->as.text.data,
                                   value->as.text.len, SQLITE_STATIC, SQLITE_UTF8);
    case TN_KIND_BYTES:
        return sqlite3_bind_blob64(statement, number,
                                   value->as.text.len == 0 ? "" : value->as.text.data,
                                   value->as.text.len, SQLITE_STATIC);
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_UINT:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return sqlite3_bind_null(statement, number);
}

/* A copy in the chunk's arena; false when there is no memory. */
static bool copy_value(eraser *e, const tn_value *value, tn_value *out)
{
    *out = *value;
    if (value->kind != TN_KIND_STRING && value->kind != TN_KIND_BYTES)
        return true;
    out->as.text = tn_arena_copy(&e->arena, value->as.text);
    return out->as.text.data != NULL;
}

static bool keep_value(eraser *e, sqlite3_value *from, tn_value *out)
{
    tn_value value;
    return read_value(from, &value) && copy_value(e, &value, out);
}

/* --- a row */

static tn_status read_key(eraser *e, sqlite3_value **arguments)
{
    for (uint32_t i = 0; i < e->key_count; i++)
        if (!read_value(arguments[i], &e->key_parts[i]))
            return TN_NOMEM;
    e->key_list = (tn_list_value){e->key_parts, e->key_count};
    e->record_key = e->key_count == 1
                        ? e->key_parts[0]
                        : (tn_value){TN_KIND_LIST, {.list = &e->key_list}};
    return TN_OK;
}

static tn_status fill_row(eraser *e, sqlite3_value **arguments)
{
    uint32_t at = 0;
    e->row.number++;
    for (uint32_t i = 0; i < e->wanted_count; i++)
        if (!read_value(arguments[at++], &e->values[e->wanted[i]]))
            return TN_NOMEM;
    e->row.undeclared_count = 0;
    for (uint32_t i = 0; i < e->rest_count; i++)
        if (sqlite3_value_type(arguments[at++]) != SQLITE_NULL)
            e->undeclared[e->row.undeclared_count++] = i;
    return TN_OK;
}

/* Remembers the row for its redaction. */
static tn_status keep_pending(eraser *e, sqlite3_value **walk,
                              const tn_erase_choice *choice)
{
    if (e->pending_count == e->pending_capacity) {
        uint32_t capacity = e->pending_capacity == 0 ? 64 : 2 * e->pending_capacity;
        pending *grown = tn_arena_take_array(&e->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (e->pending_count > 0)
            memcpy(grown, e->pendings, e->pending_count * sizeof(*grown));
        e->pendings = grown;
        e->pending_capacity = capacity;
    }
    pending *p = &e->pendings[e->pending_count];
    p->change_count = choice->change_count;
    p->changes =
        tn_arena_take_array(&e->arena, choice->change_count, sizeof(*p->changes));
    bool good = p->changes != NULL;
    for (uint32_t i = 0; good && i < choice->change_count; i++) {
        p->changes[i].column = choice->changes[i].column;
        good = copy_value(e, &choice->changes[i].value, &p->changes[i].value);
    }
    for (uint32_t i = 0; good && i < e->walk_count; i++)
        good = keep_value(e, walk[i], &p->walk[i]);
    e->pending_count += good;
    return good ? TN_OK : TN_NOMEM;
}

static tn_status take_row(eraser *e, const tn_value *key)
{
    e->taken_count++;
    return e->chunk->take(e->chunk->user, key);
}

/* The arguments: the record's key; the columns that decide; the key walked by, where it
 * is redacted. */
static tn_status decide_row(eraser *e, sqlite3_value **arguments, bool *is_due)
{
    tn_erase_choice choice = {.is_chosen = false};
    sqlite3_value **columns = arguments + e->key_count;
    const tn_value *key = &e->record_key;
    TN_TRY(fill_row(e, columns));
    TN_TRY(read_key(e, arguments));
    e->out->looked_at_count++;
    TN_TRY(e->chunk->decide(e->chunk->user, &e->row, key, &choice));
    *is_due = choice.is_chosen;
    if (!choice.is_chosen)
        return TN_OK;
    if (e->target->redacts) {
        TN_TRY(keep_pending(e, columns + e->wanted_count + e->rest_count, &choice));
        return take_row(e, key);
    }
    return e->exam.child_count > 0 ? TN_OK : take_row(e, key);
}

static void due_function(sqlite3_context *context, int count, sqlite3_value **arguments)
{
    eraser *e = sqlite3_user_data(context);
    bool is_due = false;
    (void)count;
    e->status = decide_row(e, arguments, &is_due);
    if (e->status == TN_OK)
        sqlite3_result_int(context, is_due);
    else
        sqlite3_result_error(context, "stopped", -1);
}

/* tenure_take(free, key...): the row just decided on goes if nothing refers to it. */
static void take_function(sqlite3_context *context, int count,
                          sqlite3_value **arguments)
{
    eraser *e = sqlite3_user_data(context);
    bool is_free = sqlite3_value_int(arguments[0]) != 0;
    (void)count;
    const tn_value *key = &e->record_key;
    e->status = read_key(e, arguments + 1);
    if (e->status == TN_OK)
        e->status = is_free ? take_row(e, key) : e->chunk->spare(e->chunk->user, key);
    if (e->status == TN_OK)
        sqlite3_result_int(context, is_free);
    else
        sqlite3_result_error(context, "stopped", -1);
}

/* --- statements */

static void put_walk_list(const eraser *e, tn_buf *sql)
{
    for (uint32_t i = 0; i < e->walk_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        tn_sqlite_put_walk(&e->table, i, sql);
    }
}

/* (a,b) > (?1,?2) */
static void put_bound(const eraser *e, const char *compare, uint32_t first, tn_buf *sql)
{
    bool is_row = e->walk_count > 1;
    tn_buf_put_text(sql, is_row ? "(" : "");
    put_walk_list(e, sql);
    tn_buf_put_format(sql, "%s%s%s", is_row ? ")" : "", compare, is_row ? "(" : "");
    for (uint32_t i = 0; i < e->walk_count; i++)
        tn_buf_put_format(sql, "%s?%u", i > 0 ? "," : "", first + i);
    tn_buf_put_text(sql, is_row ? ")" : "");
}

static void put_range(const eraser *e, tn_buf *sql)
{
    if (e->has_lower)
        put_bound(e, " > ", 1, sql);
    if (e->has_lower && e->has_upper)
        tn_buf_put_text(sql, " AND ");
    if (e->has_upper)
        put_bound(e, " <= ", 1 + TN_SQLITE_KEY_MAX, sql);
    if (!e->has_lower && !e->has_upper)
        tn_buf_put_char(sql, '1');
}

static void put_key(const eraser *e, tn_buf *sql)
{
    for (uint32_t i = 0; i < e->key_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        if (e->key == NULL)
            tn_buf_put_text(sql, e->table.rowid);
        else
            tn_sqlite_put_name(sql, e->table.columns[e->key[i]]);
    }
}

static void put_arguments(const eraser *e, tn_buf *sql)
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
        put_walk_list(e, sql);
    }
}

/* One foreign key's columns: child."c" = parent."p" AND ...; rows of a statement. */
static tn_status put_reference(const eraser *e, sqlite3_stmt *rows, tn_buf *sql)
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
static tn_status put_free_of(const eraser *e, tn_str child, tn_buf *sql)
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

static tn_status put_take(const eraser *e, tn_buf *sql)
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
static tn_status put_statement(const eraser *e, tn_buf *sql)
{
    bool has_children = e->exam.child_count > 0 && !e->target->redacts;
    bool is_row = e->walk_count > 1;
    tn_buf_put_text(sql, e->target->redacts ? "SELECT count(*) FROM " : "DELETE FROM ");
    tn_sqlite_put_name(sql, e->table.name);
    tn_buf_put_text(sql, " NOT INDEXED WHERE ");
    put_range(e, sql);
    tn_buf_put_text(sql, " AND ");
    if (is_row) {
        tn_buf_put_text(sql, "CASE WHEN ");
        put_range(e, sql);
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

static int bind_bounds(const eraser *e, sqlite3_stmt *statement)
{
    int code = SQLITE_OK;
    for (uint32_t i = 0; i < e->walk_count && code == SQLITE_OK; i++) {
        if (e->has_lower)
            code = bind_value(statement, (int)(1 + i), &e->lower[i]);
        if (e->has_upper && code == SQLITE_OK)
            code =
                bind_value(statement, (int)(1 + TN_SQLITE_KEY_MAX + i), &e->upper[i]);
    }
    return code;
}

/* Prepares `sql`, binds the bounds and takes one step. */
static tn_status run_bounded(eraser *e, const tn_buf *sql, sqlite3_stmt **out,
                             bool *row)
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

/* Prepares a statement about the marker of chunk `number`: ?1, ?2, ?3. */
static tn_status prepare_marker(eraser *e, const char *sql, int64_t number,
                                sqlite3_stmt **out)
{
    const tn_erase_chunk *chunk = e->chunk;
    TN_TRY(tn_sqlite_db_prepare(e->db, tn_str_from(sql), out, chunk->why));
    int code = sqlite3_bind_text64(*out, 1, chunk->run.data, chunk->run.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text64(*out, 2, chunk->place.data, chunk->place.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(*out, 3, number);
    if (code == SQLITE_OK)
        return TN_OK;
    sqlite3_finalize(*out);
    *out = NULL;
    return tn_sqlite_db_fail(e->db, code, chunk->why);
}

/* --- the range */

/* Where the chunk before ended; none for the first of a pass. */
static tn_status read_lower(eraser *e)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    const tn_erase_chunk *chunk = e->chunk;
    if (chunk->number == 0)
        return TN_OK;
    TN_TRY(prepare_marker(
        e,
        "SELECT k0, k1, k2, k3, k4, k5, k6, k7 FROM tenure_chunk WHERE run = ?1"
        " AND place = ?2 AND chunk = ?3 AND is_end = 0",
        chunk->number - 1, &query));
    tn_status status = tn_sqlite_step(e->db, query, &row, chunk->why);
    e->has_lower = row;
    for (uint32_t i = 0; row && i < e->walk_count; i++)
        if (!keep_value(e, sqlite3_column_value(query, (int)i), &e->lower[i]))
            status = TN_NOMEM;
    sqlite3_finalize(query);
    return status;
}

/* The key of the row row_limit rows on, where there are so many. */
static tn_status find_upper(eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT ");
    put_walk_list(e, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    put_range(e, &sql);
    tn_buf_put_text(&sql, " ORDER BY ");
    put_walk_list(e, &sql);
    tn_buf_put_format(&sql, " LIMIT 1 OFFSET %u", e->chunk->row_limit - 1);
    tn_status status = run_bounded(e, &sql, &query, &row);
    for (uint32_t i = 0; status == TN_OK && row && i < e->walk_count; i++)
        if (!keep_value(e, sqlite3_column_value(query, (int)i), &e->upper[i]))
            status = TN_NOMEM;
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    e->has_upper = row;
    e->out->is_end = !row;
    return status;
}

/* --- redaction */

static tn_status redact_row(eraser *e, const pending *p)
{
    tn_buf sql;
    sqlite3_stmt *update = NULL;
    int code = SQLITE_OK, number = 1;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "UPDATE ");
    tn_sqlite_put_name(&sql, e->table.name);
    for (uint32_t i = 0; i < p->change_count; i++) {
        tn_buf_put_text(&sql, i == 0 ? " SET " : ",");
        tn_sqlite_put_name(&sql, e->target->redacted[p->changes[i].column].name);
        tn_buf_put_text(&sql, "=?");
    }
    for (uint32_t i = 0; i < e->walk_count; i++) {
        tn_buf_put_text(&sql, i == 0 ? " WHERE " : " AND ");
        tn_sqlite_put_walk(&e->table, i, &sql);
        tn_buf_put_text(&sql, "=?");
    }
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(e->db, tn_buf_view(&sql), &update, e->chunk->why);
    if (status == TN_OK) {
        for (uint32_t i = 0; i < p->change_count && code == SQLITE_OK; i++)
            code = bind_value(update, number++, &p->changes[i].value);
        for (uint32_t i = 0; i < e->walk_count && code == SQLITE_OK; i++)
            code = bind_value(update, number++, &p->walk[i]);
        if (code == SQLITE_OK)
            code = sqlite3_step(update);
        if (code != SQLITE_DONE)
            status = tn_sqlite_fail_or_wait(e->db, code, e->chunk->why);
        else
            e->out->erased_count += (uint64_t)sqlite3_changes64(e->db->handle);
    }
    sqlite3_finalize(update);
    tn_buf_free(&sql);
    return status;
}

/* --- the transaction */

/* What the range has once the statement is done: the rows that were left, no more and
 * no fewer. */
static tn_status recount(eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = false;
    uint64_t gone = e->target->redacts ? 0 : e->out->erased_count, left = 0;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT count(*) FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    put_range(e, &sql);
    tn_status status = run_bounded(e, &sql, &query, &row);
    if (status == TN_OK && row)
        left = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    TN_TRY(status);
    if (left + gone == e->out->looked_at_count)
        return TN_OK;
    tn_buf_put_format(e->chunk->why,
                      "of %llu rows %llu went, but SQLite says that %llu are left; "
                      "nothing was changed",
                      (unsigned long long)e->out->looked_at_count,
                      (unsigned long long)gone, (unsigned long long)left);
    return TN_STORE;
}

/* Runs it, for one row, or for as many as there are. */
static tn_status run_marker(eraser *e, sqlite3_stmt *statement, bool is_one)
{
    bool row;
    tn_status status = tn_sqlite_step(e->db, statement, &row, e->chunk->why);
    sqlite3_finalize(statement);
    if (status == TN_OK && is_one && sqlite3_changes(e->db->handle) != 1) {
        tn_buf_put_text(e->chunk->why,
                        "its table tenure_chunk does not take what it is "
                        "given; nothing was changed");
        return TN_STORE;
    }
    return status;
}

static tn_status insert_marker(eraser *e)
{
    sqlite3_stmt *insert = NULL;
    TN_TRY(prepare_marker(
        e, "INSERT INTO tenure_chunk(run, place, chunk) VALUES(?1, ?2, ?3)",
        e->chunk->number, &insert));
    return run_marker(e, insert, true);
}

/* The leaves of the chunk before are in the ledger by now. */
static tn_status drop_leaves(eraser *e)
{
    sqlite3_stmt *update = NULL;
    TN_TRY(prepare_marker(e,
                          "UPDATE tenure_chunk SET leaves = NULL WHERE run = ?1 AND"
                          " place = ?2 AND chunk = ?3 AND leaves IS NOT NULL",
                          e->chunk->number - 1, &update));
    return run_marker(e, update, false);
}

static tn_status next_watermark(eraser *e)
{
    sqlite3_stmt *update = NULL;
    bool row = false;
    TN_TRY(tn_sqlite_db_prepare(e->db,
                                TN_STR("UPDATE tenure_store SET watermark = watermark +"
                                       " 1 RETURNING watermark"),
                                &update, e->chunk->why));
    tn_status status = tn_sqlite_step(e->db, update, &row, e->chunk->why);
    if (status == TN_OK && row)
        e->out->watermark = (uint64_t)sqlite3_column_int64(update, 0);
    sqlite3_finalize(update);
    if (status == TN_OK && !row) {
        tn_buf_put_text(e->chunk->why, "its table tenure_store is empty");
        status = TN_STORE;
    }
    return status;
}

static int bind_root(sqlite3_stmt *update, const tn_erase_seal *seal)
{
    if (seal->root == NULL)
        return SQLITE_OK;
    int code = sqlite3_bind_blob(update, 8, seal->root, TN_DIGEST_BYTES, SQLITE_STATIC);
    if (code != SQLITE_OK)
        return code;
    return sqlite3_bind_blob64(update, 9, seal->leaves_size == 0 ? "" : seal->leaves,
                               seal->leaves_size, SQLITE_STATIC);
}

static int bind_seal(sqlite3_stmt *update, const eraser *e, const tn_erase_seal *seal)
{
    int code = bind_root(update, seal);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(update, 4, e->target->redacts);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(update, 5, (sqlite3_int64)e->out->erased_count);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(update, 6, (sqlite3_int64)e->out->watermark);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(update, 7, e->out->is_end);
    for (uint32_t i = 0; e->has_upper && i < e->walk_count && code == SQLITE_OK; i++)
        code = bind_value(update, (int)(10 + i), &e->upper[i]);
    return code;
}

static tn_status update_marker(eraser *e, const tn_erase_seal *seal)
{
    sqlite3_stmt *update = NULL;
    TN_TRY(prepare_marker(
        e,
        "UPDATE tenure_chunk SET redacts = ?4, count = ?5, watermark = ?6,"
        " is_end = ?7, root = ?8, leaves = ?9, k0 = ?10, k1 = ?11, k2 = ?12,"
        " k3 = ?13, k4 = ?14, k5 = ?15, k6 = ?16, k7 = ?17 WHERE run = ?1 AND"
        " place = ?2 AND chunk = ?3",
        e->chunk->number, &update));
    int code = bind_seal(update, e, seal);
    if (code == SQLITE_OK)
        return run_marker(e, update, true);
    sqlite3_finalize(update);
    return tn_sqlite_db_fail(e->db, code, e->chunk->why);
}

static tn_status mismatch(eraser *e, uint64_t changed)
{
    tn_buf_put_format(
        e->chunk->why,
        "%llu rows were to go, but SQLite says that %llu did; nothing was "
        "changed",
        (unsigned long long)e->taken_count, (unsigned long long)changed);
    return TN_STORE;
}

/* Decides on the rows of the range; those that are due go. */
static tn_status erase_rows(eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int64_t before = sqlite3_total_changes64(e->db->handle);
    tn_buf_init(&sql, e->arena.memory);
    tn_status status = put_statement(e, &sql);
    if (status == TN_OK)
        status = run_bounded(e, &sql, &statement, &row);
    if (status == TN_OK && !e->target->redacts)
        e->out->erased_count = (uint64_t)sqlite3_changes64(e->db->handle);
    sqlite3_finalize(statement);
    tn_buf_free(&sql);
    for (uint32_t i = 0; status == TN_OK && i < e->pending_count; i++)
        status = redact_row(e, &e->pendings[i]);
    TN_TRY(status);
    /* what triggers and foreign keys did is in the total */
    uint64_t total = (uint64_t)(sqlite3_total_changes64(e->db->handle) - before);
    if (e->out->erased_count != e->taken_count || total != e->taken_count)
        return mismatch(e, total);
    return TN_OK;
}

static tn_status do_chunk(eraser *e)
{
    const tn_erase_chunk *chunk = e->chunk;
    tn_erase_seal seal = {NULL, NULL, 0};
    int64_t version;
    TN_TRY(insert_marker(e));
    TN_TRY(drop_leaves(e));
    TN_TRY(next_watermark(e));
    TN_TRY(tn_sqlite_version(e->db, &version, chunk->why));
    TN_TRY(chunk->begun(chunk->user, version));
    TN_TRY(read_lower(e));
    TN_TRY(find_upper(e));
    TN_TRY(erase_rows(e));
    TN_TRY(recount(e));
    TN_TRY(chunk->seal(chunk->user, e->out->erased_count, &seal));
    return update_marker(e, &seal);
}

/* Readers of a database without a write-ahead log can hold it up for a moment. */
static tn_status commit(eraser *e)
{
    tn_status status = TN_STOPPED;
    for (int i = 0; i < COMMIT_TRIES && status == TN_STOPPED; i++)
        status = tn_sqlite_run(e->db, "COMMIT", e->chunk->why);
    return status;
}

/* --- what a chunk is of */

static uint32_t find_column(const tn_sqlite_table *table, tn_str name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].len == name.len &&
            sqlite3_strnicmp(table->columns[i].data, name.data, (int)name.len) == 0)
            return i;
    return TN_NONE;
}

static void choose_columns(eraser *e, uint32_t *wanted, uint32_t *rest)
{
    for (uint32_t i = 0; i < e->target->column_count; i++)
        if (e->target->columns[i].is_wanted)
            wanted[e->wanted_count++] = i;
    for (uint32_t i = 0; e->target->wants_undeclared && i < e->table.column_count;
         i++) {
        bool is_known = false;
        for (uint32_t j = 0; j < e->target->column_count; j++)
            is_known |= find_column(&e->table, e->target->columns[j].name) == i;
        for (uint32_t j = 0; j < e->table.key_count; j++)
            is_known |= e->table.key[j] == i;
        if (!is_known)
            rest[e->rest_count++] = i;
    }
}

static tn_status prepare(eraser *e, tn_store *store)
{
    tn_arena *arena = &e->arena;
    TN_TRY(tn_sqlite_examine(store, e->target, arena, &e->exam, e->chunk->why));
    if (!tn_digest_equal(&e->exam.shape, e->chunk->shape)) {
        tn_buf_put_text(e->chunk->why, "the table was altered since it was examined");
        return TN_STORE;
    }
    TN_TRY(tn_sqlite_table_find(e->db, e->target->object, arena, &e->table,
                                e->chunk->why));
    uint32_t table_count = e->table.column_count, count = e->target->column_count;
    uint32_t *wanted = tn_arena_take_array(arena, count, sizeof(*wanted));
    uint32_t *rest = tn_arena_take_array(arena, table_count, sizeof(*rest));
    e->values = tn_arena_take_array(arena, count, sizeof(*e->values));
    e->key_parts = tn_arena_take_array(arena, table_count, sizeof(*e->key_parts));
    e->undeclared = tn_arena_take_array(arena, table_count, sizeof(*e->undeclared));
    if (wanted == NULL || rest == NULL || e->values == NULL || e->key_parts == NULL ||
        e->undeclared == NULL)
        return TN_NOMEM;
    e->wanted = wanted;
    e->rest = rest;
    choose_columns(e, wanted, rest);
    e->key = e->table.key_count > 0 ? e->table.key : NULL;
    e->key_count = e->table.key_count > 0 ? e->table.key_count : 1;
    e->walk_count = tn_sqlite_walk_count(&e->table);
    e->row = (tn_store_row){.values = e->values, .undeclared = e->undeclared};
    return TN_OK;
}

static tn_status add_functions(eraser *e)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
    int code = sqlite3_create_function_v2(e->db->handle, "tenure_due", -1, FLAGS, e,
                                          due_function, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(e->db->handle, "tenure_take", -1, FLAGS, e,
                                          take_function, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(e->db, code, e->chunk->why);
}

static tn_status run_transaction(eraser *e, tn_store *store)
{
    TN_TRY(tn_sqlite_run(e->db, "BEGIN IMMEDIATE", e->chunk->why));
    tn_status status = prepare(e, store);
    if (status == TN_OK)
        status = do_chunk(e);
    if (status == TN_OK)
        status = commit(e);
    if (status != TN_OK && !sqlite3_get_autocommit(e->db->handle))
        sqlite3_exec(e->db->handle, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

tn_status tn_sqlite_erase_chunk(tn_store *store, const tn_erase_permit *permit,
                                const tn_erase_target *target,
                                const tn_erase_chunk *chunk, tn_erase_result *out)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    eraser e = {.db = db, .target = target, .chunk = chunk, .out = out};
    assert(permit != NULL && chunk->row_limit > 0);
    (void)permit;
    *out = (tn_erase_result){.looked_at_count = 0};
    tn_arena_init(&e.arena, chunk->why->memory);
    tn_status status = add_functions(&e);
    if (status == TN_OK)
        status = run_transaction(&e, store);
    sqlite3_create_function_v2(db->handle, "tenure_due", -1, SQLITE_UTF8, NULL, NULL,
                               NULL, NULL, NULL);
    sqlite3_create_function_v2(db->handle, "tenure_take", -1, SQLITE_UTF8, NULL, NULL,
                               NULL, NULL, NULL);
    tn_arena_free(&e.arena);
    return status;
}

/* --- the tables of operations; reading is what the reading store does */

static void writing_close(tn_store *store)
{
    tn_sqlite_ops.close(store);
}

static tn_status writing_list(tn_store *store, tn_arena *arena, const tn_str **names,
                              uint32_t *count, tn_buf *why)
{
    return tn_sqlite_ops.list(store, arena, names, count, why);
}

static tn_status writing_describe(tn_store *store, tn_str object, tn_arena *arena,
                                  tn_store_object *out, tn_buf *why)
{
    return tn_sqlite_ops.describe(store, object, arena, out, why);
}

static tn_status writing_scan(tn_store *store, const tn_scan_request *request,
                              tn_scan **out, tn_buf *why)
{
    return tn_sqlite_ops.scan(store, request, out, why);
}

static tn_status writing_next(tn_scan *scan, tn_store_rows *out, tn_buf *why)
{
    return tn_sqlite_ops.next(scan, out, why);
}

static tn_status writing_key(tn_scan *scan, const tn_store_row *row, tn_value *out)
{
    return tn_sqlite_ops.key(scan, row, out);
}

static tn_str writing_undeclared_name(const tn_scan *scan, uint32_t number)
{
    return tn_sqlite_ops.undeclared_name(scan, number);
}

static void writing_scan_close(tn_scan *scan)
{
    tn_sqlite_ops.scan_close(scan);
}

const tn_store_ops tn_sqlite_writing_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities =
        TN_STORE_COLUMNS | TN_STORE_CASELESS | TN_STORE_INT_BOOL | TN_STORE_KEYED,
    .kind = "sqlite",
    .help = "an SQLite database",
    .open = tn_sqlite_writing_open,
    .close = writing_close,
    .list = writing_list,
    .describe = writing_describe,
    .scan = writing_scan,
    .next = writing_next,
    .key = writing_key,
    .undeclared_name = writing_undeclared_name,
    .scan_close = writing_scan_close,
    .erase = &tn_sqlite_erase,
};

const tn_erase_ops tn_sqlite_erase = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_sqlite_writing_ops,
    .examine = tn_sqlite_examine,
    .mark = tn_sqlite_mark,
    .prepare = tn_sqlite_prepare_marks,
    .markers = tn_sqlite_markers,
    .erase = tn_sqlite_erase_chunk,
    .settle = tn_sqlite_settle,
    .current = tn_sqlite_current,
};

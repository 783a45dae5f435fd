/* mysql_sweep: what is known beforehand to go, by one statement.
 *
 * The rule is in the deleting statement's own condition, so that a row is decided as it
 * is when it goes. MariaDB tells which rows went. MySQL does not: there the keys are
 * selected first, FOR UPDATE, which locks all of the range, and the same condition then
 * deletes the same rows. */
#include "interp/store/mysql_erase.h"
#include "interp/store/mysql_render.h"

bool tn_mysql_can_sweep(const tn_erase_rule *rule)
{
    return tn_mysql_key_count(rule->goes) <= TN_MYSQL_RENDER_KEYS_MAX;
}

/* --- conditions */

static void put_rule(const tn_mysql_sweep *w, tn_mysql_sql *sql)
{
    tn_mysql_renderer r = {sql, w->table, w->columns};
    tn_mysql_render_tree(&r, w->rule.goes);
}

static void put_bounds(const tn_mysql_sweep *w, const char *before, tn_buf *sql)
{
    if (w->lower != NULL) {
        tn_buf_put_text(sql, before);
        tn_mysql_put_bound(w->table, ">", sql);
    }
    if (w->upper != NULL) {
        tn_buf_put_text(sql, w->lower != NULL ? " AND " : before);
        tn_mysql_put_bound(w->table, "<=", sql);
    }
}

void tn_mysql_sweep_put_rest(const tn_mysql_sweep *w, tn_mysql_sql *sql)
{
    tn_buf_put_text(&sql->text, " WHERE (");
    put_rule(w, sql);
    tn_buf_put_text(&sql->text, ") IS NULL");
    put_bounds(w, " AND ", &sql->text);
}

void tn_mysql_sweep_bind(const tn_mysql_sweep *w, const tn_mysql_sql *sql,
                         tn_mysql_statement *s)
{
    uint32_t at = sql->count;
    if (w->lower != NULL)
        at = tn_mysql_bind_bound(w->table, s, at, w->lower);
    if (w->upper != NULL)
        tn_mysql_bind_bound(w->table, s, at, w->upper);
}

/* What is done with the rows that go. */
typedef enum sweep_way { SELECT_KEYS, DELETE_ROWS, DELETE_RETURNING_KEYS } sweep_way;

static tn_status prepare(const tn_mysql_sweep *w, sweep_way way, tn_mysql_statement *s)
{
    tn_mysql_sql sql;
    tn_mysql_sql_init(&sql, w->arena, w->db->memory);
    sql.is_kept = true; /* the chunk has seen to it that the table is as it was */
    tn_buf_put_text(&sql.text, way == SELECT_KEYS ? "SELECT " : "DELETE");
    if (way == SELECT_KEYS)
        tn_mysql_put_key(w->table, &sql.text);
    tn_buf_put_text(&sql.text, " FROM ");
    tn_mysql_put_name(&sql.text, w->table->name);
    tn_buf_put_text(&sql.text, way == SELECT_KEYS ? " FORCE INDEX (PRIMARY)" : "");
    tn_buf_put_text(&sql.text, " WHERE ");
    put_rule(w, &sql);
    put_bounds(w, " AND ", &sql.text);
    if (way == SELECT_KEYS)
        tn_buf_put_text(&sql.text, " FOR UPDATE");
    if (way == DELETE_RETURNING_KEYS) {
        tn_buf_put_text(&sql.text, " RETURNING ");
        tn_mysql_put_key(w->table, &sql.text);
    }
    tn_status status = tn_mysql_sql_prepare(&sql, w->db, s, w->chunk->why);
    tn_mysql_sql_free(&sql);
    if (status == TN_OK)
        tn_mysql_sweep_bind(w, &sql, s);
    return status;
}

/* --- rows */

static tn_status take_row(const tn_mysql_sweep *w, const tn_mysql_statement *s)
{
    tn_value parts[TN_MYSQL_KEY_MAX];
    tn_list_value list = {parts, w->table->key_count};
    tn_value key = {TN_KIND_LIST, {.list = &list}};
    for (uint32_t i = 0; i < list.count; i++)
        tn_mysql_read_key(s, i, &parts[i]);
    return w->chunk->take(w->chunk->user, list.count == 1 ? &parts[0] : &key);
}

static tn_status take_rows(const tn_mysql_sweep *w, tn_mysql_statement *s,
                           uint64_t *count)
{
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, w->chunk->why));
        if (!row)
            return TN_OK;
        TN_TRY(take_row(w, s));
        ++*count;
    }
}

/* The rows of a statement that gives keys. */
static tn_status run_with_keys(const tn_mysql_sweep *w, sweep_way way, uint64_t *count)
{
    tn_mysql_statement s = {.db = NULL};
    TN_TRY(prepare(w, way, &s));
    s.streams = true;
    tn_status status = tn_mysql_execute(&s, w->chunk->why);
    if (status == TN_OK)
        status = take_rows(w, &s, count);
    tn_mysql_statement_close(&s);
    return status;
}

static tn_status delete_selected(const tn_mysql_sweep *w, uint64_t *count)
{
    tn_mysql_statement s = {.db = NULL};
    TN_TRY(prepare(w, DELETE_ROWS, &s));
    tn_status status = tn_mysql_execute(&s, w->chunk->why);
    if (status == TN_OK)
        *count = tn_mysql_affected(&s);
    tn_mysql_statement_close(&s);
    return status;
}

tn_status tn_mysql_sweep_rows(const tn_mysql_sweep *w, uint64_t *count)
{
    uint64_t selected = 0;
    *count = 0;
    if (w->db->is_mariadb)
        return run_with_keys(w, DELETE_RETURNING_KEYS, count);
    TN_TRY(run_with_keys(w, SELECT_KEYS, &selected));
    if (selected > 0)
        TN_TRY(delete_selected(w, count));
    if (*count == selected)
        return TN_OK;
    tn_buf_put_format(
        w->chunk->why,
        "%llu rows were to go, but the server says that %llu did; nothing "
        "was changed",
        (unsigned long long)selected, (unsigned long long)*count);
    return TN_STORE;
}

/* --- the end of the range */

static tn_status prepare_end(const tn_mysql_sweep *w, bool counts,
                             tn_mysql_statement *s)
{
    tn_buf sql;
    tn_buf_init(&sql, w->db->memory);
    tn_buf_put_text(&sql, "SELECT ");
    if (counts)
        tn_buf_put_text(&sql, "count(*)");
    else
        tn_mysql_put_key(w->table, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_mysql_put_name(&sql, w->table->name);
    tn_buf_put_text(&sql, " FORCE INDEX (PRIMARY)");
    put_bounds(w, " WHERE ", &sql);
    if (!counts) {
        tn_buf_put_text(&sql, " ORDER BY ");
        tn_mysql_put_key(w->table, &sql);
        tn_buf_put_format(&sql, " LIMIT 1 OFFSET %u", w->chunk->row_limit - 1);
    }
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare_kept(s, w->db, tn_buf_view(&sql), w->chunk->why);
    tn_buf_free(&sql);
    if (status == TN_OK && w->lower != NULL)
        tn_mysql_bind_bound(w->table, s, 0, w->lower);
    return status;
}

static tn_status keep_upper(tn_mysql_sweep *w, const tn_mysql_statement *s)
{
    tn_value *key = tn_arena_take_array(w->arena, w->table->key_count, sizeof(*key));
    w->upper = key;
    return key == NULL ? TN_NOMEM : tn_mysql_read_whole_key(w->table, s, w->arena, key);
}

static tn_status ask_end(tn_mysql_sweep *w, bool counts, uint64_t *count)
{
    tn_mysql_statement s = {.db = NULL};
    bool row = false;
    TN_TRY(prepare_end(w, counts, &s));
    tn_status status = tn_mysql_execute(&s, w->chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, w->chunk->why);
    if (status == TN_OK && row && counts)
        *count = (uint64_t)tn_mysql_read_int(&s, 0);
    else if (status == TN_OK && row)
        status = keep_upper(w, &s);
    tn_mysql_statement_close(&s);
    return status;
}

tn_status tn_mysql_sweep_end(tn_mysql_sweep *w, uint64_t *count)
{
    *count = w->chunk->row_limit;
    w->upper = NULL;
    TN_TRY(ask_end(w, false, count));
    return w->upper != NULL ? TN_OK : ask_end(w, true, count);
}

/* --- the rest */

tn_status tn_mysql_sweep_has_rest(const tn_mysql_sweep *w, bool *out)
{
    tn_mysql_statement s;
    tn_mysql_sql sql;
    tn_mysql_sql_init(&sql, w->arena, w->db->memory);
    sql.is_kept = true;
    tn_buf_put_text(&sql.text, "SELECT 1 FROM ");
    tn_mysql_put_name(&sql.text, w->table->name);
    tn_buf_put_text(&sql.text, " FORCE INDEX (PRIMARY)");
    tn_mysql_sweep_put_rest(w, &sql);
    tn_buf_put_text(&sql.text, " LIMIT 1");
    tn_status status = tn_mysql_sql_prepare(&sql, w->db, &s, w->chunk->why);
    tn_mysql_sql_free(&sql);
    TN_TRY(status);
    tn_mysql_sweep_bind(w, &sql, &s);
    status = tn_mysql_execute(&s, w->chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, out, w->chunk->why);
    tn_mysql_statement_close(&s);
    return status;
}

/* mysql_known: tables that are looked at for every chunk, and mostly are as they were.
 */
#include "interp/base/digest.h"
#include "interp/store/mysql_table.h"

/* A table that was found before; it is as it was while the statement that would create
 * it is the same. */
struct tn_mysql_known {
    tn_mysql_known *next;
    tn_str name; /* as it was asked for */
    tn_digest statement;
    tn_mysql_table table;
};

/* All but the next number of an AUTO_INCREMENT, which is data. */
static tn_digest digest_of(tn_str statement)
{
    static const tn_str counter = {" AUTO_INCREMENT=", 16};
    tn_digest_state state;
    size_t at = tn_str_find(statement, counter);
    tn_digest_start(&state);
    if (at < statement.len) {
        tn_digest_add(&state, tn_str_slice(statement, 0, at));
        at += counter.len;
        while (at < statement.len && statement.data[at] >= '0' &&
               statement.data[at] <= '9')
            at++;
        statement = tn_str_slice(statement, at, SIZE_MAX);
    }
    tn_digest_add(&state, statement);
    return tn_digest_end(&state);
}

/* *is_table false: a view, or nothing. */
static tn_status ask_statement(tn_mysql_db *db, tn_str name, tn_digest *out,
                               bool *is_table, tn_buf *why)
{
    enum { TABLE_COLUMNS = 2 };
    tn_mysql_statement s;
    tn_buf sql;
    tn_buf_init(&sql, db->memory);
    tn_buf_put_text(&sql, "SHOW CREATE TABLE ");
    tn_mysql_put_name(&sql, name);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare_kept(&s, db, tn_buf_view(&sql), why);
    tn_buf_free(&sql);
    TN_TRY(status);
    *is_table = false;
    if (s.column_count == TABLE_COLUMNS) {
        status = tn_mysql_execute(&s, why);
        if (status == TN_OK)
            status = tn_mysql_fetch(&s, is_table, why);
        if (status == TN_OK && *is_table)
            *out = digest_of(tn_mysql_read_text(&s, 1));
    }
    tn_mysql_statement_close(&s);
    return status;
}

static const tn_mysql_known *find_known(const tn_mysql_db *db, tn_str name,
                                        const tn_digest *statement)
{
    for (const tn_mysql_known *k = db->known; k != NULL; k = k->next)
        if (tn_str_equal(k->name, name) && tn_digest_equal(&k->statement, statement))
            return k;
    return NULL;
}

static tn_status get_to_know(tn_mysql_db *db, tn_str name, const tn_digest *statement,
                             tn_mysql_table *out, tn_buf *why)
{
    TN_TRY(tn_mysql_table_look(db, name, &db->arena, out, why));
    tn_mysql_known *known = tn_arena_take(&db->arena, sizeof(*known));
    tn_str copy = tn_arena_copy(&db->arena, name);
    if (known == NULL || copy.data == NULL)
        return TN_NOMEM;
    *known = (tn_mysql_known){db->known, copy, *statement, *out};
    db->known = known;
    return TN_OK;
}

tn_status tn_mysql_table_find(tn_mysql_db *db, tn_str name, tn_arena *arena,
                              tn_mysql_table *out, tn_buf *why)
{
    tn_digest statement;
    bool is_table = false;
    size_t len = why->len;
    if (db->writes) {
        tn_status status = ask_statement(db, name, &statement, &is_table, why);
        if (status == TN_NOT_FOUND)
            why->len = len;
        else
            TN_TRY(status);
    }
    if (!is_table)
        return tn_mysql_table_look(db, name, arena, out, why);
    const tn_mysql_known *known = find_known(db, name, &statement);
    if (known == NULL)
        return get_to_know(db, name, &statement, out, why);
    *out = known->table;
    return TN_OK;
}

#include "interp/store/mysql_table.h"

#include <string.h>

uint32_t tn_mysql_find_column(const tn_mysql_table *table, tn_str name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (tn_str_equal_but_for_case(table->columns[i].name, name))
            return i;
    return TN_NONE;
}

/* --- what the server says of a table */

static const struct {
    const char *name;
    tn_mysql_type type;
} types[] = {
    {"tinyint", TN_MYSQL_INTEGER},
    {"smallint", TN_MYSQL_INTEGER},
    {"mediumint", TN_MYSQL_INTEGER},
    {"int", TN_MYSQL_INTEGER},
    {"bigint", TN_MYSQL_INTEGER},
    {"year", TN_MYSQL_INTEGER},
    {"bit", TN_MYSQL_BIT},
    {"float", TN_MYSQL_REAL},
    {"double", TN_MYSQL_REAL},
    {"decimal", TN_MYSQL_DECIMAL},
    {"char", TN_MYSQL_TEXT},
    {"varchar", TN_MYSQL_TEXT},
    {"tinytext", TN_MYSQL_TEXT},
    {"text", TN_MYSQL_TEXT},
    {"mediumtext", TN_MYSQL_TEXT},
    {"longtext", TN_MYSQL_TEXT},
    {"binary", TN_MYSQL_BINARY},
    {"varbinary", TN_MYSQL_BINARY},
    {"tinyblob", TN_MYSQL_BINARY},
    {"blob", TN_MYSQL_BINARY},
    {"mediumblob", TN_MYSQL_BINARY},
    {"longblob", TN_MYSQL_BINARY},
    {"date", TN_MYSQL_DATE},
    {"datetime", TN_MYSQL_DATETIME},
    {"timestamp", TN_MYSQL_TIMESTAMP},
};

static tn_mysql_type find_type(tn_str name)
{
    for (size_t i = 0; i < TN_COUNT(types); i++)
        if (tn_str_equal_but_for_case(name, tn_str_from(types[i].name)))
            return types[i].type;
    return TN_MYSQL_OTHER;
}

/* A text of the row, in the arena; never data NULL but for want of memory. */
static bool take(const tn_mysql_statement *s, uint32_t column, tn_arena *arena,
                 tn_str *out)
{
    tn_value value;
    tn_mysql_read(s, column, &value);
    bool is_text = value.kind == TN_KIND_STRING || value.kind == TN_KIND_BYTES;
    *out = tn_arena_copy(arena, is_text ? value.as.text : TN_STR(""));
    return out->data != NULL;
}

/* What is put into statements without quotes. */
static bool is_word(tn_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
                   text.data[i]) == NULL)
            return false;
    return text.len > 0;
}

static const char table_sql[] =
    "SELECT table_name, engine, table_type FROM information_schema.tables WHERE"
    " table_schema = DATABASE() AND table_name = ?";

static tn_status find_name(tn_mysql_db *db, tn_str name, tn_arena *arena,
                           tn_mysql_table *out, tn_buf *why)
{
    tn_mysql_statement s;
    bool row = false;
    TN_TRY(tn_mysql_prepare(&s, db, TN_STR(table_sql), 0, why));
    tn_mysql_bind_text(&s, 0, name);
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, why);
    if (status == TN_OK && !row) {
        tn_buf_put_format(why, "it has no table \"" TN_STR_FMT "\" that may be seen",
                          TN_STR_ARG(name));
        status = TN_NOT_FOUND;
    } else if (status == TN_OK) {
        tn_str kind = tn_mysql_read_text(&s, 2);
        out->is_view = tn_str_ends(kind, TN_STR("VIEW"));
        if (!take(&s, 0, arena, &out->name) || !take(&s, 1, arena, &out->engine))
            status = TN_NOMEM;
    }
    tn_mysql_statement_close(&s);
    return status;
}

static const char column_sql[] =
    "SELECT c.column_name, c.data_type, c.column_type, c.character_set_name,"
    " c.collation_name, c.is_nullable, c.extra, coalesce(c.numeric_precision, 0),"
    " coalesce(c.numeric_scale, 0) FROM information_schema.columns c WHERE "
    "c.table_schema = DATABASE() AND"
    " c.table_name = ? ORDER BY c.ordinal_position";

static bool take_column(const tn_mysql_statement *s, tn_arena *arena,
                        tn_mysql_column *out)
{
    tn_str nullable, extra;
    bool good = take(s, 0, arena, &out->name) && take(s, 1, arena, &out->type_name) &&
                take(s, 2, arena, &out->full_type) &&
                take(s, 3, arena, &out->charset) &&
                take(s, 4, arena, &out->collation) && take(s, 5, arena, &nullable) &&
                take(s, 6, arena, &extra);
    if (!good)
        return false;
    out->type = find_type(out->type_name);
    out->is_nullable = tn_str_equal(nullable, TN_STR("YES"));
    out->is_generated = tn_str_find(extra, TN_STR("GENERATED")) != SIZE_MAX &&
                        tn_str_find(extra, TN_STR("DEFAULT_GENERATED")) == SIZE_MAX;
    out->is_unsigned = tn_str_find(out->full_type, TN_STR("unsigned")) != SIZE_MAX;
    out->precision = (uint32_t)tn_mysql_read_int(s, 7);
    out->scale = (uint32_t)tn_mysql_read_int(s, 8);
    return true;
}

static tn_status take_columns(tn_mysql_statement *s, tn_arena *arena,
                              tn_mysql_table *out, tn_buf *why)
{
    tn_mysql_column *columns = NULL;
    uint32_t capacity = 0;
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            return TN_OK;
        if (out->column_count == capacity) {
            capacity = capacity == 0 ? 32 : 2 * capacity;
            columns = tn_arena_take_array(arena, capacity, sizeof(*columns));
            if (columns == NULL)
                return TN_NOMEM;
            if (out->column_count > 0)
                memcpy(columns, out->columns, out->column_count * sizeof(*columns));
            out->columns = columns;
        }
        if (!take_column(s, arena, &columns[out->column_count]))
            return TN_NOMEM;
        out->column_count++;
    }
}

static tn_status find_columns(tn_mysql_db *db, tn_arena *arena, tn_mysql_table *out,
                              tn_buf *why)
{
    tn_mysql_statement s;
    TN_TRY(tn_mysql_prepare_kept(&s, db, TN_STR(column_sql), why));
    tn_mysql_bind_text(&s, 0, out->name);
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = take_columns(&s, arena, out, why);
    tn_mysql_statement_close(&s);
    return status;
}

static const char key_sql[] =
    "SELECT column_name, sub_part FROM information_schema.statistics WHERE"
    " table_schema = DATABASE() AND table_name = ? AND index_name = 'PRIMARY'"
    " ORDER BY seq_in_index";

static tn_status take_key(tn_mysql_statement *s, tn_mysql_table *out, tn_buf *why)
{
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            return TN_OK;
        if (out->key_count == TN_MYSQL_KEY_MAX) {
            out->obstacle = "has a primary key of more than 8 columns";
            return TN_OK;
        }
        uint32_t column = tn_mysql_find_column(out, tn_mysql_read_text(s, 0));
        if (column == TN_NONE)
            return TN_STORE;
        if (!tn_mysql_is_null(s, 1))
            out->obstacle = "has a primary key that holds only the start of a column";
        out->key[out->key_count++] = column;
    }
}

/* Does `ORDER BY` go the same way as `>`, and is a bound compared without coercion? */
static bool is_walkable(const tn_mysql_column *column)
{
    if (column->type == TN_MYSQL_TEXT)
        return is_word(column->charset) && is_word(column->collation);
    return column->type != TN_MYSQL_OTHER;
}

static tn_status find_key(tn_mysql_db *db, tn_mysql_table *out, tn_buf *why)
{
    tn_mysql_statement s;
    TN_TRY(tn_mysql_prepare_kept(&s, db, TN_STR(key_sql), why));
    tn_mysql_bind_text(&s, 0, out->name);
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = take_key(&s, out, why);
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    if (out->key_count == 0)
        out->obstacle = "has no primary key";
    for (uint32_t i = 0; i < out->key_count; i++)
        if (!is_walkable(&out->columns[out->key[i]]))
            out->obstacle = "has a primary key of a type whose order can't be walked";
    return TN_OK;
}

tn_status tn_mysql_table_look(tn_mysql_db *db, tn_str name, tn_arena *arena,
                              tn_mysql_table *out, tn_buf *why)
{
    *out = (tn_mysql_table){.key_count = 0};
    TN_TRY(find_name(db, name, arena, out, why));
    TN_TRY(find_columns(db, arena, out, why));
    return find_key(db, out, why);
}

static const char tables_sql[] =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
    " ORDER BY table_name LIMIT 1000";

static tn_status take_names(tn_mysql_statement *s, tn_arena *arena, tn_str *list,
                            uint32_t *count, tn_buf *why)
{
    bool row = true;
    for (;;) {
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            return TN_OK;
        if (!take(s, 0, arena, &list[*count]))
            return TN_NOMEM;
        ++*count;
    }
}

tn_status tn_mysql_tables(tn_mysql_db *db, tn_arena *arena, const tn_str **names,
                          uint32_t *count, tn_buf *why)
{
    enum { TABLES_MAX = 1000 };
    tn_mysql_statement s;
    tn_str *list = tn_arena_take_array(arena, TABLES_MAX, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    *names = list;
    *count = 0;
    TN_TRY(tn_mysql_prepare(&s, db, TN_STR(tables_sql), 0, why));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = take_names(&s, arena, list, count, why);
    tn_mysql_statement_close(&s);
    return status;
}

/* --- walking by key */

static const tn_mysql_column *key_column(const tn_mysql_table *table, uint32_t i)
{
    return &table->columns[table->key[i]];
}

void tn_mysql_put_key(const tn_mysql_table *table, tn_buf *sql)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        tn_mysql_put_name(sql, key_column(table, i)->name);
    }
}

void tn_mysql_put_parameter(const tn_mysql_column *column, tn_buf *sql)
{
    if (column->type == TN_MYSQL_TEXT)
        tn_buf_put_format(sql, "CONVERT(? USING " TN_STR_FMT ") COLLATE " TN_STR_FMT,
                          TN_STR_ARG(column->charset), TN_STR_ARG(column->collation));
    else if (column->type == TN_MYSQL_DECIMAL)
        tn_buf_put_format(sql, "CAST(? AS DECIMAL(%u,%u))", column->precision,
                          column->scale);
    else
        tn_buf_put_char(sql, '?');
}

static void put_compare(const tn_mysql_table *table, uint32_t i, const char *compare,
                        tn_buf *sql)
{
    tn_mysql_put_name(sql, key_column(table, i)->name);
    tn_buf_put_text(sql, compare);
    tn_mysql_put_parameter(key_column(table, i), sql);
}

/* Of several columns, a >= ? AND (a > ? OR (a = ? AND (b >= ? AND (...)))): of row
 * comparisons the servers make no range of an index. */
uint32_t tn_mysql_put_bound(const tn_mysql_table *table, const char *compare,
                            tn_buf *sql)
{
    const char *strict = compare[0] == '>' ? ">" : "<";
    const char *loose = compare[0] == '>' ? ">=" : "<=";
    uint32_t last = table->key_count - 1;
    for (uint32_t i = 0; i < last; i++) {
        tn_buf_put_char(sql, '(');
        put_compare(table, i, loose, sql);
        tn_buf_put_text(sql, " AND (");
        put_compare(table, i, strict, sql);
        tn_buf_put_text(sql, " OR (");
        put_compare(table, i, "=", sql);
        tn_buf_put_text(sql, " AND ");
    }
    put_compare(table, last, compare, sql);
    for (uint32_t i = 0; i < last; i++)
        tn_buf_put_text(sql, ")))");
    return last * 3 + 1;
}

void tn_mysql_bind_part(const tn_mysql_column *column, tn_mysql_statement *statement,
                        uint32_t number, const tn_value *value)
{
    bool is_time = column->type == TN_MYSQL_DATE || column->type == TN_MYSQL_DATETIME ||
                   column->type == TN_MYSQL_TIMESTAMP;
    if (!is_time || !tn_mysql_bind_time(statement, number, value))
        tn_mysql_bind(statement, number, value);
}

uint32_t tn_mysql_bind_bound(const tn_mysql_table *table, tn_mysql_statement *statement,
                             uint32_t first, const tn_value *key)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        uint32_t times = i + 1 < table->key_count ? 3 : 1;
        for (uint32_t k = 0; k < times; k++)
            tn_mysql_bind_part(key_column(table, i), statement, first++, &key[i]);
    }
    return first;
}

void tn_mysql_put_equal(const tn_mysql_table *table, tn_buf *sql)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        tn_buf_put_text(sql, i > 0 ? " AND " : "");
        put_compare(table, i, "=", sql);
    }
}

uint32_t tn_mysql_bind_equal(const tn_mysql_table *table, tn_mysql_statement *statement,
                             uint32_t first, const tn_value *key)
{
    for (uint32_t i = 0; i < table->key_count; i++)
        tn_mysql_bind_part(key_column(table, i), statement, first++, &key[i]);
    return first;
}

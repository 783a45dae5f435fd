/* mysql_row: from a statement's row to a store's. */
#include "interp/store/mysql_store.h"

static bool is_key_column(const tn_mysql_table *table, uint32_t column)
{
    for (uint32_t i = 0; i < table->key_count; i++)
        if (table->key[i] == column)
            return true;
    return false;
}

static void choose_rest(tn_mysql_row *r, const tn_scan_request *request, uint32_t *rest)
{
    for (uint32_t i = 0; i < r->table->column_count; i++) {
        bool is_known = is_key_column(r->table, i);
        for (uint32_t j = 0; j < request->column_count; j++)
            is_known |= tn_str_equal_but_for_case(request->columns[j].name,
                                                  r->table->columns[i].name);
        if (!is_known)
            rest[r->rest_count++] = i;
    }
}

tn_status tn_mysql_row_init(tn_mysql_row *r, const tn_mysql_table *table,
                            const tn_scan_request *request, tn_arena *arena,
                            tn_buf *why)
{
    uint32_t count = request->column_count;
    uint32_t *wanted = tn_arena_take_array(arena, count, sizeof(*wanted));
    uint32_t *rest = tn_arena_take_array(arena, table->column_count, sizeof(*rest));
    *r = (tn_mysql_row){.columns = request->columns,
                        .table = table,
                        .wanted = wanted,
                        .rest = rest,
                        .values = tn_arena_take_array(arena, count, sizeof(tn_value)),
                        .undeclared = tn_arena_take_array(arena, table->column_count,
                                                          sizeof(uint32_t))};
    if (wanted == NULL || rest == NULL || r->values == NULL || r->undeclared == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        tn_str name = request->columns[i].name;
        if (!request->columns[i].is_wanted)
            continue;
        if (tn_mysql_find_column(table, name) == TN_NONE) {
            tn_buf_put_format(
                why, "table \"" TN_STR_FMT "\" has no column \"" TN_STR_FMT "\"",
                TN_STR_ARG(table->name), TN_STR_ARG(name));
            return TN_NOT_FOUND;
        }
        wanted[r->wanted_count++] = i;
    }
    if (request->wants_undeclared)
        choose_rest(r, request, rest);
    r->row.values = r->values;
    r->row.undeclared = r->undeclared;
    return TN_OK;
}

void tn_mysql_row_put_columns(const tn_mysql_row *r, tn_buf *sql)
{
    const char *comma = "";
    for (uint32_t i = 0; i < r->wanted_count; i++, comma = ",") {
        tn_buf_put_text(sql, comma);
        tn_mysql_put_name(sql, r->columns[r->wanted[i]].name);
    }
    for (uint32_t i = 0; i < r->rest_count; i++, comma = ",") {
        tn_buf_put_text(sql, comma);
        tn_mysql_put_name(sql, r->table->columns[r->rest[i]].name);
        tn_buf_put_text(sql, " IS NOT NULL");
    }
    tn_buf_put_text(sql, comma);
    if (r->table->key_count > 0)
        tn_mysql_put_key(r->table, sql);
    else
        tn_buf_put_text(sql, "NULL");
}

void tn_mysql_row_read(tn_mysql_row *r, const tn_mysql_statement *statement)
{
    uint32_t column = 0;
    r->row.number++;
    for (uint32_t i = 0; i < r->wanted_count; i++)
        tn_mysql_read(statement, column++, &r->values[r->wanted[i]]);
    r->row.undeclared_count = 0;
    for (uint32_t i = 0; i < r->rest_count; i++)
        if (tn_mysql_read_int(statement, column++) != 0)
            r->undeclared[r->row.undeclared_count++] = i;
    for (uint32_t i = 0; i < r->table->key_count; i++)
        tn_mysql_read_key(statement, column++, &r->key_parts[i]);
}

void tn_mysql_row_key(tn_mysql_row *r, tn_value *out)
{
    r->key_list = (tn_list_value){r->key_parts, r->table->key_count};
    *out = r->table->key_count == 1 ? r->key_parts[0]
                                    : (tn_value){TN_KIND_LIST, {.list = &r->key_list}};
}

tn_status tn_mysql_keep_key(const tn_mysql_table *table, const tn_value *key,
                            tn_arena *arena, tn_value *out)
{
    for (uint32_t i = 0; i < table->key_count; i++) {
        out[i] = key[i];
        if (key[i].kind != TN_KIND_STRING && key[i].kind != TN_KIND_BYTES)
            continue;
        out[i].as.text = tn_arena_copy(arena, key[i].as.text);
        if (out[i].as.text.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

tn_status tn_mysql_read_whole_key(const tn_mysql_table *table,
                                  const tn_mysql_statement *statement, tn_arena *arena,
                                  tn_value *out)
{
    tn_value parts[TN_MYSQL_KEY_MAX];
    for (uint32_t i = 0; i < table->key_count; i++)
        tn_mysql_read_key(statement, i, &parts[i]);
    return tn_mysql_keep_key(table, parts, arena, out);
}

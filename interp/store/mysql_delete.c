/* mysql_delete: what goes, by ranges of keys; what is redacted, row by row.
 *
 * Rows that follow each other and all go are one range: between its ends there is
 * nothing else, since the transaction has locked all of it, gaps and rows. */
#include "interp/store/mysql_erase.h"

#include <string.h>

/* So many ranges a statement, well below what the servers' range optimizer takes. */
enum { TERMS_MAX = 500 };

/* --- ranges */

static const tn_value *copy_key(tn_mysql_doomed *d, const tn_value *key)
{
    uint32_t count = d->table->key_count;
    tn_value *copy = tn_arena_take_array(d->arena, count, sizeof(*copy));
    for (uint32_t i = 0; copy != NULL && i < count; i++) {
        copy[i] = key[i];
        if (key[i].kind != TN_KIND_STRING && key[i].kind != TN_KIND_BYTES)
            continue;
        copy[i].as.text = tn_arena_copy(d->arena, key[i].as.text);
        if (copy[i].as.text.data == NULL)
            return NULL;
    }
    return copy;
}

static tn_status grow(tn_mysql_doomed *d)
{
    uint32_t capacity = d->range_capacity == 0 ? 256 : 2 * d->range_capacity;
    tn_mysql_range *grown = tn_arena_take_array(d->arena, capacity, sizeof(*grown));
    if (grown == NULL)
        return TN_NOMEM;
    if (d->range_count > 0)
        memcpy(grown, d->ranges, d->range_count * sizeof(*grown));
    d->ranges = grown;
    d->range_capacity = capacity;
    return TN_OK;
}

tn_status tn_mysql_doom(tn_mysql_doomed *d, uint64_t number, const tn_value *key)
{
    bool joins = d->range_count > 0 && number == d->last_number + 1 && !d->has_gaps &&
                 d->table->key_count == 1;
    const tn_value *copy = copy_key(d, key);
    if (copy == NULL)
        return TN_NOMEM;
    d->last_number = number;
    if (joins) {
        tn_mysql_range *range = &d->ranges[d->range_count - 1];
        range->last = copy;
        range->row_count++;
        return TN_OK;
    }
    if (d->range_count == d->range_capacity)
        TN_TRY(grow(d));
    d->ranges[d->range_count++] = (tn_mysql_range){copy, copy, 1};
    return TN_OK;
}

/* --- deleting */

static const tn_mysql_column *key_column(const tn_mysql_table *table, uint32_t i)
{
    return &table->columns[table->key[i]];
}

/* `k` BETWEEN ? AND ? OR ... OR `k` IN (?, ...) */
static void put_ranges(const tn_mysql_table *table, const tn_mysql_range *ranges,
                       uint32_t count, tn_buf *sql)
{
    const tn_mysql_column *column = key_column(table, 0);
    const char *before = "";
    uint32_t single_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        single_count += ranges[i].row_count == 1;
        if (ranges[i].row_count == 1)
            continue;
        tn_buf_put_text(sql, before);
        tn_mysql_put_name(sql, column->name);
        tn_buf_put_text(sql, " BETWEEN ");
        tn_mysql_put_parameter(column, sql);
        tn_buf_put_text(sql, " AND ");
        tn_mysql_put_parameter(column, sql);
        before = " OR ";
    }
    if (single_count == 0)
        return;
    tn_buf_put_text(sql, before);
    tn_mysql_put_name(sql, column->name);
    for (uint32_t i = 0; i < single_count; i++) {
        tn_buf_put_text(sql, i == 0 ? " IN (" : ",");
        tn_mysql_put_parameter(column, sql);
    }
    tn_buf_put_char(sql, ')');
}

/* (`a`,`b`) IN ((?,?), ...) */
static void put_rows(const tn_mysql_table *table, uint32_t count, tn_buf *sql)
{
    tn_buf_put_char(sql, '(');
    tn_mysql_put_key(table, sql);
    tn_buf_put_text(sql, ") IN ");
    for (uint32_t i = 0; i < count; i++) {
        tn_buf_put_text(sql, i == 0 ? "((" : ",(");
        for (uint32_t k = 0; k < table->key_count; k++) {
            tn_buf_put_text(sql, k > 0 ? "," : "");
            tn_mysql_put_parameter(key_column(table, k), sql);
        }
        tn_buf_put_char(sql, ')');
    }
    tn_buf_put_char(sql, ')');
}

static void bind_ranges(tn_mysql_statement *s, const tn_mysql_table *table,
                        const tn_mysql_range *ranges, uint32_t count)
{
    uint32_t at = 0;
    const tn_mysql_column *column = key_column(table, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (ranges[i].row_count == 1)
            continue;
        tn_mysql_bind_part(column, s, at++, ranges[i].first);
        tn_mysql_bind_part(column, s, at++, ranges[i].last);
    }
    for (uint32_t i = 0; i < count; i++)
        if (ranges[i].row_count == 1)
            tn_mysql_bind_part(column, s, at++, ranges[i].first);
}

static void bind_rows(tn_mysql_statement *s, const tn_mysql_table *table,
                      const tn_mysql_range *ranges, uint32_t count)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < count; i++)
        at = tn_mysql_bind_equal(table, s, at, ranges[i].first);
}

static tn_status delete_some(tn_mysql_db *db, const tn_mysql_doomed *d, uint32_t first,
                             uint64_t *count, tn_buf *why)
{
    const tn_mysql_range *ranges = d->ranges + first;
    uint32_t terms = d->range_count - first;
    tn_mysql_statement s = {.db = NULL};
    tn_buf sql;
    terms = terms > TERMS_MAX ? TERMS_MAX : terms;
    tn_buf_init(&sql, db->memory);
    tn_buf_put_text(&sql, "DELETE FROM ");
    tn_mysql_put_name(&sql, d->table->name);
    tn_buf_put_text(&sql, " WHERE ");
    if (d->table->key_count == 1)
        put_ranges(d->table, ranges, terms, &sql);
    else
        put_rows(d->table, terms, &sql);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare(&s, db, tn_buf_view(&sql), 0, why);
    tn_buf_free(&sql);
    TN_TRY(status);
    if (d->table->key_count == 1)
        bind_ranges(&s, d->table, ranges, terms);
    else
        bind_rows(&s, d->table, ranges, terms);
    status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        *count += tn_mysql_affected(&s);
    tn_mysql_statement_close(&s);
    return status;
}

tn_status tn_mysql_delete(tn_mysql_db *db, const tn_mysql_doomed *doomed,
                          uint64_t *count, tn_buf *why)
{
    for (uint32_t i = 0; i < doomed->range_count; i += TERMS_MAX)
        TN_TRY(delete_some(db, doomed, i, count, why));
    return TN_OK;
}

/* --- redacting */

static void put_update(const tn_mysql_redaction *row, tn_buf *sql)
{
    tn_buf_put_text(sql, "UPDATE ");
    tn_mysql_put_name(sql, row->table->name);
    for (uint32_t i = 0; i < row->change_count; i++) {
        tn_buf_put_text(sql, i == 0 ? " SET " : ",");
        tn_mysql_put_name(sql, row->target->redacted[row->changes[i].column].name);
        tn_buf_put_text(sql, "=?");
    }
    tn_buf_put_text(sql, " WHERE ");
    tn_mysql_put_equal(row->table, sql);
}

tn_status tn_mysql_redact(tn_mysql_db *db, const tn_mysql_redaction *row,
                          uint64_t *count, tn_buf *why)
{
    tn_mysql_statement s = {.db = NULL};
    tn_buf sql;
    uint32_t at = 0;
    tn_buf_init(&sql, db->memory);
    put_update(row, &sql);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare(&s, db, tn_buf_view(&sql), 0, why);
    tn_buf_free(&sql);
    TN_TRY(status);
    for (uint32_t i = 0; i < row->change_count; i++)
        tn_mysql_bind(&s, at++, &row->changes[i].value);
    tn_mysql_bind_equal(row->table, &s, at, row->key);
    status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        *count += tn_mysql_affected(&s);
    tn_mysql_statement_close(&s);
    return status;
}

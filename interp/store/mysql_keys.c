/* mysql_keys: is a key one of a set? */
#include "interp/calendar/instant.h"
#include "interp/store/mysql_put.h"

#include <stdlib.h>

enum { BOUNDED_MAX = 100 };

/* --- keys */

/* A key as a value of the column; false: no value of it is that key. */
static bool key_value(const tn_mysql_column *column, tn_str key, tn_value *out)
{
    int64_t number;
    uint64_t size;
    if (column->type != TN_MYSQL_INTEGER) {
        *out = (tn_value){TN_KIND_BYTES, {.text = key}};
        return true;
    }
    bool is_zero = tn_str_equal(key, TN_STR("0"));
    bool is_odd = key.len == 0 || (key.data[0] == '0' && !is_zero) ||
                  tn_str_starts(key, TN_STR("-0"));
    if (is_odd)
        return false;
    *out = (tn_value){TN_KIND_INT, {0}};
    if (tn_int_parse(key, &number)) {
        out->as.integer = number;
        return true;
    }
    if (!tn_uint_parse(key, &size))
        return false;
    *out = (tn_value){TN_KIND_UINT, {.unsigned_integer = size}};
    return true;
}

static int compare_ints(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void put_run(renderer *r, const tn_mysql_column *column, int64_t first,
                    int64_t last)
{
    put_name(r, column);
    put(r, first == last ? "=" : " BETWEEN ");
    put_int(r, first);
    if (first == last)
        return;
    put(r, " AND ");
    put_int(r, last);
}

/* Integers that follow each other, as keys mostly do, are asked for together; false:
 * they hardly do. */
static bool put_runs(renderer *r, const tn_mysql_column *column,
                     const tn_pred_keys *keys)
{
    uint32_t count = 0, run_count = 0;
    int64_t *list = tn_arena_take_array(r->sql->arena, keys->count, sizeof(*list));
    for (uint32_t i = 0; list != NULL && i < keys->count; i++) {
        tn_value value;
        if (!key_value(column, keys->list[i], &value))
            continue;
        if (value.kind != TN_KIND_INT)
            return false;
        list[count++] = value.as.integer;
    }
    if (list == NULL || count == 0)
        return false;
    qsort(list, count, sizeof(*list), compare_ints);
    for (uint32_t i = 0; i < count; i++)
        run_count += i == 0 || list[i] - 1 != list[i - 1];
    if (run_count * 4 > count && run_count > 4)
        return false;
    for (uint32_t i = 0, first = 0; i < count; i++) {
        if (i + 1 < count && list[i] + 1 == list[i + 1])
            continue;
        put(r, first > 0 ? " OR " : "(");
        put_run(r, column, list[first], list[i]);
        first = i + 1;
    }
    put(r, ")");
    return true;
}

static void put_key_list(renderer *r, const tn_mysql_column *column,
                         const tn_pred_keys *keys)
{
    bool is_first = true;
    for (uint32_t i = 0; i < keys->count; i++) {
        tn_value value;
        if (!key_value(column, keys->list[i], &value))
            continue;
        if (is_first) {
            put_operand(r, column,
                        column->type == TN_MYSQL_TEXT ? MEANS_TEXT : MEANS_INT);
            put(r, " IN (");
        } else {
            put(r, ",");
        }
        is_first = false;
        tn_mysql_sql_value(r->sql, &value);
    }
    put(r, is_first ? "0" : ")");
}

static void put_key_set(renderer *r, const tn_mysql_column *column,
                        const tn_pred_keys *keys)
{
    if (column->type != TN_MYSQL_INTEGER || !put_runs(r, column, keys))
        put_key_list(r, column, keys);
}

/* Each key with its own bound. */
static void put_bounded_keys(renderer *r, const tn_pred *pred)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    const tn_mysql_column *other = column_of(r, &pred->bounded);
    meaning m = tn_mysql_meaning_of(other, &pred->bounded.how);
    put(r, "CASE");
    for (uint32_t i = 0; i < pred->keys->count; i++) {
        tn_value value;
        if (!key_value(column, pred->keys->list[i], &value))
            continue;
        put(r, " WHEN ");
        put_operand(r, column, column->type == TN_MYSQL_TEXT ? MEANS_TEXT : MEANS_INT);
        put(r, "=");
        tn_mysql_sql_value(r->sql, &value);
        put(r, " THEN CASE WHEN ");
        tn_mysql_put_readable(r, other, m, &pred->bounded.how);
        put(r, " THEN ");
        tn_mysql_put_up_to(r, other, m, &pred->bounded.how, &pred->keys->up_to[i]);
        put(r, " END");
    }
    put(r, " WHEN 0 THEN 0 ELSE 0 END");
}

void tn_mysql_put_keyed(renderer *r, const tn_pred *pred)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    bool is_bounded = pred->keys->up_to != NULL;
    bool is_odd = column->type != TN_MYSQL_INTEGER && column->type != TN_MYSQL_TEXT &&
                  column->type != TN_MYSQL_BINARY;
    if (is_odd || pred->column.how.absent != TN_ABSENT_NONE) {
        put(r, "NULL");
        return;
    }
    put(r, "CASE WHEN ");
    put_name(r, column);
    put(r, pred->keys->has_null ? " IS NULL THEN 1" : " IS NULL THEN 0");
    if (is_bounded && pred->keys->count <= BOUNDED_MAX) {
        put(r, " ELSE ");
        put_bounded_keys(r, pred);
    } else if (is_bounded) { /* the members are looked at one by one */
        put(r, " WHEN ");
        put_key_set(r, column, pred->keys);
        put(r, " THEN NULL ELSE 0");
    } else {
        put(r, " ELSE ");
        put_key_set(r, column, pred->keys);
    }
    put(r, " END");
}

#include "interp/store/mysql_put.h"

static bool is_equal_kind(meaning m, tn_kind kind)
{
    return (m == MEANS_INT && kind == TN_KIND_INT) ||
           (m == MEANS_UINT && kind == TN_KIND_UINT) ||
           (m == MEANS_DOUBLE && kind == TN_KIND_DOUBLE) ||
           (m == MEANS_TEXT && kind == TN_KIND_STRING) ||
           (m == MEANS_BYTES && kind == TN_KIND_BYTES);
}

static void put_constant(renderer *r, const tn_value *value)
{
    if (value->kind == TN_KIND_STRING)
        put_bytes(r, value->as.text);
    else
        tn_mysql_sql_value(r->sql, value);
}

/* --- leaves */

/* 1 for null, 0 for readable, NULL for neither. */
static void put_state(renderer *r, const tn_pred *pred, meaning m)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    put(r, "CASE WHEN ");
    put_name(r, column);
    put(r, " IS NULL THEN 1 WHEN ");
    tn_mysql_put_readable(r, column, m, &pred->column.how);
    put(r, " THEN 0 END");
}

static void put_equal(renderer *r, const tn_pred *pred, meaning m,
                      const tn_value *values, uint32_t count)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    for (uint32_t i = 0; i < count; i++)
        if (!is_equal_kind(m, values[i].kind)) {
            put(r, "NULL");
            return;
        }
    put_operand(r, column, m);
    put(r, " IN (");
    for (uint32_t i = 0; i < count; i++) {
        put(r, i > 0 ? "," : "");
        put_constant(r, &values[i]);
    }
    put(r, ")");
}

static void put_part(renderer *r, const tn_pred *pred, meaning m)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    tn_str part = pred->value->as.text;
    if (m != MEANS_TEXT) {
        put(r, "NULL");
        return;
    }
    put(r, pred->op == TN_PRED_STARTS_WITH ? "LEFT(" : "RIGHT(");
    put_text(r, column);
    put(r, ",");
    put_int(r, (int64_t)part.len);
    put(r, ")=");
    put_bytes(r, part);
}

static void put_is_true(renderer *r, const tn_pred *pred, meaning m)
{
    if (m != MEANS_BOOL) {
        put(r, "NULL");
        return;
    }
    put_name(r, column_of(r, &pred->column));
    put(r, "+0=1");
}

static void put_leaf(renderer *r, const tn_pred *pred)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    meaning m = tn_mysql_meaning_of(column, &pred->column.how);
    if (pred->op == TN_PRED_KEYED) {
        tn_mysql_put_keyed(r, pred);
    } else if (m == MEANS_NOTHING) {
        put(r, "NULL");
    } else if (pred->op == TN_PRED_NULL) {
        put_state(r, pred, m);
    } else if (pred->op == TN_PRED_EQUAL) {
        put_equal(r, pred, m, pred->value, 1);
    } else if (pred->op == TN_PRED_IN) {
        put_equal(r, pred, m, pred->value->as.list->items, pred->value->as.list->count);
    } else if (pred->op == TN_PRED_LESS_EQUAL) {
        tn_mysql_put_up_to(r, column, m, &pred->column.how, pred->value);
    } else if (pred->op == TN_PRED_IS_TRUE) {
        put_is_true(r, pred, m);
    } else {
        put_part(r, pred, m);
    }
}

void tn_mysql_render_leaf(renderer *r, const tn_pred *pred)
{
    if (pred->op == TN_PRED_TRUE || pred->op == TN_PRED_FALSE)
        put(r, pred->op == TN_PRED_TRUE ? "1" : "0");
    else
        put_leaf(r, pred);
}

void tn_mysql_render_word(renderer *r, const tn_mysql_leaves *leaves, uint32_t word)
{
    uint32_t first = word * TN_MYSQL_LEAVES_IN_WORD;
    int64_t factor = 1;
    for (uint32_t i = 0; i < TN_MYSQL_LEAVES_IN_WORD && first + i < leaves->count;
         i++, factor *= 4) {
        tn_buf_put_format(&r->sql->text, "%s%lld*IFNULL((", i > 0 ? "+" : "",
                          (long long)factor);
        put_leaf(r, leaves->list[first + i]);
        put(r, "),2)");
    }
}

/* --- trees */

/* Columns, by number, whose values are readable wherever what is put next matters: the
 * AND that it is a part of says so itself. */
typedef struct readable {
    uint64_t columns;
} readable;

static uint64_t bit_of(const tn_pred *leaf)
{
    enum { BITS = 64 };
    uint32_t number = leaf->column.number;
    return number < BITS ? (uint64_t)1 << number : 0;
}

/* NOT of NULL: the value is there. */
static readable learn(readable known, const tn_pred *pred)
{
    for (uint32_t i = 0; i < pred->part_count; i++) {
        const tn_pred *part = pred->parts[i];
        if (part->op == TN_PRED_NOT && part->parts[0]->op == TN_PRED_NULL)
            known.columns |= bit_of(part->parts[0]);
    }
    return known;
}

static void put_constant_tree(renderer *r, const tn_pred *pred)
{
    put(r, pred->op == TN_PRED_TRUE ? "1" : pred->op == TN_PRED_FALSE ? "0" : "NULL");
}

/* What is compared counts only where the value is readable. */
static void put_whole_leaf(renderer *r, const tn_pred *pred, readable known)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    meaning m = tn_mysql_meaning_of(column, &pred->column.how);
    bool is_alone = pred->op == TN_PRED_KEYED || pred->op == TN_PRED_NULL;
    if (is_alone || m == MEANS_NOTHING || (known.columns & bit_of(pred)) != 0) {
        put_leaf(r, pred);
        return;
    }
    put(r, "CASE");
    if (pred->op == TN_PRED_EQUAL || pred->op == TN_PRED_IN) {
        put(r, " WHEN ");
        put_name(r, column);
        put(r, " IS NULL THEN 0");
    }
    put(r, " WHEN ");
    tn_mysql_put_readable(r, column, m, &pred->column.how);
    put(r, " THEN ");
    put_leaf(r, pred);
    put(r, " END");
}

static void put_tree(renderer *r, const tn_pred *pred, readable known)
{
    if (pred->op == TN_PRED_AND)
        known = learn(known, pred);
    put(r, pred->op == TN_PRED_NOT ? "(NOT " : "(");
    if (pred->op <= TN_PRED_UNSURE)
        put_constant_tree(r, pred);
    else if (pred->op >= TN_PRED_NULL)
        put_whole_leaf(r, pred, known);
    for (uint32_t i = 0; i < pred->part_count; i++) {
        if (i > 0)
            put(r, pred->op == TN_PRED_AND ? " AND " : " OR ");
        put_tree(r, pred->parts[i], known);
    }
    put(r, ")");
}

void tn_mysql_render_tree(renderer *r, const tn_pred *pred)
{
    put_tree(r, pred, (readable){0});
}

#include "interp/store/mysql_render.h"
#include "interp/calendar/instant.h"

#include <stdlib.h>
#include <string.h>

enum { BOUNDED_MAX = 100 };

/* --- statements with values */

void tn_mysql_sql_init(tn_mysql_sql *sql, tn_arena *arena, const tn_allocator *memory)
{
    *sql = (tn_mysql_sql){.arena = arena};
    tn_buf_init(&sql->text, memory);
}

void tn_mysql_sql_free(tn_mysql_sql *sql)
{
    tn_buf_free(&sql->text);
}

void tn_mysql_sql_value(tn_mysql_sql *sql, const tn_value *value)
{
    if (sql->count == sql->capacity) {
        uint32_t capacity = sql->capacity == 0 ? 64 : 2 * sql->capacity;
        tn_value *grown = tn_arena_take_array(sql->arena, capacity, sizeof(*grown));
        sql->failed |= grown == NULL;
        if (grown == NULL)
            return;
        if (sql->count > 0)
            memcpy(grown, sql->values, sql->count * sizeof(*grown));
        sql->values = grown;
        sql->capacity = capacity;
    }
    sql->values[sql->count++] = *value;
    tn_buf_put_char(&sql->text, '?');
}

tn_status tn_mysql_sql_prepare(const tn_mysql_sql *sql, tn_mysql_db *db,
                               tn_mysql_statement *out, tn_buf *why)
{
    if (sql->failed || sql->text.failed)
        return TN_NOMEM;
    TN_TRY(tn_mysql_prepare(out, db, tn_buf_view(&sql->text), 0, why));
    for (uint32_t i = 0; i < sql->count; i++)
        tn_mysql_bind(out, i, &sql->values[i]);
    return TN_OK;
}

/* --- pieces */

typedef const tn_mysql_renderer renderer;

static void put(renderer *r, const char *text)
{
    tn_buf_put_text(&r->sql->text, text);
}

static void put_int(renderer *r, int64_t number)
{
    tn_value value = {TN_KIND_INT, {.integer = number}};
    tn_mysql_sql_value(r->sql, &value);
}

static void put_bytes(renderer *r, tn_str bytes)
{
    tn_value value = {TN_KIND_BYTES, {.text = bytes}};
    tn_mysql_sql_value(r->sql, &value);
}

static const tn_mysql_column *column_of(renderer *r, const tn_pred_column *column)
{
    uint32_t number = tn_mysql_find_column(r->table, r->columns[column->number].name);
    return &r->table->columns[number];
}

static void put_name(renderer *r, const tn_mysql_column *column)
{
    tn_mysql_put_name(&r->sql->text, column->name);
}

/* A text as its bytes in UTF-8. */
static void put_text(renderer *r, const tn_mysql_column *column)
{
    put(r, "CAST(CONVERT(");
    put_name(r, column);
    put(r, " USING utf8mb4) AS BINARY)");
}

/* --- which values are readable at all */

typedef enum meaning {
    MEANS_NOTHING, /* that is certain */
    MEANS_INT,
    MEANS_UINT,
    MEANS_BOOL,
    MEANS_DOUBLE,
    MEANS_TEXT,
    MEANS_BYTES,
    MEANS_DATE,
    MEANS_COUNT, /* of ticks */
    MEANS_LOCAL, /* DATETIME */
    MEANS_STAMP, /* TIMESTAMP */
    MEANS_TIME_TEXT
} meaning;

static bool is_counted(tn_encoding encoding)
{
    int64_t first, last;
    return tn_pred_count_range(encoding, &first, &last);
}

static meaning meaning_of_time(const tn_mysql_column *column, const tn_decoding *how)
{
    if (column->type == TN_MYSQL_TIMESTAMP)
        return MEANS_STAMP;
    if (column->type == TN_MYSQL_DATETIME && how->encoding == TN_ENCODING_LOCAL)
        return MEANS_LOCAL;
    if (column->type == TN_MYSQL_INTEGER && is_counted(how->encoding))
        return MEANS_COUNT;
    if (column->type == TN_MYSQL_TEXT && how->encoding == TN_ENCODING_NONE)
        return MEANS_TIME_TEXT;
    return MEANS_NOTHING;
}

static meaning meaning_of(const tn_mysql_column *column, const tn_decoding *how)
{
    bool is_integer = column->type == TN_MYSQL_INTEGER;
    if (how->absent != TN_ABSENT_NONE)
        return MEANS_NOTHING;
    switch (how->type) {
    case TN_FIELD_BOOL:
        return is_integer || column->type == TN_MYSQL_BIT ? MEANS_BOOL : MEANS_NOTHING;
    case TN_FIELD_INT: return is_integer ? MEANS_INT : MEANS_NOTHING;
    case TN_FIELD_UINT: return is_integer ? MEANS_UINT : MEANS_NOTHING;
    case TN_FIELD_DOUBLE:
        return column->type == TN_MYSQL_REAL ? MEANS_DOUBLE : MEANS_NOTHING;
    case TN_FIELD_STRING:
        return column->type == TN_MYSQL_TEXT ? MEANS_TEXT : MEANS_NOTHING;
    case TN_FIELD_BYTES:
        return column->type == TN_MYSQL_BINARY ? MEANS_BYTES : MEANS_NOTHING;
    case TN_FIELD_DATE:
        return column->type == TN_MYSQL_DATE ? MEANS_DATE : MEANS_NOTHING;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return meaning_of_time(column, how);
    case TN_FIELD_DYN:
        if (column->type == TN_MYSQL_TEXT)
            return MEANS_TEXT;
        return is_integer && !column->is_unsigned ? MEANS_INT : MEANS_NOTHING;
    case TN_FIELD_DURATION:
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_TYPE_COUNT: break;
    }
    return MEANS_NOTHING;
}

/* A date without zeros that the calendar has; a year from 1 to 9998, so that no zone
 * leads out of the range. */
static void put_is_date(renderer *r, const tn_mysql_column *column, const char *years)
{
    static const char *const parts[] = {"YEAR(",
                                        ") BETWEEN 1 AND ",
                                        " AND MONTH(",
                                        ")>0 AND DAYOFMONTH(",
                                        ")>0 AND DAYOFMONTH(",
                                        ")<=DAYOFMONTH(LAST_DAY("};
    put(r, parts[0]);
    put_name(r, column);
    put(r, parts[1]);
    put(r, years);
    for (size_t i = 2; i < TN_COUNT(parts); i++) {
        put(r, parts[i]);
        put_name(r, column);
    }
    put(r, "))");
}

/* YYYY-MM-DDThh:mm:ssZ of a day that is certain to exist: the 29th of February is left
 * to those who know leap years. */
static void put_is_time_text(renderer *r, const tn_mysql_column *column)
{
    put(r, "CHAR_LENGTH(");
    put_name(r, column);
    put(r, ")=20 AND RIGHT(");
    put_text(r, column);
    put(r, ",1)='Z' AND CONVERT(");
    put_name(r, column);
    put(r, " USING utf8mb4) COLLATE utf8mb4_bin REGEXP "
           "'^[1-9][0-9][0-9][0-9]-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|"
           "(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
           "T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$'");
}

static void put_is_count(renderer *r, const tn_mysql_column *column,
                         tn_encoding encoding)
{
    int64_t first, last;
    if (!tn_pred_count_range(encoding, &first, &last))
        return;
    put_name(r, column);
    put(r, " BETWEEN ");
    put_int(r, first);
    put(r, " AND ");
    put_int(r, last);
}

/* Is a value that is not null readable? */
static void put_is_readable(renderer *r, const tn_mysql_column *column, meaning m,
                            const tn_decoding *how)
{
    switch (m) {
    case MEANS_INT:
        if (!column->is_unsigned)
            break;
        put_name(r, column);
        put(r, "<=9223372036854775807");
        return;
    case MEANS_UINT:
        if (column->is_unsigned)
            break;
        put_name(r, column);
        put(r, ">=0");
        return;
    case MEANS_BOOL:
        put_name(r, column);
        put(r, "+0 IN (0,1)");
        return;
    case MEANS_DATE: put_is_date(r, column, "9999"); return;
    case MEANS_LOCAL: put_is_date(r, column, "9998"); return;
    case MEANS_STAMP:
        put(r, "YEAR(");
        put_name(r, column);
        put(r, ")>0");
        return;
    case MEANS_COUNT: put_is_count(r, column, how->encoding); return;
    case MEANS_TIME_TEXT: put_is_time_text(r, column); return;
    case MEANS_DOUBLE:
    case MEANS_TEXT:
    case MEANS_BYTES:
    case MEANS_NOTHING: break;
    }
    put_name(r, column);
    put(r, " IS NOT NULL");
}

/* --- comparisons of readable values */

static void put_time(renderer *r, int64_t seconds, uint32_t nanos)
{
    /* a civil time bound as if it were UTC's */
    tn_value value = {TN_KIND_TIMESTAMP, {.instant = {seconds, nanos}}};
    if (seconds < TN_SECONDS_MIN)
        value.as.instant = TN_INSTANT_MIN;
    else if (seconds > TN_SECONDS_MAX)
        value.as.instant = TN_INSTANT_MAX;
    tn_mysql_sql_value(r->sql, &value);
}

static void put_local_up_to(renderer *r, const tn_mysql_column *column,
                            const tn_decoding *how, tn_instant t)
{
    int64_t seconds;
    uint32_t nanos;
    tn_pred_local_up_to(&how->zone, t, &seconds, &nanos);
    if (seconds < TN_SECONDS_MIN) {
        put(r, "0");
        return;
    }
    put_name(r, column);
    put(r, "<=");
    put_time(r, seconds, nanos);
}

static void put_count_up_to(renderer *r, const tn_mysql_column *column,
                            const tn_decoding *how, tn_instant t)
{
    int64_t count;
    if (!tn_pred_count_up_to(how->encoding, t, &count)) {
        put(r, "0");
        return;
    }
    put_name(r, column);
    put(r, "<=");
    put_int(r, count);
}

static void put_text_up_to(renderer *r, const tn_mysql_column *column, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    size_t len = tn_instant_format((tn_instant){t.seconds, 0}, text);
    tn_str copy = tn_arena_copy(r->sql->arena, (tn_str){text, len});
    r->sql->failed |= copy.data == NULL;
    put_text(r, column);
    put(r, "<=");
    put_bytes(r, copy);
}

static void put_day_up_to(renderer *r, const tn_mysql_column *column, int32_t day)
{
    char text[TN_DATE_TEXT_MAX];
    if (!tn_day_is_valid(day)) {
        put(r, day < TN_DAY_MIN ? "0" : "1");
        return;
    }
    size_t len = tn_date_format(day, text);
    tn_str copy = tn_arena_copy(r->sql->arena, (tn_str){text, len});
    tn_value value = {TN_KIND_STRING, {.text = copy}};
    r->sql->failed |= copy.data == NULL;
    put_name(r, column);
    put(r, "<=CAST(");
    tn_mysql_sql_value(r->sql, &value);
    put(r, " AS DATE)");
}

/* A readable value <= the bound; NULL where the two do not go together. */
static void put_up_to(renderer *r, const tn_mysql_column *column, meaning m,
                      const tn_decoding *how, const tn_value *bound)
{
    bool is_instant = bound->kind == TN_KIND_TIMESTAMP;
    if (m == MEANS_LOCAL && is_instant) {
        put_local_up_to(r, column, how, bound->as.instant);
    } else if (m == MEANS_STAMP && is_instant) {
        put(r, "CAST(");
        put_name(r, column);
        put(r, " AS DATETIME(6))<=");
        put_time(r, bound->as.instant.seconds, bound->as.instant.nanos);
    } else if (m == MEANS_COUNT && is_instant) {
        put_count_up_to(r, column, how, bound->as.instant);
    } else if (m == MEANS_TIME_TEXT && is_instant) {
        put_text_up_to(r, column, bound->as.instant);
    } else if (m == MEANS_DATE && bound->kind == TN_KIND_DATE) {
        put_day_up_to(r, column, bound->as.day);
    } else if ((m == MEANS_INT && bound->kind == TN_KIND_INT) ||
               (m == MEANS_UINT && bound->kind == TN_KIND_UINT) ||
               (m == MEANS_DOUBLE && bound->kind == TN_KIND_DOUBLE)) {
        put_name(r, column);
        put(r, "<=");
        tn_mysql_sql_value(r->sql, bound);
    } else {
        put(r, "NULL");
    }
}

static bool is_equal_kind(meaning m, tn_kind kind)
{
    return (m == MEANS_INT && kind == TN_KIND_INT) ||
           (m == MEANS_UINT && kind == TN_KIND_UINT) ||
           (m == MEANS_DOUBLE && kind == TN_KIND_DOUBLE) ||
           (m == MEANS_TEXT && kind == TN_KIND_STRING) ||
           (m == MEANS_BYTES && kind == TN_KIND_BYTES);
}

static void put_operand(renderer *r, const tn_mysql_column *column, meaning m)
{
    if (m == MEANS_TEXT)
        put_text(r, column);
    else
        put_name(r, column);
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
    put_is_readable(r, column, m, &pred->column.how);
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
    meaning m = meaning_of(other, &pred->bounded.how);
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
        put_is_readable(r, other, m, &pred->bounded.how);
        put(r, " THEN ");
        put_up_to(r, other, m, &pred->bounded.how, &pred->keys->up_to[i]);
        put(r, " END");
    }
    put(r, " WHEN 0 THEN 0 ELSE 0 END");
}

static void put_keyed(renderer *r, const tn_pred *pred)
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

/* --- trees */

static void put_leaf(renderer *r, const tn_pred *pred)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    meaning m = meaning_of(column, &pred->column.how);
    if (pred->op == TN_PRED_KEYED) {
        put_keyed(r, pred);
    } else if (m == MEANS_NOTHING) {
        put(r, "NULL");
    } else if (pred->op == TN_PRED_NULL) {
        put_state(r, pred, m);
    } else if (pred->op == TN_PRED_EQUAL) {
        put_equal(r, pred, m, pred->value, 1);
    } else if (pred->op == TN_PRED_IN) {
        put_equal(r, pred, m, pred->value->as.list->items, pred->value->as.list->count);
    } else if (pred->op == TN_PRED_LESS_EQUAL) {
        put_up_to(r, column, m, &pred->column.how, pred->value);
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

uint32_t tn_mysql_word_count(const tn_mysql_leaves *leaves)
{
    uint32_t count = leaves->count == 0 ? 1 : leaves->count;
    return (count + TN_MYSQL_LEAVES_IN_WORD - 1) / TN_MYSQL_LEAVES_IN_WORD;
}

static bool is_same_text(tn_str a, tn_str b)
{
    return tn_str_equal(a, b);
}

static bool is_same_value(const tn_value *a, const tn_value *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TN_KIND_TIMESTAMP:
        return tn_instant_compare(a->as.instant, b->as.instant) == 0;
    case TN_KIND_DATE: return a->as.day == b->as.day;
    case TN_KIND_INT: return a->as.integer == b->as.integer;
    case TN_KIND_UINT: return a->as.unsigned_integer == b->as.unsigned_integer;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return is_same_text(a->as.text, b->as.text);
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_DOUBLE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return false;
}

static bool is_same_keys(const tn_pred_keys *a, const tn_pred_keys *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->count != b->count || a->has_null != b->has_null ||
        (a->up_to == NULL) != (b->up_to == NULL))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!is_same_text(a->list[i], b->list[i]) ||
            (a->up_to != NULL && !is_same_value(&a->up_to[i], &b->up_to[i])))
            return false;
    return true;
}

/* A column's decoding differs only where it is another column, or of another use. */
static bool is_same_leaf(const tn_pred *a, const tn_pred *b)
{
    return a->op == b->op && a->column.number == b->column.number &&
           a->column.how.type == b->column.how.type &&
           a->column.how.encoding == b->column.how.encoding &&
           a->bounded.number == b->bounded.number &&
           is_same_value(a->value, b->value) && is_same_keys(a->keys, b->keys);
}

static uint32_t find_leaf(const tn_mysql_leaves *leaves, const tn_pred *leaf)
{
    for (uint32_t i = 0; i < leaves->count; i++)
        if (is_same_leaf(leaves->list[i], leaf))
            return i;
    return TN_NONE;
}

static void add_leaf(tn_mysql_leaves *leaves, const tn_pred *leaf)
{
    if (find_leaf(leaves, leaf) != TN_NONE)
        return;
    leaves->overflows |= leaves->count == TN_MYSQL_LEAVES_MAX;
    if (!leaves->overflows)
        leaves->list[leaves->count++] = leaf;
}

/* The question for the state of the column that a leaf compares. */
static tn_pred state_of(const tn_pred *leaf)
{
    return (tn_pred){.op = TN_PRED_NULL, .column = leaf->column};
}

static bool has_state(const tn_pred *leaf)
{
    return leaf->op > TN_PRED_NULL && leaf->op != TN_PRED_KEYED;
}

void tn_mysql_collect(tn_mysql_leaves *leaves, const tn_pred *pred)
{
    for (uint32_t i = 0; i < pred->part_count; i++)
        tn_mysql_collect(leaves, pred->parts[i]);
    if (pred->op < TN_PRED_NULL)
        return;
    add_leaf(leaves, pred);
    tn_pred state = state_of(pred);
    if (!has_state(pred) || leaves->overflows || find_leaf(leaves, &state) != TN_NONE)
        return;
    leaves->states[leaves->state_count] = state;
    add_leaf(leaves, &leaves->states[leaves->state_count++]);
}

static tn_pred_truth digit_of(const tn_mysql_leaves *leaves, const tn_pred *leaf,
                              const tn_mysql_answers *answers)
{
    uint32_t number = find_leaf(leaves, leaf);
    if (TN_NEVER(number == TN_NONE))
        return TN_PRED_SAYS_UNSURE;
    uint32_t bit = 2 * (number % TN_MYSQL_LEAVES_IN_WORD);
    int64_t digit = answers->words[number / TN_MYSQL_LEAVES_IN_WORD] >> bit & 3;
    return digit == 0   ? TN_PRED_SAYS_NO
           : digit == 1 ? TN_PRED_SAYS_YES
                        : TN_PRED_SAYS_UNSURE;
}

/* What was compared counts only where the value is readable. */
static tn_pred_truth answer_leaf(const tn_mysql_leaves *leaves, const tn_pred *leaf,
                                 const tn_mysql_answers *answers)
{
    tn_pred state = state_of(leaf);
    tn_pred_truth is_null =
        has_state(leaf) ? digit_of(leaves, &state, answers) : TN_PRED_SAYS_NO;
    if (is_null == TN_PRED_SAYS_UNSURE)
        return is_null;
    if (is_null == TN_PRED_SAYS_YES)
        return leaf->op == TN_PRED_EQUAL || leaf->op == TN_PRED_IN
                   ? TN_PRED_SAYS_NO
                   : TN_PRED_SAYS_UNSURE;
    return digit_of(leaves, leaf, answers);
}

tn_pred_truth tn_mysql_answer(const tn_mysql_leaves *leaves, const tn_pred *pred,
                              const tn_mysql_answers *answers)
{
    if (pred->op >= TN_PRED_NULL)
        return answer_leaf(leaves, pred, answers);
    if (pred->op == TN_PRED_UNSURE)
        return TN_PRED_SAYS_UNSURE;
    if (pred->op <= TN_PRED_TRUE)
        return pred->op == TN_PRED_TRUE ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    if (pred->op == TN_PRED_NOT) {
        tn_pred_truth part = tn_mysql_answer(leaves, pred->parts[0], answers);
        if (part == TN_PRED_SAYS_UNSURE)
            return part;
        return part == TN_PRED_SAYS_NO ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    }
    bool is_and = pred->op == TN_PRED_AND;
    tn_pred_truth sum = is_and ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    for (uint32_t i = 0; i < pred->part_count; i++) {
        tn_pred_truth part = tn_mysql_answer(leaves, pred->parts[i], answers);
        if (part == (is_and ? TN_PRED_SAYS_NO : TN_PRED_SAYS_YES))
            return part;
        if (part == TN_PRED_SAYS_UNSURE)
            sum = part;
    }
    return sum;
}

static uint64_t count_keys(const tn_pred *pred)
{
    uint64_t count = pred->op == TN_PRED_KEYED ? pred->keys->count : 0;
    for (uint32_t i = 0; i < pred->part_count; i++)
        count += count_keys(pred->parts[i]);
    return count;
}

bool tn_mysql_is_renderable(const tn_push_table *table)
{
    uint64_t count = count_keys(table->overdue) + count_keys(table->redacts);
    for (uint32_t i = 0; i < table->case_count; i++)
        count += count_keys(table->cases[i].when);
    return count <= TN_MYSQL_RENDER_KEYS_MAX;
}

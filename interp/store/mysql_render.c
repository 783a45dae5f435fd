#include "interp/store/mysql_render.h"
#include "interp/calendar/instant.h"

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

/* CASE WHEN it is null THEN ... WHEN it is readable THEN */
static void put_cases(renderer *r, const tn_pred *pred, const char *if_null, meaning m)
{
    const tn_mysql_column *column = column_of(r, &pred->column);
    put(r, "CASE WHEN ");
    put_name(r, column);
    put(r, " IS NULL THEN ");
    put(r, if_null);
    put(r, " WHEN ");
    put_is_readable(r, column, m, &pred->column.how);
    put(r, " THEN ");
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
    put_cases(r, pred, "0", m);
    put_operand(r, column, m);
    put(r, " IN (");
    for (uint32_t i = 0; i < count; i++) {
        put(r, i > 0 ? "," : "");
        put_constant(r, &values[i]);
    }
    put(r, ") END");
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
    put_cases(r, pred, "NULL", m);
    put_name(r, column_of(r, &pred->column));
    put(r, "+0=1 END");
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

static void put_key_set(renderer *r, const tn_mysql_column *column,
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
        put_cases(r, pred, "1", m);
        put(r, "0 END");
    } else if (pred->op == TN_PRED_EQUAL) {
        put_equal(r, pred, m, pred->value, 1);
    } else if (pred->op == TN_PRED_IN) {
        put_equal(r, pred, m, pred->value->as.list->items, pred->value->as.list->count);
    } else if (pred->op == TN_PRED_LESS_EQUAL) {
        put_cases(r, pred, "NULL", m);
        put_up_to(r, column, m, &pred->column.how, pred->value);
        put(r, " END");
    } else if (pred->op == TN_PRED_IS_TRUE) {
        put_is_true(r, pred, m);
    } else {
        put_part(r, pred, m);
    }
}

void tn_mysql_render(renderer *r, const tn_pred *pred)
{
    bool is_and = pred->op == TN_PRED_AND;
    if (pred->op == TN_PRED_NOT || is_and || pred->op == TN_PRED_OR) {
        put(r, pred->op == TN_PRED_NOT ? "(NOT " : "(");
        for (uint32_t i = 0; i < pred->part_count; i++) {
            put(r, i == 0 ? "" : is_and ? " AND " : " OR ");
            tn_mysql_render(r, pred->parts[i]);
        }
        put(r, ")");
    } else if (pred->op == TN_PRED_UNSURE) {
        put(r, "NULL");
    } else if (pred->op <= TN_PRED_TRUE) {
        put(r, pred->op == TN_PRED_TRUE ? "1" : "0");
    } else {
        put(r, "(");
        put_leaf(r, pred);
        put(r, ")");
    }
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

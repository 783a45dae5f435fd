/* mysql_value: which values of a column are readable, and how they are compared. */
#include "interp/calendar/instant.h"
#include "interp/store/mysql_put.h"

/* --- which values are readable at all */

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

meaning tn_mysql_meaning_of(const tn_mysql_column *column, const tn_decoding *how)
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
void tn_mysql_put_readable(renderer *r, const tn_mysql_column *column, meaning m,
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

/* A TIMESTAMP holds no finer part than microseconds. A bound of whole seconds is
 * compared as it is; another one would be rounded to the column's own precision, unless
 * the column is made finer first. */
static void put_stamp_up_to(renderer *r, const tn_mysql_column *column, tn_instant t)
{
    enum { FIRST = 1, LAST = 2147483646, MICROS = 1000, LAST_MICRO = 999999 };
    uint32_t micros = t.nanos / MICROS;
    if (t.seconds < FIRST - 1) {
        put(r, "0");
        return;
    }
    bool is_whole = (micros == 0 || micros == LAST_MICRO) && t.seconds >= FIRST &&
                    t.seconds <= LAST;
    put(r, is_whole ? "" : "CAST(");
    put_name(r, column);
    put(r, is_whole ? "" : " AS DATETIME(6))");
    put(r, is_whole && micros == LAST_MICRO ? "<" : "<=");
    if (is_whole && micros == LAST_MICRO)
        put_time(r, t.seconds + 1, 0);
    else
        put_time(r, t.seconds, t.nanos);
}

/* A readable value <= the bound; NULL where the two do not go together. */
void tn_mysql_put_up_to(renderer *r, const tn_mysql_column *column, meaning m,
                        const tn_decoding *how, const tn_value *bound)
{
    bool is_instant = bound->kind == TN_KIND_TIMESTAMP;
    if (m == MEANS_LOCAL && is_instant) {
        put_local_up_to(r, column, how, bound->as.instant);
    } else if (m == MEANS_STAMP && is_instant) {
        put_stamp_up_to(r, column, bound->as.instant);
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

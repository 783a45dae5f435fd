/* mysql_put: what the files that render predicates share. Not for others: they use
 * mysql_render.h.
 *
 *   mysql_value   which values of a column are readable, and how they are compared
 *   mysql_keys    sets of keys
 *   mysql_render  leaves, words and trees
 *
 * Owns: see mysql_render.h. */
#ifndef TN_STORE_MYSQL_PUT_H
#define TN_STORE_MYSQL_PUT_H

#include "interp/store/mysql_render.h"

/* What a column's values are under a decoding. */
typedef enum tn_mysql_meaning {
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
} tn_mysql_meaning;

typedef const tn_mysql_renderer renderer;
typedef tn_mysql_meaning meaning;

static inline void put(renderer *r, const char *text)
{
    tn_buf_put_text(&r->sql->text, text);
}

static inline void put_int(renderer *r, int64_t number)
{
    tn_value value = {TN_KIND_INT, {.integer = number}};
    tn_mysql_sql_value(r->sql, &value);
}

static inline void put_bytes(renderer *r, tn_str bytes)
{
    tn_value value = {TN_KIND_BYTES, {.text = bytes}};
    tn_mysql_sql_value(r->sql, &value);
}

static inline const tn_mysql_column *column_of(renderer *r,
                                               const tn_pred_column *column)
{
    uint32_t number = tn_mysql_find_column(r->table, r->columns[column->number].name);
    return &r->table->columns[number];
}

static inline void put_name(renderer *r, const tn_mysql_column *column)
{
    tn_mysql_put_name(&r->sql->text, column->name);
}

/* A text as its bytes in UTF-8. */
static inline void put_text(renderer *r, const tn_mysql_column *column)
{
    put(r, "CAST(CONVERT(");
    put_name(r, column);
    put(r, " USING utf8mb4) AS BINARY)");
}

/* Compared with others as its own values: a text as its bytes. */
static inline void put_operand(renderer *r, const tn_mysql_column *column, meaning m)
{
    if (m == MEANS_TEXT)
        put_text(r, column);
    else
        put_name(r, column);
}

/* --- mysql_value.c */

meaning tn_mysql_meaning_of(const tn_mysql_column *column, const tn_decoding *how);

/* Is a value that is not null readable? */
void tn_mysql_put_readable(renderer *r, const tn_mysql_column *column, meaning m,
                           const tn_decoding *how);

/* A readable value <= the bound; NULL where the two do not go together. */
void tn_mysql_put_up_to(renderer *r, const tn_mysql_column *column, meaning m,
                        const tn_decoding *how, const tn_value *bound);

/* --- mysql_keys.c */

/* Is the record's key one of a set? */
void tn_mysql_put_keyed(renderer *r, const tn_pred *pred);

#endif

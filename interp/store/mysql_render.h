/* mysql_render: predicates (interp/push) as SQL.
 *
 * An expression is 1, 0, or NULL for unsure, so that AND, OR and NOT of SQL are those
 * of predicates. Values are bound, names are quoted. Nothing is compared by coercion:
 * texts as bytes, integers with integers, times with times of the column's own kind,
 * and texts that hold times only where they have exactly the form YYYY-MM-DDThh:mm:ssZ.
 * What the column's type and the declared one together do not make certain is NULL.
 *
 * Owns: parameters lie in the caller's arena. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_STORE_MYSQL_RENDER_H
#define TN_STORE_MYSQL_RENDER_H

#include "interp/push/table.h"
#include "interp/store/mysql_table.h"
#include "interp/store/store.h"

/* A statement on its way, with what is to be bound. */
typedef struct tn_mysql_sql {
    tn_buf text;
    tn_arena *arena;
    tn_value *values;
    uint32_t count;
    uint32_t capacity;
    bool failed;
} tn_mysql_sql;

void tn_mysql_sql_init(tn_mysql_sql *sql, tn_arena *arena, const tn_allocator *memory);
void tn_mysql_sql_free(tn_mysql_sql *sql);
/* Appends `?` and remembers its value; a DATE becomes a text of its own form. */
void tn_mysql_sql_value(tn_mysql_sql *sql, const tn_value *value);
/* Prepares it and binds all that was remembered. */
TN_MUST_USE tn_status tn_mysql_sql_prepare(const tn_mysql_sql *sql, tn_mysql_db *db,
                                           tn_mysql_statement *out, tn_buf *why);

/* More keys than this in all are not worth sending. */
enum { TN_MYSQL_RENDER_KEYS_MAX = 20000 };
bool tn_mysql_is_renderable(const tn_push_table *table);

typedef struct tn_mysql_renderer {
    tn_mysql_sql *sql;
    const tn_mysql_table *table;
    const tn_scan_column *columns; /* of the request */
} tn_mysql_renderer;

void tn_mysql_render(const tn_mysql_renderer *renderer, const tn_pred *pred);

#endif

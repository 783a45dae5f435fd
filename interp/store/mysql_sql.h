/* mysql_sql: a statement on its way, with the values that are to be bound.
 *
 * Owns: its text, until free; the values lie in the caller's arena. Fails: NOMEM.
 * Threads: one at a time. */
#ifndef TN_STORE_MYSQL_SQL_H
#define TN_STORE_MYSQL_SQL_H

#include "interp/store/mysql_statement.h"

typedef struct tn_mysql_sql {
    tn_buf text;
    tn_arena *arena;
    tn_value *values;
    uint32_t count;
    uint32_t capacity;
    bool is_kept; /* prepared to stay (tn_mysql_prepare_kept) */
    bool failed;
} tn_mysql_sql;

void tn_mysql_sql_init(tn_mysql_sql *sql, tn_arena *arena, const tn_allocator *memory);
void tn_mysql_sql_free(tn_mysql_sql *sql);
/* Appends `?` and remembers its value; a DATE becomes a text of its own form. */
void tn_mysql_sql_value(tn_mysql_sql *sql, const tn_value *value);
/* Prepares it and binds all that was remembered. */
TN_MUST_USE tn_status tn_mysql_sql_prepare(const tn_mysql_sql *sql, tn_mysql_db *db,
                                           tn_mysql_statement *out, tn_buf *why);

#endif

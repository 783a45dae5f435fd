#include "interp/store/mysql_sql.h"

#include <string.h>

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
    tn_str text = tn_buf_view(&sql->text);
    TN_TRY(sql->is_kept ? tn_mysql_prepare_kept(out, db, text, why)
                        : tn_mysql_prepare(out, db, text, 0, why));
    for (uint32_t i = 0; i < sql->count; i++)
        tn_mysql_bind(out, i, &sql->values[i]);
    return TN_OK;
}

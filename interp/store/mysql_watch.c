/* mysql_watch: have the facts changed since the last chunk?
 *
 * Asked of the server, with all rows locked as for reading them: how many rows there
 * are, and the XOR of the MD5 of each. Rows differ by their primary key, so that no two
 * take each other away. */
#include "interp/store/mysql_erase.h"

static bool is_key(const tn_mysql_table *table, uint32_t column)
{
    for (uint32_t i = 0; i < table->key_count; i++)
        if (table->key[i] == column)
            return true;
    return false;
}

static bool is_watched(const tn_mysql_table *table, const tn_erase_watch *watch,
                       uint32_t column)
{
    for (uint32_t i = 0; i < watch->column_count; i++)
        if (watch->columns[i].is_wanted &&
            tn_str_equal_but_for_case(watch->columns[i].name,
                                      table->columns[column].name))
            return true;
    return is_key(table, column);
}

/* md5(concat_ws(',', ...)): of each column the bytes in hexadecimal, or "-". */
static void put_row(const tn_mysql_table *table, const tn_erase_watch *watch,
                    tn_buf *sql)
{
    tn_buf_put_text(sql, "md5(concat_ws(','");
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!is_watched(table, watch, i))
            continue;
        tn_buf_put_text(sql, ",ifnull(hex(cast(");
        tn_mysql_put_name(sql, table->columns[i].name);
        tn_buf_put_text(sql, " as binary)),'-')");
    }
    tn_buf_put_text(sql, "))");
}

static void put_half(const tn_mysql_table *table, const tn_erase_watch *watch,
                     unsigned first, tn_buf *sql)
{
    tn_buf_put_text(sql, ",bit_xor(cast(conv(substr(");
    put_row(table, watch, sql);
    tn_buf_put_format(sql, ",%u,16),16,10) as unsigned))", first);
}

static tn_status prepare(tn_mysql_db *db, const tn_mysql_table *table,
                         const tn_erase_watch *watch, tn_mysql_statement *s,
                         tn_buf *why)
{
    enum { SECOND_HALF = 17 };
    tn_buf sql;
    tn_buf_init(&sql, db->memory);
    tn_buf_put_text(&sql, "SELECT count(*)");
    put_half(table, watch, 1, &sql);
    put_half(table, watch, SECOND_HALF, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_mysql_put_name(&sql, table->name);
    tn_buf_put_text(&sql, " FORCE INDEX (PRIMARY) LOCK IN SHARE MODE");
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_prepare_kept(s, db, tn_buf_view(&sql), why);
    tn_buf_free(&sql);
    return status;
}

/* The numbers may be beyond int64: their bytes count. */
static void add_number(tn_digest_state *digest, const tn_mysql_statement *s,
                       uint32_t column)
{
    tn_value value;
    tn_mysql_read(s, column, &value);
    tn_digest_add(digest, (tn_str){(const char *)&value.as.integer, sizeof(int64_t)});
}

static tn_status add_table(tn_mysql_db *db, const tn_mysql_table *table,
                           const tn_erase_watch *watch, tn_digest_state *digest,
                           tn_buf *why)
{
    enum { NUMBERS = 3 };
    tn_mysql_statement s;
    bool row = false;
    TN_TRY(prepare(db, table, watch, &s, why));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, why);
    for (uint32_t i = 0; status == TN_OK && row && i < NUMBERS; i++)
        add_number(digest, &s, i);
    tn_mysql_statement_close(&s);
    return status;
}

/* One that can't be locked, or whose rows can't be told apart, is read every time. */
static bool can_watch(const tn_mysql_table *table)
{
    return tn_str_equal(table->engine, TN_STR("InnoDB")) && table->key_count > 0;
}

tn_status tn_mysql_watch(tn_mysql_store *store, const tn_erase_target *target,
                         tn_arena *arena, tn_mysql_print *out, tn_buf *why)
{
    tn_digest_state digest;
    tn_digest_start(&digest);
    out->is_known = target->watched_count > 0;
    for (uint32_t i = 0; out->is_known && i < target->watched_count; i++) {
        tn_mysql_table table;
        const tn_erase_watch *watch = &target->watched[i];
        TN_TRY(tn_mysql_table_find(&store->db, watch->object, arena, &table, why));
        out->is_known = can_watch(&table);
        tn_digest_add(&digest, watch->object);
        if (out->is_known)
            TN_TRY(add_table(&store->db, &table, watch, &digest, why));
    }
    out->digest = tn_digest_end(&digest);
    return TN_OK;
}

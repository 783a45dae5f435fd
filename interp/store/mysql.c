#include "interp/store/mysql.h"
#include "interp/store/mysql_expiry.h"
#include "interp/store/mysql_store.h"

static void store_close(tn_store *base)
{
    if (base == NULL)
        return;
    tn_mysql_store *store = tn_mysql_store_of(base);
    tn_mysql_db_close(&store->db);
    if (store->replica.handle != NULL)
        tn_mysql_db_close(&store->replica);
    tn_buf_free(&store->remark);
    tn_arena_free(&store->arena);
    tn_resize(store->memory, store, sizeof(*store), 0);
}

tn_status tn_mysql_store_open(const tn_store_config *config, const tn_store_ops *ops,
                              bool writes, tn_store **out, tn_buf *why)
{
    tn_mysql_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    *store = (tn_mysql_store){.base = {ops}, .memory = config->memory};
    tn_arena_init(&store->arena, config->memory);
    tn_buf_init(&store->remark, config->memory);
    tn_status status =
        tn_mysql_url_parse(config->location, &store->arena, &store->url, why);
    if (status == TN_OK)
        status = tn_mysql_db_open(&store->db, &store->url, writes, config->memory, why);
    if (status != TN_OK)
        store_close(&store->base);
    else
        *out = &store->base;
    return status;
}

static tn_status store_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    return tn_mysql_store_open(config, &tn_mysql_ops, false, out, why);
}

static tn_status store_writing_open(const tn_store_config *config, tn_store **out,
                                    tn_buf *why)
{
    return tn_mysql_store_open(config, &tn_mysql_writing_ops, true, out, why);
}

static tn_status store_list(tn_store *base, tn_arena *arena, const tn_str **names,
                            uint32_t *count, tn_buf *why)
{
    return tn_mysql_tables(&tn_mysql_store_of(base)->db, arena, names, count, why);
}

static tn_status store_describe(tn_store *base, tn_str object, tn_arena *arena,
                                tn_store_object *out, tn_buf *why)
{
    tn_mysql_table table;
    TN_TRY(
        tn_mysql_table_find(&tn_mysql_store_of(base)->db, object, arena, &table, why));
    tn_store_column *columns =
        tn_arena_take_array(arena, table.column_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < table.column_count; i++)
        columns[i].name = table.columns[i].name;
    for (uint32_t i = 0; i < table.key_count; i++)
        columns[table.key[i]].is_key = true;
    *out = (tn_store_object){table.is_view ? "view" : "table", columns,
                             table.column_count};
    return TN_OK;
}

static tn_status store_declared(tn_store *base, tn_str object, tn_arena *arena,
                                const tn_str **types, tn_buf *why)
{
    tn_mysql_table table;
    TN_TRY(
        tn_mysql_table_find(&tn_mysql_store_of(base)->db, object, arena, &table, why));
    tn_str *list = tn_arena_take_array(arena, table.column_count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < table.column_count; i++)
        list[i] = table.columns[i].full_type;
    *types = list;
    return TN_OK;
}

static tn_str store_remark(tn_store *base)
{
    return tn_buf_view(&tn_mysql_store_of(base)->remark);
}

#define MYSQL_READING                                                                  \
    .version = TN_STORE_OPS_VERSION, .kind = "mysql", .close = store_close,            \
    .list = store_list, .describe = store_describe, .scan = tn_mysql_scan_open,        \
    .next = tn_mysql_scan_next, .key = tn_mysql_scan_key,                              \
    .undeclared_name = tn_mysql_undeclared_name, .scan_close = tn_mysql_scan_close,    \
    .remark = store_remark, .erase = &tn_mysql_erase, .declared = store_declared,      \
    .counted = tn_mysql_counted, .put_grants = tn_mysql_put_grants,                    \
    .expiry = tn_mysql_expiry

const tn_store_ops tn_mysql_ops = {
    MYSQL_READING,
    .capabilities = TN_STORE_COLUMNS | TN_STORE_CASELESS | TN_STORE_INT_BOOL |
                    TN_STORE_KEYED | TN_STORE_SNAPSHOT | TN_STORE_STEPS,
    .help = "a database of MySQL or MariaDB, read only",
    .open = store_open,
};

const tn_store_ops tn_mysql_writing_ops = {
    MYSQL_READING,
    .capabilities =
        TN_STORE_COLUMNS | TN_STORE_CASELESS | TN_STORE_INT_BOOL | TN_STORE_KEYED,
    .help = "a database of MySQL or MariaDB",
    .open = store_writing_open,
};

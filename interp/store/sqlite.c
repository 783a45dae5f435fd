#include "interp/store/sqlite.h"
#include "interp/record/decode.h"
#include "interp/store/sqlite_db.h"
#include "interp/store/sqlite_erase.h"
#include "interp/store/sqlite_split.h"

#include <string.h>

typedef struct sqlite_store {
    tn_store base;
    const tn_allocator *memory;
    tn_arena arena; /* the path */
    tn_sqlite_db db;
    tn_sqlite_known known; /* of a store that is erased from */
} sqlite_store;

/* The columns of the statement: the wanted ones, the undeclared ones, the key's. */
typedef struct sqlite_scan {
    tn_scan base;
    const sqlite_store *store;
    const tn_sqlite_db *db; /* the store's, or `own` */
    tn_sqlite_db own;       /* of a part */
    const tn_scan_request *request;
    tn_arena arena;
    tn_sqlite_table table;
    sqlite3_stmt *statement;
    int key_count;
    int first_key;          /* column of the statement */
    const uint32_t *wanted; /* columns of the request */
    int wanted_count;
    const uint32_t *rest; /* columns of the table */
    int rest_count;
    bool is_numbered; /* without a key of its own */
    bool is_at_end;
    tn_value *key_parts;
    tn_list_value key_list;
    tn_value *values;
    uint32_t *undeclared;
    tn_store_row row;
} sqlite_scan;

/* --- rows */

/* False when there is no memory. The connection is this thread's alone, so its values
 * may be read without its lock. */
static inline bool read_value(sqlite3_stmt *row, int column, tn_value *out)
{
    sqlite3_value *value = sqlite3_column_value(row, column);
    switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
        out->kind = TN_KIND_INT;
        out->as.integer = sqlite3_value_int64(value);
        return true;
    case SQLITE_FLOAT:
        out->kind = TN_KIND_DOUBLE;
        out->as.real = sqlite3_value_double(value);
        return true;
    case SQLITE_TEXT:
        out->kind = TN_KIND_STRING;
        out->as.text.data = (const char *)sqlite3_value_text(value);
        out->as.text.len = (size_t)sqlite3_value_bytes(value);
        return out->as.text.data != NULL;
    case SQLITE_BLOB:
        out->kind = TN_KIND_BYTES;
        out->as.text.data = sqlite3_value_blob(value);
        out->as.text.len = (size_t)sqlite3_value_bytes(value);
        return out->as.text.data != NULL || out->as.text.len == 0;
    default: out->kind = TN_KIND_NULL; return true;
    }
}

static tn_status sqlite_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    sqlite_scan *s = (sqlite_scan *)base;
    *out = (tn_value){TN_KIND_INT, {.integer = (int64_t)row->number}};
    if (s->is_numbered)
        return TN_OK;
    for (int i = 0; i < s->key_count; i++)
        if (!read_value(s->statement, s->first_key + i, &s->key_parts[i]))
            return TN_NOMEM;
    s->key_list = (tn_list_value){s->key_parts, (uint32_t)s->key_count};
    *out = s->key_count == 1 ? s->key_parts[0]
                             : (tn_value){TN_KIND_LIST, {.list = &s->key_list}};
    return TN_OK;
}

static bool read_row(sqlite_scan *s)
{
    int column = 0;
    s->row.number++;
    for (int i = 0; i < s->wanted_count; i++)
        if (!read_value(s->statement, column++, &s->values[s->wanted[i]]))
            return false;
    s->row.undeclared_count = 0;
    for (int i = 0; i < s->rest_count; i++)
        if (sqlite3_column_type(s->statement, column++) != SQLITE_NULL)
            s->undeclared[s->row.undeclared_count++] = (uint32_t)i;
    return true;
}

static tn_status sqlite_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    sqlite_scan *s = (sqlite_scan *)base;
    *out = (tn_store_rows){&s->row, 0, false};
    if (s->is_at_end)
        return TN_OK;
    int code = sqlite3_step(s->statement);
    if (code == SQLITE_ROW) {
        out->count = 1;
        return read_row(s) ? TN_OK : TN_NOMEM;
    }
    s->is_at_end = true;
    if (code != SQLITE_DONE)
        return tn_sqlite_db_fail(s->db, code, why);
    return tn_sqlite_db_is_same(s->db, why);
}

/* --- the statement */

static uint32_t find_column(const tn_sqlite_table *table, tn_str name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].len == name.len &&
            sqlite3_strnicmp(table->columns[i].data, name.data, (int)name.len) == 0)
            return i;
    return TN_NONE;
}

static void put_key(const sqlite_scan *s, tn_buf *sql)
{
    if (s->table.key_count == 0) {
        tn_buf_put_text(sql, s->table.rowid);
        return;
    }
    for (uint32_t i = 0; i < s->table.key_count; i++) {
        tn_buf_put_text(sql, i > 0 ? "," : "");
        tn_sqlite_put_name(sql, s->table.columns[s->table.key[i]]);
    }
}

/* Can the key that is written so be looked up? Not where it might be a number or bytes
 * that are written in other ways too. */
static bool is_plain_key(tn_str key)
{
    int64_t number;
    if (key.data == NULL || key.len > INT32_MAX)
        return false;
    if (tn_int_parse(key, &number))
        return true;
    return key.len > 0 && strchr("+-.0123456789xX[Nn", key.data[0]) == NULL;
}

static void put_select(const sqlite_scan *s, tn_buf *sql)
{
    tn_buf_put_text(sql, "SELECT ");
    for (int i = 0; i < s->wanted_count; i++) {
        tn_sqlite_put_name(sql, s->request->columns[s->wanted[i]].name);
        tn_buf_put_char(sql, ',');
    }
    for (int i = 0; i < s->rest_count; i++) {
        tn_sqlite_put_name(sql, s->table.columns[s->rest[i]]);
        tn_buf_put_char(sql, ',');
    }
    if (s->key_count > 0)
        put_key(s, sql);
    else
        tn_buf_put_text(sql, "NULL");
    tn_buf_put_text(sql, " FROM ");
    tn_sqlite_put_name(sql, s->table.name);
    if (s->request->part != NULL) {
        tn_sqlite_split_put(sql, &s->table);
    } else if (s->key_count == 1 && is_plain_key(s->request->only_key)) {
        tn_buf_put_text(sql, " WHERE ");
        put_key(s, sql);
        tn_buf_put_text(sql, " IN (?1, ?2)");
    }
}

static tn_status bind_key(const sqlite_scan *s, tn_buf *why)
{
    int64_t number;
    tn_str key = s->request->only_key;
    if (s->request->part != NULL)
        return tn_sqlite_split_bind(s->db, s->statement, s->request->part, why);
    if (sqlite3_bind_parameter_count(s->statement) == 0)
        return TN_OK;
    int code =
        sqlite3_bind_text(s->statement, 1, key.data, (int)key.len, SQLITE_STATIC);
    if (code == SQLITE_OK && tn_int_parse(key, &number))
        code = sqlite3_bind_int64(s->statement, 2, number);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(s->db, code, why);
}

static tn_status choose_wanted(sqlite_scan *s, uint32_t *wanted, tn_buf *why)
{
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        tn_str name = s->request->columns[i].name;
        if (!s->request->columns[i].is_wanted)
            continue;
        if (find_column(&s->table, name) == TN_NONE) {
            tn_buf_put_format(
                why, "table \"" TN_STR_FMT "\" has no column \"" TN_STR_FMT "\"",
                TN_STR_ARG(s->table.name), TN_STR_ARG(name));
            return TN_NOT_FOUND;
        }
        wanted[s->wanted_count++] = i;
    }
    return TN_OK;
}

/* Columns that are neither in the request nor in the key. */
static void choose_rest(sqlite_scan *s, uint32_t *rest)
{
    for (uint32_t i = 0; i < s->table.column_count; i++) {
        bool is_known = false;
        for (uint32_t j = 0; j < s->request->column_count; j++)
            is_known |= find_column(&s->table, s->request->columns[j].name) == i;
        for (uint32_t j = 0; j < s->table.key_count; j++)
            is_known |= s->table.key[j] == i;
        if (!is_known)
            rest[s->rest_count++] = i;
    }
}

static tn_status choose(sqlite_scan *s, tn_buf *why)
{
    uint32_t count = s->request->column_count;
    uint32_t table_count = s->table.column_count;
    uint32_t *wanted = tn_arena_take_array(&s->arena, count, sizeof(*wanted));
    uint32_t *rest = tn_arena_take_array(&s->arena, table_count, sizeof(*rest));
    s->values = tn_arena_take_array(&s->arena, count, sizeof(*s->values));
    s->key_parts = tn_arena_take_array(&s->arena, table_count, sizeof(*s->key_parts));
    s->undeclared = tn_arena_take_array(&s->arena, table_count, sizeof(*s->undeclared));
    if (wanted == NULL || rest == NULL || s->values == NULL || s->key_parts == NULL ||
        s->undeclared == NULL)
        return TN_NOMEM;
    s->wanted = wanted;
    s->rest = rest;
    s->is_numbered = s->table.key_count == 0 && s->table.rowid == NULL;
    s->key_count = s->is_numbered ? 0 : 1;
    if (s->table.key_count > 1)
        s->key_count = (int)s->table.key_count;
    TN_TRY(choose_wanted(s, wanted, why));
    if (s->request->wants_undeclared)
        choose_rest(s, rest);
    return TN_OK;
}

static tn_status prepare(sqlite_scan *s, tn_buf *why)
{
    tn_buf sql;
    const tn_sqlite_db *db = s->db;
    TN_TRY(tn_sqlite_table_find(db, s->request->object, &s->arena, &s->table, why));
    TN_TRY(choose(s, why));
    tn_buf_init(&sql, s->store->memory);
    put_select(s, &sql);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(db, tn_buf_view(&sql), &s->statement, why);
    tn_buf_free(&sql);
    TN_TRY(status);
    s->row.values = s->values;
    s->row.undeclared = s->undeclared;
    s->first_key = s->wanted_count + s->rest_count;
    return bind_key(s, why);
}

/* --- scans */

static void sqlite_scan_close(tn_scan *base)
{
    sqlite_scan *s = (sqlite_scan *)base;
    if (s == NULL)
        return;
    sqlite3_finalize(s->statement);
    tn_sqlite_db_close(&s->own);
    tn_arena_free(&s->arena);
    tn_resize(s->store->memory, s, sizeof(*s), 0);
}

static tn_status sqlite_scan_open(tn_store *base, const tn_scan_request *request,
                                  tn_scan **out, tn_buf *why)
{
    const sqlite_store *store = (const sqlite_store *)base;
    sqlite_scan *s = tn_resize(store->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (sqlite_scan){
        .base = {base->ops}, .store = store, .db = &store->db, .request = request};
    tn_arena_init(&s->arena, store->memory);
    tn_status status = TN_OK;
    if (request->part != NULL) {
        status = tn_sqlite_split_open(&s->own, s->db, store->memory, why);
        s->db = &s->own;
    }
    if (status == TN_OK)
        status = prepare(s, why);
    if (status != TN_OK)
        sqlite_scan_close(&s->base);
    else
        *out = &s->base;
    return status;
}

static tn_status sqlite_split(tn_store *base, tn_str object, const tn_store_cut *cut,
                              tn_store_parts *out, tn_buf *why)
{
    tn_scan *scan;
    (void)object; /* the request's */
    TN_TRY(sqlite_scan_open(base, cut->request, &scan, why));
    const sqlite_scan *s = (const sqlite_scan *)scan;
    tn_sqlite_whole whole = {s->db, &s->table, s->statement};
    tn_status status = tn_sqlite_split(&whole, cut, out, why);
    sqlite_scan_close(scan);
    return status;
}

static tn_str sqlite_undeclared_name(const tn_scan *base, uint32_t number)
{
    const sqlite_scan *s = (const sqlite_scan *)base;
    return s->table.columns[s->rest[number]];
}

/* --- the store */

static void sqlite_close(tn_store *base)
{
    sqlite_store *store = (sqlite_store *)base;
    if (store == NULL)
        return;
    tn_sqlite_db_close(&store->db);
    tn_arena_free(&store->arena);
    tn_arena_free(&store->known.arena);
    tn_resize(store->memory, store, sizeof(*store), 0);
}

static tn_status sqlite_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    return tn_sqlite_store_open(config, &tn_sqlite_ops, tn_sqlite_db_open, out, why);
}

static tn_status sqlite_list(tn_store *base, tn_arena *arena, const tn_str **names,
                             uint32_t *count, tn_buf *why)
{
    return tn_sqlite_tables(&((sqlite_store *)base)->db, arena, names, count, why);
}

static tn_status sqlite_describe(tn_store *base, tn_str object, tn_arena *arena,
                                 tn_store_object *out, tn_buf *why)
{
    tn_sqlite_table table;
    TN_TRY(
        tn_sqlite_table_find(&((sqlite_store *)base)->db, object, arena, &table, why));
    tn_store_column *columns =
        tn_arena_take_array(arena, table.column_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < table.column_count; i++)
        columns[i].name = table.columns[i];
    for (uint32_t i = 0; i < table.key_count; i++)
        columns[table.key[i]].is_key = true;
    *out = (tn_store_object){table.is_view ? "view" : "table", columns,
                             table.column_count};
    return TN_OK;
}

static tn_status sqlite_declared(tn_store *base, tn_str object, tn_arena *arena,
                                 const tn_str **types, tn_buf *why)
{
    tn_sqlite_table table;
    TN_TRY(
        tn_sqlite_table_find(&((sqlite_store *)base)->db, object, arena, &table, why));
    *types = table.types;
    return TN_OK;
}

const tn_store_ops tn_sqlite_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities = TN_STORE_COLUMNS | TN_STORE_CASELESS | TN_STORE_INT_BOOL |
                    TN_STORE_KEYED | TN_STORE_SNAPSHOT,
    .kind = "sqlite",
    .help = "an SQLite database, read only",
    .open = sqlite_open,
    .close = sqlite_close,
    .list = sqlite_list,
    .describe = sqlite_describe,
    .scan = sqlite_scan_open,
    .next = sqlite_next,
    .key = sqlite_key,
    .undeclared_name = sqlite_undeclared_name,
    .scan_close = sqlite_scan_close,
    .erase = &tn_sqlite_erase,
    .declared = sqlite_declared,
    .split = sqlite_split,
};

void tn_sqlite_tune(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, TN_SQLITE_UNDO_BYTES);
}

/* --- for what erases */

tn_status tn_sqlite_store_open(const tn_store_config *config, const tn_store_ops *ops,
                               tn_sqlite_opener *open_db, tn_store **out, tn_buf *why)
{
    sqlite_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    *store = (sqlite_store){.base = {ops}, .memory = config->memory};
    tn_arena_init(&store->arena, config->memory);
    tn_arena_init(&store->known.arena, config->memory);
    tn_str path = tn_arena_copy(&store->arena, config->location);
    tn_status status = TN_NOMEM;
    if (path.data != NULL)
        status = open_db(&store->db, path.data, config->memory, why);
    if (status != TN_OK)
        sqlite_close(&store->base);
    else
        *out = &store->base;
    return status;
}

const tn_sqlite_db *tn_sqlite_store_db(const tn_store *store)
{
    return &((const sqlite_store *)store)->db;
}

tn_sqlite_known *tn_sqlite_store_known(tn_store *store)
{
    return &((sqlite_store *)store)->known;
}

#include "interp/store/mysql.h"
#include "interp/record/decode.h"
#include "interp/store/mysql_count.h"
#include "interp/store/mysql_expiry.h"

#include <string.h>
#include <time.h>

enum {
    PAGE_FIRST = 1000,
    PAGE_MAX = 50000,
    PAGE_BYTES = 4 << 20, /* of rows in memory at once, about */
    RECONNECT_TRIES = 6,
    RECONNECT_WAIT_MS = 250
};

typedef struct mysql_scan {
    tn_scan base;
    tn_mysql_store *store;
    const tn_scan_request *request;
    tn_arena arena;
    tn_arena key_arena;
    tn_arena filter_arena;
    uint32_t first_parameter; /* after those of a filter */
    tn_mysql_table table;
    tn_mysql_row row;
    tn_mysql_statement statement;
    unsigned connection; /* that the statement belongs to */
    bool is_walked;      /* by its key, page after page; else by a cursor */
    bool is_after;       /* the statement is for what comes after last_key */
    bool has_page;
    bool is_at_end;
    uint32_t page_rows; /* asked for */
    uint32_t row_count; /* of the page, so far */
    tn_value last_key[TN_MYSQL_KEY_MAX];
    /* Ranges are counted, and only residues read. */
    bool has_counting;
    bool is_counting; /* what is read are the residues of the range counted last */
    tn_mysql_counting counting;
} mysql_scan;

/* --- the statement */

static bool has_only_key(const mysql_scan *s)
{
    return s->is_walked && s->table.key_count == 1 &&
           s->request->only_key.data != NULL &&
           s->table.columns[s->table.key[0]].type == TN_MYSQL_TEXT;
}

static bool has_only_number(const mysql_scan *s)
{
    int64_t number;
    return s->is_walked && s->table.key_count == 1 &&
           s->request->only_key.data != NULL &&
           s->table.columns[s->table.key[0]].type == TN_MYSQL_INTEGER &&
           tn_int_parse(s->request->only_key, &number);
}

static void put_range(const mysql_scan *s, tn_mysql_sql *sql)
{
    const char *before = " WHERE ";
    if (has_only_key(s) || has_only_number(s)) {
        tn_buf_put_text(&sql->text, before);
        tn_mysql_put_equal(&s->table, &sql->text);
        return;
    }
    if (s->is_counting) {
        tn_buf_put_text(&sql->text, before);
        tn_mysql_count_put_filter(&s->counting, sql);
        before = " AND ";
    }
    if (s->is_after) {
        tn_buf_put_text(&sql->text, before);
        tn_mysql_put_bound(&s->table, ">", &sql->text);
        before = " AND ";
    }
    if (s->is_counting && s->counting.has_upper) {
        tn_buf_put_text(&sql->text, before);
        tn_mysql_put_bound(&s->table, "<=", &sql->text);
    }
}

static void put_select(const mysql_scan *s, tn_mysql_sql *sql)
{
    tn_buf_put_text(&sql->text, "SELECT ");
    tn_mysql_row_put_columns(&s->row, &sql->text);
    tn_buf_put_text(&sql->text, " FROM ");
    tn_mysql_put_name(&sql->text, s->table.name);
    if (s->is_walked) {
        tn_buf_put_text(&sql->text, " FORCE INDEX (PRIMARY)");
        put_range(s, sql);
        tn_buf_put_text(&sql->text, " ORDER BY ");
        tn_mysql_put_key(&s->table, &sql->text);
        tn_buf_put_text(&sql->text, " LIMIT ?");
    }
    if (s->store->in_chunk)
        tn_buf_put_text(&sql->text, " LOCK IN SHARE MODE");
}

/* The values of a filter are bound once; those of the range for each page. */
static tn_status prepare(mysql_scan *s, tn_buf *why)
{
    tn_mysql_sql sql;
    tn_mysql_statement_close(&s->statement);
    tn_arena_free(&s->filter_arena);
    tn_mysql_sql_init(&sql, &s->filter_arena, s->store->memory);
    put_select(s, &sql);
    s->connection = s->store->db.connections;
    s->first_parameter = sql.count;
    tn_status status = sql.failed ? TN_NOMEM : tn_buf_status(&sql.text);
    if (status == TN_OK)
        status = tn_mysql_prepare(&s->statement, &s->store->db, tn_buf_view(&sql.text),
                                  s->is_walked ? 0 : PAGE_FIRST, why);
    for (uint32_t i = 0; status == TN_OK && i < sql.count; i++)
        tn_mysql_bind(&s->statement, i, &sql.values[i]);
    tn_mysql_sql_free(&sql);
    return status;
}

static void bind_only(mysql_scan *s, uint32_t *at)
{
    int64_t number = 0;
    tn_value key = {TN_KIND_STRING, {.text = s->request->only_key}};
    if (has_only_number(s) && tn_int_parse(s->request->only_key, &number))
        key = (tn_value){TN_KIND_INT, {.integer = number}};
    *at = tn_mysql_bind_equal(&s->table, &s->statement, 0, &key);
}

/* --- pages */

/* So many that a page is of about PAGE_BYTES. */
static void size_page(mysql_scan *s)
{
    size_t bytes = tn_mysql_row_bytes(&s->statement);
    size_t rows = PAGE_BYTES / (bytes == 0 ? 1 : bytes);
    uint32_t most = s->page_rows * 4;
    s->page_rows = rows > PAGE_MAX ? PAGE_MAX : rows < 16 ? 16 : (uint32_t)rows;
    if (s->page_rows > most)
        s->page_rows = most;
}

static tn_status keep_key(mysql_scan *s)
{
    if (s->key_arena.block != NULL)
        tn_arena_reset(&s->key_arena);
    for (uint32_t i = 0; i < s->table.key_count; i++) {
        tn_value *part = &s->last_key[i];
        *part = s->row.key_parts[i];
        if (part->kind != TN_KIND_STRING && part->kind != TN_KIND_BYTES)
            continue;
        part->as.text = tn_arena_copy(&s->key_arena, part->as.text);
        if (part->as.text.data == NULL)
            return TN_NOMEM;
    }
    return TN_OK;
}

static tn_status execute_page(mysql_scan *s, tn_buf *why)
{
    if (s->connection != s->store->db.connections) /* another scan made it anew */
        tn_mysql_statement_close(&s->statement);
    if (s->statement.db == NULL)
        TN_TRY(prepare(s, why));
    uint32_t at = s->first_parameter;
    if (has_only_key(s) || has_only_number(s))
        bind_only(s, &at);
    else if (s->is_after)
        at = tn_mysql_bind_bound(&s->table, &s->statement, at, s->last_key);
    if (s->is_counting && s->counting.has_upper)
        at = tn_mysql_bind_bound(&s->table, &s->statement, at, s->counting.upper);
    if (s->is_walked)
        tn_mysql_bind_int(&s->statement, at, s->page_rows);
    TN_TRY(tn_mysql_execute(&s->statement, why));
    s->has_page = true;
    s->row_count = 0;
    return TN_OK;
}

/* --- a lost connection */

static void nap(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

/* A scan over a key can go on after its last row; in a chunk all locks are gone, and so
 * is the chunk. */
static bool may_reconnect(const mysql_scan *s)
{
    return tn_mysql_is_gone(s->statement.last_error) && s->is_walked &&
           !s->store->in_chunk;
}

static tn_status reconnect(mysql_scan *s, tn_buf *why)
{
    tn_mysql_store *store = s->store;
    tn_status status = TN_STORE;
    tn_mysql_statement_close(&s->statement);
    for (unsigned i = 0; i < RECONNECT_TRIES && status == TN_STORE; i++) {
        nap((unsigned)RECONNECT_WAIT_MS << i);
        tn_buf_reset(why);
        status = tn_mysql_db_reconnect(&store->db, why);
    }
    TN_TRY(status);
    tn_buf_reset(&store->remark);
    tn_buf_put_text(&store->remark, "the connection was lost while table \"");
    tn_buf_put(&store->remark, s->table.name);
    tn_buf_put_text(&store->remark, "\" was read, and made again: what was read "
                                    "before and after is of two moments");
    return TN_OK;
}

static tn_status next_page(mysql_scan *s, tn_buf *why)
{
    tn_status status = execute_page(s, why);
    if (status != TN_STORE || !may_reconnect(s))
        return status;
    TN_TRY(reconnect(s, why));
    return execute_page(s, why);
}

/* --- rows */

static bool is_page_whole(const mysql_scan *s)
{
    return !s->is_walked || has_only_key(s) || has_only_number(s) ||
           s->row_count < s->page_rows;
}

static tn_status next_row(mysql_scan *s, tn_store_rows *out, tn_buf *why)
{
    bool row = false;
    while (!s->is_at_end) {
        if (!s->has_page)
            TN_TRY(next_page(s, why));
        TN_TRY(tn_mysql_fetch(&s->statement, &row, why));
        if (row) {
            tn_mysql_row_read(&s->row, &s->statement);
            out->count = 1;
            /* before the row's texts are overwritten by the next page's */
            return ++s->row_count == s->page_rows ? keep_key(s) : TN_OK;
        }
        s->is_at_end = is_page_whole(s);
        s->has_page = false;
        if (s->is_at_end)
            return TN_OK;
        size_page(s);
        if (!s->is_after)
            tn_mysql_statement_close(&s->statement);
        s->is_after = true;
    }
    return TN_OK;
}

/* --- counting instead */

/* Starts to read after a key; `key` NULL: from the start. */
static void read_from(mysql_scan *s, const tn_value *key)
{
    tn_mysql_statement_close(&s->statement);
    s->is_at_end = false;
    s->has_page = false;
    s->is_after = key != NULL;
    if (key != NULL)
        memcpy(s->last_key, key, sizeof(s->last_key));
}

static tn_status count_range(mysql_scan *s, tn_buf *why)
{
    tn_status status = tn_mysql_count_next(&s->counting, why);
    if (status != TN_STORE || !s->store->db.is_lost)
        return status;
    TN_TRY(reconnect(s, why));
    return tn_mysql_count_next(&s->counting, why);
}

/* The next range of which something is to be read: its residues, or, from one on of
 * which most would be, everything. */
static tn_status open_range(mysql_scan *s, tn_buf *why)
{
    const tn_mysql_counting *c = &s->counting;
    while (!tn_mysql_count_is_at_end(c)) {
        TN_TRY(count_range(s, why));
        if (c->residue_count > 0 && !c->is_useless) {
            read_from(s, c->has_lower ? c->lower : NULL);
            return TN_OK;
        }
    }
    s->is_counting = false;
    if (c->is_useless)
        read_from(s, c->has_lower ? c->lower : NULL);
    return TN_OK;
}

static bool store_counted(const tn_scan *base, tn_scan_counts *out)
{
    const mysql_scan *s = (const mysql_scan *)base;
    if (s->has_counting)
        *out = s->counting.counts;
    return s->has_counting;
}

static tn_status store_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    mysql_scan *s = (mysql_scan *)base;
    *out = (tn_store_rows){&s->row.row, 0, false};
    for (;;) {
        TN_TRY(next_row(s, out, why));
        if (out->count > 0 || !s->is_counting)
            return TN_OK;
        TN_TRY(open_range(s, why));
    }
}

static tn_status store_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    mysql_scan *s = (mysql_scan *)base;
    if (s->table.key_count == 0)
        *out = (tn_value){TN_KIND_INT, {.integer = (int64_t)row->number}};
    else
        tn_mysql_row_key(&s->row, out);
    return TN_OK;
}

static tn_str store_undeclared_name(const tn_scan *base, uint32_t number)
{
    const mysql_scan *s = (const mysql_scan *)base;
    return s->table.columns[s->row.rest[number]].name;
}

/* --- scans */

static void store_scan_close(tn_scan *base)
{
    mysql_scan *s = (mysql_scan *)base;
    if (s == NULL)
        return;
    tn_mysql_store *store = s->store;
    tn_mysql_statement_close(&s->statement);
    if (s->has_counting)
        tn_mysql_count_free(&s->counting);
    store->scan_count--;
    if (store->db.writes && !store->in_chunk && store->scan_count == 0)
        tn_mysql_try(&store->db, "COMMIT");
    tn_arena_free(&s->filter_arena);
    tn_arena_free(&s->key_arena);
    tn_arena_free(&s->arena);
    tn_resize(store->memory, s, sizeof(*s), 0);
}

/* What is read in a chunk must stay as it is until the chunk is committed. */
static tn_status check_locks(const mysql_scan *s, tn_buf *why)
{
    if (!s->store->in_chunk || tn_str_equal(s->table.engine, TN_STR("InnoDB")))
        return TN_OK;
    tn_buf_put_format(why,
                      "table \"" TN_STR_FMT
                      "\" decides about what is erased, and can't "
                      "be locked: it is %s" TN_STR_FMT ", not an InnoDB table",
                      TN_STR_ARG(s->table.name), s->table.is_view ? "a view" : "of ",
                      TN_STR_ARG(s->table.engine));
    return TN_STORE;
}

/* A store that writes reads in a transaction of its own, when it does no chunk. */
static tn_status start_reading(tn_mysql_store *store, tn_buf *why)
{
    if (!store->db.writes || store->in_chunk || store->scan_count > 1)
        return TN_OK;
    return tn_mysql_run(&store->db,
                        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", why);
}

static tn_status open_steps(mysql_scan *s, tn_buf *why)
{
    tn_mysql_store *store = s->store;
    tn_status status = start_reading(store, why);
    if (status == TN_STORE && !store->in_chunk) { /* it was idle for too long */
        tn_buf_reset(why);
        TN_TRY(tn_mysql_db_reconnect(&store->db, why));
        status = start_reading(store, why);
    }
    TN_TRY(status);
    TN_TRY(
        tn_mysql_table_find(&store->db, s->request->object, &s->arena, &s->table, why));
    TN_TRY(check_locks(s, why));
    s->is_walked = s->table.obstacle == NULL && !s->table.is_view;
    TN_TRY(tn_mysql_row_init(&s->row, &s->table, s->request, &s->arena, why));
    const tn_push_table *push = s->request->push;
    s->has_counting = push != NULL && push->is_exact && s->is_walked &&
                      store->url.counts && s->request->only_key.data == NULL &&
                      !store->in_chunk && tn_mysql_is_renderable(push);
    s->is_counting = s->is_at_end = s->has_counting;
    if (!s->has_counting)
        return TN_OK;
    return tn_mysql_count_init(&s->counting, &store->db, &s->row, push);
}

static tn_status store_scan_open(tn_store *base, const tn_scan_request *request,
                                 tn_scan **out, tn_buf *why)
{
    tn_mysql_store *store = tn_mysql_store_of(base);
    mysql_scan *s = tn_resize(store->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (mysql_scan){.base = {base->ops},
                      .store = store,
                      .request = request,
                      .page_rows = PAGE_FIRST};
    tn_arena_init(&s->arena, store->memory);
    tn_arena_init(&s->key_arena, store->memory);
    tn_arena_init(&s->filter_arena, store->memory);
    store->scan_count++;
    tn_status status = open_steps(s, why);
    if (status != TN_OK)
        store_scan_close(&s->base);
    else
        *out = &s->base;
    return status;
}

/* --- the store */

static void store_close(tn_store *base)
{
    if (base == NULL)
        return;
    tn_mysql_store *store = tn_mysql_store_of(base);
    tn_mysql_db_close(&store->db);
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
    .list = store_list, .describe = store_describe, .scan = store_scan_open,           \
    .next = store_next, .key = store_key, .undeclared_name = store_undeclared_name,    \
    .scan_close = store_scan_close, .remark = store_remark, .erase = &tn_mysql_erase,  \
    .declared = store_declared, .counted = store_counted,                              \
    .put_grants = tn_mysql_put_grants, .expiry = tn_mysql_expiry

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

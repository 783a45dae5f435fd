#include "interp/store/memory.h"

typedef struct memory_store {
    tn_store base;
    const tn_allocator *memory;
    const tn_memory_store *content;
} memory_store;

typedef struct memory_scan {
    tn_scan base;
    tn_arena arena;
    const tn_memory_store *content;
    const tn_memory_table *table;
    const tn_scan_request *request;
    uint32_t *columns;    /* of the table, for each of the request */
    uint32_t *undeclared; /* columns of the table that are not in the request */
    uint32_t undeclared_count;
    uint32_t batch_rows;
    tn_store_row *rows;
    tn_value *values;
    uint32_t *found; /* undeclared ones, row by row */
    uint32_t at;
} memory_scan;

static tn_status memory_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    (void)why;
    memory_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    *store = (memory_store){{&tn_memory_ops}, config->memory, config->user};
    *out = &store->base;
    return TN_OK;
}

static void memory_close(tn_store *base)
{
    memory_store *store = (memory_store *)base;
    if (store != NULL)
        tn_resize(store->memory, store, sizeof(*store), 0);
}

static const tn_memory_table *find_table(const memory_store *store, tn_str name,
                                         tn_buf *why)
{
    for (uint32_t i = 0; i < store->content->table_count; i++)
        if (tn_str_equal(tn_str_from(store->content->tables[i].name), name))
            return &store->content->tables[i];
    tn_buf_put_format(why, "it has no table \"" TN_STR_FMT "\"", TN_STR_ARG(name));
    return NULL;
}

static tn_status memory_list(tn_store *base, tn_arena *arena, const tn_str **names,
                             uint32_t *count, tn_buf *why)
{
    const memory_store *store = (const memory_store *)base;
    (void)why;
    tn_str *list =
        tn_arena_take_array(arena, store->content->table_count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < store->content->table_count; i++)
        list[i] = tn_str_from(store->content->tables[i].name);
    *names = list;
    *count = store->content->table_count;
    return TN_OK;
}

static tn_status memory_describe(tn_store *base, tn_str object, tn_arena *arena,
                                 tn_store_object *out, tn_buf *why)
{
    const tn_memory_table *table = find_table((memory_store *)base, object, why);
    if (table == NULL)
        return TN_NOT_FOUND;
    tn_store_column *columns =
        tn_arena_take_array(arena, table->column_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < table->column_count; i++)
        columns[i] =
            (tn_store_column){tn_str_from(table->columns[i]), i == table->key_column};
    *out = (tn_store_object){"table", columns, table->column_count};
    return TN_OK;
}

static uint32_t find_column(const tn_memory_table *table, tn_str name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (tn_str_equal(tn_str_from(table->columns[i]), name))
            return i;
    return TN_NONE;
}

static tn_status prepare(memory_scan *s)
{
    uint32_t columns = s->request->column_count;
    uint32_t rows = s->batch_rows;
    s->columns = tn_arena_take_array(&s->arena, columns, sizeof(*s->columns));
    s->undeclared =
        tn_arena_take_array(&s->arena, s->table->column_count, sizeof(*s->undeclared));
    s->rows = tn_arena_take_array(&s->arena, rows, sizeof(*s->rows));
    s->values =
        tn_arena_take_array(&s->arena, (size_t)rows * columns, sizeof(*s->values));
    s->found = tn_arena_take_array(&s->arena, (size_t)rows * s->table->column_count,
                                   sizeof(*s->found));
    if (s->columns == NULL || s->undeclared == NULL || s->rows == NULL ||
        s->values == NULL || s->found == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < columns; i++)
        s->columns[i] = find_column(s->table, s->request->columns[i].name);
    for (uint32_t i = 0; i < s->table->column_count; i++) {
        bool is_named = i == s->table->key_column;
        for (uint32_t j = 0; j < columns; j++)
            is_named |= s->columns[j] == i;
        if (!is_named && s->request->wants_undeclared)
            s->undeclared[s->undeclared_count++] = i;
    }
    return TN_OK;
}

static void memory_scan_close(tn_scan *base)
{
    memory_scan *s = (memory_scan *)base;
    if (s == NULL)
        return;
    const tn_allocator *memory = s->arena.memory;
    tn_arena_free(&s->arena);
    tn_resize(memory, s, sizeof(*s), 0);
}

static tn_status memory_scan_open(tn_store *base, const tn_scan_request *request,
                                  tn_scan **out, tn_buf *why)
{
    const memory_store *store = (const memory_store *)base;
    const tn_memory_table *table = find_table(store, request->object, why);
    if (table == NULL)
        return TN_NOT_FOUND;
    memory_scan *s = tn_resize(store->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    uint32_t batch = store->content->batch_rows;
    *s = (memory_scan){.base = {&tn_memory_ops},
                       .content = store->content,
                       .table = table,
                       .request = request,
                       .batch_rows = batch == 0 ? 1 : batch};
    tn_arena_init(&s->arena, store->memory);
    tn_status status = prepare(s);
    if (status != TN_OK)
        memory_scan_close(&s->base);
    else
        *out = &s->base;
    return status;
}

static void fill_row(memory_scan *s, uint32_t number, uint32_t row)
{
    const tn_value *cells = s->table->cells + (size_t)row * s->table->column_count;
    tn_value *values = s->values + (size_t)number * s->request->column_count;
    uint32_t *found = s->found + (size_t)number * s->table->column_count;
    uint32_t found_count = 0;
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        bool is_read = s->request->columns[i].is_wanted && s->columns[i] != TN_NONE;
        values[i] = is_read ? cells[s->columns[i]] : (tn_value){TN_KIND_NULL, {0}};
    }
    for (uint32_t i = 0; i < s->undeclared_count; i++)
        if (cells[s->undeclared[i]].kind != TN_KIND_NULL)
            found[found_count++] = i;
    s->rows[number] = (tn_store_row){.number = (uint64_t)row + 1,
                                     .values = values,
                                     .undeclared = found,
                                     .undeclared_count = found_count};
}

static tn_status memory_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    memory_scan *s = (memory_scan *)base;
    uint32_t count = 0;
    while (count < s->batch_rows && s->at < s->table->row_count) {
        if (s->content->fail_after > 0 && s->at >= s->content->fail_after) {
            tn_buf_put_text(why, "it fails when it is told to");
            return TN_STORE;
        }
        fill_row(s, count++, s->at++);
    }
    *out = (tn_store_rows){s->rows, count, false};
    return TN_OK;
}

static tn_status memory_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    const tn_memory_table *table = ((const memory_scan *)base)->table;
    *out = (tn_value){TN_KIND_INT, {.integer = (int64_t)row->number}};
    if (table->key_column != TN_NONE)
        *out =
            table->cells[(row->number - 1) * table->column_count + table->key_column];
    return TN_OK;
}

static tn_str memory_undeclared_name(const tn_scan *base, uint32_t number)
{
    const memory_scan *s = (const memory_scan *)base;
    return tn_str_from(s->table->columns[s->undeclared[number]]);
}

const tn_store_ops tn_memory_ops = {
    .version = TN_STORE_OPS_VERSION,
    .capabilities = TN_STORE_COLUMNS | TN_STORE_KEYED | TN_STORE_SNAPSHOT,
    .kind = "memory",
    .help = "tables in memory, for tests",
    .open = memory_open,
    .close = memory_close,
    .list = memory_list,
    .describe = memory_describe,
    .scan = memory_scan_open,
    .next = memory_next,
    .key = memory_key,
    .undeclared_name = memory_undeclared_name,
    .scan_close = memory_scan_close,
};

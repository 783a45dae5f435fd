/* sqlite_chunk: one transaction in which rows are decided and go. */
#include "interp/store/sqlite_chunk.h"

enum { COMMIT_TRIES = 25 };

/* --- redaction */

static tn_status redact_row(tn_sqlite_eraser *e, const tn_sqlite_pending *p)
{
    tn_buf sql;
    sqlite3_stmt *update = NULL;
    int code = SQLITE_OK, number = 1;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "UPDATE ");
    tn_sqlite_put_name(&sql, e->table.name);
    for (uint32_t i = 0; i < p->change_count; i++) {
        tn_buf_put_text(&sql, i == 0 ? " SET " : ",");
        tn_sqlite_put_name(&sql, e->target->redacted[p->changes[i].column].name);
        tn_buf_put_text(&sql, "=?");
    }
    for (uint32_t i = 0; i < e->walk_count; i++) {
        tn_buf_put_text(&sql, i == 0 ? " WHERE " : " AND ");
        tn_sqlite_put_walk(&e->table, i, &sql);
        tn_buf_put_text(&sql, "=?");
    }
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(e->db, tn_buf_view(&sql), &update, e->chunk->why);
    if (status == TN_OK) {
        for (uint32_t i = 0; i < p->change_count && code == SQLITE_OK; i++)
            code = tn_sqlite_bind(update, number++, &p->changes[i].value);
        for (uint32_t i = 0; i < e->walk_count && code == SQLITE_OK; i++)
            code = tn_sqlite_bind(update, number++, &p->walk[i]);
        if (code == SQLITE_OK)
            code = sqlite3_step(update);
        if (code != SQLITE_DONE)
            status = tn_sqlite_fail_or_wait(e->db, code, e->chunk->why);
        else
            e->out->erased_count += (uint64_t)sqlite3_changes64(e->db->handle);
    }
    sqlite3_finalize(update);
    tn_buf_free(&sql);
    return status;
}

/* --- the transaction */

static tn_status mismatch(tn_sqlite_eraser *e, uint64_t changed)
{
    tn_buf_put_format(
        e->chunk->why,
        "%llu rows were to go, but SQLite says that %llu did; nothing was "
        "changed",
        (unsigned long long)e->taken_count, (unsigned long long)changed);
    return TN_STORE;
}

/* Decides on the rows of the range; those that are due go. */
static tn_status erase_rows(tn_sqlite_eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int64_t before = sqlite3_total_changes64(e->db->handle);
    tn_buf_init(&sql, e->arena.memory);
    tn_status status = tn_sqlite_put_deleting(e, &sql);
    if (status == TN_OK)
        status = tn_sqlite_run_bounded(e, &sql, &statement, &row);
    if (status == TN_OK && !e->target->redacts)
        e->out->erased_count = (uint64_t)sqlite3_changes64(e->db->handle);
    sqlite3_finalize(statement);
    tn_buf_free(&sql);
    for (uint32_t i = 0; status == TN_OK && i < e->pending_count; i++)
        status = redact_row(e, &e->pendings[i]);
    TN_TRY(status);
    /* what triggers and foreign keys did is in the total */
    uint64_t total = (uint64_t)(sqlite3_total_changes64(e->db->handle) - before);
    if (e->out->erased_count != e->taken_count || total != e->taken_count)
        return mismatch(e, total);
    return TN_OK;
}

static tn_status do_chunk(tn_sqlite_eraser *e, tn_sqlite_known *known)
{
    const tn_erase_chunk *chunk = e->chunk;
    tn_erase_seal seal = {NULL, NULL, 0};
    int64_t version;
    TN_TRY(tn_sqlite_seal_begin(e));
    TN_TRY(tn_sqlite_version(e->db, &version, chunk->why));
    TN_TRY(chunk->begun(chunk->user, version));
    TN_TRY(tn_sqlite_find_range(e, known->is_dense));
    TN_TRY(erase_rows(e));
    TN_TRY(tn_sqlite_recount(e));
    tn_sqlite_note_density(e, known);
    TN_TRY(chunk->seal(chunk->user, e->out->erased_count, &seal));
    return tn_sqlite_seal_end(e, &seal);
}

/* Readers of a database without a write-ahead log can hold it up for a moment. */
static tn_status commit(tn_sqlite_eraser *e)
{
    tn_status status = TN_STOPPED;
    for (int i = 0; i < COMMIT_TRIES && status == TN_STOPPED; i++)
        status = tn_sqlite_run(e->db, "COMMIT", e->chunk->why);
    return status;
}

/* --- what a chunk is of */

static uint32_t find_column(const tn_sqlite_table *table, tn_str name)
{
    for (uint32_t i = 0; i < table->column_count; i++)
        if (table->columns[i].len == name.len &&
            sqlite3_strnicmp(table->columns[i].data, name.data, (int)name.len) == 0)
            return i;
    return TN_NONE;
}

static void choose_columns(tn_sqlite_eraser *e, uint32_t *wanted, uint32_t *rest)
{
    for (uint32_t i = 0; i < e->target->column_count; i++)
        if (e->target->columns[i].is_wanted)
            wanted[e->wanted_count++] = i;
    for (uint32_t i = 0; e->target->wants_undeclared && i < e->table.column_count;
         i++) {
        bool is_known = false;
        for (uint32_t j = 0; j < e->target->column_count; j++)
            is_known |= find_column(&e->table, e->target->columns[j].name) == i;
        for (uint32_t j = 0; j < e->table.key_count; j++)
            is_known |= e->table.key[j] == i;
        if (!is_known)
            rest[e->rest_count++] = i;
    }
}

static tn_status examine(tn_sqlite_eraser *e, tn_store *store, tn_sqlite_known *known)
{
    known->target = NULL;
    if (known->arena.block != NULL)
        tn_arena_reset(&known->arena);
    TN_TRY(tn_sqlite_examine(store, e->target, &known->arena, &known->exam,
                             e->chunk->why));
    TN_TRY(tn_sqlite_table_find(e->db, e->target->object, &known->arena, &known->table,
                                e->chunk->why));
    known->target = e->target;
    return TN_OK;
}

/* What the chunk before knew of the table holds unless the schema is another; nobody
 * changes it in the middle of the transaction. */
static tn_status know_table(tn_sqlite_eraser *e, tn_store *store)
{
    tn_sqlite_known *known = tn_sqlite_store_known(store);
    int64_t schema;
    TN_TRY(tn_sqlite_schema(e->db, &schema, e->chunk->why));
    if (known->target != e->target || known->schema != schema)
        TN_TRY(examine(e, store, known));
    known->schema = schema;
    e->exam = known->exam;
    e->table = known->table;
    if (tn_digest_equal(&e->exam.shape, e->chunk->shape))
        return TN_OK;
    tn_buf_put_text(e->chunk->why, "the table was altered since it was examined");
    return TN_STORE;
}

static tn_status prepare(tn_sqlite_eraser *e, tn_store *store)
{
    tn_arena *arena = &e->arena;
    TN_TRY(know_table(e, store));
    uint32_t table_count = e->table.column_count, count = e->target->column_count;
    uint32_t *wanted = tn_arena_take_array(arena, count, sizeof(*wanted));
    uint32_t *rest = tn_arena_take_array(arena, table_count, sizeof(*rest));
    e->values = tn_arena_take_array(arena, count, sizeof(*e->values));
    e->key_parts = tn_arena_take_array(arena, table_count, sizeof(*e->key_parts));
    e->undeclared = tn_arena_take_array(arena, table_count, sizeof(*e->undeclared));
    if (wanted == NULL || rest == NULL || e->values == NULL || e->key_parts == NULL ||
        e->undeclared == NULL)
        return TN_NOMEM;
    e->wanted = wanted;
    e->rest = rest;
    choose_columns(e, wanted, rest);
    e->key = e->table.key_count > 0 ? e->table.key : NULL;
    e->key_count = e->table.key_count > 0 ? e->table.key_count : 1;
    e->walk_count = tn_sqlite_walk_count(&e->table);
    e->row = (tn_store_row){.values = e->values, .undeclared = e->undeclared};
    return TN_OK;
}

static tn_status add_functions(tn_sqlite_eraser *e)
{
    enum { FLAGS = SQLITE_UTF8 | SQLITE_DIRECTONLY };
    int code = sqlite3_create_function_v2(e->db->handle, "tenure_due", -1, FLAGS, e,
                                          tn_sqlite_due, NULL, NULL, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_create_function_v2(e->db->handle, "tenure_take", -1, FLAGS, e,
                                          tn_sqlite_take, NULL, NULL, NULL);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(e->db, code, e->chunk->why);
}

static tn_status run_transaction(tn_sqlite_eraser *e, tn_store *store)
{
    TN_TRY(tn_sqlite_run(e->db, "BEGIN IMMEDIATE", e->chunk->why));
    tn_status status = prepare(e, store);
    if (status == TN_OK)
        status = do_chunk(e, tn_sqlite_store_known(store));
    if (status == TN_OK)
        status = commit(e);
    if (status != TN_OK && !sqlite3_get_autocommit(e->db->handle))
        sqlite3_exec(e->db->handle, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

tn_status tn_sqlite_erase_chunk(tn_store *store, const tn_erase_permit *permit,
                                const tn_erase_target *target,
                                const tn_erase_chunk *chunk, tn_erase_result *out)
{
    const tn_sqlite_db *db = tn_sqlite_store_db(store);
    tn_sqlite_eraser e = {.db = db, .target = target, .chunk = chunk, .out = out};
    assert(permit != NULL && chunk->row_limit > 0);
    (void)permit;
    *out = (tn_erase_result){.looked_at_count = 0};
    tn_arena_init(&e.arena, chunk->why->memory);
    tn_status status = add_functions(&e);
    if (status == TN_OK)
        status = run_transaction(&e, store);
    sqlite3_create_function_v2(db->handle, "tenure_due", -1, SQLITE_UTF8, NULL, NULL,
                               NULL, NULL, NULL);
    sqlite3_create_function_v2(db->handle, "tenure_take", -1, SQLITE_UTF8, NULL, NULL,
                               NULL, NULL, NULL);
    tn_arena_free(&e.arena);
    return status;
}

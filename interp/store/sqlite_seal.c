/* sqlite_seal: the marker of a chunk, in the chunk's transaction. */
#include "interp/store/sqlite_chunk.h"

/* Prepares a statement about the marker of chunk `number`: ?1, ?2, ?3. */
static tn_status prepare_marker(tn_sqlite_eraser *e, const char *sql, int64_t number,
                                sqlite3_stmt **out)
{
    const tn_erase_chunk *chunk = e->chunk;
    TN_TRY(tn_sqlite_db_prepare(e->db, tn_str_from(sql), out, chunk->why));
    int code = sqlite3_bind_text64(*out, 1, chunk->run.data, chunk->run.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text64(*out, 2, chunk->place.data, chunk->place.len,
                                   SQLITE_STATIC, SQLITE_UTF8);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(*out, 3, number);
    if (code == SQLITE_OK)
        return TN_OK;
    sqlite3_finalize(*out);
    *out = NULL;
    return tn_sqlite_db_fail(e->db, code, chunk->why);
}

/* Runs it, for one row, or for as many as there are. */
static tn_status run_marker(tn_sqlite_eraser *e, sqlite3_stmt *statement, bool is_one)
{
    bool row;
    tn_status status = tn_sqlite_step(e->db, statement, &row, e->chunk->why);
    sqlite3_finalize(statement);
    if (status == TN_OK && is_one && sqlite3_changes(e->db->handle) != 1) {
        tn_buf_put_text(e->chunk->why,
                        "its table tenure_chunk does not take what it is "
                        "given; nothing was changed");
        return TN_STORE;
    }
    return status;
}

static tn_status insert_marker(tn_sqlite_eraser *e)
{
    sqlite3_stmt *insert = NULL;
    TN_TRY(prepare_marker(
        e, "INSERT INTO tenure_chunk(run, place, chunk) VALUES(?1, ?2, ?3)",
        e->chunk->number, &insert));
    return run_marker(e, insert, true);
}

/* The leaves of the chunk before are in the ledger by now. */
static tn_status drop_leaves(tn_sqlite_eraser *e)
{
    sqlite3_stmt *update = NULL;
    TN_TRY(prepare_marker(e,
                          "UPDATE tenure_chunk SET leaves = NULL WHERE run = ?1 AND"
                          " place = ?2 AND chunk = ?3 AND leaves IS NOT NULL",
                          e->chunk->number - 1, &update));
    return run_marker(e, update, false);
}

static tn_status next_watermark(tn_sqlite_eraser *e)
{
    sqlite3_stmt *update = NULL;
    bool row = false;
    TN_TRY(tn_sqlite_db_prepare(e->db,
                                TN_STR("UPDATE tenure_store SET watermark = watermark +"
                                       " 1 RETURNING watermark"),
                                &update, e->chunk->why));
    tn_status status = tn_sqlite_step(e->db, update, &row, e->chunk->why);
    if (status == TN_OK && row)
        e->out->watermark = (uint64_t)sqlite3_column_int64(update, 0);
    sqlite3_finalize(update);
    if (status == TN_OK && !row) {
        tn_buf_put_text(e->chunk->why, "its table tenure_store is empty");
        status = TN_STORE;
    }
    return status;
}

static int bind_root(sqlite3_stmt *update, const tn_erase_seal *seal)
{
    if (seal->root == NULL)
        return SQLITE_OK;
    int code = sqlite3_bind_blob(update, 8, seal->root, TN_DIGEST_BYTES, SQLITE_STATIC);
    if (code != SQLITE_OK)
        return code;
    return sqlite3_bind_blob64(update, 9, seal->leaves_size == 0 ? "" : seal->leaves,
                               seal->leaves_size, SQLITE_STATIC);
}

static int bind_seal(sqlite3_stmt *update, const tn_sqlite_eraser *e,
                     const tn_erase_seal *seal)
{
    int code = bind_root(update, seal);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(update, 4, e->target->redacts);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(update, 5, (sqlite3_int64)e->out->erased_count);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(update, 6, (sqlite3_int64)e->out->watermark);
    if (code == SQLITE_OK)
        code = sqlite3_bind_int(update, 7, e->out->is_end);
    for (uint32_t i = 0; e->has_upper && i < e->walk_count && code == SQLITE_OK; i++)
        code = tn_sqlite_bind(update, (int)(10 + i), &e->upper[i]);
    return code;
}

tn_status tn_sqlite_seal_end(tn_sqlite_eraser *e, const tn_erase_seal *seal)
{
    sqlite3_stmt *update = NULL;
    TN_TRY(prepare_marker(
        e,
        "UPDATE tenure_chunk SET redacts = ?4, count = ?5, watermark = ?6,"
        " is_end = ?7, root = ?8, leaves = ?9, k0 = ?10, k1 = ?11, k2 = ?12,"
        " k3 = ?13, k4 = ?14, k5 = ?15, k6 = ?16, k7 = ?17 WHERE run = ?1 AND"
        " place = ?2 AND chunk = ?3",
        e->chunk->number, &update));
    int code = bind_seal(update, e, seal);
    if (code == SQLITE_OK)
        return run_marker(e, update, true);
    sqlite3_finalize(update);
    return tn_sqlite_db_fail(e->db, code, e->chunk->why);
}

tn_status tn_sqlite_seal_begin(tn_sqlite_eraser *e)
{
    TN_TRY(insert_marker(e));
    TN_TRY(drop_leaves(e));
    return next_watermark(e);
}

/* Where the chunk before ended; none for the first of a pass. */
tn_status tn_sqlite_seal_lower(tn_sqlite_eraser *e)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    const tn_erase_chunk *chunk = e->chunk;
    if (chunk->number == 0)
        return TN_OK;
    TN_TRY(prepare_marker(
        e,
        "SELECT k0, k1, k2, k3, k4, k5, k6, k7 FROM tenure_chunk WHERE run = ?1"
        " AND place = ?2 AND chunk = ?3 AND is_end = 0",
        chunk->number - 1, &query));
    tn_status status = tn_sqlite_step(e->db, query, &row, chunk->why);
    e->has_lower = row;
    for (uint32_t i = 0; row && i < e->walk_count; i++)
        if (!tn_sqlite_keep(e, sqlite3_column_value(query, (int)i), &e->lower[i]))
            status = TN_NOMEM;
    sqlite3_finalize(query);
    return status;
}

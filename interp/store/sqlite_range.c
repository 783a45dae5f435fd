/* sqlite_range: which rows a chunk is of, and what of them is left.
 *
 * Rowids are integers, each once: `row_limit` of them from the first row on hold no
 * more rows than that, so that none has to be counted out. Only where they lie far
 * apart are rows counted, as where a table is gone through by another key. */
#include "interp/store/sqlite_chunk.h"

/* --- rowids */

/* The first row from the lower bound on, or, `after` not NULL, behind that. */
static tn_status find_first(tn_sqlite_eraser *e, const int64_t *after, bool *found,
                            int64_t *out)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT ");
    tn_sqlite_put_walks(e, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    if (after == NULL) {
        tn_sqlite_put_range(e, &sql);
    } else {
        tn_sqlite_put_walks(e, &sql);
        tn_buf_put_format(&sql, " > %lld", (long long)*after);
    }
    tn_buf_put_text(&sql, " ORDER BY ");
    tn_sqlite_put_walks(e, &sql);
    tn_buf_put_text(&sql, " LIMIT 1");
    tn_status status = tn_sqlite_run_bounded(e, &sql, &query, found);
    if (status == TN_OK && *found)
        *out = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    return status;
}

/* So many rowids as rows may be looked at; false: there are not so many to come. */
static bool add_limit(const tn_sqlite_eraser *e, int64_t first, int64_t *last)
{
    return !__builtin_add_overflow(first, (int64_t)e->chunk->row_limit - 1, last);
}

/* The last rowid that may be looked at, if any row comes after it. */
static tn_status reckon_upper(tn_sqlite_eraser *e)
{
    int64_t last, next;
    bool has_more = e->has_rows && add_limit(e, e->first, &last);
    if (has_more)
        TN_TRY(find_first(e, &last, &has_more, &next));
    if (has_more)
        e->upper[0] = (tn_value){TN_KIND_INT, {.integer = last}};
    e->has_upper = has_more;
    return TN_OK;
}

void tn_sqlite_note_density(const tn_sqlite_eraser *e, tn_sqlite_known *known)
{
    enum { MOST = 2 }; /* rowids a row */
    if (e->table.rowid == NULL || !e->has_upper)
        return;
    uint64_t span = (uint64_t)e->upper[0].as.integer - (uint64_t)e->first;
    known->is_dense = span / MOST < e->out->looked_at_count;
}

/* --- any key */

/* The key of the row row_limit rows on, where there are so many. */
static tn_status count_upper(tn_sqlite_eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT ");
    tn_sqlite_put_walks(e, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    tn_sqlite_put_range(e, &sql);
    tn_buf_put_text(&sql, " ORDER BY ");
    tn_sqlite_put_walks(e, &sql);
    tn_buf_put_format(&sql, " LIMIT 1 OFFSET %u", e->chunk->row_limit - 1);
    tn_status status = tn_sqlite_run_bounded(e, &sql, &query, &row);
    for (uint32_t i = 0; status == TN_OK && row && i < e->walk_count; i++)
        if (!tn_sqlite_keep(e, sqlite3_column_value(query, (int)i), &e->upper[i]))
            status = TN_NOMEM;
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    e->has_upper = row;
    return status;
}

tn_status tn_sqlite_find_range(tn_sqlite_eraser *e, bool is_dense)
{
    TN_TRY(tn_sqlite_seal_lower(e));
    if (e->table.rowid != NULL)
        TN_TRY(find_first(e, NULL, &e->has_rows, &e->first));
    if (e->table.rowid != NULL && is_dense)
        TN_TRY(reckon_upper(e));
    else
        TN_TRY(count_upper(e));
    e->out->is_end = !e->has_upper;
    return TN_OK;
}

/* --- what is left */

static tn_status refuse_rest(tn_sqlite_eraser *e)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = false;
    uint64_t gone = e->target->redacts ? 0 : e->out->erased_count, left = 0;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT count(*) FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    tn_sqlite_put_range(e, &sql);
    tn_status status = tn_sqlite_run_bounded(e, &sql, &query, &row);
    if (status == TN_OK && row)
        left = (uint64_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    TN_TRY(status);
    tn_buf_put_format(e->chunk->why,
                      "of %llu rows %llu went, but SQLite says that %llu are left; "
                      "nothing was changed",
                      (unsigned long long)e->out->looked_at_count,
                      (unsigned long long)gone, (unsigned long long)left);
    return TN_STORE;
}

/* Of the rows from the lower bound on, is the next one of the range? */
static tn_status step_rest(tn_sqlite_eraser *e, sqlite3_stmt *query, bool *is_there)
{
    bool row = false;
    tn_status status = tn_sqlite_step(e->db, query, &row, e->chunk->why);
    *is_there = row && sqlite3_column_int(query, 0) != 0;
    return status;
}

/* Is the range's last row number `left`, from the lower bound on? Asked without an
 * upper bound, which would be compared with every row. */
static tn_status has_rest(tn_sqlite_eraser *e, uint64_t left, bool *out)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    bool row = false, has_last = left == 0, has_more = false;
    tn_buf_init(&sql, e->arena.memory);
    tn_buf_put_text(&sql, "SELECT ");
    tn_sqlite_put_upper(e, &sql);
    tn_buf_put_text(&sql, " FROM ");
    tn_sqlite_put_name(&sql, e->table.name);
    tn_buf_put_text(&sql, " NOT INDEXED WHERE ");
    tn_sqlite_put_lower(e, &sql);
    tn_buf_put_text(&sql, " ORDER BY ");
    tn_sqlite_put_walks(e, &sql);
    tn_buf_put_format(&sql, " LIMIT 2 OFFSET %llu",
                      (unsigned long long)(left == 0 ? 0 : left - 1));
    tn_status status = tn_sqlite_run_bounded(e, &sql, &query, &row);
    row = status == TN_OK && row;
    if (row && left > 0) {
        has_last = sqlite3_column_int(query, 0) != 0;
        status = step_rest(e, query, &has_more);
    } else if (row) {
        has_more = sqlite3_column_int(query, 0) != 0;
    }
    sqlite3_finalize(query);
    tn_buf_free(&sql);
    *out = has_last && !has_more;
    return status;
}

tn_status tn_sqlite_recount(tn_sqlite_eraser *e)
{
    uint64_t gone = e->target->redacts ? 0 : e->out->erased_count;
    bool is_right = false;
    if (gone <= e->out->looked_at_count)
        TN_TRY(has_rest(e, e->out->looked_at_count - gone, &is_right));
    return is_right ? TN_OK : refuse_rest(e);
}

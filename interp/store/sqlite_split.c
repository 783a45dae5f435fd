#include "interp/store/sqlite_split.h"

#include <string.h>

/* So many rowids at least make a part: what beginning one costs is then little. */
enum { LEAST_ROWS = 20000 };

#define SIGN_BIT (UINT64_C(1) << 63)

/* Rowids as the numbers of parts, in the same order. */
static uint64_t place_of(int64_t rowid)
{
    return (uint64_t)rowid ^ SIGN_BIT;
}

static int64_t rowid_of(uint64_t place)
{
    uint64_t bits = place ^ SIGN_BIT;
    int64_t rowid;
    memcpy(&rowid, &bits, sizeof(rowid));
    return rowid;
}

/* --- whether to cut */

/* Is the table read in the order of its rowids? */
static tn_status is_in_order(const tn_sqlite_db *db, sqlite3_stmt *statement, bool *out,
                             tn_buf *why)
{
    tn_buf sql;
    sqlite3_stmt *plan = NULL;
    int code = SQLITE_DONE;
    *out = true;
    tn_buf_init(&sql, NULL);
    tn_buf_put_text(&sql, "EXPLAIN QUERY PLAN ");
    tn_buf_put_text(&sql, sqlite3_sql(statement));
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(db, tn_buf_view(&sql), &plan, why);
    while (status == TN_OK && (code = sqlite3_step(plan)) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(plan, 3);
        *out &= detail != NULL && strstr(detail, "INDEX") == NULL;
    }
    if (status == TN_OK && code != SQLITE_DONE)
        status = tn_sqlite_db_fail(db, code, why);
    sqlite3_finalize(plan);
    tn_buf_free(&sql);
    return status;
}

static void put_end(tn_buf *sql, const tn_sqlite_table *table, const char *which)
{
    tn_buf_put_format(sql, "(SELECT %s(%s) FROM ", which, table->rowid);
    tn_sqlite_put_name(sql, table->name);
    tn_buf_put_char(sql, ')');
}

/* The least and the greatest rowid; *is_empty: there is none. */
static tn_status find_ends(const tn_sqlite_db *db, const tn_sqlite_table *table,
                           uint64_t ends[2], bool *is_empty, tn_buf *why)
{
    tn_buf sql;
    sqlite3_stmt *query = NULL;
    tn_buf_init(&sql, NULL);
    tn_buf_put_text(&sql, "SELECT ");
    put_end(&sql, table, "min");
    tn_buf_put_char(&sql, ',');
    put_end(&sql, table, "max");
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_sqlite_db_prepare(db, tn_buf_view(&sql), &query, why);
    tn_buf_free(&sql);
    TN_TRY(status);
    int code = sqlite3_step(query);
    *is_empty = code == SQLITE_ROW && sqlite3_column_type(query, 0) != SQLITE_INTEGER;
    for (int i = 0; code == SQLITE_ROW && i < 2; i++)
        ends[i] = place_of(sqlite3_column_int64(query, i));
    if (code != SQLITE_ROW)
        status = tn_sqlite_db_fail(db, code, why);
    sqlite3_finalize(query);
    return status;
}

/* --- parts */

static tn_status cut_between(const uint64_t ends[2], const tn_store_cut *cut,
                             tn_store_parts *out)
{
    uint64_t span = ends[1] - ends[0];
    uint64_t count = span / LEAST_ROWS;
    if (count > cut->wanted)
        count = cut->wanted;
    if (count < 2)
        return TN_OK;
    /* a table of rowids far apart has few rows in a part, and not too many of them */
    enum { PARTS_MAX = 4096 };
    if (count > PARTS_MAX)
        count = PARTS_MAX;
    tn_store_part *list = tn_arena_take_array(cut->arena, count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    uint64_t each = span / count + 1;
    for (uint64_t i = 0; i < count; i++)
        list[i] = (tn_store_part){ends[0] + i * each, ends[0] + (i + 1) * each, 0};
    list[0].from = 0;
    list[count - 1].until = UINT64_MAX;
    *out = (tn_store_parts){list, (uint32_t)count};
    return TN_OK;
}

tn_status tn_sqlite_split(const tn_sqlite_whole *whole, const tn_store_cut *cut,
                          tn_store_parts *out, tn_buf *why)
{
    static const tn_store_part all = {0, UINT64_MAX, 0};
    const tn_sqlite_table *table = whole->table;
    uint64_t ends[2];
    bool is_cut = false;
    bool is_empty;
    *out = (tn_store_parts){&all, 1};
    if (whole->db->is_wal_in_use || table->is_view || table->rowid == NULL)
        return TN_OK;
    TN_TRY(is_in_order(whole->db, whole->statement, &is_cut, why));
    if (!is_cut)
        return TN_OK;
    TN_TRY(find_ends(whole->db, table, ends, &is_empty, why));
    return is_empty ? TN_OK : cut_between(ends, cut, out);
}

/* --- reading one */

tn_status tn_sqlite_split_open(tn_sqlite_db *out, const tn_sqlite_db *db,
                               const tn_allocator *memory, tn_buf *why)
{
    TN_TRY(tn_sqlite_db_open(out, db->path, memory, why));
    bool is_same = out->is_at_rest == db->is_at_rest && !out->is_wal_in_use &&
                   out->at_start.st_dev == db->at_start.st_dev &&
                   out->at_start.st_ino == db->at_start.st_ino;
    if (is_same)
        return tn_sqlite_db_is_same(db, why);
    tn_buf_put_text(why, "it was changed while it was read; try again");
    return TN_STORE;
}

void tn_sqlite_split_put(tn_buf *sql, const tn_sqlite_table *table)
{
    tn_buf_put_format(sql, " WHERE %s BETWEEN ?1 AND ?2", table->rowid);
}

tn_status tn_sqlite_split_bind(const tn_sqlite_db *db, sqlite3_stmt *query,
                               const tn_store_part *part, tn_buf *why)
{
    bool is_last = part->until == UINT64_MAX;
    int64_t last = is_last ? INT64_MAX : rowid_of(part->until - 1);
    int code = sqlite3_bind_int64(query, 1, rowid_of(part->from));
    if (code == SQLITE_OK)
        code = sqlite3_bind_int64(query, 2, last);
    return code == SQLITE_OK ? TN_OK : tn_sqlite_db_fail(db, code, why);
}

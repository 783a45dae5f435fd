/* mysql_mark: the tables that tenure keeps in a database: which one it is, and what was
 * done in it. */
#include "interp/store/mysql_erase.h"

#include <string.h>
#include <time.h>

enum { CLOCK_SECONDS = 300 };

static tn_status run_prepared(tn_mysql_statement *s, tn_buf *why)
{
    tn_status status = tn_mysql_execute(s, why);
    tn_mysql_statement_close(s);
    return status;
}

/* --- identity and watermark */

static bool read_mark(tn_mysql_statement *s, tn_store_mark *out)
{
    return tn_store_read_mark(tn_mysql_read_text(s, 0), tn_mysql_read_text(s, 1),
                              tn_mysql_read_int(s, 2), out);
}

static tn_status has_table(tn_mysql_db *db, const char *name, bool *out, tn_buf *why)
{
    tn_mysql_statement s;
    TN_TRY(tn_mysql_prepare(&s, db,
                            TN_STR("SELECT 1 FROM information_schema.tables WHERE"
                                   " table_schema = DATABASE() AND table_name = ?"),
                            0, why));
    tn_mysql_bind_text(&s, 0, tn_str_from(name));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, out, why);
    tn_mysql_statement_close(&s);
    return status;
}

tn_status tn_mysql_mark(tn_store *store, tn_store_mark *out, tn_buf *why)
{
    tn_mysql_db *db = &tn_mysql_store_of(store)->db;
    tn_mysql_statement s;
    bool row = false;
    *out = (tn_store_mark){.exists = false};
    TN_TRY(has_table(db, "tenure_store", &row, why));
    if (!row)
        return TN_OK;
    TN_TRY(tn_mysql_prepare(
        &s, db, TN_STR("SELECT id, ledger, watermark FROM tenure_store"), 0, why));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, why);
    if (status == TN_OK && row && !read_mark(&s, out)) {
        tn_buf_put_text(why, "its table tenure_store is damaged");
        status = TN_STORE;
    }
    tn_mysql_statement_close(&s);
    return status;
}

static const char make_store[] =
    "CREATE TABLE IF NOT EXISTS tenure_store(one TINYINT NOT NULL PRIMARY KEY,"
    " id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " ledger VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " watermark BIGINT NOT NULL) ENGINE=InnoDB";
static const char make_chunk[] =
    "CREATE TABLE IF NOT EXISTS tenure_chunk(run VARBINARY(64) NOT NULL,"
    " place VARBINARY(600) NOT NULL, chunk BIGINT NOT NULL, redacts TINYINT,"
    " count BIGINT, watermark BIGINT, is_end TINYINT, root VARBINARY(32),"
    " last_key LONGBLOB, leaves LONGBLOB, PRIMARY KEY(run, place, chunk))"
    " ENGINE=InnoDB ROW_FORMAT=DYNAMIC";
static const char make_identity[] =
    "INSERT IGNORE INTO tenure_store VALUES(1,"
    " lower(left(replace(uuid(), '-', ''), 16)), '', 0)";

/* A clock that is wrong must not empty a store. */
static tn_status check_clock(tn_mysql_db *db, tn_buf *why)
{
    tn_mysql_statement s;
    bool row = false;
    int64_t here = 0, there = 0;
    TN_TRY(tn_mysql_prepare(&s, db, TN_STR("SELECT unix_timestamp()"), 0, why));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, why);
    if (status == TN_OK && row) {
        here = (int64_t)time(NULL);
        there = tn_mysql_read_int(&s, 0);
    }
    tn_mysql_statement_close(&s);
    TN_TRY(status);
    if (here - there <= CLOCK_SECONDS && there - here <= CLOCK_SECONDS)
        return TN_OK;
    tn_buf_put_format(why,
                      "its clock and this machine's are %lld seconds apart: set them "
                      "right, for a wrong clock deletes too early",
                      (long long)(there > here ? there - here : here - there));
    return TN_REFUSED;
}

/* Tables that are there need not be made, nor the right to make them. */
static tn_status make_tables(tn_mysql_db *db, tn_buf *why)
{
    bool has_store = false, has_chunk = false;
    TN_TRY(has_table(db, "tenure_store", &has_store, why));
    TN_TRY(has_table(db, "tenure_chunk", &has_chunk, why));
    if (!has_store)
        TN_TRY(tn_mysql_run(db, make_store, why));
    if (!has_chunk)
        TN_TRY(tn_mysql_run(db, make_chunk, why));
    return tn_mysql_run(db, make_identity, why);
}

tn_status tn_mysql_prepare_marks(tn_store *store, const tn_erase_permit *permit,
                                 tn_str ledger, tn_buf *why)
{
    tn_mysql_db *db = &tn_mysql_store_of(store)->db;
    tn_mysql_statement s;
    assert(permit != NULL);
    (void)permit;
    TN_TRY(check_clock(db, why));
    TN_TRY(make_tables(db, why));
    TN_TRY(
        tn_mysql_prepare(&s, db, TN_STR("UPDATE tenure_store SET ledger = ?"), 0, why));
    tn_mysql_bind_text(&s, 0, ledger);
    return run_prepared(&s, why);
}

/* --- markers */

static void read_marker(const tn_mysql_statement *s, tn_erase_marker *out)
{
    *out = (tn_erase_marker){.run = tn_mysql_read_bytes(s, 0),
                             .place = tn_mysql_read_bytes(s, 1),
                             .number = tn_mysql_read_int(s, 2),
                             .redacts = tn_mysql_read_int(s, 3) != 0,
                             .count = (uint64_t)tn_mysql_read_int(s, 4),
                             .watermark = (uint64_t)tn_mysql_read_int(s, 5),
                             .is_end = tn_mysql_read_int(s, 6) != 0,
                             .root = tn_mysql_read_bytes(s, 7),
                             .leaves = tn_mysql_read_bytes(s, 8)};
}

tn_status tn_mysql_markers(tn_store *store, tn_erase_marker_fn *visit, void *user,
                           tn_buf *why)
{
    tn_mysql_db *db = &tn_mysql_store_of(store)->db;
    tn_mysql_statement s;
    tn_erase_marker marker;
    bool row = false;
    TN_TRY(has_table(db, "tenure_chunk", &row, why));
    if (!row)
        return TN_OK;
    TN_TRY(tn_mysql_prepare(
        &s, db,
        TN_STR("SELECT run, place, chunk, redacts, count, watermark, is_end, root,"
               " leaves FROM tenure_chunk ORDER BY watermark"),
        0, why));
    tn_status status = tn_mysql_execute(&s, why);
    while (status == TN_OK && row) {
        status = tn_mysql_fetch(&s, &row, why);
        if (status != TN_OK || !row)
            break;
        read_marker(&s, &marker);
        status = visit(user, &marker);
    }
    tn_mysql_statement_close(&s);
    return status;
}

/* What was deleted is in the undo log until it is purged, in backups, and in the binary
 * log, where the server writes one: how far erasure went isn't known from here. */
tn_status tn_mysql_settle(tn_store *store, const tn_erase_permit *permit, tn_str run,
                          bool *is_purged, tn_buf *why)
{
    tn_mysql_statement s;
    tn_value value = {TN_KIND_BYTES, {.text = run}};
    assert(permit != NULL);
    (void)permit;
    *is_purged = false;
    TN_TRY(tn_mysql_prepare(&s, &tn_mysql_store_of(store)->db,
                            TN_STR("DELETE FROM tenure_chunk WHERE run = ?"), 0, why));
    tn_mysql_bind(&s, 0, &value);
    return run_prepared(&s, why);
}

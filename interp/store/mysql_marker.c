/* mysql_marker: the tables that tenure keeps in a database. */
#include "interp/store/mysql_erase.h"

#include <string.h>
#include <time.h>

enum { CLOCK_SECONDS = 300, DUPLICATE = 1062 };

/* --- one statement */

static tn_status run_prepared(tn_mysql_statement *s, tn_buf *why)
{
    tn_status status = tn_mysql_execute(s, why);
    tn_mysql_statement_close(s);
    return status;
}

/* Binds run, place and number of a chunk, from parameter `at` on. */
static void bind_chunk(tn_mysql_statement *s, uint32_t at, const tn_erase_chunk *chunk,
                       int64_t number)
{
    tn_value run = {TN_KIND_BYTES, {.text = chunk->run}};
    tn_value place = {TN_KIND_BYTES, {.text = chunk->place}};
    tn_mysql_bind(s, at, &run);
    tn_mysql_bind(s, at + 1, &place);
    tn_mysql_bind_int(s, at + 2, number);
}

/* --- identity and watermark */

static bool read_mark(tn_mysql_statement *s, tn_store_mark *out)
{
    tn_str id = tn_mysql_read_text(s, 0);
    tn_str ledger = tn_mysql_read_text(s, 1);
    int64_t watermark = tn_mysql_read_int(s, 2);
    if (id.len != TN_STORE_ID_TEXT || ledger.len != TN_STORE_ID_TEXT || watermark < 0)
        return false;
    out->exists = true;
    memcpy(out->id, id.data, TN_STORE_ID_TEXT);
    memcpy(out->ledger, ledger.data, TN_STORE_ID_TEXT);
    out->watermark = (uint64_t)watermark;
    return true;
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

static const char *const tables[] = {
    "CREATE TABLE IF NOT EXISTS tenure_store(one TINYINT NOT NULL PRIMARY KEY,"
    " id VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " ledger VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " watermark BIGINT NOT NULL) ENGINE=InnoDB",
    "CREATE TABLE IF NOT EXISTS tenure_chunk(run VARBINARY(64) NOT NULL,"
    " place VARBINARY(600) NOT NULL, chunk BIGINT NOT NULL, redacts TINYINT,"
    " count BIGINT, watermark BIGINT, is_end TINYINT, root VARBINARY(32),"
    " last_key LONGBLOB, leaves LONGBLOB, PRIMARY KEY(run, place, chunk))"
    " ENGINE=InnoDB ROW_FORMAT=DYNAMIC",
    ("INSERT IGNORE INTO tenure_store VALUES(1,"
     " lower(left(replace(uuid(), '-', ''), 16)), '', 0)")};

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
        TN_TRY(tn_mysql_run(db, tables[0], why));
    if (!has_chunk)
        TN_TRY(tn_mysql_run(db, tables[1], why));
    return tn_mysql_run(db, tables[2], why);
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

static tn_str read_bytes(const tn_mysql_statement *s, uint32_t column)
{
    tn_str bytes = tn_mysql_read_text(s, column);
    if (bytes.data == NULL && !tn_mysql_is_null(s, column))
        bytes.data = "";
    return bytes;
}

static void read_marker(const tn_mysql_statement *s, tn_erase_marker *out)
{
    *out = (tn_erase_marker){.run = read_bytes(s, 0),
                             .place = read_bytes(s, 1),
                             .number = tn_mysql_read_int(s, 2),
                             .redacts = tn_mysql_read_int(s, 3) != 0,
                             .count = (uint64_t)tn_mysql_read_int(s, 4),
                             .watermark = (uint64_t)tn_mysql_read_int(s, 5),
                             .is_end = tn_mysql_read_int(s, 6) != 0,
                             .root = read_bytes(s, 7),
                             .leaves = read_bytes(s, 8)};
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

/* --- a key as bytes: of each part its kind, then 8 bytes, or its length and text */

static void put_part(tn_buf *out, const tn_value *part)
{
    tn_buf_put_char(out, (char)part->kind);
    if (part->kind == TN_KIND_STRING || part->kind == TN_KIND_BYTES) {
        uint64_t len = part->as.text.len;
        tn_buf_put(out, (tn_str){(const char *)&len, sizeof(len)});
        tn_buf_put(out, part->as.text);
    } else {
        tn_buf_put(out, (tn_str){(const char *)&part->as.integer, sizeof(int64_t)});
    }
}

static bool take_part(tn_str *bytes, tn_value *out)
{
    uint64_t number;
    if (bytes->len < 1 + sizeof(number))
        return false;
    out->kind = (tn_kind)(unsigned char)bytes->data[0];
    memcpy(&number, bytes->data + 1, sizeof(number));
    *bytes = tn_str_slice(*bytes, 1 + sizeof(number), SIZE_MAX);
    if (out->kind != TN_KIND_STRING && out->kind != TN_KIND_BYTES) {
        memcpy(&out->as.integer, &number, sizeof(number));
        return out->kind == TN_KIND_INT || out->kind == TN_KIND_UINT ||
               out->kind == TN_KIND_DOUBLE;
    }
    if (number > bytes->len)
        return false;
    out->as.text = (tn_str){bytes->data, (size_t)number};
    *bytes = tn_str_slice(*bytes, (size_t)number, SIZE_MAX);
    return true;
}

/* --- the marker of a chunk */

static tn_status insert_marker(tn_mysql_db *db, const tn_erase_chunk *chunk)
{
    tn_mysql_statement s;
    TN_TRY(tn_mysql_prepare(
        &s, db, TN_STR("INSERT INTO tenure_chunk(run, place, chunk) VALUES(?, ?, ?)"),
        0, chunk->why));
    bind_chunk(&s, 0, chunk, chunk->number);
    tn_status status = tn_mysql_execute(&s, chunk->why);
    if (status == TN_STORE && s.last_error == DUPLICATE) {
        tn_buf_reset(chunk->why);
        tn_buf_put_text(chunk->why, "the chunk was done by a connection that was given "
                                    "up; apply the plan again to go on");
    }
    tn_mysql_statement_close(&s);
    return status;
}

/* The leaves of the chunk before are in the ledger by now. */
static tn_status drop_leaves(tn_mysql_db *db, const tn_erase_chunk *chunk)
{
    tn_mysql_statement s;
    if (chunk->number == 0)
        return TN_OK;
    TN_TRY(tn_mysql_prepare(
        &s, db,
        TN_STR("UPDATE tenure_chunk SET leaves = NULL WHERE run = ? AND place = ? AND"
               " chunk = ?"),
        0, chunk->why));
    bind_chunk(&s, 0, chunk, chunk->number - 1);
    return run_prepared(&s, chunk->why);
}

tn_status tn_mysql_marker_begin(tn_mysql_db *db, const tn_erase_chunk *chunk,
                                uint64_t *watermark)
{
    tn_mysql_statement s;
    bool row = false;
    TN_TRY(insert_marker(db, chunk));
    TN_TRY(drop_leaves(db, chunk));
    TN_TRY(tn_mysql_run(db, "UPDATE tenure_store SET watermark = watermark + 1",
                        chunk->why));
    TN_TRY(tn_mysql_prepare(&s, db, TN_STR("SELECT watermark FROM tenure_store"), 0,
                            chunk->why));
    tn_status status = tn_mysql_execute(&s, chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, chunk->why);
    if (status == TN_OK && !row) {
        tn_buf_put_text(chunk->why, "its table tenure_store is empty");
        status = TN_STORE;
    } else if (status == TN_OK) {
        *watermark = (uint64_t)tn_mysql_read_int(&s, 0);
    }
    tn_mysql_statement_close(&s);
    return status;
}

static tn_status take_key(tn_mysql_statement *s, tn_arena *arena, tn_value *key,
                          tn_buf *why)
{
    tn_str bytes = tn_arena_copy(arena, read_bytes(s, 0));
    if (bytes.data == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; bytes.len > 0; i++)
        if (i == TN_MYSQL_KEY_MAX || !take_part(&bytes, &key[i])) {
            tn_buf_put_text(why, "its table tenure_chunk is damaged");
            return TN_STORE;
        }
    return TN_OK;
}

tn_status tn_mysql_marker_key(tn_mysql_db *db, const tn_erase_chunk *chunk,
                              tn_arena *arena, tn_value *key, bool *has_key)
{
    tn_mysql_statement s;
    *has_key = false;
    if (chunk->number == 0)
        return TN_OK;
    TN_TRY(tn_mysql_prepare(
        &s, db,
        TN_STR("SELECT last_key FROM tenure_chunk WHERE run = ? AND place = ? AND"
               " chunk = ? AND is_end = 0"),
        0, chunk->why));
    bind_chunk(&s, 0, chunk, chunk->number - 1);
    tn_status status = tn_mysql_execute(&s, chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, has_key, chunk->why);
    if (status == TN_OK && *has_key)
        status = take_key(&s, arena, key, chunk->why);
    tn_mysql_statement_close(&s);
    return status;
}

static void bind_seal(tn_mysql_statement *s, const tn_mysql_seal *seal, tn_str key)
{
    const tn_erase_seal *evidence = seal->seal;
    tn_value blob = {TN_KIND_BYTES, {.text = key}};
    tn_mysql_bind_int(s, 0, seal->redacts);
    tn_mysql_bind_int(s, 1, (int64_t)seal->result->erased_count);
    tn_mysql_bind_int(s, 2, (int64_t)seal->result->watermark);
    tn_mysql_bind_int(s, 3, seal->result->is_end);
    tn_mysql_bind(s, 4, &blob);
    if (evidence->root == NULL)
        return;
    blob.as.text = (tn_str){evidence->root, TN_DIGEST_BYTES};
    tn_mysql_bind(s, 5, &blob);
    blob.as.text = (tn_str){evidence->leaves_size == 0 ? "" : evidence->leaves,
                            evidence->leaves_size};
    tn_mysql_bind(s, 6, &blob);
}

tn_status tn_mysql_marker_end(tn_mysql_db *db, const tn_erase_chunk *chunk,
                              const tn_mysql_seal *seal)
{
    tn_mysql_statement s;
    tn_buf key;
    TN_TRY(tn_mysql_prepare(
        &s, db,
        TN_STR("UPDATE tenure_chunk SET redacts = ?, count = ?, watermark = ?,"
               " is_end = ?, last_key = ?, root = ?, leaves = ? WHERE run = ? AND"
               " place = ? AND chunk = ?"),
        0, chunk->why));
    tn_buf_init(&key, db->memory);
    for (uint32_t i = 0; seal->key != NULL && i < seal->key_count; i++)
        put_part(&key, &seal->key[i]);
    bind_seal(&s, seal, tn_buf_view(&key));
    bind_chunk(&s, 7, chunk, chunk->number);
    tn_status status = tn_buf_status(&key);
    if (status == TN_OK)
        status = tn_mysql_execute(&s, chunk->why);
    tn_mysql_statement_close(&s);
    tn_buf_free(&key);
    return status;
}

tn_status tn_mysql_marker_is_there(tn_mysql_db *db, const tn_erase_chunk *chunk,
                                   bool *out)
{
    tn_mysql_statement s;
    TN_TRY(tn_mysql_prepare(&s, db,
                            TN_STR("SELECT 1 FROM tenure_chunk WHERE run = ? AND"
                                   " place = ? AND chunk = ? FOR UPDATE"),
                            0, chunk->why));
    bind_chunk(&s, 0, chunk, chunk->number);
    tn_status status = tn_mysql_execute(&s, chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, out, chunk->why);
    tn_mysql_statement_close(&s);
    return status;
}

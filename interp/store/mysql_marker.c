/* mysql_marker: the marker of a chunk, within its transaction. */
#include "interp/store/mysql_erase.h"

#include <string.h>

enum { DUPLICATE = 1062 };

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

static void put_hex(tn_buf *sql, tn_str text)
{
    tn_buf_put_text(sql, "x'");
    for (size_t i = 0; i < text.len; i++)
        tn_buf_put_format(sql, "%02x", (unsigned char)text.data[i]);
    tn_buf_put_char(sql, '\'');
}

/* (run, place, number) */
static void put_chunk(tn_buf *sql, const tn_erase_chunk *chunk, int64_t number)
{
    tn_buf_put_char(sql, '(');
    put_hex(sql, chunk->run);
    tn_buf_put_char(sql, ',');
    put_hex(sql, chunk->place);
    tn_buf_put_format(sql, ",%lld)", (long long)number);
}

/* The leaves of the chunk before are in the ledger by now. */
static void put_begin(tn_buf *sql, const tn_erase_chunk *chunk, tn_str object)
{
    tn_buf_put_text(sql, "START TRANSACTION;DO (SELECT count(*) FROM ");
    tn_mysql_put_name(sql, object);
    tn_buf_put_text(sql, " WHERE 0);INSERT INTO tenure_chunk(run, place, chunk) "
                         "VALUES");
    put_chunk(sql, chunk, chunk->number);
    if (chunk->number > 0) {
        tn_buf_put_text(sql,
                        ";UPDATE tenure_chunk SET leaves = NULL WHERE (run, place, "
                        "chunk) = ");
        put_chunk(sql, chunk, chunk->number - 1);
    }
    tn_buf_put_text(sql, ";UPDATE tenure_store SET watermark = watermark + 1");
}

tn_status tn_mysql_marker_begin(tn_mysql_db *db, const tn_erase_chunk *chunk,
                                tn_str object)
{
    tn_buf sql;
    tn_buf_init(&sql, db->memory);
    put_begin(&sql, chunk, object);
    tn_status status = tn_buf_status(&sql);
    if (status == TN_OK)
        status = tn_mysql_run_all(db, tn_buf_view(&sql), chunk->why);
    tn_buf_free(&sql);
    if (status == TN_STORE && db->lib.mysql_errno(db->handle) == DUPLICATE) {
        tn_buf_reset(chunk->why);
        tn_buf_put_text(chunk->why, "the chunk was done by a connection that was given "
                                    "up; apply the plan again to go on");
    }
    return status;
}

static tn_status take_key(tn_mysql_statement *s, tn_arena *arena, tn_value *key,
                          tn_buf *why)
{
    tn_str bytes = tn_arena_copy(arena, tn_mysql_read_bytes(s, 1));
    if (bytes.data == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; bytes.len > 0; i++)
        if (i == TN_MYSQL_KEY_MAX || !take_part(&bytes, &key[i])) {
            tn_buf_put_text(why, "its table tenure_chunk is damaged");
            return TN_STORE;
        }
    return TN_OK;
}

/* Of the first chunk none is before. */
tn_status tn_mysql_marker_state(tn_mysql_db *db, const tn_erase_chunk *chunk,
                                tn_arena *arena, tn_mysql_begun *out)
{
    tn_mysql_statement s;
    bool row = false;
    out->has_key = false;
    TN_TRY(tn_mysql_prepare_kept(
        &s, db,
        TN_STR("SELECT watermark, (SELECT last_key FROM tenure_chunk WHERE run = ? AND"
               " place = ? AND chunk = ? AND is_end = 0) FROM tenure_store"),
        chunk->why));
    bind_chunk(&s, 0, chunk, chunk->number - 1);
    tn_status status = tn_mysql_execute(&s, chunk->why);
    if (status == TN_OK)
        status = tn_mysql_fetch(&s, &row, chunk->why);
    if (status == TN_OK && !row) {
        tn_buf_put_text(chunk->why, "its table tenure_store is empty");
        status = TN_STORE;
    } else if (status == TN_OK) {
        out->watermark = (uint64_t)tn_mysql_read_int(&s, 0);
        out->has_key = !tn_mysql_is_null(&s, 1);
    }
    if (out->has_key && status == TN_OK)
        status = take_key(&s, arena, out->key, chunk->why);
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
    TN_TRY(tn_mysql_prepare_kept(
        &s, db,
        TN_STR("UPDATE tenure_chunk SET redacts = ?, count = ?, watermark = ?,"
               " is_end = ?, last_key = ?, root = ?, leaves = ? WHERE run = ? AND"
               " place = ? AND chunk = ?"),
        chunk->why));
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

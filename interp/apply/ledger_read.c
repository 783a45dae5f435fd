/* ledger_read: entries, their hashes and leaves, as they stand in the file. */
#include "interp/apply/ledger_file.h"
#include "interp/calendar/instant.h"

#include <string.h>

enum { ENTRY_MARK = 2 };

/* --- heads and hashes */

void tn_head_put(tn_buf *buf, const tn_head *head)
{
    tn_buf_put_int(buf, head->seq);
    tn_buf_put_char(buf, ':');
    tn_hex_put(buf, head->hash.bytes, TN_DIGEST_BYTES);
}

bool tn_head_parse(tn_str text, tn_head *out)
{
    size_t at = 0;
    out->seq = 0;
    for (; at < text.len && text.data[at] >= '0' && text.data[at] <= '9'; at++)
        if (__builtin_mul_overflow(out->seq, 10, &out->seq) ||
            __builtin_add_overflow(out->seq, text.data[at] - '0', &out->seq))
            return false;
    if (at == 0 || at >= text.len || text.data[at] != ':')
        return false;
    return tn_hex_read(tn_str_slice(text, at + 1, SIZE_MAX), out->hash.bytes,
                       TN_DIGEST_BYTES);
}

static void add_number(tn_digest_state *state, uint64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    tn_digest_add(state, (tn_str){(const char *)bytes, sizeof(bytes)});
}

/* With its length; null has one that no text has. */
static void add_text(tn_digest_state *state, tn_str text)
{
    add_number(state, text.data == NULL ? UINT64_MAX : text.len);
    tn_digest_add(state, text);
}

tn_digest tn_entry_hash(const tn_digest *before, const tn_entry *entry)
{
    static const char mark = ENTRY_MARK;
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, (tn_str){&mark, 1});
    tn_digest_add(&state, (tn_str){(const char *)before->bytes, TN_DIGEST_BYTES});
    add_number(&state, (uint64_t)entry->seq);
    add_text(&state, entry->at);
    add_text(&state, entry->kind);
    add_text(&state, entry->run);
    add_text(&state, entry->place);
    add_number(&state, entry->chunk < 0 ? UINT64_MAX : (uint64_t)entry->chunk);
    add_text(&state, entry->body);
    return tn_digest_end(&state);
}

/* --- reading */

static void read_entry(sqlite3_stmt *row, tn_entry *out)
{
    out->seq = sqlite3_column_int64(row, COL_SEQ);
    out->at = tn_db_text(row, COL_AT);
    out->kind = tn_db_text(row, COL_KIND);
    out->run = tn_db_text(row, COL_RUN);
    out->place = tn_db_text(row, COL_PLACE);
    out->chunk = sqlite3_column_type(row, COL_CHUNK) == SQLITE_NULL
                     ? -1
                     : sqlite3_column_int64(row, COL_CHUNK);
    out->body = tn_db_text(row, COL_BODY);
    out->has_hash = tn_db_digest(row, COL_HASH, &out->hash);
}

tn_status tn_entries_open(tn_ledger *ledger, tn_str run, tn_entries *out)
{
    *out = (tn_entries){ledger, NULL};
    TN_TRY(tn_db_prepare(&ledger->db,
                         run.data == NULL
                             ? "SELECT seq, at, kind, run, place, chunk, body, hash"
                               " FROM entry ORDER BY seq"
                             : "SELECT seq, at, kind, run, place, chunk, body, hash"
                               " FROM entry WHERE run = ?1 ORDER BY seq",
                         &out->statement));
    if (run.data != NULL)
        sqlite3_bind_text64(out->statement, 1, run.data, run.len, SQLITE_TRANSIENT,
                            SQLITE_UTF8);
    return TN_OK;
}

tn_status tn_entries_next(tn_entries *entries, tn_entry *out, bool *found)
{
    TN_TRY(tn_db_step(&entries->ledger->db, entries->statement, found));
    if (*found)
        read_entry(entries->statement, out);
    return TN_OK;
}

void tn_entries_close(tn_entries *entries)
{
    sqlite3_finalize(entries->statement);
    entries->statement = NULL;
}

static void put_member(tn_buf *buf, const char *name, tn_str text)
{
    tn_buf_put_format(buf, ",\"%s\":", name);
    if (text.data == NULL)
        tn_buf_put_text(buf, "null");
    else
        tn_buf_put_json(buf, text);
}

void tn_entry_put(tn_buf *buf, const tn_entry *entry)
{
    tn_buf_put_text(buf, "{\"seq\":");
    tn_buf_put_int(buf, entry->seq);
    put_member(buf, "at", entry->at);
    put_member(buf, "kind", entry->kind);
    put_member(buf, "run", entry->run);
    put_member(buf, "place", entry->place);
    tn_buf_put_text(buf, ",\"chunk\":");
    if (entry->chunk < 0)
        tn_buf_put_text(buf, "null");
    else
        tn_buf_put_int(buf, entry->chunk);
    put_member(buf, "body", entry->body); /* as text: what is hashed is its bytes */
    tn_buf_put_text(buf, ",\"hash\":\"");
    if (entry->has_hash)
        tn_hex_put(buf, entry->hash.bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(buf, "\"}");
}

static tn_status copy_leaves(tn_ledger *ledger, sqlite3_stmt *row, tn_arena *arena,
                             const tn_leaf **out, size_t *count)
{
    size_t size = (size_t)sqlite3_column_bytes(row, 0);
    const void *bytes = sqlite3_column_blob(row, 0);
    tn_leaf *leaves = tn_arena_take(arena, size);
    if (leaves == NULL || (bytes == NULL && size > 0))
        return TN_NOMEM;
    if (size % TN_LEAF_BYTES != 0) {
        tn_buf_put_format(ledger->db.why, "the ledger, %s: a leaf is damaged",
                          ledger->db.path);
        return TN_INVALID;
    }
    if (size > 0)
        memcpy(leaves, bytes, size);
    *out = leaves;
    *count = size / TN_LEAF_BYTES;
    return TN_OK;
}

tn_status tn_ledger_leaves(tn_ledger *ledger, int64_t seq, tn_arena *arena,
                           const tn_leaf **out, size_t *count)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    *out = NULL;
    *count = 0;
    TN_TRY(
        tn_db_prepare(&ledger->db, "SELECT leaves FROM leaves WHERE seq = ?1", &query));
    sqlite3_bind_int64(query, 1, seq);
    tn_status status = tn_db_step(&ledger->db, query, &row);
    if (status == TN_OK && row)
        status = copy_leaves(ledger, query, arena, out, count);
    sqlite3_finalize(query);
    return status;
}

tn_status tn_ledger_read_head(tn_ledger *ledger)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    TN_TRY(tn_db_prepare(
        &ledger->db, "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", &query));
    tn_status status = tn_db_step(&ledger->db, query, &row);
    ledger->head = (tn_head){0, {{0}}};
    if (status == TN_OK && row) {
        ledger->head.seq = sqlite3_column_int64(query, 0);
        if (!tn_db_digest(query, 1, &ledger->head.hash)) {
            tn_buf_put_format(ledger->db.why,
                              "the ledger, %s: the hash of entry %lld "
                              "is damaged",
                              ledger->db.path, (long long)ledger->head.seq);
            status = TN_INVALID;
        }
    }
    ledger->committed = ledger->head;
    sqlite3_finalize(query);
    return status;
}

tn_head tn_ledger_head(const tn_ledger *ledger)
{
    return ledger->committed;
}

tn_str tn_ledger_id(const tn_ledger *ledger)
{
    return (tn_str){ledger->id, sizeof(ledger->id)};
}

tn_db *tn_ledger_db(tn_ledger *ledger)
{
    return &ledger->db;
}

tn_status tn_ledger_has(tn_ledger *ledger, const tn_draft *like, bool *out)
{
    sqlite3_stmt *query = NULL;
    TN_TRY(tn_db_prepare(&ledger->db,
                         "SELECT 1 FROM entry WHERE run = ?2 AND kind = ?1"
                         " AND place IS ?3 AND chunk IS ?4",
                         &query));
    tn_db_bind_text(query, 1, tn_str_from(like->kind));
    tn_db_bind_text(query, 2, like->run);
    tn_db_bind_text(query, 3, like->place);
    if (like->chunk >= 0)
        sqlite3_bind_int64(query, 4, like->chunk);
    tn_status status = tn_db_step(&ledger->db, query, out);
    sqlite3_finalize(query);
    return status;
}

tn_status tn_ledger_last_time(tn_ledger *ledger, tn_instant *out)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    *out = TN_INSTANT_MIN;
    TN_TRY(tn_db_prepare(&ledger->db, "SELECT at FROM entry ORDER BY seq DESC LIMIT 1",
                         &query));
    tn_status status = tn_db_step(&ledger->db, query, &row);
    if (status == TN_OK && row && !tn_instant_parse(tn_db_text(query, 0), out)) {
        tn_buf_put_format(ledger->db.why, "the ledger, %s: its last entry has no time",
                          ledger->db.path);
        status = TN_INVALID;
    }
    sqlite3_finalize(query);
    return status;
}

#include "interp/apply/ledger.h"
#include "interp/calendar/instant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "TNLG": what `file` and SQLite show of the file. */
enum { APPLICATION_ID = 0x544E4C47, ENTRY_MARK = 2 };

struct tn_ledger {
    tn_arena arena; /* paths */
    tn_db db;
    int lock; /* -1: only read */
    tn_head head;
    tn_head committed; /* what rollback goes back to */
    char id[TN_LEDGER_ID_TEXT];
    sqlite3_stmt *insert;
    sqlite3_stmt *insert_leaves;
};

static const char schema[] =
    "CREATE TABLE entry(seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL,"
    " run TEXT, place TEXT, chunk INTEGER, body TEXT NOT NULL, hash BLOB NOT NULL)"
    " STRICT;"
    "CREATE UNIQUE INDEX entry_intent ON entry(run, place, chunk)"
    " WHERE kind = 'intent';"
    "CREATE UNIQUE INDEX entry_outcome ON entry(run, place, chunk)"
    " WHERE kind = 'outcome';"
    "CREATE INDEX entry_run ON entry(run, seq) WHERE run IS NOT NULL;"
    "CREATE TABLE leaves(seq INTEGER PRIMARY KEY REFERENCES entry, leaves BLOB NOT"
    " NULL) STRICT;"
    "CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER entry_same BEFORE UPDATE ON entry BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER leaves_stay BEFORE DELETE ON leaves BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER leaves_same BEFORE UPDATE ON leaves BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;";

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

enum { COL_SEQ, COL_AT, COL_KIND, COL_RUN, COL_PLACE, COL_CHUNK, COL_BODY, COL_HASH };

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

static tn_status read_head(tn_ledger *ledger)
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

/* --- writing */

tn_status tn_ledger_begin(tn_ledger *ledger)
{
    TN_TRY(tn_db_run(&ledger->db, "BEGIN IMMEDIATE"));
    ledger->head = ledger->committed;
    return TN_OK;
}

tn_status tn_ledger_commit(tn_ledger *ledger)
{
    TN_TRY(tn_db_run(&ledger->db, "COMMIT"));
    ledger->committed = ledger->head;
    return TN_OK;
}

void tn_ledger_rollback(tn_ledger *ledger)
{
    if (!sqlite3_get_autocommit(ledger->db.handle))
        sqlite3_exec(ledger->db.handle, "ROLLBACK", NULL, NULL, NULL);
    ledger->head = ledger->committed;
}

static void bind_entry(sqlite3_stmt *insert, const tn_entry *entry)
{
    sqlite3_bind_int64(insert, COL_SEQ + 1, entry->seq);
    tn_db_bind_text(insert, COL_AT + 1, entry->at);
    tn_db_bind_text(insert, COL_KIND + 1, entry->kind);
    tn_db_bind_text(insert, COL_RUN + 1, entry->run);
    tn_db_bind_text(insert, COL_PLACE + 1, entry->place);
    if (entry->chunk >= 0)
        sqlite3_bind_int64(insert, COL_CHUNK + 1, entry->chunk);
    tn_db_bind_text(insert, COL_BODY + 1, entry->body);
    tn_db_bind_bytes(insert, COL_HASH + 1, entry->hash.bytes, TN_DIGEST_BYTES);
}

tn_status tn_ledger_append(tn_ledger *ledger, tn_instant now, const tn_draft *draft)
{
    char at[TN_INSTANT_TEXT_MAX];
    tn_entry entry = {.seq = ledger->head.seq + 1,
                      .kind = tn_str_from(draft->kind),
                      .run = draft->run,
                      .place = draft->place,
                      .chunk = draft->chunk,
                      .body = draft->body};
    entry.at = (tn_str){at, tn_instant_format(now, at)};
    entry.hash = tn_entry_hash(&ledger->head.hash, &entry);
    bind_entry(ledger->insert, &entry);
    TN_TRY(tn_db_do(&ledger->db, ledger->insert));
    if (draft->leaves != NULL) {
        sqlite3_bind_int64(ledger->insert_leaves, 1, entry.seq);
        tn_db_bind_bytes(ledger->insert_leaves, 2, draft->leaves,
                         draft->leaf_count * TN_LEAF_BYTES);
        TN_TRY(tn_db_do(&ledger->db, ledger->insert_leaves));
    }
    ledger->head = (tn_head){entry.seq, entry.hash};
    return TN_OK;
}

/* --- opening */

static tn_status refuse(tn_ledger *ledger, const char *what)
{
    tn_buf_put_format(ledger->db.why, "the ledger, %s: %s", ledger->db.path, what);
    return TN_REFUSED;
}

/* The lock of the process ends with it, however that ends. */
static tn_status take_lock(tn_ledger *ledger)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    tn_buf path;
    tn_buf_init(&path, ledger->db.why->memory);
    tn_buf_put_format(&path, "%s.lock", ledger->db.path);
    tn_buf_put_char(&path, '\0');
    if (path.failed)
        return TN_NOMEM;
    ledger->lock = open(path.data, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    tn_buf_free(&path);
    if (ledger->lock >= 0 && fcntl(ledger->lock, F_SETLK, &lock) == 0)
        return TN_OK;
    if (errno == EACCES || errno == EAGAIN)
        return refuse(ledger, "another run is using it; one at a time");
    tn_buf_put_format(ledger->db.why, "the ledger's lock, %s.lock: %s", ledger->db.path,
                      strerror(errno));
    return TN_IO;
}

static tn_status query_number(tn_db *db, const char *sql, int64_t *out)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    TN_TRY(tn_db_prepare(db, sql, &query));
    tn_status status = tn_db_step(db, query, &row);
    *out = row ? sqlite3_column_int64(query, 0) : 0;
    sqlite3_finalize(query);
    return status;
}

/* Format, id and key, from the first entry. */
static tn_status read_first(tn_ledger *ledger, const tn_secret *secret)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    unsigned char key[TN_SECRET_ID_BYTES] = {0};
    TN_TRY(tn_db_prepare(&ledger->db,
                         "SELECT json_extract(body, '$.format'), json_extract(body,"
                         " '$.id'), json_extract(body, '$.key') FROM entry WHERE seq ="
                         " 1 AND kind = 'ledger' AND json_valid(body)",
                         &query));
    tn_status status = tn_db_step(&ledger->db, query, &row);
    if (status == TN_OK && row) {
        tn_str id = tn_db_text(query, 1);
        bool has_key = tn_hex_read(tn_db_text(query, 2), key, sizeof(key));
        if (sqlite3_column_int64(query, 0) != TN_LEDGER_FORMAT)
            status = TN_OTHER_VERSION;
        else if (id.len == TN_LEDGER_ID_TEXT)
            memcpy(ledger->id, id.data, TN_LEDGER_ID_TEXT);
        if (status == TN_OK && secret != NULL &&
            (!has_key || memcmp(key, secret->id, sizeof(key)) != 0))
            status = refuse(ledger, "it was made with another key; name the right one "
                                    "in TENURE_LEDGER_KEY");
    }
    sqlite3_finalize(query);
    return status;
}

static tn_status write_first(tn_ledger *ledger, const tn_secret *secret, tn_instant now)
{
    unsigned char id[TN_LEDGER_ID_TEXT / 2];
    tn_buf body;
    tn_buf_init(&body, ledger->db.why->memory);
    randombytes_buf(id, sizeof(id));
    tn_buf_put_format(&body, "{\"format\":%d,\"id\":\"", TN_LEDGER_FORMAT);
    tn_hex_put(&body, id, sizeof(id));
    tn_buf_put_text(&body, "\",\"key\":\"");
    tn_hex_put(&body, secret->id, sizeof(secret->id));
    tn_buf_put_text(&body, "\"}");
    tn_draft draft = {.kind = "ledger", .chunk = -1, .body = tn_buf_view(&body)};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_append(ledger, now, &draft);
    tn_buf_free(&body);
    return status;
}

static tn_status prepare_inserts(tn_ledger *ledger)
{
    TN_TRY(tn_db_prepare(&ledger->db,
                         "INSERT INTO entry(seq, at, kind, run, place, chunk, body,"
                         " hash) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                         &ledger->insert));
    return tn_db_prepare(&ledger->db, "INSERT INTO leaves(seq, leaves) VALUES(?1, ?2)",
                         &ledger->insert_leaves);
}

/* The schema and the first entry, in one transaction. */
static tn_status make_schema(tn_ledger *ledger, const tn_secret *secret, tn_instant now)
{
    char mark[64];
    snprintf(mark, sizeof(mark), "PRAGMA application_id=%d", APPLICATION_ID);
    TN_TRY(tn_ledger_begin(ledger));
    tn_status status = tn_db_run(&ledger->db, mark);
    if (status == TN_OK)
        status = tn_db_run(&ledger->db, schema);
    if (status == TN_OK)
        status = prepare_inserts(ledger);
    if (status == TN_OK)
        status = write_first(ledger, secret, now);
    if (status == TN_OK)
        status = tn_ledger_commit(ledger);
    if (status != TN_OK)
        tn_ledger_rollback(ledger);
    return status;
}

static tn_status check_application(tn_ledger *ledger, bool *is_new)
{
    int64_t id, tables;
    TN_TRY(query_number(&ledger->db, "PRAGMA application_id", &id));
    TN_TRY(query_number(&ledger->db, "SELECT count(*) FROM sqlite_schema", &tables));
    *is_new = id == 0 && tables == 0;
    if (*is_new || id == APPLICATION_ID)
        return TN_OK;
    tn_buf_put_format(ledger->db.why, "%s is a database, but not a ledger",
                      ledger->db.path);
    return TN_INVALID;
}

static tn_status open_writing(tn_ledger *ledger, const tn_secret *secret,
                              tn_instant now)
{
    bool is_new;
    TN_TRY(take_lock(ledger));
    TN_TRY(tn_db_open(&ledger->db, TN_DB_MAKE | TN_DB_WRITE));
    TN_TRY(check_application(ledger, &is_new));
    TN_TRY(tn_db_run(&ledger->db, "PRAGMA journal_mode=WAL"));
    if (is_new)
        TN_TRY(make_schema(ledger, secret, now));
    else
        TN_TRY(prepare_inserts(ledger));
    TN_TRY(read_head(ledger));
    return read_first(ledger, secret);
}

static tn_status open_reading(tn_ledger *ledger)
{
    bool is_new;
    TN_TRY(tn_db_open(&ledger->db, 0));
    TN_TRY(check_application(ledger, &is_new));
    if (is_new) {
        tn_buf_put_format(ledger->db.why, "the ledger, %s: it is empty",
                          ledger->db.path);
        return TN_INVALID;
    }
    TN_TRY(read_head(ledger));
    return read_first(ledger, NULL);
}

static tn_ledger *new_ledger(const char *path, tn_buf *why)
{
    tn_ledger *ledger = tn_resize(why->memory, NULL, 0, sizeof(*ledger));
    if (ledger == NULL)
        return NULL;
    *ledger = (tn_ledger){.lock = -1, .db = {.noun = "the ledger", .why = why}};
    memset(ledger->id, '0', sizeof(ledger->id));
    tn_arena_init(&ledger->arena, why->memory);
    ledger->db.path = tn_arena_copy(&ledger->arena, tn_str_from(path)).data;
    if (ledger->db.path == NULL) {
        tn_ledger_close(ledger);
        return NULL;
    }
    return ledger;
}

tn_status tn_ledger_open(const char *path, tn_buf *why, tn_ledger **out)
{
    tn_ledger *ledger = new_ledger(path, why);
    if (ledger == NULL)
        return TN_NOMEM;
    tn_status status = open_reading(ledger);
    if (status == TN_OK)
        *out = ledger;
    else
        tn_ledger_close(ledger);
    return status;
}

tn_status tn_ledger_write(const char *path, const tn_secret *secret, tn_instant now,
                          tn_buf *why, tn_ledger **out)
{
    tn_ledger *ledger = new_ledger(path, why);
    if (ledger == NULL)
        return TN_NOMEM;
    tn_status status = open_writing(ledger, secret, now);
    if (status == TN_OK)
        *out = ledger;
    else
        tn_ledger_close(ledger);
    return status;
}

void tn_ledger_close(tn_ledger *ledger)
{
    if (ledger == NULL)
        return;
    sqlite3_finalize(ledger->insert);
    sqlite3_finalize(ledger->insert_leaves);
    if (ledger->db.handle != NULL && ledger->lock >= 0) {
        tn_ledger_rollback(ledger);
        /* one file at rest; where a reader prevents it, the next writer does it */
        sqlite3_exec(ledger->db.handle, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
    }
    tn_db_close(&ledger->db);
    if (ledger->lock >= 0)
        close(ledger->lock);
    tn_arena_free(&ledger->arena);
    tn_resize(ledger->db.why->memory, ledger, sizeof(*ledger), 0);
}

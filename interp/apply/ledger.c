#include "interp/apply/ledger_file.h"
#include "interp/calendar/instant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "TNLG": what `file` and SQLite show of the file. */
enum { APPLICATION_ID = 0x544E4C47 };

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
    TN_TRY(tn_ledger_read_head(ledger));
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
    TN_TRY(tn_ledger_read_head(ledger));
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

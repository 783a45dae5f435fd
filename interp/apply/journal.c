#include "interp/apply/journal.h"

#include <unistd.h>

static bool is_open(const tn_journal *journal)
{
    return journal->db.handle != NULL;
}

/* Also of a file that is there: whoever made it may have been cut off before this. */
static tn_status make(tn_journal *journal)
{
    TN_TRY(tn_db_open(&journal->db, TN_DB_MAKE | TN_DB_WRITE));
    tn_status status = tn_db_run(
        &journal->db, "CREATE TABLE IF NOT EXISTS intent (run TEXT NOT NULL, place TEXT"
                      " NOT NULL, chunk INTEGER NOT NULL, work BLOB NOT NULL,"
                      " records INTEGER NOT NULL,"
                      " PRIMARY KEY (run, place, chunk))");
    if (status != TN_OK)
        tn_db_close(&journal->db);
    return status;
}

tn_status tn_journal_open(tn_journal *journal, const char *ledger, tn_arena *arena,
                          tn_buf *why)
{
    *journal = (tn_journal){.db = {.noun = "the work journal", .why = why}};
    tn_buf path;
    tn_buf_init(&path, why->memory);
    tn_buf_put_text(&path, ledger);
    tn_buf_put_text(&path, ".work");
    journal->path = path.failed ? NULL : tn_arena_copy(arena, tn_buf_view(&path)).data;
    tn_buf_free(&path);
    if (journal->path == NULL)
        return TN_NOMEM;
    journal->db.path = journal->path;
    if (access(journal->path, F_OK) != 0)
        return TN_OK;
    return make(journal);
}

static tn_status change(tn_journal *journal, const char *sql, const tn_intent *intent)
{
    sqlite3_stmt *statement = NULL;
    TN_TRY(tn_db_prepare(&journal->db, sql, &statement));
    tn_db_bind_text(statement, 1, intent->run);
    tn_db_bind_text(statement, 2, intent->place);
    sqlite3_bind_int64(statement, 3, intent->chunk);
    if (intent->work.data != NULL) {
        tn_db_bind_bytes(statement, 4, intent->work.data, intent->work.len);
        sqlite3_bind_int64(statement, 5, (int64_t)intent->count);
    }
    tn_status status = tn_db_do(&journal->db, statement);
    sqlite3_finalize(statement);
    return status;
}

tn_status tn_journal_put(tn_journal *journal, const tn_intent *intent)
{
    if (!is_open(journal))
        TN_TRY(make(journal));
    return change(journal, "INSERT OR REPLACE INTO intent VALUES (?1, ?2, ?3, ?4, ?5)",
                  intent);
}

tn_status tn_journal_drop(tn_journal *journal, const tn_intent *intent)
{
    if (!is_open(journal))
        return TN_OK;
    tn_intent key = *intent;
    key.work.data = NULL;
    return change(journal,
                  "DELETE FROM intent WHERE run = ?1 AND place = ?2 AND chunk = ?3",
                  &key);
}

static tn_status copy_row(sqlite3_stmt *row, tn_arena *arena, tn_intent *out)
{
    tn_str work = {sqlite3_column_blob(row, 3), (size_t)sqlite3_column_bytes(row, 3)};
    out->run = tn_arena_copy(arena, tn_db_text(row, 0));
    out->place = tn_arena_copy(arena, tn_db_text(row, 1));
    out->chunk = sqlite3_column_int64(row, 2);
    out->count = (uint64_t)sqlite3_column_int64(row, 4);
    out->work = tn_arena_copy(arena, work.data == NULL ? TN_STR("") : work);
    return out->run.data == NULL || out->place.data == NULL || out->work.data == NULL
               ? TN_NOMEM
               : TN_OK;
}

tn_status tn_journal_next(tn_journal *journal, int64_t *at, tn_arena *arena,
                          tn_intent *out, bool *found)
{
    sqlite3_stmt *query = NULL;
    *found = false;
    if (!is_open(journal))
        return TN_OK;
    TN_TRY(tn_db_prepare(&journal->db,
                         "SELECT run, place, chunk, work, records, rowid FROM intent"
                         " WHERE rowid > ?1 ORDER BY rowid LIMIT 1",
                         &query));
    sqlite3_bind_int64(query, 1, *at);
    tn_status status = tn_db_step(&journal->db, query, found);
    if (status == TN_OK && *found) {
        *at = sqlite3_column_int64(query, 5);
        status = copy_row(query, arena, out);
    }
    sqlite3_finalize(query);
    return status;
}

tn_status tn_journal_first(tn_journal *journal, tn_arena *arena, tn_intent *out,
                           bool *found)
{
    int64_t at = 0;
    return tn_journal_next(journal, &at, arena, out, found);
}

void tn_journal_close(tn_journal *journal)
{
    tn_arena arena;
    tn_intent intent;
    bool found = true;
    if (!is_open(journal))
        return;
    tn_arena_init(&arena, journal->db.why->memory);
    tn_status status = tn_journal_first(journal, &arena, &intent, &found);
    tn_arena_free(&arena);
    tn_db_close(&journal->db);
    if (status == TN_OK && !found)
        unlink(journal->path);
}

#include "interp/apply/certificate.h"

#include <string.h>

/* --- what a run is */

/* The numbers of a run's first and last entry, and what stands before and there. */
typedef struct run_range {
    int64_t first;
    tn_digest before;
    tn_head last;
} run_range;

static tn_status read_hash(tn_db *db, int64_t seq, tn_digest *out)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    *out = (tn_digest){{0}};
    if (seq == 0)
        return TN_OK;
    TN_TRY(tn_db_prepare(db, "SELECT hash FROM entry WHERE seq = ?1", &query));
    sqlite3_bind_int64(query, 1, seq);
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK && (!row || !tn_db_digest(query, 0, out)))
        status = TN_INVALID;
    sqlite3_finalize(query);
    return status;
}

static tn_status find_run(tn_ledger *ledger, tn_str run, run_range *out,
                          tn_buf *problem)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_db *db = tn_ledger_db(ledger);
    TN_TRY(tn_db_prepare(db, "SELECT min(seq), max(seq) FROM entry WHERE run = ?1",
                         &query));
    tn_db_bind_text(query, 1, run);
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK && sqlite3_column_type(query, 0) == SQLITE_NULL) {
        tn_buf_put_format(problem, "the ledger has no run " TN_STR_FMT,
                          TN_STR_ARG(run));
        status = TN_NOT_FOUND;
    }
    out->first = sqlite3_column_int64(query, 0);
    out->last.seq = sqlite3_column_int64(query, 1);
    sqlite3_finalize(query);
    TN_TRY(status);
    TN_TRY(read_hash(db, out->first - 1, &out->before));
    return read_hash(db, out->last.seq, &out->last.hash);
}

static const char summary_sql[] =
    "SELECT place, json_extract(body, '$.action'), json_extract(body, '$.evidence'),"
    " count(*), sum(json_extract(body, '$.count')) FROM entry"
    " WHERE run = ?1 AND kind = 'outcome' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/* One row of the summary, for JSON or for people. */
typedef void put_row_fn(tn_buf *out, sqlite3_stmt *row, uint32_t number);

static tn_status put_summary(tn_db *db, tn_str run, put_row_fn *put, tn_buf *out)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(db, summary_sql, &query));
    tn_db_bind_text(query, 1, run);
    tn_status status = TN_OK;
    for (uint32_t i = 0; status == TN_OK; i++) {
        status = tn_db_step(db, query, &row);
        if (status != TN_OK || !row)
            break;
        put(out, query, i);
    }
    sqlite3_finalize(query);
    return status;
}

/* --- as JSON */

static void put_json_row(tn_buf *out, sqlite3_stmt *row, uint32_t number)
{
    tn_buf_put_text(out, number > 0 ? ",{\"place\":" : "{\"place\":");
    tn_buf_put_json(out, tn_db_text(row, 0));
    tn_buf_put_text(out, ",\"action\":");
    tn_buf_put_json(out, tn_db_text(row, 1));
    tn_buf_put_text(out, ",\"evidence\":");
    tn_buf_put_json(out, tn_db_text(row, 2));
    tn_buf_put_format(out, ",\"chunks\":%lld,\"records\":%lld}",
                      (long long)sqlite3_column_int64(row, 3),
                      (long long)sqlite3_column_int64(row, 4));
}

static tn_status put_entries(tn_ledger *ledger, const run_range *range, tn_buf *out)
{
    tn_entries entries;
    tn_entry entry;
    bool is_there = true;
    const char *comma = "\n";
    TN_TRY(tn_entries_open(ledger, (tn_str){NULL, 0}, &entries));
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_entries_next(&entries, &entry, &is_there);
        if (status != TN_OK || !is_there || entry.seq > range->last.seq)
            break;
        if (entry.seq < range->first)
            continue;
        tn_buf_put_text(out, comma);
        tn_entry_put(out, &entry);
        comma = ",\n";
    }
    tn_entries_close(&entries);
    return status;
}

tn_status tn_certificate_put_json(tn_ledger *ledger, tn_str run, tn_buf *out,
                                  tn_buf *problem)
{
    run_range range;
    TN_TRY(find_run(ledger, run, &range, problem));
    tn_buf_put_text(out, "{\"tenure_certificate\":1,\"ledger\":");
    tn_buf_put_json(out, tn_ledger_id(ledger));
    tn_buf_put_text(out, ",\"run\":");
    tn_buf_put_json(out, run);
    tn_buf_put_text(out, ",\n\"summary\":[");
    TN_TRY(put_summary(tn_ledger_db(ledger), run, put_json_row, out));
    tn_buf_put_text(out, "],\n\"before\":\"");
    tn_hex_put(out, range.before.bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(out, "\",\"head\":\"");
    tn_head_put(out, &range.last);
    tn_buf_put_text(out, "\",\n\"entries\":[");
    TN_TRY(put_entries(ledger, &range, out));
    tn_buf_put_text(out, "\n]}\n");
    return tn_buf_status(out);
}

/* --- as Markdown */

static void put_markdown_row(tn_buf *out, sqlite3_stmt *row, uint32_t number)
{
    (void)number;
    tn_buf_put_text(out, "| ");
    tn_buf_put(out, tn_db_text(row, 0));
    tn_buf_put_text(out, " | ");
    tn_buf_put(out, tn_db_text(row, 1));
    tn_buf_put_format(out, " | %lld | ", (long long)sqlite3_column_int64(row, 4));
    tn_buf_put(out, tn_db_text(row, 2));
    tn_buf_put_format(out, " | %lld |\n", (long long)sqlite3_column_int64(row, 3));
}

/* Lines of "| what | value |" from the bodies of the run's own entries. */
static const char facts_sql[] =
    "SELECT 'instant decided for', json_extract(body, '$.instant') FROM entry"
    " WHERE run = ?1 AND kind = 'run' UNION ALL "
    "SELECT 'policy', json_extract(body, '$.policy') FROM entry"
    " WHERE run = ?1 AND kind = 'run' UNION ALL "
    "SELECT 'plan', json_extract(body, '$.plan') FROM entry"
    " WHERE run = ?1 AND kind = 'run' UNION ALL "
    "SELECT 'started', at FROM entry WHERE run = ?1 AND kind = 'run' UNION ALL "
    "SELECT 'stopped', at || ': ' || json_extract(body, '$.why') FROM entry"
    " WHERE run = ?1 AND kind = 'stop' UNION ALL "
    "SELECT 'finished', at FROM entry WHERE run = ?1 AND kind = 'done' UNION ALL "
    "SELECT 'looked up again', CASE json_extract(body, '$.remaining') WHEN 0 THEN"
    " 'nothing that was due is left' ELSE json_extract(body, '$.remaining') ||"
    " ' records that are due are left' END FROM entry"
    " WHERE run = ?1 AND kind = 'done' UNION ALL "
    "SELECT 'not complete', json_extract(l.value, '$.category') || ': ' ||"
    " json_extract(l.value, '$.due') || ' due and still there, ' ||"
    " json_extract(l.value, '$.blocked') || ' blocked behind records that stay, in ' ||"
    " json_extract(l.value, '$.place') FROM entry, json_each(body, '$.left') l"
    " WHERE run = ?1 AND kind = 'done' UNION ALL "
    "SELECT 'erasure', json_extract(body, '$.erasure') FROM entry"
    " WHERE run = ?1 AND kind = 'done'";

static tn_status put_facts(tn_db *db, tn_str run, tn_buf *out)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(db, facts_sql, &query));
    tn_db_bind_text(query, 1, run);
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_db_step(db, query, &row);
        if (status != TN_OK || !row)
            break;
        tn_buf_put_text(out, "| ");
        tn_buf_put(out, tn_db_text(query, 0));
        tn_buf_put_text(out, " | ");
        tn_buf_put(out, tn_db_text(query, 1));
        tn_buf_put_text(out, " |\n");
    }
    sqlite3_finalize(query);
    return status;
}

tn_status tn_certificate_put_markdown(tn_ledger *ledger, tn_str run, tn_buf *out,
                                      tn_buf *problem)
{
    run_range range;
    TN_TRY(find_run(ledger, run, &range, problem));
    tn_buf_put_text(out, "# Certificate of deletion\n\nRun ");
    tn_buf_put(out, run);
    tn_buf_put_text(out, ", from ledger ");
    tn_buf_put(out, tn_ledger_id(ledger));
    tn_buf_put_text(out, ".\n\n| | |\n| --- | --- |\n");
    TN_TRY(put_facts(tn_ledger_db(ledger), run, out));
    tn_buf_put_text(out, "\n| where | what was done | records | evidence | chunks |\n"
                         "| --- | --- | --- | --- | --- |\n");
    TN_TRY(put_summary(tn_ledger_db(ledger), run, put_markdown_row, out));
    tn_buf_put_format(out,
                      "\nThe ledger's entries %lld to %lld say so; the head after them "
                      "is\n\n    ",
                      (long long)range.first, (long long)range.last.seq);
    tn_head_put(out, &range.last);
    tn_buf_put_text(out, "\n\nThe JSON form of this certificate holds those entries; "
                         "`tenure ledger verify --certificate FILE` checks them, "
                         "without the ledger.\n");
    return tn_buf_status(out);
}

/* --- checking */

typedef struct cert_check {
    tn_db db;
    tn_certified *out;
    tn_buf *problem;
    const tn_proven *proven; /* NULL: no proof */
    bool has_proven;
    tn_outcome_reader outcomes;
} cert_check;

static tn_status broken(cert_check *check, int64_t seq, const char *what)
{
    tn_buf_put_format(check->problem, "entry %lld of the certificate: %s",
                      (long long)seq, what);
    return TN_INVALID;
}

static void read_entry(sqlite3_stmt *row, tn_entry *out)
{
    *out = (tn_entry){.seq = sqlite3_column_int64(row, 0),
                      .at = tn_db_text(row, 1),
                      .kind = tn_db_text(row, 2),
                      .run = tn_db_text(row, 3),
                      .place = tn_db_text(row, 4),
                      .chunk = -1,
                      .body = tn_db_text(row, 6)};
    if (sqlite3_column_type(row, 5) == SQLITE_INTEGER)
        out->chunk = sqlite3_column_int64(row, 5);
    out->has_hash =
        tn_hex_read(tn_db_text(row, 7), out->hash.bytes, sizeof(out->hash.bytes));
}

static tn_status check_outcome(cert_check *check, const tn_entry *entry, bool is_own)
{
    tn_outcome outcome;
    tn_status status = tn_outcome_read(&check->outcomes, entry->body, &outcome);
    if (status == TN_INVALID)
        return broken(check, entry->seq, "it is not an outcome");
    TN_TRY(status);
    if (is_own)
        check->out->record_count += outcome.count;
    if (check->proven == NULL || check->proven->seq != entry->seq)
        return TN_OK;
    check->has_proven = tn_digest_equal(&check->proven->root, &outcome.root) &&
                        outcome.evidence == TN_EVIDENCE_KEYS;
    if (!check->has_proven)
        return broken(check, entry->seq, "the proof does not lead to its root");
    return TN_OK;
}

static tn_status check_entry(cert_check *check, const tn_entry *entry, tn_str run)
{
    tn_head *head = &check->out->head;
    if (head->seq != 0 && entry->seq != head->seq + 1)
        return broken(check, entry->seq, "it does not follow the one before");
    tn_digest hash = tn_entry_hash(&head->hash, entry);
    if (!entry->has_hash || !tn_digest_equal(&hash, &entry->hash))
        return broken(check, entry->seq, "it is not as it was written");
    *head = (tn_head){entry->seq, hash};
    check->out->entry_count++;
    if (tn_str_equal(entry->kind, TN_STR("outcome")))
        return check_outcome(check, entry, tn_str_equal(entry->run, run));
    return TN_OK;
}

static tn_status check_entries(cert_check *check, tn_str certificate, tn_str run)
{
    sqlite3_stmt *query = NULL;
    tn_entry entry;
    bool row = true;
    TN_TRY(tn_db_prepare(&check->db,
                         "SELECT json_extract(value, '$.seq'), json_extract(value,"
                         " '$.at'), json_extract(value, '$.kind'), json_extract(value,"
                         " '$.run'), json_extract(value, '$.place'),"
                         " json_extract(value, '$.chunk'), json_extract(value,"
                         " '$.body'), json_extract(value, '$.hash')"
                         " FROM json_each(?1, '$.entries')",
                         &query));
    tn_db_bind_text(query, 1, certificate);
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_db_step(&check->db, query, &row);
        if (status != TN_OK || !row)
            break;
        read_entry(query, &entry);
        status = check_entry(check, &entry, run);
    }
    sqlite3_finalize(query);
    return status;
}

/* Everything the entries themselves cannot show: the sums, the heads, the proof. */
static tn_status check_rest(cert_check *check, int64_t records, const tn_head *said,
                            const tn_head *kept)
{
    const tn_head *head = &check->out->head;
    if (said->seq != head->seq || !tn_digest_equal(&said->hash, &head->hash))
        return broken(check, head->seq, "the head that it names is another");
    if (kept != NULL &&
        (kept->seq != head->seq || !tn_digest_equal(&kept->hash, &head->hash))) {
        tn_buf_put_text(check->problem, "its head is not the one that was kept");
        return TN_INVALID;
    }
    if (records < 0 || (uint64_t)records != check->out->record_count) {
        tn_buf_put_text(check->problem,
                        "its summary is not the sum of the entries' counts");
        return TN_INVALID;
    }
    if (check->proven != NULL && !check->has_proven) {
        tn_buf_put_format(check->problem,
                          "it does not have entry %lld, to which the "
                          "proof belongs",
                          (long long)check->proven->seq);
        return TN_INVALID;
    }
    return TN_OK;
}

static tn_status check_row(cert_check *check, sqlite3_stmt *row, tn_str certificate,
                           const tn_head *kept)
{
    tn_head said;
    if (!tn_hex_read(tn_db_text(row, 0), check->out->head.hash.bytes,
                     TN_DIGEST_BYTES) ||
        !tn_head_parse(tn_db_text(row, 1), &said)) {
        tn_buf_put_text(check->problem, "the certificate names no head");
        return TN_INVALID;
    }
    TN_TRY(check_entries(check, certificate, tn_db_text(row, 2)));
    return check_rest(check, sqlite3_column_int64(row, 3), &said, kept);
}

static tn_status check_all(cert_check *check, tn_str certificate, const tn_head *kept)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    TN_TRY(tn_outcome_reader_open(&check->outcomes, &check->db));
    TN_TRY(tn_db_prepare(
        &check->db,
        "SELECT json_extract(?1, '$.before'), json_extract(?1, '$.head'),"
        " json_extract(?1, '$.run'), (SELECT coalesce(sum(json_extract(value,"
        " '$.records')), 0) FROM json_each(?1, '$.summary')) WHERE json_valid(?1) AND"
        " json_extract(?1, '$.tenure_certificate') = 1",
        &query));
    tn_db_bind_text(query, 1, certificate);
    tn_status status = tn_db_step(&check->db, query, &row);
    if (status == TN_OK && !row) {
        tn_buf_put_text(check->problem, "this is not a certificate of tenure's");
        status = TN_INVALID;
    }
    if (status == TN_OK)
        status = check_row(check, query, certificate, kept);
    sqlite3_finalize(query);
    return status;
}

tn_status tn_certificate_check(tn_str certificate, const tn_head *kept, tn_str proof,
                               tn_certified *out, tn_buf *problem)
{
    tn_proven proven;
    cert_check check = {.db = {.noun = "the certificate", .why = problem},
                        .out = out,
                        .problem = problem};
    *out = (tn_certified){.entry_count = 0};
    if (proof.data != NULL) {
        TN_TRY(tn_audit_check_proof(proof, &proven, problem));
        check.proven = &proven;
    }
    TN_TRY(tn_db_open_memory(&check.db));
    tn_status status = check_all(&check, certificate, kept);
    tn_outcome_reader_close(&check.outcomes);
    tn_db_close(&check.db);
    return status;
}

#include "interp/apply/outcome.h"
#include "interp/apply/secret.h"

#include <string.h>

static const char *const evidence_texts[TN_EVIDENCE_COUNT] = {"keys", "range", "whole"};
static const char *const erasure_texts[TN_ERASURE_COUNT] = {"unknown", "hidden",
                                                            "unreadable", "purged"};

const char *tn_evidence_text(tn_evidence evidence)
{
    return evidence_texts[evidence];
}

const char *tn_erasure_text(tn_erasure erasure)
{
    return erasure_texts[erasure];
}

static uint32_t find_word(const char *const *words, uint32_t count, tn_str word)
{
    for (uint32_t i = 0; i < count; i++)
        if (tn_str_equal(tn_str_from(words[i]), word))
            return i;
    return TN_NONE;
}

bool tn_evidence_parse(tn_str word, tn_evidence *out)
{
    uint32_t number = find_word(evidence_texts, TN_EVIDENCE_COUNT, word);
    if (number != TN_NONE)
        *out = (tn_evidence)number;
    return number != TN_NONE;
}

bool tn_erasure_parse(tn_str word, tn_erasure *out)
{
    uint32_t number = find_word(erasure_texts, TN_ERASURE_COUNT, word);
    if (number != TN_NONE)
        *out = (tn_erasure)number;
    return number != TN_NONE;
}

void tn_outcome_put(tn_buf *body, const tn_outcome *outcome)
{
    tn_buf_put_format(body, "{\"action\":\"%s\",\"evidence\":\"%s\",\"count\":%llu",
                      outcome->is_redaction ? "redact" : "delete",
                      tn_evidence_text(outcome->evidence),
                      (unsigned long long)outcome->count);
    if (outcome->unconfirmed_count > 0)
        tn_buf_put_format(body, ",\"unconfirmed\":%llu",
                          (unsigned long long)outcome->unconfirmed_count);
    if (outcome->evidence == TN_EVIDENCE_KEYS) {
        tn_buf_put_text(body, ",\"root\":\"");
        tn_hex_put(body, outcome->root.bytes, TN_DIGEST_BYTES);
        tn_buf_put_char(body, '"');
    }
    tn_buf_put_text(body, ",\"store\":");
    tn_buf_put_json(body, outcome->store);
    tn_buf_put_format(body, ",\"watermark\":%llu}",
                      (unsigned long long)outcome->watermark);
}

tn_status tn_outcome_reader_open(tn_outcome_reader *reader, tn_db *db)
{
    *reader = (tn_outcome_reader){.db = db};
    return tn_db_prepare(
        db,
        "SELECT json_extract(?1, '$.action'),"
        " json_extract(?1, '$.evidence'), json_extract(?1, '$.count'),"
        " json_extract(?1, '$.root'), json_extract(?1, '$.store'),"
        " json_extract(?1, '$.watermark'),"
        " coalesce(json_extract(?1, '$.unconfirmed'), 0) WHERE json_valid(?1)",
        &reader->query);
}

void tn_outcome_reader_close(tn_outcome_reader *reader)
{
    sqlite3_finalize(reader->query);
    reader->query = NULL;
}

static bool read_count(sqlite3_stmt *row, int column, uint64_t *out)
{
    int64_t number = sqlite3_column_int64(row, column);
    *out = number < 0 ? 0 : (uint64_t)number;
    return sqlite3_column_type(row, column) == SQLITE_INTEGER && number >= 0;
}

static bool read_row(sqlite3_stmt *row, tn_outcome *out)
{
    tn_str action = tn_db_text(row, 0);
    *out = (tn_outcome){.is_redaction = tn_str_equal(action, TN_STR("redact"))};
    if (!out->is_redaction && !tn_str_equal(action, TN_STR("delete")))
        return false;
    if (!tn_evidence_parse(tn_db_text(row, 1), &out->evidence) ||
        !read_count(row, 2, &out->count) || !read_count(row, 5, &out->watermark) ||
        !read_count(row, 6, &out->unconfirmed_count))
        return false;
    out->store = tn_db_text(row, 4);
    return out->evidence != TN_EVIDENCE_KEYS ||
           tn_hex_read(tn_db_text(row, 3), out->root.bytes, TN_DIGEST_BYTES);
}

tn_status tn_outcome_read(tn_outcome_reader *reader, tn_str body, tn_outcome *out)
{
    bool row;
    sqlite3_reset(reader->query);
    sqlite3_bind_text64(reader->query, 1, body.data, body.len, SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    TN_TRY(tn_db_step(reader->db, reader->query, &row));
    return row && read_row(reader->query, out) ? TN_OK : TN_INVALID;
}

#include "interp/apply/review.h"
#include "interp/calendar/instant.h"
#include "interp/eval/needs.h"

#include <string.h>

struct tn_reviews {
    tn_arena arena; /* the path */
    tn_db db;
    sqlite3_stmt *find;
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS resolution(identity BLOB PRIMARY KEY, place TEXT NOT"
    " NULL, key TEXT NOT NULL, digest BLOB NOT NULL, decision TEXT NOT NULL, until_s"
    " INTEGER NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL) STRICT";

/* --- the file */

static tn_status open_steps(tn_reviews *reviews, bool make)
{
    TN_TRY(tn_db_open(&reviews->db, make ? TN_DB_MAKE | TN_DB_WRITE : 0));
    if (make)
        TN_TRY(tn_db_run(&reviews->db, schema));
    return tn_db_prepare(&reviews->db,
                         "SELECT digest, decision, until_s, why, at FROM resolution"
                         " WHERE identity = ?1",
                         &reviews->find);
}

tn_status tn_reviews_open(const char *path, bool make, tn_buf *why, tn_reviews **out)
{
    tn_reviews *reviews = tn_resize(why->memory, NULL, 0, sizeof(*reviews));
    if (reviews == NULL)
        return TN_NOMEM;
    *reviews = (tn_reviews){.db = {.noun = "the reviews", .why = why}};
    tn_arena_init(&reviews->arena, why->memory);
    reviews->db.path = tn_arena_copy(&reviews->arena, tn_str_from(path)).data;
    tn_status status = TN_NOMEM;
    if (reviews->db.path != NULL)
        status = open_steps(reviews, make);
    if (status == TN_OK)
        *out = reviews;
    else
        tn_reviews_close(reviews);
    return status;
}

void tn_reviews_close(tn_reviews *reviews)
{
    if (reviews == NULL)
        return;
    sqlite3_finalize(reviews->find);
    tn_db_close(&reviews->db);
    tn_arena_free(&reviews->arena);
    tn_resize(reviews->db.why->memory, reviews, sizeof(*reviews), 0);
}

/* --- digests */

static void add_bits(tn_digest_state *state, const void *bytes, size_t size)
{
    tn_digest_add(state, (tn_str){bytes, size});
}

/* False for what has no digest. */
static bool add_value(tn_digest_state *state, const tn_value *value)
{
    unsigned char kind = (unsigned char)value->kind;
    uint64_t len = value->as.text.len;
    add_bits(state, &kind, 1);
    switch (value->kind) {
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE: return true;
    case TN_KIND_BOOL: add_bits(state, &value->as.boolean, 1); return true;
    case TN_KIND_INT:
    case TN_KIND_UINT:
    case TN_KIND_DOUBLE:
    case TN_KIND_DURATION: add_bits(state, &value->as.integer, 8); return true;
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
        add_bits(state, &len, sizeof(len));
        tn_digest_add(state, value->as.text);
        return true;
    case TN_KIND_TIMESTAMP:
        add_bits(state, &value->as.instant.seconds, 8);
        add_bits(state, &value->as.instant.nanos, 4);
        return true;
    case TN_KIND_DATE: add_bits(state, &value->as.day, 4); return true;
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return false;
}

/* All facts, and the fields that clauses read: others may have been read or not. */
static tn_status add_slots(tn_digest_state *state, const tn_image *image,
                           uint32_t category, const tn_decider *decider)
{
    const tn_img_category *row = &image->categories[category];
    const tn_value *slots = tn_decider_slots(decider);
    bool *needed = tn_resize(NULL, NULL, 0, row->fields.count + 1);
    if (needed == NULL)
        return TN_NOMEM;
    tn_needs_fields(image, category, needed);
    bool good = true;
    for (uint32_t i = 0; i < row->slots.count; i++)
        if (i >= row->fields.count || needed[i])
            good = add_value(state, &slots[i]) && good;
    tn_resize(NULL, needed, row->fields.count + 1, 0);
    return good ? TN_OK : TN_UNSUPPORTED;
}

tn_status tn_review_digest(const tn_image *image, uint32_t category,
                           const tn_decider *decider, const tn_verdict *verdict,
                           tn_digest *out)
{
    const tn_img_category *row = &image->categories[category];
    uint32_t clause =
        verdict->clause == TN_NONE ? TN_NONE : verdict->clause - row->clauses.first;
    uint32_t reason = (uint32_t)verdict->reason;
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, tn_image_str(image, row->name));
    add_bits(&state, &reason, sizeof(reason));
    add_bits(&state, &clause, sizeof(clause));
    TN_TRY(add_slots(&state, image, category, decider));
    *out = tn_digest_end(&state);
    return TN_OK;
}

/* --- resolutions */

static tn_status put_ledger(tn_ledger *ledger, const tn_secret *secret, tn_instant now,
                            const tn_resolution *r)
{
    tn_buf body;
    char until[TN_INSTANT_TEXT_MAX];
    tn_nonce nonce = tn_secret_nonce(secret, r->identity);
    tn_leaf leaf = tn_leaf_of(&nonce, r->identity);
    tn_instant_format(r->until, until);
    tn_buf_init(&body, tn_ledger_db(ledger)->why->memory);
    tn_buf_put_text(&body, "{\"record\":\"");
    tn_hex_put(&body, leaf.bytes, sizeof(leaf.bytes));
    tn_buf_put_format(&body, "\",\"decision\":\"%s\",\"until\":\"%s\",\"digest\":\"",
                      tn_decision_text(r->decision), until);
    tn_hex_put(&body, r->digest.bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(&body, "\",\"why\":");
    tn_buf_put_json(&body, r->why);
    tn_buf_put_char(&body, '}');
    tn_draft draft = {
        .kind = "review", .place = r->place, .chunk = -1, .body = tn_buf_view(&body)};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_append(ledger, now, &draft);
    tn_buf_free(&body);
    return status;
}

static tn_status put_row(tn_reviews *reviews, tn_instant now, const tn_resolution *r)
{
    sqlite3_stmt *insert = NULL;
    char at[TN_INSTANT_TEXT_MAX];
    tn_str at_text = {at, tn_instant_format(now, at)};
    TN_TRY(tn_db_prepare(&reviews->db,
                         "INSERT OR REPLACE INTO resolution VALUES(?1, ?2, ?3, ?4, ?5,"
                         " ?6, ?7, ?8)",
                         &insert));
    tn_db_bind_bytes(insert, 1, r->identity.data, r->identity.len);
    tn_db_bind_text(insert, 2, r->place);
    tn_db_bind_text(insert, 3, r->key);
    tn_db_bind_bytes(insert, 4, r->digest.bytes, TN_DIGEST_BYTES);
    tn_db_bind_text(insert, 5, tn_str_from(tn_decision_text(r->decision)));
    sqlite3_bind_int64(insert, 6, r->until.seconds);
    tn_db_bind_text(insert, 7, r->why);
    tn_db_bind_text(insert, 8, at_text);
    tn_status status = tn_db_do(&reviews->db, insert);
    sqlite3_finalize(insert);
    return status;
}

/* The ledger first: what counts is never without its evidence. */
tn_status tn_reviews_resolve(tn_reviews *reviews, tn_ledger *ledger,
                             const tn_secret *secret, tn_instant now,
                             const tn_resolution *resolution)
{
    TN_TRY(tn_ledger_begin(ledger));
    tn_status status = put_ledger(ledger, secret, now, resolution);
    if (status == TN_OK)
        status = tn_ledger_commit(ledger);
    if (status != TN_OK) {
        tn_ledger_rollback(ledger);
        return status;
    }
    return put_row(reviews, now, resolution);
}

/* The row of a record, if it counts; the statement stands on it until reset. */
static tn_status step_to(tn_reviews *reviews, tn_str identity, const tn_digest *digest,
                         tn_instant now, bool *counts)
{
    tn_digest found;
    bool row = false;
    sqlite3_reset(reviews->find);
    sqlite3_bind_blob64(reviews->find, 1, identity.data, identity.len,
                        SQLITE_TRANSIENT);
    TN_TRY(tn_db_step(&reviews->db, reviews->find, &row));
    *counts = row && tn_db_digest(reviews->find, 0, &found) &&
              tn_digest_equal(&found, digest) &&
              now.seconds < sqlite3_column_int64(reviews->find, 2);
    return TN_OK;
}

tn_status tn_reviews_find(tn_reviews *reviews, tn_str identity, const tn_digest *digest,
                          tn_instant now, tn_decision *out)
{
    bool counts = false;
    *out = TN_FLAG;
    TN_TRY(step_to(reviews, identity, digest, now, &counts));
    if (counts) {
        tn_str word = tn_db_text(reviews->find, 1);
        if (tn_str_equal(word, TN_STR("delete")))
            *out = TN_DELETE;
        else if (tn_str_equal(word, TN_STR("keep")))
            *out = TN_KEEP;
    }
    sqlite3_reset(reviews->find);
    return TN_OK;
}

tn_status tn_reviews_find_record(tn_reviews *reviews, const tn_reviewed *record,
                                 tn_buf *identity, tn_decision *out)
{
    const tn_judged *judged = record->judged;
    tn_digest digest;
    tn_value key;
    *out = TN_FLAG;
    if (judged->is_unplaced)
        return TN_OK;
    tn_status status = tn_review_digest(judged->eval->image, judged->bound->category,
                                        judged->decider, judged->verdict, &digest);
    if (status == TN_UNSUPPORTED)
        return TN_OK;
    TN_TRY(status);
    TN_TRY(tn_judged_key(judged, &key));
    tn_buf_reset(identity);
    tn_identity_put(identity, record->place, &key);
    TN_TRY(tn_buf_status(identity));
    return tn_reviews_find(reviews, tn_buf_view(identity), &digest, record->now, out);
}

tn_status tn_reviews_put_text(tn_reviews *reviews, tn_str identity,
                              const tn_digest *digest, tn_instant now, tn_buf *out)
{
    bool counts = false;
    char until[TN_INSTANT_TEXT_MAX];
    TN_TRY(step_to(reviews, identity, digest, now, &counts));
    if (counts) {
        tn_instant end = {sqlite3_column_int64(reviews->find, 2), 0};
        tn_instant_format(end, until);
        tn_buf_put_text(out, "resolved: ");
        tn_buf_put(out, tn_db_text(reviews->find, 1));
        tn_buf_put_format(out, " until %s, because \"", until);
        tn_buf_put(out, tn_db_text(reviews->find, 3));
        tn_buf_put_text(out, "\"\n");
    }
    sqlite3_reset(reviews->find);
    return tn_buf_status(out);
}

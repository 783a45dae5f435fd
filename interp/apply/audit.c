#include "interp/apply/audit.h"

#include <string.h>

static tn_status found(tn_buf *problem, int64_t seq, const char *what)
{
    tn_buf_put_format(problem, "entry %lld: %s", (long long)seq, what);
    return TN_INVALID;
}

/* --- the whole ledger */

typedef struct audit_walk {
    tn_ledger *ledger;
    const tn_head *kept;
    tn_audit *out;
    tn_buf *problem;
    tn_outcome_reader outcomes;
    tn_arena arena; /* the leaves of one outcome */
} audit_walk;

static tn_status audit_leaves(audit_walk *walk, const tn_entry *entry,
                              const tn_outcome *outcome)
{
    const tn_leaf *leaves = NULL;
    size_t count = 0;
    tn_arena_reset(&walk->arena);
    tn_status status =
        tn_ledger_leaves(walk->ledger, entry->seq, &walk->arena, &leaves, &count);
    if (status == TN_INVALID)
        return found(walk->problem, entry->seq, "its leaves are damaged");
    TN_TRY(status);
    if (outcome->evidence != TN_EVIDENCE_KEYS)
        return leaves == NULL ? TN_OK
                              : found(walk->problem, entry->seq, "it has leaves");
    tn_digest root = tn_tree_of(leaves, count);
    if (count != outcome->count || !tn_digest_equal(&root, &outcome->root))
        return found(walk->problem, entry->seq,
                     "its leaves are not those that were written");
    walk->out->leaf_count += count;
    return TN_OK;
}

static tn_status audit_outcome(audit_walk *walk, const tn_entry *entry)
{
    tn_outcome outcome;
    bool has_intent = false;
    tn_status status = tn_outcome_read(&walk->outcomes, entry->body, &outcome);
    if (status == TN_INVALID)
        return found(walk->problem, entry->seq, "it is not an outcome");
    TN_TRY(status);
    tn_draft intent = {"intent", entry->run, entry->place, entry->chunk, {NULL, 0},
                       NULL,     0};
    TN_TRY(tn_ledger_has(walk->ledger, &intent, &has_intent));
    if (!has_intent)
        return found(walk->problem, entry->seq, "an outcome without its intent");
    walk->out->outcome_count++;
    walk->out->record_count += outcome.count;
    return audit_leaves(walk, entry, &outcome);
}

static tn_status audit_entry(audit_walk *walk, const tn_entry *entry)
{
    tn_head *head = &walk->out->head;
    if (entry->seq != head->seq + 1) {
        tn_buf_put_format(walk->problem, "entry %lld is missing",
                          (long long)(head->seq + 1));
        return TN_INVALID;
    }
    tn_digest hash = tn_entry_hash(&head->hash, entry);
    if (!entry->has_hash || !tn_digest_equal(&hash, &entry->hash))
        return found(walk->problem, entry->seq,
                     "it, or one before it, is not as it was written");
    if (walk->kept != NULL && walk->kept->seq == entry->seq &&
        !tn_digest_equal(&hash, &walk->kept->hash))
        return found(walk->problem, entry->seq,
                     "it is not the one of the head that was kept");
    if (entry->seq == 1 && !tn_str_equal(entry->kind, TN_STR("ledger")))
        return found(walk->problem, 1, "it does not start a ledger");
    *head = (tn_head){entry->seq, hash};
    walk->out->entry_count++;
    if (tn_str_equal(entry->kind, TN_STR("outcome")))
        return audit_outcome(walk, entry);
    return TN_OK;
}

/* Leaves that belong to no outcome. */
static tn_status audit_strays(audit_walk *walk)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_db *db = tn_ledger_db(walk->ledger);
    TN_TRY(tn_db_prepare(db,
                         "SELECT seq FROM leaves WHERE seq NOT IN (SELECT seq FROM"
                         " entry WHERE kind = 'outcome') LIMIT 1",
                         &query));
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK && row)
        status = found(walk->problem, sqlite3_column_int64(query, 0),
                       "there are leaves without an outcome");
    sqlite3_finalize(query);
    return status;
}

static tn_status audit_entries(audit_walk *walk)
{
    tn_entries entries;
    tn_entry entry;
    bool is_there = true;
    TN_TRY(tn_entries_open(walk->ledger, (tn_str){NULL, 0}, &entries));
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_entries_next(&entries, &entry, &is_there);
        if (status != TN_OK || !is_there)
            break;
        status = audit_entry(walk, &entry);
    }
    tn_entries_close(&entries);
    return status;
}

tn_status tn_audit_ledger(tn_ledger *ledger, const tn_head *kept, tn_audit *out,
                          tn_buf *problem)
{
    audit_walk walk = {.ledger = ledger, .kept = kept, .out = out, .problem = problem};
    *out = (tn_audit){0};
    TN_TRY(tn_outcome_reader_open(&walk.outcomes, tn_ledger_db(ledger)));
    tn_arena_init(&walk.arena, problem->memory);
    tn_status status = audit_entries(&walk);
    if (status == TN_OK)
        status = audit_strays(&walk);
    if (status == TN_OK && kept != NULL && out->head.seq < kept->seq) {
        tn_buf_put_format(problem,
                          "it ends with entry %lld, but the head that was kept is of "
                          "entry %lld: what came after is cut off",
                          (long long)out->head.seq, (long long)kept->seq);
        status = TN_INVALID;
    }
    tn_arena_free(&walk.arena);
    tn_outcome_reader_close(&walk.outcomes);
    return status;
}

/* --- keys as people write them */

enum { CANDIDATES = 4 };

/* What a written key may be: 7 is an integer or a text. */
typedef struct key_guess {
    tn_value values[CANDIDATES];
    uint32_t count;
    tn_list_value list;
} key_guess;

static void guess(key_guess *guesses, tn_value value)
{
    guesses->values[guesses->count++] = value;
}

static tn_status guess_bytes(key_guess *guesses, tn_str key, tn_arena *arena)
{
    if (!tn_str_starts(key, TN_STR("x'")) || !tn_str_ends(key, TN_STR("'")) ||
        key.len < 3 || key.len % 2 == 0)
        return TN_OK;
    size_t size = (key.len - 3) / 2;
    unsigned char *bytes = tn_arena_take(arena, size);
    if (bytes == NULL)
        return TN_NOMEM;
    if (tn_hex_read(tn_str_slice(key, 2, 2 * size), bytes, size))
        guess(guesses,
              (tn_value){TN_KIND_BYTES, {.text = {(const char *)bytes, size}}});
    return TN_OK;
}

/* A column of SQLite's as the value of a key. */
static tn_value read_scalar(sqlite3_stmt *row, int column, tn_arena *arena)
{
    switch (sqlite3_column_type(row, column)) {
    case SQLITE_INTEGER:
        return (tn_value){TN_KIND_INT, {.integer = sqlite3_column_int64(row, column)}};
    case SQLITE_FLOAT:
        return (tn_value){TN_KIND_DOUBLE, {.real = sqlite3_column_double(row, column)}};
    case SQLITE_TEXT:
        return (tn_value){TN_KIND_STRING,
                          {.text = tn_arena_copy(arena, tn_db_text(row, column))}};
    default: return (tn_value){TN_KIND_NULL, {0}};
    }
}

static tn_status read_parts(tn_db *db, sqlite3_stmt *query, key_guess *guesses,
                            tn_arena *arena)
{
    enum { PARTS_MAX = 64 };
    bool row = true;
    tn_value *parts = tn_arena_take_array(arena, PARTS_MAX, sizeof(*parts));
    if (parts == NULL)
        return TN_NOMEM;
    while (guesses->list.count < PARTS_MAX) {
        TN_TRY(tn_db_step(db, query, &row));
        if (!row)
            break;
        tn_value value = read_scalar(query, 0, arena);
        if (value.kind == TN_KIND_STRING && value.as.text.data == NULL)
            return TN_NOMEM;
        parts[guesses->list.count++] = value;
    }
    guesses->list.items = parts;
    guess(guesses, (tn_value){TN_KIND_LIST, {.list = &guesses->list}});
    return TN_OK;
}

/* ["acme",7] */
static tn_status guess_list(tn_db *db, key_guess *guesses, tn_str key, tn_arena *arena)
{
    sqlite3_stmt *query = NULL;
    if (!tn_str_starts(key, TN_STR("[")))
        return TN_OK;
    TN_TRY(tn_db_prepare(db,
                         "SELECT atom FROM json_each(CASE WHEN json_valid(?1) THEN ?1 "
                         "ELSE '[]' END)",
                         &query));
    tn_db_bind_text(query, 1, key);
    tn_status status = read_parts(db, query, guesses, arena);
    sqlite3_finalize(query);
    return status;
}

static bool parse_int(tn_str text, int64_t *out)
{
    bool negative = text.len > 0 && text.data[0] == '-';
    size_t at = negative;
    *out = 0;
    for (; at < text.len; at++) {
        int digit = text.data[at] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(*out, 10, out) ||
            __builtin_sub_overflow(*out, digit, out))
            return false;
    }
    return at > (size_t)negative && (negative || !__builtin_sub_overflow(0, *out, out));
}

static tn_status guess_key(tn_db *db, tn_str key, key_guess *guesses, tn_arena *arena)
{
    int64_t number;
    *guesses = (key_guess){.count = 0};
    guess(guesses, (tn_value){TN_KIND_STRING, {.text = key}});
    if (parse_int(key, &number))
        guess(guesses, (tn_value){TN_KIND_INT, {.integer = number}});
    TN_TRY(guess_bytes(guesses, key, arena));
    return guess_list(db, guesses, key, arena);
}

/* --- proofs */

typedef struct prove_walk {
    tn_ledger *ledger;
    const tn_secret *secret;
    key_guess guesses;
    tn_buf identity;
    tn_arena arena; /* the leaves and path of one outcome */
    tn_buf *out;
    bool is_found;
} prove_walk;

static void put_hex_member(tn_buf *buf, const char *name, const unsigned char *bytes,
                           size_t size)
{
    tn_buf_put_format(buf, ",\"%s\":\"", name);
    tn_hex_put(buf, bytes, size);
    tn_buf_put_char(buf, '"');
}

static void put_proof(prove_walk *walk, const tn_entry *entry, const tn_nonce *nonce,
                      const tn_tree_path *path)
{
    tn_buf *out = walk->out;
    tn_str identity = tn_buf_view(&walk->identity);
    tn_buf_put_format(
        out, "{\"tenure_proof\":1,\"entry\":%lld,\"run\":", (long long)entry->seq);
    tn_buf_put_json(out, entry->run);
    tn_buf_put_text(out, ",\"place\":");
    tn_buf_put_json(out, entry->place);
    tn_buf_put_format(out, ",\"chunk\":%lld,\"at\":", (long long)entry->chunk);
    tn_buf_put_json(out, entry->at);
    put_hex_member(out, "identity", (const unsigned char *)identity.data, identity.len);
    put_hex_member(out, "nonce", nonce->bytes, sizeof(nonce->bytes));
    tn_buf_put_format(out, ",\"index\":%llu,\"count\":%llu,\"path\":[",
                      (unsigned long long)path->index, (unsigned long long)path->count);
    for (uint32_t i = 0; i < path->sibling_count; i++) {
        tn_buf_put_text(out, i > 0 ? ",\"" : "\"");
        tn_hex_put(out, path->siblings[i].bytes, TN_DIGEST_BYTES);
        tn_buf_put_char(out, '"');
    }
    tn_buf_put_text(out, "]}\n");
}

static tn_status prove_guess(prove_walk *walk, const tn_entry *entry,
                             const tn_leaf *leaves, size_t count, const tn_value *key)
{
    tn_tree_path path;
    tn_buf_reset(&walk->identity);
    tn_identity_put(&walk->identity, entry->place, key);
    TN_TRY(tn_buf_status(&walk->identity));
    tn_str identity = tn_buf_view(&walk->identity);
    tn_nonce nonce = tn_secret_nonce(walk->secret, identity);
    tn_leaf leaf = tn_leaf_of(&nonce, identity);
    for (size_t i = 0; i < count; i++) {
        if (memcmp(&leaves[i], &leaf, sizeof(leaf)) != 0)
            continue;
        TN_TRY(tn_tree_path_of(leaves, count, i, &walk->arena, &path));
        put_proof(walk, entry, &nonce, &path);
        walk->is_found = true;
    }
    return TN_OK;
}

static tn_status prove_entry(prove_walk *walk, const tn_entry *entry)
{
    const tn_leaf *leaves;
    size_t count;
    tn_arena_reset(&walk->arena);
    TN_TRY(tn_ledger_leaves(walk->ledger, entry->seq, &walk->arena, &leaves, &count));
    for (uint32_t i = 0; i < walk->guesses.count; i++)
        TN_TRY(prove_guess(walk, entry, leaves, count, &walk->guesses.values[i]));
    return TN_OK;
}

static tn_status prove_entries(prove_walk *walk, tn_str place)
{
    tn_entries entries;
    tn_entry entry;
    bool is_there = true;
    TN_TRY(tn_entries_open(walk->ledger, (tn_str){NULL, 0}, &entries));
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_entries_next(&entries, &entry, &is_there);
        if (status != TN_OK || !is_there)
            break;
        if (tn_str_equal(entry.kind, TN_STR("outcome")) &&
            (place.data == NULL || tn_str_equal(entry.place, place)))
            status = prove_entry(walk, &entry);
    }
    tn_entries_close(&entries);
    return status;
}

tn_status tn_audit_prove(tn_ledger *ledger, const tn_secret *secret,
                         const tn_audit_record *record, tn_buf *out, tn_buf *problem)
{
    tn_arena keys;
    prove_walk walk = {.ledger = ledger, .secret = secret, .out = out};
    tn_arena_init(&keys, problem->memory);
    tn_arena_init(&walk.arena, problem->memory);
    tn_buf_init(&walk.identity, problem->memory);
    tn_status status =
        guess_key(tn_ledger_db(ledger), record->key, &walk.guesses, &keys);
    if (status == TN_OK)
        status = prove_entries(&walk, record->place);
    if (status == TN_OK && !walk.is_found) {
        tn_buf_put_text(problem, "the ledger has no evidence of keys for this record");
        status = TN_NOT_FOUND;
    }
    tn_buf_free(&walk.identity);
    tn_arena_free(&walk.arena);
    tn_arena_free(&keys);
    return status == TN_OK ? tn_buf_status(out) : status;
}

/* --- proofs, checked */

static tn_status not_a_proof(tn_buf *problem)
{
    tn_buf_put_text(problem, "this is not a proof of tenure's");
    return TN_INVALID;
}

/* The leaf that identity and nonce make. */
static tn_status read_leaf(sqlite3_stmt *row, tn_arena *arena, tn_leaf *out)
{
    tn_nonce nonce;
    tn_str text = tn_db_text(row, 1);
    unsigned char *identity = tn_arena_take(arena, text.len / 2 + 1);
    if (identity == NULL)
        return TN_NOMEM;
    if (text.data == NULL || !tn_hex_read(text, identity, text.len / 2) ||
        !tn_hex_read(tn_db_text(row, 2), nonce.bytes, sizeof(nonce.bytes)))
        return TN_INVALID;
    *out = tn_leaf_of(&nonce, (tn_str){(const char *)identity, text.len / 2});
    return TN_OK;
}

/* The siblings: rows of one column. */
static tn_status read_path(tn_db *db, tn_str proof, tn_digest *siblings,
                           uint32_t *count)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(db, "SELECT atom FROM json_each(?1, '$.path')", &query));
    tn_db_bind_text(query, 1, proof);
    tn_status status = TN_OK;
    for (*count = 0; status == TN_OK && *count < TN_TREE_LEVELS;) {
        status = tn_db_step(db, query, &row);
        if (status != TN_OK || !row)
            break;
        if (tn_hex_read(tn_db_text(query, 0), siblings[*count].bytes, TN_DIGEST_BYTES))
            (*count)++;
        else
            status = TN_INVALID;
    }
    sqlite3_finalize(query);
    return status;
}

static tn_status check_row(tn_db *db, sqlite3_stmt *row, tn_str proof, tn_arena *arena,
                           tn_proven *out)
{
    tn_leaf leaf;
    tn_digest siblings[TN_TREE_LEVELS];
    int64_t index = sqlite3_column_int64(row, 3);
    int64_t count = sqlite3_column_int64(row, 4);
    if (index < 0 || count < 0)
        return TN_INVALID;
    tn_tree_path path = {(uint64_t)index, (uint64_t)count, siblings, 0};
    TN_TRY(read_leaf(row, arena, &leaf));
    TN_TRY(read_path(db, proof, siblings, &path.sibling_count));
    out->seq = sqlite3_column_int64(row, 0);
    return tn_tree_climb(&leaf, &path, &out->root) ? TN_OK : TN_INVALID;
}

static tn_status check_proof(tn_db *db, tn_str proof, tn_arena *arena, tn_proven *out)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    TN_TRY(tn_db_prepare(db,
                         "SELECT json_extract(?1, '$.entry'), json_extract(?1,"
                         " '$.identity'), json_extract(?1, '$.nonce'), json_extract(?1,"
                         " '$.index'), json_extract(?1, '$.count') WHERE json_valid(?1)"
                         " AND json_extract(?1, '$.tenure_proof') = 1",
                         &query));
    tn_db_bind_text(query, 1, proof);
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK)
        status = row ? check_row(db, query, proof, arena, out) : TN_INVALID;
    sqlite3_finalize(query);
    return status;
}

tn_status tn_audit_check_proof(tn_str proof, tn_proven *out, tn_buf *problem)
{
    tn_arena arena;
    tn_db db = {.noun = "the proof", .why = problem};
    TN_TRY(tn_db_open_memory(&db));
    tn_arena_init(&arena, problem->memory);
    tn_status status = check_proof(&db, proof, &arena, out);
    tn_arena_free(&arena);
    tn_db_close(&db);
    return status == TN_INVALID ? not_a_proof(problem) : status;
}

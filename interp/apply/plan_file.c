#include "interp/apply/plan_file.h"
#include "interp/calendar/instant.h"

#include <string.h>

/* What a plan ends with: the pseudonyms of all places, one after the other, which are
 * read without a parser, and the seal. No text of JSON holds a bare line end. */
static const char targets_start[] = ",\n\"targets\":\"";
static const char seal_start[] = ",\n\"seal\":\"";
static const char seal_end[] = "\"}\n";
enum {
    SEAL_BYTES = sizeof(seal_start) - 1 + TN_DIGEST_TEXT_BYTES + sizeof(seal_end) - 1,
    ID_BYTES = 8 /* of the seal: 16 digits name a run */
};

/* --- writing */

static void put_text(tn_buf *out, const char *name, tn_str text)
{
    tn_buf_put_format(out, ",\"%s\":", name);
    tn_buf_put_json(out, text);
}

static void put_count(tn_buf *out, const char *name, uint64_t count)
{
    tn_buf_put_format(out, ",\"%s\":", name);
    tn_buf_put_uint(out, count);
}

static void put_instant(tn_buf *out, const char *name, bool exists, tn_instant at)
{
    char text[TN_INSTANT_TEXT_MAX];
    if (exists)
        tn_instant_format(at, text);
    tn_buf_put_format(out, exists ? ",\"%s\":\"%s\"" : ",\"%s\":null", name,
                      exists ? text : "");
}

static void put_digest(tn_buf *out, const char *name, const tn_digest *digest)
{
    tn_buf_put_format(out, ",\"%s\":\"", name);
    tn_hex_put(out, digest->bytes, TN_DIGEST_BYTES);
    tn_buf_put_char(out, '"');
}

static void put_texts(tn_buf *out, const char *name, const tn_str *list, uint32_t count)
{
    tn_buf_put_format(out, ",\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        tn_buf_put_text(out, i > 0 ? "," : "");
        tn_buf_put_json(out, list[i]);
    }
    tn_buf_put_char(out, ']');
}

static void put_cutoffs(tn_buf *out, const tn_plan_place *place)
{
    tn_buf_put_text(out, ",\"cutoffs\":[");
    for (uint32_t i = 0; i < place->cutoff_count; i++) {
        const tn_plan_cutoff *cutoff = &place->cutoffs[i];
        tn_buf_put_text(out, i > 0 ? ",{\"clause\":" : "{\"clause\":");
        tn_buf_put_json(out, cutoff->clause);
        put_text(out, "anchor", cutoff->anchor);
        put_instant(out, "at", cutoff->exists, cutoff->at);
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_char(out, ']');
}

static void put_reasons(tn_buf *out, const tn_plan_place *place)
{
    uint64_t sums[3] = {0};
    const char *comma = "";
    for (int i = 0; i < TN_REASON_COUNT; i++)
        sums[tn_reason_decision((tn_reason)i)] += place->reasons[i];
    put_count(out, "keep", sums[TN_KEEP]);
    put_count(out, "delete", sums[TN_DELETE]);
    put_count(out, "flag", sums[TN_FLAG]);
    tn_buf_put_text(out, ",\"reasons\":{");
    for (int i = 0; i < TN_REASON_COUNT; i++) {
        if (place->reasons[i] == 0)
            continue;
        tn_buf_put_format(out, "%s\"%s\":%llu", comma, tn_reason_text((tn_reason)i),
                          (unsigned long long)place->reasons[i]);
        comma = ",";
    }
    tn_buf_put_char(out, '}');
}

static void put_days(tn_buf *out, const tn_plan_place *place)
{
    const char *comma = "";
    tn_buf_put_text(out, ",\"days\":[");
    for (uint32_t i = 0; i < TN_PLAN_FORECAST_DAYS; i++) {
        if (place->days[i] == 0)
            continue;
        tn_buf_put_format(out, "%s[%u,%llu]", comma, i,
                          (unsigned long long)place->days[i]);
        comma = ",";
    }
    tn_buf_put_char(out, ']');
}

static void put_targets(tn_buf *out, const tn_plan *plan)
{
    tn_buf_put_text(out, targets_start);
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const tn_plan_place *place = &plan->places[i];
        tn_hex_put(out, (const unsigned char *)place->targets,
                   place->target_count * sizeof(*place->targets));
    }
    tn_buf_put_char(out, '"');
}

static void put_place(tn_buf *out, const tn_plan_place *place)
{
    tn_buf_put_text(out, "{\"place\":");
    tn_buf_put_json(out, place->place);
    put_text(out, "category", place->category);
    put_text(out, "placement", place->placement);
    put_text(out, "store", place->store);
    put_text(out, "object", place->object);
    put_text(out, "action", place->redacts ? TN_STR("redact") : TN_STR("delete"));
    tn_buf_put_text(out,
                    place->is_erasable ? ",\"erasable\":true" : ",\"erasable\":false");
    put_digest(out, "shape", &place->shape);
    put_texts(out, "obstacles", place->obstacles, place->obstacle_count);
    put_count(out, "records", place->record_count);
    put_reasons(out, place);
    put_count(out, "due", place->due_count);
    put_count(out, "resolved", place->resolved_count);
    put_count(out, "overdue", place->overdue_count);
    put_count(out, "blocked", place->blocked_count);
    put_count(out, "hidden", place->hidden_count);
    tn_buf_put_text(out, place->buries ? ",\"tombstones\":true" : "");
    put_text(out, "blocked_until", place->blocked_until);
    put_texts(out, "blocked_behind", place->blocked, place->blocked_parts);
    put_texts(out, "whole", place->wholes, place->whole_count);
    put_count(out, "resurrected", place->returned_count);
    put_texts(out, "upstream", place->upstream, place->upstream_count);
    put_instant(out, "oldest_due", place->has_due, place->oldest_due);
    put_instant(out, "newest_due", place->has_due, place->newest_due);
    if (place->has_expected)
        put_count(out, "expected", place->expected_count);
    else
        tn_buf_put_text(out, ",\"expected\":null");
    put_count(out, "estimate_ms", place->estimate_ms);
    put_cutoffs(out, place);
    put_texts(out, "samples", place->samples, place->sample_count);
    put_days(out, place);
    put_count(out, "targets", place->target_count);
    put_count(out, "more_start", place->more_start);
    put_count(out, "more", place->more_count);
    tn_buf_put_text(out, place->has_all_targets ? ",\"all_targets\":true}"
                                                : ",\"all_targets\":false}");
}

static void put_body(tn_buf *out, const tn_plan *plan)
{
    tn_buf_put_format(out, "{\"tenure_plan\":%d", TN_PLAN_FORMAT);
    put_instant(out, "instant", true, plan->instant);
    put_instant(out, "made", true, plan->made);
    put_instant(out, "expires", true, plan->expires);
    put_digest(out, "image", &plan->image);
    if (plan->more_count > 0) {
        put_count(out, "more", plan->more_count);
        put_digest(out, "more_digest", &plan->more);
    }
    put_digest(out, "policy", &plan->policy);
    tn_buf_put_text(out, ",\"head\":\"");
    tn_head_put(out, &plan->head);
    tn_buf_put_char(out, '"');
    put_texts(out, "paths", plan->paths, plan->path_count);
    put_texts(out, "roots", plan->roots, plan->root_count);
    put_texts(out, "breaches", plan->breaches, plan->breach_count);
    tn_buf_put_text(out, ",\n\"places\":[");
    for (uint32_t i = 0; i < plan->place_count; i++) {
        tn_buf_put_text(out, i > 0 ? ",\n" : "\n");
        put_place(out, &plan->places[i]);
    }
    tn_buf_put_char(out, ']');
}

void tn_plan_put_json(tn_buf *out, const tn_plan *plan)
{
    put_body(out, plan);
    tn_buf_put_text(out, "}\n");
}

static tn_str id_of(const tn_digest *seal, tn_arena *arena)
{
    tn_buf text;
    tn_buf_init(&text, arena->memory);
    tn_hex_put(&text, seal->bytes, ID_BYTES);
    tn_str id =
        text.failed ? (tn_str){NULL, 0} : tn_arena_copy(arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return id;
}

tn_status tn_plan_put(tn_plan *plan, const tn_secret *secret, tn_arena *arena,
                      tn_buf *out)
{
    size_t start = out->len;
    put_body(out, plan);
    put_targets(out, plan);
    TN_TRY(tn_buf_status(out));
    tn_digest seal =
        tn_secret_seal(secret, tn_str_slice(tn_buf_view(out), start, SIZE_MAX));
    plan->id = id_of(&seal, arena);
    tn_buf_put_text(out, seal_start);
    tn_hex_put(out, seal.bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(out, seal_end);
    return plan->id.data == NULL ? TN_NOMEM : tn_buf_status(out);
}

/* --- reading */

typedef struct plan_reader {
    tn_db db;
    tn_arena *arena;
    tn_plan *plan;
    sqlite3_stmt *row;
    bool is_good;
    bool failed; /* out of memory */
} plan_reader;

static tn_str get_text(plan_reader *r, int column)
{
    tn_str text = tn_db_text(r->row, column);
    tn_str copy = tn_arena_copy(r->arena, text);
    r->is_good = r->is_good && text.data != NULL;
    r->failed = r->failed || copy.data == NULL;
    return copy;
}

static uint64_t get_count(plan_reader *r, int column)
{
    int64_t count = sqlite3_column_int64(r->row, column);
    r->is_good = r->is_good && count >= 0;
    return count < 0 ? 0 : (uint64_t)count;
}

static tn_instant get_instant(plan_reader *r, int column, bool *exists)
{
    tn_instant at = TN_INSTANT_MIN;
    tn_str text = tn_db_text(r->row, column);
    *exists = text.data != NULL;
    if (text.data != NULL && !tn_instant_parse(text, &at))
        r->is_good = false;
    return at;
}

static void get_digest(plan_reader *r, int column, tn_digest *out)
{
    if (!tn_hex_read(tn_db_text(r->row, column), out->bytes, TN_DIGEST_BYTES))
        r->is_good = false;
}

/* The texts of a JSON array. */
static tn_status get_texts(plan_reader *r, tn_str array, const tn_str **out,
                           uint32_t *count)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(
        &r->db, "SELECT atom, count(*) OVER () FROM json_each(?1) ORDER BY key",
        &query));
    tn_db_bind_text(query, 1, array);
    tn_status status = tn_db_step(&r->db, query, &row);
    size_t total = row ? (size_t)sqlite3_column_int64(query, 1) : 0;
    tn_str *list = tn_arena_take_array(r->arena, total, sizeof(*list));
    for (*count = 0; status == TN_OK && row && list != NULL && *count < total;) {
        list[*count] = tn_arena_copy(r->arena, tn_db_text(query, 0));
        if (list[(*count)++].data == NULL)
            status = TN_NOMEM;
        else
            status = tn_db_step(&r->db, query, &row);
    }
    sqlite3_finalize(query);
    *out = list;
    return list == NULL ? TN_NOMEM : status;
}

/* Each place's part of the pseudonyms, which are there in the order of places. */
static tn_status get_targets(plan_reader *r, tn_str hex)
{
    size_t at = 0;
    for (uint32_t i = 0; i < r->plan->place_count; i++) {
        tn_plan_place *place = &r->plan->places[i];
        size_t size = place->target_count * sizeof(*place->targets);
        uint64_t *list = tn_arena_take(r->arena, size);
        if (list == NULL)
            return TN_NOMEM;
        if (at > hex.len ||
            !tn_hex_read(tn_str_slice(hex, at, 2 * size), (unsigned char *)list, size))
            return TN_INVALID;
        place->targets = list;
        at += 2 * size;
    }
    return at == hex.len ? TN_OK : TN_INVALID;
}

/* [day, count] pairs. */
static tn_status get_days(plan_reader *r, tn_str array, tn_plan_place *place)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    place->days =
        tn_arena_take_array(r->arena, TN_PLAN_FORECAST_DAYS, sizeof(*place->days));
    if (place->days == NULL)
        return TN_NOMEM;
    TN_TRY(tn_db_prepare(&r->db,
                         "SELECT json_extract(value, '$[0]'), json_extract(value,"
                         " '$[1]') FROM json_each(?1)",
                         &query));
    tn_db_bind_text(query, 1, array);
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_db_step(&r->db, query, &row);
        if (status != TN_OK || !row)
            break;
        int64_t day = sqlite3_column_int64(query, 0);
        if (day >= 0 && day < TN_PLAN_FORECAST_DAYS)
            place->days[day] = (uint64_t)sqlite3_column_int64(query, 1);
    }
    sqlite3_finalize(query);
    return status;
}

enum {
    P_PLACE,
    P_CATEGORY,
    P_PLACEMENT,
    P_STORE,
    P_OBJECT,
    P_ACTION,
    P_ERASABLE,
    P_SHAPE,
    P_OBSTACLES,
    P_RECORDS,
    P_DUE,
    P_OVERDUE,
    P_OLDEST,
    P_NEWEST,
    P_EXPECTED,
    P_ESTIMATE,
    P_DAYS,
    P_ALL_TARGETS,
    P_TARGETS,
    P_MORE_START,
    P_MORE,
    P_RETURNED,
    P_UPSTREAM,
    P_REASONS,
    P_WHOLES
};

static const char places_sql[] =
    "SELECT json_extract(value, '$.place'), json_extract(value, '$.category'),"
    " json_extract(value, '$.placement'), json_extract(value, '$.store'),"
    " json_extract(value, '$.object'), json_extract(value, '$.action'),"
    " json_extract(value, '$.erasable'), json_extract(value, '$.shape'),"
    " json_extract(value, '$.obstacles'), json_extract(value, '$.records'),"
    " json_extract(value, '$.due'), json_extract(value, '$.overdue'),"
    " json_extract(value, '$.oldest_due'), json_extract(value, '$.newest_due'),"
    " json_extract(value, '$.expected'), json_extract(value, '$.estimate_ms'),"
    " json_extract(value, '$.days'), json_extract(value, '$.all_targets'),"
    " json_extract(value, '$.targets'), json_extract(value, '$.more_start'),"
    " json_extract(value, '$.more'), json_extract(value, '$.resurrected'),"
    " json_extract(value, '$.upstream'), json_extract(value, '$.reasons'),"
    " json_extract(value, '$.whole'), count(*) OVER () FROM json_each(?1, '$.places') "
    "ORDER BY key";

static tn_status get_reasons(plan_reader *r, tn_str object, tn_plan_place *place)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    TN_TRY(tn_db_prepare(&r->db, "SELECT key, value FROM json_each(?1)", &query));
    tn_db_bind_text(query, 1, object);
    tn_status status = TN_OK;
    while (status == TN_OK) {
        status = tn_db_step(&r->db, query, &row);
        if (status != TN_OK || !row)
            break;
        for (int i = 0; i < TN_REASON_COUNT; i++)
            if (tn_str_equal(tn_db_text(query, 0),
                             tn_str_from(tn_reason_text((tn_reason)i))))
                place->reasons[i] = (uint64_t)sqlite3_column_int64(query, 1);
    }
    sqlite3_finalize(query);
    return status;
}

static tn_status get_place(plan_reader *r, tn_plan_place *out)
{
    bool exists;
    *out = (tn_plan_place){.bound = TN_NONE};
    out->place = get_text(r, P_PLACE);
    out->category = get_text(r, P_CATEGORY);
    out->placement = get_text(r, P_PLACEMENT);
    out->store = get_text(r, P_STORE);
    out->object = get_text(r, P_OBJECT);
    out->redacts = tn_str_equal(tn_db_text(r->row, P_ACTION), TN_STR("redact"));
    out->is_erasable = sqlite3_column_int(r->row, P_ERASABLE) != 0;
    get_digest(r, P_SHAPE, &out->shape);
    out->record_count = get_count(r, P_RECORDS);
    out->due_count = get_count(r, P_DUE);
    out->overdue_count = get_count(r, P_OVERDUE);
    out->oldest_due = get_instant(r, P_OLDEST, &out->has_due);
    out->newest_due = get_instant(r, P_NEWEST, &exists);
    out->has_expected = sqlite3_column_type(r->row, P_EXPECTED) == SQLITE_INTEGER;
    out->expected_count = get_count(r, P_EXPECTED);
    out->estimate_ms = get_count(r, P_ESTIMATE);
    out->has_all_targets = sqlite3_column_int(r->row, P_ALL_TARGETS) != 0;
    out->more_start = get_count(r, P_MORE_START);
    out->more_count = get_count(r, P_MORE);
    uint64_t targets = get_count(r, P_TARGETS);
    r->is_good = r->is_good && targets <= TN_PLAN_TARGETS_MAX;
    out->target_count = targets <= TN_PLAN_TARGETS_MAX ? (uint32_t)targets : 0;
    TN_TRY(get_texts(r, tn_db_text(r->row, P_OBSTACLES), &out->obstacles,
                     &out->obstacle_count));
    out->returned_count = get_count(r, P_RETURNED);
    TN_TRY(get_texts(r, tn_db_text(r->row, P_UPSTREAM), &out->upstream,
                     &out->upstream_count));
    TN_TRY(get_texts(r, tn_db_text(r->row, P_WHOLES), &out->wholes, &out->whole_count));
    TN_TRY(get_reasons(r, tn_db_text(r->row, P_REASONS), out));
    return get_days(r, tn_db_text(r->row, P_DAYS), out);
}

static tn_status get_places(plan_reader *r, tn_str text)
{
    bool row = true;
    TN_TRY(tn_db_prepare(&r->db, places_sql, &r->row));
    tn_db_bind_text(r->row, 1, text);
    tn_status status = tn_db_step(&r->db, r->row, &row);
    size_t total = row ? (size_t)sqlite3_column_int64(r->row, P_WHOLES + 1) : 0;
    r->plan->places = tn_arena_take_array(r->arena, total, sizeof(*r->plan->places));
    if (r->plan->places == NULL)
        status = TN_NOMEM;
    while (status == TN_OK && row && r->plan->place_count < total) {
        status = get_place(r, &r->plan->places[r->plan->place_count++]);
        if (status == TN_OK)
            status = tn_db_step(&r->db, r->row, &row);
    }
    sqlite3_finalize(r->row);
    r->row = NULL;
    return status;
}

static const char plan_sql[] =
    "SELECT json_extract(?1, '$.tenure_plan'), json_extract(?1, '$.instant'),"
    " json_extract(?1, '$.made'), json_extract(?1, '$.expires'), json_extract(?1,"
    " '$.image'), json_extract(?1, '$.policy'), json_extract(?1, '$.head'),"
    " json_extract(?1, '$.paths'), json_extract(?1, '$.roots'), json_extract(?1,"
    " '$.breaches'), json_extract(?1, '$.more'), json_extract(?1, '$.more_digest')";

static tn_status get_plan(plan_reader *r)
{
    bool a, b, c;
    tn_plan *plan = r->plan;
    if (sqlite3_column_int(r->row, 0) != TN_PLAN_FORMAT)
        return TN_OTHER_VERSION;
    plan->instant = get_instant(r, 1, &a);
    plan->made = get_instant(r, 2, &b);
    plan->expires = get_instant(r, 3, &c);
    get_digest(r, 4, &plan->image);
    get_digest(r, 5, &plan->policy);
    r->is_good =
        r->is_good && a && b && c && tn_head_parse(tn_db_text(r->row, 6), &plan->head);
    plan->more_count = get_count(r, 10);
    if (plan->more_count > 0)
        get_digest(r, 11, &plan->more);
    TN_TRY(get_texts(r, tn_db_text(r->row, 7), &plan->paths, &plan->path_count));
    TN_TRY(get_texts(r, tn_db_text(r->row, 8), &plan->roots, &plan->root_count));
    return get_texts(r, tn_db_text(r->row, 9), &plan->breaches, &plan->breach_count);
}

static tn_status read_parts(plan_reader *r, tn_str json, tn_str targets)
{
    bool row = true;
    TN_TRY(tn_db_prepare(&r->db, plan_sql, &r->row));
    tn_db_bind_text(r->row, 1, json);
    tn_status status = tn_db_step(&r->db, r->row, &row);
    if (status == TN_OK)
        status = get_plan(r);
    sqlite3_finalize(r->row);
    r->row = NULL;
    TN_TRY(status);
    TN_TRY(get_places(r, json));
    TN_TRY(get_targets(r, targets));
    if (r->failed)
        return TN_NOMEM;
    return r->is_good ? TN_OK : TN_INVALID;
}

/* `body` is what was sealed. */
static tn_status read_all(plan_reader *r, tn_str body)
{
    tn_buf json;
    size_t at = tn_str_find(body, tn_str_from(targets_start));
    if (at == SIZE_MAX || !tn_str_ends(body, TN_STR("\"")))
        return TN_INVALID;
    size_t start = at + sizeof(targets_start) - 1;
    tn_str targets = tn_str_slice(body, start, body.len - 1 - start);
    TN_TRY(tn_db_open_memory(&r->db));
    tn_buf_init(&json, r->arena->memory);
    tn_buf_put(&json, tn_str_slice(body, 0, at));
    tn_buf_put_char(&json, '}');
    tn_status status = tn_buf_status(&json);
    if (status == TN_OK)
        status = read_parts(r, tn_buf_view(&json), targets);
    tn_buf_free(&json);
    return status;
}

/* The text without its seal, as it was sealed; INVALID where it is another. */
static tn_status check_seal(tn_str text, const tn_secret *secret, tn_digest *seal,
                            size_t *body_len)
{
    if (text.len < SEAL_BYTES || !tn_str_starts(text, TN_STR("{\"tenure_plan\":")))
        return TN_INVALID;
    *body_len = text.len - SEAL_BYTES;
    tn_str tail = tn_str_slice(text, *body_len, SIZE_MAX);
    tn_digest found;
    if (!tn_str_starts(tail, tn_str_from(seal_start)) ||
        !tn_str_ends(tail, tn_str_from(seal_end)) ||
        !tn_hex_read(tn_str_slice(tail, sizeof(seal_start) - 1, TN_DIGEST_TEXT_BYTES),
                     found.bytes, TN_DIGEST_BYTES))
        return TN_INVALID;
    *seal = tn_secret_seal(secret, tn_str_slice(text, 0, *body_len));
    return sodium_memcmp(seal->bytes, found.bytes, TN_DIGEST_BYTES) == 0 ? TN_OK
                                                                         : TN_INVALID;
}

tn_status tn_plan_read(tn_str text, const tn_secret *secret, tn_arena *arena,
                       tn_plan *out, tn_buf *why)
{
    plan_reader r = {.db = {.noun = "the plan", .why = why},
                     .arena = arena,
                     .plan = out,
                     .is_good = true};
    tn_digest seal;
    size_t body_len;
    *out = (tn_plan){.place_count = 0};
    tn_status status = check_seal(text, secret, &seal, &body_len);
    if (status != TN_OK) {
        tn_buf_put_text(why, "it is not a plan as tenure wrote it with this ledger's "
                             "key: it was altered, or belongs to another ledger");
        return status;
    }
    status = read_all(&r, tn_str_slice(text, 0, body_len));
    tn_db_close(&r.db);
    if (status == TN_INVALID)
        tn_buf_put_text(why, "it is not a plan of this version of tenure");
    TN_TRY(status);
    out->id = id_of(&seal, arena);
    return out->id.data == NULL ? TN_NOMEM : TN_OK;
}

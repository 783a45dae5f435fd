/* plan_read: a plan from its file. */
#include "interp/apply/plan_file.h"
#include "interp/apply/plan_seal.h"
#include "interp/calendar/instant.h"

enum {
    SEAL_BYTES = sizeof(TN_PLAN_SEAL_START) - 1 + TN_DIGEST_TEXT_BYTES +
                 sizeof(TN_PLAN_SEAL_END) - 1
};

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
    size_t at = tn_str_find(body, TN_STR(TN_PLAN_TARGETS_START));
    if (at == SIZE_MAX || !tn_str_ends(body, TN_STR("\"")))
        return TN_INVALID;
    size_t start = at + sizeof(TN_PLAN_TARGETS_START) - 1;
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
    if (!tn_str_starts(tail, TN_STR(TN_PLAN_SEAL_START)) ||
        !tn_str_ends(tail, TN_STR(TN_PLAN_SEAL_END)) ||
        !tn_hex_read(
            tn_str_slice(tail, sizeof(TN_PLAN_SEAL_START) - 1, TN_DIGEST_TEXT_BYTES),
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
    out->id = tn_plan_seal_id(&seal, arena);
    return out->id.data == NULL ? TN_NOMEM : TN_OK;
}

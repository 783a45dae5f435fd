#include "interp/apply/stores.h"
#include "interp/apply/outcome.h"

#include <string.h>

static tn_str id_of(const tn_run_store *store)
{
    return (tn_str){store->mark.id, TN_STORE_ID_TEXT};
}

static tn_buf *why_of(tn_ledger *ledger)
{
    return tn_ledger_db(ledger)->why;
}

tn_status tn_run_stores_of(tn_eval *eval, const tn_plan *plan, tn_arena *arena,
                           tn_run_stores *out)
{
    *out = (tn_run_stores){
        tn_arena_take_array(arena, plan->place_count, sizeof(*out->list)), 0};
    if (out->list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < plan->place_count; i++) {
        if (!plan->places[i].is_erasable)
            continue;
        const tn_origin *origin = &eval->bounds[plan->places[i].bound].origin;
        uint32_t at = 0;
        while (at < out->count && out->list[at].store != origin->store)
            at++;
        if (at == out->count)
            out->list[out->count++] =
                (tn_run_store){origin->store_name, origin->store, {.exists = false}};
    }
    return TN_OK;
}

/* What the ledger saw last of the store with this id; *found false: nothing. */
static tn_status last_watermark(tn_ledger *ledger, tn_str id, uint64_t *out,
                                bool *found)
{
    sqlite3_stmt *query = NULL;
    tn_db *db = tn_ledger_db(ledger);
    TN_TRY(tn_db_prepare(
        db,
        "SELECT json_extract(body, '$.watermark') FROM entry WHERE kind IN ('outcome',"
        " 'rearm') AND json_extract(body, '$.store') = ?1 ORDER BY seq DESC LIMIT 1",
        &query));
    tn_db_bind_text(query, 1, id);
    tn_status status = tn_db_step(db, query, found);
    *out = *found ? (uint64_t)sqlite3_column_int64(query, 0) : 0;
    sqlite3_finalize(query);
    return status;
}

/* --- recovery */

typedef struct recovery {
    tn_ledger *ledger;
    tn_instant now;
    tn_str store;   /* its identity */
    uint64_t known; /* markers up to this watermark are in the ledger, or given up */
    tn_arena arena;
} recovery;

static tn_status append_outcome(recovery *r, const tn_erase_marker *marker)
{
    tn_outcome outcome = {.is_redaction = marker->redacts,
                          .evidence = TN_EVIDENCE_RANGE,
                          .count = marker->count,
                          .store = r->store,
                          .watermark = marker->watermark};
    tn_draft draft = {.kind = "outcome",
                      .run = marker->run,
                      .place = marker->place,
                      .chunk = marker->number};
    tn_arena_reset(&r->arena);
    if (marker->root.len == TN_DIGEST_BYTES) {
        tn_leaf *leaves = tn_arena_take(&r->arena, marker->leaves.len);
        if (leaves == NULL)
            return TN_NOMEM;
        if (marker->leaves.len > 0)
            memcpy(leaves, marker->leaves.data, marker->leaves.len);
        outcome.evidence = TN_EVIDENCE_KEYS;
        memcpy(outcome.root.bytes, marker->root.data, TN_DIGEST_BYTES);
        draft.leaves = leaves;
        draft.leaf_count = marker->leaves.len / TN_LEAF_BYTES;
    }
    tn_buf body;
    tn_buf_init(&body, why_of(r->ledger)->memory);
    tn_outcome_put(&body, &outcome);
    draft.body = tn_buf_view(&body);
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_begin(r->ledger);
    if (status == TN_OK)
        status = tn_ledger_append(r->ledger, r->now, &draft);
    if (status == TN_OK)
        status = tn_ledger_commit(r->ledger);
    if (status != TN_OK)
        tn_ledger_rollback(r->ledger);
    tn_buf_free(&body);
    return status;
}

/* Are the leaves still there? A store drops them once the ledger has them. */
static bool has_evidence(const tn_erase_marker *marker)
{
    return marker->root.len != TN_DIGEST_BYTES ||
           marker->leaves.len == marker->count * TN_LEAF_BYTES;
}

static tn_status recover_marker(void *user, const tn_erase_marker *marker)
{
    recovery *r = user;
    bool has_outcome = false, has_intent = false;
    tn_draft like = {.kind = "outcome",
                     .run = marker->run,
                     .place = marker->place,
                     .chunk = marker->number};
    if (marker->watermark <= r->known)
        return TN_OK;
    TN_TRY(tn_ledger_has(r->ledger, &like, &has_outcome));
    if (has_outcome)
        return TN_OK;
    like.kind = "intent";
    TN_TRY(tn_ledger_has(r->ledger, &like, &has_intent));
    if (!has_intent || !has_evidence(marker)) {
        tn_buf_put_text(
            why_of(r->ledger),
            "a store has a chunk that the ledger knows nothing of: the "
            "ledger was put back to an earlier day, or is another one. Use "
            "the right ledger, or accept the store with tenure ledger rearm");
        return TN_REFUSED;
    }
    return append_outcome(r, marker);
}

static tn_status fail_of(tn_ledger *ledger, const tn_run_store *store, tn_status status)
{
    if (status != TN_STORE && status != TN_STOPPED)
        return status;
    tn_buf_put_format(why_of(ledger), " (store " TN_STR_FMT ")%s",
                      TN_STR_ARG(store->name),
                      status == TN_STOPPED ? " is locked by another program" : "");
    return TN_STORE;
}

static tn_status recover_store(const tn_run_store *store, tn_ledger *ledger,
                               tn_instant now)
{
    const tn_erase_ops *ops = store->store->ops->erase;
    tn_store_mark mark;
    bool found;
    recovery r = {.ledger = ledger, .now = now};
    if (ops->recall != NULL) /* it keeps no markers: intent.c */
        return TN_OK;
    TN_TRY(ops->mark(store->store, &mark, why_of(ledger)));
    if (!tn_str_equal((tn_str){mark.ledger, TN_STORE_ID_TEXT}, tn_ledger_id(ledger)))
        return TN_OK;
    r.store = (tn_str){mark.id, TN_STORE_ID_TEXT};
    TN_TRY(last_watermark(ledger, r.store, &r.known, &found));
    tn_arena_init(&r.arena, why_of(ledger)->memory);
    tn_status status = ops->markers(store->store, recover_marker, &r, why_of(ledger));
    tn_arena_free(&r.arena);
    return status;
}

tn_status tn_run_stores_recover(const tn_run_stores *stores, tn_ledger *ledger,
                                tn_instant now)
{
    for (uint32_t i = 0; i < stores->count; i++) {
        tn_status status = recover_store(&stores->list[i], ledger, now);
        if (status != TN_OK)
            return fail_of(ledger, &stores->list[i], status);
    }
    return TN_OK;
}

/* --- identity */

/* The id under which the ledger last knew the store of this name. */
static tn_status last_id(tn_ledger *ledger, tn_str name, char *out, bool *found)
{
    sqlite3_stmt *query = NULL;
    tn_db *db = tn_ledger_db(ledger);
    TN_TRY(tn_db_prepare(
        db,
        "SELECT json_extract(s.value, '$.id') FROM entry e, json_each(e.body,"
        " '$.stores') s WHERE e.kind IN ('run', 'rearm') AND json_extract(s.value,"
        " '$.name') = ?1 ORDER BY e.seq DESC LIMIT 1",
        &query));
    tn_db_bind_text(query, 1, name);
    tn_status status = tn_db_step(db, query, found);
    tn_str id = *found ? tn_db_text(query, 0) : (tn_str){NULL, 0};
    if (*found && id.data == NULL && sqlite3_column_type(query, 0) != SQLITE_NULL)
        status = TN_NOMEM;
    *found = id.len == TN_STORE_ID_TEXT;
    if (*found)
        memcpy(out, id.data, id.len);
    sqlite3_finalize(query);
    return status;
}

static tn_status refuse(tn_ledger *ledger, const tn_run_store *store, const char *what)
{
    tn_buf_put_format(why_of(ledger),
                      "store " TN_STR_FMT
                      " %s. What was deleted may be there again, and "
                      "its facts may be old. When this is meant, say so with tenure "
                      "ledger rearm, and make a new plan",
                      TN_STR_ARG(store->name), what);
    return TN_REFUSED;
}

static tn_status check_store(tn_run_store *store, tn_ledger *ledger)
{
    char known[TN_STORE_ID_TEXT];
    bool is_known = false, has_watermark = false;
    uint64_t watermark = 0;
    tn_status status =
        store->store->ops->erase->mark(store->store, &store->mark, why_of(ledger));
    if (status != TN_OK)
        return fail_of(ledger, store, status);
    TN_TRY(last_id(ledger, store->name, known, &is_known));
    if (!store->mark.exists)
        return is_known ? refuse(ledger, store,
                                 "has lost its identity: it was put back to a time "
                                 "before the first run, or exchanged")
                        : TN_OK;
    bool has_marks = store->store->ops->erase->recall == NULL;
    if (has_marks && !tn_str_equal((tn_str){store->mark.ledger, TN_STORE_ID_TEXT},
                                   tn_ledger_id(ledger)))
        return refuse(ledger, store, "belongs to another ledger");
    if (is_known && memcmp(known, store->mark.id, TN_STORE_ID_TEXT) != 0)
        return refuse(ledger, store,
                      "is not the one of the last run: it was exchanged");
    if (!has_marks)
        return TN_OK;
    TN_TRY(last_watermark(ledger, id_of(store), &watermark, &has_watermark));
    if (has_watermark && store->mark.watermark < watermark)
        return refuse(ledger, store,
                      "went back in time: it was put back from a backup");
    if (has_watermark && store->mark.watermark > watermark)
        return refuse(ledger, store,
                      "knows of more than the ledger: the ledger was put back from a "
                      "backup");
    return TN_OK;
}

tn_status tn_run_stores_check(tn_run_stores *stores, tn_ledger *ledger)
{
    for (uint32_t i = 0; i < stores->count; i++)
        TN_TRY(check_store(&stores->list[i], ledger));
    return TN_OK;
}

/* One database under two names would hide from one category what another keeps. */
static tn_status check_names(const tn_run_stores *stores, tn_ledger *ledger)
{
    for (uint32_t i = 0; i < stores->count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const tn_run_store *a = &stores->list[j], *b = &stores->list[i];
            if (!tn_str_equal(id_of(a), id_of(b)))
                continue;
            tn_buf_put_format(why_of(ledger),
                              "the stores " TN_STR_FMT " and " TN_STR_FMT
                              " are the same, or one is a copy of the other: declare "
                              "one of them, and bind all categories there",
                              TN_STR_ARG(a->name), TN_STR_ARG(b->name));
            return TN_REFUSED;
        }
    return TN_OK;
}

tn_status tn_run_stores_prepare(tn_run_stores *stores, tn_ledger *ledger,
                                const tn_erase_permit *permit)
{
    for (uint32_t i = 0; i < stores->count; i++) {
        tn_run_store *store = &stores->list[i];
        const tn_erase_ops *ops = store->store->ops->erase;
        tn_status status =
            ops->prepare(store->store, permit, tn_ledger_id(ledger), why_of(ledger));
        if (status == TN_OK)
            status = ops->mark(store->store, &store->mark, why_of(ledger));
        if (status != TN_OK)
            return fail_of(ledger, store, status);
    }
    return check_names(stores, ledger);
}

void tn_run_stores_put(const tn_run_stores *stores, tn_buf *body)
{
    tn_buf_put_text(body, "\"stores\":[");
    for (uint32_t i = 0; i < stores->count; i++) {
        tn_buf_put_text(body, i > 0 ? ",{\"name\":" : "{\"name\":");
        tn_buf_put_json(body, stores->list[i].name);
        tn_buf_put_text(body, ",\"id\":");
        tn_buf_put_json(body, id_of(&stores->list[i]));
        tn_buf_put_format(body, ",\"watermark\":%llu}",
                          (unsigned long long)stores->list[i].mark.watermark);
    }
    tn_buf_put_char(body, ']');
}

static tn_status rearm_store(tn_run_store *store, tn_ledger *ledger, tn_str reason,
                             tn_instant now)
{
    tn_run_stores one = {store, 1};
    tn_buf body;
    tn_buf_init(&body, why_of(ledger)->memory);
    tn_buf_put_text(&body, "{\"store\":");
    tn_buf_put_json(&body, id_of(store));
    tn_buf_put_format(&body, ",\"watermark\":%llu,",
                      (unsigned long long)store->mark.watermark);
    tn_run_stores_put(&one, &body);
    tn_buf_put_text(&body, ",\"why\":");
    tn_buf_put_json(&body, reason);
    tn_buf_put_char(&body, '}');
    tn_draft draft = {.kind = "rearm", .chunk = -1, .body = tn_buf_view(&body)};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_append(ledger, now, &draft);
    tn_buf_free(&body);
    return status;
}

/* The ids that the entry needs: those that are there, and new ones for stores without.
 */
static tn_status read_marks(tn_run_stores *stores, tn_ledger *ledger,
                            const tn_erase_permit *permit)
{
    for (uint32_t i = 0; i < stores->count; i++) {
        tn_run_store *store = &stores->list[i];
        tn_run_stores one = {store, 1};
        tn_status status =
            store->store->ops->erase->mark(store->store, &store->mark, why_of(ledger));
        if (status != TN_OK)
            return fail_of(ledger, store, status);
        if (!store->mark.exists)
            TN_TRY(tn_run_stores_prepare(&one, ledger, permit));
    }
    return TN_OK;
}

static tn_status append_rearms(tn_run_stores *stores, tn_ledger *ledger, tn_str reason,
                               tn_instant now)
{
    TN_TRY(tn_ledger_begin(ledger));
    tn_status status = TN_OK;
    for (uint32_t i = 0; status == TN_OK && i < stores->count; i++)
        status = rearm_store(&stores->list[i], ledger, reason, now);
    if (status == TN_OK)
        status = tn_ledger_commit(ledger);
    if (status != TN_OK)
        tn_ledger_rollback(ledger);
    return status;
}

/* The ledger first: a store is never accepted without its reason. */
tn_status tn_run_stores_rearm(tn_run_stores *stores, tn_ledger *ledger,
                              const tn_erase_permit *permit, tn_str reason,
                              tn_instant now)
{
    TN_TRY(read_marks(stores, ledger, permit));
    TN_TRY(append_rearms(stores, ledger, reason, now));
    return tn_run_stores_prepare(stores, ledger, permit);
}

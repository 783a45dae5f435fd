#include "interp/apply/apply.h"
#include "interp/apply/forecast.h"
#include "interp/apply/run.h"
#include "interp/apply/upstream.h"
#include "interp/calendar/instant.h"

/* --- the session */

/* The kinds of stores, those that erase in their writing form. */
static tn_status make_kinds(apply_run *run)
{
    uint32_t count = 0;
    while (run->input->kinds[count] != NULL)
        count++;
    run->kinds = tn_arena_take_array(run->arena, count + 1, sizeof(tn_store_ops *));
    if (run->kinds == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const tn_store_ops *ops = run->input->kinds[i];
        run->kinds[i] = ops->erase != NULL ? ops->erase->writing : ops;
    }
    return TN_OK;
}

static tn_status tell_problems(apply_run *run, tn_status status)
{
    if (status == TN_STORE && run->eval->problems.len > 0)
        tn_buf_put(run->why, tn_buf_view(&run->eval->problems));
    return status;
}

/* A store that is waited for asks whether it is still to be. */
static bool is_stop_asked(void *user)
{
    apply_run *run = user;
    if (run->heeds_stop && run->out->stopped == NULL)
        run->out->stopped = run->host->should_stop(run->host->user);
    return run->heeds_stop && run->out->stopped != NULL;
}

static tn_status open_session(apply_run *run)
{
    static const tn_eval_filter all = {TN_NONE, NULL, 0};
    TN_TRY(make_kinds(run));
    run->stop = (tn_store_stop){is_stop_asked, run};
    run->config = (tn_eval_config){.image = run->input->image,
                                   .now = run->plan->instant,
                                   .kinds = run->kinds,
                                   .memory = run->why->memory,
                                   .find_env = run->input->find_env};
    TN_TRY(tn_eval_new(&run->config, &run->eval));
    TN_TRY(tell_problems(run, tn_eval_bind_deployment(run->eval, &all)));
    for (uint32_t i = 0; i < run->eval->store_count; i++) {
        const tn_open_store *open = &run->eval->stores[i];
        if (open->ops->version >= 7 && open->ops->heed != NULL)
            open->ops->heed(open->store, &run->stop);
    }
    return TN_OK;
}

static const tn_plan_place *find_place(const tn_plan *plan, tn_str name)
{
    for (uint32_t i = 0; i < plan->place_count; i++)
        if (tn_str_equal(plan->places[i].place, name))
            return &plan->places[i];
    return NULL;
}

static tn_status refuse_tombstones(apply_run *run, const tn_plan_place *place)
{
    tn_buf_put(run->why, place->place);
    tn_buf_put_text(run->why, ": its store deletes no single record; a tombstone for "
                              "its key hides one until the store compacts. When this "
                              "is meant, say so with --tombstones");
    return TN_REFUSED;
}

/* Finds the plan's places in the session, and whether they are still what they were. */
static tn_status bind_places(apply_run *run)
{
    tn_plan found = {.place_count = 0};
    TN_TRY(tell_problems(run, tn_plan_places(run->eval, run->arena, &found)));
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        tn_plan_place *place = &run->plan->places[i];
        const tn_plan_place *now = find_place(&found, place->place);
        if (now == NULL || !tn_digest_equal(&now->shape, &place->shape)) {
            tn_buf_put(run->why, place->place);
            tn_buf_put_text(run->why,
                            ": the table is not as it was when the plan was made (its "
                            "columns, indexes or triggers changed), or it is another "
                            "file's; make a new plan");
            return TN_REFUSED;
        }
        place->bound = now->bound;
        place->children = now->children;
        place->child_count = now->child_count;
        place->buries = now->buries;
        if (place->due_count > 0 && place->buries && !run->options->buries)
            return refuse_tombstones(run, place);
        for (uint32_t j = 0; place->due_count > 0 && j < now->obstacle_count; j++) {
            tn_buf_put(run->why, now->obstacles[j]);
            return TN_REFUSED;
        }
    }
    return TN_OK;
}

/* --- places */

static bool is_target(const apply_run *run, const tn_origin *origin)
{
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        const tn_origin *other = &run->eval->bounds[run->plan->places[i].bound].origin;
        tn_store_column column = {other->object, false};
        tn_store_object object = {.columns = &column, .column_count = 1};
        if (other->store == origin->store &&
            tn_store_find_column(other->store->ops, &object, origin->object) == 0)
            return true;
    }
    return false;
}

/* Nobody but this run's own transactions can change what decides between two looks at
 * the store's version. */
static bool has_facts_here(const apply_run *run, const tn_store *store)
{
    for (uint32_t i = 0; i < run->eval->image->entity_count; i++) {
        const tn_entity_facts *facts = &run->eval->entities[i];
        if (facts->is_bound && !facts->is_none &&
            (facts->origin.store != store || is_target(run, &facts->origin)))
            return false;
    }
    return true;
}

static tn_status count_done(apply_run *run, run_place *place)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_db *db = tn_ledger_db(run->ledger);
    TN_TRY(
        tn_db_prepare(db,
                      "SELECT coalesce(max(chunk) + 1, 0), coalesce(sum(json_extract("
                      "body, '$.count')), 0), coalesce(sum(json_extract(body,"
                      " '$.unconfirmed')), 0) FROM entry WHERE kind = 'outcome' AND"
                      " run = ?1 AND place = ?2",
                      &query));
    tn_db_bind_text(query, 1, run->plan->id);
    tn_db_bind_text(query, 2, place->place->place);
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK && row) {
        place->next_chunk = sqlite3_column_int64(query, 0);
        place->report->erased_count = (uint64_t)sqlite3_column_int64(query, 1);
        run->out->erased_count += place->report->erased_count;
        place->report->unconfirmed_count = (uint64_t)sqlite3_column_int64(query, 2);
    }
    sqlite3_finalize(query);
    return status;
}

static tn_status open_place(apply_run *run, run_place *place)
{
    tn_plan_place *row = place->place;
    const tn_bound *bound = &run->eval->bounds[row->bound];
    if (!row->is_erasable || row->due_count == 0)
        return TN_OK;
    TN_TRY(count_done(run, place));
    TN_TRY(tn_row_judge_new(run->eval, row->bound, &place->judge));
    TN_TRY(tn_plan_erase_target(run->eval, row, run->arena, &place->target));
    place->target.columns =
        tn_row_judge_columns(place->judge, &place->target.column_count);
    place->target.may_drop = run->options->drops;
    place->target.may_roll = run->options->drops && run->options->rolls;
    place->target.may_bury = row->buries;
    place->target.wants_undeclared = tn_row_judge_wants_undeclared(place->judge);
    TN_TRY(tn_targets_init(&place->targets, row->targets, row->target_count,
                           run->why->memory));
    place->has_facts_here = has_facts_here(run, bound->origin.store);
    place->most = tn_limits_of(&run->options->limits, row);
    if (place->most < row->due_count) /* the run was started with another limit */
        place->most = row->due_count;
    if (!row->redacts)
        return TN_OK;
    TN_TRY(tn_redactor_open(&place->redactor, place->judge, run->eval, bound));
    place->has_redactor = true;
    return TN_OK;
}

static tn_status open_places(apply_run *run)
{
    uint32_t count = run->plan->place_count;
    run->places = tn_arena_take_array(run->arena, count, sizeof(*run->places));
    run->out->places = tn_arena_take_array(run->arena, count, sizeof(tn_apply_place));
    run->out->survivors =
        tn_arena_take_array(run->arena, TN_APPLY_SURVIVORS_MAX, sizeof(tn_survivor));
    if (run->places == NULL || run->out->places == NULL || run->out->survivors == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        run->out->places[i].place = &run->plan->places[i];
        run->places[i].place = &run->plan->places[i];
        run->places[i].report = &run->out->places[i];
        tn_late_holds_init(&run->places[i].late_holds, run->why->memory);
        TN_TRY(open_place(run, &run->places[i]));
    }
    return TN_OK;
}

/* --- entries of the run */

static tn_status append(apply_run *run, const char *kind, tn_str run_id, tn_buf *body)
{
    tn_draft draft = {
        .kind = kind, .run = run_id, .chunk = -1, .body = tn_buf_view(body)};
    TN_TRY(tn_buf_status(body));
    return tn_ledger_append(run->ledger, run->host->now(run->host->user), &draft);
}

static void put_digest(tn_buf *body, const char *name, const tn_digest *digest)
{
    tn_buf_put_format(body, "\"%s\":\"", name);
    tn_hex_put(body, digest->bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(body, "\",");
}

static void put_run(apply_run *run, tn_buf *body)
{
    char at[TN_INSTANT_TEXT_MAX];
    tn_instant_format(run->plan->instant, at);
    tn_buf_put_format(body, "{\"instant\":\"%s\",\"plan\":", at);
    tn_buf_put_json(body, run->plan->id);
    tn_buf_put_char(body, ',');
    put_digest(body, "policy", &run->plan->policy);
    put_digest(body, "image", &run->plan->image);
    tn_buf_put_format(body, "\"evidence\":\"%s\",",
                      tn_evidence_text(run->options->evidence));
    tn_run_stores_put(&run->stores, body);
    tn_buf_put_text(body, ",\"places\":[");
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        const tn_plan_place *place = &run->plan->places[i];
        tn_buf_put_text(body, i > 0 ? ",{\"place\":" : "{\"place\":");
        tn_buf_put_json(body, place->place);
        tn_buf_put_format(body, ",\"records\":%llu,\"due\":%llu,\"erasable\":%s",
                          (unsigned long long)place->record_count,
                          (unsigned long long)place->due_count,
                          place->is_erasable ? "true" : "false");
        if (place->returned_count > 0)
            tn_buf_put_format(body, ",\"resurrected\":%llu",
                              (unsigned long long)place->returned_count);
        tn_buf_put_char(body, '}');
    }
    tn_buf_put_text(body, "]}");
}

static tn_status append_start(apply_run *run, tn_buf *body)
{
    if (run->out->was_resumed) {
        tn_buf_put_text(body, "{}");
        return append(run, "resume", run->plan->id, body);
    }
    tn_buf_put_char(body, '{');
    put_digest(body, "policy", &run->plan->policy);
    tn_buf_put_format(body, "\"accepted\":\"%s\"}",
                      run->options->limits.accepts_policy.len > 0 ? "by name"
                                                                  : "as is");
    TN_TRY(append(run, "policy", (tn_str){NULL, 0}, body));
    tn_buf_reset(body);
    put_run(run, body);
    return append(run, "run", run->plan->id, body);
}

static void put_done(apply_run *run, tn_buf *body)
{
    uint64_t sums[2] = {0, 0};
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        sums[run->plan->places[i].redacts] += run->out->places[i].erased_count;
    tn_buf_put_format(body,
                      "{\"deleted\":%llu,\"redacted\":%llu,\"remaining\":%llu,"
                      "\"survivors\":%llu,\"late_holds\":%llu,"
                      "\"unconfirmed\":%llu,\"verified\":true,"
                      "\"erasure\":\"%s\",",
                      (unsigned long long)sums[0], (unsigned long long)sums[1],
                      (unsigned long long)run->out->remaining_count,
                      (unsigned long long)run->out->survivor_total,
                      (unsigned long long)run->out->late_hold_count,
                      (unsigned long long)run->out->unconfirmed_count,
                      tn_erasure_text(run->out->erasure));
}

static tn_status append_done(apply_run *run, tn_buf *body)
{
    uint64_t *left =
        tn_arena_take_array(run->arena, run->plan->place_count, sizeof(*left));
    if (left == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        left[i] = run->out->places[i].remaining_count;
    put_done(run, body);
    tn_forecast_put(body, run->plan, left);
    tn_buf_put_char(body, '}');
    return append(run, "done", run->plan->id, body);
}

static tn_status append_stop(apply_run *run, tn_buf *body)
{
    tn_buf_put_format(body, "{\"late_holds\":%llu,\"why\":",
                      (unsigned long long)run->out->late_hold_count);
    tn_buf_put_json(body, tn_str_from(run->out->stopped));
    tn_buf_put_char(body, '}');
    return append(run, "stop", run->plan->id, body);
}

/* One entry, or a few, in a transaction of their own. */
static tn_status write_entry(apply_run *run, tn_status (*put)(apply_run *, tn_buf *))
{
    tn_buf body;
    TN_TRY(tn_ledger_begin(run->ledger));
    tn_buf_init(&body, run->why->memory);
    tn_status status = put(run, &body);
    tn_buf_free(&body);
    if (status == TN_OK)
        status = tn_ledger_commit(run->ledger);
    if (status != TN_OK)
        tn_ledger_rollback(run->ledger);
    return status;
}

/* --- the run */

/* Is anything left that is due in a place that feeds this one? They went before. */
static tn_status must_wait(apply_run *run, uint32_t number, bool *out)
{
    *out = false;
    for (uint32_t i = 0; !*out && i < number; i++) {
        if (run->places[i].left_count > 0 && !run->places[i].place->redacts)
            TN_TRY(tn_upstream_feeds(run->eval, run->plan->places[i].bound,
                                     run->plan->places[number].bound, out));
    }
    *out = *out && !run->options->limits.accepts_upstream &&
           !run->plan->places[number].redacts;
    return TN_OK;
}

static tn_status do_places(apply_run *run)
{
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        run_place *place = &run->places[i];
        if (place->judge == NULL)
            continue;
        TN_TRY(must_wait(run, i, &place->report->waits));
        if (!place->report->waits)
            TN_TRY(run_do_place(run, place));
        if (run->out->stopped != NULL)
            return TN_STOPPED;
    }
    return TN_OK;
}

/* A last look at the facts, for what the last chunks took. */
static tn_status check_late_holds(apply_run *run)
{
    TN_TRY(run_load_facts(run));
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        TN_TRY(run_check_late_holds(run, &run->places[i]));
        run->out->late_hold_count += run->out->places[i].late_hold_count;
        run->out->unconfirmed_count += run->out->places[i].unconfirmed_count;
    }
    return TN_OK;
}

static tn_status verify(apply_run *run)
{
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        if (run->places[i].judge != NULL)
            TN_TRY(run_verify_place(run, &run->places[i]));
    return TN_OK;
}

/* Until no crash of any store can bring back what was deleted, or told to stop: what
 * was deleted then is seen to be gone by whoever applies the plan again. */
static tn_status wait_to_harden(apply_run *run)
{
    enum { NAP_MS = 200 };
    uint64_t most_ms = 0;
    for (uint32_t i = 0; i < run->stores.count; i++) {
        tn_store *store = run->stores.list[i].store;
        const tn_erase_ops *ops = store->ops->erase;
        uint64_t wait_ms = 0;
        if (ops->version >= 4 && ops->harden_wait != NULL)
            TN_TRY(ops->harden_wait(store, &wait_ms, run->why));
        most_ms = wait_ms > most_ms ? wait_ms : most_ms;
    }
    uint64_t end = run->host->clock_ms(run->host->user) + most_ms;
    for (;;) {
        uint64_t now = run->host->clock_ms(run->host->user);
        if (most_ms == 0 || now >= end)
            return TN_OK;
        run->out->stopped = run->host->should_stop(run->host->user);
        if (run->out->stopped != NULL)
            return TN_STOPPED;
        run->host->sleep_ms(run->host->user,
                            end - now > NAP_MS ? NAP_MS : (uint32_t)(end - now));
    }
}

static tn_status harden(apply_run *run)
{
    TN_TRY(wait_to_harden(run));
    for (uint32_t i = 0; i < run->stores.count; i++) {
        tn_store *store = run->stores.list[i].store;
        if (store->ops->erase->harden != NULL)
            TN_TRY(store->ops->erase->harden(store, run->permit, run->why));
    }
    return TN_OK;
}

/* Waits until what was deleted is out of the store's files, unless told to stop. */
static tn_status purge(apply_run *run, tn_store *store, bool *is_purged)
{
    const tn_erase_ops *ops = store->ops->erase;
    uint64_t end = run->host->clock_ms(run->host->user) + TN_APPLY_PURGE_MS;
    while (run->options->purges && !*is_purged && ops->purge != NULL) {
        TN_TRY(ops->purge(store, run->permit, is_purged, run->why));
        if (*is_purged || run->host->clock_ms(run->host->user) > end ||
            run->host->should_stop(run->host->user) != NULL)
            return TN_OK;
        run->host->sleep_ms(run->host->user, TN_APPLY_PURGE_NAP_MS);
    }
    return TN_OK;
}

static bool has_buried(const tn_store *store)
{
    const tn_erase_ops *ops = store->ops->erase;
    return ops->version >= 5 && ops->has_buried != NULL && ops->has_buried(store);
}

static tn_status settle(apply_run *run)
{
    bool all_purged = run->stores.count > 0, has_history = false, has_hidden = false;
    for (uint32_t i = 0; i < run->stores.count; i++) {
        bool is_purged;
        tn_store *store = run->stores.list[i].store;
        TN_TRY(store->ops->erase->settle(store, run->permit, run->plan->id, &is_purged,
                                         run->why));
        TN_TRY(purge(run, store, &is_purged));
        all_purged = all_purged && is_purged;
        has_history |= store->ops->erase->keeps_history;
        has_hidden |= has_buried(store);
    }
    run->out->erasure = has_hidden    ? TN_ERASURE_HIDDEN
                        : has_history ? TN_ERASURE_UNKNOWN
                        : all_purged  ? TN_ERASURE_PURGED
                                      : TN_ERASURE_UNREADABLE;
    return TN_OK;
}

static tn_status carry_out(apply_run *run)
{
    run->heeds_stop = true;
    tn_status status = do_places(run);
    run->out->erase_ms = run->host->clock_ms(run->host->user) - run->start_ms;
    if (status == TN_OK)
        status = harden(run);
    run->heeds_stop = false;
    if (status == TN_STOPPED) {
        if (run->out->stopped == NULL)
            run->out->stopped = "the store is locked";
        TN_TRY(check_late_holds(run));
        TN_TRY(write_entry(run, append_stop));
        return TN_STOPPED;
    }
    TN_TRY(status);
    TN_TRY(check_late_holds(run));
    TN_TRY(verify(run));
    TN_TRY(settle(run));
    return write_entry(run, append_done);
}

/* What a store that went back in time holds past its deadline, by the plan. */
static tn_status refuse_stores(apply_run *run, tn_status status)
{
    char since[TN_INSTANT_TEXT_MAX];
    for (uint32_t i = 0; status == TN_REFUSED && i < run->plan->place_count; i++) {
        const tn_plan_place *place = &run->plan->places[i];
        if (place->redacts || place->overdue_count == 0)
            continue;
        tn_buf_put_text(run->why, "\n  overdue: ");
        tn_buf_put(run->why, place->place);
        tn_buf_put_format(run->why, ": %llu records",
                          (unsigned long long)place->overdue_count);
        if (place->has_due) {
            tn_instant_format(place->oldest_due, since);
            tn_buf_put_format(run->why, ", due since %s", since);
        }
    }
    return status;
}

/* Everything that may refuse; nothing is deleted before it has passed. */
static tn_status check_all(apply_run *run)
{
    tn_run_state state;
    tn_instant now = run->host->now(run->host->user);
    TN_TRY(tn_limits_check(&run->options->limits, run->plan, run->input->image,
                           run->ledger, now));
    if (run->plan->more_count > 0 && run->input->records == NULL) {
        tn_buf_put_text(run->why, "the records of the plan are missing");
        return TN_REFUSED;
    }
    TN_TRY(tn_limits_run_state(run->ledger, run->plan->id, &state));
    run->out->was_resumed = state == TN_RUN_STOPPED;
    TN_TRY(open_session(run));
    TN_TRY(bind_places(run));
    TN_TRY(tn_run_stores_of(run->eval, run->plan, run->arena, &run->stores));
    TN_TRY(tn_run_stores_recover(&run->stores, run->ledger, now));
    TN_TRY(tn_journal_open(&run->journal, tn_ledger_db(run->ledger)->path, run->arena,
                           run->why));
    TN_TRY(run_recall_intents(run));
    TN_TRY(refuse_stores(run, tn_run_stores_check(&run->stores, run->ledger)));
    if (run->host->confirm == NULL)
        return TN_OK;
    if (!run->host->confirm(run->host->user, run->plan)) {
        tn_buf_put_text(run->why, "not confirmed; nothing was done");
        return TN_REFUSED;
    }
    return tn_limits_check_times(run->plan, run->ledger,
                                 run->host->now(run->host->user));
}

static tn_status run_steps(apply_run *run)
{
    TN_TRY(check_all(run));
    TN_TRY(tn_permit_new(run->ledger, &run->permit));
    TN_TRY(open_places(run));
    TN_TRY(tn_run_stores_prepare(&run->stores, run->ledger, run->permit));
    TN_TRY(write_entry(run, append_start));
    return carry_out(run);
}

static void close_run(apply_run *run)
{
    for (uint32_t i = 0; run->places != NULL && i < run->plan->place_count; i++) {
        run_place *place = &run->places[i];
        if (place->has_redactor)
            tn_redactor_close(&place->redactor);
        tn_row_judge_free(place->judge);
        tn_targets_free(&place->targets);
        if (place->report != NULL)
            tn_late_holds_free(&place->late_holds);
    }
    tn_journal_close(&run->journal);
    tn_permit_free(run->permit);
    tn_eval_free(run->eval);
    tn_buf_free(&run->chunk.identity);
    tn_buf_free(&run->chunk.leaves);
    tn_arena_free(&run->chunk.rule);
}

tn_status tn_apply_run(const tn_apply_input *input, const tn_apply_options *options,
                       tn_arena *arena, tn_apply_report *out, tn_buf *why)
{
    apply_run run = {.input = input,
                     .options = options,
                     .host = options->host,
                     .plan = input->plan,
                     .ledger = input->ledger,
                     .arena = arena,
                     .out = out,
                     .why = why};
    *out = (tn_apply_report){.run = input->plan->id};
    tn_buf_init(&run.chunk.identity, why->memory);
    tn_buf_init(&run.chunk.leaves, why->memory);
    tn_arena_init(&run.chunk.rule, why->memory);
    run.start_ms = run.host->clock_ms(run.host->user);
    tn_status status = run_steps(&run);
    close_run(&run);
    out->elapsed_ms = run.host->clock_ms(run.host->user) - run.start_ms;
    out->head = tn_ledger_head(input->ledger);
    return status;
}

/* --- rearm */

static tn_status rearm(apply_run *run, tn_str reason, tn_instant now)
{
    TN_TRY(open_session(run));
    TN_TRY(tell_problems(run, tn_plan_places(run->eval, run->arena, run->plan)));
    TN_TRY(tn_run_stores_of(run->eval, run->plan, run->arena, &run->stores));
    TN_TRY(tn_permit_new(run->ledger, &run->permit));
    return tn_run_stores_rearm(&run->stores, run->ledger, run->permit, reason, now);
}

tn_status tn_apply_rearm(const tn_apply_input *input, tn_str reason, tn_instant now,
                         tn_buf *why)
{
    tn_arena arena;
    tn_plan plan = {.instant = now};
    apply_run run = {.input = input,
                     .plan = &plan,
                     .ledger = input->ledger,
                     .arena = &arena,
                     .why = why};
    tn_arena_init(&arena, why->memory);
    tn_buf_init(&run.chunk.identity, why->memory);
    tn_buf_init(&run.chunk.leaves, why->memory);
    tn_arena_init(&run.chunk.rule, why->memory);
    tn_status status = rearm(&run, reason, now);
    close_run(&run);
    tn_arena_free(&arena);
    return status;
}

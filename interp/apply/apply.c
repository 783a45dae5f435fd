#include "interp/apply/apply.h"
#include "interp/apply/run.h"
#include "interp/apply/upstream.h"
#include "interp/calendar/instant.h"

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
        TN_TRY(run_write_stop(run));
        return TN_STOPPED;
    }
    TN_TRY(status);
    TN_TRY(check_late_holds(run));
    TN_TRY(verify(run));
    TN_TRY(settle(run));
    return run_write_done(run);
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
    TN_TRY(run_open_session(run));
    TN_TRY(run_bind_places(run));
    TN_TRY(tn_run_stores_of(run->eval, run->plan, run->arena, &run->stores));
    TN_TRY(tn_run_stores_recover(&run->stores, run->ledger, now));
    TN_TRY(tn_journal_open(&run->journal, tn_ledger_db(run->ledger)->path, run->arena,
                           run->why));
    TN_TRY(run_recall_intents(run));
    TN_TRY(refuse_stores(run, tn_run_stores_check(&run->stores, run->ledger)));
    TN_TRY(run_check_lag(run));
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
    TN_TRY(run_open_places(run));
    TN_TRY(tn_run_stores_prepare(&run->stores, run->ledger, run->permit));
    TN_TRY(run_write_start(run));
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

static tn_status rearm(apply_run *run, tn_str reason, tn_instant now,
                       uint64_t *given_up)
{
    TN_TRY(run_open_session(run));
    TN_TRY(run_tell_problems(run, tn_plan_places(run->eval, run->arena, run->plan)));
    TN_TRY(tn_run_stores_of(run->eval, run->plan, run->arena, &run->stores));
    TN_TRY(tn_permit_new(run->ledger, &run->permit));
    TN_TRY(tn_run_stores_rearm(&run->stores, run->ledger, run->permit, reason, now));
    TN_TRY(tn_journal_open(&run->journal, tn_ledger_db(run->ledger)->path, run->arena,
                           run->why));
    return run_give_up_intents(run, now, given_up);
}

tn_status tn_apply_rearm(const tn_apply_input *input, tn_str reason, tn_instant now,
                         uint64_t *given_up, tn_buf *why)
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
    *given_up = 0;
    tn_status status = rearm(&run, reason, now, given_up);
    close_run(&run);
    tn_arena_free(&arena);
    return status;
}

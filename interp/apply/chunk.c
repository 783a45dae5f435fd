/* chunk: intent, transaction, outcome. */
#include "interp/apply/run.h"

enum { BACKOFF_FIRST_MS = 10, BACKOFF_MAX_MS = 2000 };

/* --- the ledger */

static tn_status append_outcome(apply_run *run)
{
    run_chunk *chunk = &run->chunk;
    tn_buf body;
    if (!run->has_outcome)
        return TN_OK;
    tn_buf_init(&body, run->why->memory);
    tn_outcome_put(&body, &run->outcome);
    tn_draft draft = {.kind = "outcome",
                      .run = run->plan->id,
                      .place = run->outcome_place,
                      .chunk = run->outcome_chunk,
                      .body = tn_buf_view(&body)};
    if (run->outcome.evidence == TN_EVIDENCE_KEYS) {
        static const tn_leaf none = {{0}};
        draft.leaf_count = chunk->leaves.len / TN_LEAF_BYTES;
        draft.leaves = draft.leaf_count == 0
                           ? &none
                           : (const tn_leaf *)(const void *)chunk->leaves.data;
    }
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_append(run->ledger, run->host->now(run->host->user), &draft);
    tn_buf_free(&body);
    return status;
}

static tn_status append_intent(apply_run *run, const run_place *place)
{
    bool is_there = false;
    tn_draft draft = {.kind = "intent",
                      .run = run->plan->id,
                      .place = place->place->place,
                      .chunk = place->next_chunk,
                      .body = TN_STR("{}")};
    TN_TRY(tn_ledger_has(run->ledger, &draft, &is_there));
    if (is_there) /* of a start that did not come to the chunk's end */
        return TN_OK;
    return tn_ledger_append(run->ledger, run->host->now(run->host->user), &draft);
}

/* L2 of the chunk before and L1 of the next, in one transaction; `place` NULL: only
 * the outcome. */
static tn_status write_ledger(apply_run *run, const run_place *place)
{
    if (!run->has_outcome && place == NULL)
        return TN_OK;
    TN_TRY(tn_ledger_begin(run->ledger));
    tn_status status = append_outcome(run);
    if (status == TN_OK && place != NULL)
        status = append_intent(run, place);
    if (status == TN_OK)
        status = tn_ledger_commit(run->ledger);
    if (status != TN_OK) {
        tn_ledger_rollback(run->ledger);
        return status;
    }
    if (!run->has_outcome)
        return TN_OK;
    run->has_outcome = false;
    return run_drop_intent(run, run->outcome_place, run->outcome_chunk);
}

static void keep_outcome(apply_run *run, const run_place *place,
                         const tn_erase_result *result)
{
    tn_str id = {NULL, 0};
    for (uint32_t i = 0; i < run->stores.count; i++)
        if (run->stores.list[i].store ==
            run->eval->bounds[place->place->bound].origin.store)
            id = (tn_str){run->stores.list[i].mark.id, TN_STORE_ID_TEXT};
    run->has_outcome = true;
    run->outcome = (tn_outcome){.is_redaction = place->place->redacts,
                                .evidence = run->options->evidence,
                                .count = result->erased_count,
                                .unconfirmed_count = run->chunk.unconfirmed_count,
                                .root = run->chunk.root,
                                .store = id,
                                .watermark = result->watermark};
    run->outcome_place = place->place->place;
    run->outcome_chunk = place->next_chunk;
}

/* --- one chunk */

static void start_chunk(apply_run *run, run_place *place, uint32_t rows)
{
    run_chunk *chunk = &run->chunk;
    chunk->run = run;
    chunk->place = place;
    chunk->row_limit = rows;
    chunk->now = run->host->now(run->host->user);
    chunk->facts_ms = 0;
    chunk->start_ms = run->host->clock_ms(run->host->user);
    chunk->facts_took_ms = 0;
    chunk->spared_count = 0;
    chunk->unplanned_count = 0;
    chunk->unconfirmed_count = 0;
    chunk->lease_is_over = false;
    tn_buf_reset(&chunk->identity);
    tn_buf_reset(&chunk->leaves);
    tn_tree_init(&chunk->tree);
}

static tn_status try_chunk(apply_run *run, run_place *place, uint32_t rows,
                           tn_erase_result *result)
{
    tn_store *store = run->eval->bounds[place->place->bound].origin.store;
    start_chunk(run, place, rows);
    tn_erase_chunk chunk = {.run = run->plan->id,
                            .place = place->place->place,
                            .number = place->next_chunk,
                            .row_limit = rows,
                            .shape = &place->place->shape,
                            .why = run->why,
                            .user = &run->chunk,
                            .begun = run_chunk_begun,
                            .decide = run_chunk_decide,
                            .take = run_chunk_take,
                            .spare = run_chunk_spare,
                            .seal = run_chunk_seal,
                            .intend = run_chunk_intend,
                            .lose = run_chunk_lose,
                            .certain = run_chunk_certain,
                            .rule = run_chunk_rule,
                            .is_keyless = run_chunk_is_keyless(run, place)};
    TN_TRY(
        store->ops->erase->erase(store, run->permit, &place->target, &chunk, result));
    run->chunk.root = tn_tree_root(&run->chunk.tree);
    return TN_OK;
}

bool run_must_stop(apply_run *run)
{
    if (run->out->stopped == NULL)
        run->out->stopped = run->host->should_stop(run->host->user);
    return run->out->stopped != NULL;
}

/* Waits for locks, longer each time. Targets that a try took and its end gave back are
 * put back first. */
static tn_status insist_on_chunk(apply_run *run, run_place *place, uint32_t *rows,
                                 tn_erase_result *result)
{
    uint32_t wait_ms = BACKOFF_FIRST_MS;
    uint64_t start = run->host->clock_ms(run->host->user);
    for (;;) {
        tn_targets_mark(&place->targets);
        tn_status status = try_chunk(run, place, *rows, result);
        if (status == TN_OK) {
            tn_late_holds_mark(&place->late_holds);
            return TN_OK;
        }
        tn_targets_go_back(&place->targets);
        tn_late_holds_go_back(&place->late_holds);
        run->facts_are_loaded = false;
        if (status != TN_STOPPED)
            return status;
        if (run->chunk.lease_is_over && *rows > 1) {
            *rows = (*rows + 1) / 2;
            continue;
        }
        uint64_t waited = run->host->clock_ms(run->host->user) - start;
        if (waited > run->options->lock_wait_ms)
            run->out->stopped = run->chunk.lease_is_over
                                    ? "the facts are always older than --fact-lease"
                                    : "the store stayed locked by another program";
        if (run_must_stop(run))
            return TN_STOPPED;
        run->host->sleep_ms(run->host->user, wait_ms);
        wait_ms = wait_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : wait_ms * 2;
    }
}

/* --- a place */

static void tell(apply_run *run, const run_place *place)
{
    tn_apply_progress progress = {.place = place->place,
                                  .looked_at_count = place->looked_at_count,
                                  .erased_count = place->report->erased_count,
                                  .run_erased_count = run->out->erased_count};
    progress.elapsed_ms = run->host->clock_ms(run->host->user) - run->start_ms;
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        progress.run_due_count += run->plan->places[i].due_count;
    if (run->host->progress != NULL)
        run->host->progress(run->host->user, &progress);
}

/* Rows that something referred to may be free now: another pass, as long as one pass
 * deletes anything. */
typedef struct pass_counts {
    uint64_t erased;
    uint64_t spared;
} pass_counts;

static tn_status do_chunk(apply_run *run, run_place *place, uint32_t *rows,
                          pass_counts *pass)
{
    tn_erase_result result;
    TN_TRY(run_wait_for_replica(run, place));
    TN_TRY(write_ledger(run, place));
    uint64_t start = run->host->clock_ms(run->host->user);
    TN_TRY(insist_on_chunk(run, place, rows, &result));
    uint64_t took = run->host->clock_ms(run->host->user) - start;
    keep_outcome(run, place, &result);
    place->next_chunk++;
    place->looked_at_count += result.looked_at_count;
    place->report->erased_count += result.erased_count;
    place->report->unplanned_count += run->chunk.unplanned_count;
    place->report->unconfirmed_count += run->chunk.unconfirmed_count;
    run->out->erased_count += result.erased_count;
    pass->erased += result.erased_count;
    pass->spared += run->chunk.spared_count;
    place->spared_count += run->chunk.spared_count;
    if (result.is_end) {
        place->is_finished = pass->spared == 0 || pass->erased == 0;
        place->left_count = pass->spared;
        pass->spared = pass->erased = 0;
    }
    tell(run, place);
    run_keep_rate(run, result.erased_count, took);
    *rows = run_next_rows(run, place->place, *rows, took);
    return TN_OK;
}

tn_status run_do_place(apply_run *run, run_place *place)
{
    pass_counts pass = {0, 0};
    tn_status status = TN_OK;
    uint32_t rows = run_first_rows(run, place->place);
    while (status == TN_OK && !place->is_finished && !run_must_stop(run))
        status = do_chunk(run, place, &rows, &pass);
    /* what was committed in the store is told even when the next chunk failed */
    tn_status told = write_ledger(run, NULL);
    if (status == TN_OK)
        status = told;
    return status == TN_OK ? run_look_for_holds(run, place) : status;
}

/* chunk: intent, transaction, outcome. */
#include "interp/apply/run.h"
#include "interp/calendar/instant.h"

#include <string.h>

enum { BACKOFF_FIRST_MS = 10, BACKOFF_MAX_MS = 2000 };

/* --- facts */

static void drop_facts(tn_eval *eval)
{
    for (uint32_t i = 0; i < eval->image->entity_count; i++) {
        tn_facts_free(eval->entities[i].facts);
        eval->entities[i].facts = NULL;
        eval->entities[i].unreadable_count = 0;
    }
}

tn_status run_load_facts(apply_run *run)
{
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        if (run->places[i].judge != NULL)
            tn_row_judge_drop_facts(run->places[i].judge);
    drop_facts(run->eval);
    run->facts_are_loaded = false;
    tn_status status = tn_eval_load(run->eval);
    run->facts_are_loaded = status == TN_OK;
    if (status == TN_STORE)
        tn_buf_put(run->why, tn_buf_view(&run->eval->problems));
    return status;
}

static tn_status tell_late_hold(void *user, tn_str key)
{
    run_place *place = user;
    tn_apply_place *report = place->report;
    report->late_hold_count++;
    if (report->late_hold_count > 1)
        return TN_OK;
    size_t len = key.len < sizeof(report->first_late_hold) - 1
                     ? key.len
                     : sizeof(report->first_late_hold) - 1;
    memcpy(report->first_late_hold, key.data, len);
    return TN_OK;
}

tn_status run_check_late_holds(apply_run *run, run_place *place)
{
    tn_late_holds_look look = {.eval = run->eval,
                               .category =
                                   run->eval->bounds[place->place->bound].category,
                               .now = run->host->now(run->host->user),
                               .visit = tell_late_hold,
                               .user = place};
    return place->has_facts_here ? TN_OK
                                 : tn_late_holds_check(&place->late_holds, &look);
}

/* --- what the store asks in the middle of a chunk */

/* The first chunk says which version all others have to be of. */
static void note_version(run_place *place, int64_t version)
{
    if (place->next_chunk == 0) {
        place->is_alone = true;
        place->version = version;
    }
    place->is_alone = place->is_alone && place->version == version;
}

static tn_status chunk_begun(void *user, int64_t version)
{
    run_chunk *chunk = user;
    apply_run *run = chunk->run;
    note_version(chunk->place, version);
    tn_store *store = run->eval->bounds[chunk->place->place->bound].origin.store;
    bool is_same = run->facts_are_loaded && chunk->place->has_facts_here &&
                   run->facts_store == store && run->facts_version == version;
    if (!is_same) {
        chunk->facts_ms = run->host->clock_ms(run->host->user);
        TN_TRY(run_load_facts(run));
        chunk->facts_took_ms = run->host->clock_ms(run->host->user) - chunk->facts_ms;
        run->facts_store = store;
        run->facts_version = version;
        TN_TRY(run_check_late_holds(run, chunk->place));
    }
    return tn_row_judge_set_now(chunk->place->judge, chunk->now);
}

/* The table of the place's own category, for the plan's instant: what that keeps is
 * never erased. Its columns are the target's first ones. */
static tn_status chunk_certain(void *user, const tn_push_table **out)
{
    run_chunk *chunk = user;
    const tn_eval *eval = chunk->run->eval;
    const run_place *place = chunk->place;
    const tn_origin *origin = &eval->bounds[place->place->bound].origin;
    *out = NULL;
    if (place->has_redactor)
        return TN_OK;
    for (uint32_t i = 0; i < origin->column_count; i++)
        if (i >= place->target.column_count ||
            !tn_str_equal(origin->columns[i].name, place->target.columns[i].name))
            return TN_OK;
    if (chunk->rule.block != NULL)
        tn_arena_reset(&chunk->rule);
    tn_push_table *table = tn_arena_take(&chunk->rule, sizeof(*table));
    if (table == NULL)
        return TN_NOMEM;
    tn_eval_ask ask = {.eval = eval,
                       .run = eval->run,
                       .bound = place->place->bound,
                       .arena = &chunk->rule};
    *out = table;
    return tn_eval_push(&ask, table);
}

/* Where facts lie elsewhere, what becomes of each record's entities is watched; what
 * was resolved, and what is redacted, takes the row itself. */
static tn_status chunk_rule(void *user, tn_erase_rule *out, bool *is_known)
{
    run_chunk *chunk = user;
    *is_known = chunk->place->has_facts_here && !chunk->place->has_redactor &&
                chunk->run->input->reviews == NULL;
    if (!*is_known)
        return TN_OK;
    if (chunk->rule.block != NULL)
        tn_arena_reset(&chunk->rule);
    return tn_row_judge_rule(chunk->place->judge, &chunk->rule, out, is_known);
}

/* What a resolution has to be of; UNSUPPORTED: such a record can't be resolved. */
static tn_status digest_of(const run_chunk *chunk, const tn_row_verdict *verdict,
                           tn_digest *out)
{
    const apply_run *run = chunk->run;
    tn_row_judge *judge = chunk->place->judge;
    uint32_t category = run->eval->bounds[chunk->place->place->bound].category;
    tn_digest second;
    TN_TRY(tn_review_digest(run->input->image, category,
                            tn_row_judge_decider(judge, false), verdict->first, out));
    if (verdict->second->decision != TN_FLAG)
        return TN_OK;
    TN_TRY(tn_review_digest(run->input->image, category,
                            tn_row_judge_decider(judge, true), verdict->second,
                            &second));
    return tn_digest_equal(out, &second) ? TN_OK : TN_UNSUPPORTED;
}

/* A flag, by now delete or a flag for the same reason, resolved to be deleted, that no
 * other category objects to. */
static tn_status choose_flag(run_chunk *chunk, const tn_store_row *row,
                             const tn_value *key, const tn_row_verdict *verdict,
                             bool *out)
{
    tn_decision decision;
    tn_digest digest;
    bool is_claimed;
    *out = false;
    if (verdict->second == NULL || verdict->second->decision == TN_KEEP)
        return TN_OK;
    tn_status status = digest_of(chunk, verdict, &digest);
    if (status == TN_UNSUPPORTED)
        return TN_OK;
    TN_TRY(status);
    tn_buf_reset(&chunk->identity);
    tn_identity_put(&chunk->identity, chunk->place->place->place, key);
    TN_TRY(tn_buf_status(&chunk->identity));
    TN_TRY(tn_reviews_find(chunk->run->input->reviews, tn_buf_view(&chunk->identity),
                           &digest, chunk->now, &decision));
    if (decision != TN_DELETE)
        return TN_OK;
    TN_TRY(tn_row_judge_is_claimed(chunk->place->judge, row, &is_claimed));
    *out = !is_claimed;
    return TN_OK;
}

tn_status run_choose(run_chunk *chunk, const tn_store_row *row, const tn_value *key,
                     tn_row_verdict *verdict, tn_erase_choice *out)
{
    run_place *place = chunk->place;
    unsigned wants = place->has_redactor ? TN_WANT_REDACT : 0;
    *out = (tn_erase_choice){.is_chosen = false};
    TN_TRY(tn_row_judge_decide(place->judge, row, wants, verdict));
    if (place->has_redactor)
        return tn_redactor_choose(&place->redactor, row, verdict, out);
    out->is_chosen = verdict->is_erased;
    if (chunk->run->input->reviews == NULL || !verdict->is_meant ||
        verdict->first->decision != TN_FLAG)
        return TN_OK;
    return choose_flag(chunk, row, key, verdict, &out->is_chosen);
}

/* The keys of its entities, while the statement still has their texts. */
static tn_status remember_taken(run_chunk *chunk, const tn_value *key)
{
    const tn_eval *eval = chunk->run->eval;
    run_place *place = chunk->place;
    uint32_t category = eval->bounds[place->place->bound].category;
    return tn_late_holds_take(
        &place->late_holds, key,
        tn_decider_keys(tn_row_judge_decider(place->judge, false)),
        eval->image->categories[category].of.count);
}

static tn_status chunk_decide(void *user, const tn_store_row *row, const tn_value *key,
                              tn_erase_choice *out)
{
    run_chunk *chunk = user;
    tn_row_verdict verdict;
    TN_TRY(run_choose(chunk, row, key, &verdict, out));
    if (!out->is_chosen || chunk->place->has_facts_here)
        return TN_OK;
    return remember_taken(chunk, key);
}

static tn_status chunk_take(void *user, const tn_value *key)
{
    run_chunk *chunk = user;
    tn_str place = chunk->place->place->place;
    bool was_planned;
    if (chunk->identity.len > 0)
        tn_identity_put_next(&chunk->identity, place.len, key);
    else
        tn_identity_put(&chunk->identity, place, key);
    TN_TRY(tn_buf_status(&chunk->identity));
    tn_str identity = tn_buf_view(&chunk->identity);
    tn_nonce nonce = tn_secret_nonce(chunk->run->input->secret, identity);
    uint64_t target;
    memcpy(&target, nonce.bytes, sizeof(target));
    TN_TRY(tn_targets_take(&chunk->place->targets, target, &was_planned));
    chunk->unplanned_count += !was_planned && chunk->place->place->has_all_targets;
    if (chunk->run->options->evidence != TN_EVIDENCE_KEYS)
        return TN_OK;
    tn_leaf leaf = tn_leaf_of(&nonce, identity);
    tn_tree_add(&chunk->tree, &leaf);
    tn_buf_put(&chunk->leaves, (tn_str){(const char *)leaf.bytes, sizeof(leaf.bytes)});
    return tn_buf_status(&chunk->leaves);
}

static tn_status chunk_spare(void *user, const tn_value *key)
{
    run_chunk *chunk = user;
    chunk->spared_count++;
    if (!chunk->place->has_facts_here)
        return tn_late_holds_drop(&chunk->place->late_holds, key);
    return TN_OK;
}

tn_status run_may_erase(run_chunk *chunk, uint64_t count)
{
    apply_run *run = chunk->run;
    uint64_t now = run->host->clock_ms(run->host->user);
    chunk->lease_is_over = !chunk->place->has_facts_here && chunk->facts_ms != 0 &&
                           now - chunk->facts_ms > run->options->fact_lease_ms;
    if (chunk->lease_is_over)
        return TN_STOPPED;
    if (chunk->place->report->erased_count + count > chunk->place->most) {
        tn_buf_put(run->why, chunk->place->place->place);
        tn_buf_put_text(run->why,
                        ": more records are due than the plan's limit lets go; "
                        "make a new plan");
        return TN_LIMIT;
    }
    return TN_OK;
}

static tn_status chunk_seal(void *user, uint64_t count, tn_erase_seal *out)
{
    run_chunk *chunk = user;
    TN_TRY(run_may_erase(chunk, count));
    if (chunk->run->options->evidence != TN_EVIDENCE_KEYS)
        return TN_OK;
    chunk->root = tn_tree_root(&chunk->tree);
    *out = (tn_erase_seal){chunk->root.bytes, chunk->leaves.data, chunk->leaves.len};
    return TN_OK;
}

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

static void start_chunk(apply_run *run, run_place *place)
{
    run_chunk *chunk = &run->chunk;
    chunk->run = run;
    chunk->place = place;
    chunk->now = run->host->now(run->host->user);
    chunk->facts_ms = 0;
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
    start_chunk(run, place);
    tn_erase_chunk chunk = {.run = run->plan->id,
                            .place = place->place->place,
                            .number = place->next_chunk,
                            .row_limit = rows,
                            .shape = &place->place->shape,
                            .why = run->why,
                            .user = &run->chunk,
                            .begun = chunk_begun,
                            .decide = chunk_decide,
                            .take = chunk_take,
                            .spare = chunk_spare,
                            .seal = chunk_seal,
                            .intend = run_chunk_intend,
                            .lose = run_chunk_lose,
                            .certain = chunk_certain,
                            .rule = chunk_rule};
    TN_TRY(
        store->ops->erase->erase(store, run->permit, &place->target, &chunk, result));
    run->chunk.root = tn_tree_root(&run->chunk.tree);
    return TN_OK;
}

static bool must_stop(apply_run *run)
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
        if (must_stop(run))
            return TN_STOPPED;
        run->host->sleep_ms(run->host->user, wait_ms);
        wait_ms = wait_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : wait_ms * 2;
    }
}

/* --- a place */

/* With a rate, a chunk takes about as many records as may go in a second. */
static uint32_t most_rows(const apply_run *run, const tn_plan_place *place)
{
    if (run->options->rate == 0 || place->due_count == 0)
        return TN_APPLY_CHUNK_MAX;
    double rows = (double)run->options->rate * (double)place->record_count /
                  (double)place->due_count;
    if (rows >= TN_APPLY_CHUNK_MAX)
        return TN_APPLY_CHUNK_MAX;
    return rows < 1 ? 1 : (uint32_t)rows;
}

static uint32_t first_rows(const apply_run *run, const tn_plan_place *place)
{
    uint32_t most = most_rows(run, place);
    if (run->options->chunk_rows != 0)
        return run->options->chunk_rows;
    return most < TN_APPLY_CHUNK_FIRST ? most : TN_APPLY_CHUNK_FIRST;
}

/* How long a chunk is to take: short where it holds locks; else so long that what is
 * done once a chunk is little, and well within the lease. */
static uint64_t wanted_ms(const apply_run *run, const tn_plan_place *place)
{
    const tn_store_ops *ops = run->eval->bounds[place->bound].origin.store->ops;
    uint64_t most = run->options->fact_lease_ms / 4;
    if (ops->erase->recall == NULL || most < TN_APPLY_CHUNK_MS)
        return TN_APPLY_CHUNK_MS;
    return most < TN_APPLY_CHUNK_FREE_MS ? most : TN_APPLY_CHUNK_FREE_MS;
}

/* So that the next chunk takes about as long as it is to. */
static uint32_t next_rows(const apply_run *run, const tn_plan_place *place,
                          uint32_t rows, uint64_t took_ms)
{
    uint64_t least_ms = wanted_ms(run, place);
    uint32_t limit = most_rows(run, place);
    if (run->options->chunk_rows != 0)
        return run->options->chunk_rows;
    /* where reading the facts takes long, the rows may take as long, but no more than a
     * part of the lease */
    uint64_t facts_ms = run->chunk.facts_took_ms;
    uint64_t most_ms = run->options->fact_lease_ms / 4;
    uint64_t chunk_ms = facts_ms > most_ms ? most_ms : facts_ms;
    chunk_ms = chunk_ms < least_ms ? least_ms : chunk_ms;
    took_ms = took_ms > facts_ms ? took_ms - facts_ms : 1;
    uint64_t wanted = (uint64_t)rows * chunk_ms / took_ms;
    uint64_t most = (uint64_t)rows * 2;
    wanted = wanted > most ? most : wanted;
    if (wanted > limit)
        return limit;
    return wanted < 1 ? 1 : (uint32_t)wanted;
}

/* Sleeps until no more than `rate` records a second have gone. */
static void keep_rate(apply_run *run, uint64_t erased, uint64_t took_ms)
{
    enum { NAP_MS = 200 };
    if (run->options->rate == 0)
        return;
    uint64_t due_ms = erased * 1000 / run->options->rate;
    uint64_t end = run->host->clock_ms(run->host->user) +
                   (due_ms > took_ms ? due_ms - took_ms : 0);
    for (;;) {
        uint64_t now = run->host->clock_ms(run->host->user);
        if (now >= end || must_stop(run))
            return;
        run->host->sleep_ms(run->host->user,
                            end - now > NAP_MS ? NAP_MS : (uint32_t)(end - now));
    }
}

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
    keep_rate(run, result.erased_count, took);
    *rows = next_rows(run, place->place, *rows, took);
    return TN_OK;
}

/* Who was held while the last chunk was done? Asked at once: a hold that is set later
 * came after the record, not too late for it. */
static tn_status look_for_holds(apply_run *run, run_place *place)
{
    if (place->has_facts_here || place->late_holds.marked_count == 0)
        return TN_OK;
    TN_TRY(run_load_facts(run));
    return run_check_late_holds(run, place);
}

tn_status run_do_place(apply_run *run, run_place *place)
{
    pass_counts pass = {0, 0};
    tn_status status = TN_OK;
    uint32_t rows = first_rows(run, place->place);
    while (status == TN_OK && !place->is_finished && !must_stop(run))
        status = do_chunk(run, place, &rows, &pass);
    /* what was committed in the store is told even when the next chunk failed */
    tn_status told = write_ledger(run, NULL);
    if (status == TN_OK)
        status = told;
    return status == TN_OK ? look_for_holds(run, place) : status;
}

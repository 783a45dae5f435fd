/* intent: chunks of stores without transactions: what is about to be sent is written
 * down first, and after a crash the store is asked what came of it. */
#include "interp/apply/run.h"

static tn_intent intent_of(const apply_run *run, const run_place *place)
{
    return (tn_intent){
        .run = run->plan->id, .place = place->place->place, .chunk = place->next_chunk};
}

tn_status run_chunk_intend(void *user, tn_str work, uint64_t count)
{
    run_chunk *chunk = user;
    TN_TRY(run_may_erase(chunk, count));
    tn_intent intent = intent_of(chunk->run, chunk->place);
    intent.count = count;
    intent.work = work;
    return tn_journal_put(&chunk->run->journal, &intent);
}

tn_status run_chunk_lose(void *user, const tn_value *key)
{
    run_chunk *chunk = user;
    (void)key;
    chunk->unconfirmed_count++;
    return TN_OK;
}

tn_status run_drop_intent(apply_run *run, tn_str place, int64_t chunk)
{
    tn_intent intent = {.run = run->plan->id, .place = place, .chunk = chunk};
    return tn_journal_drop(&run->journal, &intent);
}

/* --- recovery */

typedef struct recalled {
    const apply_run *run;
    tn_str place;
    tn_buf identity;
    tn_buf leaves;
    tn_tree tree;
    tn_outcome outcome;
} recalled;

static tn_status recall_take(void *user, const tn_value *key)
{
    recalled *r = user;
    tn_buf_reset(&r->identity);
    tn_identity_put(&r->identity, r->place, key);
    TN_TRY(tn_buf_status(&r->identity));
    tn_str identity = tn_buf_view(&r->identity);
    tn_nonce nonce = tn_secret_nonce(r->run->input->secret, identity);
    tn_leaf leaf = tn_leaf_of(&nonce, identity);
    tn_tree_add(&r->tree, &leaf);
    tn_buf_put(&r->leaves, (tn_str){(const char *)leaf.bytes, sizeof(leaf.bytes)});
    r->outcome.count++;
    return tn_buf_status(&r->leaves);
}

static tn_status recall_lose(void *user, const tn_value *key)
{
    recalled *r = user;
    (void)key;
    r->outcome.unconfirmed_count++;
    return TN_OK;
}

static const tn_plan_place *find_place(const tn_plan *plan, tn_str name)
{
    for (uint32_t i = 0; i < plan->place_count; i++)
        if (tn_str_equal(plan->places[i].place, name))
            return &plan->places[i];
    return NULL;
}

static tn_status append_outcome(apply_run *run, const tn_intent *intent,
                                const recalled *r, tn_instant now)
{
    static const tn_leaf none = {{0}};
    tn_buf body;
    tn_buf_init(&body, run->why->memory);
    tn_outcome_put(&body, &r->outcome);
    tn_draft draft = {.kind = "outcome",
                      .run = intent->run,
                      .place = intent->place,
                      .chunk = intent->chunk,
                      .body = tn_buf_view(&body),
                      .leaves = r->leaves.len == 0
                                    ? &none
                                    : (const tn_leaf *)(const void *)r->leaves.data,
                      .leaf_count = r->leaves.len / TN_LEAF_BYTES};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_ledger_begin(run->ledger);
    if (status == TN_OK)
        status = tn_ledger_append(run->ledger, now, &draft);
    if (status == TN_OK)
        status = tn_ledger_commit(run->ledger);
    if (status != TN_OK)
        tn_ledger_rollback(run->ledger);
    tn_buf_free(&body);
    return status;
}

/* Asks the place's store what came of the intent. */
static tn_status ask_store(apply_run *run, const tn_intent *intent,
                           const tn_plan_place *place, recalled *r)
{
    tn_erase_target target;
    tn_store_mark mark;
    tn_store *store = run->eval->bounds[place->bound].origin.store;
    tn_erase_recall recall = {intent->work, r, recall_take, recall_lose};
    TN_TRY(tn_plan_erase_target(run->eval, place, run->arena, &target));
    TN_TRY(store->ops->erase->recall(store, &target, &recall, run->why));
    TN_TRY(store->ops->erase->mark(store, &mark, run->why));
    r->outcome.root = tn_tree_root(&r->tree);
    r->outcome.store = (tn_str){mark.id, TN_STORE_ID_TEXT};
    return append_outcome(run, intent, r, run->host->now(run->host->user));
}

static tn_status recall_intent(apply_run *run, const tn_intent *intent)
{
    bool is_done = false;
    tn_draft like = {.kind = "outcome",
                     .run = intent->run,
                     .place = intent->place,
                     .chunk = intent->chunk};
    TN_TRY(tn_ledger_has(run->ledger, &like, &is_done));
    if (is_done)
        return tn_journal_drop(&run->journal, intent);
    const tn_plan_place *place = find_place(run->plan, intent->place);
    if (place == NULL ||
        run->eval->bounds[place->bound].origin.store->ops->erase->recall == NULL) {
        tn_buf_put(run->why, intent->place);
        tn_buf_put_text(
            run->why, ": an earlier run was cut off there, and the plan does not have "
                      "the place: make a plan of the deployment that has it. If it is "
                      "gone for good, say so with tenure ledger rearm: nobody can tell "
                      "then what came of the records that were sent to be deleted");
        return TN_REFUSED;
    }
    recalled r = {
        .run = run,
        .place = intent->place,
        .outcome = {.is_redaction = place->redacts, .evidence = TN_EVIDENCE_KEYS}};
    tn_buf_init(&r.identity, run->why->memory);
    tn_buf_init(&r.leaves, run->why->memory);
    tn_tree_init(&r.tree);
    tn_status status = ask_store(run, intent, place, &r);
    tn_buf_free(&r.identity);
    tn_buf_free(&r.leaves);
    TN_TRY(status);
    return tn_journal_drop(&run->journal, intent);
}

tn_status run_recall_intents(apply_run *run)
{
    for (;;) {
        tn_arena arena;
        tn_intent intent;
        bool found;
        tn_arena_init(&arena, run->why->memory);
        tn_status status = tn_journal_first(&run->journal, &arena, &intent, &found);
        if (status == TN_OK && found)
            status = recall_intent(run, &intent);
        tn_arena_free(&arena);
        if (status != TN_OK || !found)
            return status;
    }
}

/* --- places that are gone for good */

static tn_status give_up(apply_run *run, const tn_intent *intent, tn_instant now)
{
    recalled r = {.run = run,
                  .place = intent->place,
                  .outcome = {.evidence = TN_EVIDENCE_KEYS,
                              .unconfirmed_count = intent->count,
                              .store = TN_STR("")}};
    tn_tree_init(&r.tree);
    r.outcome.root = tn_tree_root(&r.tree);
    return append_outcome(run, intent, &r, now);
}

/* One that has an outcome was only not dropped. */
static tn_status end_intent(apply_run *run, const tn_intent *intent, tn_instant now)
{
    bool is_done = false;
    tn_draft like = {.kind = "outcome",
                     .run = intent->run,
                     .place = intent->place,
                     .chunk = intent->chunk};
    TN_TRY(tn_ledger_has(run->ledger, &like, &is_done));
    if (!is_done)
        TN_TRY(give_up(run, intent, now));
    return tn_journal_drop(&run->journal, intent);
}

tn_status run_give_up_intents(apply_run *run, tn_instant now, uint64_t *count)
{
    for (int64_t from = 0;;) {
        tn_arena arena;
        tn_intent intent;
        bool found;
        tn_arena_init(&arena, run->why->memory);
        tn_status status =
            tn_journal_next(&run->journal, &from, &arena, &intent, &found);
        if (status == TN_OK && found && find_place(run->plan, intent.place) == NULL) {
            *count += intent.count;
            status = end_intent(run, &intent, now);
        }
        tn_arena_free(&arena);
        if (status != TN_OK || !found)
            return status;
    }
}

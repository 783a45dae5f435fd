/* chunk_rows: what a store asks in the middle of a chunk. */
#include "interp/apply/run.h"

#include <string.h>

/* The first chunk says which version all others have to be of. */
static void note_version(run_place *place, int64_t version)
{
    if (place->next_chunk == 0) {
        place->is_alone = true;
        place->version = version;
    }
    place->is_alone = place->is_alone && place->version == version;
}

tn_status run_chunk_begun(void *user, int64_t version)
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
        run->facts_store = store;
        run->facts_version = version;
        TN_TRY(run_check_late_holds(run, chunk->place));
    }
    TN_TRY(tn_row_judge_set_now(chunk->place->judge, chunk->now, chunk->row_limit));
    chunk->facts_took_ms = run->host->clock_ms(run->host->user) - chunk->start_ms;
    return TN_OK;
}

/* The table of the place's own category, for the plan's instant: what that keeps is
 * never erased. Its columns are the target's first ones. */
tn_status run_chunk_certain(void *user, const tn_push_table **out)
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
tn_status run_chunk_rule(void *user, tn_erase_rule *out, bool *is_known)
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

/* A resolution is one of a key; so is what may come too late. */
bool run_chunk_is_keyless(const apply_run *run, const run_place *place)
{
    return run->input->reviews == NULL && place->has_facts_here;
}

tn_status run_chunk_decide(void *user, const tn_store_row *row, const tn_value *key,
                           tn_erase_choice *out)
{
    run_chunk *chunk = user;
    tn_row_verdict verdict;
    TN_TRY(run_choose(chunk, row, key, &verdict, out));
    if (!out->is_chosen || chunk->place->has_facts_here)
        return TN_OK;
    return remember_taken(chunk, key);
}

tn_status run_chunk_take(void *user, const tn_value *key)
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

tn_status run_chunk_spare(void *user, const tn_value *key)
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

tn_status run_chunk_seal(void *user, uint64_t count, tn_erase_seal *out)
{
    run_chunk *chunk = user;
    TN_TRY(run_may_erase(chunk, count));
    if (chunk->run->options->evidence != TN_EVIDENCE_KEYS)
        return TN_OK;
    chunk->root = tn_tree_root(&chunk->tree);
    *out = (tn_erase_seal){chunk->root.bytes, chunk->leaves.data, chunk->leaves.len};
    return TN_OK;
}

/* verify: after the chunks, every place is looked at again.
 *
 * What is due and still there is remaining; a record of the plan that is still there is
 * a survivor, and its verdict now says why.
 *
 * Where all chunks were of this start and nobody else has written since the first, they
 * have looked at every record and counted what they left (erase.h), so that the store's
 * version says it all. */
#include "interp/apply/fronts.h"
#include "interp/apply/run.h"
#include "interp/store/key.h"

typedef struct second_look {
    apply_run *run;
    run_place *place;
    tn_scan *scan;
    tn_targets *targets; /* of the plan's records, those that are looked for */
    bool is_first;       /* what is due is counted once */
    tn_buf identity;
    tn_buf key;
    tn_fronts fronts;
} second_look;

static tn_status list_survivor(second_look *look, const tn_store_row *row,
                               const char *why)
{
    tn_apply_report *out = look->run->out;
    look->place->report->survivor_count++;
    out->survivor_total++;
    if (out->survivor_count == TN_APPLY_SURVIVORS_MAX)
        return TN_OK;
    tn_value key;
    TN_TRY(tn_store_key(look->scan, row, &key));
    tn_buf_reset(&look->key);
    tn_key_put(&look->key, &key);
    TN_TRY(tn_buf_status(&look->key));
    tn_survivor *survivor = &out->survivors[out->survivor_count++];
    *survivor =
        (tn_survivor){look->place->place,
                      tn_arena_copy(look->run->arena, tn_buf_view(&look->key)), why};
    return survivor->key.data == NULL ? TN_NOMEM : TN_OK;
}

/* Is it one of the plan's that was not erased? */
static tn_status was_planned(second_look *look, const tn_store_row *row, bool *out)
{
    *out = false;
    if (look->targets->left == 0)
        return TN_OK;
    tn_value key;
    TN_TRY(tn_store_key(look->scan, row, &key));
    tn_buf_reset(&look->identity);
    tn_identity_put(&look->identity, look->place->place->place, &key);
    TN_TRY(tn_buf_status(&look->identity));
    uint64_t target =
        tn_plan_target(look->run->input->secret, tn_buf_view(&look->identity));
    return tn_targets_take(look->targets, target, out);
}

static const char *reason_of(const tn_row_verdict *verdict)
{
    if (verdict->is_claimed)
        return "another category keeps it";
    if (!verdict->is_meant)
        return "it is none of the category's any more";
    if (verdict->second != NULL && verdict->second->decision != TN_DELETE)
        return tn_reason_text(verdict->second->reason);
    return tn_reason_text(verdict->first->reason);
}

/* Due, but behind a record of its partition that stays; one that stays is noted. */
static tn_status is_blocked(second_look *look, const tn_store_row *row, bool goes,
                            const tn_row_verdict *verdict, bool *out)
{
    tn_value key;
    *out = false;
    if (!look->fronts.is_used)
        return TN_OK;
    TN_TRY(tn_store_key(look->scan, row, &key));
    if (!goes)
        return tn_fronts_stay(&look->fronts, &key, reason_of(verdict));
    TN_TRY(tn_fronts_go(&look->fronts, &key, out));
    look->place->report->blocked_count += *out && look->is_first;
    return TN_OK;
}

static tn_status look_at_row(second_look *look, const tn_store_row *row)
{
    run_place *place = look->place;
    tn_row_verdict verdict;
    tn_erase_choice choice;
    tn_value key = {TN_KIND_NULL, {0}};
    bool planned;
    const char *due = place->report->waits ? "due, but what feeds it has such records"
                      : place->place->child_count > 0
                          ? "due, but other rows refer to it"
                          : "due";
    if (row->is_hidden)
        return TN_OK;
    if (look->run->input->reviews != NULL)
        TN_TRY(tn_store_key(look->scan, row, &key));
    TN_TRY(run_choose(&look->run->chunk, row, &key, &verdict, &choice));
    bool blocked;
    TN_TRY(is_blocked(look, row, choice.is_chosen, &verdict, &blocked));
    if (blocked || (choice.is_chosen && !look->is_first))
        return TN_OK;
    if (choice.is_chosen) {
        place->report->remaining_count++;
        look->run->out->remaining_count++;
        TN_TRY(was_planned(look, row, &planned));
        return list_survivor(look, row, due);
    }
    if (place->has_redactor) /* what was redacted is still there, as it should be */
        return TN_OK;
    TN_TRY(was_planned(look, row, &planned));
    return planned ? list_survivor(look, row, reason_of(&verdict)) : TN_OK;
}

static tn_status look_at_rows(second_look *look, tn_store *store)
{
    for (;;) {
        tn_store_rows rows;
        TN_TRY(store->ops->next(look->scan, &rows, look->run->why));
        if (rows.count == 0)
            return TN_OK;
        for (uint32_t i = 0; i < rows.count; i++)
            TN_TRY(look_at_row(look, &rows.list[i]));
    }
}

/* Is it sure that every record of the plan is gone, and nothing that is due is there?
 */
static tn_status is_as_left(apply_run *run, const run_place *place, tn_store *store,
                            bool *out)
{
    const tn_erase_ops *ops = store->ops->erase;
    int64_t version;
    *out = place->is_alone && place->has_facts_here && !place->has_redactor &&
           place->spared_count == 0 && place->place->has_all_targets &&
           place->targets.left == 0 && ops->version >= 2 && ops->current != NULL;
    if (!*out)
        return TN_OK;
    TN_TRY(ops->current(store, &version, run->why));
    *out = version == place->version;
    return TN_OK;
}

static tn_status look_once(second_look *look)
{
    apply_run *run = look->run;
    run_place *place = look->place;
    tn_store *store = run->eval->bounds[place->place->bound].origin.store;
    tn_scan_request request = {.object = place->target.object,
                               .columns = place->target.columns,
                               .column_count = place->target.column_count,
                               .wants_undeclared = place->target.wants_undeclared,
                               .wants_hidden = place->place->buries};
    tn_fronts_init(&look->fronts, store, run->arena);
    look->fronts.is_used &= !place->place->buries;
    TN_TRY(store->ops->scan(store, &request, &look->scan, run->why));
    tn_status status = look_at_rows(look, store);
    store->ops->scan_close(look->scan);
    look->is_first = false;
    return status;
}

/* The plan's other records, part by part: once through the place for each. */
static tn_status look_for_more(second_look *look, uint64_t *list, uint32_t part)
{
    const tn_plan_place *place = look->place->place;
    tn_status status = TN_OK;
    for (uint64_t at = 0; status == TN_OK && at < place->more_count; at += part) {
        uint64_t left = place->more_count - at;
        uint32_t count = left < part ? (uint32_t)left : part;
        tn_targets targets;
        TN_TRY(tn_plan_records_read(look->run->input->records, place->more_start + at,
                                    count, list));
        TN_TRY(tn_targets_init(&targets, list, count, look->run->why->memory));
        look->targets = &targets;
        status = look_once(look);
        tn_targets_free(&targets);
    }
    return status;
}

static tn_status look_again(second_look *look)
{
    const tn_plan_place *place = look->place->place;
    const tn_allocator *memory = look->run->why->memory;
    size_t size = place->target_count * sizeof(uint64_t);
    TN_TRY(look_once(look));
    if (look->run->input->records == NULL || place->more_count == 0 ||
        place->target_count == 0)
        return TN_OK;
    uint64_t *list = tn_resize(memory, NULL, 0, size);
    if (list == NULL)
        return TN_NOMEM;
    tn_status status = look_for_more(look, list, place->target_count);
    tn_resize(memory, list, size, 0);
    return status;
}

tn_status run_verify_place(apply_run *run, run_place *place)
{
    bool is_sure;
    tn_store *store = run->eval->bounds[place->place->bound].origin.store;
    second_look look = {
        .run = run, .place = place, .targets = &place->targets, .is_first = true};
    TN_TRY(is_as_left(run, place, store, &is_sure));
    if (is_sure)
        return TN_OK;
    run->chunk.run = run;
    run->chunk.place = place;
    run->chunk.now = run->host->now(run->host->user);
    TN_TRY(tn_row_judge_set_now(place->judge, run->chunk.now));
    tn_buf_init(&look.identity, run->why->memory);
    tn_buf_init(&look.key, run->why->memory);
    tn_status status = look_again(&look);
    tn_buf_free(&look.identity);
    tn_buf_free(&look.key);
    return status;
}

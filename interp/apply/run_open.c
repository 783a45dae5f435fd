/* run_open: the session of a run, and its places. */
#include "interp/apply/run.h"

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

tn_status run_tell_problems(apply_run *run, tn_status status)
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

tn_status run_open_session(apply_run *run)
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
    TN_TRY(run_tell_problems(run, tn_eval_bind_deployment(run->eval, &all)));
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
tn_status run_bind_places(apply_run *run)
{
    tn_plan found = {.place_count = 0};
    TN_TRY(run_tell_problems(run, tn_plan_places(run->eval, run->arena, &found)));
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

/* The tables of facts, where all of them are in the store that is erased from. */
static tn_status find_watched(apply_run *run, run_place *place)
{
    uint32_t count = 0, most = run->eval->image->entity_count;
    tn_erase_watch *list = tn_arena_take_array(run->arena, most, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < most; i++) {
        const tn_entity_facts *facts = &run->eval->entities[i];
        if (facts->is_bound && !facts->is_none)
            list[count++] =
                (tn_erase_watch){facts->origin.object, facts->origin.columns,
                                 facts->origin.column_count};
    }
    place->target.watched = list;
    place->target.watched_count = place->has_facts_here ? count : 0;
    return TN_OK;
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
    TN_TRY(find_watched(run, place));
    place->most = tn_limits_of(&run->options->limits, row);
    if (place->most < row->due_count) /* the run was started with another limit */
        place->most = row->due_count;
    if (!row->redacts)
        return TN_OK;
    TN_TRY(tn_redactor_open(&place->redactor, place->judge, run->eval, bound));
    place->has_redactor = true;
    return TN_OK;
}

tn_status run_open_places(apply_run *run)
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

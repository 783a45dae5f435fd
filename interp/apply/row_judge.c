/* row_judge: what is needed to judge rows: made, and made anew for each moment. */
#include "interp/apply/row_view.h"
#include "interp/push/simplify.h"

/* --- a store that gives the row it is handed, once */

static tn_status push_open_scan(tn_store *base, const tn_scan_request *request,
                                tn_scan **out, tn_buf *why)
{
    push_store *store = (push_store *)base;
    (void)request;
    (void)why;
    store->scan = (push_scan){{base->ops}, store};
    *out = &store->scan.base;
    return TN_OK;
}

static tn_status push_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    push_store *store = ((push_scan *)base)->store;
    (void)why;
    *out = (tn_store_rows){store->row, store->row != NULL, false};
    store->row = NULL;
    return TN_OK;
}

static void push_close_scan(tn_scan *base)
{
    (void)base;
}

static const tn_store_ops push_ops = {
    .version = TN_STORE_OPS_VERSION,
    .kind = "row",
    .scan = push_open_scan,
    .next = push_next,
    .scan_close = push_close_scan,
};

/* --- making one */

static bool is_same_object(const tn_bound *a, const tn_bound *b)
{
    if (!a->is_managed || !b->is_managed || a->origin.store != b->origin.store)
        return false;
    tn_store_column column = {a->origin.object, false};
    tn_store_object object = {.columns = &column, .column_count = 1};
    return tn_store_find_column(a->origin.store->ops, &object, b->origin.object) == 0;
}

static uint32_t add_column(tn_row_judge *judge, const tn_scan_column *column)
{
    tn_store_object object = {.column_count = 0};
    const tn_store_ops *ops = judge->views[0].bound->origin.store->ops;
    for (uint32_t i = 0; i < judge->column_count; i++) {
        tn_store_column known = {judge->columns[i].name, false};
        object.columns = &known;
        object.column_count = 1;
        if (tn_store_find_column(ops, &object, column->name) == 0) {
            judge->columns[i].is_wanted |= column->is_wanted;
            judge->columns[i].is_single &= column->is_single;
            return i;
        }
    }
    judge->columns[judge->column_count] = *column;
    return judge->column_count++;
}

static tn_status open_view(tn_row_judge *judge, row_view *v, tn_buf *why)
{
    tn_eval *eval = judge->eval;
    const tn_origin *origin = &v->bound->origin;
    v->columns = tn_arena_take_array(&judge->arena, origin->column_count, 4);
    v->values =
        tn_arena_take_array(&judge->arena, origin->column_count, sizeof(tn_value));
    v->maps = tn_arena_take_array(&judge->arena, origin->map_count, sizeof(*v->maps));
    if (v->columns == NULL || v->values == NULL || v->maps == NULL)
        return TN_NOMEM;
    v->is_as_given = true;
    for (uint32_t i = 0; i < origin->column_count; i++) {
        v->columns[i] = add_column(judge, &origin->columns[i]);
        v->is_as_given = v->is_as_given && v->columns[i] == i;
    }
    for (uint32_t i = 0; i < origin->map_count; i++)
        if (origin->maps[i].is_needed)
            v->maps[v->map_count++] = (view_map){
                .map = &origin->maps[i], .plain = tn_plain_of(&origin->maps[i])};
    v->store.base.ops = &push_ops;
    v->origin = *origin;
    v->origin.store = &v->store.base;
    tn_reader_options options = {.program = tn_run_program(eval->run),
                                 .code = &eval->image->code,
                                 .memory = eval->memory};
    TN_TRY(tn_origin_open(&v->reader, &v->origin, &options, why));
    v->is_plain = v->reader.machine == NULL;
    judge->wants_undeclared |= eval->image->categories[v->bound->category].strict != 0;
    TN_TRY(tn_decider_new(eval->run, v->bound->category, v->bound->placement,
                          &v->first.own));
    v->first.decider = v->first.own;
    tn_row_view_aim(v);
    return TN_OK;
}

static tn_status open_views(tn_row_judge *judge, uint32_t bound)
{
    tn_eval *eval = judge->eval;
    uint32_t column_count = 0;
    judge->views =
        tn_arena_take_array(&judge->arena, eval->bound_count, sizeof(*judge->views));
    if (judge->views == NULL)
        return TN_NOMEM;
    judge->views[judge->view_count++].bound = &eval->bounds[bound];
    for (uint32_t i = 0; i < eval->bound_count; i++)
        if (i != bound && is_same_object(&eval->bounds[bound], &eval->bounds[i]))
            judge->views[judge->view_count++].bound = &eval->bounds[i];
    for (uint32_t i = 0; i < judge->view_count; i++)
        column_count += judge->views[i].bound->origin.column_count;
    judge->columns =
        tn_arena_take_array(&judge->arena, column_count, sizeof(*judge->columns));
    if (judge->columns == NULL)
        return TN_NOMEM;
    tn_buf why;
    tn_buf_init(&why, eval->memory);
    tn_status status = TN_OK;
    for (uint32_t i = 0; status == TN_OK && i < judge->view_count; i++)
        status = open_view(judge, &judge->views[i], &why);
    tn_buf_free(&why);
    return status;
}

tn_status tn_row_judge_new(tn_eval *eval, uint32_t bound, tn_row_judge **out)
{
    tn_row_judge *judge = tn_resize(eval->memory, NULL, 0, sizeof(*judge));
    if (judge == NULL)
        return TN_NOMEM;
    *judge = (tn_row_judge){.eval = eval};
    tn_arena_init(&judge->arena, eval->memory);
    tn_status status = open_views(judge, bound);
    if (status == TN_OK)
        *out = judge;
    else
        tn_row_judge_free(judge);
    return status;
}

/* Without what it looked up in facts. */
static void drop_batch(view_decider *d)
{
    tn_batch_free(d->batch);
    d->batch = NULL;
    d->decider = d->own;
}

static void drop_decider(view_decider *d)
{
    drop_batch(d);
    tn_decider_free(d->own);
    *d = (view_decider){.own = NULL};
}

static void drop_moment(tn_row_judge *judge)
{
    for (uint32_t i = 0; i < judge->view_count; i++)
        drop_decider(&judge->views[i].second);
    tn_run_free(judge->moment);
    judge->moment = NULL;
}

void tn_row_judge_free(tn_row_judge *judge)
{
    if (judge == NULL)
        return;
    drop_moment(judge);
    for (uint32_t i = 0; i < judge->view_count; i++) {
        drop_decider(&judge->views[i].first);
        if (judge->views[i].reader.origin != NULL)
            tn_origin_close(&judge->views[i].reader);
    }
    tn_arena_free(&judge->arena);
    tn_resize(judge->eval->memory, judge, sizeof(*judge), 0);
}

const tn_scan_column *tn_row_judge_columns(const tn_row_judge *judge, uint32_t *count)
{
    *count = judge->column_count;
    return judge->columns;
}

bool tn_row_judge_wants_undeclared(const tn_row_judge *judge)
{
    return judge->wants_undeclared;
}

void tn_row_judge_drop_facts(tn_row_judge *judge)
{
    drop_moment(judge);
    for (uint32_t i = 0; i < judge->view_count; i++) {
        drop_batch(&judge->views[i].first);
        judge->views[i].first.count = 0;
        tn_row_view_aim(&judge->views[i]);
    }
}

/* --- deciders */

static tn_value *room_of(tn_decider *decider, const tn_origin_map *map)
{
    if (decider == NULL)
        return NULL;
    return map->target == TN_MAP_KEY ? &tn_decider_keys(decider)[map->index]
                                     : &tn_decider_fields(decider)[map->index];
}

void tn_row_view_aim(row_view *v)
{
    for (uint32_t i = 0; i < v->map_count; i++) {
        v->maps[i].first = room_of(v->first.decider, v->maps[i].map);
        v->maps[i].second = room_of(v->second.decider, v->maps[i].map);
    }
}

static uint64_t find_worth(const tn_eval *eval)
{
    enum { LEAST = 200 };
    uint64_t count = LEAST;
    for (uint32_t i = 0; i < eval->image->entity_count; i++)
        if (eval->entities[i].facts != NULL)
            count += tn_facts_count(eval->entities[i].facts);
    return count;
}

tn_status tn_row_judge_set_now(tn_row_judge *judge, tn_instant now)
{
    drop_moment(judge);
    TN_TRY(tn_run_at(judge->eval->run, now, &judge->moment));
    judge->worth = find_worth(judge->eval);
    for (uint32_t i = 0; i < judge->view_count; i++) {
        row_view *v = &judge->views[i];
        TN_TRY(tn_decider_new(judge->moment, v->bound->category, v->bound->placement,
                              &v->second.own));
        v->second.decider = v->second.own;
        tn_row_view_aim(v);
    }
    return TN_OK;
}

/* Sets of keys are sent with every chunk: not too many of them. */
static bool has_few_facts(const tn_eval *eval)
{
    enum { MOST = 20000 };
    uint64_t count = 0;
    for (uint32_t i = 0; i < eval->image->entity_count; i++)
        if (eval->entities[i].facts != NULL)
            count += tn_facts_count(eval->entities[i].facts);
    return count <= MOST;
}

tn_status tn_row_judge_rule(const tn_row_judge *judge, tn_arena *arena,
                            tn_erase_rule *out, bool *is_known)
{
    const tn_run *const runs[] = {judge->eval->run, judge->moment};
    const row_view *v = &judge->views[0];
    *is_known = judge->view_count == 1 && v->is_as_given && judge->moment != NULL &&
                has_few_facts(judge->eval);
    out->goes = tn_pred_constant(TN_PRED_TRUE);
    for (size_t i = 0; *is_known && i < TN_COUNT(runs); i++) {
        tn_push_table table;
        tn_eval_ask ask = {.eval = judge->eval,
                           .run = runs[i],
                           .bound = (uint32_t)(v->bound - judge->eval->bounds),
                           .arena = arena};
        TN_TRY(tn_eval_push(&ask, &table));
        *is_known = table.is_exact;
        out->goes = tn_pred_and(arena, out->goes, table.goes);
    }
    if (*is_known)
        out->goes = tn_pred_simplify(arena, out->goes);
    return out->goes == NULL ? TN_NOMEM : TN_OK;
}

#include "interp/apply/row_judge.h"
#include "interp/decide/batch.h"

#include <string.h>

/* --- a store that gives the row it is handed, once */

typedef struct push_store push_store;

typedef struct push_scan {
    tn_scan base;
    push_store *store;
} push_scan;

struct push_store {
    tn_store base;
    push_scan scan;          /* the only one */
    const tn_store_row *row; /* NULL: none waits */
};

/* One category's view of the object's rows. */
typedef struct view {
    const tn_bound *bound;
    uint32_t *columns; /* for each of its own columns: the row's */
    tn_value *values;
    bool is_as_given;           /* its columns are the row's first ones */
    bool is_plain;              /* every row is meant, and no value is computed */
    const tn_origin_map **maps; /* the needed ones */
    uint32_t map_count;
    tn_store_row row;
    push_store store;
    tn_origin origin;
    tn_origin_reader reader;
    tn_decider *first; /* `own`, or the batch's */
    tn_decider *own;
    tn_batch *batch; /* what decides the same for the plan's instant, for many records;
                        NULL: the facts were or will be loaded anew */
    tn_decider *second;
    tn_verdict first_verdict;
    tn_verdict second_verdict;
} view;

struct tn_row_judge {
    tn_eval *eval;
    tn_arena arena;
    tn_scan_column *columns; /* of all views, each once */
    uint32_t column_count;
    bool wants_undeclared;
    tn_run *moment; /* the run at the moment of deleting; NULL before */
    view *views;    /* the place's own first, then the others' of the object */
    uint32_t view_count;
};

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

static tn_status open_view(tn_row_judge *judge, view *v, tn_buf *why)
{
    tn_eval *eval = judge->eval;
    const tn_origin *origin = &v->bound->origin;
    v->columns = tn_arena_take_array(&judge->arena, origin->column_count, 4);
    v->values =
        tn_arena_take_array(&judge->arena, origin->column_count, sizeof(tn_value));
    v->maps =
        tn_arena_take_array(&judge->arena, origin->map_count, sizeof(tn_origin_map *));
    if (v->columns == NULL || v->values == NULL || v->maps == NULL)
        return TN_NOMEM;
    v->is_as_given = true;
    for (uint32_t i = 0; i < origin->column_count; i++) {
        v->columns[i] = add_column(judge, &origin->columns[i]);
        v->is_as_given = v->is_as_given && v->columns[i] == i;
    }
    for (uint32_t i = 0; i < origin->map_count; i++)
        if (origin->maps[i].is_needed)
            v->maps[v->map_count++] = &origin->maps[i];
    v->store.base.ops = &push_ops;
    v->origin = *origin;
    v->origin.store = &v->store.base;
    tn_reader_options options = {.program = tn_run_program(eval->run),
                                 .code = &eval->image->code,
                                 .memory = eval->memory};
    TN_TRY(tn_origin_open(&v->reader, &v->origin, &options, why));
    v->is_plain = v->reader.machine == NULL;
    judge->wants_undeclared |= eval->image->categories[v->bound->category].strict != 0;
    TN_TRY(tn_decider_new(eval->run, v->bound->category, v->bound->placement, &v->own));
    v->first = v->own;
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

static void drop_moment(tn_row_judge *judge)
{
    for (uint32_t i = 0; i < judge->view_count; i++) {
        tn_decider_free(judge->views[i].second);
        judge->views[i].second = NULL;
    }
    tn_run_free(judge->moment);
    judge->moment = NULL;
}

void tn_row_judge_free(tn_row_judge *judge)
{
    if (judge == NULL)
        return;
    drop_moment(judge);
    for (uint32_t i = 0; i < judge->view_count; i++) {
        tn_batch_free(judge->views[i].batch);
        tn_decider_free(judge->views[i].own);
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
    for (uint32_t i = 0; i < judge->view_count; i++) {
        view *v = &judge->views[i];
        tn_batch_free(v->batch);
        v->batch = NULL;
        v->first = v->own;
    }
    drop_moment(judge);
}

static tn_status make_batch(const tn_row_judge *judge, view *v)
{
    if (v->batch != NULL)
        return TN_OK;
    TN_TRY(tn_batch_new(judge->eval->run, v->bound->category, v->bound->placement, 0,
                        &v->batch));
    v->first = tn_batch_decider(v->batch);
    return TN_OK;
}

tn_status tn_row_judge_set_now(tn_row_judge *judge, tn_instant now)
{
    drop_moment(judge);
    TN_TRY(tn_run_at(judge->eval->run, now, &judge->moment));
    for (uint32_t i = 0; i < judge->view_count; i++) {
        view *v = &judge->views[i];
        TN_TRY(make_batch(judge, v));
        TN_TRY(tn_decider_new(judge->moment, v->bound->category, v->bound->placement,
                              &v->second));
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
    const view *v = &judge->views[0];
    tn_eval_ask ask = {judge->eval, judge->eval->run,
                       (uint32_t)(v->bound - judge->eval->bounds), arena};
    *is_known = judge->view_count == 1 && v->is_as_given && judge->moment != NULL &&
                has_few_facts(judge->eval);
    if (!*is_known)
        return TN_OK;
    return tn_eval_goes(&ask, judge->moment, &out->goes, is_known);
}

/* --- one row */

static const tn_verdict unplaced = {
    .decision = TN_FLAG, .reason = TN_REASON_UNKNOWN_GUARD, .clause = TN_NONE};

static void show_row(view *v, const tn_store_row *row)
{
    v->row = *row;
    if (v->is_as_given)
        return;
    for (uint32_t i = 0; i < v->origin.column_count; i++)
        v->values[i] = row->values[v->columns[i]];
    v->row.values = v->values;
}

/* Is the row one of the category's at all? */
static tn_status look_at(view *v, bool *is_meant, bool *in_doubt)
{
    const tn_store_row *meant;
    tn_buf why;
    *is_meant = true;
    *in_doubt = false;
    if (v->is_plain)
        return TN_OK;
    tn_buf_init(&why, v->reader.arena.memory);
    v->store.row = &v->row;
    TN_TRY(tn_origin_next(&v->reader, &meant, in_doubt, &why));
    v->store.row = NULL;
    *is_meant = meant != NULL;
    return TN_OK;
}

static tn_value *room_of(tn_decider *decider, const tn_origin_map *map)
{
    return map->target == TN_MAP_KEY ? &tn_decider_keys(decider)[map->index]
                                     : &tn_decider_fields(decider)[map->index];
}

static tn_status fill_first(view *v)
{
    for (uint32_t i = 0; i < v->map_count; i++)
        TN_TRY(tn_origin_value(&v->reader, &v->row, v->maps[i],
                               room_of(v->first, v->maps[i])));
    return TN_OK;
}

/* The same values, once they are decoded. */
static void fill_second(view *v)
{
    for (uint32_t i = 0; i < v->map_count; i++)
        *room_of(v->second, v->maps[i]) = *room_of(v->first, v->maps[i]);
}

static unsigned flags_of(const tn_store_row *row)
{
    unsigned flags = row->problem != NULL ? TN_RECORD_UNREADABLE : 0;
    return flags | (row->undeclared_count > 0 ? TN_RECORD_UNDECLARED : 0);
}

/* At the plan's instant; and, where that is delete or `both`, at the moment. */
static tn_status decide_view(view *v, const tn_store_row *row, unsigned wants,
                             bool both, tn_row_verdict *out)
{
    bool in_doubt;
    *out = (tn_row_verdict){.is_meant = false};
    show_row(v, row);
    TN_TRY(look_at(v, &out->is_meant, &in_doubt));
    if (!out->is_meant)
        return TN_OK;
    out->first = &v->first_verdict;
    if (in_doubt) {
        v->first_verdict = unplaced;
        return TN_OK;
    }
    if (row->problem == NULL)
        TN_TRY(fill_first(v));
    if (v->batch != NULL)
        TN_TRY(tn_batch_decide_one(v->batch, flags_of(row), wants, &v->first_verdict));
    else
        TN_TRY(tn_decide(v->first, flags_of(row), wants, &v->first_verdict));
    if (v->second == NULL || (v->first_verdict.decision == TN_KEEP && !both))
        return TN_OK;
    if (row->problem == NULL)
        fill_second(v);
    TN_TRY(tn_decide(v->second, flags_of(row), wants, &v->second_verdict));
    out->second = &v->second_verdict;
    out->is_erased = v->first_verdict.decision == TN_DELETE &&
                     v->second_verdict.decision == TN_DELETE;
    return TN_OK;
}

tn_status tn_row_judge_is_claimed(tn_row_judge *judge, const tn_store_row *row,
                                  bool *out)
{
    *out = false;
    for (uint32_t i = 1; !*out && i < judge->view_count; i++) {
        tn_row_verdict other;
        TN_TRY(decide_view(&judge->views[i], row, 0, false, &other));
        *out = other.is_meant && !other.is_erased;
    }
    return TN_OK;
}

static bool is_redacted(const tn_verdict *verdict, uint32_t field)
{
    for (uint32_t i = 0; i < verdict->redact_count; i++)
        if (verdict->redact[i] == field)
            return true;
    return false;
}

/* Is the column a field of the view's that it redacts at both instants, and nothing
 * else to it? */
static bool redacts_column(const view *v, const tn_row_verdict *verdict,
                           uint32_t column)
{
    bool found = false;
    if (verdict->second == NULL)
        return false;
    for (uint32_t i = 0; i < v->origin.map_count; i++) {
        const tn_origin_map *map = &v->origin.maps[i];
        if (map->column != column)
            continue;
        if (map->target != TN_MAP_FIELD || !is_redacted(verdict->first, map->index) ||
            !is_redacted(verdict->second, map->index))
            return false;
        found = true;
    }
    return found;
}

static tn_status view_wants_column(view *v, const tn_store_row *row, uint32_t column,
                                   bool *out)
{
    tn_row_verdict verdict;
    TN_TRY(decide_view(v, row, TN_WANT_REDACT, true, &verdict));
    *out =
        verdict.is_meant && !verdict.is_erased && !redacts_column(v, &verdict, column);
    return TN_OK;
}

tn_status tn_row_judge_wants_column(tn_row_judge *judge, const tn_store_row *row,
                                    tn_str column, bool *out)
{
    const tn_store_ops *ops = judge->views[0].bound->origin.store->ops;
    tn_store_column wanted = {column, false};
    tn_store_object object = {.columns = &wanted, .column_count = 1};
    *out = false;
    for (uint32_t i = 1; i < judge->view_count; i++) {
        const tn_origin *origin = &judge->views[i].origin;
        for (uint32_t j = 0; !*out && j < origin->column_count; j++)
            if (tn_store_find_column(ops, &object, origin->columns[j].name) == 0)
                TN_TRY(view_wants_column(&judge->views[i], row, j, out));
    }
    return TN_OK;
}

tn_status tn_row_judge_decide(tn_row_judge *judge, const tn_store_row *row,
                              unsigned wants, tn_row_verdict *out)
{
    bool both = (wants & TN_WANT_REDACT) != 0;
    TN_TRY(decide_view(&judge->views[0], row, wants, both, out));
    if (!out->is_erased)
        return TN_OK;
    TN_TRY(tn_row_judge_is_claimed(judge, row, &out->is_claimed));
    out->is_erased = !out->is_claimed;
    return TN_OK;
}

tn_decider *tn_row_judge_decider(tn_row_judge *judge, bool at_moment)
{
    return at_moment ? judge->views[0].second : judge->views[0].first;
}

const tn_value *tn_row_judge_values(const tn_row_judge *judge)
{
    return judge->views[0].row.values;
}

/* push: what a bound place's records are made from, as a run's table needs it. */
#include "interp/eval/judge.h"

static tn_push_subject subject_of(const tn_origin_map *map)
{
    tn_field_type type = map->how.type;
    bool is_nested = type == TN_FIELD_LIST || type == TN_FIELD_MAP ||
                     (type == TN_FIELD_DYN && map->target == TN_MAP_FIELD);
    if (map->column == TN_NONE || is_nested)
        return (tn_push_subject){.from = TN_PUSH_COMPUTED};
    return (tn_push_subject){TN_PUSH_COLUMN, {map->column, map->how}};
}

/* Columns as conditions of `where` see them. */
static void fill_columns(const tn_origin *origin, tn_push_subject *columns)
{
    for (uint32_t i = 0; i < origin->column_count; i++)
        columns[i] = (tn_push_subject){TN_PUSH_COLUMN, {i, {.type = TN_FIELD_DYN}}};
}

tn_status tn_eval_push(const tn_eval_ask *ask, tn_push_table *out)
{
    const tn_eval *eval = ask->eval;
    const tn_bound *bound = &eval->bounds[ask->bound];
    const tn_origin *origin = &bound->origin;
    const tn_img_category *category = &eval->image->categories[bound->category];
    const tn_store_ops *ops = origin->store->ops;
    *out = (tn_push_table){.is_exact = false};
    bool counts_steps = (ops->capabilities & TN_STORE_STEPS) != 0;
    if (ops->version < 4 || ops->counted == NULL ||
        (ask->step_count > 0 && !counts_steps))
        return TN_OK;
    tn_push_subject *fields =
        tn_arena_take_array(ask->arena, category->fields.count, sizeof(*fields));
    tn_push_subject *keys =
        tn_arena_take_array(ask->arena, category->of.count, sizeof(*keys));
    tn_push_subject *columns =
        tn_arena_take_array(ask->arena, origin->column_count, sizeof(*columns));
    if (fields == NULL || keys == NULL || columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < origin->map_count; i++) {
        const tn_origin_map *map = &origin->maps[i];
        if (map->target == TN_MAP_FIELD)
            fields[map->index] = subject_of(map);
        else if (map->target == TN_MAP_KEY)
            keys[map->index] = subject_of(map);
    }
    fill_columns(origin, columns);
    tn_push_input input = {.run = ask->run,
                           .category = bound->category,
                           .placement = bound->placement,
                           .fields = fields,
                           .keys = keys,
                           .where = origin->where,
                           .columns = columns,
                           .step_ends = ask->step_ends,
                           .step_count = ask->step_count};
    TN_TRY(tn_decider_new(ask->run, bound->category, bound->placement, &input.decider));
    tn_status status = tn_push_table_make(&input, ask->arena, out);
    tn_decider_free(input.decider);
    return status;
}

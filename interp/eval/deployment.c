/* deployment: binds what an image's deployment says. */
#include "interp/eval/eval.h"
#include "interp/store/erase.h"

/* --- stores */

static void complain_kind(tn_eval *eval, const tn_img_store *row)
{
    tn_str kind = tn_image_str(eval->image, row->kind);
    tn_buf kinds;
    tn_buf_init(&kinds, eval->memory);
    for (const tn_store_ops *const *ops = eval->config->kinds; *ops != NULL; ops++)
        tn_buf_put_format(&kinds, "%s%s", kinds.len > 0 ? ", " : "", (*ops)->kind);
    tn_eval_complain(eval, row->place,
                     "this program has no stores of kind \"" TN_STR_FMT "\"",
                     TN_STR_ARG(kind));
    tn_eval_advise(eval, "it has " TN_STR_FMT, TN_STR_ARG(tn_buf_view(&kinds)));
    tn_buf_free(&kinds);
}

/* The variable that says where the store is: for what erases it may be another one. */
static tn_str env_of(const tn_eval *eval, const tn_img_store *row,
                     const tn_store_ops *ops)
{
    bool writes = ops->erase != NULL && ops->erase->writing == ops;
    tn_str env = tn_image_str(eval->image, writes ? row->write_env : row->env);
    return env.len > 0 ? env : tn_image_str(eval->image, row->env);
}

/* Where the store is; data NULL where the environment does not say (a complaint). */
static tn_status find_location(tn_eval *eval, const tn_img_store *row,
                               const tn_store_ops *ops, tn_str *out)
{
    tn_str env = env_of(eval, row, ops);
    *out = tn_image_str(eval->image, row->location);
    if (env.len == 0)
        return TN_OK;
    tn_str name = tn_arena_copy(&eval->arena, env);
    const char *value = NULL;
    if (name.data == NULL)
        return TN_NOMEM;
    if (eval->config->find_env != NULL)
        value = eval->config->find_env(name.data);
    *out = tn_str_from(value == NULL || *value == 0 ? NULL : value);
    if (out->data != NULL)
        return TN_OK;
    tn_eval_complain(eval, row->place,
                     "store " TN_STR_FMT ": the environment variable " TN_STR_FMT
                     " is not set",
                     TN_STR_ARG(tn_image_str(eval->image, row->name)), TN_STR_ARG(env));
    return TN_OK;
}

/* What a location from the environment says may be secret; of files it is their path.
 */
static tn_str shown_location(const tn_eval *eval, const tn_img_store *row,
                             const tn_store_ops *ops, tn_str location)
{
    bool is_address = tn_str_find(location, TN_STR("://")) != SIZE_MAX ||
                      tn_str_find(location, TN_STR("=")) != SIZE_MAX;
    return row->env.len > 0 && is_address ? env_of(eval, row, ops) : location;
}

static tn_status connect(tn_eval *eval, uint32_t number, const tn_store_ops *ops,
                         tn_str location)
{
    const tn_img_store *row = &eval->image->stores[number];
    tn_store_config config = {location, eval->memory, eval->config->store_user};
    tn_open_store open = {.row = number, .ops = ops};
    tn_buf why;
    tn_buf_init(&why, eval->memory);
    tn_status status = ops->open(&config, &open.store, &why);
    if (status != TN_OK && status != TN_NOMEM) {
        eval->has_failed_store = true;
        tn_str shown = shown_location(eval, row, ops, location);
        tn_eval_complain(eval, row->place,
                         "store " TN_STR_FMT " (%s " TN_STR_FMT "): " TN_STR_FMT,
                         TN_STR_ARG(tn_image_str(eval->image, row->name)), ops->kind,
                         TN_STR_ARG(shown), TN_STR_ARG(tn_buf_view(&why)));
        status = TN_OK;
    }
    tn_buf_free(&why);
    if (status == TN_OK && open.store != NULL) {
        status = tn_eval_add_store(eval, &open);
        if (status != TN_OK)
            ops->close(open.store);
    }
    return status;
}

/* The store in row `number`, opened when first asked for; NULL where it can't be, which
 * is complained of once. */
static tn_status find_store(tn_eval *eval, uint32_t number, bool *was_tried,
                            tn_store **out)
{
    *out = NULL;
    if (!was_tried[number]) {
        was_tried[number] = true;
        const tn_img_store *row = &eval->image->stores[number];
        const tn_store_ops *ops =
            tn_store_find(eval->config->kinds, tn_image_str(eval->image, row->kind));
        if (ops == NULL) {
            complain_kind(eval, row);
            return TN_OK;
        }
        tn_str location;
        TN_TRY(find_location(eval, row, ops, &location));
        if (location.data == NULL)
            return TN_OK;
        TN_TRY(connect(eval, number, ops, location));
    }
    for (uint32_t i = 0; i < eval->store_count; i++)
        if (eval->stores[i].row == number)
            *out = eval->stores[i].store;
    return TN_OK;
}

/* --- sources */

/* The type that a mapping makes; keys have none of their own. */
static tn_field_type type_of_map(const tn_image *image, const tn_img_column_map *map,
                                 const tn_img_range *targets)
{
    switch ((tn_map_target)map->target) {
    case TN_MAP_FIELD:
        return (tn_field_type)image->fields[targets->first + map->index].type;
    case TN_MAP_FACT:
        return (tn_field_type)image->facts[targets->first + map->index].type;
    case TN_MAP_HOLD: return TN_FIELD_BOOL;
    case TN_MAP_HOLD_FROM:
    case TN_MAP_HOLD_UNTIL: return TN_FIELD_TIMESTAMP;
    case TN_MAP_KEY:
    case TN_MAP_ENTITY_KEY:
    case TN_MAP_TARGET_COUNT: break;
    }
    return TN_FIELD_DYN;
}

static tn_str shape_of_map(const tn_image *image, const tn_img_column_map *map,
                           const tn_img_range *targets)
{
    if (map->target == TN_MAP_FIELD)
        return tn_image_str(image, image->fields[targets->first + map->index].shape);
    if (map->target == TN_MAP_FACT)
        return tn_image_str(image, image->facts[targets->first + map->index].shape);
    return TN_STR("");
}

static tn_origin_map make_map(const tn_image *image, const tn_img_column_map *row,
                              const tn_img_range *targets, unsigned forms)
{
    return (tn_origin_map){
        .target = (tn_map_target)row->target,
        .index = row->index,
        .column = row->column,
        .expr = row->value,
        .is_needed = true,
        .place = row->place,
        .shape = shape_of_map(image, row, targets),
        .how = {.type = type_of_map(image, row, targets),
                .encoding = (tn_encoding)row->encoding,
                .forms = forms,
                .zone = tn_image_zone(image, row->zone),
                .absent = (tn_absent_kind)row->absent,
                .absent_int = row->absent_int,
                .absent_text = tn_image_str(image, row->absent_text)}};
}

/* Makes an origin from row `number`. `targets` are the fields of a category or the
 * facts of an entity. */
static tn_status make_origin(tn_eval *eval, uint32_t number,
                             const tn_img_range *targets, tn_store *store,
                             tn_origin *out)
{
    const tn_image *image = eval->image;
    const tn_img_data_source *row = &image->data_sources[number];
    *out =
        (tn_origin){.store_name = tn_image_str(image, image->stores[row->store].name),
                    .noun = tn_image_str(image, row->noun),
                    .object = tn_image_str(image, row->object),
                    .store = store,
                    .column_count = row->columns.count,
                    .map_count = row->maps.count,
                    .where = row->where,
                    .place = row->place};
    out->columns =
        tn_arena_take_array(&eval->arena, out->column_count, sizeof(*out->columns));
    out->maps = tn_arena_take_array(&eval->arena, out->map_count, sizeof(*out->maps));
    if (out->columns == NULL || out->maps == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < out->column_count; i++)
        out->columns[i].name =
            tn_image_str(image, image->columns[row->columns.first + i].name);
    for (uint32_t i = 0; i < out->map_count; i++)
        out->maps[i] = make_map(image, &image->column_maps[row->maps.first + i],
                                targets, tn_store_forms(store->ops));
    return TN_OK;
}

/* --- facts and bindings */

static tn_status bind_facts(tn_eval *eval, uint32_t number, bool *was_tried)
{
    const tn_img_fact_source *row = &eval->image->fact_sources[number];
    const tn_img_data_source *source = &eval->image->data_sources[row->source];
    tn_entity_facts *facts = &eval->entities[row->entity];
    tn_store *store;
    facts->is_bound = true;
    TN_TRY(find_store(eval, source->store, was_tried, &store));
    if (store == NULL)
        return TN_OK;
    TN_TRY(make_origin(eval, row->source, &eval->image->entities[row->entity].facts,
                       store, &facts->origin));
    tn_origin_want(&facts->origin, &eval->image->code);
    return tn_eval_look_at_columns(eval, &facts->origin);
}

static bool passes(const tn_eval *eval, const tn_eval_filter *filter,
                   const tn_img_binding *row)
{
    tn_str word =
        tn_image_str(eval->image, eval->image->placements[row->placement].store);
    bool is_named = filter->placement_count == 0;
    for (size_t i = 0; i < filter->placement_count; i++)
        is_named |= tn_str_equal(filter->placements[i], word);
    return is_named &&
           (filter->category == TN_NONE || filter->category == row->category);
}

/* An entity of the category whose facts nothing provides. */
static void complain_facts(tn_eval *eval, const tn_img_binding *row)
{
    const tn_img_category *category = &eval->image->categories[row->category];
    for (uint32_t i = 0; i < category->of.count; i++) {
        uint32_t entity = eval->image->ofs[category->of.first + i].entity;
        if (!eval->entities[entity].is_bound)
            tn_eval_complain(eval, row->place,
                             "category " TN_STR_FMT " is of " TN_STR_FMT
                             ", and the deployment does not say where its facts are",
                             TN_STR_ARG(tn_image_str(eval->image, category->name)),
                             TN_STR_ARG(tn_image_str(
                                 eval->image, eval->image->entities[entity].name)));
    }
}

static tn_status bind_records(tn_eval *eval, uint32_t number, bool *was_tried)
{
    const tn_image *image = eval->image;
    const tn_img_binding *row = &image->bindings[number];
    tn_bound *bound;
    tn_store *store;
    TN_TRY(tn_eval_add_bound(eval, &bound));
    bound->category = row->category;
    bound->placement = row->placement;
    bound->binding = number;
    bound->is_managed = row->source != TN_NONE;
    if (!bound->is_managed)
        return TN_OK;
    complain_facts(eval, row);
    TN_TRY(find_store(eval, image->data_sources[row->source].store, was_tried, &store));
    if (store == NULL)
        return TN_OK;
    TN_TRY(make_origin(eval, row->source, &image->categories[row->category].fields,
                       store, &bound->origin));
    TN_TRY(tn_eval_mark_needs(eval, bound));
    return tn_eval_look_at_columns(eval, &bound->origin);
}

tn_status tn_eval_bind_deployment(tn_eval *eval, const tn_eval_filter *filter)
{
    const tn_image *image = eval->image;
    bool *was_tried =
        tn_arena_take_array(&eval->arena, image->store_count, sizeof(*was_tried));
    if (was_tried == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->fact_source_count; i++)
        TN_TRY(bind_facts(eval, i, was_tried));
    for (uint32_t i = 0; i < image->binding_count; i++)
        if (passes(eval, filter, &image->bindings[i]))
            TN_TRY(bind_records(eval, i, was_tried));
    return tn_eval_status(eval);
}

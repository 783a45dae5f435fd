#include "interp/eval/pipe.h"
#include "interp/eval/needs.h"

tn_str tn_pipe_kind(tn_str path)
{
    return tn_str_ends(path, TN_STR(".csv")) ? TN_STR("csv") : TN_STR("jsonl");
}

void tn_eval_bind_no_facts(tn_eval *eval, uint32_t entity)
{
    eval->entities[entity].is_bound = true;
    eval->entities[entity].is_none = true;
}

/* --- making an origin */

/* An origin of at most `limit` columns and values. */
static tn_status start(tn_eval *eval, const tn_pipe_file *file, uint32_t limit,
                       tn_origin *out)
{
    tn_open_store open = {.row = TN_NONE,
                          .ops = tn_store_find(eval->config->kinds, file->kind)};
    tn_store_config config = {file->path, eval->memory, eval->config->store_user};
    bool is_stdin = tn_str_equal(file->path, TN_STR("-"));
    *out =
        (tn_origin){.store_name = is_stdin ? TN_STR("the standard input") : file->path,
                    .object = file->path,
                    .where = TN_NONE,
                    .place = TN_NONE};
    out->columns = tn_arena_take_array(&eval->arena, limit, sizeof(*out->columns));
    out->maps = tn_arena_take_array(&eval->arena, limit, sizeof(*out->maps));
    if (out->columns == NULL || out->maps == NULL)
        return TN_NOMEM;
    if (open.ops == NULL) {
        tn_eval_complain(eval, TN_NONE, "there is no kind of file called " TN_STR_FMT,
                         TN_STR_ARG(file->kind));
        return TN_STORE;
    }
    tn_buf why;
    tn_buf_init(&why, eval->memory);
    tn_status status = open.ops->open(&config, &open.store, &why);
    if (status != TN_OK && status != TN_NOMEM) {
        tn_eval_complain(eval, TN_NONE, TN_STR_FMT, TN_STR_ARG(tn_buf_view(&why)));
        status = TN_STORE;
    }
    tn_buf_free(&why);
    TN_TRY(status);
    out->store = open.store;
    status = tn_eval_add_store(eval, &open);
    if (status != TN_OK)
        open.ops->close(open.store);
    return status;
}

/* Adds a value made from the column of this name. */
static tn_origin_map *add(tn_origin *origin, tn_str column, tn_map_target target,
                          uint32_t index, tn_field_type type)
{
    uint32_t number = 0;
    while (number < origin->column_count &&
           !tn_str_equal(origin->columns[number].name, column))
        number++;
    if (number == origin->column_count)
        origin->columns[origin->column_count++].name = column;
    tn_origin_map *map = &origin->maps[origin->map_count++];
    *map = (tn_origin_map){.target = target,
                           .index = index,
                           .column = number,
                           .expr = TN_NONE,
                           .is_needed = true,
                           .place = TN_NONE,
                           .how = {.type = type,
                                   .forms = tn_store_forms(origin->store->ops),
                                   .zone = tn_zone_utc}};
    return map;
}

/* --- columns that are not there */

static bool knows_columns(const tn_origin *origin)
{
    return (origin->store->ops->capabilities & TN_STORE_COLUMNS) != 0;
}

static void complain_column(tn_eval *eval, const tn_origin *origin, tn_str column,
                            const char *what)
{
    tn_eval_complain(eval, TN_NONE,
                     TN_STR_FMT ": there is no column \"" TN_STR_FMT "\", %s",
                     TN_STR_ARG(origin->store_name), TN_STR_ARG(column), what);
}

/* Leaves out a value whose column is not there; complains where it must be. */
static void drop_missing(tn_eval *eval, const tn_origin *origin,
                         const tn_store_object *object, tn_origin_map *map,
                         const char *must)
{
    tn_str column = origin->columns[map->column].name;
    if (tn_store_find_column(origin->store->ops, object, column) != TN_NONE)
        return;
    map->is_needed = false;
    if (must != NULL)
        complain_column(eval, origin, column, must);
}

/* --- facts */

static const char *must_have_fact(const tn_eval *eval, uint32_t entity,
                                  uint32_t category, const tn_origin_map *map)
{
    const tn_img_category *row = &eval->image->categories[category];
    if (map->target == TN_MAP_ENTITY_KEY)
        return "the key that --facts names";
    for (uint32_t of = 0; map->target == TN_MAP_FACT && of < row->of.count; of++)
        if (eval->image->ofs[row->of.first + of].entity == entity &&
            tn_needs_fact(eval->image, category, of, map->index))
            return "which the policy reads; where nothing has happened, leave its "
                   "cells empty";
    return NULL;
}

tn_status tn_eval_bind_facts(tn_eval *eval, uint32_t entity, tn_str key,
                             const tn_pipe_file *file, uint32_t category)
{
    const tn_image *image = eval->image;
    tn_img_range facts = image->entities[entity].facts;
    tn_origin *origin = &eval->entities[entity].origin;
    eval->entities[entity].is_bound = true;
    TN_TRY(start(eval, file, facts.count + 4, origin));
    add(origin, key, TN_MAP_ENTITY_KEY, 0, TN_FIELD_DYN);
    for (uint32_t i = 0; i < facts.count; i++) {
        const tn_img_fact *fact = &image->facts[facts.first + i];
        add(origin, tn_image_str(image, fact->name), TN_MAP_FACT, i,
            (tn_field_type)fact->type)
            ->shape = tn_image_str(image, fact->shape);
    }
    add(origin, TN_STR("hold"), TN_MAP_HOLD, 0, TN_FIELD_BOOL);
    add(origin, TN_STR("hold_from"), TN_MAP_HOLD_FROM, 0, TN_FIELD_TIMESTAMP);
    add(origin, TN_STR("hold_until"), TN_MAP_HOLD_UNTIL, 0, TN_FIELD_TIMESTAMP);
    tn_store_object object;
    bool is_there;
    TN_TRY(tn_eval_look(eval, origin, &object, &is_there));
    for (uint32_t i = 0; is_there && knows_columns(origin) && i < origin->map_count;
         i++)
        drop_missing(eval, origin, &object, &origin->maps[i],
                     must_have_fact(eval, entity, category, &origin->maps[i]));
    tn_origin_want(origin, &image->code);
    return tn_eval_status(eval);
}

/* --- records */

static const char *must_have_field(const tn_origin_map *map)
{
    if (map->target == TN_MAP_KEY)
        return "the key that --key names";
    return map->is_needed ? "which the policy reads" : NULL;
}

tn_status tn_eval_bind_records(tn_eval *eval, uint32_t category, const tn_str *keys,
                               const tn_pipe_file *file)
{
    const tn_image *image = eval->image;
    const tn_img_category *row = &image->categories[category];
    tn_bound *bound;
    TN_TRY(tn_eval_add_bound(eval, &bound));
    bound->category = category;
    bound->is_managed = true;
    tn_origin *origin = &bound->origin;
    TN_TRY(start(eval, file, row->fields.count + row->of.count, origin));
    for (uint32_t i = 0; i < row->fields.count; i++) {
        const tn_img_field *field = &image->fields[row->fields.first + i];
        add(origin, tn_image_str(image, field->name), TN_MAP_FIELD, i,
            (tn_field_type)field->type)
            ->shape = tn_image_str(image, field->shape);
    }
    for (uint32_t i = 0; i < row->of.count; i++)
        if (keys[i].data != NULL)
            add(origin, keys[i], TN_MAP_KEY, i, TN_FIELD_DYN);
    TN_TRY(tn_eval_mark_needs(eval, bound));
    tn_store_object object;
    bool is_there;
    TN_TRY(tn_eval_look(eval, origin, &object, &is_there));
    for (uint32_t i = 0; is_there && knows_columns(origin) && i < origin->map_count;
         i++)
        drop_missing(eval, origin, &object, &origin->maps[i],
                     must_have_field(&origin->maps[i]));
    tn_origin_want(origin, &image->code);
    return tn_eval_status(eval);
}

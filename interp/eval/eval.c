#include "interp/eval/eval.h"
#include "interp/eval/needs.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

tn_status tn_eval_new(const tn_eval_config *config, tn_eval **out)
{
    tn_eval *eval = tn_resize(config->memory, NULL, 0, sizeof(*eval));
    if (eval == NULL)
        return TN_NOMEM;
    *eval =
        (tn_eval){.image = config->image, .config = config, .memory = config->memory};
    tn_arena_init(&eval->arena, config->memory);
    tn_buf_init(&eval->problems, config->memory);
    tn_buf_init(&eval->warnings, config->memory);
    eval->entities = tn_arena_take_array(&eval->arena, config->image->entity_count,
                                         sizeof(*eval->entities));
    tn_status status = TN_NOMEM;
    if (eval->entities != NULL)
        status = tn_run_new(config->image, config->now, config->memory, &eval->run);
    if (status != TN_OK) {
        tn_eval_free(eval);
        return status;
    }
    *out = eval;
    return TN_OK;
}

void tn_eval_free(tn_eval *eval)
{
    if (eval == NULL)
        return;
    const tn_allocator *memory = eval->memory;
    for (uint32_t i = 0; eval->entities != NULL && i < eval->image->entity_count; i++)
        tn_facts_free(eval->entities[i].facts);
    for (uint32_t i = 0; i < eval->store_count; i++)
        eval->stores[i].ops->close(eval->stores[i].store);
    tn_run_free(eval->run);
    tn_buf_free(&eval->problems);
    tn_buf_free(&eval->warnings);
    tn_arena_free(&eval->arena);
    tn_resize(memory, eval, sizeof(*eval), 0);
}

/* --- what is wrong */

void tn_eval_put_place(tn_buf *buf, const tn_image *image, uint32_t number)
{
    const tn_img_place *place = &image->places[number];
    tn_buf_put(buf, tn_image_str(image, image->sources[place->source].name));
    tn_buf_put_char(buf, ':');
    tn_buf_put_uint(buf, place->line);
    tn_buf_put_char(buf, ':');
    tn_buf_put_uint(buf, place->column);
}

static void put_formatted(tn_buf *buf, const char *format, va_list args)
{
    char text[4096];
    int len = vsnprintf(text, sizeof(text), format, args);
    size_t whole = len < 0 ? 0 : (size_t)len;
    tn_buf_put(buf, (tn_str){text, whole < sizeof(text) ? whole : sizeof(text) - 1});
    tn_buf_put_char(buf, '\n');
}

void tn_eval_complain(tn_eval *eval, uint32_t place, const char *format, ...)
{
    va_list args;
    eval->problem_count++;
    if (place != TN_NONE) {
        tn_eval_put_place(&eval->problems, eval->image, place);
        tn_buf_put_text(&eval->problems, ": ");
    }
    tn_buf_put_text(&eval->problems, "error: ");
    va_start(args, format);
    put_formatted(&eval->problems, format, args);
    va_end(args);
}

void tn_eval_advise(tn_eval *eval, const char *format, ...)
{
    va_list args;
    tn_buf_put_text(&eval->problems, "  help: ");
    va_start(args, format);
    put_formatted(&eval->problems, format, args);
    va_end(args);
}

void tn_eval_warn(tn_eval *eval, const char *format, ...)
{
    va_list args;
    tn_buf_put_text(&eval->warnings, "warning: ");
    va_start(args, format);
    put_formatted(&eval->warnings, format, args);
    va_end(args);
}

void tn_eval_note_remarks(tn_eval *eval)
{
    for (uint32_t i = 0; i < eval->store_count; i++) {
        tn_open_store *open = &eval->stores[i];
        if (open->is_remarked || open->ops->version < 3 || open->ops->remark == NULL)
            continue;
        tn_str text = open->ops->remark(open->store);
        tn_str name =
            open->row == TN_NONE
                ? TN_STR("")
                : tn_image_str(eval->image, eval->image->stores[open->row].name);
        open->is_remarked = text.len > 0;
        if (open->is_remarked)
            tn_eval_warn(eval, "store " TN_STR_FMT ": " TN_STR_FMT, TN_STR_ARG(name),
                         TN_STR_ARG(text));
    }
}

tn_status tn_eval_status(const tn_eval *eval)
{
    if (eval->problems.failed || eval->warnings.failed)
        return TN_NOMEM;
    return eval->problem_count > 0 ? TN_STORE : TN_OK;
}

tn_str tn_eval_nearest(tn_str name, const tn_str *names, uint32_t count)
{
    tn_str nearest = {NULL, 0};
    unsigned best = (unsigned)(name.len / 3 < 3 ? name.len / 3 : 3) + 1;
    for (uint32_t i = 0; i < count; i++) {
        unsigned distance = tn_str_distance(name, names[i], best);
        if (distance < best) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

void tn_eval_complain_of(tn_eval *eval, const tn_origin *origin, const tn_buf *why)
{
    tn_buf name;
    tn_buf_init(&name, eval->memory);
    tn_origin_put_name(&name, origin);
    tn_eval_complain(eval, origin->place, TN_STR_FMT ": " TN_STR_FMT,
                     TN_STR_ARG(tn_buf_view(&name)), TN_STR_ARG(tn_buf_view(why)));
    tn_buf_free(&name);
}

/* --- lists */

static tn_status grow(tn_arena *arena, void **list, uint32_t count, uint32_t *capacity,
                      size_t size)
{
    if (count < *capacity)
        return TN_OK;
    uint32_t wanted = *capacity == 0 ? 8 : 2 * *capacity;
    void *grown = tn_arena_take_array(arena, wanted, size);
    if (grown == NULL)
        return TN_NOMEM;
    if (count > 0)
        memcpy(grown, *list, count * size);
    *list = grown;
    *capacity = wanted;
    return TN_OK;
}

tn_status tn_eval_add_bound(tn_eval *eval, tn_bound **out)
{
    TN_TRY(grow(&eval->arena, (void **)&eval->bounds, eval->bound_count,
                &eval->bound_capacity, sizeof(*eval->bounds)));
    *out = &eval->bounds[eval->bound_count++];
    **out = (tn_bound){.category = TN_NONE, .placement = TN_NONE, .binding = TN_NONE};
    return TN_OK;
}

tn_status tn_eval_add_store(tn_eval *eval, const tn_open_store *store)
{
    TN_TRY(grow(&eval->arena, (void **)&eval->stores, eval->store_count,
                &eval->store_capacity, sizeof(*eval->stores)));
    eval->stores[eval->store_count++] = *store;
    return TN_OK;
}

/* --- looking at an origin */

static void put_names(tn_buf *buf, const tn_str *names, uint32_t count)
{
    enum { SHOWN_MAX = 12 };
    for (uint32_t i = 0; i < count && i < SHOWN_MAX; i++) {
        tn_buf_put_text(buf, i > 0 ? ", " : "");
        tn_buf_put(buf, names[i]);
    }
    if (count > SHOWN_MAX)
        tn_buf_put_format(buf, " and %u more", count - SHOWN_MAX);
}

/* "did you mean X", or all there are. */
static void advise_names(tn_eval *eval, tn_str name, const tn_str *names,
                         uint32_t count)
{
    tn_buf list;
    tn_str nearest = tn_eval_nearest(name, names, count);
    if (nearest.data != NULL) {
        tn_eval_advise(eval, "did you mean \"" TN_STR_FMT "\"?", TN_STR_ARG(nearest));
        return;
    }
    if (count == 0)
        return;
    tn_buf_init(&list, eval->memory);
    put_names(&list, names, count);
    tn_eval_advise(eval, "there are " TN_STR_FMT, TN_STR_ARG(tn_buf_view(&list)));
    tn_buf_free(&list);
}

/* A store of a deployment has a name; a file is named by its path alone. */
static const char *store_word(const tn_origin *origin)
{
    return origin->place == TN_NONE ? "" : "store ";
}

static tn_status complain_object(tn_eval *eval, const tn_origin *origin, tn_buf *why)
{
    const tn_store_ops *ops = origin->store->ops;
    const tn_str *names;
    uint32_t count;
    tn_eval_complain(eval, origin->place, "%s" TN_STR_FMT ": " TN_STR_FMT,
                     store_word(origin), TN_STR_ARG(origin->store_name),
                     TN_STR_ARG(tn_buf_view(why)));
    tn_buf_reset(why);
    tn_status status = ops->list(origin->store, &eval->arena, &names, &count, why);
    if (status == TN_NOMEM)
        return status;
    if (status == TN_OK)
        advise_names(eval, origin->object, names, count);
    return TN_OK;
}

/* Where a column is bound: at the first value made from it alone, else with the origin.
 */
static uint32_t place_of_column(const tn_origin *origin, uint32_t column)
{
    for (uint32_t i = 0; i < origin->map_count; i++)
        if (origin->maps[i].column == column)
            return origin->maps[i].place;
    return origin->place;
}

static tn_status complain_columns(tn_eval *eval, const tn_origin *origin,
                                  const tn_store_object *object)
{
    const tn_store_ops *ops = origin->store->ops;
    tn_str *names =
        tn_arena_take_array(&eval->arena, object->column_count, sizeof(*names));
    if (names == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < object->column_count; i++)
        names[i] = object->columns[i].name;
    for (uint32_t i = 0; i < origin->column_count; i++) {
        tn_str name = origin->columns[i].name;
        if (tn_store_find_column(ops, object, name) != TN_NONE)
            continue;
        tn_eval_complain(eval, place_of_column(origin, i),
                         "%s" TN_STR_FMT ": %s \"" TN_STR_FMT
                         "\" has no column \"" TN_STR_FMT "\"",
                         store_word(origin), TN_STR_ARG(origin->store_name),
                         object->noun, TN_STR_ARG(origin->object), TN_STR_ARG(name));
        advise_names(eval, name, names, object->column_count);
    }
    return TN_OK;
}

tn_status tn_eval_look(tn_eval *eval, tn_origin *origin, tn_store_object *object,
                       bool *is_there)
{
    tn_buf why;
    const tn_store_ops *ops = origin->store->ops;
    tn_buf_init(&why, eval->memory);
    *object = (tn_store_object){.noun = "file"};
    tn_status status =
        ops->describe(origin->store, origin->object, &eval->arena, object, &why);
    *is_there = status == TN_OK;
    eval->has_failed_store |= status != TN_OK && status != TN_NOT_FOUND;
    if (status != TN_OK && status != TN_NOMEM)
        status = complain_object(eval, origin, &why);
    tn_buf_free(&why);
    return status;
}

tn_status tn_eval_look_at_columns(tn_eval *eval, tn_origin *origin)
{
    tn_store_object object;
    bool is_there;
    TN_TRY(tn_eval_look(eval, origin, &object, &is_there));
    if (!is_there || (origin->store->ops->capabilities & TN_STORE_COLUMNS) == 0)
        return TN_OK;
    return complain_columns(eval, origin, &object);
}

tn_status tn_eval_mark_needs(tn_eval *eval, tn_bound *bound)
{
    const tn_image *image = eval->image;
    tn_img_range fields = image->categories[bound->category].fields;
    bool *needed = tn_arena_take_array(&eval->arena, fields.count, sizeof(*needed));
    if (needed == NULL)
        return TN_NOMEM;
    tn_needs_fields(image, bound->category, needed);
    bool is_keyed = (bound->origin.store->ops->capabilities & TN_STORE_KEYED) != 0;
    for (uint32_t i = 0; i < fields.count; i++)
        needed[i] |= !is_keyed && image->fields[fields.first + i].is_key != 0;
    for (uint32_t i = 0; i < bound->origin.map_count; i++) {
        tn_origin_map *map = &bound->origin.maps[i];
        if (map->target == TN_MAP_FIELD && map->index < fields.count)
            map->is_needed = needed[map->index];
    }
    tn_origin_want(&bound->origin, &image->code);
    return TN_OK;
}

/* plan_places: what there is to be done where, and what hinders it. */
#include "interp/apply/plan.h"
#include "interp/apply/plan_push.h"
#include "interp/apply/redaction.h"
#include "interp/apply/upstream.h"
#include "interp/apply/wholes.h"

#include <string.h>

/* --- names */

static tn_str copy_view(tn_arena *arena, tn_buf *buf)
{
    tn_str out =
        buf->failed ? (tn_str){NULL, 0} : tn_arena_copy(arena, tn_buf_view(buf));
    tn_buf_free(buf);
    return out;
}

/* How many places before it are of the same category, placement and object: parts of
 * one table, told apart by a condition. */
static uint32_t count_like(const tn_eval *eval, uint32_t number)
{
    const tn_bound *bound = &eval->bounds[number];
    uint32_t count = 0;
    for (uint32_t i = 0; i < number; i++) {
        const tn_bound *other = &eval->bounds[i];
        count += other->is_managed && other->category == bound->category &&
                 other->placement == bound->placement &&
                 tn_str_equal(other->origin.store_name, bound->origin.store_name) &&
                 tn_str_equal(other->origin.object, bound->origin.object);
    }
    return count;
}

/* "ipaas.privacy.audit_log elasticsearch db/audit" */
static tn_str name_place(const tn_plan_place *place, uint32_t like, tn_arena *arena)
{
    tn_buf name;
    tn_buf_init(&name, arena->memory);
    tn_buf_put(&name, place->category);
    tn_buf_put_char(&name, ' ');
    tn_buf_put(&name, place->placement);
    tn_buf_put_char(&name, ' ');
    tn_buf_put(&name, place->store);
    tn_buf_put_char(&name, '/');
    tn_buf_put(&name, place->object);
    if (like > 0)
        tn_buf_put_format(&name, " part %u", like + 1);
    if (place->redacts)
        tn_buf_put_text(&name, " redact");
    return copy_view(arena, &name);
}

static tn_status describe(tn_eval *eval, uint32_t number, bool redacts, tn_arena *arena,
                          tn_plan_place *out)
{
    const tn_bound *bound = &eval->bounds[number];
    const tn_image *image = eval->image;
    *out = (tn_plan_place){.bound = number, .redacts = redacts};
    out->category = tn_image_str(image, image->categories[bound->category].name);
    out->placement = tn_image_str(image, image->placements[bound->placement].store);
    out->store = bound->origin.store_name;
    out->object = bound->origin.object;
    out->is_erasable = bound->origin.store->ops->erase != NULL;
    out->place = name_place(out, count_like(eval, number), arena);
    out->days = tn_arena_take_array(arena, TN_PLAN_FORECAST_DAYS, sizeof(*out->days));
    return out->place.data == NULL || out->days == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_plan_name(tn_eval *eval, uint32_t bound, tn_arena *arena, tn_str *out)
{
    tn_plan_place place;
    TN_TRY(describe(eval, bound, false, arena, &place));
    *out = place.place;
    return TN_OK;
}

/* --- obstacles */

static tn_status add_obstacle(tn_plan_place *place, tn_arena *arena, tn_str text)
{
    tn_str *list = tn_arena_take_array(arena, place->obstacle_count + 1, sizeof(*list));
    if (list == NULL || text.data == NULL)
        return TN_NOMEM;
    if (place->obstacle_count > 0)
        memcpy(list, place->obstacles, place->obstacle_count * sizeof(*list));
    list[place->obstacle_count++] = text;
    place->obstacles = list;
    return TN_OK;
}

static bool is_same_name(const tn_store_ops *ops, tn_str a, tn_str b)
{
    tn_store_column column = {a, false};
    tn_store_object object = {.columns = &column, .column_count = 1};
    return tn_store_find_column(ops, &object, b) == 0;
}

static const tn_store_ops *ops_of(const tn_eval *eval, const tn_plan_place *place)
{
    return eval->bounds[place->bound].origin.store->ops;
}

/* Is the object one that the run deletes from, too? */
static bool is_deleted_from(const tn_eval *eval, const tn_plan *plan,
                            const tn_plan_place *place, tn_str object)
{
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const tn_plan_place *other = &plan->places[i];
        if (!other->redacts &&
            eval->bounds[other->bound].origin.store ==
                eval->bounds[place->bound].origin.store &&
            is_same_name(ops_of(eval, place), other->object, object))
            return true;
    }
    return false;
}

/* What follows a deleted row must be declared; then it goes first, and nothing is left
 * to follow. */
static tn_status check_children(const tn_eval *eval, const tn_plan *plan,
                                tn_plan_place *place, tn_arena *arena)
{
    for (uint32_t i = 0; !place->redacts && i < place->child_count; i++) {
        const tn_erase_child *child = &place->children[i];
        if (!child->follows || is_deleted_from(eval, plan, place, child->object))
            continue;
        tn_buf text;
        tn_buf_init(&text, arena->memory);
        tn_buf_put_format(&text,
                          "table \"" TN_STR_FMT "\" has rows that would be deleted or "
                          "changed with those of \"" TN_STR_FMT
                          "\" (ON DELETE), and no category declares it",
                          TN_STR_ARG(child->object), TN_STR_ARG(place->object));
        TN_TRY(add_obstacle(place, arena, copy_view(arena, &text)));
    }
    return TN_OK;
}

tn_status tn_plan_erase_target(tn_eval *eval, const tn_plan_place *place,
                               tn_arena *arena, tn_erase_target *out)
{
    const tn_bound *bound = &eval->bounds[place->bound];
    *out = (tn_erase_target){.object = bound->origin.object,
                             .columns = bound->origin.columns,
                             .column_count = bound->origin.column_count,
                             .redacts = place->redacts};
    if (!place->redacts)
        return TN_OK;
    return tn_redaction_columns(eval->image, bound, arena, &out->redacted,
                                &out->redacted_count);
}

static tn_status examine(tn_eval *eval, tn_plan_place *place, tn_arena *arena)
{
    tn_bound *bound = &eval->bounds[place->bound];
    tn_erase_target target;
    tn_erase_exam exam;
    tn_buf why;
    TN_TRY(tn_plan_erase_target(eval, place, arena, &target));
    tn_buf_init(&why, arena->memory);
    tn_status status = bound->origin.store->ops->erase->examine(
        bound->origin.store, &target, arena, &exam, &why);
    if (status != TN_OK && status != TN_NOMEM) {
        tn_eval_complain_of(eval, &bound->origin, &why);
        status = TN_STORE;
    }
    tn_buf_free(&why);
    TN_TRY(status);
    place->shape = exam.shape;
    place->obstacles = exam.obstacles;
    place->obstacle_count = exam.obstacle_count;
    place->children = exam.children;
    place->child_count = exam.child_count;
    place->buries = exam.buries;
    if (!place->redacts)
        return TN_OK;
    tn_str text;
    TN_TRY(tn_redaction_obstacle(eval->image, bound, arena, &text));
    return text.len == 0 ? TN_OK : add_obstacle(place, arena, text);
}

/* --- the order */

/* Does a place of `rest` delete rows that refer to rows of `place`? */
static bool has_child_in(const tn_eval *eval, const tn_plan_place *place,
                         const tn_plan_place *rest, uint32_t count)
{
    for (uint32_t i = 0; !place->redacts && i < place->child_count; i++)
        for (uint32_t j = 0; j < count; j++)
            if (&rest[j] != place && !rest[j].redacts &&
                eval->bounds[rest[j].bound].origin.store ==
                    eval->bounds[place->bound].origin.store &&
                !is_same_name(ops_of(eval, place), rest[j].object, place->object) &&
                is_same_name(ops_of(eval, place), rest[j].object,
                             place->children[i].object))
                return true;
    return false;
}

/* Does a place of `rest` feed `place`? */
static tn_status has_upstream_in(const tn_eval *eval, const tn_plan_place *place,
                                 const tn_plan_place *rest, uint32_t count, bool *out)
{
    *out = false;
    for (uint32_t i = 0; !*out && i < count; i++)
        TN_TRY(tn_upstream_feeds(eval, rest[i].bound, place->bound, out));
    return TN_OK;
}

/* The number of the first place from `at` on that has to wait for none after it; those
 * in a circle wait for none. */
static tn_status pick_place(const tn_eval *eval, const tn_plan *plan, uint32_t at,
                            uint32_t *out)
{
    const tn_plan_place *rest = plan->places + at;
    uint32_t count = plan->place_count - at;
    *out = at;
    for (uint32_t i = 0; i < count; i++) {
        bool waits = has_child_in(eval, &rest[i], rest, count);
        if (!waits)
            TN_TRY(has_upstream_in(eval, &rest[i], rest, count, &waits));
        if (waits)
            continue;
        *out = at + i;
        return TN_OK;
    }
    return TN_OK;
}

/* Children before parents, upstream before downstream; else as they come. */
static tn_status sort_places(const tn_eval *eval, tn_plan *plan)
{
    for (uint32_t at = 0; at + 1 < plan->place_count; at++) {
        uint32_t pick;
        TN_TRY(pick_place(eval, plan, at, &pick));
        tn_plan_place picked = plan->places[pick];
        memmove(plan->places + at + 1, plan->places + at,
                (pick - at) * sizeof(*plan->places));
        plan->places[at] = picked;
    }
    return TN_OK;
}

tn_status tn_plan_places(tn_eval *eval, tn_arena *arena, tn_plan *out)
{
    size_t most = (size_t)eval->bound_count * 2;
    out->places = tn_arena_take_array(arena, most, sizeof(*out->places));
    out->place_count = 0;
    if (out->places == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < eval->bound_count; i++) {
        const tn_bound *bound = &eval->bounds[i];
        if (!bound->is_managed)
            continue;
        TN_TRY(describe(eval, i, false, arena, &out->places[out->place_count++]));
        if (bound->origin.store->ops->erase != NULL &&
            tn_redaction_is_asked(eval->image, bound->category))
            TN_TRY(describe(eval, i, true, arena, &out->places[out->place_count++]));
    }
    for (uint32_t i = 0; i < out->place_count; i++)
        if (out->places[i].is_erasable)
            TN_TRY(examine(eval, &out->places[i], arena));
    for (uint32_t i = 0; i < out->place_count; i++)
        if (out->places[i].is_erasable)
            TN_TRY(check_children(eval, out, &out->places[i], arena));
    return sort_places(eval, out);
}

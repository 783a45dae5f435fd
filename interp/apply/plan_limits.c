/* plan_limits: cutoffs of a place, and copies that no tool can reach. */
#include "interp/apply/plan_make.h"
#include "interp/eval/copies.h"

/* --- cutoffs */

static tn_str text_of_place(const tn_image *image, uint32_t place, tn_arena *arena)
{
    tn_buf text;
    tn_buf_init(&text, arena->memory);
    tn_eval_put_place(&text, image, place);
    tn_str out =
        text.failed ? (tn_str){NULL, 0} : tn_arena_copy(arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return out;
}

/* The name of the one field or fact that an anchor is; data NULL for others. */
static tn_str name_anchor(const tn_image *image, const tn_img_category *category,
                          const tn_img_clause *clause)
{
    const tn_img_anchor *anchor = &image->anchors[clause->anchor];
    if (anchor->op != TN_ANCHOR_ONE || anchor->members.count != 1)
        return (tn_str){NULL, 0};
    uint32_t number = image->anchor_slots[anchor->members.first].slot;
    const tn_img_slot *slot = &image->slots[category->slots.first + number];
    if (slot->kind == TN_SLOT_FIELD)
        return tn_image_str(image, image->fields[slot->field].name);
    return tn_image_str(image, image->facts[slot->fact].name);
}

static bool has_cutoff(const tn_img_clause *clause, uint32_t placement)
{
    if (clause->anchor == TN_NONE)
        return false;
    return clause->kind == TN_CLAUSE_RETAIN_PERIOD || clause->kind == TN_CLAUSE_LIMIT ||
           (clause->kind == TN_CLAUSE_PLACEMENT_LIMIT &&
            clause->placement == placement);
}

static tn_status add_cutoff(const tn_eval *eval, const tn_img_category *category,
                            const tn_img_clause *clause, tn_arena *arena,
                            tn_plan_cutoff *out)
{
    const tn_image *image = eval->image;
    const tn_img_module *module = &image->modules[clause->module];
    tn_zone zone = tn_image_zone(image, module->zone);
    tn_reckoning reckoning = {.zone = &zone,
                              .whole_days = module->whole_days != 0,
                              .rounding =
                                  (tn_rounding)image->anchors[clause->anchor].rounding,
                              .period = clause->period};
    out->clause = text_of_place(image, clause->place, arena);
    out->anchor = name_anchor(image, category, clause);
    if (out->anchor.data == NULL)
        out->anchor = TN_STR("its anchor");
    out->exists = tn_cutoff(&reckoning, tn_run_now(eval->run), &out->at);
    return out->clause.data == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_plan_find_cutoffs(const tn_eval *eval, tn_arena *arena,
                               tn_plan_place *place)
{
    const tn_image *image = eval->image;
    const tn_bound *bound = &eval->bounds[place->bound];
    const tn_img_category *category = &image->categories[bound->category];
    tn_plan_cutoff *list =
        tn_arena_take_array(arena, category->clauses.count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    place->cutoffs = list;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[category->clauses.first + i];
        if (has_cutoff(clause, bound->placement))
            TN_TRY(add_cutoff(eval, category, clause, arena,
                              &list[place->cutoff_count++]));
    }
    return TN_OK;
}

/* --- unmanaged copies */

tn_status tn_plan_find_breaches(const tn_eval *eval, tn_arena *arena, tn_plan *plan)
{
    const tn_image *image = eval->image;
    size_t most = (size_t)image->binding_count * (image->clause_count + 1);
    tn_str *list = tn_arena_take_array(arena, most, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    plan->breaches = list;
    for (uint32_t i = 0; i < eval->bound_count; i++)
        if (!eval->bounds[i].is_managed)
            TN_TRY(tn_copy_breaches(image, &image->bindings[eval->bounds[i].binding],
                                    arena, list, &plan->breach_count));
    return TN_OK;
}

/* bindings: the part of a deployment that says where the copies of a category are; see
 * deploy.h. */
#include "interp/check/deploy.h"

#include "interp/check/header.h"
#include "interp/check/mapping.h"
#include "interp/check/names.h"
#include "interp/check/placements.h"
#include "interp/check/terms.h"

/* One target of a binding on the way. */
typedef struct binding {
    tn_deploying *d;
    uint32_t category;
    const tn_target *target;
    tn_source_draft source;
    const tn_mapping **fields; /* per field of the category */
    const tn_mapping **keys;   /* per entity of it */
} binding;

static const tn_category *category_of(const binding *b)
{
    return &b->d->ck->model->categories.rows[b->category];
}

/* --- maps */

static tn_str entity_name(const binding *b, uint32_t of)
{
    const tn_model *model = b->d->ck->model;
    uint32_t entity =
        model->category_entities.rows[category_of(b)->of.first + of].entity;
    return tn_str_last_name(model->entities.rows[entity].name);
}

static tn_goal goal_of_field(const binding *b, uint32_t index)
{
    const tn_model_field *field =
        &b->d->ck->model->fields.rows[category_of(b)->fields.first + index];
    return (tn_goal){TN_MAP_FIELD, index, field->type, field->cel_type};
}

/* What a name stands for: a field, or an entity whose key it is. Where the first
 * mapping of it is noted goes to *first; NULL: it is nothing. */
static tn_goal find_goal(const binding *b, tn_str name, const tn_mapping ***first,
                         tn_nearest *nearest)
{
    const tn_category *category = category_of(b);
    tn_goal goal = {TN_MAP_KEY, 0, TN_FIELD_TYPE_COUNT, NULL};
    *first = NULL;
    *nearest = tn_nearest_to(name);
    for (uint32_t i = 0; i < category->fields.count; i++) {
        tn_str field = b->d->ck->model->fields.rows[category->fields.first + i].name;
        if (tn_str_equal(field, name)) {
            *first = &b->fields[i];
            return goal_of_field(b, i);
        }
        tn_nearest_try(nearest, field);
    }
    for (uint32_t i = 0; i < category->of.count; i++) {
        if (tn_str_equal(entity_name(b, i), name)) {
            *first = &b->keys[i];
            goal.index = i;
            return goal;
        }
        tn_nearest_try(nearest, entity_name(b, i));
    }
    return goal;
}

static tn_status read_mapping(binding *b, const tn_mapping *mapping)
{
    tn_checker *ck = b->d->ck;
    const tn_mapping **first;
    tn_nearest nearest;
    tn_goal goal = find_goal(b, mapping->name.text, &first, &nearest);
    if (first == NULL) {
        const tn_category *category = category_of(b);
        tn_diag *diag =
            tn_diag_add(ck->diags, TN_FIND_UNKNOWN_NAME, mapping->name.at,
                        "category `" TN_STR_FMT "` has no field `" TN_STR_FMT
                        "`, and is of no such entity",
                        TN_STR_ARG(tn_str_last_name(category->name)),
                        TN_STR_ARG(mapping->name.text));
        tn_nearest_help(&nearest, ck->diags, diag,
                        "map its fields, and the key of each entity that it is of");
        tn_diag_other(ck->diags, diag, category->at, "the category is declared here");
        return TN_OK;
    }
    if (*first != NULL) {
        tn_report_repeated(ck->diags, mapping->name.at, (*first)->name.at,
                           "this mapping");
        return TN_OK;
    }
    *first = mapping;
    return tn_source_map(&b->source, mapping, &goal);
}

/* A field that is not named is a column of its own name. */
static tn_status map_the_rest(binding *b)
{
    tn_range fields = category_of(b)->fields;
    for (uint32_t i = 0; i < fields.count; i++) {
        if (b->fields[i] != NULL)
            continue;
        tn_goal goal = goal_of_field(b, i);
        tn_str name = b->d->ck->model->fields.rows[fields.first + i].name;
        TN_TRY(tn_source_map_column(&b->source, name, b->target->at, &goal));
    }
    return TN_OK;
}

static void check_keys(const binding *b)
{
    for (uint32_t i = 0; i < category_of(b)->of.count; i++) {
        if (b->keys[i] != NULL)
            continue;
        tn_str name = entity_name(b, i);
        tn_diag *diag =
            tn_diag_add(b->d->ck->diags, TN_FIND_NO_KEY, b->target->placement->at,
                        "nothing says which `" TN_STR_FMT "` a record belongs to",
                        TN_STR_ARG(name));
        tn_diag_help(b->d->ck->diags, diag, "write `" TN_STR_FMT " = COLUMN` in braces",
                     TN_STR_ARG(name));
    }
}

static tn_status read_source(binding *b)
{
    const tn_target *target = b->target;
    tn_arena *arena = b->d->ck->arena;
    b->fields =
        tn_arena_take_array(arena, category_of(b)->fields.count, sizeof(tn_mapping *));
    b->keys =
        tn_arena_take_array(arena, category_of(b)->of.count, sizeof(tn_mapping *));
    if (b->fields == NULL || b->keys == NULL)
        return TN_NOMEM;
    b->source.row.noun = target->noun.text;
    b->source.row.object = target->object.text;
    b->source.row.store = tn_deploy_store(b->d, &target->store, &target->noun);
    TN_TRY(tn_source_where(&b->source, target->where));
    for (const tn_mapping *m = target->maps; m != NULL; m = m->next)
        TN_TRY(read_mapping(b, m));
    check_keys(b);
    return map_the_rest(b);
}

/* --- placements */

static void report_no_store(const binding *b)
{
    const tn_category *category = category_of(b);
    const tn_path *path = b->target->placement;
    tn_diag *diag = tn_diag_add(
        b->d->ck->diags, TN_FIND_UNKNOWN_NAME, path->at,
        "category `" TN_STR_FMT "` is not stored in `" TN_STR_FMT "`",
        TN_STR_ARG(tn_str_last_name(category->name)), TN_STR_ARG(path->text));
    tn_nearest nearest = tn_nearest_to(path->text);
    for (uint32_t i = 0; i < category->placements.count; i++)
        tn_nearest_try(
            &nearest,
            b->d->ck->model->placements.rows[category->placements.first + i].store);
    tn_nearest_help(&nearest, b->d->ck->diags, diag,
                    "bind what the policy names after `stored in`");
    tn_diag_other(b->d->ck->diags, diag, category->at, "the category is declared here");
}

static void report_roles(const binding *b, uint32_t roles, bool twice)
{
    tn_buf text;
    tn_buf_init(&text, b->d->ck->arena->memory);
    tn_roles_put(&text, roles);
    b->d->ck->diags->failed |= text.failed;
    tn_diag *diag = tn_diag_add(
        b->d->ck->diags, twice ? TN_FIND_REPEATED : TN_FIND_UNKNOWN_NAME,
        b->target->roles->name.at,
        twice ? "`" TN_STR_FMT "` as " TN_STR_FMT " is bound twice"
              : "the policy does not name `" TN_STR_FMT "` as " TN_STR_FMT,
        TN_STR_ARG(b->target->placement->text), TN_STR_ARG(tn_buf_view(&text)));
    tn_buf_free(&text);
    tn_diag_help(b->d->ck->diags, diag,
                 twice ? "leave one of them out"
                       : "bind each copy in the role that the policy gives it");
}

static tn_status add_binding(binding *b, tn_binding *row, uint32_t placement,
                             uint32_t roles)
{
    uint32_t twice = b->d->bound[placement] & roles;
    if (twice != 0)
        report_roles(b, twice, true);
    b->d->bound[placement] |= roles;
    row->placement = placement;
    row->roles = roles;
    return tn_model_add_binding(b->d->ck->model, row, NULL);
}

/* One row for each placement that the target stands for. */
static tn_status add_bindings(binding *b, tn_binding *row)
{
    tn_range placements = category_of(b)->placements;
    uint32_t left = tn_roles_read(b->d->ck->diags, b->target->roles);
    bool found = false;
    for (uint32_t i = 0; i < placements.count; i++) {
        uint32_t number = placements.first + i;
        const tn_model_placement *placement = &b->d->ck->model->placements.rows[number];
        if (!tn_str_equal(placement->store, b->target->placement->text))
            continue;
        found = true;
        uint32_t roles = placement->roles & left;
        left &= ~roles;
        if (roles != 0)
            TN_TRY(add_binding(b, row, number, roles));
    }
    if (!found)
        report_no_store(b);
    else if (left != 0)
        report_roles(b, left, false);
    return TN_OK;
}

static tn_status read_target(tn_deploying *d, uint32_t category,
                             const tn_target *target)
{
    binding b = {.d = d, .category = category, .target = target};
    tn_binding row = {
        .category = category, .source = TN_NONE, .at = target->placement->at};
    if (target->unmanaged) {
        row.unmanaged = target->object.text;
        if (!tn_terms_sum(d->ck->diags, target->expires, &row.expires))
            row.expires = (tn_period){0, 0, 0};
        return add_bindings(&b, &row);
    }
    tn_source_start(&b.source, d->ck, target->object.at);
    TN_TRY(tn_source_end(&b.source, read_source(&b), &row.source));
    return add_bindings(&b, &row);
}

tn_status tn_deploy_bind(tn_deploying *d, const tn_decl *decl)
{
    const tn_path *path = decl->paths;
    uint32_t draft =
        tn_names_resolve(d->ck, &d->scope, TN_SYMBOL_CATEGORY, path->text, path->at);
    if (draft == TN_NONE) {
        d->scope.incomplete = true;
        return TN_OK;
    }
    uint32_t category = d->ck->drafts.rows[draft].category;
    if (category == TN_NONE ||
        !tn_numbers_has(&d->scope.visible, d->ck->drafts.rows[draft].module))
        return TN_OK;
    if (d->bind_of[category] != NULL) {
        tn_diag *diag =
            tn_report_repeated(d->ck->diags, path->at, d->bind_of[category]->paths->at,
                               "where this category is");
        tn_diag_help(d->ck->diags, diag, "join the two blocks into one");
        return TN_OK;
    }
    d->bind_of[category] = decl;
    for (const tn_target *target = decl->targets; target != NULL; target = target->next)
        TN_TRY(read_target(d, category, target));
    return TN_OK;
}

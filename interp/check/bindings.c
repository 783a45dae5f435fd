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
    tn_map goals;            /* name: a field of the category, then an entity of it */
    const tn_mapping **maps; /* of each of these: its mapping, or NULL */
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

static tn_str goal_name(const binding *b, uint32_t number)
{
    tn_range fields = category_of(b)->fields;
    if (number < fields.count)
        return b->d->ck->model->fields.rows[fields.first + number].name;
    return entity_name(b, number - fields.count);
}

static uint32_t goal_count(const binding *b)
{
    return category_of(b)->fields.count + category_of(b)->of.count;
}

static tn_goal goal_of(const binding *b, uint32_t number)
{
    uint32_t fields = category_of(b)->fields.count;
    if (number < fields)
        return goal_of_field(b, number);
    return (tn_goal){TN_MAP_KEY, number - fields, TN_FIELD_TYPE_COUNT, NULL};
}

/* Of a field and an entity of one name, which is an error, the field is meant. */
static tn_status name_goals(binding *b)
{
    for (uint32_t i = goal_count(b); i > 0; i--)
        TN_TRY(tn_map_put(&b->goals, goal_name(b, i - 1), i - 1));
    return TN_OK;
}

static void report_unknown(const binding *b, const tn_mapping *mapping)
{
    tn_checker *ck = b->d->ck;
    const tn_category *category = category_of(b);
    if (tn_names_may_be_lost(ck, &b->d->scope, false, mapping->name.text))
        return;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_UNKNOWN_NAME, mapping->name.at,
                                "category `" TN_STR_FMT "` has no field `" TN_STR_FMT
                                "`, and is of no such entity",
                                TN_STR_ARG(tn_str_last_name(category->name)),
                                TN_STR_ARG(mapping->name.text));
    tn_nearest nearest = tn_nearest_to(mapping->name.text);
    uint32_t count = tn_checker_may_suggest(ck) ? goal_count(b) : 0;
    for (uint32_t i = 0; i < count; i++)
        tn_nearest_try(&nearest, goal_name(b, i));
    tn_nearest_help(&nearest, ck->diags, diag,
                    "map its fields, and the key of each entity that it is of");
    tn_diag_other(ck->diags, diag, category->at, "the category is declared here");
}

static tn_status read_mapping(binding *b, const tn_mapping *mapping)
{
    uint32_t number = tn_map_find(&b->goals, mapping->name.text);
    if (number == TN_NONE) {
        report_unknown(b, mapping);
        return TN_OK;
    }
    if (b->maps[number] != NULL) {
        tn_report_repeated(b->d->ck->diags, mapping->name.at, b->maps[number]->name.at,
                           "this mapping");
        return TN_OK;
    }
    b->maps[number] = mapping;
    const tn_goal goal = goal_of(b, number);
    return tn_source_map(&b->source, mapping, &goal);
}

/* A field that is not named is a column of its own name. */
static tn_status map_the_rest(binding *b)
{
    tn_range fields = category_of(b)->fields;
    for (uint32_t i = 0; i < fields.count; i++) {
        if (b->maps[i] != NULL)
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
        if (b->maps[category_of(b)->fields.count + i] != NULL)
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
    b->maps = tn_arena_take_array(b->d->ck->arena, goal_count(b), sizeof(tn_mapping *));
    if (b->maps == NULL)
        return TN_NOMEM;
    TN_TRY(name_goals(b));
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
    if (tn_names_may_be_lost(b->d->ck, &b->d->scope, false, path->text))
        return;
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
    const uint32_t all = tn_roles_read(b->d->ck->diags, b->target->roles);
    uint32_t left = all;
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
    if (!found || left != 0 || all == 0)
        b->d->is_misbound[b->category] = true;
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
        if (!tn_terms_sum(d->ck, &d->scope, target->expires, &row.expires))
            row.expires = (tn_period){0, 0, 0};
        return add_bindings(&b, &row);
    }
    tn_source_start(&b.source, d->ck, target->object.at);
    tn_map_init(&b.goals, d->ck->arena->memory);
    tn_status status = read_source(&b);
    tn_map_free(&b.goals);
    TN_TRY(tn_source_end(&b.source, status, &row.source));
    return add_bindings(&b, &row);
}

/* A category that is decided, of a module that is deployed. */
static bool may_be_bound(tn_deploying *d, const tn_path *path, const tn_draft *draft)
{
    tn_diag *diag;
    if (!d->is_ours[draft->module]) {
        diag = tn_diag_add(d->ck->diags, TN_FIND_UNKNOWN_NAME, path->at,
                           "category `" TN_STR_FMT
                           "` is of a module that is not deployed here",
                           TN_STR_ARG(path->text));
        tn_diag_help(d->ck->diags, diag, "name its module after `of`");
        return false;
    }
    if (draft->category == TN_NONE) {
        diag = tn_diag_add(d->ck->diags, TN_FIND_MISPLACED, path->at,
                           "category `" TN_STR_FMT "` only bounds others",
                           TN_STR_ARG(path->text));
        tn_diag_help(d->ck->diags, diag,
                     "bind categories that say how long they are retained");
        return false;
    }
    return true;
}

tn_status tn_deploy_bind(tn_deploying *d, const tn_decl *decl)
{
    const tn_path *path = decl->paths;
    uint32_t draft =
        tn_names_resolve(d->ck, &d->scope, TN_SYMBOL_CATEGORY, path->text, path->at);
    if (draft == TN_NONE) {
        d->scope.incomplete = d->scope.unread = true;
        return TN_OK;
    }
    uint32_t category = d->ck->drafts.rows[draft].category;
    if (!may_be_bound(d, path, &d->ck->drafts.rows[draft]))
        return TN_OK;
    if (d->bind_of[category] != NULL) {
        tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_REPEATED, path->at,
                                    "category `" TN_STR_FMT "` is bound in two blocks",
                                    TN_STR_ARG(path->text));
        tn_diag_help(d->ck->diags, diag, "join them into one");
        tn_diag_other(d->ck->diags, diag, d->bind_of[category]->paths->at,
                      "the first is here");
        return TN_OK;
    }
    d->bind_of[category] = decl;
    for (const tn_target *target = decl->targets; target != NULL; target = target->next)
        TN_TRY(read_target(d, category, target));
    return TN_OK;
}

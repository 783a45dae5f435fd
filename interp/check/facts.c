/* facts: the part of a deployment that says where the facts of entities are; see
 * deploy.h. */
#include "interp/check/deploy.h"

#include "interp/check/entities.h"
#include "interp/check/header.h"
#include "interp/check/mapping.h"
#include "interp/check/names.h"

/* The facts of one entity on the way. */
typedef struct providing {
    tn_deploying *d;
    const tn_decl *decl;
    uint32_t entity;
    tn_source_draft source;
    const tn_mapping *holds[TN_WORD_NO_HOLD];
    const tn_mapping **facts; /* per fact of the entity */
} providing;

static const tn_entity *entity_of(const providing *p)
{
    return &p->d->ck->model->entities.rows[p->entity];
}

static tn_goal goal_of_fact(const providing *p, uint32_t index)
{
    const tn_fact *fact =
        &p->d->ck->model->facts.rows[entity_of(p)->facts.first + index];
    return (tn_goal){TN_MAP_FACT, index, fact->field_type, fact->type};
}

static tn_goal goal_of_hold(tn_hold_word word)
{
    if (word == TN_WORD_HOLD)
        return (tn_goal){TN_MAP_HOLD, 0, TN_FIELD_BOOL, tn_type_of(TN_TYPE_BOOL)};
    return (tn_goal){word == TN_WORD_HOLD_FROM ? TN_MAP_HOLD_FROM : TN_MAP_HOLD_UNTIL,
                     0, TN_FIELD_TIMESTAMP, tn_type_of(TN_TYPE_TIMESTAMP)};
}

/* A fact that names nothing. */
static void report_unknown(const providing *p, const tn_mapping *mapping)
{
    tn_checker *ck = p->d->ck;
    const tn_entity *entity = entity_of(p);
    if (tn_names_may_be_lost(ck, &p->d->scope, false, mapping->name.text))
        return;
    tn_diag *diag = tn_diag_add(
        ck->diags, TN_FIND_UNKNOWN_NAME, mapping->name.at,
        "entity `" TN_STR_FMT "` has no event or attribute `" TN_STR_FMT "`",
        TN_STR_ARG(tn_str_last_name(entity->name)), TN_STR_ARG(mapping->name.text));
    tn_nearest nearest = tn_nearest_to(mapping->name.text);
    uint32_t count = tn_checker_may_suggest(ck) ? entity->facts.count : 0;
    for (uint32_t i = 0; i < count; i++)
        tn_nearest_try(&nearest, ck->model->facts.rows[entity->facts.first + i].name);
    tn_nearest_try(&nearest, TN_STR("hold"));
    tn_nearest_try(&nearest, TN_STR("hold_from"));
    tn_nearest_try(&nearest, TN_STR("hold_until"));
    tn_nearest_help(&nearest, ck->diags, diag,
                    "map its events and attributes, hold, hold_from or hold_until");
    tn_diag_other(ck->diags, diag, entity->at, "the entity is declared here");
}

static tn_status read_mapping(providing *p, const tn_mapping *mapping)
{
    tn_checker *ck = p->d->ck;
    tn_hold_word word = tn_hold_word_find(mapping->name.text);
    const tn_mapping **first = NULL;
    tn_goal goal = {.target = TN_MAP_TARGET_COUNT};
    if (word != TN_WORD_NO_HOLD) {
        first = &p->holds[word];
        goal = goal_of_hold(word);
    } else {
        uint32_t symbol =
            tn_names_at(ck, TN_SYMBOL_FACT, entity_of(p)->name, mapping->name.text);
        if (symbol == TN_NONE) {
            report_unknown(p, mapping);
            return TN_OK;
        }
        uint32_t fact = ck->symbols.rows[symbol].row;
        p->d->is_provided[fact] = true;
        first = &p->facts[fact - entity_of(p)->facts.first];
        goal = goal_of_fact(p, fact - entity_of(p)->facts.first);
    }
    if (*first != NULL) {
        tn_report_repeated(ck->diags, mapping->name.at, (*first)->name.at, "this fact");
        return TN_OK;
    }
    *first = mapping;
    return tn_source_map(&p->source, mapping, &goal);
}

static void check_holds(const providing *p)
{
    const tn_mapping *until = p->holds[TN_WORD_HOLD_UNTIL];
    if (until == NULL || p->holds[TN_WORD_HOLD_FROM] != NULL)
        return;
    tn_diag *diag = tn_diag_add(p->d->ck->diags, TN_FIND_MISPLACED, until->name.at,
                                "a hold that never begins holds nothing");
    tn_diag_help(p->d->ck->diags, diag, "map `hold_from` too");
}

/* Attributes that the policy reads are columns of their own name. */
static tn_status map_the_rest(providing *p)
{
    tn_checker *ck = p->d->ck;
    tn_range facts = entity_of(p)->facts;
    for (uint32_t i = 0; i < facts.count; i++) {
        const tn_fact *fact = &ck->model->facts.rows[facts.first + i];
        if (!p->d->is_used[facts.first + i] || fact->is_event || p->facts[i] != NULL)
            continue;
        tn_goal goal = goal_of_fact(p, i);
        TN_TRY(tn_source_map_column(&p->source, fact->name, p->decl->paths->at, &goal));
    }
    return TN_OK;
}

static tn_status read_source(providing *p)
{
    const tn_decl *decl = p->decl;
    const tn_goal key = {TN_MAP_ENTITY_KEY, 0, TN_FIELD_TYPE_COUNT, NULL};
    p->source.row.noun = decl->noun.text;
    p->source.row.object = decl->object.text;
    p->source.row.store = tn_deploy_store(p->d, &decl->store_kind, &decl->noun);
    TN_TRY(tn_source_map_column(&p->source, decl->key.text, decl->key.at, &key));
    for (const tn_mapping *m = decl->maps; m != NULL; m = m->next)
        TN_TRY(read_mapping(p, m));
    check_holds(p);
    return map_the_rest(p);
}

static bool is_provided_already(const providing *p)
{
    uint32_t before = p->d->provided[p->entity];
    if (before == TN_NONE)
        return false;
    const tn_fact_source *row = &p->d->ck->model->fact_sources.rows[before];
    tn_diags *diags = p->d->ck->diags;
    tn_diag *diag = tn_diag_add(diags, TN_FIND_REPEATED, p->decl->paths->at,
                                "the facts of `" TN_STR_FMT "` come from two places",
                                TN_STR_ARG(tn_str_last_name(entity_of(p)->name)));
    tn_diag_help(diags, diag, "name one: what else there is must be joined there");
    tn_diag_other(diags, diag, row->at, "they come from here already");
    return true;
}

tn_status tn_deploy_facts(tn_deploying *d, const tn_decl *decl)
{
    providing p = {.d = d, .decl = decl};
    p.entity = tn_names_resolve(d->ck, &d->scope, TN_SYMBOL_ENTITY, decl->paths->text,
                                decl->paths->at);
    if (p.entity == TN_NONE) {
        /* Whatever is missing for want of this entity is no news. */
        d->scope.incomplete = d->scope.unread = true;
        return TN_OK;
    }
    if (is_provided_already(&p))
        return TN_OK;
    p.facts = tn_arena_take_array(d->ck->arena, entity_of(&p)->facts.count,
                                  sizeof(tn_mapping *));
    if (p.facts == NULL)
        return TN_NOMEM;
    tn_source_start(&p.source, d->ck, decl->object.at);
    tn_fact_source row = {.entity = p.entity, .at = decl->paths->at};
    TN_TRY(tn_source_end(&p.source, read_source(&p), &row.source));
    return tn_model_add_fact_source(d->ck->model, &row, &d->provided[p.entity]);
}

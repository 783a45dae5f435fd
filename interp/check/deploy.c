#include "interp/check/deploy.h"

#include "interp/check/modules.h"
#include "interp/check/names.h"
#include "interp/check/placements.h"

/* --- stores */

/* What a policy's writer has to know of each kind of store: its name, and what it calls
 * what records lie in. How it is reached is the business of interp/store. */
static const struct {
    const char *kind;
    const char *nouns[4];
} store_kinds[] = {
    {"sqlite", {"table"}},
    {"mysql", {"table"}},
    {"elasticsearch", {"index"}},
    {"kafka", {"topic"}},
    {"jsonl", {"file", "table", "index", "topic"}},
    {"csv", {"file", "table", "index", "topic"}},
};

static uint32_t find_kind(tn_str name, tn_nearest *nearest)
{
    *nearest = tn_nearest_to(name);
    for (uint32_t i = 0; i < TN_COUNT(store_kinds); i++) {
        if (tn_str_equal(tn_str_from(store_kinds[i].kind), name))
            return i;
        tn_nearest_try(nearest, tn_str_from(store_kinds[i].kind));
    }
    return TN_NONE;
}

static void check_word(tn_deploying *d, const tn_name *word, const char *expected)
{
    if (word->text.data == NULL || tn_str_equal(word->text, tn_str_from(expected)))
        return;
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_MISPLACED, word->at,
                                "expected `%s env`, found `" TN_STR_FMT "`", expected,
                                TN_STR_ARG(word->text));
    tn_diag_help(d->ck->diags, diag,
                 "write `store NAME = KIND read env NAME write env NAME`");
}

/* `read` and `write` are words in this place alone. */
static void check_words(tn_deploying *d, const tn_decl *decl)
{
    check_word(d, &decl->read_word, "read");
    check_word(d, &decl->write_word, "write");
}

static tn_status add_store(tn_deploying *d, const tn_decl *decl)
{
    tn_diags *diags = d->ck->diags;
    uint32_t same = tn_map_find(&d->stores, decl->name.text);
    if (same != TN_NONE) {
        tn_diag *diag = tn_diag_add(diags, TN_FIND_DUPLICATE_NAME, decl->name.at,
                                    "the store `" TN_STR_FMT "` is declared twice",
                                    TN_STR_ARG(decl->name.text));
        tn_diag_help(diags, diag, "give one of them another name");
        tn_diag_other(diags, diag, d->ck->model->stores.rows[same].at,
                      "it is declared here as well");
        return TN_OK;
    }
    tn_nearest nearest;
    if (find_kind(decl->store_kind.text, &nearest) == TN_NONE) {
        tn_diag *diag = tn_diag_add(diags, TN_FIND_STORE_KIND, decl->store_kind.at,
                                    "there is no kind of store `" TN_STR_FMT "`",
                                    TN_STR_ARG(decl->store_kind.text));
        tn_nearest_help(&nearest, diags, diag,
                        "kinds are sqlite, mysql, elasticsearch, kafka, jsonl and csv");
    }
    check_words(d, decl);
    const tn_store_decl row = {.name = decl->name.text,
                               .kind = decl->store_kind.text,
                               .location = decl->text.text,
                               .env = decl->env.text,
                               .write_env = decl->write_env.text,
                               .at = decl->name.at};
    uint32_t number;
    TN_TRY(tn_model_add_store(d->ck->model, &row, &number));
    return tn_map_put(&d->stores, decl->name.text, number);
}

static void check_noun(tn_deploying *d, const tn_store_decl *store, const tn_name *noun)
{
    tn_nearest nearest;
    uint32_t kind = find_kind(store->kind, &nearest);
    if (kind == TN_NONE || noun->text.data == NULL)
        return;
    const char *const *nouns = store_kinds[kind].nouns;
    for (size_t i = 0; i < TN_COUNT(store_kinds[kind].nouns) && nouns[i] != NULL; i++)
        if (tn_str_equal(tn_str_from(nouns[i]), noun->text))
            return;
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_MISPLACED, noun->at,
                                "a %s store has no `" TN_STR_FMT "`",
                                store_kinds[kind].kind, TN_STR_ARG(noun->text));
    tn_diag_help(d->ck->diags, diag, "write `%s`", nouns[0]);
    tn_diag_other(d->ck->diags, diag, store->at, "the store is declared here");
}

uint32_t tn_deploy_store(tn_deploying *d, const tn_name *name, const tn_name *noun)
{
    uint32_t row = tn_map_find(&d->stores, name->text);
    if (row != TN_NONE) {
        check_noun(d, &d->ck->model->stores.rows[row], noun);
        return row;
    }
    if (d->scope.file_broken)
        return TN_NONE;
    tn_diag *diag =
        tn_diag_add(d->ck->diags, TN_FIND_UNKNOWN_NAME, name->at,
                    "there is no store `" TN_STR_FMT "` here", TN_STR_ARG(name->text));
    tn_nearest nearest = tn_nearest_to(name->text);
    uint32_t first = d->ck->model->deployment.stores.first;
    uint32_t end = tn_checker_may_suggest(d->ck) ? d->ck->model->stores.count : first;
    for (uint32_t i = first; i < end; i++)
        tn_nearest_try(&nearest, d->ck->model->stores.rows[i].name);
    tn_nearest_help(&nearest, d->ck->diags, diag,
                    "declare it: `store NAME = KIND \"where\"`");
    return TN_NONE;
}

/* --- what must be there */

static tn_span place_of(const tn_deploying *d, uint32_t module)
{
    const tn_path *path = d->loaded->file->of;
    tn_str name = d->ck->model->modules.rows[module].name;
    while (path != NULL && !tn_str_equal(path->text, name))
        path = path->next;
    return path == NULL ? d->loaded->file->name->at : path->at;
}

static void report_placement(const tn_deploying *d, const tn_category *category,
                             const tn_decl *bind, uint32_t placement, uint32_t missing)
{
    const tn_model_placement *row = &d->ck->model->placements.rows[placement];
    tn_buf roles;
    tn_buf_init(&roles, d->ck->arena->memory);
    tn_roles_put(&roles, missing);
    d->ck->diags->failed |= roles.failed;
    tn_diag *diag =
        tn_diag_add(d->ck->diags, TN_FIND_NOT_BOUND, bind->paths->at,
                    "nothing is bound to `" TN_STR_FMT "` as " TN_STR_FMT,
                    TN_STR_ARG(row->store), TN_STR_ARG(tn_buf_view(&roles)));
    tn_diag_help(d->ck->diags, diag,
                 "write `" TN_STR_FMT " as " TN_STR_FMT
                 " to STORE ...`, or bind it `unmanaged`",
                 TN_STR_ARG(row->store), TN_STR_ARG(tn_buf_view(&roles)));
    tn_buf_free(&roles);
    tn_diag_other(d->ck->diags, diag, row->at,
                  "category `" TN_STR_FMT "` names it here",
                  TN_STR_ARG(tn_str_last_name(category->name)));
}

static void check_placements(const tn_deploying *d, uint32_t number)
{
    const tn_category *category = &d->ck->model->categories.rows[number];
    const tn_decl *bind = d->bind_of[number];
    if (bind == NULL && category->placements.count > 0) {
        tn_diag *diag =
            tn_diag_add(d->ck->diags, TN_FIND_NOT_BOUND, place_of(d, category->module),
                        "category `" TN_STR_FMT "` is bound to nothing",
                        TN_STR_ARG(category->name));
        tn_diag_help(d->ck->diags, diag, "write `bind " TN_STR_FMT " { ... }`",
                     TN_STR_ARG(category->name));
        tn_diag_other(d->ck->diags, diag, category->at,
                      "the category is declared here");
        return;
    }
    for (uint32_t i = 0; i < category->placements.count && !d->is_misbound[number];
         i++) {
        uint32_t placement = category->placements.first + i;
        uint32_t roles = d->ck->model->placements.rows[placement].roles;
        uint32_t missing = roles & ~d->bound[placement];
        if (missing != 0)
            report_placement(d, category, bind, placement, missing);
    }
}

static void check_entities(tn_deploying *d, uint32_t number)
{
    const tn_model *model = d->ck->model;
    const tn_category *category = &model->categories.rows[number];
    for (uint32_t i = 0; i < category->of.count; i++) {
        uint32_t entity = model->category_entities.rows[category->of.first + i].entity;
        if (d->provided[entity] != TN_NONE)
            continue;
        d->provided[entity] = TN_NONE - 1; /* said once */
        tn_str name = tn_str_last_name(model->entities.rows[entity].name);
        tn_diag *diag = tn_diag_add(
            d->ck->diags, TN_FIND_NOT_PROVIDED, place_of(d, category->module),
            "nothing provides the facts of `" TN_STR_FMT "`", TN_STR_ARG(name));
        tn_diag_help(d->ck->diags, diag,
                     "write `entity " TN_STR_FMT
                     " from STORE table \"NAME\" key COLUMN "
                     "{ ... }`",
                     TN_STR_ARG(name));
        tn_diag_other(d->ck->diags, diag, category->at,
                      "category `" TN_STR_FMT "` is of it",
                      TN_STR_ARG(tn_str_last_name(category->name)));
    }
}

/* Categories with placements, of the modules that are deployed. */
static void check_categories(tn_deploying *d)
{
    for (uint32_t i = 0; i < d->ck->model->categories.count; i++) {
        if (!d->is_ours[d->ck->model->categories.rows[i].module])
            continue;
        check_placements(d, i);
        check_entities(d, i);
    }
}

/* Entities have their facts in their own order: the last that begins at or before it;
 * those without facts begin where the next does. */
static uint32_t entity_of(const tn_model *model, uint32_t fact)
{
    uint32_t low = 0;
    uint32_t high = model->entities.count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (model->entities.rows[middle].facts.first <= fact)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void report_event(tn_deploying *d, const tn_use *use, uint32_t entity)
{
    const tn_model *model = d->ck->model;
    const tn_fact_source *source = &model->fact_sources.rows[d->provided[entity]];
    tn_str name = model->facts.rows[use->fact].name;
    tn_diag *diag =
        tn_diag_add(d->ck->diags, TN_FIND_EVENT_NOT_PROVIDED, source->at,
                    "no fact provides the event `" TN_STR_FMT "." TN_STR_FMT "`",
                    TN_STR_ARG(tn_str_last_name(model->entities.rows[entity].name)),
                    TN_STR_ARG(name));
    tn_diag_help(d->ck->diags, diag, "write `" TN_STR_FMT " = COLUMN`",
                 TN_STR_ARG(name));
    tn_diag_other(d->ck->diags, diag, use->at, "the policy uses it here");
}

/* Without a mapping an event would silently never happen. */
static void check_uses(tn_deploying *d)
{
    for (uint32_t i = 0; i < d->ck->uses.count; i++) {
        const tn_use *use = &d->ck->uses.rows[i];
        if (d->is_provided[use->fact] || !d->ck->model->facts.rows[use->fact].is_event)
            continue;
        bool ours = use->category == TN_NONE ? d->is_seen[use->module]
                                             : d->is_ours[use->module];
        uint32_t entity = entity_of(d->ck->model, use->fact);
        if (!ours || d->provided[entity] >= TN_NONE - 1)
            continue;
        d->is_provided[use->fact] = true; /* said once */
        report_event(d, use, entity);
    }
}

/* --- the whole */

static tn_status take_arrays(tn_deploying *d)
{
    tn_arena *arena = d->ck->arena;
    const tn_model *model = d->ck->model;
    d->provided = tn_arena_take_array(arena, model->entities.count, sizeof(uint32_t));
    d->is_provided = tn_arena_take_array(arena, model->facts.count, sizeof(bool));
    d->is_used = tn_arena_take_array(arena, model->facts.count, sizeof(bool));
    d->is_ours = tn_arena_take_array(arena, model->modules.count, sizeof(bool));
    d->is_seen = tn_arena_take_array(arena, model->modules.count, sizeof(bool));
    d->bind_of = tn_arena_take_array(arena, model->categories.count, sizeof(tn_decl *));
    d->is_misbound = tn_arena_take_array(arena, model->categories.count, sizeof(bool));
    d->bound = tn_arena_take_array(arena, model->placements.count, sizeof(uint32_t));
    bool taken = d->provided != NULL && d->is_provided != NULL && d->is_used != NULL &&
                 d->is_ours != NULL && d->is_seen != NULL && d->bind_of != NULL &&
                 d->is_misbound != NULL && d->bound != NULL;
    return taken ? TN_OK : TN_NOMEM;
}

static tn_status prepare(tn_deploying *d)
{
    TN_TRY(take_arrays(d));
    for (uint32_t i = 0; i < d->ck->model->entities.count; i++)
        d->provided[i] = TN_NONE;
    for (uint32_t i = 0; i < d->ck->uses.count; i++)
        d->is_used[d->ck->uses.rows[i].fact] = true;
    for (uint32_t i = 0; i < d->scope.visible.count; i++) {
        d->is_seen[d->scope.visible.rows[i]] = true;
        d->is_ours[d->scope.visible.rows[i]] = i < d->scope.own_count;
    }
    return TN_OK;
}

static void report_misplaced(tn_deploying *d, const tn_decl *decl)
{
    tn_diag *diag = tn_diag_add(d->ck->diags, TN_FIND_MISPLACED, decl->word_at,
                                "a deployment says only where data is");
    tn_diag_help(d->ck->diags, diag, "this stands in a module");
}

static tn_status read_decl(tn_deploying *d, const tn_decl *decl)
{
    if (decl->kind == TN_DECL_FACTS)
        return tn_deploy_facts(d, decl);
    if (decl->kind == TN_DECL_BIND)
        return tn_deploy_bind(d, decl);
    if (decl->kind != TN_DECL_STORE)
        report_misplaced(d, decl);
    return TN_OK;
}

/* Stores first: they may be declared after their use. */
static tn_status read_all(tn_deploying *d)
{
    const tn_decl *decls = d->loaded->file->decls;
    TN_TRY(prepare(d));
    for (const tn_decl *decl = decls; decl != NULL; decl = decl->next)
        if (decl->kind == TN_DECL_STORE)
            TN_TRY(add_store(d, decl));
    TN_TRY(tn_deploy_feeds(d));
    for (const tn_decl *decl = decls; decl != NULL; decl = decl->next)
        TN_TRY(read_decl(d, decl));
    if (d->scope.incomplete)
        return TN_OK;
    check_categories(d);
    check_uses(d);
    return TN_OK;
}

static tn_status deploy(tn_checker *ck, const tn_loaded *loaded)
{
    tn_deploying d = {.ck = ck, .loaded = loaded};
    tn_deployment *row = &ck->model->deployment;
    TN_TRY(tn_deployment_scope(ck, loaded, &d.scope));
    *row = (tn_deployment){.present = true,
                           .given_count = row->given_count + 1,
                           .name = loaded->file->name->text,
                           .stores = {ck->model->stores.count, 0},
                           .at = loaded->file->name->at};
    tn_map_init(&d.stores, ck->arena->memory);
    tn_status status = read_all(&d);
    tn_map_free(&d.stores);
    row->stores.count = ck->model->stores.count - row->stores.first;
    return status;
}

/* Of several deployments none is kept: a run is in one place. */
static void keep_none(tn_model *model)
{
    model->deployment = (tn_deployment){.given_count = model->deployment.given_count};
    model->stores.count = 0;
    model->feeds.count = 0;
    model->data_sources.count = 0;
    model->columns.count = 0;
    model->column_maps.count = 0;
    model->fact_sources.count = 0;
    model->bindings.count = 0;
}

tn_status tn_deploy(tn_checker *ck)
{
    for (uint32_t i = 0; i < ck->loaded.count; i++) {
        const tn_loaded *loaded = &ck->loaded.rows[i];
        if (loaded->file->is_deployment &&
            tn_map_find(&ck->deployments, loaded->file->name->text) == i)
            TN_TRY(deploy(ck, loaded));
    }
    if (ck->model->deployment.given_count > 1)
        keep_none(ck->model);
    return TN_OK;
}

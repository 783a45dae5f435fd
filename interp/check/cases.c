#include "interp/check/cases.h"

#include "interp/calendar/instant.h"
#include "interp/check/entities.h"
#include "interp/check/exprs.h"
#include "interp/check/header.h"
#include "interp/check/names.h"
#include "interp/check/rivals.h"

/* LANGUAGE.md, chapter 13: each reason and the verdict that has it. */
static const char *const verdicts[] = {
    [TN_KEEP] = "keep", [TN_DELETE] = "delete", [TN_FLAG] = "flag"};
static const struct {
    const char *word;
    uint32_t verdict;
} reasons[] = {
#define X(name, verdict, word) {word, TN_##verdict},
    TN_REASON_LIST(X)
#undef X
};

typedef struct reading {
    tn_checker *ck;
    const tn_scope *scope;
    tn_test row;
    const tn_test_item *first[TN_TEST_EXPECT + 1];
    bool broken;
} reading;

static tn_diag *report(reading *r, tn_span at, const char *message, const char *help)
{
    r->broken = true;
    tn_diag *diag = tn_diag_add(r->ck->diags, TN_FIND_TEST, at, "%s", message);
    tn_diag_help(r->ck->diags, diag, "%s", help);
    return diag;
}

/* --- values */

/* The names that the keys of a map may be. */
typedef struct known {
    tn_str *names;
    uint32_t count;
    tn_map numbers;
} known;

static tn_status know(known *k, tn_str name)
{
    k->names[k->count] = name;
    return tn_map_put(&k->numbers, name, k->count++);
}

static tn_status know_fields(reading *r, known *k)
{
    const tn_model *model = r->ck->model;
    tn_range fields = model->categories.rows[r->row.category].fields;
    k->names = tn_arena_take_array(r->ck->arena, fields.count, sizeof(tn_str));
    if (k->names == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < fields.count; i++)
        TN_TRY(know(k, model->fields.rows[fields.first + i].name));
    return TN_OK;
}

static tn_status know_facts(reading *r, uint32_t entity, known *k)
{
    static const char *const holds[] = {"hold", "hold_from", "hold_until"};
    const tn_model *model = r->ck->model;
    tn_range facts = model->entities.rows[entity].facts;
    k->names = tn_arena_take_array(r->ck->arena, facts.count + TN_COUNT(holds),
                                   sizeof(tn_str));
    if (k->names == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < facts.count; i++)
        TN_TRY(know(k, model->facts.rows[facts.first + i].name));
    for (size_t i = 0; i < TN_COUNT(holds); i++)
        TN_TRY(know(k, tn_str_from(holds[i])));
    return TN_OK;
}

static void report_key(reading *r, const known *k, const tn_expr *key, const char *what)
{
    r->broken = true;
    if (tn_names_may_be_lost(r->ck, r->scope, false, key->as.text))
        return;
    tn_diag *diag = tn_diag_add(r->ck->diags, TN_FIND_UNKNOWN_NAME, key->at,
                                "%s `" TN_STR_FMT "`", what, TN_STR_ARG(key->as.text));
    tn_nearest nearest = tn_nearest_to(key->as.text);
    uint32_t count = tn_checker_may_suggest(r->ck) ? k->count : 0;
    for (uint32_t i = 0; i < count; i++)
        tn_nearest_try(&nearest, k->names[i]);
    tn_nearest_help(&nearest, r->ck->diags, diag, "");
}

/* Every key of a map is a text, and the name of something. */
static void check_keys(reading *r, const tn_expr *map, const known *k, const char *what)
{
    for (const tn_expr *entry = map->args; entry != NULL; entry = entry->next) {
        const tn_expr *key = entry->first;
        if (key == NULL || key->kind == TN_EXPR_ERROR)
            continue;
        if (key->kind != TN_EXPR_STRING)
            report(r, key->at, "a key here is the name of a field or fact, as a text",
                   "write it in quotes: {\"name\": value}");
        else if (tn_map_find(&k->numbers, key->as.text) == TN_NONE)
            report_key(r, k, key, what);
    }
}

static tn_status check_record_keys(reading *r, const tn_expr *value)
{
    known k = {NULL, 0, {NULL, NULL, 0, 0}};
    if (value->kind != TN_EXPR_MAP)
        return TN_OK;
    tn_map_init(&k.numbers, r->ck->arena->memory);
    tn_status status = know_fields(r, &k);
    if (status == TN_OK)
        check_keys(r, value, &k, "the category has no field");
    tn_map_free(&k.numbers);
    return status;
}

static tn_status check_fact_keys(reading *r, uint32_t entity, const tn_expr *value)
{
    known k = {NULL, 0, {NULL, NULL, 0, 0}};
    if (value->kind != TN_EXPR_MAP)
        return TN_OK;
    tn_map_init(&k.numbers, r->ck->arena->memory);
    tn_status status = know_facts(r, entity, &k);
    if (status == TN_OK)
        check_keys(r, value, &k, "the entity has no event or attribute");
    tn_map_free(&k.numbers);
    return status;
}

/* A map, or null where that is allowed; its code in *expr. */
static tn_status read_value(reading *r, const tn_expr *value, bool may_be_null,
                            uint32_t *expr)
{
    *expr = TN_NONE;
    bool fits =
        value->kind == TN_EXPR_MAP || (may_be_null && value->kind == TN_EXPR_NULL);
    if (!fits && value->kind != TN_EXPR_ERROR)
        report(r, value->at,
               may_be_null ? "facts are a map, or null for no such row"
                           : "a record is a map",
               "write {\"name\": value}");
    if (!fits) {
        r->broken = true;
        return TN_OK;
    }
    tn_reader reader;
    tn_reader_init(&reader, r->ck, NULL);
    tn_cel_compiled compiled;
    tn_status status = tn_exprs_compile(&reader, value, NULL, &compiled);
    tn_reader_free(&reader);
    TN_TRY(status);
    *expr = compiled.expr;
    r->broken |= compiled.expr == TN_NONE;
    return TN_OK;
}

/* --- items */

static void read_at(reading *r, const tn_test_item *item)
{
    if (tn_instant_parse(item->instant.text, &r->row.at_instant))
        return;
    report(r, item->instant.at, "this is not an instant",
           "write \"YYYY-MM-DDThh:mm:ssZ\"");
}

static tn_status read_record(reading *r, const tn_test_item *item)
{
    uint32_t draft = tn_names_resolve(r->ck, r->scope, TN_SYMBOL_CATEGORY,
                                      item->path->text, item->path->at);
    if (draft == TN_NONE) {
        r->broken = true;
        return TN_OK;
    }
    r->row.category = r->ck->drafts.rows[draft].category;
    if (r->row.category == TN_NONE) {
        report(r, item->path->at, "this category only bounds others",
               "test one that says how long it is retained");
        return TN_OK;
    }
    TN_TRY(check_record_keys(r, item->value));
    return read_value(r, item->value, false, &r->row.record);
}

static bool is_stated(reading *r, const tn_test_item *item, uint32_t entity)
{
    const tn_model *model = r->ck->model;
    for (uint32_t i = r->row.facts.first; i < model->test_facts.count; i++) {
        if (model->test_facts.rows[i].entity != entity)
            continue;
        tn_report_repeated(r->ck->diags, item->path->at, model->test_facts.rows[i].at,
                           "what is known of this entity");
        r->broken = true;
        return true;
    }
    return false;
}

static tn_status read_fact(reading *r, const tn_test_item *item)
{
    tn_test_fact fact = {.at = item->path->at};
    fact.entity = tn_names_resolve(r->ck, r->scope, TN_SYMBOL_ENTITY, item->path->text,
                                   item->path->at);
    uint32_t count = r->ck->model->test_facts.count - r->row.facts.first;
    if (fact.entity == TN_NONE || is_stated(r, item, fact.entity) ||
        tn_checker_too_many(r->ck, count, item->path->at, "entities in one test")) {
        r->broken = true;
        return TN_OK;
    }
    TN_TRY(check_fact_keys(r, fact.entity, item->value));
    TN_TRY(read_value(r, item->value, true, &fact.value));
    return tn_model_add_test_fact(r->ck->model, &fact, NULL);
}

static uint32_t find_reason(tn_str word, tn_nearest *nearest)
{
    *nearest = tn_nearest_to(word);
    for (uint32_t i = 0; i < TN_COUNT(reasons); i++) {
        if (tn_str_equal(tn_str_from(reasons[i].word), word))
            return i;
        tn_nearest_try(nearest, tn_str_from(reasons[i].word));
    }
    return TN_NONE;
}

static void read_reason(reading *r, const tn_test_item *item, uint32_t verdict)
{
    tn_nearest nearest;
    uint32_t reason = find_reason(item->reason.text, &nearest);
    if (reason == TN_NONE) {
        tn_diag *diag = tn_diag_add(r->ck->diags, TN_FIND_TEST, item->reason.at,
                                    "there is no reason `" TN_STR_FMT "`",
                                    TN_STR_ARG(item->reason.text));
        tn_nearest_help(&nearest, r->ck->diags, diag,
                        "keep has hold, duty, retained, awaiting_event, indefinite; "
                        "delete has expired, event, limit; flag has the others");
        r->broken = true;
    } else if (verdict != TN_NONE && reasons[reason].verdict != verdict) {
        tn_diag *diag = tn_diag_add(r->ck->diags, TN_FIND_TEST, item->reason.at,
                                    "`" TN_STR_FMT "` is never a reason to %s",
                                    TN_STR_ARG(item->reason.text), verdicts[verdict]);
        tn_diag_help(r->ck->diags, diag, "it is a reason to %s",
                     verdicts[reasons[reason].verdict]);
        r->broken = true;
    }
}

static void read_expect(reading *r, const tn_test_item *item)
{
    r->row.verdict = item->verdict.text;
    r->row.reason = item->reason.text;
    r->row.expect_at = item->at;
    tn_nearest nearest;
    uint32_t verdict =
        tn_nearest_word(verdicts, TN_COUNT(verdicts), item->verdict.text, &nearest);
    if (verdict == TN_NONE) {
        r->broken = true;
        tn_diag *diag = tn_diag_add(r->ck->diags, TN_FIND_TEST, item->verdict.at,
                                    "there is no verdict `" TN_STR_FMT "`",
                                    TN_STR_ARG(item->verdict.text));
        tn_nearest_help(&nearest, r->ck->diags, diag,
                        "a verdict is keep, delete or flag");
    }
    if (item->reason.text.data != NULL)
        read_reason(r, item, verdict);
}

static tn_status read_item(reading *r, const tn_test_item *item)
{
    static const char *const words[] = {[TN_TEST_AT] = "`at`",
                                        [TN_TEST_RECORD] = "the record",
                                        [TN_TEST_FACT] = "",
                                        [TN_TEST_EXPECT] = "what is expected"};
    if (item->kind != TN_TEST_FACT && r->first[item->kind] != NULL) {
        r->broken = true;
        tn_diag *diag = tn_report_repeated(r->ck->diags, item->at,
                                           r->first[item->kind]->at, words[item->kind]);
        tn_diag_help(r->ck->diags, diag, "write a test for each");
        return TN_OK;
    }
    r->first[item->kind] = item;
    switch (item->kind) {
    case TN_TEST_AT: read_at(r, item); return TN_OK;
    case TN_TEST_RECORD: return read_record(r, item);
    case TN_TEST_FACT: return read_fact(r, item);
    case TN_TEST_EXPECT: read_expect(r, item); return TN_OK;
    }
    return TN_OK;
}

/* --- the whole */

static bool has_fact(const reading *r, uint32_t entity)
{
    const tn_model *model = r->ck->model;
    for (uint32_t i = r->row.facts.first; i < model->test_facts.count; i++)
        if (model->test_facts.rows[i].entity == entity)
            return true;
    return false;
}

/* Facts are never guessed, here as little as in eval. */
static void check_facts(reading *r, const tn_decl *decl)
{
    const tn_model *model = r->ck->model;
    tn_range of = model->categories.rows[r->row.category].of;
    for (uint32_t i = 0; i < of.count; i++) {
        const tn_category_entity *entity = &model->category_entities.rows[of.first + i];
        if (entity->optional || has_fact(r, entity->entity))
            continue;
        r->broken = true;
        tn_str name = tn_str_last_name(model->entities.rows[entity->entity].name);
        tn_diag *diag =
            tn_diag_add(r->ck->diags, TN_FIND_TEST, decl->text.at,
                        "the test does not say what is known of `" TN_STR_FMT "`",
                        TN_STR_ARG(name));
        tn_diag_help(r->ck->diags, diag,
                     "write `" TN_STR_FMT " = {}`, with its events and attributes, or "
                     "`= null` for no such row",
                     TN_STR_ARG(name));
    }
}

static void check_whole(reading *r, const tn_decl *decl)
{
    if (r->first[TN_TEST_AT] == NULL)
        report(r, decl->text.at, "the test does not say at which instant",
               "write `at \"YYYY-MM-DDThh:mm:ssZ\"`");
    if (r->first[TN_TEST_RECORD] == NULL)
        report(r, decl->text.at, "the test has no record",
               "write `record CATEGORY = {\"field\": value}`");
    if (r->first[TN_TEST_EXPECT] == NULL)
        report(r, decl->text.at, "the test does not say what is expected",
               "write `expect keep`, `expect delete` or `expect flag`");
    if (!r->broken)
        check_facts(r, decl);
}

static tn_status make(tn_checker *ck, uint32_t module, const tn_decl *decl,
                      tn_rivals *rivals)
{
    reading r = {.ck = ck,
                 .scope = &ck->scopes.rows[module],
                 .row = {.title = decl->text.text,
                         .module = module,
                         .category = TN_NONE,
                         .record = TN_NONE,
                         .facts = {ck->model->test_facts.count, 0},
                         .at = decl->text.at}};
    for (const tn_test_item *item = decl->test_items; item != NULL; item = item->next)
        TN_TRY(read_item(&r, item));
    if (!r.scope->file_broken)
        check_whole(&r, decl);
    r.row.facts.count = ck->model->test_facts.count - r.row.facts.first;
    if (!r.broken && r.row.category != TN_NONE) {
        TN_TRY(tn_model_add_test(ck->model, &r.row, NULL));
        return tn_rivals_add(rivals, decl);
    }
    ck->model->test_facts.count = r.row.facts.first;
    return TN_OK;
}

tn_status tn_cases_make(tn_checker *ck, uint32_t module)
{
    const tn_decl *decl = ck->model->modules.rows[module].file->decls;
    tn_status status = TN_OK;
    tn_rivals rivals;
    tn_rivals_init(&rivals, ck);
    for (; decl != NULL && status == TN_OK; decl = decl->next)
        if (decl->kind == TN_DECL_TEST)
            status = make(ck, module, decl, &rivals);
    tn_rivals_free(&rivals);
    return status;
}

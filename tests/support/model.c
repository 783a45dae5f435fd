#include "tests/support/model.h"

#include "interp/syntax/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

tn_status test_model_try(test_model *m, const char *const *texts,
                         const tn_allocator *memory)
{
    enum { FILES_MAX = 16 };
    uint32_t files[FILES_MAX];
    size_t count = 0;
    *m = (test_model){.model = NULL};
    tn_sources_init(&m->sources, memory);
    tn_arena_init(&m->arena, memory);
    tn_diags_init(&m->diags, memory);
    tn_strings_init(&m->strings, memory);
    tn_cel_builder_init(&m->code, &m->strings, memory);
    for (; texts[count] != NULL; count++) {
        char name[32];
        assert_true(count < FILES_MAX);
        snprintf(name, sizeof(name), "%zu.tenure", count + 1);
        TN_TRY(tn_sources_add(&m->sources, tn_str_from(name), tn_str_from(texts[count]),
                              &m->diags, &files[count]));
    }
    const tn_check_input input = {.path_count = 0};
    const tn_check_into into = {&m->sources, &m->arena, &m->code, &m->diags};
    return tn_check_sources(&input, files, count, &into, &m->model);
}

void test_model_check(test_model *m, const char *const *texts)
{
    tn_status status = test_model_try(m, texts, NULL);
    tn_buf report;
    tn_buf_init(&report, NULL);
    for (size_t i = 0; status != TN_OK && i < m->diags.count; i++)
        tn_report_diag(&report, &m->sources, &m->diags.list[i], false);
    tn_buf_put_char(&report, '\0');
    if (status != TN_OK)
        print_error("%s\n", report.data);
    tn_buf_free(&report);
    assert_int_equal(status, TN_OK);
}

void test_model_free(test_model *m)
{
    tn_cel_builder_free(&m->code);
    tn_strings_free(&m->strings);
    tn_diags_free(&m->diags);
    tn_arena_free(&m->arena);
    tn_sources_free(&m->sources);
}

/* --- words */

static void put(test_model *m, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(test_model *m, const char *format, ...)
{
    size_t len = strlen(m->text);
    va_list args;
    va_start(args, format);
    vsnprintf(m->text + len, sizeof(m->text) - len, format, args);
    va_end(args);
}

static void put_between(test_model *m)
{
    if (m->text[0] != '\0')
        put(m, " ");
}

const char *test_model_findings(test_model *m)
{
    m->text[0] = '\0';
    for (size_t i = 0; i < m->diags.count; i++) {
        if (m->diags.list[i].severity == TN_NOTE)
            continue;
        put_between(m);
        put(m, "%s", tn_finding_code(m->diags.list[i].finding));
    }
    return m->text;
}

const tn_category *test_model_category(test_model *m, const char *name)
{
    for (uint32_t i = 0; m->model != NULL && i < m->model->categories.count; i++)
        if (tn_str_equal(m->model->categories.rows[i].name, tn_str_from(name)))
            return &m->model->categories.rows[i];
    fail_msg("there is no category %s", name);
    return NULL;
}

static void put_slot(test_model *m, const tn_category *category, uint32_t slot)
{
    const tn_model *model = m->model;
    const tn_slot *row = &model->slots.rows[category->slots.first + slot];
    if (row->kind == TN_SLOT_FIELD) {
        put(m, TN_STR_FMT, TN_STR_ARG(model->fields.rows[row->index].name));
        return;
    }
    uint32_t entity =
        model->category_entities.rows[category->of.first + row->of].entity;
    put(m, TN_STR_FMT "." TN_STR_FMT,
        TN_STR_ARG(tn_str_last_name(model->entities.rows[entity].name)),
        TN_STR_ARG(model->facts.rows[row->index].name));
}

static void put_source(test_model *m, const tn_category *category,
                       const tn_clause *clause)
{
    if (clause->event_slot != TN_NONE) {
        put(m, " from ");
        put_slot(m, category, clause->event_slot);
    }
    if (clause->anchor == TN_NONE)
        return;
    const tn_model_anchor *anchor = &m->model->anchors.rows[clause->anchor];
    put(m, " from ");
    for (uint32_t i = 0; i < anchor->members.count; i++) {
        put(m, "%s", i > 0 ? "+" : "");
        put_slot(m, category, m->model->anchor_slots.rows[anchor->members.first + i]);
    }
}

const char *test_model_clauses(test_model *m, const char *category)
{
    static const char *const kinds[TN_CLAUSE_KIND_COUNT] = {
        "retain_period", "retain_until",    "indefinitely", "duty_period", "duty_until",
        "limit",         "placement_limit", "on",           "redact",      "flag",
        "hold"};
    const tn_category *row = test_model_category(m, category);
    m->text[0] = '\0';
    for (uint32_t i = 0; i < row->clauses.count; i++) {
        const tn_clause *clause = &m->model->clauses.rows[row->clauses.first + i];
        char period[TN_PERIOD_TEXT_MAX];
        tn_period_format(clause->period, period);
        put_between(m);
        put(m, "%s(" TN_STR_FMT " %s", kinds[clause->kind],
            TN_STR_ARG(m->model->modules.rows[clause->module].name), period);
        put_source(m, row, clause);
        put(m, ")");
    }
    return m->text;
}

const char *test_model_origins(test_model *m, const char *category)
{
    static const char *const aspects[TN_ASPECT_COUNT] = {
        "title", "of", "fields", "purpose", "basis", "stored", "retention"};
    const tn_category *row = test_model_category(m, category);
    m->text[0] = '\0';
    for (int i = 0; i < TN_ASPECT_COUNT; i++) {
        put_between(m);
        if (row->origin[i] == TN_NONE)
            put(m, "%s=", aspects[i]);
        else
            put(m, "%s=" TN_STR_FMT, aspects[i],
                TN_STR_ARG(m->model->modules.rows[row->origin[i]].name));
    }
    return m->text;
}

#include "tests/support/condition.h"
#include "interp/calendar/zone_load.h"
#include "interp/cel/text.h"
#include "interp/syntax/parse.h"

static bool find_name(void *user, tn_str dotted, tn_cel_decl *out)
{
    const test_condition *c = user;
    for (uint32_t i = 0; i < c->name_count; i++) {
        const test_name *name = &c->names[i];
        if (!tn_str_equal(tn_str_from(name->name), dotted))
            continue;
        *out = (tn_cel_decl){.kind = TN_CEL_DECL_SLOT, .type = name->type, .number = i};
        if (name->map != NULL)
            *out = (tn_cel_decl){.kind = TN_CEL_DECL_TABLE,
                                 .type = name->type,
                                 .number = c->tables[i],
                                 .map = name->map,
                                 .otherwise = name->otherwise};
        return true;
    }
    return false;
}

static void each_name(void *user, tn_cel_name_fn *visit, void *to)
{
    const test_condition *c = user;
    for (uint32_t i = 0; i < c->name_count; i++)
        visit(to, tn_str_from(c->names[i].name));
}

static tn_status find_zone(void *user, tn_str name, const tn_zone **out)
{
    test_condition *c = user;
    tn_zone_data data;
    const char *why;
    tn_zone *zone = tn_arena_take(&c->arena, sizeof(*zone));
    if (zone == NULL)
        return TN_NOMEM;
    TN_TRY(tn_zone_load(NULL, name, &c->arena, &data, &why));
    *zone = tn_zone_view(&data);
    *out = zone;
    return TN_OK;
}

static void open_condition(test_condition *c)
{
    tn_sources_init(&c->sources, c->memory);
    tn_arena_init(&c->arena, c->memory);
    tn_arena_init(&c->scratch, c->memory);
    tn_diags_init(&c->diags, c->memory);
    tn_strings_init(&c->strings, c->memory);
    tn_cel_builder_init(&c->code, &c->strings, c->memory);
    tn_buf_init(&c->text, NULL);
    c->program = NULL;
    c->machine = NULL;
    for (uint32_t i = 0; i < c->name_count && i < TN_COUNT(c->tables); i++)
        if (c->names[i].map != NULL)
            c->tables[i] =
                tn_cel_builder_table(&c->code, c->names[i].map, c->names[i].otherwise);
}

tn_status test_condition_compile(test_condition *c, tn_str text)
{
    uint32_t source;
    tn_expr *expr;
    open_condition(c);
    TN_TRY(tn_sources_add(&c->sources, TN_STR("test"), text, &c->diags, &source));
    TN_TRY(tn_parse_expression(&c->sources, source, &c->arena, &c->diags, &expr));
    tn_cel_env env = {.user = c,
                      .find = find_name,
                      .each = each_name,
                      .zones = {c, find_zone},
                      .unchecked = c->unchecked,
                      .dynamic_zones = !c->static_zones};
    return tn_cel_compile(&env, expr, &c->code, &c->diags, &c->compiled);
}

tn_status test_condition_run(test_condition *c)
{
    tn_value slots[64];
    tn_cel_zones zones = {c, find_zone};
    TN_TRY(tn_cel_builder_status(&c->code));
    tn_cel_code code = tn_cel_builder_view(&c->code);
    for (uint32_t i = 0; i < c->name_count; i++)
        slots[i] = c->names[i].value;
    TN_TRY(tn_cel_verify(&code, c->memory, &c->fault));
    TN_TRY(tn_cel_load(&code, &zones, c->memory, &c->program));
    TN_TRY(tn_cel_machine_new(c->program, &c->scratch,
                              c->budget == 0 ? TN_CEL_BUDGET : c->budget, &c->machine));
    return tn_cel_eval(c->machine, c->compiled.expr, slots, &c->value);
}

void test_condition_free(test_condition *c)
{
    tn_cel_machine_free(c->machine);
    tn_cel_unload(c->program);
    tn_buf_free(&c->text);
    tn_cel_builder_free(&c->code);
    tn_strings_free(&c->strings);
    tn_diags_free(&c->diags);
    tn_arena_free(&c->scratch);
    tn_arena_free(&c->arena);
    tn_sources_free(&c->sources);
}

static void put_diags(test_condition *c)
{
    for (size_t i = 0; i < c->diags.count; i++) {
        const tn_diag *diag = &c->diags.list[i];
        tn_buf_put_format(&c->text, "%srefused %u..%u: ", i == 0 ? "" : "; ",
                          diag->at.start, diag->at.end);
        tn_buf_put(&c->text, diag->message);
        if (diag->help.len > 0)
            tn_buf_put_format(&c->text, "; " TN_STR_FMT, TN_STR_ARG(diag->help));
    }
}

const char *test_condition_words(test_condition *c, tn_status status)
{
    tn_buf_reset(&c->text);
    if (status != TN_OK && c->diags.count > 0) {
        put_diags(c);
    } else if (status != TN_OK) {
        tn_buf_put_text(&c->text, tn_status_text(status));
    } else if (c->value.kind == TN_KIND_UNREADABLE) {
        tn_span at = tn_cel_error_place(c->machine, c->compiled.expr, &c->value);
        tn_buf_put_format(&c->text, "error %u..%u: ", at.start, at.end);
        tn_cel_error_put(&c->value, &c->text);
    } else {
        tn_cel_value_put(&c->text, &c->value, 400);
    }
    tn_buf_put_char(&c->text, '\0');
    return c->text.data;
}

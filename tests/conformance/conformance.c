/* conformance: runs a file of CEL conformance cases (README.md beside this file).
 *
 *   conformance FILE        ends with "N passed, N failed"; --tap prints a line a case
 */
#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/calendar/zone_load.h"
#include "interp/cel/check.h"
#include "interp/cel/compare.h"
#include "interp/cel/eval.h"
#include "interp/cel/map_value.h"
#include "interp/cel/text.h"
#include "interp/cel/verify.h"
#include "interp/store/json_index.h"
#include "interp/store/json_read.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/report.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 64 };

/* A variable: declared, or bound to a value, or both. */
typedef struct variable {
    tn_str name;
    const tn_type *type;
    tn_value value;
} variable;

typedef struct session {
    tn_arena arena; /* of one case */
    variable variables[NAMES_MAX];
    uint32_t variable_count;
    tn_sources sources;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_buf problem; /* why the case fails */
} session;

/* --- JSON */

static const tn_value *member(const tn_value *object, const char *name)
{
    if (object == NULL || object->kind != TN_KIND_MAP)
        return NULL;
    return tn_map_value_find_text(object->as.map, tn_str_from(name));
}

static tn_str text_of(const tn_value *value)
{
    return value != NULL && value->kind == TN_KIND_STRING ? value->as.text : TN_STR("");
}

static tn_value bytes_of(session *s, tn_str base64)
{
    unsigned char *bytes = tn_arena_take(&s->arena, base64.len + 1);
    size_t len = 0;
    if (sodium_base642bin(bytes, base64.len, base64.data, base64.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        abort();
    return (tn_value){TN_KIND_BYTES, {.text = {(const char *)bytes, len}}};
}

static tn_value typed_value(session *s, const tn_value *json);

static tn_value typed_list(session *s, const tn_value *json)
{
    uint32_t count = json->as.list->count;
    tn_value *items = tn_arena_take_array(&s->arena, count, sizeof(*items));
    tn_list_value *list = tn_arena_take(&s->arena, sizeof(*list));
    for (uint32_t i = 0; i < count; i++)
        items[i] = typed_value(s, &json->as.list->items[i]);
    *list = (tn_list_value){items, count};
    return (tn_value){TN_KIND_LIST, {.list = list}};
}

static tn_value typed_map(session *s, const tn_value *json)
{
    uint32_t count = json->as.list->count, repeated;
    tn_map_pair *pairs = tn_arena_take_array(&s->arena, count, sizeof(*pairs));
    tn_map_value *map = tn_arena_take(&s->arena, sizeof(*map));
    for (uint32_t i = 0; i < count; i++) {
        const tn_value *pair = json->as.list->items[i].as.list->items;
        pairs[i] = (tn_map_pair){typed_value(s, &pair[0]), typed_value(s, &pair[1])};
    }
    if (tn_map_value_build(&s->arena, pairs, count, map, &repeated) != TN_OK)
        abort();
    return (tn_value){TN_KIND_MAP, {.map = map}};
}

static tn_value typed_scalar(session *s, tn_str kind, tn_str text)
{
    char *end;
    char *copy = tn_arena_take(&s->arena, text.len + 1);
    memcpy(copy, text.data, text.len);
    tn_value value = {.kind = TN_KIND_NULL};
    bool overflow;
    if (tn_str_equal(kind, TN_STR("int")))
        return (tn_value){TN_KIND_INT, {.integer = strtoll(copy, &end, 10)}};
    if (tn_str_equal(kind, TN_STR("uint")))
        return (tn_value){TN_KIND_UINT, {.unsigned_integer = strtoull(copy, &end, 10)}};
    if (tn_str_equal(kind, TN_STR("string")))
        return (tn_value){TN_KIND_STRING, {.text = text}};
    if (tn_str_equal(kind, TN_STR("bytes")))
        return bytes_of(s, text);
    bool good = true;
    if (tn_str_equal(kind, TN_STR("double"))) {
        value.kind = TN_KIND_DOUBLE;
        good = tn_real_parse(text, &value.as.real, &overflow);
    } else if (tn_str_equal(kind, TN_STR("timestamp"))) {
        value.kind = TN_KIND_TIMESTAMP;
        good = tn_instant_parse(text, &value.as.instant);
    } else if (tn_str_equal(kind, TN_STR("duration"))) {
        value.kind = TN_KIND_DURATION;
        good = tn_duration_parse(text, &value.as.duration_nanos);
    } else if (tn_str_equal(kind, TN_STR("type"))) {
        value.kind = TN_KIND_TYPE;
        value.as.type = tn_type_find(text);
        good = value.as.type != NULL;
    }
    if (!good)
        tn_buf_put_format(&s->problem,
                          "a value of the case is not understood: " TN_STR_FMT,
                          TN_STR_ARG(text));
    return value;
}

/* {"int":"5"} and its like. */
static tn_value typed_value(session *s, const tn_value *json)
{
    const tn_map_pair *pair = &json->as.map->pairs[0];
    tn_str kind = pair->key.as.text;
    if (tn_str_equal(kind, TN_STR("list")))
        return typed_list(s, &pair->value);
    if (tn_str_equal(kind, TN_STR("map")))
        return typed_map(s, &pair->value);
    if (tn_str_equal(kind, TN_STR("bool")) || tn_str_equal(kind, TN_STR("null")))
        return pair->value.kind == TN_KIND_BOOL && tn_str_equal(kind, TN_STR("bool"))
                   ? pair->value
                   : (tn_value){.kind = TN_KIND_NULL};
    return typed_scalar(s, kind, text_of(&pair->value));
}

/* "list(int)", "map(string, dyn)", "int". */
static const tn_type *read_type(session *s, tn_str *text)
{
    size_t len = 0;
    while (len < text->len && strchr("(), ", text->data[len]) == NULL)
        len++;
    tn_str name = tn_str_slice(*text, 0, len);
    *text = tn_str_slice(*text, len, SIZE_MAX);
    const tn_type *type = tn_type_find(name);
    if (text->len == 0 || text->data[0] != '(')
        return type == NULL ? tn_type_of(TN_TYPE_DYN) : type;
    const tn_type *params[2] = {NULL, NULL};
    for (int i = 0; text->len > 0 && text->data[0] != ')' && i < 2; i++) {
        while (text->len > 0 && strchr("(, ", text->data[0]) != NULL)
            *text = tn_str_slice(*text, 1, SIZE_MAX);
        params[i] = read_type(s, text);
    }
    if (text->len > 0)
        *text = tn_str_slice(*text, 1, SIZE_MAX);
    if (params[1] != NULL)
        return tn_type_map(&s->arena, params[0], params[1]);
    return type != NULL && type->kind == TN_TYPE_LIST
               ? tn_type_list(&s->arena, params[0])
               : tn_type_of(TN_TYPE_DYN);
}

/* --- names and zones */

static variable *find_variable(session *s, tn_str name)
{
    for (uint32_t i = 0; i < s->variable_count; i++)
        if (tn_str_equal(s->variables[i].name, name))
            return &s->variables[i];
    return NULL;
}

static variable *add_variable(session *s, tn_str name)
{
    variable *found = find_variable(s, name);
    if (found != NULL)
        return found;
    found = &s->variables[s->variable_count++];
    *found = (variable){name, tn_type_of(TN_TYPE_DYN), {.kind = TN_KIND_UNREADABLE}};
    return found;
}

static void read_variables(session *s, const tn_value *line)
{
    const tn_value *env = member(line, "type_env");
    const tn_value *bindings = member(line, "bindings");
    s->variable_count = 0;
    for (uint32_t i = 0; env != NULL && i < env->as.list->count; i++) {
        const tn_value *row = &env->as.list->items[i];
        tn_str type = text_of(member(row, "type"));
        add_variable(s, text_of(member(row, "name")))->type = read_type(s, &type);
    }
    for (uint32_t i = 0; bindings != NULL && i < bindings->as.map->count; i++) {
        const tn_map_pair *pair = &bindings->as.map->pairs[i];
        add_variable(s, pair->key.as.text)->value = typed_value(s, &pair->value);
    }
}

static bool find_name(void *user, tn_str dotted, tn_cel_decl *out)
{
    session *s = user;
    variable *found = find_variable(s, dotted);
    if (found == NULL)
        return false;
    *out = (tn_cel_decl){.kind = TN_CEL_DECL_SLOT,
                         .type = found->type,
                         .number = (uint32_t)(found - s->variables)};
    return true;
}

static tn_status find_zone(void *user, tn_str name, const tn_zone **out)
{
    session *s = user;
    tn_zone_data data;
    const char *why;
    tn_zone *zone = tn_arena_take(&s->arena, sizeof(*zone));
    TN_TRY(tn_zone_load(NULL, name, &s->arena, &data, &why));
    *zone = tn_zone_view(&data);
    *out = zone;
    return TN_OK;
}

/* --- one case, in one mode */

static tn_status compile(session *s, const tn_value *line, bool unchecked,
                         tn_cel_compiled *out)
{
    uint32_t source;
    tn_expr *expr;
    TN_TRY(tn_sources_add(&s->sources, TN_STR("case"), text_of(member(line, "expr")),
                          &s->diags, &source));
    TN_TRY(tn_parse_expression(&s->sources, source, &s->arena, &s->diags, &expr));
    tn_cel_env env = {.container = text_of(member(line, "container")),
                      .user = s,
                      .find = find_name,
                      .zones = {s, find_zone},
                      .unchecked = unchecked,
                      .dynamic_zones = true,
                      .lenient = true};
    return tn_cel_compile(&env, expr, &s->code, &s->diags, out);
}

/* The type must match exactly, numbers within lists and maps too; NaN meets NaN. */
static bool is_met(const tn_value *want, const tn_value *got)
{
    if (want->kind != got->kind)
        return false;
    if (want->kind == TN_KIND_DOUBLE && want->as.real != want->as.real)
        return got->as.real != got->as.real;
    if (want->kind == TN_KIND_LIST) {
        bool met = want->as.list->count == got->as.list->count;
        for (uint32_t i = 0; met && i < want->as.list->count; i++)
            met = is_met(&want->as.list->items[i], &got->as.list->items[i]);
        return met;
    }
    if (want->kind == TN_KIND_MAP) {
        bool met = want->as.map->count == got->as.map->count;
        for (uint32_t i = 0; met && i < want->as.map->count; i++) {
            const tn_map_pair *pair = &want->as.map->pairs[i];
            const tn_value *value = tn_map_value_find(got->as.map, &pair->key);
            met = value != NULL && is_met(&pair->value, value);
        }
        return met;
    }
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_cel_call call = {.arena = &arena, .steps_left = TN_CEL_BUDGET};
    bool equal = tn_value_equal(&call, want, got);
    tn_arena_free(&arena);
    return equal;
}

static void judge(session *s, const tn_value *line, const tn_value *got)
{
    const tn_value *expect = member(line, "expect");
    const tn_value *want_json = member(expect, "value");
    bool failed = got->kind == TN_KIND_UNREADABLE;
    if (want_json == NULL) {
        if (!failed)
            tn_buf_put_text(&s->problem, "an error was expected, not ");
        if (!failed)
            tn_cel_value_put(&s->problem, got, 200);
        return;
    }
    if (failed) {
        tn_buf_put_text(&s->problem, "ends in an error: ");
        tn_cel_error_put(got, &s->problem);
        return;
    }
    tn_value want = typed_value(s, want_json);
    if (is_met(&want, got))
        return;
    tn_buf_put_text(&s->problem, "gives ");
    tn_cel_value_put(&s->problem, got, 200);
    tn_buf_put_text(&s->problem, ", not ");
    tn_cel_value_put(&s->problem, &want, 200);
}

static void evaluate(session *s, const tn_value *line, uint32_t expr)
{
    tn_cel_code code = tn_cel_builder_view(&s->code);
    tn_cel_zones zones = {s, find_zone};
    tn_cel_program *program = NULL;
    tn_cel_machine *machine = NULL;
    tn_value slots[NAMES_MAX], value;
    tn_cel_fault fault;
    for (uint32_t i = 0; i < s->variable_count; i++)
        slots[i] = s->variables[i].value;
    if (tn_cel_verify(&code, NULL, &fault) != TN_OK)
        tn_buf_put_format(&s->problem, "refused: %s", fault.what);
    else if (tn_cel_load(&code, &zones, NULL, &program) != TN_OK ||
             tn_cel_machine_new(program, &s->arena, TN_CEL_BUDGET, &machine) != TN_OK ||
             tn_cel_eval(machine, expr, slots, &value) != TN_OK)
        tn_buf_put_text(&s->problem, "does not run");
    else
        judge(s, line, &value);
    tn_cel_machine_free(machine);
    tn_cel_unload(program);
}

static bool run_case(session *s, const tn_value *line, bool unchecked)
{
    tn_sources_init(&s->sources, NULL);
    tn_diags_init(&s->diags, NULL);
    tn_strings_init(&s->strings, NULL);
    tn_cel_builder_init(&s->code, &s->strings, NULL);
    tn_buf_reset(&s->problem);
    read_variables(s, line);
    tn_cel_compiled compiled;
    tn_status status = compile(s, line, unchecked, &compiled);
    if (status == TN_OK)
        evaluate(s, line, compiled.expr);
    else
        tn_buf_put_format(
            &s->problem, "does not compile: " TN_STR_FMT,
            TN_STR_ARG(s->diags.count > 0 ? s->diags.list[0].message : TN_STR("?")));
    tn_cel_builder_free(&s->code);
    tn_strings_free(&s->strings);
    tn_diags_free(&s->diags);
    tn_sources_free(&s->sources);
    return s->problem.len == 0;
}

typedef struct counts {
    unsigned passed;
    unsigned failed;
    bool tap;
} counts;

static void count(counts *c, const session *s, const tn_value *line, const char *mode,
                  bool passed)
{
    c->passed += passed;
    c->failed += !passed;
    if (passed && !c->tap)
        return;
    tn_str file = text_of(member(line, "file")), name = text_of(member(line, "name"));
    printf("%sok %u - " TN_STR_FMT "/" TN_STR_FMT " %s\n", passed ? "" : "not ",
           c->passed + c->failed, TN_STR_ARG(file), TN_STR_ARG(name), mode);
    if (!passed)
        printf("#   " TN_STR_FMT "\n#   " TN_STR_FMT "\n",
               TN_STR_ARG(text_of(member(line, "expr"))),
               TN_STR_ARG(tn_buf_view(&s->problem)));
}

static void run_line(counts *c, const tn_value *line)
{
    const tn_value *disabled = member(line, "disable_check");
    bool unchecked_only = disabled != NULL && disabled->as.boolean;
    for (int unchecked = 1; unchecked >= unchecked_only; unchecked--) {
        session s;
        tn_arena_init(&s.arena, NULL);
        tn_buf_init(&s.problem, NULL);
        bool passed = run_case(&s, line, unchecked != 0);
        count(c, &s, line, unchecked != 0 ? "unchecked" : "checked", passed);
        tn_buf_free(&s.problem);
        tn_arena_free(&s.arena);
    }
}

static bool run_text(counts *c, tn_json_index *index, char *text, size_t len)
{
    tn_arena arena;
    tn_value line;
    tn_arena_init(&arena, NULL);
    bool good = tn_json_index_run(index, text, len) == TN_JSON_FINE;
    tn_json_reader reader = {.text = text,
                             .token = tn_json_index_tokens(index),
                             .limit = (uint32_t)len,
                             .has_escapes = true,
                             .arena = &arena};
    good = good && tn_json_read_value(&reader, &line);
    if (good)
        run_line(c, &line);
    tn_arena_free(&arena);
    return good;
}

static bool run_file(counts *c, FILE *file)
{
    enum { LINE_MAX_BYTES = 1 << 20 };
    char *text = calloc(1, LINE_MAX_BYTES + TN_JSON_PADDING);
    tn_json_index *index = tn_json_index_new();
    bool good = text != NULL && index != NULL;
    while (good && fgets(text, LINE_MAX_BYTES, file) != NULL)
        good = run_text(c, index, text, strlen(text));
    tn_json_index_free(index);
    free(text);
    return good;
}

int main(int argc, char **argv)
{
    counts c = {0, 0, argc > 2 && strcmp(argv[2], "--tap") == 0};
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: conformance FILE [--tap]\n");
        return 2;
    }
    bool good = run_file(&c, file);
    fclose(file);
    if (!good)
        printf("a line of the file is no case\n");
    printf("%u passed, %u failed\n", c.passed, c.failed);
    return good && c.failed == 0 && c.passed > 0 ? 0 : 1;
}

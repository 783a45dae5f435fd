/* tenure cel: one condition, evaluated. */
#include "interp/cel/check.h"
#include "interp/cel/eval.h"
#include "interp/cel/value_copy.h"
#include "interp/cel/verify.h"
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/cli/typed_json.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/report.h"

#include <string.h>

enum { OPT_TYPE, OPT_COST };

static const tn_option options[] = {
    {"--type", NULL, false, "print the expression's type instead of its value"},
    {"--cost", NULL, false,
     "print the worst case of its cost, and what it took, in steps"},
};

/* Of names; and of a value, its parts written out wherever they stand. */
enum { BOUND_MAX = 64, VALUE_MAX_BYTES = 16 << 20 };

/* A name and the value bound to it. */
typedef struct binding {
    tn_str name;
    const tn_type *type;
    tn_value value;
} binding;

typedef struct session {
    tn_cli_policy p;  /* its sources, diags and code */
    tn_arena scratch; /* values */
    binding bound[BOUND_MAX];
    uint32_t bound_count;
    tn_span at; /* of the expression compiled last */
} session;

/* --- names and zones */

static bool find_name(void *user, tn_str dotted, tn_cel_decl *out)
{
    const session *s = user;
    for (uint32_t i = 0; i < s->bound_count; i++)
        if (tn_str_equal(s->bound[i].name, dotted)) {
            *out = (tn_cel_decl){
                .kind = TN_CEL_DECL_SLOT, .type = s->bound[i].type, .number = i};
            return true;
        }
    return false;
}

static void each_name(void *user, tn_cel_name_fn *visit, void *to)
{
    const session *s = user;
    for (uint32_t i = 0; i < s->bound_count; i++)
        visit(to, s->bound[i].name);
}

/* Zones of the system, kept as long as the session. */
static tn_status find_zone(void *user, tn_str name, const tn_zone **out)
{
    session *s = user;
    tn_zone_data data;
    const char *why;
    tn_zone *zone = tn_arena_take(&s->p.arena, sizeof(*zone));
    if (zone == NULL)
        return TN_NOMEM;
    TN_TRY(tn_zone_load(NULL, name, &s->p.arena, &data, &why));
    *zone = tn_zone_view(&data);
    *out = zone;
    return TN_OK;
}

/* --- one expression */

static tn_status compile(session *s, tn_str name, tn_str text, tn_cel_compiled *out)
{
    uint32_t source;
    tn_expr *expr;
    TN_TRY(tn_sources_add(&s->p.sources, name, text, &s->p.diags, &source));
    TN_TRY(tn_parse_expression(&s->p.sources, source, &s->p.arena, &s->p.diags, &expr));
    s->at = expr->at;
    tn_cel_env env = {.user = s,
                      .find = find_name,
                      .each = each_name,
                      .zones = {s, find_zone},
                      .dynamic_zones = true};
    return tn_cel_compile(&env, expr, &s->p.code, &s->p.diags, out);
}

static tn_status keep_value(session *s, tn_value *value)
{
    tn_status status = tn_value_copy(&s->scratch, value, VALUE_MAX_BYTES, value);
    if (status == TN_LIMIT)
        tn_diag_add(&s->p.diags, TN_FIND_TOO_LARGE, s->at,
                    "the value is too large: written out it takes more than %d MiB",
                    VALUE_MAX_BYTES >> 20);
    return status;
}

/* What an expression results in, which lives in `scratch`; or, where `steps` is not
 * NULL, what it takes, and of the value its kind alone. */
static tn_status evaluate(session *s, const tn_cel_compiled *compiled, tn_value *out,
                          uint64_t *steps)
{
    tn_cel_code code = tn_cel_builder_view(&s->p.code);
    tn_cel_zones zones = {s, find_zone};
    tn_cel_program *program;
    tn_cel_machine *machine = NULL;
    tn_value slots[BOUND_MAX];
    for (uint32_t i = 0; i < s->bound_count; i++)
        slots[i] = s->bound[i].value;
    TN_TRY(tn_cel_builder_status(&s->p.code));
    TN_TRY(tn_cel_verify(&code, NULL, NULL));
    TN_TRY(tn_cel_load(&code, &zones, NULL, &program));
    tn_status status =
        tn_cel_machine_new(program, &s->scratch, TN_CEL_BUDGET, &machine);
    if (status == TN_OK)
        status = tn_cel_eval(machine, compiled->expr, slots, out);
    if (status == TN_OK && steps != NULL)
        *steps = tn_cel_steps(machine);
    else if (status == TN_OK)
        status = keep_value(s, out);
    if (machine != NULL)
        tn_cel_machine_free(machine);
    tn_cel_unload(program);
    return status;
}

static int fail(session *s, tn_status status)
{
    if (status != TN_INVALID && status != TN_LIMIT)
        return tn_cli_fail_status(status);
    tn_cli_print_diags(&s->p, stderr);
    return TN_EXIT_FINDINGS;
}

static int complain_error(const tn_value *error)
{
    tn_buf why;
    tn_buf_init(&why, NULL);
    tn_cel_error_put(error, &why);
    int code = tn_cli_fail(TN_EXIT_FINDINGS, "evaluation error: " TN_STR_FMT,
                           TN_STR_ARG(tn_buf_view(&why)));
    tn_buf_free(&why);
    return code;
}

/* NAME=EXPRESSION */
static int bind(session *s, const tn_args *args, const char *operand)
{
    const char *equals = strchr(operand, '=');
    if (equals == NULL || equals == operand)
        return tn_args_complain(args->command, "%s is not NAME=EXPRESSION", operand);
    if (s->bound_count == BOUND_MAX)
        return tn_args_complain(args->command, "more than %d names", BOUND_MAX);
    tn_str name = {operand, (size_t)(equals - operand)};
    tn_cel_compiled compiled;
    tn_value value;
    tn_status status = compile(s, name, tn_str_from(equals + 1), &compiled);
    if (status == TN_OK)
        status = evaluate(s, &compiled, &value, NULL);
    if (status != TN_OK)
        return fail(s, status);
    if (value.kind == TN_KIND_UNREADABLE)
        return complain_error(&value);
    s->bound[s->bound_count++] = (binding){name, compiled.type, value};
    return TN_EXIT_OK;
}

/* --- what is printed */

static int print_result(const tn_args *args, const tn_cel_compiled *compiled,
                        const tn_value *value, uint64_t steps)
{
    tn_buf out;
    tn_buf_init(&out, NULL);
    if (tn_args_has(args, OPT_TYPE)) {
        tn_type_put(&out, compiled->type);
    } else if (tn_args_has(args, OPT_COST)) {
        if (compiled->cost == UINT32_MAX)
            tn_buf_put_text(&out, "worst case more than ");
        else
            tn_buf_put_text(&out, "worst case ");
        tn_buf_put_format(&out, "%u steps, this time %llu",
                          compiled->cost == UINT32_MAX ? TN_CEL_BUDGET : compiled->cost,
                          (unsigned long long)steps);
    } else {
        tn_cli_put_typed_json(&out, value);
    }
    tn_buf_put_char(&out, '\n');
    return tn_output_print(&out, TN_OK);
}

static int run_session(session *s, const tn_args *args)
{
    for (size_t i = 1; i < args->operand_count; i++) {
        int code = bind(s, args, args->operands[i]);
        if (code != TN_EXIT_OK)
            return code;
    }
    tn_cel_compiled compiled;
    tn_value value = {.kind = TN_KIND_NULL};
    uint64_t steps = 0;
    tn_status status =
        compile(s, TN_STR("expression"), tn_str_from(args->operands[0]), &compiled);
    if (status == TN_OK && !tn_args_has(args, OPT_TYPE))
        status =
            evaluate(s, &compiled, &value, tn_args_has(args, OPT_COST) ? &steps : NULL);
    if (status != TN_OK)
        return fail(s, status);
    if (value.kind == TN_KIND_UNREADABLE && !tn_args_has(args, OPT_COST))
        return complain_error(&value);
    return print_result(args, &compiled, &value, steps);
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which expression?");
    session s = {.bound_count = 0};
    tn_cli_policy_init(&s.p);
    tn_arena_init(&s.scratch, NULL);
    int code = run_session(&s, args);
    tn_arena_free(&s.scratch);
    tn_cli_policy_free(&s.p);
    return code;
}

const tn_command tn_command_cel = {
    .name = "cel",
    .operands = "[--type | --cost] EXPRESSION [NAME=EXPRESSION]...",
    .summary = "evaluate one condition",
    .help =
        "Evaluates an expression of the Common Expression Language, with names bound\n"
        "to the values of other expressions, and prints its value as typed JSON, as "
        "in\n"
        "{\"int\":\"3\"}. Exits 1 where it has errors or ends in one.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

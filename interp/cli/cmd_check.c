/* tenure check: reads policies and says what is wrong with them. */
#include "interp/cel/eval.h"
#include "interp/check/model_json.h"
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/syntax/report.h"
#include "interp/tools/sarif.h"
#include "interp/tools/say.h"

enum {
    OPT_JSON,
    OPT_MODEL,
    OPT_OVERRIDES,
    OPT_PATH,
    OPT_COST,
    OPT_SARIF,
    OPT_STRICT,
    OPT_SAY
};

static const tn_option options[] = {
    {"--json", NULL, false, "print the findings as one JSON array"},
    {"--model", NULL, false, "print the checked policy as JSON, for other programs"},
    {"--overrides", NULL, false,
     "list what prevails over what, and why; with --json in place of the findings"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
    {"--cost", NULL, false, "print what each condition costs at worst, in steps"},
    {"--sarif", NULL, false, "print the findings as SARIF 2.1.0, for code hosts"},
    {"--strict", NULL, false, "take warnings for errors"},
    {"--say", NULL, false, "read each clause back as a sentence, with an example"},
};

static int print_findings(const tn_cli_policy *policy, bool as_sarif)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    if (as_sarif)
        tn_sarif_put(&buf, &policy->sources, &policy->diags);
    else
        tn_report_json(&buf, &policy->sources, &policy->diags);
    return tn_output_print(&buf, TN_OK);
}

static int print_model(const tn_cli_policy *policy)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    return tn_output_print(&buf, tn_model_json(policy->model, &buf));
}

static void put_place(tn_buf *buf, const tn_model *model, tn_span at)
{
    const tn_source *source = &model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    tn_buf_put(buf, source->name);
    tn_buf_put_format(buf, ":%u:%u", position.line, position.column);
}

static void put_override(tn_buf *buf, const tn_model *model, const tn_override *row)
{
    static const char *const words[TN_ASPECT_COUNT] = TN_ASPECT_WORDS;
    tn_buf_put(buf, model->categories.rows[row->category].name);
    tn_buf_put_format(buf, ": %s of " TN_STR_FMT " prevails over that of " TN_STR_FMT,
                      words[row->aspect],
                      TN_STR_ARG(model->modules.rows[row->module].name),
                      TN_STR_ARG(model->modules.rows[row->over_module].name));
    tn_buf_put_text(buf, "\n    ");
    put_place(buf, model, row->at);
    tn_buf_put_text(buf, "\n    ");
    put_place(buf, model, row->over_at);
    tn_buf_put_text(buf, "\n");
    if (row->why.len > 0)
        tn_buf_put_format(buf, "    because \"" TN_STR_FMT "\"\n",
                          TN_STR_ARG(row->why));
}

static int print_overrides(const tn_model *model, bool as_json)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    tn_status status = TN_OK;
    if (as_json)
        status = tn_model_json_overrides(model, &buf);
    for (uint32_t i = 0; !as_json && i < model->overrides.count; i++)
        put_override(&buf, model, &model->overrides.rows[i]);
    if (!as_json && model->overrides.count == 0)
        tn_buf_put_text(&buf, "nothing is overridden\n");
    return tn_output_print(&buf, status);
}

/* Warnings become errors; notes stay what they are. */
static int take_strictly(tn_cli_policy *policy, int code)
{
    for (size_t i = 0; i < policy->diags.count; i++) {
        tn_diag *diag = &policy->diags.list[i];
        if (diag->severity != TN_WARNING)
            continue;
        diag->severity = TN_ERROR;
        policy->diags.error_count++;
        code = TN_EXIT_FINDINGS;
    }
    return code;
}

/* What was found, and what was asked for besides: `code`, or that it failed. */
static int print_all(const tn_args *args, const tn_cli_policy *policy, int code)
{
    bool as_json = tn_args_has(args, OPT_JSON);
    bool as_sarif = tn_args_has(args, OPT_SARIF);
    bool overrides = tn_args_has(args, OPT_OVERRIDES);
    if (as_sarif || (as_json && !overrides)) {
        if (print_findings(policy, as_sarif) != TN_EXIT_OK)
            return TN_EXIT_FAILURE;
    } else {
        tn_cli_print_diags(policy, stderr);
    }
    if (overrides && policy->model != NULL &&
        print_overrides(policy->model, as_json) != TN_EXIT_OK)
        return TN_EXIT_FAILURE;
    return code;
}

/* --- costs */

/* The bytes that the nodes of an expression come from. */
static tn_span expr_span(const tn_cel_code *code, const tn_cel_expr *expr)
{
    tn_span at = TN_NOWHERE;
    for (uint32_t i = 0; i < expr->node_count; i++) {
        const tn_cel_place *place = &code->places[expr->first_node + i];
        at = tn_span_join(at, (tn_span){expr->file, place->start, place->end});
    }
    return at;
}

/* On one line: every run of blanks and line ends is one blank. */
static void put_flat(tn_buf *out, tn_str text)
{
    bool was_blank = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank || !was_blank)
            tn_buf_put_char(out, blank ? ' ' : c);
        was_blank = blank;
    }
}

/* FILE:LINE:COLUMN: N steps: EXPRESSION, on one line. */
static void put_cost(tn_buf *out, const tn_sources *sources, tn_span at, uint32_t cost)
{
    const tn_source *source = &sources->list[at.file];
    tn_position from = tn_source_position(source, at.start);
    tn_buf_put(out, source->name);
    tn_buf_put_format(out, ":%u:%u: ", from.line, from.column);
    if (cost == UINT32_MAX)
        tn_buf_put_format(out, "as much as there is to go over, at most %d",
                          TN_CEL_BUDGET);
    else
        tn_buf_put_format(out, "%u", cost);
    tn_buf_put_text(out, cost == 1 ? " step: " : " steps: ");
    tn_str text = tn_source_slice(sources, at);
    put_flat(out, text);
    tn_buf_put_char(out, '\n');
}

static bool is_same(const tn_cel_code *code, const tn_cel_expr *a, const tn_cel_expr *b)
{
    const tn_cel_place *first = &code->places[a->first_node];
    const tn_cel_place *other = &code->places[b->first_node];
    return a->file == b->file && a->node_count == b->node_count &&
           first->start == other->start && first->end == other->end;
}

/* What speaks of no record is a test's value or a constant. A clause that several
 * categories share is compiled for each, and shown once. */
static bool is_shown(const tn_cel_code *code, const uint32_t *costs, uint32_t number)
{
    const tn_cel_expr *expr = &code->exprs[number];
    if (expr->file == TN_NONE || expr->slot_count == 0)
        return false;
    for (uint32_t i = 0; i < number; i++)
        if (costs[i] == costs[number] && is_same(code, &code->exprs[i], expr))
            return false;
    return true;
}

static int print_costs(const tn_cli_policy *policy)
{
    tn_cel_code code = tn_cel_builder_view(&policy->code);
    const uint32_t *costs = (const void *)policy->code.costs.data;
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    for (uint32_t i = 0; i < code.expr_count; i++) {
        const tn_cel_expr *expr = &code.exprs[i];
        if (is_shown(&code, costs, i))
            put_cost(&buf, &policy->sources, expr_span(&code, expr), costs[i]);
    }
    return tn_output_print(&buf, TN_OK);
}

/* --- sentences */

static int print_sentences(const tn_args *args, const tn_cli_policy *policy)
{
    const tn_model *model = policy->model;
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    for (uint32_t i = 0; i < model->modules.count; i++) {
        const tn_module *module = &model->modules.rows[i];
        if (module->at.file >= model->sources->count ||
            !tn_cli_is_named(args, model->sources->list[module->at.file].name))
            continue;
        tn_buf_put_text(&buf, buf.len > 0 ? "\n" : "");
        tn_say_module(&buf, model, i);
    }
    return tn_output_print(&buf, TN_OK);
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which files or directories?");
    if (tn_args_has(args, OPT_JSON) && tn_args_has(args, OPT_SARIF))
        return tn_args_complain(args->command, "--json or --sarif, not both");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_check(&policy, args->operands, args->operand_count, args,
                                   OPT_PATH);
    bool is_checked = code == TN_EXIT_OK || code == TN_EXIT_FINDINGS;
    if (is_checked && tn_args_has(args, OPT_STRICT))
        code = take_strictly(&policy, code);
    if (is_checked)
        code = print_all(args, &policy, code);
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_MODEL))
        code = print_model(&policy);
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_COST))
        code = print_costs(&policy);
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_SAY))
        code = print_sentences(args, &policy);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_check = {
    .name = "check",
    .operands = "[--json | --sarif] [--strict] [--say] [--model] [--overrides]\n"
                "       [--cost] [--path DIR]... FILE|DIR...",
    .summary = "say what is wrong with policies and deployments",
    .help =
        "Reads the files, or all *.tenure files of the directories, with the modules\n"
        "they extend, are subject to or import, and reports every finding with its\n"
        "place, what is wrong and what to do about it. Exits 1 if there are errors.\n"
        "'tenure help CODE' tells what a finding means, with examples.\n"
        "--overrides lists each part of a category that replaces its parent's, with "
        "both\n"
        "places and the reason given.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

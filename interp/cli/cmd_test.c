/* tenure test: runs the tests in policies. */
#include "interp/calendar/instant.h"
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/tools/explain.h"
#include "interp/tools/policy_test.h"
#include "interp/tools/test_cases.h"

enum { OPT_COVERAGE, OPT_MIN, OPT_GENERATE, OPT_PATH };

static const tn_option options[] = {
    {"--coverage", NULL, false, "list the clauses and conditions that no test reached"},
    {"--min", "PERCENT", false, "with --coverage: exit 1 if less than this is reached"},
    {"--generate", NULL, false,
     "run nothing: print tests at the boundaries of the policies, to be confirmed"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static void put_place(tn_buf *buf, const tn_model *model, tn_span at)
{
    const tn_source *source = &model->sources->list[at.file];
    tn_position position = tn_source_position(source, at.start);
    tn_buf_put(buf, source->name);
    tn_buf_put_format(buf, ":%u:%u: ", position.line, position.column);
}

static void put_actual(tn_buf *buf, const tn_image *image, const tn_verdict *verdict)
{
    tn_buf_put_format(buf, "    actual    %s because %s",
                      tn_decision_text(verdict->decision),
                      tn_reason_text(verdict->reason));
    if (verdict->has_due) {
        char text[TN_INSTANT_TEXT_MAX];
        tn_instant_format(verdict->due, text);
        tn_buf_put_format(buf, ", due %s", text);
    }
    if (verdict->clause != TN_NONE) {
        tn_buf_put_text(buf, ", by ");
        tn_explain_place(buf, image, image->clauses[verdict->clause].place);
    }
    tn_buf_put_char(buf, '\n');
}

static void put_failure(tn_buf *buf, const tn_cli_policy *policy, const tn_test *test,
                        const tn_test_result *result)
{
    put_place(buf, policy->model, test->at);
    tn_buf_put_format(buf, "failed: " TN_STR_FMT "\n", TN_STR_ARG(test->title));
    if (result->problem.len > 0) {
        tn_buf_put_format(buf, "    " TN_STR_FMT "\n", TN_STR_ARG(result->problem));
        return;
    }
    tn_buf_put_format(buf, "    expected  " TN_STR_FMT, TN_STR_ARG(test->verdict));
    if (test->reason.data != NULL)
        tn_buf_put_format(buf, " because " TN_STR_FMT, TN_STR_ARG(test->reason));
    tn_buf_put_char(buf, '\n');
    put_actual(buf, &policy->image, &result->verdict);
}

typedef struct counts {
    uint32_t passed;
    uint32_t failed;
} counts;

static int run_tests(tn_cli_policy *policy, tn_coverage *coverage, tn_buf *buf,
                     counts *counted)
{
    tn_policy_tests tests = {policy->model, &policy->image, coverage};
    for (uint32_t i = 0; i < policy->model->tests.count; i++) {
        tn_test_result result;
        tn_arena arena;
        tn_arena_init(&arena, NULL);
        tn_status status = tn_policy_test_run(&tests, i, &arena, &result);
        if (status == TN_OK && !result.passed)
            put_failure(buf, policy, &policy->model->tests.rows[i], &result);
        tn_arena_free(&arena);
        if (status != TN_OK)
            return tn_cli_fail_status(status);
        counted->passed += result.passed;
        counted->failed += !result.passed;
    }
    return TN_EXIT_OK;
}

/* --- coverage */

static void put_missing(tn_buf *buf, const tn_image *image, uint32_t clause,
                        unsigned missing)
{
    tn_explain_place(buf, image, image->clauses[clause].place);
    if ((missing & TN_SEEN_TAKING_PART) != 0)
        tn_buf_put_text(buf, ": no test reaches this clause");
    else if ((missing & TN_SEEN_GUARD_TRUE) != 0)
        tn_buf_put_text(buf, ": its condition is never true in a test");
    else
        tn_buf_put_text(buf, ": its condition is never false in a test");
    size_t before = buf->len;
    tn_buf_put_text(buf, "\n    ");
    size_t quoted = buf->len;
    tn_explain_quote(buf, image, image->clauses[clause].place);
    if (buf->len == quoted)
        buf->len = before;
    tn_buf_put_char(buf, '\n');
}

static int put_coverage(const tn_args *args, const tn_image *image,
                        const tn_coverage *coverage, tn_buf *buf)
{
    uint32_t wanted = 0, reached = 0;
    for (uint32_t i = 0; i < image->clause_count; i++) {
        unsigned want = tn_coverage_wanted(image, i);
        unsigned missing = want & ~(unsigned)coverage->seen[i];
        wanted += (uint32_t)__builtin_popcount(want);
        reached += (uint32_t)__builtin_popcount(want & ~missing);
        if (missing != 0)
            put_missing(buf, image, i, missing);
    }
    double percent = wanted == 0 ? 100.0 : 100.0 * reached / wanted;
    tn_buf_put_format(buf,
                      "%u of %u clauses and outcomes of conditions reached (%u %%)\n",
                      reached, wanted, (unsigned)percent);
    uint64_t least = 0;
    int code = tn_args_number(args, OPT_MIN, 0, 100, &least);
    return code == TN_EXIT_OK && percent < (double)least ? TN_EXIT_FINDINGS : code;
}

static int report(const tn_args *args, tn_cli_policy *policy, tn_coverage *coverage)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    counts counted = {0, 0};
    int code = run_tests(policy, coverage, &buf, &counted);
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_COVERAGE))
        code = put_coverage(args, &policy->image, coverage, &buf);
    tn_buf_put_format(&buf, "%u passed, %u failed\n", counted.passed, counted.failed);
    int printed = tn_output_print(&buf, TN_OK);
    if (printed != TN_EXIT_OK)
        return printed;
    return code == TN_EXIT_OK && counted.failed > 0 ? TN_EXIT_FINDINGS : code;
}

/* --- tests to be confirmed */

static tn_status generate_module(const tn_cli_policy *policy, uint32_t module,
                                 tn_buf *buf)
{
    const tn_image *image = &policy->image;
    tn_status status = TN_OK;
    bool first = true;
    for (uint32_t i = 0; status == TN_OK && i < image->category_count; i++) {
        if (image->categories[i].module != module)
            continue;
        if (first)
            tn_buf_put_format(buf, "\n// ---- for module " TN_STR_FMT " ----\n",
                              TN_STR_ARG(policy->model->modules.rows[module].name));
        first = false;
        tn_arena arena;
        tn_arena_init(&arena, NULL);
        status = tn_test_cases_put(image, i, &arena, buf);
        tn_arena_free(&arena);
    }
    return status;
}

static int generate(const tn_args *args, const tn_cli_policy *policy)
{
    const tn_model *model = policy->model;
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    tn_status status = TN_OK;
    for (uint32_t i = 0; status == TN_OK && i < model->modules.count; i++) {
        uint32_t file = model->modules.rows[i].at.file;
        if (file < model->sources->count &&
            tn_cli_is_named(args, model->sources->list[file].name))
            status = generate_module(policy, i, &buf);
    }
    return tn_output_print(&buf, status);
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which files or directories?");
    if (tn_args_has(args, OPT_MIN) && !tn_args_has(args, OPT_COVERAGE))
        return tn_args_complain(args->command, "--min goes with --coverage");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    tn_coverage coverage = {.seen = NULL};
    int code = tn_cli_policy_load(&policy, args->operands, args->operand_count, args,
                                  OPT_PATH);
    if (code == TN_EXIT_OK && policy.model == NULL)
        code =
            tn_args_complain(args->command, "an image has no tests: name the sources");
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_GENERATE)) {
        code = generate(args, &policy);
    } else if (code == TN_EXIT_OK) {
        if (tn_coverage_init(&coverage, &policy.image, NULL) != TN_OK)
            code = tn_cli_fail_status(TN_NOMEM);
        else
            code = report(args, &policy, &coverage);
        tn_coverage_free(&coverage);
    }
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_test = {
    .name = "test",
    .operands = "[--coverage [--min PERCENT]] [--generate] [--path DIR]... FILE|DIR...",
    .summary = "run the tests that live with policies",
    .help =
        "Runs every `test` block of the modules given and prints what failed: the\n"
        "verdict expected and the one given, with its clause. Exits 1 on a failure.\n\n"
        "--generate writes tests just before, at and just after each due and "
        "deadline,\n"
        "with values missing, events and holds, for a person to confirm and to append\n"
        "to the module. They expect what the program decides now.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

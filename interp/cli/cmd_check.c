/* tenure check: reads policies and says what is wrong with them. */
#include "interp/check/model_json.h"
#include "interp/cli/cli.h"
#include "interp/syntax/report.h"

enum { OPT_JSON, OPT_MODEL, OPT_PATH };

static const tn_option options[] = {
    {"--json", NULL, false, "print the findings as one JSON array"},
    {"--model", NULL, false, "print the checked policy as JSON, for other programs"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static int print_json(const tn_cli_policy *policy)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    tn_report_json(&buf, &policy->sources, &policy->diags);
    bool good = tn_cli_write(stdout, &buf) && !buf.failed;
    tn_buf_free(&buf);
    return good ? TN_EXIT_OK : TN_EXIT_FAILURE;
}

static int print_model(const tn_cli_policy *policy)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    tn_status status = tn_model_json(policy->model, &buf);
    bool good = status == TN_OK && tn_cli_write(stdout, &buf);
    tn_buf_free(&buf);
    return good ? TN_EXIT_OK : tn_cli_fail_status(status);
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which files or directories?");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_check(&policy, args->operands, args->operand_count, args,
                                   OPT_PATH);
    if (code == TN_EXIT_OK || code == TN_EXIT_FINDINGS) {
        if (tn_args_has(args, OPT_JSON)) {
            if (print_json(&policy) != TN_EXIT_OK)
                code = TN_EXIT_FAILURE;
        } else {
            tn_cli_print_diags(&policy, stderr);
        }
    }
    if (code == TN_EXIT_OK && tn_args_has(args, OPT_MODEL))
        code = print_model(&policy);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_check = {
    .name = "check",
    .operands = "[--json] [--model] [--path DIR]... FILE|DIR...",
    .summary = "say what is wrong with policies and deployments",
    .help =
        "Reads the files, or all *.tenure files of the directories, with the modules\n"
        "they extend, are subject to or import, and reports every finding with its\n"
        "place, what is wrong and what to do about it. Exits 1 if there are errors.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

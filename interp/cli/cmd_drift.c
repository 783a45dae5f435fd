/* tenure drift: where stores and a deployment have grown apart; reads only. */
#include "interp/cli/bind.h"
#include "interp/cli/output.h"
#include "interp/tools/drift.h"

enum { OPT_JSON, OPT_PATH };

static const tn_option options[] = {
    {"--json", NULL, false, "print one JSON object"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static int show(const tn_args *args, const tn_drift *drift)
{
    tn_output output;
    tn_output_init(&output);
    if (tn_args_has(args, OPT_JSON))
        tn_drift_put_json(&output.buf, drift);
    else
        tn_drift_put_text(&output.buf, drift);
    int code =
        tn_output_finish(&output, drift->count > 0 ? TN_EXIT_FINDINGS : TN_EXIT_OK);
    tn_output_free(&output);
    return code;
}

static int compare(const tn_args *args, const tn_image *image)
{
    tn_eval_config config = {
        .image = image, .kinds = tn_store_kinds, .find_env = tn_bind_env};
    tn_arena arena;
    tn_eval *eval;
    tn_drift drift;
    if (image->deployment_count == 0)
        return tn_args_complain(
            args->command, "nothing says where the records are: name a deployment");
    tn_status status = tn_eval_new(&config, &eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    tn_arena_init(&arena, NULL);
    status = tn_drift_find(eval, &arena, &drift);
    int code = status == TN_OK ? show(args, &drift) : tn_bind_report(eval, status);
    tn_eval_free(eval);
    tn_arena_free(&arena);
    return code;
}

static int run(const tn_args *args)
{
    tn_cli_policy policy;
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which deployment?");
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_load(&policy, args->operands, args->operand_count, args,
                                  OPT_PATH);
    if (code == TN_EXIT_OK)
        code = compare(args, &policy.image);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_drift = {
    .name = "drift",
    .operands = "DEPLOYMENT [--json]",
    .summary = "say where stores and a deployment have grown apart",
    .help =
        "What is declared and not there; tables, indices, topics, columns and members\n"
        "of records that nobody declares; what a store deletes by itself, against the\n"
        "policy: before anything may go, in spite of holds, or later than a limit (a\n"
        "topic's retention.ms, lifecycles of data streams, ILM and ISM policies, "
        "events\n"
        "of MySQL that the user sees); and unmanaged copies that live on for too "
        "long.\n"
        "Where a store knows no columns, its first 1,000 records tell. Reads only;\n"
        "findings make the exit code 1.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

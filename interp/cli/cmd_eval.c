/* tenure eval: a verdict for each record, counted or one by one. Reads only. */
#include "interp/cli/bind.h"
#include "interp/cli/eval_count.h"
#include "interp/cli/eval_parts.h"
#include "interp/cli/eval_select.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"
#include "interp/eval/summary.h"
#include "interp/eval/verdict_json.h"

#include <stdlib.h>

enum {
    OPT_AT,
    OPT_JSON,
    OPT_RECORDS,
    OPT_SUMMARY,
    OPT_CATEGORY,
    OPT_PLACEMENT,
    OPT_FACTS,
    OPT_KEY,
    OPT_FORMAT,
    OPT_PATH,
    OPT_LEDGER,
    OPT_THREADS,
    OPT_SELECT,
    OPT_COUNT
};

static const tn_option options[] = {
    {"--at", "T", false,
     "the instant to decide for, as in 2026-11-23T00:00:00Z, or now; it must be given"},
    {"--json", NULL, false,
     "a deployment: the table as one JSON object; a pipe: each verdict as JSON"},
    {"--records", NULL, false, "each verdict as JSON, one a line, place after place"},
    {"--summary", NULL, false, "a pipe with --json: the counts as one JSON object"},
    {"--category", "NAME", false,
     "this category alone; of a pipe: what its records are (audit_log will do for "
     "ipaas.privacy.audit_log where there is only one)"},
    {"--placement", "WORD", true,
     "only the placements that the policy calls so (elasticsearch)"},
    {"--facts", "ENTITY:KEYFIELD=FILE", true,
     "what is known of an entity: JSON Lines or CSV with its events, attributes, hold, "
     "hold_from and hold_until by name; ENTITY=none: no event has happened and nothing "
     "is "
     "held"},
    {"--key", "ENTITY=FIELD", true, "the field of the record with the entity's key"},
    {"--format", "jsonl|csv", false,
     "how the records are written; else the file's name says it, or it is jsonl"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
    {"--ledger", "FILE", false,
     "a deployment: beside it lie the reviews of flagged records, which are counted; "
     "else it lies beside the deployment"},
    {"--threads", "N", false,
     "so many threads read a large file or table of SQLite, each a part of it (1 to "
     "64); 1: all is counted by one thread; else one counts each store of a "
     "deployment. "
     "What comes out is the same"},
    {"--select", "VERDICT", true,
     "keep, delete or flag: the lines of the file whose verdict it is, as they are and "
     "in their order, after the line that names a CSV's columns"},
    {"--count", NULL, false, "with --select: how many there are, a number alone"},
};

static const tn_bind_options bind_options = {
    .category = OPT_CATEGORY,
    .facts = OPT_FACTS,
    .key = OPT_KEY,
    .format = OPT_FORMAT,
    .placement = OPT_PLACEMENT,
    .path = OPT_PATH,
};

/* What is asked of a session beyond its records. */
typedef struct asked {
    tn_reviews *reviews; /* NULL: there are none */
    uint32_t thread_count;
    tn_select select;
} asked;

/* --- each verdict */

static tn_status put_verdict(const void *how, tn_buf *buf, const tn_judged *judged)
{
    tn_verdict_json_put(how, buf, judged);
    tn_buf_put_char(buf, '\n');
    return TN_OK;
}

static tn_status print_place(tn_eval *eval, uint32_t bound, uint32_t thread_count,
                             tn_output *output)
{
    tn_verdict_json json;
    tn_judge_options judge = {.wants = TN_WANT_ALL};
    tn_judge_place place = {eval, bound, &judge};
    tn_parts_writer writer = {&json, put_verdict, true};
    tn_buf why;
    TN_TRY(
        tn_verdict_json_init(&json, eval->image, eval->bounds[bound].category, NULL));
    tn_buf_init(&why, eval->memory);
    tn_status status = tn_parts_write(&place, thread_count, &writer, output, &why);
    status = tn_judge_report(&place, status, &why);
    tn_buf_free(&why);
    tn_verdict_json_free(&json);
    return status;
}

static tn_status print_records(tn_eval *eval, uint32_t thread_count, tn_output *output)
{
    for (uint32_t i = 0; i < eval->bound_count; i++)
        if (eval->bounds[i].is_managed)
            TN_TRY(print_place(eval, i, thread_count, output));
    return TN_OK;
}

/* --- counts */

static tn_status check_conditions(const tn_eval *eval, tn_condition_tally *list,
                                  uint32_t *count)
{
    for (uint32_t i = 0; i < eval->image->condition_count; i++)
        if (tn_condition_is_checked(eval, i))
            TN_TRY(tn_condition_check(eval, i, &list[(*count)++]));
    return TN_OK;
}

/* Into the lists that the summary views. */
static tn_status fill_summary(tn_eval *eval, const asked *how, tn_tally *tallies,
                              tn_condition_tally *conditions, tn_summary *summary)
{
    tn_eval_counting counting = {eval, how->reviews, how->thread_count, tallies};
    TN_TRY(tn_eval_count(&counting));
    *summary = (tn_summary){eval, tallies, conditions, 0};
    return check_conditions(eval, conditions, &summary->condition_count);
}

static void put_count(tn_buf *buf, const tn_summary *summary, const tn_select *select)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < summary->eval->bound_count; i++)
        count += tn_select_count(select, &summary->tallies[i]);
    tn_buf_put_format(buf, "%llu\n", (unsigned long long)count);
}

static tn_status print_summary(tn_eval *eval, const asked *how, bool as_json,
                               tn_output *output)
{
    tn_summary summary;
    tn_tally *tallies = calloc(eval->bound_count + 1, sizeof(*tallies));
    tn_condition_tally *conditions =
        calloc(eval->image->condition_count + 1, sizeof(*conditions));
    tn_status status = TN_NOMEM;
    if (tallies != NULL && conditions != NULL)
        status = fill_summary(eval, how, tallies, conditions, &summary);
    if (status == TN_OK && how->select.is_asked)
        put_count(&output->buf, &summary, &how->select);
    else if (status == TN_OK && as_json)
        tn_summary_put_json(&output->buf, &summary);
    else if (status == TN_OK)
        tn_summary_put_text(&output->buf, &summary, tn_cli_has_color(stdout));
    for (uint32_t i = 0; tallies != NULL && i < eval->bound_count; i++)
        tn_tally_free(&tallies[i]);
    free(conditions);
    free(tallies);
    return status;
}

/* --- the command */

/* Reads what is asked for; an exit code. */
static int read_asked(const tn_args *args, asked *how)
{
    int code = tn_parts_threads(args, OPT_THREADS, &how->thread_count);
    if (code == TN_EXIT_OK)
        code = tn_select_read(args, OPT_SELECT, &how->select);
    if (code != TN_EXIT_OK)
        return code;
    bool is_other = tn_args_has(args, OPT_JSON) || tn_args_has(args, OPT_RECORDS) ||
                    tn_args_has(args, OPT_SUMMARY);
    if (how->select.is_asked && is_other)
        return tn_args_complain(args->command,
                                "--select puts out the records themselves, or with "
                                "--count their number: it goes with neither --json, "
                                "--records nor --summary");
    if (tn_args_has(args, OPT_COUNT) && !how->select.is_asked)
        return tn_args_complain(args->command,
                                "--count says how many records --select selects; all "
                                "verdicts are counted when neither is given");
    return TN_EXIT_OK;
}

static tn_status print(tn_eval *eval, const tn_args *args, bool is_pipe,
                       const asked *how, tn_output *output)
{
    bool as_json = tn_args_has(args, OPT_JSON);
    if (how->select.is_asked && !tn_args_has(args, OPT_COUNT))
        return tn_select_print(eval, &how->select, how->thread_count, output);
    if (tn_args_has(args, OPT_RECORDS) ||
        (is_pipe && as_json && !tn_args_has(args, OPT_SUMMARY)))
        return print_records(eval, how->thread_count, output);
    return print_summary(eval, how, as_json, output);
}

static int evaluate(tn_eval *eval, const tn_args *args, bool is_pipe,
                    tn_reviews *reviews)
{
    tn_output output;
    asked how = {.reviews = reviews};
    int code = read_asked(args, &how);
    if (code == TN_EXIT_OK)
        code = tn_bind_report(eval, tn_eval_load(eval));
    if (code != TN_EXIT_OK)
        return code;
    tn_output_init(&output);
    tn_status status = print(eval, args, is_pipe, &how, &output);
    if (status != TN_STOPPED && status != TN_IO)
        code = tn_bind_report(eval, status);
    code = tn_output_finish(&output, code);
    tn_output_free(&output);
    return code;
}

/* Of a deployment the reviews count that lie beside its ledger. */
static int evaluate_deployment(tn_eval *eval, const tn_bind *bind)
{
    tn_evidence_files files;
    int code = tn_evidence_init(&files, bind->args, OPT_LEDGER, bind->policies[0]);
    if (code == TN_EXIT_OK)
        code = tn_evidence_reviews(&files, false);
    if (code == TN_EXIT_OK)
        code = evaluate(eval, bind->args, false, files.reviews);
    tn_evidence_free(&files);
    return code;
}

static int bind_and_evaluate(const tn_bind *bind, const tn_image *image, tn_instant at)
{
    tn_eval_config config = {
        .image = image, .now = at, .kinds = tn_store_kinds, .find_env = tn_bind_env};
    tn_eval *eval;
    bool is_pipe = false;
    tn_status status = tn_eval_new(&config, &eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = tn_bind_session(bind, eval, &is_pipe);
    if (code == TN_EXIT_OK)
        code = is_pipe ? evaluate(eval, bind->args, true, NULL)
                       : evaluate_deployment(eval, bind);
    tn_eval_free(eval);
    return code;
}

static int run(const tn_args *args)
{
    tn_bind bind;
    tn_instant at;
    tn_bind_operands(&bind, args, &bind_options);
    if (bind.policy_count == 0)
        return tn_args_complain(args->command, "which deployment or policy?");
    int code = tn_cli_instant(args->command, tn_args_value(args, OPT_AT), &at);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    code =
        tn_cli_policy_load(&policy, bind.policies, bind.policy_count, args, OPT_PATH);
    if (code == TN_EXIT_OK)
        code = bind_and_evaluate(&bind, &policy.image, at);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_eval = {
    .name = "eval",
    .operands = "DEPLOYMENT --at T [--json | --records | --select VERDICT]\n"
                "       tenure eval POLICY... --category NAME --at T [--facts ...] "
                "[--key ...] [--json | --select VERDICT] [FILE|-]",
    .summary = "decide records: keep, delete or flag; nothing is deleted",
    .help =
        "Decides every record in the stores of a deployment, or those of a file or "
        "pipe,\n"
        "and counts the verdicts by category and placement. Reads only: nothing is\n"
        "deleted, and nothing is written beside a database either. Every store, table\n"
        "and column is looked at before anything is evaluated. A review does not "
        "change\n"
        "the verdict: a flagged record that a person resolved is counted as flagged, "
        "and\n"
        "the table says how many there are; a plan then carries the resolution out.\n\n"
        "A policy is a directory, *.tenure files or a compiled image (*.tenurec).\n"
        "Records are JSON Lines or CSV; facts of the entities they belong to are "
        "never\n"
        "guessed:\n\n"
        "  tenure eval policies/ipaas --category audit_log --key customer=tenant_id "
        "\\\n"
        "      --facts customer:id=tenants.jsonl --at 2026-11-23T00:00:00Z --json \\\n"
        "      < audit.jsonl\n\n"
        "With --select delete in the place of --json the lines that are due come out "
        "as\n"
        "they went in, and with --count beside it how many they are.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

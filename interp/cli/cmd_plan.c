/* tenure plan: what would be erased, and why; reads only. */
#include "interp/apply/plan_file.h"
#include "interp/apply/plan_text.h"
#include "interp/cli/bind.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"

enum { OPT_AT, OPT_OUT, OPT_JSON, OPT_SAMPLES, OPT_VALID, OPT_LEDGER, OPT_PATH };

enum { SAMPLES = 5, VALID_HOURS = 24, VALID_HOURS_MAX = 24 * 31 };

static const tn_option options[] = {
    {"--at", "T", false,
     "the instant to decide for, as in 2026-11-23T00:00:00Z, or now; it must be given"},
    {"-o", "FILE", false, "where the plan goes, for tenure apply"},
    {"--json", NULL, false, "print the plan as one JSON object"},
    {"--samples", NULL, false, "show the keys of some records that are due"},
    {"--valid", "HOURS", false, "how long the plan may be applied; else 24"},
    {"--ledger", "FILE", false, "else it lies beside the deployment"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

typedef struct planning {
    const tn_args *args;
    tn_cli_policy policy;
    tn_evidence_files files;
    tn_arena arena;
    tn_eval *eval;
    tn_plan_records records; /* with -o */
    tn_buf records_path;
    tn_plan plan;
} planning;

/* --- what the plan is made of */

static tn_status list_paths(planning *p)
{
    const tn_args *args = p->args;
    size_t roots = 0;
    while (tn_args_value_at(args, OPT_PATH, roots) != NULL)
        roots++;
    tn_str *list =
        tn_arena_take_array(&p->arena, args->operand_count + roots, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < args->operand_count; i++)
        list[i] = tn_str_from(args->operands[i]);
    for (size_t i = 0; i < roots; i++)
        list[args->operand_count + i] =
            tn_str_from(tn_args_value_at(args, OPT_PATH, i));
    p->plan.paths = list;
    p->plan.path_count = (uint32_t)args->operand_count;
    p->plan.roots = list + args->operand_count;
    p->plan.root_count = (uint32_t)roots;
    return TN_OK;
}

static int bind(planning *p, const tn_eval_config *config)
{
    static const tn_eval_filter all = {TN_NONE, NULL, 0};
    if (p->policy.image.deployment_count == 0)
        return tn_args_complain(
            p->args->command, "nothing says where the records are: name a deployment");
    tn_status status = tn_eval_new(config, &p->eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = tn_bind_report(p->eval, tn_eval_bind_deployment(p->eval, &all));
    return code != TN_EXIT_OK ? code : tn_bind_report(p->eval, tn_eval_load(p->eval));
}

/* A plan that is only looked at needs no key of its own. */
static int open_evidence(planning *p)
{
    bool keeps = tn_args_has(p->args, OPT_OUT);
    int code = tn_evidence_init(&p->files, p->args, OPT_LEDGER, p->args->operands[0]);
    if (code == TN_EXIT_OK && keeps)
        code = tn_evidence_key(&p->files, true);
    if (code == TN_EXIT_OK)
        code = tn_evidence_reviews(&p->files, false);
    return code == TN_EXIT_OK ? tn_evidence_read(&p->files, true) : code;
}

/* Where -o says that the plan goes, its records may follow. */
static int make_records(planning *p)
{
    const char *path = tn_args_value(p->args, OPT_OUT);
    if (path == NULL)
        return TN_EXIT_OK;
    tn_plan_records_put_path(&p->records_path, path);
    if (p->records_path.failed)
        return tn_cli_fail_status(TN_NOMEM);
    tn_plan_records_make(&p->records, p->records_path.data, &p->files.why);
    return TN_EXIT_OK;
}

static int make(planning *p)
{
    tn_plan_options how = {.secret = &p->files.secret,
                           .has_key = tn_args_has(p->args, OPT_OUT),
                           .ledger = p->files.ledger,
                           .reviews = p->files.reviews,
                           .now = tn_evidence_now(),
                           .samples = tn_args_has(p->args, OPT_SAMPLES) ? SAMPLES : 0};
    uint64_t hours = VALID_HOURS;
    int code = tn_args_number(p->args, OPT_VALID, 1, VALID_HOURS_MAX, &hours);
    how.valid_hours = (uint32_t)hours;
    if (code == TN_EXIT_OK)
        code = make_records(p);
    if (p->records.path != NULL)
        how.records = &p->records;
    if (code != TN_EXIT_OK)
        return code;
    tn_status status = tn_plan_make(p->eval, &how, &p->arena, &p->plan);
    if (status == TN_OK)
        status = list_paths(p);
    if (status != TN_OK && p->files.why.len > 0)
        return tn_evidence_fail(&p->files, status);
    return tn_bind_report(p->eval, status);
}

/* --- what comes of it */

static int save(planning *p)
{
    const char *path = tn_args_value(p->args, OPT_OUT);
    tn_buf text;
    if (path == NULL)
        return TN_EXIT_OK;
    tn_buf_init(&text, NULL);
    tn_status status = tn_plan_put(&p->plan, &p->files.secret, &p->arena, &text);
    int code = status == TN_OK ? tn_cli_save(path, &text) : tn_cli_fail_status(status);
    tn_buf_free(&text);
    return code;
}

static int show(planning *p)
{
    tn_output output;
    tn_output_init(&output);
    if (tn_args_has(p->args, OPT_JSON))
        tn_plan_put_json(&output.buf, &p->plan);
    else
        tn_plan_put_text(&output.buf, &p->plan);
    int code = TN_EXIT_OK;
    for (uint32_t i = 0; i < p->plan.place_count; i++)
        if (p->plan.places[i].obstacle_count > 0)
            code = TN_EXIT_FINDINGS;
    code = tn_output_finish(&output, code);
    tn_output_free(&output);
    return code;
}

static int plan(planning *p, tn_instant at)
{
    tn_eval_config config = {.image = &p->policy.image,
                             .now = at,
                             .kinds = tn_store_kinds,
                             .find_env = tn_bind_env};
    int code = open_evidence(p);
    if (code == TN_EXIT_OK)
        code = bind(p, &config);
    if (code == TN_EXIT_OK)
        code = make(p);
    if (code == TN_EXIT_OK)
        code = save(p);
    if (code == TN_EXIT_OK)
        code = show(p);
    tn_eval_free(p->eval);
    return code;
}

static int run(const tn_args *args)
{
    planning p = {.args = args, .records = {.fd = -1}};
    tn_instant at;
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which deployment?");
    int code = tn_cli_instant(args->command, tn_args_value(args, OPT_AT), &at);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy_init(&p.policy);
    tn_arena_init(&p.arena, NULL);
    code = tn_cli_policy_load(&p.policy, args->operands, args->operand_count, args,
                              OPT_PATH);
    if (code == TN_EXIT_OK)
        code = plan(&p, at);
    tn_plan_records_close(&p.records);
    tn_buf_free(&p.records_path);
    tn_evidence_free(&p.files);
    tn_arena_free(&p.arena);
    tn_cli_policy_free(&p.policy);
    return code;
}

const tn_command tn_command_plan = {
    .name = "plan",
    .operands = "DEPLOYMENT --at T [-o FILE] [--json] [--samples]",
    .summary = "say what is to be erased where, and why; nothing is erased",
    .help =
        "Decides every record of the deployment's stores and says for each place how\n"
        "many are to be deleted or redacted, since when they are due, how many are\n"
        "overdue, what the last run expected, and how long it will take. Reads only.\n"
        "With -o the plan is kept for tenure apply, which carries out that and "
        "nothing\n"
        "else. It is bound to the policy, the tables and the ledger, and sealed with\n"
        "the ledger's key, which is made at first use (TENURE_LEDGER_KEY names "
        "another).\n"
        "Exits 1 where a table can't be erased from.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

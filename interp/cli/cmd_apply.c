/* tenure apply: carries out a plan. */
#include "interp/apply/plan_file.h"
#include "interp/apply/plan_text.h"
#include "interp/cli/apply_host.h"
#include "interp/cli/bind.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"
#include "interp/record/decode.h"

#include <errno.h>
#include <string.h>

enum {
    OPT_YES,
    OPT_MAX_DELETE,
    OPT_ACCEPT_POLICY,
    OPT_ACCEPT_UNEXPECTED,
    OPT_ACCEPT_UPSTREAM,
    OPT_EVIDENCE,
    OPT_RATE,
    OPT_UNTIL,
    OPT_RUN_TIME,
    OPT_STOP_FILE,
    OPT_LOCK_WAIT,
    OPT_FACT_LEASE,
    OPT_MAX_LAG,
    OPT_CHUNK_ROWS,
    OPT_DROP_INDICES,
    OPT_ROLLOVER,
    OPT_TOMBSTONES,
    OPT_PURGE,
    OPT_ANCHOR,
    OPT_JSON,
    OPT_LEDGER
};

static const tn_option options[] = {
    {"--yes", NULL, false, "do not ask; needed where there is no terminal"},
    {"--max-delete", "N|N%", false,
     "how many records of a place may go; else 10% and 1,000,000"},
    {"--accept-policy", "DIGEST", false,
     "accept, once, a policy that is not the last run's"},
    {"--accept-unexpected", NULL, false,
     "accept numbers far from what the last run expected"},
    {"--accept-upstream", NULL, false,
     "delete records though what feeds their store still has some that are due"},
    {"--evidence", "keys|range", false,
     "keys: each record can be proven deleted (the default); range: counts alone"},
    {"--rate", "N", false, "no more than so many records a second"},
    {"--until", "HH:MM", false, "stop at this local time, after a whole chunk"},
    {"--run-time", "N[s|m|h]", false, "stop after so long, after a whole chunk"},
    {"--stop-file", "FILE", false, "stop once this file is there"},
    {"--lock-wait", "SECONDS", false, "how long to wait for locks; else 60"},
    {"--fact-lease", "SECONDS", false,
     "how old facts from another store may be when records go; else 10"},
    {"--max-lag", "SECONDS", false,
     "begin no chunk while the replica of a store's address is farther behind"},
    {"--chunk-rows", "N", false, "rows a chunk looks at; else about 0.2 s of them"},
    {"--drop-indices", NULL, false,
     "drop indices behind an alias or data stream whole, where all in them is due"},
    {"--rollover", NULL, false,
     "with --drop-indices: begin a new index first, so that the one written to may go"},
    {"--tombstones", NULL, false,
     "in compacted topics hide what is due by tombstones; Kafka erases it when it "
     "compacts"},
    {"--purge", NULL, false,
     "have the stores take what was deleted out of their files, and wait for it"},
    {"--anchor", "COMMAND", false, "a command that is given the ledger's head to keep"},
    {"--json", NULL, false, "print the report as one JSON object"},
    {"--ledger", "FILE", false, "else it lies beside the deployment"},
};

typedef struct applying {
    const tn_args *args;
    tn_cli_policy policy;
    tn_evidence_files files;
    tn_arena arena;
    tn_buf text; /* of the plan */
    tn_plan plan;
    tn_plan_records records;
    tn_buf records_path;
    tn_apply_options how;
    tn_apply_host_state host;
    tn_apply_report report;
} applying;

/* --- options */

/* N, or N%. */
static int read_limit(const tn_args *args, tn_limits *out)
{
    tn_str text = tn_str_from(tn_args_value(args, OPT_MAX_DELETE));
    uint64_t number;
    if (text.data == NULL)
        return TN_EXIT_OK;
    bool is_percent = tn_str_ends(text, TN_STR("%"));
    text.len -= is_percent;
    if (!tn_uint_parse(text, &number) || (is_percent && number > 100))
        return tn_args_complain(args->command,
                                "--max-delete %s: a number of records, or a share like "
                                "25%%",
                                text.data);
    out->has_percent = is_percent;
    out->has_records = !is_percent;
    out->percent = (double)number;
    out->records = number;
    return TN_EXIT_OK;
}

static int read_evidence(const tn_args *args, tn_evidence *out)
{
    const char *text = tn_args_value(args, OPT_EVIDENCE);
    if (text == NULL)
        return TN_EXIT_OK;
    if (tn_evidence_parse(tn_str_from(text), out) && *out != TN_EVIDENCE_WHOLE)
        return TN_EXIT_OK;
    return tn_args_complain(args->command, "--evidence %s: it is keys or range", text);
}

static int read_times(applying *a)
{
    const char *until = tn_args_value(a->args, OPT_UNTIL);
    const char *run_time = tn_args_value(a->args, OPT_RUN_TIME);
    if (until != NULL && !tn_apply_host_until(&a->host, until))
        return tn_args_complain(a->args->command, "--until %s: a local time like 06:30",
                                until);
    if (run_time != NULL && !tn_apply_host_run_time(&a->host, run_time))
        return tn_args_complain(a->args->command,
                                "--run-time %s: a time like 90s, 45m or 2h", run_time);
    return TN_EXIT_OK;
}

static int read_options(applying *a)
{
    const tn_args *args = a->args;
    const char *policy = tn_args_value(args, OPT_ACCEPT_POLICY);
    uint64_t wait_s = TN_APPLY_LOCK_WAIT_MS / 1000;
    uint64_t lease_s = TN_APPLY_FACT_LEASE_MS / 1000, rows = 0;
    uint64_t lag_s = 0;
    a->how = (tn_apply_options)TN_APPLY_OPTIONS_INIT;
    a->how.limits.accepts_unexpected = tn_args_has(args, OPT_ACCEPT_UNEXPECTED);
    a->how.limits.accepts_upstream = tn_args_has(args, OPT_ACCEPT_UPSTREAM);
    a->how.limits.accepts_policy = tn_str_from(policy);
    int code = read_limit(args, &a->how.limits);
    if (code == TN_EXIT_OK)
        code = read_evidence(args, &a->how.evidence);
    if (code == TN_EXIT_OK)
        code = tn_args_number(args, OPT_RATE, 0, UINT32_MAX, &a->how.rate);
    if (code == TN_EXIT_OK)
        code = tn_args_number(args, OPT_LOCK_WAIT, 0, 86400, &wait_s);
    if (code == TN_EXIT_OK)
        code = tn_args_number(args, OPT_FACT_LEASE, 0, 600, &lease_s);
    if (code == TN_EXIT_OK)
        code = tn_args_number(args, OPT_MAX_LAG, 0, 86400, &lag_s);
    if (code == TN_EXIT_OK)
        code = tn_args_number(args, OPT_CHUNK_ROWS, 0, TN_APPLY_CHUNK_MAX, &rows);
    a->how.lock_wait_ms = (uint32_t)(wait_s * 1000);
    a->how.fact_lease_ms = (uint32_t)(lease_s * 1000);
    a->how.has_max_lag = tn_args_has(args, OPT_MAX_LAG);
    a->how.max_lag_s = (uint32_t)lag_s;
    a->how.chunk_rows = (uint32_t)rows;
    a->how.drops = tn_args_has(args, OPT_DROP_INDICES);
    a->how.rolls = tn_args_has(args, OPT_ROLLOVER);
    a->how.buries = tn_args_has(args, OPT_TOMBSTONES);
    a->how.purges = tn_args_has(args, OPT_PURGE);
    return code == TN_EXIT_OK ? read_times(a) : code;
}

/* --- the plan, and the policy it was made of */

/* The ledger lies beside the deployment that the plan names; but the plan can be read
 * only with the ledger's key, so its paths are found before it is trusted. */
static int find_files(applying *a)
{
    static const char start[] = ",\"paths\":[\"";
    tn_str text = tn_buf_view(&a->text);
    char path[4096] = "";
    size_t at = tn_str_find(text, tn_str_from(start));
    if (at != SIZE_MAX) {
        tn_str rest = tn_str_slice(text, at + sizeof(start) - 1, sizeof(path) - 1);
        size_t len = tn_str_find(rest, TN_STR("\""));
        if (len != SIZE_MAX)
            memcpy(path, rest.data, len);
    }
    return tn_evidence_init(&a->files, a->args, OPT_LEDGER, path[0] ? path : NULL);
}

/* They are no more and no other than the plan says. */
static int open_records(applying *a)
{
    if (a->plan.more_count == 0)
        return TN_EXIT_OK;
    tn_plan_records_put_path(&a->records_path, a->args->operands[0]);
    if (a->records_path.failed)
        return tn_cli_fail_status(TN_NOMEM);
    tn_status status =
        tn_plan_records_open(&a->records, a->records_path.data, a->plan.more_count,
                             &a->plan.more, &a->files.why);
    if (status == TN_OK)
        return TN_EXIT_OK;
    return tn_evidence_fail(&a->files, status == TN_INVALID ? TN_REFUSED : status);
}

static int read_plan(applying *a)
{
    const char *path = a->args->operands[0];
    if (!tn_cli_read(path, &a->text))
        return tn_cli_fail(TN_EXIT_FAILURE, "cannot read %s: %s", path,
                           strerror(errno));
    int code = find_files(a);
    if (code == TN_EXIT_OK)
        code = tn_evidence_key(&a->files, false);
    if (code != TN_EXIT_OK)
        return code == TN_EXIT_FINDINGS ? TN_EXIT_REFUSED : code;
    tn_status status = tn_plan_read(tn_buf_view(&a->text), &a->files.secret, &a->arena,
                                    &a->plan, &a->files.why);
    tn_buf_free(&a->text);
    if (status == TN_OK)
        return open_records(a);
    if (status != TN_INVALID && status != TN_OTHER_VERSION)
        return tn_cli_fail_status(status);
    return tn_cli_fail(TN_EXIT_REFUSED, "%s: " TN_STR_FMT, path,
                       TN_STR_ARG(tn_buf_view(&a->files.why)));
}

/* As NUL-terminated strings. */
static const char **list_strings(applying *a, const tn_str *texts, uint32_t count)
{
    const char **list = tn_arena_take_array(&a->arena, count + 1, sizeof(*list));
    for (uint32_t i = 0; list != NULL && i < count; i++)
        list[i] = texts[i].data; /* copies in an arena end with a NUL */
    return list;
}

static int load_policy(applying *a)
{
    static const tn_option roots = {"--path", "DIR", true, ""};
    static const tn_command command = {
        .name = "apply", .options = &roots, .option_count = 1};
    const char **paths = list_strings(a, a->plan.paths, a->plan.path_count);
    tn_arg *given =
        tn_arena_take_array(&a->arena, a->plan.root_count + 1, sizeof(*given));
    if (paths == NULL || given == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    for (uint32_t i = 0; i < a->plan.root_count; i++)
        given[i] = (tn_arg){0, a->plan.roots[i].data};
    tn_args args = {
        .command = &command, .given = given, .given_count = a->plan.root_count};
    int code = tn_cli_policy_load(&a->policy, paths, a->plan.path_count, &args, 0);
    return code == TN_EXIT_FINDINGS
               ? tn_cli_fail(TN_EXIT_REFUSED,
                             "the policy that the plan was made of has "
                             "errors now; nothing was done")
               : code;
}

/* --- the run */

static int report(applying *a, int code)
{
    tn_output output;
    tn_output_init(&output);
    if (tn_args_has(a->args, OPT_JSON))
        tn_apply_put_json(&output.buf, &a->plan, &a->report);
    else
        tn_apply_put_text(&output.buf, &a->plan, &a->report);
    code = tn_output_finish(&output, code);
    tn_output_free(&output);
    return code;
}

static int anchor(const applying *a, int code)
{
    const char *command = tn_args_value(a->args, OPT_ANCHOR);
    tn_buf head;
    if (command == NULL)
        return code;
    tn_buf_init(&head, NULL);
    tn_head_put(&head, &a->report.head);
    tn_buf_put_char(&head, '\n');
    FILE *pipe = popen(command, "w");
    bool good = pipe != NULL && !head.failed && tn_cli_write(pipe, &head);
    good = pipe != NULL && pclose(pipe) == 0 && good;
    tn_buf_free(&head);
    return good ? code
                : tn_cli_fail(TN_EXIT_FAILURE, "the command of --anchor failed: %s",
                              command);
}

static int carry_out(applying *a)
{
    tn_apply_input input = {.plan = &a->plan,
                            .image = &a->policy.image,
                            .kinds = tn_store_kinds,
                            .find_env = tn_bind_env,
                            .ledger = a->files.ledger,
                            .secret = &a->files.secret,
                            .reviews = a->files.reviews,
                            .records = a->plan.more_count > 0 ? &a->records : NULL};
    a->how.host = &a->host.host;
    tn_apply_host_start(&a->host);
    tn_status status =
        tn_apply_run(&input, &a->how, &a->arena, &a->report, &a->files.why);
    tn_apply_host_end(&a->host);
    if (status == TN_STOPPED && a->report.stopped != NULL)
        return anchor(a, report(a, TN_EXIT_STOPPED));
    if (status != TN_OK)
        return tn_evidence_fail(&a->files, status);
    bool has_findings = a->report.remaining_count > 0 || a->report.late_hold_count > 0;
    return anchor(a, report(a, has_findings ? TN_EXIT_FINDINGS : TN_EXIT_OK));
}

static int apply(applying *a)
{
    int code = read_options(a);
    if (code == TN_EXIT_OK)
        code = read_plan(a);
    if (code == TN_EXIT_OK)
        code = load_policy(a);
    if (code == TN_EXIT_OK)
        code = tn_evidence_reviews(&a->files, false);
    if (code == TN_EXIT_OK)
        code = tn_evidence_write(&a->files);
    return code == TN_EXIT_OK ? carry_out(a) : code;
}

static int run(const tn_args *args)
{
    applying a = {.args = args, .records = {.fd = -1}};
    if (args->operand_count != 1)
        return tn_args_complain(args->command, "which plan?");
    tn_apply_host_init(&a.host, tn_args_has(args, OPT_YES),
                       tn_args_value(args, OPT_STOP_FILE));
    tn_cli_policy_init(&a.policy);
    tn_arena_init(&a.arena, NULL);
    tn_buf_init(&a.text, NULL);
    int code = apply(&a);
    tn_plan_records_close(&a.records);
    tn_buf_free(&a.records_path);
    tn_evidence_free(&a.files);
    tn_buf_free(&a.text);
    tn_arena_free(&a.arena);
    tn_cli_policy_free(&a.policy);
    return code;
}

const tn_command tn_command_apply = {
    .name = "apply",
    .operands = "PLAN [--yes] [--max-delete N|N%] [--rate N] [--until HH:MM] ...",
    .summary = "erase what a plan says, safely and provably",
    .help =
        "Carries out a plan that tenure plan made: chunk by chunk, each decided again\n"
        "inside the deleting statement, holds included, and written to the ledger. A\n"
        "record that changed or was held after the plan survives and is reported.\n"
        "What is stale, too much or unexpected is refused before the first deletion\n"
        "(exit 4, with what to do). After a stop (exit 5) or a crash, apply the same\n"
        "plan again: it goes on where it was.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

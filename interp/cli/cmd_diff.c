/* tenure diff: what becomes of records under another policy. */
#include "interp/cli/bind.h"
#include "interp/cli/output.h"
#include "interp/tools/diff_records.h"

#include <string.h>

enum { OPT_FORBID, OPT_RECORDS, OPT_AT, OPT_JSON, OPT_PATH };

static const tn_option options[] = {
    {"--forbid", "shorter|longer", false, "exit 1 if data would be kept so"},
    {"--records", "DEPLOYMENT", false,
     "count and list the deployment's records whose verdict or due changes"},
    {"--at", "T", false, "with --records: the instant to decide for, or now"},
    {"--json", NULL, false, "print one JSON object"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static const tn_bind_options bind_options = {
    .category = SIZE_MAX,
    .facts = SIZE_MAX,
    .key = SIZE_MAX,
    .format = SIZE_MAX,
    .placement = SIZE_MAX,
    .path = OPT_PATH,
};

/* What is printed of a place's records where people read. */
enum { SHOWN_MAX = 10 };

typedef struct differ {
    const tn_args *args;
    tn_cli_policy policies[TN_PAIR_SIDES];
    tn_diff diff;
    tn_arena arena;
    tn_output output;
    bool as_json;
    uint64_t shown; /* records of the place being read */
    bool found[TN_DIFF_WAY_COUNT];
} differ;

/* --- records */

static tn_status print_record(void *user, const tn_diff_record *record)
{
    differ *d = user;
    tn_buf *buf = &d->output.buf;
    d->found[record->way] = true;
    if (d->as_json) {
        tn_buf_put_text(buf, d->shown++ > 0 ? "," : "");
        tn_diff_record_put_json(buf, record);
    } else if (d->shown++ < SHOWN_MAX) {
        tn_buf_put_text(buf, "    ");
        tn_diff_record_put_text(buf, record);
        tn_buf_put_char(buf, '\n');
    }
    return tn_output_drain(&d->output);
}

static void put_place_name(tn_buf *buf, const tn_eval *eval, const tn_bound *bound,
                           bool as_json)
{
    const tn_image *image = eval->image;
    tn_str category = tn_image_str(image, image->categories[bound->category].name);
    tn_str store = tn_image_str(image, image->placements[bound->placement].store);
    if (!as_json) {
        tn_buf_put_format(buf, "\n" TN_STR_FMT ", " TN_STR_FMT "\n",
                          TN_STR_ARG(category), TN_STR_ARG(store));
        return;
    }
    tn_buf_put_text(buf, "{\"category\":");
    tn_buf_put_json(buf, category);
    tn_buf_put_text(buf, ",\"placement\":");
    tn_buf_put_json(buf, store);
    tn_buf_put_text(buf, ",\"changes\":[");
}

static void put_counts(const differ *d, tn_buf *buf, const tn_diff_place *place)
{
    unsigned long long shorter = place->changed[TN_DIFF_SHORTER];
    unsigned long long longer = place->changed[TN_DIFF_LONGER];
    unsigned long long other = place->changed[TN_DIFF_OTHER];
    unsigned long long records = place->record_count, verdicts = place->verdict_count;
    if (d->as_json) {
        tn_buf_put_format(buf,
                          "],\"records\":%llu,\"shorter\":%llu,\"longer\":%llu,"
                          "\"other\":%llu,\"verdicts\":%llu}",
                          records, shorter, longer, other, verdicts);
        return;
    }
    if (shorter + longer + other > SHOWN_MAX)
        tn_buf_put_format(buf, "    and %llu more\n",
                          shorter + longer + other - SHOWN_MAX);
    tn_buf_put_format(buf,
                      "  of %llu records: %llu shorter, %llu longer, %llu other; now "
                      "another verdict: %llu\n",
                      records, shorter, longer, other, verdicts);
}

static tn_status print_places(differ *d, tn_eval *eval,
                              tn_transfer transfers[TN_PAIR_SIDES])
{
    tn_diff_visitor visitor = {print_record, d};
    bool first = true;
    for (uint32_t i = 0; i < eval->bound_count; i++) {
        tn_diff_place place;
        if (!eval->bounds[i].is_managed)
            continue;
        if (d->as_json && !first)
            tn_buf_put_char(&d->output.buf, ',');
        first = false;
        put_place_name(&d->output.buf, eval, &eval->bounds[i], d->as_json);
        d->shown = 0;
        TN_TRY(tn_diff_records_of(eval, i, transfers, &visitor, &place));
        put_counts(d, &d->output.buf, &place);
    }
    return TN_OK;
}

static tn_status compare_records(differ *d, tn_eval *eval)
{
    tn_transfer transfers[TN_PAIR_SIDES];
    uint32_t open = 0;
    tn_status status = TN_OK;
    for (; open < TN_PAIR_SIDES && status == TN_OK; open++)
        status =
            tn_transfer_new(eval, &d->policies[open].image, NULL, 0, &transfers[open]);
    if (status == TN_OK)
        status = print_places(d, eval, transfers);
    else
        open--;
    for (uint32_t i = 0; i < open; i++) {
        if (status == TN_OK)
            tn_cli_write(stderr, &transfers[i].warnings);
        tn_transfer_free(&transfers[i]);
    }
    return status;
}

static int read_records(differ *d, const tn_image *image, tn_instant at,
                        const tn_bind *bind)
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
        code = tn_bind_report(eval, tn_eval_load(eval));
    if (code == TN_EXIT_OK) {
        status = compare_records(d, eval);
        if (status != TN_STOPPED && status != TN_IO)
            code = tn_bind_report(eval, status);
    }
    tn_eval_free(eval);
    return code;
}

static int diff_records(differ *d)
{
    const char *deployment = tn_args_value(d->args, OPT_RECORDS);
    tn_bind bind = {.args = d->args,
                    .options = &bind_options,
                    .policies = &deployment,
                    .policy_count = 1};
    tn_instant at;
    int code = tn_cli_instant(d->args->command, tn_args_value(d->args, OPT_AT), &at);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    code = tn_cli_policy_load(&policy, bind.policies, 1, d->args, OPT_PATH);
    if (code == TN_EXIT_OK && policy.image.deployment_count == 0)
        code = tn_args_complain(d->args->command, "%s is no deployment", deployment);
    if (code == TN_EXIT_OK)
        code = read_records(d, &policy.image, at, &bind);
    tn_cli_policy_free(&policy);
    return code;
}

/* --- the command */

static int print_diff(differ *d)
{
    bool records = tn_args_has(d->args, OPT_RECORDS);
    tn_buf *buf = &d->output.buf;
    for (uint32_t way = 0; way < TN_DIFF_WAY_COUNT; way++)
        d->found[way] = tn_diff_has(&d->diff, (tn_diff_way)way);
    if (!d->as_json) {
        tn_diff_put_text(buf, &d->diff);
        return records ? diff_records(d) : TN_EXIT_OK;
    }
    tn_diff_put_json(buf, &d->diff);
    if (!records) {
        tn_buf_put_char(buf, '\n');
        return TN_EXIT_OK;
    }
    if (buf->len > 0)
        buf->len--; /* the object goes on */
    tn_buf_put_text(buf, ",\"places\":[");
    int code = diff_records(d);
    tn_buf_put_text(buf, "]}\n");
    return code;
}

static int compare(differ *d, const tn_image *old_image, const tn_image *new_image)
{
    const char *forbid = tn_args_value(d->args, OPT_FORBID);
    tn_status status = tn_diff_find(old_image, new_image, &d->arena, &d->diff);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = tn_output_finish(&d->output, print_diff(d));
    if (code != TN_EXIT_OK || forbid == NULL)
        return code;
    tn_diff_way way = strcmp(forbid, "shorter") == 0 ? TN_DIFF_SHORTER : TN_DIFF_LONGER;
    if (!d->found[way])
        return TN_EXIT_OK;
    return tn_cli_fail(TN_EXIT_FINDINGS,
                       "data would be kept %s, which --forbid does not allow", forbid);
}

static int complain_options(const tn_args *args)
{
    const char *forbid = tn_args_value(args, OPT_FORBID);
    if (args->operand_count != 2)
        return tn_args_complain(args->command, "which two policies?");
    if (forbid != NULL && strcmp(forbid, "shorter") != 0 &&
        strcmp(forbid, "longer") != 0)
        return tn_args_complain(args->command,
                                "--forbid shorter or --forbid longer, not "
                                "%s",
                                forbid);
    if (tn_args_has(args, OPT_AT) && !tn_args_has(args, OPT_RECORDS))
        return tn_args_complain(args->command, "--at goes with --records");
    return TN_EXIT_OK;
}

static int run(const tn_args *args)
{
    int code = complain_options(args);
    if (code != TN_EXIT_OK)
        return code;
    differ d = {.args = args, .as_json = tn_args_has(args, OPT_JSON)};
    tn_arena_init(&d.arena, NULL);
    tn_output_init(&d.output);
    for (uint32_t i = 0; i < TN_PAIR_SIDES; i++)
        tn_cli_policy_init(&d.policies[i]);
    for (uint32_t i = 0; i < TN_PAIR_SIDES && code == TN_EXIT_OK; i++)
        code =
            tn_cli_policy_load(&d.policies[i], &args->operands[i], 1, args, OPT_PATH);
    if (code == TN_EXIT_OK)
        code =
            compare(&d, &d.policies[TN_PAIR_OLD].image, &d.policies[TN_PAIR_NEW].image);
    for (uint32_t i = 0; i < TN_PAIR_SIDES; i++)
        tn_cli_policy_free(&d.policies[i]);
    tn_output_free(&d.output);
    tn_arena_free(&d.arena);
    return code;
}

const tn_command tn_command_diff = {
    .name = "diff",
    .operands = "[--forbid shorter|longer] [--records DEPLOYMENT --at T] [--json]\n"
                "       [--path DIR]... OLD NEW",
    .summary = "say what becomes of records under a changed policy",
    .help =
        "OLD and NEW are files, directories or compiled images. For each category "
        "whose\n"
        "records would be gone earlier (shorter) or later (longer), or fare otherwise\n"
        "(other), it shows an example with the clauses that decide and their dates.\n"
        "Policies that say the same in other words give nothing; where that cannot be\n"
        "proven, records are made up at the boundaries of both, and what they do not\n"
        "show is called \"no difference found\".\n"
        "--records decides the records of a deployment by both, and reads only.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

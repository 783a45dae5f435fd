/* tenure review: flagged records, by group and one by one, and what people decide. */
#include "interp/apply/plan.h"
#include "interp/apply/review.h"
#include "interp/cli/bind.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"
#include "interp/eval/doubt_text.h"
#include "interp/eval/tally.h"
#include "interp/store/key.h"

#include <string.h>

enum { OPT_AT, OPT_UNTIL, OPT_WHY, OPT_PLACE, OPT_LEDGER, OPT_PATH };

static const tn_option options[] = {
    {"--at", "T", false, "the instant to decide for; else now"},
    {"--until", "T", false, "resolve: until when it counts"},
    {"--why", "TEXT", false, "resolve: why"},
    {"--place", "PLACE", false, "only in this place, as list shows it"},
    {"--ledger", "FILE", false, "else it lies beside the deployment"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

typedef struct reviewing {
    const tn_args *args;
    tn_cli_policy policy;
    tn_evidence_files files;
    tn_arena arena;
    tn_instant at;
    tn_eval *eval;
    tn_plan plan; /* its places alone */
    tn_output output;
    /* of what is being looked for */
    const tn_plan_place *place;
    tn_buf identity;
    uint64_t found_count;
    /* of resolve */
    tn_decision decision;
    tn_instant until;
} reviewing;

/* --- the session */

static int open_session(reviewing *r, const tn_eval_config *config)
{
    static const tn_eval_filter all = {TN_NONE, NULL, 0};
    tn_status status = tn_eval_new(config, &r->eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = tn_bind_report(r->eval, tn_eval_bind_deployment(r->eval, &all));
    if (code == TN_EXIT_OK)
        code = tn_bind_report(r->eval, tn_eval_load(r->eval));
    if (code == TN_EXIT_OK)
        code = tn_bind_report(r->eval, tn_plan_places(r->eval, &r->arena, &r->plan));
    return code;
}

static bool is_asked(const reviewing *r, const tn_plan_place *place)
{
    const char *name = tn_args_value(r->args, OPT_PLACE);
    return !place->redacts &&
           (name == NULL || tn_str_equal(tn_str_from(name), place->place));
}

/* --- list */

static void put_group(reviewing *r, const tn_bound *bound, const tn_tally_doubt *group)
{
    tn_buf *out = &r->output.buf;
    tn_buf_put_format(out, "  %8llu  %s: ", (unsigned long long)group->count,
                      tn_reason_text(group->doubt.reason));
    tn_doubt_put_cause(out, r->eval->image, bound, &group->doubt);
    tn_buf_put_text(out, ", such as ");
    tn_buf_put(out, group->first_record);
    tn_buf_put_format(out, "\n            %s\n", tn_doubt_advice(group->doubt.reason));
}

static tn_status list_place(reviewing *r, const tn_plan_place *place)
{
    const tn_bound *bound = &r->eval->bounds[place->bound];
    tn_judge_options how = {.wants = TN_WANT_DETAIL};
    tn_tally tally;
    tn_tally_init(&tally, bound, NULL);
    tn_status status = tn_eval_judge(r->eval, place->bound, &how, tn_tally_add, &tally);
    tn_tally_end(&tally);
    uint64_t count = tn_tally_of(&tally, TN_FLAG);
    if (status == TN_OK && count > 0) {
        tn_buf_put(&r->output.buf, place->place);
        tn_buf_put_format(&r->output.buf, ": %llu flagged\n",
                          (unsigned long long)count);
        for (uint32_t i = 0; i < tally.doubt_count; i++)
            put_group(r, bound, &tally.doubts[i]);
    }
    r->found_count += count;
    tn_tally_free(&tally);
    return status;
}

static int list(reviewing *r)
{
    for (uint32_t i = 0; i < r->plan.place_count; i++) {
        if (!is_asked(r, &r->plan.places[i]))
            continue;
        tn_status status = list_place(r, &r->plan.places[i]);
        if (status != TN_OK)
            return tn_bind_report(r->eval, status);
    }
    if (r->found_count == 0)
        tn_buf_put_text(&r->output.buf, "nothing is flagged\n");
    return TN_EXIT_OK;
}

/* --- one record */

/* The digest of a flag; its identity in r->identity. */
static tn_status identify(reviewing *r, const tn_judged *judged, tn_value *key,
                          tn_digest *digest)
{
    TN_TRY(tn_judged_key(judged, key));
    tn_buf_reset(&r->identity);
    tn_identity_put(&r->identity, r->place->place, key);
    TN_TRY(tn_buf_status(&r->identity));
    return tn_review_digest(r->eval->image, judged->bound->category, judged->decider,
                            judged->verdict, digest);
}

static tn_status show_record(void *user, const tn_judged *judged)
{
    reviewing *r = user;
    tn_buf *out = &r->output.buf;
    const tn_verdict *verdict = judged->verdict;
    tn_value key;
    tn_digest digest;
    r->found_count++;
    tn_status status = identify(r, judged, &key, &digest);
    if (status != TN_OK && status != TN_UNSUPPORTED)
        return status;
    tn_buf_put(out, r->place->place);
    tn_buf_put_text(out, ": ");
    tn_key_put(out, &key);
    tn_buf_put_format(out, ": %s (%s)\n", tn_decision_text(verdict->decision),
                      tn_reason_text(verdict->reason));
    for (uint32_t i = 0; i < verdict->doubt_count; i++) {
        tn_buf_put_text(out, "  ");
        tn_doubt_put_message(out, judged, &verdict->doubts[i]);
        tn_buf_put_char(out, '\n');
    }
    if (verdict->decision != TN_FLAG || r->files.reviews == NULL || status != TN_OK)
        return TN_OK;
    return tn_reviews_put_text(r->files.reviews, tn_buf_view(&r->identity), &digest,
                               r->at, out);
}

static tn_status resolve_record(void *user, const tn_judged *judged)
{
    reviewing *r = user;
    tn_resolution resolution = {.place = r->place->place,
                                .decision = r->decision,
                                .until = r->until,
                                .why = tn_str_from(tn_args_value(r->args, OPT_WHY))};
    tn_value key;
    tn_buf text;
    if (judged->verdict->decision != TN_FLAG || judged->is_unplaced)
        return TN_OK;
    TN_TRY(identify(r, judged, &key, &resolution.digest));
    r->found_count++;
    tn_buf_init(&text, NULL);
    tn_key_put(&text, &key);
    resolution.key = tn_buf_view(&text);
    resolution.identity = tn_buf_view(&r->identity);
    tn_status status = tn_buf_status(&text);
    if (status == TN_OK)
        status = tn_reviews_resolve(r->files.reviews, r->files.ledger, &r->files.secret,
                                    tn_evidence_now(), &resolution);
    if (status == TN_OK) {
        tn_buf_put(&r->output.buf, resolution.place);
        tn_buf_put_text(&r->output.buf, ": ");
        tn_buf_put(&r->output.buf, resolution.key);
        tn_buf_put_format(&r->output.buf, ": %s\n", tn_decision_text(r->decision));
    }
    tn_buf_free(&text);
    return status;
}

/* Calls for the record with this key in each place that is asked for. */
static tn_status each_record(reviewing *r, const char *key, tn_judge_fn *visit)
{
    tn_judge_options how = {.wants = TN_WANT_TIMES | TN_WANT_DETAIL,
                            .only_key = tn_str_from(key)};
    for (uint32_t i = 0; i < r->plan.place_count; i++) {
        r->place = &r->plan.places[i];
        if (is_asked(r, r->place))
            TN_TRY(tn_eval_judge(r->eval, r->place->bound, &how, visit, r));
    }
    return TN_OK;
}

static int fail(reviewing *r, tn_status status)
{
    if (status == TN_UNSUPPORTED)
        return tn_cli_fail(TN_EXIT_FINDINGS,
                           "the clauses read a list or map of this record; correct the "
                           "record instead");
    return r->files.why.len > 0 ? tn_evidence_fail(&r->files, status)
                                : tn_bind_report(r->eval, status);
}

static int show(reviewing *r)
{
    const char *key = r->args->operands[2];
    tn_status status = each_record(r, key, show_record);
    if (status != TN_OK)
        return fail(r, status);
    return r->found_count > 0
               ? TN_EXIT_OK
               : tn_cli_fail(TN_EXIT_FINDINGS, "there is no record with key %s", key);
}

static int resolve(reviewing *r)
{
    for (size_t i = 2; i + 1 < r->args->operand_count; i++) {
        const char *key = r->args->operands[i];
        r->found_count = 0;
        tn_status status = each_record(r, key, resolve_record);
        if (status != TN_OK)
            return fail(r, status);
        if (r->found_count == 0)
            return tn_cli_fail(TN_EXIT_FINDINGS, "no record with key %s is flagged",
                               key);
    }
    return TN_EXIT_OK;
}

/* --- the command */

/* KEY... keep|delete --until T --why TEXT */
static int read_resolution(reviewing *r)
{
    const tn_args *args = r->args;
    const char *word = args->operands[args->operand_count - 1];
    const char *until = tn_args_value(args, OPT_UNTIL);
    const char *why = tn_args_value(args, OPT_WHY);
    bool is_delete = strcmp(word, "delete") == 0;
    if (args->operand_count < 4 || (!is_delete && strcmp(word, "keep") != 0) ||
        until == NULL || why == NULL || *why == '\0')
        return tn_args_complain(args->command,
                                "resolve needs a deployment, keys, then "
                                "keep or delete, --until T and --why TEXT");
    r->decision = is_delete ? TN_DELETE : TN_KEEP;
    return tn_cli_instant(args->command, until, &r->until);
}

static int open_evidence(reviewing *r, bool writes)
{
    int code = tn_evidence_init(&r->files, r->args, OPT_LEDGER, r->args->operands[1]);
    if (code == TN_EXIT_OK && writes)
        code = tn_evidence_key(&r->files, true);
    if (code == TN_EXIT_OK && writes)
        code = tn_evidence_write(&r->files);
    return code == TN_EXIT_OK ? tn_evidence_reviews(&r->files, writes) : code;
}

static int review(reviewing *r)
{
    const char *verb = r->args->operands[0];
    bool is_list = strcmp(verb, "list") == 0;
    bool is_resolve = strcmp(verb, "resolve") == 0;
    tn_eval_config config = {.image = &r->policy.image,
                             .now = r->at,
                             .kinds = tn_store_kinds,
                             .find_env = tn_bind_env};
    int code = is_resolve ? read_resolution(r) : TN_EXIT_OK;
    if (code == TN_EXIT_OK)
        code = open_evidence(r, is_resolve);
    if (code == TN_EXIT_OK)
        code = open_session(r, &config);
    if (code == TN_EXIT_OK)
        code = is_list ? list(r) : is_resolve ? resolve(r) : show(r);
    tn_eval_free(r->eval);
    return tn_output_finish(&r->output, code);
}

/* How many operands name the policy. */
static size_t policy_count(const tn_args *args)
{
    bool is_list = args->operand_count > 1 && strcmp(args->operands[0], "list") == 0;
    return is_list ? args->operand_count - 1 : 1;
}

/* A verb with as many operands as it takes; resolve looks at its own. */
static int check_operands(const tn_args *args)
{
    const char *verb = args->operand_count > 0 ? args->operands[0] : "";
    bool is_show = strcmp(verb, "show") == 0;
    if (!is_show && strcmp(verb, "list") != 0 && strcmp(verb, "resolve") != 0)
        return tn_args_complain(args->command, "do what? list, show or resolve");
    if (args->operand_count < 2)
        return tn_args_complain(args->command, "%s of which deployment?", verb);
    if (is_show && args->operand_count != 3)
        return tn_args_complain(args->command, "show takes a deployment and one key");
    return TN_EXIT_OK;
}

static int run(const tn_args *args)
{
    reviewing r = {.args = args};
    const char *at = tn_args_value(args, OPT_AT);
    int code = check_operands(args);
    if (code == TN_EXIT_OK)
        code = tn_cli_instant(args->command, at == NULL ? "now" : at, &r.at);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy_init(&r.policy);
    tn_arena_init(&r.arena, NULL);
    tn_buf_init(&r.identity, NULL);
    tn_output_init(&r.output);
    code = tn_cli_policy_load(&r.policy, args->operands + 1, policy_count(args), args,
                              OPT_PATH);
    if (code == TN_EXIT_OK)
        code = review(&r);
    tn_evidence_free(&r.files);
    tn_output_free(&r.output);
    tn_buf_free(&r.identity);
    tn_arena_free(&r.arena);
    tn_cli_policy_free(&r.policy);
    return code;
}

const tn_command tn_command_review = {
    .name = "review",
    .operands = "list DEPLOYMENT... | show DEPLOYMENT KEY |\n"
                "       resolve DEPLOYMENT KEY... keep|delete --until T --why TEXT",
    .summary = "flagged records: look at them, and decide",
    .help =
        "list     what is flagged, by cause, and what to do about it\n"
        "show     one record: why it is flagged, and what was decided about it\n"
        "resolve  keep or delete these records: it counts for tenure plan and apply,\n"
        "         until the time given, as long as nothing that decides has changed;\n"
        "         the ledger keeps who was decided on, as a pseudonym, and why. The\n"
        "         keys themselves lie beside it, in LEDGER.reviews",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

/* tenure explain: why a record has its verdict. */
#include "interp/apply/plan.h"
#include "interp/cli/bind.h"
#include "interp/cli/evidence.h"
#include "interp/cli/output.h"
#include "interp/eval/judge.h"
#include "interp/store/key.h"
#include "interp/tools/explain.h"

#include <string.h>

enum {
    OPT_AT,
    OPT_CATEGORY,
    OPT_PLACEMENT,
    OPT_FACTS,
    OPT_KEY,
    OPT_FORMAT,
    OPT_PATH,
    OPT_LEDGER
};

static const tn_option options[] = {
    {"--at", "T", false,
     "the instant to decide for, as in 2026-11-23T00:00:00Z, or now; it must be given"},
    {"--category", "NAME", false, "of a pipe: what its records are"},
    {"--placement", "WORD", true, "only the placements that the policy calls so"},
    {"--facts", "ENTITY:KEYFIELD=FILE", true,
     "of a pipe: what is known of an entity; ENTITY=none: no event has happened and "
     "nothing is held"},
    {"--key", "ENTITY=FIELD", true,
     "of a pipe: the field of the record with the entity's key"},
    {"--format", "jsonl|csv", false, "of a pipe: how the records are written"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
    {"--ledger", "FILE", false,
     "a deployment: beside it lie the reviews of flagged records; else it lies beside "
     "the deployment"},
};

static const tn_bind_options bind_options = {
    .category = OPT_CATEGORY,
    .facts = OPT_FACTS,
    .key = OPT_KEY,
    .format = OPT_FORMAT,
    .placement = OPT_PLACEMENT,
    .path = OPT_PATH,
};

/* What is asked for, and what has been found of it. */
typedef struct search {
    tn_eval *eval;
    const char *category; /* NULL: a pipe, all of whose records are explained */
    const char *key;
    tn_output *output;
    uint64_t found_count;
    tn_evidence_files *files; /* NULL: a pipe, of which nothing can be resolved */
    uint32_t bound;           /* number of the place that is being read */
} search;

/* What a person decided about a flag. */
static tn_status explain_review(search *s, const tn_judged *judged, const tn_value *key)
{
    tn_digest digest;
    tn_str place;
    tn_buf identity;
    if (s->files == NULL || s->files->reviews == NULL || judged->is_unplaced ||
        judged->verdict->decision != TN_FLAG)
        return TN_OK;
    tn_status status = tn_review_digest(s->eval->image, judged->bound->category,
                                        judged->decider, judged->verdict, &digest);
    if (status == TN_UNSUPPORTED)
        return TN_OK;
    TN_TRY(status);
    TN_TRY(tn_plan_name(s->eval, s->bound, &s->eval->arena, &place));
    tn_buf_init(&identity, NULL);
    tn_identity_put(&identity, place, key);
    status = tn_buf_status(&identity);
    if (status == TN_OK)
        status = tn_reviews_put_text(s->files->reviews, tn_buf_view(&identity), &digest,
                                     tn_run_now(s->eval->run), &s->output->buf);
    tn_buf_free(&identity);
    return status;
}

static tn_status explain_record(void *user, const tn_judged *judged)
{
    search *s = user;
    tn_value key;
    tn_buf text;
    TN_TRY(tn_judged_key(judged, &key));
    tn_buf_init(&text, NULL);
    tn_key_put(&text, &key);
    tn_status status = tn_buf_status(&text);
    bool is_it =
        s->key == NULL || tn_str_equal(tn_buf_view(&text), tn_str_from(s->key));
    if (status == TN_OK && is_it) {
        tn_explained explained = {.decider = judged->decider,
                                  .run = s->eval->run,
                                  .category = judged->bound->category,
                                  .placement = judged->bound->placement,
                                  .verdict = judged->verdict,
                                  .record = tn_buf_view(&text),
                                  .origin = &judged->bound->origin};
        if (s->found_count++ > 0)
            tn_buf_put_char(&s->output->buf, '\n');
        status = tn_explain_put(&s->output->buf, &explained);
        if (status == TN_OK)
            status = explain_review(s, judged, &key);
    }
    tn_buf_free(&text);
    return status == TN_OK ? tn_output_drain(s->output) : status;
}

static tn_status explain_places(search *s)
{
    tn_judge_options judge = {.wants = TN_WANT_ALL, .all_fields = true};
    if (s->key != NULL)
        judge.only_key = tn_str_from(s->key);
    for (uint32_t i = 0; i < s->eval->bound_count; i++)
        if (s->eval->bounds[i].is_managed) {
            s->bound = i;
            TN_TRY(tn_eval_judge(s->eval, i, &judge, explain_record, s));
        }
    return TN_OK;
}

static int explain(search *s)
{
    tn_output output;
    int code = tn_bind_report(s->eval, tn_eval_load(s->eval));
    if (code != TN_EXIT_OK)
        return code;
    tn_output_init(&output);
    s->output = &output;
    tn_status status = explain_places(s);
    if (status != TN_STOPPED && status != TN_IO)
        code = tn_bind_report(s->eval, status);
    code = tn_output_finish(&output, code);
    tn_output_free(&output);
    if (code == TN_EXIT_OK && s->found_count == 0)
        code = s->key == NULL
                   ? tn_cli_fail(TN_EXIT_FINDINGS, "there is no record to explain")
                   : tn_cli_fail(TN_EXIT_FINDINGS, "no record of %s has the key %s",
                                 s->category, s->key);
    return code;
}

/* --- binding */

static int bind_deployment(const search *s, const tn_bind *bind)
{
    uint32_t category;
    int code = tn_bind_category(bind, s->eval->image, s->category, &category);
    return code == TN_EXIT_OK ? tn_bind_deployment(bind, s->eval, category) : code;
}

static int bind_and_explain(const tn_bind *bind, search *s, const tn_image *image,
                            tn_instant at)
{
    tn_eval_config config = {
        .image = image, .now = at, .kinds = tn_store_kinds, .find_env = tn_bind_env};
    bool is_pipe = false;
    tn_status status = tn_eval_new(&config, &s->eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    tn_evidence_files files;
    int code = s->category != NULL ? bind_deployment(s, bind)
                                   : tn_bind_session(bind, s->eval, &is_pipe);
    if (code == TN_EXIT_OK && !is_pipe && s->category != NULL) {
        s->files = &files;
        code = tn_evidence_init(&files, bind->args, OPT_LEDGER, bind->policies[0]);
        if (code == TN_EXIT_OK)
            code = tn_evidence_reviews(&files, false);
    }
    if (code == TN_EXIT_OK)
        code = explain(s);
    if (s->files != NULL)
        tn_evidence_free(&files);
    tn_eval_free(s->eval);
    return code;
}

static int run(const tn_args *args)
{
    tn_bind bind = {.args = args, .options = &bind_options};
    search s = {.category = NULL};
    tn_instant at;
    if (tn_args_has(args, OPT_CATEGORY)) {
        tn_bind_operands(&bind, args, &bind_options);
    } else if (args->operand_count >= 3) {
        bind.policies = args->operands;
        bind.policy_count = args->operand_count - 2;
        s.category = args->operands[args->operand_count - 2];
        s.key = args->operands[args->operand_count - 1];
    }
    if (bind.policy_count == 0)
        return tn_args_complain(args->command,
                                "which deployment, category and key of a record?");
    int code = tn_cli_instant(args->command, tn_args_value(args, OPT_AT), &at);
    if (code != TN_EXIT_OK)
        return code;
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    code =
        tn_cli_policy_load(&policy, bind.policies, bind.policy_count, args, OPT_PATH);
    if (code == TN_EXIT_OK)
        code = bind_and_explain(&bind, &s, &policy.image, at);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_explain = {
    .name = "explain",
    .operands = "DEPLOYMENT CATEGORY KEY --at T [--placement WORD]\n"
                "       tenure explain POLICY... --category NAME --at T [--facts ...] "
                "[--key ...] [FILE|-]",
    .summary = "say why a record is kept, deleted or flagged",
    .help =
        "Finds the record with this key in each place of the category and says why it\n"
        "has its verdict: the clause that decides, quoted, with its arithmetic; the\n"
        "clauses that lost; holds and duties; and what would change it, and when.\n"
        "A flag that a person resolved is shown with what they said.\n"
        "Without a deployment it explains the records of a file or pipe, as eval\n"
        "reads them.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

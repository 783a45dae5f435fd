/* tenure forecast: how many records fall due, and when; reads only. */
#include "interp/calendar/instant.h"
#include "interp/cli/bind.h"
#include "interp/cli/output.h"
#include "interp/tools/forecast.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    OPT_UNTIL,
    OPT_BY,
    OPT_AT,
    OPT_POLICY,
    OPT_EVENT,
    OPT_JSON,
    OPT_CSV,
    OPT_CATEGORY,
    OPT_PLACEMENT,
    OPT_PATH
};

static const tn_option options[] = {
    {"--until", "DATE", false, "count what falls due before this day, or instant"},
    {"--by", "day|week|month", false, "how to part the time; else by day"},
    {"--at", "T", false, "from this instant on; else from now"},
    {"--policy", "OTHER", false, "decide the records by this policy instead"},
    {"--event", "ENTITY.EVENT=KEY@T", true,
     "as if the event had happened then to the one with this key"},
    {"--json", NULL, false, "print one JSON object"},
    {"--csv", NULL, false, "print a table for spreadsheets"},
    {"--category", "NAME", false, "this category alone"},
    {"--placement", "WORD", true, "only the placements that the policy calls so"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static const tn_bind_options bind_options = {
    .category = OPT_CATEGORY,
    .facts = SIZE_MAX,
    .key = SIZE_MAX,
    .format = SIZE_MAX,
    .placement = OPT_PLACEMENT,
    .path = OPT_PATH,
};

typedef struct forecasting {
    const tn_args *args;
    tn_arena arena;
    tn_instant at;
    tn_horizon horizon;
    tn_cli_policy policy; /* of the deployment */
    tn_cli_policy other;  /* of --policy */
    tn_supposed *supposed;
    size_t supposed_count;
    tn_eval *eval;
    tn_forecast forecast;
} forecasting;

/* --- the time ahead */

static int read_until(const tn_args *args, tn_instant *out)
{
    const char *text = tn_args_value(args, OPT_UNTIL);
    int32_t day;
    if (text == NULL)
        return tn_args_complain(args->command,
                                "--until is missing, as in --until 2027-12-31");
    if (tn_date_parse(tn_str_from(text), &day)) {
        *out = (tn_instant){day * TN_SECONDS_PER_DAY, 0};
        return TN_EXIT_OK;
    }
    if (tn_instant_parse(tn_str_from(text), out))
        return TN_EXIT_OK;
    return tn_args_complain(
        args->command, "--until %s is no day, as in 2027-12-31, and no instant", text);
}

static int read_step(const tn_args *args, tn_step *out)
{
    static const char *const words[] = {"day", "week", "month"};
    const char *text = tn_args_value(args, OPT_BY);
    *out = TN_STEP_DAY;
    if (text == NULL)
        return TN_EXIT_OK;
    for (size_t i = 0; i < TN_COUNT(words); i++) {
        *out = (tn_step)i;
        if (strcmp(text, words[i]) == 0)
            return TN_EXIT_OK;
    }
    return tn_args_complain(args->command, "--by day, week or month, not %s", text);
}

static int read_horizon(forecasting *f)
{
    const char *at = tn_args_value(f->args, OPT_AT);
    tn_instant until;
    tn_step step;
    int code = tn_cli_instant(f->args->command, at == NULL ? "now" : at, &f->at);
    if (code == TN_EXIT_OK)
        code = read_until(f->args, &until);
    if (code == TN_EXIT_OK)
        code = read_step(f->args, &step);
    if (code != TN_EXIT_OK)
        return code;
    if (tn_instant_compare(until, f->at) <= 0)
        return tn_args_complain(f->args->command,
                                "--until is not after the instant to start from");
    tn_status status = tn_horizon_make(f->at, until, step, &f->arena, &f->horizon);
    if (status == TN_LIMIT)
        return tn_args_complain(f->args->command,
                                "more than %d steps: take --by week or month",
                                TN_HORIZON_MAX);
    return status == TN_OK ? TN_EXIT_OK : tn_cli_fail_status(status);
}

/* --- what is supposed */

static const tn_image *deciding_image(const forecasting *f)
{
    return f->other.has_image ? &f->other.image : &f->policy.image;
}

static bool has_event(const tn_image *image, uint32_t entity, tn_str name)
{
    tn_img_range facts = image->entities[entity].facts;
    for (uint32_t i = facts.first; i < facts.first + facts.count; i++)
        if (image->facts[i].is_event != 0 &&
            tn_str_equal(tn_image_str(image, image->facts[i].name), name))
            return true;
    return false;
}

/* ENTITY.EVENT=KEY@T; the key may hold what it likes. */
static int read_event(const forecasting *f, const char *text, tn_supposed *out)
{
    const tn_image *image = deciding_image(f);
    const char *equals = strchr(text, '='), *at = strrchr(text, '@');
    tn_str name = {text, equals == NULL ? 0 : (size_t)(equals - text)};
    out->event = tn_str_last_name(name);
    if (equals == NULL || at == NULL || at < equals || out->event.len == name.len ||
        !tn_instant_parse(tn_str_from(at + 1), &out->at))
        return tn_args_complain(f->args->command,
                                "--event %s is not of the form "
                                "customer.terminated=KEY@2026-11-23T00:00:00Z",
                                text);
    name.len -= out->event.len + 1;
    out->key = (tn_str){equals + 1, (size_t)(at - equals - 1)};
    uint32_t entity = tn_image_find_entity(image, name);
    if (entity == TN_NONE || !has_event(image, entity, out->event))
        return tn_args_complain(f->args->command,
                                "the policy has no event " TN_STR_FMT "." TN_STR_FMT,
                                TN_STR_ARG(name), TN_STR_ARG(out->event));
    out->entity = tn_image_str(image, image->entities[entity].name);
    return TN_EXIT_OK;
}

static int read_events(forecasting *f)
{
    int code = TN_EXIT_OK;
    while (tn_args_value_at(f->args, OPT_EVENT, f->supposed_count) != NULL)
        f->supposed_count++;
    f->supposed =
        tn_arena_take_array(&f->arena, f->supposed_count, sizeof(*f->supposed));
    if (f->supposed == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    for (size_t i = 0; i < f->supposed_count && code == TN_EXIT_OK; i++)
        code = read_event(f, tn_args_value_at(f->args, OPT_EVENT, i), &f->supposed[i]);
    return code;
}

/* A supposition about nobody would be a quiet nothing. */
static int complain_unmet(const forecasting *f)
{
    for (size_t i = 0; i < f->supposed_count; i++)
        if (!f->supposed[i].is_met)
            return tn_cli_fail(TN_EXIT_FINDINGS,
                               "no " TN_STR_FMT " has the key " TN_STR_FMT,
                               TN_STR_ARG(tn_str_last_name(f->supposed[i].entity)),
                               TN_STR_ARG(f->supposed[i].key));
    return TN_EXIT_OK;
}

/* --- counting */

static int count_by_other(forecasting *f)
{
    tn_transfer transfer;
    tn_status status = tn_transfer_new(f->eval, deciding_image(f), f->supposed,
                                       f->supposed_count, &transfer);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = complain_unmet(f);
    if (code == TN_EXIT_OK) {
        status =
            tn_forecast_make(f->eval, &f->horizon, &transfer, &f->arena, &f->forecast);
        code = tn_bind_report(f->eval, status);
        tn_cli_write(stderr, &transfer.warnings);
    }
    tn_transfer_free(&transfer);
    return code;
}

static int count(forecasting *f)
{
    int code = tn_bind_report(f->eval, tn_eval_load(f->eval));
    if (code != TN_EXIT_OK)
        return code;
    if (f->other.has_image || f->supposed_count > 0)
        return count_by_other(f);
    return tn_bind_report(
        f->eval, tn_forecast_make(f->eval, &f->horizon, NULL, &f->arena, &f->forecast));
}

/* Of the terminal; 80 where there is none, or it does not say. */
static uint32_t find_width(void)
{
    enum { NARROWEST = 20, WIDEST = 200, USUAL = 80 };
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    long width = columns == NULL ? 0 : strtol(columns, NULL, 10);
    if (width == 0 && isatty(STDOUT_FILENO) &&
        ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width < NARROWEST)
        width = USUAL;
    return (uint32_t)(width > WIDEST ? WIDEST : width);
}

static int show(const forecasting *f)
{
    tn_output output;
    tn_forecast_look look = {find_width(), tn_cli_has_color(stdout)};
    tn_output_init(&output);
    if (tn_args_has(f->args, OPT_JSON))
        tn_forecast_put_json(&output.buf, &f->forecast);
    else if (tn_args_has(f->args, OPT_CSV))
        tn_forecast_put_csv(&output.buf, &f->forecast);
    else
        tn_forecast_put_text(&output.buf, &f->forecast, &look);
    int code = tn_output_finish(&output, TN_EXIT_OK);
    tn_output_free(&output);
    return code;
}

static int forecast(forecasting *f)
{
    tn_eval_config config = {.image = &f->policy.image,
                             .now = f->at,
                             .kinds = tn_store_kinds,
                             .find_env = tn_bind_env};
    tn_bind bind = {.args = f->args,
                    .options = &bind_options,
                    .policies = f->args->operands,
                    .policy_count = f->args->operand_count};
    bool is_pipe = false;
    if (f->policy.image.deployment_count == 0)
        return tn_args_complain(
            f->args->command, "nothing says where the records are: name a deployment");
    tn_status status = tn_eval_new(&config, &f->eval);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    int code = tn_bind_session(&bind, f->eval, &is_pipe);
    if (code == TN_EXIT_OK)
        code = count(f);
    if (code == TN_EXIT_OK)
        code = show(f);
    tn_eval_free(f->eval);
    return code;
}

static int run(const tn_args *args)
{
    forecasting f = {.args = args};
    const char *other = tn_args_value(args, OPT_POLICY);
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which deployment?");
    if (tn_args_has(args, OPT_JSON) && tn_args_has(args, OPT_CSV))
        return tn_args_complain(args->command, "--json or --csv, not both");
    tn_arena_init(&f.arena, NULL);
    tn_cli_policy_init(&f.policy);
    tn_cli_policy_init(&f.other);
    int code = read_horizon(&f);
    if (code == TN_EXIT_OK)
        code = tn_cli_policy_load(&f.policy, args->operands, args->operand_count, args,
                                  OPT_PATH);
    if (code == TN_EXIT_OK && other != NULL)
        code = tn_cli_policy_load(&f.other, &other, 1, args, OPT_PATH);
    if (code == TN_EXIT_OK)
        code = read_events(&f);
    if (code == TN_EXIT_OK)
        code = forecast(&f);
    tn_cli_policy_free(&f.other);
    tn_cli_policy_free(&f.policy);
    tn_arena_free(&f.arena);
    return code;
}

const tn_command tn_command_forecast = {
    .name = "forecast",
    .operands =
        "DEPLOYMENT --until DATE [--by day|week|month] [--at T]\n"
        "       [--policy OTHER] [--event ENTITY.EVENT=KEY@T]... [--json | --csv]",
    .summary = "say how many records fall due, and when",
    .help =
        "Decides every record of the deployment's stores and counts, for each "
        "category\n"
        "and placement, how many fall due in each day, week or month (of UTC) up to\n"
        "DATE, as things stand: an event that has yet to happen is not foreseen. What\n"
        "is due already, never, held or flagged is counted apart. Reads only.\n"
        "--policy and --event show what would be, with another policy or after an\n"
        "event.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

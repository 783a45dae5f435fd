#include "interp/calendar/instant.h"
#include "interp/cli/cli.h"
#include "interp/compile/compile.h"
#include "interp/syntax/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int tn_cli_fail(int code, const char *format, ...)
{
    va_list args;
    fputs("tenure: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

int tn_cli_fail_status(tn_status status)
{
    return tn_cli_fail(TN_EXIT_FAILURE, "%s", tn_status_text(status));
}

bool tn_cli_has_color(FILE *out)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    return isatty(fileno(out)) && (no_color == NULL || no_color[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

int tn_cli_instant(const tn_command *command, const char *text, tn_instant *out)
{
    if (text == NULL)
        return tn_args_complain(command,
                                "--at is missing: the instant to decide for, as "
                                "in --at 2026-11-23T00:00:00Z, or --at now");
    if (strcmp(text, "now") == 0) {
        struct timespec now;
        if (clock_gettime(CLOCK_REALTIME, &now) != 0)
            return tn_cli_fail(TN_EXIT_FAILURE, "cannot read the clock: %s",
                               strerror(errno));
        *out = (tn_instant){now.tv_sec, (uint32_t)now.tv_nsec};
        return TN_EXIT_OK;
    }
    if (tn_instant_parse(tn_str_from(text), out))
        return TN_EXIT_OK;
    return tn_args_complain(command,
                            "--at %s is no instant: write it with date, time and zone, "
                            "as in 2026-11-23T00:00:00Z, or \"now\"",
                            text);
}

/* --- policies */

void tn_cli_policy_init(tn_cli_policy *policy)
{
    *policy = (tn_cli_policy){.model = NULL};
    tn_sources_init(&policy->sources, NULL);
    tn_arena_init(&policy->arena, NULL);
    tn_diags_init(&policy->diags, NULL);
    tn_strings_init(&policy->strings, NULL);
    tn_cel_builder_init(&policy->code, &policy->strings, NULL);
    tn_buf_init(&policy->bytes, NULL);
}

void tn_cli_policy_free(tn_cli_policy *policy)
{
    if (policy->has_image)
        tn_image_close(&policy->image);
    tn_buf_free(&policy->bytes);
    tn_cel_builder_free(&policy->code);
    tn_strings_free(&policy->strings);
    tn_diags_free(&policy->diags);
    tn_arena_free(&policy->arena);
    tn_sources_free(&policy->sources);
}

bool tn_cli_is_named(const tn_args *args, tn_str file)
{
    for (size_t i = 0; i < args->operand_count; i++) {
        tn_str name = tn_str_from(args->operands[i]);
        while (name.len > 1 && name.data[name.len - 1] == '/')
            name.len--;
        if (tn_str_starts(file, name) &&
            (file.len == name.len || file.data[name.len] == '/'))
            return true;
    }
    return false;
}

void tn_cli_print_diags(const tn_cli_policy *policy, FILE *out)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    bool color = tn_cli_has_color(out);
    for (size_t i = 0; i < policy->diags.count; i++)
        tn_report_diag(&buf, &policy->sources, &policy->diags.list[i], color);
    tn_report_summary(&buf, &policy->diags);
    tn_cli_write(out, &buf);
    tn_buf_free(&buf);
}

/* The paths as texts, in the policy's arena; NULL: no memory. */
static tn_str *list_texts(tn_cli_policy *policy, const char *const *texts, size_t count)
{
    tn_str *list = tn_arena_take_array(&policy->arena, count, sizeof(*list));
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = tn_str_from(texts[i]);
    return list;
}

static size_t list_roots(const tn_args *args, size_t option, const tn_str **out,
                         tn_arena *arena)
{
    size_t count = 0;
    while (option != SIZE_MAX && tn_args_value_at(args, option, count) != NULL)
        count++;
    tn_str *list = tn_arena_take_array(arena, count, sizeof(*list));
    for (size_t i = 0; list != NULL && i < count; i++)
        list[i] = tn_str_from(tn_args_value_at(args, option, i));
    *out = list;
    return list == NULL ? 0 : count;
}

int tn_cli_policy_check(tn_cli_policy *policy, const char *const *paths,
                        size_t path_count, const tn_args *args, size_t root_option)
{
    tn_check_input input = {.path_count = path_count};
    input.paths = list_texts(policy, paths, path_count);
    input.root_count = list_roots(args, root_option, &input.roots, &policy->arena);
    if (input.paths == NULL || input.roots == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    const char *zones = getenv("TENURE_ZONEINFO");
    if (zones != NULL)
        input.zone_directory = tn_str_from(zones);
    const tn_check_into into = {&policy->sources, &policy->arena, &policy->code,
                                &policy->diags};
    tn_status status = tn_check(&input, &into, &policy->model);
    if (status == TN_OK)
        return TN_EXIT_OK;
    return status == TN_INVALID || status == TN_LIMIT ? TN_EXIT_FINDINGS
                                                      : tn_cli_fail_status(status);
}

static int open_image(tn_cli_policy *policy, const char *name)
{
    const char *why;
    tn_status status =
        tn_image_verify(tn_buf_view(&policy->bytes), NULL, &policy->image, &why);
    if (status != TN_OK)
        return tn_cli_fail(TN_EXIT_FINDINGS, "%s: %s", name, why);
    policy->has_image = true;
    return TN_EXIT_OK;
}

int tn_cli_policy_load(tn_cli_policy *policy, const char *const *paths,
                       size_t path_count, const tn_args *args, size_t root_option)
{
    if (path_count == 1 && tn_str_ends(tn_str_from(paths[0]), TN_STR(".tenurec"))) {
        if (!tn_cli_read(paths[0], &policy->bytes))
            return tn_cli_fail(TN_EXIT_FAILURE, "cannot read %s: %s", paths[0],
                               strerror(errno));
        return open_image(policy, paths[0]);
    }
    int code = tn_cli_policy_check(policy, paths, path_count, args, root_option);
    if (code == TN_EXIT_FINDINGS)
        tn_cli_print_diags(policy, stderr);
    if (code != TN_EXIT_OK)
        return code;
    tn_compile_options options = {.with_sources = true};
    tn_status status = tn_compile(policy->model, &options, NULL, &policy->bytes);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    return open_image(policy, paths[0]);
}

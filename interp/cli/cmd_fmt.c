/* tenure fmt: the one canonical layout. */
#include "interp/check/locate.h"
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/syntax/ast_print.h"
#include "interp/syntax/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { OPT_CHECK };

static const tn_option options[] = {
    {"--check", NULL, false,
     "change nothing: name the files that would change, exit 1"},
};

/* Puts the canonical layout of source `number` into `out`; an exit code. */
static int format_source(tn_cli_policy *policy, tn_status status, uint32_t number,
                         tn_buf *out)
{
    tn_file *file = NULL;
    if (status == TN_OK)
        status = tn_parse_file(&policy->sources, number, &policy->arena, &policy->diags,
                               &file);
    if (status == TN_OK)
        status = tn_format(&policy->sources, file, out);
    if (status == TN_OK)
        return TN_EXIT_OK;
    if (status == TN_NOMEM)
        return tn_cli_fail_status(status);
    tn_cli_print_diags(policy, stderr);
    return status == TN_IO ? TN_EXIT_FAILURE : TN_EXIT_FINDINGS;
}

static int format_text(tn_cli_policy *policy, tn_str name, tn_str text, tn_buf *out)
{
    uint32_t number = 0;
    tn_status status =
        tn_sources_add(&policy->sources, name, text, &policy->diags, &number);
    return format_source(policy, status, number, out);
}

static int format_file(tn_cli_policy *policy, const char *path, tn_buf *out,
                       tn_str *before)
{
    uint32_t number = 0;
    tn_status status =
        tn_sources_read(&policy->sources, tn_str_from(path), &policy->diags, &number);
    if (status == TN_OK)
        *before = policy->sources.list[number].text;
    return format_source(policy, status, number, out);
}

static int format_one(const tn_args *args, const char *path)
{
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    tn_buf after;
    tn_buf_init(&after, NULL);
    tn_str before = {NULL, 0};
    int code = format_file(&policy, path, &after, &before);
    bool changes = code == TN_EXIT_OK && !tn_str_equal(before, tn_buf_view(&after));
    if (changes && tn_args_has(args, OPT_CHECK)) {
        puts(path);
        code = TN_EXIT_FINDINGS;
    } else if (changes) {
        code = tn_cli_save(path, &after);
    }
    tn_buf_free(&after);
    tn_cli_policy_free(&policy);
    return code;
}

/* Standard input to standard output. */
static int format_stream(void)
{
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    tn_buf text, after;
    tn_buf_init(&text, NULL);
    tn_buf_init(&after, NULL);
    int code = TN_EXIT_OK;
    if (!tn_cli_read("-", &text))
        code = tn_cli_fail(TN_EXIT_FAILURE, "cannot read standard input: %s",
                           strerror(errno));
    else
        code = format_text(&policy, TN_STR("<stdin>"), tn_buf_view(&text), &after);
    if (code == TN_EXIT_OK)
        code = tn_output_print(&after, TN_OK);
    else
        tn_buf_free(&after);
    tn_buf_free(&text);
    tn_cli_policy_free(&policy);
    return code;
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

/* The policies in a folder, or the one file. */
static int format_path(const tn_args *args, const char *path)
{
    tn_arena arena;
    tn_place_kind kind;
    tn_str identity, *files;
    size_t count = 0;
    int code = TN_EXIT_OK;
    tn_arena_init(&arena, NULL);
    tn_status status = tn_locate(&arena, tn_str_from(path), &kind, &identity);
    bool is_folder = status == TN_OK && kind == TN_PLACE_FOLDER;
    if (is_folder)
        status = tn_locate_files(&arena, tn_str_from(path), &files, &count);
    if (status == TN_NOMEM)
        code = tn_cli_fail_status(status);
    else if (!is_folder)
        code = format_one(args, path);
    else if (count == 0)
        code =
            tn_cli_fail(TN_EXIT_FAILURE,
                        "folder %s holds no policy: they are called NAME.tenure", path);
    for (size_t i = 0; code != TN_EXIT_FAILURE && i < count; i++)
        code = worse(code, format_one(args, files[i].data)); /* ends with a NUL */
    tn_arena_free(&arena);
    return code;
}

static int run(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command,
                                "which files or directories? (- is standard input)");
    int worst = TN_EXIT_OK;
    for (size_t i = 0; i < args->operand_count; i++) {
        const char *path = args->operands[i];
        int code = strcmp(path, "-") == 0 ? format_stream() : format_path(args, path);
        worst = worse(worst, code);
    }
    return worst;
}

const tn_command tn_command_fmt = {
    .name = "fmt",
    .operands = "[--check] FILE|DIR...",
    .summary = "lay policy files out in the one canonical way",
    .help =
        "Rewrites each file whose layout differs, or all *.tenure files of a "
        "directory;\n"
        "comments stay, the meaning too. A file with errors is left as it is. \"-\" "
        "reads\n"
        "standard input and writes standard output.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

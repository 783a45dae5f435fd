/* tenure compile: policies to an image; tenure disasm: an image as text. */
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/compile/compile.h"
#include "interp/image/disasm.h"

enum { OPT_OUT, OPT_WITH_SOURCES, OPT_PATH };

static const tn_option options[] = {
    {"-o", "FILE", false, "where the image goes; it ends with .tenurec"},
    {"--with-sources", NULL, false,
     "put the texts into the image, so that explain can quote them"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static int compile_checked(const tn_args *args, tn_cli_policy *policy)
{
    tn_cli_print_diags(policy, stderr);
    tn_compile_options how = {.with_sources = tn_args_has(args, OPT_WITH_SOURCES)};
    tn_status status = tn_compile(policy->model, &how, NULL, &policy->bytes);
    if (status != TN_OK)
        return tn_cli_fail_status(status);
    return tn_cli_save(tn_args_value(args, OPT_OUT), &policy->bytes);
}

static int run_compile(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which files or directories?");
    const char *out = tn_args_value(args, OPT_OUT);
    if (out == NULL || !tn_str_ends(tn_str_from(out), TN_STR(".tenurec")))
        return tn_args_complain(args->command, "where to? -o NAME.tenurec");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    int code = tn_cli_policy_check(&policy, args->operands, args->operand_count, args,
                                   OPT_PATH);
    if (code == TN_EXIT_FINDINGS)
        tn_cli_print_diags(&policy, stderr);
    if (code == TN_EXIT_OK)
        code = compile_checked(args, &policy);
    tn_cli_policy_free(&policy);
    return code;
}

static int run_disasm(const tn_args *args)
{
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which image, files or directories?");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    tn_buf text;
    tn_buf_init(&text, NULL);
    int code = tn_cli_policy_load(&policy, args->operands, args->operand_count, args,
                                  SIZE_MAX);
    if (code == TN_EXIT_OK)
        code = tn_output_print(&text, tn_image_disasm(&policy.image, &text));
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_compile = {
    .name = "compile",
    .operands = "-o NAME.tenurec [--with-sources] [--path DIR]... FILE|DIR...",
    .summary = "make one file of a policy, for eval and for other programs",
    .help =
        "Checks the policy and writes it as an image: a flat file that is verified\n"
        "when it is loaded and needs no source, no parser and no time zone files.\n"
        "The same sources and the same tz database give the same bytes.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run_compile,
};

const tn_command tn_command_disasm = {
    .name = "disasm",
    .operands = "NAME.tenurec | FILE|DIR...",
    .summary = "show what is in an image, table by table",
    .help =
        "Verifies the image (or compiles the files given) and lists every table and\n"
        "every condition in it.",
    .options = NULL,
    .option_count = 0,
    .run = run_disasm,
};

/* tenure doc: a policy as the document it came from. */
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/tools/doc.h"

#include <stdlib.h>
#include <string.h>

enum { OPT_FORMAT, OPT_ARTICLE_30, OPT_PATH };

static const tn_option options[] = {
    {"--format", "md|html", false, "Markdown, or one file of HTML; md unless said"},
    {"--article-30", NULL, false,
     "the record of processing activities of GDPR Art. 30(1), by category"},
    {"--path", "DIR", true, "where to look for modules that the given files name"},
};

static int read_format(const tn_args *args, tn_page_format *format)
{
    const char *text = tn_args_value(args, OPT_FORMAT);
    *format = TN_PAGE_MD;
    if (text == NULL || strcmp(text, "md") == 0)
        return TN_EXIT_OK;
    *format = TN_PAGE_HTML;
    if (strcmp(text, "html") == 0)
        return TN_EXIT_OK;
    return tn_args_complain(args->command, "--format %s is none: it is md or html",
                            text);
}

/* Says a document anything of this module? Its entities alone are words of others. */
static bool has_content(const tn_model *model, uint32_t number)
{
    const tn_module *module = &model->modules.rows[number];
    return !module->from_std && module->file->decls != NULL;
}

/* The modules of the files given, in the order of the model. */
static uint32_t *list_modules(const tn_args *args, const tn_model *model,
                              uint32_t *count)
{
    uint32_t *modules = calloc(model->modules.count + 1, sizeof(uint32_t));
    *count = 0;
    for (uint32_t i = 0; modules != NULL && i < model->modules.count; i++) {
        const tn_module *module = &model->modules.rows[i];
        tn_str file = model->sources->list[module->at.file].name;
        if (has_content(model, i) && tn_cli_is_named(args, file))
            modules[(*count)++] = i;
    }
    return modules;
}

static int print(const tn_args *args, const tn_model *model, tn_page_format format)
{
    tn_doc doc = {.model = model, .format = format};
    uint32_t *modules = list_modules(args, model, &doc.module_count);
    doc.modules = modules;
    if (modules == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    if (doc.module_count == 0) {
        free(modules);
        return tn_cli_fail(TN_EXIT_USAGE, "there is no module in what was given");
    }
    tn_buf out;
    tn_buf_init(&out, NULL);
    tn_status status = tn_args_has(args, OPT_ARTICLE_30)
                           ? tn_doc_put_article_30(&out, &doc)
                           : tn_doc_put(&out, &doc);
    free(modules);
    return tn_output_print(&out, status);
}

static int run(const tn_args *args)
{
    tn_page_format format;
    int code = read_format(args, &format);
    if (code != TN_EXIT_OK)
        return code;
    if (args->operand_count == 0)
        return tn_args_complain(args->command, "which files or directories?");
    tn_cli_policy policy;
    tn_cli_policy_init(&policy);
    code = tn_cli_policy_check(&policy, args->operands, args->operand_count, args,
                               OPT_PATH);
    if (code == TN_EXIT_FINDINGS)
        tn_cli_print_diags(&policy, stderr);
    if (code == TN_EXIT_OK)
        code = print(args, policy.model, format);
    tn_cli_policy_free(&policy);
    return code;
}

const tn_command tn_command_doc = {
    .name = "doc",
    .operands = "[--format md|html] [--article-30] [--path DIR]... FILE|DIR...",
    .summary = "print a policy as the document it came from",
    .help =
        "Prints the modules of the files given, section by section: of each category\n"
        "what is held, why, on what legal basis, where and for how long; what is left "
        "to\n"
        "another document as such, and what is overridden beside what it replaces.\n"
        "With a deployment among the files, where the copies are, and which outlive a\n"
        "deadline. Doc comments are printed as remarks. The HTML is one file, without "
        "scripts.\n"
        "--article-30 prints the record of processing activities instead; what the\n"
        "policy does not say is shown as missing.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

/* main: picks the command. */
#include "interp/base/nearest.h"
#include "interp/cli/cli.h"
#include "interp/cli/output.h"
#include "interp/store/sqlite.h"
#include "interp/tools/finding_help.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* As people come to them: a policy, what it says of records, what is done about it. */
static const tn_command *const commands[] = {
    &tn_command_init,  &tn_command_check,  &tn_command_fmt,     &tn_command_test,
    &tn_command_doc,   &tn_command_diff,   &tn_command_compile, &tn_command_disasm,
    &tn_command_cel,   &tn_command_eval,   &tn_command_explain, &tn_command_forecast,
    &tn_command_drift, &tn_command_grants, &tn_command_emit,    &tn_command_plan,
    &tn_command_apply, &tn_command_ledger, &tn_command_review,
};

static void print_overview(FILE *out)
{
    fputs(
        "usage: tenure COMMAND ...\n\n"
        "tenure decides by a policy, for each record a service holds: keep, delete or "
        "flag.\n\n",
        out);
    for (size_t i = 0; i < TN_COUNT(commands); i++)
        fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs(
        "  help       this page, a command's, or what a finding's code means\n\n"
        "'tenure COMMAND --help' tells more. Exit codes: 0 fine, 1 findings, 2 usage,\n"
        "3 a store or the system failed, 4 refused by a safety limit, 5 stopped.\n",
        out);
}

static const tn_command *find_command(const char *name)
{
    for (size_t i = 0; i < TN_COUNT(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int complain_unknown(const char *name, bool may_be_finding)
{
    tn_nearest nearest = tn_nearest_to(tn_str_from(name));
    for (size_t i = 0; i < TN_COUNT(commands); i++)
        tn_nearest_try(&nearest, tn_str_from(commands[i]->name));
    for (int i = 0; may_be_finding && i < TN_FINDING_COUNT; i++)
        tn_nearest_try(&nearest, tn_str_from(tn_finding_code((tn_finding)i)));
    fprintf(stderr, "tenure: there is no command%s '%s'",
            may_be_finding ? " or finding" : "", name);
    if (nearest.best.data != NULL)
        fprintf(stderr, "; did you mean '" TN_STR_FMT "'?", TN_STR_ARG(nearest.best));
    fputs("\nTry 'tenure help'.\n", stderr);
    return TN_EXIT_USAGE;
}

static int help_finding(tn_finding finding)
{
    tn_buf buf;
    tn_buf_init(&buf, NULL);
    tn_finding_help_put(&buf, finding);
    return tn_output_print(&buf, TN_OK);
}

/* `tenure help [COMMAND | CODE]` */
static int run_help(int argc, char **argv)
{
    if (argc == 0) {
        print_overview(stdout);
        return TN_EXIT_OK;
    }
    const tn_command *command = find_command(argv[0]);
    if (command != NULL)
        tn_args_help(command, stdout);
    for (int i = 0; i < TN_FINDING_COUNT; i++)
        if (strcmp(tn_finding_code((tn_finding)i), argv[0]) == 0) {
            fputs(command != NULL ? "\nAs a finding, " : "", stdout);
            return help_finding((tn_finding)i);
        }
    return command != NULL ? TN_EXIT_OK : complain_unknown(argv[0], true);
}

static bool asks_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int run_command(const tn_command *command, int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (asks_help(argv[i])) {
            tn_args_help(command, stdout);
            return TN_EXIT_OK;
        }
    tn_args args;
    int code = tn_args_parse(command, argc, argv, &args);
    if (code != TN_EXIT_OK)
        return code;
    code = command->run(&args);
    tn_args_free(&args);
    return code;
}

/* What could not be written is not done, even if all else went well; but whoever closes
 * a pipe has seen enough. */
static int finish(int code)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno == EPIPE)
        return code;
    return tn_cli_fail(TN_EXIT_FAILURE, "cannot write the output: %s", strerror(errno));
}

/* What is opened later must not become the standard output by taking its number: what
 * is closed is taken by a file that can be used for nothing. */
static void take_standard_files(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    take_standard_files();
    signal(SIGPIPE, SIG_IGN);
    tn_sqlite_tune();
    if (argc < 2) {
        print_overview(stderr);
        return TN_EXIT_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "help") == 0 || asks_help(name))
        return finish(run_help(argc - 2, argv + 2));
    if (strcmp(name, "--version") == 0) {
        puts("tenure " TENURE_VERSION);
        return finish(TN_EXIT_OK);
    }
    const tn_command *command = find_command(name);
    if (command == NULL)
        return complain_unknown(name, false);
    return finish(run_command(command, argc - 2, argv + 2));
}

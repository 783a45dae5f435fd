/* args: the command line, by one table a command.
 *
 * A command declares its options once; parsing, `--help`, the short usage after a
 * mistake and the shell completions all come from that row.
 *
 * Owns: the parsed arguments view argv. Fails: with TN_EXIT_USAGE, after saying on
 * standard error what is wrong and how the command is used. Threads: one. */
#ifndef TN_CLI_ARGS_H
#define TN_CLI_ARGS_H

#include "interp/base/str.h"
#include <stdio.h>

/* The exit codes, the same for every command. */
enum {
    TN_EXIT_OK = 0,
    TN_EXIT_FINDINGS = 1, /* errors in a policy, failed tests, drift */
    TN_EXIT_USAGE = 2,
    TN_EXIT_FAILURE = 3, /* a store or the system failed */
    TN_EXIT_REFUSED = 4, /* by a safety limit; nothing was done */
    TN_EXIT_STOPPED = 5  /* can be resumed */
};

typedef struct tn_option {
    const char *name;  /* "--at" */
    const char *value; /* what stands for its value in help, "T"; NULL: it takes none */
    bool repeats;      /* may be given more than once */
    const char *help;
} tn_option;

typedef struct tn_args tn_args;

typedef struct tn_command {
    const char *name;
    const char *operands; /* in the usage line: "FILE..." */
    const char *summary;  /* one line, for `tenure help` */
    const char *help;     /* paragraphs after the usage line */
    const tn_option *options;
    size_t option_count;
    int (*run)(const tn_args *args);
} tn_command;

typedef struct tn_arg {
    size_t option; /* number in the command's table */
    const char *value;
} tn_arg;

struct tn_args {
    const tn_command *command;
    tn_arg *given;
    size_t given_count;
    const char **operands;
    size_t operand_count;
};

/* Parses argv after the command's name. On success the caller frees with tn_args_free.
 */
TN_MUST_USE int tn_args_parse(const tn_command *command, int argc, char **argv,
                              tn_args *out);
void tn_args_free(tn_args *args);

bool tn_args_has(const tn_args *args, size_t option);
/* The value of an option, the last where it repeats; NULL: not given. */
const char *tn_args_value(const tn_args *args, size_t option);
/* Value number `index` of a repeated option; NULL beyond the last. */
const char *tn_args_value_at(const tn_args *args, size_t option, size_t index);

/* Reads an option that is a number in digits alone, from `least` to `most`; *out stays
 * as it is where the option is not given. An exit code, after saying what is wrong. */
TN_MUST_USE int tn_args_number(const tn_args *args, size_t option, uint64_t least,
                               uint64_t most, uint64_t *out);

/* `tenure NAME --help`. */
void tn_args_help(const tn_command *command, FILE *out);

/* Says on standard error what is wrong with the command line; returns TN_EXIT_USAGE. */
int tn_args_complain(const tn_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

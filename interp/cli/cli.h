/* cli: what the commands share: the list of them, a policy loaded from what the command
 * line names, and output that does not go wrong in silence.
 *
 * Threads: one. */
#ifndef TN_CLI_CLI_H
#define TN_CLI_CLI_H

#include "interp/check/check.h"
#include "interp/cli/args.h"
#include "interp/image/image.h"

extern const tn_command tn_command_apply;
extern const tn_command tn_command_cel;
extern const tn_command tn_command_check;
extern const tn_command tn_command_compile;
extern const tn_command tn_command_disasm;
extern const tn_command tn_command_diff;
extern const tn_command tn_command_doc;
extern const tn_command tn_command_eval;
extern const tn_command tn_command_explain;
extern const tn_command tn_command_fmt;
extern const tn_command tn_command_drift;
extern const tn_command tn_command_emit;
extern const tn_command tn_command_forecast;
extern const tn_command tn_command_init;
extern const tn_command tn_command_grants;
extern const tn_command tn_command_ledger;
extern const tn_command tn_command_plan;
extern const tn_command tn_command_review;
extern const tn_command tn_command_test;

/* A policy from source files or from a compiled image. */
typedef struct tn_cli_policy {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_model *model; /* NULL: read from an image */
    tn_buf bytes;    /* the image */
    tn_image image;
    bool has_image;
} tn_cli_policy;

void tn_cli_policy_init(tn_cli_policy *policy);
void tn_cli_policy_free(tn_cli_policy *policy);

/* Reads and checks source files or directories; findings stay in `diags`. `roots` are
 * the values of option `root_option` (SIZE_MAX: the command has none). Returns an exit
 * code: TN_EXIT_FINDINGS where there are errors. */
TN_MUST_USE int tn_cli_policy_check(tn_cli_policy *policy, const char *const *paths,
                                    size_t path_count, const tn_args *args,
                                    size_t root_option);

/* The same, then an image: compiled, or read where the one path is an image file.
 * Prints errors on standard error. */
TN_MUST_USE int tn_cli_policy_load(tn_cli_policy *policy, const char *const *paths,
                                   size_t path_count, const tn_args *args,
                                   size_t root_option);

/* Is the file one of the operands, or in a folder that is one? */
bool tn_cli_is_named(const tn_args *args, tn_str file);

/* Prints all findings, and how many there are, as people read them. */
void tn_cli_print_diags(const tn_cli_policy *policy, FILE *out);

/* Says on standard error "tenure: ..." and returns `code`. */
int tn_cli_fail(int code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For a call that failed for want of memory or the like. */
int tn_cli_fail_status(tn_status status);

/* Colour: on a terminal that has it (TERM is not dumb), unless NO_COLOR is set. */
bool tn_cli_has_color(FILE *out);

/* Writes all of `buf`; false, with errno, on an error. */
bool tn_cli_write(FILE *out, const tn_buf *buf);

/* Reads a file whole ("-": standard input) into `buf`; false, with errno, on an error.
 */
bool tn_cli_read(const char *path, tn_buf *buf);

/* Writes `bytes` beside `path` and renames, so that the file is never half of one; what
 * is no file (a pipe, /dev/null) is written to as it is. Returns an exit code, after
 * saying what went wrong. */
TN_MUST_USE int tn_cli_save(const char *path, const tn_buf *bytes);

/* The value of --at: RFC 3339, or "now", which reads the clock. Complains where it is
 * neither. */
TN_MUST_USE int tn_cli_instant(const tn_command *command, const char *text,
                               tn_instant *out);

#endif

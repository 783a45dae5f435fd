/* bind: an eval session bound as the command line says, for the commands that look at
 * records.
 *
 * Threads: one. */
#ifndef TN_CLI_BIND_H
#define TN_CLI_BIND_H

#include "interp/cli/cli.h"
#include "interp/eval/eval.h"

/* Numbers of the options in a command's table that binding reads; SIZE_MAX: it has no
 * such option. */
typedef struct tn_bind_options {
    size_t category;  /* --category NAME */
    size_t facts;     /* --facts ENTITY:KEYFIELD=FILE, ENTITY=none; repeats */
    size_t key;       /* --key ENTITY=FIELD; repeats */
    size_t format;    /* --format jsonl|csv */
    size_t placement; /* --placement WORD; repeats */
    size_t path;      /* --path DIR; repeats */
} tn_bind_options;

/* How a command line that names policies and perhaps records is meant. */
typedef struct tn_bind {
    const tn_args *args;
    const tn_bind_options *options;
    const char *const *policies;
    size_t policy_count;
    const char *records; /* a file or "-"; NULL: none is named */
} tn_bind;

/* Tells policies from records: the last operand names records when it is "-", or is
 * neither a directory nor called *.tenure or *.tenurec. */
void tn_bind_operands(tn_bind *bind, const tn_args *args,
                      const tn_bind_options *options);

/* Binds the deployment of the image, or the files that the options name. Returns an
 * exit code after saying what is wrong; *is_pipe: there is no deployment. */
TN_MUST_USE int tn_bind_session(const tn_bind *bind, tn_eval *eval, bool *is_pipe);

/* The number of the one category called `name`. An exit code, after saying what is
 * wrong. */
TN_MUST_USE int tn_bind_category(const tn_bind *bind, const tn_image *image,
                                 const char *name, uint32_t *out);

/* Binds what the deployment of the image has of a category, or of all (TN_NONE), in the
 * placements that the command line names, or in all. */
TN_MUST_USE int tn_bind_deployment(const tn_bind *bind, tn_eval *eval,
                                   uint32_t category);

/* Prints the session's problems and warnings, each once; the exit code for `status`. */
int tn_bind_report(tn_eval *eval, tn_status status);

/* getenv, for deployments. */
const char *tn_bind_env(const char *name);

#endif

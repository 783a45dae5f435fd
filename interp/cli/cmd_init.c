/* tenure init: a first policy and deployment for a store that is there. */
#include "interp/cli/cli.h"
#include "interp/syntax/ast_print.h"
#include "interp/syntax/parse.h"
#include "interp/tools/init.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_MODULE, OPT_DIR };

static const tn_option options[] = {
    {"--module", "NAME", false, "what the module is called; else after the store"},
    {"--dir", "DIR", false, "where the two files go; else into the current folder"},
};

/* One run: what is looked at, and what is written. */
typedef struct job {
    const tn_args *args;
    const tn_store_ops *ops;
    tn_str location;
    tn_init init;
    tn_arena arena;
    tn_buf why;
} job;

static int fail_store(job *j, tn_status status, const char *what)
{
    if (status == TN_NOMEM)
        return tn_cli_fail_status(status);
    return tn_cli_fail(TN_EXIT_FAILURE, "%s: " TN_STR_FMT, what,
                       TN_STR_ARG(tn_buf_view(&j->why)));
}

/* --- what the command line says */

static void list_kinds(tn_buf *out)
{
    for (size_t i = 0; tn_store_kinds[i] != NULL; i++) {
        tn_buf_put_text(out, i > 0 ? ", " : "");
        tn_buf_put_text(out, tn_store_kinds[i]->kind);
    }
}

static int find_kind(job *j)
{
    const char *kind = j->args->operands[0];
    j->init.kind = tn_str_from(kind);
    j->ops = tn_store_find(tn_store_kinds, j->init.kind);
    if (j->ops != NULL)
        return TN_EXIT_OK;
    list_kinds(&j->why);
    int code = tn_args_complain(j->args->command,
                                "there is no kind of store `%s`; there are " TN_STR_FMT,
                                kind, TN_STR_ARG(tn_buf_view(&j->why)));
    tn_buf_reset(&j->why);
    return code;
}

static int find_location(job *j)
{
    const char *const *operands = j->args->operands;
    j->init.is_env = j->args->operand_count == 3;
    if (!j->init.is_env) {
        j->location = j->init.where = tn_str_from(operands[1]);
        if (tn_str_equal(j->location, TN_STR("-")))
            return tn_args_complain(j->args->command,
                                    "a pipe can be read only once: give a file");
        return TN_EXIT_OK;
    }
    j->init.where = tn_str_from(operands[2]);
    const char *value = getenv(operands[2]);
    if (strcmp(operands[1], "env") != 0 || !tn_init_is_plain(j->init.where))
        return tn_args_complain(j->args->command,
                                "say where it is: a location, or env NAME");
    if (value == NULL)
        return tn_cli_fail(TN_EXIT_USAGE, "the environment variable %s is not set",
                           operands[2]);
    j->location = tn_str_from(value);
    return TN_EXIT_OK;
}

/* The last part of the path, without what is behind its first dot. */
static tn_str stem_of(tn_str path)
{
    while (path.len > 1 && path.data[path.len - 1] == '/')
        path.len--;
    size_t start = path.len;
    while (start > 0 && path.data[start - 1] != '/')
        start--;
    tn_str name = tn_str_slice(path, start, SIZE_MAX);
    size_t dot = tn_str_find(name, TN_STR("."));
    return dot == SIZE_MAX || dot == 0 ? name : tn_str_slice(name, 0, dot);
}

/* The module is called after the file; what no name has becomes `_`. */
static int find_module(job *j)
{
    const char *given = tn_args_value(j->args, OPT_MODULE);
    tn_str stem = given != NULL    ? tn_str_from(given)
                  : j->init.is_env ? j->init.kind
                                   : stem_of(j->location);
    tn_buf name;
    tn_buf_init(&name, NULL);
    for (size_t i = 0; given == NULL && i < stem.len; i++) {
        char c = stem.data[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        bool fits = (c >= 'a' && c <= 'z') || (i > 0 && c >= '0' && c <= '9');
        tn_buf_put_char(&name, fits ? c : '_');
    }
    if (given != NULL)
        tn_buf_put(&name, stem);
    else if (!tn_init_is_plain(tn_buf_view(&name)))
        tn_buf_put_text(&name, "_data");
    j->init.module = tn_arena_copy(&j->arena, tn_buf_view(&name));
    tn_buf_free(&name);
    if (j->init.module.data == NULL)
        return tn_cli_fail_status(TN_NOMEM);
    if (tn_init_is_plain(j->init.module))
        return TN_EXIT_OK;
    return tn_args_complain(j->args->command,
                            "--module " TN_STR_FMT
                            " is no name: letters, digits and _, "
                            "and no word of the language",
                            TN_STR_ARG(j->init.module));
}

/* --- the survey */

/* A location that is one file lists nothing: the file is the object. */
static tn_status list_objects(job *j, tn_store *store, const tn_str **names,
                              uint32_t *count)
{
    TN_TRY(store->ops->list(store, &j->arena, names, count, &j->why));
    if (*count > 0 || (j->ops->capabilities & TN_STORE_FILE) == 0)
        return TN_OK;
    tn_str *one = tn_arena_take(&j->arena, sizeof(*one));
    if (one == NULL)
        return TN_NOMEM;
    *one = stem_of(j->location);
    *names = one;
    *count = 1;
    return TN_OK;
}

static tn_status survey(job *j, tn_store *store)
{
    const tn_str *names;
    uint32_t count;
    TN_TRY(list_objects(j, store, &names, &count));
    tn_survey *surveys = tn_arena_take_array(&j->arena, count, sizeof(*surveys));
    if (surveys == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(tn_survey_object(store, names[i], &j->arena, &surveys[i], &j->why));
    j->init.surveys = surveys;
    j->init.count = count;
    return TN_OK;
}

static int look(job *j)
{
    const tn_store_config config = {j->location, NULL, NULL};
    tn_store *store;
    tn_status status = j->ops->open(&config, &store, &j->why);
    if (status != TN_OK)
        return fail_store(j, status, "cannot open the store");
    status = survey(j, store);
    store->ops->close(store);
    if (status != TN_OK)
        return fail_store(j, status, "cannot look at the store");
    if (j->init.count == 1 && (j->ops->capabilities & TN_STORE_FILE) != 0 &&
        tn_init_is_unusable(&j->init.surveys[0]))
        return tn_cli_fail(TN_EXIT_FAILURE,
                           "no column of the file can be a field: its first line "
                           "should be their names, with commas between them");
    if (j->init.count > 0)
        return TN_EXIT_OK;
    return tn_cli_fail(TN_EXIT_FAILURE, "there is nothing in the store yet");
}

/* --- writing */

/* `text` in the one canonical layout. */
static tn_status lay_out(tn_buf *text)
{
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_sources_init(&sources, NULL);
    tn_arena_init(&arena, NULL);
    tn_diags_init(&diags, NULL);
    tn_buf formatted;
    tn_buf_init(&formatted, NULL);
    uint32_t number;
    tn_file *file = NULL;
    tn_status status =
        tn_sources_add(&sources, TN_STR("init"), tn_buf_view(text), &diags, &number);
    if (status == TN_OK)
        status = tn_parse_file(&sources, number, &arena, &diags, &file);
    if (status == TN_OK)
        status = tn_format(&sources, file, &formatted);
    if (status == TN_OK) {
        tn_buf_reset(text);
        tn_buf_put(text, tn_buf_view(&formatted));
        status = tn_buf_status(text);
    }
    tn_buf_free(&formatted);
    tn_diags_free(&diags);
    tn_arena_free(&arena);
    tn_sources_free(&sources);
    return status;
}

/* DIR/MODULE[_live].tenure, with a NUL. */
static void put_path(const job *j, const char *ending, tn_buf *path)
{
    const char *folder = tn_args_value(j->args, OPT_DIR);
    tn_buf_put_text(path, folder == NULL ? "" : folder);
    tn_buf_put_text(path, folder == NULL ? "" : "/");
    tn_buf_put(path, j->init.module);
    tn_buf_put_text(path, ending);
    tn_buf_put_text(path, ".tenure");
    tn_buf_put_char(path, '\0');
}

/* Never over a file that is there, whoever is quicker. */
static int write_new(const char *path, const tn_buf *text)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file < 0)
        return tn_cli_fail(TN_EXIT_REFUSED, "%s is not written: %s", path,
                           strerror(errno));
    FILE *out = fdopen(file, "wb");
    bool good = out != NULL && tn_cli_write(out, text);
    int error = errno;
    if (out == NULL)
        close(file);
    else if (fclose(out) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good) {
        printf("%s\n", path);
        return TN_EXIT_OK;
    }
    unlink(path);
    return tn_cli_fail(TN_EXIT_FAILURE, "cannot write %s: %s", path, strerror(error));
}

/* Both or none: what could not be written is not half there. */
static int write_both(const tn_buf *paths, const tn_buf *texts)
{
    for (int i = 0; i < 2; i++)
        if (access(paths[i].data, F_OK) == 0)
            return tn_cli_fail(TN_EXIT_REFUSED,
                               "%s is there already, and is not written over",
                               paths[i].data);
    int code = write_new(paths[0].data, &texts[0]);
    if (code == TN_EXIT_OK)
        code = write_new(paths[1].data, &texts[1]);
    else
        return code;
    if (code != TN_EXIT_OK)
        unlink(paths[0].data);
    return code;
}

static int write_all(const job *j)
{
    tn_buf texts[2], paths[2];
    for (int i = 0; i < 2; i++) {
        tn_buf_init(&texts[i], NULL);
        tn_buf_init(&paths[i], NULL);
        put_path(j, i == 0 ? "" : "_live", &paths[i]);
    }
    tn_init_module(&texts[0], &j->init);
    tn_init_deployment(&texts[1], &j->init);
    tn_status status = tn_buf_status(&texts[0]);
    for (int i = 0; i < 2 && status == TN_OK; i++)
        status = paths[i].failed || texts[i].failed ? TN_NOMEM : lay_out(&texts[i]);
    int code = status == TN_OK ? write_both(paths, texts) : tn_cli_fail_status(status);
    for (int i = 0; i < 2; i++) {
        tn_buf_free(&texts[i]);
        tn_buf_free(&paths[i]);
    }
    if (code == TN_EXIT_OK)
        puts("Read them, then let `tenure check` list what is open.");
    return code;
}

static int run(const tn_args *args)
{
    if (args->operand_count < 2 || args->operand_count > 3)
        return tn_args_complain(args->command, "which kind of store, and where is it?");
    job j = {.args = args};
    tn_arena_init(&j.arena, NULL);
    tn_buf_init(&j.why, NULL);
    int code = find_kind(&j);
    if (code == TN_EXIT_OK)
        code = find_location(&j);
    if (code == TN_EXIT_OK)
        code = find_module(&j);
    if (code == TN_EXIT_OK)
        code = look(&j);
    if (code == TN_EXIT_OK)
        code = write_all(&j);
    tn_buf_free(&j.why);
    tn_arena_free(&j.arena);
    return code;
}

const tn_command tn_command_init = {
    .name = "init",
    .operands = "KIND LOCATION|env NAME [--module NAME] [--dir DIR]",
    .summary = "write a first policy and deployment for a store that is there",
    .help =
        "Looks at a store (sqlite, csv, jsonl, ...) and writes NAME.tenure, a policy "
        "with\n"
        "a category for each table or file, and NAME_live.tenure, its deployment. "
        "Types\n"
        "and encodings come from declarations and a sample of rows; what is probably\n"
        "personal data, and when a record was made, is marked as a guess. Purpose, "
        "basis\n"
        "and how long are left open, and `tenure check` lists them. Reads only; never\n"
        "writes over a file (exit 4). A secret location comes from the environment.",
    .options = options,
    .option_count = TN_COUNT(options),
    .run = run,
};

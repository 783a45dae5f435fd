#include "interp/cli/evidence.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static void put_beside(tn_buf *out, const char *deployment)
{
    struct stat about;
    tn_str name = tn_str_from(deployment);
    if (stat(deployment, &about) == 0 && S_ISDIR(about.st_mode)) {
        tn_buf_put(out, name);
        tn_buf_put_text(out, "/tenure");
    } else if (tn_str_ends(name, TN_STR(".tenure"))) {
        tn_buf_put(out, tn_str_slice(name, 0, name.len - strlen(".tenure")));
    } else if (tn_str_ends(name, TN_STR(".tenurec"))) {
        tn_buf_put(out, tn_str_slice(name, 0, name.len - strlen(".tenurec")));
    } else {
        tn_buf_put(out, name);
    }
    tn_buf_put_text(out, ".ledger");
}

/* The only ledger in this directory. */
static bool put_found(tn_buf *out)
{
    glob_t found;
    bool is_one = glob("*.ledger", 0, NULL, &found) == 0 && found.gl_pathc == 1;
    if (is_one)
        tn_buf_put_text(out, found.gl_pathv[0]);
    globfree(&found);
    return is_one;
}

static bool put_ledger_path(tn_evidence_files *files, const tn_args *args,
                            size_t option, const char *beside)
{
    const char *given = tn_args_value(args, option);
    if (given == NULL)
        given = getenv("TENURE_LEDGER");
    if (given != NULL && *given != '\0')
        tn_buf_put_text(&files->ledger_path, given);
    else if (beside != NULL)
        put_beside(&files->ledger_path, beside);
    else
        return put_found(&files->ledger_path);
    return true;
}

int tn_evidence_init(tn_evidence_files *files, const tn_args *args, size_t option,
                     const char *beside)
{
    *files = (tn_evidence_files){.ledger = NULL};
    tn_buf_init(&files->ledger_path, NULL);
    tn_buf_init(&files->key_path, NULL);
    tn_buf_init(&files->why, NULL);
    if (!put_ledger_path(files, args, option, beside))
        return tn_args_complain(args->command, "which ledger? --ledger FILE");
    const char *key = getenv("TENURE_LEDGER_KEY");
    if (key != NULL && *key != '\0') {
        tn_buf_put_text(&files->key_path, key);
    } else {
        tn_buf_put(&files->key_path, tn_buf_view(&files->ledger_path));
        tn_buf_put_text(&files->key_path, ".key");
    }
    tn_buf_put_char(&files->ledger_path, '\0');
    tn_buf_put_char(&files->key_path, '\0');
    if (files->ledger_path.failed || files->key_path.failed)
        return tn_cli_fail_status(TN_NOMEM);
    return TN_EXIT_OK;
}

void tn_evidence_free(tn_evidence_files *files)
{
    tn_reviews_close(files->reviews);
    tn_ledger_close(files->ledger);
    tn_buf_free(&files->ledger_path);
    tn_buf_free(&files->key_path);
    tn_buf_free(&files->why);
}

int tn_evidence_fail(tn_evidence_files *files, tn_status status)
{
    int code = TN_EXIT_FAILURE;
    if (status == TN_REFUSED)
        code = TN_EXIT_REFUSED;
    else if (status == TN_STOPPED)
        code = TN_EXIT_STOPPED;
    else if (status == TN_INVALID || status == TN_NOT_FOUND)
        code = TN_EXIT_FINDINGS;
    if (files->why.len == 0)
        return tn_cli_fail(code, "%s", tn_status_text(status));
    return tn_cli_fail(code, TN_STR_FMT, TN_STR_ARG(tn_buf_view(&files->why)));
}

int tn_evidence_key(tn_evidence_files *files, bool make)
{
    tn_status status =
        tn_secret_load(files->key_path.data, make, &files->secret, &files->why);
    return status == TN_OK ? TN_EXIT_OK : tn_evidence_fail(files, status);
}

tn_instant tn_evidence_now(void)
{
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_REALTIME, &now);
    return (tn_instant){now.tv_sec, (uint32_t)now.tv_nsec};
}

int tn_evidence_write(tn_evidence_files *files)
{
    tn_status status = tn_ledger_write(files->ledger_path.data, &files->secret,
                                       tn_evidence_now(), &files->why, &files->ledger);
    return status == TN_OK ? TN_EXIT_OK : tn_evidence_fail(files, status);
}

int tn_evidence_read(tn_evidence_files *files, bool optional)
{
    tn_status status =
        tn_ledger_open(files->ledger_path.data, &files->why, &files->ledger);
    if (status == TN_NOT_FOUND && optional) {
        tn_buf_reset(&files->why);
        return TN_EXIT_OK;
    }
    return status == TN_OK ? TN_EXIT_OK : tn_evidence_fail(files, status);
}

int tn_evidence_reviews(tn_evidence_files *files, bool make)
{
    tn_buf path;
    tn_buf_init(&path, NULL);
    tn_buf_put_text(&path, files->ledger_path.data);
    tn_buf_put_text(&path, ".reviews");
    tn_buf_put_char(&path, '\0');
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_reviews_open(path.data, make, &files->why, &files->reviews);
    tn_buf_free(&path);
    if (status == TN_NOT_FOUND && !make) {
        tn_buf_reset(&files->why);
        return TN_EXIT_OK;
    }
    return status == TN_OK ? TN_EXIT_OK : tn_evidence_fail(files, status);
}

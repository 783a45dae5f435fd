/* support: a folder of its own for each test, and ledgers in it.
 * Owns: the folder, until tear_down. Fails: by failing the test. Threads: one. */
#ifndef TN_TEST_APPLY_SUPPORT_H
#define TN_TEST_APPLY_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "interp/apply/ledger.h"

typedef struct folder {
    char path[64];
    char name[16][128]; /* of what at() gave last */
    unsigned next;
    tn_buf why;
    tn_secret secret;
} folder;

static inline const char *at(folder *f, const char *file)
{
    char *name = f->name[f->next++ % 16];
    strcpy(name, f->path);
    strcat(name, "/");
    strncat(name, file, sizeof(f->name[0]) - sizeof(f->path) - 2);
    return name;
}

static inline void set_up(folder *f)
{
    memset(f, 0, sizeof(*f));
    strcpy(f->path, access("/dev/shm", W_OK) == 0 ? "/dev/shm/tenure-test-XXXXXX"
                                                  : "/tmp/tenure-test-XXXXXX");
    if (mkdtemp(f->path) == NULL)
        fail_msg("no temporary folder");
    tn_buf_init(&f->why, NULL);
    if (tn_secret_load(at(f, "ledger.key"), true, &f->secret, &f->why) != TN_OK)
        fail_msg("no key");
}

static inline void tear_down(folder *f)
{
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", f->path);
    if (system(command) != 0)
        fail_msg("the temporary folder stays");
    tn_buf_free(&f->why);
}

static inline const char *why(folder *f)
{
    tn_buf_put_char(&f->why, '\0');
    return f->why.data == NULL ? "" : f->why.data;
}

#define assert_ok(f, call)                                                             \
    do {                                                                               \
        tn_status status_ = (call);                                                    \
        if (status_ != TN_OK)                                                          \
            fail_msg("%s: %s: %s", #call, tn_status_text(status_), why(f));            \
    } while (0)

static inline void copy_file(const char *from, const char *to)
{
    char command[512];
    snprintf(command, sizeof(command), "cp %s %s", from, to);
    if (system(command) != 0)
        fail_msg("%s cannot be copied", from);
}

/* Runs SQL on a file, as anybody could. */
static inline void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *error = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK)
        fail_msg("%s cannot be opened", path);
    if (sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(db);
}

/* The first column of the first row, as a number. */
static inline long long ask_number(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *query = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    long long number =
        sqlite3_step(query) == SQLITE_ROW ? sqlite3_column_int64(query, 0) : -1;
    sqlite3_finalize(query);
    sqlite3_close(db);
    return number;
}

#endif

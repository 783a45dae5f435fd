/* support: what the tests of the stores share: files in a folder of their own, and rows
 * of a scan as one text. */
#ifndef TN_TESTS_STORE_SUPPORT_H
#define TN_TESTS_STORE_SUPPORT_H

#include "interp/store/key.h"
#include "interp/store/store.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A new folder below $BUILD (or build); its path lives as long as the test. */
static inline const char *new_folder(void)
{
    static char path[256];
    const char *build = getenv("BUILD");
    snprintf(path, sizeof(path), "%s/tests", build == NULL ? "build" : build);
    mkdir(build == NULL ? "build" : build, 0777);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "%s/tests/storeXXXXXX",
             build == NULL ? "build" : build);
    assert_non_null(mkdtemp(path));
    return path;
}

static inline void remove_folder(const char *folder)
{
    char command[300];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static inline const char *path_in(const char *folder, const char *name)
{
    static char path[512];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static inline void write_file(const char *path, const void *data, size_t len)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static inline void put_value(tn_buf *buf, const tn_value *value)
{
    if (value->kind == TN_KIND_STRING)
        tn_buf_put_json(buf, value->as.text);
    else if (value->kind == TN_KIND_MAP)
        tn_buf_put_text(buf, "{...}");
    else if (value->kind == TN_KIND_UNREADABLE)
        tn_buf_put_text(buf, "?");
    else
        tn_key_put(buf, value);
}

static inline void put_row(tn_buf *buf, tn_scan *scan, const tn_store_row *row,
                           uint32_t column_count)
{
    tn_value key;
    if (tn_store_key(scan, row, &key) != TN_OK)
        buf->failed = true;
    put_value(buf, &key);
    tn_buf_put_char(buf, ':');
    if (row->problem != NULL)
        tn_buf_put_format(buf, " %s", row->problem);
    for (uint32_t i = 0; row->problem == NULL && i < column_count; i++) {
        tn_buf_put_char(buf, ' ');
        put_value(buf, &row->values[i]);
    }
    for (uint32_t i = 0; i < row->undeclared_count; i++) {
        tn_buf_put_text(buf, " +");
        tn_buf_put(buf, scan->ops->undeclared_name(scan, row->undeclared[i]));
    }
    tn_buf_put_char(buf, '\n');
}

/* All rows, a line each; a failure is the last line. */
static inline tn_status put_scan(tn_buf *buf, tn_store *store,
                                 const tn_scan_request *request, tn_buf *why)
{
    tn_scan *scan = NULL;
    tn_store_rows rows;
    tn_status status = store->ops->scan(store, request, &scan, why);
    if (status != TN_OK)
        return status;
    for (;;) {
        status = store->ops->next(scan, &rows, why);
        if (status != TN_OK || rows.count == 0)
            break;
        for (uint32_t i = 0; i < rows.count; i++)
            put_row(buf, scan, &rows.list[i], request->column_count);
    }
    store->ops->scan_close(scan);
    return status;
}

/* Opens a store, scans an object for columns ("*x" is declared but not wanted) and
 * gives what put_scan gives; or the status and the reason. `memory` may be NULL. */
static inline tn_status try_scan(const tn_store_ops *ops, const tn_store_config *config,
                                 const char *object, const char *const *columns,
                                 tn_buf *out)
{
    tn_scan_column list[16];
    uint32_t count = 0;
    for (; columns[count] != NULL; count++)
        list[count] =

            (tn_scan_column){tn_str_from(columns[count] + (columns[count][0] == '*')),
                             columns[count][0] != '*', false};
    tn_scan_request request = {.object = tn_str_from(object),
                               .columns = list,
                               .column_count = count,
                               .wants_undeclared = true};
    tn_store *store = NULL;
    tn_buf why;
    tn_buf_init(&why, NULL);
    tn_status status = ops->open(config, &store, &why);
    if (status == TN_OK)
        status = put_scan(out, store, &request, &why);
    if (store != NULL)
        ops->close(store);
    if (status != TN_OK) {
        tn_buf_put_text(out, "! ");
        tn_buf_put(out, tn_buf_view(&why));
        tn_buf_put_char(out, '\n');
    }
    tn_buf_free(&why);
    return status;
}

static inline void assert_text(const tn_buf *buf, const char *expected)
{
    char *text = calloc(1, buf->len + 1);
    assert_non_null(text);
    if (buf->len > 0)
        memcpy(text, buf->data, buf->len);
    assert_string_equal(text, expected);
    free(text);
}

static inline void assert_scan(const tn_store_ops *ops, const char *location,
                               const char *object, const char *const *columns,
                               const char *expected)
{
    tn_buf out;
    tn_buf_init(&out, NULL);
    tn_store_config config = {tn_str_from(location), NULL, NULL};
    (void)try_scan(ops, &config, object, columns, &out);
    assert_text(&out, expected);
    tn_buf_free(&out);
}

#define COLUMNS(...)                                                                   \
    (const char *const[])                                                              \
    {                                                                                  \
        __VA_ARGS__, NULL                                                              \
    }

#endif

/* Mistakes that people make, and the whole of what is said about them: each
 * tests/golden/syntax/NAME.tenure has its messages beside it in NAME.err.
 *
 * TENURE_GOLDEN=write writes the .err files instead, for a person to read the change.
 */
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "interp/syntax/parse.h"
#include "interp/syntax/report.h"

#define FOLDER "tests/golden/syntax"
enum { NAMES_MAX = 400, PATH_LEN = 256 };

static void read_file(tn_buf *buf, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return;
    char step[4096];
    for (size_t got; (got = fread(step, 1, sizeof(step), file)) > 0;)
        tn_buf_put(buf, (tn_str){step, got});
    fclose(file);
}

static void report_file(tn_buf *out, const char *path)
{
    tn_sources sources;
    tn_sources_init(&sources, NULL);
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_diags diags;
    tn_diags_init(&diags, NULL);
    uint32_t source;
    tn_file *file;
    tn_status status = tn_sources_read(&sources, tn_str_from(path), &diags, &source);
    if (status == TN_OK)
        status = tn_parse_file(&sources, source, &arena, &diags, &file);
    assert_true(status == TN_INVALID || status == TN_LIMIT);
    for (size_t i = 0; i < diags.count; i++)
        tn_report_diag(out, &sources, &diags.list[i], false);
    tn_report_summary(out, &diags);
    tn_diags_free(&diags);
    tn_arena_free(&arena);
    tn_sources_free(&sources);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t list_names(char *names[NAMES_MAX])
{
    size_t count = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t len = strlen(entry->d_name);
        if (len <= 7 || strcmp(entry->d_name + len - 7, ".tenure") != 0)
            continue;
        assert_true(count < NAMES_MAX);
        names[count] = calloc(1, len + 1);
        memcpy(names[count++], entry->d_name, len - 7);
    }
    closedir(folder);
    qsort(names, count, sizeof(names[0]), by_name);
    return count;
}

static int check_name(const char *name)
{
    char policy[PATH_LEN], expected[PATH_LEN];
    snprintf(policy, sizeof(policy), FOLDER "/%s.tenure", name);
    snprintf(expected, sizeof(expected), FOLDER "/%s.err", name);
    tn_buf now, before;
    tn_buf_init(&now, NULL);
    tn_buf_init(&before, NULL);
    report_file(&now, policy);
    read_file(&before, expected);
    const char *mode = getenv("TENURE_GOLDEN");
    bool same = tn_str_equal(tn_buf_view(&now), tn_buf_view(&before));
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(expected, "wb");
        assert_non_null(file);
        fwrite(now.data, 1, now.len, file);
        fclose(file);
    } else if (!same) {
        print_error("%s: expected\n%.*s\nbut it says\n%.*s\n", policy, (int)before.len,
                    before.data, (int)now.len, now.data);
    }
    tn_buf_free(&now);
    tn_buf_free(&before);
    return !same && (mode == NULL || strcmp(mode, "write") != 0);
}

static void test_golden__messages_are_whole(void **state)
{
    (void)state;
    char *names[NAMES_MAX];
    size_t count = list_names(names);
    assert_true(count > 50);
    int wrong = 0;
    for (size_t i = 0; i < count; i++) {
        wrong += check_name(names[i]);
        free(names[i]);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden__messages_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* load: which files are read, and where modules are looked for. */
#include "tests/support/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

typedef struct folder {
    char root[64];
    char before[4096]; /* the working folder */
} folder;

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* A folder with documents/law/base.tenure, documents/ours/{m,n}.tenure and flat.tenure,
 * which becomes the working folder. */
static int set_up(void **state)
{
    static folder f;
    strcpy(f.root, "/tmp/tenure-load-XXXXXX");
    if (mkdtemp(f.root) == NULL || getcwd(f.before, sizeof(f.before)) == NULL ||
        chdir(f.root) != 0)
        return -1;
    mkdir("documents", 0700);
    mkdir("documents/law", 0700);
    mkdir("documents/ours", 0700);
    mkdir("empty", 0700);
    write_file("documents/law/base.tenure", "module law.base\nimport std.gdpr\n");
    write_file("documents/ours/m.tenure", "module ours.m\nextends law.base\n");
    write_file("documents/ours/n.tenure", "module ours.n\nimport ours.m\n");
    write_file("documents/ours/.hidden.tenure", "not a policy");
    write_file("documents/ours/notes.txt", "not a policy");
    write_file("flat.tenure", "module some.where.flat\nimport documents.other\n");
    write_file("documents/other.tenure", "module documents.other\n");
    write_file("lies.tenure", "module truth\nimport law.wrong\n");
    write_file("documents/law/wrong.tenure", "module law.right\n");
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    const folder *f = *state;
    static const char *const files[] = {"documents/law/base.tenure",
                                        "documents/ours/m.tenure",
                                        "documents/ours/n.tenure",
                                        "documents/ours/.hidden.tenure",
                                        "documents/ours/notes.txt",
                                        "documents/other.tenure",
                                        "documents/law/wrong.tenure",
                                        "flat.tenure",
                                        "lies.tenure"};
    static const char *const folders[] = {"documents/law", "documents/ours",
                                          "documents", "empty"};
    if (chdir(f->root) != 0)
        return -1;
    for (size_t i = 0; i < TN_COUNT(files); i++)
        unlink(files[i]);
    for (size_t i = 0; i < TN_COUNT(folders); i++)
        rmdir(folders[i]);
    return chdir(f->before) != 0 || rmdir(f->root) != 0 ? -1 : 0;
}

/* Checks paths; the findings, then the names of the modules, as words. */
static const char *load(test_model *m, const char *const *paths, const char *root)
{
    tn_str texts[8];
    tn_str roots[1] = {tn_str_from(root)};
    tn_check_input input = {.paths = texts, .roots = roots, .root_count = root != NULL};
    for (; paths[input.path_count] != NULL; input.path_count++)
        texts[input.path_count] = tn_str_from(paths[input.path_count]);
    *m = (test_model){.model = NULL};
    tn_sources_init(&m->sources, NULL);
    tn_arena_init(&m->arena, NULL);
    tn_diags_init(&m->diags, NULL);
    tn_strings_init(&m->strings, NULL);
    tn_cel_builder_init(&m->code, &m->strings, NULL);
    const tn_check_into into = {&m->sources, &m->arena, &m->code, &m->diags};
    (void)!tn_check(&input, &into, &m->model);
    test_model_findings(m);
    for (uint32_t i = 0; m->model != NULL && i < m->model->modules.count; i++) {
        size_t len = strlen(m->text);
        snprintf(m->text + len, sizeof(m->text) - len, "%s" TN_STR_FMT,
                 len > 0 ? " " : "", TN_STR_ARG(m->model->modules.rows[i].name));
    }
    return m->text;
}

#define PATHS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_load__a_folder_is_all_its_policies(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m, PATHS("documents/ours"), NULL),
                        "std.gdpr law.base ours.m ours.n");
    test_model_free(&m);
}

static void
test_load__parents_are_found_below_the_root_that_a_name_implies(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m, PATHS("documents/ours/m.tenure"), NULL),
                        "std.gdpr law.base ours.m");
    assert_true(
        tn_str_equal(m.sources.list[1].name, TN_STR("documents/law/base.tenure")));
    test_model_free(&m);
}

static void test_load__from_within_the_folder_as_well(void **state)
{
    const folder *f = *state;
    test_model m;
    assert_int_equal(chdir("documents/ours"), 0);
    assert_string_equal(load(&m, PATHS("m.tenure"), NULL), "std.gdpr law.base ours.m");
    test_model_free(&m);
    assert_string_equal(load(&m, PATHS("."), NULL), "std.gdpr law.base ours.m ours.n");
    test_model_free(&m);
    assert_int_equal(chdir(f->root), 0);
}

static void test_load__a_file_elsewhere_looks_in_its_own_folder(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m, PATHS("flat.tenure"), NULL),
                        "documents.other some.where.flat");
    test_model_free(&m);
}

static void test_load__roots_come_last(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m, PATHS("lies.tenure"), NULL), "unknown-module truth");
    test_model_free(&m);
    assert_string_equal(load(&m, PATHS("lies.tenure"), "documents"),
                        "unknown-module truth law.right");
    test_model_free(&m);
}

static void test_load__each_file_is_read_once(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m,
                             PATHS("documents/ours/m.tenure", "documents/ours",
                                   "./documents/../documents/ours/m.tenure"),
                             NULL),
                        "std.gdpr law.base ours.m ours.n");
    test_model_free(&m);
}

static void test_load__what_is_not_there_is_said(void **state)
{
    (void)state;
    test_model m;
    assert_string_equal(load(&m, PATHS("nothing.tenure"), NULL), "file");
    test_model_free(&m);
    assert_string_equal(load(&m, PATHS("empty"), NULL), "file");
    test_model_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load__a_folder_is_all_its_policies),
        cmocka_unit_test(
            test_load__parents_are_found_below_the_root_that_a_name_implies),
        cmocka_unit_test(test_load__from_within_the_folder_as_well),
        cmocka_unit_test(test_load__a_file_elsewhere_looks_in_its_own_folder),
        cmocka_unit_test(test_load__roots_come_last),
        cmocka_unit_test(test_load__each_file_is_read_once),
        cmocka_unit_test(test_load__what_is_not_there_is_said),
    };
    return cmocka_run_group_tests_name("check/load", tests, set_up, tear_down);
}

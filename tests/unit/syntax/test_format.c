/* fmt: one layout, the same tree, every comment, and nothing left to do the second
 * time. */
#include "tests/support/generate.h"
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>

#include "interp/syntax/ast_equal.h"
#include "interp/syntax/ast_print.h"

static tn_status format(const test_tree *tree, tn_buf *out)
{
    tn_buf_init(out, NULL);
    return tn_format(&tree->sources, tree->file, out);
}

/* A comment may lose a slash, and blanks at its end. */
static tn_str words_of(const test_tree *tree, size_t index)
{
    tn_str text = tn_source_slice(&tree->sources, tree->file->comments[index].at);
    while (text.len > 0 && text.data[0] == '/')
        text = tn_str_slice(text, 1, SIZE_MAX);
    return text;
}

static void check_comments(const test_tree *a, const test_tree *b, const char *what)
{
    if (a->file->comment_count != b->file->comment_count)
        fail_msg("%s: %zu comments become %zu", what, a->file->comment_count,
                 b->file->comment_count);
    for (size_t i = 0; i < a->file->comment_count; i++)
        if (!tn_str_equal(words_of(a, i), words_of(b, i)))
            fail_msg("%s: comment %zu is another", what, i);
}

/* The properties, of one text; `what` is named when they fail. */
static void check_text(tn_str text, const char *what)
{
    test_tree first, second;
    tn_buf once, twice;
    test_tree_file(&first, text, NULL);
    if (first.status != TN_OK)
        fail_msg("%s: %s\n%.*s", what, test_tree_report(&first), (int)text.len,
                 text.data);
    assert_int_equal(format(&first, &once), TN_OK);
    test_tree_file(&second, tn_buf_view(&once), NULL);
    if (second.status != TN_OK)
        fail_msg("%s: formatted, %s\n%.*s", what, test_tree_report(&second),
                 (int)text.len, text.data);
    if (!tn_ast_equal(first.file, second.file))
        fail_msg("%s: another tree\n%.*s\n----\n%.*s", what, (int)text.len, text.data,
                 (int)once.len, once.data);
    check_comments(&first, &second, what);
    assert_int_equal(format(&second, &twice), TN_OK);
    if (!tn_str_equal(tn_buf_view(&once), tn_buf_view(&twice)))
        fail_msg("%s: changes again\n%.*s\n----\n%.*s\n----\n%.*s", what, (int)text.len,
                 text.data, (int)once.len, once.data, (int)twice.len, twice.data);
    tn_buf_free(&once);
    tn_buf_free(&twice);
    test_tree_free(&first);
    test_tree_free(&second);
}

static void test_format__generated_files_keep_their_tree(void **state)
{
    (void)state;
    const char *seeds = getenv("TENURE_SEEDS");
    uint64_t count = seeds == NULL ? 2000 : strtoull(seeds, NULL, 10);
    for (uint64_t seed = 0; seed < count; seed++) {
        tn_buf text;
        char what[32];
        tn_buf_init(&text, NULL);
        test_generate_file(&text, seed);
        snprintf(what, sizeof(what), "seed %d", (int)seed);
        check_text(tn_buf_view(&text), what);
        tn_buf_free(&text);
    }
}

/* --- files */

static void read_path(tn_buf *buf, const char *path)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char step[4096];
    tn_buf_init(buf, NULL);
    for (size_t got; (got = fread(step, 1, sizeof(step), file)) > 0;)
        tn_buf_put(buf, (tn_str){step, got});
    fclose(file);
}

typedef void each_file(const char *path);

/* Calls `each` for the .tenure files in a folder and one level below. */
static int walk(const char *folder, each_file *each, int depth)
{
    int count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char path[512];
        size_t len = strlen(entry->d_name);
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (len > 7 && strcmp(entry->d_name + len - 7, ".tenure") == 0) {
            each(path);
            count++;
        } else if (depth > 0 && entry->d_name[0] != '.' &&
                   strchr(entry->d_name, '.') == NULL) {
            count += walk(path, each, depth - 1);
        }
    }
    closedir(dir);
    return count;
}

static void check_path(const char *path)
{
    tn_buf text;
    read_path(&text, path);
    check_text(tn_buf_view(&text), path);
    tn_buf_free(&text);
}

static void test_format__policies_keep_their_tree(void **state)
{
    (void)state;
    assert_true(walk("policies", check_path, 1) > 0);
    assert_true(walk("stdlib", check_path, 0) > 0);
}

static void check_layout(const char *path)
{
    tn_buf text, now;
    test_tree tree;
    read_path(&text, path);
    test_tree_file(&tree, tn_buf_view(&text), NULL);
    assert_int_equal(format(&tree, &now), TN_OK);
    if (!tn_str_equal(tn_buf_view(&text), tn_buf_view(&now)))
        fail_msg("%s is not laid out; run tenure fmt on it", path);
    tn_buf_free(&text);
    tn_buf_free(&now);
    test_tree_free(&tree);
}

static void test_format__policies_of_the_project_are_laid_out(void **state)
{
    (void)state;
    walk("policies", check_layout, 1);
    walk("stdlib", check_layout, 0);
}

/* NAME.tenure and what fmt makes of it, NAME.out. */
static void check_golden(const char *path)
{
    check_path(path);
    char expected[512];
    snprintf(expected, sizeof(expected), "%.*s.out", (int)strlen(path) - 7, path);
    tn_buf text, before, now;
    test_tree tree;
    read_path(&text, path);
    test_tree_file(&tree, tn_buf_view(&text), NULL);
    assert_int_equal(format(&tree, &now), TN_OK);
    const char *mode = getenv("TENURE_GOLDEN");
    if (mode != NULL && strcmp(mode, "write") == 0) {
        FILE *file = fopen(expected, "wb");
        assert_non_null(file);
        fwrite(now.data, 1, now.len, file);
        fclose(file);
    }
    read_path(&before, expected);
    if (!tn_str_equal(tn_buf_view(&before), tn_buf_view(&now)))
        fail_msg("%s: expected\n%.*s\nbut it is\n%.*s", path, (int)before.len,
                 before.data, (int)now.len, now.data);
    tn_buf_free(&text);
    tn_buf_free(&before);
    tn_buf_free(&now);
    test_tree_free(&tree);
}

static void test_format__layout_is_as_written_down(void **state)
{
    (void)state;
    assert_true(walk("tests/golden/format", check_golden, 0) >= 3);
}

/* --- expressions */

static void check_expression(const char *text, const char *expected)
{
    char file[1024];
    snprintf(file, sizeof(file), "module m\n\ncategory c {\n    flag when %s\n}\n",
             text);
    check_text(tn_str_from(file), text);
    test_tree tree;
    test_tree_file(&tree, tn_str_from(file), NULL);
    tn_buf out;
    assert_int_equal(format(&tree, &out), TN_OK);
    char whole[1024];
    snprintf(whole, sizeof(whole), "module m\n\ncategory c {\n    flag when %s\n}\n",
             expected);
    tn_buf_put_char(&out, '\0');
    assert_string_equal(out.data, whole);
    tn_buf_free(&out);
    test_tree_free(&tree);
}

static void test_format__parentheses_are_the_fewest(void **state)
{
    (void)state;
    check_expression("((a))", "a");
    check_expression("(a&&b)||(c&&d)", "a && b || c && d");
    check_expression("(a||b)&&c", "(a || b) && c");
    check_expression("(a+b)+c", "a + b + c");
    check_expression("a+(b+c)", "a + (b + c)");
    check_expression("a-(b-c)", "a - (b - c)");
    check_expression("(a*b)+c", "a * b + c");
    check_expression("(a<b)==c", "a < b == c");
    check_expression("a<(b==c)", "a < (b == c)");
    check_expression("a&&(b&&c)", "a && (b && c)");
    check_expression("(a&&b)&&c", "(a && b) && c");
    check_expression("a&&b&&c&&d&&e", "a && b && c && d && e");
    check_expression("a||b||(c||d)||e", "a || b || (c || d) || e");
    check_expression("(a?b:c)?d:(e?f:g)", "(a ? b : c) ? d : e ? f : g");
    check_expression("a?(b?c:d):e", "a ? (b ? c : d) : e");
    check_expression("!(a)", "!a");
    check_expression("!(a&&b)", "!(a && b)");
    check_expression("(a).b", "a.b");
    check_expression("(a+b).c[(d)]", "(a + b).c[d]");
    check_expression("[(a),((b+c))]", "[a, b + c]");
    check_expression("{(a):(b)}", "{a: b}");
}

static void test_format__signs_keep_their_numbers(void **state)
{
    (void)state;
    check_expression("-5", "-5");
    check_expression("- 5", "-5");
    check_expression("-(5)", "-(5)");
    check_expression("-(-5)", "-(-5)");
    check_expression("--5", "-(-5)");
    check_expression("a- -5", "a - -5");
    check_expression("!(-a)", "!(-a)");
    check_expression("-(!a)", "-(!a)");
    check_expression("-a", "-a");
    check_expression("- - a", "--a");
    check_expression("-5.f()", "(-5).f()");
    check_expression("-(5).f()", "-(5).f()");
    check_expression("(-5).f()", "(-5).f()");
    check_expression("-9223372036854775808", "-9223372036854775808");
    check_expression("-0x8000000000000000", "-0x8000000000000000");
    check_expression("-1.5e3+-.5", "-1.5e3 + -.5");
    check_expression("a?-1:.b", "a ? -1 : .b");
}

static void test_format__a_file_without_a_head_is_not_formatted(void **state)
{
    (void)state;
    test_tree tree;
    tn_buf out;
    test_tree_file(&tree, TN_STR("purpose p \"P\"\n"), NULL);
    assert_int_equal(tree.status, TN_INVALID);
    assert_int_equal(format(&tree, &out), TN_INVALID);
    tn_buf_free(&out);
    test_tree_free(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format__layout_is_as_written_down),
        cmocka_unit_test(test_format__parentheses_are_the_fewest),
        cmocka_unit_test(test_format__signs_keep_their_numbers),
        cmocka_unit_test(test_format__policies_keep_their_tree),
        cmocka_unit_test(test_format__policies_of_the_project_are_laid_out),
        cmocka_unit_test(test_format__generated_files_keep_their_tree),
        cmocka_unit_test(test_format__a_file_without_a_head_is_not_formatted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

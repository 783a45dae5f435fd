/* Limits: depth, sizes, numbers of errors; hostile texts of a megabyte take no longer
 * than their length asks for. */
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/syntax/ast_print.h"
#include "interp/syntax/parse.h"

/* `before`, `count` times `part`, the same number of `closer`, `after`. */
static tn_buf repeat(const char *before, const char *part, size_t count,
                     const char *closer, const char *after)
{
    tn_buf text;
    tn_buf_init(&text, NULL);
    tn_buf_put_text(&text, before);
    for (size_t i = 0; i < count; i++)
        tn_buf_put_text(&text, part);
    for (size_t i = 0; i < count; i++)
        tn_buf_put_text(&text, closer);
    tn_buf_put_text(&text, after);
    return text;
}

static tn_status parse_repeated(const char *part, size_t count, const char *middle,
                                const char *closer)
{
    tn_buf text = repeat("", part, count, "", middle);
    for (size_t i = 0; i < count; i++)
        tn_buf_put_text(&text, closer);
    test_tree tree;
    test_tree_expression(&tree, tn_buf_view(&text), NULL);
    tn_status status = tree.status;
    if (status == TN_OK)
        assert_true(tree.expr->depth <= TN_PARSE_MAX_DEPTH);
    else
        assert_true(tree.diags.error_count > 0);
    test_tree_free(&tree);
    tn_buf_free(&text);
    return status;
}

/* cel-spec, langdef "Syntax": what every implementation must take. */
static void test_limits__cel_minima_are_taken(void **state)
{
    (void)state;
    assert_int_equal(parse_repeated("a || ", 31, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("a && ", 31, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("f(a, ", 12, "a", ")"), TN_OK);
    assert_int_equal(parse_repeated("a ? b : ", 24, "c", ""), TN_OK);
    assert_int_equal(parse_repeated("a + ", 24, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("a < ", 24, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("a.", 12, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("", 12, "a", "[0]"), TN_OK);
    assert_int_equal(parse_repeated("[", 12, "a", "]"), TN_OK);
    assert_int_equal(parse_repeated("{'a': ", 12, "a", "}"), TN_OK);
    assert_int_equal(parse_repeated("(", 32, "a", ")"), TN_OK);
    assert_int_equal(parse_repeated("-", 32, "a", ""), TN_OK);
    assert_int_equal(parse_repeated("!", 32, "a", ""), TN_OK);
}

static void test_limits__depth_is_bounded(void **state)
{
    (void)state;
    static const struct {
        const char *part;
        const char *closer;
        size_t most;
    } rows[] = {
        {"(", ")", TN_PARSE_MAX_DEPTH},
        {"[", "]", TN_PARSE_MAX_DEPTH - 1},
        {"f(", ")", TN_PARSE_MAX_DEPTH - 1},
        {"!", "", TN_PARSE_MAX_DEPTH - 1},
        {"-", "", TN_PARSE_MAX_DEPTH - 1},
        {"a + ", "", TN_PARSE_MAX_DEPTH - 1},
        {"a == ", "", TN_PARSE_MAX_DEPTH - 1},
        {"a ? b : ", "", TN_PARSE_MAX_DEPTH - 1},
        {"a.", "", TN_PARSE_MAX_DEPTH - 1},
        {"a[", "]", TN_PARSE_MAX_DEPTH - 1},
        {"a.f(", ")", TN_PARSE_MAX_DEPTH - 1},
        {"{a: ", "}", (TN_PARSE_MAX_DEPTH - 1) / 2},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        assert_int_equal(
            parse_repeated(rows[i].part, rows[i].most, "a", rows[i].closer), TN_OK);
        assert_int_equal(
            parse_repeated(rows[i].part, rows[i].most + 1, "a", rows[i].closer),
            TN_LIMIT);
        assert_int_equal(parse_repeated(rows[i].part, 100000, "a", rows[i].closer),
                         TN_LIMIT);
    }
}

static void test_limits__long_chains_stay_shallow(void **state)
{
    (void)state;
    tn_buf text = repeat("a", " && a", 999, "", "");
    test_tree tree;
    test_tree_expression(&tree, tn_buf_view(&text), NULL);
    assert_int_equal(tree.status, TN_OK);
    assert_int_equal(tree.expr->depth, 11);
    test_tree_free(&tree);
    tn_buf_free(&text);
    assert_int_equal(parse_repeated("a && b || ", 100000, "a", ""), TN_OK);
}

static void test_limits__types_and_braces(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        tn_buf text = repeat("module m category c { fields { a : ", "list<",
                             TN_PARSE_MAX_DEPTH - 2 + extra, "", "int, ");
        for (size_t i = 0; i < TN_PARSE_MAX_DEPTH - 2 + extra; i++)
            tn_buf_put_text(&text, i == 0 ? "list<int>>" : ">");
        tn_buf_put_text(&text, "}}");
        test_tree tree;
        test_tree_file(&tree, tn_buf_view(&text), NULL);
        assert_int_equal(tree.status, extra == 0 ? TN_OK : TN_LIMIT);
        test_tree_free(&tree);
        tn_buf_free(&text);
    }
}

static void test_limits__errors_are_counted(void **state)
{
    (void)state;
    tn_buf text = repeat("module m\n", "retain\n", 5000, "", "");
    test_tree tree;
    test_tree_file(&tree, tn_buf_view(&text), NULL);
    assert_true(tree.status == TN_INVALID);
    test_tree_free(&tree);
    tn_buf_free(&text);
    text = repeat("module m\n", "purpose\n", 5000, "", "");
    test_tree_file(&tree, tn_buf_view(&text), NULL);
    assert_int_equal(tree.status, TN_LIMIT);
    assert_true(tree.diags.count > 500 && tree.diags.count < 510);
    const tn_diag *last = &tree.diags.list[tree.diags.count - 1];
    assert_int_equal(last->finding, TN_FIND_TOO_LARGE);
    test_tree_free(&tree);
    tn_buf_free(&text);
}

/* None of these may crash, hang, or be read as good. */
static void test_limits__hostile_megabytes(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *part;
    } rows[] = {
        {"", "("},
        {"", "\""},
        {"", "`"},
        {"", "}\n"},
        {"", "; "},
        {"", "{"},
        {"", "/*"},
        {"", "\xFF"},
        {"", "\xE2\x80\x9C"},
        {"", "\xC2\xA0 "},
        {"module m\n", "retain\n"},
        {"module m\n", "category c {\n fields {\n"},
        {"module m category c {\n", "stored\n"},
        {"module m category c {\n", "x "},
        {"module m category c { fields {\n", "a : "},
        {"module m category c { flag when ", "&"},
        {"module m category c { flag when ", "\"\"\"\\"},
        {"module m category c { flag when ", "'''\"\"\""},
        {"module m category c { flag when ", "!"},
        {"module m category c { flag when ", "a?b:"},
        {"module m category c { flag when ", "[["},
        {"module m category c { flag when a", ".a"},
        {"module m category c { flag when \"", "\\d"},
        {"deployment d of m entity e from d t \"x\" key k {", "a = "},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        tn_buf text = repeat(rows[i].before, rows[i].part,
                             (1 << 20) / strlen(rows[i].part), "", "");
        test_tree tree;
        test_tree_file(&tree, tn_buf_view(&text), NULL);
        assert_true(tree.status == TN_INVALID || tree.status == TN_LIMIT);
        assert_true(tree.diags.error_count > 0);
        assert_non_null(test_tree_report(&tree));
        test_tree_free(&tree);
        tn_buf_free(&text);
    }
}

static void test_limits__large_files_are_read_and_formatted(void **state)
{
    (void)state;
    static const struct {
        const char *before;
        const char *part;
        const char *after;
    } rows[] = {
        {"module m\n", "/// x\npurpose p \"x\" // y\n", ""},
        {"module m category c { fields {", "a:b ", "}}"},
        {"module m extends a", ".a", ""},
        {"module m grace 1 day", "+1 day", ""},
        {"module m category c { flag when a", "&&a", "}"},
        {"module m category c { flag when [", "1,", "] == a }"},
        {"module m category c { purpose a", ", a", "}"},
        {"module m category c ", "@a ", "{}"},
        {"module m\n", "// x\n", ""},
    };
    for (size_t i = 0; i < TN_COUNT(rows); i++) {
        size_t count = (1 << 18) / strlen(rows[i].part);
        tn_buf text = repeat(rows[i].before, rows[i].part, count, "", rows[i].after),
               out;
        test_tree tree;
        test_tree_file(&tree, tn_buf_view(&text), NULL);
        assert_int_equal(tree.status, TN_OK);
        tn_buf_init(&out, NULL);
        assert_int_equal(tn_format(&tree.sources, tree.file, &out), TN_OK);
        tn_buf_free(&out);
        test_tree_free(&tree);
        tn_buf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_limits__cel_minima_are_taken),
        cmocka_unit_test(test_limits__depth_is_bounded),
        cmocka_unit_test(test_limits__long_chains_stay_shallow),
        cmocka_unit_test(test_limits__types_and_braces),
        cmocka_unit_test(test_limits__errors_are_counted),
        cmocka_unit_test(test_limits__hostile_megabytes),
        cmocka_unit_test(test_limits__large_files_are_read_and_formatted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

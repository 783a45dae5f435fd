/* Files that were right, with something taken out or put in: reading comes to its end,
 * says where, and what is still right keeps its tree through fmt. */
#include "tests/support/generate.h"
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/syntax/ast_equal.h"
#include "interp/syntax/ast_print.h"
#include "interp/syntax/words.h"

static uint32_t below(uint64_t *state, uint64_t bound)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*state >> 33) % (bound == 0 ? 1 : bound));
}

/* Something that can be put in: a word, or a piece of punctuation. */
static tn_str something(uint64_t *state)
{
    static const char *const pieces[] = {
        "{",  "}",  "(", ")", "[", "]", ",",  ":",   "=",    ".", "\"", "`",
        "\n", "//", "?", "-", "7", "@", "&&", "'''", "\xFF", ";", "#",  "/*"};
    if (below(state, 2) == 0)
        return tn_str_from(pieces[below(state, TN_COUNT(pieces))]);
    size_t count = 0;
    while (tn_word_at(count) != NULL)
        count++;
    return tn_word_at(below(state, count))->text;
}

/* `text` with a stretch taken out, or something put in. */
static void mutate(tn_buf *out, tn_str text, uint64_t *state)
{
    size_t at = below(state, text.len + 1);
    size_t taken = below(state, 2) == 0 ? below(state, 20) : 0;
    if (taken > text.len - at)
        taken = text.len - at;
    tn_buf_reset(out);
    tn_buf_put(out, tn_str_slice(text, 0, at));
    if (taken == 0) {
        tn_buf_put_char(out, ' ');
        tn_buf_put(out, something(state));
        tn_buf_put_char(out, ' ');
    }
    tn_buf_put(out, tn_str_slice(text, at + taken, SIZE_MAX));
}

static void check_format(const test_tree *tree, tn_str text)
{
    tn_buf out;
    tn_buf_init(&out, NULL);
    assert_int_equal(tn_format(&tree->sources, tree->file, &out), TN_OK);
    test_tree again;
    test_tree_file(&again, tn_buf_view(&out), NULL);
    if (again.status != TN_OK || !tn_ast_equal(tree->file, again.file))
        fail_msg("%.*s\n----\n%.*s", (int)text.len, text.data, (int)out.len, out.data);
    test_tree_free(&again);
    tn_buf_free(&out);
}

static void check_text(tn_str text)
{
    test_tree tree;
    test_tree_file(&tree, text, NULL);
    if (tree.status == TN_OK) {
        assert_int_equal(tree.diags.count, 0);
        check_format(&tree, text);
    } else {
        assert_true(tree.diags.error_count > 0);
        assert_non_null(test_tree_report(&tree));
    }
    for (size_t i = 0; i < tree.diags.count; i++) {
        const tn_diag *diag = &tree.diags.list[i];
        assert_true(diag->at.start <= diag->at.end && diag->at.end <= text.len);
        if (tn_str_find(diag->message, TN_STR("something else")) != SIZE_MAX)
            fail_msg("%s", test_tree_report(&tree));
    }
    test_tree_free(&tree);
}

static void test_recovery__mutated_files_are_read_to_their_end(void **state)
{
    (void)state;
    const char *seeds = getenv("TENURE_SEEDS");
    uint64_t count = seeds == NULL ? 3000 : strtoull(seeds, NULL, 10);
    for (uint64_t seed = 0; seed < count; seed++) {
        uint64_t random = seed * 977 + 5;
        tn_buf text, other;
        tn_buf_init(&text, NULL);
        tn_buf_init(&other, NULL);
        test_generate_file(&text, seed % 500);
        for (uint32_t i = below(&random, 4) + 1; i > 0; i--) {
            mutate(&other, tn_buf_view(&text), &random);
            tn_buf swap = text;
            text = other;
            other = swap;
        }
        check_text(tn_buf_view(&text));
        tn_buf_free(&text);
        tn_buf_free(&other);
    }
}

/* One mistake in a file of many clauses leaves the rest in the tree. */
static void test_recovery__the_rest_is_still_read(void **state)
{
    (void)state;
    static const char *const mistakes[] = {
        "retian 7 days from a",  "retain 7 dayz from a",
        "retain 7 days from",    "flag when a = b",
        "flag when (a == b",     "purpose p, q,",
        "stored mysql",          "keep 7 days from a",
        "retain 7 days from a;", "on a",
        "flag when f(a, [1, 2)", "fields { a int b : string }",
    };
    for (size_t i = 0; i < TN_COUNT(mistakes); i++) {
        char text[512];
        snprintf(
            text, sizeof(text),
            "module m\ncategory a {\n    basis x\n    %s\n    retain indefinitely\n}\n"
            "category b {\n    retain indefinitely\n}\n",
            mistakes[i]);
        test_tree tree;
        test_tree_file(&tree, tn_str_from(text), NULL);
        assert_int_equal(tree.status, TN_INVALID);
        if (tree.diags.count != 1)
            fail_msg("%s", test_tree_report(&tree));
        const tn_decl *decl = tree.file->decls;
        assert_non_null(decl->next);
        const tn_item *last = decl->items;
        while (last->next != NULL)
            last = last->next;
        assert_int_equal(last->kind, TN_ITEM_RETAIN_INDEFINITELY);
        test_tree_free(&tree);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recovery__the_rest_is_still_read),
        cmocka_unit_test(test_recovery__mutated_files_are_read_to_their_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Memory that runs out at the first, second, third, ... call: reading, reporting and
 * formatting end with NOMEM, and give back what they took. */
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "interp/syntax/ast_print.h"

typedef struct budget {
    tn_allocator allocator;
    size_t calls_left;
    size_t in_use;
    bool failed;
} budget;

static void *resize(void *user, void *block, size_t old_size, size_t new_size)
{
    (void)old_size;
    budget *b = user;
    if (new_size == 0) {
        b->in_use -= block != NULL;
        free(block);
        return NULL;
    }
    if (b->calls_left == 0) {
        b->failed = true;
        return NULL;
    }
    b->calls_left--;
    void *grown = realloc(block, new_size);
    b->in_use += block == NULL && grown != NULL;
    return grown;
}

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

/* Reads and formats with so many allocations; is that enough? */
static bool survive(tn_str text, size_t calls, tn_status expected)
{
    budget b = {.calls_left = calls};
    b.allocator = (tn_allocator){resize, &b};
    test_tree tree;
    test_tree_file(&tree, text, &b.allocator);
    tn_buf out;
    tn_buf_init(&out, &b.allocator);
    if (!b.failed) {
        assert_int_equal(tree.status, expected);
        if (expected == TN_OK) {
            tn_status status = tn_format(&tree.sources, tree.file, &out);
            assert_int_equal(status, b.failed ? TN_NOMEM : TN_OK);
        }
    } else {
        assert_int_equal(tree.status, TN_NOMEM);
    }
    tn_buf_free(&out);
    test_tree_free(&tree);
    assert_int_equal(b.in_use, 0);
    return !b.failed;
}

static void survive_all(const char *path, tn_status expected)
{
    tn_buf text;
    read_path(&text, path);
    size_t calls = 0;
    while (!survive(tn_buf_view(&text), calls, expected))
        calls++;
    assert_true(calls > 5);
    tn_buf_free(&text);
}

static void test_memory__policy_with_every_construct(void **state)
{
    (void)state;
    survive_all("tests/golden/format/every.tenure", TN_OK);
    survive_all("tests/golden/format/deployment.tenure", TN_OK);
    survive_all("tests/golden/format/comments.tenure", TN_OK);
}

static void test_memory__policies_with_errors(void **state)
{
    (void)state;
    survive_all("tests/golden/syntax/fields-mistakes.tenure", TN_INVALID);
    survive_all("tests/golden/syntax/bind-mistakes.tenure", TN_INVALID);
    survive_all("tests/golden/syntax/text-escapes.tenure", TN_INVALID);
    survive_all("tests/golden/syntax/quotes-missing.tenure", TN_INVALID);
    survive_all("tests/golden/syntax/deep-nesting.tenure", TN_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__policy_with_every_construct),
        cmocka_unit_test(test_memory__policies_with_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

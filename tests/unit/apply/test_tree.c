/* tree: roots and paths after RFC 6962. */
#include "interp/apply/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { LEAVES_MAX = 70 };

static void make_leaves(tn_leaf *leaves, size_t count)
{
    for (size_t i = 0; i < count; i++)
        memset(leaves[i].bytes, (int)(i + 1), TN_LEAF_BYTES);
}

/* The definition, word for word. */
static tn_digest slow_root(const tn_leaf *leaves, size_t count)
{
    unsigned char bytes[1 + 2 * TN_DIGEST_BYTES] = {0};
    if (count == 0)
        return tn_digest_of((tn_str){(const char *)bytes, 1});
    if (count == 1) {
        memcpy(bytes + 1, leaves[0].bytes, TN_LEAF_BYTES);
        return tn_digest_of((tn_str){(const char *)bytes, 1 + TN_LEAF_BYTES});
    }
    size_t half = 1;
    while (half * 2 < count)
        half *= 2;
    tn_digest left = slow_root(leaves, half);
    tn_digest right = slow_root(leaves + half, count - half);
    bytes[0] = 1;
    memcpy(bytes + 1, left.bytes, TN_DIGEST_BYTES);
    memcpy(bytes + 1 + TN_DIGEST_BYTES, right.bytes, TN_DIGEST_BYTES);
    return tn_digest_of((tn_str){(const char *)bytes, sizeof(bytes)});
}

static void test_tree__a_grown_root_is_the_defined_one(void **state)
{
    (void)state;
    tn_leaf leaves[LEAVES_MAX];
    make_leaves(leaves, LEAVES_MAX);
    for (size_t n = 0; n <= LEAVES_MAX; n++) {
        tn_digest grown = tn_tree_of(leaves, n);
        tn_digest defined = slow_root(leaves, n);
        assert_true(tn_digest_equal(&grown, &defined));
    }
}

static void check_path(const tn_leaf *leaves, size_t count, size_t index)
{
    tn_arena arena;
    tn_tree_path path;
    tn_digest root, climbed;
    tn_arena_init(&arena, NULL);
    root = tn_tree_of(leaves, count);
    assert_int_equal(tn_tree_path_of(leaves, count, index, &arena, &path), TN_OK);
    assert_true(tn_tree_climb(&leaves[index], &path, &climbed));
    assert_true(tn_digest_equal(&root, &climbed));
    for (size_t other = 0; other < count; other++)
        if (other != index && tn_tree_climb(&leaves[other], &path, &climbed))
            assert_false(tn_digest_equal(&root, &climbed));
    for (uint32_t i = 0; i < path.sibling_count; i++) {
        tn_tree_path shorter = path;
        shorter.sibling_count = i;
        if (tn_tree_climb(&leaves[index], &shorter, &climbed))
            assert_false(tn_digest_equal(&root, &climbed));
    }
    tn_arena_free(&arena);
}

static void test_tree__every_path_leads_its_leaf_to_the_root_and_no_other(void **state)
{
    (void)state;
    tn_leaf leaves[LEAVES_MAX];
    make_leaves(leaves, LEAVES_MAX);
    for (size_t n = 1; n <= 33; n++)
        for (size_t i = 0; i < n; i++)
            check_path(leaves, n, i);
    check_path(leaves, LEAVES_MAX, LEAVES_MAX - 1);
}

static void test_tree__a_path_beside_the_tree_is_refused(void **state)
{
    (void)state;
    tn_leaf leaves[2];
    tn_digest siblings[2] = {{{0}}, {{0}}};
    tn_digest root;
    make_leaves(leaves, 2);
    tn_tree_path path = {2, 2, siblings, 1};
    assert_false(tn_tree_climb(&leaves[0], &path, &root));
    path = (tn_tree_path){0, 2, siblings, 2};
    assert_false(tn_tree_climb(&leaves[0], &path, &root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree__a_grown_root_is_the_defined_one),
        cmocka_unit_test(test_tree__every_path_leads_its_leaf_to_the_root_and_no_other),
        cmocka_unit_test(test_tree__a_path_beside_the_tree_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

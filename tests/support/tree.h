/* tree: texts to trees, and trees to short texts, for tests of the syntax. */
#ifndef TN_TESTS_SUPPORT_TREE_H
#define TN_TESTS_SUPPORT_TREE_H

#include "interp/base/buf.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* One text and what was read from it. */
typedef struct test_tree {
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_file *file;
    tn_expr *expr;
    tn_status status;
    tn_buf text; /* what the functions below return lies here */
} test_tree;

/* `memory` NULL: the C library's. */
void test_tree_file(test_tree *tree, tn_str text, const tn_allocator *memory);
void test_tree_expression(test_tree *tree, tn_str text, const tn_allocator *memory);
void test_tree_free(test_tree *tree);

/* What was reported, whole; NUL-terminated. */
const char *test_tree_report(test_tree *tree);

/* The expression in full parentheses: (a && (b + 1)); NUL-terminated. */
const char *test_tree_show(test_tree *tree, const tn_expr *expr);

/* Parses an expression alone and shows it, or the messages where it has errors. */
const char *test_show_expression(test_tree *tree, const char *text);

#endif

/* ast_equal: do two trees say the same? Places, parentheses and comments don't count,
 * doc comments do. For tests of fmt, and for comparing versions of a policy. Owns:
 * nothing. Fails: cannot. Threads: free. */
#ifndef TN_SYNTAX_AST_EQUAL_H
#define TN_SYNTAX_AST_EQUAL_H

#include "interp/syntax/ast.h"

bool tn_ast_equal(const tn_file *a, const tn_file *b);
bool tn_ast_decl_equal(const tn_decl *a, const tn_decl *b);
bool tn_ast_item_equal(const tn_item *a, const tn_item *b);
/* NULL equals NULL alone. */
bool tn_ast_expr_equal(const tn_expr *a, const tn_expr *b);

#endif

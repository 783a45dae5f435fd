/* ast_print: the one canonical layout of a file.
 *
 * Four blanks a block, one clause or declaration a line, fields in columns; comments
 * and literals stay as written, and the tree that is read from the result is the same.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM. Threads: free. */
#ifndef TN_SYNTAX_AST_PRINT_H
#define TN_SYNTAX_AST_PRINT_H

#include "interp/base/buf.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* `file` was read without an error. */
TN_MUST_USE tn_status tn_format(const tn_sources *sources, const tn_file *file,
                                tn_buf *out);

#endif

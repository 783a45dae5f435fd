/* parse: text to tree.
 *
 * Owns: nothing; the tree lies in the caller's arena, and views the source's text.
 * Fails: INVALID with every error of the file in `diags` (the tree is then still given,
 * with what could be read); NOMEM; LIMIT (depth, size) with a diagnostic. Threads:
 * free, with an arena and diags of one's own. */
#ifndef TN_SYNTAX_PARSE_H
#define TN_SYNTAX_PARSE_H

#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* Nesting of expressions, braces and types; above it a text is refused. */
enum { TN_PARSE_MAX_DEPTH = 250 };

/* A tree takes some twenty times its text; more than this is no policy. */
enum { TN_PARSE_MAX_TREE_BYTES = 256 << 20 };

TN_MUST_USE tn_status tn_parse_file(const tn_sources *sources, uint32_t source,
                                    tn_arena *arena, tn_diags *diags, tn_file **out);

/* One CEL expression alone: there the words of tenure are ordinary names. */
TN_MUST_USE tn_status tn_parse_expression(const tn_sources *sources, uint32_t source,
                                          tn_arena *arena, tn_diags *diags,
                                          tn_expr **out);

#endif

/* resume: where reading goes on after a syntax error.
 *
 * The grammar has "error RESUME" in every list whose elements can be skipped. After an
 * error the parser leaves the element at hand; here tokens are skipped up to where the
 * next one begins: a word that starts an element and a line, NAME ':' among fields,
 * NAME '=' among mappings, or the brace that closes the list. Where a word belongs to
 * an outer list, the braces between that are missing are put in.
 *
 * Owns: nothing. Fails: cannot. Threads: one at a time. */
#ifndef TN_SYNTAX_RESUME_H
#define TN_SYNTAX_RESUME_H

#include "interp/syntax/lex.h"

/* Keeps the brackets that are open after `token`, which is given to the parser; LIMIT
 * by tn_parse.status when there are too many. */
void tn_resume_track(tn_lexer *lexer, tn_token token);

/* The brackets as they were before lexer->now was read. */
void tn_resume_untrack(tn_lexer *lexer);

/* What the blocks are that are open, the innermost first: the parser knows. */
void tn_resume_name_blocks(tn_lexer *lexer, const tn_block_kind *kinds, size_t count);

/* After an error at lexer->now: skips, and holds RESUME and what comes behind it. */
void tn_resume_seek(tn_lexer *lexer);

/* The innermost block that is a list of elements; NULL for the file's declarations. */
const tn_block *tn_resume_block(const tn_lexer *lexer);

/* Can an element of the list `kind` begin with `token`? */
bool tn_resume_begins(const tn_lexer *lexer, tn_block_kind kind, tn_token token);

/* A name, or a word that can be one. */
bool tn_resume_is_name(tn_token token);

#endif

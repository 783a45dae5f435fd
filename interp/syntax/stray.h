/* stray: what is no token of the language: other quotes, other comments, other letters.
 * Owns: nothing. Fails: by the diags. Threads: one at a time. */
#ifndef TN_SYNTAX_STRAY_H
#define TN_SYNTAX_STRAY_H

#include "interp/syntax/lex.h"

/* Reports what the scanner found (a tn_scan_kind), and makes of `token`, which has its
 * place and text, the token that was meant; its kind is 0 where there is none. */
void tn_stray_report(tn_lexer *lexer, int scan_kind, tn_token *token);

#endif

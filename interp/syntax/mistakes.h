/* mistakes: what to say when the text leaves the grammar.
 *
 * The parser tells what could have stood there; this says it in words of the domain,
 * looks for the likely slip behind it, and tells the lexer where reading goes on. Owns:
 * nothing. Fails: by the diags. Threads: one at a time. */
#ifndef TN_SYNTAX_MISTAKES_H
#define TN_SYNTAX_MISTAKES_H

#include "interp/syntax/lex.h"

enum { TN_EXPECTATION_STACK = 12, TN_EXPECTATION_WANTED = 160 };

/* Symbols by the names they have in parser.y: tokens as written ("retain", "'{'"). */
typedef struct tn_expectation {
    const char
        *stack[TN_EXPECTATION_STACK]; /* what was read, the nearest first; or NULL */
    const char *wanted[TN_EXPECTATION_WANTED]; /* the tokens that could come next */
    size_t wanted_count;
} tn_expectation;

/* Reports the token that the lexer gave last. */
void tn_mistake_report(tn_parse *p, const tn_expectation *expectation);

/* Reports what is no token of the language (a tn_scan_kind), and makes of `token`,
 * which has its place, the token to go on with; its kind is 0 where there is none. */
void tn_mistake_no_token(tn_lexer *lexer, int scan_kind, tn_token *token);

#endif

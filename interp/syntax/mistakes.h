/* mistakes: what to say when the text leaves the grammar.
 *
 * The parser tells what could have stood there; this looks for the likely slip behind
 * what stands there instead, says it in words of the domain, and lets the lexer look
 * for where reading goes on.
 *
 * Owns: nothing. Fails: by the diags. Threads: one at a time. */
#ifndef TN_SYNTAX_MISTAKES_H
#define TN_SYNTAX_MISTAKES_H

#include "interp/syntax/expect.h"

/* Reports the token that the lexer gave last. */
void tn_mistake_report(tn_parse *p, const tn_expectation *expectation);

#endif

/* expect: what could have stood at a syntax error, in words of the domain.
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_SYNTAX_EXPECT_H
#define TN_SYNTAX_EXPECT_H

#include "interp/syntax/lex.h"

enum { TN_EXPECT_STACK = 12, TN_EXPECT_WANTED = 160 };

/* Symbols by the names they have in parser.y, tokens as written: "retain", "'{'". */
typedef struct tn_expectation {
    const char *stack[TN_EXPECT_STACK]; /* what was read, the nearest first; or NULL */
    size_t stack_count;
    const char *wanted[TN_EXPECT_WANTED]; /* the tokens that could come next */
    size_t wanted_count;
    tn_block_kind blocks[TN_PARSE_MAX_DEPTH]; /* that are open, the innermost first */
    size_t block_count;
} tn_expectation;

/* Adds what stands on the parser's stack, from its top down: `symbol`, and `above`, the
 * one that was added before it, or NULL. */
void tn_expect_add(tn_expectation *x, const char *symbol, const char *above);

/* Could `token` come next? */
bool tn_expect_wants(const tn_expectation *x, const char *token);

/* Is `symbol` what was read `depth` symbols ago, 0 being the last? */
bool tn_expect_read(const tn_expectation *x, size_t depth, const char *symbol);

/* Does the error stand behind a whole expression, or before one? */
bool tn_expect_in_expression(const tn_expectation *x);
bool tn_expect_value(const tn_expectation *x);

/* Could the next element of the list `block` begin here? */
bool tn_expect_element(const tn_expectation *x, tn_block_kind block);

enum { TN_EXPECT_PHRASE_MAX = 256 };

/* What was expected: "a field or an event to count from". `block` is the kind of the
 * list that is open. */
void tn_expect_phrase(const tn_expectation *x, tn_block_kind block,
                      char phrase[TN_EXPECT_PHRASE_MAX]);

#endif

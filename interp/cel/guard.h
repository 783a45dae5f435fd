/* guard: simple conditions, decided without values on a stack.
 *
 * A condition that only asks slots about constants (==, <, in, startsWith, matches,
 * has) and combines that by !, && and || is made, when it is loaded, into a row of
 * questions: each knows which one comes next when it is answered yes, and which when
 * no. Whatever is not answered by either, an error or a value that is no bool, ends the
 * walk: the evaluator then says what comes of it. Most conditions of most policies are
 * such; a differential test holds them against the evaluator.
 *
 * Owns: nothing; questions lie in the program's arena. Fails: NOMEM. Threads: a guard
 * is shared. */
#ifndef TN_CEL_GUARD_H
#define TN_CEL_GUARD_H

#include "interp/cel/eval.h"
#include "interp/cel/regex.h"

typedef struct tn_cel_question {
    uint8_t kind;
    uint16_t slot;
    uint16_t yes; /* the next question, always one with a smaller number; */
    uint16_t no;  /* or TN_CEL_SAYS_TRUE, TN_CEL_SAYS_FALSE */
    union {
        const tn_value *constant;
        const tn_regex *pattern;
        tn_str text;
    } about;
} tn_cel_question;

enum { TN_CEL_SAYS_FALSE = 0xFFFE, TN_CEL_SAYS_TRUE = 0xFFFF };

typedef struct tn_cel_guard {
    const tn_cel_question *questions;
    uint32_t first; /* a question's number, or what the condition always says */
    uint32_t steps; /* the most the evaluator takes, patterns apart; 0: not simple */
} tn_cel_guard;

/* The guard of expression `expr`, whose constants and patterns are loaded. */
TN_MUST_USE tn_status tn_cel_guard_make(tn_cel_program *program, uint32_t expr,
                                        tn_cel_guard *out);

/* What a simple condition comes to, in at most `budget` steps; UNKNOWN: ask the
 * evaluator. */
tn_cel_truth tn_cel_guard_test(const tn_cel_guard *guard, const tn_value *slots,
                               uint64_t budget);

/* Does this node of a simple expression ask about one slot? Its number then; else
 * TN_NONE. */
uint32_t tn_cel_guard_slot(const tn_cel_node *node);

/* What such a node comes to for that slot's value. */
tn_cel_truth tn_cel_guard_leaf(const tn_cel_program *program, const tn_cel_node *node,
                               const tn_value *slot);

#endif

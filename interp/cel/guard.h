/* guard: simple conditions, decided without values on a stack.
 *
 * A condition that only compares slots with constants, and combines that by !, && and
 * ||, needs no more than true, false and unknown: what && and || make of an error, or
 * of what is no bool, is just what logic of three values makes of unknown. Most
 * conditions of most policies are such; a differential test holds them against the
 * evaluator.
 *
 * Owns: nothing. Fails: cannot. Threads: a program is shared. */
#ifndef TN_CEL_GUARD_H
#define TN_CEL_GUARD_H

#include "interp/cel/program.h"

/* The most steps that expression `expr` takes, if it is simple; 0 if it is not. */
uint32_t tn_cel_guard_steps(const tn_cel_program *program, uint32_t expr);

/* What a simple expression comes to. */
tn_cel_truth tn_cel_guard_test(const tn_cel_program *program, uint32_t expr,
                               const tn_value *slots);

/* Does this node of a simple expression ask about one slot? Its number then; else
 * TN_NONE. */
uint32_t tn_cel_guard_slot(const tn_cel_node *node);

/* What such a node comes to for that slot's value. */
tn_cel_truth tn_cel_guard_leaf(const tn_cel_program *program, const tn_cel_node *node,
                               const tn_value *slot);

#endif

/* apply: one strict node on values, for the evaluator and for folding alike, so that a
 * folded expression cannot come to something else.
 *
 * Owns: nothing. Fails: as call.h says. Threads: as the call. */
#ifndef TN_CEL_APPLY_H
#define TN_CEL_APPLY_H

#include "interp/cel/call.h"
#include "interp/cel/code.h"
#include "interp/cel/regex.h"

/* Is `op` strict: a function of the values it pops alone, the first error among which
 * is its result? */
bool tn_cel_op_is_strict(tn_cel_op op);

/* `op` on call->argc arguments (keys and values counted singly), none of them an
 * error. SELECT, SELECT_OPTIONAL and HAS take the name as a second argument. `function`
 * is a CALL's. */
tn_value tn_cel_apply(tn_cel_call *call, tn_cel_op op, uint32_t function,
                      const tn_value *args);

/* The same, the first error among the arguments being the result. */
tn_value tn_cel_apply_strict(tn_cel_call *call, tn_cel_op op, uint32_t function,
                             const tn_value *args);

/* Does a compiled pattern match somewhere in `text`? Charged by both. */
tn_value tn_cel_match(tn_cel_call *call, const tn_regex *regex, tn_str text);

#endif

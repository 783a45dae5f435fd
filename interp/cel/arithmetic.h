/* arithmetic: + - * / % and the sign (cel-spec, langdef "Standard Definitions").
 *
 * Never across types; an integer that overflows, or a time out of range, is an error.
 *
 * Owns: nothing; what + builds lies in the call's arena. Threads: as the call. */
#ifndef TN_CEL_ARITHMETIC_H
#define TN_CEL_ARITHMETIC_H

#include "interp/cel/call.h"

/* Each takes two values that are no errors; tn_value_negate one. */
tn_cel_fn tn_value_add;
tn_cel_fn tn_value_subtract;
tn_cel_fn tn_value_multiply;
tn_cel_fn tn_value_divide;
tn_cel_fn tn_value_modulo;
tn_cel_fn tn_value_negate;

#endif

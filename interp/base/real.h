/* real: doubles from and to decimal text, exactly, whatever the C locale.
 * Owns: nothing, allocates nothing. Fails: by false. Threads: free. */
#ifndef TN_BASE_REAL_H
#define TN_BASE_REAL_H

#include "interp/base/buf.h"

/* [+-] digits [. digits] [e [+-] digits], with at least one digit, or ±Infinity, ±Inf
 * or NaN in any case; the nearest double, ties to even. False where the text is not
 * that; where it is finite but too large the result is infinite and *overflow set. */
TN_MUST_USE bool tn_real_parse(tn_str text, double *out, bool *overflow);

/* The shortest digits that read back the same, plain or with an exponent as C's %g
 * chooses them: "1", "0.1", "1e-07", "NaN", "-Infinity". */
void tn_real_put(tn_buf *buf, double x);
/* The shortest digits, never an exponent. */
void tn_real_put_plain(tn_buf *buf, double x);
/* %.Nf and %.Ne of C, rounded to even on the exact value. */
void tn_real_put_fixed(tn_buf *buf, double x, unsigned precision);
void tn_real_put_scientific(tn_buf *buf, double x, unsigned precision);

#endif

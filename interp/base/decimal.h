/* decimal: up to 800 exact decimal digits, shifted by powers of two.
 *
 * A double is an integer times a power of two, so its decimal expansion is finite, and
 * 767 digits decide any double. This is the "simple decimal conversion" of Go's strconv
 * and Rust's core: slow and plain, for both directions of real.h.
 *
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_BASE_DECIMAL_H
#define TN_BASE_DECIMAL_H

#include "interp/base/status.h"
#include <stdbool.h>

enum { TN_DECIMAL_DIGITS = 800 };

/* 0.d0 d1 d2 ... times ten to the power of `point` */
typedef struct tn_decimal {
    int count;
    int point;
    bool truncated; /* nonzero digits beyond the last were dropped */
    unsigned char digits[TN_DECIMAL_DIGITS];
} tn_decimal;

/* The parts of an IEEE 754 double. */
enum { TN_REAL_MANTISSA_BITS = 52, TN_REAL_BIAS = -1023, TN_REAL_EXPONENT_FULL = 2047 };

void tn_decimal_assign(tn_decimal *a, uint64_t number);

/* Drops zeros at the end; 0 has its point at 0. */
void tn_decimal_trim(tn_decimal *a);

/* Times two to the power of `by`. */
void tn_decimal_shift(tn_decimal *a, int by);

/* Would rounding to `count` digits go up? Halves go to even. */
bool tn_decimal_rounds_up(const tn_decimal *a, int count);

/* To `count` digits; nothing is done where it has no more, or below 0. */
void tn_decimal_round_down(tn_decimal *a, int count);
void tn_decimal_round_up(tn_decimal *a, int count);
void tn_decimal_round_to(tn_decimal *a, int count);

#endif

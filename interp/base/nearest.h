/* nearest: the name that was probably meant.
 *
 * Candidates are tried one by one; the best is kept, if it is near enough to be a slip
 * of the finger or of case.
 *
 * Owns: nothing, borrows all names. Fails: cannot. Threads: free. */
#ifndef TN_BASE_NEAREST_H
#define TN_BASE_NEAREST_H

#include "interp/base/diag.h"

typedef struct tn_nearest {
    tn_str sought;
    tn_str best; /* data NULL: none is near */
    unsigned distance;
} tn_nearest;

tn_nearest tn_nearest_to(tn_str sought);
void tn_nearest_try(tn_nearest *nearest, tn_str candidate);

/* Sets the help of `diag` to "did you mean `best`?", or to `otherwise`. */
void tn_nearest_help(const tn_nearest *nearest, tn_diags *diags, tn_diag *diag,
                     const char *otherwise);

/* The one of `count` words; TN_NONE, with the nearest in `*nearest`, if none is it. */
uint32_t tn_nearest_word(const char *const *words, uint32_t count, tn_str sought,
                         tn_nearest *nearest);

#endif

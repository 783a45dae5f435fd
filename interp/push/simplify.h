/* simplify: a condition that says the same with less, for stores that ask it of every
 * row.
 *
 * Where the condition is TRUE the simpler one is TRUE, and the other way round. Where
 * it is not, the two may differ in what is FALSE and what UNSURE: of a value that can't
 * be read the simpler one may say FALSE. So it serves for choosing rows, not for
 * telling why others are not chosen.
 *
 * Owns: nodes lie in the arena; those of `pred` are shared. Fails: NOMEM, as NULL; a
 * NULL `pred` is passed on. Threads: free. */
#ifndef TN_PUSH_SIMPLIFY_H
#define TN_PUSH_SIMPLIFY_H

#include "interp/push/predicate.h"

const tn_pred *tn_pred_simplify(tn_arena *arena, const tn_pred *pred);

#endif

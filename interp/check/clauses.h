/* clauses: the clauses of a category, in order, with anchors, events and guards as what
 * they are in it; and its placements' own limits.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported, and the clause is then left
 * out. Threads: one check, one thread. */
#ifndef TN_CHECK_CLAUSES_H
#define TN_CHECK_CLAUSES_H

#include "interp/check/category.h"

/* Sets m->row.clauses. */
TN_MUST_USE tn_status tn_clauses_make(tn_making *m);

#endif

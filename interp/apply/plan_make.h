/* plan_make: the steps of making a plan, for the files that do it. Not for others: they
 * use plan.h.
 *
 * Owns: what is found lies in the caller's arena. Fails: as plan.h says. */
#ifndef TN_APPLY_PLAN_MAKE_H
#define TN_APPLY_PLAN_MAKE_H

#include "interp/apply/plan.h"

/* plan_count.c: looks at the records of every place. */
TN_MUST_USE tn_status tn_plan_count(tn_eval *eval, const tn_plan_options *options,
                                    tn_arena *arena, tn_plan *plan);

/* plan_limits.c: up to when what was made is due, clause by clause; copies that outlive
 * what a clause allows. */
TN_MUST_USE tn_status tn_plan_find_cutoffs(const tn_eval *eval, tn_arena *arena,
                                           tn_plan_place *place);
TN_MUST_USE tn_status tn_plan_find_breaches(const tn_eval *eval, tn_arena *arena,
                                            tn_plan *plan);

#endif

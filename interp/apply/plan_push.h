/* plan_push: what stays is counted by the store, and only what goes, or is in doubt, is
 * read for a plan.
 *
 * Of what stays a plan says how much it is, why, and on which day it falls due: for
 * stores that count cheaper than they hand over (TN_STORE_COUNTS) these are the cases
 * and steps of a table. Its cases of what goes are residues.
 *
 * Owns: all lies in the caller's arena. Fails: NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_PLAN_PUSH_H
#define TN_APPLY_PLAN_PUSH_H

#include "interp/apply/plan.h"

/* The table for place number `bound`, whose facts are loaded; NULL: all is read. */
TN_MUST_USE tn_status tn_plan_push_make(const tn_eval *eval, uint32_t bound,
                                        tn_arena *arena, const tn_push_table **out);

/* Adds what was counted; `days` has room for TN_DUE_DAYS. */
void tn_plan_push_add(const tn_push_table *table, const tn_scan_counts *counts,
                      tn_plan_place *place, uint64_t *days);

#endif

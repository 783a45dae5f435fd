/* plan_file: a plan as JSON, sealed with the ledger's key, and back.
 *
 * Owns: what is read lies in the caller's arena. Fails: INVALID (not a plan, or not as
 * it was sealed), OTHER_VERSION, NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_PLAN_FILE_H
#define TN_APPLY_PLAN_FILE_H

#include "interp/apply/plan.h"

/* Appends the plan with its seal, and sets its id. */
TN_MUST_USE tn_status tn_plan_put(tn_plan *plan, const tn_secret *secret,
                                  tn_arena *arena, tn_buf *out);

/* Appends the plan for other programs to read, without pseudonyms and seal. */
void tn_plan_put_json(tn_buf *out, const tn_plan *plan);

/* Reads what tn_plan_put wrote; `why` says what is wrong with it. */
TN_MUST_USE tn_status tn_plan_read(tn_str text, const tn_secret *secret,
                                   tn_arena *arena, tn_plan *out, tn_buf *why);

#endif

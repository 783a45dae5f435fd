/* plan_text: a plan and a run's report, as people read them.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: free. */
#ifndef TN_APPLY_PLAN_TEXT_H
#define TN_APPLY_PLAN_TEXT_H

#include "interp/apply/apply.h"

void tn_plan_put_text(tn_buf *out, const tn_plan *plan);
void tn_apply_put_text(tn_buf *out, const tn_plan *plan, const tn_apply_report *report);
/* The same as one JSON object. */
void tn_apply_put_json(tn_buf *out, const tn_plan *plan, const tn_apply_report *report);

/* "2 h 5 min", "12 s". */
void tn_put_duration(tn_buf *out, uint64_t ms);

/* 1,234,567 */
void tn_put_count(tn_buf *out, uint64_t count);

#endif

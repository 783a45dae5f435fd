/* horizon: the time ahead in days, weeks or months, to count what falls due in each.
 *
 * Days, weeks (from Monday) and months are those of UTC. The first begins at the
 * instant asked for and the last ends at the horizon, so both may be parts of theirs.
 *
 * Owns: nothing; its array lies in the caller's arena. Fails: NOMEM, LIMIT (more steps
 * than anyone reads). Threads: read freely. */
#ifndef TN_EVAL_HORIZON_H
#define TN_EVAL_HORIZON_H

#include "interp/decide/decide.h"

typedef enum tn_step { TN_STEP_DAY, TN_STEP_WEEK, TN_STEP_MONTH } tn_step;

enum { TN_HORIZON_MAX = 4000 }; /* ten years of days */

typedef struct tn_horizon {
    tn_step step;
    tn_instant *starts; /* count + 1 of them; step i is from starts[i] to starts[i+1] */
    uint32_t count;
} tn_horizon;

/* From `from` up to, and without, `until`, which is later. */
TN_MUST_USE tn_status tn_horizon_make(tn_instant from, tn_instant until, tn_step step,
                                      tn_arena *arena, tn_horizon *out);

/* The step in which `t` lies; TN_NONE: behind the horizon, or before it begins. */
uint32_t tn_horizon_find(const tn_horizon *horizon, tn_instant t);

/* "2026-11-23", for a month "2026-11": what a step is called, TN_DATE_TEXT_MAX bytes.
 */
size_t tn_horizon_name(const tn_horizon *horizon, uint32_t step, char *out);

/* Kept, and falls due by itself: neither held nor waiting. With TN_WANT_TIMES. */
static inline bool tn_falls_due(const tn_verdict *v)
{
    return v->decision == TN_KEEP && v->has_due &&
           (v->reason == TN_REASON_RETAINED || v->reason == TN_REASON_DUTY);
}

#endif

/* forecast: what the last run said would fall due, to be compared with what does.
 *
 * A run's last entry holds for each place how many of the records it kept fall due in
 * each of the following days. A plan that differs much from that is one that something
 * happened to: a clause that was shortened, a clock, a column that was rewritten.
 *
 * Owns: nothing. Fails: IO, NOMEM. Threads: one at a time. */
#ifndef TN_APPLY_FORECAST_H
#define TN_APPLY_FORECAST_H

#include "interp/apply/plan.h"

/* Appends `"forecast":[...]`: a row for each place. `remaining` are those that are due
 * and were left, one for each place. */
void tn_forecast_put(tn_buf *body, const tn_plan *plan, const uint64_t *remaining);

/* Sets has_expected and expected_count, from the last run that has the place. */
TN_MUST_USE tn_status tn_forecast_expected(tn_ledger *ledger, tn_instant instant,
                                           tn_plan_place *place);

/* Is it beyond what may be expected: by half of it and by 1,000 records? */
bool tn_forecast_is_off(const tn_plan_place *place);

#endif

/* limits: what a run must not be, before its first deletion.
 *
 * Each refusal says what is wrong and how to go on. On by default: a tenth of a place's
 * records and a million of them; what the last run expected; a policy that was not
 * accepted; a clock that is off.
 *
 * Owns: nothing. Fails: REFUSED, with a sentence or two; IO, NOMEM. Threads: one. */
#ifndef TN_APPLY_LIMITS_H
#define TN_APPLY_LIMITS_H

#include "interp/apply/plan.h"

enum {
    TN_LIMIT_PERCENT = 10,
    TN_LIMIT_RECORDS = 1000000,
    TN_LIMIT_CLOCK_SECONDS = 300 /* host, store and ledger may be so far apart */
};

typedef struct tn_limits {
    bool has_records; /* --max-delete N */
    uint64_t records;
    bool has_percent; /* --max-delete N% */
    double percent;
    bool accepts_unexpected; /* --accept-unexpected */
    bool accepts_upstream;   /* --accept-upstream */
    tn_str accepts_policy;   /* --accept-policy DIGEST; may be empty */
} tn_limits;

/* The most that may be erased in a place. */
uint64_t tn_limits_of(const tn_limits *limits, const tn_plan_place *place);

/* How far a plan's run has come. */
typedef enum tn_run_state { TN_RUN_NEW, TN_RUN_STOPPED, TN_RUN_DONE } tn_run_state;

TN_MUST_USE tn_status tn_limits_run_state(tn_ledger *ledger, tn_str run,
                                          tn_run_state *out);

/* All of it. `image` is what the plan's paths give now. */
TN_MUST_USE tn_status tn_limits_check(const tn_limits *limits, const tn_plan *plan,
                                      const tn_image *image, tn_ledger *ledger,
                                      tn_instant now);

/* Only whether the plan's times and the clock allow it: once more after a question that
 * may have waited long for its answer. */
TN_MUST_USE tn_status tn_limits_check_times(const tn_plan *plan, tn_ledger *ledger,
                                            tn_instant now);

#endif

/* summary: what an eval found, for people (a table in 80 columns) and for programs (one
 * JSON object).
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: one at a time. */
#ifndef TN_EVAL_SUMMARY_H
#define TN_EVAL_SUMMARY_H

#include "interp/eval/conditions.h"
#include "interp/eval/tally.h"

typedef struct tn_summary {
    const tn_eval *eval;
    const tn_tally *tallies; /* one for each bound place, ended */
    const tn_condition_tally *conditions;
    uint32_t condition_count;
} tn_summary;

/* `color`: with the escape sequences of terminals. */
void tn_summary_put_text(tn_buf *buf, const tn_summary *summary, bool color);

void tn_summary_put_json(tn_buf *buf, const tn_summary *summary);

/* --- what both need */

/* Is it of a deployment, not of a file that a command named? */
bool tn_summary_is_deployment(const tn_summary *summary);

/* The policy's word for a placement; for a file its path. */
tn_str tn_summary_place(const tn_image *image, const tn_bound *bound);

/* The binding's roles, "primary" and so on, at most `TN_ROLE_NAMES`, in order. */
enum { TN_ROLE_NAMES = 3 };
uint32_t tn_summary_roles(const tn_image *image, const tn_bound *bound,
                          const char *out[TN_ROLE_NAMES]);

#endif

/* doubt_text: what is in doubt, and what to do about it, in words.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: as the judge. */
#ifndef TN_EVAL_DOUBT_TEXT_H
#define TN_EVAL_DOUBT_TEXT_H

#include "interp/eval/judge.h"

/* "audit_time", "customer.terminated": a slot of a category. */
void tn_doubt_put_slot(tn_buf *buf, const tn_image *image, uint32_t category,
                       uint32_t slot);

/* "customer": the category's entity number `of`. */
tn_str tn_doubt_entity(const tn_image *image, uint32_t category, uint32_t of);

/* One sentence about this record, without a full stop: "audit_time is null". */
void tn_doubt_put_message(tn_buf *buf, const tn_judged *judged, const tn_doubt *doubt);

/* The same for many records that have the doubt alike: "audit_time is missing, or not
 * a timestamp with its zone". */
void tn_doubt_put_cause(tn_buf *buf, const tn_image *image, const tn_bound *bound,
                        const tn_doubt *doubt);

/* What to do about it: "correct the records, or ...". Borrowed: static. */
const char *tn_doubt_advice(tn_reason reason);

#endif

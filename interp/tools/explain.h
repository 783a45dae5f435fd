/* explain: why a record has its verdict, for people.
 *
 *   verdict          in one line, with the time left or overdue
 *   because          the clause that decides, quoted, with its arithmetic
 *   overrides        what of the category replaces a parent's, and where both stand
 *   in doubt         what can't be told, for a flag
 *   not yet          the clauses that take part and are not due first
 *   checked          holds and duties, those that are not there too
 *   would change it  what and when
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM. Threads: as the decider.
 */
#ifndef TN_TOOLS_EXPLAIN_H
#define TN_TOOLS_EXPLAIN_H

#include "interp/decide/decide.h"
#include "interp/eval/origin.h"

typedef struct tn_explained {
    tn_decider *decider;       /* after tn_decide with TN_WANT_ALL */
    const tn_run *run;         /* of the decider */
    uint32_t category;         /* row of the image */
    uint32_t placement;        /* row of the image; TN_NONE: none */
    const tn_verdict *verdict; /* of that decision */
    tn_str record;             /* the record's key, as people know it */
    /* Where the values come from, so that columns can be named; NULL: unknown. */
    const tn_origin *origin;
} tn_explained;

TN_MUST_USE tn_status tn_explain_put(tn_buf *buf, const tn_explained *explained);

/* The text of a clause as written, on one line; empty where the image has no sources.
 */
void tn_explain_quote(tn_buf *buf, const tn_image *image, uint32_t place);

/* "file:line:column" of a place. */
void tn_explain_place(tn_buf *buf, const tn_image *image, uint32_t place);

/* "audit_time", "customer.terminated": what a slot of a category is called. */
void tn_explain_slot(tn_buf *buf, const tn_image *image, uint32_t category,
                     uint32_t slot);

/* "3 days 4 hours": two units at most, rounded down. */
void tn_explain_span(tn_buf *buf, tn_instant from, tn_instant to);

#endif

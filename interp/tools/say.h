/* say: a policy read back in plain English, a sentence a clause.
 *
 *   Each record is kept for 1 year from audit_time; then it must be deleted at once.
 *       for audit_time 2024-01-31T10:00:00Z: due 2025-01-31T10:00:00Z
 *
 * The sentences are made from the checked model, never from the text: the same clause
 * always gives the same words. Only a condition that is more than comparisons joined by
 * && or || is quoted as it is written. Below each sentence stands what it comes to for
 * an example.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: free. */
#ifndef TN_TOOLS_SAY_H
#define TN_TOOLS_SAY_H

#include "interp/check/model.h"

/* Row `module` of the model: its sections, then its categories (say_module.c). */
void tn_say_module(tn_buf *out, const tn_model *model, uint32_t module);

/* The clauses of its categories as objects {"category", "clause": "file:line:column",
 * "sentence", "example"}, the last null where there is none, in an array that the
 * caller closes: the first object of a buffer opens it (say_json.c). */
void tn_say_module_json(tn_buf *out, const tn_model *model, uint32_t module);

/* Clause `i` of the category as one sentence, with its reason and a full stop. */
void tn_say_clause(tn_buf *out, const tn_model *model, const tn_category *category,
                   uint32_t i);

/* "kind is \"order\" and priority is at most 3" (say_guard.c). */
void tn_say_guard(tn_buf *out, const tn_model *model, const tn_expr *guard);

/* The example below a sentence, a line; nothing for a clause without dates
 * (say_dates.c). */
void tn_say_dates(tn_buf *out, const tn_model *model, const tn_category *category,
                  const tn_clause *clause);

/* "audit_time", "customer.terminated": a slot of the category. */
void tn_say_slot(tn_buf *out, const tn_model *model, const tn_category *category,
                 uint32_t slot);

#endif

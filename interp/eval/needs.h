/* needs: which fields of a category its clauses read.
 *
 * What no clause reads is not fetched from a store: it can move no verdict.
 *
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_EVAL_NEEDS_H
#define TN_EVAL_NEEDS_H

#include "interp/image/image.h"

/* Sets needed[i] for each field i of the category, from 0. */
void tn_needs_fields(const tn_image *image, uint32_t category, bool *needed);

/* The same of all its slots, fields first: sets needed[i] for each slot i. */
void tn_needs_slots(const tn_image *image, uint32_t category, bool *needed);

/* Does a clause read fact number `fact` (from 0) of the category's entity `of`? */
bool tn_needs_fact(const tn_image *image, uint32_t category, uint32_t of,
                   uint32_t fact);

/* Calls visit(to, slot) for each slot that expression `expr` reads; TN_NONE reads none.
 */
typedef void tn_needs_visit(void *to, uint32_t slot);
void tn_needs_of_expr(const tn_cel_code *code, uint32_t expr, tn_needs_visit *visit,
                      void *to);

#endif

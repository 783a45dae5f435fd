/* clause_text: a clause in canonical words, so that clauses can be compared, within one
 * category: equal words, equal meaning.
 *
 * Owns: nothing. Fails: by the buffer. Threads: one check, one thread. */
#ifndef TN_CHECK_CLAUSE_TEXT_H
#define TN_CHECK_CLAUSE_TEXT_H

#include "interp/check/category.h"

/* What it counts from or waits for: rounding, anchor, event. */
void tn_clause_put_source(const tn_making *m, const tn_clause *clause, tn_buf *buf);

/* All that decides: kind, source, periods, condition, what is redacted. */
void tn_clause_put_whole(const tn_making *m, const tn_clause *clause, tn_buf *buf);

#endif

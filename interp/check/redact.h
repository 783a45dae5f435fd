/* redact: the fields that are to be nulled or replaced while the record is kept.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_REDACT_H
#define TN_CHECK_REDACT_H

#include "interp/check/category.h"

/* Sets redact_fields and redact_to of a clause. */
TN_MUST_USE tn_status tn_redact_read(tn_making *m, const tn_item *item,
                                     tn_clause *clause, bool *failed);

/* Once all clauses are there: no field that decides something may be redacted. */
void tn_redact_check(tn_making *m);

#endif

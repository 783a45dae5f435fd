/* findings: what is well-formed but wrong, or suspicious, in one category (LANGUAGE.md,
 * chapter 16), as far as it needs no reasoning about conditions.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_FINDINGS_H
#define TN_CHECK_FINDINGS_H

#include "interp/check/category.h"

TN_MUST_USE tn_status tn_findings_find(tn_making *m);

/* Clauses that repeat or contradict each other. */
TN_MUST_USE tn_status tn_contradictions_find(tn_making *m);

#endif

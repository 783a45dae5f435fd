/* findings: what is well-formed but wrong, or suspicious, in one category (LANGUAGE.md,
 * chapter 16). What depends on conditions is said only where logic.h can prove it.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_FINDINGS_H
#define TN_CHECK_FINDINGS_H

#include "interp/check/category.h"
#include "interp/check/logic.h"

/* A category whose conditions are reasoned about. */
typedef struct tn_reasoning {
    tn_making *m;
    tn_logic_source source;
    tn_cel_code code;
    tn_arena scratch;
} tn_reasoning;

TN_MUST_USE tn_status tn_reasoning_init(tn_reasoning *r, tn_making *m);
void tn_reasoning_free(tn_reasoning *r);

/* Can both clauses take part at once? Is `b` taking part wherever `a` is? Of retain
 * forms, what earlier ones take away is not counted. */
bool tn_reasoning_may_meet(tn_reasoning *r, const tn_clause *a, const tn_clause *b);
bool tn_reasoning_implies(tn_reasoning *r, const tn_clause *a, const tn_clause *b);

TN_MUST_USE tn_status tn_findings_find(tn_making *m);

/* Clauses that repeat or contradict each other. */
TN_MUST_USE tn_status tn_contradictions_find(tn_reasoning *r);

/* Conditions that are always true, or never; clauses that never decide anything. */
TN_MUST_USE tn_status tn_shadows_find(tn_reasoning *r);

#endif

/* terms: periods as written, summed; and which of two is longer.
 *
 * Owns: nothing. Fails: by false, after a diagnostic. Threads: one check, one thread.
 */
#ifndef TN_CHECK_TERMS_H
#define TN_CHECK_TERMS_H

#include "interp/check/checker.h"

/* The sum of the terms, whose names are looked for in `scope`; false after a
 * diagnostic, where it is nothing, too much, has a unit that periods do not have, or a
 * name that no period has. */
bool tn_terms_sum(tn_checker *ck, const tn_scope *scope, const tn_term *terms,
                  tn_period *out);

/* The period that a term with a name means; NULL after a diagnostic. */
const tn_named_period *tn_terms_named(tn_checker *ck, const tn_scope *scope,
                                      const tn_term *term);

/* All terms together. */
tn_span tn_terms_at(const tn_term *terms);

/* A text such as "90 days" or "1 day + 12 hours" as an exact number of seconds, a day
 * being 24 hours; false where it is not that. */
bool tn_terms_exact_seconds(tn_str text, int64_t *seconds);

typedef enum tn_longer {
    TN_LONGER_NEVER,     /* `a` never ends after `b` */
    TN_LONGER_SOMETIMES, /* from some dates it does */
    TN_LONGER_ALWAYS     /* from every date it does */
} tn_longer;

/* Does `a` end later than `b`, counted from the same date? *from is a date (a day since
 * 1970-01-01) from which it does. Decided on the calendar of UTC. */
tn_longer tn_period_longer(tn_period a, tn_period b, int32_t *from);

#endif

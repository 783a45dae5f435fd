/* gdpr: what the General Data Protection Regulation asks of a category and a policy can
 * show (LANGUAGE.md, chapter 16, has the articles). What holds for any category, such
 * as a purpose and a legal basis, is in findings.h.
 *
 * Owns: nothing. Fails: cannot; what it finds are warnings. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_GDPR_H
#define TN_CHECK_GDPR_H

#include "interp/check/category.h"

/* Is one of the category's bases std.gdpr's of this name, or under it? */
bool tn_gdpr_rests_on(const tn_making *m, const char *name);

/* Reports what a category that is made, clauses included, lacks. */
void tn_gdpr_find(const tn_making *m);

#endif

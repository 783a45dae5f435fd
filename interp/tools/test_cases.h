/* test_cases: tests at the boundaries of a policy, for a person to confirm.
 *
 * For each clause of a category a record is looked for of which it takes part, and
 * decided a second before, at, and a second after what it says is due and its deadline;
 * for an event also before it, without it, and for a record made after it; then each
 * value that matters missing, a hold, no row of an entity. What is expected is what the
 * program decides, so the tests pass as they are written: whether they are right is for
 * whoever knows the document to say.
 *
 * A condition that no change of one or two values meets is said in a comment. The
 * values tried are those that the conditions of the policy speak of.
 *
 * Owns: nothing; what it needs meanwhile lies in the caller's arena. Fails: NOMEM.
 * Threads: one. */
#ifndef TN_TOOLS_TEST_CASES_H
#define TN_TOOLS_TEST_CASES_H

#include "interp/decide/decide.h"

/* Appends `test` blocks for row `category` of the image, as the category's own module
 * would write them. */
TN_MUST_USE tn_status tn_test_cases_put(const tn_image *image, uint32_t category,
                                        tn_arena *arena, tn_buf *out);

#endif

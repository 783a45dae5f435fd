/* policy_test: runs the tests that live with a policy, and says what they did not
 * reach.
 *
 * An entity that a test does not speak of has a row on which nothing has happened and
 * nothing is held; `ENTITY = null` says that there is no row for the record.
 *
 * Owns: the coverage's arrays, until tn_coverage_free. Fails: NOMEM. Threads: one. */
#ifndef TN_TOOLS_POLICY_TEST_H
#define TN_TOOLS_POLICY_TEST_H

#include "interp/check/model.h"
#include "interp/decide/decide.h"

/* What of each clause of the image some test has seen. */
typedef struct tn_coverage {
    const tn_allocator *memory;
    uint32_t clause_count;
    unsigned char *seen; /* TN_SEEN_ bits, one a clause */
} tn_coverage;

enum {
    TN_SEEN_TAKING_PART = 1,
    TN_SEEN_GUARD_TRUE = 2, /* true or false after `unless` has turned it round */
    TN_SEEN_GUARD_FALSE = 4
};

TN_MUST_USE tn_status tn_coverage_init(tn_coverage *coverage, const tn_image *image,
                                       const tn_allocator *memory);
void tn_coverage_free(tn_coverage *coverage);
/* What must be seen of a clause: TN_SEEN_ bits. */
unsigned tn_coverage_wanted(const tn_image *image, uint32_t clause);

typedef struct tn_test_result {
    bool passed;
    tn_str problem; /* why it could not be run: an error in its values; else empty */
    tn_verdict verdict; /* without redact and doubts */
} tn_test_result;

/* A checked policy whose tests are run, and where what they reach is noted. */
typedef struct tn_policy_tests {
    const tn_model *model;
    const tn_image *image; /* of the model */
    tn_coverage *coverage;
} tn_policy_tests;

/* Runs test number `test` of the model; texts of the result lie in `arena`. */
TN_MUST_USE tn_status tn_policy_test_run(const tn_policy_tests *tests, uint32_t test,
                                         tn_arena *arena, tn_test_result *out);

#endif

/* logic: what conditions can and cannot be, whatever the record.
 *
 * A condition is true, false or cannot be told (LANGUAGE.md, chapter 11). It is taken
 * apart at !, && and ||; what is left are comparisons of a slot with a constant, whose
 * meaning is known (intervals, sets, null), and parts that are not looked into: the
 * same part is the same thing, and else it may be anything. So what is said to be
 * impossible is impossible, and where it can't be known, or would take too long, all is
 * possible.
 *
 * Owns: nothing; what it needs meanwhile lies in the caller's arena. Fails: never; out
 * of memory everything is possible. Threads: one query at a time. */
#ifndef TN_CHECK_LOGIC_H
#define TN_CHECK_LOGIC_H

#include "interp/base/arena.h"
#include "interp/cel/code.h"
#include "interp/image/terms.h"

typedef enum tn_telling {
    TN_TELLS_FALSE,
    TN_TELLS_TRUE,
    TN_TELLS_NOTHING /* an error, or no bool */
} tn_telling;

/* Conditions of one origin, and what they read. */
typedef struct tn_logic_source {
    const tn_cel_code *code;
    const tn_field_type *types; /* one for each slot */
    const uint32_t *names; /* one for each slot: equal numbers in two sources are one
                              value; NULL: the slots' own numbers */
    uint32_t slot_count;
} tn_logic_source;

/* That a condition comes to this. */
typedef struct tn_claim {
    const tn_logic_source *of;
    uint32_t expr; /* TN_NONE: it is always true */
    bool negated;  /* unless */
    tn_telling is;
} tn_claim;

typedef struct tn_logic {
    tn_arena *arena;     /* scratch: reset by each query */
    uint32_t steps_left; /* of all queries together: hostile conditions end here */
} tn_logic;

enum { TN_LOGIC_STEPS = 2000000 };

/* Can all of the claims be so of one record? */
bool tn_logic_may_be(tn_logic *logic, const tn_claim *claims, uint32_t count);

/* Is `b` true wherever `a` is? Each claim's `is` does not matter. */
bool tn_logic_implies(tn_logic *logic, const tn_claim *a, const tn_claim *b);
/* Are they true, false and neither for the same records? */
bool tn_logic_is_same(tn_logic *logic, const tn_claim *a, const tn_claim *b);

#endif

/* verify: the only way from bytes to code that may run.
 *
 * One linear pass over each array proves every offset, count, constant, text, slot,
 * local, kind, stack depth and nesting. After it, evaluation cannot read out of bounds,
 * loop for ever or need more stack than its row says.
 *
 * Owns: nothing; takes a third of the strings' size while it works.
 * Fails: BAD_IMAGE, and says what and where; NOMEM. Threads: free. */
#ifndef TN_CEL_VERIFY_H
#define TN_CEL_VERIFY_H

#include "interp/cel/code.h"

typedef struct tn_cel_fault {
    const char *what; /* a static text; NULL: no fault */
    uint32_t row;     /* of the array that `what` speaks of */
} tn_cel_fault;

/* `fault` may be NULL. */
TN_MUST_USE tn_status tn_cel_verify(const tn_cel_code *code, const tn_allocator *memory,
                                    tn_cel_fault *fault);

#endif

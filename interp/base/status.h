/* status: how calls end, and the two macros every room uses.
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_BASE_STATUS_H
#define TN_BASE_STATUS_H

#include "interp/include/tenure.h"
#include <assert.h>

/* Returns at once when `call` does not end well. Only where nothing is held. */
#define TN_TRY(call)                                                                   \
    do {                                                                               \
        tn_status try_status_ = (call);                                                \
        if (try_status_ != TN_OK)                                                      \
            return try_status_;                                                        \
    } while (0)

/* A branch that our own invariants exclude: stops a test, recovers in a release. */
#define TN_NEVER(x) (assert(!(x)), (x))

#define TN_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* "None" where an index or a row number is expected. */
#define TN_NONE UINT32_MAX

#endif

/* memory: an allocator that fails when told to, and knows what is not given back.
 *
 *     for (size_t n = 1; ; n++) {
 *         tn_test_memory memory;
 *         tn_test_memory_init(&memory, n);
 *         tn_status status = scenario(&memory.allocator);
 *         assert_int_equal(memory.live_count, 0);
 *         if (status == TN_OK) break;
 *         assert_int_equal(status, TN_NOMEM);
 *     }
 *
 * Owns: nothing. Threads: one. */
#ifndef TN_TESTS_SUPPORT_MEMORY_H
#define TN_TESTS_SUPPORT_MEMORY_H

#include "interp/include/tenure.h"

#include <stdbool.h>

typedef struct tn_test_memory {
    tn_allocator allocator; /* its user is this struct: do not copy it once used */
    size_t fail_at;         /* the number of the allocation that fails; 0: none does */
    bool once;              /* only that one fails; else all after it too */
    size_t count;
    size_t live_count;
    size_t live_bytes; /* counted by the sizes that callers tell */
    size_t peak_bytes; /* the most of them at once */
} tn_test_memory;

/* Makes allocation number `fail_at` fail, and all after it. */
void tn_test_memory_init(tn_test_memory *memory, size_t fail_at);

#endif

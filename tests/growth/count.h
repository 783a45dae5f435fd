/* count: the steps that the code under test takes: every basic block that it enters,
 * for it is compiled with -fsanitize-coverage=trace-pc, and for every eight bytes that
 * it has the C library copy, fill, compare or look through one more (the linker's
 * --wrap). The same input takes the same steps on every machine, to within a few of
 * hashes of addresses: no time is measured.
 *
 * Owns: one number. Fails: cannot. Threads: one. */
#ifndef TN_TESTS_GROWTH_COUNT_H
#define TN_TESTS_GROWTH_COUNT_H

#include <stdint.h>

/* Since the program began. */
uint64_t count_steps(void);

#endif

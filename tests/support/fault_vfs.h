/* fault_vfs: for tests, SQLite's files with failures on request.
 *
 * While registered it is the default VFS. It counts the calls that change files; from
 * the `fail_at`-th on (1 is the first; 0: never) each fails in the way asked for, or,
 * with `once`, only that one. Only files whose name holds `only` take part. */
#ifndef TN_TESTS_SUPPORT_FAULT_VFS_H
#define TN_TESTS_SUPPORT_FAULT_VFS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum test_fault {
    TEST_FAULT_IO,    /* writes and syncs fail */
    TEST_FAULT_FULL,  /* writes find the disk full */
    TEST_FAULT_SHORT, /* writes write half and then fail */
    TEST_FAULT_SYNC,  /* only syncs fail */
    TEST_FAULT_KILL   /* the process ends as by kill -9, in the middle of a write */
} test_fault;

typedef struct test_faults {
    test_fault kind;
    unsigned long fail_at;
    bool once;
    const char *only; /* NULL: all files */
    unsigned long count;
    bool has_failed;
} test_faults;

/* Registers; what is returned is its state, to be set at any time. */
test_faults *test_fault_vfs(void);
/* Counts from 0, fails from `fail_at` on. */
void test_fault_set(test_fault kind, unsigned long fail_at);

#endif

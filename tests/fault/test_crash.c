/* apply, killed and starved: whatever happens at whatever write, afterwards nothing
 * that should stay is gone, a run of the same plan finishes the work, and the ledger's
 * number is the number of records that were deleted. */
#include "tests/fault/support.h"
#include "tests/support/fault_vfs.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

/* --- killed at each write and sync */

typedef struct killing {
    const char *mode; /* of the store's journal */
    unsigned long step;
    tn_evidence evidence;
    const char *before; /* what is done to the rows; NULL: nothing */
} killing;

static void kill_everywhere(const killing *how)
{
    int status = 1;
    for (unsigned long n = 1; status != 0; n += how->step) {
        test_world world;
        open_world(&world, how->mode, 80);
        world.options.evidence = how->evidence;
        if (how->before != NULL)
            test_world_sql(&world, how->before);
        truth t = take_truth(&world);
        test_world_plan(&world);
        pid_t child = fork();
        assert_true(child >= 0); /* kill(-1) would reach everybody */
        if (child == 0) {
            test_fault_vfs()->once = true;
            test_fault_set(TEST_FAULT_KILL, n);
            _exit(finish(&world) ? 0 : 1);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        if (status != 0 && !WIFSIGNALED(status))
            fail_msg("the run failed before write %lu", n);
        check_stays(&world, &t);
        if (status != 0)
            must_finish(&world);
        check_end(&world, &t);
        test_world_close(&world);
    }
}

static void test_crash__killed_at_every_write_with_a_rollback_journal(void **state)
{
    (void)state;
    kill_everywhere(&(killing){"DELETE", 1, TN_EVIDENCE_KEYS, NULL});
}

static void test_crash__killed_at_every_write_with_a_write_ahead_log(void **state)
{
    (void)state;
    kill_everywhere(&(killing){"WAL", 1, TN_EVIDENCE_KEYS, NULL});
}

/* Ranges of rowids are counted out, reckoned, and counted out again; no key is kept. */
static void test_crash__killed_with_evidence_of_ranges(void **state)
{
    (void)state;
    kill_everywhere(&(killing){"WAL", 3, TN_EVIDENCE_RANGE,
                               "UPDATE orders SET id = id * 1000 WHERE id > 45"});
}

/* Killed again and again at later writes: each start gets a little further. */
static void test_crash__killed_again_while_it_recovers(void **state)
{
    (void)state;
    for (unsigned long n = 5; n < 60; n += 7) {
        test_world world;
        int status = 1;
        open_world(&world, "WAL", 80);
        truth t = take_truth(&world);
        test_world_plan(&world);
        for (int tries = 0; status != 0; tries++) {
            pid_t child = fork();
            assert_true(child >= 0); /* kill(-1) would reach everybody */
            if (child == 0) {
                test_fault_vfs()->once = true;
                test_fault_set(TEST_FAULT_KILL, n + 9 * (unsigned long)tries);
                _exit(finish(&world) ? 0 : 1);
            }
            assert_int_equal(waitpid(child, &status, 0), child);
            check_stays(&world, &t);
        }
        check_end(&world, &t);
        test_world_close(&world);
    }
}

/* --- killed at random times */

static void test_crash__killed_at_random_times(void **state)
{
    (void)state;
    unsigned seed = 7;
    for (int round = 0; round < 4; round++) {
        test_world world;
        int status = 1;
        open_world(&world, round % 2 == 0 ? "WAL" : "DELETE", 2000);
        truth t = take_truth(&world);
        world.options.chunk_rows = 50;
        test_world_plan(&world);
        for (long tries = 0; status != 0; tries++) { /* each gets a little more time */
            pid_t child = fork();
            assert_true(child >= 0); /* kill(-1) would reach everybody */
            if (child == 0)
                _exit(finish(&world) ? 0 : 1);
            seed = seed * 1103515245 + 12345;
            long most = (tries < 90 ? 10 + 10 * tries : 900) * 1000000;
            struct timespec wait = {0, (long)(seed >> 8) * 64 % most};
            nanosleep(&wait, NULL);
            kill(child, SIGKILL);
            assert_int_equal(waitpid(child, &status, 0), child);
            if (status != 0 && !WIFSIGNALED(status))
                fail_msg("the run failed");
            check_stays(&world, &t);
        }
        check_end(&world, &t);
        test_world_close(&world);
    }
}

/* --- disks that fail */

static void fail_everywhere(test_fault kind, const char *only, bool once)
{
    bool struck = true;
    test_faults *faults = test_fault_vfs();
    for (unsigned long n = 1; struck; n++) {
        test_world world;
        open_world(&world, n % 2 == 0 ? "WAL" : "DELETE", 80);
        truth t = take_truth(&world);
        test_world_plan(&world);
        faults->only = only;
        faults->once = once;
        test_fault_set(kind, n);
        tn_status status = test_world_try_apply(&world, NULL);
        struck = faults->has_failed;
        test_fault_set(kind, 0);
        faults->only = NULL;
        check_stays(&world, &t);
        if (status != TN_OK)
            must_finish(&world);
        check_end(&world, &t);
        test_world_close(&world);
    }
}

static void test_crash__the_store_s_disk_is_full(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_FULL, "s.db", false);
}

static void test_crash__the_ledger_s_disk_is_full(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_FULL, "l.ledger", false);
}

static void test_crash__writes_fail(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_IO, NULL, true);
    fail_everywhere(TEST_FAULT_IO, NULL, false);
}

static void test_crash__writes_are_short(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_SHORT, NULL, false);
}

static void test_crash__syncs_fail(void **state)
{
    (void)state;
    fail_everywhere(TEST_FAULT_SYNC, NULL, true);
}

/* --- out of memory: SQLite's allocations fail from the n-th on */

static sqlite3_mem_methods real_memory;
static unsigned long memory_calls, memory_fails_at;

static bool memory_fails(void)
{
    return memory_fails_at != 0 && ++memory_calls >= memory_fails_at;
}

static void *failing_malloc(int size)
{
    return memory_fails() ? NULL : real_memory.xMalloc(size);
}

static void *failing_realloc(void *block, int size)
{
    return memory_fails() ? NULL : real_memory.xRealloc(block, size);
}

static void test_crash__sqlite_is_out_of_memory(void **state)
{
    (void)state;
    bool failed = true;
    for (unsigned long n = 1; failed; n += 1 + n / 6) {
        test_world world;
        open_world(&world, "WAL", 80);
        truth t = take_truth(&world);
        test_world_plan(&world);
        memory_calls = 0;
        memory_fails_at = n;
        tn_status status = test_world_try_apply(&world, NULL);
        memory_fails_at = 0;
        failed = memory_calls >= n;
        check_stays(&world, &t);
        if (status != TN_OK)
            must_finish(&world);
        check_end(&world, &t);
        test_world_close(&world);
    }
}

static void hook_memory(void)
{
    sqlite3_mem_methods methods;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
    methods = real_memory;
    methods.xMalloc = failing_malloc;
    methods.xRealloc = failing_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crash__killed_at_every_write_with_a_rollback_journal),
        cmocka_unit_test(test_crash__killed_at_every_write_with_a_write_ahead_log),
        cmocka_unit_test(test_crash__killed_with_evidence_of_ranges),
        cmocka_unit_test(test_crash__killed_again_while_it_recovers),
        cmocka_unit_test(test_crash__killed_at_random_times),
        cmocka_unit_test(test_crash__the_store_s_disk_is_full),
        cmocka_unit_test(test_crash__the_ledger_s_disk_is_full),
        cmocka_unit_test(test_crash__writes_fail),
        cmocka_unit_test(test_crash__writes_are_short),
        cmocka_unit_test(test_crash__syncs_fail),
        cmocka_unit_test(test_crash__sqlite_is_out_of_memory),
    };
    hook_memory();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* apply, killed and starved: whatever happens at whatever write, afterwards nothing
 * that should stay is gone, a run of the same plan finishes the work, and the ledger's
 * number is the number of records that were deleted. */
#include "tests/support/fault_vfs.h"
#include "tests/support/world.h"

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

static const char policy[] =
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"
    "entity customer \"Customer\" { event terminated \"gone\" }\n"
    "category orders \"T\" of customer @personal {\n"
    "  fields { made : timestamp @created  note : string  ip : string }\n"
    "  purpose sales  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 1 year from made\n"
    "  redact ip after 1 month from made\n"
    "}\n";

static const char deployment[] =
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"
    "entity customer from db table \"customer\" key id {\n"
    "  terminated = terminated_at  hold = held\n}\n"
    "bind shop.orders { db as primary to db table \"orders\" { customer = customer_id "
    "} "
    "}\n";

/* Customer 2 is held. Of `count` rows a day apart every one over a year old is due, and
 * every one over a month old has an address too many. */
static void open_world(test_world *world, const char *mode, int count)
{
    char sql[1024];
    snprintf(
        sql, sizeof(sql),
        "PRAGMA journal_mode=%s;"
        "CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at TEXT, held);"
        "INSERT INTO customer VALUES(1,NULL,0),(2,NULL,1),(3,NULL,0);"
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id, made, note, ip);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
        "%d) INSERT INTO orders SELECT i, 1 + i %% 3, "
        "strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', '2026-11-24', '-' || (i * %d %% 800) "
        "|| ' days'), 'n' || i, '10.0.0.1' FROM c;",
        mode, count, count > 1000 ? 1 : 10);
    test_world_open(world, policy, deployment, sql);
    world->options.chunk_rows = 20;
}

typedef struct truth {
    long long rows;  /* in all */
    long long due;   /* to be deleted */
    long long bare;  /* to be redacted, of those that stay */
    long long stays; /* a sum over all that must stay */
} truth;

#define DUE "customer_id <> 2 AND made <= '2025-11-24T00:00:00Z'"

static truth take_truth(test_world *world)
{
    truth t = {
        test_world_ask(world, "SELECT count(*) FROM orders"),
        test_world_ask(world, "SELECT count(*) FROM orders WHERE " DUE),
        test_world_ask(world, "SELECT count(*) FROM orders WHERE customer_id <> 2 AND "
                              "made <= '2026-10-24T00:00:00Z' AND NOT (" DUE ")"),
        test_world_ask(world, "SELECT total(id * id) FROM orders WHERE NOT (" DUE ")")};
    return t;
}

/* In the middle: nothing that must stay is gone. */
static void check_stays(test_world *world, const truth *t)
{
    assert_int_equal(
        test_world_ask(world, "SELECT total(id * id) FROM orders WHERE NOT (" DUE ")"),
        t->stays);
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM orders WHERE note IS "
                                           "NULL"),
                     0);
    assert_int_equal(test_world_ask(world,
                                    "SELECT count(*) FROM orders WHERE ip IS NULL "
                                    "AND (customer_id = 2 OR made > "
                                    "'2026-10-24T00:00:00Z')"),
                     0);
}

/* At the end: everything due is gone, and the ledger knows how much. */
static void check_end(test_world *world, const truth *t)
{
    check_stays(world, t);
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM orders"),
                     t->rows - t->due);
    assert_int_equal(
        test_world_ask(world, "SELECT count(*) FROM orders WHERE ip IS NULL"), t->bare);
    assert_int_equal(test_world_ask_ledger(
                         world, "SELECT sum(json_extract(body, '$.count')) FROM entry "
                                "WHERE kind = 'outcome' AND json_extract(body, "
                                "'$.action') = 'delete'"),
                     t->due);
    assert_int_equal(test_world_ask_ledger(
                         world, "SELECT sum(json_extract(body, '$.count')) FROM entry "
                                "WHERE kind = 'outcome' AND json_extract(body, "
                                "'$.action') = 'redact'"),
                     t->bare);
    assert_int_equal(
        test_world_ask_ledger(world, "SELECT count(*) - count(DISTINCT run || place || "
                                     "chunk) FROM entry WHERE kind = 'outcome'"),
        0);
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM tenure_chunk"), 0);
    test_world_audit(world);
}

/* Applies the plan; one that was carried out, the ledger's last word included, before
 * the process ended is as good. */
static bool finish(test_world *world)
{
    tn_status status = test_world_try_apply(world, NULL);
    return status == TN_OK ||
           (status == TN_REFUSED &&
            strstr(test_world_why(world), "has been carried out") != NULL);
}

static void must_finish(test_world *world)
{
    if (!finish(world))
        fail_msg("not applied: %s", test_world_why(world));
}

/* --- killed at each write and sync */

static void kill_everywhere(const char *mode, unsigned long step)
{
    int status = 1;
    for (unsigned long n = 1; status != 0; n += step) {
        test_world world;
        open_world(&world, mode, 80);
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
    kill_everywhere("DELETE", 1);
}

static void test_crash__killed_at_every_write_with_a_write_ahead_log(void **state)
{
    (void)state;
    kill_everywhere("WAL", 1);
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

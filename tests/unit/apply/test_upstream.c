/* Upstream first: what feeds a store is erased before it, or it waits. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char policy[] =
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"
    "entity customer \"Customer\" { event terminated \"gone\" }\n"
    "category orders \"T\" of customer @personal {\n"
    "  fields { made : timestamp @created  note : string }\n"
    "  purpose sales  basis std.gdpr.contract\n"
    "  stored in db as primary, bus as temporary\n"
    "  retain 1 year from made\n}\n";

/* The queue is another table's database, or a file that is only read. */
#define DEPLOYMENT(bus)                                                                \
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"                         \
    "store far = sqlite env DB\nstore between = csv \"x\" feeds far\n"                 \
    "store bus = " bus " feeds between\n"                                              \
    "entity customer from db table \"customer\" key id {\n"                            \
    "  terminated = terminated_at  hold = held\n}\n"                                   \
    "bind shop.orders {\n"                                                             \
    "  db as primary to far table \"orders\" { customer = customer_id }\n"             \
    "  bus as temporary to bus table \"queue\" { customer = customer_id }\n}\n"

#define TABLE(name)                                                                    \
    "CREATE TABLE " name "(id INTEGER PRIMARY KEY, customer_id, made, note);"          \
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100)"    \
    " INSERT INTO " name " SELECT i, 1, strftime('%Y-%m-%dT%H:%M:%SZ', '2026-11-24',"  \
    " '-' || (i * 10) || ' days'), 'n' FROM c;"

#define CUSTOMERS                                                                      \
    "CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at, held);"              \
    "INSERT INTO customer VALUES(1,NULL,0);"

enum { ROWS = 100, DUE = 64 };

/* The queue lies in a database of its own, with `more` in it. */
static void open_world(test_world *world, const char *bus, const char *more)
{
    char own[sizeof(world->db)];
    test_world_open(world, policy, bus, CUSTOMERS TABLE("orders"));
    strcpy(own, world->db);
    strcat(strcpy(world->db, world->folder), "/bus.db");
    setenv("BUS", world->db, 1);
    test_world_sql(world, TABLE("queue"));
    test_world_sql(world, more);
    strcpy(world->db, own);
    world->options.chunk_rows = 30;
}

static long long ask_bus(test_world *world, const char *sql)
{
    char own[sizeof(world->db)];
    strcpy(own, world->db);
    strcat(strcpy(world->db, world->folder), "/bus.db");
    long long number = test_world_ask(world, sql);
    strcpy(world->db, own);
    return number;
}

static void check_left(test_world *world, long long queue, long long orders)
{
    assert_int_equal(ask_bus(world, "SELECT count(*) FROM queue"), queue);
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM orders"), orders);
}

static const char sqlite_bus[] = DEPLOYMENT("sqlite env BUS");

static void test_upstream__goes_first_wherever_it_is_bound(void **state)
{
    test_world world;
    (void)state;
    open_world(&world, sqlite_bus, "");
    world.stop_after = 1;
    test_world_plan(&world);
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    check_left(&world, ROWS, ROWS); /* 1 to 30: none is due */
    world.stop_after = 2;
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    check_left(&world, ROWS - 54, ROWS);
    world.stop_after = 0;
    test_world_apply(&world, NULL);
    check_left(&world, ROWS - DUE, ROWS - DUE);
    test_world_audit(&world);
    test_world_close(&world);
}

/* A row of the queue that something refers to stays; so does everything downstream. */
static void test_upstream__what_it_keeps_makes_downstream_wait(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_world(&world, sqlite_bus,
               "CREATE TABLE note(id INTEGER PRIMARY KEY, queue REFERENCES queue);"
               "INSERT INTO note VALUES(1, 50)");
    test_world_plan(&world);
    test_world_apply(&world, &report);
    check_left(&world, ROWS - DUE + 1, ROWS);
    assert_int_equal(report.remaining_count, 1 + DUE);
    world.options.limits.accepts_upstream = true;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    check_left(&world, ROWS - DUE + 1, ROWS - DUE);
    assert_int_equal(report.remaining_count, 1);
    test_world_audit(&world);
    test_world_close(&world);
}

static void write_lines(test_world *world, const char *made)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/queue.jsonl", world->folder);
    setenv("BUS", world->folder, 1);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "{\"customer_id\": 1, \"made\": \"%s\"}\n", made);
    assert_int_equal(fclose(file), 0);
}

static void test_upstream__where_it_is_only_read_downstream_is_refused(void **state)
{
    test_world world;
    (void)state;
    open_world(&world, DEPLOYMENT("jsonl env BUS"), "");
    write_lines(&world, "2020-01-01T00:00:00Z");
    test_world_plan(&world);
    assert_int_equal(test_world_try_apply(&world, NULL), TN_REFUSED);
    assert_non_null(strstr(test_world_why(&world), "--accept-upstream"));
    check_left(&world, ROWS, ROWS);
    world.options.limits.accepts_upstream = true;
    test_world_apply(&world, NULL);
    check_left(&world, ROWS, ROWS - DUE);
    test_world_close(&world);
}

static void test_upstream__without_anything_due_it_hinders_nothing(void **state)
{
    test_world world;
    (void)state;
    open_world(&world, DEPLOYMENT("jsonl env BUS"), "");
    write_lines(&world, "2026-11-01T00:00:00Z");
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_left(&world, ROWS, ROWS - DUE);
    test_world_close(&world);
}

/* --- what comes back */

static bool plan_says(test_world *world, const char *what)
{
    tn_buf_put_char(&world->plan, '\0');
    bool found = strstr(world->plan.data, what) != NULL;
    world->plan.len--;
    return found;
}

static void test_upstream__what_a_replay_brought_back_is_reported(void **state)
{
    test_world world;
    (void)state;
    open_world(&world, sqlite_bus, "");
    test_world_plan(&world);
    assert_false(plan_says(&world, "\"resurrected\":1"));
    test_world_apply(&world, NULL);
    test_world_sql(&world,
                   "INSERT INTO orders VALUES(50, 1, '2020-01-01T00:00:00Z', ''),"
                   "(60, 1, '2020-01-01T00:00:00Z', ''),"
                   "(500, 1, '2020-01-01T00:00:00Z', '')");
    test_world_plan(&world);
    assert_true(plan_says(&world, "\"due\":3,"));
    assert_true(plan_says(&world, "\"resurrected\":2,"));
    test_world_apply(&world, NULL);
    assert_int_equal(test_world_ask_ledger(
                         &world, "SELECT max(json_extract(p.value, '$.resurrected'))"
                                 " FROM entry, json_each(body, '$.places') p"
                                 " WHERE kind = 'run'"),
                     2);
    test_world_audit(&world);
    test_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_upstream__goes_first_wherever_it_is_bound),
        cmocka_unit_test(test_upstream__what_it_keeps_makes_downstream_wait),
        cmocka_unit_test(test_upstream__where_it_is_only_read_downstream_is_refused),
        cmocka_unit_test(test_upstream__without_anything_due_it_hinders_nothing),
        cmocka_unit_test(test_upstream__what_a_replay_brought_back_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

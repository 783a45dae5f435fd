/* The look after the chunks: whatever others did meanwhile is seen and said. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define CATEGORY(name)                                                                 \
    "category " name " \"T\" of customer @personal {\n"                                \
    "  fields { made : timestamp @created  note : string }\n"                          \
    "  purpose sales  basis std.gdpr.contract  stored in db as primary\n"              \
    "  retain 1 year from made\n}\n"

#define HEAD                                                                           \
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"               \
    "entity customer \"Customer\" { event terminated \"gone\" }\n" CATEGORY("orders")

#define DEPLOYMENT                                                                     \
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"                         \
    "entity customer from db table \"customer\" key id {\n"                            \
    "  terminated = terminated_at  hold = held\n}\n"

#define BIND(category, where)                                                          \
    "bind shop." category " { db as primary to db table \"orders\" " where             \
    " { customer = customer_id } }\n"

static const char all[] = DEPLOYMENT BIND("orders", "");

enum { ROWS = 100, DUE = 64 };

/* Row i was made i * 10 days ago: from 37 on they are due. */
static void open_world(test_world *world, const char *policy, const char *deployment,
                       const char *note)
{
    char sql[1024];
    snprintf(sql, sizeof(sql),
             "CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at, held);"
             "INSERT INTO customer VALUES(1,NULL,0),(2,NULL,1);"
             "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id, made, note);"
             "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
             "%d) INSERT INTO orders SELECT i, 1, strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ',"
             " '2026-11-24', '-' || (i * 10) || ' days'), %s FROM c",
             ROWS, note);
    test_world_open(world, policy, deployment, sql);
    world->options.chunk_rows = 20;
}

static void check_count(test_world *world, const char *where, long long count)
{
    char sql[256];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM orders WHERE %s", where);
    assert_int_equal(test_world_ask(world, sql), count);
}

static void insert_behind(test_world *world)
{
    if (world->chunks == 4)
        test_world_sql(world, "INSERT INTO orders VALUES(-5, 1, '2020-01-01', 'x'),"
                              "(-4, 2, '2020-01-01T00:00:00Z', 'held'),"
                              "(-3, 1, '2020-01-01T00:00:00Z', 'due')");
}

static void test_second_look__what_came_in_behind_the_chunks_remains(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_world(&world, HEAD, all, "'n'");
    world.before_chunk = insert_behind;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    assert_int_equal(report.remaining_count, 1);
    assert_int_equal(report.survivor_total, 1);
    assert_string_equal(report.survivors[0].key.data, "-3");
    assert_string_equal(report.survivors[0].why, "due");
    check_count(&world, "1", ROWS - DUE + 3);
    test_world_close(&world);
}

static void put_back(test_world *world)
{
    if (world->chunks == 4)
        test_world_sql(world, "INSERT INTO orders VALUES(40, 2, "
                              "'2020-01-01T00:00:00Z', 'n')");
}

/* Its key was erased and is there again; it is not the record that was erased. */
static void test_second_look__what_came_back_under_its_key_is_no_survivor(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_world(&world, HEAD, all, "'n'");
    world.before_chunk = put_back;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    assert_int_equal(report.remaining_count, 0);
    assert_int_equal(report.survivor_total, 0);
    test_world_close(&world);
}

/* Each run through the table takes rows that the other has counted. */
static void test_second_look__two_categories_in_one_table(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_world(&world, HEAD CATEGORY("others"),
               DEPLOYMENT BIND("orders", "where (note == \"orders\")")
                   BIND("others", "where (note == \"others\")"),
               "iif(i % 2, 'orders', 'others')");
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    assert_int_equal(report.remaining_count, 0);
    assert_int_equal(report.survivor_total, 0);
    check_count(&world, "1", ROWS - DUE);
    test_world_audit(&world);
    test_world_close(&world);
}

/* --- a table that is altered while the run goes on */

static const char *alteration;

static void alter(test_world *world)
{
    if (world->chunks == 3 && alteration != NULL)
        test_world_sql(world, alteration);
}

static void test_second_look__an_altered_table_ends_the_run(void **state)
{
    static const char *const alterations[] = {
        "ALTER TABLE orders ADD COLUMN x",
        "CREATE TRIGGER t BEFORE DELETE ON orders BEGIN DELETE FROM customer; END",
        "CREATE TABLE note(o REFERENCES orders ON DELETE CASCADE)",
    };
    (void)state;
    for (size_t i = 0; i < TN_COUNT(alterations); i++) {
        test_world world;
        open_world(&world, HEAD, all, "'n'");
        world.before_chunk = alter;
        alteration = alterations[i];
        test_world_plan(&world);
        assert_int_equal(test_world_try_apply(&world, NULL), TN_STORE);
        assert_non_null(strstr(test_world_why(&world), "was altered"));
        alteration = NULL;
        check_count(&world, "1", ROWS - 24); /* of the first three chunks */
        assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM customer"), 2);
        assert_int_equal(test_world_ask_ledger(
                             &world, "SELECT sum(json_extract(body, '$.count')) FROM "
                                     "entry WHERE kind = 'outcome'"),
                         24);
        assert_int_equal(test_world_try_apply(&world, NULL), TN_REFUSED);
        test_world_audit(&world);
        test_world_close(&world);
    }
}

/* --- more records than a plan holds */

static void hold_all(test_world *world)
{
    if (world->chunks == 3)
        test_world_sql(world, "UPDATE customer SET held = 1");
}

/* Whatever part of a plan's records lies beside it, all survivors are listed. */
static void test_second_look__survivors_of_records_beside_the_plan(void **state)
{
    (void)state;
    for (uint32_t most = 1; most < 80; most += 1 + most / 3) {
        test_world world;
        tn_apply_report report;
        open_world(&world, HEAD, all, "'n'");
        world.most_targets = most;
        world.before_chunk = hold_all;
        test_world_plan(&world);
        assert_int_equal(access(world.records_path, F_OK) == 0, most < DUE);
        test_world_apply(&world, &report);
        assert_int_equal(report.erased_count, 24); /* of rows 37 to 60 */
        assert_int_equal(report.survivor_total, 40);
        assert_int_equal(report.survivor_count, 40);
        assert_int_equal(report.remaining_count, 0);
        assert_string_equal(report.survivors[0].why, "hold");
        test_world_close(&world);
    }
}

static void test_second_look__all_go_though_some_lie_beside_the_plan(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_world(&world, HEAD, all, "'n'");
    world.most_targets = 7;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    assert_int_equal(report.survivor_total, 0);
    assert_int_equal(report.remaining_count, 0);
    test_world_close(&world);
}

static void check_refused(test_world *world, const char *because)
{
    tn_status status = test_world_try_apply(world, NULL);
    if (status != TN_INVALID || strstr(test_world_why(world), because) == NULL)
        fail_msg("not refused because %s: %s: %s", because, tn_status_text(status),
                 test_world_why(world));
    check_count(world, "1", ROWS);
}

static void test_second_look__records_beside_the_plan_are_sealed_with_it(void **state)
{
    test_world world;
    char command[512];
    (void)state;
    open_world(&world, HEAD, all, "'n'");
    world.most_targets = 7;
    test_world_plan(&world);
    snprintf(command, sizeof(command), "cp -p %s %s.kept", world.records_path,
             world.records_path);
    assert_int_equal(system(command), 0);
    snprintf(command, sizeof(command),
             "printf x | dd of=%s bs=1 seek=100 conv=notrunc 2>/dev/null",
             world.records_path);
    assert_int_equal(system(command), 0);
    check_refused(&world, "not as the plan left it");
    assert_int_equal(truncate(world.records_path, 8), 0);
    check_refused(&world, "not as the plan left it");
    assert_int_equal(unlink(world.records_path), 0);
    check_refused(&world, "is missing");
    snprintf(command, sizeof(command), "mv %s.kept %s", world.records_path,
             world.records_path);
    assert_int_equal(system(command), 0);
    test_world_apply(&world, NULL);
    check_count(&world, "1", ROWS - DUE);
    test_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_second_look__what_came_in_behind_the_chunks_remains),
        cmocka_unit_test(test_second_look__what_came_back_under_its_key_is_no_survivor),
        cmocka_unit_test(test_second_look__two_categories_in_one_table),
        cmocka_unit_test(test_second_look__an_altered_table_ends_the_run),
        cmocka_unit_test(test_second_look__survivors_of_records_beside_the_plan),
        cmocka_unit_test(test_second_look__all_go_though_some_lie_beside_the_plan),
        cmocka_unit_test(test_second_look__records_beside_the_plan_are_sealed_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Doubt deletes nothing: what is not as the plan, the policy or a person said stays. */
#include "interp/apply/journal.h"
#include "interp/store/store.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#define HEAD                                                                           \
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"               \
    "entity customer \"Customer\" { event terminated \"gone\" }\n"

#define CATEGORY(name, clauses)                                                        \
    "category " name " \"T\" of customer @personal {\n"                                \
    "  fields { made : timestamp @created  note : string  ip : string }\n"             \
    "  purpose sales  basis std.gdpr.contract  stored in db as primary\n"              \
    "  " clauses "\n}\n"

#define BIND(category)                                                                 \
    "bind shop." category " { db as primary to db table \"orders\" { customer = "      \
    "customer_id } }\n"

#define DEPLOYMENT(binds)                                                              \
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"                         \
    "entity customer from db table \"customer\" key id {\n"                            \
    "  terminated = terminated_at  hold = held\n}\n" binds

#define TABLES                                                                         \
    "CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at, held);"              \
    "INSERT INTO customer VALUES(1,NULL,0),(2,NULL,1);"                                \
    "CREATE TABLE orders(id TEXT PRIMARY KEY, customer_id, made, note, ip)"            \
    " WITHOUT ROWID;"                                                                  \
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100)"    \
    " INSERT INTO orders SELECT 'ä' || i, 1, strftime('%Y-%m-%dT%H:%M:%SZ',"          \
    " '2026-11-24', '-' || (i * 10) || ' days'), 'n' || i, '10.0.0.1' FROM c;"

enum { ROWS = 100, DUE = 64 };

static void open_world(test_world *world, const char *policy, const char *deployment)
{
    test_world_open(world, policy, deployment, TABLES);
    world->options.chunk_rows = 20;
}

static void check_count(test_world *world, const char *where, long long count)
{
    char sql[256];
    snprintf(sql, sizeof(sql), "SELECT count(*) FROM orders WHERE %s", where);
    assert_int_equal(test_world_ask(world, sql), count);
}

static void check_refused(test_world *world, const char *because)
{
    tn_status status = test_world_try_apply(world, NULL);
    if (status != TN_REFUSED || strstr(test_world_why(world), because) == NULL)
        fail_msg("not refused because %s: %s: %s", because, tn_status_text(status),
                 test_world_why(world));
}

/* --- two categories */

#define REDACTS "retain 10 years from made\n  redact ip after 1 year from made\n"

static void test_doubt__a_column_that_another_category_wants_is_not_redacted(void **s)
{
    test_world world;
    tn_apply_report report;
    (void)s;
    open_world(&world,
               HEAD CATEGORY("orders", REDACTS)
                   CATEGORY("records", "retain 2 years from made"),
               DEPLOYMENT(BIND("orders") BIND("records")));
    test_world_plan(&world);
    test_world_apply(&world, &report);
    check_count(&world, "ip IS NULL AND made > '2024-11-25'", 0);
    check_count(&world, "ip IS NULL", 28); /* which the other would have deleted */
    assert_int_equal(report.erased_count, 28);
    test_world_close(&world);
}

static void test_doubt__what_both_categories_redact_is_redacted(void **s)
{
    test_world world;
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", REDACTS) CATEGORY("records", REDACTS),
               DEPLOYMENT(BIND("orders") BIND("records")));
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_count(&world, "ip IS NULL", DUE);
    test_world_close(&world);
}

/* --- stores */

static void test_doubt__a_plan_of_another_file_is_refused(void **s)
{
    test_world world;
    char other[128], command[512];
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               DEPLOYMENT(BIND("orders")));
    test_world_plan(&world);
    snprintf(other, sizeof(other), "%s/other.db", world.folder);
    snprintf(command, sizeof(command), "cp %s %s", world.db, other);
    assert_int_equal(system(command), 0);
    setenv("DB", other, 1);
    check_refused(&world, "another file's");
    setenv("DB", world.db, 1);
    test_world_apply(&world, NULL);
    check_count(&world, "1", ROWS - DUE);
    test_world_close(&world);
}

static void test_doubt__texts_of_other_encodings(void **s)
{
    static const char *const encoded[] = {"PRAGMA encoding='UTF-16le';" TABLES,
                                          "PRAGMA encoding='UTF-16be';" TABLES};
    (void)s;
    for (size_t i = 0; i < TN_COUNT(encoded); i++) {
        test_world world;
        test_world_open(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
                        DEPLOYMENT(BIND("orders")), encoded[i]);
        world.options.chunk_rows = 7;
        test_world_plan(&world);
        test_world_apply(&world, NULL);
        check_count(&world, "1", ROWS - DUE);
        check_count(&world, "made <= '2025-11-24'", 0);
        test_world_audit(&world);
        test_world_close(&world);
    }
}

/* The store has dropped a chunk's leaves, for the ledger had them; the ledger was then
 * put back to before. Its number would be without evidence. */
static void test_doubt__a_chunk_whose_evidence_is_gone_is_not_copied(void **s)
{
    test_world world;
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               DEPLOYMENT(BIND("orders")));
    world.stop_after = 3;
    test_world_plan(&world);
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    /* the ledger without the outcome of chunk 2, as of before it was known */
    char sql[512];
    snprintf(sql, sizeof(sql),
             "ATTACH '%s' AS l; DROP TRIGGER l.entry_stays; DROP TRIGGER l.leaves_stay;"
             "DELETE FROM l.leaves WHERE seq >= (SELECT seq FROM l.entry WHERE kind ="
             " 'outcome' AND chunk = 2); DELETE FROM l.entry WHERE seq >= (SELECT seq"
             " FROM l.entry WHERE kind = 'outcome' AND chunk = 2);"
             "UPDATE tenure_chunk SET leaves = NULL",
             world.ledger_path);
    test_world_sql(&world, sql);
    world.stop_after = 0;
    long long before = test_world_ask(&world, "SELECT count(*) FROM orders");
    check_refused(&world, "ledger was put back");
    check_count(&world, "1", before);
    test_world_close(&world);
}

/* --- accepting a store */

static tn_status rearm(test_world *world, uint64_t *given_up)
{
    tn_ledger *ledger = NULL;
    tn_status status = tn_ledger_write(world->ledger_path, &world->secret, world->now,
                                       &world->why, &ledger);
    tn_apply_input input = {.image = &world->image,
                            .kinds = tn_store_kinds,
                            .find_env = (const char *(*)(const char *))getenv,
                            .ledger = ledger,
                            .secret = &world->secret};
    if (status == TN_OK)
        status = tn_apply_rearm(&input, TN_STR("on purpose"), world->now, given_up,
                                &world->why);
    tn_ledger_close(ledger);
    return status;
}

/* Whichever write fails, a store that is accepted has its reason in the ledger. */
static void test_doubt__no_store_is_accepted_without_its_reason(void **s)
{
    (void)s;
    test_faults *faults = test_fault_vfs();
    bool struck = true;
    for (unsigned long n = 1; struck; n++) {
        test_world world;
        open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
                   DEPLOYMENT(BIND("orders")));
        test_world_plan(&world);
        test_world_apply(&world, NULL);
        test_world_sql(&world, "UPDATE tenure_store SET ledger = '0123456789abcdef'");
        uint64_t given_up;
        faults->once = true;
        test_fault_set(TEST_FAULT_IO, n);
        tn_status status = rearm(&world, &given_up);
        struck = faults->has_failed;
        test_fault_set(TEST_FAULT_IO, 0);
        long long reasons = test_world_ask_ledger(
            &world, "SELECT count(*) FROM entry WHERE kind = 'rearm'");
        long long accepted = test_world_ask(
            &world, "SELECT ledger <> '0123456789abcdef' FROM tenure_store");
        assert_true(reasons >= accepted);
        if (status == TN_OK)
            assert_int_equal(accepted, 1);
        test_world_close(&world);
    }
}

/* What a run of an earlier deployment had sent when it was cut off. */
static void leave_intent(test_world *world, const char *place)
{
    tn_arena arena;
    tn_journal journal;
    tn_intent intent = {.run = TN_STR("r1"),
                        .place = tn_str_from(place),
                        .count = 3,
                        .work = TN_STR("as the store made it")};
    tn_arena_init(&arena, NULL);
    assert_int_equal(tn_journal_open(&journal, world->ledger_path, &arena, &world->why),
                     TN_OK);
    assert_int_equal(tn_journal_put(&journal, &intent), TN_OK);
    tn_journal_close(&journal);
    tn_arena_free(&arena);
}

static bool has_journal(const test_world *world)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s.work", world->ledger_path);
    return access(path, F_OK) == 0;
}

static void
test_doubt__what_was_sent_to_a_place_that_is_gone_blocks_until_it_is_given_up(void **s)
{
    test_world world;
    uint64_t given_up;
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               DEPLOYMENT(BIND("orders")));
    test_world_plan(&world);
    leave_intent(&world, "shop.gone bus");
    check_refused(&world, "say so with tenure ledger rearm");
    check_count(&world, "1", ROWS);
    assert_int_equal(rearm(&world, &given_up), TN_OK);
    assert_int_equal(given_up, 3);
    assert_false(has_journal(&world));
    assert_int_equal(
        test_world_ask_ledger(&world,
                              "SELECT count(*) FROM entry WHERE kind = 'outcome' AND"
                              " place = 'shop.gone bus' AND json_extract(body,"
                              " '$.count') = 0 AND json_extract(body, '$.unconfirmed')"
                              " = 3"),
        1);
    assert_int_equal(rearm(&world, &given_up), TN_OK);
    assert_int_equal(given_up, 0);
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_count(&world, "1", ROWS - DUE);
    test_world_close(&world);
}

static void test_doubt__what_was_sent_to_a_place_that_is_there_is_not_given_up(void **s)
{
    test_world world;
    uint64_t given_up;
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               DEPLOYMENT(BIND("orders")));
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    leave_intent(&world, "shop.orders db db/orders");
    assert_int_equal(rearm(&world, &given_up), TN_OK);
    assert_int_equal(given_up, 0);
    assert_true(has_journal(&world));
    test_world_close(&world);
}

/* --- places that look alike */

static void test_doubt__two_parts_of_one_table_are_two_places(void **s)
{
    test_world world;
    tn_apply_report report;
    (void)s;
    test_world_open(
        &world,
        HEAD "category orders \"T\" of customer @personal {\n"
             "  fields { made : timestamp @created  note : string  ip : string }\n"
             "  purpose sales  basis std.gdpr.contract\n"
             "  stored in db as primary and backup\n  retain 1 year from made\n}\n",
        DEPLOYMENT("bind shop.orders {\n"
                   "  db as primary to db table \"orders\" where (ip == \"a\")"
                   " { customer = customer_id }\n"
                   "  db as backup to db table \"orders\" where (ip == \"b\")"
                   " { customer = customer_id }\n}\n"),
        TABLES "UPDATE orders SET ip = CASE WHEN id IN ('ä40', 'ä50', 'ä60') THEN 'b'"
               " WHEN id = 'ä70' THEN 'c' ELSE 'a' END");
    world.options.chunk_rows = 20;
    world.stop_after = 7;
    test_world_plan(&world);
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    world.stop_after = 0;
    test_world_apply(&world, &report);
    check_count(&world, "1", ROWS - DUE + 1);
    check_count(&world, "ip = 'b'", 0);
    assert_int_equal(report.erased_count, DUE - 1);
    assert_int_equal(test_world_ask_ledger(
                         &world, "SELECT count(DISTINCT place) FROM entry WHERE kind ="
                                 " 'outcome'"),
                     2);
    test_world_audit(&world);
    test_world_close(&world);
}

static void test_doubt__one_database_under_two_names_is_refused(void **s)
{
    test_world world;
    (void)s;
    open_world(&world,
               HEAD CATEGORY("orders", "retain 1 year from made")
                   CATEGORY("records", "retain 20 years from made"),
               DEPLOYMENT("store other = sqlite env DB\n" BIND(
                   "orders") "bind shop.records { db as primary to other table "
                             "\"orders\" { customer = customer_id } }\n"));
    test_world_plan(&world);
    check_refused(&world, "are the same");
    check_count(&world, "1", ROWS);
    test_world_close(&world);
}

/* --- facts that may only be read */

static void test_doubt__facts_may_lie_where_nothing_can_be_written(void **s)
{
    test_world world;
    char command[512];
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               "deployment shop.demo of shop\nstore db = sqlite env DB\n"
               "store facts = sqlite env FACTS\n"
               "entity customer from facts table \"customer\" key id {\n"
               "  terminated = terminated_at  hold = held\n}\n" BIND("orders"));
    snprintf(command, sizeof(command), "cp %s %s/f.db && chmod 444 %s/f.db", world.db,
             world.folder, world.folder);
    assert_int_equal(system(command), 0);
    bool is_root = geteuid() == 0; /* who may write everywhere */
    snprintf(command, sizeof(command), "cd %s && chown 65534 . s.db l.key",
             world.folder);
    if (is_root)
        assert_true(system(command) == 0 && seteuid(65534) == 0);
    snprintf(command, sizeof(command), "%s/f.db", world.folder);
    setenv("FACTS", command, 1);
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
    check_count(&world, "1", ROWS - DUE);
    test_world_close(&world);
}

/* --- a question that waits long for its answer */

static bool answer_tomorrow(void *user, const tn_plan *plan)
{
    test_world *world = user;
    (void)plan;
    world->now.seconds += 48 * 3600;
    return true;
}

static void test_doubt__a_plan_that_expired_before_the_answer_is_refused(void **s)
{
    test_world world;
    (void)s;
    open_world(&world, HEAD CATEGORY("orders", "retain 1 year from made"),
               DEPLOYMENT(BIND("orders")));
    test_world_plan(&world);
    world.host.confirm = answer_tomorrow;
    check_refused(&world, "expired");
    check_count(&world, "1", ROWS);
    test_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_doubt__a_column_that_another_category_wants_is_not_redacted),
        cmocka_unit_test(test_doubt__what_both_categories_redact_is_redacted),
        cmocka_unit_test(test_doubt__a_plan_of_another_file_is_refused),
        cmocka_unit_test(test_doubt__texts_of_other_encodings),
        cmocka_unit_test(test_doubt__a_chunk_whose_evidence_is_gone_is_not_copied),
        cmocka_unit_test(test_doubt__no_store_is_accepted_without_its_reason),
        cmocka_unit_test(
            test_doubt__what_was_sent_to_a_place_that_is_gone_blocks_until_it_is_given_up),
        cmocka_unit_test(
            test_doubt__what_was_sent_to_a_place_that_is_there_is_not_given_up),
        cmocka_unit_test(test_doubt__two_parts_of_one_table_are_two_places),
        cmocka_unit_test(test_doubt__one_database_under_two_names_is_refused),
        cmocka_unit_test(test_doubt__facts_may_lie_where_nothing_can_be_written),
        cmocka_unit_test(test_doubt__a_plan_that_expired_before_the_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

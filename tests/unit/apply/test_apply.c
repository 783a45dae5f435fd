/* apply: what goes, what stays, what is refused. */
#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEAD                                                                           \
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"               \
    "entity customer \"Customer\" { event terminated \"gone\" }\n"

#define CATEGORY(name, clauses)                                                        \
    "category " name " \"T\" of customer @personal {\n"                                \
    "  fields { made : timestamp @created  note : string  ip : string }\n"             \
    "  purpose sales  basis std.gdpr.contract  stored in db as primary\n"              \
    "  " clauses "\n}\n"

#define ORDERS                                                                         \
    HEAD CATEGORY("orders", "retain 1 year from made\n  on customer.terminated "       \
                            "delete")

#define DEPLOYMENT(binds)                                                              \
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"                         \
    "entity customer from db table \"customer\" key id {\n"                            \
    "  terminated = terminated_at  hold = held\n}\n" binds

#define BIND(category, table)                                                          \
    "bind shop." category " { db as primary to db table \"" table                      \
    "\" { customer = customer_id } }\n"

#define CUSTOMERS                                                                      \
    "CREATE TABLE customer(id INTEGER PRIMARY KEY, terminated_at TEXT, held INTEGER);" \
    "INSERT INTO customer VALUES(1,NULL,0),(2,NULL,1),(3,'2026-06-01T00:00:00Z',0);"

/* Row i was made i * 10 days before 2026-11-24: of 100 rows, those from 37 on are over
 * a year old. Customer 2 is held, customer 3 is gone since 2026-06-01. */
#define ROWS(table, key)                                                               \
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100)"    \
    "INSERT INTO " table " SELECT " key ", 1 + i % 3, strftime('%Y-%m-%dT%H:%M:%SZ',"  \
    "'2026-11-24', '-' || (i * 10) || ' days'), 'n' || i, '10.0.0.' || i FROM c;"

#define COLUMNS "customer_id INTEGER, made TEXT, note TEXT, ip TEXT"
#define TABLE CUSTOMERS "CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");"

/* Of customer 1 (i % 3 == 0): 37..100 → 39, 42, … 99: 21. Of customer 3 (i % 3 == 2):
 * what was made before 2026-06-01 (i >= 18): 20, 23, … 98: 27. */
enum { DUE = 21 + 27, ROWS_COUNT = 100 };

static void open_orders(test_world *world, const char *table, const char *key)
{
    char sql[2048];
    snprintf(
        sql, sizeof(sql), "%s%s%s%s%s", CUSTOMERS, table,
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < "
        "100) INSERT INTO orders SELECT ",
        key,
        ", 1 + i % 3, strftime('%Y-%m-%dT%H:%M:%SZ', '2026-11-24', '-' || (i * 10) "
        "|| ' days'), 'n' || i, '10.0.0.' || i FROM c;");
    test_world_open(world, ORDERS, DEPLOYMENT(BIND("orders", "orders")), sql);
}

static void open_plain(test_world *world)
{
    open_orders(world, "CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");",
                "i");
}

static const char due_left[] =
    "SELECT count(*) FROM orders WHERE (customer_id = 1 AND made <= "
    "'2025-11-24T00:00:00Z') OR (customer_id = 3 AND made <= '2026-06-01T00:00:00Z')";

/* Everything due is gone, nothing else is, and the ledger has the number. */
static void check_truth(test_world *world)
{
    assert_int_equal(test_world_ask(world, due_left), 0);
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM orders"),
                     ROWS_COUNT - DUE);
    assert_int_equal(
        test_world_ask_ledger(world, "SELECT sum(json_extract(body, '$.count')) FROM "
                                     "entry WHERE kind = 'outcome'"),
        DUE);
    test_world_audit(world);
}

static void check_shape(const char *table, const char *key)
{
    test_world world;
    tn_apply_report report;
    open_orders(&world, table, key);
    world.options.chunk_rows = 7;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    assert_int_equal(report.survivor_total, 0);
    assert_int_equal(report.remaining_count, 0);
    check_truth(&world);
    assert_int_equal(
        test_world_ask_ledger(&world, "SELECT sum(length(leaves)) / 16 FROM leaves"),
        DUE);
    test_world_close(&world);
}

static void test_apply__tables_of_every_kind_of_key(void **state)
{
    (void)state;
    check_shape("CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");", "i");
    /* rowids far apart, first close and then apart, at both ends of what there is */
    check_shape("CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");",
                "i * i * 1000 - 700000");
    check_shape("CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");",
                "CASE WHEN i < 50 THEN i ELSE i * 1000000000 END");
    check_shape("CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");",
                "9223372036854775807 - 100 + i");
    check_shape("CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS ");",
                "CASE WHEN i < 60 THEN -9223372036854775807 + (i - 2)"
                " ELSE 9223372036854775807 - i END");
    check_shape("CREATE TABLE orders(id TEXT PRIMARY KEY, " COLUMNS ");", "'k' || i");
    check_shape("CREATE TABLE orders(id, " COLUMNS ");", "i % 5");
    check_shape("CREATE TABLE orders(rowid, " COLUMNS ");", "7");
    check_shape("CREATE TABLE orders(id TEXT PRIMARY KEY, " COLUMNS ") WITHOUT ROWID;",
                "'k' || i");
    check_shape("CREATE TABLE orders(id BLOB PRIMARY KEY, " COLUMNS ") WITHOUT ROWID;",
                "CAST(i AS BLOB)");
    check_shape("CREATE TABLE orders(id INTEGER, " COLUMNS
                ", PRIMARY KEY(customer_id, id)) WITHOUT ROWID;",
                "i");
    check_shape("CREATE TABLE orders(id INTEGER, " COLUMNS
                ", PRIMARY KEY(customer_id DESC, note COLLATE NOCASE, id)) WITHOUT "
                "ROWID;",
                "i");
    check_shape("CREATE TABLE \"orders\"(\"a \"\"b\" INTEGER PRIMARY KEY, " COLUMNS
                "); CREATE INDEX x ON orders(made, customer_id);",
                "-i");
}

static void test_apply__a_plan_changes_nothing(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    long long version = test_world_ask(&world, "PRAGMA schema_version");
    test_world_plan(&world);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders"), ROWS_COUNT);
    assert_int_equal(test_world_ask(&world, "PRAGMA schema_version"), version);
    test_world_close(&world);
}

static void hold_customer_1(test_world *world)
{
    if (world->chunks == 2)
        test_world_sql(world, "UPDATE customer SET held = 1 WHERE id = 1");
}

static void test_apply__a_hold_set_while_it_runs_keeps_what_is_left(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_plain(&world);
    world.options.chunk_rows = 20;
    world.before_chunk = hold_customer_1;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    /* rows 1..40 were looked at before the hold: of customer 1 only 39 was due there */
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders WHERE "
                                            "customer_id = 1"),
                     33 - 1);
    assert_int_equal(report.survivor_total, 20);
    assert_string_equal(report.survivors[0].why, "hold");
    assert_string_equal(report.survivors[0].key.data, "42");
    assert_int_equal(report.remaining_count, 0);
    test_world_close(&world);
}

static void test_apply__a_record_that_changed_after_the_plan_survives(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    test_world_sql(&world,
                   "UPDATE orders SET made = '2026-11-01T00:00:00Z' WHERE id = 99;"
                   "UPDATE orders SET made = NULL WHERE id = 96;"
                   "DELETE FROM orders WHERE id = 93");
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE - 3);
    assert_int_equal(report.survivor_total, 2);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE id IN (96, 99)"), 2);
    test_world_close(&world);
}

static void test_apply__it_stops_after_a_whole_chunk_and_goes_on(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_plain(&world);
    world.options.chunk_rows = 10;
    test_world_plan(&world);
    for (world.stop_after = 1; world.stop_after < 4; world.stop_after++) {
        assert_int_equal(test_world_try_apply(&world, &report), TN_STOPPED);
        assert_int_equal(report.was_resumed, world.stop_after > 1);
        test_world_audit(&world);
    }
    world.stop_after = 0;
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, DUE);
    check_truth(&world);
    assert_int_equal(test_world_try_apply(&world, &report), TN_REFUSED);
    test_world_close(&world);
}

/* --- refusals */

static void check_refused(test_world *world, const char *because)
{
    tn_apply_report report;
    long long before = test_world_ask(world, "SELECT count(*) FROM orders");
    tn_status status = test_world_try_apply(world, &report);
    if (status != TN_REFUSED || strstr(test_world_why(world), because) == NULL)
        fail_msg("not refused because %s: %s: %s", because, tn_status_text(status),
                 test_world_why(world));
    assert_int_equal(test_world_ask(world, "SELECT count(*) FROM orders"), before);
}

static void test_apply__too_many_are_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    world.options.limits = (tn_limits){.has_percent = false};
    check_refused(&world, "more than the limit of 10");
    world.options.limits = (tn_limits){.has_records = true, .records = DUE - 1};
    check_refused(&world, "more than the limit of 47");
    world.options.limits = (tn_limits){.has_records = true, .records = DUE};
    test_world_apply(&world, NULL);
    check_truth(&world);
    test_world_close(&world);
}

static void test_apply__other_times_are_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    world.now.seconds += 24 * 3600;
    check_refused(&world, "expired");
    world.now.seconds -= 24 * 3600 + 1;
    check_refused(&world, "later than the clock");
    test_world_close(&world);
}

static void test_apply__a_clock_that_is_behind_the_ledger_is_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    world.now.seconds -= 3600;
    test_world_plan(&world);
    check_refused(&world, "the clock is off");
    test_world_close(&world);
}

static void test_apply__another_policy_must_be_accepted(void **state)
{
    static const char shorter[] = HEAD CATEGORY("orders", "retain 1 month from made");
    test_world world;
    char digest[64];
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    test_world_change(&world, shorter, DEPLOYMENT(BIND("orders", "orders")));
    check_refused(&world, "changed since the plan");
    test_world_change(&world, ORDERS, DEPLOYMENT(BIND("orders", "orders")));
    test_world_apply(&world, NULL);
    test_world_change(&world, shorter, DEPLOYMENT(BIND("orders", "orders")));
    test_world_plan(&world);
    check_refused(&world, "--accept-policy ");
    const char *at = strstr(test_world_why(&world), "--accept-policy ");
    snprintf(digest, sizeof(digest), "%s", at + strlen("--accept-policy "));
    world.options.limits.accepts_policy = TN_STR("0123456789abcdef");
    check_refused(&world, "names another policy");
    world.options.limits.accepts_policy = tn_str_from(digest);
    test_world_apply(&world, NULL);
    test_world_close(&world);
}

static void test_apply__what_the_last_run_did_not_expect_is_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    test_world_sql(
        &world, "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE "
                "i < 1100) INSERT INTO orders SELECT 1000 + i, 1, "
                "'2020-01-01T00:00:00Z', '', '' FROM c");
    test_world_plan(&world);
    check_refused(&world, "the last run expected 0");
    world.options.limits.accepts_unexpected = true;
    test_world_apply(&world, NULL);
    test_world_close(&world);
}

static void test_apply__a_plan_that_was_altered_is_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    for (size_t i = 0; i < world.plan.len; i += 37) {
        world.plan.data[i] ^= 1;
        assert_int_equal(test_world_try_apply(&world, NULL), TN_INVALID);
        world.plan.data[i] ^= 1;
    }
    world.plan.len--;
    assert_int_equal(test_world_try_apply(&world, NULL), TN_INVALID);
    world.plan.len++;
    test_world_apply(&world, NULL);
    test_world_close(&world);
}

static void test_apply__a_table_that_was_altered_is_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    test_world_sql(&world, "ALTER TABLE orders ADD COLUMN more");
    check_refused(&world, "not as it was");
    test_world_close(&world);
}

static void test_apply__triggers_are_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_sql(&world,
                   "CREATE TABLE log(x); CREATE TRIGGER \"my DELETE\" AFTER DELETE ON "
                   "orders BEGIN INSERT INTO log VALUES(old.id); END");
    test_world_plan(&world);
    check_refused(&world, "triggers (\"my DELETE\")");
    test_world_sql(&world,
                   "DROP TRIGGER \"my DELETE\"; CREATE TRIGGER fine AFTER INSERT "
                   "ON orders BEGIN INSERT INTO log VALUES(new.id); END");
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_truth(&world);
    test_world_close(&world);
}

static void test_apply__views_are_refused(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    test_world_sql(&world,
                   "ALTER TABLE orders RENAME TO o; CREATE VIEW orders AS SELECT "
                   "* FROM o");
    test_world_plan(&world);
    check_refused(&world, "is a view");
    test_world_close(&world);
}

/* --- foreign keys */

#define LINES                                                                          \
    HEAD CATEGORY("orders", "retain 1 year from made")                                 \
        CATEGORY("lines", "retain 2 years from made")
#define LINES_TABLE                                                                    \
    "CREATE TABLE lines(id INTEGER PRIMARY KEY, " COLUMNS                              \
    ", order_id INTEGER REFERENCES orders(id));"

static void open_lines(test_world *world, const char *lines_table)
{
    char sql[4096];
    snprintf(
        sql, sizeof(sql), "%s%s%s%s", TABLE, ROWS("orders", "i"), lines_table,
        "INSERT INTO lines SELECT id, customer_id, made, note, ip, id FROM orders");
    test_world_open(world, LINES,
                    DEPLOYMENT(BIND("orders", "orders") BIND("lines", "lines")), sql);
}

static void test_apply__a_child_that_stays_keeps_its_parent(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_lines(&world, LINES_TABLE);
    world.options.chunk_rows = 9;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    /* lines are due from row 74 on, orders from 37; of the rows 37..73 the lines stay
     */
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM lines WHERE id >= 74 "
                                            "AND customer_id <> 2"),
                     0);
    assert_int_equal(test_world_ask(&world,
                                    "SELECT count(*) FROM orders WHERE id >= 74 "
                                    "AND customer_id <> 2"),
                     0);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE id < 74"), 73);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM lines WHERE order_id "
                                            "NOT IN (SELECT id FROM orders)"),
                     0);
    assert_int_equal(report.remaining_count, 24);
    assert_string_equal(report.survivors[0].why, "due, but other rows refer to it");
    test_world_audit(&world);
    test_world_close(&world);
}

static void test_apply__a_declared_cascade_takes_nothing_that_stays(void **state)
{
    test_world world;
    (void)state;
    open_lines(&world, "CREATE TABLE lines(id INTEGER PRIMARY KEY, " COLUMNS
                       ", order_id INTEGER REFERENCES orders ON DELETE CASCADE);");
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM lines WHERE id < 74"),
                     73);
    test_world_close(&world);
}

static void test_apply__an_undeclared_cascade_is_refused(void **state)
{
    static const char *const actions[] = {"CASCADE", "SET NULL", "SET DEFAULT"};
    (void)state;
    for (size_t i = 0; i < TN_COUNT(actions); i++) {
        test_world world;
        char sql[256];
        open_plain(&world);
        snprintf(sql, sizeof(sql),
                 "CREATE TABLE other(x INTEGER REFERENCES orders ON DELETE %s)",
                 actions[i]);
        test_world_sql(&world, sql);
        test_world_plan(&world);
        check_refused(&world, "no category declares it");
        test_world_close(&world);
    }
}

static void test_apply__a_tree_in_one_table_goes_leaves_first(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    test_world_open(
        &world, HEAD CATEGORY("orders", "retain 1 year from made"),
        DEPLOYMENT(BIND("orders", "orders")),
        CUSTOMERS
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS
        ", parent INTEGER REFERENCES orders);"
        "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20)"
        "INSERT INTO orders SELECT i, 1, '2020-01-01T00:00:00Z', '', '', nullif(i - 1, "
        "0)"
        " FROM c");
    world.options.chunk_rows = 50;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders"), 0);
    assert_int_equal(report.remaining_count, 0);
    test_world_audit(&world);
    test_world_close(&world);
}

/* --- two categories in one table */

static void test_apply__what_one_category_keeps_another_does_not_delete(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    test_world_open(&world,
                    HEAD CATEGORY("orders", "retain 1 year from made")
                        CATEGORY("records", "retain 2 years from made"),
                    DEPLOYMENT(BIND("orders", "orders") BIND("records", "orders")),
                    TABLE ROWS("orders", "i"));
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE id < 74"), 73);
    assert_int_equal(test_world_ask(&world,
                                    "SELECT count(*) FROM orders WHERE id >= 74 "
                                    "AND customer_id <> 2"),
                     0);
    assert_string_equal(report.survivors[0].why, "another category keeps it");
    test_world_close(&world);
}

/* --- facts in another store than the records */

#define TWO_STORES                                                                     \
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"                         \
    "store facts = sqlite env FACTS\n"                                                 \
    "entity customer from facts table \"customer\" key id {\n"                         \
    "  terminated = terminated_at  hold = held\n}\n" BIND("orders", "orders")

static void facts_sql(test_world *world, const char *sql)
{
    char own[sizeof(world->db)];
    strcpy(own, world->db);
    strcat(strcpy(world->db, world->folder), "/f.db");
    test_world_sql(world, sql);
    strcpy(world->db, own);
}

static void open_two(test_world *world)
{
    char path[128];
    test_world_open(world, ORDERS, TWO_STORES,
                    "CREATE TABLE orders(id INTEGER PRIMARY KEY, " COLUMNS
                    ");" ROWS("orders", "i"));
    strcat(strcpy(path, world->folder), "/f.db");
    setenv("FACTS", path, 1);
    facts_sql(world, CUSTOMERS);
    world->options.chunk_rows = 20;
}

static void hold_after_two(test_world *world)
{
    if (world->chunks == 2)
        facts_sql(world, "UPDATE customer SET held = 1");
}

static void test_apply__a_hold_in_another_store_stops_the_chunks_after_it(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    open_two(&world);
    world.before_chunk = hold_after_two;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE id > 40"), 60);
    assert_int_equal(report.erased_count, 1 + 7);
    /* what the chunk before it took, rows 21 to 40, went before the hold was seen */
    assert_int_equal(report.late_hold_count, 7);
    test_world_audit(&world);
    test_world_close(&world);
}

static void test_apply__facts_older_than_their_lease_delete_nothing(void **state)
{
    test_world world;
    (void)state;
    open_two(&world);
    test_world_plan(&world);
    world.options.fact_lease_ms = 0;
    world.slow_clock_ms = 5;
    tn_status status = test_world_try_apply(&world, NULL);
    assert_int_equal(status, TN_STOPPED);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders"), ROWS_COUNT);
    world.options.fact_lease_ms = 10000;
    test_world_apply(&world, NULL);
    check_truth(&world);
    test_world_close(&world);
}

/* --- redaction */

#define REDACTING                                                                      \
    HEAD CATEGORY("orders",                                                            \
                  "retain 10 years from made\n  redact ip after 1 year from "          \
                  "made\n  redact note after 2 years from made")

static void test_apply__redaction_nulls_fields_and_keeps_records(void **state)
{
    test_world world;
    tn_apply_report report;
    (void)state;
    test_world_open(&world, REDACTING, DEPLOYMENT(BIND("orders", "orders")),
                    TABLE ROWS("orders", "i"));
    world.options.chunk_rows = 9;
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders"), ROWS_COUNT);
    assert_int_equal(test_world_ask(&world,
                                    "SELECT count(*) FROM orders WHERE ip IS NULL"
                                    " AND id >= 37 AND customer_id <> 2"),
                     42);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE ip IS NULL"), 42);
    assert_int_equal(
        test_world_ask(&world, "SELECT count(*) FROM orders WHERE note IS NULL"), 18);
    assert_int_equal(report.erased_count, 42);
    assert_int_equal(report.remaining_count, 0);
    assert_int_equal(test_world_ask_ledger(
                         &world, "SELECT json_extract(body, '$.redacted') FROM entry"
                                 " WHERE kind = 'done'"),
                     42);
    test_world_audit(&world);
    test_world_plan(&world);
    test_world_apply(&world, &report);
    assert_int_equal(report.erased_count, 0);
    test_world_close(&world);
}

static void test_apply__a_column_that_can_not_be_null_hinders_a_redaction(void **state)
{
    test_world world;
    (void)state;
    test_world_open(&world, REDACTING, DEPLOYMENT(BIND("orders", "orders")),
                    CUSTOMERS "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer_id "
                              "INTEGER, made TEXT, note TEXT, ip TEXT NOT NULL);" ROWS(
                                  "orders", "i"));
    test_world_plan(&world);
    assert_non_null(strstr(world.plan.data, "column \\\"ip\\\" NOT NULL"));
    check_refused(&world, "NOT NULL");
    test_world_close(&world);
}

/* --- locks, and stores that are not what they were */

static void test_apply__a_lock_is_waited_for_and_then_it_stops(void **state)
{
    test_world world;
    sqlite3 *db;
    (void)state;
    open_plain(&world);
    test_world_plan(&world);
    world.stop_after = 1;
    world.options.chunk_rows = 50;
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    world.stop_after = 0;
    assert_int_equal(sqlite3_open(world.db, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    tn_status status = test_world_try_apply(&world, NULL);
    assert_true(status == TN_STOPPED || status == TN_STORE);
    sqlite3_close(db);
    test_world_apply(&world, NULL);
    check_truth(&world);
    test_world_close(&world);
}

static void copy(const char *from, const char *to)
{
    char command[1024];
    snprintf(command, sizeof(command), "cp %s %s", from, to);
    assert_int_equal(system(command), 0);
}

static tn_status rearm(test_world *world)
{
    tn_ledger *ledger = NULL;
    uint64_t given_up;
    tn_status status = tn_ledger_write(world->ledger_path, &world->secret, world->now,
                                       &world->why, &ledger);
    tn_apply_input input = {.image = &world->image,
                            .kinds = tn_store_kinds,
                            .find_env = (const char *(*)(const char *))getenv,
                            .ledger = ledger,
                            .secret = &world->secret};
    if (status == TN_OK)
        status = tn_apply_rearm(&input, TN_STR("restored on purpose"), world->now,
                                &given_up, &world->why);
    tn_ledger_close(ledger);
    return status;
}

static void test_apply__a_restored_backup_is_refused_until_it_is_rearmed(void **state)
{
    char backups[2][128];
    (void)state;
    for (int i = 0; i < 2;
         i++) { /* of before the first run, and of before the second */
        test_world world;
        open_plain(&world);
        for (int j = 0; j < 2; j++) {
            snprintf(backups[j], sizeof(backups[j]), "%s/backup%d", world.folder, j);
            copy(world.db, backups[j]);
            test_world_sql(&world, "INSERT INTO orders VALUES(500, 1, "
                                   "'2020-01-01T00:00:00Z', '', '')");
            test_world_plan(&world);
            test_world_apply(&world, NULL);
        }
        copy(backups[i], world.db);
        test_world_sql(&world, "INSERT INTO orders VALUES(501, 1, "
                               "'2020-01-01T00:00:00Z', '', '')");
        test_world_plan(&world);
        check_refused(&world, i == 0 ? "lost its identity" : "went back in time");
        assert_int_equal(rearm(&world), TN_OK);
        check_refused(&world, "make a new one");
        test_world_plan(&world);
        test_world_apply(&world, NULL);
        assert_int_equal(test_world_ask(&world, due_left), 0);
        test_world_audit(&world);
        test_world_close(&world);
    }
}

static void test_apply__a_restored_ledger_is_refused(void **state)
{
    test_world world;
    char backup[128];
    (void)state;
    open_plain(&world);
    world.options.chunk_rows = 50;
    world.stop_after = 1;
    snprintf(backup, sizeof(backup), "%s/backup", world.folder);
    test_world_plan(&world);
    assert_int_equal(test_world_try_apply(&world, NULL), TN_STOPPED);
    copy(world.ledger_path, backup);
    world.stop_after = 0;
    test_world_apply(&world, NULL);
    copy(backup, world.ledger_path);
    check_refused(&world, "ledger was put back");
    test_world_close(&world);
}

/* In a row, in an index, over several pages; and in what a journal was left with by
 * another program. */
static void test_apply__deleted_content_is_in_no_file(void **state)
{
    static const char *const modes[] = {"DELETE", "WAL", "TRUNCATE", "PERSIST",
                                        "MEMORY"};
    (void)state;
    for (size_t i = 0; i < TN_COUNT(modes); i++) {
        test_world world;
        tn_apply_report report;
        char command[512];
        open_plain(&world);
        snprintf(command, sizeof(command),
                 "PRAGMA secure_delete=OFF; CREATE INDEX by_note ON orders(note);"
                 "UPDATE orders SET note = 'find-me' || hex(zeroblob(9000)) ||"
                 " 'find-me' WHERE id = 99; PRAGMA journal_mode=%s;"
                 "UPDATE orders SET ip = 'find-me' WHERE id = 96;"
                 "UPDATE orders SET ip = 'find-me' || ip WHERE id IN (96, 99)",
                 modes[i]);
        test_world_sql(&world, command);
        test_world_plan(&world);
        snprintf(command, sizeof(command), "grep -qa find-me %s/s.db", world.folder);
        assert_int_equal(system(command), 0);
        test_world_apply(&world, &report);
        snprintf(command, sizeof(command), "grep -qa find-me %s/*", world.folder);
        assert_int_not_equal(system(command), 0);
        assert_int_equal(report.erasure, TN_ERASURE_PURGED);
        test_world_close(&world);
    }
}

static void test_apply__evidence_of_the_range_has_counts_alone(void **state)
{
    test_world world;
    (void)state;
    open_plain(&world);
    world.options.evidence = TN_EVIDENCE_RANGE;
    world.options.chunk_rows = 30;
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_truth(&world);
    assert_int_equal(test_world_ask_ledger(&world, "SELECT count(*) FROM leaves"), 0);
    test_world_close(&world);
}

static void test_apply__no_field_value_and_no_key_is_in_the_ledger(void **state)
{
    test_world world;
    char command[256];
    (void)state;
    open_orders(&world, "CREATE TABLE orders(id TEXT PRIMARY KEY, " COLUMNS ");",
                "'person' || i || '@example.org'");
    test_world_plan(&world);
    test_world_apply(&world, NULL);
    check_truth(&world);
    snprintf(command, sizeof(command), "grep -q -e example.org -e 10.0.0. %s/l.ledger*",
             world.folder);
    assert_int_not_equal(system(command), 0);
    test_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apply__tables_of_every_kind_of_key),
        cmocka_unit_test(test_apply__a_plan_changes_nothing),
        cmocka_unit_test(test_apply__a_hold_set_while_it_runs_keeps_what_is_left),
        cmocka_unit_test(test_apply__a_record_that_changed_after_the_plan_survives),
        cmocka_unit_test(test_apply__it_stops_after_a_whole_chunk_and_goes_on),
        cmocka_unit_test(test_apply__too_many_are_refused),
        cmocka_unit_test(test_apply__other_times_are_refused),
        cmocka_unit_test(test_apply__a_clock_that_is_behind_the_ledger_is_refused),
        cmocka_unit_test(test_apply__another_policy_must_be_accepted),
        cmocka_unit_test(test_apply__what_the_last_run_did_not_expect_is_refused),
        cmocka_unit_test(test_apply__a_plan_that_was_altered_is_refused),
        cmocka_unit_test(test_apply__a_table_that_was_altered_is_refused),
        cmocka_unit_test(test_apply__triggers_are_refused),
        cmocka_unit_test(test_apply__views_are_refused),
        cmocka_unit_test(test_apply__a_child_that_stays_keeps_its_parent),
        cmocka_unit_test(test_apply__a_declared_cascade_takes_nothing_that_stays),
        cmocka_unit_test(test_apply__an_undeclared_cascade_is_refused),
        cmocka_unit_test(test_apply__a_tree_in_one_table_goes_leaves_first),
        cmocka_unit_test(test_apply__what_one_category_keeps_another_does_not_delete),
        cmocka_unit_test(test_apply__a_hold_in_another_store_stops_the_chunks_after_it),
        cmocka_unit_test(test_apply__facts_older_than_their_lease_delete_nothing),
        cmocka_unit_test(test_apply__redaction_nulls_fields_and_keeps_records),
        cmocka_unit_test(test_apply__a_column_that_can_not_be_null_hinders_a_redaction),
        cmocka_unit_test(test_apply__a_lock_is_waited_for_and_then_it_stops),
        cmocka_unit_test(test_apply__a_restored_backup_is_refused_until_it_is_rearmed),
        cmocka_unit_test(test_apply__a_restored_ledger_is_refused),
        cmocka_unit_test(test_apply__deleted_content_is_in_no_file),
        cmocka_unit_test(test_apply__evidence_of_the_range_has_counts_alone),
        cmocka_unit_test(test_apply__no_field_value_and_no_key_is_in_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

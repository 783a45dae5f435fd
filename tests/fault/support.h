/* support: the world of these tests, and what must be true of it in the middle of a run
 * and at its end.
 * Owns: the world, until test_world_close. Fails: by failing the test. Threads: one. */
#ifndef TN_TEST_FAULT_SUPPORT_H
#define TN_TEST_FAULT_SUPPORT_H

#include "tests/support/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char fault_policy[] =
    "module shop \"Shop\"\nimport std.gdpr\npurpose sales \"Selling\"\n"
    "entity customer \"Customer\" { event terminated \"gone\" }\n"
    "category orders \"T\" of customer @personal {\n"
    "  fields { made : timestamp @created  note : string  ip : string }\n"
    "  purpose sales  basis std.gdpr.contract  stored in db as primary\n"
    "  retain 1 year from made\n"
    "  redact ip after 1 month from made\n"
    "}\n";

static const char fault_deployment[] =
    "deployment shop.demo of shop\nstore db = sqlite env DB\n"
    "entity customer from db table \"customer\" key id {\n"
    "  terminated = terminated_at  hold = held\n}\n"
    "bind shop.orders { db as primary to db table \"orders\" { customer = customer_id "
    "} "
    "}\n";

/* Customer 2 is held. Of `count` rows a day apart every one over a year old is due, and
 * every one over a month old has an address too many. */
static inline void open_world(test_world *world, const char *mode, int count)
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
    test_world_open(world, fault_policy, fault_deployment, sql);
    world->options.chunk_rows = 20;
}

typedef struct truth {
    long long rows;  /* in all */
    long long due;   /* to be deleted */
    long long bare;  /* to be redacted, of those that stay */
    long long stays; /* a sum over all that must stay */
} truth;

#define DUE "customer_id <> 2 AND made <= '2025-11-24T00:00:00Z'"

static inline truth take_truth(test_world *world)
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
static inline void check_stays(test_world *world, const truth *t)
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
static inline void check_end(test_world *world, const truth *t)
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
static inline bool finish(test_world *world)
{
    tn_status status = test_world_try_apply(world, NULL);
    return status == TN_OK ||
           (status == TN_REFUSED &&
            strstr(test_world_why(world), "has been carried out") != NULL);
}

static inline void must_finish(test_world *world)
{
    if (!finish(world))
        fail_msg("not applied: %s", test_world_why(world));
}

#endif

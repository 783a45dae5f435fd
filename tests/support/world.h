/* world: for tests, a policy with a deployment, a database of its own, a ledger, and
 * runs over them with a clock that stands still. What goes wrong on the way fails the
 * test that asked. */
#ifndef TN_TESTS_SUPPORT_WORLD_H
#define TN_TESTS_SUPPORT_WORLD_H

#include "interp/apply/apply.h"
#include "interp/check/check.h"

typedef struct test_world {
    char folder[64];
    char db[96];
    char ledger_path[96];
    char key_path[96];
    char records_path[96]; /* what a plan keeps beside it, with most_targets */
    uint32_t most_targets; /* of a place in the plan; 0: as always, and none beside */
    tn_sources sources;
    tn_arena arena;
    tn_diags diags;
    tn_strings strings;
    tn_cel_builder code;
    tn_model *model;
    tn_buf bytes;
    tn_image image;
    bool has_image;
    tn_secret secret;
    tn_instant now; /* of host and plans */
    tn_buf plan;    /* the last plan's text */
    tn_buf why;     /* of the last call that failed */
    tn_apply_host host;
    tn_apply_options options;   /* of runs */
    const tn_allocator *memory; /* of plans and runs; NULL: the C library's */
    uint32_t stop_after;        /* chunks; 0: never */
    uint32_t chunks;
    uint32_t slow_clock_ms; /* the clock goes on by so much at each look */
    uint64_t slow_ms;
    void (*before_chunk)(struct test_world *world); /* NULL: nothing happens */
} test_world;

/* `policy` and `deployment` are texts; the deployment's store is `sqlite env DB`. `sql`
 * makes the database. Now is 2026-11-24T00:00:00Z. */
void test_world_open(test_world *world, const char *policy, const char *deployment,
                     const char *sql);
void test_world_close(test_world *world);

/* The same world with the policy compiled anew from another text. */
void test_world_change(test_world *world, const char *policy, const char *deployment);

void test_world_sql(test_world *world, const char *sql);
/* The first column of the first row of the database, or of the ledger. */
long long test_world_ask(test_world *world, const char *sql);
long long test_world_ask_ledger(test_world *world, const char *sql);

/* Makes a plan for now; a status, for those who let it fail. */
tn_status test_world_try_plan(test_world *world);
void test_world_plan(test_world *world);

/* Applies the last plan. `report` may be NULL; it is borrowed until the next call. */
tn_status test_world_try_apply(test_world *world, tn_apply_report *report);
void test_world_apply(test_world *world, tn_apply_report *report);

/* Is the ledger whole? */
void test_world_audit(test_world *world);

const char *test_world_why(test_world *world);

#endif

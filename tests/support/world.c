#include "tests/support/world.h"
#include "interp/apply/audit.h"
#include "interp/apply/plan_file.h"
#include "interp/compile/compile.h"
#include "interp/syntax/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

/* --- the host */

static tn_instant host_now(void *user)
{
    return ((test_world *)user)->now;
}

static uint64_t host_clock(void *user)
{
    struct timespec t;
    test_world *world = user;
    clock_gettime(CLOCK_MONOTONIC, &t);
    world->slow_ms += world->slow_clock_ms;
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 + world->slow_ms;
}

static void host_sleep(void *user, uint32_t ms)
{
    struct timespec t = {0, (long)(ms > 20 ? 20 : ms) * 1000000};
    (void)user;
    nanosleep(&t, NULL);
}

static const char *host_should_stop(void *user)
{
    test_world *world = user;
    if (world->stop_after != 0 && world->chunks >= world->stop_after)
        return "the test says so";
    if (world->before_chunk != NULL)
        world->before_chunk(world);
    return NULL;
}

static void host_progress(void *user, const tn_apply_progress *progress)
{
    (void)progress;
    ((test_world *)user)->chunks++;
}

/* --- the policy */

static uint32_t add_source(test_world *world, const char *name, const char *text)
{
    uint32_t file = 0;
    if (tn_sources_add(&world->sources, tn_str_from(name), tn_str_from(text),
                       &world->diags, &file) != TN_OK)
        fail_msg("%s cannot be added", name);
    return file;
}

static void close_policy(test_world *world)
{
    if (world->has_image)
        tn_image_close(&world->image);
    world->has_image = false;
    tn_buf_free(&world->bytes);
    tn_cel_builder_free(&world->code);
    tn_strings_free(&world->strings);
    tn_diags_free(&world->diags);
    tn_arena_free(&world->arena);
    tn_sources_free(&world->sources);
}

static void open_policy(test_world *world, const char *policy, const char *deployment)
{
    const char *why = "";
    tn_sources_init(&world->sources, NULL);
    tn_arena_init(&world->arena, NULL);
    tn_diags_init(&world->diags, NULL);
    tn_strings_init(&world->strings, NULL);
    tn_cel_builder_init(&world->code, &world->strings, NULL);
    tn_buf_init(&world->bytes, NULL);
    uint32_t files[2] = {add_source(world, "policy.tenure", policy),
                         add_source(world, "deployment.tenure", deployment)};
    tn_check_input input = {.path_count = 0};
    tn_compile_options options = {.with_sources = true};
    tn_check_into into = {&world->sources, &world->arena, &world->code, &world->diags};
    tn_status status = tn_check_sources(&input, files, 2, &into, &world->model);
    if (status == TN_OK)
        status = tn_compile(world->model, &options, NULL, &world->bytes);
    if (status == TN_OK)
        status = tn_image_verify(tn_buf_view(&world->bytes), NULL, &world->image, &why);
    world->has_image = status == TN_OK;
    if (status == TN_OK)
        return;
    for (size_t i = 0; i < world->diags.count; i++)
        tn_report_diag(&world->bytes, &world->sources, &world->diags.list[i], false);
    fail_msg("%s %s\n%.*s", tn_status_text(status), why, (int)world->bytes.len,
             world->bytes.data);
}

void test_world_change(test_world *world, const char *policy, const char *deployment)
{
    close_policy(world);
    open_policy(world, policy, deployment);
}

/* --- the world */

void test_world_open(test_world *world, const char *policy, const char *deployment,
                     const char *sql)
{
    memset(world, 0, sizeof(*world));
    /* in memory where there is such a folder: kill -9 does not tell the difference */
    strcpy(world->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/tenure-world-XXXXXX"
                                                        : "/tmp/tenure-world-XXXXXX");
    if (mkdtemp(world->folder) == NULL)
        fail_msg("no temporary folder");
    strcat(strcpy(world->db, world->folder), "/s.db");
    strcat(strcpy(world->ledger_path, world->folder), "/l.ledger");
    strcat(strcpy(world->key_path, world->folder), "/l.key");
    strcat(strcpy(world->records_path, world->folder), "/p.records");
    setenv("DB", world->db, 1);
    tn_buf_init(&world->plan, NULL);
    tn_buf_init(&world->why, NULL);
    open_policy(world, policy, deployment);
    if (tn_secret_load(world->key_path, true, &world->secret, &world->why) != TN_OK)
        fail_msg("no key: %s", test_world_why(world));
    world->now = (tn_instant){1795478400, 0};
    world->host = (tn_apply_host){.user = world,
                                  .now = host_now,
                                  .clock_ms = host_clock,
                                  .sleep_ms = host_sleep,
                                  .should_stop = host_should_stop,
                                  .progress = host_progress};
    world->options = (tn_apply_options)TN_APPLY_OPTIONS_INIT;
    world->options.host = &world->host;
    world->options.lock_wait_ms = 500;
    world->options.limits.has_percent = true;
    world->options.limits.percent = 100;
    test_world_sql(world, sql);
}

void test_world_close(test_world *world)
{
    char command[128];
    close_policy(world);
    tn_buf_free(&world->plan);
    tn_buf_free(&world->why);
    snprintf(command, sizeof(command), "rm -rf %s", world->folder);
    if (system(command) != 0)
        fail_msg("the temporary folder stays");
}

const char *test_world_why(test_world *world)
{
    tn_buf_put_char(&world->why, '\0');
    world->why.len--;
    return world->why.data == NULL ? "" : world->why.data;
}

static long long ask(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int code = sqlite3_step(query);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    long long number = code == SQLITE_ROW ? sqlite3_column_int64(query, 0) : -1;
    sqlite3_finalize(query);
    sqlite3_close(db);
    return number;
}

long long test_world_ask(test_world *world, const char *sql)
{
    return ask(world->db, sql);
}

long long test_world_ask_ledger(test_world *world, const char *sql)
{
    return ask(world->ledger_path, sql);
}

void test_world_sql(test_world *world, const char *sql)
{
    sqlite3 *db = NULL;
    char *error = NULL;
    if (sqlite3_open(world->db, &db) != SQLITE_OK ||
        sqlite3_exec(db, sql, NULL, NULL, &error) != SQLITE_OK)
        fail_msg("%s: %s", sql, error);
    sqlite3_close(db);
}

/* --- plans */

static const char *find_env(const char *name)
{
    return getenv(name);
}

/* An empty buffer of the allocator that is now asked for. */
static void renew(test_world *world, tn_buf *buf)
{
    tn_buf_free(buf);
    tn_buf_init(buf, world->memory);
}

static tn_status make_plan(test_world *world, tn_eval *eval, tn_ledger *ledger)
{
    static const tn_eval_filter all = {TN_NONE, NULL, 0};
    tn_plan_options how = {.secret = &world->secret,
                           .has_key = true,
                           .ledger = ledger,
                           .now = world->now,
                           .most_targets = world->most_targets,
                           .valid_hours = 24};
    tn_arena arena;
    tn_plan_records records = {.fd = -1};
    tn_plan plan;
    tn_arena_init(&arena, world->memory);
    if (world->most_targets != 0) {
        tn_plan_records_make(&records, world->records_path, &world->why);
        how.records = &records;
    }
    tn_status status = tn_eval_bind_deployment(eval, &all);
    if (status == TN_OK)
        status = tn_eval_load(eval);
    if (status == TN_OK)
        status = tn_plan_make(eval, &how, &arena, &plan);
    if (status == TN_OK)
        status = tn_plan_put(&plan, &world->secret, &arena, &world->plan);
    if (status != TN_OK)
        tn_buf_put(&world->why, tn_buf_view(&eval->problems));
    tn_plan_records_close(&records);
    tn_arena_free(&arena);
    return status;
}

tn_status test_world_try_plan(test_world *world)
{
    tn_eval_config config = {.image = &world->image,
                             .now = world->now,
                             .kinds = tn_store_kinds,
                             .find_env = find_env,
                             .memory = world->memory};
    tn_eval *eval = NULL;
    tn_ledger *ledger = NULL;
    renew(world, &world->why);
    renew(world, &world->plan);
    tn_status status = tn_ledger_open(world->ledger_path, &world->why, &ledger);
    if (status == TN_NOT_FOUND || status == TN_OK)
        status = tn_eval_new(&config, &eval);
    if (status == TN_OK)
        status = make_plan(world, eval, ledger);
    tn_eval_free(eval);
    tn_ledger_close(ledger);
    return status;
}

void test_world_plan(test_world *world)
{
    tn_status status = test_world_try_plan(world);
    if (status != TN_OK)
        fail_msg("no plan: %s: %s", tn_status_text(status), test_world_why(world));
}

/* --- runs */

static tn_status apply(test_world *world, tn_ledger *ledger, tn_arena *arena,
                       tn_apply_report *report)
{
    tn_plan plan;
    tn_plan_records records = {.fd = -1};
    tn_apply_input input = {.plan = &plan,
                            .image = &world->image,
                            .kinds = tn_store_kinds,
                            .find_env = find_env,
                            .ledger = ledger,
                            .secret = &world->secret};
    tn_status status = tn_plan_read(tn_buf_view(&world->plan), &world->secret, arena,
                                    &plan, &world->why);
    if (status == TN_OK && plan.more_count > 0) {
        status = tn_plan_records_open(&records, world->records_path, plan.more_count,
                                      &plan.more, &world->why);
        input.records = &records;
    }
    if (status == TN_OK)
        status = tn_apply_run(&input, &world->options, arena, report, &world->why);
    tn_plan_records_close(&records);
    return status;
}

tn_status test_world_try_apply(test_world *world, tn_apply_report *report)
{
    tn_apply_report own;
    tn_ledger *ledger = NULL;
    tn_arena arena; /* the world's own lives as long as the policy */
    tn_arena_init(&arena, world->memory);
    world->chunks = 0;
    renew(world, &world->why);
    if (report == NULL)
        report = &own;
    memset(report, 0, sizeof(*report));
    tn_status status = tn_ledger_write(world->ledger_path, &world->secret, world->now,
                                       &world->why, &ledger);
    if (status == TN_OK)
        status = apply(world, ledger, &arena, report);
    tn_ledger_close(ledger);
    /* what is looked at after the run must outlive it */
    static char reason[64], key[64];
    if (report->survivor_count > 0) {
        snprintf(reason, sizeof(reason), "%s", report->survivors[0].why);
        snprintf(key, sizeof(key), "%.*s", (int)report->survivors[0].key.len,
                 report->survivors[0].key.data);
        static tn_survivor first;
        first = (tn_survivor){NULL, {key, strlen(key)}, reason};
        report->survivors = &first;
    }
    report->places = NULL;
    tn_arena_free(&arena);
    return status;
}

void test_world_apply(test_world *world, tn_apply_report *report)
{
    tn_status status = test_world_try_apply(world, report);
    if (status != TN_OK)
        fail_msg("not applied: %s: %s", tn_status_text(status), test_world_why(world));
}

void test_world_audit(test_world *world)
{
    tn_ledger *ledger = NULL;
    tn_audit audit;
    renew(world, &world->why);
    tn_status status = tn_ledger_open(world->ledger_path, &world->why, &ledger);
    if (status == TN_OK)
        status = tn_audit_ledger(ledger, NULL, &audit, &world->why);
    tn_ledger_close(ledger);
    if (status != TN_OK)
        fail_msg("the ledger: %s", test_world_why(world));
}

/* make_data: the demo's data, and the benchmark's: one SQLite database and one file of
 * JSON Lines after the three iPaaS categories (policies/ipaas/demo.tenure).
 *
 *     make_data FOLDER [AUDIT [RUNS [META [TOPIC]]]] [--sound]
 *
 * The same arguments give the same bytes. Some rows are broken on purpose, as rows of
 * real stores are; with --sound none is. The first rows of each table are one of each
 * verdict, so that they can be named:
 *
 *     audit 1  keep retained        run_log 1  keep retained   meta 1  keep
 * awaiting_event 2  delete expired               2  delete expired        2  delete
 * event 3  flag unknown_anchor          3  flag implausible      3  flag unknown_entity
 *           4  keep hold                    4  keep hold             4  keep hold
 *           5  delete event */
#include "interp/calendar/instant.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TENANTS = 500, END_USERS = 1000, DAY = 86400, TEXT = 512 };

/* What some tenants are; the rest are customers whom nothing has happened to. */
enum {
    FIRST_TERMINATED = 20, /* up to 59 */
    FIRST_REQUESTED = 50,  /* up to 89: some are both */
    FIRST_HELD = 85,       /* up to 104: some of them have requested too */
    ODD_TERMINATION = 110, /* a word */
    ZERO_TERMINATION = 111 /* 1970 */
};

/* 2026-11-23T00:00:00Z, the instant that the demo decides for. */
static const int64_t now = 1795392000;

typedef struct maker {
    sqlite3 *db;
    FILE *topic;
    uint64_t random;
    bool is_sound;
} maker;

/* --- chance: splitmix64 */

static uint64_t next_random(maker *m)
{
    uint64_t z = m->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static uint64_t below(maker *m, uint64_t limit)
{
    return next_random(m) % limit;
}

static bool one_in(maker *m, uint64_t n)
{
    return below(m, n) == 0;
}

/* --- the database */

static void fail(const char *what)
{
    fprintf(stderr, "make_data: %s\n", what);
    exit(1);
}

static void run(maker *m, const char *sql)
{
    if (sqlite3_exec(m->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(m->db));
}

static sqlite3_stmt *prepare(maker *m, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(m->db, sql, -1, &statement, NULL) != SQLITE_OK)
        fail(sqlite3_errmsg(m->db));
    return statement;
}

static void insert(maker *m, sqlite3_stmt *statement)
{
    if (sqlite3_step(statement) != SQLITE_DONE)
        fail(sqlite3_errmsg(m->db));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

static void bind_text(sqlite3_stmt *statement, int column, const char *text)
{
    sqlite3_bind_text(statement, column, text, -1, SQLITE_TRANSIENT);
}

static void format_time(int64_t seconds, char out[TN_INSTANT_TEXT_MAX])
{
    tn_instant_format((tn_instant){seconds, 0}, out);
}

static void bind_time(sqlite3_stmt *statement, int column, int64_t seconds)
{
    char text[TN_INSTANT_TEXT_MAX];
    format_time(seconds, text);
    bind_text(statement, column, text);
}

static const char schema[] =
    "CREATE TABLE tenant(id TEXT PRIMARY KEY, name TEXT, terminated_at TEXT,"
    "  deletion_requested_at INTEGER, held_at TEXT);"
    "CREATE TABLE end_user(id INTEGER PRIMARY KEY, tenant_id TEXT, age INTEGER,"
    "  country TEXT);"
    "CREATE TABLE meta(id INTEGER PRIMARY KEY, tenant_id TEXT, kind TEXT, group_id "
    "TEXT,"
    "  project_id TEXT, instance_id TEXT, runtime_id TEXT, version TEXT, tag TEXT,"
    "  update_time, created_time, status TEXT, component_id TEXT, remark TEXT);"
    "CREATE TABLE run_log(id INTEGER PRIMARY KEY, tenant_id TEXT, run_time,"
    "  log_level TEXT, job_id TEXT, flow_name TEXT, application_name TEXT,"
    "  connector_name TEXT, operation_name TEXT, log_category TEXT, runtime_name TEXT,"
    "  client_ip TEXT);"
    "CREATE TABLE audit(id INTEGER PRIMARY KEY, tenant_id TEXT, audit_time,"
    "  user_name TEXT, userID TEXT, result TEXT, project_name TEXT, audit_module TEXT,"
    "  audit_category TEXT, audit_content TEXT);";

/* --- facts */

static void tenant_id(unsigned number, char out[16])
{
    snprintf(out, 16, "tnt-%06u", number);
}

static void bind_events(maker *m, sqlite3_stmt *statement, unsigned i)
{
    if (i >= FIRST_TERMINATED && i < FIRST_TERMINATED + 40)
        bind_time(statement, 3, now - DAY - (int64_t)below(m, 90 * DAY));
    if (i >= FIRST_REQUESTED && i < FIRST_REQUESTED + 40)
        sqlite3_bind_int64(statement, 4,
                           (now - DAY - (int64_t)below(m, 60 * DAY)) * 1000 +
                               (int64_t)below(m, 1000));
    if (i >= FIRST_HELD && i < FIRST_HELD + 20)
        bind_time(statement, 5, now - (int64_t)below(m, 400 * DAY));
    if (i == ODD_TERMINATION && !m->is_sound)
        bind_text(statement, 3, "soon");
    if (i == ZERO_TERMINATION && !m->is_sound)
        bind_time(statement, 3, 0);
}

static void make_tenants(maker *m)
{
    sqlite3_stmt *statement = prepare(m, "INSERT INTO tenant VALUES (?, ?, ?, ?, ?)");
    for (unsigned i = 0; i < TENANTS; i++) {
        char id[16], name[32];
        tenant_id(i, id);
        snprintf(name, sizeof(name), "Tenant %u", i);
        bind_text(statement, 1, id);
        bind_text(statement, 2, name);
        bind_events(m, statement, i);
        insert(m, statement);
    }
    sqlite3_finalize(statement);
}

static void make_end_users(maker *m)
{
    static const char *const countries[] = {"CN", "DE", "FR", "US",
                                            "KR", "BR", "SG", "XX"};
    sqlite3_stmt *statement = prepare(m, "INSERT INTO end_user VALUES (?, ?, ?, ?)");
    for (int i = 1; i <= END_USERS; i++) {
        char id[16];
        tenant_id((unsigned)below(m, TENANTS), id);
        sqlite3_bind_int(statement, 1, i);
        bind_text(statement, 2, id);
        if (m->is_sound || !one_in(m, 200))
            sqlite3_bind_int(statement, 3,
                             one_in(m, 60) ? 9 + (int)below(m, 8)
                                           : 18 + (int)below(m, 60));
        bind_text(statement, 4, countries[below(m, TN_COUNT(countries))]);
        insert(m, statement);
    }
    sqlite3_finalize(statement);
}

/* --- times and keys of records */

/* Something that is no time, or one that nobody means. */
static void bind_broken(maker *m, sqlite3_stmt *statement, int column)
{
    switch (below(m, 7)) {
    case 0: break; /* null */
    case 1: bind_text(statement, column, "yesterday"); break;
    case 2: sqlite3_bind_int64(statement, column, 0); break;
    case 3: sqlite3_bind_int64(statement, column, now - DAY); break;
    case 4: bind_text(statement, column, "1970-01-01T00:00:00Z"); break;
    case 5: bind_text(statement, column, "2999-12-31T00:00:00Z"); break;
    default: bind_text(statement, column, "2026-11-01 08:00:00"); break;
    }
}

static void bind_created(maker *m, sqlite3_stmt *statement, int column, int64_t age)
{
    if (!m->is_sound && one_in(m, 500))
        bind_broken(m, statement, column);
    else
        bind_time(statement, column, now - 1 - (int64_t)below(m, (uint64_t)age));
}

static void bind_tenant(maker *m, sqlite3_stmt *statement, int column)
{
    char id[16];
    tenant_id((unsigned)below(m, TENANTS), id);
    if (!m->is_sound && one_in(m, 2000))
        strcpy(id, one_in(m, 2) ? "tnt-gone" : "");
    if (*id != 0)
        bind_text(statement, column, id);
}

/* Row `id`, if it is one of those that can be named: its tenant and its time. */
typedef struct planted {
    const char *tenant;
    const char *time;
} planted;

static void plant(sqlite3_stmt *statement, const planted *row, int tenant, int time)
{
    bind_text(statement, tenant, row->tenant);
    bind_text(statement, time, row->time);
}

static void bind_word(maker *m, sqlite3_stmt *statement, int column, const char *stem,
                      unsigned limit)
{
    char text[64];
    snprintf(text, sizeof(text), "%s-%u", stem, (unsigned)below(m, limit));
    bind_text(statement, column, text);
}

/* --- records */

static void make_meta(maker *m, int count)
{
    static const planted rows[] = {{"tnt-000001", "2026-01-01T00:00:00Z"},
                                   {"tnt-000050", "2026-01-01T00:00:00Z"},
                                   {"tnt-gone", "2026-01-01T00:00:00Z"},
                                   {"tnt-000086", "2026-01-01T00:00:00Z"}};
    static const char *const kinds[] = {"flow", "api", "draft", "connector", "job"};
    sqlite3_stmt *statement = prepare(
        m, "INSERT INTO meta VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (int i = 1; i <= count; i++) {
        sqlite3_bind_int(statement, 1, i);
        bind_tenant(m, statement, 2);
        bind_text(statement, 3, kinds[below(m, TN_COUNT(kinds))]);
        for (int column = 4; column <= 7; column++)
            bind_word(m, statement, column, "id", 100000);
        bind_word(m, statement, 8, "v1", 40);
        bind_word(m, statement, 9, "tag", 12);
        bind_created(m, statement, 10, 300 * DAY);
        bind_created(m, statement, 11, 900 * DAY);
        bind_text(statement, 12, one_in(m, 3) ? "STOPPED" : "RUNNING");
        bind_word(m, statement, 13, "component", 500);
        if (!m->is_sound && i <= (int)TN_COUNT(rows)) {
            plant(statement, &rows[i - 1], 2, 11);
            bind_text(statement, 3, "flow");
        }
        insert(m, statement);
    }
    sqlite3_finalize(statement);
}

static void make_runs(maker *m, int count)
{
    static const planted rows[] = {{"tnt-000001", "2026-11-20T09:30:00Z"},
                                   {"tnt-000001", "2026-11-10T09:30:00Z"},
                                   {"tnt-000001", "1970-01-01T00:00:00Z"},
                                   {"tnt-000090", "2026-11-01T09:30:00Z"}};
    sqlite3_stmt *statement =
        prepare(m, "INSERT INTO run_log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (int i = 1; i <= count; i++) {
        sqlite3_bind_int(statement, 1, i);
        bind_tenant(m, statement, 2);
        bind_created(m, statement, 3, 14 * DAY);
        bind_text(statement, 4, one_in(m, 20) ? "ERROR" : "INFO");
        bind_word(m, statement, 5, "job", 1000000);
        bind_word(m, statement, 6, "order-sync-flow", 300);
        bind_word(m, statement, 7, "application", 80);
        bind_word(m, statement, 8, "http-connector", 40);
        bind_word(m, statement, 9, "request", 9);
        bind_text(statement, 10, "runtime");
        bind_word(m, statement, 11, "runtime", 16);
        if (!m->is_sound && one_in(m, 10))
            bind_text(statement, 12, "192.0.2.1");
        if (!m->is_sound && i <= (int)TN_COUNT(rows))
            plant(statement, &rows[i - 1], 2, 3);
        insert(m, statement);
    }
    sqlite3_finalize(statement);
}

/* Some contents need escaping in JSON. */
static void format_content(maker *m, char out[TEXT])
{
    const char *quote = one_in(m, 12) ? "\\\"" : "";
    snprintf(out, TEXT, "changed setting %u of flow %u from %s%u%s to %s%u%s",
             (unsigned)below(m, 90), (unsigned)below(m, 5000), quote,
             (unsigned)below(m, 1000000), quote, quote, (unsigned)below(m, 1000000),
             quote);
}

static void make_audit(maker *m, int count)
{
    static const planted rows[] = {{"tnt-000001", "2026-06-01T00:00:00Z"},
                                   {"tnt-000001", "2025-03-01T12:00:00Z"},
                                   {"tnt-000001", "yesterday"},
                                   {"tnt-000090", "2020-01-01T00:00:00Z"},
                                   {"tnt-000020", "2026-06-01T00:00:00Z"}};
    sqlite3_stmt *statement =
        prepare(m, "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (int i = 1; i <= count; i++) {
        char content[TEXT];
        sqlite3_bind_int(statement, 1, i);
        bind_tenant(m, statement, 2);
        bind_created(m, statement, 3, 480 * DAY);
        bind_word(m, statement, 4, "user name", 3000);
        bind_word(m, statement, 5, "usr", 100000000);
        bind_text(statement, 6, one_in(m, 30) ? "failure" : "success");
        bind_word(m, statement, 7, "project", 200);
        bind_text(statement, 8, "integration");
        bind_text(statement, 9, "configuration");
        format_content(m, content);
        bind_text(statement, 10, content);
        if (!m->is_sound && i <= (int)TN_COUNT(rows))
            plant(statement, &rows[i - 1], 2, 3);
        insert(m, statement);
    }
    sqlite3_finalize(statement);
}

/* --- the topic */

/* A line that is no entry, or one with something odd in it; false: a sound one. */
static bool put_broken_line(maker *m)
{
    if (m->is_sound || !one_in(m, 800))
        return false;
    switch (below(m, 5)) {
    case 0: fputs("{\"tenant_id\":\"tnt-000001\",\"audit_time\":\n", m->topic); break;
    case 1: fputs("{\"tenant_id\":\"tnt-000001\",\"audit_time\":0}\n", m->topic); break;
    case 2:
        fputs("{\"tenant_id\":\"tnt-000001\",\"tenant_id\":\"tnt-000002\"}\n",
              m->topic);
        break;
    case 3:
        fputs("{\"tenant_id\":\"tnt-000001\",\"user_name\":\"\xFF\"}\n", m->topic);
        break;
    default:
        fputs("{\"tenant_id\":\"tnt-gone\",\"audit_time\":null}\n", m->topic);
        break;
    }
    return true;
}

static void put_line(maker *m, int64_t age)
{
    char tenant[16], time[TN_INSTANT_TEXT_MAX], content[TEXT];
    tenant_id((unsigned)below(m, TENANTS), tenant);
    format_time(now - 1 - (int64_t)below(m, (uint64_t)age), time);
    format_content(m, content);
    fprintf(
        m->topic,
        "{\"tenant_id\":\"%s\",\"audit_time\":\"%s\",\"user_name\":\"user name %u\","
        "\"userID\":\"usr-%08u\",\"result\":\"%s\",\"project_name\":\"project-%u\","
        "\"audit_module\":\"integration\",\"audit_category\":\"configuration\","
        "\"audit_content\":\"%s\"%s}\n",
        tenant, time, (unsigned)below(m, 3000), (unsigned)below(m, 100000000),
        one_in(m, 30) ? "failure" : "success", (unsigned)below(m, 200), content,
        !m->is_sound && one_in(m, 50) ? ",\"client_ip\":\"192.0.2.7\"" : "");
}

static void make_topic(maker *m, const char *path, int count, int64_t age)
{
    m->topic = fopen(path, "wb");
    if (m->topic == NULL)
        fail("cannot write the topic's file");
    for (int i = 0; i < count; i++)
        if (!put_broken_line(m))
            put_line(m, age);
    if (ferror(m->topic) || fclose(m->topic) != 0)
        fail("cannot write the topic's file");
}

int main(int argc, char **argv)
{
    int counts[] = {100000, 50000, 10000, 20000};
    char path[4096];
    maker m = {.random = 20261123};
    if (argc > 1 && strcmp(argv[argc - 1], "--sound") == 0) {
        m.is_sound = true;
        argc--;
    }
    if (argc < 2)
        fail("which folder?");
    for (int i = 2; i < argc && i - 2 < (int)TN_COUNT(counts); i++)
        counts[i - 2] = atoi(argv[i]);
    snprintf(path, sizeof(path), "%s/ipaas.db", argv[1]);
    unlink(path);
    if (sqlite3_open(path, &m.db) != SQLITE_OK)
        fail("cannot write the database");
    run(&m, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
    run(&m, schema);
    run(&m, "BEGIN");
    make_tenants(&m);
    make_end_users(&m);
    make_meta(&m, counts[2]);
    make_runs(&m, counts[1]);
    make_audit(&m, counts[0]);
    run(&m, "COMMIT; PRAGMA journal_mode=DELETE");
    sqlite3_close(m.db);
    snprintf(path, sizeof(path), "%s/audit_topic.jsonl", argv[1]);
    make_topic(&m, path, counts[3], m.is_sound ? 480 * DAY : 2 * DAY);
    return 0;
}

/* limit_sqlite DATABASE: the audit rule over an SQLite table, rows stepped and decided.
 */
#include "tests/bench/audit_rule.h"

#include <sqlite3.h>
#include <stdlib.h>

static rule the_rule;

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK) {
        fprintf(stderr, "limit_sqlite: %s\n", sqlite3_errmsg(db));
        exit(1);
    }
    return statement;
}

static void load_tenants(sqlite3 *db)
{
    sqlite3_stmt *s = prepare(db, "SELECT id, terminated_at, held_at FROM tenant");
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *id = (const char *)sqlite3_column_text(s, 0);
        const char *terminated = (const char *)sqlite3_column_text(s, 1);
        rule_add_tenant(&the_rule, id, (size_t)sqlite3_column_bytes(s, 0), terminated,
                        (size_t)sqlite3_column_bytes(s, 1),
                        sqlite3_column_type(s, 2) != SQLITE_NULL);
    }
    sqlite3_finalize(s);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    if (argc < 2 ||
        sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return 1;
    sqlite3_exec(db, "PRAGMA mmap_size=1073741824", NULL, NULL, NULL);
    load_tenants(db);
    sqlite3_stmt *s = prepare(db, "SELECT tenant_id, audit_time FROM audit");
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *tenant = (const char *)sqlite3_column_text(s, 0);
        const char *time = (const char *)sqlite3_column_text(s, 1);
        rule_decide(&the_rule, tenant, (size_t)sqlite3_column_bytes(s, 0), time,
                    sqlite3_column_type(s, 1) == SQLITE_TEXT
                        ? (size_t)sqlite3_column_bytes(s, 1)
                        : 0);
    }
    sqlite3_finalize(s);
    sqlite3_close(db);
    rule_print(&the_rule);
    return 0;
}

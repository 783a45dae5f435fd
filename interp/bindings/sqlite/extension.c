/* extension: policies in SQL.
 *
 *     .load build/lib/tenure
 *     SELECT tenure_facts('privacy.tenurec', 'customer', 'tenant', 'id');
 *     SELECT tenure_verdict('privacy.tenurec', 'audit_log',
 *                           '2026-11-23T00:00:00Z', 'audit_time', audit_time,
 *                           'customer', tenant_id)
 *     FROM audit;
 *     SELECT d.verdict, count(*)
 *     FROM tenure_decide('privacy.tenurec', 'audit_log', 'audit',
 *                        '2026-11-23T00:00:00Z', 'customer=tenant_id') d
 *     GROUP BY 1;
 *
 * README.md of this room says what each does. Functions that read files can be called
 * by SQL that the user writes alone (SQLITE_DIRECTONLY), never by a view or trigger of
 * a database from elsewhere. */
#include "interp/bindings/sqlite/functions.h"

SQLITE_EXTENSION_INIT1

typedef struct function {
    const char *name;
    int argument_count; /* -1: any */
    int flags;
    void (*call)(sqlite3_context *, int, sqlite3_value **);
} function;

static const function functions[] = {
    {"tenure_verdict", -1, SQLITE_DIRECTONLY, sql_verdict},
    {"tenure_reason", -1, SQLITE_DIRECTONLY, sql_reason},
    {"tenure_due", -1, SQLITE_DIRECTONLY, sql_due},
    {"tenure_explain", -1, SQLITE_DIRECTONLY, sql_explain},
    {"tenure_facts", 3, SQLITE_DIRECTONLY, sql_facts},
    {"tenure_facts", 4, SQLITE_DIRECTONLY, sql_facts},
    {"tenure_digest", 1, SQLITE_DIRECTONLY, sql_digest},
    {"tenure_time", 2, SQLITE_INNOCUOUS | SQLITE_DETERMINISTIC, sql_time},
};

#ifdef _WIN32
__declspec(dllexport)
#else
__attribute__((visibility("default")))
#endif
    int sqlite3_tenure_init(sqlite3 *db, char **error, const sqlite3_api_routines *api);

int sqlite3_tenure_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    SQLITE_EXTENSION_INIT2(api);
    (void)error;
    sql_session *s = NULL;
    int code = session_new(db, &s);
    for (size_t i = 0;
         code == SQLITE_OK && i < sizeof(functions) / sizeof(functions[0]); i++) {
        const function *f = &functions[i];
        session_hold(s); /* dropped by SQLite, on failure too */
        code = sqlite3_create_function_v2(db, f->name, f->argument_count,
                                          SQLITE_UTF8 | f->flags, s, f->call, NULL,
                                          NULL, session_drop);
    }
    if (code == SQLITE_OK)
        code = decide_table_register(db, s);
    if (s != NULL)
        session_drop(s);
    return code;
}

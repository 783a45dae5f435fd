/* functions: what the extension gives SQL. README.md says what each does.
 *
 * Owns, threads: as session.h. Fails: as an error of the statement. */
#ifndef TN_SQLITE_FUNCTIONS_H
#define TN_SQLITE_FUNCTIONS_H

#include "interp/bindings/sqlite/session.h"

/* policy, category, at, then names and values in turn */
void sql_verdict(sqlite3_context *context, int count, sqlite3_value **values);
void sql_reason(sqlite3_context *context, int count, sqlite3_value **values);
void sql_due(sqlite3_context *context, int count, sqlite3_value **values);
void sql_explain(sqlite3_context *context, int count, sqlite3_value **values);

/* policy, entity, table, key; or policy, entity, NULL */
void sql_facts(sqlite3_context *context, int count, sqlite3_value **values);

/* policy */
void sql_digest(sqlite3_context *context, int count, sqlite3_value **values);

/* number, unit */
void sql_time(sqlite3_context *context, int count, sqlite3_value **values);

/* Registers the table-valued function tenure_decide; holds the session. */
int decide_table_register(sqlite3 *db, sql_session *s);

#endif

/* values: from SQLite's to a policy's, and back.
 *
 * A bool is 0 or 1, as SQLite has it. All else is taken as it is: a text in a column of
 * timestamps is RFC 3339 with its zone, and an integer there is unreadable
 * (tenure_time makes one of it).
 *
 * Owns: nothing; texts are SQLite's, until the row or the argument goes. Threads: the
 * connection's. */
#ifndef TN_SQLITE_VALUES_H
#define TN_SQLITE_VALUES_H

#include "interp/include/tenure.h"

#include <sqlite3ext.h>

tenure_value value_of_argument(sqlite3_value *value, tenure_type type);
tenure_value value_of_column(sqlite3_stmt *statement, int column, tenure_type type);

/* An instant as text; NULL where it is not there. */
void result_instant(sqlite3_context *context, bool is_there, tn_instant instant);

/* "file:line:column"; NULL for no clause. */
void result_clause(sqlite3_context *context, const tenure_policy *policy,
                   uint32_t clause);

#endif

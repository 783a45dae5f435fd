/* source: the rows of a table or view as records of a category.
 *
 * Columns are meant by their names. `binds` says what else is meant, as words
 * NAME=COLUMN: a field, or the key of an entity, or @record for what names the record;
 * and
 * @placement=STORE. A record is named by @record, else by the table's primary key where
 * that is one column, else by its rowid.
 *
 * Owns: a source its statement and seat, until source_close. Fails: an SQLite code,
 * with a message. Threads: the connection's. */
#ifndef TN_SQLITE_SOURCE_H
#define TN_SQLITE_SOURCE_H

#include "interp/bindings/sqlite/session.h"

typedef struct sql_source sql_source;

typedef struct source_request {
    const char *policy;
    const char *category;
    const char *table;
    const char *at;
    const char *binds;     /* NULL: names alone */
    sqlite3_value *record; /* the one record asked for; NULL: all */
    unsigned wants;        /* TENURE_WANT_ */
} source_request;

int source_open(sql_session *s, const source_request *request, sql_source **out,
                char **why);
void source_close(sql_source *source);

/* To the next record, and decides it; *more is false at the end. */
int source_next(sql_source *source, bool *more, char **why);

const tn_verdict *source_verdict(const sql_source *source);
const tenure_policy *source_policy(const sql_source *source);
/* What names the record, as the result of a function. */
void source_result_record(const sql_source *source, sqlite3_context *context);

#endif

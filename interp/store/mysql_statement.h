/* mysql_statement: one prepared statement: values bound as parameters, rows as values.
 *
 * A value of a row is what the column holds, never what a comparison would make of it:
 *
 *   integers, BIT, YEAR        INT, or UINT beyond int64
 *   FLOAT, DOUBLE              DOUBLE
 *   DECIMAL                    INT where it has no decimals and fits, else the nearest
 *                              DOUBLE
 *   CHAR, TEXT, ENUM, JSON ..  STRING, in UTF-8; TIME too
 *   BINARY, BLOB, GEOMETRY     BYTES
 *   DATE, DATETIME             STRING: 2024-02-29, 2024-02-29T10:00:00.5; of a date
 *                              with zeros too, which then can't be read as a date
 *   TIMESTAMP                  TIMESTAMP; UNREADABLE where it is zero
 *
 * Rows are held by the library until the next execute or close.
 *
 * Owns: the statement and its buffers, until close. Fails: as mysql_db.h says. Threads:
 * one at a time. */
#ifndef TN_STORE_MYSQL_STATEMENT_H
#define TN_STORE_MYSQL_STATEMENT_H

#include "interp/record/value.h"
#include "interp/store/mysql_db.h"

typedef struct tn_mysql_cell tn_mysql_cell;
typedef struct tn_mysql_parameter tn_mysql_parameter;

typedef struct tn_mysql_statement {
    tn_mysql_db *db;
    MYSQL_STMT *handle;
    tn_arena arena;
    MYSQL_BIND *binds; /* of the parameters */
    tn_mysql_parameter *parameters;
    uint32_t parameter_count;
    MYSQL_BIND *results;
    tn_mysql_cell *cells;
    uint32_t column_count;
    unsigned last_error; /* of the call that failed */
    /* Rows come while the server is still at it, and nothing else may be asked of the
     * connection before the last; set before execute. */
    bool streams;
} tn_mysql_statement;

/* `cursor_rows` not 0: the server keeps the rows and hands over so many at a time. */
TN_MUST_USE tn_status tn_mysql_prepare(tn_mysql_statement *statement, tn_mysql_db *db,
                                       tn_str sql, uint32_t cursor_rows, tn_buf *why);
/* The same, of a text that comes again: what was prepared stays after close, for the
 * next. Not for rows of a table whose columns may have changed in the meantime. */
TN_MUST_USE tn_status tn_mysql_prepare_kept(tn_mysql_statement *statement,
                                            tn_mysql_db *db, tn_str sql, tn_buf *why);
/* Also of a statement that was never prepared, if it is zeroed. */
void tn_mysql_statement_close(tn_mysql_statement *statement);

/* Parameter number `number`, from 0; texts are borrowed until execute. */
void tn_mysql_bind(tn_mysql_statement *statement, uint32_t number,
                   const tn_value *value);
/* The same, of a time: text as above, or a TIMESTAMP. False: it is none. */
TN_MUST_USE bool tn_mysql_bind_time(tn_mysql_statement *statement, uint32_t number,
                                    const tn_value *value);
void tn_mysql_bind_text(tn_mysql_statement *statement, uint32_t number, tn_str text);
void tn_mysql_bind_int(tn_mysql_statement *statement, uint32_t number, int64_t value);

TN_MUST_USE tn_status tn_mysql_execute(tn_mysql_statement *statement, tn_buf *why);

/* The next row; *row false at the end. */
TN_MUST_USE tn_status tn_mysql_fetch(tn_mysql_statement *statement, bool *row,
                                     tn_buf *why);
/* A value of the last row; borrowed until the next. */
void tn_mysql_read(const tn_mysql_statement *statement, uint32_t column, tn_value *out);
/* The same as what identifies a row: a TIMESTAMP as text in UTC, a DECIMAL as its text.
 */
void tn_mysql_read_key(const tn_mysql_statement *statement, uint32_t column,
                       tn_value *out);
/* A text, or an integer, 0 where it is null. */
tn_str tn_mysql_read_text(const tn_mysql_statement *statement, uint32_t column);
/* The same of bytes: of none, which is not null, data is not NULL. */
tn_str tn_mysql_read_bytes(const tn_mysql_statement *statement, uint32_t column);
int64_t tn_mysql_read_int(const tn_mysql_statement *statement, uint32_t column);
bool tn_mysql_is_null(const tn_mysql_statement *statement, uint32_t column);

/* Bytes of the last row, about. */
size_t tn_mysql_row_bytes(const tn_mysql_statement *statement);

uint64_t tn_mysql_affected(const tn_mysql_statement *statement);
/* How many rows there are, of a statement without a cursor. */
uint64_t tn_mysql_row_count(const tn_mysql_statement *statement);

#endif

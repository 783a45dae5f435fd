/* mysql_table: what a table looks like, and how its rows are gone through by key.
 *
 * Rows are walked in the order of the primary key, as its own columns compare: a bound
 * is given the column's charset and collation, or its exact number type, so that it is
 * compared as one of the column's own values, by its index.
 *
 * Owns: texts lie in the caller's arena. Fails: as mysql_db.h says. Threads: as the
 * connection. */
#ifndef TN_STORE_MYSQL_TABLE_H
#define TN_STORE_MYSQL_TABLE_H

#include "interp/store/mysql_statement.h"

enum { TN_MYSQL_KEY_MAX = 8 };

/* What a column's values are, as far as statements have to know. */
typedef enum tn_mysql_type {
    TN_MYSQL_INTEGER, /* YEAR too */
    TN_MYSQL_BIT,
    TN_MYSQL_REAL,
    TN_MYSQL_DECIMAL,
    TN_MYSQL_TEXT,
    TN_MYSQL_BINARY,
    TN_MYSQL_DATE,
    TN_MYSQL_DATETIME,
    TN_MYSQL_TIMESTAMP,
    TN_MYSQL_OTHER /* ENUM, SET, TIME, JSON, GEOMETRY, ... */
} tn_mysql_type;

typedef struct tn_mysql_column {
    tn_str name;
    tn_mysql_type type;
    tn_str type_name; /* "varchar" */
    tn_str full_type; /* "varchar(20)" */
    tn_str charset;   /* of TEXT */
    tn_str collation;
    uint32_t precision; /* of DECIMAL */
    uint32_t scale;
    bool is_unsigned;
    bool is_nullable;
    bool is_generated;
} tn_mysql_column;

typedef struct tn_mysql_table {
    tn_str name;
    tn_str engine; /* "InnoDB"; empty: a view */
    bool is_view;
    const tn_mysql_column *columns;
    uint32_t column_count;
    uint32_t key[TN_MYSQL_KEY_MAX]; /* columns of the primary key, in its order */
    uint32_t key_count;             /* 0: none */
    /* NULL, or why rows can't be walked by the key; completes "the table ..." */
    const char *obstacle;
} tn_mysql_table;

/* Asks the server. */
TN_MUST_USE tn_status tn_mysql_table_look(tn_mysql_db *db, tn_str name, tn_arena *arena,
                                          tn_mysql_table *out, tn_buf *why);
/* The same; a connection that writes asks again only where the table was altered: texts
 * then lie in its own arena. */
TN_MUST_USE tn_status tn_mysql_table_find(tn_mysql_db *db, tn_str name, tn_arena *arena,
                                          tn_mysql_table *out, tn_buf *why);
/* Tables and views of the database, by name. */
TN_MUST_USE tn_status tn_mysql_tables(tn_mysql_db *db, tn_arena *arena,
                                      const tn_str **names, uint32_t *count,
                                      tn_buf *why);

/* The number of the column named so, whatever its case; TN_NONE. */
uint32_t tn_mysql_find_column(const tn_mysql_table *table, tn_str name);

/* --- walking by key, of a table without obstacle */

/* `k`, or `a`, `b`. */
void tn_mysql_put_key(const tn_mysql_table *table, tn_buf *sql);
/* A parameter that is compared as column `column` of the table. */
void tn_mysql_put_parameter(const tn_mysql_column *column, tn_buf *sql);
/* The rows after a key, or up to and with one; `compare` is ">" or "<=". Takes so many
 * parameters. */
uint32_t tn_mysql_put_bound(const tn_mysql_table *table, const char *compare,
                            tn_buf *sql);
/* Binds what put_bound has written, from parameter `first` on; the next number. */
uint32_t tn_mysql_bind_bound(const tn_mysql_table *table, tn_mysql_statement *statement,
                             uint32_t first, const tn_value *key);
/* The one row with a key: `a`=? AND `b`=?. */
void tn_mysql_put_equal(const tn_mysql_table *table, tn_buf *sql);
uint32_t tn_mysql_bind_equal(const tn_mysql_table *table, tn_mysql_statement *statement,
                             uint32_t first, const tn_value *key);
/* Binds one part of a key. */
void tn_mysql_bind_part(const tn_mysql_column *column, tn_mysql_statement *statement,
                        uint32_t number, const tn_value *value);

#endif

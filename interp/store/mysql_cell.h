/* mysql_cell: a statement's parameters and the cells of its rows, as the files of
 * mysql_statement.h share them. Not for others.
 *
 *   mysql_statement   preparing, executing, fetching
 *   mysql_bind        values as parameters
 *   mysql_cell        cells as values
 *
 * Owns: see mysql_statement.h. */
#ifndef TN_STORE_MYSQL_CELL_H
#define TN_STORE_MYSQL_CELL_H

#include "interp/store/mysql_statement.h"

enum { TN_MYSQL_TIME_TEXT_MAX = 48 };

typedef enum cell_kind {
    CELL_INT,
    CELL_UINT,
    CELL_FLOAT,
    CELL_DOUBLE,
    CELL_DECIMAL,
    CELL_BIT,
    CELL_TEXT,
    CELL_BYTES,
    CELL_DATE,
    CELL_DATETIME,
    CELL_TIMESTAMP
} cell_kind;

struct tn_mysql_cell {
    cell_kind kind;
    unsigned decimals;
    unsigned long length;
    my_bool is_null;
    my_bool is_cut;
    union {
        long long integer;
        unsigned long long unsigned_integer;
        float single;
        double real;
        MYSQL_TIME time;
    } as;
    char *data; /* TEXT, BYTES, DECIMAL, BIT */
    size_t capacity;
    char text[TN_MYSQL_TIME_TEXT_MAX]; /* of a time, made when it is read */
};

struct tn_mysql_parameter {
    long long integer;
    double real;
    MYSQL_TIME time;
    unsigned long length;
};

/* Are its values bytes of the cell's own? */
static inline bool has_data(cell_kind kind)
{
    return kind == CELL_TEXT || kind == CELL_BYTES || kind == CELL_DECIMAL ||
           kind == CELL_BIT;
}

/* Makes a cell for a column of the result, and what the library is to bind it by.
 * False: no memory. */
TN_MUST_USE bool tn_mysql_cell_init(tn_mysql_statement *statement, uint32_t number,
                                    const MYSQL_FIELD *field);

#endif

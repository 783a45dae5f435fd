/* mysql: databases of MySQL, MariaDB and what speaks their protocol; the ops are in
 * store.h's list.
 *
 * All that is read between open and close is of one moment, the snapshot of one
 * transaction that only reads. Rows are read in pages by the primary key, so that
 * memory is bounded and several scans may be open at once; a table without one, or a
 * view, through a cursor of the server. Where the connection is lost, reading goes on
 * after the last row, of a new moment, and says so (remark).
 *
 * A row's key is its primary key; rows of a table without one are numbered. Values are
 * what the columns hold (mysql_statement.h); BIT(1) and TINYINT are bools as 0 and 1.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_MYSQL_H
#define TN_STORE_MYSQL_H

#include "interp/store/store.h"

extern const tn_store_ops tn_mysql_ops;

#endif

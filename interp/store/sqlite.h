/* sqlite: SQLite databases, read only; the ops are in store.h's list.
 *
 * Nothing is written, not even beside the database: SQLite itself would make and leave
 * a -wal and a -shm file when it opens a database of journal mode WAL that nobody has
 * open, so such a database is read as one that does not change, and each scan ends with
 * a look whether that was so. All that is read between open and close is of one moment.
 *
 * Values are as they are stored (typeof), whatever the column was declared as. A row's
 * key is its primary key; without one its rowid; a view's rows are numbered.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_SQLITE_H
#define TN_STORE_SQLITE_H

#include "interp/store/store.h"

extern const tn_store_ops tn_sqlite_ops;

#endif

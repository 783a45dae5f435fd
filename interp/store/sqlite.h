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

/* How SQLite deals with memory in this process, said before its first connection;
 * afterwards it changes nothing. For programs: what a library does not decide for its
 * host. Allocations are not counted, each of which would take a lock; what a statement
 * may have to take back lies in one piece of memory, and beyond TN_SQLITE_UNDO_BYTES in
 * a file that has no name. */
enum { TN_SQLITE_UNDO_BYTES = 31 << 20 };
void tn_sqlite_tune(void);

#endif

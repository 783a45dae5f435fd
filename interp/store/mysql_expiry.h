/* mysql_expiry: what a server of the MySQL protocol deletes by itself: by an event that
 * is enabled and whose statement names the table and deletes, drops or truncates
 * (partitions, too). After how long cannot be read from it.
 *
 * Events are shown to who has the EVENT privilege on their database; nothing is said of
 * those that are not seen, nor of what a procedure does that an event calls.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_MYSQL_EXPIRY_H
#define TN_STORE_MYSQL_EXPIRY_H

#include "interp/store/store.h"

TN_MUST_USE tn_status tn_mysql_expiry(tn_store *store, tn_str object, tn_arena *arena,
                                      tn_store_expiry *out, tn_buf *why);

/* Does the statement name the table, and delete, drop or truncate? */
bool tn_mysql_deletes_from(tn_str statement, tn_str table);

#endif

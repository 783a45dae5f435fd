/* mysql_db: a connection to a server of the MySQL protocol, in a known state.
 *
 * A session's zone is +00:00, its texts are utf8mb4, its sql_mode says that nothing is
 * cut or guessed, it is REPEATABLE READ, and waits for no lock longer than seconds. All
 * waiting for the server has an end (the address's timeout).
 *
 * Owns: the connection and the library, until close. Fails: NOT_FOUND (no such table or
 * database), STORE, NOMEM; STOPPED: a lock or a deadlock, all is rolled back; each with
 * a sentence (STOPPED without). Threads: one at a time. */
#ifndef TN_STORE_MYSQL_DB_H
#define TN_STORE_MYSQL_DB_H

#include "interp/base/arena.h"
#include "interp/store/mysql_lib.h"
#include "interp/store/mysql_url.h"

/* A statement that is prepared once for all chunks of a run (mysql_statement). */
typedef struct tn_mysql_kept {
    char *sql;
    size_t size;
    MYSQL_STMT *handle; /* NULL: none */
    bool is_used;
    uint64_t turn; /* when it was used last */
} tn_mysql_kept;
enum { TN_MYSQL_KEPT_MAX = 32 };

typedef struct tn_mysql_known tn_mysql_known; /* mysql_table */

typedef struct tn_mysql_db {
    tn_mysql_lib lib;
    const tn_mysql_url *url; /* borrowed */
    const tn_allocator *memory;
    MYSQL *handle;
    bool is_mariadb;
    bool writes;
    bool is_lost;         /* the connection is; a new one is needed */
    unsigned connections; /* how many there were: another one, another session */
    tn_mysql_kept kept[TN_MYSQL_KEPT_MAX];
    uint64_t turn;
    tn_mysql_known *known; /* tables as they were found, of a connection that writes */
    tn_arena arena;        /* of these */
} tn_mysql_db;

TN_MUST_USE tn_status tn_mysql_db_open(tn_mysql_db *db, const tn_mysql_url *url,
                                       bool writes, const tn_allocator *memory,
                                       tn_buf *why);
void tn_mysql_db_close(tn_mysql_db *db);

/* A new session after the connection was lost: nothing of the old one is left. */
TN_MUST_USE tn_status tn_mysql_db_reconnect(tn_mysql_db *db, tn_buf *why);

/* Does this error say that the connection is lost? */
bool tn_mysql_is_gone(unsigned code);

/* Says what error `code` of the server or library means. Never TN_OK. */
tn_status tn_mysql_db_fail(tn_mysql_db *db, unsigned code, const char *message,
                           tn_buf *why);

/* Runs a statement that has neither parameters nor rows. */
TN_MUST_USE tn_status tn_mysql_run(tn_mysql_db *db, const char *sql, tn_buf *why);
/* Several, with ";" between them, at once; those after one that fails are not run. Of a
 * connection that writes. */
TN_MUST_USE tn_status tn_mysql_run_all(tn_mysql_db *db, tn_str sql, tn_buf *why);
/* The same, whatever comes of it: ROLLBACK. */
void tn_mysql_try(const tn_mysql_db *db, const char *sql);

/* `name` as an identifier, in its quotes. */
void tn_mysql_put_name(tn_buf *sql, tn_str name);

#endif

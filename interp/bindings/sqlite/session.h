/* session: what one SQLite connection keeps of policies between calls.
 *
 *     policy    read once, by its path: a file or folder, or a compiled NAME.tenurec
 *     facts     of an entity of it, loaded from a table when tenure_facts was called
 *     seat      policy + facts + category + placement + instant, with a decider
 *
 * Owns: a session everything; it is counted, once for each function that SQLite was
 * given. A seat holds the facts it was opened with, whatever is loaded later. Fails: an
 * SQLite code, with a message. Threads: the connection's. */
#ifndef TN_SQLITE_SESSION_H
#define TN_SQLITE_SESSION_H

#include "interp/include/tenure.h"

#include <sqlite3ext.h>

typedef struct sql_session sql_session;

/* Facts of one entity, shared by the session and the seats that use them. */
typedef struct facts_box {
    int count;
    tenure_facts *facts; /* NULL: nothing has happened, nothing is held */
} facts_box;

typedef struct policy_entry {
    struct policy_entry *next;
    char *path;
    tenure_policy *policy;
    facts_box **facts;   /* one for each entity; NULL: never loaded */
    unsigned generation; /* grows whenever facts are loaded */
} policy_entry;

typedef struct sql_seat {
    struct sql_seat *next;
    policy_entry *policy;
    unsigned generation;
    char *category_name; /* as it was asked for; the same */
    char *placement_name;
    char *at_text;
    uint32_t category;
    tenure_run *run;
    tenure_decider *decider;
    facts_box **held; /* one for each entity */
} sql_seat;

/* What a seat is opened for; texts are NUL-terminated, placement may be NULL. */
typedef struct seat_request {
    const char *policy;
    const char *category;
    const char *placement;
    const char *at;
} seat_request;

int session_new(sqlite3 *db, sql_session **out);
void session_hold(sql_session *s);
void session_drop(void *s); /* a session */
sqlite3 *session_db(const sql_session *s);

/* The policy at a path, read now if need be. On failure *why is an sqlite3_malloc'ed
 * message. */
int session_policy(sql_session *s, const char *path, policy_entry **out, char **why);

/* Puts facts in the place of those an entity has; takes them over even if it fails. */
int session_set_facts(policy_entry *policy, uint32_t entity, tenure_facts *facts);

/* A seat of the caller's own; seat_close. */
int seat_open(sql_session *s, const seat_request *request, sql_seat **out, char **why);
void seat_close(sql_seat *seat);

/* The session's own seat for it, kept for the next call. Borrowed until then. */
int session_seat(sql_session *s, const seat_request *request, sql_seat **out,
                 char **why);

#endif

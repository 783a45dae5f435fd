/* mysql_url: where a MySQL database is and how it is reached.
 *
 *   mysql://[user[:password]@][host][:port]/database[?option&option...]
 *
 *   option          meaning
 *   socket=PATH     a socket of this machine instead of a host
 *   option-file=PATH, group=NAME
 *                   user, password and the like from the groups [client] and [NAME] of
 *                   a file of MySQL's form
 *   ssl-ca=PATH     the server must show a certificate that this authority signed for
 *                   the host's name
 *   ssl-cert=PATH, ssl-key=PATH
 *                   the client's own certificate
 *   tls=required    encrypted, but whoever answers: what a host other than this machine
 *                   gets that says nothing
 *   tls=off         not encrypted
 *   count=server, count=here
 *                   who counts where both can: the server, which saves the way for the
 *                   rows, or tenure, which is faster on the same machine. Unless given,
 *                   a server elsewhere counts
 *   replica=HOST[:PORT]
 *                   a replica, which apply --max-lag watches; reached as the same user,
 *                   with the same options
 *   timeout=N       seconds that a connection, and any answer, may take; 300 for
 * answers and 10 for connecting unless given
 *
 * A `%` and two hexadecimal digits stand for a byte. A password belongs into the
 * environment or an option file: the text of a deployment may not have one.
 *
 * Owns: texts lie in the caller's arena, NUL-terminated. Fails: USAGE with a sentence
 * that repeats no secret; NOMEM. Threads: free. */
#ifndef TN_STORE_MYSQL_URL_H
#define TN_STORE_MYSQL_URL_H

#include "interp/base/buf.h"

typedef enum tn_mysql_tls {
    TN_MYSQL_TLS_OFF,
    TN_MYSQL_TLS_REQUIRED,
    TN_MYSQL_TLS_VERIFIED
} tn_mysql_tls;

typedef struct tn_mysql_url {
    const char *user; /* NULL: not given; so for all */
    const char *password;
    const char *host;
    const char *database;
    const char *socket;
    const char *option_file;
    const char *group;
    const char *ca;
    const char *certificate;
    const char *key;
    unsigned port; /* 0: not given */
    unsigned connect_seconds;
    unsigned answer_seconds;
    tn_mysql_tls tls;
    bool counts; /* the server is to count */
    const char *replica_host;
    unsigned replica_port;
} tn_mysql_url;

TN_MUST_USE tn_status tn_mysql_url_parse(tn_str text, tn_arena *arena,
                                         tn_mysql_url *out, tn_buf *why);

#endif

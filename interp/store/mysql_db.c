#include "interp/store/mysql_db.h"

#include <string.h>

/* Errors of the server (mysqld_error.h) and of the library (errmsg.h). */
enum {
    NO_DATABASE = 1049,
    DATABASE_DENIED = 1044,
    ACCESS_DENIED = 1045,
    TABLE_DENIED = 1142,
    COLUMN_DENIED = 1143,
    NEEDS_PRIVILEGE = 1227,
    NO_TABLE = 1146,
    LOCK_WAIT = 1205,
    DEADLOCK = 1213,
    REFERRED_TO = 1451,
    LOCK_NOWAIT = 3572,
    SHUTTING_DOWN = 1053,
    KILLED = 1927,
    CANNOT_CONNECT_LOCALLY = 2002,
    CANNOT_CONNECT = 2003,
    GONE = 2006,
    LOST = 2013,
    LOST_EXTENDED = 2055,
    TLS_FAILED = 2026,
    LIBRARY_NOMEM = 2008
};

/* --- errors */

bool tn_mysql_is_gone(unsigned code)
{
    return code == GONE || code == LOST || code == LOST_EXTENDED || code == KILLED ||
           code == SHUTTING_DOWN;
}

static const char *advice_of(unsigned code)
{
    switch (code) {
    case DATABASE_DENIED:
    case TABLE_DENIED:
    case COLUMN_DENIED:
    case NEEDS_PRIVILEGE: return "; tenure grants DEPLOYMENT says what it needs";
    case ACCESS_DENIED:
        return "; user and password come from its address or option file";
    case TLS_FAILED: return "; ssl-ca= names the authority that signed its certificate";
    default: return "";
    }
}

tn_status tn_mysql_db_fail(tn_mysql_db *db, unsigned code, const char *message,
                           tn_buf *why)
{
    switch (code) {
    case LIBRARY_NOMEM: return TN_NOMEM;
    case LOCK_WAIT:
    case DEADLOCK:
    case LOCK_NOWAIT:
    case REFERRED_TO: return TN_STOPPED;
    default: break;
    }
    if (tn_mysql_is_gone(code)) {
        db->is_lost = true;
        tn_buf_put_format(why, "the connection was lost (%s)", message);
        return TN_STORE;
    }
    bool is_ours = code >= 2000 && code < 3000;
    tn_buf_put_format(why, "%s%s%s", is_ours ? "" : "the server says: ", message,
                      advice_of(code));
    return code == NO_TABLE || code == NO_DATABASE ? TN_NOT_FOUND : TN_STORE;
}

static tn_status fail(tn_mysql_db *db, tn_buf *why)
{
    return tn_mysql_db_fail(db, db->lib.mysql_errno(db->handle),
                            db->lib.mysql_error(db->handle), why);
}

/* --- statements without parameters */

tn_status tn_mysql_run(tn_mysql_db *db, const char *sql, tn_buf *why)
{
    if (db->lib.mysql_real_query(db->handle, sql, (unsigned long)strlen(sql)) == 0)
        return TN_OK;
    return fail(db, why);
}

tn_status tn_mysql_run_all(tn_mysql_db *db, tn_str sql, tn_buf *why)
{
    assert(db->writes);
    if (db->lib.mysql_real_query(db->handle, sql.data, (unsigned long)sql.len) != 0)
        return fail(db, why);
    while (db->lib.mysql_more_results(db->handle))
        if (db->lib.mysql_next_result(db->handle) > 0)
            return fail(db, why);
    return TN_OK;
}

void tn_mysql_try(const tn_mysql_db *db, const char *sql)
{
    (void)db->lib.mysql_real_query(db->handle, sql, (unsigned long)strlen(sql));
}

void tn_mysql_put_name(tn_buf *sql, tn_str name)
{
    tn_buf_put_char(sql, '`');
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '`')
            tn_buf_put_char(sql, '`');
        tn_buf_put_char(sql, name.data[i]);
    }
    tn_buf_put_char(sql, '`');
}

/* --- connecting */

static void set(const tn_mysql_db *db, enum mysql_option option, const void *value)
{
    if (value != NULL)
        db->lib.mysql_optionsv(db->handle, option, value);
}

static void set_tls(const tn_mysql_db *db)
{
    const tn_mysql_url *url = db->url;
    my_bool enforced = url->tls != TN_MYSQL_TLS_OFF;
    my_bool verified = url->tls == TN_MYSQL_TLS_VERIFIED;
    set(db, MYSQL_OPT_SSL_CA, url->ca);
    set(db, MYSQL_OPT_SSL_CERT, url->certificate);
    set(db, MYSQL_OPT_SSL_KEY, url->key);
    set(db, MYSQL_OPT_SSL_ENFORCE, &enforced);
    set(db, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verified);
}

static void set_options(const tn_mysql_db *db)
{
    const tn_mysql_url *url = db->url;
    my_bool no = 0;
    unsigned local_infile = 0, by_tcp = MYSQL_PROTOCOL_TCP;
    set(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    set(db, MYSQL_OPT_CONNECT_TIMEOUT, &url->connect_seconds);
    set(db, MYSQL_OPT_READ_TIMEOUT, &url->answer_seconds);
    set(db, MYSQL_OPT_WRITE_TIMEOUT, &url->answer_seconds);
    set(db, MYSQL_OPT_RECONNECT, &no);
    if (url->host != NULL && url->socket == NULL && url->port != 0)
        set(db, MYSQL_OPT_PROTOCOL, &by_tcp);       /* localhost too */
    set(db, MYSQL_OPT_LOCAL_INFILE, &local_infile); /* the server can ask for no file */
    if (url->option_file != NULL) {
        set(db, MYSQL_READ_DEFAULT_FILE, url->option_file);
        set(db, MYSQL_READ_DEFAULT_GROUP, url->group == NULL ? "client" : url->group);
    }
    set_tls(db);
}

/* NO_ENGINE_SUBSTITUTION: a table of ours is of the engine that was asked for. */
static const char session[] =
    "SET SESSION time_zone = '+00:00',"
    " sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
    " autocommit = 1, foreign_key_checks = 1, unique_checks = 1, sql_safe_updates = 0,"
    " sql_select_limit = 18446744073709551615, innodb_lock_wait_timeout = 2,"
    " lock_wait_timeout = 10, wait_timeout = 28800, net_write_timeout = 600";
static const char isolation[] =
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";

/* Everything read is of the moment of the first reading. */
static const char snapshot[] = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

static tn_status connect(tn_mysql_db *db, tn_buf *why)
{
    const tn_mysql_url *url = db->url;
    unsigned long several = db->writes ? CLIENT_MULTI_STATEMENTS : 0;
    db->handle = db->lib.mysql_init(NULL);
    if (db->handle == NULL)
        return TN_NOMEM;
    set_options(db);
    if (db->lib.mysql_real_connect(db->handle, url->host, url->user, url->password,
                                   url->database, url->port, url->socket,
                                   CLIENT_FOUND_ROWS | several) == NULL)
        return fail(db, why);
    db->connections++;
    db->is_lost = false;
    db->is_mariadb =
        strstr(db->lib.mysql_get_server_info(db->handle), "MariaDB") != NULL;
    TN_TRY(tn_mysql_run(db, session, why));
    TN_TRY(tn_mysql_run(db, isolation, why));
    return db->writes ? TN_OK : tn_mysql_run(db, snapshot, why);
}

/* Those in use are closed by who uses them. */
static void drop_kept(tn_mysql_db *db)
{
    for (uint32_t i = 0; i < TN_MYSQL_KEPT_MAX; i++) {
        tn_mysql_kept *kept = &db->kept[i];
        if (kept->handle != NULL && !kept->is_used)
            db->lib.mysql_stmt_close(kept->handle);
        tn_resize(db->memory, kept->sql, kept->size, 0);
        *kept = (tn_mysql_kept){.handle = NULL};
    }
}

static void disconnect(tn_mysql_db *db)
{
    drop_kept(db);
    if (db->handle != NULL)
        db->lib.mysql_close(db->handle);
    db->handle = NULL;
}

tn_status tn_mysql_db_open(tn_mysql_db *db, const tn_mysql_url *url, bool writes,
                           const tn_allocator *memory, tn_buf *why)
{
    *db = (tn_mysql_db){.url = url, .memory = memory, .writes = writes};
    tn_arena_init(&db->arena, memory);
    TN_TRY(tn_mysql_lib_open(&db->lib, why));
    tn_status status = connect(db, why);
    if (status == TN_OK)
        return TN_OK;
    tn_mysql_db_close(db);
    return status == TN_STOPPED ? TN_STORE : status;
}

tn_status tn_mysql_db_reconnect(tn_mysql_db *db, tn_buf *why)
{
    disconnect(db);
    return connect(db, why);
}

void tn_mysql_db_close(tn_mysql_db *db)
{
    disconnect(db);
    db->known = NULL;
    tn_arena_free(&db->arena);
    tn_mysql_lib_close(&db->lib);
}

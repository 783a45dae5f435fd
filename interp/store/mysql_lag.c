/* mysql_lag: how far a replica is behind. */
#include "interp/store/mysql_erase.h"

#include <string.h>

enum { SYNTAX_ERROR = 1064 };

/* The servers call it by two names, and its column too. */
static tn_status prepare(tn_mysql_db *db, tn_mysql_statement *s, tn_buf *why)
{
    size_t len = why->len;
    tn_status status = tn_mysql_prepare(s, db, TN_STR("SHOW REPLICA STATUS"), 0, why);
    if (status != TN_STORE || s->last_error != SYNTAX_ERROR)
        return status;
    why->len = len;
    return tn_mysql_prepare(s, db, TN_STR("SHOW SLAVE STATUS"), 0, why);
}

static uint32_t find_seconds(const tn_mysql_statement *s)
{
    uint32_t column = tn_mysql_find_result(s, "Seconds_Behind_Source");
    return column != TN_NONE ? column
                             : tn_mysql_find_result(s, "Seconds_Behind_Master");
}

/* Of several sources the one that it is farthest behind. */
static tn_status read_rows(tn_mysql_statement *s, uint64_t *seconds, tn_buf *why)
{
    uint32_t column = find_seconds(s);
    bool row = true;
    for (uint64_t count = 0;; count++) {
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row && count == 0) {
            tn_buf_put_text(why, "it is no replica: SHOW REPLICA STATUS is empty");
            return TN_STORE;
        }
        if (!row)
            return TN_OK;
        uint64_t behind = UINT64_MAX;
        if (column != TN_NONE && !tn_mysql_is_null(s, column))
            behind = (uint64_t)tn_mysql_read_int(s, column);
        *seconds = behind > *seconds ? behind : *seconds;
    }
}

static tn_status ask(tn_mysql_db *db, uint64_t *seconds, tn_buf *why)
{
    tn_mysql_statement s = {.db = NULL};
    *seconds = 0;
    TN_TRY(prepare(db, &s, why));
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = read_rows(&s, seconds, why);
    tn_mysql_statement_close(&s);
    return status;
}

/* As one that writes: without a snapshot, which would keep old rows alive there. */
static tn_status connect(tn_mysql_store *store, tn_buf *why)
{
    tn_mysql_url *url = &store->replica_url;
    if (store->replica.handle != NULL && !store->replica.is_lost)
        return TN_OK;
    if (store->replica.handle != NULL)
        return tn_mysql_db_reconnect(&store->replica, why);
    *url = store->url;
    url->host = url->replica_host;
    url->port = url->replica_port;
    url->socket = NULL;
    return tn_mysql_db_open(&store->replica, url, true, store->memory, why);
}

tn_status tn_mysql_lag(tn_store *base, uint64_t *seconds, tn_buf *why)
{
    tn_mysql_store *store = tn_mysql_store_of(base);
    if (store->url.replica_host == NULL)
        return TN_UNSUPPORTED;
    tn_buf_put_text(why, "its replica: ");
    size_t len = why->len;
    tn_status status = connect(store, why);
    if (status == TN_OK)
        status = ask(&store->replica, seconds, why);
    if (status == TN_STORE && store->replica.is_lost) { /* it was idle for too long */
        why->len = len;
        status = connect(store, why);
        if (status == TN_OK)
            status = ask(&store->replica, seconds, why);
    }
    if (status == TN_OK)
        why->len = len - strlen("its replica: ");
    return status;
}

/* mysql_grants: the least that a user needs. Each privilege is here because a server
 * refuses without it; a test runs with exactly these. */
#include "interp/store/mysql_store.h"

static void put_on(tn_buf *out, const char *what, tn_str database, tn_str object)
{
    tn_buf_put_text(out, "GRANT ");
    tn_buf_put_text(out, what);
    tn_buf_put_text(out, " ON ");
    tn_mysql_put_name(out, database);
    tn_buf_put_char(out, '.');
    if (object.len == 0)
        tn_buf_put_char(out, '*');
    else
        tn_mysql_put_name(out, object);
}

static void put_quoted(tn_buf *out, const char *text)
{
    tn_buf_put_char(out, '\'');
    for (; *text != 0; text++) {
        if (*text == '\'' || *text == '\\')
            tn_buf_put_char(out, *text);
        tn_buf_put_char(out, *text);
    }
    tn_buf_put_char(out, '\'');
}

static void put_to(tn_buf *out, const tn_mysql_url *url, const char *otherwise)
{
    tn_buf_put_text(out, " TO ");
    put_quoted(out, url->user == NULL ? otherwise : url->user);
    tn_buf_put_text(out, "@'%';\n");
}

/* Locking facts takes LOCK TABLES, which MySQL gives for a whole database; what
 * triggers and foreign keys there are is shown only to who has TRIGGER and PROCESS. */
static void put_writing(tn_buf *out, const tn_mysql_url *url,
                        const tn_store_grant *grant)
{
    tn_str database = tn_str_from(url->database);
    tn_buf what;
    if (!grant->deletes && grant->redacted_count == 0)
        return;
    tn_buf_init(&what, out->memory);
    tn_buf_put_text(&what, grant->deletes ? "DELETE, TRIGGER" : "TRIGGER");
    for (uint32_t i = 0; i < grant->redacted_count; i++) {
        tn_buf_put_text(&what, i == 0 ? ", UPDATE (" : ", ");
        tn_mysql_put_name(&what, grant->redacted[i]);
    }
    tn_buf_put_text(&what, grant->redacted_count > 0 ? ")" : "");
    tn_buf_put_char(&what, 0);
    if (!what.failed)
        put_on(out, what.data, database, grant->object);
    out->failed |= what.failed;
    tn_buf_free(&what);
    put_to(out, url, "tenure_apply");
}

static void put_all(tn_buf *out, const tn_mysql_url *url, const tn_store_grant *list,
                    uint32_t count, bool writes)
{
    static const char *const marks[] = {"tenure_store", "tenure_chunk"};
    tn_str database = tn_str_from(url->database);
    const char *user = writes ? "tenure_apply" : "tenure_eval";
    for (uint32_t i = 0; i < count; i++) {
        put_on(out, "SELECT", database, list[i].object);
        put_to(out, url, user);
        if (writes)
            put_writing(out, url, &list[i]);
    }
    if (!writes)
        return;
    for (size_t i = 0; i < TN_COUNT(marks); i++) {
        put_on(out, "SELECT, INSERT, UPDATE, DELETE, CREATE", database,
               tn_str_from(marks[i]));
        put_to(out, url, user);
    }
    put_on(out, "LOCK TABLES", database, TN_STR(""));
    put_to(out, url, user);
    tn_buf_put_text(out, "GRANT PROCESS ON *.*");
    put_to(out, url, user);
    tn_buf_put_text(out,
                    "-- and SELECT on each table with a foreign key to one that is "
                    "deleted from\n");
    if (url->replica_host != NULL)
        tn_buf_put_text(out, "-- for --max-lag, on the replica: REPLICATION CLIENT "
                             "(MySQL), SLAVE MONITOR (MariaDB)\n");
}

void tn_mysql_put_grants(tn_str location, const tn_store_grant *list, uint32_t count,
                         bool writes, tn_buf *out)
{
    tn_arena arena;
    tn_mysql_url url;
    tn_buf why;
    tn_arena_init(&arena, out->memory);
    tn_buf_init(&why, out->memory);
    if (tn_mysql_url_parse(location, &arena, &url, &why) != TN_OK)
        url = (tn_mysql_url){.database = "DATABASE"};
    put_all(out, &url, list, count, writes);
    tn_buf_free(&why);
    tn_arena_free(&arena);
}

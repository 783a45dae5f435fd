#include "interp/store/mysql_expiry.h"
#include "interp/store/mysql_store.h"

static const char events_sql[] =
    "SELECT event_name, event_definition, @@event_scheduler FROM"
    " information_schema.events WHERE status = 'ENABLED' AND (event_schema = DATABASE()"
    " OR LOCATE(DATABASE(), event_definition) > 0) AND LOCATE(LOWER(?),"
    " LOWER(event_definition)) > 0 ORDER BY event_schema, event_name";

static bool is_of_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static bool is_deleting(tn_str word)
{
    static const char *const words[] = {"delete", "drop", "truncate"};
    for (size_t i = 0; i < TN_COUNT(words); i++)
        if (tn_str_equal_but_for_case(word, tn_str_from(words[i])))
            return true;
    return false;
}

bool tn_mysql_deletes_from(tn_str statement, tn_str table)
{
    bool is_named = false, deletes = false;
    for (size_t at = 0; at < statement.len;) {
        size_t end = at;
        while (end < statement.len && is_of_word(statement.data[end]))
            end++;
        tn_str word = tn_str_slice(statement, at, end - at);
        is_named |= tn_str_equal_but_for_case(word, table);
        deletes |= is_deleting(word);
        at = end == at ? at + 1 : end;
    }
    return is_named && deletes;
}

static tn_status note(tn_mysql_statement *s, tn_arena *arena, tn_store_expiry *out)
{
    tn_buf text;
    tn_buf_init(&text, arena->memory);
    tn_buf_put_format(&text, "the event \"" TN_STR_FMT "\"%s",
                      TN_STR_ARG(tn_mysql_read_text(s, 0)),
                      tn_str_equal_but_for_case(tn_mysql_read_text(s, 2), TN_STR("ON"))
                          ? ""
                          : " (the event scheduler is off now)");
    out->expires = true;
    out->is_vague = true;
    out->setting = tn_arena_copy(arena, tn_buf_view(&text));
    bool failed = text.failed || out->setting.data == NULL;
    tn_buf_free(&text);
    return failed ? TN_NOMEM : TN_OK;
}

static tn_status find_event(tn_mysql_statement *s, tn_str table, tn_arena *arena,
                            tn_store_expiry *out, tn_buf *why)
{
    for (;;) {
        bool row;
        TN_TRY(tn_mysql_fetch(s, &row, why));
        if (!row)
            return TN_OK;
        if (!out->expires && tn_mysql_deletes_from(tn_mysql_read_text(s, 1), table))
            TN_TRY(note(s, arena, out));
    }
}

tn_status tn_mysql_expiry(tn_store *store, tn_str object, tn_arena *arena,
                          tn_store_expiry *out, tn_buf *why)
{
    tn_mysql_statement s;
    *out = (tn_store_expiry){.expires = false};
    TN_TRY(tn_mysql_prepare(&s, &tn_mysql_store_of(store)->db, TN_STR(events_sql), 0,
                            why));
    tn_mysql_bind_text(&s, 0, object);
    tn_status status = tn_mysql_execute(&s, why);
    if (status == TN_OK)
        status = find_event(&s, object, arena, out, why);
    tn_mysql_statement_close(&s);
    return status;
}

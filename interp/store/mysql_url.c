#include "interp/store/mysql_url.h"
#include "interp/record/decode.h"

#include <string.h>

enum { CONNECT_SECONDS = 10, ANSWER_SECONDS = 300, SECONDS_MAX = 86400 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decoded and NUL-terminated. USAGE: a broken %, or a NUL. */
static tn_status take_text(tn_str text, tn_arena *arena, const char **out)
{
    char *copy = tn_arena_take(arena, text.len + 1);
    size_t len = 0;
    if (copy == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return TN_USAGE;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == 0)
            return TN_USAGE;
        copy[len++] = c;
    }
    copy[len] = 0;
    *out = copy;
    return TN_OK;
}

/* What stands before the first `c`, which goes; false, and all of it, without one. */
static bool split(tn_str *text, char c, tn_str *before)
{
    const char *at = text->len == 0 ? NULL : memchr(text->data, c, text->len);
    size_t len = at == NULL ? text->len : (size_t)(at - text->data);
    *before = tn_str_slice(*text, 0, len);
    *text = tn_str_slice(*text, at == NULL ? len : len + 1, SIZE_MAX);
    return at != NULL;
}

static tn_status complain(tn_buf *why, const char *what)
{
    tn_buf_put_format(why,
                      "its address %s; write "
                      "mysql://user:password@host:3306/database?ssl-ca=FILE",
                      what);
    return TN_USAGE;
}

static bool read_number(tn_str text, uint64_t most, unsigned *out)
{
    uint64_t number;
    if (!tn_uint_parse(text, &number) || number == 0 || number > most)
        return false;
    *out = (unsigned)number;
    return true;
}

static tn_status read_tls(tn_str value, tn_mysql_url *out, tn_buf *why)
{
    if (tn_str_equal(value, TN_STR("off")))
        out->tls = TN_MYSQL_TLS_OFF;
    else if (tn_str_equal(value, TN_STR("required")))
        out->tls = TN_MYSQL_TLS_REQUIRED;
    else
        return complain(why, "says tls= and neither off nor required");
    return TN_OK;
}

static tn_status read_count(tn_str value, tn_mysql_url *out, tn_buf *why)
{
    out->counts = tn_str_equal(value, TN_STR("server"));
    if (!out->counts && !tn_str_equal(value, TN_STR("here")))
        return complain(why, "says count= and neither server nor here");
    return TN_OK;
}

typedef struct server_to {
    const char **host;
    unsigned *port;
} server_to;

/* host:port, or [::1]:port */
static tn_status read_host(tn_str text, tn_arena *arena, const server_to *to,
                           tn_buf *why)
{
    tn_str host;
    if (text.len > 0 && text.data[0] == '[') {
        text = tn_str_slice(text, 1, SIZE_MAX);
        split(&text, ']', &host);
        if (text.len > 0 && text.data[0] == ':')
            text = tn_str_slice(text, 1, SIZE_MAX);
    } else {
        split(&text, ':', &host);
    }
    if (text.len > 0 && !read_number(text, 65535, to->port))
        return complain(why, "has a port that is none");
    return host.len == 0 ? TN_OK : take_text(host, arena, to->host);
}

static tn_status read_option(tn_str option, tn_arena *arena, tn_mysql_url *out,
                             tn_buf *why)
{
    const struct {
        const char *name;
        const char **to;
    } texts[] = {
        {"socket", &out->socket}, {"option-file", &out->option_file},
        {"group", &out->group},   {"ssl-ca", &out->ca},
        {"ssl-key", &out->key},   {"ssl-cert", &out->certificate},
    };
    tn_str name;
    split(&option, '=', &name);
    for (size_t i = 0; i < TN_COUNT(texts); i++)
        if (tn_str_equal(name, tn_str_from(texts[i].name)))
            return take_text(option, arena, texts[i].to);
    if (tn_str_equal(name, TN_STR("tls")))
        return read_tls(option, out, why);
    if (tn_str_equal(name, TN_STR("count")))
        return read_count(option, out, why);
    if (tn_str_equal(name, TN_STR("replica"))) {
        server_to to = {&out->replica_host, &out->replica_port};
        return read_host(option, arena, &to, why);
    }
    if (tn_str_equal(name, TN_STR("timeout"))) {
        if (!read_number(option, SECONDS_MAX, &out->answer_seconds))
            return complain(why, "has a timeout that is no number of seconds");
        out->connect_seconds = out->answer_seconds;
        return TN_OK;
    }
    return complain(why, "has an option that there is not");
}

/* user:password@ */
static tn_status read_user(tn_str user, tn_arena *arena, tn_mysql_url *out)
{
    tn_str name;
    if (split(&user, ':', &name))
        TN_TRY(take_text(user, arena, &out->password));
    return name.len == 0 ? TN_OK : take_text(name, arena, &out->user);
}

static bool is_this_machine(const tn_mysql_url *url)
{
    return url->socket != NULL || url->host == NULL ||
           strcmp(url->host, "localhost") == 0 || strcmp(url->host, "127.0.0.1") == 0 ||
           strcmp(url->host, "::1") == 0;
}

static tn_status read_options(tn_str text, tn_arena *arena, tn_mysql_url *out,
                              tn_buf *why)
{
    tn_str option;
    out->tls = TN_MYSQL_TLS_VERIFIED; /* until something says else */
    while (text.len > 0) {
        split(&text, '&', &option);
        TN_TRY(read_option(option, arena, out, why));
    }
    if (out->tls == TN_MYSQL_TLS_VERIFIED && out->ca == NULL)
        out->tls = is_this_machine(out) ? TN_MYSQL_TLS_OFF : TN_MYSQL_TLS_REQUIRED;
    if (out->ca != NULL && out->tls != TN_MYSQL_TLS_VERIFIED)
        return complain(why, "has both ssl-ca= and tls=");
    if ((out->certificate == NULL) != (out->key == NULL))
        return complain(why, "has one of ssl-cert= and ssl-key=, which go together");
    return TN_OK;
}

static tn_status parse(tn_str text, tn_arena *arena, tn_mysql_url *out, tn_buf *why)
{
    tn_str server, database, user;
    if (!tn_str_starts(text, TN_STR("mysql://")))
        return complain(why, "does not start with mysql://");
    text = tn_str_slice(text, 8, SIZE_MAX);
    tn_str options = text;
    split(&options, '?', &text);
    if (!split(&text, '/', &server) || text.len == 0)
        return complain(why, "names no database");
    database = text;
    tn_str host = server;
    if (memchr(server.len == 0 ? "" : server.data, '@', server.len) != NULL) {
        split(&host, '@', &user);
        TN_TRY(read_user(user, arena, out));
    }
    server_to to = {&out->host, &out->port};
    TN_TRY(read_host(host, arena, &to, why));
    TN_TRY(take_text(database, arena, &out->database));
    out->counts = !is_this_machine(out);
    return read_options(options, arena, out, why);
}

tn_status tn_mysql_url_parse(tn_str text, tn_arena *arena, tn_mysql_url *out,
                             tn_buf *why)
{
    *out = (tn_mysql_url){.connect_seconds = CONNECT_SECONDS,
                          .answer_seconds = ANSWER_SECONDS};
    tn_status status = parse(text, arena, out, why);
    if (status == TN_USAGE && why->len == 0)
        return complain(why, "has a % that is not followed by two hexadecimal digits");
    return status;
}

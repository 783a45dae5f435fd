/* http_address: the words of an address. */
#include "interp/store/http.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_MAX = 64 << 10 };

typedef struct reading {
    tn_arena *arena;
    tn_http_address *out;
    tn_buf *why;
    bool is_file;    /* the words come from a file */
    bool has_secret; /* one was among them */
} reading;

static bool is_white(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static tn_status complain(reading *r, const char *what)
{
    tn_buf_put_text(r->why, what);
    return TN_USAGE;
}

/* --- nodes */

/* Takes "user:password@" out of an address's authority. */
static tn_status take_user(reading *r, size_t host, tn_str *node)
{
    tn_str rest = tn_str_slice(*node, host, SIZE_MAX);
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < rest.len; i++)
        if (rest.data[i] == '@')
            at = i;
    if (at == SIZE_MAX)
        return TN_OK;
    tn_str who = tn_str_slice(rest, 0, at);
    size_t colon = tn_str_find(who, TN_STR(":"));
    r->has_secret = true;
    r->out->user = tn_arena_copy(r->arena, tn_str_slice(who, 0, colon));
    r->out->password = tn_arena_copy(
        r->arena,
        colon == SIZE_MAX ? TN_STR("") : tn_str_slice(who, colon + 1, SIZE_MAX));
    tn_buf plain;
    tn_buf_init(&plain, NULL);
    tn_buf_put(&plain, tn_str_slice(*node, 0, host));
    tn_buf_put(&plain, tn_str_slice(rest, at + 1, SIZE_MAX));
    *node =
        plain.failed ? (tn_str){NULL, 0} : tn_arena_copy(r->arena, tn_buf_view(&plain));
    tn_buf_free(&plain);
    bool has_all = node->data != NULL && r->out->user.data != NULL &&
                   r->out->password.data != NULL;
    return has_all ? TN_OK : TN_NOMEM;
}

static tn_status add_node(reading *r, tn_str word)
{
    size_t host = tn_str_starts(word, TN_STR("https://"))  ? 8
                  : tn_str_starts(word, TN_STR("http://")) ? 7
                                                           : 0;
    if (r->out->node_count == TN_HTTP_NODES_MAX)
        return complain(r, "it names too many nodes");
    TN_TRY(take_user(r, host, &word));
    while (word.len > host && word.data[word.len - 1] == '/')
        word.len--;
    if (word.len == host)
        return complain(r, "a node has no name");
    if (tn_str_find(tn_str_slice(word, host, SIZE_MAX), TN_STR("?")) != SIZE_MAX ||
        tn_str_find(word, TN_STR("#")) != SIZE_MAX)
        return complain(r, "a node is written https://HOST:PORT, and nothing after it");
    r->out->nodes[r->out->node_count++] = word;
    return TN_OK;
}

/* --- settings */

static tn_status read_seconds(reading *r, tn_str text, uint32_t *ms)
{
    uint32_t seconds = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || seconds > 86400)
            return complain(r, "timeout= and patience= are whole seconds");
        seconds = seconds * 10 + (uint32_t)(text.data[i] - '0');
    }
    if (text.len == 0 || seconds == 0 || seconds > 86400)
        return complain(r, "timeout= and patience= are seconds, from 1 to 86400");
    *ms = seconds * 1000;
    return TN_OK;
}

static tn_status set(reading *r, tn_str name, tn_str value)
{
    tn_http_address *out = r->out;
    const struct {
        const char *name;
        tn_str *text;
        bool is_secret;
    } settings[] = {
        {"api_key", &out->api_key, true},   {"user", &out->user, false},
        {"password", &out->password, true}, {"ca", &out->ca, false},
        {"cert", &out->cert, false},        {"key", &out->key, false},
    };
    if (tn_str_equal(name, TN_STR("timeout")))
        return read_seconds(r, value, &out->timeout_ms);
    if (tn_str_equal(name, TN_STR("patience")))
        return read_seconds(r, value, &out->patience_ms);
    for (size_t i = 0; i < TN_COUNT(settings); i++) {
        if (!tn_str_equal(name, tn_str_from(settings[i].name)))
            continue;
        *settings[i].text = value;
        r->has_secret |= settings[i].is_secret;
        return TN_OK;
    }
    tn_buf_put_format(r->why,
                      "it has no setting \"" TN_STR_FMT "\"; there are api_key, user, "
                      "password, ca, cert, key, timeout and patience",
                      TN_STR_ARG(name));
    return TN_USAGE;
}

static tn_status read_file(reading *r, tn_str path);

static tn_status read_word(reading *r, tn_str word)
{
    size_t equals = tn_str_find(word, TN_STR("="));
    word = tn_arena_copy(r->arena, word);
    if (word.data == NULL)
        return TN_NOMEM;
    if (word.data[0] == '@')
        return read_file(r, tn_str_slice(word, 1, SIZE_MAX));
    if (tn_str_starts(word, TN_STR("http://")) ||
        tn_str_starts(word, TN_STR("https://")))
        return add_node(r, word);
    if (equals != SIZE_MAX) /* a value ends where its word does, with a NUL */
        return set(r, tn_str_slice(word, 0, equals),
                   tn_str_slice(word, equals + 1, SIZE_MAX));
    return complain(r, "it is neither a node (https://HOST:PORT), nor NAME=VALUE, nor "
                       "@FILE");
}

static tn_status read_words(reading *r, tn_str text)
{
    for (size_t at = 0; at < text.len;) {
        bool is_first = at == 0 || text.data[at - 1] == '\n';
        if (is_first && r->is_file && text.data[at] == '#') {
            while (at < text.len && text.data[at] != '\n')
                at++;
            continue;
        }
        if (is_white(text.data[at])) {
            at++;
            continue;
        }
        size_t end = at;
        while (end < text.len && !is_white(text.data[end]))
            end++;
        TN_TRY(read_word(r, tn_str_slice(text, at, end - at)));
        at = end;
    }
    return TN_OK;
}

/* --- files */

static tn_status fail_file(reading *r, tn_str path, const char *what)
{
    tn_buf_put_format(r->why, TN_STR_FMT ": %s", TN_STR_ARG(path), what);
    return TN_USAGE;
}

static tn_status read_open_file(reading *r, tn_str path, int fd)
{
    struct stat about;
    char *text = tn_arena_take(r->arena, FILE_MAX);
    size_t len = 0;
    ssize_t got = 1;
    if (text == NULL)
        return TN_NOMEM;
    while (len < FILE_MAX && got > 0) {
        got = read(fd, text + len, FILE_MAX - len);
        len += got > 0 ? (size_t)got : 0;
    }
    if (got < 0 || fstat(fd, &about) != 0)
        return fail_file(r, path, strerror(errno));
    if (len == FILE_MAX)
        return fail_file(r, path, "it is too large for a file of settings");
    r->is_file = true;
    r->has_secret = false;
    TN_TRY(read_words(r, (tn_str){text, len}));
    if (r->has_secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return fail_file(r, path,
                         "it holds a secret and others may read it; "
                         "chmod 600 it");
    return TN_OK;
}

static tn_status read_file(reading *r, tn_str path)
{
    if (r->is_file)
        return fail_file(r, path, "a file of settings may not name another");
    int fd = open(path.data, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail_file(r, path, strerror(errno));
    tn_status status = read_open_file(r, path, fd);
    close(fd);
    r->is_file = false;
    return status;
}

tn_status tn_http_address_read(tn_str text, tn_arena *arena, tn_http_address *out,
                               tn_buf *why)
{
    reading r = {.arena = arena, .out = out, .why = why};
    *out = (tn_http_address){.timeout_ms = TN_HTTP_TIMEOUT_MS,
                             .patience_ms = TN_HTTP_PATIENCE_MS};
    TN_TRY(read_words(&r, text));
    if (out->node_count == 0)
        return complain(&r, "it names no node; one is written https://HOST:PORT");
    if (out->api_key.len > 0 && out->user.len > 0)
        return complain(&r, "it has both an api_key and a user; one of them is right");
    if ((out->cert.len > 0) != (out->key.len > 0))
        return complain(&r, "cert= and key= go together");
    return TN_OK;
}

void tn_http_put_segment(tn_buf *path, tn_str segment)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < segment.len; i++) {
        unsigned char c = (unsigned char)segment.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' ||
                        c == '~';
        if (is_plain) {
            tn_buf_put_char(path, (char)c);
            continue;
        }
        tn_buf_put_char(path, '%');
        tn_buf_put_char(path, digits[c >> 4]);
        tn_buf_put_char(path, digits[c & 15]);
    }
}

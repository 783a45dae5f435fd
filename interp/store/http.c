#include "interp/store/http.h"
#include "interp/store/library.h"
#include "interp/store/store.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

enum { PAUSE_FIRST_MS = 100, PAUSE_MAX_MS = 5000, TOO_MANY = 429 };

#define FUNCTIONS(X)                                                                   \
    X(curl_global_init)                                                                \
    X(curl_easy_init)                                                                  \
    X(curl_easy_setopt)                                                                \
    X(curl_easy_perform)                                                               \
    X(curl_easy_getinfo)                                                               \
    X(curl_easy_cleanup)                                                               \
    X(curl_slist_append)                                                               \
    X(curl_slist_free_all)

typedef struct functions {
    FUNCTIONS(TN_LIBRARY_MEMBER)
} functions;

#define SYMBOL(f) {#f, offsetof(functions, f)},
static const tn_library_symbol symbols[] = {FUNCTIONS(SYMBOL)};
static const tn_library libcurl = {"libcurl.so.4", "libcurl4",
                                   "speak to a server over HTTP", symbols,
                                   TN_COUNT(symbols)};

struct tn_http {
    const tn_allocator *memory;
    functions f;
    tn_arena arena;
    tn_http_address address;
    CURL *curl;
    struct curl_slist *headers;
    uint32_t node; /* that is asked next */
    tn_buf body;
    bool is_too_large;
    const tn_store_stop *stop;      /* NULL: none */
    const tn_http_request *request; /* that is under way */
    uint64_t stopped_ms; /* when a stop was first asked for during it; 0: not yet */
    char error[CURL_ERROR_SIZE];
};

/* --- giving up */

static uint64_t clock_ms(void)
{
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool is_stopped(const tn_http *http, const tn_http_request *request)
{
    return http->stop != NULL && !request->is_stopless &&
           http->stop->is_asked(http->stop->user);
}

/* libcurl asks at least once a second. */
static int watch(void *user, curl_off_t down, curl_off_t got, curl_off_t up,
                 curl_off_t sent)
{
    tn_http *http = user;
    (void)down;
    (void)got;
    (void)up;
    (void)sent;
    if (!is_stopped(http, http->request))
        return 0;
    if (http->stopped_ms == 0)
        http->stopped_ms = clock_ms();
    return !http->request->is_once || clock_ms() - http->stopped_ms >= TN_HTTP_GRACE_MS;
}

void tn_http_heed(tn_http *http, const struct tn_store_stop *stop)
{
    http->stop = stop;
}

/* --- opening */

static size_t take_body(char *data, size_t size, size_t count, void *user)
{
    tn_http *http = user;
    size_t len = size * count;
    if (http->body.len + len > TN_HTTP_ANSWER_MAX) {
        http->is_too_large = true;
        return 0;
    }
    tn_buf_put(&http->body, (tn_str){data, len});
    return http->body.failed ? 0 : len;
}

static bool add_header(tn_http *http, const char *name, tn_str value)
{
    tn_buf line;
    tn_buf_init(&line, http->memory);
    tn_buf_put_format(&line, "%s: ", name);
    tn_buf_put(&line, value);
    tn_buf_put_char(&line, 0);
    struct curl_slist *grown =
        line.failed ? NULL : http->f.curl_slist_append(http->headers, line.data);
    tn_buf_free(&line);
    if (grown != NULL)
        http->headers = grown;
    return grown != NULL;
}

/* One text option; an empty text is left out. */
static bool set_text(tn_http *http, CURLoption option, tn_str text)
{
    return text.len == 0 ||
           http->f.curl_easy_setopt(http->curl, option, text.data) == CURLE_OK;
}

static bool set_number(tn_http *http, CURLoption option, long number)
{
    return http->f.curl_easy_setopt(http->curl, option, number) == CURLE_OK;
}

static bool set_who(tn_http *http)
{
    const tn_http_address *a = &http->address;
    tn_buf key;
    bool good = set_text(http, CURLOPT_USERNAME, a->user) &&
                set_text(http, CURLOPT_PASSWORD, a->password) &&
                set_text(http, CURLOPT_CAINFO, a->ca) &&
                set_text(http, CURLOPT_SSLCERT, a->cert) &&
                set_text(http, CURLOPT_SSLKEY, a->key);
    if (a->user.len > 0)
        good = good && set_number(http, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    if (a->api_key.len == 0)
        return good;
    tn_buf_init(&key, http->memory);
    tn_buf_put_text(&key, "ApiKey ");
    tn_buf_put(&key, a->api_key);
    good = good && !key.failed && add_header(http, "Authorization", tn_buf_view(&key));
    tn_buf_free(&key);
    return good;
}

/* What all requests share. No proxy, user or certificate of the environment is used. */
static bool set_up(tn_http *http)
{
    CURL *curl = http->curl;
    return set_number(http, CURLOPT_NOSIGNAL, 1) &&
           set_number(http, CURLOPT_CONNECTTIMEOUT_MS, TN_HTTP_CONNECT_MS) &&
           set_number(http, CURLOPT_LOW_SPEED_LIMIT, 1) &&
           set_number(http, CURLOPT_TCP_KEEPALIVE, 1) &&
           http->f.curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") ==
               CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_USERAGENT, "tenure") == CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error) ==
               CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body) ==
               CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_WRITEDATA, http) == CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch) ==
               CURLE_OK &&
           http->f.curl_easy_setopt(curl, CURLOPT_XFERINFODATA, http) == CURLE_OK &&
           set_number(http, CURLOPT_NOPROGRESS, 0) &&
           add_header(http, "Content-Type", TN_STR("application/json")) &&
           add_header(http, "Expect", TN_STR("")) && set_who(http) &&
           http->f.curl_easy_setopt(curl, CURLOPT_HTTPHEADER, http->headers) ==
               CURLE_OK;
}

static tn_status open_curl(tn_http *http, tn_buf *why)
{
    TN_TRY(tn_library_load(&libcurl, &http->f, why));
    if (http->f.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        tn_buf_put_text(why, "libcurl could not be set up");
        return TN_STORE;
    }
    http->curl = http->f.curl_easy_init();
    return http->curl != NULL && set_up(http) ? TN_OK : TN_NOMEM;
}

tn_status tn_http_open(tn_str address, const tn_allocator *memory, tn_http **out,
                       tn_buf *why)
{
    tn_http *http = tn_resize(memory, NULL, 0, sizeof(*http));
    if (http == NULL)
        return TN_NOMEM;
    *http = (tn_http){.memory = memory};
    tn_arena_init(&http->arena, memory);
    tn_buf_init(&http->body, memory);
    tn_status status = tn_http_address_read(address, &http->arena, &http->address, why);
    if (status == TN_OK)
        status = open_curl(http, why);
    if (status != TN_OK)
        tn_http_close(http);
    else
        *out = http;
    return status;
}

void tn_http_close(tn_http *http)
{
    if (http == NULL)
        return;
    if (http->curl != NULL)
        http->f.curl_easy_cleanup(http->curl);
    if (http->headers != NULL)
        http->f.curl_slist_free_all(http->headers);
    tn_buf_free(&http->body);
    tn_arena_free(&http->arena);
    tn_resize(http->memory, http, sizeof(*http), 0);
}

/* --- one try */

static tn_status prepare(tn_http *http, const tn_http_request *request)
{
    tn_buf url;
    bool has_body = request->body.data != NULL;
    tn_buf_init(&url, http->memory);
    tn_buf_put(&url, http->address.nodes[http->node]);
    tn_buf_put(&url, request->path);
    tn_buf_put_char(&url, 0);
    bool good =
        !url.failed &&
        http->f.curl_easy_setopt(http->curl, CURLOPT_URL, url.data) == CURLE_OK &&
        set_number(http, CURLOPT_POST, has_body) &&
        set_number(http, CURLOPT_HTTPGET, !has_body) &&
        http->f.curl_easy_setopt(http->curl, CURLOPT_CUSTOMREQUEST, request->method) ==
            CURLE_OK;
    long quiet_s = (long)http->address.timeout_ms / 1000;
    if (request->is_long)
        quiet_s = TN_HTTP_LONG_MS / 1000;
    long whole_ms = quiet_s * 1000 * TN_HTTP_WHOLE;
    good = good && set_number(http, CURLOPT_LOW_SPEED_TIME, quiet_s) &&
           set_number(http, CURLOPT_TIMEOUT_MS, whole_ms);
    if (has_body)
        good = good &&
               http->f.curl_easy_setopt(http->curl, CURLOPT_POSTFIELDSIZE_LARGE,
                                        (curl_off_t)request->body.len) == CURLE_OK &&
               http->f.curl_easy_setopt(http->curl, CURLOPT_POSTFIELDS,
                                        request->body.data) == CURLE_OK;
    tn_buf_free(&url);
    return good ? TN_OK : TN_NOMEM;
}

/* Did it fail before a byte of the request went out? */
static bool is_unsent(CURLcode code)
{
    return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
           code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION ||
           code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM;
}

/* Trying again would not help. */
static bool is_hopeless(CURLcode code)
{
    return code == CURLE_SSL_CACERT_BADFILE || code == CURLE_SSL_CERTPROBLEM ||
           code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_URL_MALFORMAT ||
           code == CURLE_UNSUPPORTED_PROTOCOL;
}

static CURLcode try_once(tn_http *http, tn_http_answer *out)
{
    long status = 0;
    tn_buf_reset(&http->body);
    http->is_too_large = false;
    http->error[0] = '\0';
    CURLcode code = http->f.curl_easy_perform(http->curl);
    if (code == CURLE_OK)
        code = http->f.curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &status);
    char *padding = tn_buf_reserve(&http->body, TN_HTTP_PADDING);
    if (padding == NULL)
        return CURLE_OUT_OF_MEMORY;
    memset(padding, 0, TN_HTTP_PADDING);
    *out =
        (tn_http_answer){.status = (unsigned)status, .body = tn_buf_view(&http->body)};
    return code;
}

/* --- trying again */

/* Before the next try; ends early where that is not to be. */
static void pause_for(const tn_http *http, const tn_http_request *request, uint32_t ms)
{
    enum { NAP_MS = 100 };
    static const struct timespec nap = {0, NAP_MS * 1000000L};
    uint64_t end = clock_ms() + ms;
    while (clock_ms() < end && !is_stopped(http, request))
        nanosleep(&nap, NULL);
}

static bool is_overloaded(unsigned status)
{
    return status == 502 || status == 503 || status == 504;
}

static tn_status fail(tn_http *http, CURLcode code, tn_buf *why)
{
    if (code == CURLE_OUT_OF_MEMORY || http->body.failed)
        return TN_NOMEM;
    tn_buf_put(why, tn_http_node(http));
    if (http->is_too_large) {
        tn_buf_put_format(why, " gave an answer of more than %d MiB",
                          TN_HTTP_ANSWER_MAX >> 20);
        return TN_LIMIT;
    }
    size_t len = strlen(http->error);
    while (len > 0 && (http->error[len - 1] == '\n' || http->error[len - 1] == '.'))
        len--;
    tn_buf_put_text(why, " gave no whole answer: ");
    if (len == 0)
        tn_buf_put_format(why, "libcurl's error %d", (int)code);
    else
        tn_buf_put(why, (tn_str){http->error, len});
    return TN_STORE;
}

/* Says why; another node is asked next time. */
static tn_status give_up(tn_http *http, CURLcode code, tn_buf *why)
{
    tn_status status = fail(http, code, why);
    http->node = (http->node + 1) % http->address.node_count;
    return status;
}

/* Is the try to be followed by another? */
static bool is_worth_another(const tn_http *http, const tn_http_request *request,
                             CURLcode code, const tn_http_answer *answer)
{
    if (request->is_once)
        return false;
    if (code == CURLE_OK)
        return answer->status == TOO_MANY ||
               (is_overloaded(answer->status) && request->is_repeatable);
    if (code == CURLE_OUT_OF_MEMORY || http->is_too_large || http->body.failed)
        return false;
    if (is_hopeless(code))
        return false;
    return request->is_repeatable || is_unsent(code);
}

tn_status tn_http_send(tn_http *http, const tn_http_request *request,
                       tn_http_answer *out, tn_buf *why)
{
    uint64_t end = clock_ms() + http->address.patience_ms;
    uint32_t wait_ms = PAUSE_FIRST_MS;
    uint32_t unsent = 0; /* nodes in a row that could not be reached */
    http->request = request;
    http->stopped_ms = 0;
    for (;;) {
        if (is_stopped(http, request))
            return TN_STOPPED;
        TN_TRY(prepare(http, request));
        CURLcode code = try_once(http, out);
        bool again = is_worth_another(http, request, code, out);
        if (code == CURLE_OK && !again)
            return TN_OK;
        uint64_t now = clock_ms();
        if (code == CURLE_ABORTED_BY_CALLBACK) {
            out->is_unknown = true;
            return TN_STOPPED;
        }
        if (!again || now + wait_ms > end) {
            out->is_unknown = code != CURLE_OK && !is_unsent(code);
            return code == CURLE_OK ? TN_OK : give_up(http, code, why);
        }
        http->node = (http->node + 1) % http->address.node_count;
        unsent = is_unsent(code) ? unsent + 1 : 0;
        if (unsent > 0 && unsent % http->address.node_count != 0)
            continue; /* another node may be there */
        pause_for(http, request, wait_ms);
        wait_ms = wait_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : wait_ms * 2;
    }
}

tn_str tn_http_node(const tn_http *http)
{
    return http->address.nodes[http->node];
}

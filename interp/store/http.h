/* http: requests to the nodes of one server, with time-outs, retries and TLS, by
 * libcurl.
 *
 * What failed before it was sent goes to the next node. What may be repeated is
 * repeated with growing pauses, also after 429, 502, 503 and 504, until `patience_ms`
 * are over. What may not be repeated is only after 429, or where no node took it; what
 * is asked once is not tried again at all. A failure after a request went out leaves
 * its effect unknown, and says so.
 *
 * An address is a list of words with white space between them:
 *
 *     https://es1:9200 https://es2:9200     the nodes; one is enough
 *     api_key=… | user=… password=…         who asks
 *     ca=FILE cert=FILE key=FILE            whom to trust; a client's certificate
 *     timeout=30                            seconds without a byte
 *     patience=30                           seconds of trying again
 *     @FILE                                 more words; a line that starts with # is
 *                                           a comment. With a secret in it nobody else
 *                                           may read the file
 *
 * Owns: what it was opened with, until close. Fails: USAGE (the address), STORE (no
 * answer), LIMIT (an answer too large), NOMEM, with a sentence in which no secret is;
 * STOPPED, where somebody asked for that (tn_http_heed).
 * Threads: one at a time. */
#ifndef TN_STORE_HTTP_H
#define TN_STORE_HTTP_H

#include "interp/base/buf.h"

enum {
    TN_HTTP_TIMEOUT_MS = 30000,
    TN_HTTP_PATIENCE_MS = 30000,
    TN_HTTP_CONNECT_MS = 10000,
    TN_HTTP_GRACE_MS = 3000,  /* what is asked once is waited for after a stop */
    TN_HTTP_LONG_MS = 600000, /* without a byte, of what is_long */
    TN_HTTP_WHOLE = 10,       /* times that: the whole of an answer, however slow */
    TN_HTTP_PADDING = 64,     /* readable bytes after an answer's body */
    TN_HTTP_ANSWER_MAX = 256 << 20, /* bytes: far above any page that is asked for */
    TN_HTTP_NODES_MAX = 64
};

/* What an address says. Texts lie in the arena it was read into. */
typedef struct tn_http_address {
    tn_str nodes[TN_HTTP_NODES_MAX]; /* "https://es1:9200", no user in it */
    uint32_t node_count;
    tn_str api_key;
    tn_str user;
    tn_str password;
    tn_str ca;
    tn_str cert;
    tn_str key;
    uint32_t timeout_ms;
    uint32_t patience_ms;
} tn_http_address;

TN_MUST_USE tn_status tn_http_address_read(tn_str text, tn_arena *arena,
                                           tn_http_address *out, tn_buf *why);

typedef struct tn_http tn_http;

TN_MUST_USE tn_status tn_http_open(tn_str address, const tn_allocator *memory,
                                   tn_http **out, tn_buf *why);
void tn_http_close(tn_http *http);

/* From now on requests are given up when a stop is asked for: what is asked once only
 * after some time of grace, if it went out already. `stop` is borrowed until close. */
struct tn_store_stop;
void tn_http_heed(tn_http *http, const struct tn_store_stop *stop);

typedef struct tn_http_request {
    const char *method; /* "GET" */
    tn_str path;        /* from '/' on, with its query */
    tn_str body;        /* JSON; data NULL: none */
    bool is_repeatable; /* to do it twice is to do it once */
    bool is_once;       /* not tried again by itself, whatever happens */
    bool is_long;       /* may take minutes before the first byte */
    bool is_stopless;   /* not given up: it puts back what the program changed */
} tn_http_request;

typedef struct tn_http_answer {
    unsigned status; /* 200 … */
    tn_str body;     /* borrowed until the next request; padded */
    bool is_unknown; /* it failed, and may have been carried out all the same */
} tn_http_answer;

/* OK whatever the answer's status is. */
TN_MUST_USE tn_status tn_http_send(tn_http *http, const tn_http_request *request,
                                   tn_http_answer *out, tn_buf *why);

/* The node that answered last, or failed to; for messages. */
tn_str tn_http_node(const tn_http *http);

/* Appends a segment of a path, percent-encoded. */
void tn_http_put_segment(tn_buf *path, tn_str segment);

#endif

/* buf: bytes that grow.
 *
 * Appending cannot fail in the caller's face: a buffer that ran out of memory remembers
 * it, ignores what follows, and says so once, when asked. This keeps code that builds
 * text or images free of checks after every word.
 *
 * Owns: its bytes, until tn_buf_free or tn_buf_give. Fails: NOMEM (by `failed`).
 * Threads: one at a time. */
#ifndef TN_BASE_BUF_H
#define TN_BASE_BUF_H

#include "interp/base/arena.h"

typedef struct tn_buf {
    const tn_allocator *memory; /* borrowed; NULL is the C library's */
    char *data;                 /* not NUL-terminated */
    size_t len;
    size_t capacity;
    bool failed;
} tn_buf;

void tn_buf_init(tn_buf *buf, const tn_allocator *memory);
void tn_buf_free(tn_buf *buf);

/* Forgets the content and a failure, keeps the memory. */
void tn_buf_reset(tn_buf *buf);

/* Room for `more` bytes after the content, for the caller to fill and then add to len;
 * NULL on failure. */
char *tn_buf_reserve(tn_buf *buf, size_t more);

void tn_buf_put(tn_buf *buf, tn_str s);
void tn_buf_put_char(tn_buf *buf, char c);
void tn_buf_put_text(tn_buf *buf, const char *text);
void tn_buf_put_int(tn_buf *buf, int64_t number);
void tn_buf_put_uint(tn_buf *buf, uint64_t number);
void tn_buf_put_repeated(tn_buf *buf, char c, size_t count);
/* snprintf's conversions; at most 4 KiB a call. Never for doubles: the locale decides
 * there. */
void tn_buf_put_format(tn_buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* `s` as a JSON string (RFC 8259, section 7) with its quotes; bytes that are not UTF-8
 * become U+FFFD. */
void tn_buf_put_json(tn_buf *buf, tn_str s);

/* The content; borrowed until the next change. */
tn_str tn_buf_view(const tn_buf *buf);

tn_status tn_buf_status(const tn_buf *buf);

#endif

#include "interp/base/buf.h"
#include "interp/base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void tn_buf_init(tn_buf *buf, const tn_allocator *memory)
{
    *buf = (tn_buf){.memory = memory};
}

void tn_buf_free(tn_buf *buf)
{
    tn_resize(buf->memory, buf->data, buf->capacity, 0);
    *buf = (tn_buf){.memory = buf->memory};
}

void tn_buf_reset(tn_buf *buf)
{
    buf->len = 0;
    buf->failed = false;
}

char *tn_buf_reserve(tn_buf *buf, size_t more)
{
    size_t needed;
    if (buf->failed)
        return NULL;
    if (__builtin_add_overflow(buf->len, more, &needed) || needed > SIZE_MAX / 2) {
        buf->failed = true;
        return NULL;
    }
    if (needed > buf->capacity || buf->data == NULL) {
        size_t capacity = buf->capacity < 64 ? 64 : buf->capacity * 2;
        if (capacity < needed)
            capacity = needed;
        char *grown = tn_resize(buf->memory, buf->data, buf->capacity, capacity);
        if (grown == NULL) {
            buf->failed = true;
            return NULL;
        }
        buf->data = grown;
        buf->capacity = capacity;
    }
    return buf->data + buf->len;
}

void tn_buf_put(tn_buf *buf, tn_str s)
{
    if (s.len == 0)
        return;
    char *room = tn_buf_reserve(buf, s.len);
    if (room == NULL)
        return;
    memcpy(room, s.data, s.len);
    buf->len += s.len;
}

void tn_buf_put_char(tn_buf *buf, char c)
{
    tn_buf_put(buf, (tn_str){&c, 1});
}

void tn_buf_put_text(tn_buf *buf, const char *text)
{
    tn_buf_put(buf, tn_str_from(text));
}

void tn_buf_put_int(tn_buf *buf, int64_t number)
{
    if (number < 0) {
        tn_buf_put_char(buf, '-');
        tn_buf_put_uint(buf, 0 - (uint64_t)number);
    } else {
        tn_buf_put_uint(buf, (uint64_t)number);
    }
}

void tn_buf_put_uint(tn_buf *buf, uint64_t number)
{
    char digits[20];
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    tn_buf_put(buf, (tn_str){digits + at, sizeof(digits) - at});
}

void tn_buf_put_repeated(tn_buf *buf, char c, size_t count)
{
    if (count == 0)
        return;
    char *room = tn_buf_reserve(buf, count);
    if (room == NULL)
        return;
    memset(room, c, count);
    buf->len += count;
}

void tn_buf_put_format(tn_buf *buf, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0) {
        buf->failed = true;
        return;
    }
    size_t shown = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1;
    tn_buf_put(buf, (tn_str){text, shown});
}

static void put_json_char(tn_buf *buf, unsigned char c)
{
    switch (c) {
    case '"': tn_buf_put_text(buf, "\\\""); break;
    case '\\': tn_buf_put_text(buf, "\\\\"); break;
    case '\n': tn_buf_put_text(buf, "\\n"); break;
    case '\r': tn_buf_put_text(buf, "\\r"); break;
    case '\t': tn_buf_put_text(buf, "\\t"); break;
    default: tn_buf_put_format(buf, "\\u%04x", c); break;
    }
}

void tn_buf_put_json(tn_buf *buf, tn_str s)
{
    tn_buf_put_char(buf, '"');
    size_t done = 0;
    for (size_t i = 0; i < s.len;) {
        unsigned char c = (unsigned char)s.data[i];
        size_t len = c < 0x80 ? 1 : tn_utf8_length(tn_str_slice(s, i, SIZE_MAX));
        if (len != 0 && c >= 0x20 && c != '"' && c != '\\') {
            i += len;
            continue;
        }
        tn_buf_put(buf, tn_str_slice(s, done, i - done));
        if (len == 0)
            tn_buf_put_text(buf, "\xEF\xBF\xBD");
        else
            put_json_char(buf, c);
        done = ++i;
    }
    tn_buf_put(buf, tn_str_slice(s, done, SIZE_MAX));
    tn_buf_put_char(buf, '"');
}

tn_str tn_buf_view(const tn_buf *buf)
{
    return (tn_str){buf->data, buf->len};
}

tn_status tn_buf_status(const tn_buf *buf)
{
    return buf->failed ? TN_NOMEM : TN_OK;
}

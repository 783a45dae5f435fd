#include "interp/base/utf8.h"

#include <string.h>

uint32_t tn_utf8_decode(tn_str s, size_t *len)
{
    *len = 0;
    if (s.len == 0)
        return 0;
    const unsigned char *p = (const unsigned char *)s.data;
    if (p[0] < 0x80) {
        *len = 1;
        return p[0];
    }
    size_t need = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || s.len < need)
        return 0;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t code = p[0] & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (p[i] & 0x3Fu);
    }
    if (code < least[need] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    *len = need;
    return code;
}

size_t tn_utf8_length(tn_str s)
{
    size_t len;
    tn_utf8_decode(s, &len);
    return len;
}

size_t tn_utf8_encode(uint32_t code, char out[4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (char)((0xF00 >> len & 0xFF) | code);
    return len;
}

bool tn_utf8_is_valid(tn_str s)
{
    size_t i = 0;
    while (i < s.len) {
        uint64_t eight;
        while (s.len - i >= sizeof(eight)) {
            memcpy(&eight, s.data + i, sizeof(eight));
            if ((eight & 0x8080808080808080u) != 0)
                break;
            i += sizeof(eight);
        }
        if (i == s.len)
            break;
        size_t len = tn_utf8_length(tn_str_slice(s, i, SIZE_MAX));
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

size_t tn_utf8_count(tn_str valid)
{
    size_t count = 0;
    for (size_t i = 0; i < valid.len; i++)
        count += ((unsigned char)valid.data[i] & 0xC0) != 0x80;
    return count;
}

size_t tn_utf8_offset(tn_str valid, size_t index)
{
    size_t at = 0;
    for (; index > 0; index--) {
        if (at == valid.len)
            return SIZE_MAX;
        at += tn_utf8_length(tn_str_slice(valid, at, SIZE_MAX));
    }
    return at;
}

#include "interp/base/str.h"

#include <string.h>

tn_str tn_str_from(const char *text)
{
    return (tn_str){text, text == NULL ? 0 : strlen(text)};
}

bool tn_str_equal(tn_str a, tn_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool tn_str_equal_but_for_case(tn_str a, tn_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

int tn_str_compare(tn_str a, tn_str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter == 0 ? 0 : memcmp(a.data, b.data, shorter);
    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

bool tn_str_starts(tn_str s, tn_str prefix)
{
    return s.len >= prefix.len && tn_str_equal(tn_str_slice(s, 0, prefix.len), prefix);
}

bool tn_str_ends(tn_str s, tn_str suffix)
{
    return s.len >= suffix.len &&
           tn_str_equal(tn_str_slice(s, s.len - suffix.len, suffix.len), suffix);
}

size_t tn_str_find(tn_str s, tn_str needle)
{
    if (needle.len == 0)
        return 0;
    if (s.len < needle.len) /* and of NULL: nothing may be added to it */
        return SIZE_MAX;
    const char *at = s.data;
    const char *end = s.data + s.len;
    while ((size_t)(end - at) >= needle.len) {
        size_t starts = (size_t)(end - at) - needle.len + 1;
        at = memchr(at, needle.data[0], starts);
        if (at == NULL)
            return SIZE_MAX;
        if (memcmp(at, needle.data, needle.len) == 0)
            return (size_t)(at - s.data);
        at++;
    }
    return SIZE_MAX;
}

tn_str tn_str_slice(tn_str s, size_t from, size_t len)
{
    assert(from <= s.len);
    size_t rest = s.len - from;
    /* nothing may be added to NULL, not even 0 */
    return (tn_str){s.data == NULL ? NULL : s.data + from, len < rest ? len : rest};
}

tn_str tn_str_last_name(tn_str dotted)
{
    for (size_t i = dotted.len; i > 0; i--)
        if (dotted.data[i - 1] == '.')
            return tn_str_slice(dotted, i, SIZE_MAX);
    return dotted;
}

/* Multiplication carries the bits upwards, the shift brings them down again. */
static uint64_t mix_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    return hash ^ (hash >> 32);
}

uint64_t tn_str_hash(tn_str s)
{
    return tn_str_hash_seeded(s, NULL);
}

uint64_t tn_str_hash_seeded(tn_str s, const void *seed)
{
    uint64_t hash = ((uint64_t)(uintptr_t)seed ^ s.len) * 0x9e3779b97f4a7c15u;
    uint64_t word = 0;
    size_t at = 0;
    for (; s.len - at >= sizeof(word); at += sizeof(word)) {
        memcpy(&word, s.data + at, sizeof(word));
        hash = mix_word(hash, word);
    }
    word = 0;
    if (s.len > sizeof(word)) /* the last eight, some of them again */
        memcpy(&word, s.data + s.len - sizeof(word), sizeof(word));
    else
        for (; at < s.len; at++)
            word = word << 8 | (unsigned char)s.data[at];
    /* twice, so that high bits of the last word reach the low ones too */
    return mix_word(mix_word(hash, word), 0);
}

unsigned tn_str_distance(tn_str a, tn_str b, unsigned limit)
{
    enum { LONGEST = 64 };
    if (a.len > LONGEST || b.len > LONGEST)
        return limit + 1;
    unsigned rows[3][LONGEST + 1];
    for (unsigned j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (unsigned i = 1; i <= a.len; i++) {
        unsigned *now = rows[i % 3], *last = rows[(i + 2) % 3],
                 *before = rows[(i + 1) % 3];
        now[0] = i;
        for (unsigned j = 1; j <= b.len; j++) {
            unsigned swap = a.data[i - 1] != b.data[j - 1];
            unsigned least = last[j - 1] + swap;
            if (last[j] + 1 < least)
                least = last[j] + 1;
            if (now[j - 1] + 1 < least)
                least = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
                a.data[i - 2] == b.data[j - 1] && before[j - 2] + swap < least)
                least = before[j - 2] + swap;
            now[j] = least;
        }
    }
    unsigned distance = rows[a.len % 3][b.len];
    return distance > limit ? limit + 1 : distance;
}

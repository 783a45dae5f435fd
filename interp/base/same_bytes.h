/* same_bytes: are two runs of bytes the same?
 * Owns: nothing. Fails: cannot. Threads: free. */
#ifndef TN_BASE_SAME_BYTES_H
#define TN_BASE_SAME_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* memcmp, without a call where texts are short, as they mostly are: the two ends are
 * compared, which overlap. */
static inline bool tn_same_bytes(const char *a, const char *b, size_t len)
{
    if (len > 16)
        return memcmp(a, b, len) == 0;
    if (len >= 8) {
        uint64_t head[2], tail[2];
        memcpy(&head[0], a, 8);
        memcpy(&head[1], b, 8);
        memcpy(&tail[0], a + len - 8, 8);
        memcpy(&tail[1], b + len - 8, 8);
        return ((head[0] ^ head[1]) | (tail[0] ^ tail[1])) == 0;
    }
    if (len >= 4) {
        uint32_t head[2], tail[2];
        memcpy(&head[0], a, 4);
        memcpy(&head[1], b, 4);
        memcpy(&tail[0], a + len - 4, 4);
        memcpy(&tail[1], b + len - 4, 4);
        return ((head[0] ^ head[1]) | (tail[0] ^ tail[1])) == 0;
    }
    unsigned differ = 0;
    for (size_t i = 0; i < len; i++)
        differ |= (unsigned)(a[i] ^ b[i]);
    return differ == 0;
}

#endif

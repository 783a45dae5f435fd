#include "interp/base/digest.h"

#include <string.h>

void tn_digest_start(tn_digest_state *state)
{
    crypto_generichash_init(&state->hash, NULL, 0, TN_DIGEST_BYTES);
}

void tn_digest_add(tn_digest_state *state, tn_str bytes)
{
    crypto_generichash_update(&state->hash, (const unsigned char *)bytes.data,
                              bytes.len);
}

tn_digest tn_digest_end(tn_digest_state *state)
{
    tn_digest digest;
    crypto_generichash_final(&state->hash, digest.bytes, sizeof(digest.bytes));
    return digest;
}

tn_digest tn_digest_of(tn_str bytes)
{
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, bytes);
    return tn_digest_end(&state);
}

bool tn_digest_equal(const tn_digest *a, const tn_digest *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

void tn_digest_format(const tn_digest *digest, char out[TN_DIGEST_TEXT_BYTES])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < TN_DIGEST_BYTES; i++) {
        out[2 * i] = hex[digest->bytes[i] >> 4];
        out[2 * i + 1] = hex[digest->bytes[i] & 15];
    }
}

/* digest: BLAKE2b-256 (RFC 7693), of policies, images and evidence.
 * Owns: nothing. Fails: cannot. Threads: a state each. */
#ifndef TN_BASE_DIGEST_H
#define TN_BASE_DIGEST_H

#include "interp/base/str.h"
#include <sodium.h>

enum { TN_DIGEST_BYTES = 32, TN_DIGEST_TEXT_BYTES = 64 };

typedef struct tn_digest {
    unsigned char bytes[TN_DIGEST_BYTES];
} tn_digest;

typedef struct tn_digest_state {
    crypto_generichash_state hash;
} tn_digest_state;

void tn_digest_start(tn_digest_state *state);
void tn_digest_add(tn_digest_state *state, tn_str bytes);
tn_digest tn_digest_end(tn_digest_state *state);

/* All at once. */
tn_digest tn_digest_of(tn_str bytes);

bool tn_digest_equal(const tn_digest *a, const tn_digest *b);

/* In lower-case hexadecimal, not NUL-terminated. */
void tn_digest_format(const tn_digest *digest, char out[TN_DIGEST_TEXT_BYTES]);

#endif

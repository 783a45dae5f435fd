/* secret: the ledger's key, and the pseudonyms that records have in it.
 *
 * A key of 32 random bytes lies in a file of mode 0600. From it come, by BLAKE2b keyed
 * with it, sub-keys for each use: one names records, one seals plans. Once the file is
 * destroyed, nobody can tell which record a leaf stands for.
 *
 *   nonce = SipHash-2-4-128(naming key, identity)     a PRF: 16 bytes
 *   leaf  = BLAKE2b-128(nonce, identity)
 *   identity = placement, 00, the record's key with its type
 *
 * Showing one record's key and nonce opens its leaf and no other.
 *
 * Owns: nothing. Fails: IO, NOT_FOUND (no key file), INVALID (a file that is no key, or
 * that others may read), NOMEM, with a sentence. Threads: read freely. */
#ifndef TN_APPLY_SECRET_H
#define TN_APPLY_SECRET_H

#include "interp/apply/tree.h"
#include "interp/base/buf.h"
#include "interp/record/value.h"

enum { TN_SECRET_BYTES = 32, TN_SECRET_ID_BYTES = 8, TN_NONCE_BYTES = 16 };

typedef struct tn_secret {
    unsigned char naming[TN_NONCE_BYTES];
    unsigned char sealing[TN_SECRET_BYTES];
    unsigned char id[TN_SECRET_ID_BYTES]; /* tells keys apart, gives nothing away */
} tn_secret;

typedef struct tn_nonce {
    unsigned char bytes[TN_NONCE_BYTES];
} tn_nonce;

/* Reads the key file at `path`; with `make`, writes a new one where there is none. */
TN_MUST_USE tn_status tn_secret_load(const char *path, bool make, tn_secret *out,
                                     tn_buf *why);

/* Appends the identity of a record: never the same for two records. */
void tn_identity_put(tn_buf *buf, tn_str placement, const tn_value *key);
/* Of the next record of the placement, in place of the one that is all the buffer has.
 */
void tn_identity_put_next(tn_buf *buf, size_t placement_len, const tn_value *key);

tn_nonce tn_secret_nonce(const tn_secret *secret, tn_str identity);
tn_leaf tn_leaf_of(const tn_nonce *nonce, tn_str identity);

/* A digest that only holders of the key can make. */
tn_digest tn_secret_seal(const tn_secret *secret, tn_str bytes);

/* Lower-case hexadecimal, appended; and back: false unless `text` is exactly `size`
 * bytes of it. */
void tn_hex_put(tn_buf *buf, const unsigned char *bytes, size_t size);
TN_MUST_USE bool tn_hex_read(tn_str text, unsigned char *out, size_t size);

#endif

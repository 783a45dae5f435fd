/* key: a row's own key, as people write it.
 *
 * An integer in decimal, a text as it is, bytes as x'0a1f', a double in its shortest
 * form; the list of a composite key as JSON: ["acme",7].
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_STORE_KEY_H
#define TN_STORE_KEY_H

#include "interp/base/buf.h"
#include "interp/record/value.h"

void tn_key_put(tn_buf *buf, const tn_value *key);

/* As a JSON value: numbers as numbers, texts and bytes as strings, lists as arrays. */
void tn_key_put_json(tn_buf *buf, const tn_value *key);

#endif

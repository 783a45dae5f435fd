/* json_plain: the tokens of JSON text (json_index.h) by a loop over its bytes.
 *
 * It finds the same tokens and faults as simdjson's first stage, some ten times slower,
 * but needs no library: for little text loading one takes longer than reading it.
 *
 * Owns: nothing. Fails: by tn_json_fault. Threads: free. */
#ifndef TN_STORE_JSON_PLAIN_H
#define TN_STORE_JSON_PLAIN_H

#include "interp/store/json_index.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Into `tokens`, of `len` + TN_JSON_ENDS places: where they start, and then `len`, so
 * often. `len` is at most TN_JSON_TEXT_MAX. */
tn_json_fault tn_json_plain_run(const char *text, size_t len, uint32_t *tokens);

#ifdef __cplusplus
}
#endif
#endif

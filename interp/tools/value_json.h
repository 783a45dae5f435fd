/* value_json: values as a store of JSON Lines would hold them, for examples that
 * programs read.
 *
 * Instants are RFC 3339, durations as CEL's string() gives them. JSON has no bytes:
 * they are written as text.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_TOOLS_VALUE_JSON_H
#define TN_TOOLS_VALUE_JSON_H

#include "interp/base/buf.h"
#include "interp/record/value.h"

void tn_value_put_json(tn_buf *buf, const tn_value *value);

/* "2026-01-01T00:00:00Z" with its quotes, or null. */
void tn_instant_put_json(tn_buf *buf, bool is_there, tn_instant t);

#endif

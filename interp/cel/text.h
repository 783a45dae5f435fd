/* text: values as text, for messages, listings and conversions.
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_CEL_TEXT_H
#define TN_CEL_TEXT_H

#include "interp/base/buf.h"
#include "interp/record/value.h"

/* `value` as CEL would write it, cut with "..." after about `limit` bytes. */
void tn_cel_value_put(tn_buf *buf, const tn_value *value, size_t limit);

/* "int", "google.protobuf.Timestamp", "list": the name of the type of a kind. */
tn_str tn_kind_name(tn_kind kind);

/* A duration as CEL's string() gives it: "-3.5s". */
void tn_duration_put(tn_buf *buf, int64_t nanos);

/* Sign, then number and unit (h m s ms us ns), repeated, fractions allowed; "0" alone.
 * False where it is not that, or beyond 64 bits of nanoseconds. */
TN_MUST_USE bool tn_duration_parse(tn_str text, int64_t *nanos);

#endif

/* jsonl: JSON Lines, one object a line; the ops are in store.h's list.
 *
 * A line that is not one JSON object in UTF-8, or names a declared field twice, is a
 * row with a problem, and the next line is read as if nothing had happened. Blank lines
 * are none; a line ends with LF or CRLF, the last one may end with the file. A byte
 * order mark before the first line is skipped (RFC 8259, section 8.1).
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_JSONL_H
#define TN_STORE_JSONL_H

#include "interp/store/store.h"

extern const tn_store_ops tn_jsonl_ops;

#endif

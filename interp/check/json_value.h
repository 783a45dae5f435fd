/* json_value: JSON piece by piece; commas come by themselves.
 * Owns: nothing. Fails: by the buffer. Threads: free. */
#ifndef TN_CHECK_JSON_VALUE_H
#define TN_CHECK_JSON_VALUE_H

#include "interp/base/buf.h"
#include "interp/calendar/period.h"
#include "interp/record/value.h"

/* A comma, where another value or member stands before. */
void tn_json_next(tn_buf *out);
/* "name": within an object; its value must follow. */
void tn_json_key(tn_buf *out, const char *name);

void tn_json_text(tn_buf *out, const char *name, tn_str text); /* data NULL: null */
void tn_json_bool(tn_buf *out, const char *name, bool value);
void tn_json_period(tn_buf *out, const char *name, tn_period period);
void tn_json_instant(tn_buf *out, const char *name, tn_instant instant);

/* A value of a table, as model_json.h has it. */
void tn_json_value(tn_buf *out, const tn_value *value);
/* The entries of a map, [key, value] each, without the brackets around them all. */
void tn_json_pairs(tn_buf *out, const tn_map_value *map);

#endif

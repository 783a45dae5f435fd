/* shape: what a list or map of a record is declared to hold, as a text that an image
 * can carry: a letter a type, in the order in which types are written.
 *
 *   b bool   i int    u uint       f double     s string   y bytes   * dyn
 *   t timestamp, date d duration   l list, then its element's shape
 *                                  m map, then those of its keys and of its values
 *
 * A value that does not fit is not of its declared type, and so is unreadable as a
 * whole (language.md, section 2). Numbers within lists and maps stay as a store writes
 * them: an integer fits a uint that it could be, and a double.
 *
 * Owns: nothing. Fails: by false. Threads: free. */
#ifndef TN_CEL_SHAPE_H
#define TN_CEL_SHAPE_H

#include "interp/base/buf.h"
#include "interp/cel/type.h"

/* Two letters for each level a type can be nested in, and one within. */
enum { TN_SHAPE_MAX = 512 };

void tn_shape_put(tn_buf *buf, const tn_type *type);

/* One type and nothing after it. */
bool tn_shape_is_valid(tn_str shape);

/* Is `value` of this shape, null nowhere within unless it is dyn, and readable in all
 * its parts? An empty shape is that of dyn. The shape is a valid one. */
bool tn_shape_fits(tn_str shape, const tn_value *value);

#endif

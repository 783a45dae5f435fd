/* value_copy: values that outlive the record, program or arena they came from.
 *
 * What evaluation gives may share its parts: thirty nested pairs of the same are small
 * in memory and a gigabyte once they are written out or copied. So a copy has a limit.
 *
 * Owns: nothing; copies lie in the caller's arena. Fails: NOMEM; LIMIT where the copy
 * would take more than it may. Threads: free. */
#ifndef TN_CEL_VALUE_COPY_H
#define TN_CEL_VALUE_COPY_H

#include "interp/base/arena.h"
#include "interp/record/value.h"

/* Copies `from` with all it refers to, in at most about `most_bytes`; `to` may be
 * `from`. */
TN_MUST_USE tn_status tn_value_copy(tn_arena *arena, const tn_value *from,
                                    size_t most_bytes, tn_value *to);

#endif

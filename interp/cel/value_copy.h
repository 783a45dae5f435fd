/* value_copy: values that outlive the record, program or arena they came from.
 * Owns: nothing; copies lie in the caller's arena. Fails: NOMEM. Threads: free. */
#ifndef TN_CEL_VALUE_COPY_H
#define TN_CEL_VALUE_COPY_H

#include "interp/base/arena.h"
#include "interp/record/value.h"

/* Copies `from` with all it refers to; `to` may be `from`. */
TN_MUST_USE tn_status tn_value_copy(tn_arena *arena, const tn_value *from,
                                    tn_value *to);

#endif

/* compile: a checked model to the bytes of an image.
 *
 * Deterministic: the same model gives the same bytes.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, LIMIT. Threads: free. */
#ifndef TN_COMPILE_COMPILE_H
#define TN_COMPILE_COMPILE_H

#include "interp/check/model.h"
#include "interp/image/image.h"

typedef struct tn_compile_options {
    bool with_sources; /* the texts go into the image, so that explain can quote them */
} tn_compile_options;

/* `model` has no errors. */
TN_MUST_USE tn_status tn_compile(const tn_model *model,
                                 const tn_compile_options *options,
                                 const tn_allocator *memory, tn_buf *out);

#endif

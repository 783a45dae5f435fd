/* copies: unmanaged copies, that nothing here can delete, and that live on for longer
 * after a record is deleted than one of its clauses lets them.
 *
 * Owns: nothing; texts lie in the arena. Fails: NOMEM. Threads: any number. */
#ifndef TN_EVAL_COPIES_H
#define TN_EVAL_COPIES_H

#include "interp/base/arena.h"
#include "interp/image/image.h"

/* Appends a sentence for each such clause of the binding's category to `list`, which
 * has room for one for each clause of the image. */
TN_MUST_USE tn_status tn_copy_breaches(const tn_image *image,
                                       const tn_img_binding *binding, tn_arena *arena,
                                       tn_str *list, uint32_t *count);

#endif

/* merge: the categories of a module, along what it extends.
 *
 * A category that parent and module both describe (same simple name) is merged aspect
 * by aspect: what the module speaks to replaces the parent's, what it leaves alone
 * stays; flags, holds and redactions add up. A category that only the parent has is
 * inherited whole.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_MERGE_H
#define TN_CHECK_MERGE_H

#include "interp/check/checker.h"

/* Reads the module's blocks and makes its drafts. Modules in the model's order. */
TN_MUST_USE tn_status tn_merge_module(tn_checker *ck, uint32_t module);

/* Does the block speak of the aspect? Where, in *at. */
bool tn_block_speaks(const tn_block *block, tn_aspect aspect, tn_span *at);

/* "retention", as messages have it. Static. */
const char *tn_aspect_word(tn_aspect aspect);

/* One clause of a category as merged. */
typedef struct tn_layered {
    uint32_t block; /* of the checker's blocks */
    uint32_t part;  /* of its parts */
} tn_layered;

typedef TN_ARRAY(tn_layered) tn_layered_list;

/* All that takes part, in order: module, parents, standards; `stored in` stands for the
 * limits of its placements. */
TN_MUST_USE tn_status tn_merge_list(tn_checker *ck, const tn_draft *draft,
                                    tn_layered_list *list);

#endif

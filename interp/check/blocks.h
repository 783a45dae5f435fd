/* blocks: what each module says of each category, clause by clause, as far as it does
 * not depend on the category that the clause will be applied to.
 *
 * Periods are summed, guards and reasons picked out, words that have no meaning and
 * blocks that are repeated are reported: once, however many categories inherit them.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_BLOCKS_H
#define TN_CHECK_BLOCKS_H

#include "interp/check/checker.h"

/* One `category` or `every category`; its number in *block. */
TN_MUST_USE tn_status tn_blocks_read(tn_checker *ck, uint32_t module,
                                     const tn_decl *decl, uint32_t *block);

#endif

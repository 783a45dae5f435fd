/* placements: where a category is stored, and as what.
 *
 * Owns: nothing. Fails: NOMEM; what is wrong is reported. Threads: one check, one
 * thread. */
#ifndef TN_CHECK_PLACEMENTS_H
#define TN_CHECK_PLACEMENTS_H

#include "interp/check/checker.h"

/* The rows of one `stored in`. */
TN_MUST_USE tn_status tn_placements_add(tn_checker *ck, uint32_t module,
                                        const tn_item *stored, tn_range *range);

/* Role names as bits; an unknown or repeated one is reported. */
uint32_t tn_roles_read(tn_diags *diags, const tn_role *roles);

/* "primary and backup", for messages. */
void tn_roles_put(tn_buf *buf, uint32_t roles);

#endif

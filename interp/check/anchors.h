/* anchors: what a period counts from, and the events that move retention, as slots.
 *
 * Owns: nothing. Fails: NOMEM; what cannot be counted from is reported, and the row is
 * then TN_NONE. Threads: one check, one thread. */
#ifndef TN_CHECK_ANCHORS_H
#define TN_CHECK_ANCHORS_H

#include "interp/check/category.h"

/* The anchor of a clause written in `module`; its row in *row. */
TN_MUST_USE tn_status tn_anchors_add(tn_making *m, uint32_t module,
                                     const tn_anchor *anchor, uint32_t *row);

/* An anchor that is one slot. */
TN_MUST_USE tn_status tn_anchors_add_slot(tn_making *m, uint32_t slot, tn_span at,
                                          uint32_t *row);

/* The slot of an event: of an entity, or a field of that type. TN_NONE after a
 * diagnostic. */
uint32_t tn_anchors_event(tn_making *m, uint32_t module, const tn_path *path);

#endif

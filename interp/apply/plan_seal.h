/* plan_seal: what a plan's file ends with, for plan_file.c, which writes it, and
 * plan_read.c.
 *
 * The pseudonyms of all places, one after the other, which are read without a parser,
 * and the seal. No text of JSON holds a bare line end.
 *
 * Owns: nothing. */
#ifndef TN_APPLY_PLAN_SEAL_H
#define TN_APPLY_PLAN_SEAL_H

#include "interp/apply/plan.h"

#define TN_PLAN_TARGETS_START ",\n\"targets\":\""
#define TN_PLAN_SEAL_START ",\n\"seal\":\""
#define TN_PLAN_SEAL_END "\"}\n"

/* What a run is called: the first digits of its plan's seal; in the arena. data NULL:
 * there is no memory. */
tn_str tn_plan_seal_id(const tn_digest *seal, tn_arena *arena);

#endif

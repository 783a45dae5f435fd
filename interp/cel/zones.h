/* zones: where conditions find time zones by name.
 *
 * A host gives them: the compiler from the tz database, a run from its image.
 *
 * Owns: nothing. Fails: NOT_FOUND (no such zone); NOMEM. Threads: as the host says. */
#ifndef TN_CEL_ZONES_H
#define TN_CEL_ZONES_H

#include "interp/calendar/zone.h"

/* `*out` must stay as long as the program that asked (eval.h). */
typedef struct tn_cel_zones {
    void *user;
    tn_status (*find)(void *user, tn_str name, const tn_zone **out);
} tn_cel_zones;

#endif

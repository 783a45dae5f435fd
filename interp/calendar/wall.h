/* wall: what the clocks of a zone show, made to run forward only.
 *
 * The language's calendar needs a civil time that never goes back, and a way from civil
 * time to instants that never comes out early (grammar/LANGUAGE.md,
 * chapter 8). Both follow from the clocks alone, so that gaps, folds, skipped days
 * and folds within folds need no case of their own.
 *
 * Owns: nothing. Fails: cannot; what is given and returned may lie outside the range of
 * instants, by some millions of years. Threads: free. */
#ifndef TN_CALENDAR_WALL_H
#define TN_CALENDAR_WALL_H

#include "interp/calendar/instant.h"
#include "interp/calendar/zone.h"

typedef struct tn_wall {
    int64_t seconds; /* of civil time, see civil.h */
    uint32_t nanos;
    bool repeated; /* a later pass: seconds is the end of the stretch shown again */
} tn_wall;

/* civil(t): the local time; where the clocks repeat a stretch, in the later pass the
 * stretch's end. In other words the most that the clocks have shown up to t. */
tn_wall tn_wall_at(const tn_zone *zone, tn_instant t);

/* instant(c): the first instant from which the clocks never again show less than c. */
tn_instant tn_wall_instant(const tn_zone *zone, int64_t seconds, uint32_t nanos);

/* The day that holds t: of civil(t), in a later pass of its last nanosecond. */
int64_t tn_wall_day(const tn_zone *zone, tn_instant t);

/* instant(c) of zone-less text that was read as a clock of this zone (`as local`);
 * false outside the range. */
TN_MUST_USE bool tn_local_instant(const tn_zone *zone, const tn_civil *civil,
                                  tn_instant *out);

#endif

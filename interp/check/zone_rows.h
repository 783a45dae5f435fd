/* zone_rows: the zones that a policy names, loaded once each from the tz database.
 *
 * Row 0 is UTC and needs no database. A zone that is missing or damaged is an error,
 * never UTC in silence.
 *
 * Owns: nothing; zones lie in the arena. Fails: NOMEM. Threads: one check, one thread.
 */
#ifndef TN_CHECK_ZONE_ROWS_H
#define TN_CHECK_ZONE_ROWS_H

#include "interp/cel/zones.h"
#include "interp/check/checker.h"

TN_MUST_USE tn_status tn_zone_rows_start(tn_checker *ck);

/* The row of a zone's name; 0 after a diagnostic where there is no such zone. */
TN_MUST_USE tn_status tn_zone_row(tn_checker *ck, tn_str name, tn_span at,
                                  uint32_t *row);

/* For conditions: zones that they name become rows too. Borrows `ck`. */
tn_cel_zones tn_zone_rows_for_conditions(tn_checker *ck);

#endif

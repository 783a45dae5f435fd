/* zone_read: the bytes of a TZif file to explicit transitions.
 *
 * RFC 8536 and RFC 9636, versions 1 to 4. Checks all that the format promises, and that
 * the rule for the future agrees with the last transition; then writes the rule out for
 * 400 years. Changes of name or of daylight saving alone, which no clock shows, are
 * left out.
 *
 * Owns: what it reads lies in the caller's arena. Fails: NOMEM; INVALID (damaged);
 * UNSUPPORTED (leap seconds; no rule for the future). Threads: free, an arena each. */
#ifndef TN_CALENDAR_ZONE_READ_H
#define TN_CALENDAR_ZONE_READ_H

#include "interp/base/arena.h"
#include "interp/calendar/zone.h"

typedef struct tn_zone_data {
    tn_str name;
    int64_t *at; /* own: in the arena */
    int32_t *offset;
    uint32_t count;
    uint32_t cycle;
    int32_t first_offset;
} tn_zone_data;

/* Everything but the name, which is not in the file. On failure *why, which may not be
 * NULL, is an English text that completes "zone NAME …"; borrowed, static. */
TN_MUST_USE tn_status tn_zone_read(tn_str bytes, tn_arena *arena, tn_zone_data *out,
                                   const char **why);

/* Borrows the arrays of `data`. */
tn_zone tn_zone_view(const tn_zone_data *data);

#endif

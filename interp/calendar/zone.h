/* zone: a time zone's offsets from UTC, as a view of flat arrays.
 *
 * The arrays can lie in an image: evaluation reads no zone file. There is no rule to
 * interpret either: daylight saving that goes on for ever is written out as explicit
 * transitions for 400 years, after which the Gregorian calendar repeats (146,097 days,
 * a whole number of weeks), and so do the last `cycle` transitions.
 *
 * Owns: nothing, views arrays of its maker. Fails: by false. Threads: free. */
#ifndef TN_CALENDAR_ZONE_H
#define TN_CALENDAR_ZONE_H

#include "interp/base/str.h"

/* Every offset is less than 26 hours either way (RFC 8536, section 3.2). */
#define TN_ZONE_OFFSET_LIMIT INT32_C(93600)

/* 400 Gregorian years in seconds. */
#define TN_ZONE_CYCLE_SECONDS (INT64_C(146097) * 86400)

/* At most so many transitions within twice the offset limit: how far back a fold can
 * reach is then bounded (tzdb 2025b: the nearest two are 95 hours apart). */
enum { TN_ZONE_CLOSE_MAX = 8 };

/* More than any zone has with its rules written out. */
enum { TN_ZONE_COUNT_MAX = 4096 };

typedef struct tn_zone {
    tn_str name;           /* "Europe/Berlin"; of no effect on reckoning */
    const int64_t *at;     /* transitions, seconds since 1970-01-01Z, ascending */
    const int32_t *offset; /* seconds east of UTC from at[i] on */
    uint32_t count;
    uint32_t cycle;       /* the last so many repeat every 400 years; 0: none do */
    int32_t first_offset; /* before at[0] */
} tn_zone;

/* No transitions, offset 0, named "UTC". */
extern const tn_zone tn_zone_utc;

/* One offset for ever, within the limit; `name` is borrowed. */
tn_zone tn_zone_fixed(tn_str name, int32_t offset);

/* Everything the functions of this room rely on, in one pass over the arrays, whose
 * lengths and alignment the caller has checked: transitions strictly ascending, near
 * the range of instants and never crowded, offsets within the limit, a cycle that is
 * part of the arrays and shorter than 400 years. */
bool tn_zone_is_valid(const tn_zone *zone);

/* The number of the last transition at or before `seconds`, -1 where there is none; at
 * or above `count` in repetitions of the cycle. */
int64_t tn_zone_find(const tn_zone *zone, int64_t seconds);

/* When transition `index` happens, and the offset from it on; index >= 0, and below
 * `count` unless there is a cycle. The offset of -1 is first_offset. */
int64_t tn_zone_at(const tn_zone *zone, int64_t index);
int32_t tn_zone_offset(const tn_zone *zone, int64_t index);

/* The offset in force at an instant: what its clocks show there is seconds + offset. */
int32_t tn_zone_offset_at(const tn_zone *zone, int64_t seconds);

#endif

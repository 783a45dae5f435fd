#include "interp/calendar/zone.h"

#include "interp/calendar/instant.h"

const tn_zone tn_zone_utc = {.name = {"UTC", 3}};

tn_zone tn_zone_fixed(tn_str name, int32_t offset)
{
    return (tn_zone){.name = name, .first_offset = offset};
}

/* A transition further out than this from the range can touch nothing inside it. */
#define NEAR_SECONDS (7 * TN_SECONDS_PER_DAY)

static bool is_offset(int32_t offset)
{
    return offset > -TN_ZONE_OFFSET_LIMIT && offset < TN_ZONE_OFFSET_LIMIT;
}

/* Is the transition TN_ZONE_CLOSE_MAX after this one, if any, out of a fold's reach? */
static bool is_uncrowded(const tn_zone *zone, uint32_t index)
{
    int64_t later = (int64_t)index + TN_ZONE_CLOSE_MAX;
    if (later >= zone->count && zone->cycle == 0)
        return true;
    return tn_zone_at(zone, later) - zone->at[index] > 2 * TN_ZONE_OFFSET_LIMIT;
}

bool tn_zone_is_valid(const tn_zone *zone)
{
    if (zone->count > TN_ZONE_COUNT_MAX || zone->cycle > zone->count ||
        !is_offset(zone->first_offset))
        return false;
    int64_t before = TN_SECONDS_MIN - NEAR_SECONDS - 1;
    for (uint32_t i = 0; i < zone->count; i++) {
        if (zone->at[i] <= before || !is_offset(zone->offset[i]))
            return false;
        before = zone->at[i];
    }
    if (before > TN_SECONDS_MAX + NEAR_SECONDS)
        return false;
    if (zone->cycle != 0 &&
        before - zone->at[zone->count - zone->cycle] >= TN_ZONE_CYCLE_SECONDS)
        return false;
    for (uint32_t i = 0; i < zone->count; i++) {
        if (!is_uncrowded(zone, i))
            return false;
    }
    return true;
}

/* The last of `count` > 0 transitions at or before `seconds`, where at[0] is one. */
static int64_t search(const int64_t *at, uint32_t count, int64_t seconds)
{
    const int64_t *low = at;
    while (count > 1) {
        uint32_t half = count / 2;
        low = low[half] <= seconds ? low + half : low;
        count -= half;
    }
    return low - at;
}

int64_t tn_zone_find(const tn_zone *zone, int64_t seconds)
{
    if (zone->count == 0 || seconds < zone->at[0])
        return -1;
    int64_t turns = 0;
    if (zone->cycle != 0) {
        int64_t since = seconds - zone->at[zone->count - zone->cycle];
        turns = since < 0 ? 0 : since / TN_ZONE_CYCLE_SECONDS;
    }
    return search(zone->at, zone->count, seconds - turns * TN_ZONE_CYCLE_SECONDS) +
           turns * zone->cycle;
}

/* Brings an index beyond the arrays back into their last cycle; returns how many
 * cycles that was. */
static int64_t unwind(const tn_zone *zone, int64_t *index)
{
    if (*index < zone->count)
        return 0;
    if (TN_NEVER(zone->cycle == 0)) {
        *index = (int64_t)zone->count - 1;
        return 0;
    }
    int64_t turns = (*index - zone->count) / zone->cycle + 1;
    *index -= turns * zone->cycle;
    return turns;
}

int64_t tn_zone_at(const tn_zone *zone, int64_t index)
{
    int64_t turns = unwind(zone, &index);
    return zone->at[index] + turns * TN_ZONE_CYCLE_SECONDS;
}

int32_t tn_zone_offset(const tn_zone *zone, int64_t index)
{
    if (index < 0)
        return zone->first_offset;
    unwind(zone, &index);
    return zone->offset[index];
}

int32_t tn_zone_offset_at(const tn_zone *zone, int64_t seconds)
{
    return tn_zone_offset(zone, tn_zone_find(zone, seconds));
}

#include "interp/calendar/wall.h"

/* How far the clocks had run, in civil time, when transition `index` set them. */
static int64_t shown_until(const tn_zone *zone, int64_t index)
{
    return tn_zone_at(zone, index) + tn_zone_offset(zone, index - 1);
}

tn_wall tn_wall_at(const tn_zone *zone, tn_instant t)
{
    int64_t last = tn_zone_find(zone, t.seconds);
    int64_t shown = t.seconds + tn_zone_offset(zone, last);
    int64_t most = shown;
    /* What clocks showed before a transition is less than the offset limit after it,
     * so only transitions nearer than that can have been followed by a repetition
     * that still lasts: at most TN_ZONE_CLOSE_MAX of them. */
    for (int64_t i = last; i >= 0; i--) {
        if (tn_zone_at(zone, i) + TN_ZONE_OFFSET_LIMIT <= shown)
            break;
        int64_t until = shown_until(zone, i);
        most = until > most ? until : most;
    }
    if (most > shown)
        return (tn_wall){most, 0, true};
    return (tn_wall){shown, t.nanos, false};
}

/* Do the clocks show less than the civil time given when transition `index` has just
 * happened? */
static bool starts_below(const tn_zone *zone, int64_t index, int64_t seconds,
                         uint32_t nanos)
{
    int64_t start = tn_zone_at(zone, index) + tn_zone_offset(zone, index);
    return start < seconds || (start == seconds && nanos > 0);
}

tn_instant tn_wall_instant(const tn_zone *zone, int64_t seconds, uint32_t nanos)
{
    /* The last stretch between transitions that shows less than c; every stretch that
     * starts the offset limit after c, or later, shows more. */
    int64_t last = tn_zone_find(zone, seconds + TN_ZONE_OFFSET_LIMIT);
    while (last >= 0 && !starts_below(zone, last, seconds, nanos))
        last--;
    int64_t reached = seconds - tn_zone_offset(zone, last);
    if (last + 1 < zone->count || zone->cycle != 0) {
        int64_t end = tn_zone_at(zone, last + 1);
        /* The clocks jump from less than c to c or more. */
        if (reached >= end)
            return (tn_instant){end, 0};
    }
    return (tn_instant){reached, nanos};
}

int64_t tn_wall_day(const tn_zone *zone, tn_instant t)
{
    tn_wall wall = tn_wall_at(zone, t);
    return tn_floor_div(wall.seconds - wall.repeated, TN_SECONDS_PER_DAY);
}

bool tn_local_instant(const tn_zone *zone, const tn_civil *civil, tn_instant *out)
{
    tn_instant t = tn_wall_instant(zone, tn_civil_to_seconds(civil), civil->nanos);
    if (!tn_instant_is_valid(t))
        return false;
    *out = t;
    return true;
}

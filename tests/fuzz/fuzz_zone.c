/* The bytes of a zone file: what is read is valid, and its clocks keep their promises.
 */
#include "interp/calendar/reckon.h"
#include "interp/calendar/zone_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool good)
{
    if (!good)
        abort();
}

static void walk(const tn_zone *zone)
{
    const tn_reckoning r = {
        .zone = zone, .whole_days = zone->count % 2 != 0, .period = {1, 1, 1}};
    tn_instant before = TN_INSTANT_MIN;
    for (int64_t i = 0; i < zone->count && i < 64; i++) {
        tn_instant t = {tn_zone_at(zone, i), 0};
        tn_instant due;
        tn_instant cutoff;
        if (!tn_instant_is_valid(t) || !tn_reckon(&r, t, &due))
            continue;
        expect(tn_instant_compare(before, due) <= 0 && tn_instant_compare(t, due) <= 0);
        expect(tn_cutoff(&r, due, &cutoff) && tn_instant_compare(t, cutoff) <= 0);
        before = due;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_zone_data zone_data;
    const char *why = NULL;
    if (tn_zone_read((tn_str){(const char *)data, size}, &arena, &zone_data, &why) ==
        TN_OK) {
        tn_zone zone = tn_zone_view(&zone_data);
        expect(tn_zone_is_valid(&zone));
        walk(&zone);
    } else {
        expect(why != NULL);
    }
    tn_arena_free(&arena);
    return 0;
}

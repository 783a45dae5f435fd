/* database: the zones of the system's tz database, for tests that walk them.
 * Owns: what it loads lies in the arena given. Fails: by failing the test. */
#ifndef TN_TEST_CALENDAR_DATABASE_H
#define TN_TEST_CALENDAR_DATABASE_H

#include "tests/unit/calendar/support.h"

#include "interp/calendar/zone_load.h"

#include <stdio.h>
#include <string.h>

enum { NAMES_MAX = 1000, NAME_SIZE = 65 };

typedef struct zone_names {
    size_t count;
    char list[NAMES_MAX][NAME_SIZE];
} zone_names;

/* Every zone ("Z name ...") of tzdata.zi, and with `links` the other names of zones
 * ("L target name") too. */
static inline void read_names(zone_names *names, bool links)
{
    FILE *file = fopen(TN_ZONE_DIRECTORY "/tzdata.zi", "r");
    assert_non_null(file);
    char line[512];
    names->count = 0;
    while (fgets(line, sizeof(line), file) != NULL) {
        char *name = names->list[names->count];
        bool is_zone = sscanf(line, "Z %64s", name) == 1;
        bool is_link = links && sscanf(line, "L %*s %64s", name) == 1;
        if ((is_zone || is_link) && strcmp(name, "Factory") != 0)
            names->count++;
        assert_true(names->count < NAMES_MAX);
    }
    fclose(file);
    assert_true(names->count > 300);
}

static inline tn_zone load_zone(tn_arena *arena, const char *name)
{
    tn_zone_data data;
    const char *why;
    if (tn_zone_load(NULL, tn_str_from(name), arena, &data, &why) != TN_OK)
        fail_msg("zone %s %s", name, why);
    tn_zone zone = tn_zone_view(&data);
    assert_true(tn_zone_is_valid(&zone));
    return zone;
}

#endif

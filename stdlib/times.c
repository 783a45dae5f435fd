/* times: the parts of instants, as the clocks of a zone show them, and the lengths of
 * durations. */
#include "interp/calendar/instant.h"
#include "interp/cel/program.h"
#include "stdlib/args.h"

/* --- instants */

/* What the clocks show: in the zone of the call, of the argument, or else in UTC. An
 * error is returned, or null. */
static tn_value read_clock(tn_cel_call *call, const tn_value *args, tn_civil *civil)
{
    tn_zone room;
    const tn_zone *zone = call->zone != NULL ? call->zone : &tn_zone_utc;
    bool has_zone = tn_args_are(call, args, "ts");
    if (!has_zone && !tn_args_are(call, args, "t"))
        return tn_args_refuse(call, args);
    tn_status status = TN_OK;
    if (has_zone)
        status = tn_cel_find_zone(call->zones, args[1].as.text, &room, &zone);
    if (status == TN_NOMEM) {
        call->no_memory = true;
        return tn_cel_stop(call);
    }
    if (status != TN_OK)
        return tn_cel_fail_text(call, TN_CEL_ERR_ZONE, args[1].as.text);
    tn_instant t = args[0].as.instant;
    *civil =
        tn_civil_from_seconds(t.seconds + tn_zone_offset_at(zone, t.seconds), t.nanos);
    return tn_value_null();
}

typedef int64_t part(const tn_civil *civil);

static tn_value part_of(tn_cel_call *call, const tn_value *args, part *get)
{
    tn_civil civil;
    tn_value error = read_clock(call, args, &civil);
    return tn_value_is_error(&error) ? error : tn_value_int(get(&civil));
}

static int64_t year(const tn_civil *civil)
{
    return civil->year;
}

static int64_t month(const tn_civil *civil)
{
    return civil->month - 1;
}

static int64_t day_of_year(const tn_civil *civil)
{
    return tn_day_of_year(civil);
}

static int64_t day_of_month(const tn_civil *civil)
{
    return civil->day - 1;
}

static int64_t date(const tn_civil *civil)
{
    return civil->day;
}

static int64_t day_of_week(const tn_civil *civil)
{
    return tn_day_of_week(tn_day_from_date(civil->year, civil->month, civil->day));
}

static int64_t hour(const tn_civil *civil)
{
    return civil->hour;
}

static int64_t minute(const tn_civil *civil)
{
    return civil->minute;
}

static int64_t second(const tn_civil *civil)
{
    return civil->second;
}

static int64_t millisecond(const tn_civil *civil)
{
    return civil->nanos / 1000000;
}

tn_value tn_fn_year(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, year);
}

tn_value tn_fn_month(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, month);
}

tn_value tn_fn_day_of_year(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, day_of_year);
}

tn_value tn_fn_day_of_month(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, day_of_month);
}

tn_value tn_fn_date(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, date);
}

tn_value tn_fn_day_of_week(tn_cel_call *call, const tn_value *args)
{
    return part_of(call, args, day_of_week);
}

/* --- instants and durations */

/* Of a duration the whole units of so many nanoseconds. */
static tn_value part_or_whole(tn_cel_call *call, const tn_value *args, part *get,
                              int64_t unit)
{
    if (tn_args_are(call, args, "r"))
        return tn_value_int(args[0].as.duration_nanos / unit);
    return part_of(call, args, get);
}

tn_value tn_fn_hours(tn_cel_call *call, const tn_value *args)
{
    return part_or_whole(call, args, hour, INT64_C(3600) * TN_NANOS_PER_SECOND);
}

tn_value tn_fn_minutes(tn_cel_call *call, const tn_value *args)
{
    return part_or_whole(call, args, minute, INT64_C(60) * TN_NANOS_PER_SECOND);
}

tn_value tn_fn_seconds(tn_cel_call *call, const tn_value *args)
{
    return part_or_whole(call, args, second, TN_NANOS_PER_SECOND);
}

/* Unlike the others, of a duration the part below a second. */
tn_value tn_fn_milliseconds(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "r"))
        return part_of(call, args, millisecond);
    int64_t below = args[0].as.duration_nanos % (int64_t)TN_NANOS_PER_SECOND;
    return tn_value_int(below / 1000000);
}

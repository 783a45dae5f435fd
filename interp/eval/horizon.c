#include "interp/eval/horizon.h"
#include "interp/calendar/instant.h"

static int64_t day_of(tn_instant t)
{
    int64_t day = t.seconds / TN_SECONDS_PER_DAY;
    return t.seconds % TN_SECONDS_PER_DAY < 0 ? day - 1 : day;
}

/* The first day of the next day, week or month after `day`. */
static int64_t next_day(int64_t day, tn_step step)
{
    if (step == TN_STEP_DAY)
        return day + 1;
    if (step == TN_STEP_WEEK) /* 1970-01-01, day 0, was a Thursday */
        return day + 7 - ((day + 3) % 7 + 7) % 7;
    tn_civil civil = tn_civil_from_seconds(day * TN_SECONDS_PER_DAY, 0);
    bool last = civil.month == 12;
    return tn_day_from_date(civil.year + last, last ? 1 : civil.month + 1u, 1);
}

tn_status tn_horizon_make(tn_instant from, tn_instant until, tn_step step,
                          tn_arena *arena, tn_horizon *out)
{
    *out = (tn_horizon){.step = step};
    out->starts = tn_arena_take_array(arena, TN_HORIZON_MAX + 1, sizeof(*out->starts));
    if (out->starts == NULL)
        return TN_NOMEM;
    out->starts[0] = from;
    for (int64_t day = day_of(from);;) {
        day = next_day(day, step);
        tn_instant end = {day * TN_SECONDS_PER_DAY, 0};
        bool last = tn_instant_compare(end, until) >= 0;
        out->starts[++out->count] = last ? until : end;
        if (last)
            return TN_OK;
        if (out->count == TN_HORIZON_MAX)
            return TN_LIMIT;
    }
}

uint32_t tn_horizon_find(const tn_horizon *horizon, tn_instant t)
{
    uint32_t low = 0, high = horizon->count;
    if (tn_instant_compare(t, horizon->starts[0]) < 0 ||
        tn_instant_compare(t, horizon->starts[high]) >= 0)
        return TN_NONE;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (tn_instant_compare(t, horizon->starts[middle]) < 0)
            high = middle;
        else
            low = middle;
    }
    return low;
}

size_t tn_horizon_name(const tn_horizon *horizon, uint32_t step, char *out)
{
    size_t len = tn_date_format((int32_t)day_of(horizon->starts[step]), out);
    if (horizon->step != TN_STEP_MONTH)
        return len;
    len = sizeof("YYYY-MM") - 1;
    out[len] = '\0';
    return len;
}

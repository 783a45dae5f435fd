#include "interp/apply/due_times.h"
#include "interp/calendar/reckon.h"

/* A point in time that a clause counts from. */
typedef struct anchor {
    bool is_date;
    int32_t day;
    tn_instant at;
} anchor;

/* The last anchors whose due time is not after an instant. */
typedef struct cutoff {
    bool exists;
    bool exists_day;
    int32_t day;
    tn_instant at;
} cutoff;

struct tn_due_clause {
    tn_zone zone;
    tn_reckoning reckoning;
    bool has_least[2]; /* of instants, of dates: so many were taken in as deleted */
    anchor least[2];
    anchor greatest[2];
    cutoff *cutoffs; /* number i: due before day i + 1; NULL until they are needed */
};

tn_status tn_due_times_init(tn_due_times *times, const tn_image *image,
                            uint32_t category, tn_instant now, tn_arena *arena)
{
    tn_img_range range = image->categories[category].clauses;
    *times = (tn_due_times){
        .image = image, .arena = arena, .now = now, .category = category};
    times->clauses = tn_arena_take_array(arena, range.count, sizeof(tn_due_clause));
    times->days = tn_arena_take_array(arena, TN_DUE_DAYS, sizeof(*times->days));
    if (times->clauses == NULL || times->days == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_img_clause *row = &image->clauses[range.first + i];
        const tn_img_module *module = &image->modules[row->module];
        tn_due_clause *clause = &times->clauses[i];
        clause->zone = tn_image_zone(image, module->zone);
        clause->reckoning = (tn_reckoning){.zone = &clause->zone,
                                           .whole_days = module->whole_days != 0,
                                           .period = row->period};
        if (row->anchor != TN_NONE)
            clause->reckoning.rounding =
                (tn_rounding)image->anchors[row->anchor].rounding;
    }
    return TN_OK;
}

/* --- one record */

static bool is_duty(uint32_t kind)
{
    return kind == TN_CLAUSE_DUTY_PERIOD || kind == TN_CLAUSE_DUTY_UNTIL;
}

/* The only clause that moves the due time; TN_NONE: several do, or there is a duty. */
static uint32_t find_clause(const tn_due_times *times, const tn_clause_result *results)
{
    tn_img_range range = times->image->categories[times->category].clauses;
    uint32_t found = TN_NONE;
    for (uint32_t i = 0; i < range.count; i++) {
        uint32_t kind = times->image->clauses[range.first + i].kind;
        bool is_at = results[i].state == TN_STATE_AT;
        if (kind == TN_CLAUSE_REDACT || kind == TN_CLAUSE_FLAG ||
            kind == TN_CLAUSE_HOLD)
            continue;
        if (is_duty(kind) && (is_at || results[i].state == TN_STATE_NEVER))
            return TN_NONE;
        if (is_at && found != TN_NONE)
            return TN_NONE;
        if (is_at)
            found = i;
    }
    return found;
}

static anchor anchor_of(const tn_decider *decider, const tn_clause_result *result)
{
    const tn_value *value = &tn_decider_slots(decider)[result->anchor_slot];
    anchor a = {.is_date = value->kind == TN_KIND_DATE, .at = result->anchor};
    if (a.is_date)
        a.day = value->as.day;
    return a;
}

static int compare(const anchor *a, const anchor *b)
{
    if (a->is_date)
        return (a->day > b->day) - (a->day < b->day);
    return tn_instant_compare(a->at, b->at);
}

static void offer(tn_due_times *times, tn_instant due)
{
    if (!times->has_due || tn_instant_compare(due, times->oldest) < 0)
        times->oldest = due;
    if (!times->has_due || tn_instant_compare(due, times->newest) > 0)
        times->newest = due;
    times->has_due = true;
}

/* Only an anchor beyond those that were seen can be due earlier or later. */
static void take_deleted(tn_due_times *times, tn_due_clause *clause, const anchor *a)
{
    int kind = a->is_date;
    tn_instant due;
    bool is_first = !clause->has_least[kind];
    bool is_least = is_first || compare(a, &clause->least[kind]) < 0;
    bool is_greatest = is_first || compare(a, &clause->greatest[kind]) > 0;
    if (!is_least && !is_greatest)
        return;
    clause->has_least[kind] = true;
    if (is_least)
        clause->least[kind] = *a;
    if (is_greatest)
        clause->greatest[kind] = *a;
    if (a->is_date ? tn_reckon_date(&clause->reckoning, a->day, &due)
                   : tn_reckon(&clause->reckoning, a->at, &due))
        offer(times, due);
}

/* --- days to come */

static tn_status make_cutoffs(tn_due_times *times, tn_due_clause *clause)
{
    clause->cutoffs = tn_arena_take_array(times->arena, TN_DUE_DAYS, sizeof(cutoff));
    if (clause->cutoffs == NULL)
        return TN_NOMEM;
    for (int64_t i = 0; i < TN_DUE_DAYS; i++) {
        cutoff *c = &clause->cutoffs[i];
        tn_instant end;
        if (!tn_instant_add(times->now, (i + 1) * TN_SECONDS_PER_DAY - 1, 999999999,
                            &end))
            end = TN_INSTANT_MAX;
        c->exists = tn_cutoff(&clause->reckoning, end, &c->at);
        c->exists_day = tn_cutoff_date(&clause->reckoning, end, &c->day);
    }
    return TN_OK;
}

static bool is_due_by(const anchor *a, const cutoff *c)
{
    if (a->is_date)
        return c->exists_day && a->day <= c->day;
    return c->exists && tn_instant_compare(a->at, c->at) <= 0;
}

/* The first day that it is due by: near where days of 24 hours would put it. */
static uint32_t find_day(const tn_due_clause *clause, const anchor *a)
{
    const cutoff *first = &clause->cutoffs[0];
    int64_t guess = 0;
    if (a->is_date && first->exists_day)
        guess = (int64_t)a->day - first->day;
    else if (!a->is_date && first->exists)
        guess = (a->at.seconds - first->at.seconds) / TN_SECONDS_PER_DAY;
    uint32_t day = guess < 0 ? 0 : guess > TN_DUE_DAYS ? TN_DUE_DAYS : (uint32_t)guess;
    while (day > 0 && is_due_by(a, &clause->cutoffs[day - 1]))
        day--;
    while (day < TN_DUE_DAYS && !is_due_by(a, &clause->cutoffs[day]))
        day++;
    return day;
}

static tn_status take_kept(tn_due_times *times, tn_due_clause *clause, const anchor *a)
{
    if (clause->cutoffs == NULL)
        TN_TRY(make_cutoffs(times, clause));
    uint32_t day = find_day(clause, a);
    if (day < TN_DUE_DAYS)
        times->days[day]++;
    return TN_OK;
}

/* --- all of it */

static void take_times(tn_due_times *times, const tn_verdict *verdict)
{
    if (verdict->decision == TN_DELETE) {
        offer(times, verdict->due);
        return;
    }
    int64_t day = (verdict->due.seconds - times->now.seconds) / TN_SECONDS_PER_DAY;
    if (verdict->due.seconds - times->now.seconds == day * TN_SECONDS_PER_DAY &&
        verdict->due.nanos < times->now.nanos)
        day--;
    if (day >= 0 && day < TN_DUE_DAYS)
        times->days[day]++;
}

bool tn_due_times_counts(const tn_verdict *verdict)
{
    return verdict->decision == TN_DELETE || verdict->reason == TN_REASON_RETAINED ||
           verdict->reason == TN_REASON_DUTY;
}

static tn_status take_anchor(tn_due_times *times, const tn_verdict *verdict,
                             uint32_t number, const anchor *a)
{
    tn_due_clause *clause = &times->clauses[number];
    if (verdict->decision == TN_KEEP)
        return take_kept(times, clause, a);
    take_deleted(times, clause, a);
    return TN_OK;
}

tn_status tn_due_times_take(tn_due_times *times, const tn_decider *decider,
                            const tn_verdict *verdict, bool *is_taken)
{
    const tn_clause_result *results = tn_decider_clauses(decider);
    *is_taken = true;
    if (!tn_due_times_counts(verdict))
        return TN_OK;
    if (verdict->has_due) {
        take_times(times, verdict);
        return TN_OK;
    }
    uint32_t only = find_clause(times, results);
    *is_taken = only != TN_NONE;
    if (only == TN_NONE)
        return TN_OK;
    anchor a = anchor_of(decider, &results[only]);
    return take_anchor(times, verdict, only, &a);
}

tn_status tn_due_times_take_clause(tn_due_times *times, const tn_verdict *verdict,
                                   uint32_t clause, const tn_value *value)
{
    anchor a = {.is_date = value->kind == TN_KIND_DATE};
    if (!tn_due_times_counts(verdict))
        return TN_OK;
    if (a.is_date)
        a.day = value->as.day;
    else
        a.at = value->as.instant;
    return take_anchor(times, verdict, clause, &a);
}

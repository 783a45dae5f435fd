/* clauses: what each clause of the category says of one record, before they are weighed
 * against each other. Chapters 6, 9 and 10 of grammar/LANGUAGE.md and the
 * first half of section 4. */
#include "interp/decide/decider.h"

void tn_decider_doubt(tn_decider *d, tn_doubt doubt)
{
    if (TN_NEVER(d->doubt_count == d->doubt_capacity))
        return;
    d->doubts[d->doubt_count++] = (timed_doubt){.doubt = doubt};
}

static uint32_t clause_number(const tn_decider *d, uint32_t i)
{
    return d->category->clauses.first + i;
}

static void doubt_slot(tn_decider *d, tn_reason reason, uint32_t i, uint32_t slot)
{
    tn_decider_doubt(d, (tn_doubt){reason, clause_number(d, i), slot, TN_NONE});
}

/* --- guards */

static tn_status read_guard(tn_decider *d, uint32_t i, tn_cel_truth *truth)
{
    const tn_img_clause *row = d->plans[i].row;
    *truth = TN_CEL_TRUE;
    if (row->guard == TN_NONE)
        return TN_OK;
    TN_TRY(tn_cel_test(d->machine, row->guard, d->slots, truth));
    if (*truth == TN_CEL_UNKNOWN)
        doubt_slot(d, TN_REASON_UNKNOWN_GUARD, i, TN_NONE);
    else if (row->negated)
        *truth = *truth == TN_CEL_TRUE ? TN_CEL_FALSE : TN_CEL_TRUE;
    return TN_OK;
}

/* --- points in time */

/* What a slot says as a point in time. A date is kept as its midnight in UTC. */
typedef struct point {
    tn_clause_state state; /* AT, NEVER or UNKNOWN */
    bool is_date;
    int32_t day;
    tn_instant at;
    uint32_t slot;
} point;

/* The instant from which a point is no longer too far ahead; a point early in the range
 * has none. */
static bool find_future_end(tn_instant at, int64_t ahead_seconds, tn_instant *end)
{
    return tn_instant_subtract(at, ahead_seconds, 0, end);
}

/* Doubts about a point that is there: too long ago, too far ahead. */
static void doubt_point(tn_decider *d, uint32_t i, const point *p)
{
    const slot_meaning *m = &d->meanings[p->slot];
    if (tn_instant_compare(p->at, m->earliest) < 0)
        doubt_slot(d, TN_REASON_IMPLAUSIBLE_ANCHOR, i, p->slot);
    tn_instant end;
    if (m->is_event || tn_instant_compare(p->at, m->latest) <= 0 ||
        !find_future_end(p->at, m->ahead_seconds, &end) ||
        tn_instant_compare(end, d->run->now) <= 0)
        return;
    doubt_slot(d, TN_REASON_FUTURE_ANCHOR, i, p->slot);
    d->doubts[d->doubt_count - 1].ends = true;
    d->doubts[d->doubt_count - 1].until = end;
}

/* Reads slot `number` as a point for clause `i`. */
static void read_point(tn_decider *d, uint32_t i, uint32_t number, point *p)
{
    const tn_value *value = &d->slots[number];
    p->slot = number;
    p->is_date = value->kind == TN_KIND_DATE;
    p->state = TN_STATE_AT;
    if (value->kind == TN_KIND_TIMESTAMP) {
        /* in the parts that it was written in: as a whole it could not be read yet */
        p->at.seconds = value->as.instant.seconds;
        p->at.nanos = value->as.instant.nanos;
    } else if (p->is_date) {
        p->day = value->as.day;
        p->at = (tn_instant){value->as.day * TN_SECONDS_PER_DAY, 0};
    } else {
        bool is_awaited = value->kind == TN_KIND_NULL && d->meanings[number].is_event;
        p->at = (tn_instant){0, 0};
        p->state = is_awaited ? TN_STATE_NEVER : TN_STATE_UNKNOWN;
    }
    if (p->state == TN_STATE_AT)
        doubt_point(d, i, p);
    else if (p->state == TN_STATE_UNKNOWN)
        doubt_slot(d, TN_REASON_UNKNOWN_ANCHOR, i, number);
}

static bool is_within(const cutoff *c, const point *p)
{
    if (p->is_date)
        return c->exists_day && p->day <= c->day;
    return c->exists && tn_instant_compare(p->at, c->at) <= 0;
}

static bool reckon_point(const tn_reckoning *reckoning, const point *p, tn_instant *out)
{
    return p->is_date ? tn_reckon_date(reckoning, p->day, out)
                      : tn_reckon(reckoning, p->at, out);
}

/* --- anchors */

static void set_point(tn_decider *d, uint32_t i, const point *p)
{
    tn_clause_result *result = &d->clauses[i];
    result->state = p->state;
    result->is_due = false;
    result->anchor.seconds = p->at.seconds;
    result->anchor.nanos = p->at.nanos;
    result->anchor_slot = p->slot;
    if (p->state != TN_STATE_AT)
        return;
    if (is_within(&d->plans[i].in_range, p)) {
        result->is_due = is_within(&d->plans[i].is_due, p);
    } else {
        result->state = TN_STATE_UNKNOWN;
        doubt_slot(d, TN_REASON_UNKNOWN_ANCHOR, i, p->slot);
    }
}

/* Does `p` come before `than`, by what falls due from each? Dates and instants are then
 * compared alike. */
static bool is_due_before(const clause_plan *plan, const point *p, const point *than)
{
    tn_instant a, b;
    if (!reckon_point(&plan->due, p, &a))
        return false;
    return !reckon_point(&plan->due, than, &b) || tn_instant_compare(a, b) < 0;
}

/* `latest of` waits for a member that has not happened, `earliest of` passes it over; a
 * member that can't be told makes the whole unknown. */
static void choose_member(tn_decider *d, uint32_t i, point *out)
{
    const clause_plan *plan = &d->plans[i];
    point chosen = {.state = TN_STATE_NEVER, .slot = plan->members[0].slot};
    bool unknown = false, waits = false;
    for (uint32_t k = 0; k < plan->member_count; k++) {
        point p;
        read_point(d, i, plan->members[k].slot, &p);
        unknown |= p.state == TN_STATE_UNKNOWN;
        waits |= p.state == TN_STATE_NEVER;
        if (p.state != TN_STATE_AT)
            continue;
        bool later = plan->op == TN_ANCHOR_LATEST;
        if (chosen.state != TN_STATE_AT || (later ? is_due_before(plan, &chosen, &p)
                                                  : is_due_before(plan, &p, &chosen)))
            chosen = p;
    }
    if (plan->op == TN_ANCHOR_LATEST && waits)
        chosen.state = TN_STATE_NEVER;
    if (unknown)
        chosen.state = TN_STATE_UNKNOWN;
    *out = chosen;
}

static void read_anchor(tn_decider *d, uint32_t i)
{
    const clause_plan *plan = &d->plans[i];
    point p;
    if (plan->op == TN_ANCHOR_ONE)
        read_point(d, i, plan->members[0].slot, &p);
    else
        choose_member(d, i, &p);
    set_point(d, i, &p);
}

/* Was the record made after the event? A date stands for its whole day: then its end.
 */
static bool is_made_after(const clause_plan *plan, const point *created,
                          tn_instant event)
{
    if (!created->is_date)
        return tn_instant_compare(created->at, event) > 0;
    tn_reckoning day = {plan->due.zone, false, TN_ROUND_NONE, {0, 0, 0}};
    tn_instant end;
    return !tn_reckon_date(&day, created->day, &end) ||
           tn_instant_compare(end, event) > 0;
}

/* In `on` and `until` an event moves only records that existed when it happened. */
static void read_event(tn_decider *d, uint32_t i)
{
    const clause_plan *plan = &d->plans[i];
    point event;
    read_point(d, i, plan->row->event_slot, &event);
    if (event.state == TN_STATE_AT && plan->needs_existence &&
        d->category->created_slot != TN_NONE) {
        point created;
        read_point(d, i, d->category->created_slot, &created);
        if (created.state == TN_STATE_AT && is_made_after(plan, &created, event.at))
            event.state = TN_STATE_NEVER;
        else if (created.state != TN_STATE_AT)
            event.state = TN_STATE_UNKNOWN;
    }
    set_point(d, i, &event);
}

/* The anchor of a clause that is AT, as it was read. */
static point anchor_of(const tn_decider *d, uint32_t i)
{
    const tn_clause_result *result = &d->clauses[i];
    const tn_value *value = &d->slots[result->anchor_slot];
    point p = {.at = result->anchor, .is_date = value->kind == TN_KIND_DATE};
    if (p.is_date)
        p.day = value->as.day;
    return p;
}

/* Adding nothing to an instant gives it back, so the calendar isn't asked. */
static bool adds_nothing(const tn_reckoning *r)
{
    return !r->whole_days && r->rounding == TN_ROUND_NONE && r->period.months == 0 &&
           r->period.days == 0 && r->period.seconds == 0;
}

void tn_decider_compute(tn_decider *d, uint32_t i)
{
    const clause_plan *plan = &d->plans[i];
    tn_clause_result *result = &d->clauses[i];
    point p = anchor_of(d, i);
    bool good = true;
    if (!p.is_date && adds_nothing(&plan->due))
        result->due = p.at;
    else
        good = reckon_point(&plan->due, &p, &result->due);
    if (plan->row->event_slot != TN_NONE)
        good = good && reckon_point(&plan->deadline, &p, &result->deadline);
    else if (adds_nothing(&plan->deadline))
        result->deadline = result->due;
    else
        good = good && tn_reckon(&plan->deadline, result->due, &result->deadline);
    if (TN_NEVER(!good)) /* in_range has said that both are instants */
        result->state = TN_STATE_UNKNOWN;
}

bool tn_decider_is_within(const tn_decider *d, uint32_t i, const cutoff *c)
{
    point p = anchor_of(d, i);
    return is_within(c, &p);
}

/* An earlier anchor is never due later (reckon.h), so an anchor that isn't before the
 * least one gives no earlier due. Dates and instants are kept apart. */
bool tn_decider_may_be_least(tn_decider *d, uint32_t i)
{
    cutoff *least = &d->plans[i].least;
    point p = anchor_of(d, i);
    if (p.is_date) {
        if (least->exists_day && p.day >= least->day)
            return false;
        least->exists_day = true;
        least->day = p.day;
        return true;
    }
    if (least->exists && tn_instant_compare(p.at, least->at) >= 0)
        return false;
    least->exists = true;
    least->at = p.at;
    return true;
}

/* --- the clauses, one after the other */

static tn_status read_form(tn_decider *d, uint32_t i)
{
    if (d->form != TN_NONE || d->form_unknown)
        return TN_OK;
    tn_cel_truth truth;
    TN_TRY(read_guard(d, i, &truth));
    if (truth == TN_CEL_FALSE)
        return TN_OK;
    if (truth == TN_CEL_UNKNOWN) {
        d->form_unknown = true;
        d->clauses[i].state = TN_STATE_GUARD;
        return TN_OK;
    }
    d->form = i;
    if (d->plans[i].row->kind == TN_CLAUSE_RETAIN_INDEFINITELY)
        d->clauses[i].state = TN_STATE_TRUE;
    else if (d->plans[i].row->kind == TN_CLAUSE_RETAIN_UNTIL)
        read_event(d, i);
    else
        read_anchor(d, i);
    return TN_OK;
}

static tn_status read_other(tn_decider *d, uint32_t i)
{
    const tn_img_clause *row = d->plans[i].row;
    tn_cel_truth truth;
    TN_TRY(read_guard(d, i, &truth));
    if (truth == TN_CEL_FALSE)
        return TN_OK;
    if (truth == TN_CEL_UNKNOWN)
        d->clauses[i].state = TN_STATE_GUARD;
    else if (row->anchor != TN_NONE)
        read_anchor(d, i);
    else if (row->event_slot != TN_NONE)
        read_event(d, i);
    else
        d->clauses[i].state = TN_STATE_TRUE;
    if (row->kind == TN_CLAUSE_FLAG && truth == TN_CEL_TRUE)
        doubt_slot(d, TN_REASON_FLAGGED, i, TN_NONE);
    return TN_OK;
}

/* A placement's limit takes part only there, and with the retain form it belongs to. */
static bool takes_part_here(const tn_decider *d, const tn_img_clause *row)
{
    if (row->placement == TN_NONE)
        return true;
    return row->placement == d->placement &&
           (row->form == TN_NONE ||
            (d->form != TN_NONE && row->form == clause_number(d, d->form)));
}

static bool is_form(const tn_img_clause *row)
{
    return row->kind == TN_CLAUSE_RETAIN_PERIOD ||
           row->kind == TN_CLAUSE_RETAIN_UNTIL ||
           row->kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

tn_status tn_decider_read_holds(tn_decider *d)
{
    d->hold_clause = TN_NONE;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        d->clauses[i].state = TN_STATE_ABSENT;
        d->clauses[i].is_due = false;
        if (d->plans[i].row->kind != TN_CLAUSE_HOLD)
            continue;
        TN_TRY(read_other(d, i));
        if (d->clauses[i].state == TN_STATE_TRUE && d->hold_clause == TN_NONE)
            d->hold_clause = i;
    }
    return TN_OK;
}

tn_status tn_decider_read_clauses(tn_decider *d)
{
    d->form = TN_NONE;
    d->form_unknown = false;
    for (uint32_t i = 0; i < d->clause_count; i++)
        if (is_form(d->plans[i].row))
            TN_TRY(read_form(d, i));
    for (uint32_t i = 0; i < d->clause_count; i++) {
        const tn_img_clause *row = d->plans[i].row;
        if (!is_form(row) && row->kind != TN_CLAUSE_HOLD && takes_part_here(d, row))
            TN_TRY(read_other(d, i));
    }
    return TN_OK;
}

/* due_order: two clauses that count from the same anchor, told apart by their periods.
 *
 * A year from an instant is over after seven days from it, wherever and whenever that
 * is: the calendar need not be asked for each record. */
#include "interp/decide/decider.h"

/* The slot that is always the anchor; TN_NONE: it may be one of several. */
static uint32_t only_slot(const clause_plan *plan)
{
    if (plan->row->anchor == TN_NONE)
        return plan->row->event_slot;
    return plan->op == TN_ANCHOR_ONE ? plan->members[0].slot : TN_NONE;
}

static bool is_exact(const tn_reckoning *r)
{
    return !r->whole_days && r->rounding == TN_ROUND_NONE && r->period.months == 0 &&
           r->period.days == 0;
}

static bool is_same(const tn_reckoning *a, const tn_reckoning *b)
{
    return a->zone == b->zone && a->whole_days == b->whole_days &&
           a->rounding == b->rounding && a->period.months == b->period.months &&
           a->period.days == b->period.days && a->period.seconds == b->period.seconds;
}

/* About how many seconds after its anchor something is due. The mean month of 400 years
 * is 30.436875 days. */
static int64_t mean_seconds(const tn_period *p)
{
    enum { MEAN_MONTH_SECONDS = 2629746 };
    return p->months * (int64_t)MEAN_MONTH_SECONDS +
           p->days * (int64_t)TN_SECONDS_PER_DAY + p->seconds;
}

/* The most that a reckoning is off its mean: so many months never differ from so many
 * mean ones by more than 4 days; clocks, a missing day and the rest of a day make less
 * than 5; the end of a unit is at most a year away. */
static int64_t slack_seconds(const tn_reckoning *r)
{
    enum { DAYS = 10, YEAR_DAYS = 367 };
    int64_t days = r->rounding == TN_ROUND_NONE ? DAYS : DAYS + YEAR_DAYS;
    return days * TN_SECONDS_PER_DAY;
}

static due_order order_of(int64_t less, int64_t more)
{
    return less < more ? DUE_BEFORE : less > more ? DUE_AFTER : DUE_TOGETHER;
}

due_order tn_clause_order(const clause_plan *a, const clause_plan *b)
{
    uint32_t slot = only_slot(a);
    if (slot == TN_NONE || slot != only_slot(b))
        return DUE_UNSURE;
    if (is_same(&a->due, &b->due))
        return DUE_TOGETHER;
    /* with one zone: a date's end is not everywhere the same instant */
    if (is_exact(&a->due) && is_exact(&b->due) && a->due.zone == b->due.zone)
        return order_of(a->due.period.seconds, b->due.period.seconds);
    int64_t apart = mean_seconds(&b->due.period) - mean_seconds(&a->due.period);
    int64_t slack = slack_seconds(&a->due) + slack_seconds(&b->due);
    if (apart > slack)
        return DUE_BEFORE;
    return apart < -slack ? DUE_AFTER : DUE_UNSURE;
}

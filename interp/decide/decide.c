/* decide: clauses, doubts and holds weighed against each other. Chapter 13 of
 * grammar/LANGUAGE.md, in its order: a hold keeps, doubt flags, what is due is deleted,
 * all else is kept.
 *
 * What is found is first summed up without regard to now (`summary`); the verdict is
 * then a step function of time, `decision_at`, which gives next_change too. */
#include "interp/decide/decider.h"

/* A time that may be infinitely late. */
typedef struct moment {
    bool never;
    tn_instant at;
} moment;

static const moment NEVER = {.never = true, .at = {0, 0}};

static int compare_moments(moment a, moment b)
{
    if (a.never || b.never)
        return (int)a.never - (int)b.never;
    return tn_instant_compare(a.at, b.at);
}

static moment later_of(moment a, moment b)
{
    return compare_moments(a, b) >= 0 ? a : b;
}

typedef struct summary {
    bool no_row;  /* an entity has no row for the record: nothing else is looked at */
    bool unknown; /* a clause that moves the due time can't be told */
    bool awaits;  /* a clause taking part awaits an event */
    bool any_due; /* a clause is due now, whatever the duties */
    bool duties_due;      /* all duties are over now */
    bool timed;           /* the moments below are computed */
    moment base;          /* the earliest due */
    moment duty;          /* the latest duty; the least instant where there is none */
    moment limit;         /* the earliest limit */
    moment deadline;      /* the earliest deadline, later than no due */
    uint32_t base_clause; /* of the category, from 0 */
    uint32_t duty_clause;
} summary;

/* --- facts of entities */

static tn_status doubt_entity(tn_decider *d, uint32_t of, tn_reason reason)
{
    tn_decider_doubt(d, (tn_doubt){reason, TN_NONE, TN_NONE, of});
    return TN_OK;
}

/* Sets the slots of entity `of`, from `slot` on, to `values`, or all to `otherwise`. */
static void fill_facts(tn_decider *d, uint32_t slot, uint32_t count,
                       const tn_value *values, tn_kind otherwise)
{
    for (uint32_t i = 0; i < count; i++)
        d->slots[slot + i] = values == NULL ? (tn_value){.kind = otherwise} : values[i];
}

/* Finds the record's row of entity `of`; false: it has none, and the record is in
 * doubt. */
static bool find_row(tn_decider *d, uint32_t of, uint32_t slot)
{
    const tn_image *image = d->run->image;
    const tn_img_of *row = &image->ofs[d->category->of.first + of];
    const entity_facts *entity = &d->run->entities[row->entity];
    uint32_t count = image->entities[row->entity].facts.count;
    d->fact_rows[of] = TN_NONE;
    if (entity->is_set && entity->facts == NULL) {
        fill_facts(d, slot, count, NULL, TN_KIND_NULL);
        return true;
    }
    if (d->keys[of].kind == TN_KIND_NULL && row->optional != 0) {
        fill_facts(d, slot, count, NULL, TN_KIND_NULL);
        return true;
    }
    if (entity->is_set)
        d->fact_rows[of] = tn_facts_find(entity->facts, &d->keys[of]);
    uint32_t found = d->fact_rows[of];
    if (found == TN_NONE || tn_facts_next(entity->facts, found) != TN_NONE) {
        fill_facts(d, slot, count, NULL, TN_KIND_UNREADABLE);
        return false;
    }
    fill_facts(d, slot, count, tn_facts_values(entity->facts, found), TN_KIND_NULL);
    return true;
}

static void find_rows(tn_decider *d, summary *s)
{
    const tn_image *image = d->run->image;
    uint32_t slot = d->category->fields.count;
    for (uint32_t of = 0; of < d->category->of.count; of++) {
        if (!find_row(d, of, slot)) {
            s->no_row = true;
            doubt_entity(d, of, TN_REASON_UNKNOWN_ENTITY);
        }
        uint32_t entity = image->ofs[d->category->of.first + of].entity;
        slot += image->entities[entity].facts.count;
    }
}

/* --- holds */

/* Calls for each hold of the record's entities: visit returns true to stop. */
typedef bool visit_hold(void *to, uint32_t of, const tn_hold *hold);

static bool each_hold(const tn_decider *d, visit_hold *visit, void *to)
{
    for (uint32_t of = 0; of < d->category->of.count; of++) {
        uint32_t row;
        const tn_facts *facts = tn_decider_facts(d, of, &row);
        for (; row != TN_NONE; row = tn_facts_next(facts, row))
            if (visit(to, of, tn_facts_hold(facts, row)))
                return true;
    }
    return false;
}

static bool is_in_force(void *to, uint32_t of, const tn_hold *hold)
{
    (void)of;
    return tn_hold_is_in_force(hold, *(const tn_instant *)to);
}

static bool is_held(const tn_decider *d, tn_instant t)
{
    return d->hold_clause != TN_NONE || each_hold(d, is_in_force, &t);
}

static bool doubt_hold(void *to, uint32_t of, const tn_hold *hold)
{
    if (hold->unreadable)
        doubt_entity(to, of, TN_REASON_UNKNOWN_GUARD);
    return false;
}

/* --- what the clauses sum up to */

static bool moves_due(tn_clause_kind kind)
{
    return kind != TN_CLAUSE_REDACT && kind != TN_CLAUSE_FLAG && kind != TN_CLAUSE_HOLD;
}

static bool is_duty(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_DUTY_PERIOD || kind == TN_CLAUSE_DUTY_UNTIL;
}

static bool is_limit(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_LIMIT || kind == TN_CLAUSE_PLACEMENT_LIMIT;
}

static tn_clause_kind kind_of(const tn_decider *d, uint32_t i)
{
    return (tn_clause_kind)d->plans[i].row->kind;
}

/* The first pass: states alone, by the cutoffs. */
static void sum_states(const tn_decider *d, summary *s)
{
    s->unknown |= d->form_unknown;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        const tn_clause_result *result = &d->clauses[i];
        if (!moves_due(kind_of(d, i)))
            continue;
        s->unknown |=
            result->state == TN_STATE_UNKNOWN || result->state == TN_STATE_GUARD;
        s->awaits |= result->state == TN_STATE_NEVER;
        if (result->state != TN_STATE_AT && result->state != TN_STATE_NEVER)
            continue;
        if (is_duty(kind_of(d, i)))
            s->duties_due &= result->is_due;
        else
            s->any_due |= result->is_due;
    }
}

static void sum_duty(summary *s, uint32_t i, moment due)
{
    if (s->duty_clause != TN_NONE && compare_moments(due, s->duty) <= 0)
        return;
    s->duty = due;
    s->duty_clause = i;
}

static void sum_due(summary *s, uint32_t i, moment due, moment deadline)
{
    if (compare_moments(due, s->base) < 0) {
        s->base = due;
        s->base_clause = i;
    }
    if (compare_moments(deadline, s->deadline) < 0)
        s->deadline = deadline;
}

/* The second pass: the moments themselves. */
static void sum_times(tn_decider *d, summary *s)
{
    s->timed = true;
    s->base = s->limit = s->deadline = NEVER;
    s->duty = (moment){.at = TN_INSTANT_MIN};
    s->base_clause = s->duty_clause = TN_NONE;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        tn_clause_result *result = &d->clauses[i];
        if (result->state != TN_STATE_AT && result->state != TN_STATE_NEVER)
            continue;
        moment due = NEVER, deadline = NEVER;
        if (result->state == TN_STATE_AT) {
            tn_decider_compute(d, i);
            due = (moment){.at = result->due};
            deadline = (moment){.at = result->deadline};
        }
        tn_clause_kind kind = kind_of(d, i);
        if (is_duty(kind))
            sum_duty(s, i, due);
        else if (moves_due(kind))
            sum_due(s, i, due, deadline);
        if (is_limit(kind) && compare_moments(due, s->limit) < 0)
            s->limit = due;
    }
    moment due = later_of(s->base, s->duty);
    s->deadline = later_of(s->deadline, due);
}

/* --- the verdict at any instant */

typedef enum step { STEP_HELD, STEP_FLAG, STEP_DELETE, STEP_KEEP } step;

static bool is_doubted(const tn_decider *d, tn_instant t)
{
    for (uint32_t i = 0; i < d->doubt_count; i++)
        if (!d->doubts[i].ends || tn_instant_compare(t, d->doubts[i].until) < 0)
            return true;
    return false;
}

static step step_at(const tn_decider *d, const summary *s, tn_instant t)
{
    if (is_held(d, t))
        return STEP_HELD;
    if (is_doubted(d, t))
        return STEP_FLAG;
    moment due = later_of(s->base, s->duty);
    return !due.never && tn_instant_compare(due.at, t) <= 0 ? STEP_DELETE : STEP_KEEP;
}

static bool is_redactable(const tn_decider *d, uint32_t i)
{
    return kind_of(d, i) == TN_CLAUSE_REDACT && d->clauses[i].state == TN_STATE_AT;
}

/* Adds the fields of clause `i` that are not null and not yet in the list. */
static void add_redactions(tn_decider *d, uint32_t i, uint32_t *count)
{
    tn_img_range range = d->plans[i].row->redact;
    for (uint32_t k = 0; k < range.count; k++) {
        uint32_t slot = d->run->image->redacts[range.first + k].slot;
        bool listed = d->slots[slot].kind == TN_KIND_NULL;
        for (uint32_t j = 0; j < *count; j++)
            listed |= d->redact_out[j] == slot;
        if (!listed)
            d->redact_out[(*count)++] = slot;
    }
}

/* The fields to be redacted at `t`, which only grow in number as time goes on. */
static uint32_t list_redactions(tn_decider *d, tn_instant t)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->clause_count; i++)
        if (is_redactable(d, i) && tn_instant_compare(d->clauses[i].due, t) <= 0)
            add_redactions(d, i, &count);
    return count;
}

static uint32_t redact_count_at(tn_decider *d, step at, tn_instant t)
{
    return at == STEP_KEEP ? list_redactions(d, t) : 0;
}

/* Keeps in *next the least instant after `after`. */
static void offer(tn_instant candidate, tn_instant after, moment *next)
{
    if (tn_instant_compare(candidate, after) > 0 &&
        (next->never || tn_instant_compare(candidate, next->at) < 0))
        *next = (moment){.at = candidate};
}

typedef struct hold_search {
    tn_instant after;
    moment next;
} hold_search;

static bool offer_hold(void *to, uint32_t of, const tn_hold *hold)
{
    (void)of;
    hold_search *search = to;
    if (!hold->between)
        return false;
    offer(hold->from, search->after, &search->next);
    if (hold->ends)
        offer(hold->until, search->after, &search->next);
    return false;
}

/* The least instant after `after` at which anything may change. */
static moment next_candidate(const tn_decider *d, const summary *s, tn_instant after)
{
    hold_search search = {after, NEVER};
    each_hold(d, offer_hold, &search);
    moment next = search.next;
    moment due = later_of(s->base, s->duty);
    if (!due.never)
        offer(due.at, after, &next);
    for (uint32_t i = 0; i < d->doubt_count; i++)
        if (d->doubts[i].ends)
            offer(d->doubts[i].until, after, &next);
    for (uint32_t i = 0; i < d->clause_count; i++)
        if (is_redactable(d, i))
            offer(d->clauses[i].due, after, &next);
    return next;
}

/* What a step is to the outside: a hold is a keep without redactions. */
static tn_decision decision_of(step at)
{
    switch (at) {
    case STEP_HELD:
    case STEP_KEEP: return TN_KEEP;
    case STEP_FLAG: return TN_FLAG;
    case STEP_DELETE: return TN_DELETE;
    }
    return TN_FLAG;
}

static moment find_next_change(tn_decider *d, const summary *s, step now)
{
    tn_instant t = d->run->now;
    uint32_t redact_now = redact_count_at(d, now, t);
    for (;;) {
        moment next = next_candidate(d, s, t);
        if (next.never)
            return next;
        t = next.at;
        step then = step_at(d, s, t);
        if (decision_of(then) != decision_of(now) ||
            redact_count_at(d, then, t) != redact_now)
            return next;
    }
}

/* --- reasons */

static uint32_t image_clause(const tn_decider *d, uint32_t i)
{
    return i == TN_NONE ? TN_NONE : d->category->clauses.first + i;
}

/* The clause that is due first, of all that are due at an instant (`due_now`: that are
 * due now); of several that are due together the first written. TN_NONE: there is none.
 * False: only the calendar tells. */
static bool find_first(const tn_decider *d, bool due_now, uint32_t *found)
{
    *found = TN_NONE;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        const tn_clause_result *result = &d->clauses[i];
        tn_clause_kind kind = kind_of(d, i);
        if (result->state != TN_STATE_AT || !moves_due(kind) || is_duty(kind) ||
            (due_now && !result->is_due))
            continue;
        due_order order = DUE_AFTER;
        if (*found != TN_NONE)
            order = tn_clause_order(&d->plans[*found], &d->plans[i]);
        if (order == DUE_UNSURE)
            return false;
        if (order == DUE_AFTER)
            *found = i;
    }
    return true;
}

static uint32_t find_base_clause(tn_decider *d, summary *s, bool due_now)
{
    uint32_t found;
    if (!s->timed && find_first(d, due_now, &found))
        return found;
    if (!s->timed)
        sum_times(d, s);
    return s->base_clause;
}

static tn_reason delete_reason(tn_clause_kind kind)
{
    if (kind == TN_CLAUSE_RETAIN_PERIOD)
        return TN_REASON_EXPIRED;
    return is_limit(kind) ? TN_REASON_LIMIT : TN_REASON_EVENT;
}

/* The duty that ends last; the times are needed only where several end at all. */
static uint32_t find_duty_clause(tn_decider *d, summary *s)
{
    uint32_t found = TN_NONE;
    bool several = false;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        if (!is_duty(kind_of(d, i)))
            continue;
        if (d->clauses[i].state == TN_STATE_NEVER)
            return i;
        if (d->clauses[i].state != TN_STATE_AT)
            continue;
        several |= found != TN_NONE;
        found = i;
    }
    if (!several)
        return found;
    if (!s->timed)
        sum_times(d, s);
    return s->duty_clause;
}

/* Is there a due at all: a clause with an instant, and no duty without end? */
static bool has_due(const tn_decider *d)
{
    bool base = false;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        tn_clause_kind kind = kind_of(d, i);
        if (is_duty(kind) && d->clauses[i].state == TN_STATE_NEVER)
            return false;
        base |= moves_due(kind) && !is_duty(kind) && d->clauses[i].state == TN_STATE_AT;
    }
    return base;
}

static void explain_keep(tn_decider *d, summary *s, tn_verdict *v)
{
    if (s->any_due) {
        v->reason = TN_REASON_DUTY;
        v->clause = image_clause(d, find_duty_clause(d, s));
    } else if (has_due(d)) {
        v->reason = TN_REASON_RETAINED;
        v->clause = image_clause(d, find_base_clause(d, s, false));
    } else {
        v->reason = s->awaits ? TN_REASON_AWAITING_EVENT : TN_REASON_INDEFINITE;
        v->clause = image_clause(d, d->form);
    }
}

static bool is_doubt_before(const tn_doubt *a, const tn_doubt *b)
{
    if (a->reason != b->reason)
        return a->reason < b->reason;
    if (a->clause == TN_NONE || b->clause == TN_NONE)
        return a->clause == TN_NONE && b->clause != TN_NONE;
    return a->clause < b->clause;
}

/* Doubts in order of precedence, then as written (what no clause says comes first),
 * into what the verdict shows. */
static void sort_doubts(tn_decider *d)
{
    for (uint32_t i = 0; i < d->doubt_count; i++) {
        tn_doubt doubt = d->doubts[i].doubt;
        uint32_t at = i;
        for (; at > 0 && is_doubt_before(&doubt, &d->doubts_out[at - 1]); at--)
            d->doubts_out[at] = d->doubts_out[at - 1];
        d->doubts_out[at] = doubt;
    }
}

/* The step at now, by the cutoffs alone, and why. */
static step decide_now(tn_decider *d, summary *s, tn_verdict *v)
{
    if (is_held(d, d->run->now)) {
        v->reason = TN_REASON_HOLD;
        v->clause = image_clause(d, d->hold_clause);
        return STEP_HELD;
    }
    if (d->doubt_count > 0) {
        v->reason = d->doubts_out[0].reason;
        v->clause = d->doubts_out[0].clause;
        return STEP_FLAG;
    }
    if (s->any_due && s->duties_due) {
        uint32_t clause = find_base_clause(d, s, true);
        v->reason = delete_reason(kind_of(d, clause));
        v->clause = image_clause(d, clause);
        return STEP_DELETE;
    }
    explain_keep(d, s, v);
    return STEP_KEEP;
}

/* --- all of it */

static tn_status read_record(tn_decider *d, unsigned flags, summary *s)
{
    find_rows(d, s);
    TN_TRY(tn_decider_read_holds(d));
    if (s->no_row) {
        uint32_t kept =
            0; /* of the doubts, those about entities: nothing else counts */
        for (uint32_t i = 0; i < d->doubt_count; i++)
            if (d->doubts[i].doubt.reason == TN_REASON_UNKNOWN_ENTITY)
                d->doubts[kept++] = d->doubts[i];
        d->doubt_count = kept;
        s->unknown = true;
        return TN_OK;
    }
    each_hold(d, doubt_hold, d);
    if ((flags & TN_RECORD_UNDECLARED) != 0 && d->category->strict != 0)
        tn_decider_doubt(
            d, (tn_doubt){TN_REASON_UNDECLARED_FIELD, TN_NONE, TN_NONE, TN_NONE});
    TN_TRY(tn_decider_read_clauses(d));
    sum_states(d, s);
    return TN_OK;
}

static void fill_times(tn_decider *d, const summary *s, tn_verdict *v)
{
    moment due = later_of(s->base, s->duty);
    v->has_due = !s->unknown && !due.never;
    v->has_deadline = !s->unknown && !s->deadline.never;
    v->due = v->has_due ? due.at : (tn_instant){0, 0};
    v->deadline = v->has_deadline ? s->deadline.at : (tn_instant){0, 0};
    v->overdue = v->has_deadline && tn_instant_compare(d->run->now, v->deadline) > 0;
    v->conflict = (v->overdue && v->decision != TN_DELETE) ||
                  (s->duty_clause != TN_NONE && compare_moments(s->duty, s->limit) > 0);
}

/* Has the deadline of fill_times passed? It is the earliest of the clauses', but no
 * earlier than any duty's end and the earliest due. */
static bool is_overdue(const tn_decider *d, const summary *s)
{
    bool base = false, deadline = false;
    if (s->unknown || !s->any_due || !s->duties_due)
        return false;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        const clause_plan *plan = &d->plans[i];
        if (d->clauses[i].state != TN_STATE_AT || !moves_due(kind_of(d, i)))
            continue;
        bool is_past = tn_decider_is_within(d, i, &plan->is_past_due);
        if (!is_duty(kind_of(d, i))) {
            base |= is_past;
            deadline |= tn_decider_is_within(d, i, &plan->is_overdue);
        } else if (!is_past) {
            return false;
        }
    }
    return base && deadline;
}

/* Do a duty and a limit both take part, so that one may end after the other? */
static bool may_clash(const tn_decider *d)
{
    bool duty = false, limit = false;
    for (uint32_t i = 0; i < d->clause_count; i++) {
        tn_clause_state state = d->clauses[i].state;
        bool takes_part = state == TN_STATE_AT || state == TN_STATE_NEVER;
        duty |= takes_part && is_duty(kind_of(d, i));
        limit |= takes_part && is_limit(kind_of(d, i));
    }
    return duty && limit;
}

/* overdue and conflict of fill_times, without the times where that can be. */
static void fill_overdue(tn_decider *d, summary *s, tn_verdict *v)
{
    v->overdue = is_overdue(d, s);
    v->conflict = v->overdue && v->decision != TN_DELETE;
    if (v->conflict || !may_clash(d))
        return;
    if (!s->timed)
        sum_times(d, s);
    v->conflict = s->duty_clause != TN_NONE && compare_moments(s->duty, s->limit) > 0;
}

/* The clause that moves the due time to an instant before all others; TN_NONE: that is
 * not sure, or a duty takes part. */
static uint32_t find_only_clause(const tn_decider *d)
{
    uint32_t found;
    for (uint32_t i = 0; i < d->clause_count; i++)
        if (d->clauses[i].state == TN_STATE_AT && is_duty(kind_of(d, i)))
            return TN_NONE;
    return find_first(d, false, &found) ? found : TN_NONE;
}

uint32_t tn_decider_due_clause(const tn_decider *d, uint32_t none, uint32_t several)
{
    if (!has_due(d))
        return none;
    uint32_t only = find_only_clause(d);
    return only == TN_NONE ? several : only;
}

/* The due of a record that is kept, if it may be the least one. */
static void fill_least_due(tn_decider *d, summary *s, tn_verdict *v)
{
    if (s->unknown || !has_due(d))
        return;
    uint32_t only = find_only_clause(d);
    if (only != TN_NONE && !tn_decider_may_be_least(d, only))
        return;
    if (!s->timed)
        sum_times(d, s);
    v->has_due = true;
    v->due = later_of(s->base, s->duty).at;
}

static void fill_verdict(tn_decider *d, summary *s, unsigned wants, tn_verdict *v)
{
    sort_doubts(d);
    step now = decide_now(d, s, v);
    v->decision = decision_of(now);
    v->doubts = d->doubts_out;
    v->doubt_count = d->doubt_count;
    if ((wants & TN_WANT_OVERDUE) != 0)
        fill_overdue(d, s, v);
    if ((wants & TN_WANT_LEAST_DUE) != 0 && now == STEP_KEEP)
        fill_least_due(d, s, v);
    if ((wants & (TN_WANT_TIMES | TN_WANT_NEXT_CHANGE | TN_WANT_REDACT)) == 0)
        return;
    if (!s->timed)
        sum_times(d, s);
    if ((wants & TN_WANT_TIMES) != 0)
        fill_times(d, s, v);
    if ((wants & TN_WANT_NEXT_CHANGE) != 0) {
        moment next = find_next_change(d, s, now);
        v->has_next_change = !next.never;
        v->next_change = next.at;
    }
    if ((wants & TN_WANT_REDACT) != 0) {
        v->redact = d->redact_out;
        v->redact_count = redact_count_at(d, now, d->run->now);
    }
}

/* One member after the other: a literal would be zeroed by a string instruction, which
 * takes longer than the whole decision of a plain record. */
static void clear_verdict(tn_verdict *v)
{
    v->decision = TN_KEEP;
    v->reason = (tn_reason)0;
    v->clause = TN_NONE;
    v->has_due = v->has_deadline = v->has_next_change = false;
    v->overdue = v->conflict = false;
    /* each by itself: a chain of assignments reads back what was just written in parts,
     * and waits for it */
    static const tn_instant none = {0, 0};
    v->due = none;
    v->deadline = none;
    v->next_change = none;
    v->redact = NULL;
    v->redact_count = 0;
    v->doubts = NULL;
    v->doubt_count = 0;
}

tn_status tn_decide(tn_decider *d, unsigned flags, unsigned wants, tn_verdict *out)
{
    clear_verdict(out);
    d->doubt_count = 0;
    d->was_timed = false;
    if (d->scratch.block != NULL)
        tn_arena_reset(&d->scratch);
    if ((flags & TN_RECORD_UNREADABLE) != 0) {
        d->doubts_out[0] = (tn_doubt){TN_REASON_UNREADABLE, TN_NONE, TN_NONE, TN_NONE};
        *out = (tn_verdict){.decision = TN_FLAG,
                            .reason = TN_REASON_UNREADABLE,
                            .clause = TN_NONE,
                            .doubts = d->doubts_out,
                            .doubt_count = 1};
        return TN_OK;
    }
    summary s; /* its moments are set where they are computed */
    s.no_row = s.unknown = s.awaits = s.any_due = s.timed = false;
    s.duties_due = true;
    TN_TRY(read_record(d, flags, &s));
    fill_verdict(d, &s, wants, out);
    d->was_timed = s.timed;
    return TN_OK;
}

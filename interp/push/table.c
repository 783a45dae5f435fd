/* table: clauses weighed against each other, in predicates. Chapter 13 of
 * grammar/LANGUAGE.md, as decide/decide.c carries it out for one record. */
#include "interp/push/build.h"

#include <stddef.h>

/* What a clause says. */
typedef struct clause_preds {
    tn_clause_plan plan;
    const tn_pred *part;  /* takes part */
    const tn_pred *sound; /* if it takes part: it leaves no doubt */
    const tn_pred
        *happens; /* its anchor or event is there, so that it has a due time */
    const tn_pred *is_due;
    const tn_pred *is_past;    /* due < now */
    const tn_pred *is_overdue; /* deadline < now */
} clause_preds;

static const tn_pred *yes(void)
{
    return tn_pred_constant(TN_PRED_TRUE);
}

static const tn_pred *no(void)
{
    return tn_pred_constant(TN_PRED_FALSE);
}

static const tn_pred *unsure(void)
{
    return tn_pred_constant(TN_PRED_UNSURE);
}

/* --- a field as a point in time */

static bool is_date(const tn_pred_column *column)
{
    return column->how.type == TN_FIELD_DATE;
}

static const tn_pred *within(tn_push_build *b, const tn_pred_column *column,
                             const tn_anchor_bound *bound)
{
    if (is_date(column))
        return bound->exists_day ? tn_pred_up_to_day(b->arena, column, bound->day)
                                 : no();
    return bound->exists ? tn_pred_up_to(b->arena, column, bound->at) : no();
}

static const tn_pred *is_there(tn_push_build *b, const tn_pred_column *column)
{
    return push_not(b, tn_pred_leaf(b->arena, TN_PRED_NULL, column, NULL));
}

/* Neither unreadable, too long ago nor too far ahead. */
static const tn_pred *plausible(tn_push_build *b, uint32_t slot,
                                const tn_pred_column *column)
{
    tn_slot_plan meaning;
    tn_decider_slot_plan(b->input->decider, slot, &meaning);
    const tn_pred *early = tn_pred_before(b->arena, column, meaning.earliest);
    if (tn_instant_compare(meaning.earliest, TN_INSTANT_MIN) <= 0)
        early = push_and(b, tn_pred_up_to(b->arena, column, TN_INSTANT_MAX), no());
    const tn_pred *timely =
        meaning.is_event ? yes() : tn_pred_up_to(b->arena, column, meaning.latest);
    return push_and(b, push_not(b, early), timely);
}

static void read_column(tn_push_build *b, clause_preds *c, uint32_t slot,
                        const tn_pred_column *column)
{
    tn_slot_plan meaning;
    const tn_pred *there = is_there(b, column);
    const tn_pred *sound =
        push_and(b, plausible(b, slot, column), within(b, column, &c->plan.in_range));
    tn_decider_slot_plan(b->input->decider, slot, &meaning);
    if (meaning.is_event) /* null is "not yet" */
        sound = push_or(b, push_not(b, there), sound);
    else
        sound = push_and(b, there, sound);
    c->sound = push_and(b, push_sure(b, there), sound);
    c->happens = there;
    c->is_due = push_and(b, there, within(b, column, &c->plan.is_due));
    c->is_past = push_and(b, there, within(b, column, &c->plan.is_past_due));
    c->is_overdue = push_and(b, there, within(b, column, &c->plan.is_overdue));
}

/* --- a fact as a point in time: chosen here, key by key */

typedef struct fact_point {
    const tn_push_build *build;
    const clause_preds *clause;
    tn_slot_plan meaning;
    const tn_anchor_bound *bound; /* NULL: any; else within it */
    bool wants_doubt;             /* those that leave one, and no others */
    bool bounds_day;              /* the bound is a day, of a date that is compared */
} fact_point;

static bool fact_within(const tn_anchor_bound *bound, const tn_value *fact)
{
    if (fact->kind == TN_KIND_DATE)
        return bound->exists_day && fact->as.day <= bound->day;
    return bound->exists && tn_instant_compare(fact->as.instant, bound->at) <= 0;
}

static tn_instant instant_of(const tn_value *fact)
{
    if (fact->kind == TN_KIND_DATE)
        return (tn_instant){fact->as.day * TN_SECONDS_PER_DAY, 0};
    return fact->as.instant;
}

static bool is_point(const tn_value *fact)
{
    return fact->kind == TN_KIND_TIMESTAMP || fact->kind == TN_KIND_DATE;
}

static bool leaves_doubt(const fact_point *p, const tn_value *fact)
{
    if (fact->kind == TN_KIND_NULL)
        return !p->meaning.is_event;
    if (!is_point(fact) || !fact_within(&p->clause->plan.in_range, fact))
        return true;
    tn_instant at = instant_of(fact);
    return tn_instant_compare(at, p->meaning.earliest) < 0 ||
           (!p->meaning.is_event && tn_instant_compare(at, p->meaning.latest) > 0);
}

/* The last created day that does not end after the event. */
static int32_t last_day_before(const fact_point *p, tn_instant event)
{
    int32_t day;
    tn_reckoning whole = {p->clause->plan.due->zone, false, TN_ROUND_NONE, {0, 0, 0}};
    return tn_cutoff_date(&whole, event, &day) ? day : TN_DAY_MIN - 1;
}

static bool choose_point(void *user, const tn_value *fact, tn_value *up_to)
{
    const fact_point *p = user;
    bool doubt = leaves_doubt(p, fact);
    if (p->wants_doubt || doubt)
        return p->wants_doubt && doubt;
    if (!is_point(fact) || (p->bound != NULL && !fact_within(p->bound, fact)))
        return false;
    tn_instant at = instant_of(fact);
    *up_to = p->bounds_day ? (tn_value){TN_KIND_DATE, {.day = last_day_before(p, at)}}
                           : (tn_value){TN_KIND_TIMESTAMP, {.instant = at}};
    return true;
}

static void read_fact(tn_push_build *b, clause_preds *c, uint32_t slot)
{
    uint32_t created_slot = b->category->created_slot;
    const tn_push_subject *created = NULL;
    const tn_pred_column *bounded = NULL;
    fact_point p = {.build = b, .clause = c};
    tn_decider_slot_plan(b->input->decider, slot, &p.meaning);
    p.wants_doubt = true;
    c->sound = push_not(b, push_keys(b, slot, choose_point, &p, NULL));
    p.wants_doubt = false;
    const tn_pred *any = push_keys(b, slot, choose_point, &p, NULL);
    if (c->plan.needs_existence && created_slot != TN_NONE)
        created = &b->input->fields[created_slot];
    if (created != NULL && created->from != TN_PUSH_COLUMN) {
        /* when the record was made can't be told from here */
        c->sound = push_and(b, c->sound, push_not(b, push_and(b, any, unsure())));
    } else if (created != NULL) {
        bounded = &created->column;
        p.bounds_day = is_date(bounded);
        const tn_pred *known =
            push_and(b, is_there(b, bounded), plausible(b, created_slot, bounded));
        c->sound = push_and(b, c->sound, push_or(b, push_not(b, any), known));
    }
    c->happens = push_keys(b, slot, choose_point, &p, bounded);
    p.bound = &c->plan.is_due;
    c->is_due = push_keys(b, slot, choose_point, &p, bounded);
    p.bound = &c->plan.is_past_due;
    c->is_past = push_keys(b, slot, choose_point, &p, bounded);
    p.bound = &c->plan.is_overdue;
    c->is_overdue = push_keys(b, slot, choose_point, &p, bounded);
}

/* --- one clause */

static void read_member(tn_push_build *b, clause_preds *c, uint32_t slot)
{
    uint32_t of, fact;
    if (push_fact_of_slot(b, slot, &of, &fact)) {
        read_fact(b, c, slot);
        return;
    }
    const tn_push_subject *field = &b->input->fields[slot];
    tn_slot_plan meaning;
    tn_decider_slot_plan(b->input->decider, slot, &meaning);
    if (field->from == TN_PUSH_COLUMN) {
        read_column(b, c, slot, &field->column);
        return;
    }
    bool is_absent = field->from == TN_PUSH_ABSENT && meaning.is_event;
    c->sound = is_absent ? yes() : unsure();
    c->happens = c->is_due = c->is_past = c->is_overdue = no();
}

/* An event of the record itself against the time it was made: two columns. */
static void read_field_event(tn_push_build *b, clause_preds *c, uint32_t slot)
{
    read_member(b, c, slot);
    if (c->plan.needs_existence && b->category->created_slot != TN_NONE)
        c->sound = push_and(b, c->sound, push_or(b, push_not(b, c->happens), unsure()));
}

static void read_when(tn_push_build *b, clause_preds *c)
{
    uint32_t of, fact, slot = c->plan.row->event_slot;
    c->sound = yes();
    c->happens = c->is_due = c->is_past = c->is_overdue = no();
    if (c->plan.member_count == 0)
        return;
    if (c->plan.members != NULL && c->plan.member_count == 1)
        read_member(b, c, c->plan.members[0].slot);
    else if (c->plan.members != NULL)
        c->sound = unsure(); /* of several members: tables are not made of them */
    else if (push_fact_of_slot(b, slot, &of, &fact))
        read_fact(b, c, slot);
    else
        read_field_event(b, c, slot);
}

static bool is_form(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

static tn_clause_kind kind_of(const clause_preds *c)
{
    return (tn_clause_kind)c->plan.row->kind;
}

static const tn_pred *guard_of(tn_push_build *b, const clause_preds *c)
{
    const tn_pred *guard = push_guard(b, c->plan.row->guard, NULL);
    return c->plan.row->negated != 0 ? push_not(b, guard) : guard;
}

/* Retain forms are tried from top to bottom; the first whose guard is true takes part.
 */
static void read_forms(tn_push_build *b, clause_preds *list, const tn_pred **sound)
{
    const tn_pred *reached = yes();
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        clause_preds *c = &list[i];
        if (!is_form(kind_of(c)))
            continue;
        const tn_pred *guard = guard_of(b, c);
        *sound =
            push_and(b, *sound, push_or(b, push_not(b, reached), push_sure(b, guard)));
        c->part = push_and(b, reached, guard);
        reached = push_and(b, reached, push_not(b, guard));
    }
}

/* Of a placement's own limit: where it takes part at all. */
static const tn_pred *place_of(tn_push_build *b, const clause_preds *list,
                               const clause_preds *c)
{
    const tn_img_clause *row = c->plan.row;
    if (row->placement == TN_NONE)
        return yes();
    if (row->placement != b->input->placement)
        return no();
    if (row->form == TN_NONE)
        return yes();
    return list[row->form - b->category->clauses.first].part;
}

static void read_others(tn_push_build *b, clause_preds *list, const tn_pred **sound)
{
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        clause_preds *c = &list[i];
        if (is_form(kind_of(c)))
            continue;
        const tn_pred *place = place_of(b, list, c);
        const tn_pred *guard = guard_of(b, c);
        *sound =
            push_and(b, *sound, push_or(b, push_not(b, place), push_sure(b, guard)));
        c->part = push_and(b, place, guard);
    }
}

static void read_clauses(tn_push_build *b, clause_preds *list, const tn_pred **sound)
{
    for (uint32_t i = 0; i < b->category->clauses.count; i++)
        tn_decider_clause_plan(b->input->decider, i, &list[i].plan);
    read_forms(b, list, sound);
    read_others(b, list, sound);
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        clause_preds *c = &list[i];
        read_when(b, c);
        if (kind_of(c) == TN_CLAUSE_FLAG) /* in force, a person looks at it */
            c->sound = no();
        *sound = push_and(b, *sound, push_or(b, push_not(b, c->part), c->sound));
    }
}

/* --- all clauses together */

static bool moves_due(const clause_preds *c)
{
    return kind_of(c) != TN_CLAUSE_REDACT && kind_of(c) != TN_CLAUSE_FLAG &&
           kind_of(c) != TN_CLAUSE_HOLD;
}

static tn_reason reason_of(const clause_preds *c)
{
    if (kind_of(c) == TN_CLAUSE_RETAIN_PERIOD)
        return TN_REASON_EXPIRED;
    return kind_of(c) == TN_CLAUSE_LIMIT || kind_of(c) == TN_CLAUSE_PLACEMENT_LIMIT
               ? TN_REASON_LIMIT
               : TN_REASON_EVENT;
}

/* OR of: a clause that moves the due time takes part, and `which` of it holds; of those
 * with `reason` alone, or, TN_REASON_COUNT, of all. */
static const tn_pred *any(tn_push_build *b, const clause_preds *list, size_t which,
                          tn_reason reason)
{
    const tn_pred *sum = no();
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        const tn_pred *const *pred =
            (const tn_pred *const *)(const void *)((const char *)&list[i] + which);
        if (moves_due(&list[i]) &&
            (reason == TN_REASON_COUNT || reason_of(&list[i]) == reason))
            sum = push_or(b, sum, push_and(b, list[i].part, *pred));
    }
    return sum;
}

static void add_case(tn_push_table *out, const tn_pred *when, tn_decision decision,
                     tn_reason reason)
{
    assert(out->case_count < TN_PUSH_CASES_MAX);
    out->cases[out->case_count++] =
        (tn_push_case){.when = when, .decision = decision, .reason = reason};
}

static void add_residue(tn_push_table *out, const tn_pred *when)
{
    assert(out->case_count < TN_PUSH_CASES_MAX);
    out->cases[out->case_count++] = (tn_push_case){.when = when, .is_residue = true};
}

static const tn_pred *held(tn_push_build *b, const clause_preds *list)
{
    const tn_pred *sum = push_held_by_entity(b);
    for (uint32_t i = 0; i < b->category->clauses.count; i++)
        if (kind_of(&list[i]) == TN_CLAUSE_HOLD)
            sum = push_or(b, sum, list[i].part);
    return sum;
}

/* Which of two clauses is due first takes the calendar; where both give the same reason
 * it does not matter. */
static void add_deletes(tn_push_build *b, const clause_preds *list, tn_push_table *out)
{
    static const tn_reason reasons[] = {TN_REASON_EXPIRED, TN_REASON_EVENT,
                                        TN_REASON_LIMIT};
    const tn_pred *due[TN_COUNT(reasons)];
    for (size_t i = 0; i < TN_COUNT(reasons); i++)
        due[i] = any(b, list, offsetof(clause_preds, is_due), reasons[i]);
    add_residue(out, push_or(b, push_and(b, due[0], push_or(b, due[1], due[2])),
                             push_and(b, due[1], due[2])));
    for (size_t i = 0; i < TN_COUNT(reasons); i++)
        if (due[i] == NULL || due[i]->op != TN_PRED_FALSE)
            add_case(out, due[i], TN_DELETE, reasons[i]);
}

static void add_keeps(tn_push_build *b, const clause_preds *list, tn_push_table *out)
{
    const tn_pred *happens =
        any(b, list, offsetof(clause_preds, happens), TN_REASON_COUNT);
    const tn_pred *awaits = no();
    for (uint32_t i = 0; i < b->category->clauses.count; i++)
        if (moves_due(&list[i]) && kind_of(&list[i]) != TN_CLAUSE_RETAIN_INDEFINITELY)
            awaits = push_or(b, awaits,
                             push_and(b, list[i].part, push_not(b, list[i].happens)));
    add_case(out, happens, TN_KEEP, TN_REASON_RETAINED);
    add_case(out, awaits, TN_KEEP, TN_REASON_AWAITING_EVENT);
    add_case(out, yes(), TN_KEEP, TN_REASON_INDEFINITE);
}

/* Is a field to be redacted of what is kept? */
static const tn_pred *redacts(tn_push_build *b, const clause_preds *list)
{
    const tn_pred *sum = no();
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        const tn_img_clause *row = list[i].plan.row;
        const tn_pred *fields = no();
        if (kind_of(&list[i]) != TN_CLAUSE_REDACT)
            continue;
        for (uint32_t k = 0; k < row->redact.count; k++) {
            const tn_push_subject *field =
                &b->input->fields[b->image->redacts[row->redact.first + k].slot];
            if (field->from == TN_PUSH_COLUMN)
                fields = push_or(b, fields, is_there(b, &field->column));
            else if (field->from == TN_PUSH_COMPUTED)
                fields = unsure();
        }
        sum = push_or(b, sum,
                      push_and(b, push_and(b, list[i].part, list[i].is_due), fields));
    }
    return sum;
}

/* What may still fall due, by the anchors of fields; what awaits an event of an entity
 * is due when the event says, which is looked at record by record. */
static void add_clocks(tn_push_build *b, const clause_preds *list, tn_push_table *out,
                       const tn_pred **sound)
{
    bool are_forms = true; /* of those one alone takes part */
    uint32_t able_count = 0;
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        const clause_preds *c = &list[i];
        if (!moves_due(c) || c->plan.member_count == 0)
            continue;
        uint32_t of, fact,
            slot = c->plan.members != NULL ? c->plan.members[0].slot
                                           : c->plan.row->event_slot;
        if (push_fact_of_slot(b, slot, &of, &fact)) {
            const tn_pred *later = push_and(b, c->happens, push_not(b, c->is_due));
            *sound = push_and(b, *sound, push_not(b, push_and(b, c->part, later)));
        } else if (b->input->fields[slot].from == TN_PUSH_COLUMN) {
            const tn_pred *when = push_and(b, c->part, c->happens);
            out->clocks[out->clock_count++] =
                (tn_push_clock){.when = when,
                                .column = b->input->fields[slot].column,
                                .due = *c->plan.due};
            if (when != NULL && when->op == TN_PRED_FALSE)
                continue;
            are_forms = are_forms && is_form(kind_of(c));
            able_count++;
        }
    }
    out->is_one_clock = are_forms || able_count <= 1;
}

static bool is_simple(const tn_push_build *b)
{
    uint32_t clock_count = 0;
    const tn_push_input *input = b->input;
    if (b->category->strict != 0)
        return false;
    for (uint32_t i = 0; i < b->category->clauses.count; i++) {
        tn_clause_plan plan;
        tn_decider_clause_plan(input->decider, i, &plan);
        if (plan.row->kind == TN_CLAUSE_DUTY_PERIOD ||
            plan.row->kind == TN_CLAUSE_DUTY_UNTIL || plan.member_count > 1)
            return false;
        clock_count += plan.member_count;
    }
    return clock_count <= TN_PUSH_CLOCKS_MAX;
}

static const tn_pred *meant(tn_push_build *b)
{
    if (b->input->where == TN_NONE)
        return yes();
    return push_guard(b, b->input->where, b->input->columns);
}

static void add_where(tn_push_build *b, tn_push_table *out)
{
    if (b->input->where == TN_NONE)
        return;
    out->cases[out->case_count++] =
        (tn_push_case){.when = push_not(b, meant(b)), .is_left_out = true};
}

/* What most records fail is asked first. */
static const tn_pred *goes(tn_push_build *b, const clause_preds *list,
                           const tn_pred *sound)
{
    const tn_pred *due = any(b, list, offsetof(clause_preds, is_due), TN_REASON_COUNT);
    const tn_pred *free = push_and(b, push_not(b, held(b, list)), meant(b));
    return push_and(b, push_and(b, due, free), push_or(b, sound, unsure()));
}

static tn_status check(const tn_push_table *table)
{
    bool good = table->overdue != NULL && table->redacts != NULL && table->goes != NULL;
    for (uint32_t i = 0; i < table->case_count; i++)
        good = good && table->cases[i].when != NULL;
    for (uint32_t i = 0; i < table->clock_count; i++)
        good = good && table->clocks[i].when != NULL;
    return good ? TN_OK : TN_NOMEM;
}

tn_status tn_push_table_make(const tn_push_input *input, tn_arena *arena,
                             tn_push_table *out)
{
    tn_push_build b = {.input = input,
                       .image = tn_run_image(input->run),
                       .program = tn_run_program(input->run),
                       .arena = arena};
    b.category = &b.image->categories[input->category];
    *out = (tn_push_table){.is_exact = is_simple(&b)};
    if (!out->is_exact)
        return TN_OK;
    clause_preds *list =
        tn_arena_take_array(arena, b.category->clauses.count, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    const tn_pred *sound = push_entities_known(&b);
    read_clauses(&b, list, &sound);
    out->goes = goes(&b, list, sound);
    add_clocks(&b, list, out, &sound);
    out->redacts = redacts(&b, list);
    out->overdue =
        push_and(&b, any(&b, list, offsetof(clause_preds, is_past), TN_REASON_COUNT),
                 any(&b, list, offsetof(clause_preds, is_overdue), TN_REASON_COUNT));
    sound = push_and(
        &b, sound,
        push_and(&b, push_sure(&b, out->overdue), push_sure(&b, out->redacts)));
    add_where(&b, out);
    add_residue(out, push_not(&b, sound));
    add_case(out, held(&b, list), TN_KEEP, TN_REASON_HOLD);
    add_deletes(&b, list, out);
    add_keeps(&b, list, out);
    TN_TRY(push_add_steps(&b, out));
    return check(out);
}

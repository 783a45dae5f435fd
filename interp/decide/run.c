/* run: what is computed once for many records. */
#include "interp/decide/decider.h"

static tn_status find_zone(void *user, tn_str name, const tn_zone **out)
{
    const tn_run *run = user;
    for (uint32_t i = 0; i < run->image->zone_count; i++)
        if (tn_str_equal(run->zones[i].name, name)) {
            *out = &run->zones[i];
            return TN_OK;
        }
    return TN_NOT_FOUND;
}

static tn_status prepare_run(tn_run *run)
{
    const tn_image *image = run->image;
    run->zones =
        tn_resize(run->memory, NULL, 0, image->zone_count * sizeof(*run->zones));
    run->entities = tn_resize(run->memory, NULL, 0,
                              (image->entity_count + 1) * sizeof(entity_facts));
    if (run->zones == NULL || run->entities == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < image->zone_count; i++)
        run->zones[i] = tn_image_zone(image, i);
    for (uint32_t i = 0; i < image->entity_count; i++)
        run->entities[i] = (entity_facts){.is_set = false};
    tn_cel_zones zones = {run, find_zone};
    return tn_cel_load(&image->code, &zones, run->memory, &run->program);
}

tn_status tn_run_new(const tn_image *image, tn_instant now, const tn_allocator *memory,
                     tn_run **out)
{
    assert(tn_instant_is_valid(now));
    tn_run *run = tn_resize(memory, NULL, 0, sizeof(*run));
    if (run == NULL)
        return TN_NOMEM;
    *run = (tn_run){.memory = memory, .image = image, .now = now};
    tn_status status = prepare_run(run);
    if (status != TN_OK) {
        tn_run_free(run);
        return status;
    }
    *out = run;
    return TN_OK;
}

void tn_run_free(tn_run *run)
{
    if (run == NULL)
        return;
    const tn_image *image = run->image;
    if (run->program != NULL)
        tn_cel_unload(run->program);
    tn_resize(run->memory, run->entities,
              (image->entity_count + 1) * sizeof(entity_facts), 0);
    tn_resize(run->memory, run->zones, image->zone_count * sizeof(*run->zones), 0);
    tn_resize(run->memory, run, sizeof(*run), 0);
}

tn_status tn_run_at(const tn_run *run, tn_instant now, tn_run **out)
{
    TN_TRY(tn_run_new(run->image, now, run->memory, out));
    for (uint32_t i = 0; i < run->image->entity_count; i++)
        (*out)->entities[i] = run->entities[i];
    return TN_OK;
}

void tn_run_set_facts(tn_run *run, uint32_t entity, const tn_facts *facts)
{
    run->entities[entity] = (entity_facts){.is_set = true, .facts = facts};
}

tn_instant tn_run_now(const tn_run *run)
{
    return run->now;
}

const tn_image *tn_run_image(const tn_run *run)
{
    return run->image;
}

const tn_cel_program *tn_run_program(const tn_run *run)
{
    return run->program;
}

/* --- cutoffs */

static cutoff cutoff_at(const tn_reckoning *reckoning, tn_instant now)
{
    cutoff c = {.exists = false};
    c.exists = tn_cutoff(reckoning, now, &c.at);
    c.exists_day = tn_cutoff_date(reckoning, now, &c.day);
    return c;
}

static cutoff earlier(cutoff a, cutoff b)
{
    cutoff c = {.exists = a.exists && b.exists,
                .exists_day = a.exists_day && b.exists_day};
    c.at = tn_instant_compare(a.at, b.at) < 0 ? a.at : b.at;
    c.day = a.day < b.day ? a.day : b.day;
    return c;
}

/* The last anchor whose due time and deadline are both instants of the range. */
static cutoff last_in_range(const clause_plan *plan, bool from_event)
{
    cutoff by_deadline = cutoff_at(&plan->deadline, TN_INSTANT_MAX);
    if (from_event)
        return earlier(cutoff_at(&plan->due, TN_INSTANT_MAX), by_deadline);
    if (!by_deadline.exists)
        return (cutoff){.exists = false};
    return cutoff_at(&plan->due, by_deadline.at);
}

/* The cutoffs of what has passed: due and deadline before now. A deadline is counted
 * from the event, or from the due time: then it has passed exactly if the due time is
 * not after the cutoff of the window. */
static void plan_passed(clause_plan *plan, tn_instant now, bool from_event)
{
    tn_instant before;
    if (!tn_instant_subtract(now, 0, 1, &before))
        return;
    plan->is_past_due = cutoff_at(&plan->due, before);
    cutoff by_deadline = cutoff_at(&plan->deadline, before);
    if (from_event)
        plan->is_overdue = by_deadline;
    else if (by_deadline.exists)
        plan->is_overdue = cutoff_at(&plan->due, by_deadline.at);
}

/* --- plans */

static bool is_event_clause(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_UNTIL || kind == TN_CLAUSE_ON ||
           kind == TN_CLAUSE_DUTY_UNTIL;
}

/* An event is an anchor of one member, which lies in the clause's own row. */
static void plan_anchor(const tn_image *image, const tn_img_clause *clause,
                        clause_plan *plan)
{
    if (clause->anchor == TN_NONE)
        return;
    const tn_img_anchor *anchor = &image->anchors[clause->anchor];
    plan->op = (tn_anchor_op)anchor->op;
    plan->members = &image->anchor_slots[anchor->members.first];
    plan->member_count = anchor->members.count;
    plan->due.rounding = (tn_rounding)anchor->rounding;
}

static clause_plan plan_clause(const tn_run *run, const tn_img_clause *clause)
{
    const tn_img_module *module = &run->image->modules[clause->module];
    const tn_zone *zone = &run->zones[module->zone];
    clause_plan plan = {.row = clause};
    plan.due =
        (tn_reckoning){zone, module->whole_days != 0, TN_ROUND_NONE, clause->period};
    plan.deadline = (tn_reckoning){zone, false, TN_ROUND_NONE, clause->window};
    bool from_event = is_event_clause((tn_clause_kind)clause->kind);
    if (from_event) {
        plan.deadline.whole_days = plan.due.whole_days;
        plan.needs_existence = clause->kind != TN_CLAUSE_DUTY_UNTIL;
        plan.member_count = 1;
    }
    plan_anchor(run->image, clause, &plan);
    if (plan.member_count == 0)
        return plan;
    plan.is_due = cutoff_at(&plan.due, run->now);
    plan.in_range = last_in_range(&plan, from_event);
    plan_passed(&plan, run->now, from_event);
    return plan;
}

static slot_meaning plan_slot(const tn_run *run, const tn_img_slot *slot)
{
    slot_meaning m = {.latest = TN_INSTANT_MIN};
    tn_img_instant earliest;
    if (slot->kind == TN_SLOT_FACT) {
        const tn_img_fact *fact = &run->image->facts[slot->fact];
        m.is_event = fact->is_event != 0;
        earliest = fact->earliest;
    } else {
        const tn_img_field *field = &run->image->fields[slot->field];
        m.is_event = field->type == TN_FIELD_EVENT;
        m.ahead_seconds = field->ahead_seconds;
        earliest = field->earliest;
    }
    m.earliest = (tn_instant){earliest.seconds, earliest.nanos};
    tn_instant latest;
    if (tn_instant_add(run->now, m.ahead_seconds, 0, &latest))
        m.latest = latest;
    return m;
}

/* --- deciders */

/* Takes a zeroed array from the decider's own memory; false: none. */
#define TAKE(array, count)                                                             \
    ((array) = tn_arena_take_array(arena, (count), sizeof(*(array))))

static tn_status prepare_decider(tn_decider *d, tn_arena *arena)
{
    const tn_run *run = d->run;
    const tn_img_category *category = d->category;
    uint32_t member_count = 0;
    if (!TAKE(d->plans, category->clauses.count) ||
        !TAKE(d->clauses, category->clauses.count) ||
        !TAKE(d->slots, category->slots.count) ||
        !TAKE(d->meanings, category->slots.count) ||
        !TAKE(d->keys, category->of.count) || !TAKE(d->fact_rows, category->of.count))
        return TN_NOMEM;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        d->plans[i] =
            plan_clause(run, &run->image->clauses[category->clauses.first + i]);
        member_count += d->plans[i].member_count;
    }
    for (uint32_t i = 0; i < category->slots.count; i++)
        d->meanings[i] = plan_slot(run, &run->image->slots[category->slots.first + i]);
    d->clause_count = category->clauses.count;
    /* each member and each @created can be doubted twice, each guard and entity once */
    d->doubt_capacity =
        2 * member_count + 3 * d->clause_count + 2 * category->of.count + 1;
    if (!TAKE(d->doubts, d->doubt_capacity) ||
        !TAKE(d->doubts_out, d->doubt_capacity) ||
        !TAKE(d->redact_out, category->fields.count))
        return TN_NOMEM;
    return tn_cel_machine_new(run->program, &d->scratch,
                              run->image->header->cost_budget, &d->machine);
}

tn_status tn_decider_new(const tn_run *run, uint32_t category, uint32_t placement,
                         tn_decider **out)
{
    tn_decider *d = tn_resize(run->memory, NULL, 0, sizeof(*d));
    if (d == NULL)
        return TN_NOMEM;
    *d = (tn_decider){.run = run,
                      .category = &run->image->categories[category],
                      .placement = placement};
    tn_arena_init(&d->scratch, run->memory);
    tn_arena_init(&d->arena, run->memory);
    tn_status status = prepare_decider(d, &d->arena);
    if (status != TN_OK) {
        tn_decider_free(d);
        return status;
    }
    *out = d;
    return TN_OK;
}

void tn_decider_free(tn_decider *d)
{
    if (d == NULL)
        return;
    if (d->machine != NULL)
        tn_cel_machine_free(d->machine);
    tn_arena_free(&d->scratch);
    tn_arena_free(&d->arena);
    tn_resize(d->run->memory, d, sizeof(*d), 0);
}

tn_value *tn_decider_fields(tn_decider *d)
{
    return d->slots;
}

tn_value *tn_decider_keys(tn_decider *d)
{
    return d->keys;
}

const tn_clause_result *tn_decider_clauses(const tn_decider *d)
{
    return d->clauses;
}

const tn_value *tn_decider_slots(const tn_decider *d)
{
    return d->slots;
}

const tn_facts *tn_decider_facts(const tn_decider *d, uint32_t of, uint32_t *row)
{
    uint32_t entity = d->run->image->ofs[d->category->of.first + of].entity;
    *row = d->fact_rows[of];
    return d->run->entities[entity].facts;
}

/* --- for push */

static tn_anchor_bound bound_of(const cutoff *c)
{
    return (tn_anchor_bound){c->exists, c->exists_day, c->at, c->day};
}

void tn_decider_clause_plan(const tn_decider *d, uint32_t clause, tn_clause_plan *out)
{
    const clause_plan *plan = &d->plans[clause];
    *out = (tn_clause_plan){.row = plan->row,
                            .due = &plan->due,
                            .op = plan->op,
                            .members = plan->members,
                            .member_count = plan->member_count,
                            .needs_existence = plan->needs_existence,
                            .is_due = bound_of(&plan->is_due),
                            .in_range = bound_of(&plan->in_range),
                            .is_past_due = bound_of(&plan->is_past_due),
                            .is_overdue = bound_of(&plan->is_overdue)};
}

void tn_decider_slot_plan(const tn_decider *d, uint32_t slot, tn_slot_plan *out)
{
    const slot_meaning *m = &d->meanings[slot];
    *out = (tn_slot_plan){m->is_event, m->earliest, m->latest};
}

bool tn_run_facts(const tn_run *run, uint32_t entity, const tn_facts **out)
{
    *out = run->entities[entity].facts;
    return run->entities[entity].is_set;
}

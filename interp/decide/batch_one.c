/* batch_one: one record after the other, each by its combination of cases. */
#include "interp/decide/batcher.h"

tn_decider *tn_batch_decider(tn_batch *b)
{
    return b->decider;
}

/* What must be told of a record that only its values tell is left to tn_decide: times,
 * redactions, doubts, and whatever a combination does not say. */
static bool is_quick(const tn_batch *b, unsigned flags, unsigned wants)
{
    const unsigned quick = TN_WANT_OVERDUE | TN_WANT_LEAST_DUE | TN_WANT_DETAIL;
    return b->is_coded && (wants & ~quick) == 0 &&
           (flags & TN_RECORD_UNREADABLE) == 0 &&
           ((wants & TN_WANT_OVERDUE) == 0 || b->wants != 0);
}

/* tn_batch_class, without a call for what most values are. */
static inline uint32_t class_of(const batch_breaks *breaks, const tn_value *value)
{
    uint32_t below = 0;
    if (value->kind != TN_KIND_TIMESTAMP)
        return tn_batch_class(breaks, value);
    while (below < breaks->at_count &&
           tn_instant_compare(value->as.instant, breaks->at[below]) > 0)
        below++;
    return CLASS_UNREADABLE + 1 + below;
}

static inline uint32_t code_points(const tn_batch *b)
{
    uint32_t code = 0;
    for (uint32_t p = 0; p < b->point_count; p++) {
        const batch_point *point = &b->points[p];
        code +=
            class_of(&point->breaks, &b->decider->slots[point->slot]) * point->stride;
    }
    return code;
}

static inline bool is_later(const batch_relation *r, const tn_value *created,
                            const tn_value *event)
{
    if (event->kind == TN_KIND_TIMESTAMP && created->kind == TN_KIND_TIMESTAMP)
        return tn_instant_compare(created->as.instant, event->as.instant) > 0;
    return tn_batch_is_made_after(r, created, event);
}

/* Was the record made after the event? Where there is no row of facts, or there are
 * several, what comes of it makes no difference. */
static inline bool is_made_after(const tn_batch *b, const batch_relation *r)
{
    const tn_value *created = &b->decider->slots[b->created->slot];
    if (r->of == TN_NONE)
        return is_later(r, created, &b->decider->slots[r->event_slot]);
    const batch_entity *e = &b->entities[r->of];
    uint32_t row = (uint32_t)e->keys_room[0];
    return r->has[row] != 0 &&
           is_later(r, created, &tn_facts_values(e->facts, row)[r->fact]);
}

/* The rows of the record are kept as those of a block of one. */
static inline uint32_t code_entities(tn_batch *b, const tn_batch *found)
{
    uint32_t code = 0;
    for (uint32_t of = 0; of < b->entity_count; of++) {
        batch_entity *e = &b->entities[of];
        uint32_t row = found != NULL ? (uint32_t)found->entities[of].keys_room[0]
                                     : tn_batch_find_row(e, &b->decider->keys[of]);
        e->is_dictionary = false;
        e->block_keys = e->keys_room;
        e->keys_room[0] = (int32_t)row;
        code += e->codes[row];
    }
    for (uint32_t i = 0; i < b->relation_count; i++)
        if (is_made_after(b, &b->relations[i]))
            code += b->relations[i].stride;
    return code;
}

static tn_status code_guards(tn_batch *b, uint32_t *code)
{
    bool has_facts = false;
    for (uint32_t g = 0; g < b->guard_count; g++) {
        const batch_guard *guard = &b->guards[g];
        tn_cel_truth truth;
        if (guard->of != TN_NONE)
            continue;
        for (uint32_t of = 0; !has_facts && of < b->entity_count; of++)
            tn_batch_fill_facts(b, of, tn_batch_row(&b->entities[of], 0));
        has_facts = true;
        TN_TRY(
            tn_cel_test(b->decider->machine, guard->expr, b->decider->slots, &truth));
        if (b->decider->scratch.block != NULL)
            tn_arena_reset(&b->decider->scratch);
        *code += truth * guard->stride;
    }
    return TN_OK;
}

/* Is the due time surely no earlier than the least that was given? */
static bool is_not_least(const tn_batch *b, uint32_t clause)
{
    if (clause == DUE_NONE)
        return true;
    if (clause == DUE_SEVERAL)
        return false;
    const clause_plan *plan = &b->decider->plans[clause];
    if (plan->op != TN_ANCHOR_ONE)
        return false;
    uint32_t slot = plan->row->event_slot != TN_NONE ? plan->row->event_slot
                                                     : plan->members[0].slot;
    if (slot >= b->decider->category->fields.count)
        return false;
    const tn_value *value = &b->decider->slots[slot];
    if (value->kind == TN_KIND_DATE)
        return plan->least.exists_day && value->as.day >= plan->least.day;
    return value->kind == TN_KIND_TIMESTAMP && plan->least.exists &&
           tn_instant_compare(value->as.instant, plan->least.at) >= 0;
}

static void give(const tn_memo_entry *entry, unsigned wants, tn_verdict *out)
{
    bool late = (wants & TN_WANT_OVERDUE) != 0;
    out->decision = (tn_decision)entry->decision;
    out->reason = (tn_reason)entry->reason;
    out->clause = entry->clause;
    out->has_due = out->has_deadline = out->has_next_change = false;
    out->overdue = late && (entry->late & 1) != 0;
    out->conflict = late && (entry->late & 2) != 0;
    out->due = out->deadline = out->next_change = (tn_instant){0, 0};
    out->redact = NULL;
    out->redact_count = 0;
    out->doubts = NULL;
    out->doubt_count = 0;
}

static tn_status decide_one(tn_batch *b, const tn_batch *found, unsigned flags,
                            unsigned wants, tn_verdict *out)
{
    uint32_t code =
        code_points(b) + code_entities(b, found) + (flags & 3U) * b->flags_stride;
    TN_TRY(code_guards(b, &code));
    if (b->numbers != NULL)
        code = tn_batch_number(b, code);
    if (b->numbers != NULL && code == MEMO_OVERFULL)
        return tn_decide(b->decider, flags, wants, out);
    if (b->memo[code].state == MEMO_UNKNOWN)
        TN_TRY(tn_batch_learn(b, code, flags));
    const tn_memo_entry *entry = &b->memo[code];
    bool is_least = (wants & TN_WANT_LEAST_DUE) != 0 && !is_not_least(b, b->dues[code]);
    b->work.records++;
    if (entry->state == MEMO_KNOWN && (entry->late & 4) == 0 && !is_least) {
        give(entry, wants, out);
        return TN_OK;
    }
    b->work.alone++;
    return tn_decide(b->decider, flags, wants, out);
}

tn_status tn_batch_decide_one(tn_batch *b, unsigned flags, unsigned wants,
                              tn_verdict *out)
{
    if (!is_quick(b, flags, wants))
        return tn_decide(b->decider, flags, wants, out);
    return decide_one(b, NULL, flags, wants, out);
}

tn_status tn_batch_decide_again(tn_batch *b, const tn_batch *first, unsigned flags,
                                unsigned wants, tn_verdict *out)
{
    if (!is_quick(b, flags, wants))
        return tn_decide(b->decider, flags, wants, out);
    return decide_one(b, is_quick(first, flags, wants) ? first : NULL, flags, wants,
                      out);
}

#include "interp/tools/diff_search.h"

enum {
    PAIRS_MAX = 6000, /* records with two values of their own */
    RANDOM_MAX = 4000 /* records with any values */
};

typedef tn_diff_search search;

/* --- one record */

bool tn_diff_is_same_kind(const tn_diff_change *a, const tn_diff_change *b)
{
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_verdict *one = &a->fates[side].verdict,
                         *other = &b->fates[side].verdict;
        if (a->what == TN_DIFF_FLAG
                ? one->decision != other->decision ||
                      (one->decision == TN_FLAG && one->reason != other->reason)
                : a->clause[side] != b->clause[side])
            return false;
    }
    return a->way == b->way && a->what == b->what && a->slot == b->slot;
}

static tn_status keep_record(search *s, tn_diff_change *change)
{
    const tn_pair *pair = s->pair;
    tn_value *slots = tn_arena_take_array(s->arena, pair->slot_count, sizeof(*slots));
    tn_pair_row *rows =
        tn_arena_take_array(s->arena, pair->entity_count, sizeof(*rows));
    if (slots == NULL || rows == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < pair->slot_count; i++)
        slots[i] = pair->slots[i].value;
    for (uint32_t i = 0; i < pair->entity_count; i++)
        rows[i] = pair->entities[i].row;
    change->slots = slots;
    change->rows = rows;
    return TN_OK;
}

tn_status tn_diff_note(search *s, tn_diff_change change)
{
    tn_diff_category *c = s->category;
    for (uint32_t i = s->first_change; i < c->change_count; i++)
        if (tn_diff_is_same_kind(&c->changes[i], &change))
            return TN_OK;
    if (c->change_count - s->first_change == TN_DIFF_CHANGES_MAX)
        return TN_OK;
    TN_TRY(keep_record(s, &change));
    c->changes[c->change_count++] = change;
    return TN_OK;
}

tn_diff_change tn_diff_change_of(const search *s, tn_diff_what what)
{
    tn_diff_change change = {.what = what,
                             .way = TN_DIFF_OTHER,
                             .placement = s->placement,
                             .pair = s->pair,
                             .slot = TN_NONE};
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        change.fates[side] = s->pair->fates[side];
        change.clause[side] = change.fates[side].clause;
    }
    return change;
}

static void set_end(tn_diff_change *change, uint32_t side, bool has, tn_instant at)
{
    change->has_end[side] = has;
    change->end[side] = at;
}

/* Is it gone under the new policy before it is under the old one? False: nothing
 * differs. */
static bool find_way(tn_diff_change *change)
{
    const bool *has = change->has_end;
    if (!has[TN_PAIR_OLD] && !has[TN_PAIR_NEW])
        return false;
    int order =
        has[TN_PAIR_OLD] && has[TN_PAIR_NEW]
            ? tn_instant_compare(change->end[TN_PAIR_NEW], change->end[TN_PAIR_OLD])
            : has[TN_PAIR_OLD] - has[TN_PAIR_NEW];
    change->way = order < 0 ? TN_DIFF_SHORTER : TN_DIFF_LONGER;
    return order != 0;
}

/* What is flagged stays until a person has looked, so that is longer than to be gone.
 */
static tn_status note_due(search *s, bool *differs)
{
    tn_diff_change change = tn_diff_change_of(s, TN_DIFF_DUE);
    bool was_flagged = change.fates[TN_PAIR_OLD].verdict.decision == TN_FLAG;
    bool is_flagged = change.fates[TN_PAIR_NEW].verdict.decision == TN_FLAG;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        set_end(&change, side, change.fates[side].is_gone,
                change.fates[side].verdict.due);
    *differs = find_way(&change) || was_flagged != is_flagged;
    if (was_flagged == is_flagged)
        return *differs ? tn_diff_note(s, change) : TN_OK;
    change.what = TN_DIFF_FLAG;
    if (!change.has_end[TN_PAIR_OLD] && !change.has_end[TN_PAIR_NEW])
        change.way = TN_DIFF_OTHER;
    return tn_diff_note(s, change);
}

static tn_status note_deadline(search *s)
{
    tn_diff_change change = tn_diff_change_of(s, TN_DIFF_DEADLINE);
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_pair_fate *fate = &change.fates[side];
        if (!fate->is_gone)
            return TN_OK;
        set_end(&change, side, fate->verdict.has_deadline, fate->verdict.deadline);
        change.clause[side] = fate->last;
    }
    return find_way(&change) ? tn_diff_note(s, change) : TN_OK;
}

static tn_status note_redactions(search *s)
{
    for (uint32_t i = 0; i < s->pair->slot_count; i++) {
        tn_diff_change change = tn_diff_change_of(s, TN_DIFF_REDACTION);
        if (s->pair->slots[i].value.kind == TN_KIND_NULL ||
            (!tn_pair_is_redacted(s->pair, TN_PAIR_OLD, i) &&
             !tn_pair_is_redacted(s->pair, TN_PAIR_NEW, i)))
            continue;
        change.slot = i;
        for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
            change.has_end[side] = tn_pair_value_end(
                s->pair, side, i, &change.end[side], &change.clause[side]);
        if (find_way(&change))
            TN_TRY(tn_diff_note(s, change));
    }
    return TN_OK;
}

tn_status tn_diff_try(search *s)
{
    bool differs;
    s->record_count++;
    TN_TRY(tn_pair_decide(s->pair));
    TN_TRY(note_due(s, &differs));
    if (differs)
        return TN_OK;
    TN_TRY(note_deadline(s));
    return note_redactions(s);
}

/* --- which records */

void tn_diff_start(search *s)
{
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        s->pair->slots[i].value = s->values[i].list[0];
    for (uint32_t i = 0; i < s->pair->entity_count; i++)
        s->pair->entities[i].row = TN_PAIR_ROW;
}

static tn_status try_one_by_one(search *s)
{
    tn_diff_start(s);
    TN_TRY(tn_diff_try(s));
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        for (uint32_t k = 1; k < s->values[i].count; k++) {
            tn_diff_start(s);
            s->pair->slots[i].value = s->values[i].list[k];
            TN_TRY(tn_diff_try(s));
        }
    for (uint32_t i = 0; i < s->pair->entity_count; i++)
        for (uint32_t row = 1; row < TN_PAIR_ROW_COUNT; row++) {
            tn_diff_start(s);
            s->pair->entities[i].row = (tn_pair_row)row;
            TN_TRY(tn_diff_try(s));
        }
    return TN_OK;
}

static tn_status try_pair_of_slots(search *s, uint32_t i, uint32_t k, uint32_t *left)
{
    for (uint32_t a = 1; a < s->values[i].count; a++)
        for (uint32_t b = 1; b<s->values[k].count && * left> 0; b++) {
            tn_diff_start(s);
            (*left)--;
            s->pair->slots[i].value = s->values[i].list[a];
            s->pair->slots[k].value = s->values[k].list[b];
            TN_TRY(tn_diff_try(s));
        }
    return TN_OK;
}

static tn_status try_pairs(search *s)
{
    uint32_t left = PAIRS_MAX;
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        for (uint32_t k = i + 1; k < s->pair->slot_count && left > 0; k++)
            TN_TRY(try_pair_of_slots(s, i, k, &left));
    return TN_OK;
}

/* The same numbers each time: xorshift64* (Vigna 2016). */
uint32_t tn_diff_below(uint64_t *state, uint32_t count)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)((*state * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % count;
}

/* Half of the values stay plain, so that conditions of a few fields are met. */
static tn_status try_any(search *s)
{
    uint64_t state = UINT64_C(88172645463325252);
    if (s->pair->slot_count < 2)
        return TN_OK;
    for (uint32_t n = 0; n < RANDOM_MAX; n++) {
        tn_diff_start(s);
        for (uint32_t i = 0; i < s->pair->slot_count; i++)
            if (n % 4 == 3 || tn_diff_below(&state, 2) == 1)
                s->pair->slots[i].value =
                    s->values[i].list[tn_diff_below(&state, s->values[i].count)];
        TN_TRY(tn_diff_try(s));
    }
    return TN_OK;
}

tn_status tn_diff_find_values(search *s)
{
    const tn_pair *pair = s->pair;
    s->values = tn_arena_take_array(s->arena, pair->slot_count, sizeof(*s->values));
    if (s->values == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < pair->slot_count; i++)
        TN_TRY(tn_pair_values_of(pair, i, &s->values[i]));
    return TN_OK;
}

tn_status tn_diff_search_run(search *s)
{
    s->first_change = s->category->change_count;
    TN_TRY(tn_diff_find_values(s));
    TN_TRY(try_one_by_one(s));
    TN_TRY(try_pairs(s));
    TN_TRY(try_any(s));
    TN_TRY(tn_diff_climb(s));
    s->category->record_count += s->record_count;
    return TN_OK;
}

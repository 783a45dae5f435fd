/* diff_climb: a record is changed value by value, and a change stays unless it leads
 * away from what is looked for: a record that is neither flagged nor held, of which a
 * clause takes part, and then decides, that the other policy has not. Conditions of
 * several fields are met one after the other so. */
#include "interp/tools/diff_search.h"

enum {
    TRIES_MAX = 9000,
    STEPS_MAX = 90, /* then from a record that is all new */
    SEED = 20240115
};

static uint32_t score_of_state(const tn_clause_result *result, bool decides)
{
    switch (result->state) {
    case TN_STATE_AT: return decides ? 12 : 7;
    case TN_STATE_TRUE: return 7;
    case TN_STATE_NEVER: return 4;
    case TN_STATE_UNKNOWN: return 3;
    case TN_STATE_ABSENT: return 1;
    case TN_STATE_GUARD: break;
    }
    return 0;
}

static uint32_t score_of_side(const tn_diff_search *s, uint32_t side)
{
    const tn_pair_side *of = &s->pair->sides[side];
    const tn_pair_fate *fate = &s->pair->fates[side];
    const tn_clause_result *results = tn_decider_clauses(of->decider);
    uint32_t best = 0, first = of->category->clauses.first;
    for (uint32_t i = 0; i < of->category->clauses.count; i++) {
        if (!s->targets[side][i])
            continue;
        uint32_t score = score_of_state(&results[i], fate->clause == first + i);
        best = score > best ? score : best;
    }
    if (fate->verdict.decision != TN_FLAG)
        best += fate->verdict.reason == TN_REASON_HOLD ? 2 : 6;
    return best;
}

static uint32_t score(const tn_diff_search *s)
{
    return score_of_side(s, TN_PAIR_OLD) + score_of_side(s, TN_PAIR_NEW);
}

static void start_anywhere(tn_diff_search *s, uint64_t *state)
{
    tn_diff_start(s);
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        if (tn_diff_below(state, 2) == 1)
            s->pair->slots[i].value =
                s->values[i].list[tn_diff_below(state, s->values[i].count)];
}

/* Tries the record with another value; what leads away is taken back. */
static tn_status step(tn_diff_search *s, uint64_t *state, uint32_t *reached)
{
    uint32_t i = tn_diff_below(state, s->pair->slot_count);
    tn_value before = s->pair->slots[i].value;
    s->pair->slots[i].value =
        s->values[i].list[tn_diff_below(state, s->values[i].count)];
    TN_TRY(tn_diff_try(s));
    uint32_t now = score(s);
    if (now < *reached)
        s->pair->slots[i].value = before;
    else
        *reached = now;
    return TN_OK;
}

tn_status tn_diff_climb(tn_diff_search *s)
{
    uint64_t state = SEED;
    if (s->pair->slot_count < 2)
        return TN_OK;
    for (uint32_t tries = 0; tries < TRIES_MAX; tries += STEPS_MAX) {
        start_anywhere(s, &state);
        TN_TRY(tn_diff_try(s));
        uint32_t reached = score(s);
        for (uint32_t i = 0; i < STEPS_MAX; i++)
            TN_TRY(step(s, &state, &reached));
    }
    return TN_OK;
}

/* diff_ahead: how far ahead a date is believed. */
#include "interp/calendar/instant.h"
#include "interp/tools/diff_search.h"

enum { TRIES_MAX = 1500, SEED = 77 };

/* A date that one of the two believes at TN_PAIR_MADE_AT; false: there is none. */
static bool find_date(const tn_pair_slot *slot, tn_instant *out)
{
    int64_t was = slot->ahead[TN_PAIR_OLD], is = slot->ahead[TN_PAIR_NEW];
    int64_t less = was < is ? was : is, more = was < is ? is : was;
    int64_t ahead = less + (more - less) / 2;
    if (more - less >
        2 * TN_SECONDS_PER_DAY) /* soon after, so that it is read easily */
        ahead = less + 2 * TN_SECONDS_PER_DAY;
    return was != is && slot->slot[TN_PAIR_OLD] != TN_NONE &&
           slot->slot[TN_PAIR_NEW] != TN_NONE &&
           tn_instant_add(TN_PAIR_MADE_AT, ahead, 0, out);
}

/* As a store would write it; false: no memory. */
static bool make_value(const tn_diff_search *s, const tn_pair_slot *slot, tn_instant t,
                       tn_value *out)
{
    char text[TN_DATE_TEXT_MAX];
    *out = (tn_value){TN_KIND_TIMESTAMP, {.instant = t}};
    if (slot->type != TN_FIELD_DATE)
        return true;
    size_t len = tn_date_format((int32_t)(t.seconds / TN_SECONDS_PER_DAY), text);
    tn_str copy = tn_arena_copy(s->arena, (tn_str){text, len});
    *out = (tn_value){TN_KIND_STRING, {.text = copy}};
    return copy.data != NULL;
}

static bool is_too_far(const tn_diff_search *s, uint32_t side)
{
    return s->pair->fates[side].verdict.reason == TN_REASON_FUTURE_ANCHOR;
}

static void start_anywhere(tn_diff_search *s, uint64_t *state, bool is_plain)
{
    tn_diff_start(s);
    for (uint32_t i = 0; i < s->pair->slot_count && !is_plain; i++)
        if (tn_diff_below(state, 2) == 1)
            s->pair->slots[i].value =
                s->values[i].list[tn_diff_below(state, s->values[i].count)];
}

static tn_status search_slot(tn_diff_search *s, uint32_t number)
{
    tn_pair_slot *slot = &s->pair->slots[number];
    uint64_t state = SEED;
    tn_instant date;
    tn_value value;
    if (!find_date(slot, &date))
        return TN_OK;
    if (!make_value(s, slot, date, &value))
        return TN_NOMEM;
    for (uint32_t i = 0; i < TRIES_MAX; i++) {
        start_anywhere(s, &state, i == 0);
        slot->value = value;
        s->record_count++;
        TN_TRY(tn_pair_decide(s->pair));
        if (is_too_far(s, TN_PAIR_OLD) == is_too_far(s, TN_PAIR_NEW))
            continue;
        tn_diff_change change = tn_diff_change_of(s, TN_DIFF_AHEAD);
        change.slot = number;
        return tn_diff_note(s, change);
    }
    return TN_OK;
}

tn_status tn_diff_search_ahead(tn_diff_search *s)
{
    TN_TRY(tn_diff_find_values(s));
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        TN_TRY(search_slot(s, i));
    s->category->record_count += s->record_count;
    return TN_OK;
}

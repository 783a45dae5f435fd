#include "interp/tools/diff.h"
#include "interp/calendar/instant.h"

#include <string.h>

enum {
    CHANGES_MAX = 12, /* of one category and placement: who reads more? */
    PAIRS_MAX = 6000, /* records with two values of their own */
    RANDOM_MAX = 4000 /* records with any values */
};

const char *tn_diff_way_text(tn_diff_way way)
{
    static const char *const words[] = {"shorter", "longer", "other"};
    return words[way];
}

const char *tn_diff_what_text(tn_diff_what what)
{
    static const char *const words[] = {"due", "deadline", "redaction", "flag"};
    return words[what];
}

const char *tn_diff_state_text(tn_diff_state state)
{
    static const char *const words[] = {"same", "no_difference_found", "changed",
                                        "added", "removed"};
    return words[state];
}

/* --- one record */

typedef struct search {
    tn_arena *arena;
    tn_pair *pair;
    tn_diff_category *category;
    tn_str placement;
    uint32_t first_change;  /* of this placement */
    tn_pair_values *values; /* one for each slot */
    uint32_t record_count;
} search;

static bool is_same_kind(const tn_diff_change *a, const tn_diff_change *b)
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

/* Keeps the first record of each kind of change: the plainest comes first. */
static tn_status note(search *s, tn_diff_change change)
{
    tn_diff_category *c = s->category;
    for (uint32_t i = s->first_change; i < c->change_count; i++)
        if (is_same_kind(&c->changes[i], &change))
            return TN_OK;
    if (c->change_count - s->first_change == CHANGES_MAX)
        return TN_OK;
    TN_TRY(keep_record(s, &change));
    c->changes[c->change_count++] = change;
    return TN_OK;
}

static tn_diff_change change_of(const search *s, tn_diff_what what)
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
    tn_diff_change change = change_of(s, TN_DIFF_DUE);
    bool was_flagged = change.fates[TN_PAIR_OLD].verdict.decision == TN_FLAG;
    bool is_flagged = change.fates[TN_PAIR_NEW].verdict.decision == TN_FLAG;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        set_end(&change, side, change.fates[side].is_gone,
                change.fates[side].verdict.due);
    *differs = find_way(&change) || was_flagged != is_flagged;
    if (was_flagged == is_flagged)
        return *differs ? note(s, change) : TN_OK;
    change.what = TN_DIFF_FLAG;
    if (!change.has_end[TN_PAIR_OLD] && !change.has_end[TN_PAIR_NEW])
        change.way = TN_DIFF_OTHER;
    return note(s, change);
}

static tn_status note_deadline(search *s)
{
    tn_diff_change change = change_of(s, TN_DIFF_DEADLINE);
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_pair_fate *fate = &change.fates[side];
        if (!fate->is_gone)
            return TN_OK;
        set_end(&change, side, fate->verdict.has_deadline, fate->verdict.deadline);
        change.clause[side] = fate->last;
    }
    return find_way(&change) ? note(s, change) : TN_OK;
}

static tn_status note_redactions(search *s)
{
    for (uint32_t i = 0; i < s->pair->slot_count; i++) {
        tn_diff_change change = change_of(s, TN_DIFF_REDACTION);
        if (s->pair->slots[i].value.kind == TN_KIND_NULL ||
            (!tn_pair_is_redacted(s->pair, TN_PAIR_OLD, i) &&
             !tn_pair_is_redacted(s->pair, TN_PAIR_NEW, i)))
            continue;
        change.slot = i;
        for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
            change.has_end[side] = tn_pair_value_end(
                s->pair, side, i, &change.end[side], &change.clause[side]);
        if (find_way(&change))
            TN_TRY(note(s, change));
    }
    return TN_OK;
}

static tn_status try_record(search *s)
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

static void start(search *s)
{
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        s->pair->slots[i].value = s->values[i].list[0];
    for (uint32_t i = 0; i < s->pair->entity_count; i++)
        s->pair->entities[i].row = TN_PAIR_ROW;
}

static tn_status try_one_by_one(search *s)
{
    start(s);
    TN_TRY(try_record(s));
    for (uint32_t i = 0; i < s->pair->slot_count; i++)
        for (uint32_t k = 1; k < s->values[i].count; k++) {
            start(s);
            s->pair->slots[i].value = s->values[i].list[k];
            TN_TRY(try_record(s));
        }
    for (uint32_t i = 0; i < s->pair->entity_count; i++)
        for (uint32_t row = 1; row < TN_PAIR_ROW_COUNT; row++) {
            start(s);
            s->pair->entities[i].row = (tn_pair_row)row;
            TN_TRY(try_record(s));
        }
    return TN_OK;
}

static tn_status try_pair_of_slots(search *s, uint32_t i, uint32_t k, uint32_t *left)
{
    for (uint32_t a = 1; a < s->values[i].count; a++)
        for (uint32_t b = 1; b<s->values[k].count && * left> 0; b++) {
            start(s);
            (*left)--;
            s->pair->slots[i].value = s->values[i].list[a];
            s->pair->slots[k].value = s->values[k].list[b];
            TN_TRY(try_record(s));
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
static uint32_t below(uint64_t *state, uint32_t count)
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
        start(s);
        for (uint32_t i = 0; i < s->pair->slot_count; i++)
            if (n % 4 == 3 || below(&state, 2) == 1)
                s->pair->slots[i].value =
                    s->values[i].list[below(&state, s->values[i].count)];
        TN_TRY(try_record(s));
    }
    return TN_OK;
}

static tn_status search_pair(search *s)
{
    const tn_pair *pair = s->pair;
    s->first_change = s->category->change_count;
    s->values = tn_arena_take_array(s->arena, pair->slot_count, sizeof(*s->values));
    if (s->values == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < pair->slot_count; i++)
        TN_TRY(tn_pair_values_of(pair, i, &s->values[i]));
    TN_TRY(try_one_by_one(s));
    TN_TRY(try_pairs(s));
    TN_TRY(try_any(s));
    s->category->record_count += s->record_count;
    return TN_OK;
}

/* --- one category */

/* One search, anywhere or in one placement. */
static tn_status search_in(const tn_pair_of *of, tn_str placement, tn_arena *arena,
                           tn_diff_category *category)
{
    tn_pair *pair = tn_arena_take(arena, sizeof(*pair));
    if (pair == NULL)
        return TN_NOMEM;
    TN_TRY(tn_pair_open(of, arena, pair));
    search s = {
        .arena = arena, .pair = pair, .category = category, .placement = placement};
    tn_status status = search_pair(&s);
    tn_pair_close(pair);
    return status;
}

static uint32_t find_placement(const tn_image *image, uint32_t category, tn_str store)
{
    tn_img_range range = image->categories[category].placements;
    for (uint32_t i = 0; i < range.count; i++)
        if (tn_str_equal(tn_image_str(image, image->placements[range.first + i].store),
                         store))
            return range.first + i;
    return TN_NONE;
}

static bool has_limit(const tn_image *image, uint32_t category, uint32_t placement)
{
    tn_img_range range = image->categories[category].clauses;
    for (uint32_t i = 0; i < range.count; i++)
        if (image->clauses[range.first + i].placement == placement)
            return true;
    return false;
}

static tn_status name_place(tn_diff_category *c, uint32_t side, uint32_t count,
                            tn_arena *arena, tn_str store)
{
    if (c->places[side] == NULL)
        c->places[side] = tn_arena_take_array(arena, count, sizeof(tn_str));
    if (c->places[side] == NULL)
        return TN_NOMEM;
    c->places[side][c->place_count[side]++] = store;
    return TN_OK;
}

/* Places that both name and at least one limits are searched each for itself, unless
 * the categories are the same. */
static tn_status search_places(tn_pair_of of, bool same, tn_arena *arena,
                               tn_diff_category *c)
{
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_image *image = of.image[side], *other = of.image[1 - side];
        tn_img_range range = image->categories[of.category[side]].placements;
        for (uint32_t i = range.first; i < range.first + range.count; i++) {
            tn_str store = tn_image_str(image, image->placements[i].store);
            uint32_t there = find_placement(other, of.category[1 - side], store);
            if (there == TN_NONE)
                TN_TRY(name_place(c, side, range.count, arena, store));
            if (same || side == TN_PAIR_NEW || there == TN_NONE ||
                (!has_limit(image, of.category[side], i) &&
                 !has_limit(other, of.category[1 - side], there)))
                continue;
            of.placement[TN_PAIR_OLD] = i;
            of.placement[TN_PAIR_NEW] = there;
            TN_TRY(search_in(&of, store, arena, c));
        }
    }
    return TN_OK;
}

static uint32_t count_placements(const tn_pair_of *of)
{
    return of->image[TN_PAIR_OLD]
        ->categories[of->category[TN_PAIR_OLD]]
        .placements.count;
}

/* Is it, but for the place, a change that was found wherever the record lies? */
static bool is_known(const tn_diff_category *c, uint32_t number)
{
    for (uint32_t i = 0; i < number; i++)
        if (c->changes[i].placement.len == 0 &&
            is_same_kind(&c->changes[i], &c->changes[number]))
            return true;
    return false;
}

static void drop_known(tn_diff_category *c)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->change_count; i++)
        if (c->changes[i].placement.len == 0 || !is_known(c, i))
            c->changes[kept++] = c->changes[i];
    c->change_count = kept;
}

static tn_status compare(const tn_pair_of *of, tn_arena *arena, tn_diff_category *c)
{
    bool same = tn_diff_is_same(of, arena);
    c->changes = tn_arena_take_array(
        arena, (size_t)CHANGES_MAX * (1 + count_placements(of)), sizeof(*c->changes));
    if (c->changes == NULL)
        return TN_NOMEM;
    if (!same)
        TN_TRY(search_in(of, TN_STR(""), arena, c));
    TN_TRY(search_places(*of, same, arena, c));
    drop_known(c);
    bool places = c->place_count[TN_PAIR_OLD] + c->place_count[TN_PAIR_NEW] > 0;
    if (c->change_count > 0 || places)
        c->state = TN_DIFF_CHANGED;
    else
        c->state = same ? TN_DIFF_SAME : TN_DIFF_UNFOUND;
    return TN_OK;
}

/* --- all of them */

static uint32_t find_named(const tn_image *image, tn_str name)
{
    for (uint32_t i = 0; i < image->category_count; i++)
        if (tn_str_equal(tn_image_str(image, image->categories[i].name), name))
            return i;
    return TN_NONE;
}

static tn_status add_category(tn_diff *diff, uint32_t old_number, uint32_t new_number,
                              tn_arena *arena)
{
    tn_diff_category *c = &diff->categories[diff->category_count++];
    uint32_t side = old_number == TN_NONE ? TN_PAIR_NEW : TN_PAIR_OLD;
    c->number[TN_PAIR_OLD] = old_number;
    c->number[TN_PAIR_NEW] = new_number;
    c->name = tn_image_str(diff->image[side],
                           diff->image[side]->categories[c->number[side]].name);
    if (old_number == TN_NONE || new_number == TN_NONE) {
        c->state = old_number == TN_NONE ? TN_DIFF_ADDED : TN_DIFF_REMOVED;
        return TN_OK;
    }
    tn_pair_of of = {{diff->image[TN_PAIR_OLD], diff->image[TN_PAIR_NEW]},
                     {old_number, new_number},
                     {TN_NONE, TN_NONE}};
    return compare(&of, arena, c);
}

tn_status tn_diff_find(const tn_image *old_image, const tn_image *new_image,
                       tn_arena *arena, tn_diff *out)
{
    *out = (tn_diff){.image = {old_image, new_image}};
    out->categories = tn_arena_take_array(
        arena, (size_t)old_image->category_count + new_image->category_count,
        sizeof(*out->categories));
    if (out->categories == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < old_image->category_count; i++) {
        tn_str name = tn_image_str(old_image, old_image->categories[i].name);
        TN_TRY(add_category(out, i, find_named(new_image, name), arena));
    }
    for (uint32_t i = 0; i < new_image->category_count; i++) {
        tn_str name = tn_image_str(new_image, new_image->categories[i].name);
        if (find_named(old_image, name) == TN_NONE)
            TN_TRY(add_category(out, TN_NONE, i, arena));
    }
    return TN_OK;
}

bool tn_diff_has(const tn_diff *diff, tn_diff_way way)
{
    for (uint32_t i = 0; i < diff->category_count; i++) {
        const tn_diff_category *c = &diff->categories[i];
        bool other = c->state == TN_DIFF_ADDED ||
                     c->place_count[TN_PAIR_OLD] + c->place_count[TN_PAIR_NEW] > 0;
        if ((other && way == TN_DIFF_OTHER) ||
            (c->state == TN_DIFF_REMOVED && way == TN_DIFF_LONGER))
            return true;
        for (uint32_t k = 0; k < c->change_count; k++)
            if (c->changes[k].way == way)
                return true;
    }
    return false;
}

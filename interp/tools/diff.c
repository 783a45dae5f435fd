#include "interp/tools/diff.h"
#include "interp/tools/diff_search.h"

const char *tn_diff_way_text(tn_diff_way way)
{
    static const char *const words[] = {"shorter", "longer", "other"};
    return words[way];
}

const char *tn_diff_what_text(tn_diff_what what)
{
    static const char *const words[] = {"due", "deadline", "redaction", "flag",
                                        "ahead"};
    return words[what];
}

const char *tn_diff_state_text(tn_diff_state state)
{
    static const char *const words[] = {"same", "no_difference_found", "changed",
                                        "added", "removed"};
    return words[state];
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
    tn_diff_search s = {
        .arena = arena, .pair = pair, .category = category, .placement = placement};
    tn_status status = tn_diff_unmatched(of, arena, s.targets);
    if (status == TN_OK)
        status = tn_diff_search_run(&s);
    tn_pair_close(pair);
    return status;
}

/* Dates that lie ahead: decided as things are then, not far ahead. */
static tn_status search_ahead(tn_pair_of of, tn_arena *arena,
                              tn_diff_category *category)
{
    const tn_instant made_at = TN_PAIR_MADE_AT;
    tn_pair *pair = tn_arena_take(arena, sizeof(*pair));
    if (pair == NULL)
        return TN_NOMEM;
    of.at = &made_at;
    TN_TRY(tn_pair_open(&of, arena, pair));
    tn_diff_search s = {.arena = arena,
                        .pair = pair,
                        .category = category,
                        .placement = TN_STR(""),
                        .first_change = category->change_count};
    tn_status status = tn_diff_search_ahead(&s);
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
            tn_diff_is_same_kind(&c->changes[i], &c->changes[number]))
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
        arena, (size_t)TN_DIFF_CHANGES_MAX * (2 + count_placements(of)),
        sizeof(*c->changes));
    if (c->changes == NULL)
        return TN_NOMEM;
    if (!same)
        TN_TRY(search_in(of, TN_STR(""), arena, c));
    if (!same)
        TN_TRY(search_ahead(*of, arena, c));
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
                     {TN_NONE, TN_NONE},
                     NULL};
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

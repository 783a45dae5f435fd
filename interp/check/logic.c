/* logic: a search for a record of which all claims are so, one part after the other. */
#include "interp/check/logic_part.h"

#include <string.h>

/* Deeper and longer conditions are not looked into: then all is possible. */
enum { KNOWN_MAX = 128, CLAIMS_MAX = 160, DEPTH_MAX = 600 };

/* What is still to be so. */
typedef struct goal {
    const tn_part *part;
    tn_telling is;
    const struct goal *next;
} goal;

typedef struct search {
    tn_logic *logic;
    tn_fact_known known[KNOWN_MAX];
    uint32_t count;
    uint32_t depth;
} search;

static bool solve(search *s, const goal *goals);

static void charge(tn_logic *logic, uint32_t steps)
{
    logic->steps_left -= steps < logic->steps_left ? steps : logic->steps_left;
}

static bool is_same(const tn_part *a, const tn_part *b)
{
    return a->kind == TN_PART_OPAQUE && b->kind == TN_PART_OPAQUE &&
           a->code == b->code && a->node_count == b->node_count &&
           memcmp(a->code->nodes + a->first_node, b->code->nodes + b->first_node,
                  a->node_count * sizeof(tn_cel_node)) == 0;
}

/* Is what has become known last possible beside the rest? */
static bool is_possible(const search *s)
{
    const tn_fact_known *last = &s->known[s->count - 1];
    if (last->part->kind == TN_PART_ATOM)
        return tn_logic_slot_may_be(s->known, s->count, last->part->slot);
    for (uint32_t i = 0; i + 1 < s->count; i++)
        if (is_same(s->known[i].part, last->part) && s->known[i].is != last->is)
            return false;
    return true;
}

static bool suppose(search *s, const tn_part *part, tn_telling is, const goal *rest)
{
    if (s->count == KNOWN_MAX)
        return true;
    s->known[s->count++] = (tn_fact_known){part, is};
    charge(s->logic, s->count + s->count * s->count / 8); /* what is looked at again */
    bool may = is_possible(s) && solve(s, rest);
    s->count--;
    return may;
}

static tn_telling opposite(tn_telling is)
{
    if (is == TN_TELLS_NOTHING)
        return is;
    return is == TN_TELLS_TRUE ? TN_TELLS_FALSE : TN_TELLS_TRUE;
}

static bool solve_both(search *s, const tn_part *part, tn_telling first,
                       tn_telling second, const goal *rest)
{
    goal later = {part->second, second, rest};
    goal now = {part->first, first, &later};
    return solve(s, &now);
}

static bool solve_one(search *s, const tn_part *part, tn_telling is, const goal *rest)
{
    goal now = {part, is, rest};
    return solve(s, &now);
}

/* `deciding` is false for &&, true for ||: one such operand decides, whatever the other
 * is; else one that tells nothing makes nothing of the whole. */
static bool solve_joined(search *s, const tn_part *part, tn_telling is,
                         tn_telling deciding, const goal *rest)
{
    tn_telling neutral = opposite(deciding);
    if (is == deciding)
        return solve_one(s, part->first, deciding, rest) ||
               solve_one(s, part->second, deciding, rest);
    if (is == neutral)
        return solve_both(s, part, neutral, neutral, rest);
    return solve_both(s, part, TN_TELLS_NOTHING, neutral, rest) ||
           solve_both(s, part, neutral, TN_TELLS_NOTHING, rest) ||
           solve_both(s, part, TN_TELLS_NOTHING, TN_TELLS_NOTHING, rest);
}

static bool solve_part(search *s, const tn_part *part, tn_telling is, const goal *rest)
{
    switch (part->kind) {
    case TN_PART_CONST: return part->truth == is && solve(s, rest);
    case TN_PART_NOT: return solve_one(s, part->first, opposite(is), rest);
    case TN_PART_AND: return solve_joined(s, part, is, TN_TELLS_FALSE, rest);
    case TN_PART_OR: return solve_joined(s, part, is, TN_TELLS_TRUE, rest);
    case TN_PART_ATOM:
    case TN_PART_OPAQUE: return suppose(s, part, is, rest);
    }
    return true;
}

static bool solve(search *s, const goal *goals)
{
    if (goals == NULL || s->logic->steps_left == 0 || s->depth == DEPTH_MAX)
        return true;
    s->logic->steps_left--;
    s->depth++;
    bool may = solve_part(s, goals->part, goals->is, goals->next);
    s->depth--;
    return may;
}

bool tn_logic_may_be(tn_logic *logic, const tn_claim *claims, uint32_t count)
{
    goal goals[CLAIMS_MAX];
    uint32_t used = 0;
    if (count > CLAIMS_MAX || logic->steps_left == 0)
        return true;
    if (logic->arena->block != NULL)
        tn_arena_reset(logic->arena);
    for (uint32_t i = 0; i < count; i++) {
        const tn_claim *claim = &claims[i];
        tn_telling is = claim->negated ? opposite(claim->is) : claim->is;
        if (claim->expr == TN_NONE && is != TN_TELLS_TRUE)
            return false;
        if (claim->expr == TN_NONE)
            continue;
        const tn_part *part = tn_logic_read(claim->of, claim->expr, logic->arena);
        if (part == NULL)
            return true;
        charge(logic, claim->of->code->exprs[claim->expr].node_count);
        goals[used] = (goal){part, is, used == 0 ? NULL : &goals[used - 1]};
        used++;
    }
    search s = {.logic = logic};
    return solve(&s, used == 0 ? NULL : &goals[used - 1]);
}

static bool may_be_two(tn_logic *logic, const tn_claim *a, tn_telling is,
                       const tn_claim *b, tn_telling other)
{
    tn_claim claims[2] = {*a, *b};
    claims[0].is = is;
    claims[1].is = other;
    return tn_logic_may_be(logic, claims, 2);
}

bool tn_logic_implies(tn_logic *logic, const tn_claim *a, const tn_claim *b)
{
    return !may_be_two(logic, a, TN_TELLS_TRUE, b, TN_TELLS_FALSE) &&
           !may_be_two(logic, a, TN_TELLS_TRUE, b, TN_TELLS_NOTHING);
}

bool tn_logic_is_same(tn_logic *logic, const tn_claim *a, const tn_claim *b)
{
    static const tn_telling all[] = {TN_TELLS_FALSE, TN_TELLS_TRUE, TN_TELLS_NOTHING};
    for (size_t i = 0; i < TN_COUNT(all); i++)
        for (size_t k = 0; k < TN_COUNT(all); k++)
            if (i != k && may_be_two(logic, a, all[i], b, all[k]))
                return false;
    return true;
}

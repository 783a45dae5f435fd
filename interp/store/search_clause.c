#include "interp/store/search_clause.h"

static const tn_search_clause none = {.op = TN_ASK_NONE};
static const tn_search_clause all = {.op = TN_ASK_ALL};

const tn_search_clause *tn_search_constant(bool is_all)
{
    return is_all ? &all : &none;
}

/* --- one clause under another */

static bool implies_value(const tn_search_clause *c)
{
    return c->op == TN_ASK_RANGE || c->op == TN_ASK_EXISTS ||
           (c->op == TN_ASK_LEAF && c->has_value);
}

static bool is_of_column(const tn_search_clause *c)
{
    return c->op == TN_ASK_RANGE || c->op == TN_ASK_EXISTS || c->op == TN_ASK_MISSING;
}

/* `c` where `k` holds of the same column. */
static const tn_search_clause *under_column(const tn_search_clause *c,
                                            const tn_search_clause *k)
{
    if (k->op == TN_ASK_MISSING)
        return c->op == TN_ASK_MISSING ? &all : &none;
    if (!implies_value(k))
        return c;
    if (c->op == TN_ASK_EXISTS)
        return &all;
    if (c->op == TN_ASK_MISSING)
        return &none;
    if (k->op != TN_ASK_RANGE)
        return c;
    if (c->first <= k->first && c->last >= k->last)
        return &all;
    return c->first > k->last || c->last < k->first ? &none : c;
}

static const tn_search_clause *under_one(const tn_search_clause *c,
                                         const tn_search_clause *k)
{
    if (is_of_column(c) && c->column == k->column &&
        (is_of_column(k) || k->op == TN_ASK_LEAF))
        return under_column(c, k);
    if (c->op == TN_ASK_SOUND && k->op == TN_ASK_SOUND)
        return &all;
    if (c->op == TN_ASK_LEAF && k->op == TN_ASK_LEAF && c->leaf == k->leaf)
        return c->truth == k->truth ? &all : &none;
    return c;
}

static const tn_search_clause *under(const tn_search_clause *c,
                                     const tn_search_known *known)
{
    for (; known != NULL; known = known->next) {
        c = under_one(c, known->clause);
        if (c->op == TN_ASK_ALL || c->op == TN_ASK_NONE)
            break;
    }
    return c;
}

bool tn_search_is_there(uint32_t column, const tn_search_known *known)
{
    tn_search_clause exists = {.op = TN_ASK_EXISTS, .column = column};
    return under(&exists, known)->op == TN_ASK_ALL;
}

/* --- several together */

/* Parts of an AND or OR that is being made. */
typedef struct joining {
    tn_arena *arena;
    tn_ask op;
    const tn_search_clause **list;
    uint32_t count;
    bool is_decided; /* by one part: NONE of an AND, ALL of an OR */
    bool failed;
} joining;

static bool is_same(const tn_search_clause *a, const tn_search_clause *b)
{
    if (a == b)
        return true;
    if (a->op != b->op)
        return false;
    if (a->op == TN_ASK_LEAF)
        return a->leaf == b->leaf && a->truth == b->truth;
    return a->op == TN_ASK_SOUND ||
           ((a->op == TN_ASK_EXISTS || a->op == TN_ASK_MISSING) &&
            a->column == b->column);
}

/* Do two ranges make one: of an AND always, of an OR where there is no gap. */
static bool is_one_range(tn_ask op, const tn_search_clause *a,
                         const tn_search_clause *b)
{
    if (a->op != TN_ASK_RANGE || b->op != TN_ASK_RANGE || a->column != b->column)
        return false;
    const tn_search_clause *low = a->first <= b->first ? a : b;
    const tn_search_clause *high = low == a ? b : a;
    return op == TN_ASK_AND || low->last == INT64_MAX || high->first <= low->last + 1;
}

static void merge_range(joining *j, uint32_t at, const tn_search_clause *b)
{
    const tn_search_clause *a = j->list[at];
    bool is_and = j->op == TN_ASK_AND;
    tn_search_clause *both = tn_arena_take(j->arena, sizeof(*both));
    if (both == NULL) {
        j->failed = true;
        return;
    }
    *both = *a;
    both->first = (a->first > b->first) == is_and ? a->first : b->first;
    both->last = (a->last < b->last) == is_and ? a->last : b->last;
    j->list[at] = both;
    j->is_decided |= both->first > both->last;
}

static void add(joining *j, const tn_search_clause *c)
{
    bool is_and = j->op == TN_ASK_AND;
    if (c == NULL || c->op == (is_and ? TN_ASK_NONE : TN_ASK_ALL)) {
        j->failed |= c == NULL;
        j->is_decided = true;
        return;
    }
    if (c->op == (is_and ? TN_ASK_ALL : TN_ASK_NONE))
        return;
    for (uint32_t i = 0; c->op == j->op && i < c->part_count; i++)
        add(j, c->parts[i]);
    if (c->op == j->op)
        return;
    for (uint32_t i = 0; i < j->count; i++) {
        if (is_same(j->list[i], c))
            return;
        if (is_one_range(j->op, j->list[i], c)) {
            merge_range(j, i, c);
            return;
        }
    }
    j->list[j->count++] = c;
}

static const tn_search_clause *end(const joining *j)
{
    if (j->failed)
        return NULL;
    if (j->is_decided)
        return tn_search_constant(j->op == TN_ASK_OR);
    if (j->count == 0)
        return tn_search_constant(j->op == TN_ASK_AND);
    if (j->count == 1)
        return j->list[0];
    tn_search_clause *out = tn_arena_take(j->arena, sizeof(*out));
    if (out != NULL)
        *out =
            (tn_search_clause){.op = j->op, .parts = j->list, .part_count = j->count};
    return out;
}

static uint32_t count_leaves(const tn_search_clause *c)
{
    uint32_t count = 1;
    for (uint32_t i = 0; c != NULL && i < c->part_count; i++)
        count += count_leaves(c->parts[i]);
    return count;
}

static bool start(joining *j, tn_arena *arena, tn_ask op, uint32_t most)
{
    *j = (joining){.arena = arena, .op = op};
    j->list = tn_arena_take_array(arena, most, sizeof(const tn_search_clause *));
    return j->list != NULL;
}

const tn_search_clause *tn_search_join(tn_arena *arena, tn_ask op,
                                       const tn_search_clause *a,
                                       const tn_search_clause *b)
{
    joining j;
    if (!start(&j, arena, op, count_leaves(a) + count_leaves(b)))
        return NULL;
    add(&j, a);
    add(&j, b);
    return end(&j);
}

/* --- simplifying */

bool tn_search_assume(tn_arena *arena, const tn_search_clause *c,
                      const tn_search_known **known)
{
    if (c == NULL)
        return false;
    for (uint32_t i = 0; c->op == TN_ASK_AND && i < c->part_count; i++)
        if (!tn_search_assume(arena, c->parts[i], known))
            return false;
    if (c->op <= TN_ASK_OR)
        return true;
    tn_search_known *more = tn_arena_take(arena, sizeof(*more));
    if (more == NULL)
        return false;
    *more = (tn_search_known){c, *known};
    for (const tn_search_known *k = *known; k != NULL; k = k->next) {
        if (!is_one_range(TN_ASK_AND, k->clause, c))
            continue;
        joining both = {
            .arena = arena, .op = TN_ASK_AND, .list = &more->clause, .count = 1};
        merge_range(&both, 0, k->clause);
        *known = more;
        return !both.failed;
    }
    *known = more;
    return true;
}

/* A part of an AND, where its other parts hold. */
static const tn_search_clause *under_others(const joining *j, uint32_t at,
                                            const tn_search_known *known)
{
    for (uint32_t i = 0; i < j->count; i++)
        if (i != at && !tn_search_assume(j->arena, j->list[i], &known))
            return NULL;
    return tn_search_simplify(j->arena, j->list[at], known);
}

static const tn_search_clause *simplify_and(tn_arena *arena, const tn_search_clause *c,
                                            const tn_search_known *known)
{
    joining first, second;
    uint32_t most = count_leaves(c);
    if (!start(&first, arena, TN_ASK_AND, most) ||
        !start(&second, arena, TN_ASK_AND, most))
        return NULL;
    for (uint32_t i = 0; i < c->part_count; i++)
        add(&first, tn_search_simplify(arena, c->parts[i], known));
    if (first.failed || first.is_decided)
        return end(&first);
    for (uint32_t i = 0; i < first.count; i++) {
        const tn_search_clause *part = under_others(&first, i, known);
        if (part != NULL && part->op == TN_ASK_ALL)
            first.list[i] = part; /* and so it tells nothing of the others */
        add(&second, part);
    }
    return end(&second);
}

static const tn_search_clause *simplify_or(tn_arena *arena, const tn_search_clause *c,
                                           const tn_search_known *known)
{
    joining first, second;
    uint32_t most = count_leaves(c);
    if (!start(&first, arena, TN_ASK_OR, most) ||
        !start(&second, arena, TN_ASK_OR, most))
        return NULL;
    for (uint32_t i = 0; i < c->part_count; i++)
        add(&first, tn_search_simplify(arena, c->parts[i], known));
    if (first.failed || first.is_decided)
        return end(&first);
    for (uint32_t i = 0; i < first.count; i++) /* ranges that became one */
        add(&second, under(first.list[i], known));
    return end(&second);
}

const tn_search_clause *tn_search_simplify(tn_arena *arena, const tn_search_clause *c,
                                           const tn_search_known *known)
{
    if (c == NULL)
        return NULL;
    switch (c->op) {
    case TN_ASK_NONE:
    case TN_ASK_ALL: return c;
    case TN_ASK_AND: return simplify_and(arena, c, known);
    case TN_ASK_OR: return simplify_or(arena, c, known);
    case TN_ASK_RANGE:
    case TN_ASK_EXISTS:
    case TN_ASK_MISSING:
    case TN_ASK_LEAF:
    case TN_ASK_SOUND: break;
    }
    return under(c, known);
}

/* search_clause: what is simplified means the same documents, of those at hand. */
#include "interp/store/search_clause.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { COLUMNS = 2, VALUES = 6, LEAVES = 3, ROUNDS = 20000 };

typedef struct document {
    bool has[COLUMNS];
    int64_t value[COLUMNS];
    int says[LEAVES]; /* of each leaf: 1 surely, 0 surely not, -1 unsure */
    bool is_sound;
} document;

typedef struct world {
    tn_arena arena;
    uint64_t seed;
    tn_pred leaves[LEAVES];
} world;

static uint32_t roll(world *w, uint32_t sides)
{
    w->seed = w->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(w->seed >> 33) % sides;
}

static bool holds(const world *w, const tn_search_clause *c, const document *d)
{
    bool is_and = c->op == TN_ASK_AND;
    switch (c->op) {
    case TN_ASK_NONE: return false;
    case TN_ASK_ALL: return true;
    case TN_ASK_RANGE:
        return d->has[c->column] && d->value[c->column] >= c->first &&
               d->value[c->column] <= c->last;
    case TN_ASK_EXISTS: return d->has[c->column];
    case TN_ASK_MISSING: return !d->has[c->column];
    case TN_ASK_LEAF: return d->says[c->leaf - w->leaves] == (c->truth ? 1 : 0);
    case TN_ASK_SOUND: return d->is_sound;
    case TN_ASK_AND:
    case TN_ASK_OR: break;
    }
    for (uint32_t i = 0; i < c->part_count; i++)
        if (holds(w, c->parts[i], d) != is_and)
            return !is_and;
    return is_and;
}

/* Leaf 0 is of column 0, and has a value where it is surely so. */
static document make_document(world *w)
{
    document d = {.is_sound = roll(w, 4) > 0};
    for (uint32_t i = 0; i < COLUMNS; i++) {
        d.has[i] = roll(w, 3) > 0;
        d.value[i] = roll(w, VALUES);
    }
    for (uint32_t i = 0; i < LEAVES; i++)
        d.says[i] = (int)roll(w, 3) - 1;
    if (d.says[0] == 1)
        d.has[0] = true;
    return d;
}

static const tn_search_clause *make_clause(world *w, uint32_t depth)
{
    tn_search_clause *c = tn_arena_take(&w->arena, sizeof(*c));
    assert_non_null(c);
    if (depth > 0 && roll(w, 3) > 0) {
        tn_ask op = roll(w, 2) ? TN_ASK_AND : TN_ASK_OR;
        const tn_search_clause *all = tn_search_constant(op == TN_ASK_AND);
        for (uint32_t i = roll(w, 3) + 1; i > 0; i--)
            all = tn_search_join(&w->arena, op, all, make_clause(w, depth - 1));
        return all;
    }
    static const tn_ask ops[] = {TN_ASK_RANGE,   TN_ASK_RANGE, TN_ASK_EXISTS,
                                 TN_ASK_MISSING, TN_ASK_LEAF,  TN_ASK_LEAF,
                                 TN_ASK_SOUND,   TN_ASK_NONE,  TN_ASK_ALL};
    *c = (tn_search_clause){.op = ops[roll(w, TN_COUNT(ops))],
                            .column = roll(w, COLUMNS),
                            .first = roll(w, VALUES)};
    c->last = c->first + roll(w, VALUES);
    if (c->op == TN_ASK_LEAF) {
        uint32_t leaf = roll(w, LEAVES);
        c->leaf = &w->leaves[leaf];
        c->column = leaf == 0 ? 0 : 1;
        c->truth = roll(w, 2) == 0;
        c->has_value = leaf == 0 && c->truth;
    }
    return c;
}

static void test_search_clause__simplified_it_means_the_same(void **state)
{
    (void)state;
    world w = {.seed = 7};
    tn_arena_init(&w.arena, NULL);
    uint32_t decided = 0;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        const tn_search_known *known = NULL;
        const tn_search_clause *premise = make_clause(&w, 2);
        const tn_search_clause *clause = make_clause(&w, 3);
        assert_true(tn_search_assume(&w.arena, premise, &known));
        const tn_search_clause *small = tn_search_simplify(&w.arena, clause, known);
        assert_non_null(small);
        decided += small->op == TN_ASK_ALL || small->op == TN_ASK_NONE;
        for (uint32_t j = 0; j < 40; j++) {
            document d = make_document(&w);
            if (holds(&w, premise, &d))
                assert_int_equal(holds(&w, small, &d), holds(&w, clause, &d));
        }
        tn_arena_reset(&w.arena);
    }
    assert_true(decided > ROUNDS / 4);
    tn_arena_free(&w.arena);
}

/* What was known of a policy's first case is not asked again in the others. */
static void test_search_clause__what_is_known_is_not_asked(void **state)
{
    (void)state;
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    const tn_search_known *known = NULL;
    tn_search_clause sane = {.op = TN_ASK_RANGE, .column = 1, .first = 10, .last = 90};
    tn_search_clause old = {.op = TN_ASK_RANGE, .column = 1, .first = 0, .last = 50};
    tn_search_clause young = {.op = TN_ASK_RANGE, .column = 1, .first = 51, .last = 99};
    tn_search_clause missing = {.op = TN_ASK_MISSING, .column = 1};
    assert_true(tn_search_assume(&arena, &sane, &known));
    assert_true(tn_search_is_there(1, known));
    assert_false(tn_search_is_there(0, known));
    assert_int_equal(tn_search_simplify(&arena, &missing, known)->op, TN_ASK_NONE);
    const tn_search_clause *either = tn_search_join(&arena, TN_ASK_OR, &old, &young);
    assert_int_equal(either->op, TN_ASK_RANGE);
    assert_int_equal(tn_search_simplify(&arena, either, known)->op, TN_ASK_ALL);
    assert_true(tn_search_assume(&arena, &young, &known));
    assert_int_equal(tn_search_simplify(&arena, &old, known)->op, TN_ASK_NONE);
    tn_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search_clause__simplified_it_means_the_same),
        cmocka_unit_test(test_search_clause__what_is_known_is_not_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

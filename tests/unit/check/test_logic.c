/* What logic says to be impossible is never so: random conditions over a few fields,
 * each decided for every record that a few values make. */
#include "interp/cel/eval.h"
#include "interp/check/logic.h"
#include "interp/decide/decide.h"
#include "tests/support/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CONDITIONS = 60, ROUNDS = 40, SLOTS = 4 };

static uint64_t state_of_random = 20261124;

static uint32_t below(uint32_t count)
{
    state_of_random =
        state_of_random * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint32_t)(state_of_random >> 33) % count;
}

/* --- random conditions */

static void put_atom(tn_buf *out)
{
    static const char *const orders[] = {"<", "<=", ">", ">=", "==", "!="};
    static const char *const texts[] = {"\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"ba\""};
    static const char *const lists[] = {"[\"a\", \"b\"]", "[\"ab\"]",
                                        "[\"\", \"ba\", \"b\"]"};
    static const char *const whole[] = {"[1, 2]", "[0]", "[3, 4, 5, 0]"};
    static const char *const parts[] = {"startsWith", "endsWith", "contains"};
    static const char *const odd[] = {
        "size(s) > 1", "n + 1 > 2",           "n < u",
        "s == s",      "(b ? n : n + 1) > 2", "[1, 2].exists(x, x == n)"};
    switch (below(10)) {
    case 0: tn_buf_put_text(out, "b"); return;
    case 1: tn_buf_put_format(out, "s in %s", lists[below(3)]); return;
    case 2: tn_buf_put_format(out, "n in %s", whole[below(3)]); return;
    case 3:
        tn_buf_put_format(out, "s.%s(%s)", parts[below(3)], texts[below(5)]);
        return;
    case 4:
        tn_buf_put_format(out, "s %s %s", orders[below(6)], texts[below(5)]);
        return;
    case 5: tn_buf_put_format(out, "has(record.%c)", "nsbu"[below(4)]); return;
    case 6:
        tn_buf_put_format(out, "%c %s null", "nsbu"[below(4)], orders[4 + below(2)]);
        return;
    case 7: tn_buf_put_text(out, odd[below(6)]); return;
    case 8: tn_buf_put_format(out, "u %s %uu", orders[below(6)], below(4)); return;
    default: tn_buf_put_format(out, "n %s %u", orders[below(6)], below(5)); return;
    }
}

static void put_condition(tn_buf *out, uint32_t depth)
{
    uint32_t kind = depth == 0 ? 3 : below(5);
    if (kind > 2) {
        put_atom(out);
        return;
    }
    tn_buf_put_text(out, kind == 2 ? "!(" : "(");
    put_condition(out, depth - 1);
    if (kind < 2) {
        tn_buf_put_text(out, kind == 0 ? " && " : " || ");
        put_condition(out, depth - 1);
    }
    tn_buf_put_text(out, ")");
}

static void put_policy(tn_buf *out)
{
    tn_buf_put_text(out, "module m \"M\"\ncategory c \"C\" {\n"
                         "    fields { n : int  s : string  b : bool  u : uint\n"
                         "             t : timestamp }\n"
                         "    stored in db as primary\n    retain 1 day from t\n");
    for (uint32_t i = 0; i < CONDITIONS; i++) {
        tn_buf_put_text(out, "    flag when ");
        put_condition(out, 3); /* none may say what another one says */
        tn_buf_put_format(out, " && s != \"k%u\"\n", i);
    }
    tn_buf_put_text(out, "}\n");
    tn_buf_put_char(out, '\0');
}

/* --- every record */

enum {
    INTS = 9,
    TEXTS = 9,
    BOOLS = 4,
    UINTS = 6,
    RECORDS = INTS * TEXTS * BOOLS * UINTS
};

static tn_value nothing(uint32_t n)
{
    return (tn_value){.kind = n == 0 ? TN_KIND_NULL : TN_KIND_UNREADABLE};
}

static void make_record(uint32_t number, tn_value slots[SLOTS + 1])
{
    static const char *const texts[] = {"", "a", "ab", "b", "ba", "abc", "c"};
    uint32_t n = number % INTS, s = number / INTS % TEXTS;
    uint32_t b = number / INTS / TEXTS % BOOLS, u = number / INTS / TEXTS / BOOLS;
    slots[0] = n < 2
                   ? nothing(n)
                   : (tn_value){.kind = TN_KIND_INT, .as = {.integer = (int64_t)n - 3}};
    slots[1] = s < 2 ? nothing(s)
                     : (tn_value){.kind = TN_KIND_STRING,
                                  .as = {.text = tn_str_from(texts[s - 2])}};
    slots[2] = b < 2 ? nothing(b)
                     : (tn_value){.kind = TN_KIND_BOOL, .as = {.boolean = b == 3}};
    slots[3] =
        u < 2 ? nothing(u)
              : (tn_value){.kind = TN_KIND_UINT, .as = {.unsigned_integer = u - 2}};
    slots[4] = nothing(0);
}

typedef struct bench {
    test_policy policy;
    tn_run *run;
    tn_cel_machine *machine;
    tn_arena scratch;
    tn_arena arena;
    uint32_t guards[CONDITIONS];
    unsigned char told[CONDITIONS][RECORDS]; /* tn_telling */
} bench;

static void decide_all(bench *w)
{
    static const tn_telling tellings[] = {[TN_CEL_FALSE] = TN_TELLS_FALSE,
                                          [TN_CEL_TRUE] = TN_TELLS_TRUE,
                                          [TN_CEL_UNKNOWN] = TN_TELLS_NOTHING};
    for (uint32_t i = 0; i < CONDITIONS; i++)
        for (uint32_t r = 0; r < RECORDS; r++) {
            tn_value slots[SLOTS + 1];
            tn_cel_truth truth;
            make_record(r, slots);
            tn_arena_reset(&w->scratch);
            assert_int_equal(tn_cel_test(w->machine, w->guards[i], slots, &truth),
                             TN_OK);
            w->told[i][r] = (unsigned char)tellings[truth];
        }
}

static void open_bench(bench *w)
{
    tn_buf text;
    uint32_t count = 0;
    tn_buf_init(&text, NULL);
    put_policy(&text);
    test_policy_compile(&w->policy, text.data);
    tn_buf_free(&text);
    const tn_image *image = &w->policy.image;
    for (uint32_t i = 0; i < image->clause_count && count < CONDITIONS; i++)
        if (image->clauses[i].kind == TN_CLAUSE_FLAG)
            w->guards[count++] = image->clauses[i].guard;
    assert_int_equal(count, CONDITIONS);
    tn_arena_init(&w->scratch, NULL);
    tn_arena_init(&w->arena, NULL);
    assert_non_null(tn_arena_take(&w->scratch, 1));
    assert_int_equal(
        tn_run_new(image, test_instant("2026-01-01T00:00:00Z"), NULL, &w->run), TN_OK);
    assert_int_equal(tn_cel_machine_new(tn_run_program(w->run), &w->scratch,
                                        image->header->cost_budget, &w->machine),
                     TN_OK);
    decide_all(w);
}

static void close_bench(bench *w)
{
    tn_cel_machine_free(w->machine);
    tn_run_free(w->run);
    tn_arena_free(&w->scratch);
    tn_arena_free(&w->arena);
    test_policy_free(&w->policy);
}

/* Is there a record of which both are so? */
static bool is_met(const bench *w, uint32_t i, tn_telling is, uint32_t k,
                   tn_telling other)
{
    for (uint32_t r = 0; r < RECORDS; r++)
        if (w->told[i][r] == is && w->told[k][r] == other)
            return true;
    return false;
}

static const tn_field_type types[] = {TN_FIELD_INT, TN_FIELD_STRING, TN_FIELD_BOOL,
                                      TN_FIELD_UINT, TN_FIELD_TIMESTAMP};

static void show(const bench *w, uint32_t i, tn_telling is, uint32_t k,
                 tn_telling other)
{
    const tn_cel_code *code = &w->policy.image.code;
    const uint32_t both[] = {w->guards[i], w->guards[k]};
    printf("# not impossible: %d and %d of\n", (int)is, (int)other);
    for (size_t n = 0; n < TN_COUNT(both); n++) {
        const tn_cel_expr *expr = &code->exprs[both[n]];
        const tn_cel_place *place =
            &code->places[expr->first_node + expr->node_count - 1];
        tn_str text = w->policy.sources.list[0].text;
        text = tn_str_slice(text, place->start, place->end - place->start);
        printf("#   " TN_STR_FMT "\n", TN_STR_ARG(text));
    }
}

/* All pairs that are `near` each other; how many impossibilities were proven. */
static void compare(bench *w, uint32_t *proven, uint32_t *unmet)
{
    enum { NEAR = 8 };
    tn_logic_source source = {&w->policy.image.code, types, NULL, SLOTS + 1};
    tn_arena scratch;
    tn_arena_init(&scratch, NULL);
    for (uint32_t i = 0; i < CONDITIONS; i++)
        for (uint32_t k = i; k < CONDITIONS && k < i + NEAR; k++)
            for (uint32_t what = 0; what < 9; what++) {
                tn_telling is = (tn_telling)(what % 3), other = (tn_telling)(what / 3);
                tn_claim claims[] = {{&source, w->guards[i], false, is},
                                     {&source, w->guards[k], false, other}};
                tn_logic logic = {&scratch, TN_LOGIC_STEPS};
                bool may = tn_logic_may_be(&logic, claims, 2);
                bool met = is_met(w, i, is, k, other);
                if (!may && met)
                    show(w, i, is, k, other);
                assert_true(may || !met);
                *proven += !may;
                *unmet += !met;
            }
    tn_arena_free(&scratch);
}

static void test_logic__nothing_that_happens_is_impossible(void **state)
{
    (void)state;
    static bench w;
    uint32_t proven = 0, unmet = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        open_bench(&w);
        compare(&w, &proven, &unmet);
        close_bench(&w);
    }
    printf("# %u of %u impossible pairs were proven\n", proven, unmet);
    assert_true(proven * 10 > unmet * 6);
}

/* --- one by one */

static bool is_possible(const char *condition, tn_telling is)
{
    test_policy policy;
    tn_arena scratch;
    char text[1024];
    snprintf(text, sizeof(text),
             "module m \"M\"\ncategory c \"C\" {\n"
             "    fields { n : int  s : string  b : bool  u : uint  t : timestamp\n"
             "             x : double  y : dyn }\n"
             "    stored in db as primary\n    retain 1 day from t\n"
             "    flag when %s\n}\n",
             condition);
    test_policy_compile(&policy, text);
    static const tn_field_type more[] = {
        TN_FIELD_INT,       TN_FIELD_STRING, TN_FIELD_BOOL, TN_FIELD_UINT,
        TN_FIELD_TIMESTAMP, TN_FIELD_DOUBLE, TN_FIELD_DYN};
    tn_logic_source source = {&policy.image.code, more, NULL, TN_COUNT(more)};
    tn_claim claim = {&source, policy.image.clauses[1].guard, false, is};
    tn_arena_init(&scratch, NULL);
    tn_logic logic = {&scratch, TN_LOGIC_STEPS};
    bool may = tn_logic_may_be(&logic, &claim, 1);
    tn_arena_free(&scratch);
    test_policy_free(&policy);
    return may;
}

static void test_logic__what_is_proven(void **state)
{
    (void)state;
    assert_false(is_possible("n > 3 && n < 4", TN_TELLS_TRUE));
    assert_true(is_possible("n > 3 && n < 5", TN_TELLS_TRUE));
    assert_true(is_possible("x > 3.0 && x < 4.0", TN_TELLS_TRUE));
    assert_false(is_possible("x > 4.0 && x < 3.0", TN_TELLS_TRUE));
    assert_false(is_possible("u < 0u", TN_TELLS_TRUE));
    assert_false(is_possible("s == \"a\" && s in [\"b\", \"c\"]", TN_TELLS_TRUE));
    assert_false(is_possible("s == \"a\" && !s.startsWith(\"a\")", TN_TELLS_TRUE));
    assert_false(
        is_possible("s.startsWith(\"a\") && s.startsWith(\"b\")", TN_TELLS_TRUE));
    assert_false(is_possible("b || !b", TN_TELLS_FALSE));
    assert_true(is_possible("b || !b", TN_TELLS_NOTHING));
    assert_false(is_possible("s == \"a\" || s != \"a\"", TN_TELLS_FALSE));
    assert_false(is_possible("t > timestamp(\"2025-01-01T00:00:00Z\") && "
                             "t < timestamp(\"2024-01-01T00:00:00Z\")",
                             TN_TELLS_TRUE));
    assert_false(is_possible("has(record.n) && n == null", TN_TELLS_TRUE));
    assert_false(is_possible("size(s) > 3 && !(size(s) > 3)", TN_TELLS_TRUE));
}

static void test_logic__what_is_not_known_is_possible(void **state)
{
    (void)state;
    assert_true(is_possible("size(s) > 3 && size(s) < 2", TN_TELLS_TRUE));
    assert_true(is_possible("n < 3 && n + 0 > 5", TN_TELLS_TRUE));
    assert_true(is_possible("y == 1 && y == \"a\"", TN_TELLS_TRUE));
    /* NaN is neither */
    assert_true(is_possible("x < 1.0 || x >= 1.0", TN_TELLS_FALSE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_logic__nothing_that_happens_is_impossible),
        cmocka_unit_test(test_logic__what_is_proven),
        cmocka_unit_test(test_logic__what_is_not_known_is_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

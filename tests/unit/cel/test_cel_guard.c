/* cel: simple conditions, which have a way of their own to true, false and unknown,
 * come to what the evaluator says. */
#include "interp/cel/program.h"
#include "tests/support/condition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static const tn_value one = {.kind = TN_KIND_INT, .as.integer = 1};
static const tn_list_value ones = {&one, 1};

static const tn_value values[] = {
    {.kind = TN_KIND_NULL},
    {.kind = TN_KIND_UNREADABLE},
    {.kind = TN_KIND_BOOL, .as.boolean = false},
    {.kind = TN_KIND_BOOL, .as.boolean = true},
    {.kind = TN_KIND_INT, .as.integer = -1},
    {.kind = TN_KIND_INT, .as.integer = 1},
    {.kind = TN_KIND_INT, .as.integer = INT64_MAX},
    {.kind = TN_KIND_UINT, .as.unsigned_integer = 1},
    {.kind = TN_KIND_UINT, .as.unsigned_integer = UINT64_MAX},
    {.kind = TN_KIND_DOUBLE, .as.real = 1.0},
    {.kind = TN_KIND_DOUBLE, .as.real = 1.5},
    {.kind = TN_KIND_DOUBLE, .as.real = -0.0},
    {.kind = TN_KIND_DOUBLE, .as.real = (double)__builtin_nanf("")},
    {.kind = TN_KIND_STRING, .as.text = {"", 0}},
    {.kind = TN_KIND_STRING, .as.text = {"svc-1", 5}},
    {.kind = TN_KIND_STRING, .as.text = {"failure", 7}},
    {.kind = TN_KIND_BYTES, .as.text = {"failure", 7}},
    {.kind = TN_KIND_TIMESTAMP, .as.instant = {86400, 0}},
    {.kind = TN_KIND_TIMESTAMP, .as.instant = {86400, 1}},
    {.kind = TN_KIND_DATE, .as.day = 1},
    {.kind = TN_KIND_DURATION, .as.duration_nanos = 1000000000},
    {.kind = TN_KIND_LIST, .as.list = &ones},
};

/* Every op and every kind of constant that is simple. */
static const char *const texts[] = {
    "a == null",
    "a != null && b != null",
    "a == 1 || b == 1u",
    "a != 1.0 && b == 0.0",
    "a == \"failure\" && b.startsWith(\"svc-\")",
    "!(a == \"failure\") || b.endsWith(\"-1\")",
    "a.startsWith(\"\") && !b.endsWith(\"\")",
    "a == b\"failure\" || b == true",
    "a == timestamp(\"1970-01-02T00:00:00Z\")",
    "a == timestamp(\"1970-01-02T00:00:00.000000001Z\") || b == duration(\"1s\")",
    "a < 1 || b >= 1",
    "a <= 1u && b > 1u",
    "a < 1.5 && b <= 0.5",
    "a > \"f\" || b < \"svc-2\"",
    "a >= timestamp(\"1970-01-02T00:00:00Z\")",
    "a < timestamp(\"1970-01-02T00:00:00Z\") || b < duration(\"2s\")",
    "a > false && b <= true",
    "a < b\"g\"",
    "a in [1, \"failure\", null, 1.5, true]",
    "a in [] || b in [timestamp(\"1970-01-02T00:00:00Z\")]",
    "a",
    "!a",
    "a && b",
    "a || b",
    "!(a && !b) || (b && a == 1)",
    "(a || b == 1) && (b || a == 1)",
    "a == 1 && b == 1 || a == \"svc-1\" && b == \"svc-1\" || a && b",
    "has(r.a) && has(r.b)",
    "a.matches(\"^svc\") || !(b.matches(\"e$\") && a == 1)",
    "has(r.a) || b == 1",
    "!has(r.a)",
};

static tn_cel_truth truth_of(const tn_value *value)
{
    if (value->kind != TN_KIND_BOOL)
        return TN_CEL_UNKNOWN;
    return value->as.boolean ? TN_CEL_TRUE : TN_CEL_FALSE;
}

static void compare(test_condition *c, const char *text, size_t a, size_t b)
{
    const tn_value slots[] = {values[a], values[b], values[a], values[b]};
    tn_value value;
    tn_cel_truth truth;
    assert_int_equal(tn_cel_eval(c->machine, c->compiled.expr, slots, &value), TN_OK);
    assert_int_equal(tn_cel_test(c->machine, c->compiled.expr, slots, &truth), TN_OK);
    if (truth != truth_of(&value))
        fail_msg("%s of values %zu and %zu", text, a, b);
    tn_arena_reset(&c->scratch);
}

static void test_cel_guard__comes_to_what_evaluation_does(void **state)
{
    (void)state;
    const tn_type *dyn = tn_type_of(TN_TYPE_DYN);
    const tn_value null = {.kind = TN_KIND_NULL};
    const test_name names[] = {
        {.name = "a", .type = dyn, .value = null},
        {.name = "b", .type = dyn, .value = null},
        {.name = "r.a", .type = dyn, .value = null},
        {.name = "r.b", .type = dyn, .value = null},
    };
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        test_condition c = {.names = names, .name_count = TN_COUNT(names)};
        assert_int_equal(test_condition_compile(&c, tn_str_from(texts[i])), TN_OK);
        assert_int_equal(test_condition_run(&c), TN_OK);
        if (c.program->guards[c.compiled.expr].steps == 0)
            fail_msg("%s is not simple", texts[i]);
        for (size_t a = 0; a < TN_COUNT(values); a++)
            for (size_t b = 0; b < TN_COUNT(values); b++)
                compare(&c, texts[i], a, b);
        test_condition_free(&c);
    }
}

static void test_cel_guard__keeps_to_its_budget(void **state)
{
    (void)state;
    const test_name names[] = {
        {.name = "a", .type = tn_type_of(TN_TYPE_STRING), .value = values[15]}};
    test_condition c = {.names = names, .name_count = 1, .budget = 3};
    tn_cel_truth truth;
    assert_int_equal(
        test_condition_compile(&c, TN_STR("a == \"1\" || a == \"2\" || a == \"3\"")),
        TN_OK);
    assert_int_equal(test_condition_run(&c), TN_OK);
    assert_int_equal(c.value.kind, TN_KIND_UNREADABLE);
    assert_int_equal(tn_cel_test(c.machine, c.compiled.expr, &values[15], &truth),
                     TN_OK);
    assert_int_equal(truth, TN_CEL_UNKNOWN);
    test_condition_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel_guard__comes_to_what_evaluation_does),
        cmocka_unit_test(test_cel_guard__keeps_to_its_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

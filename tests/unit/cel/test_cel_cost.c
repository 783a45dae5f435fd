/* cel: the worst case that the compiler tells is one, and the steps taken are the same
 * on every host. */
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Compiles, runs and frees; what it told and what it took. */
static void measure(const char *text, uint64_t *told, uint64_t *took)
{
    test_condition c = test_condition_named;
    assert_int_equal(test_condition_compile(&c, tn_str_from(text)), TN_OK);
    assert_int_equal(test_condition_run(&c), TN_OK);
    *told = c.compiled.cost;
    *took = tn_cel_steps(c.machine);
    test_condition_free(&c);
}

static void test_cel_cost__no_evaluation_takes_more_than_was_told(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "r.text == \"old\" && r.seven > 3",
        "r.text in [\"a\", \"b\", \"old\"]",
        "r.seven in r.list",
        "r.list.map(x, r.list.map(y, x * y))",
        "r.list.filter(x, x > 1).map(x, x + r.seven)",
        "r.list.map(x, x > 1, [x, x])",
        "r.list.exists(x, x == r.seven) || r.list.all(i, x, i < x)",
        "r.list.transformMap(i, x, {string(x): i})",
        "r.list.transformMapEntry(i, x, {x: [i, i]})",
        "cel.bind(x, r.text + r.text, x + x + x).size()",
        "{\"a\": r.text, \"b\": r.list}",
        "{\"a\": r.list}.a[0] + {\"a\": r.list}[\"a\"][1]",
        "has({\"a\": 1}.b) ? 1 : r.seven",
        "r.text.replace(\"\", r.text)",
        "r.text.replace(\"o\", \"ooooooooooooooooooooooooooooooooooooooooooo\")",
        "r.text.split(\"\")",
        "[r.text, r.text, r.text].join(\", and also \")",
        "\"%s %d %f %e %x %s\".format([r.text, r.seven, 0.1, 1e300, r.text, r.list])",
        "\"%s\".format([{1: [0.1, 0.2], 2: [1.5, 2.5]}])",
        "r.text.contains(\"ld\") && r.text.indexOf(\"o\") == 0",
        "r.text.lastIndexOf(\"oldoldoldoldoldold\")",
        "r.text.matches(\"(a{3,9}|o.d)+\")",
        "r.text.matches(r.text)",
        "string(double(string(r.seven)) / 3.0)",
        "string(r.raw) == \"\" || r.text == \"old\"",
        "base64.encode(r.raw)",
        "strings.quote(r.text).reverse().trim().upperAscii()",
        "optional.of(r.list).optMap(x, x + x).orValue([])",
        "optional.none().or(optional.of(r.text)).value()",
        "[?optional.of(r.text), r.any]",
        "{?\"a\": optional.of(r.list), \"b\": r.text}",
        "r.day.getHours(\"Europe/Berlin\") + r.day.getDate()",
        "math.greatest(r.seven, 1, 2, 3, 4) - math.least(r.list)",
        "[r.list] == [r.list] && {\"a\": r.text} == {\"a\": r.any}",
        "r.none < 3 || r.bad == 2",
    };
    for (size_t i = 0; i < TN_COUNT(texts); i++) {
        uint64_t told, took;
        measure(texts[i], &told, &took);
        if (took > told)
            fail_msg("%s took %llu steps of %llu", texts[i], (unsigned long long)took,
                     (unsigned long long)told);
    }
}

static void test_cel_cost__a_slot_against_a_constant_is_cheap_and_known(void **state)
{
    (void)state;
    uint64_t told, took;
    measure("r.seven == 7 && r.text.startsWith(\"o\")", &told, &took);
    assert_true(told < 30);
    assert_true(took >= 4);
}

static void test_cel_cost__grows_with_what_is_repeated(void **state)
{
    (void)state;
    uint64_t once, twice, took;
    measure("r.list.map(x, x)", &once, &took);
    measure("r.list.map(x, r.list.map(y, x))", &twice, &took);
    assert_true(twice > 10 * once);
    measure("r.text.replace(\"\", r.text).replace(\"\", r.text)", &twice, &took);
    assert_int_equal(twice, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel_cost__no_evaluation_takes_more_than_was_told),
        cmocka_unit_test(test_cel_cost__a_slot_against_a_constant_is_cheap_and_known),
        cmocka_unit_test(test_cel_cost__grows_with_what_is_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

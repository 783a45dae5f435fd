/* cel: hostile conditions end, with an error that says why. */
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_cel__a_budget_ends_what_would_not(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.budget = 20000;
    TEST_CONDITIONS(
        options,
        {"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, "
         "10].map(b, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(c, [1, 2, 3, 4, 5, 6, 7, 8, "
         "9, 10].map(d, a + b + c + d + r.seven)))).size()",
         "error 160..161: the cost budget is exceeded"},
        {"[r.text + r.text].map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).size()",
         "error 207..212: the cost budget is exceeded"},
        {"[r.list].map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + "
         "a).map(a, a + a).map(a, a + a).map(a, a + a).map(a, a + a).size()",
         "error 156..161: the cost budget is exceeded"},
        {"[r.text].map(a, a.replace(\"\", a + a + a + a)).map(a, a.replace(\"\", "
         "a)).map(a, a.replace(\"\", a)).map(a, a.replace(\"\", a)).size()",
         "error 78..94: the cost budget is exceeded"},
        {"[[r.text, r.text]].map(a, [a.join(\"12345678\"), "
         "a.join(\"12345678\")]).map(a, a.join(a[0])).map(a, [a, a, a, a, a, a, a, "
         "a].join(a)).map(a, [a, a, a, a, a, a, a, a].join(a)).map(a, [a, a, a, a, a, "
         "a, a, a].join(a)).map(a, [a, a, a, a, a, a, a, a].join(a)).size()",
         "error 219..251: the cost budget is exceeded"},
        {"[r.text].map(a, \"%s%s%s%s%s%s%s%s\".format([a, a, a, a, a, a, a, "
         "a])).map(a, \"%s%s%s%s%s%s%s%s\".format([a, a, a, a, a, a, a, a])).map(a, "
         "\"%s%s%s%s%s%s%s%s\".format([a, a, a, a, a, a, a, a])).map(a, "
         "\"%s%s%s%s%s%s%s%s\".format([a, a, a, a, a, a, a, a])).map(a, "
         "\"%s%s%s%s%s%s%s%s\".format([a, a, a, a, a, a, a, a])).size()",
         "error 256..307: the cost budget is exceeded"},
        {"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(a, [1, 2, 3, 4, 5, 6, 7, 8, 9, "
         "10].exists(b, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].exists(c, [1, 2, 3, 4, 5, 6, "
         "7, 8, 9, 10].exists(d, a + b + c + d == -r.seven))))",
         "error 176..177: the cost budget is exceeded"});
}

static void test_cel__a_budget_is_no_error_that_an_operand_absorbs(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.budget = 30;
    TEST_CONDITIONS(options,
                    {"[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(a, a + r.seven).size() > 5 "
                     "|| r.seven == 7",
                     "error 39..50: the cost budget is exceeded"},
                    {"r.seven == 7 || [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(a, a + "
                     "r.seven).size() > 5",
                     "true"});
}

static void test_cel__a_little_work_is_within_a_budget(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.budget = 30;
    TEST_CONDITIONS(options, {"r.seven + 1", "8"},
                    {"r.text.startsWith(\"o\") && r.seven > 6", "true"});
}

static void test_cel__a_precision_is_bounded(void **state)
{
    (void)state;
    TEST_CONDITIONS(test_condition_named, {"\"%.100f\".format([1.0]).size()", "102"},
                    {"\"%.101f\".format([1.0])",
                     "error 0..22: format: a precision is a number up to 100"},
                    {"\"%.99999999999999999999f\".format([1.0])",
                     "error 0..39: format: a precision is a number up to 100"},
                    {"\"%.100e\".format([1e300]).size()", "107"});
}

static void
test_cel__what_is_shared_within_a_value_is_not_looked_at_for_ever(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.budget = 20000;
    TEST_CONDITIONS(
        options,
        {"cel.bind(b0,r.list,cel.bind(b1,[b0,b0],cel.bind(b2,[b1,b1],cel.bind(b3,[b2,"
         "b2],cel.bind(b4,[b3,b3],cel.bind(b5,[b4,b4],cel.bind(b6,[b5,b5],cel.bind(b7,["
         "b6,b6],cel.bind(b8,[b7,b7],cel.bind(b9,[b8,b8],cel.bind(b10,[b9,b9],cel.bind("
         "b11,[b10,b10],cel.bind(b12,[b11,b11],cel.bind(b13,[b12,b12],cel.bind(b14,["
         "b13,b13],cel.bind(b15,[b14,b14],cel.bind(b16,[b15,b15],cel.bind(b17,[b16,b16]"
         ",cel.bind(b18,[b17,b17],b18 == b18)))))))))))))))))))",
         "error 404..414: the cost budget is exceeded"},
        {"cel.bind(b0,r.list,cel.bind(b1,[b0,b0],cel.bind(b2,[b1,b1],cel.bind(b3,[b2,"
         "b2],cel.bind(b4,[b3,b3],cel.bind(b5,[b4,b4],cel.bind(b6,[b5,b5],cel.bind(b7,["
         "b6,b6],cel.bind(b8,[b7,b7],cel.bind(b9,[b8,b8],cel.bind(b10,[b9,b9],cel.bind("
         "b11,[b10,b10],cel.bind(b12,[b11,b11],cel.bind(b13,[b12,b12],cel.bind(b14,["
         "b13,b13],cel.bind(b15,[b14,b14],cel.bind(b16,[b15,b15],cel.bind(b17,[b16,b16]"
         ",cel.bind(b18,[b17,b17],dyn(b18) in [b18])))))))))))))))))))",
         "error 404..421: the cost budget is exceeded"},
        {"cel.bind(b0,r.list,cel.bind(b1,[b0,b0],cel.bind(b2,[b1,b1],cel.bind(b3,[b2,"
         "b2],cel.bind(b4,[b3,b3],cel.bind(b5,[b4,b4],cel.bind(b6,[b5,b5],cel.bind(b7,["
         "b6,b6],cel.bind(b8,[b7,b7],cel.bind(b9,[b8,b8],cel.bind(b10,[b9,b9],cel.bind("
         "b11,[b10,b10],cel.bind(b12,[b11,b11],cel.bind(b13,[b12,b12],cel.bind(b14,["
         "b13,b13],cel.bind(b15,[b14,b14],cel.bind(b16,[b15,b15],cel.bind(b17,[b16,b16]"
         ",cel.bind(b18,[b17,b17],\"%s\".format([b18]))))))))))))))))))))",
         "error 404..422: the cost budget is exceeded"});
}

static void
test_cel__lists_deeper_than_a_constant_may_be_are_made_when_asked_for(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]].size()",
         "1"},
        {"{1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: "
         "{1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: "
         "{1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: "
         "{1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: {1: "
         "1}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}.size("
         ")",
         "1"},
        {"optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(optional.of(optional.of("
         "optional.of(optional.of(optional.of(optional.of(1))))))))))))))))))))))))))))"
         ")))))))))))))))))))))))))))))))))))))))))).hasValue()",
         "true"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]] == "
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]",
         "true"});
}

static void test_cel__nesting_has_a_limit(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "(((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))))",
         "1"},
        {"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
         "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1)))))))"
         ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         ")))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
         "))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
         "refused 250..251: this is nested more than 250 deep; nothing is read from "
         "here on"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
         "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
         "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
         "refused 250..251: this is nested more than 250 deep; nothing is read from "
         "here on"},
        {"-----------------------------------------------------------------------------"
         "-----------------------------------------------------------------------------"
         "-----------------------------------------------------------------------------"
         "---------------------------------------------------------------------r.seven",
         "refused 250..251: this is nested more than 250 deep; nothing is read from "
         "here on"},
        {"[1].map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, "
         "[a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a]).map(a, [a])",
         "refused 2980..2983: this is nested more than 250 deep; nothing is read from "
         "here on"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel__a_budget_ends_what_would_not),
        cmocka_unit_test(test_cel__a_budget_is_no_error_that_an_operand_absorbs),
        cmocka_unit_test(test_cel__a_little_work_is_within_a_budget),
        cmocka_unit_test(test_cel__a_precision_is_bounded),
        cmocka_unit_test(
            test_cel__what_is_shared_within_a_value_is_not_looked_at_for_ever),
        cmocka_unit_test(
            test_cel__lists_deeper_than_a_constant_may_be_are_made_when_asked_for),
        cmocka_unit_test(test_cel__nesting_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

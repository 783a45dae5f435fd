/* cel: what is said where something is wrong, compared whole: bytes, types, overloads.
 */
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_cel__what_no_overload_takes_is_told_with_those_that_exist(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"1 + 1.0", "refused 0..7: `+` does not take (int, double); it takes (int, "
                    "int), (uint, uint), (double, double), (string, string), (bytes, "
                    "bytes), (list(A), list(A)), (timestamp, duration), (duration, "
                    "timestamp), (duration, duration)"},
        {"r.text * 2", "refused 0..10: `*` does not take (string, int); it takes (int, "
                       "int), (uint, uint), (double, double)"},
        {"size(1)", "refused 0..7: `size` does not take (int); it takes (string), "
                    "(bytes), (list(A)), (map(A, B))"},
        {"r.text.substring(\"a\")",
         "refused 0..21: `substring` does not take (string, string); it takes (string, "
         "int), (string, int, int)"},
        {"r.text < 1",
         "refused 0..10: `<` does not take (string, int); it takes (bool, bool), (int, "
         "int), (uint, uint), (double, double), (int, uint), (uint, int), (int, "
         "double), (double, int), (uint, double), (double, uint), (string, string), "
         "(bytes, bytes), (timestamp, timestamp), (duration, duration)"},
        {"1 in r.text", "refused 0..11: `in` does not take (int, string); it takes "
                        "(dyn, list(dyn)), (dyn, map(dyn, dyn))"},
        {" !r.text", "refused 1..8: `!` does not take (string); it takes (bool)"},
        {"-r.text",
         "refused 0..7: `-` does not take (string); it takes (int), (double)"},
        {"[1, 2][r.text]", "refused 0..14: `[]` does not take (list(int), string); it "
                           "takes (list(A), int), (list(A), uint), (list(A), double), "
                           "(map(A, B), dyn), (optional(A), dyn)"},
        {"r.seven.getHours()", "refused 0..18: `getHours` does not take (int); it "
                               "takes (timestamp), (timestamp, string), (duration)"},
        {"r.seven == \"a\"", "refused 0..14: int and string are never equal"});
}

static void test_cel__where_a_bool_is_needed(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"r.seven ? 1 : 2", "refused 0..7: before `?` a bool is needed; this is int"},
        {"[1].all(x, x)", "refused 11..12: a bool is needed here; this is int"},
        {"[1].filter(x, x)", "refused 14..15: a bool is needed here; this is int"});
}

static void test_cel__names_that_are_not_there(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"nothing == 1", "refused 0..7: there is nothing called `nothing` here"},
        {"r.sevn == 1", "refused 0..6: there is nothing called `r.sevn` here; did you "
                        "mean `r.seven`?"},
        {"r.text.upperAsci()",
         "refused 7..16: there is no function `upperAsci`; did you mean `upperAscii`?"},
        {"[1].map(x, y)", "refused 11..12: there is nothing called `y` here"},
        {"r.text.foo",
         "refused 7..10: string has no fields; \".foo\" cannot be selected from it"},
        {"has(1)", "refused 4..5: has() asks for a field, as in has(record.name)"},
        {"has(r.seven.x)",
         "refused 12..13: int has no fields; \".x\" cannot be selected from it"});
}

static void test_cel__keys_of_maps(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"{1.5: 2}",
         "refused 1..4: a key of a map is bool, int, uint or string; this is double"},
        {"{\"a\": 1, \"a\": 2}", "error 0..16: repeated key: \"a\""},
        {"{1: 1, 1u: 2}", "error 0..13: repeated key: 1u"},
        {"{null: 1}", "refused 1..5: a key of a map is bool, int, uint or string; this "
                      "is null_type"});
}

static void test_cel__syntax_errors_have_a_place(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"1 +", "refused 2..3: expected a value, but the text ends"},
        {"(1", "refused 2..2: the text ends before `(` is closed"},
        {"[1, 2", "refused 5..5: the text ends before `[` is closed"},
        {"\"abc", "refused 0..1: a text begins with this quote, and its line ends "
                  "without another; close it with `\"`"},
        {"'\\q'", "refused 1..3: `\\q` is not an escape; write `\\\\` for a backslash "
                  "itself, or put r before the quotes: r\"...\""},
        {"a.b.(c)", "refused 4..5: expected a name, found `(`"},
        {"-!true", "refused 1..2: expected a value, found `!`"},
        {"b'\\u00e9'",
         "refused 2..8: `\\u00e9` names a character, and this literal holds bytes"},
        {"9223372036854775808",
         "refused 0..19: this number is greater than the greatest int, "
         "9223372036854775807; with a u behind it, it is a uint"},
        {"1e400", "refused 0..5: this number is greater than the greatest double, "
                  "about 1.8e308"},
        {"1 2", "refused 2..3: expected an operator, found the number 2"},
        {"a ? b ? c : d : e", "refused 6..7: expected an operator, found `?`"});
}

static void test_cel__unchecked_the_same_is_an_evaluation_error(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.unchecked = true;
    TEST_CONDITIONS(
        options, {"1 + 1.0", "error 0..7: no such overload for int, double"},
        {"r.text * 2", "error 0..10: no such overload for string, int"},
        {"size(1)", "error 0..7: no such overload for int"},
        {"r.seven == \"a\"", "false"},
        {"nothing == 1", "error 0..7: undeclared reference to: \"nothing\""},
        {"nothing(1)", "error 0..10: unknown function: \"nothing\""},
        {"nothing == 1 || true", "true"},
        {"r.seven ? 1 : 2", "error 0..15: no such overload for int"},
        {"{1.5: 2}", "error 0..8: not a key of a map: 1.5"},
        {"[1].all(x, x)", "error 0..13: no such overload for bool, int"},
        {"r.text.foo", "error 0..10: does not support field selection: \"old\""});
}

static void test_cel__evaluation_errors_name_what_they_are_about(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"[1, 2, 3][r.seven]", "error 0..18: index out of range: 7"},
        {"[1][1.5]", "error 0..8: index out of range: 1.5"},
        {"{\"a\": 1}[\"b\"]", "error 0..13: no such key: \"b\""},
        {"{\"a\": 1}.b", "error 0..10: no such key: \"b\""},
        {"1 / (r.seven - 7)", "error 0..17: division by zero"},
        {"1 % (r.seven - 7)", "error 0..17: modulus by zero"},
        {"r.seven + 9223372036854775807", "error 0..29: integer overflow"},
        {"uint(r.seven - 8)", "error 0..17: out of range: -1"},
        {"int(\"0x1\")", "error 0..10: cannot convert: \"0x1\""},
        {"bool(\"yes\")", "error 0..11: cannot convert: \"yes\""},
        {"timestamp(\"2024-02-30T00:00:00Z\")",
         "error 0..33: cannot convert: \"2024-02-30T00:00:00Z\""},
        {"timestamp(\"9999-12-31T23:59:59Z\") + duration(\"1s\")",
         "error 0..50: out of range: timestamp"},
        {"\"%d\".format([\"a\"])", "error 0..18: format: %d is for numbers"},
        {"\"%d\".format([])",
         "error 0..15: format: there are more clauses than values"},
        {"\"%.101f\".format([1.0])",
         "error 0..22: format: a precision is a number up to 100"},
        {"\"%q\".format([1])", "error 0..16: format: there is no such clause"},
        {"optional.none().value()", "error 0..23: optional.none() has no value"},
        {"r.text.charAt(9)", "error 0..16: index out of range: 9"},
        {"r.text.replace(\"o\", \"0\", -2) + r.text.substring(3, 1)",
         "error 31..53: index out of range: 1"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            test_cel__what_no_overload_takes_is_told_with_those_that_exist),
        cmocka_unit_test(test_cel__where_a_bool_is_needed),
        cmocka_unit_test(test_cel__names_that_are_not_there),
        cmocka_unit_test(test_cel__keys_of_maps),
        cmocka_unit_test(test_cel__syntax_errors_have_a_place),
        cmocka_unit_test(test_cel__unchecked_the_same_is_an_evaluation_error),
        cmocka_unit_test(test_cel__evaluation_errors_name_what_they_are_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

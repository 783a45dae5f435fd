/* cel: values that are easy to get wrong, beyond the conformance suite. */
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_cel__durations_are_read_in_every_unit(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"duration(\"1h\")", "duration(\"3600s\")"},
        {"duration(\"1m\")", "duration(\"60s\")"},
        {"duration(\"1s\")", "duration(\"1s\")"},
        {"duration(\"1ms\")", "duration(\"0.001s\")"},
        {"duration(\"1us\")", "duration(\"0.000001s\")"},
        {"duration(\"1\302\265s\")", "duration(\"0.000001s\")"},
        {"duration(\"1ns\")", "duration(\"0.000000001s\")"},
        {"duration(\"-1h2m3.5s4ms5us6ns\")", "duration(\"-3723.504005006s\")"},
        {"duration(\"1.5ns\")", "duration(\"0.000000001s\")"},
        {"duration(\"0.00000000000027777778h\")", "duration(\"0.000000001s\")"},
        {"duration(\"0.00000000000027777777h\")", "duration(\"0s\")"},
        {"duration(\"2562047.788015215501944444444444444445h\")",
         "duration(\"9223372036.854775807s\")"},
        {"duration(\"0\")", "duration(\"0s\")"},
        {"duration(\"+1s\")", "duration(\"1s\")"},
        {"duration(\".5s\")", "duration(\"0.5s\")"},
        {"duration(\"9223372036854775807ns\")", "duration(\"9223372036.854775807s\")"},
        {"duration(\"-9223372036854775808ns\")",
         "duration(\"-9223372036.854775808s\")"});
}

static void test_cel__durations_that_are_none_are_told(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"duration(\"\")", "error 0..12: cannot convert: \"\""},
        {"duration(\"1\")", "error 0..13: cannot convert: \"1\""},
        {"duration(\"1d\")", "error 0..14: cannot convert: \"1d\""},
        {"duration(\"1 s\")", "error 0..15: cannot convert: \"1 s\""},
        {"duration(\"s\")", "error 0..13: cannot convert: \"s\""},
        {"duration(\"-\")", "error 0..13: cannot convert: \"-\""},
        {"duration(\"1e3s\")", "error 0..16: cannot convert: \"1e3s\""},
        {"duration(\"--1s\")", "error 0..16: cannot convert: \"--1s\""},
        {"duration(\"9223372036854775808ns\")",
         "error 0..33: cannot convert: \"9223372036854775808ns\""},
        {"duration(\"-9223372036854775809ns\")",
         "error 0..34: cannot convert: \"-9223372036854775809ns\""},
        {"duration(\"2562048h\")", "error 0..20: cannot convert: \"2562048h\""});
}

static void test_cel__zones_are_known_or_told(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"timestamp(0).getHours(\"Mars/X\")",
         "error 0..31: unknown time zone: \"Mars/X\""},
        {"timestamp(0).getHours(\"../etc/passwd\")",
         "error 0..38: unknown time zone: \"../etc/passwd\""},
        {"timestamp(0).getHours(\"/etc/localtime\")",
         "error 0..39: unknown time zone: \"/etc/localtime\""},
        {"timestamp(0).getHours(\"\")", "error 0..25: unknown time zone: \"\""},
        {"timestamp(0).getHours(\"24:00\")",
         "error 0..30: unknown time zone: \"24:00\""},
        {"timestamp(0).getHours(\"02:60\")",
         "error 0..30: unknown time zone: \"02:60\""},
        {"timestamp(0).getHours(\"-05:30\")", "18"},
        {"timestamp(0).getHours(\"02:00\")", "2"},
        {"timestamp(0).getHours(\"US/Central\")", "18"},
        {"timestamp(\"0001-01-01T00:00:00Z\").getFullYear(\"-01:00\")", "0"},
        {"timestamp(\"9999-12-31T23:59:59Z\").getFullYear(\"+01:00\")", "10000"},
        {"dyn(duration(\"1h\")).getHours(\"+01:00\")",
         "error 0..38: no such overload for google.protobuf.Duration"},
        {"dyn(duration(\"1h\")).getHours()", "1"});
}

static void test_cel__zones_made_at_run_time_are_refused_in_a_policy(void **state)
{
    (void)state;
    test_condition options = test_condition_named;
    options.static_zones = true;
    TEST_CONDITIONS(
        options,
        {"timestamp(0).getHours(r.text)",
         "refused 22..28: a time zone is named in the policy, not computed"},
        {"timestamp(0).getHours(\"+01:00\")", "1"});
}

static void test_cel__the_least_int_does_not_trap(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"(-9223372036854775807 - 1) % -1", "error 0..31: integer overflow"},
        {"(-9223372036854775807 - 1) / -1", "error 0..31: integer overflow"},
        {"(-9223372036854775807 - 1) * -1", "error 0..31: integer overflow"},
        {"-(-9223372036854775807 - 1)", "error 0..27: integer overflow"},
        {"-9223372036854775808 - r.seven", "error 0..30: integer overflow"},
        {"(r.seven - 7) % (r.seven - 7)", "error 0..29: modulus by zero"});
}

static void test_cel__nan_is_equal_to_nothing_within_lists_and_maps(void **state)
{
    (void)state;
    TEST_CONDITIONS(test_condition_named, {"[0.0 / 0.0] == [0.0 / 0.0]", "false"},
                    {"[0.0 / 0.0] != [0.0 / 0.0]", "true"},
                    {"0.0 / 0.0 in [0.0 / 0.0]", "false"},
                    {"{\"a\": 0.0 / 0.0} == {\"a\": 0.0 / 0.0}", "false"},
                    {"[[0.0 / 0.0]] == [[0.0 / 0.0]]", "false"},
                    {"0.0 / 0.0 < 1.0", "false"}, {"0.0 / 0.0 >= 1", "false"},
                    {"{1: \"a\"}[dyn(0.0 / 0.0)]", "error 0..24: no such key: NaN"},
                    {"[1][0.0 / 0.0]", "error 0..14: index out of range: NaN"});
}

static void test_cel__bytes_that_are_no_UTF_8_become_no_string(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"string(r.raw)", "error 0..13: invalid UTF-8: b\"a\\xff\""},
        {"string(b'\\xc3\\xa9')", "\"\303\251\""},
        {"string(b'\\xed\\xa0\\x80')",
         "error 0..23: invalid UTF-8: b\"\\xed\\xa0\\x80\""},
        {"string(b'\\xc0\\x80')", "error 0..19: invalid UTF-8: b\"\\xc0\\x80\""},
        {"string(b'\\xf4\\x90\\x80\\x80')",
         "error 0..27: invalid UTF-8: b\"\\xf4\\x90\\x80\\x80\""},
        {"string(b'\\xf0\\x9f\\x98')",
         "error 0..23: invalid UTF-8: b\"\\xf0\\x9f\\x98\""},
        {"r.raw + b'\\xff' == b'a\\xff\\xff'", "true"});
}

/* cel-spec, doc/extensions/strings.md: a run of what is no UTF-8 is one U+FFFD, and a
 * duration is shown as the double that its seconds are. */
static void
test_cel__format_shows_bytes_and_durations_as_the_definition_says(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"'%s'.format([b'\\xff'])", "\"\357\277\275\""},
        {"'%s'.format([b'a\\xff\\xfe\\xc3b\\xc3\\xa9\\xe2\\x82'])",
         "\"a\357\277\275b\303\251\357\277\275\""},
        {"'%s'.format([[b'\\xff', b'']])", "\"[\357\277\275, ]\""},
        {"'%s'.format([duration('1ns')])", "\"0.000000001s\""},
        {"'%s'.format([duration('0s')])", "\"0s\""},
        {"'%s'.format([duration('-1h0.25s')])", "\"-3600.25s\""},
        {"'%s'.format([duration('1274944847.178892403s')])", "\"1274944847.1788924s\""},
        {"string(duration('1274944847.178892403s'))", "\"1274944847.178892403s\""});
}

static void test_cel__code_points_beyond_the_BMP_count_as_one(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"size(\"a\360\237\230\200\303\251\")", "3"},
        {"\"a\360\237\230\200\303\251\".charAt(1)", "\"\360\237\230\200\""},
        {"\"a\360\237\230\200\303\251\".charAt(3)", "\"\""},
        {"\"a\360\237\230\200\303\251\".charAt(4)",
         "error 0..19: index out of range: 4"},
        {"\"a\360\237\230\200\303\251\".substring(1, 2)", "\"\360\237\230\200\""},
        {"\"a\360\237\230\200\303\251\".substring(2)", "\"\303\251\""},
        {"\"a\360\237\230\200\303\251\".indexOf(\"\303\251\")", "2"},
        {"\"a\360\237\230\200\303\251\".lastIndexOf(\"\360\237\230\200\")", "1"},
        {"\"a\360\237\230\200\303\251\".indexOf(\"\360\237\230\200\", 2)", "-1"},
        {"\"a\360\237\230\200\303\251\".indexOf(\"a\", 9)", "-1"},
        {"\"a\360\237\230\200\303\251\".indexOf(\"\", 9)", "3"},
        {"\"a\360\237\230\200\303\251\".indexOf(\"a\", -1)",
         "error 0..26: index out of range: -1"},
        {"\"a\360\237\230\200\303\251\".lastIndexOf(\"\303\251\", 3)", "-1"},
        {"\"a\360\237\230\200\303\251\".lastIndexOf(\"\303\251\", 2)", "2"},
        {"\"a\360\237\230\200\303\251\".lastIndexOf(\"\", 9)", "3"},
        {"\"a\360\237\230\200\303\251\".reverse()", "\"\303\251\360\237\230\200a\""},
        {"\"a\360\237\230\200\303\251\".split(\"\")",
         "[\"a\", \"\360\237\230\200\", \"\303\251\"]"},
        {"\"\360\237\230\200\" > \"\357\277\277\"", "true"},
        {"\"\360\237\230\200\".matches(\"^.$\")", "true"},
        {"\"\\U0001F600\" == \"\360\237\230\200\"", "true"});
}

static void test_cel__regular_expressions_take_linear_time(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\".matches(\"^("
         "a+)+$\")",
         "false"},
        {"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\".matches(r."
         "text + \"|^(a|aa)+$\")",
         "false"},
        {"\"a\".matches(\"(a{1000}){1000}\")",
         "refused 12..29: not a regular expression of RE2, or one that is too costly"},
        {"r.text.matches(\"(\" + r.text)",
         "error 0..28: invalid regular expression: \"(old\""},
        {"r.text.matches(\"(a)\\\\1\")",
         "refused 15..23: not a regular expression of RE2, or one that is too costly"},
        {"r.text.matches(\"a(?=b)\")",
         "refused 15..23: not a regular expression of RE2, or one that is too costly"});
}

static void test_cel__maps_keep_their_order(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"{\"z\": 1, \"a\": 2, \"m\": 3}.map(k, k)", "[\"z\", \"a\", \"m\"]"},
        {"{\"z\": 1, \"a\": 2}.filter(k, true)", "[\"z\", \"a\"]"},
        {"{2: 1, 1: 2}.transformList(k, v, k)", "[2, 1]"},
        {"{\"b\": 1, \"a\": 2}", "{\"b\": 1, \"a\": 2}"});
}

static void test_cel__all_and_exists_with_two_variables(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"[1, 2, 3].all(i, v, v == i + 1)", "true"},
        {"[1, 2, 3].all(i, v, v == i)", "false"}, {"[].all(i, v, false)", "true"},
        {"{\"a\": 1}.all(k, v, k == \"a\" && v == 1)", "true"},
        {"[1, 2].exists(i, v, i == 1 && v == 2)", "true"},
        {"[].exists(i, v, true)", "false"},
        {"{\"a\": 1, \"b\": 2}.exists(k, v, v == 3)", "false"},
        {"[0, 1].exists(i, v, 1 / v == 1)", "true"},
        {"[1, 0].all(i, v, 1 / v == 2)", "false"},
        {"[1, 2].existsOne(i, v, v > i)", "false"},
        {"{\"a\": 1, \"b\": 2}.existsOne(k, v, v > 1)", "true"},
        {"[0, 1].existsOne(i, v, 1 / v == 1)", "error 23..28: division by zero"});
}

static void test_cel__transforming_with_two_variables(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"[1, 2, 3].transformList(i, v, i * v)", "[0, 2, 6]"},
        {"[1, 2, 3].transformList(i, v, i > 0, i * v)", "[2, 6]"},
        {"{\"a\": 1, \"b\": 2}.transformList(k, v, k + string(v))", "[\"a1\", \"b2\"]"},
        {"{\"a\": 1, \"b\": 2}.transformMap(k, v, v * 2)", "{\"a\": 2, \"b\": 4}"},
        {"{\"a\": 1, \"b\": 2}.transformMap(k, v, k == \"b\", v * 2)", "{\"b\": 4}"},
        {"[7, 8].transformMap(i, v, v + 1)", "{0: 8, 1: 9}"},
        {"{\"a\": 1, \"b\": 2}.transformMapEntry(k, v, {v: k})",
         "{1: \"a\", 2: \"b\"}"},
        {"{\"a\": 1, \"b\": 2}.transformMapEntry(k, v, k == \"b\", {v: k})",
         "{2: \"b\"}"},
        {"[7, 8].transformMapEntry(i, v, {v: i})", "{7: 0, 8: 1}"},
        {"[7, 7].transformMapEntry(i, v, {v: i})", "error 0..38: repeated key: 7"},
        {"[7].transformMapEntry(i, v, {})", "{}"},
        {"[7].transformMapEntry(i, v, dyn(1))",
         "error 0..35: no such overload for int"});
}

static void test_cel__slots_may_be_null_unreadable_or_days(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named, {"r.none == null", "true"}, {"r.none != null", "false"},
        {"r.none == 1", "false"},
        {"r.none < 1", "error 0..10: no such overload for null_type, int"},
        {"r.none + 1", "error 0..10: no such overload for null_type, int"},
        {"has(r.none)", "false"},
        {"has(r.bad)", "error 4..9: the value is not of its declared type"},
        {"has(r.seven)", "true"}, {"has(r.day)", "true"},
        {"r.bad == 1", "error 0..10: the value is not of its declared type"},
        {"r.bad == null", "error 0..13: the value is not of its declared type"},
        {"r.bad == 1 || true", "true"}, {"r.bad == 1 && false", "false"},
        {"r.day == timestamp(\"2024-10-04T00:00:00Z\")", "true"},
        {"r.day.getDayOfWeek()", "5"},
        {"r.day + duration(\"1h\")", "timestamp(\"2024-10-04T01:00:00Z\")"},
        {"r.day < timestamp(\"2024-10-04T00:00:01Z\")", "true"},
        {"type(r.day)", "google.protobuf.Timestamp"},
        {"r.list.map(x, x * r.seven)", "[7, 14]"}, {"r.seven in r.list", "false"});
}

static void test_cel__dyn_goes_with_everything_until_there_is_a_value(void **state)
{
    (void)state;
    TEST_CONDITIONS(
        test_condition_named,
        {"r.any < 1", "error 0..9: no such overload for string, int"},
        {"r.any.size()", "3"},
        {"r.any + 1", "error 0..9: no such overload for string, int"},
        {"r.any == 1", "false"},
        {"dyn(1) + \"a\"", "error 0..12: no such overload for int, string"},
        {"dyn(r.seven) == \"a\"", "false"},
        {"dyn([1, \"a\"])[1] + 1", "error 0..20: no such overload for string, int"},
        {"[1, \"a\"].map(x, x + 1)", "error 16..21: no such overload for string, int"},
        {"r.any ? 1 : 2", "error 0..13: no such overload for string"},
        {"r.any && false", "false"},
        {"r.any.f", "error 0..7: does not support field selection: \"old\""});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel__durations_are_read_in_every_unit),
        cmocka_unit_test(test_cel__durations_that_are_none_are_told),
        cmocka_unit_test(test_cel__zones_are_known_or_told),
        cmocka_unit_test(test_cel__zones_made_at_run_time_are_refused_in_a_policy),
        cmocka_unit_test(test_cel__the_least_int_does_not_trap),
        cmocka_unit_test(test_cel__nan_is_equal_to_nothing_within_lists_and_maps),
        cmocka_unit_test(test_cel__bytes_that_are_no_UTF_8_become_no_string),
        cmocka_unit_test(
            test_cel__format_shows_bytes_and_durations_as_the_definition_says),
        cmocka_unit_test(test_cel__code_points_beyond_the_BMP_count_as_one),
        cmocka_unit_test(test_cel__regular_expressions_take_linear_time),
        cmocka_unit_test(test_cel__maps_keep_their_order),
        cmocka_unit_test(test_cel__all_and_exists_with_two_variables),
        cmocka_unit_test(test_cel__transforming_with_two_variables),
        cmocka_unit_test(test_cel__slots_may_be_null_unreadable_or_days),
        cmocka_unit_test(test_cel__dyn_goes_with_everything_until_there_is_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

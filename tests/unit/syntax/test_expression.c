/* Conditions alone, as CEL has them (cel-spec, langdef "Syntax"): the tree each text
 * gives, in full parentheses, or the messages. */
#include "tests/support/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *text, const char *expected)
{
    test_tree tree;
    const char *got = test_show_expression(&tree, text);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: expected\n  %s\nbut it is\n  %s", text, expected, got);
    test_tree_free(&tree);
}

static void test_expression__operators_bind_as_in_cel(void **state)
{
    (void)state;
    check("a + b * c - d", "((a + (b * c)) - d)");
    check("a - b - c", "((a - b) - c)");
    check("a / b % c * d", "(((a / b) % c) * d)");
    check("a < b == c", "((a < b) == c)");
    check("a == b && c || d && !e", "(((a == b) && c) || (d && (!e)))");
    check("a in b == c in d", "(((a in b) == c) in d)");
    check("-a.b(c)[d]", "(-a.b(c)[d])");
    check("!a && -b < c", "((!a) && ((-b) < c))");
    check("a ? b : c ? d : e", "(a ? b : (c ? d : e))");
    check("a || b ? c || d : e", "((a || b) ? (c || d) : e)");
    check("a<b<=c>d>=e!=f", "(((((a < b) <= c) > d) >= e) != f)");
    check("(a + b) * c", "((a + b) * c)");
}

static void test_expression__chains_are_balanced(void **state)
{
    (void)state;
    check("a && b", "(a && b)");
    check("a && b && c", "((a && b) && c)");
    check("a && b && c && d", "((a && b) && (c && d))");
    check("a || b || c || d || e", "(((a || b) || c) || (d || e))");
    check("(a && b) && c && d", "(((a && b) && c) && d)");
    check("a && (b && c) && d", "((a && (b && c)) && d)");
}

static void test_expression__signs_repeat_but_do_not_mix(void **state)
{
    (void)state;
    check("!!a", "(!(!a))");
    check("--a", "(-(-a))");
    check("!-a", "expected a value, found `-`");
    check("-!a", "expected a value, found `!`");
    check("-(!a)", "(-(!a))");
    check("- - 5", "(--5)");
}

static void test_expression__the_minus_belongs_to_the_number(void **state)
{
    (void)state;
    check("-5", "-5");
    check("- 5", "-5");
    check("-5.f()", "-5.f()");
    check("-(5)", "(-5)");
    check("a-5", "(a - 5)");
    check("a - -5", "(a - -5)");
    check("-9223372036854775808", "-9223372036854775808");
    check("-0x8000000000000000", "-9223372036854775808");
    check("--9223372036854775808", "(--9223372036854775808)");
    check("9223372036854775807", "9223372036854775807");
    const char *too_great =
        "this number is greater than the greatest int, 9223372036854775807";
    check("9223372036854775808", too_great);
    check("-(9223372036854775808)", too_great);
    check("a - 9223372036854775808", too_great);
    check("!9223372036854775808", too_great);
    check("-9223372036854775809", too_great);
    check("0x8000000000000000", too_great);
}

static void test_expression__numbers(void **state)
{
    (void)state;
    check("007", "7");
    check("0xFf", "255");
    check("7u", "7u");
    check("0xFFu", "255u");
    check("18446744073709551615U", "18446744073709551615u");
    check("18446744073709551616u",
          "this number is greater than the greatest uint, 18446744073709551615");
    check("1.5", "0x1.8p+0");
    check(".5", "0x1p-1");
    check("1e3", "0x1.f4p+9");
    check("1E+3", "0x1.f4p+9");
    check("1.25e-1", "0x1p-3");
    check("1e400", "this number is greater than the greatest double, about 1.8e308");
    check("1e-400", "0x0p+0");
    check("0e999999999999999999999", "0x0p+0");
    check("4.9e-324", "0x0.0000000000001p-1022");
    check("1.7976931348623157e308", "0x1.fffffffffffffp+1023");
    check("1.e5", "1.e5");
    check("1.foo", "1.foo");
    check("0X10", "expected an operator, found `X10`");
}

static void test_expression__doubles_are_the_nearest(void **state)
{
    (void)state;
    /* halfway between two doubles: to the even one, unless a digit far behind decides
     */
    check("9007199254740993.0", "0x1p+53");
    check("9007199254740993.00000000000000000000000000000000000000000001",
          "0x1.0000000000001p+53");
    check("0.1", "0x1.999999999999ap-4");
    check("123456789012345678901234567890.0", "0x1.8ee90ff6c373ep+96");
    char text[2000] = "1";
    memset(text + 1, '0', 1000);
    strcpy(text + 1001, "e-1000");
    check(text, "0x1p+0");
    memset(text, '0', 1000);
    memcpy(text, "0.", 2);
    strcpy(text + 1000, "1e999");
    check(text, "0x1p+0");
}

static void test_expression__strings(void **state)
{
    (void)state;
    check("'a' + \"b\"", "(\"a\" + \"b\")");
    check("'''a'b\n''c'''", "\"a'b\\x0a''c\"");
    check("\"\"\"\"\"\"", "\"\"");
    check("''", "\"\"");
    check("'\\a\\b\\f\\n\\r\\t\\v\\\\\\?\\'\\`'",
          "\"\\x07\\x08\\x0c\\x0a\\x0d\\x09\\x0b\\?'`\"");
    check("'\\x41\\X42\\103\\u0044\\U00000045'", "\"ABCDE\"");
    check("'\\000'", "\"\\x00\"");
    check("'\\377'", "\"\xC3\xBF\"");
    check("'\\xff'", "\"\xC3\xBF\"");
    check("r'\\n' + R\"\\\"", "(\"\\n\" + \"\\\")");
    check("r'''\\'''", "\"\\\"");
    check("'\\d'", "`\\d` is not an escape");
    check("'\\400'", "`\\4` is not an escape");
    check("'\\08'", "`\\0` is not a whole escape");
    check("'\\u12'", "`\\u12` is not a whole escape");
    check("'\\ud800'", "`\\ud800` is not a character of Unicode");
    check("'\\ud83d\\ude00'", "`\\ud83d` is not a character of Unicode; "
                              "`\\ude00` is not a character of Unicode");
    check("'\\U00110000'", "`\\U00110000` is not a character of Unicode");
    check("'a\n'", "a text begins with this quote, and its line ends without another; "
                   "a text begins with this quote, and its line ends without another");
}

static void check_bytes(tn_str text, tn_status status, tn_str expected)
{
    test_tree tree;
    test_tree_expression(&tree, text, NULL);
    assert_int_equal(tree.status, status);
    if (status == TN_OK) {
        assert_int_equal(tree.expr->as.text.len, expected.len);
        assert_memory_equal(tree.expr->as.text.data, expected.data, expected.len);
    }
    test_tree_free(&tree);
}

static void test_expression__nul_can_stand_in_strings_alone(void **state)
{
    (void)state;
    check_bytes(TN_STR("'a\0b'"), TN_OK, TN_STR("a\0b"));
    check_bytes(TN_STR("b\"\0\\000\""), TN_OK, TN_STR("\0\0"));
    check_bytes(TN_STR("'a'\0"), TN_INVALID, TN_STR(""));
    check_bytes(TN_STR("'\xFF'"), TN_INVALID, TN_STR(""));
}

static void test_expression__bytes(void **state)
{
    (void)state;
    check("b'a\\xff\\377'", "b\"a\\xff\\xff\"");
    check("B\"\xC3\xBC\"", "b\"\\xc3\\xbc\"");
    check("br'\\n'", "b\"\\n\"");
    check("bR'''\\'''", "b\"\\\"");
    check("b'\\u0041'", "`\\u0041` names a character, and this literal holds bytes");
    check("rb'x'", "expected an operator, found the text 'x'");
}

static void test_expression__names_and_members(void **state)
{
    (void)state;
    check(".a.b", ".a.b");
    check(".f(1)", ".f(1)");
    check("a.b.c", "a.b.c");
    check("a.`b-c/d e`", "a.`b-c/d e`");
    check("has(a.`x-y`)", "has(a.`x-y`)");
    check("`a`", "a name in back quotes can only stand after a dot");
    check("a.?b[?0]", "a.?b[?0]");
    check("f()", "f()");
    check("f(a, b).g(c)", "f(a, b).g(c)");
    check("f(a,)", "expected a value, found `)`");
    check("a.true", "expected a name, found `true`");
    check("a.in", "expected a name, found `in`");
    check("in", "expected a value, found `in`");
    check("m.if + a.package()", "(m.if + a.package())");
    check("if", "`if` is a word that CEL reserves");
    check("while(a)", "`while` is a word that CEL reserves");
    check("from.to(when).retain", "from.to(when).retain");
    check("[a].map(x, x + 1)", "[a].map(x, (x + 1))");
}

static void test_expression__lists_and_maps(void **state)
{
    (void)state;
    check("[]", "[]");
    check("[,]", "[]");
    check("[1, 2,]", "[1, 2]");
    check("{}", "{}");
    check("{,}", "{}");
    check("{'a': 1, b: 2,}", "{\"a\": 1, b: 2}");
    check("[?a, b, ?c.?d]", "[?a, b, ?c.?d]");
    check("{?'a': b}", "{?\"a\": b}");
    check("{a ? b : c: d}", "{(a ? b : c): d}");
    check("T{}", "there are no messages to be made here, as `T{...}` would");
    check("a.b.T{x: 1}", "there are no messages to be made here, as `T{...}` would");
}

static void test_expression__conditionals_nest_to_the_right_alone(void **state)
{
    (void)state;
    check("a ? b ? c : d : e", "expected an operator, found `?`");
    check("a ? (b ? c : d) : e", "(a ? (b ? c : d) : e)");
}

static void test_expression__comments_and_blanks(void **state)
{
    (void)state;
    check("a // b\n + c", "(a + c)");
    check("a // b", "a");
    check("\t\n\f\r a", "a");
    check("\xEF\xBB\xBF"
          "a",
          "a");
    check("", "expected a value, found the end of the text");
    check("// a", "expected a value, found the end of the text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expression__operators_bind_as_in_cel),
        cmocka_unit_test(test_expression__chains_are_balanced),
        cmocka_unit_test(test_expression__signs_repeat_but_do_not_mix),
        cmocka_unit_test(test_expression__the_minus_belongs_to_the_number),
        cmocka_unit_test(test_expression__numbers),
        cmocka_unit_test(test_expression__doubles_are_the_nearest),
        cmocka_unit_test(test_expression__strings),
        cmocka_unit_test(test_expression__nul_can_stand_in_strings_alone),
        cmocka_unit_test(test_expression__bytes),
        cmocka_unit_test(test_expression__names_and_members),
        cmocka_unit_test(test_expression__lists_and_maps),
        cmocka_unit_test(test_expression__conditionals_nest_to_the_right_alone),
        cmocka_unit_test(test_expression__comments_and_blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

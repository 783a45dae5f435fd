/* real: what is no number, and numbers at the ends. */
#include "interp/base/real.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* From memory of just that size, so that a sanitizer sees a look behind it. */
static bool parse(const char *bytes, size_t len, double *out)
{
    bool overflow;
    char *exact = malloc(len == 0 ? 1 : len);
    assert_non_null(exact);
    memcpy(exact, bytes, len);
    bool good = tn_real_parse((tn_str){exact, len}, out, &overflow);
    free(exact);
    return good;
}

static void test_real__a_word_ends_where_its_text_does(void **state)
{
    (void)state;
    static const char *const words[] = {"nan", "NaN", "inf", "-Infinity", "+INF"};
    double x;
    for (size_t i = 0; i < TN_COUNT(words); i++) {
        char longer[32] = "";
        size_t len = strlen(words[i]);
        memcpy(longer, words[i], len);
        assert_true(parse(words[i], len, &x));
        assert_false(x - x == 0);
        for (size_t more = 1; more < 8; more++) /* NULs count */
            assert_false(parse(longer, len + more, &x));
    }
    assert_false(parse("in", 2, &x));
    assert_false(parse("-nan", 4, &x));
    assert_false(parse("", 0, &x));
    assert_false(parse("1\0", 2, &x));
    assert_false(parse(".", 1, &x));
    assert_false(parse("1e", 2, &x));
    assert_false(parse("0x1", 3, &x));
}

static void assert_both_ways(double x, const char *text)
{
    tn_buf buf;
    double back;
    tn_buf_init(&buf, NULL);
    tn_real_put(&buf, x);
    tn_buf_put_char(&buf, '\0');
    assert_string_equal(buf.data, text);
    assert_true(parse(text, strlen(text), &back));
    assert_memory_equal(&x, &back, sizeof(x));
    tn_buf_free(&buf);
}

static void test_real__the_ends_read_back_the_same(void **state)
{
    (void)state;
    assert_both_ways(0.0, "0");
    assert_both_ways(-0.0, "-0");
    assert_both_ways(0.1, "0.1");
    assert_both_ways(5e-324, "5e-324");
    assert_both_ways(2.2250738585072011e-308, "2.225073858507201e-308");
    assert_both_ways(2.2250738585072014e-308, "2.2250738585072014e-308");
    assert_both_ways(1.7976931348623157e308, "1.7976931348623157e+308");
    assert_both_ways(9007199254740993.0, "9.007199254740992e+15");
    assert_both_ways(HUGE_VAL, "Infinity");
}

static void test_real__halves_go_to_even_however_long_they_are(void **state)
{
    (void)state;
    double x;
    bool overflow;
    char text[1200];
    /* 2^53 + 1, half way between two doubles; then the least that is more */
    size_t len = strlen(strcpy(text, "9007199254740993."));
    memset(text + len, '0', 1000);
    assert_true(parse(text, len + 1000, &x));
    assert_true(x == 9007199254740992.0);
    text[len + 999] = '1';
    assert_true(parse(text, len + 1000, &x));
    assert_true(x == 9007199254740994.0);
    assert_true(tn_real_parse(TN_STR("1e999999999999"), &x, &overflow));
    assert_true(overflow && isinf(x));
    assert_true(tn_real_parse(TN_STR("-1e-999999999999"), &x, &overflow));
    assert_true(!overflow && x == 0 && signbit(x));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_real__a_word_ends_where_its_text_does),
        cmocka_unit_test(test_real__the_ends_read_back_the_same),
        cmocka_unit_test(test_real__halves_go_to_even_however_long_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

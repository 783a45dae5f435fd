#include "interp/cel/map_value.h"
#include "interp/cel/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const tn_value null = {TN_KIND_NULL, {0}};
static const tn_value unreadable = {TN_KIND_UNREADABLE, {0}};
static const tn_value one = {TN_KIND_INT, {.integer = 1}};
static const tn_value minus_one = {TN_KIND_INT, {.integer = -1}};
static const tn_value half = {TN_KIND_DOUBLE, {.real = 0.5}};
static const tn_value word = {TN_KIND_STRING, {.text = {"a", 1}}};
static const tn_value greatest = {TN_KIND_UINT, {.unsigned_integer = UINT64_MAX}};
static const tn_value instant = {TN_KIND_TIMESTAMP, {0}};

static bool fits(const char *shape, tn_value value)
{
    return tn_shape_fits(tn_str_from(shape), &value);
}

static void test_shape__is_written_in_the_order_of_the_type(void **state)
{
    (void)state;
    tn_arena arena;
    tn_buf buf;
    tn_arena_init(&arena, NULL);
    tn_buf_init(&buf, NULL);
    const tn_type *strings = tn_type_list(&arena, tn_type_of(TN_TYPE_STRING));
    tn_shape_put(&buf, tn_type_map(&arena, tn_type_of(TN_TYPE_UINT), strings));
    assert_true(tn_str_equal(tn_buf_view(&buf), TN_STR("muls")));
    tn_buf_reset(&buf);
    tn_shape_put(&buf, tn_type_of(TN_TYPE_LIST));
    assert_true(tn_str_equal(tn_buf_view(&buf), TN_STR("l*")));
    tn_buf_free(&buf);
    tn_arena_free(&arena);
}

static void test_shape__is_one_type_and_no_more(void **state)
{
    (void)state;
    static const char *const good[] = {"*", "ls", "mulmsf", "llllt"};
    static const char *const bad[] = {"",    "l", "m",  "ms",   "ss",
                                      "lss", "q", "l?", "msls "};
    for (size_t i = 0; i < TN_COUNT(good); i++)
        assert_true(tn_shape_is_valid(tn_str_from(good[i])));
    for (size_t i = 0; i < TN_COUNT(bad); i++)
        assert_false(tn_shape_is_valid(tn_str_from(bad[i])));
    assert_false(tn_shape_is_valid((tn_str){"l\0s", 3}));
    char deep[TN_SHAPE_MAX + 1];
    memset(deep, 'l', sizeof(deep));
    deep[TN_SHAPE_MAX - 1] = 's';
    assert_true(tn_shape_is_valid((tn_str){deep, TN_SHAPE_MAX}));
    deep[TN_SHAPE_MAX - 1] = 'l';
    deep[TN_SHAPE_MAX] = 's';
    assert_false(tn_shape_is_valid((tn_str){deep, TN_SHAPE_MAX + 1}));
}

static void test_shape__a_list_fits_if_all_it_holds_does(void **state)
{
    (void)state;
    const tn_value mixed[] = {word, one};
    const tn_list_value none = {NULL, 0}, words = {mixed, 1}, both = {mixed, 2};
    assert_true(fits("ls", (tn_value){TN_KIND_LIST, {.list = &none}}));
    assert_true(fits("ls", (tn_value){TN_KIND_LIST, {.list = &words}}));
    assert_false(fits("ls", (tn_value){TN_KIND_LIST, {.list = &both}}));
    assert_true(fits("l*", (tn_value){TN_KIND_LIST, {.list = &both}}));
    assert_true(fits("", (tn_value){TN_KIND_LIST, {.list = &both}}));
    const tn_value inner = {TN_KIND_LIST, {.list = &both}};
    const tn_list_value outer = {&inner, 1};
    assert_false(fits("lls", (tn_value){TN_KIND_LIST, {.list = &outer}}));
    assert_false(fits("ls", word));
}

static void test_shape__a_map_fits_if_keys_and_values_do(void **state)
{
    (void)state;
    const tn_map_pair pairs[] = {{word, one}, {one, one}};
    const tn_map_value of_words = {.pairs = pairs, .count = 1};
    const tn_map_value mixed = {.pairs = pairs, .count = 2};
    assert_true(fits("msi", (tn_value){TN_KIND_MAP, {.map = &of_words}}));
    assert_false(fits("mss", (tn_value){TN_KIND_MAP, {.map = &of_words}}));
    assert_false(fits("msi", (tn_value){TN_KIND_MAP, {.map = &mixed}}));
    assert_true(fits("m*i", (tn_value){TN_KIND_MAP, {.map = &mixed}}));
    const tn_value inner = {TN_KIND_MAP, {.map = &of_words}};
    const tn_map_pair pair = {word, inner};
    const tn_map_value outer = {.pairs = &pair, .count = 1};
    assert_true(fits("msmsi", (tn_value){TN_KIND_MAP, {.map = &outer}}));
    assert_false(fits("msmss", (tn_value){TN_KIND_MAP, {.map = &outer}}));
}

static void test_shape__numbers_fit_what_they_could_be(void **state)
{
    (void)state;
    assert_true(fits("i", one) && fits("u", one) && fits("f", one));
    assert_true(fits("i", minus_one) && !fits("u", minus_one));
    assert_true(fits("u", greatest) && !fits("i", greatest));
    assert_true(fits("f", half) && !fits("i", half) && !fits("u", half));
    assert_true(fits("t", instant) && !fits("t", word));
}

static void test_shape__null_and_unreadable_parts_fit_nothing(void **state)
{
    (void)state;
    assert_false(fits("s", null) || fits("l*", null));
    assert_true(fits("*", null));
    const tn_list_value list = {&unreadable, 1};
    assert_false(fits("*", unreadable));
    assert_false(fits("*", (tn_value){TN_KIND_LIST, {.list = &list}}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shape__is_written_in_the_order_of_the_type),
        cmocka_unit_test(test_shape__is_one_type_and_no_more),
        cmocka_unit_test(test_shape__a_list_fits_if_all_it_holds_does),
        cmocka_unit_test(test_shape__a_map_fits_if_keys_and_values_do),
        cmocka_unit_test(test_shape__numbers_fit_what_they_could_be),
        cmocka_unit_test(test_shape__null_and_unreadable_parts_fit_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* array: each layout is read as the Arrow format has it, and what lies about itself is
 * refused. */
#include "interp/record/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static tn_value get(const tn_array *array, int64_t row)
{
    const char *why = "";
    tn_value value;
    memset(&value, 0, sizeof(value));
    if (!tn_array_check(array, &why))
        fail_msg("the column %s", why);
    tn_array_get(array, row, &value);
    return value;
}

static void assert_refused(const tn_array *array, const char *reason)
{
    const char *why = "";
    assert_false(tn_array_check(array, &why));
    assert_string_equal(why, reason);
}

static void test_array__integers_of_each_width(void **state)
{
    (void)state;
    static const int8_t bytes[] = {1, -2, 3, 4, 5, 6, 7, -8};
    tn_array a = {
        .kind = TN_ARRAY_INT, .width = 1, .length = 7, .offset = 1, .values = bytes};
    assert_int_equal(get(&a, 0).as.integer, -2);
    assert_int_equal(get(&a, 6).as.integer, -8);
    a.kind = TN_ARRAY_UINT;
    assert_int_equal(get(&a, 0).as.unsigned_integer, 254);
    a = (tn_array){.kind = TN_ARRAY_UINT, .width = 2, .length = 1, .values = bytes + 1};
    assert_int_equal(get(&a, 0).as.unsigned_integer, 0x3fe);
    a.width = 3;
    assert_refused(&a, "has values of no known width");
}

static void test_array__bits_at_any_offset(void **state)
{
    (void)state;
    static const uint8_t bits[] = {0xf0, 0x01}, valid[] = {0x00, 0x03};
    tn_array a = {.kind = TN_ARRAY_BOOL,
                  .length = 4,
                  .offset = 7,
                  .values = bits,
                  .validity = valid};
    assert_int_equal(get(&a, 0).kind, TN_KIND_NULL);
    assert_true(get(&a, 1).as.boolean);
    assert_int_equal(get(&a, 1).kind, TN_KIND_BOOL);
    assert_false(get(&a, 2).as.boolean);
    assert_int_equal(get(&a, 3).kind, TN_KIND_NULL);
}

static void test_array__texts_by_offsets(void **state)
{
    (void)state;
    static const int32_t offsets[] = {2, 5, 5, 9};
    tn_array a = {.kind = TN_ARRAY_TEXT,
                  .width = 4,
                  .length = 3,
                  .values = offsets,
                  .data = "--oneteen"};
    assert_memory_equal(get(&a, 0).as.text.data, "one", 3);
    assert_int_equal(get(&a, 1).as.text.len, 0);
    assert_memory_equal(get(&a, 2).as.text.data, "teen", 4);
    static const int32_t back[] = {2, 5, 4, 9}, negative[] = {-1, 5, 5, 9};
    a.values = back;
    assert_refused(&a, "has offsets that go back");
    a.values = negative;
    assert_refused(&a, "has a negative offset");
    a.values = NULL;
    assert_refused(&a, "has no values");
}

typedef struct test_view {
    int32_t len;
    char start[4];
    int32_t buffer, offset;
} test_view;

static void test_array__views_inside_their_buffers(void **state)
{
    (void)state;
    static const char *text = "0123456789abcdefghij";
    const void *buffers[] = {text};
    int64_t bytes[] = {20};
    test_view views[2] = {{3, "abc", 0, 0}, {13, "0123", 0, 7}};
    tn_array a = {.kind = TN_ARRAY_BYTES,
                  .width = TN_ARRAY_VIEWS,
                  .length = 2,
                  .values = views,
                  .buffers = buffers,
                  .buffer_bytes = bytes,
                  .buffer_count = 1};
    assert_memory_equal(get(&a, 0).as.text.data, "abc", 3);
    assert_memory_equal(get(&a, 1).as.text.data, "789abcdefghij", 13);
    static const char *outside = "has a view that lies outside its buffers";
    views[1].offset = 8;
    assert_refused(&a, outside);
    static const uint8_t valid[] = {1};
    a.validity = valid; /* what null says is not looked at */
    assert_int_equal(get(&a, 1).kind, TN_KIND_NULL);
    a.validity = NULL;
    views[1] = (test_view){13, "0123", 1, 0};
    assert_refused(&a, outside);
    views[1] = (test_view){-1, "", 0, 0};
    assert_refused(&a, outside);
}

static void test_array__dictionaries(void **state)
{
    (void)state;
    static const int32_t offsets[] = {0, 1, 3};
    static const uint8_t second_valid[] = {2}, first_two[] = {3};
    tn_array words = {.kind = TN_ARRAY_TEXT,
                      .width = 4,
                      .length = 2,
                      .values = offsets,
                      .data = "abb",
                      .validity = second_valid};
    static const int32_t indices[] = {0, 1, 2, -1};
    tn_array a = {.kind = TN_ARRAY_DICTIONARY,
                  .width = 4,
                  .is_signed = true,
                  .length = 2,
                  .values = indices,
                  .dictionary = &words};
    assert_int_equal(get(&a, 0).kind, TN_KIND_NULL); /* null inside the dictionary */
    assert_true(tn_array_is_null(&a, 0));
    assert_memory_equal(get(&a, 1).as.text.data, "bb", 2);
    static const char *outside = "has an index outside its dictionary";
    a.length = 3;
    assert_refused(&a, outside);
    a.length = 4;
    a.validity = first_two;
    assert_int_equal(get(&a, 3).kind, TN_KIND_NULL);
    a.validity = NULL;
    a.offset = 3;
    a.length = 1;
    assert_refused(&a, outside);
    words.length = 0;
    a.offset = 0;
    a.validity = first_two;
    assert_refused(&a, outside);
    words = a;
    assert_refused(&a, "has a dictionary of no known kind");
}

static void test_array__times(void **state)
{
    (void)state;
    static const int64_t counts[] = {1500, INT64_MAX, -1};
    tn_array a = {.kind = TN_ARRAY_TIMESTAMP,
                  .width = 8,
                  .length = 3,
                  .tick = TN_TICK_MILLIS,
                  .values = counts};
    assert_int_equal(get(&a, 0).as.instant.seconds, 1);
    assert_int_equal(get(&a, 0).as.instant.nanos, 500000000);
    assert_int_equal(get(&a, 1).kind, TN_KIND_UNREADABLE);
    assert_int_equal(get(&a, 2).as.instant.seconds, -1);
    assert_int_equal(get(&a, 2).as.instant.nanos, 999000000);
    a.is_civil = true;
    assert_int_equal(get(&a, 0).kind, TN_KIND_UNREADABLE);
    tn_zone zone = tn_zone_fixed(TN_STR("+01:00"), 3600);
    a.zone = &zone;
    assert_int_equal(get(&a, 0).as.instant.seconds, 1 - 3600);
    static const int64_t days[] = {86400000, 86400001, -86400000};
    tn_array d = {.kind = TN_ARRAY_DATE, .width = 8, .length = 3, .values = days};
    assert_int_equal(get(&d, 0).as.day, 1);
    assert_int_equal(get(&d, 1).kind, TN_KIND_UNREADABLE);
    assert_int_equal(get(&d, 2).as.day, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_array__integers_of_each_width),
        cmocka_unit_test(test_array__bits_at_any_offset),
        cmocka_unit_test(test_array__texts_by_offsets),
        cmocka_unit_test(test_array__views_inside_their_buffers),
        cmocka_unit_test(test_array__dictionaries),
        cmocka_unit_test(test_array__times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* key_index: keys of every length and kind, and those that are the same number. */
#include "interp/decide/key_index.h"
#include "tests/support/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void add(tn_key_index *index, const char *key, uint32_t row)
{
    assert_int_equal(tn_key_index_add(index, tn_str_from(key), row), TN_OK);
}

static uint32_t find(const tn_key_index *index, const char *key)
{
    return tn_key_index_find_text(index, tn_str_from(key));
}

static void test_key_index__integers_are_their_decimal_form(void **state)
{
    (void)state;
    tn_key_index index;
    tn_key_index_init(&index, NULL);
    assert_int_equal(tn_key_index_find_int(&index, 0), TN_NONE);
    static const char *const keys[] = {"0",   "7",   "-7",    "007",
                                       "-0",  "+7",  "7 ",    "9223372036854775807",
                                       "7.0", "1e3", "65535", "-9223372036854775808"};
    for (uint32_t i = 0; i < TN_COUNT(keys); i++)
        add(&index, keys[i], i);
    for (uint32_t i = 0; i < TN_COUNT(keys); i++)
        assert_int_equal(find(&index, keys[i]), i);
    assert_int_equal(tn_key_index_find_int(&index, 0), 0);
    assert_int_equal(tn_key_index_find_int(&index, 7), 1);
    assert_int_equal(tn_key_index_find_int(&index, -7), 2);
    assert_int_equal(tn_key_index_find_int(&index, INT64_MAX), 7);
    assert_int_equal(tn_key_index_find_int(&index, INT64_MIN), 11);
    assert_int_equal(tn_key_index_find_int(&index, 1000), TN_NONE);
    tn_key_index_free(&index);
}

enum { KEYS = 3000, KEY_MAX = 48 };

/* Keys of 0 to 40 bytes that differ in one byte, anywhere. */
static tn_str make_key(uint32_t i, char room[KEY_MAX])
{
    size_t len = i % 41;
    memset(room, 'k', KEY_MAX);
    if (len > 0)
        room[i / 41 % len] = (char)(i / 41 % 90 + 33);
    if (len > 1)
        room[(i / 41 + 1) % len] = (char)(i / 3690 + 1);
    return (tn_str){room, len};
}

static void test_key_index__keys_of_every_length(void **state)
{
    (void)state;
    static char rooms[KEYS][KEY_MAX];
    static tn_str keys[KEYS];
    static uint32_t first[KEYS];
    tn_key_index index;
    tn_key_index_init(&index, NULL);
    for (uint32_t i = 0; i < KEYS; i++) {
        keys[i] = make_key(i, rooms[i]);
        first[i] = i;
        for (uint32_t k = 0; k < i && first[i] == i; k++)
            if (tn_str_equal(keys[k], keys[i]))
                first[i] = k;
        uint32_t found = tn_key_index_find_text(&index, keys[i]);
        assert_int_equal(found, first[i] == i ? TN_NONE : first[i]);
        if (found == TN_NONE)
            assert_int_equal(tn_key_index_add(&index, keys[i], i), TN_OK);
    }
    for (uint32_t i = 0; i < KEYS; i++) {
        char copy[KEY_MAX]; /* long keys are compared, not their addresses */
        memcpy(copy, keys[i].data, KEY_MAX);
        tn_str key = {copy, keys[i].len};
        assert_int_equal(tn_key_index_find_text(&index, key), first[i]);
        copy[keys[i].len] = 0;
        key.len++;
        assert_int_equal(tn_key_index_find_text(&index, key), TN_NONE);
    }
    tn_key_index_free(&index);
}

static void test_key_index__without_memory(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_key_index index;
        tn_status status = TN_OK;
        tn_test_memory_init(&memory, n);
        tn_key_index_init(&index, &memory.allocator);
        char text[16];
        for (uint32_t i = 0; i < 100 && status == TN_OK; i++) {
            snprintf(text, sizeof(text), "%u", i);
            status = tn_key_index_add(&index, tn_str_from(text), i);
        }
        tn_key_index_free(&index);
        assert_int_equal(memory.live_count, 0);
        if (status == TN_OK)
            break;
        assert_int_equal(status, TN_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_key_index__integers_are_their_decimal_form),
        cmocka_unit_test(test_key_index__keys_of_every_length),
        cmocka_unit_test(test_key_index__without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

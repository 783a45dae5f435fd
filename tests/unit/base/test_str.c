/* str: hashes of texts that were chosen to hash alike. */
#include "interp/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 4096, PLACES = 1 << 16 };

/* Undoes one step of the hash: its multiplication and its shift. */
static uint64_t undo(uint64_t hash)
{
    const uint64_t by = 0xff51afd7ed558ccdu;
    uint64_t inverse = by;
    for (int i = 0; i < 6; i++)
        inverse *= 2 - by * inverse;
    return (hash ^ hash >> 32) * inverse;
}

/* Of texts that all have the same place in a table by the plain hash, how many places
 * there are with a seed. */
static size_t count_places(const void *seed)
{
    static bool is_taken[PLACES];
    size_t count = 0;
    memset(is_taken, 0, sizeof(is_taken));
    for (uint64_t i = 0; i < TEXTS; i++) {
        uint64_t word = undo(undo(undo(i << 32 | 7))) ^ 8 * 0x9e3779b97f4a7c15u;
        tn_str text = {(const char *)&word, sizeof(word)};
        assert_int_equal(tn_str_hash(text) % PLACES, 7);
        uint64_t place = tn_str_hash_seeded(text, seed) % PLACES;
        count += !is_taken[place];
        is_taken[place] = true;
    }
    return count;
}

static void test_str_hash__texts_chosen_to_hash_alike_part_with_a_seed(void **state)
{
    (void)state;
    assert_int_equal(count_places(NULL), 1);
    for (uintptr_t address = 0x7f3a5c0010; address < 0x7f3a5c1000; address += 16)
        assert_true(count_places((const void *)address) > TEXTS / 2);
}

static void test_str_find__nothing_is_looked_for_in_nothing(void **state)
{
    (void)state;
    assert_int_equal(tn_str_find((tn_str){NULL, 0}, TN_STR("a")), SIZE_MAX);
    assert_int_equal(tn_str_find((tn_str){NULL, 0}, TN_STR("")), 0);
    assert_int_equal(tn_str_find(TN_STR("aab"), TN_STR("ab")), 1);
    assert_int_equal(tn_str_find(TN_STR("aa"), TN_STR("aab")), SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_str_hash__texts_chosen_to_hash_alike_part_with_a_seed),
        cmocka_unit_test(test_str_find__nothing_is_looked_for_in_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* fronts: what is due behind a record that stays is counted, partition by partition. */
#include "interp/apply/fronts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/memory.h"

enum { PARTITIONS = 40 };

static const tn_store_ops by_prefix = {.capabilities = TN_STORE_PREFIX};
static const tn_store_ops by_row = {.capabilities = TN_STORE_KEYED};

/* One record goes; where a reason is given it stays. */
static tn_status add(tn_fronts *fronts, int64_t partition, int64_t offset,
                     const char *stays, bool *is_blocked)
{
    tn_value parts[2] = {{TN_KIND_INT, {.integer = partition}},
                         {TN_KIND_INT, {.integer = offset}}};
    tn_list_value list = {parts, 2};
    tn_value key = {TN_KIND_LIST, {.list = &list}};
    if (stays != NULL)
        return tn_fronts_stay(fronts, &key, stays);
    return tn_fronts_go(fronts, &key, is_blocked);
}

static void test_fronts__are_used_where_rows_go_from_the_front_alone(void **state)
{
    tn_store prefix = {&by_prefix}, row = {&by_row};
    tn_fronts fronts;
    (void)state;
    tn_fronts_init(&fronts, &prefix, NULL);
    assert_true(fronts.is_used);
    tn_fronts_init(&fronts, &row, NULL);
    assert_false(fronts.is_used);
}

static void test_fronts__the_first_record_that_stays_is_the_one_told(void **state)
{
    tn_store store = {&by_prefix};
    tn_fronts fronts;
    tn_arena arena;
    bool is_blocked;
    const tn_str *texts;
    uint32_t count;
    (void)state;
    tn_arena_init(&arena, NULL);
    tn_fronts_init(&fronts, &store, &arena);
    assert_int_equal(add(&fronts, 3, 7, NULL, &is_blocked), TN_OK);
    assert_false(is_blocked);
    assert_int_equal(add(&fronts, 3, 8, "hold", NULL), TN_OK);
    assert_int_equal(add(&fronts, 3, 9, "retained", NULL), TN_OK);
    assert_int_equal(add(&fronts, 3, 11, NULL, &is_blocked), TN_OK);
    assert_true(is_blocked);
    assert_int_equal(add(&fronts, 5, 0, NULL, &is_blocked), TN_OK);
    assert_false(is_blocked); /* another partition */
    assert_int_equal(add(&fronts, 6, 0, "flag", NULL), TN_OK);
    assert_int_equal(tn_fronts_describe(&fronts, &texts, &count), TN_OK);
    assert_int_equal(count, 1);
    assert_true(
        tn_str_equal(texts[0], TN_STR("1 behind offset 8 of partition 3 (hold)")));
    tn_arena_free(&arena);
}

static tn_status fill(tn_arena *arena)
{
    tn_store store = {&by_prefix};
    tn_fronts fronts;
    bool is_blocked;
    const tn_str *texts;
    uint32_t count;
    tn_fronts_init(&fronts, &store, arena);
    for (int64_t p = 0; p < PARTITIONS; p++)
        TN_TRY(add(&fronts, p, 0, "hold", NULL));
    for (int64_t p = 0; p < PARTITIONS; p++)
        TN_TRY(add(&fronts, p, 1, NULL, &is_blocked));
    TN_TRY(tn_fronts_describe(&fronts, &texts, &count));
    assert_int_equal(count, PARTITIONS);
    return TN_OK;
}

static void test_fronts__survive_every_failing_allocation(void **state)
{
    (void)state;
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_arena arena;
        tn_test_memory_init(&memory, n);
        tn_arena_init(&arena, &memory.allocator);
        tn_status status = fill(&arena);
        tn_arena_free(&arena);
        assert_int_equal(memory.live_count, 0);
        if (status == TN_OK) {
            assert_true(n > 1);
            return;
        }
        assert_int_equal(status, TN_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fronts__are_used_where_rows_go_from_the_front_alone),
        cmocka_unit_test(test_fronts__the_first_record_that_stays_is_the_one_told),
        cmocka_unit_test(test_fronts__survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Plan and apply without memory, at every allocation of our own: a plan that fails has
 * done nothing, an apply nothing by halves. */
#include "tests/fault/support.h"
#include "tests/support/memory.h"

static void use_memory(test_world *world, tn_test_memory *memory)
{
    world->memory = memory == NULL ? NULL : &memory->allocator;
}

/* The world's buffers are those that the allocator still has. */
static void give_back(test_world *world, tn_test_memory *memory)
{
    tn_buf_free(&world->why);
    tn_buf_free(&world->plan);
    assert_int_equal(memory->live_count, 0);
    use_memory(world, NULL);
    tn_buf_init(&world->why, NULL);
    tn_buf_init(&world->plan, NULL);
}

/* A plan that has no memory at allocation n: there is none, and nothing was done. */
static bool plan_starved(test_world *world, size_t n, bool once)
{
    tn_test_memory memory;
    tn_test_memory_init(&memory, n);
    memory.once = once;
    use_memory(world, &memory);
    tn_status status = test_world_try_plan(world);
    bool struck = memory.count >= n;
    if (status != TN_OK && status != TN_NOMEM)
        fail_msg("allocation %zu: %s: %s", n, tn_status_text(status),
                 test_world_why(world));
    give_back(world, &memory);
    return struck;
}

static bool apply_starved(test_world *world, const truth *t, size_t n, bool once)
{
    tn_test_memory memory;
    tn_buf plan = world->plan; /* is made with other memory */
    tn_test_memory_init(&memory, n);
    memory.once = once;
    use_memory(world, &memory);
    tn_status status = test_world_try_apply(world, NULL);
    bool struck = memory.count >= n;
    world->plan = (tn_buf){.memory = &memory.allocator};
    give_back(world, &memory);
    world->plan = plan;
    check_stays(world, t);
    if (status != TN_OK) {
        assert_int_equal(status, TN_NOMEM);
        must_finish(world);
    }
    check_end(world, t);
    return struck;
}

static void starve(bool once)
{
    bool plan_struck = true, apply_struck = true;
    for (size_t n = 1; plan_struck || apply_struck; n += 1 + n / 50) {
        test_world world;
        open_world(&world, "DELETE", 80);
        truth t = take_truth(&world);
        plan_struck = plan_struck && plan_starved(&world, n, once);
        check_stays(&world, &t);
        assert_int_equal(test_world_ask(&world, "SELECT count(*) FROM orders"), t.rows);
        test_world_plan(&world);
        apply_struck = apply_struck && apply_starved(&world, &t, n, once);
        test_world_close(&world);
    }
}

static void test_memory__one_allocation_fails(void **state)
{
    (void)state;
    starve(true);
}

static void test_memory__all_allocations_fail_from_one_on(void **state)
{
    (void)state;
    starve(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory__one_allocation_fails),
        cmocka_unit_test(test_memory__all_allocations_fail_from_one_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

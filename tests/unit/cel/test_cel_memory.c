/* cel: compile, verify, load and evaluate, with every allocation failing in turn. */
#include "tests/support/condition_cases.h"
#include "tests/support/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* What ended without memory may be an outcome too: an error value that says so. */
static tn_status attempt(const char *text, const tn_allocator *memory)
{
    test_condition c = test_condition_named;
    c.memory = memory;
    tn_status status = test_condition_compile(&c, tn_str_from(text));
    if (status == TN_OK)
        status = test_condition_run(&c);
    test_condition_free(&c);
    return status;
}

static void walk(const char *text)
{
    for (size_t n = 1;; n++) {
        tn_test_memory memory;
        tn_test_memory_init(&memory, n);
        tn_status status = attempt(text, &memory.allocator);
        if (memory.live_count != 0 || memory.live_bytes != 0)
            fail_msg("%s: allocation %zu fails, and %zu blocks stay", text, n,
                     memory.live_count);
        if (status == TN_OK && memory.count < n)
            break;
        if (status != TN_NOMEM)
            fail_msg("%s: allocation %zu fails, and it says %s", text, n,
                     tn_status_text(status));
    }
}

static void test_cel__every_allocation_may_fail(void **state)
{
    (void)state;
    walk("r.seven + 1 == 8 && r.text.startsWith(\"o\")");
    walk("r.text.matches(\"^o+ld$\") || r.text.matches(r.text + \"x\")");
    walk("timestamp(0).getHours(\"Europe/Berlin\") == 1");
    walk("timestamp(0).getHours(r.text == \"old\" ? \"Asia/Tokyo\" : \"UTC\") == 9");
    walk("r.list.map(x, {\"a\": [x, r.seven], \"b\": \"%d\".format([x])})");
    walk("{1: \"a\", 2: \"b\"}.transformMap(k, v, v + r.text)[r.list[0]]");
    walk("cel.bind(a, r.text + \"!\", a.replace(\"o\", a).split(\"l\").join(\"-\"))");
    walk("optional.of(r.seven).optMap(x, [x, x]).orValue([])");
    walk("base64.encode(b\"abc\") + string(base64.decode(\"YWJj\"))");
}

static void test_cel__texts_that_are_refused_give_all_back(void **state)
{
    (void)state;
    for (size_t n = 0; n < 60; n++) {
        tn_test_memory memory;
        tn_test_memory_init(&memory, n);
        tn_status status =
            attempt("r.sevn + 1.0 == \"a\" || {1.5: 2}.x", &memory.allocator);
        assert_true(status == TN_NOMEM || status == TN_INVALID);
        assert_int_equal(memory.live_count, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel__every_allocation_may_fail),
        cmocka_unit_test(test_cel__texts_that_are_refused_give_all_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

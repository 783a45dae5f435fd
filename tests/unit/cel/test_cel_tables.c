/* cel: looking up in a table, with a default and without. */
#include "interp/cel/map_value.h"
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const tn_value key = {TN_KIND_STRING, {.text = {"DE", 2}}};
static const tn_value sixteen = {TN_KIND_INT, {.integer = 16}};
static const tn_value thirteen = {TN_KIND_INT, {.integer = 13}};

static void run(const test_case *cases, size_t count)
{
    tn_arena arena;
    tn_arena_init(&arena, NULL);
    tn_map_pair pair = {key, sixteen};
    tn_map_value built;
    uint32_t repeated;
    assert_int_equal(tn_map_value_build(&arena, &pair, 1, &built, &repeated), TN_OK);
    const tn_value map = {TN_KIND_MAP, {.map = &built}};
    const tn_type *type =
        tn_type_map(&arena, tn_type_of(TN_TYPE_STRING), tn_type_of(TN_TYPE_INT));
    const test_name names[] = {
        {"age", type, {.kind = TN_KIND_NULL}, &map, &thirteen},
        {"strict", type, {.kind = TN_KIND_NULL}, &map, NULL},
        {"r.here", tn_type_of(TN_TYPE_STRING), key, NULL, NULL},
        {"r.none", tn_type_of(TN_TYPE_STRING), {.kind = TN_KIND_NULL}, NULL, NULL},
        {"r.any", tn_type_of(TN_TYPE_DYN), thirteen, NULL, NULL},
    };
    const test_condition options = {.names = names, .name_count = TN_COUNT(names)};
    test_condition_cases(&options, cases, count);
    tn_arena_free(&arena);
}

static void test_cel__a_table_is_looked_up_with_its_default(void **state)
{
    (void)state;
    const test_case cases[] = {
        {"age[\"DE\"]", "16"},
        {"age[r.here]", "16"},
        {"age[r.here + \"?\"]", "13"},
        {"age[\"FR\"]", "13"},
        {"age[r.none]", "error 0..11: no such key: null"},
        {"age[r.any]", "13"},
        {"age[dyn(b\"DE\")]", "error 0..15: no such key: b\"DE\""},
        {"strict[r.here]", "16"},
        {"strict[\"FR\"]", "error 0..12: no such key: \"FR\""},
        {"strict[r.here + \"?\"]", "error 0..20: no such key: \"DE?\""},
        {"r.here in strict", "true"},
    };
    run(cases, TN_COUNT(cases));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cel__a_table_is_looked_up_with_its_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

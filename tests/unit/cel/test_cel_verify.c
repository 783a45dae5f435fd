/* cel: code that a compiler would not make is refused, each time for its reason. */
#include "tests/support/condition_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NODES_MAX = 8 };

/* One expression of up to eight nodes, over two constants: 1 and "a". */
typedef struct made {
    tn_cel_node nodes[NODES_MAX];
    tn_cel_const consts[2];
    tn_cel_table table;
    tn_cel_expr expr;
    tn_cel_code code;
} made;

static void make(made *m, const tn_cel_node *nodes, uint32_t count)
{
    *m = (made){.consts = {{.kind = TN_KIND_INT, .bits = 1},
                           {.kind = TN_KIND_BYTES, .count = 1, .bits = 0}},
                .expr = {.node_count = count,
                         .max_stack = 3,
                         .slot_count = 1,
                         .file = TN_NONE,
                         .local_count = 1,
                         .loop_depth = 1}};
    for (uint32_t i = 0; i < count; i++)
        m->nodes[i] = nodes[i];
    m->code = (tn_cel_code){.nodes = m->nodes,
                            .consts = m->consts,
                            .exprs = &m->expr,
                            .strings = "a",
                            .node_count = count,
                            .const_count = 2,
                            .expr_count = 1,
                            .strings_len = 1};
}

/* Text of the refusal; "" where it is let pass. */
static const char *judge(const made *m)
{
    tn_cel_fault fault;
    tn_status status = tn_cel_verify(&m->code, NULL, &fault);
    assert_true(status == TN_OK || status == TN_BAD_IMAGE);
    assert_int_equal(status == TN_OK, fault.what == NULL);
    return fault.what == NULL ? "" : fault.what;
}

static const char *judge_nodes(const tn_cel_node *nodes, uint32_t count)
{
    made m;
    make(&m, nodes, count);
    return judge(&m);
}

#define NODE(op, aux, arg)                                                             \
    {                                                                                  \
        TN_CEL_##op, 0, aux, arg                                                       \
    }
#define ONE NODE(CONST, 0, 0)
#define JUDGE(...)                                                                     \
    judge_nodes((const tn_cel_node[]){__VA_ARGS__},                                    \
                TN_COUNT(((const tn_cel_node[]){__VA_ARGS__})))

#define NESTING "a node does not nest, or takes what is not there"
#define OPERAND "a node's operand is out of bounds"
#define NO_VALUE "an expression does not give one value"

static void test_verify__good_code_passes(void **state)
{
    (void)state;
    assert_string_equal(JUDGE(ONE), "");
    assert_string_equal(JUDGE(ONE, ONE, NODE(ADD, 0, 0)), "");
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, 2), ONE, NODE(AND, 0, 0)), "");
    assert_string_equal(JUDGE(ONE, NODE(COND, 0, 2), ONE, NODE(ELSE, 0, 1), ONE), "");
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 0, 2), ONE, NODE(NEXT, 0, 0)), "");
    assert_string_equal(JUDGE(ONE, NODE(OR_ELSE, 0, 1), ONE), "");
}

static void test_verify__skips_must_nest(void **state)
{
    (void)state;
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, 1), ONE, NODE(AND, 0, 0)),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, 3), ONE, NODE(AND, 0, 0)),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, 0), ONE, NODE(AND, 0, 0)),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, UINT32_MAX), ONE, NODE(AND, 0, 0)),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(AND_TEST, 0, 2), ONE, NODE(OR, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, ONE, NODE(AND, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(COND, 0, 1), ONE, NODE(ELSE, 0, 1), ONE),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(COND, 0, 2), ONE, NODE(ELSE, 0, 2), ONE),
                        NESTING);
    assert_string_equal(JUDGE(ONE, NODE(ELSE, 0, 1), ONE), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 0, 3), ONE, NODE(NEXT, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 0, 1), ONE, NODE(NEXT, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(NEXT, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, ONE, NODE(PASS, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(OR_ELSE, 0, 2), ONE), NESTING);
}

static void test_verify__nothing_is_taken_that_is_not_there(void **state)
{
    (void)state;
    assert_string_equal(JUDGE(NODE(ADD, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(ADD, 0, 0)), NESTING);
    assert_string_equal(JUDGE(ONE, NODE(LIST, 0, 2)), NESTING);
    assert_string_equal(JUDGE(ONE, ONE, ONE, ONE, NODE(LIST, 0, 4)), NESTING);
    assert_string_equal(
        JUDGE(ONE, NODE(AND_TEST, 0, 3), NODE(NOT, 0, 0), ONE, NODE(AND, 0, 0)),
        NESTING);
    assert_string_equal(JUDGE(ONE, ONE), NO_VALUE);
    assert_string_equal(JUDGE(ONE, NODE(BIND, 0, 0)), NO_VALUE);
}

static void test_verify__operands_are_within_bounds(void **state)
{
    (void)state;
    assert_string_equal(JUDGE(NODE(CONST, 0, 2)), OPERAND);
    assert_string_equal(JUDGE(NODE(CONST, 0, UINT32_MAX)), OPERAND);
    assert_string_equal(JUDGE(NODE(SLOT, 0, 1)), OPERAND);
    assert_string_equal(JUDGE(NODE(LOCAL, 0, 1)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(SELECT, 0, 0)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(MATCH, 0, 0)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(ZONED, 0, 0)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(LOOK_UP, 0, 0)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(CALL, UINT16_MAX, 1)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(MAP, 0, 1)), OPERAND);
    assert_string_equal(JUDGE(NODE(FAIL, UINT16_MAX, 0)), OPERAND);
    assert_string_equal(JUDGE(NODE(SLOT_EQUAL, 1, 0)), OPERAND);
    assert_string_equal(JUDGE(NODE(SLOT_EQUAL, 0, 2)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 7, 2), ONE, NODE(NEXT, 0, 0)), OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 1 << 4, 2), ONE, NODE(NEXT, 0, 0)),
                        OPERAND);
    assert_string_equal(JUDGE(ONE, NODE(LOOP, 8, 2), ONE, NODE(NEXT, 0, 0)), OPERAND);
    assert_string_equal(JUDGE({TN_CEL_OP_COUNT, 0, 0, 0}), OPERAND);
    assert_string_equal(JUDGE({TN_CEL_CONST, 1, 0, 0}), OPERAND);
}

static void test_verify__constants_are_what_they_say(void **state)
{
    (void)state;
    static const tn_cel_const bad[] = {
        {.kind = TN_KIND_BOOL, .bits = 2},
        {.kind = TN_KIND_BYTES, .count = 2, .bits = 0},
        {.kind = TN_KIND_BYTES, .count = 1, .bits = 1},
        {.kind = TN_KIND_STRING, .count = 1, .bits = 1},
        {.kind = TN_KIND_TIMESTAMP, .bits = UINT64_C(1) << 62},
        {.kind = TN_KIND_TIMESTAMP, .count = 1000000000},
        {.kind = TN_KIND_TYPE, .bits = TN_TYPE_COUNT},
        {.kind = TN_KIND_UNREADABLE},
        {.kind = TN_KIND_INT, .count = 1},
        {.kind = TN_KIND_INT, .depth = 1},
        {.kind = TN_KIND_INT, .zero = 1},
        {.kind = TN_KIND_LIST, .count = 1, .bits = 0},
        {.kind = TN_KIND_LIST, .depth = 1, .count = 1, .bits = 1},
        {.kind = TN_KIND_LIST, .depth = 1, .count = UINT32_MAX, .bits = 0},
        {.kind = TN_KIND_LIST, .depth = TN_CEL_MAX_CONST_DEPTH + 1, .bits = 0},
        {.kind = TN_KIND_MAP, .depth = 1, .count = 1, .bits = 0},
        {.kind = TN_KIND_OPTIONAL, .depth = 1, .count = 2, .bits = 0},
    };
    for (size_t i = 0; i < TN_COUNT(bad); i++) {
        made m;
        make(&m, (const tn_cel_node[]){ONE}, 1);
        m.consts[1] = bad[i];
        assert_string_equal(judge(&m), "a constant is not what it says");
    }
}

static void test_verify__expressions_keep_their_limits(void **state)
{
    (void)state;
    made m;
    make(&m, (const tn_cel_node[]){ONE}, 1);
    m.expr.max_stack = TN_CEL_MAX_STACK + 1;
    assert_string_equal(judge(&m), "an expression exceeds a limit");
    m.expr.max_stack = 0;
    assert_string_equal(judge(&m), NESTING);
    make(&m, (const tn_cel_node[]){ONE}, 1);
    m.expr.local_count = TN_CEL_MAX_LOCALS + 1;
    assert_string_equal(judge(&m), "an expression exceeds a limit");
    make(&m, (const tn_cel_node[]){ONE, ONE}, 2);
    m.expr.node_count = 1;
    assert_string_equal(judge(&m), "nodes belong to no expression");
    m.expr.node_count = 3;
    assert_string_equal(judge(&m), "an expression's nodes are not in order");
    make(&m, (const tn_cel_node[]){ONE}, 1);
    m.table = (tn_cel_table){.map = 0, .otherwise = TN_NONE};
    m.code.tables = &m.table;
    m.code.table_count = 1;
    assert_string_equal(judge(&m), "a table has no map");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verify__good_code_passes),
        cmocka_unit_test(test_verify__skips_must_nest),
        cmocka_unit_test(test_verify__nothing_is_taken_that_is_not_there),
        cmocka_unit_test(test_verify__operands_are_within_bounds),
        cmocka_unit_test(test_verify__constants_are_what_they_say),
        cmocka_unit_test(test_verify__expressions_keep_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

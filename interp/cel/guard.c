#include "interp/cel/guard.h"
#include "interp/calendar/instant.h"
#include "interp/cel/compare.h"

#include <string.h>

enum { STACK_MAX = 64, ITEMS_MAX = 64 };

/* What an op is to a simple condition; NONE: it is in none. */
typedef enum role {
    NONE,
    CONST,
    SLOT,
    HAS,
    NOT,
    AND_TEST,
    AND,
    OR_TEST,
    OR,
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    IN,
    STARTS,
    ENDS
} role;

static const uint8_t roles[TN_CEL_OP_COUNT] = {
    [TN_CEL_CONST] = CONST,          [TN_CEL_SLOT] = SLOT,
    [TN_CEL_HAS_SLOT] = HAS,         [TN_CEL_NOT] = NOT,
    [TN_CEL_AND_TEST] = AND_TEST,    [TN_CEL_AND] = AND,
    [TN_CEL_OR_TEST] = OR_TEST,      [TN_CEL_OR] = OR,
    [TN_CEL_SLOT_EQUAL] = EQUAL,     [TN_CEL_SLOT_NOT_EQUAL] = NOT_EQUAL,
    [TN_CEL_SLOT_LESS] = LESS,       [TN_CEL_SLOT_LESS_EQUAL] = LESS_EQUAL,
    [TN_CEL_SLOT_GREATER] = GREATER, [TN_CEL_SLOT_GREATER_EQUAL] = GREATER_EQUAL,
    [TN_CEL_SLOT_IN] = IN,           [TN_CEL_SLOT_STARTS_WITH] = STARTS,
    [TN_CEL_SLOT_ENDS_WITH] = ENDS,
};

static tn_cel_truth truth(bool x)
{
    return x ? TN_CEL_TRUE : TN_CEL_FALSE;
}

/* --- which conditions are simple */

static bool is_scalar(const tn_value *value)
{
    return value->kind == TN_KIND_NULL ||
           (value->kind >= TN_KIND_BOOL && value->kind <= TN_KIND_DURATION);
}

/* The steps of comparing with a constant; 0 where that is not simple. */
static uint64_t constant_steps(const tn_value *value)
{
    if (!is_scalar(value))
        return 0;
    bool is_text = value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES;
    return 3 + (is_text ? value->as.text.len / 8 : 0);
}

static uint64_t list_steps(const tn_value *value)
{
    if (value->kind != TN_KIND_LIST || value->as.list->count > ITEMS_MAX)
        return 0;
    uint64_t steps = 3;
    for (uint32_t i = 0; i < value->as.list->count; i++) {
        uint64_t item = constant_steps(&value->as.list->items[i]);
        if (item == 0)
            return 0;
        steps += item;
    }
    return steps;
}

/* The steps of a node; 0 where it is not simple. */
static uint64_t node_steps(const tn_cel_program *program, const tn_cel_node *node)
{
    role r = (role)roles[node->op];
    if (r == NONE)
        return 0;
    if (r == CONST)
        return program->constants[node->arg].kind == TN_KIND_BOOL ? 1 : 0;
    if (r < EQUAL)
        return 1;
    const tn_value *constant = &program->constants[node->arg];
    return r == IN ? list_steps(constant) : constant_steps(constant);
}

uint32_t tn_cel_guard_steps(const tn_cel_program *program, uint32_t number)
{
    const tn_cel_expr *expr = &program->code.exprs[number];
    const tn_cel_node *nodes = program->code.nodes + expr->first_node;
    uint64_t sum = 0;
    if (expr->max_stack > STACK_MAX)
        return 0;
    for (uint32_t i = 0; i < expr->node_count; i++) {
        uint64_t steps = node_steps(program, &nodes[i]);
        if (steps == 0)
            return 0;
        sum += steps;
    }
    return sum > UINT32_MAX ? 0 : (uint32_t)sum;
}

/* --- a slot against a constant */

static bool text_equal(tn_str a, tn_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool number_equal(const tn_value *slot, const tn_value *constant)
{
    return tn_value_is_number(slot) && tn_value_is_number(constant) &&
           tn_number_equal(slot, constant);
}

/* Both readable; a constant is never a date. */
static bool values_equal(const tn_value *slot, const tn_value *constant)
{
    if (slot->kind == TN_KIND_DATE)
        return constant->kind == TN_KIND_TIMESTAMP && constant->as.instant.nanos == 0 &&
               constant->as.instant.seconds == slot->as.day * TN_SECONDS_PER_DAY;
    if (slot->kind != constant->kind)
        return number_equal(slot, constant);
    if (slot->kind == TN_KIND_STRING || slot->kind == TN_KIND_BYTES)
        return text_equal(slot->as.text, constant->as.text);
    if (slot->kind == TN_KIND_BOOL)
        return slot->as.boolean == constant->as.boolean;
    if (slot->kind == TN_KIND_TIMESTAMP)
        return tn_instant_compare(slot->as.instant, constant->as.instant) == 0;
    if (slot->kind == TN_KIND_DURATION)
        return slot->as.duration_nanos == constant->as.duration_nanos;
    return slot->kind == TN_KIND_NULL || number_equal(slot, constant);
}

static tn_cel_truth equal(const tn_value *slot, const tn_value *constant, bool wanted)
{
    if (slot->kind == TN_KIND_UNREADABLE)
        return TN_CEL_UNKNOWN;
    return truth(values_equal(slot, constant) == wanted);
}

static tn_cel_truth is_in(const tn_value *slot, const tn_list_value *list)
{
    if (slot->kind == TN_KIND_UNREADABLE)
        return TN_CEL_UNKNOWN;
    for (uint32_t i = 0; i < list->count; i++)
        if (values_equal(slot, &list->items[i]))
            return TN_CEL_TRUE;
    return TN_CEL_FALSE;
}

/* `orders` has a bit for each order that makes the comparison true. */
static tn_cel_truth compare(const tn_value *slot, const tn_value *constant,
                            unsigned orders)
{
    tn_order order;
    if (slot->kind == TN_KIND_INT && constant->kind == TN_KIND_INT) {
        int64_t a = slot->as.integer, b = constant->as.integer;
        order = a < b ? TN_ORDER_LESS : a > b ? TN_ORDER_GREATER : TN_ORDER_EQUAL;
    } else {
        /* what it charges is in the steps that were counted beforehand */
        tn_cel_call call = {.steps_left = UINT64_MAX};
        order = tn_value_order(&call, slot, constant);
    }
    return order == TN_ORDER_INVALID ? TN_CEL_UNKNOWN : truth(orders >> order & 1);
}

/* The orders that make each comparison true. */
static const uint8_t orders_of[] = {
    [LESS] = 1 << TN_ORDER_LESS,
    [LESS_EQUAL] = 1 << TN_ORDER_LESS | 1 << TN_ORDER_EQUAL,
    [GREATER] = 1 << TN_ORDER_GREATER,
    [GREATER_EQUAL] = 1 << TN_ORDER_GREATER | 1 << TN_ORDER_EQUAL,
};

static tn_cel_truth has_part(const tn_value *slot, const tn_value *part, bool at_end)
{
    if (slot->kind != TN_KIND_STRING || part->kind != TN_KIND_STRING)
        return TN_CEL_UNKNOWN;
    tn_str text = slot->as.text, sought = part->as.text;
    if (text.len < sought.len)
        return TN_CEL_FALSE;
    if (sought.len == 0)
        return TN_CEL_TRUE;
    const char *from = at_end ? text.data + (text.len - sought.len) : text.data;
    return truth(memcmp(from, sought.data, sought.len) == 0);
}

/* --- logic */

static tn_cel_truth of_bool(const tn_value *value)
{
    return value->kind == TN_KIND_BOOL ? truth(value->as.boolean) : TN_CEL_UNKNOWN;
}

static tn_cel_truth negate(tn_cel_truth x)
{
    return x == TN_CEL_UNKNOWN ? x : truth(x == TN_CEL_FALSE);
}

/* && where `deciding` is false, || where it is true. */
static tn_cel_truth combine(tn_cel_truth a, tn_cel_truth b, tn_cel_truth deciding)
{
    if (a == deciding || b == deciding)
        return deciding;
    return a == b ? a : TN_CEL_UNKNOWN;
}

/* A slot against a constant. */
static tn_cel_truth against(role r, const tn_value *slot, const tn_value *constant)
{
    if (r == EQUAL || r == NOT_EQUAL)
        return equal(slot, constant, r == EQUAL);
    if (r == STARTS || r == ENDS)
        return has_part(slot, constant, r == ENDS);
    if (r == IN)
        return is_in(slot, constant->as.list);
    return compare(slot, constant, orders_of[r]);
}

static tn_cel_truth has(const tn_value *slot)
{
    if (slot->kind == TN_KIND_UNREADABLE)
        return TN_CEL_UNKNOWN;
    return truth(slot->kind != TN_KIND_NULL);
}

tn_cel_truth tn_cel_guard_test(const tn_cel_program *program, uint32_t number,
                               const tn_value *slots)
{
    const tn_cel_expr *expr = &program->code.exprs[number];
    const tn_cel_node *node = program->code.nodes + expr->first_node;
    const tn_cel_node *end = node + expr->node_count;
    const tn_value *constants = program->constants;
    tn_cel_truth stack[STACK_MAX];
    uint32_t depth = 0;
    for (; node < end; node++) {
        role r = (role)roles[node->op];
        if (r >= EQUAL) {
            stack[depth++] = against(r, &slots[node->aux], &constants[node->arg]);
        } else if (r == AND || r == OR) {
            depth--;
            stack[depth - 1] = combine(stack[depth - 1], stack[depth],
                                       r == AND ? TN_CEL_FALSE : TN_CEL_TRUE);
        } else if (r == AND_TEST || r == OR_TEST) {
            if (stack[depth - 1] == (r == AND_TEST ? TN_CEL_FALSE : TN_CEL_TRUE))
                node += node->arg;
        } else if (r == NOT) {
            stack[depth - 1] = negate(stack[depth - 1]);
        } else if (r == CONST) {
            stack[depth++] = of_bool(&constants[node->arg]);
        } else {
            const tn_value *slot = &slots[node->arg];
            stack[depth++] = r == HAS ? has(slot) : of_bool(slot);
        }
    }
    return stack[0];
}

uint32_t tn_cel_guard_slot(const tn_cel_node *node)
{
    role r = (role)roles[node->op];
    if (r >= EQUAL)
        return node->aux;
    return r == SLOT || r == HAS ? node->arg : TN_NONE;
}

tn_cel_truth tn_cel_guard_leaf(const tn_cel_program *program, const tn_cel_node *node,
                               const tn_value *slot)
{
    role r = (role)roles[node->op];
    if (r >= EQUAL)
        return against(r, slot, &program->constants[node->arg]);
    return r == HAS ? has(slot) : of_bool(slot);
}

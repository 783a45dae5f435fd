/* fold: what can be known when a policy is compiled is not computed for each record. By
 * the evaluator's own functions, so that it cannot come to anything else; what ends in
 * an error, or is dear, stays as it is. */
#include "interp/cel/apply.h"
#include "interp/cel/front.h"

/* Too little for a text that grows. A list or map as it is written is as large as its
 * text, and always made once. */
enum { FOLD_STEPS = 10000 };

static bool is_literal(const tn_ir *node)
{
    return node->op == TN_CEL_LIST || node->op == TN_CEL_MAP;
}

static bool all_const(const tn_ir *node)
{
    for (uint32_t i = 0; i < node->argc; i++)
        if (node->args[i]->kind != TN_IR_CONST)
            return false;
    return true;
}

/* Is `value` no deeper than a constant may be? */
static bool is_shallow(const tn_value *value, uint32_t depth)
{
    bool holds = value->kind == TN_KIND_LIST || value->kind == TN_KIND_MAP ||
                 value->kind == TN_KIND_OPTIONAL;
    if (!holds || depth == 0)
        return !holds;
    if (value->kind == TN_KIND_OPTIONAL)
        return value->as.optional == NULL || is_shallow(value->as.optional, depth - 1);
    bool shallow = true;
    if (value->kind == TN_KIND_LIST)
        for (uint32_t i = 0; shallow && i < value->as.list->count; i++)
            shallow = is_shallow(&value->as.list->items[i], depth - 1);
    else
        for (uint32_t i = 0; shallow && i < value->as.map->count; i++)
            shallow = is_shallow(&value->as.map->pairs[i].value, depth - 1);
    return shallow;
}

static tn_ir *fold_strict(tn_front *f, tn_ir *node)
{
    bool named = node->op == TN_CEL_SELECT || node->op == TN_CEL_SELECT_OPTIONAL ||
                 node->op == TN_CEL_HAS;
    uint32_t argc = node->argc + named;
    tn_value *args = tn_arena_take_array(&f->builder->arena, argc, sizeof(*args));
    if (args == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    for (uint32_t i = 0; i < node->argc; i++)
        args[i] = node->args[i]->value;
    if (named)
        args[node->argc] = node->value;
    tn_cel_call call = {.arena = &f->builder->arena,
                        .steps_left = is_literal(node) ? UINT64_MAX : FOLD_STEPS,
                        .argc = argc};
    tn_value result = tn_cel_apply_strict(&call, node->op, node->number, args);
    if (call.no_memory) {
        f->status = TN_NOMEM;
        return NULL;
    }
    if (tn_value_is_error(&result) && !call.stopped)
        return tn_ir_set_failure(f, node, &result) ? node : NULL;
    if (call.stopped || !is_shallow(&result, TN_CEL_MAX_CONST_DEPTH))
        return node;
    return tn_ir_const(f, node->at, result, node->type);
}

bool tn_ir_set_failure(tn_front *f, tn_ir *node, const tn_value *error)
{
    tn_value *kept = tn_arena_take(&f->builder->arena, sizeof(*kept));
    if (kept == NULL) {
        f->status = TN_NOMEM;
        return false;
    }
    *kept = *error;
    node->failure = kept;
    return true;
}

/* && and || with an operand that decides whatever the other does. */
static tn_ir *fold_logic(tn_front *f, tn_ir *node)
{
    bool deciding = node->kind == TN_IR_OR;
    for (uint32_t i = 0; i < 2; i++)
        if (tn_ir_is_const(node->args[i], TN_KIND_BOOL) &&
            node->args[i]->value.as.boolean == deciding)
            return tn_ir_const(f, node->at, tn_value_bool(deciding), node->type);
    if (tn_ir_is_const(node->args[0], TN_KIND_BOOL) &&
        tn_ir_is_const(node->args[1], TN_KIND_BOOL))
        return tn_ir_const(f, node->at, tn_value_bool(!deciding), node->type);
    return node;
}

tn_ir *tn_ir_finish(tn_front *f, tn_ir *node)
{
    if (node->kind == TN_IR_AND || node->kind == TN_IR_OR)
        return fold_logic(f, node);
    if (node->kind == TN_IR_COND && tn_ir_is_const(node->args[0], TN_KIND_BOOL))
        return node->args[node->args[0]->value.as.boolean ? 1 : 2];
    if (node->kind == TN_IR_STRICT && all_const(node))
        return fold_strict(f, node);
    return node;
}

/* --- what can only end in an error */

/* A strict node fails where any argument does; of what is not strict, only what is
 * evaluated first, and || and && where the other operand cannot decide. */
const tn_ir *tn_ir_failing(const tn_ir *node)
{
    const tn_ir *first = NULL, *other = NULL;
    switch (node->kind) {
    case TN_IR_CONST:
    case TN_IR_SLOT:
    case TN_IR_HAS_SLOT:
    case TN_IR_LOCAL:
    case TN_IR_FAIL: return NULL;
    case TN_IR_STRICT:
    case TN_IR_LOOK_UP:
        if (node->failure != NULL)
            return node;
        for (uint32_t i = 0; first == NULL && i < node->argc; i++)
            first = tn_ir_failing(node->args[i]);
        return first;
    case TN_IR_AND:
    case TN_IR_OR:
        first = tn_ir_failing(node->args[0]);
        other = tn_ir_failing(node->args[1]);
        if (first != NULL && other == NULL)
            return node->args[1]->kind == TN_IR_CONST ? first : NULL;
        return first != NULL || node->args[0]->kind == TN_IR_CONST ? other : NULL;
    case TN_IR_COND:
        first = tn_ir_failing(node->args[0]);
        other = tn_ir_failing(node->args[1]);
        if (first != NULL || other == NULL)
            return first;
        return tn_ir_failing(node->args[2]) != NULL ? other : NULL;
    case TN_IR_BIND: return tn_ir_failing(node->args[1]);
    case TN_IR_MATCH:
    case TN_IR_ZONED:
    case TN_IR_OPTIONAL:
    case TN_IR_OR_ELSE:
    case TN_IR_OR_OPTIONAL:
    case TN_IR_LOOP: return tn_ir_failing(node->args[0]);
    }
    return NULL;
}

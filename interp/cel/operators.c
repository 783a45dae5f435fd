/* operators: of one, two and three operands, with the types they go with. */
#include "interp/cel/front.h"

/* Types of two values that may be equal: the same, or both numbers, or unknown. */
static bool is_number(const tn_type *type)
{
    return type->kind == TN_TYPE_INT || type->kind == TN_TYPE_UINT ||
           type->kind == TN_TYPE_DOUBLE;
}

static tn_ir *check_equality(tn_front *f, tn_ir *node)
{
    const tn_type *a = node->args[0]->type, *b = node->args[1]->type;
    node->type = tn_type_of(TN_TYPE_BOOL);
    if (f->env->unchecked || tn_type_accepts(a, b) || (is_number(a) && is_number(b)))
        return tn_ir_finish(f, node);
    return tn_front_complain(f, TN_FIND_TYPE, node->at, "%s and %s are never equal",
                             tn_front_type_text(f, a), tn_front_type_text(f, b));
}

/* A strict node whose arguments are there: its type by the overloads of its row. */
tn_ir *tn_operators_check(tn_front *f, tn_ir *node, const char *name,
                          const char *overloads)
{
    const tn_type *type = tn_overloads_result(f, overloads, node->args, node->argc);
    if (f->status != TN_OK)
        return NULL;
    if (type == NULL && !f->env->unchecked)
        return tn_overloads_complain(f, node->at, name, overloads, node);
    node->type = type == NULL ? tn_front_dyn() : type;
    return tn_ir_finish(f, node);
}

tn_ir *tn_operators_strict(tn_front *f, tn_span at, tn_cel_op op, tn_ir *first,
                           tn_ir *second)
{
    const char *name;
    tn_ir *node = tn_ir_new(f, TN_IR_STRICT, at, second == NULL ? 1 : 2);
    if (node == NULL)
        return NULL;
    node->op = op;
    node->args[0] = first;
    if (second != NULL)
        node->args[1] = second;
    if (op == TN_CEL_EQUAL || op == TN_CEL_NOT_EQUAL)
        return check_equality(f, node);
    const char *overloads = tn_overloads_of(op, &name);
    return tn_operators_check(f, node, name, overloads);
}

tn_ir *tn_operators_unary(tn_front *f, const tn_expr *expr, tn_cel_op op)
{
    tn_ir *operand = tn_front_expr(f, expr->first);
    return operand == NULL ? NULL : tn_operators_strict(f, expr->at, op, operand, NULL);
}

/* && and ||: bools, or what may be one. */
static tn_ir *check_bool(tn_front *f, tn_ir *operand, const char *where)
{
    if (operand == NULL || f->env->unchecked ||
        tn_type_accepts(tn_type_of(TN_TYPE_BOOL), operand->type))
        return operand;
    return tn_front_complain(f, TN_FIND_TYPE, operand->at,
                             "%s a bool is needed; this is %s", where,
                             tn_front_type_text(f, operand->type));
}

static tn_ir *logic(tn_front *f, const tn_expr *expr)
{
    bool is_and = expr->op == TN_OP_AND;
    const char *where = is_and ? "on both sides of `&&`" : "on both sides of `||`";
    tn_ir *node = tn_ir_new(f, is_and ? TN_IR_AND : TN_IR_OR, expr->at, 2);
    if (node == NULL)
        return NULL;
    node->type = tn_type_of(TN_TYPE_BOOL);
    node->args[0] = check_bool(f, tn_front_expr(f, expr->first), where);
    if (node->args[0] == NULL)
        return NULL;
    node->args[1] = check_bool(f, tn_front_expr(f, expr->second), where);
    return node->args[1] == NULL ? NULL : tn_ir_finish(f, node);
}

static tn_cel_op binary_op(tn_operator op)
{
    switch (op) {
    case TN_OP_LESS: return TN_CEL_LESS;
    case TN_OP_LESS_EQUAL: return TN_CEL_LESS_EQUAL;
    case TN_OP_GREATER: return TN_CEL_GREATER;
    case TN_OP_GREATER_EQUAL: return TN_CEL_GREATER_EQUAL;
    case TN_OP_EQUAL: return TN_CEL_EQUAL;
    case TN_OP_NOT_EQUAL: return TN_CEL_NOT_EQUAL;
    case TN_OP_IN: return TN_CEL_IN;
    case TN_OP_ADD: return TN_CEL_ADD;
    case TN_OP_SUBTRACT: return TN_CEL_SUBTRACT;
    case TN_OP_MULTIPLY: return TN_CEL_MULTIPLY;
    case TN_OP_DIVIDE: return TN_CEL_DIVIDE;
    case TN_OP_MODULO: return TN_CEL_MODULO;
    case TN_OP_OR: return TN_CEL_OR;
    case TN_OP_AND: return TN_CEL_AND;
    }
    return TN_CEL_AND;
}

tn_ir *tn_operators_binary(tn_front *f, const tn_expr *expr)
{
    if (expr->op == TN_OP_AND || expr->op == TN_OP_OR)
        return logic(f, expr);
    tn_ir *first = tn_front_expr(f, expr->first);
    tn_ir *second = first == NULL ? NULL : tn_front_expr(f, expr->second);
    if (second == NULL)
        return NULL;
    return tn_operators_strict(f, expr->at, binary_op(expr->op), first, second);
}

tn_ir *tn_operators_conditional(tn_front *f, const tn_expr *expr)
{
    tn_ir *node = tn_ir_new(f, TN_IR_COND, expr->at, 3);
    if (node == NULL)
        return NULL;
    const tn_expr *parts[3] = {expr->first, expr->second, expr->third};
    for (int i = 0; i < 3; i++) {
        node->args[i] = tn_front_expr(f, parts[i]);
        if (node->args[i] == NULL)
            return NULL;
    }
    node->args[0] = check_bool(f, node->args[0], "before `?`");
    if (node->args[0] == NULL)
        return NULL;
    const tn_type *a = node->args[1]->type, *b = node->args[2]->type;
    if (!f->env->unchecked && !tn_type_accepts(a, b))
        return tn_front_complain(f, TN_FIND_TYPE, expr->at,
                                 "the two results are of types %s and %s",
                                 tn_front_type_text(f, a), tn_front_type_text(f, b));
    return tn_front_finish(f, node, tn_type_join(&f->builder->arena, a, b));
}

/* select: names, fields, has(), tables and indexes: what is reached from where. */
#include "interp/cel/access.h"
#include "interp/cel/eval.h"
#include "interp/cel/front.h"

/* What selecting from a type gives; NULL where one cannot. */
static const tn_type *selected_type(tn_front *f, const tn_type *type)
{
    if (type->kind == TN_TYPE_DYN || type->kind == TN_TYPE_NULL)
        return tn_front_dyn();
    if (type->kind == TN_TYPE_MAP)
        return type->params[1]; /* whatever its keys: absent is no matter of types */
    if (type->kind != TN_TYPE_OPTIONAL)
        return NULL;
    const tn_type *inner = selected_type(f, type->params[0]);
    return inner == NULL ? NULL : tn_type_optional(&f->builder->arena, inner);
}

/* first.name, first.?name or has(first.name). */
static tn_ir *select_from(tn_front *f, const tn_expr *expr, tn_ir *first, tn_cel_op op)
{
    tn_ir *node = tn_ir_new(f, TN_IR_STRICT, expr->at, 1);
    tn_str name = tn_arena_copy(&f->builder->arena, expr->as.name.text);
    if (node == NULL || name.data == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    node->op = op;
    node->args[0] = first;
    node->value = tn_value_string(name);
    const tn_type *type = selected_type(f, first->type);
    if (type == NULL && !f->env->unchecked)
        return tn_front_complain(
            f, TN_FIND_TYPE, expr->op_at,
            "%s has no fields; \"." TN_STR_FMT "\" cannot be selected from it",
            tn_front_type_text(f, first->type), TN_STR_ARG(expr->as.name.text));
    node->type = type == NULL ? tn_front_dyn() : type;
    if (op == TN_CEL_HAS)
        node->type = tn_type_of(TN_TYPE_BOOL);
    if (op != TN_CEL_SELECT_OPTIONAL || node->type->kind == TN_TYPE_OPTIONAL)
        return tn_ir_finish(f, node);
    return tn_front_finish(f, node, tn_type_optional(&f->builder->arena, node->type));
}

tn_ir *tn_select_has(tn_front *f, const tn_expr *select)
{
    bool none;
    tn_ir *slot = tn_cel_names_has(f, select, &none);
    if (!none)
        return slot;
    tn_ir *first = tn_front_expr(f, select->first);
    return first == NULL ? NULL : select_from(f, select, first, TN_CEL_HAS);
}

/* The longest prefix of a chain that is declared, the rest selected from it. */
static tn_ir *chain(tn_front *f, const tn_expr *expr, bool *none)
{
    tn_ir *whole = tn_cel_names_resolve(f, expr, none);
    if (!*none || expr->kind != TN_EXPR_SELECT)
        return whole;
    const tn_expr *inner = expr->first;
    bool is_chain = (inner->kind == TN_EXPR_SELECT && !inner->optional) ||
                    inner->kind == TN_EXPR_NAME;
    if (is_chain && tn_cel_names_text(f, expr).data != NULL) {
        tn_ir *first = chain(f, inner, none);
        if (*none || first == NULL)
            return NULL;
        return select_from(f, expr, first, TN_CEL_SELECT);
    }
    *none = false;
    tn_ir *first = tn_front_expr(f, inner);
    return first == NULL ? NULL : select_from(f, expr, first, TN_CEL_SELECT);
}

tn_ir *tn_select_name(tn_front *f, const tn_expr *expr)
{
    bool none;
    tn_ir *node = chain(f, expr, &none);
    return none ? tn_cel_names_complain(f, expr) : node;
}

static tn_ir *fold_look_up(tn_front *f, tn_ir *node, const tn_cel_decl *decl)
{
    tn_cel_call call = {.arena = &f->builder->arena, .steps_left = TN_CEL_BUDGET};
    tn_value found =
        tn_cel_look_up(&call, decl->map, decl->otherwise, &node->args[0]->value);
    if (!tn_value_is_error(&found))
        return tn_ir_const(f, node->at, found, node->type);
    return call.stopped || tn_ir_set_failure(f, node, &found) ? node : NULL;
}

/* table[key]: its value, or the default. */
static tn_ir *look_up(tn_front *f, const tn_expr *expr, const tn_cel_decl *decl,
                      tn_ir *key)
{
    const tn_type *map = decl->type;
    if (!f->env->unchecked && map->kind == TN_TYPE_MAP &&
        !tn_type_accepts(map->params[0], key->type))
        return tn_front_complain(
            f, TN_FIND_TYPE, key->at, "the table's keys are %s; this is %s",
            tn_front_type_text(f, map->params[0]), tn_front_type_text(f, key->type));
    tn_ir *node = tn_ir_new(f, TN_IR_LOOK_UP, expr->at, 1);
    if (node == NULL)
        return NULL;
    node->number = decl->number;
    node->args[0] = key;
    node->type = map->kind == TN_TYPE_MAP ? map->params[1] : tn_front_dyn();
    return key->kind == TN_IR_CONST && decl->map != NULL ? fold_look_up(f, node, decl)
                                                         : node;
}

tn_ir *tn_select_field(tn_front *f, const tn_expr *expr)
{
    tn_cel_decl decl;
    bool none = true;
    tn_ir *whole = expr->optional ? NULL : tn_cel_names_resolve(f, expr, &none);
    if (!none)
        return whole;
    if (!expr->optional && tn_cel_names_table(f, expr->first, &decl)) {
        tn_str field = tn_arena_copy(&f->builder->arena, expr->as.name.text);
        tn_ir *key = tn_ir_const(f, expr->op_at, tn_value_string(field),
                                 tn_type_of(TN_TYPE_STRING));
        if (key == NULL || field.data == NULL)
            return NULL;
        return look_up(f, expr, &decl, key);
    }
    if (!expr->optional)
        return tn_select_name(f, expr);
    tn_ir *first = tn_front_expr(f, expr->first);
    return first == NULL ? NULL : select_from(f, expr, first, TN_CEL_SELECT_OPTIONAL);
}

tn_ir *tn_select_index(tn_front *f, const tn_expr *expr)
{
    tn_cel_decl decl;
    bool is_table = !expr->optional && tn_cel_names_table(f, expr->first, &decl);
    tn_ir *first = is_table ? NULL : tn_front_expr(f, expr->first);
    if (first == NULL && !is_table)
        return NULL;
    tn_ir *second = tn_front_expr(f, expr->second);
    if (second == NULL)
        return NULL;
    if (is_table)
        return look_up(f, expr, &decl, second);
    tn_cel_op op = expr->optional ? TN_CEL_INDEX_OPTIONAL : TN_CEL_INDEX;
    return tn_operators_strict(f, expr->at, op, first, second);
}

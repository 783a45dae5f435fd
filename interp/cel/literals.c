/* literals: single values, lists and maps as they are written, with optional items. */
#include "interp/cel/front.h"

tn_ir *tn_literals_text(tn_front *f, const tn_expr *expr, tn_kind kind,
                        tn_type_kind type)
{
    tn_str copy = tn_arena_copy(&f->builder->arena, expr->as.text);
    if (copy.data == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    tn_value value = {.kind = kind, .as.text = copy};
    return tn_ir_const(f, expr->at, value, tn_type_of(type));
}

tn_ir *tn_literals_scalar(tn_front *f, const tn_expr *expr, tn_value value)
{
    const tn_type *type = tn_type_of(tn_type_of_value(value.kind));
    return tn_ir_const(f, expr->at, value, type);
}

static bool has_optional_item(const tn_expr *expr)
{
    for (const tn_expr *item = expr->args; item != NULL; item = item->next)
        if (item->optional_item)
            return true;
    return false;
}

/* An item of a literal in which some are optional: those that are not are wrapped. */
static tn_ir *optional_item(tn_front *f, tn_ir *item, bool is_optional)
{
    if (item == NULL)
        return NULL;
    if (is_optional) {
        if (item->type->kind == TN_TYPE_OPTIONAL || item->type->kind == TN_TYPE_DYN)
            return item;
        return tn_front_complain(f, TN_FIND_TYPE, item->at,
                                 "after ? an optional is needed; this is %s",
                                 tn_front_type_text(f, item->type));
    }
    tn_ir *wrap = tn_ir_new(f, TN_IR_STRICT, item->at, 1);
    if (wrap == NULL)
        return NULL;
    wrap->op = TN_CEL_CALL;
    wrap->number = TN_CEL_FN_OPTIONAL_OF;
    wrap->args[0] = item;
    wrap->type = tn_type_optional(&f->builder->arena, item->type);
    return wrap->type == NULL ? NULL : tn_ir_finish(f, wrap);
}

/* The type of what an item puts into its list or map. */
static const tn_type *item_type(const tn_ir *item, bool optional)
{
    if (!optional)
        return item->type;
    return item->type->kind == TN_TYPE_OPTIONAL ? item->type->params[0]
                                                : tn_front_dyn();
}

static const tn_type *join(tn_front *f, const tn_type *so_far, const tn_type *type)
{
    return so_far == NULL ? type : tn_type_join(&f->builder->arena, so_far, type);
}

tn_ir *tn_literals_list(tn_front *f, const tn_expr *expr)
{
    tn_ir *node = tn_ir_new(f, TN_IR_STRICT, expr->at, expr->arg_count);
    if (node == NULL)
        return NULL;
    bool optional = has_optional_item(expr);
    node->op = optional ? TN_CEL_LIST_OPTIONAL : TN_CEL_LIST;
    const tn_type *type = NULL;
    uint32_t i = 0;
    for (const tn_expr *item = expr->args; item != NULL; item = item->next, i++) {
        node->args[i] = tn_front_expr(f, item);
        if (optional)
            node->args[i] = optional_item(f, node->args[i], item->optional_item);
        if (node->args[i] == NULL)
            return NULL;
        type = join(f, type, item_type(node->args[i], optional));
        if (type == NULL)
            break;
    }
    if (expr->arg_count == 0)
        type = tn_front_dyn();
    return tn_front_finish(
        f, node, type == NULL ? NULL : tn_type_list(&f->builder->arena, type));
}

static tn_ir *map_key(tn_front *f, const tn_expr *expr)
{
    tn_ir *key = tn_front_expr(f, expr);
    if (key == NULL)
        return NULL;
    switch (key->type->kind) {
    case TN_TYPE_DYN:
    case TN_TYPE_BOOL:
    case TN_TYPE_INT:
    case TN_TYPE_UINT:
    case TN_TYPE_STRING: return key;
    case TN_TYPE_NULL:
    case TN_TYPE_DOUBLE:
    case TN_TYPE_BYTES:
    case TN_TYPE_TIMESTAMP:
    case TN_TYPE_DURATION:
    case TN_TYPE_LIST:
    case TN_TYPE_MAP:
    case TN_TYPE_TYPE:
    case TN_TYPE_OPTIONAL:
    case TN_TYPE_PARAM:
    case TN_TYPE_COUNT: break;
    }
    if (f->env->unchecked || f->env->lenient)
        return key;
    return tn_front_complain(f, TN_FIND_TYPE, expr->at,
                             "a key of a map is bool, int, uint or string; this is %s",
                             tn_front_type_text(f, key->type));
}

tn_ir *tn_literals_map(tn_front *f, const tn_expr *expr)
{
    tn_ir *node = tn_ir_new(f, TN_IR_STRICT, expr->at, expr->arg_count * 2);
    if (node == NULL)
        return NULL;
    bool optional = has_optional_item(expr);
    node->op = optional ? TN_CEL_MAP_OPTIONAL : TN_CEL_MAP;
    const tn_type *key = NULL, *value = NULL;
    tn_ir **arg = node->args;
    for (const tn_expr *item = expr->args; item != NULL; item = item->next, arg += 2) {
        arg[0] = map_key(f, item->first);
        arg[1] = arg[0] == NULL ? NULL : tn_front_expr(f, item->second);
        if (optional)
            arg[1] = optional_item(f, arg[1], item->optional_item);
        if (arg[1] == NULL)
            return NULL;
        key = join(f, key, arg[0]->type);
        value = join(f, value, item_type(arg[1], optional));
    }
    if (expr->arg_count == 0)
        key = value = tn_front_dyn();
    return tn_front_finish(f, node, tn_type_map(&f->builder->arena, key, value));
}

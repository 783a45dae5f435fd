/* From tree to nodes: one function for each kind of expression. Types are found on the
 * way up, names and variables on the way down. */
#include "interp/cel/check.h"
#include "interp/cel/access.h"
#include "interp/cel/front.h"
#include "interp/cel/program.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Above what the parser lets pass (TN_PARSE_MAX_DEPTH), for trees made otherwise. */
enum { MAX_DEPTH = 300 };

static const tn_type *dyn(void)
{
    return tn_type_of(TN_TYPE_DYN);
}

/* --- nodes and complaints */

tn_ir *tn_ir_new(tn_front *f, tn_ir_kind kind, tn_span at, uint32_t argc)
{
    tn_ir *node = tn_arena_take(&f->arena, sizeof(*node));
    tn_ir **args = tn_arena_take_array(&f->arena, argc, sizeof(tn_ir *));
    if (node == NULL || args == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    *node = (tn_ir){.kind = kind, .at = at, .type = dyn(), .args = args, .argc = argc};
    return node;
}

tn_ir *tn_ir_const(tn_front *f, tn_span at, tn_value value, const tn_type *type)
{
    tn_ir *node = tn_ir_new(f, TN_IR_CONST, at, 0);
    if (node != NULL) {
        node->value = value;
        node->type = type;
    }
    return node;
}

tn_ir *tn_ir_fail(tn_front *f, tn_span at, tn_cel_error error, tn_str about)
{
    tn_ir *node = tn_ir_new(f, TN_IR_FAIL, at, 0);
    tn_str copy = tn_arena_copy(&f->builder->arena, about);
    if (node == NULL || copy.data == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    node->number = error;
    node->value = tn_value_string(copy);
    return node;
}

bool tn_ir_is_const(const tn_ir *node, tn_kind kind)
{
    return node->kind == TN_IR_CONST && node->value.kind == kind;
}

tn_ir *tn_front_complain(tn_front *f, tn_finding finding, tn_span at,
                         const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    size_t shown = len < 0 ? 0 : (size_t)len;
    tn_str message = {text, shown < sizeof(text) ? shown : sizeof(text) - 1};
    if (!f->env->unchecked)
        tn_diag_add(f->diags, finding, at, TN_STR_FMT, TN_STR_ARG(message));
    return tn_ir_fail(f, at, TN_CEL_ERR_NO_OVERLOAD, message);
}

const char *tn_front_type_text(tn_front *f, const tn_type *type)
{
    tn_buf buf;
    tn_buf_init(&buf, f->arena.memory);
    tn_type_put(&buf, type);
    tn_str copy = tn_arena_copy(&f->arena, tn_buf_view(&buf));
    tn_buf_free(&buf);
    return copy.data == NULL ? "?" : copy.data;
}

static tn_ir *limit(tn_front *f, tn_span at, const char *what)
{
    f->status = TN_LIMIT;
    tn_diag_add(f->diags, TN_FIND_TOO_LARGE, at, "%s", what);
    return NULL;
}

/* --- literals */

static tn_ir *text_literal(tn_front *f, const tn_expr *expr, tn_kind kind,
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

static tn_ir *scalar(tn_front *f, const tn_expr *expr, tn_value value)
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
    return item->type->kind == TN_TYPE_OPTIONAL ? item->type->params[0] : dyn();
}

static const tn_type *join(tn_front *f, const tn_type *so_far, const tn_type *type)
{
    return so_far == NULL ? type : tn_type_join(&f->builder->arena, so_far, type);
}

static tn_ir *finish_typed(tn_front *f, tn_ir *node, const tn_type *type)
{
    if (type == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    node->type = type;
    return tn_ir_finish(f, node);
}

static tn_ir *list_literal(tn_front *f, const tn_expr *expr)
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
        type = dyn();
    return finish_typed(f, node,
                        type == NULL ? NULL : tn_type_list(&f->builder->arena, type));
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

static tn_ir *map_literal(tn_front *f, const tn_expr *expr)
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
        key = value = dyn();
    return finish_typed(f, node, tn_type_map(&f->builder->arena, key, value));
}

/* --- operators and calls */

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
static tn_ir *check_overloads(tn_front *f, tn_ir *node, const char *name,
                              const char *overloads)
{
    const tn_type *type = tn_overloads_result(f, overloads, node->args, node->argc);
    if (f->status != TN_OK)
        return NULL;
    if (type == NULL && !f->env->unchecked)
        return tn_overloads_complain(f, node->at, name, overloads, node);
    node->type = type == NULL ? dyn() : type;
    return tn_ir_finish(f, node);
}

static tn_ir *strict(tn_front *f, tn_span at, tn_cel_op op, tn_ir *first, tn_ir *second)
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
    return check_overloads(f, node, name, overloads);
}

static tn_ir *unary(tn_front *f, const tn_expr *expr, tn_cel_op op)
{
    tn_ir *operand = tn_front_expr(f, expr->first);
    return operand == NULL ? NULL : strict(f, expr->at, op, operand, NULL);
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

static tn_ir *binary(tn_front *f, const tn_expr *expr)
{
    if (expr->op == TN_OP_AND || expr->op == TN_OP_OR)
        return logic(f, expr);
    tn_ir *first = tn_front_expr(f, expr->first);
    tn_ir *second = first == NULL ? NULL : tn_front_expr(f, expr->second);
    if (second == NULL)
        return NULL;
    return strict(f, expr->at, binary_op(expr->op), first, second);
}

static tn_ir *conditional(tn_front *f, const tn_expr *expr)
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
    return finish_typed(f, node, tn_type_join(&f->builder->arena, a, b));
}

/* --- selection and index */

/* What selecting from a type gives; NULL where one cannot. */
static const tn_type *selected_type(tn_front *f, const tn_type *type)
{
    if (type->kind == TN_TYPE_DYN || type->kind == TN_TYPE_NULL)
        return dyn();
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
    node->type = type == NULL ? dyn() : type;
    if (op == TN_CEL_HAS)
        node->type = tn_type_of(TN_TYPE_BOOL);
    if (op != TN_CEL_SELECT_OPTIONAL || node->type->kind == TN_TYPE_OPTIONAL)
        return tn_ir_finish(f, node);
    return finish_typed(f, node, tn_type_optional(&f->builder->arena, node->type));
}

tn_ir *tn_front_has(tn_front *f, const tn_expr *select)
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

static tn_ir *name(tn_front *f, const tn_expr *expr)
{
    bool none;
    tn_ir *node = chain(f, expr, &none);
    return none ? tn_cel_names_complain(f, expr) : node;
}

static tn_ir *select_expr(tn_front *f, const tn_expr *expr)
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
        return tn_front_look_up(f, expr, &decl, key);
    }
    if (!expr->optional)
        return name(f, expr);
    tn_ir *first = tn_front_expr(f, expr->first);
    return first == NULL ? NULL : select_from(f, expr, first, TN_CEL_SELECT_OPTIONAL);
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
tn_ir *tn_front_look_up(tn_front *f, const tn_expr *expr, const tn_cel_decl *decl,
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
    node->type = map->kind == TN_TYPE_MAP ? map->params[1] : dyn();
    return key->kind == TN_IR_CONST && decl->map != NULL ? fold_look_up(f, node, decl)
                                                         : node;
}

static tn_ir *index_expr(tn_front *f, const tn_expr *expr)
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
        return tn_front_look_up(f, expr, &decl, second);
    tn_cel_op op = expr->optional ? TN_CEL_INDEX_OPTIONAL : TN_CEL_INDEX;
    return strict(f, expr->at, op, first, second);
}

/* --- calls */

/* The parts of times, which may be asked for in a zone. */
static bool takes_zone(uint32_t function)
{
    return function >= TN_CEL_FN_YEAR && function <= TN_CEL_FN_MILLISECONDS;
}

static tn_ir *with_text(tn_front *f, tn_ir *call, tn_ir_kind kind)
{
    tn_ir *node = tn_ir_new(f, kind, call->at, 1);
    if (node == NULL)
        return NULL;
    node->number = call->number;
    node->args[0] = call->args[0];
    node->value = call->args[1]->value;
    node->type = call->type;
    return node;
}

/* A time zone must be there when the policy is compiled: what a record says cannot
 * choose one (LANGUAGE.md, chapter 11). */
static tn_ir *zoned(tn_front *f, tn_ir *call)
{
    tn_ir *zone = call->args[1];
    if (tn_ir_is_const(zone, TN_KIND_STRING)) {
        tn_zone room;
        const tn_zone *found;
        tn_str text = zone->value.as.text;
        tn_status status = tn_cel_find_zone(&f->env->zones, text, &room, &found);
        if (status == TN_OK)
            return with_text(f, call, TN_IR_ZONED);
        if (status == TN_NOMEM) {
            f->status = TN_NOMEM;
            return NULL;
        }
        if (f->env->unchecked || f->env->dynamic_zones)
            return call;
        return tn_front_complain(f, TN_FIND_ZONE, zone->at,
                                 "there is no time zone \"" TN_STR_FMT "\"",
                                 TN_STR_ARG(text));
    }
    if (f->env->unchecked || f->env->dynamic_zones)
        return call;
    return tn_front_complain(f, TN_FIND_ZONE, zone->at,
                             "a time zone is named in the policy, not computed");
}

static tn_ir *match(tn_front *f, tn_ir *call)
{
    if (!tn_ir_is_const(call->args[1], TN_KIND_STRING))
        return call;
    tn_str pattern = call->args[1]->value.as.text;
    tn_regex *regex = tn_regex_new(pattern);
    bool valid = regex != NULL;
    tn_regex_free(regex);
    if (valid) {
        f->builder->pattern_states += tn_regex_weight(pattern);
        if (f->builder->pattern_states <= TN_REGEX_MAX_STATES)
            return with_text(f, call, TN_IR_MATCH);
        return limit(f, call->args[1]->at, "all patterns together are too costly");
    }
    if (f->env->unchecked || f->env->lenient)
        return call;
    return tn_front_complain(
        f, TN_FIND_PATTERN, call->args[1]->at,
        "not a regular expression of RE2, or one that is too costly");
}

static tn_ir *specialize(tn_front *f, tn_ir *call)
{
    if (call == NULL || call->kind != TN_IR_STRICT || call->op != TN_CEL_CALL ||
        call->argc != 2)
        return call;
    if (takes_zone(call->number))
        return zoned(f, call);
    if (call->number == TN_CEL_FN_MATCHES || call->number == TN_CEL_FN_MATCHES_IN)
        return match(f, call);
    return call;
}

/* Fills args[from..] with a call's arguments. */
static bool read_args(tn_front *f, const tn_expr *expr, tn_ir *node, uint32_t from)
{
    for (const tn_expr *arg = expr->args; arg != NULL; arg = arg->next) {
        node->args[from] = tn_front_expr(f, arg);
        if (node->args[from++] == NULL)
            return false;
    }
    return true;
}

static tn_ir *call_function(tn_front *f, const tn_expr *expr, uint32_t function,
                            bool has_receiver)
{
    tn_cel_function_row row = tn_cel_function_get(function);
    tn_ir *node = tn_ir_new(f, TN_IR_STRICT, expr->at, expr->arg_count + has_receiver);
    if (node == NULL)
        return NULL;
    node->op = TN_CEL_CALL;
    node->number = function;
    if (has_receiver) {
        node->args[0] = tn_front_expr(f, expr->first);
        if (node->args[0] == NULL)
            return NULL;
    }
    if (!read_args(f, expr, node, has_receiver))
        return NULL;
    if (node->argc < row.min_args || node->argc > row.max_args) {
        if (f->env->unchecked)
            return tn_ir_fail(f, expr->at, TN_CEL_ERR_NO_OVERLOAD,
                              tn_str_from(row.name));
        return tn_overloads_complain(f, expr->at, row.name, row.overloads, node);
    }
    return specialize(f, check_overloads(f, node, row.name, row.overloads));
}

/* a.or(b) and a.orValue(b): the second is looked at only where the first is empty. */
static tn_ir *or_else(tn_front *f, const tn_expr *expr, tn_ir_kind kind)
{
    tn_ir *node = tn_ir_new(f, kind, expr->at, 2);
    if (node == NULL)
        return NULL;
    node->args[0] = tn_front_expr(f, expr->first);
    node->args[1] = node->args[0] == NULL ? NULL : tn_front_expr(f, expr->args);
    if (node->args[1] == NULL)
        return NULL;
    const char *overloads = kind == TN_IR_OR_ELSE ? "OAA:A" : "OAOA:OA";
    const tn_type *type = tn_overloads_result(f, overloads, node->args, 2);
    if (f->status != TN_OK)
        return NULL;
    if (type == NULL && !f->env->unchecked)
        return tn_overloads_complain(
            f, expr->at, kind == TN_IR_OR_ELSE ? "orValue" : "or", overloads, node);
    node->type = type == NULL ? dyn() : type;
    return node;
}

/* A function that a qualified name means: math.greatest(…), also in a container. */
static uint32_t qualified_function(tn_front *f, const tn_expr *expr)
{
    tn_str qualifier = tn_cel_names_text(f, expr->first);
    if (qualifier.data == NULL)
        return TN_NONE;
    tn_str called = expr->as.name.text;
    char *text = tn_arena_take(&f->arena, qualifier.len + 1 + called.len);
    if (text == NULL) {
        f->status = TN_NOMEM;
        return TN_NONE;
    }
    memcpy(text, qualifier.data, qualifier.len);
    text[qualifier.len] = '.';
    memcpy(text + qualifier.len + 1, called.data, called.len);
    tn_str whole = {text, qualifier.len + 1 + called.len};
    return tn_cel_names_function(f, whole, false, false);
}

static tn_ir *member_call(tn_front *f, const tn_expr *expr)
{
    tn_str called = expr->as.name.text;
    uint32_t function = qualified_function(f, expr);
    if (f->status != TN_OK)
        return NULL;
    if (function != TN_NONE)
        return call_function(f, expr, function, false);
    if (expr->arg_count == 1 && tn_str_equal(called, TN_STR("orValue")))
        return or_else(f, expr, TN_IR_OR_ELSE);
    if (expr->arg_count == 1 && tn_str_equal(called, TN_STR("or")))
        return or_else(f, expr, TN_IR_OR_OPTIONAL);
    function = tn_cel_names_function(f, called, true, false);
    if (function == TN_NONE)
        return tn_cel_names_complain_function(f, expr->op_at, called);
    return call_function(f, expr, function, true);
}

static tn_ir *call_expr(tn_front *f, const tn_expr *expr)
{
    bool none;
    tn_ir *expanded = tn_macros_expand(f, expr, &none);
    if (!none)
        return expanded;
    if (expr->first != NULL)
        return member_call(f, expr);
    tn_str called = expr->as.name.text;
    uint32_t function = tn_cel_names_function(f, called, false, expr->rooted);
    if (function == TN_NONE)
        return tn_cel_names_complain_function(f, expr->at, called);
    return call_function(f, expr, function, false);
}

/* --- all kinds */

static tn_ir *expr_of_kind(tn_front *f, const tn_expr *expr)
{
    switch (expr->kind) {
    case TN_EXPR_NULL: return scalar(f, expr, tn_value_null());
    case TN_EXPR_BOOL: return scalar(f, expr, tn_value_bool(expr->as.boolean));
    case TN_EXPR_INT: return scalar(f, expr, tn_value_int(expr->as.integer));
    case TN_EXPR_UINT: return scalar(f, expr, tn_value_uint(expr->as.unsigned_integer));
    case TN_EXPR_DOUBLE: return scalar(f, expr, tn_value_double(expr->as.real));
    case TN_EXPR_STRING: return text_literal(f, expr, TN_KIND_STRING, TN_TYPE_STRING);
    case TN_EXPR_BYTES: return text_literal(f, expr, TN_KIND_BYTES, TN_TYPE_BYTES);
    case TN_EXPR_NAME: return name(f, expr);
    case TN_EXPR_SELECT: return select_expr(f, expr);
    case TN_EXPR_INDEX: return index_expr(f, expr);
    case TN_EXPR_CALL: return call_expr(f, expr);
    case TN_EXPR_LIST: return list_literal(f, expr);
    case TN_EXPR_MAP: return map_literal(f, expr);
    case TN_EXPR_NOT: return unary(f, expr, TN_CEL_NOT);
    case TN_EXPR_NEGATE: return unary(f, expr, TN_CEL_NEGATE);
    case TN_EXPR_BINARY: return binary(f, expr);
    case TN_EXPR_CONDITIONAL: return conditional(f, expr);
    case TN_EXPR_ENTRY:
    case TN_EXPR_ERROR: break; /* the parser has said why */
    }
    return tn_ir_fail(f, expr->at, TN_CEL_ERR_ARGUMENT, TN_STR("a syntax error"));
}

tn_ir *tn_front_expr(tn_front *f, const tn_expr *expr)
{
    if (f->status != TN_OK)
        return NULL;
    if (f->depth == MAX_DEPTH)
        return limit(f, expr->at, "the expression is nested too deep");
    f->depth++;
    tn_ir *node = expr_of_kind(f, expr);
    f->depth--;
    return node;
}

static void check_wanted(tn_front *f, const tn_ir *root)
{
    const tn_type *want = f->env->want;
    if (want != NULL && !f->env->unchecked && root->kind != TN_IR_FAIL &&
        !tn_type_accepts(want, root->type))
        tn_diag_add(f->diags, TN_FIND_TYPE, root->at, "this is %s; %s is needed here",
                    tn_front_type_text(f, root->type), tn_front_type_text(f, want));
}

static tn_status finish(tn_front *f, const tn_ir *root, tn_cel_compiled *out)
{
    out->type = root->type;
    if (root->kind == TN_IR_CONST) {
        tn_value *value = tn_arena_take(&f->builder->arena, sizeof(*value));
        if (value == NULL)
            return TN_NOMEM;
        *value = root->value;
        out->constant = value;
    }
    const tn_ir *failing = tn_ir_failing(root);
    if (failing != NULL) {
        out->failure = failing->failure;
        out->failure_at = failing->at;
    }
    uint64_t cost = tn_ir_cost(root);
    out->cost = cost > UINT32_MAX ? UINT32_MAX : (uint32_t)cost;
    tn_buf_put(&f->builder->costs,
               (tn_str){(const char *)&out->cost, sizeof(out->cost)});
    return tn_front_emit(f, root, &out->expr);
}

tn_status tn_cel_compile(const tn_cel_env *env, const tn_expr *expr,
                         tn_cel_builder *builder, tn_diags *diags, tn_cel_compiled *out)
{
    tn_front f = {.env = env, .builder = builder, .diags = diags};
    *out = (tn_cel_compiled){.expr = TN_NONE, .type = dyn()};
    tn_arena_init(&f.arena, builder->arena.memory);
    size_t errors_before = diags->error_count;
    tn_ir *root = tn_front_expr(&f, expr);
    tn_status status = f.status;
    if (root == NULL && status == TN_OK)
        status = TN_NOMEM;
    if (status == TN_OK) {
        check_wanted(&f, root);
        if (diags->error_count > errors_before)
            status = TN_INVALID;
    }
    if (status == TN_OK)
        status = finish(&f, root, out);
    tn_arena_free(&f.arena);
    return status;
}

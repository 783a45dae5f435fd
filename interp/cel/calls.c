/* calls: of functions, by their overloads; those whose last argument is a constant
 * pattern or time zone become nodes of their own. */
#include "interp/cel/front.h"
#include "interp/cel/program.h"

#include <string.h>

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
        return tn_front_limit(f, call->args[1]->at,
                              "all patterns together are too costly");
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
    return specialize(f, tn_operators_check(f, node, row.name, row.overloads));
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
    node->type = type == NULL ? tn_front_dyn() : type;
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

tn_ir *tn_calls_node(tn_front *f, const tn_expr *expr)
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

/* macros: has, the comprehensions of one and two variables, cel.bind, and the
 * optionals' (cel-spec, langdef "Macros"; the extensions "bindings", "comprehensions",
 * "optionals").
 *
 * A call whose variable is no plain name, or that has another number of arguments, is
 * no macro but a call of a function. */
#include "interp/cel/front.h"

/* One comprehension: which macro, and how many variables before its expressions. */
typedef struct comprehension {
    tn_str name;
    uint32_t arg_count;
    bool two;
    bool filtered; /* the first expression after the variables is a filter */
    tn_cel_loop_mode mode;
} comprehension;

static const comprehension comprehensions[] = {
#define ROW(name, arg_count, two, filtered, mode)                                      \
    {                                                                                  \
        {name, sizeof(name) - 1}, arg_count, two, filtered, TN_CEL_LOOP_##mode         \
    }
    ROW("all", 2, false, false, ALL),
    ROW("exists", 2, false, false, EXISTS),
    ROW("exists_one", 2, false, false, EXISTS_ONE),
    ROW("existsOne", 2, false, false, EXISTS_ONE),
    ROW("filter", 2, false, false, FILTER),
    ROW("map", 2, false, false, MAP),
    ROW("map", 3, false, true, MAP),
    ROW("all", 3, true, false, ALL),
    ROW("exists", 3, true, false, EXISTS),
    ROW("exists_one", 3, true, false, EXISTS_ONE),
    ROW("existsOne", 3, true, false, EXISTS_ONE),
    ROW("transformList", 3, true, false, MAP),
    ROW("transformList", 4, true, true, MAP),
    ROW("transformMap", 3, true, false, TRANSFORM),
    ROW("transformMap", 4, true, true, TRANSFORM),
    ROW("transformMapEntry", 3, true, false, ENTRIES),
    ROW("transformMapEntry", 4, true, true, ENTRIES),
#undef ROW
};

/* Is `expr` a plain name, as a variable must be? */
static bool is_variable(const tn_expr *expr)
{
    return expr->kind == TN_EXPR_NAME && !expr->rooted && !expr->as.name.quoted;
}

/* --- variables */

/* Brings a variable into scope; false: too many, or no memory. */
static bool open_scope(tn_front *f, const tn_expr *name, const tn_type *type)
{
    if (f->local_count == TN_CEL_MAX_LOCALS) {
        f->status = TN_LIMIT;
        tn_diag_add(f->diags, TN_FIND_TOO_LARGE, name->at, "too many macro variables");
        return false;
    }
    tn_scope *scope = tn_arena_take(&f->arena, sizeof(*scope));
    if (scope == NULL) {
        f->status = TN_NOMEM;
        return false;
    }
    *scope = (tn_scope){f->scope, name->as.name.text, f->local_count++, type};
    f->scope = scope;
    return true;
}

static void close_scope(tn_front *f)
{
    f->scope = f->scope->outer;
    f->local_count--;
}

/* --- comprehensions */

static const comprehension *find_comprehension(const tn_expr *call)
{
    for (size_t i = 0; i < TN_COUNT(comprehensions); i++) {
        const comprehension *row = &comprehensions[i];
        if (row->arg_count != call->arg_count ||
            !tn_str_equal(row->name, call->as.name.text))
            continue;
        const tn_expr *first = call->args;
        if (is_variable(first) && (!row->two || is_variable(first->next)))
            return row;
    }
    return NULL;
}

static tn_ir *need_bool(tn_front *f, tn_ir *node)
{
    if (node == NULL || f->env->unchecked ||
        tn_type_accepts(tn_type_of(TN_TYPE_BOOL), node->type))
        return node;
    return tn_front_complain(f, TN_FIND_TYPE, node->at,
                             "a bool is needed here; this is %s",
                             tn_front_type_text(f, node->type));
}

/* What a comprehension iterates over gives its variables. */
typedef struct variables {
    const tn_type *first;
    const tn_type *second;
} variables;

static bool find_variables(const tn_type *range, bool two, variables *out)
{
    *out = (variables){tn_front_dyn(), tn_front_dyn()};
    if (range->kind == TN_TYPE_LIST) {
        out->first = two ? tn_type_of(TN_TYPE_INT) : range->params[0];
        out->second = range->params[0];
    } else if (range->kind == TN_TYPE_MAP) {
        out->first = range->params[0];
        out->second = range->params[1];
    }
    return range->kind == TN_TYPE_LIST || range->kind == TN_TYPE_MAP ||
           range->kind == TN_TYPE_DYN;
}

static const tn_type *loop_type(tn_front *f, const comprehension *row,
                                const tn_type *range, const tn_ir *body)
{
    tn_arena *arena = &f->builder->arena;
    bool is_map = range->kind == TN_TYPE_MAP;
    switch (row->mode) {
    case TN_CEL_LOOP_ALL:
    case TN_CEL_LOOP_EXISTS:
    case TN_CEL_LOOP_EXISTS_ONE: return tn_type_of(TN_TYPE_BOOL);
    case TN_CEL_LOOP_MAP: return tn_type_list(arena, body->type);
    case TN_CEL_LOOP_FILTER:
        if (range->kind == TN_TYPE_LIST)
            return range;
        return tn_type_list(arena, is_map ? range->params[0] : tn_front_dyn());
    case TN_CEL_LOOP_TRANSFORM:
        if (range->kind == TN_TYPE_LIST)
            return tn_type_map(arena, tn_type_of(TN_TYPE_INT), body->type);
        return tn_type_map(arena, is_map ? range->params[0] : tn_front_dyn(),
                           body->type);
    case TN_CEL_LOOP_ENTRIES:
        return body->type->kind == TN_TYPE_MAP
                   ? body->type
                   : tn_type_map(arena, tn_front_dyn(), tn_front_dyn());
    case TN_CEL_LOOP_MODE_COUNT: break;
    }
    return tn_front_dyn();
}

static bool gives_bool(tn_cel_loop_mode mode)
{
    return mode == TN_CEL_LOOP_ALL || mode == TN_CEL_LOOP_EXISTS ||
           mode == TN_CEL_LOOP_EXISTS_ONE || mode == TN_CEL_LOOP_FILTER;
}

/* The expressions after the variables, which are in scope: body, then filter. */
static bool loop_parts(tn_front *f, const comprehension *row, const tn_expr *rest,
                       tn_ir *loop)
{
    if (row->filtered) {
        loop->args[2] = need_bool(f, tn_front_expr(f, rest));
        if (loop->args[2] == NULL)
            return false;
        rest = rest->next;
    }
    loop->args[1] = tn_front_expr(f, rest);
    if (gives_bool(row->mode))
        loop->args[1] = need_bool(f, loop->args[1]);
    return loop->args[1] != NULL;
}

static bool loop_body(tn_front *f, const comprehension *row, const tn_expr *call,
                      const variables *types, tn_ir *loop)
{
    const tn_expr *rest = call->args->next;
    loop->number = f->local_count;
    if (!open_scope(f, call->args, types->first))
        return false;
    bool good = true;
    if (row->two) {
        good = open_scope(f, rest, types->second);
        rest = rest->next;
    }
    bool has_second = good && row->two;
    good = good && loop_parts(f, row, rest, loop);
    if (has_second)
        close_scope(f);
    close_scope(f);
    return good;
}

static tn_ir *comprehend(tn_front *f, const comprehension *row, const tn_expr *call)
{
    tn_ir *loop = tn_ir_new(f, TN_IR_LOOP, call->at, row->filtered ? 3 : 2);
    if (loop == NULL)
        return NULL;
    loop->mode = (uint32_t)row->mode | (row->two ? TN_CEL_LOOP_TWO : 0u);
    loop->args[0] = tn_front_expr(f, call->first);
    if (loop->args[0] == NULL)
        return NULL;
    const tn_type *range = loop->args[0]->type;
    variables types;
    if (row->two &&
        tn_str_equal(call->args->as.name.text, call->args->next->as.name.text)) {
        tn_diag_add(f->diags, TN_FIND_DUPLICATE_NAME, call->args->next->at,
                    "both variables are called `" TN_STR_FMT "`",
                    TN_STR_ARG(call->args->as.name.text));
        return tn_ir_fail(f, call->at, TN_CEL_ERR_ARGUMENT, call->args->as.name.text);
    }
    if (!find_variables(range, row->two, &types) && !f->env->unchecked)
        return tn_front_complain(
            f, TN_FIND_TYPE, call->first->at,
            "`" TN_STR_FMT "` goes over a list or a map; this is %s",
            TN_STR_ARG(call->as.name.text), tn_front_type_text(f, range));
    if (!loop_body(f, row, call, &types, loop))
        return NULL;
    loop->type = loop_type(f, row, range, loop->args[1]);
    if (loop->type == NULL)
        f->status = TN_NOMEM;
    return loop->type == NULL ? NULL : loop;
}

/* --- cel.bind(name, value, expression) */

static bool is_bind(tn_front *f, const tn_expr *call)
{
    return call->arg_count == 3 && call->first != NULL && is_variable(call->args) &&
           tn_str_equal(call->as.name.text, TN_STR("bind")) &&
           tn_str_equal(tn_cel_names_text(f, call->first), TN_STR("cel"));
}

static tn_ir *bind(tn_front *f, const tn_expr *call)
{
    tn_ir *node = tn_ir_new(f, TN_IR_BIND, call->at, 2);
    tn_ir *value = node == NULL ? NULL : tn_front_expr(f, call->args->next);
    if (value == NULL)
        return NULL;
    node->number = f->local_count;
    if (!open_scope(f, call->args, value->type))
        return NULL;
    node->args[0] = value;
    node->args[1] = tn_front_expr(f, call->args->next->next);
    close_scope(f);
    if (node->args[1] == NULL)
        return NULL;
    node->type = node->args[1]->type;
    return node;
}

/* --- optional.optMap(name, expression), optFlatMap */

static bool is_optional_map(const tn_expr *call, tn_str name)
{
    return call->arg_count == 2 && call->first != NULL && is_variable(call->args) &&
           tn_str_equal(call->as.name.text, name);
}

static tn_ir *optional_map(tn_front *f, const tn_expr *call, tn_cel_op end)
{
    tn_ir *node = tn_ir_new(f, TN_IR_OPTIONAL, call->at, 2);
    tn_ir *optional = node == NULL ? NULL : tn_front_expr(f, call->first);
    if (optional == NULL)
        return NULL;
    bool known = optional->type->kind == TN_TYPE_OPTIONAL;
    if (!known && optional->type->kind != TN_TYPE_DYN && !f->env->unchecked)
        return tn_front_complain(f, TN_FIND_TYPE, call->first->at,
                                 "an optional is needed here; this is %s",
                                 tn_front_type_text(f, optional->type));
    node->op = end;
    node->number = f->local_count;
    if (!open_scope(f, call->args, known ? optional->type->params[0] : tn_front_dyn()))
        return NULL;
    node->args[0] = optional;
    node->args[1] = tn_front_expr(f, call->args->next);
    close_scope(f);
    if (node->args[1] == NULL)
        return NULL;
    node->type = node->args[1]->type;
    if (end == TN_CEL_OPTIONAL_OF)
        node->type = tn_type_optional(&f->builder->arena, node->type);
    if (node->type == NULL)
        f->status = TN_NOMEM;
    return node->type == NULL ? NULL : node;
}

/* --- has(a.b) */

static tn_ir *has(tn_front *f, const tn_expr *call)
{
    const tn_expr *select = call->args;
    if (select->kind == TN_EXPR_SELECT && !select->optional)
        return tn_select_has(f, select);
    tn_diag_add(f->diags, TN_FIND_TYPE, select->at,
                "has() asks for a field, as in has(record.name)");
    return tn_ir_fail(f, select->at, TN_CEL_ERR_ARGUMENT, TN_STR("has()"));
}

tn_ir *tn_macros_expand(tn_front *f, const tn_expr *call, bool *none)
{
    *none = false;
    if (call->first == NULL && call->arg_count == 1 &&
        tn_str_equal(call->as.name.text, TN_STR("has")))
        return has(f, call);
    if (is_bind(f, call))
        return bind(f, call);
    if (is_optional_map(call, TN_STR("optMap")))
        return optional_map(f, call, TN_CEL_OPTIONAL_OF);
    if (is_optional_map(call, TN_STR("optFlatMap")))
        return optional_map(f, call, TN_CEL_OPTIONAL_FLAT);
    const comprehension *row = call->first == NULL ? NULL : find_comprehension(call);
    if (row != NULL)
        return comprehend(f, row, call);
    *none = f->status == TN_OK;
    return NULL;
}

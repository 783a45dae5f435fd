/* names: what names stand for, by cel-spec's rules (langdef "Name Resolution"). */
#include "interp/base/nearest.h"
#include "interp/cel/front.h"

/* A quoted name may be declared like any other: record.`user-agent` is a field. */
static bool is_link(const tn_expr *expr)
{
    return expr->kind == TN_EXPR_SELECT && !expr->optional;
}

/* The name that a chain starts with; NULL where it is no chain. */
static const tn_expr *chain_root(const tn_expr *expr)
{
    while (is_link(expr))
        expr = expr->first;
    return expr->kind == TN_EXPR_NAME ? expr : NULL;
}

tn_str tn_cel_names_text(tn_front *f, const tn_expr *expr)
{
    if (chain_root(expr) == NULL)
        return (tn_str){NULL, 0};
    size_t len = 0;
    for (const tn_expr *at = expr;; at = at->first) {
        len += at->as.name.text.len + 1;
        if (at->kind == TN_EXPR_NAME)
            break;
    }
    char *text = tn_arena_take(&f->arena, len);
    if (text == NULL) {
        f->status = TN_NOMEM;
        return (tn_str){NULL, 0};
    }
    size_t end = len - 1;
    for (const tn_expr *at = expr;; at = at->first) {
        tn_str part = at->as.name.text;
        for (size_t i = 0; i < part.len; i++)
            text[end - part.len + i] = part.data[i];
        end -= part.len;
        if (at->kind == TN_EXPR_NAME)
            break;
        text[--end] = '.';
    }
    return (tn_str){text, len - 1};
}

const tn_scope *tn_cel_names_local(const tn_front *f, const tn_expr *expr)
{
    if (expr->kind != TN_EXPR_NAME || expr->rooted)
        return NULL;
    for (const tn_scope *scope = f->scope; scope != NULL; scope = scope->outer)
        if (tn_str_equal(scope->name, expr->as.name.text))
            return scope;
    return NULL;
}

/* --- candidates by container */

typedef bool try_name(tn_front *f, tn_str name, void *to);

/* Tries a.b.name, a.name and name for container a.b, until one is it. */
static bool try_container(tn_front *f, tn_str name, bool rooted, try_name *try,
                          void *to)
{
    tn_str container = rooted ? (tn_str){NULL, 0} : f->env->container;
    while (container.len > 0) {
        char *text = tn_arena_take(&f->arena, container.len + 1 + name.len);
        if (text == NULL) {
            f->status = TN_NOMEM;
            return false;
        }
        for (size_t i = 0; i < container.len; i++)
            text[i] = container.data[i];
        text[container.len] = '.';
        for (size_t i = 0; i < name.len; i++)
            text[container.len + 1 + i] = name.data[i];
        if (try(f, (tn_str){text, container.len + 1 + name.len}, to))
            return true;
        size_t len = container.len;
        while (len > 0 && container.data[len - 1] != '.')
            len--;
        container.len = len == 0 ? 0 : len - 1;
    }
    return try(f, name, to);
}

static bool is_declared(tn_front *f, tn_str name, void *to)
{
    return f->env->find != NULL && f->env->find(f->env->user, name, to);
}

/* The declaration that a whole chain names; false where there is none. */
static bool find_chain(tn_front *f, const tn_expr *expr, tn_cel_decl *decl)
{
    const tn_expr *root = chain_root(expr);
    if (root == NULL || tn_cel_names_local(f, root) != NULL)
        return false;
    tn_str text = tn_cel_names_text(f, expr);
    return text.data != NULL && try_container(f, text, root->rooted, is_declared, decl);
}

bool tn_cel_names_table(tn_front *f, const tn_expr *expr, tn_cel_decl *decl)
{
    return find_chain(f, expr, decl) && decl->kind == TN_CEL_DECL_TABLE;
}

/* --- what a chain stands for */

static tn_ir *declared_node(tn_front *f, const tn_expr *expr, const tn_cel_decl *decl)
{
    if (decl->kind == TN_CEL_DECL_CONSTANT)
        return tn_ir_const(f, expr->at, decl->value, decl->type);
    if (decl->kind == TN_CEL_DECL_TABLE && decl->map != NULL)
        return tn_ir_const(f, expr->at, *decl->map, decl->type);
    tn_ir *node = tn_ir_new(f, TN_IR_SLOT, expr->at, 0);
    if (node != NULL) {
        node->number = decl->number;
        node->type = decl->type;
    }
    return node;
}

static tn_ir *local_node(tn_front *f, const tn_expr *expr, const tn_scope *local)
{
    tn_ir *node = tn_ir_new(f, TN_IR_LOCAL, expr->at, 0);
    if (node != NULL) {
        node->number = local->local;
        node->type = local->type;
    }
    return node;
}

/* Names of types are values; `dyn`, `date` and `event` are not. */
static bool is_type_name(tn_front *f, tn_str name, void *to)
{
    (void)f;
    for (int kind = TN_TYPE_NULL; kind < TN_TYPE_PARAM; kind++)
        if (tn_str_equal(tn_type_name_of((tn_type_kind)kind), name)) {
            *(const tn_type **)to = tn_type_of((tn_type_kind)kind);
            return true;
        }
    return false;
}

tn_ir *tn_cel_names_resolve(tn_front *f, const tn_expr *expr, bool *none)
{
    tn_cel_decl decl = {.kind = TN_CEL_DECL_SLOT};
    const tn_type *type = NULL;
    *none = false;
    const tn_scope *local = tn_cel_names_local(f, expr);
    if (local != NULL)
        return local_node(f, expr, local);
    if (find_chain(f, expr, &decl))
        return declared_node(f, expr, &decl);
    const tn_expr *root = chain_root(expr);
    if (root != NULL && tn_cel_names_local(f, root) == NULL) {
        tn_str text = tn_cel_names_text(f, expr);
        if (text.data != NULL &&
            try_container(f, text, root->rooted, is_type_name, &type))
            return tn_ir_const(f, expr->at, tn_value_type(type),
                               tn_type_of(TN_TYPE_TYPE));
    }
    *none = f->status == TN_OK;
    return NULL;
}

tn_ir *tn_cel_names_has(tn_front *f, const tn_expr *expr, bool *none)
{
    tn_cel_decl decl;
    *none = !find_chain(f, expr, &decl) || decl.kind != TN_CEL_DECL_SLOT;
    if (f->status != TN_OK)
        *none = false;
    if (*none || f->status != TN_OK)
        return NULL;
    tn_ir *node = tn_ir_new(f, TN_IR_HAS_SLOT, expr->at, 0);
    if (node != NULL) {
        node->number = decl.number;
        node->type = tn_type_of(TN_TYPE_BOOL);
    }
    return node;
}

/* --- functions */

typedef struct sought_function {
    bool is_member;
    uint32_t found;
} sought_function;

static bool is_function(tn_front *f, tn_str name, void *to)
{
    (void)f;
    sought_function *sought = to;
    for (uint32_t i = 0; i < TN_CEL_FUNCTION_COUNT; i++)
        if (tn_cel_function_is(i, name, sought->is_member)) {
            sought->found = i;
            return true;
        }
    return false;
}

uint32_t tn_cel_names_function(tn_front *f, tn_str name, bool is_member, bool rooted)
{
    sought_function sought = {is_member, TN_NONE};
    if (is_member)
        is_function(f, name, &sought);
    else
        try_container(f, name, rooted, is_function, &sought);
    return sought.found;
}

/* --- complaints */

static void offer(void *to, tn_str name)
{
    tn_nearest_try(to, name);
}

tn_ir *tn_cel_names_complain(tn_front *f, const tn_expr *expr)
{
    tn_str text = tn_cel_names_text(f, expr);
    if (text.data == NULL)
        return NULL;
    if (!f->env->unchecked) {
        tn_nearest nearest = tn_nearest_to(text);
        for (const tn_scope *scope = f->scope; scope != NULL; scope = scope->outer)
            tn_nearest_try(&nearest, scope->name);
        if (f->env->each != NULL)
            f->env->each(f->env->user, offer, &nearest);
        tn_diag *diag = tn_diag_add(f->diags, TN_FIND_UNKNOWN_NAME, expr->at,
                                    "there is nothing called `" TN_STR_FMT "` here",
                                    TN_STR_ARG(text));
        tn_nearest_help(&nearest, f->diags, diag, "");
    }
    return tn_ir_fail(f, expr->at, TN_CEL_ERR_UNKNOWN_NAME, text);
}

tn_ir *tn_cel_names_complain_function(tn_front *f, tn_span at, tn_str name)
{
    if (!f->env->unchecked) {
        tn_nearest nearest = tn_nearest_to(name);
        for (uint32_t i = 0; i < TN_CEL_FUNCTION_COUNT; i++)
            tn_nearest_try(&nearest, tn_str_from(tn_cel_function_get(i).name));
        tn_diag *diag =
            tn_diag_add(f->diags, TN_FIND_UNKNOWN_NAME, at,
                        "there is no function `" TN_STR_FMT "`", TN_STR_ARG(name));
        tn_nearest_help(&nearest, f->diags, diag, "");
    }
    return tn_ir_fail(f, at, TN_CEL_ERR_UNKNOWN_FUNCTION, name);
}

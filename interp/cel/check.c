/* From tree to code: each kind of expression is a function in one of the files that
 * front.h names. Types are found on the way up, names and variables on the way down. */
#include "interp/cel/check.h"
#include "interp/cel/front.h"

/* Above what the parser lets pass (TN_PARSE_MAX_DEPTH), for trees made otherwise. */
enum { MAX_DEPTH = 300 };

static tn_ir *expr_of_kind(tn_front *f, const tn_expr *expr)
{
    switch (expr->kind) {
    case TN_EXPR_NULL: return tn_literals_scalar(f, expr, tn_value_null());
    case TN_EXPR_BOOL:
        return tn_literals_scalar(f, expr, tn_value_bool(expr->as.boolean));
    case TN_EXPR_INT:
        return tn_literals_scalar(f, expr, tn_value_int(expr->as.integer));
    case TN_EXPR_UINT:
        return tn_literals_scalar(f, expr, tn_value_uint(expr->as.unsigned_integer));
    case TN_EXPR_DOUBLE:
        return tn_literals_scalar(f, expr, tn_value_double(expr->as.real));
    case TN_EXPR_STRING:
        return tn_literals_text(f, expr, TN_KIND_STRING, TN_TYPE_STRING);
    case TN_EXPR_BYTES: return tn_literals_text(f, expr, TN_KIND_BYTES, TN_TYPE_BYTES);
    case TN_EXPR_NAME: return tn_select_name(f, expr);
    case TN_EXPR_SELECT: return tn_select_field(f, expr);
    case TN_EXPR_INDEX: return tn_select_index(f, expr);
    case TN_EXPR_CALL: return tn_calls_node(f, expr);
    case TN_EXPR_LIST: return tn_literals_list(f, expr);
    case TN_EXPR_MAP: return tn_literals_map(f, expr);
    case TN_EXPR_NOT: return tn_operators_unary(f, expr, TN_CEL_NOT);
    case TN_EXPR_NEGATE: return tn_operators_unary(f, expr, TN_CEL_NEGATE);
    case TN_EXPR_BINARY: return tn_operators_binary(f, expr);
    case TN_EXPR_CONDITIONAL: return tn_operators_conditional(f, expr);
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
        return tn_front_limit(f, expr->at, "the expression is nested too deep");
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
    *out = (tn_cel_compiled){.expr = TN_NONE, .type = tn_front_dyn()};
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

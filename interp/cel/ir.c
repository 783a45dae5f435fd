/* ir: nodes made, and what is wrong in the text reported. */
#include "interp/cel/front.h"

#include <stdarg.h>
#include <stdio.h>

tn_ir *tn_ir_new(tn_front *f, tn_ir_kind kind, tn_span at, uint32_t argc)
{
    tn_ir *node = tn_arena_take(&f->arena, sizeof(*node));
    tn_ir **args = tn_arena_take_array(&f->arena, argc, sizeof(tn_ir *));
    if (node == NULL || args == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    *node = (tn_ir){
        .kind = kind, .at = at, .type = tn_front_dyn(), .args = args, .argc = argc};
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

tn_ir *tn_front_limit(tn_front *f, tn_span at, const char *what)
{
    f->status = TN_LIMIT;
    tn_diag_add(f->diags, TN_FIND_TOO_LARGE, at, "%s", what);
    return NULL;
}

tn_ir *tn_front_finish(tn_front *f, tn_ir *node, const tn_type *type)
{
    if (type == NULL) {
        f->status = TN_NOMEM;
        return NULL;
    }
    node->type = type;
    return tn_ir_finish(f, node);
}

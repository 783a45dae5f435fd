#include "interp/cel/disasm.h"
#include "interp/cel/functions.h"
#include "interp/cel/text.h"

#include <string.h>

static tn_str const_text(const tn_cel_code *code, const tn_cel_const *row)
{
    return (tn_str){code->strings + row->bits, row->count};
}

static void put_scalar(const tn_cel_code *code, const tn_cel_const *row, tn_buf *buf)
{
    tn_value value = {.kind = (tn_kind)row->kind};
    switch (row->kind) {
    case TN_KIND_BOOL: value.as.boolean = row->bits != 0; break;
    case TN_KIND_INT: value.as.integer = (int64_t)row->bits; break;
    case TN_KIND_UINT: value.as.unsigned_integer = row->bits; break;
    case TN_KIND_DOUBLE: memcpy(&value.as.real, &row->bits, sizeof(row->bits)); break;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: value.as.text = const_text(code, row); break;
    case TN_KIND_TIMESTAMP:
        value.as.instant = (tn_instant){(int64_t)row->bits, row->count};
        break;
    case TN_KIND_DURATION: value.as.duration_nanos = (int64_t)row->bits; break;
    case TN_KIND_TYPE: value.as.type = tn_type_of((tn_type_kind)row->bits); break;
    default: break;
    }
    tn_cel_value_put(buf, &value, 64);
}

static void put_held(const tn_cel_code *code, const tn_cel_const *row, tn_buf *buf)
{
    bool is_map = row->kind == TN_KIND_MAP;
    tn_buf_put_char(buf, is_map ? '{' : '[');
    for (uint32_t i = 0; i < row->count && buf->len < 1 << 20; i++) {
        uint32_t at = (uint32_t)row->bits + (is_map ? 2 * i : i);
        tn_buf_put_text(buf, i > 0 ? ", " : "");
        tn_cel_const_put(code, at, buf);
        if (is_map) {
            tn_buf_put_text(buf, ": ");
            tn_cel_const_put(code, at + 1, buf);
        }
    }
    tn_buf_put_char(buf, is_map ? '}' : ']');
}

void tn_cel_const_put(const tn_cel_code *code, uint32_t number, tn_buf *buf)
{
    const tn_cel_const *row = &code->consts[number];
    if (row->kind == TN_KIND_LIST || row->kind == TN_KIND_MAP)
        put_held(code, row, buf);
    else if (row->kind == TN_KIND_OPTIONAL && row->count == 0)
        tn_buf_put_text(buf, "optional.none()");
    else if (row->kind == TN_KIND_OPTIONAL)
        tn_cel_const_put(code, (uint32_t)row->bits, buf);
    else if (row->kind >= TN_KIND_COUNT)
        tn_buf_put_json(buf, const_text(code, row));
    else
        put_scalar(code, row, buf);
}

static void put_operand(const tn_cel_code *code, const tn_cel_node *node, tn_buf *buf)
{
    switch (tn_cel_ops[node->op].operand) {
    case TN_CEL_ARG_NONE: return;
    case TN_CEL_ARG_CONST:
    case TN_CEL_ARG_NAME:
    case TN_CEL_ARG_REGEX:
    case TN_CEL_ARG_ZONE:
    case TN_CEL_ARG_ERROR: tn_cel_const_put(code, node->arg, buf); return;
    case TN_CEL_ARG_SLOT: tn_buf_put_format(buf, "slot %u", node->arg); return;
    case TN_CEL_ARG_LOCAL: tn_buf_put_format(buf, "local %u", node->arg); return;
    case TN_CEL_ARG_TABLE: tn_buf_put_format(buf, "table %u", node->arg); return;
    case TN_CEL_ARG_COUNT:
    case TN_CEL_ARG_PAIRS: tn_buf_put_uint(buf, node->arg); return;
    case TN_CEL_ARG_CALL:
        tn_buf_put_format(buf, "%s, %u arguments", tn_cel_function_get(node->aux).name,
                          node->arg);
        return;
    case TN_CEL_ARG_SKIP:
    case TN_CEL_ARG_BRANCH:
    case TN_CEL_ARG_LOOP: tn_buf_put_format(buf, "%u nodes", node->arg); return;
    case TN_CEL_ARG_SLOT_CONST:
        tn_buf_put_format(buf, "slot %u, ", node->aux);
        tn_cel_const_put(code, node->arg, buf);
        return;
    }
}

void tn_cel_disasm(const tn_cel_code *code, uint32_t number, tn_buf *buf)
{
    const tn_cel_expr *expr = &code->exprs[number];
    tn_buf_put_format(buf, "expr %u: stack %u, slots %u\n", number, expr->max_stack,
                      expr->slot_count);
    for (uint32_t i = 0; i < expr->node_count; i++) {
        const tn_cel_node *node = &code->nodes[expr->first_node + i];
        tn_buf_put_format(buf, "%6u  %-20s ", i, tn_cel_ops[node->op].name);
        put_operand(code, node, buf);
        tn_buf_put_char(buf, '\n');
    }
}

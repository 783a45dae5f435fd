/* emit: nodes to code, in postfix order; what the code needs of a machine is counted on
 * the way, as the verifier will count it again. */
#include "interp/cel/front.h"

typedef struct emitter {
    tn_front *f;
    uint32_t first_node;
    uint32_t depth; /* of the stack now */
    uint32_t loops; /* open now */
    tn_cel_expr row;
} emitter;

static uint32_t node_count(const emitter *e)
{
    return (uint32_t)(e->f->builder->nodes.len / sizeof(tn_cel_node)) - e->first_node;
}

static tn_cel_node *node_at(const emitter *e, uint32_t at)
{
    tn_cel_node *nodes = (void *)e->f->builder->nodes.data;
    return &nodes[e->first_node + at];
}

static void use_slot(emitter *e, uint32_t slot)
{
    if (slot >= e->row.slot_count)
        e->row.slot_count = slot + 1;
}

static void use_local(emitter *e, uint32_t local)
{
    if (local >= e->row.local_count)
        e->row.local_count = (uint16_t)(local + 1);
}

/* Appends a node and moves the stack as its row says; its number. */
static uint32_t put(emitter *e, tn_cel_op op, const tn_ir *of, uint32_t aux,
                    uint32_t arg)
{
    const tn_cel_op_row *row = &tn_cel_ops[op];
    tn_cel_node node = {(uint8_t)op, 0, (uint16_t)aux, arg};
    tn_cel_place place = {of->at.start, of->at.end};
    uint32_t at = node_count(e);
    tn_buf_put(&e->f->builder->nodes, (tn_str){(const char *)&node, sizeof(node)});
    tn_buf_put(&e->f->builder->places, (tn_str){(const char *)&place, sizeof(place)});
    uint32_t pops = row->pops < 0 ? arg : (uint32_t)row->pops;
    uint32_t pushes = row->pushes < 0 ? 0 : (uint32_t)row->pushes;
    e->depth = e->depth - pops + pushes;
    if (e->depth > e->row.max_stack)
        e->row.max_stack = e->depth;
    return at;
}

/* Sets how much node `at` may skip: all that has come since. */
static void set_skip(const emitter *e, uint32_t at)
{
    if (!e->f->builder->nodes.failed)
        node_at(e, at)->arg = node_count(e) - at - 1;
}

static void emit(emitter *e, const tn_ir *node);

static void emit_const(emitter *e, const tn_ir *node)
{
    put(e, TN_CEL_CONST, node, 0, tn_cel_builder_const(e->f->builder, &node->value));
}

/* A slot against a constant is one node. */
static bool slot_op(const tn_ir *node, tn_cel_op *op)
{
    if (node->argc != 2 || node->args[0]->kind != TN_IR_SLOT ||
        node->args[1]->kind != TN_IR_CONST || node->args[0]->number > UINT16_MAX)
        return false;
    static const struct {
        tn_cel_op plain;
        tn_cel_op with_slot;
    } ops[] = {{TN_CEL_EQUAL, TN_CEL_SLOT_EQUAL},
               {TN_CEL_NOT_EQUAL, TN_CEL_SLOT_NOT_EQUAL},
               {TN_CEL_LESS, TN_CEL_SLOT_LESS},
               {TN_CEL_LESS_EQUAL, TN_CEL_SLOT_LESS_EQUAL},
               {TN_CEL_GREATER, TN_CEL_SLOT_GREATER},
               {TN_CEL_GREATER_EQUAL, TN_CEL_SLOT_GREATER_EQUAL},
               {TN_CEL_IN, TN_CEL_SLOT_IN}};
    for (size_t i = 0; i < TN_COUNT(ops); i++)
        if (ops[i].plain == node->op) {
            *op = ops[i].with_slot;
            return true;
        }
    if (node->op != TN_CEL_CALL)
        return false;
    if (node->number == TN_CEL_FN_STARTS_WITH)
        *op = TN_CEL_SLOT_STARTS_WITH;
    else if (node->number == TN_CEL_FN_ENDS_WITH)
        *op = TN_CEL_SLOT_ENDS_WITH;
    else if (node->number == TN_CEL_FN_CONTAINS)
        *op = TN_CEL_SLOT_CONTAINS;
    else
        return false;
    return true;
}

static void emit_strict(emitter *e, const tn_ir *node)
{
    tn_cel_op op;
    if (slot_op(node, &op)) {
        uint32_t constant = tn_cel_builder_const(e->f->builder, &node->args[1]->value);
        use_slot(e, node->args[0]->number);
        put(e, op, node, node->args[0]->number, constant);
        return;
    }
    for (uint32_t i = 0; i < node->argc; i++)
        emit(e, node->args[i]);
    tn_cel_operand operand = tn_cel_ops[node->op].operand;
    if (operand == TN_CEL_ARG_NAME)
        put(e, node->op, node, 0, tn_cel_builder_const(e->f->builder, &node->value));
    else if (operand == TN_CEL_ARG_NONE)
        put(e, node->op, node, 0, 0);
    else
        put(e, node->op, node, node->op == TN_CEL_CALL ? node->number : 0, node->argc);
}

static void emit_text(emitter *e, const tn_ir *node, tn_cel_op op, uint8_t kind)
{
    emit(e, node->args[0]);
    uint32_t text = tn_cel_builder_text(e->f->builder, kind, node->value.as.text);
    put(e, op, node, op == TN_CEL_ZONED ? node->number : 0, text);
}

static void emit_logic(emitter *e, const tn_ir *node)
{
    bool is_and = node->kind == TN_IR_AND;
    emit(e, node->args[0]);
    uint32_t test = put(e, is_and ? TN_CEL_AND_TEST : TN_CEL_OR_TEST, node, 0, 0);
    emit(e, node->args[1]);
    put(e, is_and ? TN_CEL_AND : TN_CEL_OR, node, 0, 0);
    set_skip(e, test);
}

static void emit_cond(emitter *e, const tn_ir *node)
{
    emit(e, node->args[0]);
    uint32_t test = put(e, TN_CEL_COND, node, 0, 0);
    emit(e, node->args[1]);
    uint32_t other = put(e, TN_CEL_ELSE, node, 0, 0);
    set_skip(e, test);
    e->depth--; /* either branch leaves the one value */
    emit(e, node->args[2]);
    set_skip(e, other);
}

static void emit_bind(emitter *e, const tn_ir *node)
{
    emit(e, node->args[0]);
    use_local(e, node->number);
    put(e, TN_CEL_BIND, node, 0, node->number);
    emit(e, node->args[1]);
}

static void emit_optional(emitter *e, const tn_ir *node)
{
    emit(e, node->args[0]);
    use_local(e, node->number);
    uint32_t open = put(e, TN_CEL_OPTIONAL_BIND, node, node->number, 0);
    emit(e, node->args[1]);
    put(e, node->op, node, 0, 0);
    set_skip(e, open);
}

static void emit_or_else(emitter *e, const tn_ir *node)
{
    emit(e, node->args[0]);
    tn_cel_op op = node->kind == TN_IR_OR_ELSE ? TN_CEL_OR_ELSE : TN_CEL_OR_OPTIONAL;
    uint32_t open = put(e, op, node, 0, 0);
    emit(e, node->args[1]);
    set_skip(e, open);
}

static void emit_loop(emitter *e, const tn_ir *node)
{
    emit(e, node->args[0]);
    use_local(e, node->number + ((node->mode & TN_CEL_LOOP_TWO) != 0));
    uint32_t loop = put(e, TN_CEL_LOOP, node, node->mode | node->number << 4, 0);
    if (++e->loops > e->row.loop_depth)
        e->row.loop_depth = (uint16_t)e->loops;
    if (node->argc == 3) {
        emit(e, node->args[2]);
        put(e, TN_CEL_PASS, node, 0, 0);
    }
    emit(e, node->args[1]);
    put(e, TN_CEL_NEXT, node, 0, 0);
    set_skip(e, loop);
    e->loops--;
}

static void emit_fail(emitter *e, const tn_ir *node)
{
    put(e, TN_CEL_FAIL, node, node->number,
        tn_cel_builder_const(e->f->builder, &node->value));
}

static void emit_slot(emitter *e, const tn_ir *node)
{
    use_slot(e, node->number);
    put(e, node->kind == TN_IR_SLOT ? TN_CEL_SLOT : TN_CEL_HAS_SLOT, node, 0,
        node->number);
}

static void emit(emitter *e, const tn_ir *node)
{
    switch (node->kind) {
    case TN_IR_CONST: emit_const(e, node); return;
    case TN_IR_SLOT:
    case TN_IR_HAS_SLOT: emit_slot(e, node); return;
    case TN_IR_LOCAL:
        use_local(e, node->number);
        put(e, TN_CEL_LOCAL, node, 0, node->number);
        return;
    case TN_IR_FAIL: emit_fail(e, node); return;
    case TN_IR_STRICT: emit_strict(e, node); return;
    case TN_IR_LOOK_UP:
        emit(e, node->args[0]);
        put(e, TN_CEL_LOOK_UP, node, 0, node->number);
        return;
    case TN_IR_MATCH: emit_text(e, node, TN_CEL_MATCH, TN_CEL_CONST_REGEX); return;
    case TN_IR_ZONED: emit_text(e, node, TN_CEL_ZONED, TN_CEL_CONST_ZONE); return;
    case TN_IR_AND:
    case TN_IR_OR: emit_logic(e, node); return;
    case TN_IR_COND: emit_cond(e, node); return;
    case TN_IR_BIND: emit_bind(e, node); return;
    case TN_IR_OPTIONAL: emit_optional(e, node); return;
    case TN_IR_OR_ELSE:
    case TN_IR_OR_OPTIONAL: emit_or_else(e, node); return;
    case TN_IR_LOOP: emit_loop(e, node); return;
    }
}

tn_status tn_front_emit(tn_front *f, const tn_ir *root, uint32_t *expr)
{
    tn_cel_builder *builder = f->builder;
    emitter e = {.f = f};
    e.first_node = (uint32_t)(builder->nodes.len / sizeof(tn_cel_node));
    e.row = (tn_cel_expr){.first_node = e.first_node, .file = root->at.file};
    emit(&e, root);
    e.row.node_count = node_count(&e);
    if (e.row.max_stack > TN_CEL_MAX_STACK) {
        tn_diag_add(f->diags, TN_FIND_TOO_LARGE, root->at,
                    "the expression is too large");
        return TN_LIMIT;
    }
    *expr = (uint32_t)(builder->exprs.len / sizeof(e.row));
    tn_buf_put(&builder->exprs, (tn_str){(const char *)&e.row, sizeof(e.row)});
    return tn_cel_builder_status(builder);
}

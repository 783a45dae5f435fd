#include "interp/cel/verify.h"
#include "interp/base/text_map.h"
#include "interp/calendar/instant.h"
#include "interp/cel/functions.h"

typedef struct verifier {
    const tn_cel_code *code;
    tn_text_map texts;
    tn_cel_fault *fault;
} verifier;

static bool refuse(verifier *v, const char *what, uint32_t row)
{
    if (v->fault != NULL && v->fault->what == NULL)
        *v->fault = (tn_cel_fault){what, row};
    return false;
}

/* --- constants */

static bool check_scalar(const verifier *v, const tn_cel_const *row)
{
    bool counted = row->count != 0;
    switch (row->kind) {
    case TN_KIND_NULL: return !counted && row->bits == 0;
    case TN_KIND_BOOL: return !counted && row->bits <= 1;
    case TN_KIND_INT:
    case TN_KIND_UINT:
    case TN_KIND_DOUBLE:
    case TN_KIND_DURATION: return !counted;
    case TN_KIND_TYPE: return !counted && row->bits < TN_TYPE_PARAM;
    case TN_KIND_TIMESTAMP:
        return tn_instant_is_valid((tn_instant){(int64_t)row->bits, row->count});
    case TN_KIND_BYTES:
        return row->bits <= v->code->strings_len &&
               row->count <= v->code->strings_len - row->bits;
    case TN_KIND_STRING:
    case TN_CEL_CONST_REGEX:
    case TN_CEL_CONST_ZONE:
        return row->bits <= UINT32_MAX &&
               tn_text_map_holds(&v->texts, (uint32_t)row->bits, row->count);
    default: return false;
    }
}

static bool is_key_kind(uint8_t kind)
{
    return kind == TN_KIND_BOOL || kind == TN_KIND_INT || kind == TN_KIND_UINT ||
           kind == TN_KIND_STRING;
}

/* What a list, map or optional holds stands before it, is less deep, and is nothing
 * that only code may name. */
static bool check_held(const verifier *v, uint32_t number, const tn_cel_const *row,
                       uint64_t count)
{
    if (row->bits > number || count > number - row->bits)
        return false;
    for (uint64_t i = 0; i < count; i++) {
        const tn_cel_const *held = &v->code->consts[row->bits + i];
        if (held->depth >= row->depth || held->kind >= TN_KIND_COUNT ||
            (row->kind == TN_KIND_MAP && i % 2 == 0 && !is_key_kind(held->kind)))
            return false;
    }
    return true;
}

/* Every constant is held by one other at most, so that all are walked in linear time.
 */
static bool check_consts(verifier *v)
{
    uint64_t held_count = 0;
    for (uint32_t i = 0; i < v->code->const_count; i++) {
        const tn_cel_const *row = &v->code->consts[i];
        uint64_t count = 0;
        bool holds = true;
        if (row->kind == TN_KIND_LIST)
            count = row->count;
        else if (row->kind == TN_KIND_MAP)
            count = 2 * (uint64_t)row->count;
        else if (row->kind == TN_KIND_OPTIONAL)
            count = row->count;
        else
            holds = false;
        held_count += count;
        bool good = row->zero == 0 && held_count <= v->code->const_count;
        if (holds)
            good = good && row->depth > 0 && row->depth <= TN_CEL_MAX_CONST_DEPTH &&
                   (row->kind != TN_KIND_OPTIONAL || row->count <= 1) &&
                   check_held(v, i, row, count);
        else
            good = good && row->depth == 0 && check_scalar(v, row);
        if (!good)
            return refuse(v, "a constant is not what it says", i);
    }
    return true;
}

static bool check_tables(verifier *v)
{
    for (uint32_t i = 0; i < v->code->table_count; i++) {
        const tn_cel_table *table = &v->code->tables[i];
        uint32_t count = v->code->const_count;
        if (table->map >= count || v->code->consts[table->map].kind != TN_KIND_MAP ||
            (table->otherwise != TN_NONE &&
             (table->otherwise >= count ||
              v->code->consts[table->otherwise].kind >= TN_KIND_COUNT)))
            return refuse(v, "a table has no map", i);
    }
    return true;
}

/* --- operands */

static bool is_const(const tn_cel_code *code, uint32_t number, uint8_t kind)
{
    return number < code->const_count && code->consts[number].kind == kind;
}

static bool is_value_const(const tn_cel_code *code, uint32_t number)
{
    return number < code->const_count && code->consts[number].kind < TN_KIND_COUNT;
}

static bool check_call(const tn_cel_node *node)
{
    if (node->aux >= TN_CEL_FUNCTION_COUNT)
        return false;
    tn_cel_function_row row = tn_cel_function_get(node->aux);
    return node->arg >= row.min_args && node->arg <= row.max_args;
}

static bool check_loop(const tn_cel_expr *expr, const tn_cel_node *node)
{
    unsigned mode = node->aux & 15u & ~(unsigned)TN_CEL_LOOP_TWO;
    uint32_t last = (uint32_t)(node->aux >> 4) + ((node->aux & TN_CEL_LOOP_TWO) != 0);
    return mode < TN_CEL_LOOP_MODE_COUNT && last < expr->local_count;
}

static bool check_operand(const tn_cel_code *code, const tn_cel_expr *expr,
                          const tn_cel_node *node)
{
    switch (tn_cel_ops[node->op].operand) {
    case TN_CEL_ARG_NONE: return node->arg == 0;
    case TN_CEL_ARG_CONST: return is_value_const(code, node->arg);
    case TN_CEL_ARG_NAME: return is_const(code, node->arg, TN_KIND_STRING);
    case TN_CEL_ARG_REGEX: return is_const(code, node->arg, TN_CEL_CONST_REGEX);
    case TN_CEL_ARG_ZONE:
        return is_const(code, node->arg, TN_CEL_CONST_ZONE) &&
               node->aux >= TN_CEL_FN_YEAR && node->aux <= TN_CEL_FN_MILLISECONDS;
    case TN_CEL_ARG_SLOT: return node->arg < expr->slot_count;
    case TN_CEL_ARG_LOCAL: return node->arg < expr->local_count;
    case TN_CEL_ARG_TABLE: return node->arg < code->table_count;
    case TN_CEL_ARG_COUNT: return node->arg <= TN_CEL_MAX_STACK;
    case TN_CEL_ARG_PAIRS: return node->arg <= TN_CEL_MAX_STACK && node->arg % 2 == 0;
    case TN_CEL_ARG_CALL: return check_call(node);
    case TN_CEL_ARG_SKIP: return true; /* by the frames */
    case TN_CEL_ARG_BRANCH: return node->aux < expr->local_count;
    case TN_CEL_ARG_LOOP: return check_loop(expr, node);
    case TN_CEL_ARG_SLOT_CONST:
        return node->aux < expr->slot_count && is_value_const(code, node->arg);
    case TN_CEL_ARG_ERROR:
        return node->aux < TN_CEL_ERROR_COUNT &&
               is_const(code, node->arg, TN_KIND_STRING);
    }
    return false;
}

/* --- structure */

/* A structured node that is open. It ends either with a node of its own, at index end -
 * 1, or (two-armed ones) before index end. Below `floor` nothing may be popped inside.
 */
typedef struct frame {
    tn_cel_op op;
    uint32_t end;
    uint32_t floor;
} frame;

typedef struct walker {
    verifier *v;
    const tn_cel_expr *expr;
    const tn_cel_node *nodes;
    frame frames[TN_CEL_MAX_NESTING];
    uint32_t frame_count;
    uint32_t loop_count;
    uint32_t depth;
} walker;

static uint32_t floor_of(const walker *w)
{
    return w->frame_count == 0 ? 0 : w->frames[w->frame_count - 1].floor;
}

/* Where the innermost frame's inside ends: its last node, if it has one, is outside. */
static uint32_t limit_of(const walker *w)
{
    if (w->frame_count == 0)
        return w->expr->node_count;
    const frame *top = &w->frames[w->frame_count - 1];
    bool open_ended = top->op == TN_CEL_ELSE || top->op == TN_CEL_OR_ELSE ||
                      top->op == TN_CEL_OR_OPTIONAL;
    return open_ended ? top->end : top->end - 1;
}

static bool open_frame(walker *w, tn_cel_op op, uint32_t at, uint32_t length)
{
    uint64_t end = (uint64_t)at + 1 + length;
    if (length == 0 || end > limit_of(w) || w->frame_count == TN_CEL_MAX_NESTING)
        return false;
    w->frames[w->frame_count++] = (frame){op, (uint32_t)end, w->depth};
    return true;
}

/* Is node `at` the last of the innermost frame, opened by `op`, with one value made? */
static bool close_frame(walker *w, tn_cel_op op, uint32_t at)
{
    if (w->frame_count == 0)
        return false;
    const frame *top = &w->frames[w->frame_count - 1];
    if (top->op != op || top->end != at + 1 || w->depth != top->floor + 1)
        return false;
    w->frame_count--;
    return true;
}

/* Ends the frames that have no last node of their own and end before node `at`. */
static bool close_open_ended(walker *w, uint32_t at)
{
    while (w->frame_count > 0 && w->frames[w->frame_count - 1].end == at) {
        const frame *top = &w->frames[w->frame_count - 1];
        bool open_ended = top->op == TN_CEL_ELSE || top->op == TN_CEL_OR_ELSE ||
                          top->op == TN_CEL_OR_OPTIONAL;
        if (!open_ended || w->depth != top->floor + 1)
            return false;
        w->frame_count--;
    }
    return true;
}

static bool pop_push(walker *w, uint32_t pops, uint32_t pushes)
{
    if (w->depth - floor_of(w) < pops)
        return false;
    w->depth = w->depth - pops + pushes;
    return w->depth <= w->expr->max_stack;
}

static bool open_loop(walker *w, uint32_t at, uint32_t length)
{
    return pop_push(w, 1, 0) && open_frame(w, TN_CEL_LOOP, at, length) &&
           ++w->loop_count <= w->expr->loop_depth;
}

static bool close_loop(walker *w, uint32_t at)
{
    if (!close_frame(w, TN_CEL_LOOP, at))
        return false;
    w->loop_count--;
    return pop_push(w, 1, 1);
}

static bool pass(walker *w)
{
    const frame *top = w->frame_count == 0 ? NULL : &w->frames[w->frame_count - 1];
    return top != NULL && top->op == TN_CEL_LOOP && w->depth == top->floor + 1 &&
           pop_push(w, 1, 0);
}

static bool switch_branch(walker *w, uint32_t at, uint32_t length)
{
    if (!close_frame(w, TN_CEL_COND, at))
        return false;
    w->depth--;
    return open_frame(w, TN_CEL_ELSE, at, length);
}

/* An op that ends what another opened, or takes the values its row says. */
static bool step_plain(walker *w, const tn_cel_node *node)
{
    const tn_cel_op_row *row = &tn_cel_ops[node->op];
    uint32_t pops = row->pops < 0 ? node->arg : (uint32_t)row->pops;
    return pop_push(w, pops, (uint32_t)row->pushes);
}

static bool step(walker *w, uint32_t at)
{
    const tn_cel_node *node = &w->nodes[at];
    tn_cel_op op = (tn_cel_op)node->op;
    if (op == TN_CEL_AND_TEST || op == TN_CEL_OR_TEST)
        return pop_push(w, 1, 1) && open_frame(w, op, at, node->arg);
    if (op == TN_CEL_AND)
        return close_frame(w, TN_CEL_AND_TEST, at) && pop_push(w, 2, 1);
    if (op == TN_CEL_OR)
        return close_frame(w, TN_CEL_OR_TEST, at) && pop_push(w, 2, 1);
    if (op == TN_CEL_COND || op == TN_CEL_OPTIONAL_BIND || op == TN_CEL_OR_ELSE ||
        op == TN_CEL_OR_OPTIONAL)
        return pop_push(w, 1, 0) && open_frame(w, op, at, node->arg);
    if (op == TN_CEL_ELSE)
        return switch_branch(w, at, node->arg);
    if (op == TN_CEL_OPTIONAL_OF || op == TN_CEL_OPTIONAL_FLAT)
        return close_frame(w, TN_CEL_OPTIONAL_BIND, at) && pop_push(w, 1, 1);
    if (op == TN_CEL_LOOP)
        return open_loop(w, at, node->arg);
    if (op == TN_CEL_NEXT)
        return close_loop(w, at);
    if (op == TN_CEL_PASS)
        return pass(w);
    return step_plain(w, node);
}

static bool check_node(walker *w, uint32_t at)
{
    const tn_cel_node *node = &w->nodes[at];
    if (node->op >= TN_CEL_OP_COUNT || node->zero != 0 ||
        !check_operand(w->v->code, w->expr, node))
        return refuse(w->v, "a node's operand is out of bounds",
                      w->expr->first_node + at);
    if (!close_open_ended(w, at) || !step(w, at))
        return refuse(w->v, "a node does not nest, or takes what is not there",
                      w->expr->first_node + at);
    return true;
}

static bool check_expr(verifier *v, uint32_t number)
{
    const tn_cel_expr *expr = &v->code->exprs[number];
    if (expr->max_stack > TN_CEL_MAX_STACK || expr->local_count > TN_CEL_MAX_LOCALS ||
        expr->loop_depth > TN_CEL_MAX_NESTING)
        return refuse(v, "an expression exceeds a limit", number);
    walker w = {.v = v, .expr = expr, .nodes = v->code->nodes + expr->first_node};
    for (uint32_t i = 0; i < expr->node_count; i++)
        if (!check_node(&w, i))
            return false;
    if (!close_open_ended(&w, expr->node_count) || w.frame_count != 0 || w.depth != 1)
        return refuse(v, "an expression does not give one value", number);
    return true;
}

/* Expressions part the nodes among them, in order. */
static bool check_exprs(verifier *v)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < v->code->expr_count; i++) {
        const tn_cel_expr *expr = &v->code->exprs[i];
        if (expr->first_node != next || expr->node_count > v->code->node_count - next)
            return refuse(v, "an expression's nodes are not in order", i);
        next += expr->node_count;
        if (!check_expr(v, i))
            return false;
    }
    return next == v->code->node_count ||
           refuse(v, "nodes belong to no expression", next);
}

tn_status tn_cel_verify(const tn_cel_code *code, const tn_allocator *memory,
                        tn_cel_fault *fault)
{
    tn_cel_fault ignored;
    verifier v = {.code = code, .fault = fault == NULL ? &ignored : fault};
    *v.fault = (tn_cel_fault){NULL, 0};
    tn_str strings = {code->strings, code->strings_len};
    TN_TRY(tn_text_map_init(&v.texts, strings, memory));
    bool good = check_consts(&v) && check_tables(&v) && check_exprs(&v);
    tn_text_map_free(&v.texts);
    return good ? TN_OK : TN_BAD_IMAGE;
}

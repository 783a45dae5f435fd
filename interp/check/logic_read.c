/* logic_read: the flat code of a condition, taken apart. */
#include "interp/check/logic_part.h"

#include <string.h>

/* Conditions that are larger are not looked into. */
enum { NODES_MAX = 600, STACK_MAX = 64 };

/* What stands on the stack where the code is read: a part, or an operand of one. */
typedef struct entry {
    const tn_part *part; /* NULL: a slot, a constant, or a value of some kind */
    bool is_slot;
    bool is_const;
    uint32_t number; /* of the slot or constant */
    uint32_t start;  /* its first node */
} entry;

typedef struct reader {
    const tn_logic_source *source;
    const tn_cel_node *nodes;
    uint32_t first_node; /* of the expression */
    uint32_t count;
    tn_arena *arena;
    entry stack[STACK_MAX];
    uint32_t depth;
    uint32_t at;
    bool failed;
} reader;

/* --- constants as values */

static bool read_const(const reader *r, uint32_t number, tn_value *out);

static bool read_list(const reader *r, const tn_cel_const *row, tn_value *out)
{
    tn_list_value *list = tn_arena_take(r->arena, sizeof(*list));
    tn_value *items = tn_arena_take_array(r->arena, row->count, sizeof(*items));
    if (list == NULL || items == NULL)
        return false;
    for (uint32_t i = 0; i < row->count; i++)
        if (!read_const(r, (uint32_t)row->bits + i, &items[i]) ||
            items[i].kind == TN_KIND_LIST)
            return false;
    *list = (tn_list_value){items, row->count};
    *out = (tn_value){.kind = TN_KIND_LIST, .as = {.list = list}};
    return true;
}

/* False for maps and the like. */
static bool read_const(const reader *r, uint32_t number, tn_value *out)
{
    const tn_cel_const *row = &r->source->code->consts[number];
    *out = (tn_value){.kind = (tn_kind)row->kind};
    switch (row->kind) {
    case TN_KIND_NULL: return true;
    case TN_KIND_BOOL: out->as.boolean = row->bits != 0; return true;
    case TN_KIND_INT: out->as.integer = (int64_t)row->bits; return true;
    case TN_KIND_UINT: out->as.unsigned_integer = row->bits; return true;
    case TN_KIND_DOUBLE: memcpy(&out->as.real, &row->bits, sizeof(double)); return true;
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
        out->as.text = (tn_str){r->source->code->strings + row->bits, row->count};
        return true;
    case TN_KIND_TIMESTAMP:
        out->as.instant = (tn_instant){(int64_t)row->bits, row->count};
        return true;
    case TN_KIND_DURATION: out->as.duration_nanos = (int64_t)row->bits; return true;
    case TN_KIND_LIST: return row->count <= 256 && read_list(r, row, out);
    default: return false;
    }
}

/* --- parts */

static tn_part *new_part(reader *r, tn_part_kind kind, uint32_t start)
{
    tn_part *part = tn_arena_take(r->arena, sizeof(*part));
    if (part == NULL) {
        r->failed = true;
        return NULL;
    }
    *part = (tn_part){.kind = kind,
                      .code = r->source->code,
                      .first_node = r->first_node + start,
                      .node_count = r->at + 1 - start};
    return part;
}

static void push(reader *r, entry e)
{
    if (r->depth == STACK_MAX)
        r->failed = true;
    else
        r->stack[r->depth++] = e;
}

/* Takes the top entry; an empty one where there is none. */
static entry pop(reader *r)
{
    if (r->depth == 0) {
        r->failed = true;
        return (entry){.part = NULL};
    }
    return r->stack[--r->depth];
}

static void push_part(reader *r, const tn_part *part, uint32_t start)
{
    push(r, (entry){.part = part, .start = start});
}

static void push_opaque(reader *r, uint32_t start)
{
    push_part(r, new_part(r, TN_PART_OPAQUE, start), start);
}

/* Types with one order and one equality, in which constants mean what they say. */
static bool is_plain(tn_field_type type)
{
    return type != TN_FIELD_DYN && type != TN_FIELD_LIST && type != TN_FIELD_MAP;
}

static void push_atom(reader *r, tn_atom atom, uint32_t slot, const tn_value *value,
                      uint32_t start)
{
    tn_field_type type =
        slot < r->source->slot_count ? r->source->types[slot] : TN_FIELD_DYN;
    bool of_null = value != NULL && value->kind == TN_KIND_NULL;
    if (!is_plain(type) && atom != TN_ATOM_HAS && !(atom == TN_ATOM_EQUAL && of_null)) {
        push_opaque(r, start);
        return;
    }
    tn_part *part = new_part(r, TN_PART_ATOM, start);
    if (part == NULL)
        return;
    part->atom = atom;
    part->slot = r->source->names == NULL ? slot : r->source->names[slot];
    part->type = type;
    if (value != NULL)
        part->value = *value;
    push_part(r, part, start);
}

static void push_not(reader *r, uint32_t start)
{
    entry of = pop(r);
    tn_part *part = new_part(r, TN_PART_NOT, start);
    if (part == NULL)
        return;
    part->first = of.part;
    push_part(r, part, start);
}

/* A bool that stands for itself: a slot, a constant; anything else as it is. */
static void settle(reader *r, entry *e)
{
    if (e->part != NULL)
        return;
    tn_value value;
    if (e->is_slot && e->number < r->source->slot_count &&
        r->source->types[e->number] == TN_FIELD_BOOL) {
        push_atom(r, TN_ATOM_TRUTH, e->number, NULL, e->start);
        *e = pop(r);
        return;
    }
    bool is_bool =
        e->is_const && read_const(r, e->number, &value) && value.kind == TN_KIND_BOOL;
    tn_part *part = new_part(r, is_bool ? TN_PART_CONST : TN_PART_OPAQUE, e->start);
    if (part != NULL && is_bool)
        part->truth = value.as.boolean ? TN_TELLS_TRUE : TN_TELLS_FALSE;
    e->part = part;
}

static void push_both(reader *r, tn_part_kind kind)
{
    entry second = pop(r), first = pop(r);
    settle(r, &second);
    settle(r, &first);
    tn_part *part = new_part(r, kind, first.start);
    if (part == NULL)
        return;
    part->first = first.part;
    part->second = second.part;
    push_part(r, part, first.start);
}

/* --- comparisons */

typedef struct comparison {
    bool is_one;
    bool negated;
    tn_atom atom;
    tn_atom mirrored; /* with the constant first */
} comparison;

static const comparison comparisons[TN_CEL_OP_COUNT] = {
    [TN_CEL_EQUAL] = {true, false, TN_ATOM_EQUAL, TN_ATOM_EQUAL},
    [TN_CEL_NOT_EQUAL] = {true, true, TN_ATOM_EQUAL, TN_ATOM_EQUAL},
    [TN_CEL_LESS] = {true, false, TN_ATOM_LESS, TN_ATOM_GREATER},
    [TN_CEL_LESS_EQUAL] = {true, false, TN_ATOM_LESS_EQUAL, TN_ATOM_GREATER_EQUAL},
    [TN_CEL_GREATER] = {true, false, TN_ATOM_GREATER, TN_ATOM_LESS},
    [TN_CEL_GREATER_EQUAL] = {true, false, TN_ATOM_GREATER_EQUAL, TN_ATOM_LESS_EQUAL},
    [TN_CEL_SLOT_EQUAL] = {true, false, TN_ATOM_EQUAL, TN_ATOM_EQUAL},
    [TN_CEL_SLOT_NOT_EQUAL] = {true, true, TN_ATOM_EQUAL, TN_ATOM_EQUAL},
    [TN_CEL_SLOT_LESS] = {true, false, TN_ATOM_LESS, TN_ATOM_GREATER},
    [TN_CEL_SLOT_LESS_EQUAL] = {true, false, TN_ATOM_LESS_EQUAL, TN_ATOM_GREATER_EQUAL},
    [TN_CEL_SLOT_GREATER] = {true, false, TN_ATOM_GREATER, TN_ATOM_LESS},
    [TN_CEL_SLOT_GREATER_EQUAL] = {true, false, TN_ATOM_GREATER_EQUAL,
                                   TN_ATOM_LESS_EQUAL},
    [TN_CEL_SLOT_IN] = {true, false, TN_ATOM_IN, TN_ATOM_IN},
    [TN_CEL_SLOT_STARTS_WITH] = {true, false, TN_ATOM_STARTS, TN_ATOM_STARTS},
    [TN_CEL_SLOT_ENDS_WITH] = {true, false, TN_ATOM_ENDS, TN_ATOM_ENDS},
    [TN_CEL_SLOT_CONTAINS] = {true, false, TN_ATOM_CONTAINS, TN_ATOM_CONTAINS},
};

/* Can constants of this kind be compared so with a slot? Else nothing is known. */
static bool is_comparable(tn_atom atom, const tn_value *value)
{
    bool is_list = value->kind == TN_KIND_LIST;
    if (atom == TN_ATOM_IN)
        return is_list;
    if (atom == TN_ATOM_STARTS || atom == TN_ATOM_ENDS || atom == TN_ATOM_CONTAINS)
        return value->kind == TN_KIND_STRING;
    return !is_list && (atom == TN_ATOM_EQUAL || value->kind != TN_KIND_NULL);
}

/* Slot `slot` against constant `number`; both together begin at node `start`. */
static void push_compared(reader *r, const entry *at, tn_atom atom, uint32_t slot,
                          uint32_t number)
{
    tn_value value;
    if (read_const(r, number, &value) && is_comparable(atom, &value))
        push_atom(r, atom, slot, &value, at->start);
    else
        push_opaque(r, at->start);
}

static void read_comparison(reader *r, const comparison *c, const tn_cel_node *node)
{
    entry first = {.start = r->at};
    if (tn_cel_ops[node->op].operand == TN_CEL_ARG_SLOT_CONST) {
        push_compared(r, &first, c->atom, node->aux, node->arg);
    } else {
        entry second = pop(r);
        first = pop(r);
        if (first.is_slot && second.is_const)
            push_compared(r, &first, c->atom, first.number, second.number);
        else if (first.is_const && second.is_slot)
            push_compared(r, &first, c->mirrored, second.number, first.number);
        else
            push_opaque(r, first.start);
    }
    if (c->negated && r->depth > 0 && r->stack[r->depth - 1].part != NULL &&
        r->stack[r->depth - 1].part->kind == TN_PART_ATOM)
        push_not(r, first.start);
}

/* --- the code */

/* Any other node that takes values and gives one. */
static void read_plain(reader *r, const tn_cel_node *node)
{
    int8_t pops = tn_cel_ops[node->op].pops;
    uint32_t count = pops < 0 ? node->arg : (uint32_t)pops;
    uint32_t start = r->at;
    if (tn_cel_ops[node->op].operand == TN_CEL_ARG_PAIRS)
        count = 2 * node->arg;
    for (uint32_t i = 0; i < count && !r->failed; i++)
        start = pop(r).start;
    push_opaque(r, start);
}

/* What takes a value and skips nodes: all of it is one part. */
static void read_skipping(reader *r, uint32_t length)
{
    uint32_t start = pop(r).start;
    if (length >= r->count || r->at + length >= r->count) {
        r->failed = true;
        return;
    }
    r->at += length;
    push_opaque(r, start);
}

static void read_choice(reader *r, const tn_cel_node *node)
{
    uint32_t at_else = r->at + node->arg;
    if (node->arg >= r->count || at_else >= r->count ||
        r->nodes[at_else].op != TN_CEL_ELSE || r->nodes[at_else].arg >= r->count) {
        r->failed = true;
        return;
    }
    read_skipping(r, node->arg + r->nodes[at_else].arg);
}

static void read_node(reader *r, const tn_cel_node *node)
{
    const comparison *c = &comparisons[node->op];
    switch (node->op) {
    case TN_CEL_SLOT:
        push(r, (entry){.is_slot = true, .number = node->arg, .start = r->at});
        return;
    case TN_CEL_CONST:
        push(r, (entry){.is_const = true, .number = node->arg, .start = r->at});
        return;
    case TN_CEL_HAS_SLOT: push_atom(r, TN_ATOM_HAS, node->arg, NULL, r->at); return;
    case TN_CEL_NOT: {
        entry of = pop(r);
        settle(r, &of);
        push(r, of);
        push_not(r, of.start);
        return;
    }
    case TN_CEL_AND_TEST:
    case TN_CEL_OR_TEST: return;
    case TN_CEL_AND: push_both(r, TN_PART_AND); return;
    case TN_CEL_OR: push_both(r, TN_PART_OR); return;
    case TN_CEL_COND: read_choice(r, node); return;
    case TN_CEL_LOOP:
    case TN_CEL_OR_ELSE:
    case TN_CEL_OR_OPTIONAL:
    case TN_CEL_OPTIONAL_BIND: read_skipping(r, node->arg); return;
    case TN_CEL_BIND: r->failed = true; return; /* what it binds is out of sight */
    default: break;
    }
    if (c->is_one)
        read_comparison(r, c, node);
    else
        read_plain(r, node);
}

/* An expression that could not be taken apart is one part. */
static const tn_part *whole(const tn_logic_source *source, const tn_cel_expr *expr,
                            tn_arena *arena)
{
    tn_part *part = tn_arena_take(arena, sizeof(*part));
    if (part != NULL)
        *part = (tn_part){.kind = TN_PART_OPAQUE,
                          .code = source->code,
                          .first_node = expr->first_node,
                          .node_count = expr->node_count};
    return part;
}

const tn_part *tn_logic_read(const tn_logic_source *source, uint32_t number,
                             tn_arena *arena)
{
    const tn_cel_expr *expr = &source->code->exprs[number];
    reader *r = tn_arena_take(arena, sizeof(*r));
    if (r == NULL)
        return NULL;
    *r = (reader){.source = source,
                  .nodes = source->code->nodes + expr->first_node,
                  .first_node = expr->first_node,
                  .count = expr->node_count,
                  .arena = arena,
                  .failed = expr->node_count > NODES_MAX};
    for (; r->at < r->count && !r->failed; r->at++)
        read_node(r, &r->nodes[r->at]);
    if (r->failed || r->depth != 1)
        return whole(source, expr, arena);
    r->at = r->count - 1;
    entry top = pop(r);
    settle(r, &top);
    return r->failed ? NULL : top.part;
}

/* guard: conditions as predicates. A node of a simple condition (cel/guard.h) asks
 * about one slot; what SQL and its like would answer to the same words is not what
 * counts. */
#include "interp/cel/guard.h"
#include "interp/push/build.h"

#include <float.h>
#include <math.h>

enum { STACK_MAX = 64 };

static const tn_pred *unsure(void)
{
    return tn_pred_constant(TN_PRED_UNSURE);
}

static const tn_pred *of_truth(tn_cel_truth truth)
{
    if (truth == TN_CEL_UNKNOWN)
        return unsure();
    return tn_pred_constant(truth == TN_CEL_TRUE ? TN_PRED_TRUE : TN_PRED_FALSE);
}

/* --- a column against a constant */

static const tn_pred *is_null(tn_push_build *b, const tn_pred_column *column)
{
    return tn_pred_leaf(b->arena, TN_PRED_NULL, column, NULL);
}

/* The constant as the column's own type has it; NULL: it is of another. */
static const tn_value *fit(tn_push_build *b, const tn_pred_column *column,
                           const tn_value *constant)
{
    tn_field_type type = column->how.type;
    tn_value *made;
    switch (constant->kind) {
    case TN_KIND_STRING:
        return type == TN_FIELD_STRING || type == TN_FIELD_DYN ? constant : NULL;
    case TN_KIND_BYTES: return type == TN_FIELD_BYTES ? constant : NULL;
    case TN_KIND_DOUBLE: return type == TN_FIELD_DOUBLE ? constant : NULL;
    case TN_KIND_INT:
        if (type == TN_FIELD_INT || type == TN_FIELD_DYN)
            return constant;
        if (type != TN_FIELD_UINT || constant->as.integer < 0)
            return NULL;
        made = tn_arena_take(b->arena, sizeof(*made));
        if (made != NULL)
            *made = (tn_value){TN_KIND_UINT,
                               {.unsigned_integer = (uint64_t)constant->as.integer}};
        return made;
    case TN_KIND_UINT: return type == TN_FIELD_UINT ? constant : NULL;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return NULL;
}

static bool is_time(tn_field_type type)
{
    return type == TN_FIELD_TIMESTAMP || type == TN_FIELD_EVENT ||
           type == TN_FIELD_DATE;
}

static const tn_pred *column_equal(tn_push_build *b, const tn_pred_column *column,
                                   const tn_value *constant)
{
    if (constant->kind == TN_KIND_NULL)
        return is_null(b, column);
    if (constant->kind == TN_KIND_TIMESTAMP && is_time(column->how.type))
        return tn_pred_at(b->arena, column, constant->as.instant);
    if (constant->kind == TN_KIND_BOOL && column->how.type == TN_FIELD_BOOL) {
        const tn_pred *truth = tn_pred_leaf(b->arena, TN_PRED_IS_TRUE, column, NULL);
        return push_and(b, push_not(b, is_null(b, column)),
                        constant->as.boolean ? truth : push_not(b, truth));
    }
    const tn_value *value = fit(b, column, constant);
    return value == NULL ? unsure()
                         : tn_pred_leaf(b->arena, TN_PRED_EQUAL, column, value);
}

/* value <= constant, or < where `strict`. */
static const tn_pred *column_up_to(tn_push_build *b, const tn_pred_column *column,
                                   const tn_value *constant, bool strict)
{
    if (constant->kind == TN_KIND_TIMESTAMP && is_time(column->how.type))
        return strict ? tn_pred_before(b->arena, column, constant->as.instant)
                      : tn_pred_up_to(b->arena, column, constant->as.instant);
    const tn_value *value = fit(b, column, constant);
    if (value == NULL || value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES)
        return unsure();
    if (!strict)
        return tn_pred_leaf(b->arena, TN_PRED_LESS_EQUAL, column, value);
    tn_value *less = tn_arena_take(b->arena, sizeof(*less));
    if (less == NULL)
        return NULL;
    *less = *value;
    if (value->kind == TN_KIND_INT && value->as.integer > INT64_MIN)
        less->as.integer--;
    else if (value->kind == TN_KIND_UINT && value->as.unsigned_integer > 0)
        less->as.unsigned_integer--;
    else if (value->kind == TN_KIND_DOUBLE && isfinite(value->as.real))
        less->as.real = nextafter(value->as.real, -DBL_MAX);
    else
        return unsure();
    return tn_pred_leaf(b->arena, TN_PRED_LESS_EQUAL, column, less);
}

static const tn_pred *column_in(tn_push_build *b, const tn_pred_column *column,
                                const tn_value *constant)
{
    const tn_list_value *list = constant->as.list;
    const tn_pred *any = tn_pred_constant(TN_PRED_FALSE);
    bool is_plain = list->count > 0;
    for (uint32_t i = 0; i < list->count; i++)
        is_plain = is_plain && list->items[i].kind == list->items[0].kind &&
                   fit(b, column, &list->items[i]) == &list->items[i];
    if (is_plain)
        return tn_pred_leaf(b->arena, TN_PRED_IN, column, constant);
    for (uint32_t i = 0; i < list->count; i++)
        any = push_or(b, any, column_equal(b, column, &list->items[i]));
    return any;
}

static const tn_pred *column_part(tn_push_build *b, const tn_pred_column *column,
                                  tn_pred_op op, const tn_value *constant)
{
    if (constant->kind != TN_KIND_STRING || column->how.type != TN_FIELD_STRING)
        return unsure();
    return tn_pred_leaf(b->arena, op, column, constant);
}

static const tn_pred *column_leaf(tn_push_build *b, const tn_pred_column *column,
                                  const tn_cel_node *node)
{
    const tn_value *constant = &b->program->constants[node->arg];
    switch (node->op) {
    case TN_CEL_SLOT:
        return column->how.type == TN_FIELD_BOOL
                   ? tn_pred_leaf(b->arena, TN_PRED_IS_TRUE, column, NULL)
                   : unsure();
    case TN_CEL_HAS_SLOT: return push_not(b, is_null(b, column));
    case TN_CEL_SLOT_EQUAL: return column_equal(b, column, constant);
    case TN_CEL_SLOT_NOT_EQUAL: return push_not(b, column_equal(b, column, constant));
    case TN_CEL_SLOT_LESS: return column_up_to(b, column, constant, true);
    case TN_CEL_SLOT_LESS_EQUAL: return column_up_to(b, column, constant, false);
    case TN_CEL_SLOT_GREATER:
        return push_not(b, column_up_to(b, column, constant, false));
    case TN_CEL_SLOT_GREATER_EQUAL:
        return push_not(b, column_up_to(b, column, constant, true));
    case TN_CEL_SLOT_IN: return column_in(b, column, constant);
    case TN_CEL_SLOT_STARTS_WITH:
        return column_part(b, column, TN_PRED_STARTS_WITH, constant);
    case TN_CEL_SLOT_ENDS_WITH:
        return column_part(b, column, TN_PRED_ENDS_WITH, constant);
    default: return unsure(); /* no other node of a simple condition has a slot */
    }
}

/* --- a fact, of which it is known here for which keys what holds */

typedef struct fact_leaf {
    const tn_cel_program *program;
    const tn_cel_node *node;
    tn_cel_truth wanted;
} fact_leaf;

static bool is_wanted(void *user, const tn_value *fact, tn_value *up_to)
{
    const fact_leaf *leaf = user;
    (void)up_to;
    return tn_cel_guard_leaf(leaf->program, leaf->node, fact) == leaf->wanted;
}

/* Certainly true for some keys, unsure for others; the rest is false. */
static const tn_pred *fact_predicate(tn_push_build *b, uint32_t slot,
                                     const tn_cel_node *node)
{
    fact_leaf leaf = {b->program, node, TN_CEL_TRUE};
    const tn_pred *true_for = push_keys(b, slot, is_wanted, &leaf, NULL);
    leaf.wanted = TN_CEL_UNKNOWN;
    const tn_pred *unknown_for = push_keys(b, slot, is_wanted, &leaf, NULL);
    return push_or(b, true_for, push_and(b, unknown_for, unsure()));
}

/* --- the whole */

static const tn_pred *leaf(tn_push_build *b, const tn_cel_node *node, uint32_t slot,
                           const tn_push_subject *columns)
{
    static const tn_value null = {.kind = TN_KIND_NULL};
    uint32_t of, fact;
    if (columns == NULL && push_fact_of_slot(b, slot, &of, &fact))
        return fact_predicate(b, slot, node);
    const tn_push_subject *subject =
        columns == NULL ? &b->input->fields[slot] : &columns[slot];
    if (subject->from == TN_PUSH_ABSENT)
        return of_truth(tn_cel_guard_leaf(b->program, node, &null));
    return subject->from == TN_PUSH_COMPUTED ? unsure()
                                             : column_leaf(b, &subject->column, node);
}

static const tn_pred *constant(const tn_push_build *b, const tn_cel_node *node)
{
    const tn_value *value = &b->program->constants[node->arg];
    if (value->kind != TN_KIND_BOOL)
        return unsure();
    return tn_pred_constant(value->as.boolean ? TN_PRED_TRUE : TN_PRED_FALSE);
}

/* Does it ask for a pattern, which no store has as it is here? */
static bool has_match(const tn_push_build *b, uint32_t number)
{
    const tn_cel_expr *expr = &b->program->code.exprs[number];
    const tn_cel_node *nodes = b->program->code.nodes + expr->first_node;
    for (uint32_t i = 0; i < expr->node_count; i++)
        if (nodes[i].op == TN_CEL_MATCH)
            return true;
    return false;
}

const tn_pred *push_guard(tn_push_build *b, uint32_t number,
                          const tn_push_subject *columns)
{
    const tn_pred *stack[STACK_MAX];
    uint32_t depth = 0;
    if (number == TN_NONE)
        return tn_pred_constant(TN_PRED_TRUE);
    uint32_t steps = b->program->guards[number].steps;
    if (steps == 0 || steps > b->image->header->cost_budget || has_match(b, number))
        return unsure();
    const tn_cel_expr *expr = &b->program->code.exprs[number];
    const tn_cel_node *node = b->program->code.nodes + expr->first_node;
    const tn_cel_node *end = node + expr->node_count;
    for (; node < end; node++) {
        uint32_t slot = tn_cel_guard_slot(node);
        if (slot != TN_NONE) {
            stack[depth++] = leaf(b, node, slot, columns);
        } else if (node->op == TN_CEL_CONST) {
            stack[depth++] = constant(b, node);
        } else if (node->op == TN_CEL_NOT) {
            stack[depth - 1] = push_not(b, stack[depth - 1]);
        } else if (node->op == TN_CEL_AND || node->op == TN_CEL_OR) {
            depth--;
            stack[depth - 1] = node->op == TN_CEL_AND
                                   ? push_and(b, stack[depth - 1], stack[depth])
                                   : push_or(b, stack[depth - 1], stack[depth]);
        }
    }
    return stack[0];
}

#include "interp/cel/functions.h"
#include "interp/cel/vectors.h"

#include <string.h>

/* --- making one */

static tn_status add_slot(tn_cel_vector *v, uint32_t slot, const tn_kind *kinds)
{
    for (uint32_t i = 0; i < v->slot_count; i++)
        if (v->slots[i].slot == slot)
            return TN_OK;
    vec_slot *s = &v->slots[v->slot_count++];
    *s = (vec_slot){.slot = slot, .kind = kinds[slot]};
    return tn_vec_take(&v->arena, s->kind == TN_KIND_STRING, &s->room);
}

static tn_status find_slots(tn_cel_vector *v, const tn_kind *kinds)
{
    for (uint32_t i = 0; i < v->expr->node_count; i++) {
        const tn_cel_node *node = &v->nodes[i];
        tn_cel_operand operand = tn_cel_ops[node->op].operand;
        if (operand == TN_CEL_ARG_SLOT)
            TN_TRY(add_slot(v, node->arg, kinds));
        else if (operand == TN_CEL_ARG_SLOT_CONST)
            TN_TRY(add_slot(v, node->aux, kinds));
    }
    return TN_OK;
}

static tn_status prepare(tn_cel_vector *v, const tn_kind *kinds)
{
    uint32_t depth = v->expr->max_stack;
    uint8_t truth[TN_CEL_BLOCK];
    tn_cel_block nothing = {.count = 0};
    v->slots = tn_arena_take_array(&v->arena, v->expr->node_count, sizeof(*v->slots));
    v->answers =
        tn_arena_take_array(&v->arena, v->expr->node_count, sizeof(*v->answers));
    v->stack = tn_arena_take_array(&v->arena, depth, sizeof(*v->stack));
    v->rooms = tn_arena_take_array(&v->arena, depth, sizeof(*v->rooms));
    if (v->slots == NULL || v->answers == NULL || v->stack == NULL || v->rooms == NULL)
        return TN_NOMEM;
    TN_TRY(find_slots(v, kinds));
    for (uint32_t i = 0; i < depth; i++)
        TN_TRY(tn_vec_take(&v->arena, false, &v->rooms[i]));
    /* what a block of nothing can't be told of can be told of no block */
    return tn_cel_vector_test(v, &nothing, truth) ? TN_OK : TN_UNSUPPORTED;
}

/* More would take more room than conditions are worth. */
enum { DEPTH_MAX = 32, NODES_MAX = 512 };

tn_status tn_cel_vector_new(const tn_cel_program *program, uint32_t number,
                            const tn_kind *kinds, uint64_t budget, tn_cel_vector **out)
{
    const tn_allocator *memory = program->memory;
    const tn_cel_expr *expr = &program->code.exprs[number];
    if (expr->max_stack > DEPTH_MAX || expr->node_count > NODES_MAX ||
        expr->local_count > 0)
        return TN_UNSUPPORTED;
    tn_cel_vector *v = tn_resize(memory, NULL, 0, sizeof(*v));
    if (v == NULL)
        return TN_NOMEM;
    *v = (tn_cel_vector){.program = program,
                         .expr = expr,
                         .nodes = program->code.nodes + expr->first_node,
                         .budget = budget,
                         .memory = memory};
    tn_arena_init(&v->arena, memory);
    tn_status status = prepare(v, kinds);
    if (status == TN_OK)
        *out = v;
    else
        tn_cel_vector_free(v);
    return status;
}

void tn_cel_vector_free(tn_cel_vector *v)
{
    if (v == NULL)
        return;
    for (uint32_t i = 0; v->answers != NULL && i < v->expr->node_count; i++)
        tn_resize(v->memory, v->answers[i].truths, v->answers[i].capacity, 0);
    tn_arena_free(&v->arena);
    tn_resize(v->memory, v, sizeof(*v), 0);
}

void tn_cel_vector_forget(tn_cel_vector *v)
{
    for (uint32_t i = 0; i < v->expr->node_count; i++)
        v->answers[i].are_known = false;
}

/* --- a slot against a constant */

static bool order_of(tn_cel_op op, vec_order *out)
{
    static const struct {
        tn_cel_op op;
        vec_order order;
    } rows[] = {{TN_CEL_EQUAL, VEC_EQ},        {TN_CEL_NOT_EQUAL, VEC_NE},
                {TN_CEL_LESS, VEC_LT},         {TN_CEL_LESS_EQUAL, VEC_LE},
                {TN_CEL_GREATER, VEC_GT},      {TN_CEL_GREATER_EQUAL, VEC_GE},
                {TN_CEL_SLOT_EQUAL, VEC_EQ},   {TN_CEL_SLOT_NOT_EQUAL, VEC_NE},
                {TN_CEL_SLOT_LESS, VEC_LT},    {TN_CEL_SLOT_LESS_EQUAL, VEC_LE},
                {TN_CEL_SLOT_GREATER, VEC_GT}, {TN_CEL_SLOT_GREATER_EQUAL, VEC_GE}};
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        if (rows[i].op == op) {
            *out = rows[i].order;
            return true;
        }
    return false;
}

static bool ask(tn_cel_op op, const vec *a, const tn_value *constant, uint32_t count,
                uint8_t *out)
{
    vec_order order;
    if (op == TN_CEL_SLOT_IN)
        return constant->kind == TN_KIND_LIST &&
               tn_vec_is_in(a, constant->as.list, count, out);
    if (!order_of(op, &order)) {
        vec_part part = op == TN_CEL_SLOT_STARTS_WITH ? VEC_STARTS
                        : op == TN_CEL_SLOT_ENDS_WITH ? VEC_ENDS
                                                      : VEC_CONTAINS;
        return constant->kind == TN_KIND_STRING &&
               tn_vec_has_part(part, a, constant->as.text, count, out);
    }
    if (constant->kind == TN_KIND_NULL && (order == VEC_EQ || order == VEC_NE))
        return tn_vec_is_null(a, order == VEC_EQ, out);
    return tn_vec_compare_constant(order, a, constant, count, out);
}

/* The dictionary of texts that a slot's column has; NULL: it is laid out otherwise. */
static const tn_array *find_dictionary(const tn_cel_vector *v, uint32_t slot)
{
    bool is_there;
    const tn_array *a = tn_vec_array(v, slot, &is_there);
    if (a == NULL || a->kind != TN_ARRAY_DICTIONARY ||
        a->dictionary->kind != TN_ARRAY_TEXT || a->dictionary->length > a->length)
        return NULL;
    for (uint32_t i = 0; i < v->slot_count; i++)
        if (v->slots[i].slot == slot && v->slots[i].kind == TN_KIND_STRING)
            return a;
    return NULL;
}

/* Asks each text of the dictionary once, and null, which comes last. */
static bool ask_dictionary(tn_cel_vector *v, const tn_array *dictionary,
                           const tn_cel_node *node, vec_answers *answers)
{
    const tn_value *constant = &v->program->constants[node->arg];
    size_t size = (size_t)dictionary->length + TN_CEL_BLOCK + 1;
    vec_slot *s = v->slots;
    while (s->slot != node->aux)
        s++;
    if (size > answers->capacity) {
        uint8_t *truths =
            tn_resize(v->memory, answers->truths, answers->capacity, size);
        if (truths == NULL)
            return false;
        answers->truths = truths;
        answers->capacity = size;
    }
    vec value = {.kind = VEC_TEXTS, .state = s->room.state, .texts = s->room.texts};
    uint64_t longest = v->longest;
    v->longest = 0;
    for (int64_t at = 0; at < dictionary->length; at += TN_CEL_BLOCK) {
        int64_t left = dictionary->length - at;
        uint32_t count = left < TN_CEL_BLOCK ? (uint32_t)left : TN_CEL_BLOCK;
        tn_vec_load_texts(v, dictionary, at, count, &s->room);
        if (!ask((tn_cel_op)node->op, &value, constant, count, answers->truths + at))
            return false;
    }
    s->room.state[0] = VEC_NULL;
    s->room.texts[0] = (tn_str){"", 0};
    uint8_t of_null[TN_CEL_BLOCK];
    if (!ask((tn_cel_op)node->op, &value, constant, 1, of_null))
        return false;
    answers->truths[dictionary->length] = of_null[0];
    s->is_loaded = false;
    answers->longest = v->longest;
    v->longest = longest;
    return true;
}

/* The question of a node, if it is one about a text. */
static bool find_question(const tn_cel_node *node, const tn_value *constant,
                          vec_question *out)
{
    if (constant->kind != TN_KIND_STRING)
        return false;
    if (node->op == TN_CEL_SLOT_EQUAL)
        *out = VEC_IS_TEXT;
    else if (node->op == TN_CEL_SLOT_NOT_EQUAL)
        *out = VEC_IS_OTHER;
    else if (node->op == TN_CEL_SLOT_STARTS_WITH)
        *out = VEC_STARTS_WITH;
    else if (node->op == TN_CEL_SLOT_ENDS_WITH)
        *out = VEC_ENDS_WITH;
    else
        return false;
    return true;
}

static bool ask_texts(tn_cel_vector *v, const tn_cel_node *node, uint8_t *out)
{
    const tn_value *constant = &v->program->constants[node->arg];
    bool is_there;
    const tn_array *a = tn_vec_array(v, node->aux, &is_there);
    vec_question question;
    if (a == NULL || !find_question(node, constant, &question))
        return false;
    const vec_slot *s = v->slots;
    while (s->slot != node->aux)
        s++;
    return s->kind == TN_KIND_STRING && !s->is_loaded &&
           tn_vec_ask_piece(v, a, question, constant->as.text, out);
}

static bool ask_slot(tn_cel_vector *v, const tn_cel_node *node, uint8_t *out)
{
    const tn_cel_block *block = v->block;
    const tn_array *a = block->count == 0 ? NULL : find_dictionary(v, node->aux);
    vec_answers *answers = &v->answers[node - v->nodes];
    if (a == NULL && block->count > 0 && ask_texts(v, node, out))
        return true;
    if (a == NULL) {
        const vec *value = tn_vec_load(v, node->aux);
        return value != NULL &&
               ask((tn_cel_op)node->op, value, &v->program->constants[node->arg],
                   block->count, out);
    }
    answers->are_known =
        answers->are_known || ask_dictionary(v, a->dictionary, node, answers);
    if (!answers->are_known)
        return false;
    int64_t null_at = a->dictionary->length;
    v->longest = answers->longest > v->longest ? answers->longest : v->longest;
    for (uint32_t i = 0; i < block->count; i++) {
        bool is_null = a->validity != NULL && tn_array_is_null(a, block->start + i);
        int64_t at = is_null ? null_at : tn_array_index(a, block->start + i);
        out[i] = answers->truths[at];
    }
    return true;
}

/* --- the nodes */

typedef struct walk {
    uint32_t at;
    uint32_t depth;
} walk;

static bool push_truths(tn_cel_vector *v, walk *w)
{
    v->stack[w->depth] = (vec){.kind = VEC_TRUTHS, .state = v->rooms[w->depth].state};
    w->depth++;
    return true;
}

/* Makes the value on top, number `i` of the stack, one of truths. */
static bool make_truths(tn_cel_vector *v, uint32_t i)
{
    uint8_t truths[TN_CEL_BLOCK];
    if (v->stack[i].kind == VEC_TRUTHS)
        return true;
    if (!tn_vec_truths(&v->stack[i], truths))
        return false;
    memcpy(v->rooms[i].state, truths, TN_CEL_BLOCK);
    v->stack[i] = (vec){.kind = VEC_TRUTHS, .state = v->rooms[i].state};
    return true;
}

static bool combine(tn_cel_vector *v, walk *w, bool is_and)
{
    uint32_t first = w->depth - 2;
    if (!make_truths(v, first) || !make_truths(v, first + 1))
        return false;
    uint8_t *restrict a = v->rooms[first].state;
    const uint8_t *restrict b = v->rooms[first + 1].state;
    if (is_and)
        for (uint32_t i = 0; i < TN_CEL_BLOCK; i++)
            a[i] = a[i] < b[i] ? a[i] : b[i];
    else
        for (uint32_t i = 0; i < TN_CEL_BLOCK; i++)
            a[i] = a[i] > b[i] ? a[i] : b[i];
    w->depth--;
    return true;
}

static bool negate(tn_cel_vector *v, const walk *w)
{
    if (!make_truths(v, w->depth - 1))
        return false;
    uint8_t *a = v->rooms[w->depth - 1].state;
    for (uint32_t i = 0; i < TN_CEL_BLOCK; i++)
        a[i] = (uint8_t)(VEC_TRUE - a[i]);
    return true;
}

/* The second operand is left out where the first decides for all records. */
static bool test(tn_cel_vector *v, walk *w, const tn_cel_node *node)
{
    uint8_t decided = node->op == TN_CEL_AND_TEST ? VEC_FALSE : VEC_TRUE;
    if (!make_truths(v, w->depth - 1))
        return false;
    const uint8_t *a = v->rooms[w->depth - 1].state;
    uint32_t i = 0;
    while (i < v->block->count && a[i] == decided)
        i++;
    if (i == v->block->count && i > 0)
        w->at += node->arg;
    return true;
}

/* Two values, the results of which take their place. */
static bool apply_two(tn_cel_vector *v, walk *w, tn_cel_op op)
{
    uint32_t first = w->depth - 2;
    const vec *a = &v->stack[first], *b = &v->stack[first + 1];
    vec_order order;
    uint8_t truths[TN_CEL_BLOCK];
    if (order_of(op, &order)) {
        if (!tn_vec_compare(order, a, b, truths))
            return false;
        memcpy(v->rooms[first].state, truths, TN_CEL_BLOCK);
        w->depth = first;
        return push_truths(v, w);
    }
    vec_math math = op == TN_CEL_ADD        ? VEC_ADD
                    : op == TN_CEL_SUBTRACT ? VEC_SUB
                    : op == TN_CEL_MULTIPLY ? VEC_MUL
                    : op == TN_CEL_DIVIDE   ? VEC_DIV
                                            : VEC_MOD;
    vec made;
    if (!tn_vec_compute(math, a, b, &v->rooms[first], &made))
        return false;
    v->stack[first] = made;
    w->depth = first + 1;
    return true;
}

static bool apply_call(tn_cel_vector *v, walk *w, const tn_cel_node *node)
{
    uint32_t top = w->depth - 1;
    vec made;
    if ((node->aux != TN_CEL_FN_SIZE && node->aux != TN_CEL_FN_SIZE_OF) ||
        node->arg != 1 ||
        !tn_vec_size(&v->stack[top], v->block->count, &v->rooms[top], &made))
        return false;
    v->stack[top] = made;
    return true;
}

static bool push_slot(tn_cel_vector *v, walk *w, uint32_t slot)
{
    const vec *value = tn_vec_load(v, slot);
    if (value == NULL)
        return false;
    v->stack[w->depth++] = *value;
    return true;
}

static bool push_constant(tn_cel_vector *v, walk *w, const tn_cel_node *node)
{
    vec made;
    if (!tn_vec_constant(&v->program->constants[node->arg], &v->rooms[w->depth], &made))
        return false;
    v->stack[w->depth++] = made;
    return true;
}

static bool push_has(tn_cel_vector *v, walk *w, uint32_t slot)
{
    const vec *value = tn_vec_load(v, slot);
    return value != NULL && tn_vec_has(value, v->rooms[w->depth].state) &&
           push_truths(v, w);
}

static bool apply_negate(tn_cel_vector *v, const walk *w)
{
    uint32_t top = w->depth - 1;
    vec made;
    if (!tn_vec_negate(&v->stack[top], &v->rooms[top], &made))
        return false;
    v->stack[top] = made;
    return true;
}

static bool run_node(tn_cel_vector *v, walk *w, const tn_cel_node *node)
{
    tn_cel_op op = (tn_cel_op)node->op;
    if (tn_cel_ops[op].operand == TN_CEL_ARG_SLOT_CONST)
        return ask_slot(v, node, v->rooms[w->depth].state) && push_truths(v, w);
    if (op == TN_CEL_SLOT)
        return push_slot(v, w, node->arg);
    if (op == TN_CEL_HAS_SLOT)
        return push_has(v, w, node->arg);
    if (op == TN_CEL_CONST)
        return push_constant(v, w, node);
    if (op == TN_CEL_AND_TEST || op == TN_CEL_OR_TEST)
        return test(v, w, node);
    if (op == TN_CEL_AND || op == TN_CEL_OR)
        return combine(v, w, op == TN_CEL_AND);
    if (op == TN_CEL_NOT)
        return negate(v, w);
    if (op == TN_CEL_NEGATE)
        return apply_negate(v, w);
    if (op == TN_CEL_CALL)
        return apply_call(v, w, node);
    if ((op >= TN_CEL_EQUAL && op <= TN_CEL_GREATER_EQUAL) ||
        (op >= TN_CEL_ADD && op <= TN_CEL_MODULO))
        return apply_two(v, w, op);
    return false;
}

/* More than any record of the block can take: each node costs at most four steps, and a
 * text, or the items of a list, what their bytes do. */
static bool is_within_budget(const tn_cel_vector *v)
{
    uint64_t steps = 0;
    for (uint32_t i = 0; i < v->expr->node_count; i++) {
        const tn_cel_node *node = &v->nodes[i];
        uint64_t items = 1;
        if (node->op == TN_CEL_SLOT_IN)
            items += v->program->constants[node->arg].as.list->count;
        steps += items * (8 + v->longest / 4);
    }
    return steps <= v->budget;
}

/* The order of truths in which && is the lesser, as tn_cel_truth. */
static void give_truths(const uint8_t *restrict state, uint8_t *restrict truth)
{
    for (uint32_t i = 0; i < TN_CEL_BLOCK; i++) {
        uint8_t known = state[i] == VEC_TRUE ? TN_CEL_TRUE : TN_CEL_FALSE;
        truth[i] = state[i] == VEC_UNKNOWN ? TN_CEL_UNKNOWN : known;
    }
}

bool tn_cel_vector_test(tn_cel_vector *v, const tn_cel_block *block, uint8_t *truth)
{
    walk w = {0, 0};
    v->block = block;
    v->longest = 0;
    for (uint32_t i = 0; i < v->slot_count; i++)
        v->slots[i].is_loaded = false;
    for (; w.at < v->expr->node_count; w.at++)
        if (!run_node(v, &w, &v->nodes[w.at]))
            return false;
    if (!make_truths(v, 0) || !is_within_budget(v))
        return false;
    give_truths(v->rooms[0].state, truth);
    return true;
}

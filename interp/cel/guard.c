#include "interp/cel/guard.h"
#include "interp/base/same_bytes.h"
#include "interp/calendar/instant.h"
#include "interp/cel/compare.h"
#include "interp/cel/program.h"

#include <string.h>

enum { OPEN_MAX = 64, ITEMS_MAX = 64, QUESTIONS_MAX = 4096 };

/* What is asked of a slot. */
typedef enum asked {
    IS_TEXT, /* EQUALS for a constant that is a string; these three are about one */
    STARTS,
    ENDS,
    IS_TRUE,
    IS_THERE, /* has() */
    EQUALS,
    IS_LESS,
    IS_AT_MOST,
    IS_GREATER,
    IS_AT_LEAST,
    IS_IN,
    MATCHES,
    NOTHING /* the op is in no simple condition */
} asked;

static asked asked_by(tn_cel_op op)
{
    static const struct {
        tn_cel_op op;
        asked kind;
    } rows[] = {{TN_CEL_SLOT, IS_TRUE},
                {TN_CEL_HAS_SLOT, IS_THERE},
                {TN_CEL_SLOT_EQUAL, EQUALS},
                {TN_CEL_SLOT_NOT_EQUAL, EQUALS},
                {TN_CEL_SLOT_LESS, IS_LESS},
                {TN_CEL_SLOT_LESS_EQUAL, IS_AT_MOST},
                {TN_CEL_SLOT_GREATER, IS_GREATER},
                {TN_CEL_SLOT_GREATER_EQUAL, IS_AT_LEAST},
                {TN_CEL_SLOT_IN, IS_IN},
                {TN_CEL_SLOT_STARTS_WITH, STARTS},
                {TN_CEL_SLOT_ENDS_WITH, ENDS},
                {TN_CEL_MATCH, MATCHES}};
    for (size_t i = 0; i < TN_COUNT(rows); i++)
        if (rows[i].op == op)
            return rows[i].kind;
    return NOTHING;
}

/* --- the steps that the evaluator would take at most; 0: not simple */

static uint64_t constant_steps(const tn_value *value)
{
    bool is_scalar = value->kind == TN_KIND_NULL ||
                     (value->kind >= TN_KIND_BOOL && value->kind <= TN_KIND_DURATION);
    if (!is_scalar)
        return 0;
    bool is_text = value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES;
    return 3 + (is_text ? value->as.text.len / 8 : 0);
}

static uint64_t list_steps(const tn_value *value)
{
    if (value->kind != TN_KIND_LIST || value->as.list->count > ITEMS_MAX)
        return 0;
    uint64_t steps = 3;
    for (uint32_t i = 0; i < value->as.list->count; i++) {
        uint64_t item = constant_steps(&value->as.list->items[i]);
        if (item == 0)
            return 0;
        steps += item;
    }
    return steps;
}

static uint64_t steps_of(const tn_cel_program *p, asked kind, const tn_cel_node *node)
{
    if (kind == IS_TRUE || kind == IS_THERE)
        return 1;
    if (kind == MATCHES)
        return 1 + tn_cel_ops[TN_CEL_MATCH].cost;
    const tn_value *constant = &p->constants[node->arg];
    if ((kind == STARTS || kind == ENDS) && constant->kind != TN_KIND_STRING)
        return 0;
    return kind == IS_IN ? list_steps(constant) : constant_steps(constant);
}

/* --- making the questions, from the last node to the first, so that it is known where
 * an answer leads */

/* Where the answers of an operand lead. */
typedef struct answers {
    uint32_t yes;
    uint32_t no;
} answers;

typedef struct maker {
    const tn_cel_program *program;
    tn_cel_question *questions;
    uint32_t count;
    uint32_t first; /* of what has been made so far: a question or an answer */
    uint64_t steps;
    answers open[OPEN_MAX];
    uint32_t open_count;
} maker;

static bool lead(maker *m, answers to)
{
    if (m->open_count == OPEN_MAX)
        return false;
    m->open[m->open_count++] = to;
    return true;
}

/* What is asked, and about which constant, which only SLOT and HAS_SLOT have not. */
static void set_asked(tn_cel_question *question, asked kind, const tn_value *constant)
{
    bool is_text = kind == EQUALS && constant->kind == TN_KIND_STRING;
    question->kind = (uint8_t)(is_text ? IS_TEXT : kind);
    if (question->kind <= ENDS)
        question->about.text = constant->as.text;
    else
        question->about.constant = constant;
}

/* The question of the node at *at, with the one before it for MATCH. */
static bool add_question(maker *m, const tn_cel_node *nodes, uint32_t *at)
{
    const tn_cel_node *node = &nodes[*at];
    asked kind = asked_by((tn_cel_op)node->op);
    if (kind == NOTHING || m->count == QUESTIONS_MAX || m->open_count == 0)
        return false;
    uint64_t steps = steps_of(m->program, kind, node);
    uint32_t slot = tn_cel_guard_slot(node);
    tn_cel_question *question = &m->questions[m->count];
    if (kind == MATCHES) {
        if (*at == 0 || nodes[*at - 1].op != TN_CEL_SLOT)
            return false;
        slot = nodes[--*at].arg;
        question->kind = MATCHES;
        question->about.pattern = m->program->patterns[node->arg];
    } else if (steps > 0) {
        bool is_bare = kind == IS_TRUE || kind == IS_THERE;
        set_asked(question, kind, is_bare ? NULL : &m->program->constants[node->arg]);
    }
    if (steps == 0 || slot > UINT16_MAX)
        return false;
    answers to = m->open[--m->open_count];
    bool reversed = node->op == TN_CEL_SLOT_NOT_EQUAL;
    question->slot = (uint16_t)slot;
    question->yes = (uint16_t)(reversed ? to.no : to.yes);
    question->no = (uint16_t)(reversed ? to.yes : to.no);
    m->first = m->count++;
    m->steps += steps;
    return true;
}

/* true, false: no question, but one of the answers. */
static bool add_constant(maker *m, const tn_value *value)
{
    if (m->open_count == 0 || value->kind != TN_KIND_BOOL)
        return false;
    answers to = m->open[--m->open_count];
    m->first = value->as.boolean ? to.yes : to.no;
    m->steps++;
    return true;
}

static bool take_node(maker *m, const tn_cel_node *nodes, uint32_t *at)
{
    const tn_cel_node *node = &nodes[*at];
    tn_cel_op op = (tn_cel_op)node->op;
    answers *top = m->open_count == 0 ? NULL : &m->open[m->open_count - 1];
    bool is_test = op == TN_CEL_AND_TEST || op == TN_CEL_OR_TEST;
    bool is_end = op == TN_CEL_AND || op == TN_CEL_OR;
    if (op == TN_CEL_CONST)
        return add_constant(m, &m->program->constants[node->arg]);
    if (!is_test && !is_end && op != TN_CEL_NOT)
        return add_question(m, nodes, at);
    m->steps++;
    if (top == NULL)
        return false;
    if (is_end) /* the second operand answers as the whole does, and so it is kept */
        return lead(m, *top);
    if (op == TN_CEL_NOT)
        *top = (answers){top->no, top->yes};
    else if (op == TN_CEL_AND_TEST)
        top->yes = m->first;
    else
        top->no = m->first;
    return true;
}

static bool make(maker *m, const tn_cel_node *nodes, uint32_t count)
{
    lead(m, (answers){TN_CEL_SAYS_TRUE, TN_CEL_SAYS_FALSE});
    for (uint32_t at = count; at-- > 0;)
        if (!take_node(m, nodes, &at))
            return false;
    return m->open_count == 0 && m->steps <= UINT32_MAX;
}

/* How many questions there are at most; 0: a node is in no simple condition. */
static uint32_t count_questions(const tn_cel_node *nodes, uint32_t count)
{
    uint32_t questions = 0;
    for (uint32_t i = 0; i < count; i++) {
        tn_cel_op op = (tn_cel_op)nodes[i].op;
        bool is_logic = op == TN_CEL_CONST || op == TN_CEL_NOT ||
                        (op >= TN_CEL_AND_TEST && op <= TN_CEL_OR);
        bool is_question = asked_by(op) != NOTHING;
        if (!is_logic && !is_question)
            return 0;
        questions += is_question;
    }
    return questions;
}

tn_status tn_cel_guard_make(tn_cel_program *program, uint32_t number, tn_cel_guard *out)
{
    const tn_cel_expr *expr = &program->code.exprs[number];
    const tn_cel_node *nodes = program->code.nodes + expr->first_node;
    uint32_t count = count_questions(nodes, expr->node_count);
    *out = (tn_cel_guard){.questions = NULL};
    if (count == 0 || count > QUESTIONS_MAX)
        return TN_OK;
    maker m = {.program = program};
    m.questions = tn_arena_take_array(&program->arena, count, sizeof(*m.questions));
    if (m.questions == NULL)
        return TN_NOMEM;
    if (make(&m, nodes, expr->node_count))
        *out = (tn_cel_guard){m.questions, m.first, (uint32_t)m.steps};
    return TN_OK;
}

/* --- asking */

static inline tn_cel_truth truth(bool x)
{
    return x ? TN_CEL_TRUE : TN_CEL_FALSE;
}

static bool number_equal(const tn_value *slot, const tn_value *constant)
{
    return tn_value_is_number(slot) && tn_value_is_number(constant) &&
           tn_number_equal(slot, constant);
}

/* Both readable; a constant is never a date. */
static bool values_equal(const tn_value *slot, const tn_value *constant)
{
    if (slot->kind == TN_KIND_DATE)
        return constant->kind == TN_KIND_TIMESTAMP && constant->as.instant.nanos == 0 &&
               constant->as.instant.seconds == slot->as.day * TN_SECONDS_PER_DAY;
    if (slot->kind != constant->kind)
        return number_equal(slot, constant);
    if (slot->kind == TN_KIND_STRING || slot->kind == TN_KIND_BYTES)
        return slot->as.text.len == constant->as.text.len &&
               tn_same_bytes(slot->as.text.data, constant->as.text.data,
                             slot->as.text.len);
    if (slot->kind == TN_KIND_BOOL)
        return slot->as.boolean == constant->as.boolean;
    if (slot->kind == TN_KIND_TIMESTAMP)
        return tn_instant_compare(slot->as.instant, constant->as.instant) == 0;
    if (slot->kind == TN_KIND_DURATION)
        return slot->as.duration_nanos == constant->as.duration_nanos;
    return slot->kind == TN_KIND_NULL || number_equal(slot, constant);
}

static tn_cel_truth is_in(const tn_value *slot, const tn_list_value *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (values_equal(slot, &list->items[i]))
            return TN_CEL_TRUE;
    return TN_CEL_FALSE;
}

/* `orders` has a bit for each order that is a yes. */
static tn_cel_truth compare(const tn_value *slot, const tn_value *constant,
                            unsigned orders)
{
    tn_order order;
    if (slot->kind == TN_KIND_INT && constant->kind == TN_KIND_INT) {
        int64_t a = slot->as.integer, b = constant->as.integer;
        order = a < b ? TN_ORDER_LESS : a > b ? TN_ORDER_GREATER : TN_ORDER_EQUAL;
    } else {
        /* what it charges is in the steps that were counted beforehand */
        tn_cel_call call = {.steps_left = UINT64_MAX};
        order = tn_value_order(&call, slot, constant);
    }
    return order == TN_ORDER_INVALID ? TN_CEL_UNKNOWN : truth(orders >> order & 1);
}

static tn_cel_truth match(const tn_regex *pattern, const tn_value *slot, uint64_t *left)
{
    if (slot->kind != TN_KIND_STRING)
        return TN_CEL_UNKNOWN;
    uint64_t steps = tn_regex_steps(pattern, slot->as.text.len);
    if (steps > *left)
        return TN_CEL_UNKNOWN;
    *left -= steps;
    tn_regex_result result = tn_regex_match(pattern, slot->as.text);
    return result == TN_REGEX_NO_MEMORY ? TN_CEL_UNKNOWN
                                        : truth(result == TN_REGEX_YES);
}

/* What is no string in a question about a text. */
static tn_cel_truth ask(const tn_cel_question *question, const tn_value *slot,
                        uint64_t *left)
{
    enum {
        LESS = 1 << TN_ORDER_LESS,
        SAME = 1 << TN_ORDER_EQUAL,
        GREATER = 1 << TN_ORDER_GREATER
    };
    const tn_value *constant = question->about.constant;
    if (slot->kind == TN_KIND_UNREADABLE)
        return TN_CEL_UNKNOWN;
    switch ((asked)question->kind) {
    case IS_TEXT: return TN_CEL_FALSE;
    case STARTS:
    case ENDS: return TN_CEL_UNKNOWN;
    case IS_TRUE:
        return slot->kind == TN_KIND_BOOL ? truth(slot->as.boolean) : TN_CEL_UNKNOWN;
    case IS_THERE: return truth(slot->kind != TN_KIND_NULL);
    case EQUALS: return truth(values_equal(slot, constant));
    case IS_LESS: return compare(slot, constant, LESS);
    case IS_AT_MOST: return compare(slot, constant, LESS | SAME);
    case IS_GREATER: return compare(slot, constant, GREATER);
    case IS_AT_LEAST: return compare(slot, constant, GREATER | SAME);
    case IS_IN: return is_in(slot, constant->as.list);
    case MATCHES: return match(question->about.pattern, slot, left);
    case NOTHING: break;
    }
    return TN_CEL_UNKNOWN;
}

static inline bool ask_text(const tn_cel_question *question, tn_str text)
{
    tn_str sought = question->about.text;
    if (question->kind == IS_TEXT ? text.len != sought.len : text.len < sought.len)
        return false;
    size_t from = question->kind == ENDS ? text.len - sought.len : 0;
    return tn_same_bytes(text.data + from, sought.data, sought.len);
}

tn_cel_truth tn_cel_guard_test(const tn_cel_guard *guard, const tn_value *slots,
                               uint64_t budget)
{
    uint64_t left = budget - guard->steps;
    uint32_t at = guard->first;
    while (at < TN_CEL_SAYS_FALSE) {
        const tn_cel_question *question = &guard->questions[at];
        const tn_value *slot = &slots[question->slot];
        bool yes;
        if (question->kind <= ENDS && slot->kind == TN_KIND_STRING) {
            yes = ask_text(question, slot->as.text);
        } else {
            tn_cel_truth said = ask(question, slot, &left);
            if (said == TN_CEL_UNKNOWN)
                return said;
            yes = said == TN_CEL_TRUE;
        }
        at = yes ? question->yes : question->no;
    }
    return truth(at == TN_CEL_SAYS_TRUE);
}

uint32_t tn_cel_guard_slot(const tn_cel_node *node)
{
    asked kind = asked_by((tn_cel_op)node->op);
    if (kind == MATCHES || kind == NOTHING)
        return TN_NONE;
    return kind == IS_TRUE || kind == IS_THERE ? node->arg : node->aux;
}

tn_cel_truth tn_cel_guard_leaf(const tn_cel_program *program, const tn_cel_node *node,
                               const tn_value *slot)
{
    uint64_t left = 0; /* of no matter but for a pattern */
    tn_cel_question question = {.slot = 0};
    bool is_bare = node->op == TN_CEL_SLOT || node->op == TN_CEL_HAS_SLOT;
    set_asked(&question, asked_by((tn_cel_op)node->op),
              is_bare ? NULL : &program->constants[node->arg]);
    tn_cel_truth said = question.kind <= ENDS && slot->kind == TN_KIND_STRING
                            ? truth(ask_text(&question, slot->as.text))
                            : ask(&question, slot, &left);
    if (node->op != TN_CEL_SLOT_NOT_EQUAL || said == TN_CEL_UNKNOWN)
        return said;
    return truth(said == TN_CEL_FALSE);
}

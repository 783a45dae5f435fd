#include "interp/syntax/print_parts.h"

#include <math.h>

/* How tightly an expression binds; an operand that binds less than its place asks for
 * stands in parentheses. */
enum {
    BINDS_CONDITIONAL = 1,
    BINDS_OR,
    BINDS_AND,
    BINDS_RELATION,
    BINDS_SUM,
    BINDS_PRODUCT,
    BINDS_SIGN,
    BINDS_MEMBER
};

static const struct {
    const char *text;
    int binds;
} operators[] = {
    [TN_OP_OR] = {"||", BINDS_OR},
    [TN_OP_AND] = {"&&", BINDS_AND},
    [TN_OP_LESS] = {"<", BINDS_RELATION},
    [TN_OP_LESS_EQUAL] = {"<=", BINDS_RELATION},
    [TN_OP_GREATER] = {">", BINDS_RELATION},
    [TN_OP_GREATER_EQUAL] = {">=", BINDS_RELATION},
    [TN_OP_EQUAL] = {"==", BINDS_RELATION},
    [TN_OP_NOT_EQUAL] = {"!=", BINDS_RELATION},
    [TN_OP_IN] = {"in", BINDS_RELATION},
    [TN_OP_ADD] = {"+", BINDS_SUM},
    [TN_OP_SUBTRACT] = {"-", BINDS_SUM},
    [TN_OP_MULTIPLY] = {"*", BINDS_PRODUCT},
    [TN_OP_DIVIDE] = {"/", BINDS_PRODUCT},
    [TN_OP_MODULO] = {"%", BINDS_PRODUCT},
};

static bool is_number(const tn_expr *e)
{
    return e->kind == TN_EXPR_INT || e->kind == TN_EXPR_DOUBLE;
}

/* A number that a minus belongs to. */
static bool is_negative(const tn_expr *e)
{
    return (e->kind == TN_EXPR_INT && e->as.integer < 0) ||
           (e->kind == TN_EXPR_DOUBLE && signbit(e->as.real));
}

static int binds(const tn_expr *e)
{
    switch (e->kind) {
    case TN_EXPR_CONDITIONAL: return BINDS_CONDITIONAL;
    case TN_EXPR_BINARY: return operators[e->op].binds;
    case TN_EXPR_NOT:
    case TN_EXPR_NEGATE: return BINDS_SIGN;
    case TN_EXPR_INT:
    case TN_EXPR_DOUBLE: return is_negative(e) ? BINDS_SIGN : BINDS_MEMBER;
    case TN_EXPR_NULL:
    case TN_EXPR_BOOL:
    case TN_EXPR_UINT:
    case TN_EXPR_STRING:
    case TN_EXPR_BYTES:
    case TN_EXPR_NAME:
    case TN_EXPR_SELECT:
    case TN_EXPR_INDEX:
    case TN_EXPR_CALL:
    case TN_EXPR_LIST:
    case TN_EXPR_MAP:
    case TN_EXPR_ENTRY:
    case TN_EXPR_ERROR: return BINDS_MEMBER;
    }
    return BINDS_MEMBER;
}

/* What an expression stands in: how it must bind at least, how far in its broken lines
 * stand, and whether a minus right before it would take the number that it begins with.
 */
typedef struct place {
    int binds;
    size_t more;
    bool after_minus;
} place;

/* An expression with its place, for tn_print_fitting. */
typedef struct placed {
    const tn_expr *expr;
    place where;
} placed;

static void print_in(tn_printer *p, const tn_expr *e, place where);

static void print_alone(tn_printer *p, const tn_expr *e, size_t more)
{
    print_in(p, e, (place){BINDS_CONDITIONAL, more, false});
}

/* --- what stands in brackets */

static void print_item(tn_printer *p, const tn_expr *item, size_t more)
{
    if (item->optional_item)
        tn_print(p, "?");
    if (item->kind != TN_EXPR_ENTRY) {
        print_alone(p, item, more);
        return;
    }
    print_alone(p, item->first, more);
    tn_print(p, ": ");
    print_alone(p, item->second, more);
}

/* [a, b], or each on a line of its own. */
static void print_items(tn_printer *p, const void *node, bool broken)
{
    const placed *list = node;
    const tn_expr *e = list->expr;
    size_t inside = list->where.more + TN_PRINT_INDENT;
    bool is_call = e->kind == TN_EXPR_CALL, is_list = e->kind == TN_EXPR_LIST;
    tn_print(p, is_call ? "(" : is_list ? "[" : "{");
    for (const tn_expr *item = e->args; item != NULL; item = item->next) {
        if (tn_print_is_over(p))
            return;
        if (broken)
            tn_print_break(p, inside, item->at.start);
        print_item(p, item, inside);
        if (item->next != NULL)
            tn_print(p, broken ? "," : ", ");
    }
    if (broken && e->args != NULL)
        tn_print_break(p, list->where.more, e->at.end);
    tn_print(p, is_call ? ")" : is_list ? "]" : "}");
}

static void print_bracketed(tn_printer *p, const tn_expr *e, size_t more)
{
    placed list = {e, {BINDS_CONDITIONAL, more, false}};
    tn_print_fitting(p, print_items, &list, e->args == NULL ? 0 : e->at.end);
}

/* --- operators */

static bool is_logic(tn_operator op)
{
    return op == TN_OP_AND || op == TN_OP_OR;
}

/* Is this side of an operator a part of the same chain? The parser balances a chain of
 * && or ||, so that only parentheses tell a part from an operand; others lean to the
 * left. */
static bool is_part(const tn_expr *side, tn_operator op, bool is_first)
{
    if (side->kind != TN_EXPR_BINARY)
        return false;
    if (is_logic(op))
        return side->op == op && !side->in_parens;
    return is_first && operators[side->op].binds == operators[op].binds;
}

/* A chain while it is printed. */
typedef struct chain {
    place where;
    bool broken;
} chain;

static void print_chain(tn_printer *p, const tn_expr *e, const chain *whole);

static void print_side(tn_printer *p, const tn_expr *e, bool is_first,
                       const chain *whole)
{
    const tn_expr *side = is_first ? e->first : e->second;
    if (is_part(side, e->op, is_first)) {
        print_chain(p, side, whole);
        return;
    }
    bool is_same = side->kind == TN_EXPR_BINARY && side->op == e->op && is_logic(e->op);
    place where = {operators[e->op].binds + (!is_first || is_same), whole->where.more,
                   is_first && whole->where.after_minus};
    if (!is_first && whole->broken)
        where.more += TN_PRINT_INDENT;
    print_in(p, side, where);
}

/* a && b && c, or an operator and its operand on each line. */
static void print_chain(tn_printer *p, const tn_expr *e, const chain *whole)
{
    print_side(p, e, true, whole);
    if (tn_print_is_over(p))
        return;
    if (whole->broken)
        tn_print_break(p, whole->where.more + TN_PRINT_INDENT, e->op_at.start);
    else
        tn_print(p, " ");
    tn_print(p, operators[e->op].text);
    tn_print(p, " ");
    print_side(p, e, false, whole);
}

/* Only these chains are broken at their operators. */
static bool breaks(const tn_expr *e)
{
    int level = operators[e->op].binds;
    return level == BINDS_OR || level == BINDS_AND || level == BINDS_SUM;
}

static void print_binary(tn_printer *p, const void *node, bool broken)
{
    const placed *binary = node;
    chain whole = {binary->where, broken && breaks(binary->expr)};
    print_chain(p, binary->expr, &whole);
}

/* Where the last operator of a chain stands. */
static uint32_t last_operator(const tn_expr *e)
{
    while (is_part(e->second, e->op, false))
        e = e->second;
    return breaks(e) ? e->op_at.start : 0;
}

/* a ? b : c, or on three lines; further conditions in the last part stand below. */
static void print_conditional(tn_printer *p, const void *node, bool broken)
{
    const placed *conditional = node;
    const tn_expr *e = conditional->expr;
    size_t more = conditional->where.more + (broken ? TN_PRINT_INDENT : 0);
    print_in(p, e->first, (place){BINDS_OR, conditional->where.more, false});
    if (tn_print_is_over(p))
        return;
    tn_print_break(p, more, e->op_at.start);
    tn_print(p, "? ");
    print_in(p, e->second, (place){BINDS_OR, more, false});
    tn_print_break(p, more, e->third->at.start);
    tn_print(p, ": ");
    print_in(p, e->third, (place){BINDS_CONDITIONAL, conditional->where.more, false});
}

static void print_sign(tn_printer *p, const tn_expr *e, size_t more)
{
    tn_print(p, e->kind == TN_EXPR_NOT ? "!" : "-");
    int least = e->first->kind == e->kind ? BINDS_SIGN : BINDS_MEMBER;
    print_in(p, e->first, (place){least, more, e->kind == TN_EXPR_NEGATE});
}

/* --- names and members */

static void print_name(tn_printer *p, const tn_expr *e)
{
    if (e->rooted)
        tn_print(p, ".");
    tn_print_name(p, e->as.name);
}

static void print_member(tn_printer *p, const tn_expr *e, place where)
{
    where.binds = BINDS_MEMBER;
    if (e->first != NULL)
        print_in(p, e->first, where);
    if (e->kind == TN_EXPR_INDEX) {
        tn_print(p, e->optional ? "[?" : "[");
        print_alone(p, e->second, where.more);
        tn_print(p, "]");
        return;
    }
    if (e->first != NULL)
        tn_print(p, e->optional ? ".?" : ".");
    print_name(p, e);
    if (e->kind == TN_EXPR_CALL)
        print_bracketed(p, e, where.more);
}

static void print_literal(tn_printer *p, const tn_expr *e)
{
    if (is_negative(e))
        tn_print(p, "-");
    tn_print_slice(p, e->op_at);
}

static void print_bare(tn_printer *p, const tn_expr *e, place where)
{
    placed part = {e, where};
    switch (e->kind) {
    case TN_EXPR_NULL:
    case TN_EXPR_BOOL:
    case TN_EXPR_INT:
    case TN_EXPR_UINT:
    case TN_EXPR_DOUBLE:
    case TN_EXPR_STRING:
    case TN_EXPR_BYTES: print_literal(p, e); break;
    case TN_EXPR_NAME: print_name(p, e); break;
    case TN_EXPR_SELECT:
    case TN_EXPR_INDEX:
    case TN_EXPR_CALL: print_member(p, e, where); break;
    case TN_EXPR_LIST:
    case TN_EXPR_MAP: print_bracketed(p, e, where.more); break;
    case TN_EXPR_NOT:
    case TN_EXPR_NEGATE: print_sign(p, e, where.more); break;
    case TN_EXPR_BINARY:
        tn_print_fitting(p, print_binary, &part, last_operator(e));
        break;
    case TN_EXPR_CONDITIONAL:
        tn_print_fitting(p, print_conditional, &part, e->third->at.start);
        break;
    case TN_EXPR_ENTRY:
    case TN_EXPR_ERROR: break; /* in print_item; not in a tree without errors */
    }
}

static void print_in(tn_printer *p, const tn_expr *e, place where)
{
    if (tn_print_is_over(p))
        return;
    bool would_fold = where.after_minus && is_number(e) && !is_negative(e);
    if (binds(e) >= where.binds && !would_fold) {
        print_bare(p, e, where);
        return;
    }
    tn_print(p, "(");
    print_bare(p, e, (place){BINDS_CONDITIONAL, where.more, false});
    tn_print(p, ")");
}

void tn_print_expr(tn_printer *p, const tn_expr *expr, size_t more)
{
    print_alone(p, expr, more);
}

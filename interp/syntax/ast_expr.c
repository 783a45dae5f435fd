#include "interp/base/real.h"
#include "interp/syntax/ast_build.h"
#include "interp/syntax/literal.h"
#include "interp/syntax/parse.h"

static uint32_t deeper(uint32_t depth, const tn_expr *child)
{
    return child != NULL && child->depth > depth ? child->depth : depth;
}

static uint32_t depth_below(const tn_expr *node)
{
    uint32_t depth = deeper(0, node->first);
    depth = deeper(depth, node->second);
    depth = deeper(depth, node->third);
    for (const tn_expr *arg = node->args; arg != NULL; arg = arg->next)
        depth = deeper(depth, arg);
    return depth;
}

tn_expr *tn_ast_expr(tn_parse *p, const tn_expr *parts)
{
    uint32_t depth = depth_below(parts) + 1;
    if (depth > TN_PARSE_MAX_DEPTH) {
        tn_parse_too_deep(p, parts->op_at.end > 0 ? parts->op_at : parts->at);
        return NULL;
    }
    tn_expr *node = tn_parse_take(p, sizeof(*node));
    if (node == NULL)
        return NULL;
    *node = *parts;
    node->depth = depth;
    node->optional_item = node->kind == TN_EXPR_ENTRY && node->optional;
    return node;
}

tn_expr *tn_ast_binary(tn_parse *p, tn_operator op, tn_span op_at, tn_expr *first,
                       tn_expr *second)
{
    if (first == NULL || second == NULL)
        return NULL;
    return tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_BINARY,
                                     .op = op,
                                     .at = tn_span_join(first->at, second->at),
                                     .op_at = op_at,
                                     .first = first,
                                     .second = second});
}

/* --- chains of && and || */

static bool is_link(const tn_expr *node, tn_operator op)
{
    return node->kind == TN_EXPR_BINARY && node->op == op && !node->in_parens;
}

/* The links of a chain in the order written, by `next`, and the operand that comes next
 * when they are taken one by one. */
typedef struct chain {
    tn_expr *link;
    tn_expr *operand;
} chain;

static chain unroll(tn_expr *last, tn_operator op, uint32_t *count)
{
    chain links = {NULL, last};
    *count = 0;
    while (is_link(links.operand, op)) {
        tn_expr *link = links.operand;
        links.operand = link->first;
        link->next = links.link;
        links.link = link;
        ++*count;
    }
    return links;
}

/* A tree over the next `count` links. The recursion halves the count. */
static tn_expr *halve(chain *links, uint32_t count)
{
    if (count == 0)
        return links->operand;
    tn_expr *left = halve(links, count / 2);
    tn_expr *node = links->link;
    links->link = node->next;
    links->operand = node->second;
    node->next = NULL;
    node->first = left;
    node->second = halve(links, count - count / 2 - 1);
    node->at = tn_span_join(node->first->at, node->second->at);
    node->depth = depth_below(node) + 1;
    return node;
}

static tn_expr *balance(tn_parse *p, tn_operator op, tn_expr *last)
{
    if (last == NULL || !is_link(last, op))
        return last;
    uint32_t count;
    chain links = unroll(last, op, &count);
    tn_expr *root = halve(&links, count);
    if (root->depth > TN_PARSE_MAX_DEPTH) {
        tn_parse_too_deep(p, root->op_at);
        return NULL;
    }
    return root;
}

tn_expr *tn_ast_link(tn_parse *p, tn_operator op, tn_span op_at, tn_expr *first,
                     tn_expr *second)
{
    if (op == TN_OP_OR) {
        first = balance(p, TN_OP_AND, first);
        second = balance(p, TN_OP_AND, second);
    }
    if (first == NULL || second == NULL)
        return NULL;
    tn_expr *node = tn_parse_take(p, sizeof(*node));
    if (node == NULL)
        return NULL;
    *node = (tn_expr){.kind = TN_EXPR_BINARY,
                      .op = op,
                      .at = tn_span_join(first->at, second->at),
                      .op_at = op_at,
                      .first = first,
                      .second = second};
    return node;
}

tn_expr *tn_ast_balance(tn_parse *p, tn_expr *last)
{
    return balance(p, TN_OP_OR, balance(p, TN_OP_AND, last));
}

/* --- signs */

#define GREATER_THAN_INT "greater than the greatest int, 9223372036854775807"

static tn_diag *report_size(tn_parse *p, tn_text digits, const char *what)
{
    return tn_diag_add(p->diags, TN_FIND_LITERAL, digits.at, "this number is %s", what);
}

tn_expr_list tn_ast_sign(tn_parse *p, tn_expr_list run, tn_expr_kind kind, tn_span at)
{
    if (run.count >= TN_PARSE_MAX_DEPTH) {
        tn_parse_too_deep(p, at);
        return run;
    }
    tn_expr *sign = tn_ast_expr(p, &(tn_expr){.kind = kind, .at = at, .op_at = at});
    return tn_expr_append(run, sign);
}

/* The number that a minus before `operand` belongs to: in -1.f() it is 1. NULL where
 * there is none. */
static tn_expr *find_number(tn_expr *operand)
{
    while (operand != NULL && !operand->in_parens) {
        if (operand->kind == TN_EXPR_INT || operand->kind == TN_EXPR_DOUBLE)
            return operand;
        if (operand->kind != TN_EXPR_SELECT && operand->kind != TN_EXPR_INDEX &&
            operand->kind != TN_EXPR_CALL)
            return NULL;
        operand = operand->first;
    }
    return NULL;
}

/* Gives the minus at `sign` to the number that `operand` starts with, if it does. */
static bool fold_minus(tn_expr *operand, tn_span sign)
{
    tn_expr *number = find_number(operand);
    if (number == NULL)
        return false;
    if (number->kind == TN_EXPR_INT)
        number->as.integer = -number->as.integer;
    else
        number->as.real = -number->as.real;
    for (; operand != number; operand = operand->first)
        operand->at.start = sign.start;
    number->at.start = sign.start;
    return true;
}

/* Puts `count` signs, from `sign` on, before the operand, the last one innermost. */
static tn_expr *apply_signs(tn_parse *p, tn_expr *sign, uint32_t count,
                            tn_expr *operand)
{
    if (operand == NULL || sign == NULL || count == 0)
        return operand;
    if (count + operand->depth > TN_PARSE_MAX_DEPTH) {
        tn_parse_too_deep(p, sign->at);
        return NULL;
    }
    tn_expr *outermost = sign;
    for (; count > 0; count--) {
        tn_expr *next = sign->next;
        sign->first = count == 1 ? operand : next;
        sign->next = NULL;
        sign->depth = operand->depth + count;
        sign->at.end = operand->at.end;
        sign = next;
    }
    return outermost;
}

tn_expr *tn_ast_signs(tn_parse *p, tn_expr_list run, tn_expr *operand)
{
    uint32_t count = run.count;
    if (count > 0 && run.last->kind == TN_EXPR_NEGATE &&
        fold_minus(operand, run.last->at))
        count--;
    return apply_signs(p, run.first, count, operand);
}

tn_expr *tn_ast_int_min(tn_parse *p, tn_text digits, tn_expr_list minuses)
{
    tn_expr *number = tn_ast_expr(
        p, &(tn_expr){.kind = TN_EXPR_INT, .at = digits.at, .op_at = digits.at});
    if (number == NULL)
        return NULL;
    number->as.integer = INT64_MIN;
    if (minuses.count > 0) {
        number->at.start = minuses.last->at.start;
        return apply_signs(p, minuses.first, minuses.count - 1, number);
    }
    tn_diag *diag = report_size(p, digits, GREATER_THAN_INT);
    tn_diag_help(p->diags, diag, "with a u behind it, it is a uint");
    return number;
}

/* --- leaves */

tn_expr *tn_ast_optional(tn_expr *element)
{
    if (element != NULL)
        element->optional_item = true;
    return element;
}

tn_expr *tn_ast_in_parens(tn_expr *inner, tn_span at)
{
    if (inner == NULL)
        return NULL;
    inner->in_parens = true;
    inner->at = at;
    return inner;
}

/* cel-spec, langdef "Syntax": identifiers that are reserved. */
static const tn_str reserved[] = {
    {"as", 2},   {"break", 5},     {"const", 5},   {"continue", 8}, {"else", 4},
    {"for", 3},  {"function", 8},  {"if", 2},      {"import", 6},   {"let", 3},
    {"loop", 4}, {"namespace", 9}, {"package", 7}, {"return", 6},   {"var", 3},
    {"void", 4}, {"while", 5},
};

static void refuse_reserved(tn_parse *p, tn_name name)
{
    if (name.quoted) {
        if (p->bare)
            tn_diag_add(p->diags, TN_FIND_SYNTAX, name.at,
                        "a name in back quotes can only stand after a dot");
        return;
    }
    for (size_t i = 0; i < TN_COUNT(reserved); i++) {
        if (!tn_str_equal(reserved[i], name.text))
            continue;
        tn_diag *diag = tn_diag_add(p->diags, TN_FIND_SYNTAX, name.at,
                                    "`" TN_STR_FMT "` is a word that CEL reserves",
                                    TN_STR_ARG(name.text));
        if (!p->bare)
            tn_diag_help(p->diags, diag,
                         "a field of that name is written record." TN_STR_FMT,
                         TN_STR_ARG(name.text));
    }
}

tn_expr *tn_ast_root(tn_parse *p, const tn_expr *parts)
{
    refuse_reserved(p, parts->as.name);
    return tn_ast_expr(p, parts);
}

tn_expr *tn_ast_int(tn_parse *p, tn_text digits)
{
    uint64_t value;
    if (!tn_literal_uint(digits.text, &value) || value > INT64_MAX) {
        report_size(p, digits, GREATER_THAN_INT);
        value = 0;
    }
    return tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_INT,
                                     .at = digits.at,
                                     .op_at = digits.at,
                                     .as.integer = (int64_t)value});
}

tn_expr *tn_ast_uint(tn_parse *p, tn_text digits)
{
    uint64_t value;
    tn_str without_u = {digits.text.data, digits.text.len - 1};
    if (!tn_literal_uint(without_u, &value)) {
        report_size(p, digits, "greater than the greatest uint, 18446744073709551615");
        value = 0;
    }
    return tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_UINT,
                                     .at = digits.at,
                                     .op_at = digits.at,
                                     .as.unsigned_integer = value});
}

tn_expr *tn_ast_double(tn_parse *p, tn_text digits)
{
    double value;
    bool overflow;
    if (!tn_real_parse(digits.text, &value, &overflow) || overflow) {
        report_size(p, digits, "greater than the greatest double, about 1.8e308");
        value = 0;
    }
    return tn_ast_expr(p, &(tn_expr){.kind = TN_EXPR_DOUBLE,
                                     .at = digits.at,
                                     .op_at = digits.at,
                                     .as.real = value});
}

tn_expr *tn_ast_string(tn_parse *p, tn_expr_kind kind, tn_text text)
{
    return tn_ast_expr(
        p, &(tn_expr){
               .kind = kind, .at = text.at, .op_at = text.at, .as.text = text.text});
}

/* say_guard: conditions in words, as far as they are comparisons joined by && or ||. */
#include "interp/calendar/instant.h"
#include "interp/cel/text.h"
#include "interp/tools/say.h"

/* --- operands */

static bool is_named(const tn_expr *e)
{
    return e->kind == TN_EXPR_NAME ||
           (e->kind == TN_EXPR_SELECT && !e->optional && is_named(e->first));
}

static void put_name(tn_buf *out, const tn_expr *e)
{
    if (e->kind == TN_EXPR_NAME) {
        tn_buf_put(out, e->as.name.text);
        return;
    }
    if (e->first->kind != TN_EXPR_NAME ||
        !tn_str_equal(e->first->as.name.text, TN_STR("record"))) {
        put_name(out, e->first);
        tn_buf_put_char(out, '.');
    }
    tn_buf_put(out, e->as.name.text);
}

static bool is_call(const tn_expr *e, const char *name, uint32_t args)
{
    return e->kind == TN_EXPR_CALL && e->first == NULL && e->arg_count == args &&
           tn_str_equal(e->as.name.text, tn_str_from(name));
}

/* timestamp("2024-01-01T00:00:00Z"), duration("1h"): what stands within. */
static bool is_quoted_call(const tn_expr *e, const char *name)
{
    return is_call(e, name, 1) && e->args->kind == TN_EXPR_STRING;
}

static bool is_literal(const tn_expr *e)
{
    switch (e->kind) {
    case TN_EXPR_BOOL:
    case TN_EXPR_INT:
    case TN_EXPR_UINT:
    case TN_EXPR_DOUBLE:
    case TN_EXPR_STRING: return true;
    case TN_EXPR_CALL:
        return is_quoted_call(e, "timestamp") || is_quoted_call(e, "duration");
    case TN_EXPR_NULL:
    case TN_EXPR_BYTES:
    case TN_EXPR_NAME:
    case TN_EXPR_SELECT:
    case TN_EXPR_INDEX:
    case TN_EXPR_LIST:
    case TN_EXPR_MAP:
    case TN_EXPR_ENTRY:
    case TN_EXPR_NOT:
    case TN_EXPR_NEGATE:
    case TN_EXPR_BINARY:
    case TN_EXPR_CONDITIONAL:
    case TN_EXPR_ERROR: return false;
    }
    return false;
}

static void put_literal(tn_buf *out, const tn_model *model, const tn_expr *e)
{
    if (e->kind == TN_EXPR_CALL)
        tn_buf_put(out, e->args->as.text);
    else if (e->kind == TN_EXPR_STRING)
        tn_buf_put_json(out, e->as.text);
    else
        tn_buf_put(out, tn_source_slice(model->sources, e->at));
}

/* --- one comparison */

/* Of numbers and texts; of points in time. */
static const char *comparing_words(tn_operator op, bool is_time)
{
    switch (op) {
    case TN_OP_LESS: return is_time ? " is before " : " is less than ";
    case TN_OP_LESS_EQUAL: return is_time ? " is not after " : " is at most ";
    case TN_OP_GREATER: return is_time ? " is after " : " is more than ";
    case TN_OP_GREATER_EQUAL: return is_time ? " is not before " : " is at least ";
    case TN_OP_EQUAL: return " is ";
    case TN_OP_NOT_EQUAL: return " is not ";
    case TN_OP_OR:
    case TN_OP_AND:
    case TN_OP_IN:
    case TN_OP_ADD:
    case TN_OP_SUBTRACT:
    case TN_OP_MULTIPLY:
    case TN_OP_DIVIDE:
    case TN_OP_MODULO: return NULL;
    }
    return NULL;
}

static bool is_list_of_literals(const tn_expr *e)
{
    if (e->kind != TN_EXPR_LIST || e->arg_count == 0)
        return false;
    for (const tn_expr *item = e->args; item != NULL; item = item->next)
        if (!is_literal(item) || item->optional_item)
            return false;
    return true;
}

static void put_list(tn_buf *out, const tn_model *model, const tn_expr *list)
{
    bool one = list->arg_count == 1;
    tn_buf_put_text(out, one ? "" : "(");
    for (const tn_expr *item = list->args; item != NULL; item = item->next) {
        tn_buf_put_text(out, item == list->args ? "" : ", ");
        put_literal(out, model, item);
    }
    tn_buf_put_text(out, one ? "" : ")");
}

static bool put_binary(tn_buf *out, const tn_model *model, const tn_expr *e,
                       bool negated)
{
    if (!is_named(e->first))
        return false;
    if (e->op == TN_OP_IN && is_list_of_literals(e->second)) {
        bool one = e->second->arg_count == 1;
        put_name(out, e->first);
        tn_buf_put_text(out, negated ? (one ? " is not " : " is none of ")
                                     : (one ? " is " : " is one of "));
        put_list(out, model, e->second);
        return true;
    }
    const char *words = comparing_words(e->op, is_quoted_call(e->second, "timestamp"));
    bool equality = e->op == TN_OP_EQUAL || e->op == TN_OP_NOT_EQUAL;
    if (words == NULL || (negated && !equality))
        return false;
    bool is_not = (e->op == TN_OP_NOT_EQUAL) != negated;
    if (equality && e->second->kind == TN_EXPR_NULL) {
        put_name(out, e->first);
        tn_buf_put_text(out, is_not ? " is known" : " is not known");
        return true;
    }
    if (!is_literal(e->second) && !(equality && is_named(e->second)))
        return false;
    put_name(out, e->first);
    tn_buf_put_text(out, equality ? (is_not ? " is not " : " is ") : words);
    if (is_named(e->second))
        put_name(out, e->second);
    else
        put_literal(out, model, e->second);
    return true;
}

static bool put_call(tn_buf *out, const tn_model *model, const tn_expr *e, bool negated)
{
    static const struct {
        const char *function, *plain, *negated;
    } words[] = {{"startsWith", " starts with ", " does not start with "},
                 {"endsWith", " ends with ", " does not end with "},
                 {"contains", " contains ", " does not contain "}};
    if (is_call(e, "has", 1) && is_named(e->args)) {
        put_name(out, e->args);
        tn_buf_put_text(out, negated ? " is not known" : " is known");
        return true;
    }
    if (e->first == NULL || !is_named(e->first) || e->arg_count != 1 ||
        e->args->kind != TN_EXPR_STRING)
        return false;
    for (size_t i = 0; i < TN_COUNT(words); i++) {
        if (!tn_str_equal(e->as.name.text, tn_str_from(words[i].function)))
            continue;
        put_name(out, e->first);
        tn_buf_put_text(out, negated ? words[i].negated : words[i].plain);
        put_literal(out, model, e->args);
        return true;
    }
    return false;
}

/* False, and nothing put: it cannot be said in words. */
static bool put_atom(tn_buf *out, const tn_model *model, const tn_expr *e, bool negated)
{
    if (e->kind == TN_EXPR_NOT)
        return put_atom(out, model, e->first, !negated);
    if (is_named(e)) {
        put_name(out, e);
        tn_buf_put_text(out, negated ? " is false" : " is true");
        return true;
    }
    if (e->kind == TN_EXPR_BINARY)
        return put_binary(out, model, e, negated);
    return e->kind == TN_EXPR_CALL && put_call(out, model, e, negated);
}

/* --- all of it */

static void put_quoted(tn_buf *out, const tn_model *model, const tn_expr *e)
{
    tn_str text = tn_source_slice(model->sources, e->at);
    bool was_blank = false;
    tn_buf_put_char(out, '`');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank || !was_blank)
            tn_buf_put_char(out, blank ? ' ' : c);
        was_blank = blank;
    }
    tn_buf_put_text(out, "` holds");
}

static bool is_joined(const tn_expr *e, tn_operator op)
{
    return e->kind == TN_EXPR_BINARY && e->op == op;
}

/* a && b && c, which the parser nests to the left. */
static bool put_joined(tn_buf *out, const tn_model *model, const tn_expr *e,
                       tn_operator op)
{
    size_t before = out->len;
    if (!is_joined(e, op))
        return put_atom(out, model, e, false);
    if (put_joined(out, model, e->first, op)) {
        tn_buf_put_text(out, op == TN_OP_AND ? " and " : " or ");
        if (put_joined(out, model, e->second, op))
            return true;
    }
    out->len = before;
    return false;
}

void tn_say_guard(tn_buf *out, const tn_model *model, const tn_expr *guard)
{
    tn_operator op = is_joined(guard, TN_OP_OR) ? TN_OP_OR : TN_OP_AND;
    size_t before = out->len;
    tn_buf_put_text(out, op == TN_OP_OR ? "either " : "");
    if (put_joined(out, model, guard, op))
        return;
    out->len = before;
    put_quoted(out, model, guard);
}

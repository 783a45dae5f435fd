#include "tests/support/tree.h"
#include "interp/syntax/parse.h"
#include "interp/syntax/report.h"

static uint32_t open_text(test_tree *tree, tn_str text, const tn_allocator *memory)
{
    *tree = (test_tree){.file = NULL};
    tn_sources_init(&tree->sources, memory);
    tn_arena_init(&tree->arena, memory);
    tn_diags_init(&tree->diags, memory);
    tn_buf_init(&tree->text, NULL);
    uint32_t source = 0;
    tree->status = tn_sources_add(&tree->sources, TN_STR("test.tenure"), text,
                                  &tree->diags, &source);
    return source;
}

void test_tree_file(test_tree *tree, tn_str text, const tn_allocator *memory)
{
    uint32_t source = open_text(tree, text, memory);
    if (tree->status == TN_OK)
        tree->status = tn_parse_file(&tree->sources, source, &tree->arena, &tree->diags,
                                     &tree->file);
}

void test_tree_expression(test_tree *tree, tn_str text, const tn_allocator *memory)
{
    uint32_t source = open_text(tree, text, memory);
    if (tree->status == TN_OK)
        tree->status = tn_parse_expression(&tree->sources, source, &tree->arena,
                                           &tree->diags, &tree->expr);
}

void test_tree_free(test_tree *tree)
{
    tn_buf_free(&tree->text);
    tn_diags_free(&tree->diags);
    tn_arena_free(&tree->arena);
    tn_sources_free(&tree->sources);
}

const char *test_tree_report(test_tree *tree)
{
    tn_buf_reset(&tree->text);
    for (size_t i = 0; i < tree->diags.count; i++)
        tn_report_diag(&tree->text, &tree->sources, &tree->diags.list[i], false);
    tn_report_summary(&tree->text, &tree->diags);
    tn_buf_put_char(&tree->text, '\0');
    return tree->text.data;
}

/* --- expressions */

static const char *operator_text(tn_operator op)
{
    static const char *const texts[] = {
        [TN_OP_OR] = "||",      [TN_OP_AND] = "&&",
        [TN_OP_LESS] = "<",     [TN_OP_LESS_EQUAL] = "<=",
        [TN_OP_GREATER] = ">",  [TN_OP_GREATER_EQUAL] = ">=",
        [TN_OP_EQUAL] = "==",   [TN_OP_NOT_EQUAL] = "!=",
        [TN_OP_IN] = "in",      [TN_OP_ADD] = "+",
        [TN_OP_SUBTRACT] = "-", [TN_OP_MULTIPLY] = "*",
        [TN_OP_DIVIDE] = "/",   [TN_OP_MODULO] = "%"};
    return texts[op];
}

static void show(tn_buf *out, const tn_expr *e);

static void show_all(tn_buf *out, const tn_expr *first)
{
    for (const tn_expr *e = first; e != NULL; e = e->next) {
        if (e != first)
            tn_buf_put_text(out, ", ");
        if (e->optional_item && e->kind != TN_EXPR_ENTRY)
            tn_buf_put_char(out, '?');
        show(out, e);
    }
}

static void show_text(tn_buf *out, const tn_expr *e)
{
    tn_buf_put_char(out, '"');
    for (size_t i = 0; i < e->as.text.len; i++) {
        unsigned char c = (unsigned char)e->as.text.data[i];
        if (c < 0x20 || c == '"' || (e->kind == TN_EXPR_BYTES && c >= 0x7F))
            tn_buf_put_format(out, "\\x%02x", c);
        else
            tn_buf_put_char(out, (char)c);
    }
    tn_buf_put_char(out, '"');
}

static void show_leaf(tn_buf *out, const tn_expr *e)
{
    if (e->kind == TN_EXPR_NULL)
        tn_buf_put_text(out, "null");
    else if (e->kind == TN_EXPR_BOOL)
        tn_buf_put_text(out, e->as.boolean ? "true" : "false");
    else if (e->kind == TN_EXPR_INT)
        tn_buf_put_int(out, e->as.integer);
    else if (e->kind == TN_EXPR_UINT)
        tn_buf_put_format(out, "%lluu", (unsigned long long)e->as.unsigned_integer);
    else if (e->kind == TN_EXPR_DOUBLE)
        tn_buf_put_format(out, "%a", e->as.real);
    else if (e->kind == TN_EXPR_BYTES)
        tn_buf_put_char(out, 'b');
    if (e->kind == TN_EXPR_STRING || e->kind == TN_EXPR_BYTES)
        show_text(out, e);
}

static void show_named(tn_buf *out, const tn_expr *e)
{
    if (e->first != NULL) {
        show(out, e->first);
        tn_buf_put_text(out, e->optional ? ".?" : ".");
    }
    if (e->rooted)
        tn_buf_put_char(out, '.');
    tn_buf_put_text(out, e->as.name.quoted ? "`" : "");
    tn_buf_put(out, e->as.name.text);
    tn_buf_put_text(out, e->as.name.quoted ? "`" : "");
    if (e->kind != TN_EXPR_CALL)
        return;
    tn_buf_put_char(out, '(');
    show_all(out, e->args);
    tn_buf_put_char(out, ')');
}

static void show_compound(tn_buf *out, const tn_expr *e)
{
    if (e->kind == TN_EXPR_INDEX) {
        show(out, e->first);
        tn_buf_put_text(out, e->optional ? "[?" : "[");
        show(out, e->second);
        tn_buf_put_char(out, ']');
    } else if (e->kind == TN_EXPR_ENTRY) {
        tn_buf_put_text(out, e->optional ? "?" : "");
        show(out, e->first);
        tn_buf_put_text(out, ": ");
        show(out, e->second);
    } else if (e->kind == TN_EXPR_LIST || e->kind == TN_EXPR_MAP) {
        tn_buf_put_char(out, e->kind == TN_EXPR_LIST ? '[' : '{');
        show_all(out, e->args);
        tn_buf_put_char(out, e->kind == TN_EXPR_LIST ? ']' : '}');
    } else if (e->kind == TN_EXPR_BINARY) {
        tn_buf_put_char(out, '(');
        show(out, e->first);
        tn_buf_put_format(out, " %s ", operator_text(e->op));
        show(out, e->second);
        tn_buf_put_char(out, ')');
    } else if (e->kind == TN_EXPR_CONDITIONAL) {
        tn_buf_put_char(out, '(');
        show(out, e->first);
        tn_buf_put_text(out, " ? ");
        show(out, e->second);
        tn_buf_put_text(out, " : ");
        show(out, e->third);
        tn_buf_put_char(out, ')');
    }
}

static void show(tn_buf *out, const tn_expr *e)
{
    switch (e->kind) {
    case TN_EXPR_NAME:
    case TN_EXPR_SELECT:
    case TN_EXPR_CALL: show_named(out, e); break;
    case TN_EXPR_NOT:
    case TN_EXPR_NEGATE:
        tn_buf_put_text(out, e->kind == TN_EXPR_NOT ? "(!" : "(-");
        show(out, e->first);
        tn_buf_put_char(out, ')');
        break;
    case TN_EXPR_INDEX:
    case TN_EXPR_LIST:
    case TN_EXPR_MAP:
    case TN_EXPR_ENTRY:
    case TN_EXPR_BINARY:
    case TN_EXPR_CONDITIONAL: show_compound(out, e); break;
    case TN_EXPR_ERROR: tn_buf_put_text(out, "ERROR"); break;
    case TN_EXPR_NULL:
    case TN_EXPR_BOOL:
    case TN_EXPR_INT:
    case TN_EXPR_UINT:
    case TN_EXPR_DOUBLE:
    case TN_EXPR_STRING:
    case TN_EXPR_BYTES: show_leaf(out, e); break;
    }
}

const char *test_tree_show(test_tree *tree, const tn_expr *expr)
{
    tn_buf_reset(&tree->text);
    show(&tree->text, expr);
    tn_buf_put_char(&tree->text, '\0');
    return tree->text.data;
}

const char *test_show_expression(test_tree *tree, const char *text)
{
    test_tree_expression(tree, tn_str_from(text), NULL);
    if (tree->status == TN_OK)
        return test_tree_show(tree, tree->expr);
    tn_buf_reset(&tree->text);
    for (size_t i = 0; i < tree->diags.count; i++) {
        tn_buf_put_text(&tree->text, i == 0 ? "" : "; ");
        tn_buf_put(&tree->text, tree->diags.list[i].message);
    }
    tn_buf_put_char(&tree->text, '\0');
    return tree->text.data;
}

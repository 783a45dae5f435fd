#include "interp/syntax/ast_equal.h"

#include <string.h>

static bool texts(tn_text a, tn_text b)
{
    return (a.text.data == NULL) == (b.text.data == NULL) &&
           tn_str_equal(a.text, b.text);
}

static bool names(tn_name a, tn_name b)
{
    return (a.text.data == NULL) == (b.text.data == NULL) &&
           tn_str_equal(a.text, b.text) && a.quoted == b.quoted;
}

/* --- lists: equal when their elements are, one by one */

#define X(type, equal)                                                                 \
    static bool equal##_all(const type *a, const type *b)                              \
    {                                                                                  \
        for (; a != NULL && b != NULL; a = a->next, b = b->next)                       \
            if (!equal(a, b))                                                          \
                return false;                                                          \
        return a == NULL && b == NULL;                                                 \
    }

static bool path_equal(const tn_path *a, const tn_path *b)
{
    return tn_str_equal(a->text, b->text) && a->part_count == b->part_count &&
           names(a->last, b->last);
}
X(tn_path, path_equal)

static bool term_equal(const tn_term *a, const tn_term *b)
{
    return path_equal_all(a->named, b->named) && a->unit == b->unit &&
           a->count_fits == b->count_fits && (!a->count_fits || a->count == b->count);
}
X(tn_term, term_equal)

static bool type_equal_all(const tn_type_name *a, const tn_type_name *b);

static bool type_equal(const tn_type_name *a, const tn_type_name *b)
{
    return names(a->name, b->name) && type_equal_all(a->params, b->params);
}
X(tn_type_name, type_equal)

static bool mark_arg_equal(const tn_mark_arg *a, const tn_mark_arg *b)
{
    return names(a->word, b->word) && texts(a->value, b->value);
}
X(tn_mark_arg, mark_arg_equal)

static bool mark_equal(const tn_mark *a, const tn_mark *b)
{
    return names(a->name, b->name) && mark_arg_equal_all(a->args, b->args);
}
X(tn_mark, mark_equal)

/* --- expressions */

static bool leaf_equal(const tn_expr *a, const tn_expr *b)
{
    switch (a->kind) {
    case TN_EXPR_BOOL: return a->as.boolean == b->as.boolean;
    case TN_EXPR_INT: return a->as.integer == b->as.integer;
    case TN_EXPR_UINT: return a->as.unsigned_integer == b->as.unsigned_integer;
    case TN_EXPR_DOUBLE: return memcmp(&a->as.real, &b->as.real, sizeof(double)) == 0;
    case TN_EXPR_STRING:
    case TN_EXPR_BYTES: return tn_str_equal(a->as.text, b->as.text);
    case TN_EXPR_NAME:
    case TN_EXPR_SELECT:
    case TN_EXPR_CALL: return names(a->as.name, b->as.name);
    case TN_EXPR_BINARY: return a->op == b->op;
    case TN_EXPR_NULL:
    case TN_EXPR_INDEX:
    case TN_EXPR_LIST:
    case TN_EXPR_MAP:
    case TN_EXPR_ENTRY:
    case TN_EXPR_NOT:
    case TN_EXPR_NEGATE:
    case TN_EXPR_CONDITIONAL:
    case TN_EXPR_ERROR: return true;
    }
    return false;
}

static bool expr_equal_all(const tn_expr *a, const tn_expr *b);

static bool expr_equal(const tn_expr *a, const tn_expr *b)
{
    return a->kind == b->kind && a->optional == b->optional &&
           a->optional_item == b->optional_item && a->rooted == b->rooted &&
           a->arg_count == b->arg_count && leaf_equal(a, b) &&
           tn_ast_expr_equal(a->first, b->first) &&
           tn_ast_expr_equal(a->second, b->second) &&
           tn_ast_expr_equal(a->third, b->third) && expr_equal_all(a->args, b->args);
}
X(tn_expr, expr_equal)

bool tn_ast_expr_equal(const tn_expr *a, const tn_expr *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return expr_equal(a, b);
}

/* --- clauses */

static bool point_equal_all(const tn_point *a, const tn_point *b);

static bool point_equal(const tn_point *a, const tn_point *b)
{
    return a->kind == b->kind && path_equal_all(a->path, b->path) &&
           point_equal_all(a->members, b->members);
}
X(tn_point, point_equal)

static bool anchor_equal(const tn_anchor *a, const tn_anchor *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->has_end_of == b->has_end_of && a->sunday == b->sunday &&
           (!a->has_end_of || a->unit == b->unit) && point_equal(a->point, b->point);
}

static bool timing_equal(const tn_timing *a, const tn_timing *b)
{
    return a->stated == b->stated && a->immediately == b->immediately &&
           term_equal_all(a->after, b->after) && term_equal_all(a->within, b->within);
}

static bool tail_equal(const tn_tail *a, const tn_tail *b)
{
    return a->kind == b->kind && tn_ast_expr_equal(a->guard, b->guard) &&
           texts(a->why, b->why);
}
X(tn_tail, tail_equal)

static bool field_equal(const tn_field *a, const tn_field *b)
{
    return names(a->name, b->name) && type_equal(a->type, b->type) &&
           mark_equal_all(a->marks, b->marks) && texts(a->label, b->label) &&
           tn_str_equal(a->doc, b->doc);
}
X(tn_field, field_equal)

static bool role_equal(const tn_role *a, const tn_role *b)
{
    return names(a->name, b->name);
}
X(tn_role, role_equal)

static bool placement_equal(const tn_placement *a, const tn_placement *b)
{
    return path_equal(a->store, b->store) && role_equal_all(a->roles, b->roles) &&
           term_equal_all(a->at_most, b->at_most);
}
X(tn_placement, placement_equal)

bool tn_ast_item_equal(const tn_item *a, const tn_item *b)
{
    return a->kind == b->kind && tn_str_equal(a->doc, b->doc) &&
           a->strict == b->strict && field_equal_all(a->fields, b->fields) &&
           path_equal_all(a->paths, b->paths) &&
           path_equal_all(a->specified_in, b->specified_in) &&
           placement_equal_all(a->placements, b->placements) &&
           term_equal_all(a->period, b->period) && anchor_equal(a->anchor, b->anchor) &&
           path_equal_all(a->event, b->event) && timing_equal(&a->timing, &b->timing) &&
           tn_ast_expr_equal(a->to, b->to) && tail_equal_all(a->tail, b->tail);
}
X(tn_item, tn_ast_item_equal)

/* --- deployments and tests */

static bool mapping_equal(const tn_mapping *a, const tn_mapping *b)
{
    return names(a->name, b->name) && tn_ast_expr_equal(a->value, b->value) &&
           names(a->encoding, b->encoding) && texts(a->zone, b->zone) &&
           tn_ast_expr_equal(a->absent, b->absent);
}
X(tn_mapping, mapping_equal)

static bool target_equal(const tn_target *a, const tn_target *b)
{
    return path_equal(a->placement, b->placement) &&
           role_equal_all(a->roles, b->roles) && a->unmanaged == b->unmanaged &&
           names(a->store, b->store) && names(a->noun, b->noun) &&
           texts(a->object, b->object) && tn_ast_expr_equal(a->where, b->where) &&
           a->has_maps == b->has_maps && mapping_equal_all(a->maps, b->maps) &&
           term_equal_all(a->expires, b->expires);
}
X(tn_target, target_equal)

static bool test_item_equal(const tn_test_item *a, const tn_test_item *b)
{
    return a->kind == b->kind && texts(a->instant, b->instant) &&
           path_equal_all(a->path, b->path) && tn_ast_expr_equal(a->value, b->value) &&
           names(a->verdict, b->verdict) && names(a->reason, b->reason);
}
X(tn_test_item, test_item_equal)

/* --- declarations */

static bool entity_item_equal(const tn_entity_item *a, const tn_entity_item *b)
{
    return a->is_event == b->is_event && names(a->name, b->name) &&
           type_equal_all(a->type, b->type) && texts(a->label, b->label) &&
           mark_equal_all(a->marks, b->marks) && tn_str_equal(a->doc, b->doc);
}
X(tn_entity_item, entity_item_equal)

static bool row_equal(const tn_row *a, const tn_row *b)
{
    return texts(a->key, b->key) && tn_ast_expr_equal(a->value, b->value);
}
X(tn_row, row_equal)

static bool of_equal(const tn_of *a, const tn_of *b)
{
    return path_equal(a->entity, b->entity) && a->optional == b->optional;
}
X(tn_of, of_equal)

/* The parts of a declaration that only deployments have. */
static bool deployment_parts_equal(const tn_decl *a, const tn_decl *b)
{
    return names(a->store_kind, b->store_kind) && names(a->env, b->env) &&
           names(a->write_env, b->write_env) && names(a->noun, b->noun) &&
           texts(a->object, b->object) && names(a->key, b->key) &&
           mapping_equal_all(a->maps, b->maps) &&
           target_equal_all(a->targets, b->targets);
}

bool tn_ast_decl_equal(const tn_decl *a, const tn_decl *b)
{
    return a->kind == b->kind && tn_str_equal(a->doc, b->doc) &&
           names(a->name, b->name) && texts(a->text, b->text) &&
           path_equal_all(a->paths, b->paths) && texts(a->digest, b->digest) &&
           path_equal_all(a->reference, b->reference) &&
           term_equal_all(a->period, b->period) && a->unit == b->unit &&
           entity_item_equal_all(a->entity_items, b->entity_items) &&
           names(a->by, b->by) && row_equal_all(a->rows, b->rows) &&
           of_equal_all(a->of, b->of) && mark_equal_all(a->marks, b->marks) &&
           tn_ast_item_equal_all(a->items, b->items) &&
           tn_ast_expr_equal(a->require, b->require) &&
           test_item_equal_all(a->test_items, b->test_items) &&
           deployment_parts_equal(a, b);
}
X(tn_decl, tn_ast_decl_equal)
#undef X

bool tn_ast_equal(const tn_file *a, const tn_file *b)
{
    return a->is_deployment == b->is_deployment && path_equal_all(a->name, b->name) &&
           texts(a->title, b->title) && path_equal_all(a->of, b->of) &&
           tn_str_equal(a->doc, b->doc) && tn_ast_decl_equal_all(a->decls, b->decls);
}

#include "interp/syntax/ast_build.h"
#include "interp/syntax/lex.h"
#include "interp/syntax/literal.h"
#include "interp/syntax/words.h"

#include <string.h>

#define X(type)                                                                        \
    tn_##type##_list tn_##type##_append(tn_##type##_list list, tn_##type *item)        \
    {                                                                                  \
        if (item == NULL)                                                              \
            return list;                                                               \
        if (list.last == NULL)                                                         \
            list.first = item;                                                         \
        else                                                                           \
            list.last->next = item;                                                    \
        list.last = item;                                                              \
        list.count++;                                                                  \
        return list;                                                                   \
    }
TN_AST_LISTS(X)
#undef X

void *tn_parse_take(tn_parse *p, size_t size)
{
    if (p->status != TN_OK)
        return NULL;
    if (size > TN_PARSE_MAX_TREE_BYTES - p->taken_bytes) {
        p->status = TN_LIMIT;
        tn_diag_add(p->diags, TN_FIND_TOO_LARGE, p->lexer->now.at,
                    "what was read up to here takes more than %d MiB",
                    TN_PARSE_MAX_TREE_BYTES >> 20);
        return NULL;
    }
    p->taken_bytes += size;
    void *piece = tn_arena_take(p->arena, size);
    if (piece == NULL)
        p->status = TN_NOMEM;
    return piece;
}

void tn_parse_too_deep(tn_parse *p, tn_span at)
{
    if (p->status != TN_OK)
        return;
    p->status = TN_LIMIT;
    tn_diag *diag = tn_diag_add(p->diags, TN_FIND_TOO_LARGE, at,
                                "this is nested more than %d deep", TN_PARSE_MAX_DEPTH);
    tn_diag_help(p->diags, diag, "nothing is read from here on");
}

/* Nodes that are only copied. */
#define BUILDER(name, type)                                                            \
    type *tn_ast_##name(tn_parse *p, const type *parts)                                \
    {                                                                                  \
        type *node = tn_parse_take(p, sizeof(*node));                                  \
        if (node != NULL)                                                              \
            *node = *parts;                                                            \
        return node;                                                                   \
    }
BUILDER(mark_arg, tn_mark_arg)
BUILDER(mark, tn_mark)
BUILDER(point, tn_point)
BUILDER(anchor, tn_anchor)
BUILDER(tail, tn_tail)
BUILDER(placement, tn_placement)
BUILDER(mapping, tn_mapping)
BUILDER(target, tn_target)
BUILDER(test_item, tn_test_item)
BUILDER(row, tn_row)
#undef BUILDER

tn_path *tn_ast_part(tn_parse *p, tn_name name)
{
    tn_path *part = tn_parse_take(p, sizeof(*part));
    if (part != NULL)
        *part = (tn_path){.last = name};
    return part;
}

tn_path_list tn_ast_record_parts(tn_parse *p, tn_name record, tn_name name)
{
    tn_path_list parts = tn_path_append((tn_path_list){0}, tn_ast_part(p, record));
    return tn_path_append(parts, tn_ast_part(p, name));
}

tn_path *tn_ast_path(tn_parse *p, tn_path_list parts, tn_span at)
{
    size_t len = 0;
    for (const tn_path *part = parts.first; part != NULL; part = part->next)
        len += part->last.text.len + 1;
    tn_path *path = tn_parse_take(p, sizeof(*path));
    char *text = tn_parse_take(p, len);
    if (path == NULL || text == NULL)
        return NULL;
    *path = (tn_path){.part_count = parts.count, .at = at};
    path->text = (tn_str){text, len - 1};
    for (const tn_path *part = parts.first; part != NULL; part = part->next) {
        memcpy(text, part->last.text.data, part->last.text.len);
        text += part->last.text.len;
        if (part->next != NULL)
            *text++ = '.';
        path->last = part->last;
    }
    return path;
}

tn_unit tn_ast_unit(tn_name word)
{
    const tn_word *unit = tn_word_find(word.text);
    return TN_NEVER(unit == NULL) ? TN_UNIT_DAY : unit->unit;
}

tn_term *tn_ast_term(tn_parse *p, tn_text digits, tn_name unit, tn_span at)
{
    tn_term *term = tn_parse_take(p, sizeof(*term));
    if (term == NULL)
        return NULL;
    *term = (tn_term){.unit = tn_ast_unit(unit), .at = at};
    term->count_fits = tn_literal_uint(digits.text, &term->count);
    return term;
}

tn_term *tn_ast_named_term(tn_parse *p, tn_path *name)
{
    tn_term *term = name == NULL ? NULL : tn_parse_take(p, sizeof(*term));
    if (term != NULL)
        *term = (tn_term){.named = name, .count_fits = true, .at = name->at};
    return term;
}

tn_type_name *tn_ast_type(tn_parse *p, const tn_type_name *parts)
{
    uint32_t depth = 0;
    for (const tn_type_name *param = parts->params; param != NULL; param = param->next)
        if (param->depth > depth)
            depth = param->depth;
    if (depth >= TN_PARSE_MAX_DEPTH) {
        tn_parse_too_deep(p, parts->name.at);
        return NULL;
    }
    tn_type_name *type = tn_parse_take(p, sizeof(*type));
    if (type == NULL)
        return NULL;
    *type = *parts;
    type->depth = depth + 1;
    return type;
}

tn_role *tn_ast_role(tn_parse *p, tn_name name)
{
    tn_role *role = tn_parse_take(p, sizeof(*role));
    if (role != NULL)
        *role = (tn_role){.name = name};
    return role;
}

tn_of *tn_ast_of(tn_parse *p, tn_path *entity, bool optional)
{
    tn_of *of = tn_parse_take(p, sizeof(*of));
    if (of != NULL)
        *of = (tn_of){.entity = entity, .optional = optional};
    return of;
}

tn_timing tn_ast_timing(tn_timing timing, tn_span start, tn_span whole)
{
    timing.stated = true;
    timing.at = (tn_span){start.file, start.start, whole.end};
    return timing;
}

tn_field *tn_ast_field(tn_parse *p, const tn_field *parts)
{
    tn_field *field = tn_parse_take(p, sizeof(*field));
    if (field == NULL)
        return NULL;
    *field = *parts;
    field->doc = tn_lex_doc(p->lexer, parts->at.start);
    return field;
}

tn_entity_item *tn_ast_entity_item(tn_parse *p, const tn_entity_item *parts)
{
    tn_entity_item *item = tn_parse_take(p, sizeof(*item));
    if (item == NULL)
        return NULL;
    *item = *parts;
    item->doc = tn_lex_doc(p->lexer, parts->at.start);
    return item;
}

tn_item *tn_ast_item(tn_parse *p, const tn_item *parts)
{
    tn_item *item = tn_parse_take(p, sizeof(*item));
    if (item == NULL)
        return NULL;
    *item = *parts;
    item->doc = tn_lex_doc(p->lexer, parts->at.start);
    return item;
}

tn_item *tn_ast_clause(tn_item *head, tn_tail_list tails, tn_span at)
{
    if (head == NULL)
        return NULL;
    head->tail = tails.first;
    head->at = at;
    return head;
}

tn_decl *tn_ast_decl(tn_parse *p, const tn_decl *parts)
{
    tn_decl *decl = tn_parse_take(p, sizeof(*decl));
    if (decl == NULL)
        return NULL;
    *decl = *parts;
    decl->doc = tn_lex_doc(p->lexer, parts->at.start);
    return decl;
}

void tn_ast_file(tn_parse *p, const tn_file *parts)
{
    tn_file *file = tn_parse_take(p, sizeof(*file));
    if (file == NULL)
        return;
    *file = *parts;
    file->source = p->source;
    file->doc = tn_lex_doc(p->lexer, parts->at.start);
    p->file = file;
}

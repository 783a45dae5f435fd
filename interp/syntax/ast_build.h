/* ast_build: what the actions of parser.y call: each builds one node.
 *
 * An action names the members that its production fills, in a struct of its own; the
 * builder copies it into the arena. After a failure (memory, a limit) builders return
 * NULL and take NULL, until the parser, whose lexer then reports the end, is through.
 *
 * Owns: nothing; nodes lie in the arena of the parse. Fails: NOMEM and LIMIT, by
 * tn_parse.status. Threads: one at a time. */
#ifndef TN_SYNTAX_AST_BUILD_H
#define TN_SYNTAX_AST_BUILD_H

#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* One run of the parser. */
typedef struct tn_parse {
    const tn_sources *sources; /* borrowed */
    uint32_t source;           /* the number of the text */
    tn_arena *arena;           /* borrowed */
    tn_diags *diags;           /* borrowed */
    struct tn_lexer *lexer;    /* borrowed */
    bool bare;                 /* an expression alone: no words but CEL's */
    tn_status status;          /* NOMEM or LIMIT: the parser is to come to its end */
    size_t taken_bytes;        /* for nodes and texts: bounded */
    tn_file *file;             /* what the parser gives: a file, */
    tn_expr *expr;             /* or an expression */
    size_t inner_errors;       /* reported of what stands in braces */
} tn_parse;

/* Lists while they grow; `first` is then the chain that the tree keeps. */
#define TN_AST_LISTS(X)                                                                \
    X(path)                                                                            \
    X(term)                                                                            \
    X(type_name)                                                                       \
    X(mark_arg)                                                                        \
    X(mark)                                                                            \
    X(expr)                                                                            \
    X(point)                                                                           \
    X(tail)                                                                            \
    X(field)                                                                           \
    X(role)                                                                            \
    X(placement)                                                                       \
    X(item)                                                                            \
    X(mapping)                                                                         \
    X(target)                                                                          \
    X(test_item)                                                                       \
    X(entity_item)                                                                     \
    X(row)                                                                             \
    X(of)                                                                              \
    X(decl)

#define X(type)                                                                        \
    typedef struct tn_##type##_list {                                                  \
        tn_##type *first;                                                              \
        tn_##type *last;                                                               \
        uint32_t count;                                                                \
    } tn_##type##_list;                                                                \
    /* `list` with `item`, which may be NULL, behind it */                             \
    tn_##type##_list tn_##type##_append(tn_##type##_list list, tn_##type *item);
TN_AST_LISTS(X)
#undef X

/* What is described at the head of a declaration: a name and a title. */
typedef struct tn_title {
    tn_name name;
    tn_text text;
} tn_title;

/* P from A */
typedef struct tn_reach {
    tn_term *period;
    tn_anchor *anchor;
} tn_reach;

/* Part of a path, as a path by itself. */
tn_path *tn_ast_part(tn_parse *p, tn_name name);
/* The parts of record.name. */
tn_path_list tn_ast_record_parts(tn_parse *p, tn_name record, tn_name name);
/* One path from its parts. */
tn_path *tn_ast_path(tn_parse *p, tn_path_list parts, tn_span at);
/* A term of a period from the digits and the unit's word. */
tn_term *tn_ast_term(tn_parse *p, tn_text digits, tn_name unit, tn_span at);
/* A term that is the name of a period. */
tn_term *tn_ast_named_term(tn_parse *p, tn_path *name);
/* The unit that a token UNIT is. */
tn_unit tn_ast_unit(tn_name word);
tn_type_name *tn_ast_type(tn_parse *p, const tn_type_name *parts);
tn_mark_arg *tn_ast_mark_arg(tn_parse *p, const tn_mark_arg *parts);
tn_mark *tn_ast_mark(tn_parse *p, const tn_mark *parts);
tn_point *tn_ast_point(tn_parse *p, const tn_point *parts);
tn_anchor *tn_ast_anchor(tn_parse *p, const tn_anchor *parts);
tn_tail *tn_ast_tail(tn_parse *p, const tn_tail *parts);
/* A `delete` that was written: its place is from `start` to the end of `whole`. */
tn_timing tn_ast_timing(tn_timing timing, tn_span start, tn_span whole);
tn_role *tn_ast_role(tn_parse *p, tn_name name);
tn_placement *tn_ast_placement(tn_parse *p, const tn_placement *parts);
tn_mapping *tn_ast_mapping(tn_parse *p, const tn_mapping *parts);
tn_target *tn_ast_target(tn_parse *p, const tn_target *parts);
tn_test_item *tn_ast_test_item(tn_parse *p, const tn_test_item *parts);
tn_row *tn_ast_row(tn_parse *p, const tn_row *parts);
tn_of *tn_ast_of(tn_parse *p, tn_path *entity, bool optional);

/* These also look for the doc comment before them. */
tn_field *tn_ast_field(tn_parse *p, const tn_field *parts);
tn_entity_item *tn_ast_entity_item(tn_parse *p, const tn_entity_item *parts);
tn_item *tn_ast_item(tn_parse *p, const tn_item *parts);
/* A clause from its head and what follows it. */
tn_item *tn_ast_clause(tn_item *head, tn_tail_list tails, tn_span at);
tn_decl *tn_ast_decl(tn_parse *p, const tn_decl *parts);
/* The file itself: the result of the parse. */
void tn_ast_file(tn_parse *p, const tn_file *parts);

/* --- expressions (ast_expr.c) */

/* A node from its parts; the depth is found from its children. */
tn_expr *tn_ast_expr(tn_parse *p, const tn_expr *parts);
/* An operator with two sides. */
tn_expr *tn_ast_binary(tn_parse *p, tn_operator op, tn_span op_at, tn_expr *first,
                       tn_expr *second);
/* One step of a chain of && or ||, as deep as it is long until tn_ast_balance. A step
 * of
 * || finishes the chains of && on both its sides. */
tn_expr *tn_ast_link(tn_parse *p, tn_operator op, tn_span op_at, tn_expr *first,
                     tn_expr *second);
/* The finished chain, halved at each level: && and || are associative in CEL, errors
 * included, and so a chain of thousands stays shallow. A node that is no chain is
 * returned as it is. */
tn_expr *tn_ast_balance(tn_parse *p, tn_expr *chain);
/* A run of `!` or `-` before an operand; a minus before a number is part of it. `run`
 * holds a node without children for each sign. */
tn_expr *tn_ast_signs(tn_parse *p, tn_expr_list run, tn_expr *operand);
/* The run with one more sign, NOT or NEGATE. */
tn_expr_list tn_ast_sign(tn_parse *p, tn_expr_list run, tn_expr_kind kind, tn_span at);
/* Marks an element of a list as optional. */
tn_expr *tn_ast_optional(tn_expr *element);
/* Says that the expression stands in parentheses. */
tn_expr *tn_ast_in_parens(tn_expr *inner, tn_span at);
/* A name or a call without receiver; CEL's reserved words are refused. */
tn_expr *tn_ast_root(tn_parse *p, const tn_expr *parts);
/* Numbers; one that does not fit is reported. */
tn_expr *tn_ast_int(tn_parse *p, tn_text digits);
tn_expr *tn_ast_uint(tn_parse *p, tn_text digits);
tn_expr *tn_ast_double(tn_parse *p, tn_text digits);
/* 9223372036854775808, which is a number only behind a minus: refused, or the least
 * integer. */
tn_expr *tn_ast_int_min(tn_parse *p, tn_text digits, tn_expr_list minuses);
tn_expr *tn_ast_string(tn_parse *p, tn_expr_kind kind, tn_text text);

/* `size` zeroed bytes of the arena; NULL, and the status NOMEM, when there are none. */
void *tn_parse_take(tn_parse *p, size_t size);
/* Ends the parse with LIMIT and a diagnostic. */
void tn_parse_too_deep(tn_parse *p, tn_span at);

#endif

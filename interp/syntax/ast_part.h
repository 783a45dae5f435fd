/* ast_part: the small nodes of the tree, and expressions. Types only; see ast.h.
 * Owns: nodes and texts lie in the arena of the parse. Threads: read freely. */
#ifndef TN_SYNTAX_AST_PART_H
#define TN_SYNTAX_AST_PART_H

#include "interp/base/diag.h"

/* A string literal, decoded; data is NULL where an optional one is absent. */
typedef struct tn_text {
    tn_str text;
    tn_span at;
} tn_text;

/* One name; `quoted` when written in back quotes. */
typedef struct tn_name {
    tn_str text;
    tn_span at;
    bool quoted;
} tn_name;

/* A dotted name. `text` is joined by dots without blanks; `last` is its last part. */
typedef struct tn_path {
    tn_str text;
    tn_name last;
    uint32_t part_count;
    tn_span at;
    struct tn_path *next;
} tn_path;

typedef enum tn_unit {
    TN_UNIT_SECOND,
    TN_UNIT_MINUTE,
    TN_UNIT_HOUR,
    TN_UNIT_DAY,
    TN_UNIT_WEEK,
    TN_UNIT_MONTH,
    TN_UNIT_QUARTER,
    TN_UNIT_YEAR
} tn_unit;

/* One term of a period: "30 days", or the name of a period that is declared. The
 * checker sums the terms and refuses what makes no sense (0, quarters, overflow).
 * `count_fits` is false where the number exceeds 64 bits. */
typedef struct tn_term {
    tn_path *named; /* NULL: in numbers */
    uint64_t count;
    bool count_fits;
    tn_unit unit;
    tn_span at;
    struct tn_term *next;
} tn_term;

/* A type as written: `name`, or `name<params>`; "event" is a name here too. */
typedef struct tn_type_name {
    tn_name name;
    struct tn_type_name *params;
    uint32_t depth; /* 1 without parameters: bounded by the parser */
    tn_span at;
    struct tn_type_name *next;
} tn_type_name;

/* @tag, or @tag("text", word "text", ...). An argument without a word has
 * word.text.data NULL. */
typedef struct tn_mark_arg {
    tn_name word;
    tn_text value;
    struct tn_mark_arg *next;
} tn_mark_arg;

typedef struct tn_mark {
    tn_name name;
    tn_mark_arg *args;
    tn_span at;
    struct tn_mark *next;
} tn_mark;

/* --- expressions: CEL (cel-spec, langdef "Syntax"), macros not yet expanded */

typedef enum tn_expr_kind {
    TN_EXPR_NULL,
    TN_EXPR_BOOL,
    TN_EXPR_INT,
    TN_EXPR_UINT,
    TN_EXPR_DOUBLE,
    TN_EXPR_STRING,
    TN_EXPR_BYTES,
    TN_EXPR_NAME,        /* name, or .name (rooted) */
    TN_EXPR_SELECT,      /* first.name, first.?name (optional) */
    TN_EXPR_INDEX,       /* first[second], first[?second] (optional) */
    TN_EXPR_CALL,        /* name(args), .name(args) (rooted); first.name(args) */
    TN_EXPR_LIST,        /* [items] */
    TN_EXPR_MAP,         /* {items}: each item's first is the key, second the value */
    TN_EXPR_ENTRY,       /* an item of a map */
    TN_EXPR_NOT,         /* !first; a run of ! is nested nodes */
    TN_EXPR_NEGATE,      /* -first */
    TN_EXPR_BINARY,      /* first op second */
    TN_EXPR_CONDITIONAL, /* first ? second : third */
    TN_EXPR_ERROR        /* stands where an expression could not be read */
} tn_expr_kind;

typedef enum tn_operator {
    TN_OP_OR,
    TN_OP_AND,
    TN_OP_LESS,
    TN_OP_LESS_EQUAL,
    TN_OP_GREATER,
    TN_OP_GREATER_EQUAL,
    TN_OP_EQUAL,
    TN_OP_NOT_EQUAL,
    TN_OP_IN,
    TN_OP_ADD,
    TN_OP_SUBTRACT,
    TN_OP_MULTIPLY,
    TN_OP_DIVIDE,
    TN_OP_MODULO
} tn_operator;

typedef struct tn_expr {
    tn_expr_kind kind;
    tn_operator op;     /* BINARY */
    bool optional;      /* SELECT, INDEX written with ?; ENTRY marked with ? */
    bool optional_item; /* an item of LIST (of whatever kind) or ENTRY marked with ? */
    bool rooted;        /* NAME, CALL */
    bool in_parens; /* written inside ( ): the place for messages, not for meaning */
    uint32_t depth; /* of the tree below, 1 for a leaf: bounded by the parser */
    tn_span at;
    tn_span op_at; /* the operator, the name after a dot, the '['; a literal's own
                      token, without a sign that is folded in */
    union {
        bool boolean;
        int64_t
            integer; /* INT: the sign is folded in where it belongs to the literal */
        uint64_t unsigned_integer;
        double real;
        tn_str text;  /* STRING, BYTES: decoded */
        tn_name name; /* NAME, SELECT, CALL */
    } as;
    struct tn_expr *first;
    struct tn_expr *second;
    struct tn_expr *third;
    struct tn_expr *args; /* CALL: arguments; LIST, MAP: items */
    uint32_t arg_count;
    struct tn_expr *next;
} tn_expr;

#endif

/* ast: the tree of one source file, as written. Types only.
 *
 * parser.y builds it through ast_build.h; fmt prints it; the checker reads it and never
 * changes it. Nothing here is resolved: a path is a path, a period a list of terms.
 * Lists are chains by `next`, in the order written. Every node carries the bytes it was
 * read from.
 *
 * Owns: all nodes and texts lie in the arena of the parse. Threads: read freely. */
#ifndef TN_SYNTAX_AST_H
#define TN_SYNTAX_AST_H

#include "interp/base/diag.h"

/* --- small parts */

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

/* One term of a period, "30 days". The checker sums the terms and refuses what makes no
 * sense (0, quarters, overflow). `count_fits` is false where the number exceeds 64
 * bits. */
typedef struct tn_term {
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

/* --- clauses */

/* A point in time: a path, or latest/earliest of several. */
typedef enum tn_point_kind {
    TN_POINT_PATH,
    TN_POINT_LATEST,
    TN_POINT_EARLIEST
} tn_point_kind;

typedef struct tn_point {
    tn_point_kind kind;
    tn_path *path;            /* PATH */
    struct tn_point *members; /* LATEST, EARLIEST */
    tn_span at;
    struct tn_point *next;
} tn_point;

/* [end of [sunday] unit of] point */
typedef struct tn_anchor {
    bool has_end_of;
    bool sunday; /* weeks that start on Sunday */
    tn_unit unit;
    tn_span unit_at;
    tn_point *point;
    tn_span at;
} tn_anchor;

/* delete [immediately] [after D] [within W] */
typedef struct tn_timing {
    bool stated; /* a `then delete`, or the delete of `on`, was written */
    bool immediately;
    tn_term *after;
    tn_term *within;
    tn_span at;
} tn_timing;

typedef enum tn_tail_kind {
    TN_TAIL_WHEN,
    TN_TAIL_UNLESS,
    TN_TAIL_BECAUSE
} tn_tail_kind;

typedef struct tn_tail {
    tn_tail_kind kind;
    tn_expr *guard; /* WHEN, UNLESS */
    tn_text why;    /* BECAUSE */
    tn_span at;
    struct tn_tail *next;
} tn_tail;

typedef enum tn_item_kind {
    TN_ITEM_FIELDS,              /* fields [strict] { ... } */
    TN_ITEM_PURPOSE,             /* purpose P, Q */
    TN_ITEM_BASIS,               /* basis B, or basis as specified in M */
    TN_ITEM_STORED,              /* stored in S as ROLE, ... */
    TN_ITEM_OVERRIDES,           /* overrides retention because "..." */
    TN_ITEM_RETAIN_PERIOD,       /* retain P from A [then delete ...] */
    TN_ITEM_RETAIN_UNTIL,        /* retain until E [then delete ...] */
    TN_ITEM_RETAIN_INDEFINITELY, /* retain indefinitely */
    TN_ITEM_DUTY_PERIOD,         /* retain at least P from A */
    TN_ITEM_DUTY_UNTIL,          /* retain at least until E */
    TN_ITEM_LIMIT,               /* retain at most P from A */
    TN_ITEM_ON,                  /* on E delete ... */
    TN_ITEM_REDACT,              /* redact F, G [to EXPR] after P from A */
    TN_ITEM_FLAG,                /* flag when C */
    TN_ITEM_HOLD                 /* hold when C */
} tn_item_kind;

typedef struct tn_field {
    tn_name name;
    tn_type_name *type;
    tn_mark *marks;
    tn_text label;
    tn_str doc;
    tn_span at;
    struct tn_field *next;
} tn_field;

typedef struct tn_role {
    tn_name name; /* primary, backup, temporary: the checker knows which there are */
    struct tn_role *next;
} tn_role;

/* S as ROLE [and ROLE] [for at most P] */
typedef struct tn_placement {
    tn_path *store;
    tn_role *roles;
    tn_term *at_most;
    tn_span at;
    struct tn_placement *next;
} tn_placement;

/* One entry in a category's braces. Which members count is said by `kind`. */
typedef struct tn_item {
    tn_item_kind kind;
    tn_span at;      /* the whole clause, with its tail */
    tn_span word_at; /* its first word or words */
    tn_str doc;      /* the /// comment before it; may be empty */

    bool strict;              /* FIELDS */
    tn_field *fields;         /* FIELDS */
    tn_path *paths;           /* PURPOSE; BASIS; REDACT: the fields */
    tn_path *specified_in;    /* BASIS as specified in */
    tn_placement *placements; /* STORED */

    tn_term *period;   /* RETAIN_PERIOD, DUTY_PERIOD, LIMIT, REDACT */
    tn_anchor *anchor; /* the same */
    tn_path *event;    /* RETAIN_UNTIL, DUTY_UNTIL, ON */
    tn_timing timing;  /* RETAIN_PERIOD, RETAIN_UNTIL, ON */
    tn_expr *to;       /* REDACT, or NULL */
    tn_tail *tail;     /* when, unless, because; for OVERRIDES the because */
    struct tn_item *next;
} tn_item;

/* --- deployments and tests */

/* NAME = EXPR [as ENCODING | as local "Area/City"] [absent VALUE] */
typedef struct tn_mapping {
    tn_name name; /* "hold", an event, an attribute, a field */
    tn_expr *value;
    tn_name encoding; /* text.data NULL: none; "local" with zone */
    tn_text zone;
    tn_expr *absent; /* a string or integer literal, or NULL */
    tn_span at;
    struct tn_mapping *next;
} tn_mapping;

/* STORE-OF-THE-POLICY as ROLES to STORE KIND "NAME" [where (C)] [{ maps }], or
 * ... unmanaged "what" expires P */
typedef struct tn_target {
    tn_path *placement;
    tn_role *roles;
    bool unmanaged;
    tn_name store;  /* a store of the deployment */
    tn_name noun;   /* table, index, topic: the store's own word */
    tn_text object; /* its name there; for unmanaged: what the copy is */
    tn_expr *where;
    bool has_maps;
    tn_mapping *maps;
    tn_term *expires; /* unmanaged */
    tn_span at;
    struct tn_target *next;
} tn_target;

typedef enum tn_test_item_kind {
    TN_TEST_AT,     /* at "T" */
    TN_TEST_RECORD, /* record C = {...} */
    TN_TEST_FACT,   /* ENTITY = {...} */
    TN_TEST_EXPECT  /* expect VERDICT [because REASON] */
} tn_test_item_kind;

typedef struct tn_test_item {
    tn_test_item_kind kind;
    tn_text instant; /* AT */
    tn_path *path;   /* RECORD, FACT */
    tn_expr *value;  /* RECORD, FACT */
    tn_name verdict; /* EXPECT */
    tn_name reason;  /* EXPECT; text.data NULL: none stated */
    tn_span at;
    struct tn_test_item *next;
} tn_test_item;

/* --- declarations */

typedef enum tn_decl_kind {
    TN_DECL_EXTENDS,   /* extends M [digest "..."] */
    TN_DECL_SUBJECT,   /* subject to M [digest "..."] */
    TN_DECL_IMPORT,    /* import M, N */
    TN_DECL_UPDATED,   /* updated "..." */
    TN_DECL_ZONE,      /* zone "Area/City" */
    TN_DECL_EXTERNAL,  /* external "where" */
    TN_DECL_COUNT,     /* count whole days */
    TN_DECL_GRACE,     /* grace P */
    TN_DECL_DECLARE,   /* declare N "..." | declare N as specified in M */
    TN_DECL_PURPOSE,   /* purpose N "..." */
    TN_DECL_BASIS,     /* basis N "..." [under M.B] */
    TN_DECL_ENTITY,    /* entity N ["..."] { ... } */
    TN_DECL_TABLE,     /* table N ["..."] by KEY { ... } */
    TN_DECL_CATEGORY,  /* category N ["..."] [of E, ...] [marks] { ... } */
    TN_DECL_EVERY,     /* every category { ... } */
    TN_DECL_CONDITION, /* condition N ["..."] on E [require C] */
    TN_DECL_TEST,      /* test "..." { ... } */
    TN_DECL_STORE,     /* store N = KIND "where" | env NAME */
    TN_DECL_FACTS,     /* entity E from STORE NOUN "NAME" key K { maps } */
    TN_DECL_BIND       /* bind C { targets } */
} tn_decl_kind;

typedef struct tn_entity_item {
    bool is_event; /* else an attribute */
    tn_name name;
    tn_type_name *type; /* attributes */
    tn_text label;
    tn_mark *marks;
    tn_str doc;
    tn_span at;
    struct tn_entity_item *next;
} tn_entity_item;

/* "KEY" : value, or default value (key.text.data NULL). */
typedef struct tn_row {
    tn_text key;
    tn_expr *value;
    tn_span at;
    struct tn_row *next;
} tn_row;

/* an entity a category is of */
typedef struct tn_of {
    tn_path *entity;
    bool optional;
    struct tn_of *next;
} tn_of;

/* One declaration. Which members count is said by `kind`. */
typedef struct tn_decl {
    tn_decl_kind kind;
    tn_span at;
    tn_span word_at; /* its first word or words */
    tn_str doc;      /* the /// comment before it; may be empty */

    tn_name name;   /* what is declared */
    tn_text text;   /* its title or text; UPDATED, ZONE, EXTERNAL, TEST */
    tn_path *paths; /* EXTENDS, SUBJECT, IMPORT; CONDITION: the entity; FACTS, BIND */
    tn_text digest; /* EXTENDS, SUBJECT */
    tn_path *reference; /* DECLARE: specified in; BASIS: under */
    tn_term *period;    /* GRACE */
    tn_unit unit;       /* COUNT: only days have a meaning */

    tn_entity_item *entity_items; /* ENTITY */
    tn_name by;                   /* TABLE */
    tn_row *rows;                 /* TABLE */
    tn_of *of;                    /* CATEGORY */
    tn_mark *marks;               /* CATEGORY */
    tn_item *items;               /* CATEGORY, EVERY */
    tn_expr *require;             /* CONDITION, or NULL */
    tn_test_item *test_items;     /* TEST */

    tn_name store_kind; /* STORE: sqlite, ...; FACTS: the store's name */
    tn_name env;        /* STORE: env NAME (then text is absent) */
    tn_name noun;       /* FACTS: table, ... */
    tn_text object;     /* FACTS: its name */
    tn_name key;        /* FACTS */
    tn_mapping *maps;   /* FACTS */
    tn_target *targets; /* BIND */
    struct tn_decl *next;
} tn_decl;

/* A comment, for fmt: where it stands, and whether text stands before it on its line.
 */
typedef struct tn_comment {
    tn_span at;    /* from the // to the end of the line, without the line feed */
    bool is_doc;   /* /// */
    bool trailing; /* text stands before it on its line */
} tn_comment;

typedef struct tn_file {
    uint32_t source; /* number of its text in tn_sources */
    bool is_deployment;
    tn_path *name;
    tn_text title;
    tn_path *of; /* a deployment's modules */
    tn_str doc;
    tn_decl *decls;
    tn_comment *comments; /* in order */
    size_t comment_count;
    tn_span at;
} tn_file;

#endif

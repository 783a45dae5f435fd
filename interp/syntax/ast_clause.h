/* ast_clause: what stands in the braces of a category. Types only; see ast.h.
 * Owns: nodes and texts lie in the arena of the parse. Threads: read freely. */
#ifndef TN_SYNTAX_AST_CLAUSE_H
#define TN_SYNTAX_AST_CLAUSE_H

#include "interp/syntax/ast_part.h"

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

#endif

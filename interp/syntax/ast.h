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

#include "interp/syntax/ast_clause.h"

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
    TN_DECL_PERIOD,    /* period N ["..."] = P */
    TN_DECL_ENTITY,    /* entity N ["..."] { ... } */
    TN_DECL_TABLE,     /* table N ["..."] by KEY { ... } */
    TN_DECL_CATEGORY,  /* category N ["..."] [of E, ...] [marks] { ... } */
    TN_DECL_EVERY,     /* every category { ... } */
    TN_DECL_CONDITION, /* condition N ["..."] on E [require C] */
    TN_DECL_TEST,      /* test "..." { ... } */
    TN_DECL_STORE,     /* store N = KIND ("where" | env NAME | read env NAME write env
                          NAME) [feeds M, N] */
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

    tn_name name;       /* what is declared */
    tn_text text;       /* its title or text; UPDATED, ZONE, EXTERNAL, TEST */
    tn_path *paths;     /* EXTENDS, SUBJECT, IMPORT; CONDITION: the entity; FACTS, BIND;
     STORE: what it feeds */
    tn_text digest;     /* EXTENDS, SUBJECT */
    tn_path *reference; /* DECLARE: specified in; BASIS: under */
    tn_term *period;    /* GRACE, PERIOD */
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
    tn_name read_word;  /* STORE: read env NAME write env NAME; `read`, to be checked */
    tn_name write_word;
    tn_name write_env;
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
    bool is_doc;   /* ///, but not //// */
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
    bool lost_head; /* errors outside of braces, or too many: an import may be lost */
    tn_span at;
} tn_file;

#endif

/* checker: what the passes of one check share. Internal to this room.
 *
 * The model is what leaves the room; here is what is needed on the way to it: the files
 * as loaded, the scope of each module, the names, and the blocks in which modules speak
 * of categories.
 *
 * Owns: names and scratch, on the heap, until tn_checker_end; all else lies in the
 * arena of the check. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_CHECKER_H
#define TN_CHECK_CHECKER_H

#include "interp/base/map.h"
#include "interp/check/check.h"
#include "interp/check/model_rows.h"

typedef TN_ARRAY(uint32_t) tn_numbers;

/* Of what is compared one by one, more than anyone writes: members of an anchor,
 * entities and placements of a category, facts of a test. */
enum { TN_CHECK_FEW = 64 };

/* --- files */

/* extends M, subject to M, import M; for a deployment: of M. */
typedef enum tn_reference_kind {
    TN_REFERENCE_EXTENDS,
    TN_REFERENCE_SUBJECT,
    TN_REFERENCE_IMPORT,
    TN_REFERENCE_OF
} tn_reference_kind;

typedef struct tn_reference {
    tn_reference_kind kind;
    const tn_path *path;
    tn_text digest;  /* data NULL: none */
    uint32_t loaded; /* of tn_checker.loaded; TN_NONE: not found, or part of a circle */
} tn_reference;

typedef struct tn_loaded {
    const tn_file *file;
    bool from_std;
    bool broken;     /* its text has errors: what is missing from it is not news */
    uint32_t module; /* of the model; TN_NONE: a deployment, or named twice */
    TN_ARRAY(tn_reference) references;
} tn_loaded;

/* --- scopes and names */

/* What names can be seen from a module or a deployment. */
typedef struct tn_scope {
    uint32_t module;    /* TN_NONE: a deployment */
    uint32_t own_count; /* of `visible`, first: the module itself, then its parents; or
                          the modules that a deployment is of */
    tn_numbers visible; /* modules whose names are seen by simple name */
    tn_numbers named;   /* modules whose names are seen by full name */
    tn_numbers standards; /* that prevail over it: its own, its parents', theirs
                           */
    bool file_broken;     /* its own text has errors */
    bool incomplete; /* that, or something it names could not be read: unknown names are
                        no news */
    bool
        unread; /* something it names could not be read: any name may come from there */
    bool is_standard; /* another is subject to it, or it speaks of every category */
    uint32_t every;   /* of blocks: its `every category`; TN_NONE: none */
    tn_range drafts;  /* its categories, inherited ones included */
} tn_scope;

typedef enum tn_symbol_kind {
    TN_SYMBOL_PURPOSE,
    TN_SYMBOL_BASIS,
    TN_SYMBOL_PERIOD,
    TN_SYMBOL_ENTITY,
    TN_SYMBOL_FACT, /* its name: that of the entity, a dot, its own */
    TN_SYMBOL_TABLE,
    TN_SYMBOL_CONDITION,
    TN_SYMBOL_SECTION,
    TN_SYMBOL_CATEGORY, /* its row is that of a draft */
    TN_SYMBOL_KIND_COUNT
} tn_symbol_kind;

typedef struct tn_symbol {
    tn_symbol_kind kind;
    uint32_t module;
    uint32_t row; /* of the model's array of that kind */
    tn_str full;
    tn_span at;
} tn_symbol;

/* --- categories on the way */

/* What a clause says that does not depend on the category it is applied to. */
typedef struct tn_parts {
    const tn_item *item;
    bool broken; /* an error in it has been reported */
    tn_period period;
    tn_period delay;
    tn_period window;
    bool window_stated;
    const tn_expr *guard; /* NULL: none */
    bool negated;
    tn_str why;
    uint32_t listed; /* 1 + the draft that merge has listed it for last */
} tn_parts;

/* What an item is to the merge of categories. */
bool tn_item_is_form(tn_item_kind kind);
/* A retain form, a duty, a limit or an `on`: the aspect `retention`. */
bool tn_item_is_retention(tn_item_kind kind);
/* Anything that takes part in a verdict. */
bool tn_item_is_clause(tn_item_kind kind);

/* What one module says of one category, or of every category. */
typedef struct tn_block {
    uint32_t module;
    const tn_decl *decl;
    tn_parts *parts; /* one for each item */
    uint32_t part_count;
    const tn_item *fields; /* NULL: it does not speak of them */
    const tn_item *purpose;
    const tn_item *basis;
    const tn_item *stored;
    const tn_item *overrides;
    const tn_item *retention; /* the first of its retention clauses */
    bool has_form;            /* retain P, retain until, retain indefinitely */
    bool personal;            /* @personal or @special */
    bool special;
} tn_block;

/* A category as merged: for each aspect the block that speaks for it. */
typedef struct tn_draft {
    tn_str name; /* full */
    tn_str simple;
    uint32_t module;
    uint32_t own;                     /* of blocks; TN_NONE: inherited whole */
    uint32_t origin[TN_ASPECT_COUNT]; /* of blocks; TN_NONE: nobody speaks of it */
    tn_numbers layers;                /* of blocks: module, parents */
    tn_numbers parents;               /* of drafts */
    uint32_t category;                /* of the model; TN_NONE: not decided */
} tn_draft;

/* That the policy needs an event or attribute of an entity. */
typedef struct tn_use {
    uint32_t fact;     /* of the model */
    uint32_t category; /* whose clauses read it; TN_NONE: a condition's */
    uint32_t module;   /* where that is written */
    tn_span at;
} tn_use;

typedef struct tn_checker {
    const tn_check_input *input;
    tn_sources *sources;
    tn_arena *arena;
    tn_diags *diags;
    tn_model *model;

    TN_ARRAY(tn_loaded) loaded;
    TN_ARRAY(tn_str) roots;
    tn_map files;      /* "device:inode" of what has been read */
    tn_map root_names; /* of roots */
    tn_map modules;    /* name of a module: of loaded */
    tn_map deployments;

    TN_ARRAY(tn_scope) scopes; /* one for each module of the model */
    TN_ARRAY(tn_symbol) symbols;
    tn_map names; /* kind and full name: of symbols */
    tn_map zones; /* name: of the model's zones */
    TN_ARRAY(tn_block) blocks;
    TN_ARRAY(tn_draft) drafts;
    TN_ARRAY(tn_use) uses;

    tn_buf scratch;            /* for a name to be looked up */
    uint32_t logic_left;       /* steps of reasoning about conditions */
    unsigned suggestions_left; /* nearest names cost: hostile input must not */
} tn_checker;

#define TN_CHECKER_ARRAYS(X)                                                           \
    X(loaded, loaded, tn_loaded)                                                       \
    X(root, roots, tn_str)                                                             \
    X(scope, scopes, tn_scope)                                                         \
    X(symbol, symbols, tn_symbol)                                                      \
    X(block, blocks, tn_block)                                                         \
    X(draft, drafts, tn_draft)                                                         \
    X(use, uses, tn_use)

#define X(one, many, type)                                                             \
    TN_MUST_USE tn_status tn_checker_add_##one(tn_checker *ck, const type *row,        \
                                               uint32_t *number);
TN_CHECKER_ARRAYS(X)
#undef X

void tn_checker_start(tn_checker *ck, const tn_check_input *input,
                      const tn_check_into *into, tn_model *model);
void tn_checker_end(tn_checker *ck);

/* Is the text of a module elsewhere, its own or that of a parent? Then whatever is
 * deferred to it may well be there. */
bool tn_scope_is_external(const tn_checker *ck, uint32_t module);

/* May another nearest name be looked for? The time that takes must not be in a hostile
 * text's hands. */
bool tn_checker_may_suggest(tn_checker *ck);

/* Reports one more than a few; true if it is. `count` are there already. */
bool tn_checker_too_many(tn_checker *ck, uint32_t count, tn_span at, const char *what);

/* A text in the arena, joined of two with a character between; data NULL: no memory. */
tn_str tn_checker_join(tn_checker *ck, tn_str first, char between, tn_str second);

TN_MUST_USE tn_status tn_numbers_add(tn_checker *ck, tn_numbers *list, uint32_t number);
bool tn_numbers_has(const tn_numbers *list, uint32_t number);
/* Adds it unless it is there. */
TN_MUST_USE tn_status tn_numbers_include(tn_checker *ck, tn_numbers *list,
                                         uint32_t number);

#endif

/* model: a checked policy. Types only.
 *
 * What the source says, with every name resolved, every inheritance merged, every
 * period summed and every condition compiled: what doc, diff and say read, and what
 * compile writes into an image. Lists are arrays, references are indexes into the
 * model's arrays (TN_NONE: none).
 *
 * Owns: all in the arena of the check; views the sources' text. Threads: read freely.
 */
#ifndef TN_CHECK_MODEL_H
#define TN_CHECK_MODEL_H

#include "interp/calendar/period.h"
#include "interp/calendar/reckon.h"
#include "interp/calendar/zone_load.h"
#include "interp/cel/code.h"
#include "interp/cel/type.h"
#include "interp/check/model_deployment.h"
#include "interp/image/terms.h"
#include "interp/syntax/ast.h"
#include "interp/syntax/source.h"

/* --- vocabulary */

typedef struct tn_module {
    tn_str name;
    tn_str title;
    tn_str doc;
    tn_str external; /* where the document is; data NULL unless marked external */
    tn_str updated;
    uint32_t zone; /* of tn_model.zones; 0 is UTC */
    bool whole_days;
    tn_period grace;
    tn_range parents;         /* of references: extends */
    tn_range standards;       /* of references: subject to */
    tn_range imports;         /* of references */
    tn_range sections;        /* of tn_model.sections */
    bool from_std;            /* embedded in the program */
    unsigned char digest[32]; /* BLAKE2b-256 of its text */
    const tn_file *file;
    tn_span at;
} tn_module;

/* declare N "..." or declare N as specified in M */
typedef struct tn_section {
    tn_str name;
    tn_str text; /* data NULL: as specified in `module` */
    uint32_t specified_in;
    uint32_t module;
    tn_span at;
} tn_section;

typedef struct tn_purpose {
    tn_str name; /* full */
    tn_str text;
    uint32_t module;
    tn_span at;
} tn_purpose;

typedef struct tn_basis {
    tn_str name; /* full */
    tn_str text;
    uint32_t under; /* of bases */
    uint32_t module;
    tn_span at;
} tn_basis;

/* period N "..." = P */
typedef struct tn_named_period {
    tn_str name; /* full */
    tn_str text; /* the citation: the reason of a clause that states no other */
    tn_str doc;
    tn_period period;
    uint32_t module;
    tn_span at;
} tn_named_period;

/* What is implausible, and how far ahead of now a timestamp may lie (section 2, "Zero
 * is not a date"). Events have no future. */
typedef struct tn_plausible {
    tn_instant earliest;   /* 1971-01-01Z unless @plausible says otherwise */
    int64_t ahead_seconds; /* 24 h unless @plausible says otherwise */
} tn_plausible;

/* An event or attribute of an entity. */
typedef struct tn_fact {
    tn_str name; /* simple */
    tn_str label;
    bool is_event;
    tn_field_type field_type; /* as declared; events: EVENT */
    const tn_type *type;      /* as conditions see it; events: timestamp */
    tn_plausible plausible;
    tn_span at;
} tn_fact;

typedef struct tn_entity {
    tn_str name; /* full */
    tn_str title;
    tn_range facts; /* of tn_model.facts, events first */
    uint32_t module;
    tn_span at;
} tn_entity;

/* table N by KEY { ... }: constant values, indexed from conditions */
typedef struct tn_model_table {
    tn_str name; /* full */
    tn_str title;
    tn_str by;                 /* what the key is */
    uint32_t code_table;       /* of the code */
    const tn_type *type;       /* of the map */
    const tn_value *map;       /* in the arena of the code's builder */
    const tn_value *otherwise; /* the default; NULL: none */
    uint32_t module;
    tn_span at;
} tn_model_table;

/* condition N on E [require C] */
typedef struct tn_condition {
    tn_str name; /* full */
    tn_str title;
    uint32_t entity;
    uint32_t
        require; /* expr of the code over the entity's facts as slots; TN_NONE: none */
    uint32_t module;
    tn_span at;
    const tn_decl *decl;
} tn_condition;

/* --- categories */

typedef struct tn_model_field {
    tn_str name;
    tn_str label;
    tn_field_type type;
    const tn_type *cel_type;
    bool is_created;
    bool is_key;   /* @key */
    bool personal; /* @personal or @special, on the field itself */
    bool special;
    tn_str data_type;    /* of std.dpv, "email_address"; may be empty */
    tn_str data_type_at; /* its IRI */
    tn_plausible plausible;
    uint32_t module;
    tn_span at;
} tn_model_field;

/* A slot is a number under which decide finds a value of one record: the category's
 * fields first, in order, then for each entity in `of`, in order, its facts. */
typedef struct tn_slot {
    tn_slot_kind kind;
    uint32_t of;    /* FACT: which of the category's entities, from 0 */
    uint32_t index; /* FIELD: of fields; FACT: of facts (both of the model's arrays) */
} tn_slot;

typedef struct tn_model_anchor {
    tn_rounding rounding;
    tn_anchor_op op;
    tn_range
        members; /* of tn_model.anchor_slots: slot numbers; a nested latest/earliest of
                    the same kind is flattened, of the other kind refused */
    tn_span at;
} tn_model_anchor;

typedef struct tn_clause {
    tn_clause_kind kind;
    uint32_t module;     /* where it is written: its zone, whole days and grace hold */
    uint32_t anchor;     /* of anchors: PERIOD kinds, LIMITs, REDACT */
    uint32_t event_slot; /* UNTIL kinds, ON */
    tn_period
        period; /* PERIOD kinds, LIMITs, REDACT; UNTIL and ON: the delay after E */
    tn_period window; /* within W, else the module's grace */
    bool window_stated;
    uint32_t guard; /* expr of the code over the category's slots; TN_NONE: always */
    bool negated;   /* unless */
    tn_str why;     /* because; may be empty */
    tn_range redact_fields; /* of tn_model.redact_slots */
    uint32_t redact_to;     /* expr of the code; TN_NONE: null */
    uint32_t placement;     /* PLACEMENT_LIMIT: of placements */
    uint32_t form; /* PLACEMENT_LIMIT without @created: takes part with this retain form
                      (of clauses); TN_NONE: always */
    tn_span at;
    const tn_item *item; /* as written; NULL for a placement's limit */
} tn_clause;

typedef struct tn_model_placement {
    tn_str store;      /* the policy's word for it */
    uint32_t roles;    /* TN_ROLE_ bits */
    tn_period at_most; /* zero: none stated */
    uint32_t module;
    tn_span at;
} tn_model_placement;

typedef struct tn_category_entity {
    uint32_t entity;
    bool optional;
} tn_category_entity;

/* One aspect of a category that replaces its parent's. */
typedef struct tn_override {
    uint32_t category;
    tn_aspect aspect;
    uint32_t module;      /* that prevails */
    uint32_t over_module; /* whose is replaced */
    tn_span at;
    tn_span over_at;
    tn_str why;
} tn_override;

typedef struct tn_category {
    tn_str name; /* full: module.name */
    tn_str title;
    tn_str doc;
    uint32_t module;
    bool personal;         /* @personal or @special, on it or on a field of it */
    bool special;          /* @special: GDPR Art. 9 */
    bool strict;           /* fields strict */
    tn_range of;           /* of category_entities */
    tn_range fields;       /* of fields */
    tn_range slots;        /* of slots */
    uint32_t created_slot; /* the field tagged @created; TN_NONE: none */
    tn_range purposes;     /* of purpose_refs: purposes */
    tn_range bases; /* of basis_refs; empty: as specified in `basis_specified_in`, or
                       none */
    uint32_t basis_specified_in; /* of modules */
    tn_range placements;         /* of placements */
    tn_range clauses; /* of clauses: as written: module, parents, standards */
    uint32_t origin[TN_ASPECT_COUNT]; /* module each aspect comes from; TN_NONE: none */
    tn_span at;
    const tn_decl *decl;
} tn_category;

/* --- tests */

typedef struct tn_test_fact {
    uint32_t entity;
    uint32_t
        value; /* expr of the code: a map from name to value, or null: no such row */
    tn_span at;
} tn_test_fact;

/* One record of a test with what is expected of it. */
typedef struct tn_test {
    tn_str title;
    uint32_t module;
    tn_instant at_instant;
    uint32_t category;
    uint32_t record; /* expr of the code: a map from field to value */
    tn_range facts;  /* of test_facts */
    tn_str verdict;  /* keep, delete, flag */
    tn_str reason;   /* data NULL: any */
    tn_span at;
    tn_span expect_at;
} tn_test;

/* One array of the model. */
#define TN_ARRAY(type)                                                                 \
    struct {                                                                           \
        type *rows;                                                                    \
        uint32_t count;                                                                \
        uint32_t capacity;                                                             \
    }

typedef struct tn_model {
    tn_arena *arena;               /* borrowed */
    const tn_sources *sources;     /* borrowed */
    tn_str tzdata_version;         /* of the zones; empty when UTC alone is used */
    TN_ARRAY(tn_zone) zones;       /* row 0 is UTC */
    TN_ARRAY(tn_module) modules;   /* parents and imports before those that name them */
    TN_ARRAY(uint32_t) references; /* module numbers */
    TN_ARRAY(tn_section) sections;
    TN_ARRAY(tn_purpose) purposes;
    TN_ARRAY(tn_basis) bases;
    TN_ARRAY(tn_named_period) periods;
    TN_ARRAY(tn_entity) entities;
    TN_ARRAY(tn_fact) facts;
    TN_ARRAY(tn_model_table) tables;
    TN_ARRAY(tn_condition) conditions;
    TN_ARRAY(tn_category)
    categories; /* decided ones; those of external parents included */
    TN_ARRAY(tn_category_entity) category_entities;
    TN_ARRAY(tn_model_field) fields;
    TN_ARRAY(tn_slot) slots;
    TN_ARRAY(uint32_t) purpose_refs;
    TN_ARRAY(uint32_t) basis_refs;
    TN_ARRAY(tn_model_placement) placements;
    TN_ARRAY(tn_clause) clauses;
    TN_ARRAY(tn_model_anchor) anchors;
    TN_ARRAY(uint32_t) anchor_slots;
    TN_ARRAY(uint32_t) redact_slots;
    TN_ARRAY(tn_override) overrides;
    TN_ARRAY(tn_test) tests;
    TN_ARRAY(tn_test_fact) test_facts;
    tn_deployment deployment;
    TN_ARRAY(tn_store_decl) stores;
    TN_ARRAY(tn_feed) feeds; /* in no circle */
    TN_ARRAY(tn_data_source) data_sources;
    TN_ARRAY(tn_str) columns;
    TN_ARRAY(tn_column_map) column_maps;
    TN_ARRAY(tn_fact_source) fact_sources;
    TN_ARRAY(tn_binding) bindings;
    tn_cel_builder *code; /* conditions, tables, mappings, test values; borrowed */
} tn_model;

#endif

/* code: expressions as flat, position-independent arrays.
 *
 * The arrays are sections of the image file: fixed-width, little-endian, 8-byte
 * aligned. Anything may stand in them until tn_cel_verify has proven them (verify.h).
 *
 *   nodes    8 bytes  op, aux, arg; postfix, what a node means is
 *                     in nodes.def
 *   places   8 bytes  the source bytes of each node, for messages; or none at all
 *   consts  16 bytes  constants; what is inside a list or map stands before it
 *   tables   8 bytes  constant look-ups with a default
 *   exprs   24 bytes  one row an expression
 *   strings           texts, by offset and length
 *
 * Structure instead of jumps: `and`, `or`, conditionals, optionals and loops are nodes
 * with the length of what they may skip, properly nested; only a loop goes back.
 *
 * Owns: the view owns nothing, the builder its buffers until tn_cel_builder_free.
 * Fails: NOMEM, remembered by the buffers. Threads: a view is read freely. */
#ifndef TN_CEL_CODE_H
#define TN_CEL_CODE_H

#include "interp/base/strings.h"
#include "interp/cel/type.h"

/* Every op; the rows are in nodes.def. */
typedef enum tn_cel_op {
#define TN_NODE(id, operand, pops, pushes, cost, help) TN_CEL_##id,
#include "interp/cel/nodes.def"
#undef TN_NODE
    TN_CEL_OP_COUNT
} tn_cel_op;

/* Limits, each checked before anything is allocated or evaluated. */
enum {
    TN_CEL_MAX_NESTING = 256, /* of structured nodes; twice what the parser lets pass */
    TN_CEL_MAX_STACK = 4096,  /* values of one expression */
    TN_CEL_MAX_LOCALS = 4095, /* macro variables of one expression */
    TN_CEL_MAX_CONST_DEPTH = 64,
    TN_CEL_MAX_PATTERN_BYTES = 4096 /* of a regular expression */
};

typedef struct tn_cel_node {
    uint8_t op; /* tn_cel_op */
    uint8_t zero;
    uint16_t aux;
    uint32_t arg;
} tn_cel_node;

typedef struct tn_cel_place {
    uint32_t start; /* bytes in the source `file` of the expression */
    uint32_t end;
} tn_cel_place;

/* Kinds of constants beyond those of values. */
enum {
    TN_CEL_CONST_REGEX = 0x80, /* a pattern; compiled when the code is loaded */
    TN_CEL_CONST_ZONE = 0x81   /* a time zone's name; found when the code is loaded */
};

/* kind        count            bits
 * BOOL                         0 or 1
 * INT, UINT                    the number, two's complement
 * DOUBLE                       IEEE 754
 * STRING, BYTES, REGEX, ZONE   bytes in `strings`; bits = offset
 * TIMESTAMP   nanoseconds      seconds
 * DURATION                     nanoseconds, two's complement
 * LIST        items            number of the first item; items are consecutive
 * MAP         pairs            number of the first key; key, value, key, value …
 * TYPE                         tn_type_kind
 * OPTIONAL    0 or 1           number of the value, where count is 1 */
typedef struct tn_cel_const {
    uint8_t kind;
    uint8_t depth; /* 0 for what holds nothing; else above that of all it holds */
    uint16_t zero;
    uint32_t count;
    uint64_t bits;
} tn_cel_const;

typedef struct tn_cel_table {
    uint32_t map;       /* number of a MAP constant */
    uint32_t otherwise; /* number of the default constant; TN_NONE: an error */
} tn_cel_table;

typedef struct tn_cel_expr {
    uint32_t first_node;
    uint32_t node_count;
    uint32_t max_stack;
    uint32_t slot_count; /* it reads slots below this */
    uint32_t file;       /* source number of its places; TN_NONE: unknown */
    uint16_t local_count;
    uint16_t loop_depth;
} tn_cel_expr;

typedef struct tn_cel_code {
    const tn_cel_node *nodes;
    const tn_cel_place *places; /* node_count of them, or NULL */
    const tn_cel_const *consts;
    const tn_cel_table *tables;
    const tn_cel_expr *exprs;
    const char *strings;
    uint32_t node_count;
    uint32_t const_count;
    uint32_t table_count;
    uint32_t expr_count;
    uint32_t strings_len;
} tn_cel_code;

/* Collects expressions into growing arrays. Equal constants are kept once. */
typedef struct tn_cel_builder {
    tn_arena arena; /* types and constant values that live as long as the builder */
    tn_strings *strings; /* borrowed: shared with the rest of the image */
    tn_buf nodes;
    tn_buf places;
    tn_buf consts;
    tn_buf tables;
    tn_buf exprs;
    tn_buf costs;          /* uint32_t, one an expression: its worst case, see cost.h */
    uint32_t *const_slots; /* open addressing over scalar constants */
    uint32_t const_slot_count;
    uint32_t scalar_count;
    uint64_t pattern_states; /* of all patterns, see regex.h */
} tn_cel_builder;

void tn_cel_builder_init(tn_cel_builder *builder, tn_strings *strings,
                         const tn_allocator *memory);
void tn_cel_builder_free(tn_cel_builder *builder);

/* What has been built; borrowed until the next change. */
tn_cel_code tn_cel_builder_view(const tn_cel_builder *builder);

/* NOMEM if any buffer, or the string pool, ran out. */
TN_MUST_USE tn_status tn_cel_builder_status(const tn_cel_builder *builder);

/* The number of a constant with this value. DATE becomes its midnight in UTC. */
uint32_t tn_cel_builder_const(tn_cel_builder *builder, const tn_value *value);
/* The same for a text of kind TN_CEL_CONST_REGEX or _ZONE. */
uint32_t tn_cel_builder_text(tn_cel_builder *builder, uint8_t kind, tn_str text);

/* Adds a table: `map` is a MAP, `otherwise` its default or NULL. Its number. */
uint32_t tn_cel_builder_table(tn_cel_builder *builder, const tn_value *map,
                              const tn_value *otherwise);

/* What is known about an op, from nodes.def. */
typedef enum tn_cel_operand {
    TN_CEL_ARG_NONE,
    TN_CEL_ARG_CONST,      /* arg: any constant */
    TN_CEL_ARG_NAME,       /* arg: a STRING constant */
    TN_CEL_ARG_REGEX,      /* arg: a REGEX constant */
    TN_CEL_ARG_ZONE,       /* arg: a ZONE constant; aux: a function of builtins.def */
    TN_CEL_ARG_SLOT,       /* arg: a slot */
    TN_CEL_ARG_LOCAL,      /* arg: a local */
    TN_CEL_ARG_TABLE,      /* arg: a table */
    TN_CEL_ARG_COUNT,      /* arg: how many values it takes */
    TN_CEL_ARG_PAIRS,      /* arg: how many keys and values it takes */
    TN_CEL_ARG_CALL,       /* aux: a function of builtins.def; arg: its arguments */
    TN_CEL_ARG_SKIP,       /* arg: how many nodes it may skip */
    TN_CEL_ARG_BRANCH,     /* the same, for an op that needs a local in aux */
    TN_CEL_ARG_LOOP,       /* arg: nodes of the body, NEXT included; aux: mode, local */
    TN_CEL_ARG_SLOT_CONST, /* aux: a slot; arg: a constant */
    TN_CEL_ARG_ERROR       /* aux: a code of errors.def; arg: a STRING constant */
} tn_cel_operand;

typedef struct tn_cel_op_row {
    const char *name;
    tn_cel_operand operand;
    int8_t pops; /* -1: by arg */
    int8_t pushes;
    uint8_t cost;
    const char *help;
} tn_cel_op_row;

extern const tn_cel_op_row tn_cel_ops[TN_CEL_OP_COUNT];

/* What a LOOP makes of its body's values; aux holds mode | local << 4. */
typedef enum tn_cel_loop_mode {
    TN_CEL_LOOP_ALL,
    TN_CEL_LOOP_EXISTS,
    TN_CEL_LOOP_EXISTS_ONE,
    TN_CEL_LOOP_MAP,       /* a list of the body's values */
    TN_CEL_LOOP_FILTER,    /* a list of the elements for which it is true */
    TN_CEL_LOOP_TRANSFORM, /* a map with the same keys and the body's values */
    TN_CEL_LOOP_ENTRIES,   /* a map of the entries that the body's maps hold */
    TN_CEL_LOOP_MODE_COUNT
} tn_cel_loop_mode;
enum { TN_CEL_LOOP_TWO = 8 /* two variables: index or key, and value */ };

#endif

/* logic_part: what logic.c, logic_read.c and logic_slot.c share. Not for others.
 * Owns: nothing. */
#ifndef TN_CHECK_LOGIC_PART_H
#define TN_CHECK_LOGIC_PART_H

#include "interp/check/logic.h"
#include "interp/record/value.h"

typedef enum tn_part_kind {
    TN_PART_CONST, /* `truth` */
    TN_PART_NOT,   /* first */
    TN_PART_AND,   /* first, second */
    TN_PART_OR,
    TN_PART_ATOM,  /* slot against value */
    TN_PART_OPAQUE /* nodes that are not looked into */
} tn_part_kind;

typedef enum tn_atom {
    TN_ATOM_EQUAL,
    TN_ATOM_LESS,
    TN_ATOM_LESS_EQUAL,
    TN_ATOM_GREATER,
    TN_ATOM_GREATER_EQUAL,
    TN_ATOM_IN,
    TN_ATOM_HAS,
    TN_ATOM_TRUTH, /* the slot itself, a bool */
    TN_ATOM_STARTS,
    TN_ATOM_ENDS,
    TN_ATOM_CONTAINS
} tn_atom;

typedef struct tn_part {
    tn_part_kind kind;
    tn_telling truth;
    const struct tn_part *first;
    const struct tn_part *second;
    tn_atom atom;
    uint32_t slot; /* by its name */
    tn_field_type type;
    tn_value value; /* ATOM: the constant; a LIST for IN */
    const tn_cel_code *code;
    uint32_t first_node; /* of all parts */
    uint32_t node_count;
} tn_part;

/* The parts of an expression (logic_read.c); NULL: it is not known, or no memory. */
const tn_part *tn_logic_read(const tn_logic_source *source, uint32_t expr,
                             tn_arena *arena);

/* That an atom or an opaque part comes to this. */
typedef struct tn_fact_known {
    const tn_part *part;
    tn_telling is;
} tn_fact_known;

/* Is there a value of slot `slot` of which all that is known of it is so
 * (logic_slot.c)? */
bool tn_logic_slot_may_be(const tn_fact_known *known, uint32_t count, uint32_t slot);

#endif

/* program: what eval.h calls a program, for the files of this room.
 *
 * Constants are values, lists and maps in place: a list's items are consecutive
 * constants, a map's keys and values too.
 *
 * Owns: see eval.h. */
#ifndef TN_CEL_PROGRAM_H
#define TN_CEL_PROGRAM_H

#include "interp/cel/eval.h"
#include "interp/cel/guard.h"
#include "interp/cel/regex.h"

struct tn_cel_program {
    const tn_allocator *memory;
    tn_cel_code code; /* a view; its arrays are borrowed */
    tn_cel_zones zones;
    bool has_zones;
    tn_value *constants;     /* one for each constant of the code */
    tn_regex **patterns;     /* the same; NULL where it is none */
    const tn_zone **found;   /* the same: zones */
    tn_arena arena;          /* lists, maps and their indexes */
    tn_cel_guard *guards;    /* one for each expression */
    uint64_t pattern_states; /* of all patterns, as their texts show them */
    uint32_t max_stack;      /* over all expressions */
    uint32_t max_locals;
    uint32_t max_loops;
};

/* The zone named `name`: UTC, a fixed offset (±hh:mm, the sign may be missing) put into
 * *room, or one of the host's. NOT_FOUND where there is none; NOMEM. */
TN_MUST_USE tn_status tn_cel_find_zone(const tn_cel_zones *zones, tn_str name,
                                       tn_zone *room, const tn_zone **out);

#endif

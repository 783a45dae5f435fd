/* pair: a made-up record that two policies decide.
 *
 * Both name what they read; what has the same name is one thing, given to both. A value
 * is kept as a store would write it and read by each policy after its own declaration.
 * Records are decided at an instant far ahead, at which all that ever falls due has:
 * what is deleted then was deleted at its due time.
 *
 * Owns: runs, deciders and facts, until tn_pair_close; the rest lies in the caller's
 * arena. Fails: NOMEM, LIMIT. Threads: one. */
#ifndef TN_TOOLS_PAIR_H
#define TN_TOOLS_PAIR_H

#include "interp/decide/decide.h"

enum { TN_PAIR_OLD, TN_PAIR_NEW, TN_PAIR_SIDES };

/* The same category of both policies, and a placement of it, or TN_NONE. */
typedef struct tn_pair_of {
    const tn_image *image[TN_PAIR_SIDES];
    uint32_t category[TN_PAIR_SIDES];
    uint32_t placement[TN_PAIR_SIDES];
    const tn_instant *at; /* when records are decided; NULL: far ahead */
} tn_pair_of;

/* A field, or a fact of an entity, that decides in either policy. */
typedef struct tn_pair_slot {
    tn_str entity; /* full name; empty: a field */
    tn_str name;
    tn_field_type type; /* as the old policy has it, where it does */
    tn_str shape;       /* of a list or map: cel/shape.h */
    bool is_event;
    tn_instant earliest[TN_PAIR_SIDES]; /* implausible before */
    int64_t ahead[TN_PAIR_SIDES];       /* seconds: later than now by more is too far */
    uint32_t slot[TN_PAIR_SIDES];       /* of the category; TN_NONE: it has none */
    tn_value value;
} tn_pair_slot;

typedef enum tn_pair_row {
    TN_PAIR_ROW,    /* the record's entity is known, and not held */
    TN_PAIR_HELD,   /* a hold is in force on it */
    TN_PAIR_ABSENT, /* there is no row of facts for the record's key */
    TN_PAIR_NO_KEY, /* the record has no key */
    TN_PAIR_ROW_COUNT
} tn_pair_row;

typedef struct tn_pair_entity {
    tn_str name;                /* full */
    uint32_t of[TN_PAIR_SIDES]; /* of the category's; TN_NONE: it is of none such */
    tn_pair_row row;
} tn_pair_entity;

/* What a record comes to under one policy. */
typedef struct tn_pair_fate {
    tn_verdict verdict; /* far ahead; redact and doubts are not in it */
    bool is_gone;       /* deleted, at `verdict.due` */
    uint32_t clause;    /* that gives the due, a duty too; else the verdict's */
    uint32_t last;      /* that gives the deadline; else the same */
} tn_pair_fate;

typedef struct tn_pair_side {
    const tn_image *image;
    const tn_img_category *category;
    uint32_t number;
    tn_run *run;
    tn_decider *decider;
    tn_facts **facts; /* one for each entity it is of */
} tn_pair_side;

typedef struct tn_pair {
    tn_arena *arena;
    tn_pair_side sides[TN_PAIR_SIDES];
    tn_pair_slot *slots; /* fields first, in the old policy's order */
    uint32_t slot_count;
    tn_pair_entity *entities;
    uint32_t entity_count;
    tn_pair_fate fates[TN_PAIR_SIDES]; /* of the record decided last */
} tn_pair;

TN_MUST_USE tn_status tn_pair_open(const tn_pair_of *of, tn_arena *arena, tn_pair *out);
void tn_pair_close(tn_pair *pair);

/* Decides the record that slots and entities describe. */
TN_MUST_USE tn_status tn_pair_decide(tn_pair *pair);

/* When the value of field `slot` is gone under a policy: with the record, or by a
 * redaction before that, whose clause (row of the image) is then in *clause. False:
 * never. */
bool tn_pair_value_end(const tn_pair *pair, uint32_t side, uint32_t slot,
                       tn_instant *out, uint32_t *clause);
/* Does a clause of this policy redact it at all? */
bool tn_pair_is_redacted(const tn_pair *pair, uint32_t side, uint32_t slot);

/* --- values worth trying (pair_values.c) */

typedef struct tn_pair_values {
    const tn_value *list;
    uint32_t count;
} tn_pair_values;

/* For slot number `slot`: constants of either policy's conditions and their neighbours,
 * dates at which months, years and clocks differ, null; the first is the plainest. */
TN_MUST_USE tn_status tn_pair_values_of(const tn_pair *pair, uint32_t slot,
                                        tn_pair_values *out);

/* 2024-01-15T10:00:00Z, when made-up records are made. */
#define TN_PAIR_MADE_AT ((tn_instant){INT64_C(1705312800), 0})

#endif

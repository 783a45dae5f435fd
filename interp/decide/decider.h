/* decider: what the files of this room share. Not for other rooms: they use decide.h.
 *
 * Owns: see decide.h. */
#ifndef TN_DECIDE_DECIDER_H
#define TN_DECIDE_DECIDER_H

#include "interp/base/diag.h"
#include "interp/cel/eval.h"
#include "interp/decide/decide.h"

typedef struct entity_facts {
    bool is_set;           /* else its records have no row */
    const tn_facts *facts; /* NULL: nothing has happened, nothing is held */
} entity_facts;

struct tn_run {
    const tn_allocator *memory;
    const tn_image *image;
    tn_instant now;
    tn_zone *zones;         /* one for each row of the image */
    entity_facts *entities; /* the same */
    tn_cel_program *program;
};

/* The greatest anchor for which something holds, computed once: for instants and for
 * days. What has no such anchor has a cutoff before all. */
typedef struct cutoff {
    bool exists;
    bool exists_day;
    tn_instant at;
    int32_t day;
} cutoff;

/* One clause, made ready for many records at one instant. */
typedef struct clause_plan {
    const tn_img_clause *row;
    tn_reckoning due;                  /* from anchor or event */
    tn_reckoning deadline;             /* from the event, or from the due time */
    const tn_img_anchor_slot *members; /* of the anchor; an event is one member */
    uint32_t member_count;
    tn_anchor_op op;
    bool needs_existence; /* an event that moves only records that existed */
    cutoff is_due;        /* due <= now */
    cutoff in_range;      /* due and deadline are instants at all */
    cutoff is_past_due;   /* due < now */
    cutoff is_overdue;    /* deadline < now */
    cutoff least;         /* of the anchors whose due alone was given: LEAST_DUE */
} clause_plan;

/* Which of two clauses is due first, whatever the record's values. */
typedef enum due_order {
    DUE_BEFORE,
    DUE_TOGETHER,
    DUE_AFTER,
    DUE_UNSURE /* only the calendar knows */
} due_order;

/* What a slot means as a point in time, and when it is beyond doubt. */
typedef struct slot_meaning {
    bool is_event;       /* null is "not yet"; has no future */
    tn_instant earliest; /* implausible before */
    tn_instant latest;   /* up to here it is surely not too far ahead */
    int64_t ahead_seconds;
} slot_meaning;

/* A doubt that ends by itself: `until` is when. */
typedef struct timed_doubt {
    tn_doubt doubt;
    bool ends;
    tn_instant until;
} timed_doubt;

struct tn_decider {
    const tn_run *run;
    const tn_img_category *category;
    uint32_t placement;
    uint32_t clause_count;
    clause_plan *plans;
    tn_clause_result *clauses;
    tn_value *slots;
    slot_meaning *meanings; /* one for each slot */
    tn_value *keys;
    uint32_t *fact_rows; /* for each entity: the record's row; TN_NONE: none */
    tn_cel_machine *machine;
    tn_arena arena;   /* all arrays here */
    tn_arena scratch; /* of the machine */

    timed_doubt *doubts; /* of the record being decided, in the order found */
    uint32_t doubt_count;
    uint32_t doubt_capacity;
    tn_doubt *doubts_out; /* sorted, without what ends */
    uint32_t *redact_out;

    uint32_t form;        /* the retain form that takes part; TN_NONE: none */
    uint32_t hold_clause; /* a hold clause in force; TN_NONE: none */
    bool form_unknown;    /* not beside `form`: both are tested at once, and read in one
                             they would wait for each other's writing */
    bool was_timed; /* the last verdict was told by due times, not cutoffs alone */
};

/* --- clauses.c: what each clause says of the record */

/* Of clauses whose states are AT, by how much later than their anchors they are due. */
due_order tn_clause_order(const clause_plan *a, const clause_plan *b);

/* Reads guards and anchors of all clauses into `clauses`, and their doubts. */
TN_MUST_USE tn_status tn_decider_read_clauses(tn_decider *decider);
/* The guards of the hold clauses alone, which come first. */
TN_MUST_USE tn_status tn_decider_read_holds(tn_decider *decider);
/* Computes due and deadline of clause `number`, whose state is AT. */
void tn_decider_compute(tn_decider *decider, uint32_t number);
/* Does the anchor of clause `number`, whose state is AT, lie within the cutoff? */
bool tn_decider_is_within(const tn_decider *decider, uint32_t number, const cutoff *c);
/* Can the due of clause `number`, which alone moves the record's due time, be earlier
 * than those asked about before? */
bool tn_decider_may_be_least(tn_decider *decider, uint32_t number);

/* The clause that alone moves the due time of the last record decided, which is kept,
 * to an instant; `none`: it has no due time; `several`: a duty moves it, or clauses of
 * which only the calendar tells the first. */
uint32_t tn_decider_due_clause(const tn_decider *decider, uint32_t none,
                               uint32_t several);

void tn_decider_doubt(tn_decider *decider, tn_doubt doubt);

#endif

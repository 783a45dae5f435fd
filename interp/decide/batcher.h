/* batcher: what the files of a batch share. Not for other rooms: they use batch.h.
 *
 * The cases of a record, as `codes`: the sum over all inputs of class * stride. Inputs
 * are the record's own points in time, whether it was made after an event, the classes
 * of its entities' rows, its conditions, and its flags.
 *
 * Owns: see batch.h. */
#ifndef TN_DECIDE_BATCHER_H
#define TN_DECIDE_BATCHER_H

#include "interp/base/map.h"
#include "interp/cel/vector.h"
#include "interp/decide/batch.h"
#include "interp/decide/batch_kernels.h"
#include "interp/decide/decider.h"
#include "interp/record/decode.h"

/* Classes of a point: null; unreadable, too early for any instant included; then by how
 * many breaks lie before it. */
enum { CLASS_NULL = 0, CLASS_UNREADABLE = 1 };

/* Where the class of a point changes: t <= breaks[k] or not. Ascending. */
typedef struct batch_breaks {
    tn_instant *at;
    int32_t *day; /* the same for dates */
    uint32_t at_count;
    uint32_t day_count;
} batch_breaks;

typedef enum point_mode {
    POINT_NULLS,  /* all are null */
    POINT_COUNTS, /* integers of one unit, compared where they lie */
    POINT_VALUES  /* one value after the other */
} point_mode;

/* A point in time that the record has itself. */
typedef struct batch_point {
    uint32_t slot; /* a field */
    bool is_date;
    batch_breaks breaks;
    uint32_t stride;
    /* of the columns being decided */
    point_mode mode;
    const tn_array *array;
    tn_tick tick;
    int64_t counts[TN_BREAKS_MAX];
    uint32_t count;
    uint32_t first; /* the class below all counts */
    /* of the block being decided */
    const int64_t *values; /* COUNTS */
    int64_t *values_room;
    tn_instant *at; /* VALUES: a date as its midnight */
} batch_point;

/* Is the record made after an event? */
typedef struct batch_relation {
    uint32_t event_slot;
    const tn_zone *zone; /* in which a date of making ends */
    uint32_t of;         /* the entity that has the event; TN_NONE: the record */
    uint32_t fact;       /* the event's number among its facts */
    batch_point *event;  /* the record's own */
    const uint8_t *has;  /* of an entity, by row: is there an event at all? */
    uint32_t stride;
    int64_t *counts; /* by key: the last that is not after, in the unit of `created` */
    uint32_t capacity;
    bool is_counted; /* they are those of all rows, in the unit below */
    tn_tick tick;
} batch_relation;

/* Two clauses of which the one that is due first gives the reason, one by the record's
 * own point, one by an entity's. */
typedef struct batch_race {
    uint32_t first, second; /* clauses, as written */
    bool record_is_second;  /* whose anchor is the record's own */
    batch_point *point;
    uint32_t of;
    tn_memo_entry outcomes[2]; /* the first is due first, or not later; the second is */
    int64_t *counts;           /* by row: up to here the record's is due first */
    uint8_t *known;            /* by row */
} batch_race;

/* Rows of an entity, and what stands for a record without one. */
typedef struct batch_entity {
    const tn_facts *facts; /* NULL: none were given, or nothing happened at all */
    uint32_t row_of_null;  /* of a null key */
    uint32_t row_of_any;   /* of any other, without facts */
    uint32_t row_count;    /* then: no row; all null */
    uint32_t stride;
    uint32_t class_count;
    uint32_t *codes; /* by row */
    /* by key: the dictionary's values, then null; or rows, where there is none */
    const tn_array *keys;
    bool is_dictionary;
    uint32_t key_count;
    uint32_t *key_codes;
    uint32_t *key_rows;
    uint32_t key_capacity;
    const int32_t *block_keys; /* of the block being decided */
    int32_t *keys_room;
} batch_entity;

/* A condition, in every clause that has it. */
typedef struct batch_guard {
    uint32_t expr;
    uint32_t of; /* the entity whose facts alone it reads; TN_NONE: the record's */
    uint32_t stride;
    tn_cel_vector *vector; /* own; NULL: it is evaluated record by record */
} batch_guard;

typedef enum memo_state {
    MEMO_UNKNOWN, /* memory starts with this */
    MEMO_KNOWN,
    MEMO_RACE, /* `clause` is a race: who wins gives reason and clause */
    MEMO_ALONE /* the record alone can tell */
} memo_state;

/* What is due of a record that is kept, for LEAST_DUE: nothing, or it is held; by
 * several clauses; else by the clause of that number. */
#define DUE_NONE TN_NONE
#define DUE_SEVERAL (TN_NONE - 1)

/* As many combinations as a table has room for. If there could be more, they are
 * numbered as they are met, from 1; those that come when it is full are MEMO_OVERFULL,
 * and each of their records is decided alone. */
enum { TN_MEMO_MAX = 1 << 18, MEMO_OVERFULL = 0 };

typedef struct batch_number {
    uint32_t code;
    uint32_t number; /* 0: the slot is free */
} batch_number;

struct tn_batch {
    const tn_run *run;
    tn_decider *decider;
    tn_arena arena;
    unsigned wants; /* 0 or TN_WANT_OVERDUE */
    bool tells_change;
    const tn_batch_kernels *kernels;
    bool is_coded; /* else each record is decided alone */
    tn_decoding *decodings;
    bool *needed; /* by field */

    batch_point *points;
    uint32_t point_count;
    batch_point *created; /* NULL: none */
    batch_relation *relations;
    uint32_t relation_count;
    batch_entity *entities;
    uint32_t entity_count;
    batch_guard *guards;
    uint32_t guard_count;
    uint32_t flags_stride;
    batch_race *races;
    uint32_t race_count;
    uint32_t race_capacity;
    tn_memo_entry *memo;
    uint32_t memo_count;
    uint8_t *decisions; /* of the memo: 1 more than the decision; 0: unknown */
    uint32_t *dues;     /* of the memo: a clause, DUE_NONE or DUE_SEVERAL */

    batch_number *numbers; /* by code, hashed; NULL: codes are few, and numbers */
    uint32_t number_count;

    uint8_t *classes; /* of a block; so are the arrays below */
    uint64_t *wide;   /* the same, of a point */
    uint32_t *codes;
    uint16_t *others; /* records that are not MEMO_KNOWN */
    uint32_t *rest;   /* for what is not asked for */
    tn_batch_work work;

    /* the columns being decided */
    const tn_batch_input *input;
    int64_t start; /* of the block */
    uint32_t count;
};

/* --- batch_points.c */

/* Finds the record's points, and what they are compared with. */
TN_MUST_USE tn_status tn_batch_find_points(tn_batch *batch);
/* The breaks of any slot, a fact's too. */
TN_MUST_USE tn_status tn_batch_find_breaks(tn_batch *batch, uint32_t slot,
                                           batch_breaks *out);
uint8_t tn_batch_class(const batch_breaks *breaks, const tn_value *value);
void tn_batch_bind_point(batch_point *point, const tn_array *array);
/* Sets the classes of the block's records, `wide`. */
void tn_batch_classify(tn_batch *batch, batch_point *point);
/* Adds the classes of the block's records to the codes. */
void tn_batch_read_points(tn_batch *batch);
/* Calls for each slot that clause `number` reads as a point; true: it stopped. */
typedef bool tn_visit_slot(void *to, uint32_t slot, const clause_plan *plan);
bool tn_batch_each_slot(const tn_batch *batch, uint32_t number, tn_visit_slot *visit,
                        void *to);
/* Does the clause take part in this place at all? */
bool tn_batch_is_here(const tn_batch *batch, uint32_t number);
/* The greatest count that is not after `t`; INT64_MIN where there is none. */
int64_t tn_batch_count(const batch_point *point, tn_instant t);

/* --- batch_guards.c */

TN_MUST_USE tn_status tn_batch_find_guards(tn_batch *batch);
void tn_batch_bind_guards(tn_batch *batch);
TN_MUST_USE tn_status tn_batch_read_guards(tn_batch *batch);
void tn_batch_free_guards(tn_batch *batch);

/* --- batch_entities.c */

TN_MUST_USE tn_status tn_batch_find_entities(tn_batch *batch);
TN_MUST_USE tn_status tn_batch_bind_keys(tn_batch *batch, uint32_t of,
                                         const tn_array *keys);
TN_MUST_USE tn_status tn_batch_bind_relations(tn_batch *batch);
void tn_batch_read_keys(tn_batch *batch);
void tn_batch_read_relations(tn_batch *batch);
uint32_t tn_batch_find_row(const batch_entity *entity, const tn_value *key);
bool tn_batch_is_made_after(const batch_relation *relation, const tn_value *created,
                            const tn_value *event);
/* The row of the block's record `i`; row_count, row_count + 1: see batch_entity. */
uint32_t tn_batch_row(const batch_entity *entity, uint32_t i);
/* The value of a fact slot there. */
tn_value tn_batch_fact(const tn_batch *batch, uint32_t of, uint32_t row, uint32_t slot);
/* Fills the decider's slots with the facts of that row. */
void tn_batch_fill_facts(tn_batch *batch, uint32_t of, uint32_t row);
/* The entity whose facts hold a slot, by its place among them. */
uint32_t tn_batch_entity_of(const tn_batch *batch, uint32_t slot);
/* The first slot of the entity's facts. */
uint32_t tn_batch_first_fact(const tn_batch *batch, uint32_t of);
void tn_batch_free_entities(tn_batch *batch);

/* --- batch_numbers.c */

TN_MUST_USE tn_status tn_batch_prepare_numbers(tn_batch *batch);
uint32_t tn_batch_number(tn_batch *batch, uint32_t code);
void tn_batch_number_codes(tn_batch *batch);

/* --- batch_memo.c */

/* Decides the record in the decider, the first of the combination `code`, and keeps
 * what holds for all of them. */
TN_MUST_USE tn_status tn_batch_learn(tn_batch *batch, uint32_t code, unsigned flags);
/* Decides the block's records by their codes. */
TN_MUST_USE tn_status tn_batch_answer(tn_batch *batch, const tn_batch_output *output);
void tn_batch_free_memo(tn_batch *batch);
void tn_batch_forget_races(tn_batch *batch, const batch_point *point);

bool tn_batch_asks_decision_alone(const tn_batch_output *output);
/* The same of decisions alone, where the record has one point, one entity and no
 * condition, as most have: codes are found on the way. */
bool tn_batch_is_common(const tn_batch *batch);
TN_MUST_USE tn_status tn_batch_answer_common(tn_batch *batch,
                                             const tn_batch_output *output);

/* --- batch.c */

/* Fills the decider with the block's record `i`. */
void tn_batch_fill(tn_batch *batch, uint32_t i);
TN_MUST_USE tn_status tn_batch_decide_alone(tn_batch *batch, uint32_t i,
                                            const tn_batch_output *output);
void tn_batch_put(const tn_batch_output *output, int64_t at, tn_memo_entry entry);

#endif

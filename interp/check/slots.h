/* slots: what the clauses of a category, or a condition on an entity, can read: the
 * fields of the record, then the facts of the entities, each under a number.
 *
 *   field, record.field       a field
 *   entity.fact               an event or attribute; the entity by simple or full name
 *
 * Owns: `fields`, until tn_slots_free. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_SLOTS_H
#define TN_CHECK_SLOTS_H

#include "interp/check/exprs.h"

typedef struct tn_slot_entity {
    uint32_t entity; /* of the model */
    uint32_t first;  /* slot of its first fact */
} tn_slot_entity;

typedef struct tn_slots {
    tn_checker *ck;
    const char *whose; /* "this category" */
    tn_span whose_at;  /* where that is, if the clause at hand is elsewhere; or nowhere
                        */
    bool on_entity;    /* a condition's: no fields, one entity */
    uint32_t first_field; /* of the model's fields */
    tn_map fields;        /* name: slot */
    TN_ARRAY(tn_slot_entity) entities;
    uint32_t count;
    bool incomplete; /* something is missing that an error explains */
    bool broken;     /* a text that they come from has errors */
} tn_slots;

void tn_slots_init(tn_slots *slots, tn_checker *ck, const char *whose);
void tn_slots_free(tn_slots *slots);

/* Fields must come before entities. */
TN_MUST_USE tn_status tn_slots_add_field(tn_slots *slots, tn_str name);
TN_MUST_USE tn_status tn_slots_add_entity(tn_slots *slots, uint32_t entity);

/* What a name is. */
typedef enum tn_slot_found {
    TN_SLOT_FOUND,
    TN_SLOT_NONE,     /* nothing that is known here */
    TN_SLOT_NO_FIELD, /* record.x, and there is no field x */
    TN_SLOT_NO_FACT,  /* entity.x, and the entity has no x */
    TN_SLOT_BARE,     /* an entity alone, or `record` */
    TN_SLOT_TWO,      /* a simple name that two of the entities have */
    TN_SLOT_NOT_OF    /* of an entity that is not among these */
} tn_slot_found;

typedef struct tn_slot_answer {
    tn_slot_found found;
    uint32_t slot;
    uint32_t entity; /* of the model, where one is meant; else TN_NONE */
    tn_str rest;     /* the part after the entity */
} tn_slot_answer;

/* `scope` is that of the module where the name is written. */
tn_slot_answer tn_slots_find(const tn_slots *slots, const tn_scope *scope,
                             tn_str dotted);

/* Adds to `diags` what is wrong with an answer that is not FOUND. */
void tn_slots_report(const tn_slots *slots, const tn_slot_answer *answer, tn_str dotted,
                     tn_diags *diags, tn_span at);

/* A name that is not FOUND: may that be for want of what could not be read? */
bool tn_slots_may_be_lost(const tn_slots *slots, const tn_scope *scope, tn_str dotted);

/* The field, or the fact, behind a slot: the other is NULL. */
void tn_slots_view(const tn_slots *slots, uint32_t slot, const tn_model_field **field,
                   const tn_fact **fact);

/* "field `run_time`", "event `customer.terminated`", for messages; in the arena. */
tn_str tn_slots_name(const tn_slots *slots, uint32_t slot);

#endif

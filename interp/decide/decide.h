/* decide: keep, delete or flag, for one record at one instant.
 *
 *     run = image + now + facts         computed once
 *     decider = run + category + placement, with room for one record's values
 *     verdict = decide(decider)         for each record: no allocation, no clock
 *
 * A verdict is that of LANGUAGE.md, chapter 13: a step function of time, the same on
 * every machine. It depends on no other record.
 *
 * Owns: a run borrows image and facts, a decider its run. Fails: NOMEM, LIMIT (a
 * regular expression too large); never because of a record. Threads: a run is shared
 * once its facts are set; a decider belongs to one thread. */
#ifndef TN_DECIDE_DECIDE_H
#define TN_DECIDE_DECIDE_H

#include "interp/decide/facts.h"

typedef struct tn_run tn_run;
typedef struct tn_decider tn_decider;

/* Borrows `image` until tn_run_free. `now` must be valid (tn_instant_is_valid). */
TN_MUST_USE tn_status tn_run_new(const tn_image *image, tn_instant now,
                                 const tn_allocator *memory, tn_run **out);
void tn_run_free(tn_run *run);

/* The same image and facts at another instant: for what would be decided then. */
TN_MUST_USE tn_status tn_run_at(const tn_run *run, tn_instant now, tn_run **out);

/* The facts of an entity; NULL says in so many words that no event has happened and
 * nothing is held. An entity whose facts were never set has no rows: its records are
 * flagged `unknown_entity`. Borrowed. */
void tn_run_set_facts(tn_run *run, uint32_t entity, const tn_facts *facts);

tn_instant tn_run_now(const tn_run *run);
const tn_image *tn_run_image(const tn_run *run);

/* For a category, and, where the record lies in one, a placement of it, whose own limit
 * then takes part; TN_NONE: none. */
TN_MUST_USE tn_status tn_decider_new(const tn_run *run, uint32_t category,
                                     uint32_t placement, tn_decider **out);
void tn_decider_free(tn_decider *decider);

/* Where the caller puts the record: one value for each field of the category, in order,
 * of its declared type, null or unreadable; and one key for each entity it is of (an
 * integer, text or bytes; null: none). What they refer to must stay until the verdict
 * is read. */
tn_value *tn_decider_fields(tn_decider *decider);
tn_value *tn_decider_keys(tn_decider *decider);

/* What is known of the record beyond its values. */
enum {
    TN_RECORD_UNREADABLE = 1, /* not an object, invalid UTF-8, a declared field twice */
    TN_RECORD_UNDECLARED = 2  /* it has fields that the category does not declare */
};

/* What the caller asks for beyond verdict, reason and clause. */
enum {
    TN_WANT_TIMES = 1,       /* due, deadline, overdue, conflict */
    TN_WANT_NEXT_CHANGE = 2, /* next_change */
    TN_WANT_REDACT = 4,      /* redact */
    TN_WANT_DETAIL = 8,      /* doubts: all of them */
    TN_WANT_ALL = 15,
    /* For those who count. TIMES says all of it, but at the price of the calendar for
     * each record. */
    TN_WANT_OVERDUE = 16, /* overdue and conflict alone, mostly by comparisons */
    /* due alone, of a record that is kept and not held, and only where it may be
     * earlier than every due that the decider gave for this bit before: so the least of
     * them is the least of all records. */
    TN_WANT_LEAST_DUE = 32
};

/* Decides the record in the decider's fields and keys. `flags` are TN_RECORD_ bits,
 * `wants` TN_WANT_ bits. What the verdict points to is borrowed until the next call. */
TN_MUST_USE tn_status tn_decide(tn_decider *decider, unsigned flags, unsigned wants,
                                tn_verdict *out);

/* The conditions of the image, made ready: for those who check `require` on facts. */
const struct tn_cel_program *tn_run_program(const tn_run *run);

/* --- for explain: what the last tn_decide found, clause by clause */

typedef enum tn_clause_state {
    TN_STATE_ABSENT,  /* its guard is false, or an earlier retain form took part */
    TN_STATE_AT,      /* takes part, due at an instant */
    TN_STATE_NEVER,   /* takes part, its event has not happened */
    TN_STATE_UNKNOWN, /* takes part, its anchor can't be told */
    TN_STATE_GUARD,   /* its guard can't be told */
    TN_STATE_TRUE     /* flag, hold: its guard is true */
} tn_clause_state;

typedef struct tn_clause_result {
    tn_clause_state state;
    bool is_due;       /* AT: due <= now */
    tn_instant anchor; /* AT: the instant counted from (a date: its midnight) */
    tn_instant due;    /* AT, with TN_WANT_TIMES; the same for the deadline */
    tn_instant deadline;
    uint32_t anchor_slot; /* AT: the member of the anchor that gave it */
} tn_clause_result;

/* --- for push: what a run computed once for a clause and for a slot */

/* The greatest anchor for which something holds, as an instant and as a day; none: it
 * holds for no anchor. */
typedef struct tn_anchor_bound {
    bool exists;
    bool exists_day;
    tn_instant at;
    int32_t day;
} tn_anchor_bound;

typedef struct tn_clause_plan {
    const tn_img_clause *row;
    const tn_reckoning *due;
    tn_anchor_op op;
    const tn_img_anchor_slot *members; /* of the anchor; NULL: event_slot */
    uint32_t member_count;             /* 0: neither anchor nor event */
    bool needs_existence;   /* an event that moves only records that existed */
    tn_anchor_bound is_due; /* due <= now */
    tn_anchor_bound in_range;
    tn_anchor_bound is_past_due; /* due < now */
    tn_anchor_bound is_overdue;  /* deadline < now */
} tn_clause_plan;

typedef struct tn_slot_plan {
    bool is_event;       /* null is "not yet"; has no future */
    tn_instant earliest; /* implausible before */
    tn_instant latest;   /* later may be too far ahead */
} tn_slot_plan;

void tn_decider_clause_plan(const tn_decider *decider, uint32_t clause,
                            tn_clause_plan *out);
void tn_decider_slot_plan(const tn_decider *decider, uint32_t slot, tn_slot_plan *out);

/* The facts of an entity, as they were set; false: they never were. */
bool tn_run_facts(const tn_run *run, uint32_t entity, const tn_facts **out);

/* One for each clause of the category, in order. */
const tn_clause_result *tn_decider_clauses(const tn_decider *decider);
/* All slots as they were decided on: fields, then facts. */
const tn_value *tn_decider_slots(const tn_decider *decider);
/* The facts of the category's entity number `of`, from 0, and the record's row there;
 * TN_NONE: it has none. */
const tn_facts *tn_decider_facts(const tn_decider *decider, uint32_t of, uint32_t *row);

#endif

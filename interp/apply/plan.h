/* plan: what a run would do, worked out without changing anything.
 *
 * A plan is made of a session (eval.h) whose stores are open for reading alone. It is
 * bound to the policy, the deployment, the shape of each table and the ledger's head,
 * and sealed with the ledger's key, so that apply can tell whether it is still the one
 * that was looked at. It holds no key of a record but the samples that were asked for;
 * the records to be erased are in it as pseudonyms of 8 bytes, by which apply tells
 * survivors.
 *
 * Owns: all lies in the caller's arena. Fails: STORE (problems are in the session),
 * NOMEM, LIMIT. Threads: one at a time. */
#ifndef TN_APPLY_PLAN_H
#define TN_APPLY_PLAN_H

#include "interp/apply/due_times.h"
#include "interp/apply/ledger.h"
#include "interp/apply/plan_records.h"
#include "interp/apply/review.h"
#include "interp/eval/judge.h"
#include "interp/store/erase.h"

enum {
    TN_PLAN_FORMAT = 1,
    TN_PLAN_FORECAST_DAYS = TN_DUE_DAYS,
    TN_PLAN_TARGETS_MAX = 500000, /* of a place: some megabytes of the file */
    TN_PLAN_SAMPLES_MAX = 20
};

/* Up to which instant a clause's anchor makes records due. */
typedef struct tn_plan_cutoff {
    tn_str clause; /* "file:line:column" */
    tn_str anchor; /* "audit_time" */
    bool exists;   /* else no record can be due by it yet */
    tn_instant at;
} tn_plan_cutoff;

/* One category in one object, and one thing to be done with its records. */
typedef struct tn_plan_place {
    tn_str place; /* its name in the ledger: the same in every plan */
    tn_str category;
    tn_str placement; /* the policy's word */
    tn_str store;
    tn_str object;
    uint32_t bound;   /* number in the session; TN_NONE: read from a file */
    bool redacts;     /* else deletes */
    bool is_erasable; /* this kind of store can be erased from */
    tn_digest shape;
    const tn_str *obstacles; /* why it can't be done, a sentence each */
    uint32_t obstacle_count;
    const tn_erase_child *children;
    uint32_t child_count;
    bool buries; /* records are hidden, one by one, and not deleted (erase.h) */

    uint64_t record_count;
    uint64_t reasons[TN_REASON_COUNT];
    uint64_t due_count;      /* to be deleted, or redacted */
    uint64_t resolved_count; /* of these: flagged, and resolved to be deleted */
    uint64_t overdue_count;
    uint64_t blocked_count; /* due as well, but behind a record that stays (fronts.h) */
    uint64_t
        hidden_count; /* due as well, but hidden: they go by themselves (store.h) */
    const tn_str *blocked; /* how many behind which, a phrase for each partition */
    uint32_t blocked_parts;
    tn_str blocked_until; /* the store's setting that clears them by itself; data NULL:
                             nothing does */
    const tn_str *wholes; /* what would go whole, a sentence each (wholes.h) */
    uint32_t whole_count;
    uint64_t returned_count; /* of these: earlier runs erased them; fed places alone */
    const tn_str *upstream;  /* what feeds it, holds records that are due, and is not
                                erased by this plan: names of places */
    uint32_t upstream_count;
    bool has_due;
    tn_instant oldest_due;
    tn_instant newest_due;
    bool has_expected; /* the last run said how many would be due now */
    uint64_t expected_count;
    uint64_t estimate_ms;
    const tn_plan_cutoff *cutoffs;
    uint32_t cutoff_count;
    const tn_str *samples; /* keys of records that are due */
    uint32_t sample_count;
    uint64_t *days; /* TN_PLAN_FORECAST_DAYS: fall due in each day after the instant */
    const uint64_t *targets; /* pseudonyms of what is due */
    uint32_t target_count;
    bool has_all_targets; /* false: there were more */
    uint64_t more_start;  /* those lie in the plan's records, from this number on */
    uint64_t more_count;  /* 0: they are not kept */
} tn_plan_place;

typedef struct tn_plan {
    tn_str id; /* of the run that carries it out; from the seal */
    tn_instant instant;
    tn_instant made;
    tn_instant expires;
    tn_digest image;
    tn_digest policy;    /* of the texts and the tz database, wherever they lie */
    tn_head head;        /* of the ledger then; seq 0: there was none */
    const tn_str *paths; /* where the policy was read from */
    uint32_t path_count;
    const tn_str *roots;
    uint32_t root_count;
    tn_plan_place *places;
    uint32_t place_count;
    uint64_t more_count;    /* pseudonyms in PLAN.records (plan_records.h) */
    tn_digest more;         /* of them */
    const tn_str *breaches; /* of unmanaged copies, a sentence each */
    uint32_t breach_count;
} tn_plan;

typedef struct tn_plan_options {
    const tn_secret *secret;
    tn_ledger *ledger;   /* NULL: there is none yet */
    tn_reviews *reviews; /* NULL: nothing was resolved */
    tn_instant now;
    tn_plan_records *records; /* for what is too much; NULL: it is not kept */
    bool has_key;             /* `secret` is the ledger's own */
    uint32_t most_targets;    /* of a place in the plan; 0: TN_PLAN_TARGETS_MAX */
    uint32_t samples;         /* keys for each place */
    uint32_t valid_hours;
} tn_plan_options;

/* `eval` is bound and loaded, at the plan's instant. Paths stay empty. */
TN_MUST_USE tn_status tn_plan_make(tn_eval *eval, const tn_plan_options *options,
                                   tn_arena *arena, tn_plan *out);

/* The pseudonym of a record of a place. */
uint64_t tn_plan_target(const tn_secret *secret, tn_str identity);

/* The digest of an image's texts and tz database. */
TN_MUST_USE tn_status tn_plan_policy_digest(const tn_image *image,
                                            const tn_allocator *memory, tn_digest *out);

/* Names and examines the places that a session's bounds make, in the order in which
 * they are to be erased from: children before parents. Counts stay 0. */
TN_MUST_USE tn_status tn_plan_places(tn_eval *eval, tn_arena *arena, tn_plan *out);

/* The name of the place that is made by place number `bound` of a session, in which
 * records are deleted. */
TN_MUST_USE tn_status tn_plan_name(tn_eval *eval, uint32_t bound, tn_arena *arena,
                                   tn_str *out);

/* The target of place `place`, its columns those of `columns`. */
TN_MUST_USE tn_status tn_plan_erase_target(tn_eval *eval, const tn_plan_place *place,
                                           tn_arena *arena, tn_erase_target *out);

#endif

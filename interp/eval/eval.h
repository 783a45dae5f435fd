/* eval: a session: records and facts bound to stores, then decided.
 *
 *     tn_eval_new
 *     tn_eval_bind_deployment, or tn_eval_bind_facts and tn_eval_bind_records (pipe.h)
 *     tn_eval_load       facts; from here on nothing is bound any more
 *     tn_eval_judge      for each place: a verdict for each record (judge.h)
 *
 * Binding opens every store and looks at every table and column before anything is
 * evaluated. All that is wrong is collected, a line each with its place in the
 * deployment, in `problems`; what is odd but harmless in `warnings`.
 *
 * Owns: stores, facts and the run, until tn_eval_free; borrows the image. Fails: STORE
 * (with problems), NOMEM, LIMIT. Threads: one at a time. */
#ifndef TN_EVAL_EVAL_H
#define TN_EVAL_EVAL_H

#include "interp/decide/decide.h"
#include "interp/eval/origin.h"

typedef struct tn_eval_config {
    const tn_image *image;
    tn_instant now;
    const tn_store_ops *const *kinds;          /* of stores; NULL-terminated */
    const char *(*find_env)(const char *name); /* for `env NAME`; NULL: there is none */
    const tn_allocator *memory;
    const void *store_user; /* what tn_store_config.user is to be; most need none */
} tn_eval_config;

/* A category's records in one place. */
typedef struct tn_bound {
    uint32_t category;  /* rows of the image */
    uint32_t placement; /* TN_NONE: a file that a command names */
    uint32_t binding;   /* TN_NONE: the same */
    bool is_managed;    /* else no store is bound: a copy that no tool can reach */
    tn_origin origin;
    uint64_t row_count;
} tn_bound;

/* What is known of an entity. */
typedef struct tn_entity_facts {
    bool is_bound;
    bool is_none; /* no event has happened, nothing is held */
    tn_origin origin;
    tn_facts *facts;             /* own; NULL until loaded, and where is_none */
    uint64_t unreadable_count;   /* rows that are no records */
    uint64_t repeated_key_count; /* keys of several rows */
} tn_entity_facts;

/* A store that is open. */
typedef struct tn_open_store {
    uint32_t row; /* of the image; TN_NONE: from a command line */
    const tn_store_ops *ops;
    tn_store *store;
    bool is_remarked; /* what it has to say was said */
} tn_open_store;

typedef struct tn_eval {
    const tn_image *image;
    const tn_eval_config *config;
    const tn_allocator *memory;
    tn_arena arena;
    tn_run *run;
    tn_entity_facts *entities; /* one for each of the image */
    tn_bound *bounds;
    uint32_t bound_count;
    uint32_t bound_capacity;
    tn_open_store *stores;
    uint32_t store_count;
    uint32_t store_capacity;
    tn_buf problems;
    uint32_t problem_count;
    bool has_failed_store; /* a problem is that a store failed, not that it lacks
                              something */
    tn_buf warnings;
} tn_eval;

/* Borrows config and image until tn_eval_free. */
TN_MUST_USE tn_status tn_eval_new(const tn_eval_config *config, tn_eval **out);
void tn_eval_free(tn_eval *eval);

/* Which part of a deployment: TN_NONE and no placements is all of it. */
typedef struct tn_eval_filter {
    uint32_t category;        /* row of the image */
    const tn_str *placements; /* the policy's words for them */
    size_t placement_count;
} tn_eval_filter;

/* Binds the image's deployment. STORE where something is missing (problems). */
TN_MUST_USE tn_status tn_eval_bind_deployment(tn_eval *eval,
                                              const tn_eval_filter *filter);

/* Loads the facts of every bound entity. */
TN_MUST_USE tn_status tn_eval_load(tn_eval *eval);

/* Adds to the warnings what the stores have to say of the reading so far. */
void tn_eval_note_remarks(tn_eval *eval);

/* --- for the files of this room */

/* Adds "PLACE: error: ..." to the problems; place TN_NONE: "error: ...". */
void tn_eval_complain(tn_eval *eval, uint32_t place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line "  help: ..." after the last problem. */
void tn_eval_advise(tn_eval *eval, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void tn_eval_warn(tn_eval *eval, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same of an origin that fails: its name, then `why`. */
void tn_eval_complain_of(tn_eval *eval, const tn_origin *origin, const tn_buf *why);

/* STORE if there are problems. */
TN_MUST_USE tn_status tn_eval_status(const tn_eval *eval);

/* "file:line:column". */
void tn_eval_put_place(tn_buf *buf, const tn_image *image, uint32_t place);

TN_MUST_USE tn_status tn_eval_add_bound(tn_eval *eval, tn_bound **out);
TN_MUST_USE tn_status tn_eval_add_store(tn_eval *eval, const tn_open_store *store);

/* Looks whether the origin's object is there and has its columns; complains where not.
 * *object is what the store says of it (in the session's arena), or has no columns. */
TN_MUST_USE tn_status tn_eval_look(tn_eval *eval, tn_origin *origin,
                                   tn_store_object *object, bool *is_there);

/* The same, and complains of every column that is not there. */
TN_MUST_USE tn_status tn_eval_look_at_columns(tn_eval *eval, tn_origin *origin);

/* Says of each field whether it has to be read: whether a clause reads it, or it is
 * what identifies records. */
TN_MUST_USE tn_status tn_eval_mark_needs(tn_eval *eval, tn_bound *bound);

/* The nearest of `count` names to `name`, for "did you mean"; data NULL: none is near.
 */
tn_str tn_eval_nearest(tn_str name, const tn_str *names, uint32_t count);

#endif

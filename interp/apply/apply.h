/* apply: carries a plan out, so that after a crash at any instant the ledger's number
 * is the number of records that were deleted.
 *
 *   refusals       limits, stores that are not what they were: before anything is done
 *   for each chunk L1 intent in the ledger; S one transaction of the store, the verdict
 *                  decided again inside it; L2 outcome in the ledger (with the next L1)
 *   at the end     every place is looked at again; survivors are listed
 *
 * The same plan, applied again after a stop or a crash, goes on where it was.
 *
 * Owns: nothing; the report lies in the caller's arena. Fails: REFUSED (nothing was
 * done; the sentence says how to go on), STOPPED (by the host, or a lock; whole chunks
 * are done), STORE, IO, NOMEM. Threads: one. */
#ifndef TN_APPLY_APPLY_H
#define TN_APPLY_APPLY_H

#include "interp/apply/limits.h"
#include "interp/apply/outcome.h"
#include "interp/apply/plan.h"

enum {
    TN_APPLY_CHUNK_MS = 200,
    TN_APPLY_CHUNK_FREE_MS = 1500, /* of a store that locks nothing meanwhile */
    TN_APPLY_CHUNK_FIRST = 2000,   /* rows looked at by the first chunk */
    TN_APPLY_CHUNK_MAX = 100000,   /* so that a chunk's evidence stays small */
    TN_APPLY_LOCK_WAIT_MS = 60000,
    TN_APPLY_FACT_LEASE_MS = 10000,
    TN_APPLY_PURGE_MS = 900000, /* so long a purge is waited for */
    TN_APPLY_PURGE_NAP_MS = 2000,
    TN_APPLY_LAG_WAIT_MS = 900000, /* so long replicas are waited for */
    TN_APPLY_SURVIVORS_MAX = 1000  /* are listed; all are counted */
};

typedef struct tn_apply_progress {
    const tn_plan_place *place;
    uint64_t looked_at_count; /* in this place */
    uint64_t erased_count;
    uint64_t run_erased_count; /* in all places */
    uint64_t run_due_count;
    uint64_t elapsed_ms;
} tn_apply_progress;

/* The world around a run. */
typedef struct tn_apply_host {
    void *user;
    tn_instant (*now)(void *user);
    uint64_t (*clock_ms)(void *user); /* never goes back */
    void (*sleep_ms)(void *user, uint32_t ms);
    /* Asked before each chunk and while waiting: why to stop; NULL: go on. */
    const char *(*should_stop)(void *user);
    void (*progress)(void *user, const tn_apply_progress *progress); /* may be NULL */
    /* The last question, once nothing else hinders; NULL: yes. */
    bool (*confirm)(void *user, const tn_plan *plan);
} tn_apply_host;

typedef struct tn_apply_options {
    const tn_apply_host *host;
    tn_limits limits;
    tn_evidence evidence; /* KEYS or RANGE */
    uint64_t rate;        /* records a second; 0: as fast as it goes */
    uint32_t lock_wait_ms;
    uint32_t fact_lease_ms;
    bool drops;  /* indices go whole, where every record of them does */
    bool rolls;  /* what is written to as well, once another is begun */
    bool buries; /* records that can only be hidden are, by tombstones */
    bool purges; /* what was deleted is taken out of the stores' files, too */
    bool has_max_lag;
    uint32_t max_lag_s;  /* no chunk begins while a replica is farther behind */
    uint32_t chunk_rows; /* 0: as many as take about TN_APPLY_CHUNK_MS */
} tn_apply_options;

#define TN_APPLY_OPTIONS_INIT                                                          \
    {                                                                                  \
        .evidence = TN_EVIDENCE_KEYS, .lock_wait_ms = TN_APPLY_LOCK_WAIT_MS,           \
        .fact_lease_ms = TN_APPLY_FACT_LEASE_MS                                        \
    }

/* A record of the plan that is still there, or one that is due and still there. */
typedef struct tn_survivor {
    const tn_plan_place *place;
    tn_str key;
    const char *why; /* "hold", "retained", ...; static */
} tn_survivor;

typedef struct tn_apply_place {
    const tn_plan_place *place;
    uint64_t erased_count;      /* by this plan's run, earlier starts included */
    uint64_t unconfirmed_count; /* gone, but whether by this run nobody can tell */
    uint64_t unplanned_count;   /* of this start: due, but not in the plan */
    uint64_t remaining_count;   /* due, and still there at the end */
    uint64_t blocked_count;     /* due, but behind a record that stays; none of those */
    uint64_t survivor_count;
    bool waits; /* not begun: what feeds it still has records that are due */
    /* Lost in the window between reading facts of another store and deleting. */
    uint64_t late_hold_count;
    char first_late_hold[64]; /* the key of one, NUL-terminated */
} tn_apply_place;

typedef struct tn_apply_report {
    tn_str run;
    tn_apply_place *places; /* one for each of the plan */
    tn_survivor *survivors;
    uint32_t survivor_count; /* listed */
    uint64_t erased_count;   /* by the run */
    uint64_t survivor_total; /* all */
    uint64_t remaining_count;
    uint64_t unconfirmed_count; /* not among the erased */
    uint64_t late_hold_count;
    tn_erasure erasure;
    const char *stopped; /* why; NULL: it came to its end */
    bool was_resumed;
    uint64_t elapsed_ms;
    uint64_t erase_ms; /* of that: until all chunks were done */
    tn_head head;
} tn_apply_report;

typedef struct tn_apply_input {
    tn_plan *plan; /* read from a file; its places are bound here */
    const tn_image *image;
    const tn_store_ops *const
        *kinds; /* for reading; those that erase are found there */
    const char *(*find_env)(const char *name);
    tn_ledger *ledger; /* open for writing */
    const tn_secret *secret;
    tn_reviews *reviews;      /* NULL: nothing was resolved */
    tn_plan_records *records; /* the plan's; NULL: it has none */
} tn_apply_input;

/* `why` is the ledger's. */
TN_MUST_USE tn_status tn_apply_run(const tn_apply_input *input,
                                   const tn_apply_options *options, tn_arena *arena,
                                   tn_apply_report *out, tn_buf *why);

/* Accepts the stores of a deployment as they are (`ledger rearm`), and that places
 * which it does not have are gone: what a run that was cut off there had sent,
 * *given_up records, is unconfirmed. */
TN_MUST_USE tn_status tn_apply_rearm(const tn_apply_input *input, tn_str reason,
                                     tn_instant now, uint64_t *given_up, tn_buf *why);

#endif

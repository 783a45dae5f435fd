/* transfer: records and facts that a session reads by one policy, decided by another.
 *
 * What has the same name in both is the same thing. A value of another type there is
 * unreadable; what the session does not bind is missing, and told once in `warnings`.
 * Events may be supposed: "as if customer 7 had been terminated then".
 *
 * Owns: its run, facts and deciders, until tn_transfer_free; borrows the session and
 * the other image. Fails: NOMEM, LIMIT. Threads: one. */
#ifndef TN_TOOLS_TRANSFER_H
#define TN_TOOLS_TRANSFER_H

#include "interp/eval/judge.h"

/* That an event of one member of an entity happened, whatever the facts say. */
typedef struct tn_supposed {
    tn_str entity; /* full name */
    tn_str event;
    tn_str key; /* as tn_facts_key has it */
    tn_instant at;
    bool is_met; /* set: a row has the key */
} tn_supposed;

typedef struct tn_transfer {
    const tn_eval *eval; /* after tn_eval_load */
    const tn_image *to;
    const tn_allocator *memory;
    tn_arena arena;
    tn_run *run;
    tn_facts **facts; /* one for each entity of `to` */
    tn_supposed *supposed;
    size_t supposed_count;
    tn_buf warnings; /* a line each */
} tn_transfer;

/* `supposed` is borrowed, and told which events are met. */
TN_MUST_USE tn_status tn_transfer_new(const tn_eval *eval, const tn_image *to,
                                      tn_supposed *supposed, size_t supposed_count,
                                      tn_transfer *out);
void tn_transfer_free(tn_transfer *transfer);

/* One place of the session, as the other policy sees it. */
typedef struct tn_transfer_place {
    tn_decider *decider; /* NULL: the other policy has no such category or place */
    const tn_image *to;
    uint32_t category;    /* row of `to`; TN_NONE: none */
    uint32_t field_count; /* of that category */
    uint32_t *fields;     /* where each comes from; TN_NONE: nowhere */
    uint32_t key_count;
    uint32_t *keys;
    bool *lost; /* for each field of the session's category: not declared in `to` */
    uint32_t from_count;
} tn_transfer_place;

/* The arrays lie in the transfer's arena, the decider is freed by _close. */
TN_MUST_USE tn_status tn_transfer_open(tn_transfer *transfer, uint32_t bound,
                                       tn_transfer_place *out);
void tn_transfer_close(tn_transfer_place *place);

/* The verdict of the record that was judged. */
TN_MUST_USE tn_status tn_transfer_decide(tn_transfer_place *place,
                                         const tn_judged *judged, unsigned wants,
                                         tn_verdict *out);

#endif

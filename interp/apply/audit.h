/* audit: is a ledger whole, and can it be shown that this record was deleted: what may
 * be asked of the evidence, by whoever has it.
 *
 * Owns: nothing. Fails: INVALID (the evidence is not intact; `problem` says where),
 * NOT_FOUND (no such record), NOMEM, IO. Threads: one at a time. */
#ifndef TN_APPLY_AUDIT_H
#define TN_APPLY_AUDIT_H

#include "interp/apply/ledger.h"
#include "interp/apply/outcome.h"

typedef struct tn_audit {
    uint64_t entry_count;
    uint64_t outcome_count;
    uint64_t record_count; /* deleted or redacted, by all outcomes */
    uint64_t leaf_count;
    tn_head head;
} tn_audit;

/* Proves every entry and leaf against the chain and, unless NULL, against a head that
 * was kept elsewhere. */
TN_MUST_USE tn_status tn_audit_ledger(tn_ledger *ledger, const tn_head *kept,
                                      tn_audit *out, tn_buf *problem);

/* Which record a proof is asked for. */
typedef struct tn_audit_record {
    tn_str key;   /* as people write it (store/key.h) */
    tn_str place; /* data NULL: in any */
} tn_audit_record;

/* Appends, as one line of JSON for each time, that the record was deleted or redacted:
 * all that a third party needs to check it against a certificate. */
TN_MUST_USE tn_status tn_audit_prove(tn_ledger *ledger, const tn_secret *secret,
                                     const tn_audit_record *record, tn_buf *out,
                                     tn_buf *problem);

/* What a proof comes down to. */
typedef struct tn_proven {
    int64_t seq; /* of the outcome */
    tn_digest root;
} tn_proven;

/* Checks one line of tn_audit_prove by itself. */
TN_MUST_USE tn_status tn_audit_check_proof(tn_str proof, tn_proven *out,
                                           tn_buf *problem);

#endif

/* certificate: what one run did, to be given away and checked without the ledger.
 *
 * As JSON it holds the ledger's entries from the run's first to its last, with the hash
 * before them, so that the chain can be followed up to the head that it names; as
 * Markdown it says the same to people. It holds no key and no field value. Proofs
 * (audit.h) of single records are checked against it.
 *
 * Owns: nothing. Fails: NOT_FOUND (no such run), INVALID (the certificate does not hold
 * together; `problem` says where), NOMEM, IO. Threads: one at a time. */
#ifndef TN_APPLY_CERTIFICATE_H
#define TN_APPLY_CERTIFICATE_H

#include "interp/apply/audit.h"

TN_MUST_USE tn_status tn_certificate_put_json(tn_ledger *ledger, tn_str run,
                                              tn_buf *out, tn_buf *problem);
TN_MUST_USE tn_status tn_certificate_put_markdown(tn_ledger *ledger, tn_str run,
                                                  tn_buf *out, tn_buf *problem);

/* What a certificate that holds together says. */
typedef struct tn_certified {
    tn_head head;
    uint64_t entry_count;
    uint64_t record_count; /* deleted or redacted by the run */
} tn_certified;

/* Follows the chain of `certificate` (JSON) and adds up its outcomes; `kept` is a head
 * kept elsewhere, NULL: none; `proof` a line of tn_audit_prove, data NULL: none. */
TN_MUST_USE tn_status tn_certificate_check(tn_str certificate, const tn_head *kept,
                                           tn_str proof, tn_certified *out,
                                           tn_buf *problem);

#endif

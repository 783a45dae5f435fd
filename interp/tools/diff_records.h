/* diff_records: which of a deployment's records fare differently under two policies.
 *
 * The deployment says where records and facts are; both policies decide each of them at
 * the session's instant. A record counts as changed where its verdict or its due
 * differs. Nothing is kept of the records but counts and the first few of each place.
 *
 * Owns: nothing. Fails: STORE (problems of the session),
 * NOMEM, LIMIT. Threads: one. */
#ifndef TN_TOOLS_DIFF_RECORDS_H
#define TN_TOOLS_DIFF_RECORDS_H

#include "interp/tools/diff.h"
#include "interp/tools/transfer.h"

/* One record under both policies; borrowed until the next. */
typedef struct tn_diff_record {
    const tn_eval *eval;
    const tn_bound *bound;
    const tn_value *key;
    tn_diff_way way;
    tn_verdict verdicts[TN_PAIR_SIDES];
    bool is_there[TN_PAIR_SIDES]; /* the policy has this category and place */
} tn_diff_record;

typedef struct tn_diff_place {
    const tn_bound *bound;
    uint64_t record_count;
    uint64_t changed[TN_DIFF_WAY_COUNT];
    uint64_t verdict_count; /* of these, another verdict at the session's instant */
} tn_diff_place;

/* Called for each changed record; anything but TN_OK ends the reading. */
typedef tn_status tn_diff_record_fn(void *user, const tn_diff_record *record);

typedef struct tn_diff_visitor {
    tn_diff_record_fn *visit;
    void *user;
} tn_diff_visitor;

/* Reads the records of place number `bound` of the session, which is loaded. */
TN_MUST_USE tn_status tn_diff_records_of(tn_eval *eval, uint32_t bound,
                                         tn_transfer transfers[TN_PAIR_SIDES],
                                         const tn_diff_visitor *visitor,
                                         tn_diff_place *out);

/* "5: keep, due 2027-01-01T00:00:00Z; now delete (expired), due 2026-01-01T00:00:00Z"
 */
void tn_diff_record_put_text(tn_buf *buf, const tn_diff_record *record);
/* One JSON object. */
void tn_diff_record_put_json(tn_buf *buf, const tn_diff_record *record);

#endif

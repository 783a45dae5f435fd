/* review: what people decided about flagged records.
 *
 * A resolution says of one record keep or delete, until when, and why. It counts for
 * that record, that reason and that clause, as long as all that the clauses read of it
 * is as it was (a digest tells), and shows in the ledger. Doubt never deletes; a person
 * who looked may.
 *
 * Resolutions lie in a file of SQLite beside the ledger, mode 0600: it holds the keys
 * of records in the clear, which the ledger does not.
 *
 * Owns: the connection, until close. Fails: as db.h says; UNSUPPORTED (a record whose
 * clauses read lists or maps). Threads: one at a time. */
#ifndef TN_APPLY_REVIEW_H
#define TN_APPLY_REVIEW_H

#include "interp/apply/ledger.h"
#include "interp/decide/decide.h"
#include "interp/eval/judge.h"

typedef struct tn_reviews tn_reviews;

/* `path` is copied, `why` borrowed. NOT_FOUND where there is no file, unless `make`. */
TN_MUST_USE tn_status tn_reviews_open(const char *path, bool make, tn_buf *why,
                                      tn_reviews **out);
void tn_reviews_close(tn_reviews *reviews);

/* The digest of what was decided on: the decider's last record, a flag. */
TN_MUST_USE tn_status tn_review_digest(const tn_image *image, uint32_t category,
                                       const tn_decider *decider,
                                       const tn_verdict *verdict, tn_digest *out);

typedef struct tn_resolution {
    tn_str identity;      /* of the record (secret.h) */
    tn_str place;         /* as in a plan */
    tn_str key;           /* as people write it */
    tn_digest digest;     /* of what was looked at */
    tn_decision decision; /* KEEP or DELETE */
    tn_instant until;     /* it counts before */
    tn_str why;
} tn_resolution;

/* Writes it down, in the ledger too; replaces what was said of the record before. */
TN_MUST_USE tn_status tn_reviews_resolve(tn_reviews *reviews, tn_ledger *ledger,
                                         const tn_secret *secret, tn_instant now,
                                         const tn_resolution *resolution);

/* What counts of a record now: FLAG where nothing does. */
TN_MUST_USE tn_status tn_reviews_find(tn_reviews *reviews, tn_str identity,
                                      const tn_digest *digest, tn_instant now,
                                      tn_decision *out);

/* A record, flagged, in a place of this name. */
typedef struct tn_reviewed {
    const tn_judged *judged;
    tn_str place;
    tn_instant now;
} tn_reviewed;

/* The same of a record that was just decided on; FLAG, too, where it can't be resolved
 * at all. `identity` is for its use. */
TN_MUST_USE tn_status tn_reviews_find_record(tn_reviews *reviews,
                                             const tn_reviewed *record,
                                             tn_buf *identity, tn_decision *out);

/* What was said of a record, as a sentence; empty: nothing. */
TN_MUST_USE tn_status tn_reviews_put_text(tn_reviews *reviews, tn_str identity,
                                          const tn_digest *digest, tn_instant now,
                                          tn_buf *out);

#endif

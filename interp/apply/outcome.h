/* outcome: what an entry of kind `outcome` says, as JSON and back.
 *
 * Owns: nothing; texts of what was read are borrowed from the reader. Fails: NOMEM, IO;
 * INVALID (not the body of an outcome). Threads: one at a time. */
#ifndef TN_APPLY_OUTCOME_H
#define TN_APPLY_OUTCOME_H

#include "interp/apply/db.h"

/* How much of what was done can be shown later. */
typedef enum tn_evidence {
    TN_EVIDENCE_KEYS,  /* every record has a leaf */
    TN_EVIDENCE_RANGE, /* the predicate and the count */
    TN_EVIDENCE_WHOLE, /* an index, a partition, a prefix of a topic */
    TN_EVIDENCE_COUNT
} tn_evidence;

/* How far what was deleted is gone from the medium. */
typedef enum tn_erasure {
    TN_ERASURE_UNKNOWN,
    TN_ERASURE_HIDDEN,     /* some of it stays readable until its store compacts */
    TN_ERASURE_UNREADABLE, /* no query finds it; its bytes may still be there */
    TN_ERASURE_PURGED,     /* no file of the store has its bytes any more */
    TN_ERASURE_COUNT
} tn_erasure;

const char *tn_evidence_text(tn_evidence evidence);
const char *tn_erasure_text(tn_erasure erasure);
/* False for any other word. */
TN_MUST_USE bool tn_evidence_parse(tn_str word, tn_evidence *out);
TN_MUST_USE bool tn_erasure_parse(tn_str word, tn_erasure *out);

typedef struct tn_outcome {
    bool is_redaction; /* fields were nulled or replaced; else records deleted */
    tn_evidence evidence;
    uint64_t count;
    /* These are gone as well, but whether by this chunk nobody can tell: a store
     * without transactions was cut off. */
    uint64_t unconfirmed_count;
    tn_digest root;     /* over the leaves; with evidence `keys` alone */
    tn_str store;       /* which store: its identity */
    uint64_t watermark; /* the store's, after it */
} tn_outcome;

void tn_outcome_put(tn_buf *body, const tn_outcome *outcome);

/* Reads bodies, one at a time. */
typedef struct tn_outcome_reader {
    tn_db *db;
    sqlite3_stmt *query;
} tn_outcome_reader;

/* `db` is any open database: its JSON functions are used. */
TN_MUST_USE tn_status tn_outcome_reader_open(tn_outcome_reader *reader, tn_db *db);
void tn_outcome_reader_close(tn_outcome_reader *reader);
/* Texts are borrowed until the next call. INVALID says nothing in `why`. */
TN_MUST_USE tn_status tn_outcome_read(tn_outcome_reader *reader, tn_str body,
                                      tn_outcome *out);

#endif

/* ledger: append-only evidence of what was deleted, by whom it was ordered, and why.
 *
 * A file of SQLite, mode 0600, with two tables:
 *
 *   entry   seq, at, kind, run, place, chunk, body (JSON), hash
 *   leaves  seq, leaves: 16 bytes for each record of an outcome of evidence `keys`
 *
 *   hash = BLAKE2b-256(02, hash before, seq, and each other column with its length)
 *
 * The first entry's "hash before" is 32 bytes of 0. The last entry's number and hash
 * are the *head*: whoever keeps a head elsewhere finds any later edit, removal,
 * reordering or cut. An outcome is unique for (run, place, chunk), and so is an intent.
 * No field value and no key is in the file: records are leaves (secret.h).
 *
 *   kind     body
 *   ledger   the first: format, id, which key
 *   policy   a policy's digest was accepted
 *   run      a run starts: plan, policy, instant, evidence, places with what is planned
 *   intent   the chunk is about to be done
 *   outcome  action, count, evidence, root; the store's id and watermark after it
 *   resume   the run goes on
 *   stop     it was stopped, and why
 *   done     it is over: counts, verification, erasure, forecast
 *   rearm    a store that went back in time was accepted
 *   review   a flagged record was resolved
 *
 * While it is written, write-ahead logging makes a transaction one sync; at rest it is
 * one file. One writer at a time (a lock on FILE.lock); readers need no lock.
 *
 * Owns: the connection and the lock, until close. Fails: as db.h says; REFUSED (another
 * run has it, or the key is another), OTHER_VERSION. Threads: one at a time. */
#ifndef TN_APPLY_LEDGER_H
#define TN_APPLY_LEDGER_H

#include "interp/apply/db.h"
#include "interp/apply/secret.h"

enum { TN_LEDGER_FORMAT = 1, TN_LEDGER_ID_TEXT = 16 };

typedef struct tn_ledger tn_ledger;

/* Opens for reading. `path` is copied; `why` is borrowed until close. */
TN_MUST_USE tn_status tn_ledger_open(const char *path, tn_buf *why, tn_ledger **out);
/* Opens for writing, and makes it where there is none; takes the lock. */
TN_MUST_USE tn_status tn_ledger_write(const char *path, const tn_secret *secret,
                                      tn_instant now, tn_buf *why, tn_ledger **out);
void tn_ledger_close(tn_ledger *ledger);

/* The last entry. */
typedef struct tn_head {
    int64_t seq; /* 0: there is none */
    tn_digest hash;
} tn_head;

enum { TN_HEAD_TEXT_MAX = 20 + 1 + TN_DIGEST_TEXT_BYTES + 1 };

/* "17:3f…", and back. */
void tn_head_put(tn_buf *buf, const tn_head *head);
TN_MUST_USE bool tn_head_parse(tn_str text, tn_head *out);

tn_head tn_ledger_head(const tn_ledger *ledger);
/* 16 digits that tell this ledger from others; borrowed. */
tn_str tn_ledger_id(const tn_ledger *ledger);
tn_db *tn_ledger_db(tn_ledger *ledger); /* for the rest of this room */

/* What is to be appended. Texts with data NULL are null. */
typedef struct tn_draft {
    const char *kind;
    tn_str run;
    tn_str place;
    int64_t chunk;         /* below 0: none */
    tn_str body;           /* JSON */
    const tn_leaf *leaves; /* of an outcome of evidence `keys`; else NULL */
    size_t leaf_count;
} tn_draft;

/* A transaction: all that is appended in it is there after a crash, or nothing. */
TN_MUST_USE tn_status tn_ledger_begin(tn_ledger *ledger);
TN_MUST_USE tn_status tn_ledger_append(tn_ledger *ledger, tn_instant now,
                                       const tn_draft *draft);
TN_MUST_USE tn_status tn_ledger_commit(tn_ledger *ledger);
void tn_ledger_rollback(tn_ledger *ledger);

/* Is there an entry of this kind for this run, place and chunk? */
TN_MUST_USE tn_status tn_ledger_has(tn_ledger *ledger, const tn_draft *like, bool *out);

/* When the last entry was made; TN_INSTANT_MIN where there is none. */
TN_MUST_USE tn_status tn_ledger_last_time(tn_ledger *ledger, tn_instant *out);

/* One entry as it stands in the file; texts are borrowed until the next. */
typedef struct tn_entry {
    int64_t seq;
    tn_str at;
    tn_str kind;
    tn_str run;
    tn_str place;
    int64_t chunk; /* below 0: none */
    tn_str body;
    tn_digest hash;
    bool has_hash; /* false: what stands there is no hash */
} tn_entry;

/* Entries in order; run with data NULL: of all runs. */
typedef struct tn_entries {
    tn_ledger *ledger;
    sqlite3_stmt *statement;
} tn_entries;

TN_MUST_USE tn_status tn_entries_open(tn_ledger *ledger, tn_str run, tn_entries *out);
TN_MUST_USE tn_status tn_entries_next(tn_entries *entries, tn_entry *out, bool *found);
void tn_entries_close(tn_entries *entries);

/* The hash that belongs to an entry after one with hash `before`. */
tn_digest tn_entry_hash(const tn_digest *before, const tn_entry *entry);

/* An entry as one line of JSON, without its line end. */
void tn_entry_put(tn_buf *buf, const tn_entry *entry);

/* The leaves of the outcome `seq`, in the arena; NULL and 0 where there are none. */
TN_MUST_USE tn_status tn_ledger_leaves(tn_ledger *ledger, int64_t seq, tn_arena *arena,
                                       const tn_leaf **out, size_t *count);

#endif

/* journal: what is about to be sent to stores without transactions.
 *
 * A file of SQLite beside the ledger, FILE.work, mode 0600, since it names records:
 * made with the first intent, and removed once every intent has its outcome in the
 * ledger. An intent that is there after a crash has none yet; the store is asked what
 * came of it (erase.h, `recall`).
 *
 * Owns: the connection, until close. Fails: as db.h says. Threads: one at a time. */
#ifndef TN_APPLY_JOURNAL_H
#define TN_APPLY_JOURNAL_H

#include "interp/apply/db.h"
#include "interp/base/arena.h"

typedef struct tn_journal {
    tn_db db; /* closed: no intent was written yet */
    const char *path;
} tn_journal;

/* Opens the journal of the ledger at `ledger`, where there is one; nothing is made. The
 * path lies in the arena. */
TN_MUST_USE tn_status tn_journal_open(tn_journal *journal, const char *ledger,
                                      tn_arena *arena, tn_buf *why);
/* Removes the file too when no intent is left in it. */
void tn_journal_close(tn_journal *journal);

typedef struct tn_intent {
    tn_str run;
    tn_str place;
    int64_t chunk;
    uint64_t count; /* of records */
    tn_str work;    /* as the store made it */
} tn_intent;

/* Is on the disk when it returns. One of the same chunk is replaced: it was not sent.
 */
TN_MUST_USE tn_status tn_journal_put(tn_journal *journal, const tn_intent *intent);

/* The chunk's outcome is in the ledger. */
TN_MUST_USE tn_status tn_journal_drop(tn_journal *journal, const tn_intent *intent);

/* The first intent, in the arena; *found false: there is none. */
TN_MUST_USE tn_status tn_journal_first(tn_journal *journal, tn_arena *arena,
                                       tn_intent *out, bool *found);
/* The first behind *at, which is 0 at the beginning and goes on with each. */
TN_MUST_USE tn_status tn_journal_next(tn_journal *journal, int64_t *at, tn_arena *arena,
                                      tn_intent *out, bool *found);

#endif

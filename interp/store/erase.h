/* erase: what an adapter implements so that records can be deleted or redacted.
 *
 * The order of calls: examine (of any store, for a plan); then, of a store opened by
 * `writing`: examine, prepare, markers, erase chunk by chunk, settle. A chunk is one
 * transaction of the store in which the rows are decided, so that a row which changed,
 * or whose facts changed, before it is decided anew:
 *
 *   lock, write the marker (run, place, number: its key fences repeats)
 *   begun     the caller reads facts; nobody else can change them now
 *   decide    for each row, inside the deleting statement
 *   take      for each row that goes, with its key; spare for one that something else
 *             refers to
 *   seal      the caller gives what the marker keeps: evidence
 *   commit, if as many rows went as were taken, and the range, looked at again, has
 *   the others; else all is as before
 *
 * A marker that is there after a crash says that its chunk is done; what it holds is
 * then copied to the ledger. Each prepared store has an identity and a watermark, which
 * grows with every chunk, so that a store put back to an earlier day is noticed.
 *
 * A store without transactions (it has `recall`) does a chunk in another order:
 *
 *   begun     the caller reads facts; they are good for a time (the lease)
 *   decide    for each row; what is chosen is remembered with what proves, when it is
 *             sent, that the row is still the one that was decided on
 *   intend    the caller makes durable what is about to be sent; it refuses when the
 *             lease is over, and nothing was done
 *   send, each row guarded; take for each that went, lose for one that was gone before,
 *             spare for one that had changed and stays
 *
 * Where the program dies in the middle, the intent is given to `recall`, which looks
 * what came of it, and changes nothing: take for rows that are known to be this chunk's
 * work, lose for those of which nobody can tell, and nothing for those that are there.
 * So a count is exact, or exact between "taken" and "taken and lost". Such a store
 * keeps no markers; its identity is its own.
 *
 * Every call that changes a store takes a permit, whose type only interp/apply/permit.c
 * completes: nothing else can make one.
 *
 * Owns: nothing. Fails: STORE, NOMEM, LIMIT with a sentence; STOPPED (locked, try
 * again); what a callback returned. Threads: as the store. */
#ifndef TN_STORE_ERASE_H
#define TN_STORE_ERASE_H

#include "interp/base/digest.h"
#include "interp/store/store.h"

typedef struct tn_erase_permit tn_erase_permit;

enum {
    TN_ERASE_OPS_VERSION = 6,
    TN_STORE_ID_TEXT = 16 /* hexadecimal digits */
};

/* A column that a redaction may change. */
typedef struct tn_erase_column {
    tn_str name;
    bool becomes_null; /* else it gets a value */
} tn_erase_column;

/* An object of the store that decides about what is erased: its rows are facts. */
typedef struct tn_erase_watch {
    tn_str object;
    const tn_scan_column *columns; /* the wanted ones matter */
    uint32_t column_count;
} tn_erase_watch;

/* What is to be erased from. */
typedef struct tn_erase_target {
    tn_str object;
    const tn_scan_column *columns; /* what `decide` is given: the wanted ones */
    uint32_t column_count;
    bool wants_undeclared;
    bool redacts;  /* else rows are deleted */
    bool may_drop; /* what holds rows may go with them, where every one of them goes */
    bool may_roll; /* what is written to as well, once a new one is begun */
    bool may_bury; /* rows may be hidden for good, where that is all there is */
    const tn_erase_column *redacted;
    uint32_t redacted_count;
    const tn_erase_watch *watched; /* version 6: all that decides, if it is known */
    uint32_t watched_count;
} tn_erase_target;

/* An object with rows that refer to rows of the target. */
typedef struct tn_erase_child {
    tn_str object;
    bool follows; /* deleting the parent would delete or change its rows */
} tn_erase_child;

/* What a store says of a target; in the caller's arena. */
typedef struct tn_erase_exam {
    tn_digest shape; /* of all that defines the object: another one, another digest */
    const tn_str *obstacles; /* why it can't be erased from, a sentence each */
    uint32_t obstacle_count;
    const tn_erase_child *children;
    uint32_t child_count;
    /* Rows can only be hidden, each by a mark for its key (may_bury): who reads all of
     * the store still finds them, until it takes them away by itself. They go one by
     * one, whatever the store's capabilities say. */
    bool buries;
} tn_erase_exam;

/* What holds rows of an object: an index. */
typedef struct tn_erase_holder {
    tn_str name;
    uint64_t row_count;
    bool is_written; /* what is new goes there */
} tn_erase_holder;

typedef struct tn_erase_holders {
    const char *noun; /* static */
    const tn_erase_holder *list;
    uint32_t count;
} tn_erase_holders;

/* Which store it is, and how many chunks were ever committed in it. */
typedef struct tn_store_mark {
    bool exists; /* false: it was never prepared */
    char id[TN_STORE_ID_TEXT];
    char ledger[TN_STORE_ID_TEXT]; /* the ledger that it belongs to */
    uint64_t watermark;
} tn_store_mark;

/* A mark as a store keeps it, by its columns; false: it is none. */
bool tn_store_read_mark(tn_str id, tn_str ledger, int64_t watermark,
                        tn_store_mark *out);

/* A redacted field's new value, as the store is to keep it. */
typedef struct tn_erase_change {
    uint32_t column; /* of the target's `redacted` */
    tn_value value;
} tn_erase_change;

typedef struct tn_erase_choice {
    bool is_chosen;
    const tn_erase_change *changes; /* of a redaction; borrowed until the next call */
    uint32_t change_count;
} tn_erase_choice;

/* What the marker keeps of a chunk. */
typedef struct tn_erase_seal {
    const void *root; /* TN_DIGEST_BYTES, or NULL */
    const void *leaves;
    size_t leaves_size;
} tn_erase_seal;

/* What is said of rows beforehand, so that the store itself can tell them. */
typedef struct tn_erase_rule {
    /* A row goes where it is TRUE, and stays where it is FALSE; every other one is
     * handed to `decide`. Over the columns of the target, by number. */
    const tn_pred *goes;
} tn_erase_rule;

typedef struct tn_erase_chunk {
    tn_str run;
    tn_str place;
    int64_t number;         /* from 0; goes on where the one before ended */
    uint32_t row_limit;     /* no more rows are looked at */
    const tn_digest *shape; /* what examine found: another one is refused */
    tn_buf *why;
    void *user;
    /* `version` differs from that of the chunk before if anybody else changed the
     * store, or, where it is told what to watch, anything of that. */
    tn_status (*begun)(void *user, int64_t version);
    tn_status (*decide)(void *user, const tn_store_row *row, const tn_value *key,
                        tn_erase_choice *out);
    tn_status (*take)(void *user, const tn_value *key);
    tn_status (*spare)(void *user, const tn_value *key);
    tn_status (*seal)(void *user, uint64_t count, tn_erase_seal *out);
    /* Of stores without transactions; `count` rows are about to be sent. */
    tn_status (*intend)(void *user, tn_str intent, uint64_t count);
    tn_status (*lose)(void *user, const tn_value *key);
    /* After `begun`, by the facts that it read: rows of a case that keeps need not be
     * decided, and so not be read. *table NULL: nothing is certain of any. Borrowed
     * until the store's next call. NULL: the same. */
    tn_status (*certain)(void *user, const tn_push_table **table);
    /* After `begun`. *is_known false: every row is handed to `decide`. A store may ask,
     * and then calls `take` for rows that were never handed over. What it gives is
     * borrowed until the chunk's end. NULL: nothing is known. */
    tn_status (*rule)(void *user, tn_erase_rule *out, bool *is_known);
    /* Version 5. `decide` does without the key, and may be given NULL. */
    bool is_keyless;
} tn_erase_chunk;

typedef struct tn_erase_result {
    uint64_t looked_at_count;
    uint64_t erased_count;
    uint64_t watermark;
    bool is_end; /* no row comes after */
} tn_erase_result;

/* A chunk that the store knows to be done. Borrowed for the call. */
typedef struct tn_erase_marker {
    tn_str run;
    tn_str place;
    int64_t number;
    bool redacts;
    uint64_t count;
    uint64_t watermark;
    bool is_end;
    tn_str root; /* TN_DIGEST_BYTES, or data NULL: evidence of the range alone */
    tn_str leaves;
} tn_erase_marker;

/* What an intent came to. */
typedef struct tn_erase_recall {
    tn_str intent; /* as the store made it */
    void *user;
    tn_status (*take)(void *user, const tn_value *key);
    tn_status (*lose)(void *user, const tn_value *key);
} tn_erase_recall;

typedef tn_status tn_erase_marker_fn(void *user, const tn_erase_marker *marker);

/* Grows at its end alone; `version` says how far it reaches. (Version 5: the chunk's
 * `rule`.) With `recall`, `markers`
 * and the marks' watermark mean nothing: the one is NULL, the other 0. */
struct tn_erase_ops {
    uint32_t version;
    const tn_store_ops *writing; /* opens the same kind of store for all calls below */

    tn_status (*examine)(tn_store *store, const tn_erase_target *target,
                         tn_arena *arena, tn_erase_exam *out, tn_buf *why);
    tn_status (*mark)(tn_store *store, tn_store_mark *out, tn_buf *why);
    /* Makes what chunks need; gives the store an identity where it has none, and the
     * ledger's. */
    tn_status (*prepare)(tn_store *store, const tn_erase_permit *permit, tn_str ledger,
                         tn_buf *why);
    /* All markers, by run, place and number. */
    tn_status (*markers)(tn_store *store, tn_erase_marker_fn *visit, void *user,
                         tn_buf *why);
    tn_status (*erase)(tn_store *store, const tn_erase_permit *permit,
                       const tn_erase_target *target, const tn_erase_chunk *chunk,
                       tn_erase_result *out);
    /* Forgets a run's markers. *is_purged: no file of the store holds what was
     * erased, its pages being overwritten, and no journal or log is left with it.
     * Blocks that the file system took back are not spoken of. */
    tn_status (*settle)(tn_store *store, const tn_erase_permit *permit, tn_str run,
                        bool *is_purged, tn_buf *why);
    /* The store keeps logs of what it was told and old versions of rows, for others to
     * read or for as long as it likes: how far erasure went can't be known. */
    bool keeps_history;

    /* NULL: chunks are transactions. `target` is the one of the chunk. */
    tn_status (*recall)(tn_store *store, const tn_erase_target *target,
                        const tn_erase_recall *recall, tn_buf *why);
    /* After the last chunk, before the second look: returns once what was deleted is
     * seen to be gone and a crash of the store can't bring it back. NULL: commit did
     * that. STORE: some of it came back. */
    tn_status (*harden)(tn_store *store, const tn_erase_permit *permit, tn_buf *why);

    /* Version 2. The store's version now, as `begun` is given it: where it is the
     * chunks' own, nobody else has written. NULL: the store can't tell. */
    tn_status (*current)(tn_store *store, int64_t *version, tn_buf *why);

    /* Version 3. Makes the store take what was deleted out of its files, and looks:
     * *is_purged: it is. The caller asks again until it is, or gives up. NULL: only
     * `settle` knows. */
    tn_status (*purge)(tn_store *store, const tn_erase_permit *permit, bool *is_purged,
                       tn_buf *why);

    /* Version 4. How long the caller waits before it calls `harden`: until then a crash
     * of the store can bring back what was deleted. NULL: not at all. */
    tn_status (*harden_wait)(tn_store *store, uint64_t *wait_ms, tn_buf *why);

    /* Version 5. Was anything hidden since the store was opened, and not deleted? NULL:
     * never. */
    bool (*has_buried)(const tn_store *store);

    /* Version 6. By how many seconds the copy that the store's address names is behind
     * it; UINT64_MAX: it does not follow. UNSUPPORTED: the address names none. NULL:
     * this kind of store has no such copies. */
    tn_status (*lag)(tn_store *store, uint64_t *seconds, tn_buf *why);

    /* Version 6. What holds the object's rows and may go whole with them (may_drop); a
     * row's key then begins with its name. None where the object is what is bound
     * itself. In the arena. NULL: nothing is ever dropped. */
    tn_status (*holders)(tn_store *store, tn_str object, tn_arena *arena,
                         tn_erase_holders *out, tn_buf *why);
};

#endif

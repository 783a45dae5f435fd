/* search_erase: deleting documents of Elasticsearch and OpenSearch, guarded.
 *
 * Pages are swept as a scan reads them. A chunk is what is at hand of one page, at
 * most; what is chosen is sent as one bulk of deletions, each on the condition that the
 * document still has the _seq_no and _primary_term that were read with it:
 *
 *   item status       what became of the document
 *   200               it went: take
 *   404               it was gone before: lose
 *   409               it had changed, or was gone: it is looked for
 *   429               not done, the node has too much to do: sent again, in the lease
 *   403, 429 with a block   not done: the chunk is finished, the next call fails
 *   500 and above, no whole answer   unknown: it is looked for
 *
 * What is unknown is looked for in real time (_mget): still there as it was: sent
 * again; changed: spare; gone: lose. An intent is a line for how keys are made, then a
 * line of JSON for each document: [index, its uuid, _id, _routing, _seq_no,
 * _primary_term].
 *
 * Owns, fails, threads: as erase.h says. */
#ifndef TN_STORE_SEARCH_ERASE_H
#define TN_STORE_SEARCH_ERASE_H

#include "interp/store/erase.h"
#include "interp/store/search_api.h"

extern const tn_erase_ops tn_search_erase;
extern const tn_store_ops tn_search_writing_ops;

void tn_search_writing_close(tn_store *store);

/* --- search_examine.c: what hinders, which store it is, how it ends (erase.h) */

TN_MUST_USE tn_status tn_search_examine(tn_store *store, const tn_erase_target *target,
                                        tn_arena *arena, tn_erase_exam *out,
                                        tn_buf *why);
TN_MUST_USE tn_status tn_search_mark(tn_store *store, tn_store_mark *out, tn_buf *why);
TN_MUST_USE tn_status tn_search_prepare(tn_store *store, const tn_erase_permit *permit,
                                        tn_str ledger, tn_buf *why);
TN_MUST_USE tn_status tn_search_harden(tn_store *store, const tn_erase_permit *permit,
                                       tn_buf *why);
TN_MUST_USE tn_status tn_search_settle(tn_store *store, const tn_erase_permit *permit,
                                       tn_str run, bool *is_purged, tn_buf *why);
TN_MUST_USE tn_status tn_search_purge(tn_store *store, const tn_erase_permit *permit,
                                      bool *is_purged, tn_buf *why);

/* --- search_bulk.c: documents that are about to go */

typedef enum tn_search_fate {
    TN_SEARCH_PENDING, /* not sent, or surely not carried out */
    TN_SEARCH_UNKNOWN,
    TN_SEARCH_GONE,    /* by this program */
    TN_SEARCH_ABSENT,  /* nobody can tell by whom */
    TN_SEARCH_CHANGED, /* it stays */
    TN_SEARCH_REFUSED  /* it stays: a block */
} tn_search_fate;

typedef struct tn_search_item {
    tn_search_token token;
    tn_search_fate fate;
} tn_search_item;

typedef struct tn_search_batch {
    tn_arena arena; /* texts */
    bool is_index;  /* keys are _id alone */
    tn_search_item *items;
    uint32_t count;
    uint32_t capacity;
    tn_buf refusal; /* why items are TN_SEARCH_REFUSED; empty: none is */
} tn_search_batch;

/* What one run does to one object. */
typedef struct tn_search_sweep {
    tn_arena arena; /* the request's copies */
    tn_search_object object;
    tn_scan_request request;
    tn_scan *scan;
    tn_search_batch batch;
    tn_buf intent;
    tn_str *objects; /* all that was swept, in the store's arena */
    uint32_t object_count;
    tn_buf refusal; /* what the next call fails with */
    uint32_t restarts;
    tn_str dropping;     /* the object whose indices were looked through for drops */
    uint32_t next_index; /* of them */
    bool is_running;     /* some pages of it are still to come */
} tn_search_sweep;

void tn_search_batch_init(tn_search_batch *batch, const tn_allocator *memory);
void tn_search_batch_free(tn_search_batch *batch);
void tn_search_batch_reset(tn_search_batch *batch);

/* Copies the token. */
TN_MUST_USE tn_status tn_search_batch_add(tn_search_batch *batch,
                                          const tn_search_token *token);
uint32_t tn_search_batch_count(const tn_search_batch *batch, tn_search_fate fate);

/* The intent, and back: INVALID where it is none. */
void tn_search_batch_put(const tn_search_batch *batch, tn_buf *out);
TN_MUST_USE tn_status tn_search_batch_read(tn_search_batch *batch, tn_search *search,
                                           tn_str intent);

/* Sends what is pending, once. STORE: it failed; fates say what is known of it. */
TN_MUST_USE tn_status tn_search_batch_send(tn_search_batch *batch, tn_search *search,
                                           const tn_erase_permit *permit, tn_buf *why);

/* Looks what became of what is unknown: PENDING, CHANGED or ABSENT. */
TN_MUST_USE tn_status tn_search_batch_probe(tn_search_batch *batch, tn_search *search,
                                            tn_buf *why);

/* The parts of both that read the answers: what an answer does not say of an unknown
 * document, stays unknown, and is a failure. A bulk's items are in its own order. */
TN_MUST_USE tn_status tn_search_batch_answered(tn_search_batch *batch,
                                               const tn_value *root, tn_buf *why);
TN_MUST_USE tn_status tn_search_batch_probed(tn_search_batch *batch,
                                             const tn_value *root, tn_buf *why);

/* --- what a chunk is done with: for search_erase.c and search_drop.c */

typedef struct tn_search_chunk {
    tn_search *search;
    tn_search_sweep *sweep;
    const tn_erase_permit *permit;
    const tn_erase_chunk *chunk;
    const tn_erase_target *target;
    tn_erase_result *out;
} tn_search_chunk;

TN_MUST_USE tn_status tn_search_copy_request(tn_search_sweep *sweep,
                                             const tn_erase_target *target);
/* Decides on the row that the scan gave last, and remembers it if it is chosen. */
TN_MUST_USE tn_status tn_search_decide_row(tn_search_chunk *c, tn_scan *scan,
                                           const tn_store_row *row);
/* Writes down, with the caller, what is about to be sent, or is to be sent again. */
TN_MUST_USE tn_status tn_search_intend(tn_search_chunk *c);
/* Tells the caller what became of every document. */
TN_MUST_USE tn_status tn_search_tell_all(tn_search_chunk *c);
/* It is being erased from: what harden and purge speak of. */
TN_MUST_USE tn_status tn_search_note_object(tn_search *s, tn_str name);
/* Is the token's index still the one that it was read from? */
TN_MUST_USE tn_status tn_search_has_index(tn_search *s, const tn_search_token *token,
                                          bool *is_there, tn_buf *why);

/* --- search_drop.c: whole indices */

TN_MUST_USE tn_status tn_search_holders(tn_store *store, tn_str object, tn_arena *arena,
                                        tn_erase_holders *out, tn_buf *why);

/* Drops the next index of the target if its every document is chosen. *is_end: there
 * was none to look at any more, and the chunk is still to be done. */
TN_MUST_USE tn_status tn_search_drop_next(tn_search_chunk *c, bool *is_end);

#endif

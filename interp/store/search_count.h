/* search_count: the cases of a table (interp/push/table.h) counted by the server, and
 * what of the documents need not be handed over.
 *
 * Each case is a step: what is certainly in it, and what is certainly not and goes on
 * to the next. What the steps before have told is not asked again (search_clause.h). A
 * search that counts finds what is certainly none of the residues that come first; its
 * aggregations count the steps, one in the other, and beside them all documents. Where
 * the cases come to as many, nothing is left to be read. Else the same is asked again,
 * now of all documents, with a post_filter that leaves those hits which are certain of
 * no case: so counts and residues are of one state of each shard.
 *
 * A document with a field that was ignored when it was indexed is a residue. Beside the
 * cases stands how many values each field has: where these are more than documents some
 * have several, and nothing was certain. Then, and where the sums do not fit, the
 * counts are not sound, and all is to be read.
 *
 * Owns: steps lie in the arena; borrows the query and the table. Fails: NOMEM, of texts
 * remembered by the buffer. Threads: free. */
#ifndef TN_STORE_SEARCH_COUNT_H
#define TN_STORE_SEARCH_COUNT_H

#include "interp/store/search_query.h"
#include "interp/store/store.h"

enum { TN_SEARCH_UNDECLARED_MAX = 64 };

/* One case, of the documents that none before was certain of. */
typedef struct tn_search_step {
    uint32_t number;              /* of the case */
    const tn_search_clause *when; /* certainly in it */
    const tn_search_clause *rest; /* certainly not */
    /* of those that are in it */
    const tn_search_clause *overdue;
    const tn_search_clause *redacts;
    const tn_search_clause *clocks[TN_PUSH_CLOCKS_MAX];
} tn_search_step;

typedef struct tn_search_count {
    tn_search_query query;
    uint32_t column_count; /* of the request */
    const tn_push_table *table;
    const tn_str *undeclared; /* fields whose values are counted too */
    uint32_t undeclared_count;
    uint64_t *ahead; /* room for one more than the table has steps; NULL: it has none */
    /* by tn_search_plan_count */
    const tn_search_clause *found; /* none of the residues that come first */
    tn_search_step steps[TN_PUSH_CASES_MAX];
    uint32_t step_count;
    bool *is_there; /* for each column: every document that is found has a value */
} tn_search_count;

/* Can the table be counted so? */
bool tn_search_can_count(const tn_search_count *count);

TN_MUST_USE tn_status tn_search_plan_count(tn_search_count *count, tn_arena *arena);

/* Appends `,"query":…,"aggs":…`; with_rows: for a search whose hits are the residues.
 */
void tn_search_put_count(const tn_search_count *count, bool with_rows, tn_buf *body);

/* What came of such a search. */
typedef struct tn_search_tally {
    bool with_rows;
    uint64_t hit_count;
    uint64_t left_count;  /* documents that belong to no case; set by the reading */
    uint64_t *undeclared; /* room for the count of each; borrowed by the counts */
} tn_search_tally;

/* Reads its aggregations. False: the counts are not sound. */
bool tn_search_read_count(const tn_search_count *count, const tn_value *aggregations,
                          tn_search_tally *tally, tn_scan_counts *out);

/* Appends `,"query":…` for documents that are not certainly kept, nor left out. */
void tn_search_put_due(const tn_search_count *count, tn_buf *body);

#endif

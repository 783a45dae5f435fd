/* search_count: the cases of a table (interp/push/table.h) counted by the server, in
 * one search whose hits are the residues.
 *
 * The search finds all documents; aggregations count the cases one in the other, and a
 * post_filter leaves those hits that are certain of no case. So counts and residues are
 * of one state of each shard. Documents with a field that was ignored when it was
 * indexed are residues. Beside it stands how many values each field has, and in how
 * many documents: where these differ some have several, and nothing was certain. Then,
 * and where the sums do not fit, the counts are not sound, and all is to be read.
 *
 * Owns: nothing; borrows the query and the table. Fails: NOMEM, remembered by the
 * buffer. Threads: free. */
#ifndef TN_STORE_SEARCH_COUNT_H
#define TN_STORE_SEARCH_COUNT_H

#include "interp/store/search_query.h"
#include "interp/store/store.h"

enum { TN_SEARCH_UNDECLARED_MAX = 64 };

typedef struct tn_search_count {
    tn_search_query query;
    uint32_t column_count; /* of the request */
    const tn_push_table *table;
    const tn_str *undeclared; /* fields whose values are counted too */
    uint32_t undeclared_count;
    uint64_t *steps; /* room for one more than the table has steps; NULL: it has none */
} tn_search_count;

/* Can the table be counted so? */
bool tn_search_can_count(const tn_search_count *count);

/* Appends `,"aggs":…,"post_filter":…`. */
void tn_search_put_count(const tn_search_count *count, tn_buf *body);

/* Reads the answer's aggregations; `residue_count` is how many hits there are. False:
 * the counts are not sound. `undeclared` has room for the count of each. */
bool tn_search_read_count(const tn_search_count *count, const tn_value *aggregations,
                          uint64_t residue_count, tn_scan_counts *out,
                          uint64_t *undeclared);

#endif

/* search_query: predicates (interp/push) in the server's query language.
 *
 * A query says yes or no, a predicate also unsure: so each is rendered as what is
 * certainly true, and as what is certainly false; whatever is in neither is a residue.
 * Certain is only what is asked of values that a reader sees as they are indexed
 * (search.h): dates at the index's own precision, keywords, whole numbers. That a
 * document has one value of a field, and none that was ignored when it was indexed, a
 * query can't say: it is checked beside it (search_count.h).
 *
 * An instant is asked for by the last tick at or before it at the field's precision; a
 * set of keys in pieces, since servers cap them.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: free. */
#ifndef TN_STORE_SEARCH_QUERY_H
#define TN_STORE_SEARCH_QUERY_H

#include "interp/push/table.h"
#include "interp/store/search_api.h"
#include "interp/store/search_clause.h"

enum {
    TN_SEARCH_TERMS_MAX = 10000, /* in one piece; servers take 65,536 */
    TN_SEARCH_KEYS_MAX = 200000, /* in all; more are not worth sending */
    TN_SEARCH_BOUNDS_MAX = 200,  /* keys with bounds of their own: clauses, of 1,024 */
    TN_SEARCH_DEPTH_MAX = 16     /* of clauses in each other; servers take 20 */
};

typedef struct tn_search_query {
    const tn_search_object *object;
    const tn_scan_column *columns; /* of the request */
    const uint32_t *fields;        /* of the object, for each column; TN_NONE: none */
} tn_search_query;

/* Is the column read as it is indexed? */
bool tn_search_reads_indexed(const tn_search_query *query, uint32_t column);

/* What a value of a field is, as it is read. */
typedef enum tn_search_meaning {
    TN_SEARCH_MEANS_NOTHING, /* nothing is certain */
    TN_SEARCH_MEANS_INSTANT,
    TN_SEARCH_MEANS_DAY,
    TN_SEARCH_MEANS_TEXT,
    TN_SEARCH_MEANS_WHOLE
} tn_search_meaning;

tn_search_meaning tn_search_meaning_of(const tn_search_query *query,
                                       const tn_pred_column *column);

typedef struct tn_search_asking {
    const tn_search_query *query;
    tn_arena *arena;
} tn_search_asking;

/* Documents of which `pred` is certainly true, or certainly false. */
const tn_search_clause *tn_search_certain(const tn_search_asking *asking,
                                          const tn_pred *pred, bool truth);

/* The same of "the value <= `value`". */
void tn_search_up_to(const tn_search_query *query, const tn_pred_column *column,
                     const tn_value *value, bool truth, tn_search_clause *out);

/* Appends the clause as a query. */
void tn_search_put_clause(const tn_search_query *query, const tn_search_clause *clause,
                          tn_buf *out);

/* Of a LESS_EQUAL whose column is a date of milliseconds: the first of the field's
 * values that is greater; false: there is none, or it is not to be told. */
bool tn_search_next_value(const tn_search_query *query, const tn_pred *pred,
                          tn_instant *out);

/* Is it small and shallow enough to be asked? */
bool tn_search_is_renderable(const tn_push_table *table);

#endif

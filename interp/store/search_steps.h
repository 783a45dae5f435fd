/* search_steps: in which step (interp/push/table.h) what is kept falls due, counted by
 * the server.
 *
 * Within the case of what is kept as `retained` one filter for each step counts what is
 * due before its end: by any clock that takes part. All of them are certain there, or
 * the document were a residue. A step is the difference of two counts.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_STORE_SEARCH_STEPS_H
#define TN_STORE_SEARCH_STEPS_H

#include "interp/store/search_query.h"

/* A server evaluates each filter of each document: more are not worth asking. */
enum { TN_SEARCH_STEPS_MAX = 64 };

/* Appends `,"s":{…}`, an aggregation; nothing where the table has no steps. */
void tn_search_put_steps(const tn_search_query *query, const tn_push_table *table,
                         tn_buf *body);

/* Reads the bucket that holds it, of so many documents, into one more count than the
 * table has steps; false: it is not sound. */
bool tn_search_read_steps(const tn_push_table *table, const tn_value *bucket,
                          uint64_t *steps);

#endif

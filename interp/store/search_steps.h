/* search_steps: in which step (interp/push/table.h) what is kept falls due, counted by
 * the server.
 *
 * Within the case of what is kept as `retained`. Where one clock alone takes part, each
 * has a range of its column for every step. Else there is one filter for each step:
 * what any clock lets fall due before its end; a step is then the difference of two
 * counts. All that is asked is certain there, or the document were a residue.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_STORE_SEARCH_STEPS_H
#define TN_STORE_SEARCH_STEPS_H

#include "interp/store/search_query.h"

/* A server evaluates each filter of each document: reading is cheaper than more. */
enum { TN_SEARCH_FILTERS_MAX = 64 };

/* Can they be asked at a price that pays? True where the table has none. */
bool tn_search_can_step(const tn_search_query *query, const tn_push_table *table);

/* Appends aggregations, as members of an object. */
void tn_search_put_steps(const tn_search_query *query, const tn_push_table *table,
                         tn_buf *body);

/* Reads them, of `all` documents, from the bucket that holds them, into one more count
 * than the table has steps; false: they are not sound. */
bool tn_search_read_steps(const tn_push_table *table, const tn_value *bucket,
                          uint64_t all, uint64_t *steps);

#endif

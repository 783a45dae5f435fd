/* search_expiry: what Elasticsearch and OpenSearch delete by themselves.
 *
 *   data stream lifecycle   data_retention, or what the cluster makes of it
 *   ILM (Elasticsearch)     min_age of the delete phase of the index's policy; it
 * counts from rollover, or else from when the index was made ISM (OpenSearch) the least
 * age at which a state that deletes is entered
 *
 * A server that knows none of it (a plugin is missing) deletes nothing by itself. Of
 * several indices the one that deletes first counts.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_SEARCH_EXPIRY_H
#define TN_STORE_SEARCH_EXPIRY_H

#include "interp/store/store.h"

TN_MUST_USE tn_status tn_search_expiry(tn_store *store, tn_str object, tn_arena *arena,
                                       tn_store_expiry *out, tn_buf *why);

/* "30d", "1.5h", "90000ms" in milliseconds; false where it is none, or none at all
 * ("-1"). */
bool tn_search_parse_age(tn_str text, int64_t *ms);

#endif

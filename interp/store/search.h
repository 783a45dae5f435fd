/* search: Elasticsearch (7, 8) and OpenSearch over HTTP.
 *
 * An object is an index, an alias or a data stream; its columns are the fields of the
 * mapping, one level deep. A row is a document. A field of type date or date_nanos is
 * read as it is *indexed* (doc values), at the index's own precision, everything else
 * as the document has it; so a query and a reader see the same instant. Where a list
 * would be unreadable, so are keywords without a normalizer, and whole numbers that are
 * not coerced.
 *
 *   an instant             mapped as date or date_nanos
 *   a date                 mapped as date, with formats that have no time of day
 *   unreadable             several values in a date; one that was ignored when indexed
 *
 * What differs between the products is asked of the node, and it is little: scrolling
 * by _doc does for both. A key is the document's _id; of an alias or a data stream,
 * whose indices may each have that _id, [index, _id].
 *
 * Documents of nested fields are part of theirs. Closed indices, missing shards and
 * pages that end early are failures: never fewer rows in silence.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_SEARCH_H
#define TN_STORE_SEARCH_H

#include "interp/store/store.h"

extern const tn_store_ops tn_search_ops;

#endif

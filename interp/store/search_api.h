/* search_api: what the files of the search adapter share: calls, and what the mapping
 * says. Not for others: they use search.h.
 *
 * Owns: a tn_search its connection, until close. Fails: STORE, NOT_FOUND, LIMIT, NOMEM,
 * with a sentence. Threads: one at a time. */
#ifndef TN_STORE_SEARCH_API_H
#define TN_STORE_SEARCH_API_H

#include "interp/store/http.h"
#include "interp/store/json_doc.h"
#include "interp/store/search.h"

struct tn_search_sweep;

struct tn_search_object;

typedef struct tn_search {
    tn_store base;
    const tn_allocator *memory;
    tn_arena arena; /* as long as the store */
    tn_arena reply; /* of the last call */
    tn_http *http;
    tn_json_index *index;
    bool is_opensearch;
    tn_str version;                /* "2.19.6" */
    tn_str cluster_uuid;           /* which cluster it is */
    struct tn_search_object *seen; /* what was described last; NULL once it is used */
    struct tn_search_sweep *sweep; /* of a store opened for writing: search_erase.c */
} tn_search;

/* Opens the store, with `ops` as its functions. */
TN_MUST_USE tn_status tn_search_open(const tn_store_config *config,
                                     const tn_store_ops *ops, tn_store **out,
                                     tn_buf *why);

void tn_search_close(tn_store *store);

typedef struct tn_search_reply {
    unsigned status;
    tn_value root;   /* borrowed until the next call; null where there is no body */
    bool is_unknown; /* as in http.h; the call then failed */
} tn_search_reply;

/* OK whatever the status is, if the answer is JSON. */
TN_MUST_USE tn_status tn_search_call(tn_search *s, const tn_http_request *request,
                                     tn_search_reply *out, tn_buf *why);
/* GET, or POST with a body, of what may be repeated; any status from 300 on fails by
 * tn_search_refuse. */
TN_MUST_USE tn_status tn_search_get(tn_search *s, const tn_buf *path,
                                    const tn_buf *body, tn_search_reply *out,
                                    tn_buf *why);
/* Says what the server said. NOT_FOUND for 404, STORE. */
tn_status tn_search_refuse(const tn_search_reply *reply, tn_buf *why);
/* The same of an error inside an answer. */
void tn_search_put_error(const tn_value *error, tn_buf *why);

/* --- what an object is made of */

typedef enum tn_search_source {
    TN_SEARCH_DOCUMENT, /* as the document has it */
    TN_SEARCH_INSTANT,  /* the indexed value, an instant */
    TN_SEARCH_DAY,      /* the indexed value, a date */
    TN_SEARCH_VALUE /* the indexed value, as it is: what an alias of a field names */
} tn_search_source;

typedef struct tn_search_field {
    tn_str name;
    tn_str path; /* what it is an alias of, else its name */
    tn_str type; /* the mapping's word; "object" */
    tn_search_source source;
    bool is_nanos;   /* an instant with nanoseconds, else milliseconds */
    bool is_mixed;   /* the one in some indices, the other in others */
    bool is_indexed; /* of the document's: may be read as indexed, the same value */

    bool is_opaque; /* a query can't ask whether a document has it */
    bool is_hidden; /* its indexed value can't be read: no doc values */
    /* A value of it, or of what is in it, may be left out of the index; the document
     * then says so (_ignored). */
    bool may_ignore;
} tn_search_field;

/* What the mapping says of "a.b.c"; null where nothing does. */
const tn_value *tn_search_find_mapping(const tn_value *mappings, tn_str path);
/* How the field is read, and what its index can be asked. */
void tn_search_classify(const tn_value *mapping, bool is_alias, tn_search_field *out);

typedef struct tn_search_index {
    tn_str name;
    tn_str uuid;
    tn_str block; /* "read_only", …; len 0: it may be written to */
    bool is_closed;
    bool has_source;
    bool is_written; /* what is new goes there */
} tn_search_index;

typedef struct tn_search_object {
    const char *noun; /* "index", "alias", "data stream" */
    tn_str name;
    bool is_index;    /* one index by its own name; else key is [index, _id] */
    bool is_filtered; /* an alias that shows a part of its indices alone */
    tn_search_index *indices;
    uint32_t index_count;
    tn_search_field *fields;
    uint32_t field_count;
} tn_search_object;

TN_MUST_USE tn_status tn_search_look(tn_search *s, tn_str name, tn_arena *arena,
                                     tn_search_object *out, tn_buf *why);
/* The same; of a store that only reads, what `describe` has just found will do, once.
 */
TN_MUST_USE tn_status tn_search_look_once(tn_search *s, tn_str name, tn_arena *arena,
                                          tn_search_object *out, tn_buf *why);
/* The names in an answer of _resolve/index, in the arena. */
TN_MUST_USE tn_status tn_search_names(const tn_value *root, tn_arena *arena,
                                      const tn_str **names, uint32_t *count);
/* TN_NONE where there is none. */
uint32_t tn_search_find_field(const tn_search_object *object, tn_str name);
/* Why its documents can't all be seen; data NULL: they can. In the arena. */
tn_str tn_search_unseen(const tn_search_object *object, tn_arena *arena);
/* Makes all that was written before visible. */
TN_MUST_USE tn_status tn_search_refresh(tn_search *s, tn_str name, tn_buf *why);

/* --- rows of a scan that are about to go */

/* A place in the page at hand. */
typedef struct tn_search_place {
    const uint32_t *next;
    uint64_t given;
} tn_search_place;

/* Gets the next page where none is at hand; *is_end: there is none. */
TN_MUST_USE tn_status tn_search_fill(tn_scan *scan, bool *is_end, tn_buf *why);
tn_search_place tn_search_tell(const tn_scan *scan);
/* Rows from there on are given again; only within the same page. */
void tn_search_go_back(tn_scan *scan, const tn_search_place *place);
/* Documents that `next` will give in all. */
uint64_t tn_search_total(const tn_scan *scan);
/* Keys are [index, _id], though the scan is of one index by its name. */
void tn_search_list_keys(tn_scan *scan);

/* What a guarded deletion needs to know of a row. Texts are borrowed as the row is. */
typedef struct tn_search_token {
    tn_str index;
    tn_str uuid; /* of the index */
    tn_str id;
    tn_str routing; /* data NULL: none */
    int64_t seq_no;
    int64_t primary_term;
} tn_search_token;

/* Of the row that `next` gave last, of a scan of a store that was opened for writing.
 */
TN_MUST_USE tn_status tn_search_token_of(const tn_scan *scan, tn_search_token *out,
                                         tn_buf *why);

#endif

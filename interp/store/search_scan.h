/* search_scan: what the files of a scan share. Not for others: they use search.h.
 *
 * Owns: a scan its page, its values and the server's scroll, until scan_close. Fails:
 * STORE, NOMEM, with a sentence. Threads: one at a time. */
#ifndef TN_STORE_SEARCH_SCAN_H
#define TN_STORE_SEARCH_SCAN_H

#include "interp/store/json_row.h"
#include "interp/store/search_count.h"
#include "interp/store/search_page.h"

typedef struct tn_search_scan {
    tn_scan base;
    tn_search *search;
    const tn_scan_request *request;
    tn_arena arena; /* as long as the scan */
    tn_search_object object;
    uint32_t *fields;      /* of the object, for each column of the request */
    tn_scan_request inner; /* what is read of _source */
    tn_json_row row;
    tn_search_page page;
    tn_search_hit hit; /* the last */
    tn_buf scroll_id;
    tn_value *values;
    tn_store_row out;
    tn_value key_parts[2];
    tn_list_value key_list;
    int64_t total;
    uint64_t given;

    bool wants_token;
    bool is_bare;     /* _source is not read: every value wanted is in the index */
    bool is_done;     /* the counts left nothing to be read */
    bool is_counting; /* what is certain is counted, and only residues are given */
    bool is_due;      /* what is certainly kept is left out */
    tn_search_count count;
    tn_scan_counts counts;
    uint64_t *undeclared_counts;
} tn_search_scan;

/* --- search_scan.c: as store.h says */

TN_MUST_USE tn_status tn_search_scan_open(tn_store *store,
                                          const tn_scan_request *request, tn_scan **out,
                                          tn_buf *why);
TN_MUST_USE tn_status tn_search_next(tn_scan *scan, tn_store_rows *out, tn_buf *why);
TN_MUST_USE tn_status tn_search_key(tn_scan *scan, const tn_store_row *row,
                                    tn_value *out);
tn_str tn_search_undeclared_name(const tn_scan *scan, uint32_t number);
void tn_search_scan_close(tn_scan *scan);
bool tn_search_counted(const tn_scan *scan, tn_scan_counts *out);

/* --- search_row.c: from fields and hits to rows */

/* Chooses how each column is read. NOT_FOUND where there is none. */
TN_MUST_USE tn_status tn_search_choose_columns(tn_search_scan *scan, tn_buf *why);
/* Is the column read as it is indexed? */
bool tn_search_is_indexed(const tn_search_scan *scan, uint32_t column);
static inline bool tn_search_is_alias(const tn_search_field *field)
{
    return !tn_str_equal(field->name, field->path);
}
/* Makes the scan's `out` of its `hit`. */
TN_MUST_USE tn_status tn_search_read_row(tn_search_scan *scan);

/* --- search_pages.c: searches, and from page to page */

/* `rows_wanted`: 0 gives counts alone, and no scroll. */
TN_MUST_USE tn_status tn_search_first_page(tn_search_scan *scan, int64_t rows_wanted,
                                           tn_buf *why);
/* So many documents that a page is neither too large nor too many requests. */
TN_MUST_USE tn_status tn_search_page_rows(tn_search_scan *scan, int64_t *out);
TN_MUST_USE tn_status tn_search_fail_count(const tn_search_scan *scan, tn_buf *why);
/* Lets the server forget the scroll; it would in time. */
void tn_search_drop_scroll(tn_search_scan *scan);

#endif

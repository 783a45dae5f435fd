/* search_page: one page of hits, read token by token.
 *
 * Owns: a copy of the answer, until the next page or free; hits view it, or lie in its
 * arena. Fails: STORE (not a page: shards failed, it timed out, it is no JSON), NOMEM,
 * with a sentence. Threads: one at a time. */
#ifndef TN_STORE_SEARCH_PAGE_H
#define TN_STORE_SEARCH_PAGE_H

#include "interp/base/buf.h"
#include "interp/store/json_doc.h"

typedef struct tn_search_page {
    tn_buf text;
    tn_json_index *index;
    tn_arena arena;        /* of the page */
    tn_arena hit_arena;    /* of one hit */
    tn_str scroll_id;      /* data NULL: none */
    int64_t total;         /* hits of all pages; below 0: it did not say exactly */
    tn_value aggregations; /* null: none */
    const uint32_t *next;  /* the token at which the next hit starts; NULL: none */
} tn_search_page;

/* One document. */
typedef struct tn_search_hit {
    tn_str index;
    tn_str id;
    tn_str routing; /* data NULL: none */
    int64_t seq_no; /* below 0: it was not asked for */
    int64_t primary_term;
    tn_value ignored;       /* names of fields that were not indexed; null: none */
    tn_value fields;        /* indexed values by field; null: none */
    const uint32_t *source; /* its first token; NULL: none */
    uint32_t source_end;    /* byte after it */
} tn_search_hit;

TN_MUST_USE tn_status tn_search_page_init(tn_search_page *page,
                                          const tn_allocator *memory);
void tn_search_page_free(tn_search_page *page);

/* Copies the answer and finds its hits. */
TN_MUST_USE tn_status tn_search_page_read(tn_search_page *page, tn_str answer,
                                          tn_buf *why);
static inline bool tn_search_page_has_more(const tn_search_page *page)
{
    return page->next != NULL;
}
/* The next hit; there is one. */
TN_MUST_USE tn_status tn_search_page_next(tn_search_page *page, tn_search_hit *out,
                                          tn_buf *why);

#endif

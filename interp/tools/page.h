/* page: a document of headings, paragraphs, lists and tables, as Markdown (CommonMark
 * with tables) or as one file of HTML.
 *
 * All text is given plain and escaped here, so that nothing in a policy can become
 * markup. An address that begins with http:// or https:// becomes a link. The HTML
 * needs no script and nothing from elsewhere; it has a language, headings in order,
 * tables with captions and scopes, and colours of high contrast in light, dark and
 * print.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM, remembered by it.
 * Threads: one at a time. */
#ifndef TN_TOOLS_PAGE_H
#define TN_TOOLS_PAGE_H

#include "interp/base/buf.h"

typedef enum tn_page_format { TN_PAGE_MD, TN_PAGE_HTML } tn_page_format;

typedef struct tn_page {
    tn_buf *out; /* borrowed */
    tn_page_format format;
    uint32_t columns; /* of the table that is open */
    uint32_t cells;   /* of its row, so far */
} tn_page;

/* The head of the document, its title as the first heading, of level 1. */
void tn_page_begin(tn_page *page, tn_str title);
void tn_page_end(tn_page *page);

/* A list of links to headings of the page: begin, then each, then end. Markdown has
 * none. */
void tn_page_contents_begin(tn_page *page);
void tn_page_contents_item(tn_page *page, tn_str text, tn_str id);
void tn_page_contents_end(tn_page *page);

/* Level 2 to 6, none left out on the way down; `id` (empty: none) names it for links.
 */
void tn_page_heading(tn_page *page, unsigned level, tn_str text, tn_str id);
void tn_page_paragraph(tn_page *page, tn_str text);
/* A remark on what stands before it. */
void tn_page_note(tn_page *page, tn_str text);

void tn_page_list_begin(tn_page *page);
/* An item, with a remark on it (empty: none). */
void tn_page_list_item(tn_page *page, tn_str text, tn_str note);
void tn_page_list_end(tn_page *page);

/* A table whose first column names its rows. `heads` are plain. */
void tn_page_table_begin(tn_page *page, tn_str caption, const char *const *heads,
                         uint32_t columns);
/* The next cell, row by row. */
void tn_page_cell(tn_page *page, tn_str text);
void tn_page_table_end(tn_page *page);

#endif

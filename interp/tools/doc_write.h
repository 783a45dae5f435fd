/* doc_write: what the parts of doc.h share while they write. Internal to the documents.
 * Owns: the scratch buffer, until tn_doc_writer_end. Fails: NOMEM, remembered by the
 * buffers. Threads: one at a time. */
#ifndef TN_TOOLS_DOC_WRITE_H
#define TN_TOOLS_DOC_WRITE_H

#include "interp/tools/doc.h"
#include "interp/tools/doc_text.h"

typedef struct tn_doc_writer {
    const tn_doc *doc;
    const tn_model *model;
    tn_page page;
    tn_buf text;    /* the phrase on its way */
    unsigned level; /* of a module's heading */
} tn_doc_writer;

void tn_doc_writer_begin(tn_doc_writer *w, tn_buf *out, const tn_doc *doc);
TN_MUST_USE tn_status tn_doc_writer_end(tn_doc_writer *w);

/* The phrase that has been put into `text`, which is empty then: for one call. */
tn_str tn_doc_phrase(tn_doc_writer *w);

/* "policies/shop/shop.tenure:12:5" */
void tn_doc_place(tn_doc_writer *w, tn_span at);

/* A category: what, why, on what basis, where, how long, and what it overrides
 * (doc_category.c). */
void tn_doc_category(tn_doc_writer *w, const tn_category *category);

/* Where its copies are in the deployment, and which of them outlive a deadline; nothing
 * without one (doc_deployment.c). */
void tn_doc_bindings(tn_doc_writer *w, const tn_category *category);

/* The table with a row for each category of the module; nothing if there is none. */
void tn_doc_overview(tn_doc_writer *w, uint32_t module);

#endif

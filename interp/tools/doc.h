/* doc: a policy as the document it came from, section by section in the order written:
 * what is held, why, on what legal basis, where and for how long. What it defers to
 * another document is shown as deferred, what it overrides beside what that replaces.
 * Or the record of processing activities of GDPR Art. 30(1), category by category.
 *
 * Clauses are the sentences of say.h. Doc comments are printed as remarks: they say
 * which section a rule comes from, and what is only the policy's reading of it. Where
 * the model has a deployment, its copies are named too.
 *
 * Owns: nothing; appends to the caller's buffer. Fails: NOMEM. Threads: free. */
#ifndef TN_TOOLS_DOC_H
#define TN_TOOLS_DOC_H

#include "interp/check/model.h"
#include "interp/tools/page.h"

typedef struct tn_doc {
    const tn_model *model;
    const uint32_t *modules; /* of the model: what the document is about, in order */
    uint32_t module_count;
    tn_page_format format;
} tn_doc;

/* The document of the modules. */
TN_MUST_USE tn_status tn_doc_put(tn_buf *out, const tn_doc *doc);

/* The record of processing by category (doc_article_30.c): of the personal data alone.
 */
TN_MUST_USE tn_status tn_doc_put_article_30(tn_buf *out, const tn_doc *doc);

#endif

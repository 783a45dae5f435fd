/* doc_text: what the documents of doc.h say of a category, as plain text.
 *
 * Each appends to a buffer and is one phrase or list of them, without markup. Owns:
 * nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_TOOLS_DOC_TEXT_H
#define TN_TOOLS_DOC_TEXT_H

#include "interp/check/model.h"

/* The title of a row, or else its simple name. */
tn_str tn_doc_title(tn_str title, tn_str name);

/* "Tencent Cloud Privacy Policy (tencent.privacy_policy), https://...": a module, and
 * where its text is. */
void tn_doc_module(tn_buf *out, const tn_model *model, uint32_t module);

/* "service region" of service_region. */
void tn_doc_words(tn_buf *out, tn_str name);

/* "Audit time, User name (personal)": a field, with what it is marked as. */
void tn_doc_field(tn_buf *out, const tn_model_field *field);
void tn_doc_fields(tn_buf *out, const tn_model *model, const tn_category *category);

/* "Customer of the Feature": whom its records belong to; nothing if to nobody. */
void tn_doc_owners(tn_buf *out, const tn_model *model, const tn_category *category);

void tn_doc_purposes(tn_buf *out, const tn_model *model, const tn_category *category);

/* The legal bases, or where they are specified. */
void tn_doc_bases(tn_buf *out, const tn_model *model, const tn_category *category);

/* "kafka (temporary copy)" */
void tn_doc_placement(tn_buf *out, const tn_model_placement *placement);
void tn_doc_placements(tn_buf *out, const tn_model *model, const tn_category *category);

/* Every clause as its sentence, one behind the other. */
void tn_doc_retention(tn_buf *out, const tn_model *model, const tn_category *category);

/* An aspect of it, as above; of `retention` what the module that speaks for it says. */
void tn_doc_aspect(tn_buf *out, const tn_model *model, const tn_category *category,
                   tn_aspect aspect);

#endif

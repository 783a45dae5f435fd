/* finding_help: what a finding means, with an example that gives it and one that does
 * not: the section of grammar/findings.md.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_TOOLS_FINDING_HELP_H
#define TN_TOOLS_FINDING_HELP_H

#include "interp/base/buf.h"
#include "interp/base/diag.h"

/* All of findings.md; made by grammar/embed_findings.sh. */
extern const char tn_findings_text[];

/* The section of a code, in Markdown, without its heading; empty: there is none. */
tn_str tn_finding_section(const char *code);

/* What the finding means, without examples: the section's first paragraphs. */
tn_str tn_finding_meaning(const char *code);

/* Code, title and section as a terminal shows them: examples indented. */
void tn_finding_help_put(tn_buf *out, tn_finding finding);

#endif

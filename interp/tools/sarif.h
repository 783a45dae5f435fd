/* sarif: findings for code hosts, in SARIF 2.1.0 (OASIS Standard, 27 March 2020).
 *
 * One run of one tool; a rule for each code that is found, with what it means; a result
 * for each finding. Columns count Unicode code points; paths are as they were given, as
 * relative references where they are relative.
 *
 * Owns: nothing. Fails: NOMEM, remembered by the buffer. Threads: free. */
#ifndef TN_TOOLS_SARIF_H
#define TN_TOOLS_SARIF_H

#include "interp/base/buf.h"
#include "interp/syntax/source.h"

void tn_sarif_put(tn_buf *out, const tn_sources *sources, const tn_diags *diags);

#endif

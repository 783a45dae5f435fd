/* report: diagnostics as people and programs read them.
 *
 *   policies/a.tenure:7:12: error[syntax]: expected a field or an event, found `30`
 *      |
 *    7 |     retain 7 days from 30
 *      |                        ^^
 *      = help: ...
 *
 * Owns: nothing; appends to the caller's buffer. Fails: by the buffer. Threads: free.
 */
#ifndef TN_SYNTAX_REPORT_H
#define TN_SYNTAX_REPORT_H

#include "interp/base/buf.h"
#include "interp/base/diag.h"
#include "interp/syntax/source.h"

/* One diagnostic: its place, message, source line and marks, help and second place.
 * `color` puts in the escapes of ANSI terminals. */
void tn_report_diag(tn_buf *out, const tn_sources *sources, const tn_diag *diag,
                    bool color);

/* "2 errors, 1 warning" and a line feed; nothing where nothing was found. */
void tn_report_summary(tn_buf *out, const tn_diags *diags);

/* An array with an object a line: code, severity, file, line, column, endLine,
 * endColumn (behind the last character), message, help, related. A place that is
 * nowhere has no file and 0s. */
void tn_report_json(tn_buf *out, const tn_sources *sources, const tn_diags *diags);
void tn_report_diag_json(tn_buf *out, const tn_sources *sources, const tn_diag *diag);

#endif

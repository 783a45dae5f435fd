/* header: what a module says of itself: where its document is, its zone, how its days
 * count, its grace. A word that is said twice, or has no meaning, is reported.
 *
 * Owns: nothing. Fails: NOMEM. Threads: one check, one thread. */
#ifndef TN_CHECK_HEADER_H
#define TN_CHECK_HEADER_H

#include "interp/check/checker.h"

TN_MUST_USE tn_status tn_header_read(tn_checker *ck, uint32_t module);

/* Reports `what` said a second time; to be given another help, if need be. */
tn_diag *tn_report_repeated(tn_diags *diags, tn_span at, tn_span before,
                            const char *what);

#endif

/* evidence: where the ledger and its key are, for the commands that use them.
 *
 * The ledger is FILE of --ledger; else TENURE_LEDGER; else it lies beside the
 * deployment. Its key is the file that TENURE_LEDGER_KEY names, else FILE.key.
 *
 * Threads: one. */
#ifndef TN_CLI_EVIDENCE_H
#define TN_CLI_EVIDENCE_H

#include "interp/apply/review.h"
#include "interp/cli/cli.h"

typedef struct tn_evidence_files {
    tn_buf ledger_path; /* NUL-terminated */
    tn_buf key_path;    /* the same */
    tn_buf why;
    tn_secret secret;
    tn_ledger *ledger;   /* NULL: not open */
    tn_reviews *reviews; /* NULL: not open, or there are none */
} tn_evidence_files;

/* `option` is the command's --ledger; `beside` the deployment, NULL: none is named,
 * and the only *.ledger file here will do. */
TN_MUST_USE int tn_evidence_init(tn_evidence_files *files, const tn_args *args,
                                 size_t option, const char *beside);
void tn_evidence_free(tn_evidence_files *files);

/* Each returns an exit code, after saying what is wrong. */
TN_MUST_USE int tn_evidence_key(tn_evidence_files *files, bool make);
TN_MUST_USE int tn_evidence_write(tn_evidence_files *files);
/* Opens for reading; with `optional`, no ledger is none. */
TN_MUST_USE int tn_evidence_read(tn_evidence_files *files, bool optional);

/* Opens the reviews beside the ledger; with `make`, makes them where there are none. */
TN_MUST_USE int tn_evidence_reviews(tn_evidence_files *files, bool make);

/* Says `why` and what `status` is worth as an exit code. */
int tn_evidence_fail(tn_evidence_files *files, tn_status status);

tn_instant tn_evidence_now(void);

#endif

/* plan_records: the pseudonyms of the records of a plan that are too many to be in it.
 *
 * A file beside the plan, PLAN.records, mode 0600: 8 bytes for each, in the order in
 * which the plan met them. The plan keeps how many there are and their digest, so that
 * the file is as sealed as the plan is. It is made only where it is needed, and read in
 * parts: no more of it is in memory than is asked for.
 *
 * Owns: the file, until close. Fails: IO, NOMEM; INVALID (not what the plan says), with
 * a sentence. Threads: one at a time. */
#ifndef TN_APPLY_PLAN_RECORDS_H
#define TN_APPLY_PLAN_RECORDS_H

#include "interp/base/buf.h"
#include "interp/base/digest.h"

typedef struct tn_plan_records {
    const char *path; /* borrowed, NUL-terminated */
    int fd;           /* -1: there is none yet */
    tn_buf waiting;   /* to be written; its allocator is that of `why` */
    tn_digest_state state;
    uint64_t count;
    tn_buf *why; /* borrowed */
} tn_plan_records;

/* Appends the name of the file beside the plan `path`, and a NUL. */
void tn_plan_records_put_path(tn_buf *out, const char *plan_path);

/* For writing: a file of an earlier plan goes. */
void tn_plan_records_make(tn_plan_records *records, const char *path, tn_buf *why);
TN_MUST_USE tn_status tn_plan_records_add(tn_plan_records *records, uint64_t target);
/* All that was added is on the medium; *digest is theirs. */
TN_MUST_USE tn_status tn_plan_records_end(tn_plan_records *records, tn_digest *digest);

/* For reading; INVALID unless it is `count` pseudonyms with this digest. */
TN_MUST_USE tn_status tn_plan_records_open(tn_plan_records *records, const char *path,
                                           uint64_t count, const tn_digest *digest,
                                           tn_buf *why);
/* So many from number `start` on. */
TN_MUST_USE tn_status tn_plan_records_read(tn_plan_records *records, uint64_t start,
                                           uint32_t count, uint64_t *out);
void tn_plan_records_close(tn_plan_records *records);

#endif

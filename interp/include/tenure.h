/* tenure.h: the public C interface of libtenure.
 *
 * A policy says for each category of data why it is held and for how long; libtenure
 * compiles policies into images and decides for a record at an instant: keep, delete or
 * flag.
 *
 * Owns: every function says who frees what. Two words are used throughout: a caller
 * *owns* what an `out` pointer hands over and *borrows* what is returned.
 * Fails: with a tn_status; the library prints nothing, never exits, and has no globals.
 * Threads: a policy is immutable and may be shared; a run belongs to one thread. */
#ifndef TENURE_H
#define TENURE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TN_API __attribute__((visibility("default")))
#define TN_MUST_USE __attribute__((warn_unused_result))
#else
#define TN_API
#define TN_MUST_USE
#endif

#define TENURE_VERSION "0.1.0"

/* Every way a call can end. X(name, number, text). */
#define TN_STATUS_LIST(X)                                                              \
    X(OK, 0, "ok")                                                                     \
    X(NOMEM, 1, "out of memory")                                                       \
    X(INVALID, 2, "the input has errors; see the diagnostics")                         \
    X(BAD_IMAGE, 3, "not a valid compiled policy")                                     \
    X(OTHER_VERSION, 4, "made by another version of tenure")                           \
    X(IO, 5, "the system could not read or write")                                     \
    X(STORE, 6, "a store failed")                                                      \
    X(LIMIT, 7, "a size, depth or cost limit was exceeded")                            \
    X(NOT_FOUND, 8, "no such thing")                                                   \
    X(USAGE, 9, "the call's arguments do not fit")                                     \
    X(UNSUPPORTED, 10, "not supported")                                                \
    X(REFUSED, 11, "refused by a safety limit; nothing was done")                      \
    X(STOPPED, 12, "stopped; can be resumed")

typedef enum tn_status {
#define X(name, number, text) TN_##name = number,
    TN_STATUS_LIST(X)
#undef X
} tn_status;

/* The English text of a status. Borrowed: static. */
TN_API const char *tn_status_text(tn_status status);

/* Bytes with a length; not NUL-terminated. Text is UTF-8. */
typedef struct tn_str {
    const char *data;
    size_t len;
} tn_str;

/* An instant: whole seconds since 1970-01-01T00:00:00Z, no leap seconds, and
 * 0..999,999,999 nanoseconds after it. Range: 0001-01-01 to
 * 9999-12-31T23:59:59.999999999Z (the timestamps of CEL, cel-spec langdef
 * "Timestamps"). */
typedef struct tn_instant {
    int64_t seconds;
    uint32_t nanos;
} tn_instant;

/* What is decided of a record. */
typedef enum tn_decision {
    TN_KEEP,
    TN_DELETE,
    TN_FLAG /* a person has to look: doubt never deletes */
} tn_decision;

/* Why: one list, X(name, decision, text). Flags stand in order of precedence: of
 * several doubts the first of this list is the reason. The numbers are part of the ABI.
 */
#define TN_REASON_LIST(X)                                                              \
    X(HOLD, KEEP, "hold")                     /* a hold is in force */                 \
    X(DUTY, KEEP, "duty")                     /* due, but for a duty to keep */        \
    X(RETAINED, KEEP, "retained")             /* due later */                          \
    X(AWAITING_EVENT, KEEP, "awaiting_event") /* no due until an event happens */      \
    X(INDEFINITE, KEEP, "indefinite")         /* never due */                          \
    X(EXPIRED, DELETE, "expired")             /* its period is over */                 \
    X(EVENT, DELETE, "event")                 /* what it waited for has happened */    \
    X(LIMIT, DELETE, "limit")                 /* a limit on keeping is reached */      \
    X(UNREADABLE, FLAG, "unreadable")         /* not a record at all */                \
    X(UNKNOWN_ENTITY, FLAG, "unknown_entity") /* no facts, or two rows, for its key */ \
    X(UNDECLARED_FIELD, FLAG, "undeclared_field") /* under `fields strict` */          \
    X(UNKNOWN_ANCHOR, FLAG, "unknown_anchor")                                          \
    X(FUTURE_ANCHOR, FLAG, "future_anchor")                                            \
    X(IMPLAUSIBLE_ANCHOR, FLAG, "implausible_anchor")                                  \
    X(UNKNOWN_GUARD, FLAG, "unknown_guard") /* a condition or hold can't be told */    \
    X(FLAGGED, FLAG, "flagged")             /* by a `flag when` */

typedef enum tn_reason {
#define X(name, decision, text) TN_REASON_##name,
    TN_REASON_LIST(X)
#undef X
        TN_REASON_COUNT
} tn_reason;

/* "keep", "delete", "flag"; "hold", "expired", ... Borrowed: static. */
TN_API const char *tn_decision_text(tn_decision decision);
TN_API const char *tn_reason_text(tn_reason reason);
TN_API tn_decision tn_reason_decision(tn_reason reason);

/* The caller's allocator. `resize` behaves as realloc does (block NULL: allocate;
 * new_size 0: free and return NULL) and is told the old size. It may return NULL. It is
 * called from the thread that made the call into the library. */
typedef struct tn_allocator {
    void *(*resize)(void *user, void *block, size_t old_size, size_t new_size);
    void *user;
} tn_allocator;

/* --- policies */

/* One finding, as it is reported. All texts are borrowed for the call. */
typedef struct tn_report {
    tn_status status; /* TN_INVALID for an error, TN_OK for a warning */
    tn_str code;      /* "unknown-name" */
    tn_str file;
    uint32_t line;   /* from 1; 0: nowhere */
    uint32_t column; /* from 1, in code points */
    tn_str message;
    tn_str help; /* may be empty */
} tn_report;

/* How a policy is made. Start from TN_CONFIG_INIT; a later version only adds members at
 * the end, and `version` says how many there are. */
typedef struct tn_config {
    uint32_t version;
    const tn_allocator
        *allocator; /* NULL: malloc; borrowed as long as the policy lives */
    void (*report)(void *user,
                   const tn_report *report); /* NULL: findings are dropped */
    void *user;
} tn_config;

#define TN_CONFIG_VERSION 1
#define TN_CONFIG_INIT                                                                 \
    {                                                                                  \
        TN_CONFIG_VERSION, NULL, NULL, NULL                                            \
    }

/* A policy file in memory: its name for messages, and its text. */
typedef struct tn_policy_text {
    tn_str name;
    tn_str text;
} tn_policy_text;

/* A compiled policy: immutable, shared freely between threads. */
typedef struct tn_policy tn_policy;

/* Checks and compiles texts, which must hold every module they name but those of the
 * standard library, and reports every finding. `config` may be NULL. Fails: INVALID
 * (reported), NOMEM, USAGE (a config of another version). */
TN_API TN_MUST_USE tn_status tn_policy_compile(const tn_config *config,
                                               const tn_policy_text *texts,
                                               size_t count, tn_policy **out);
/* own: tn_policy_free */

/* Loads a compiled policy from memory: copies the bytes and proves them, whoever made
 * them. Fails: BAD_IMAGE, OTHER_VERSION (both reported), NOMEM, USAGE. */
TN_API TN_MUST_USE tn_status tn_policy_load(const tn_config *config, tn_str image,
                                            tn_policy **out);
/* own: tn_policy_free */

TN_API void tn_policy_free(tn_policy *policy); /* NULL is fine */

/* The bytes to be loaded again; borrowed from the policy. */
TN_API tn_str tn_policy_image(const tn_policy *policy);

/* The policy's categories, by number from 0; names are borrowed. */
TN_API uint32_t tn_policy_category_count(const tn_policy *policy);
TN_API tn_str tn_policy_category_name(const tn_policy *policy, uint32_t category);

#ifdef __cplusplus
}
#endif
#endif

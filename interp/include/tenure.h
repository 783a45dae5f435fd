/* tenure.h: the public C interface of libtenure.
 *
 * A policy says for each category of data why it is held and for how long; libtenure
 * compiles policies into images and decides for a record at an instant: keep, delete or
 * flag.
 *
 *     policy     compiled from text, or loaded; immutable, shared by all threads
 *     facts      what is known of an entity's members: events, attributes, holds
 *     run        a policy at an instant, with facts; shared once its facts are set
 *     decider    a run for one category, with room for one record; one thread's own
 *
 * Names: what can be made or called is tenure_; the words that values are spoken of in
 * (statuses, texts, instants, verdicts, reasons) are tn_ and TN_.
 *
 * Owns: a caller *owns* what an `out` pointer hands over, until the function its
 * comment names; it *borrows* what is returned, as long as what it came from lives.
 * What a call is given it borrows for the call alone, unless its comment says more.
 * Fails: with a tn_status, and then hands nothing over. The library prints nothing,
 * never exits, has no globals, and reads neither clock nor environment. A NULL where an
 * object is due is the caller's mistake; numbers out of range are TN_USAGE, or come
 * back empty. Threads: as above; different objects never share anything that changes.
 * The allocator's function is called by whichever thread calls the library.
 *
 * Versions: TENURE_VERSION is a semantic version. Within one soname (libtenure.so.0) no
 * symbol is removed, no number of a list changes and no struct that a caller makes
 * changes, but that config structs grow at their end and say so by their `version`.
 * New numbers may join TN_STATUS_LIST and TN_REASON_LIST: treat one you do not know as
 * an error, and as a flag. */
#ifndef TENURE_H
#define TENURE_H

#include <stdbool.h>
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

/* The version of the library that is linked, which may be newer than this header.
 * Borrowed: static. */
TN_API const char *tenure_version(void);

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

/* RFC 3339 with its zone ("2026-11-23T00:00:00Z") to an instant and back. Format writes
 * at most TENURE_INSTANT_TEXT_MAX bytes with a NUL, and returns the length without. */
enum { TENURE_INSTANT_TEXT_MAX = 40 };
TN_API TN_MUST_USE tn_status tenure_instant_parse(tn_str text, tn_instant *out);
TN_API size_t tenure_instant_format(tn_instant instant, char *out);

/* --- policies */

/* One finding, as it is reported. All texts are borrowed for the call. Later versions
 * add members at the end. */
typedef struct tenure_report {
    tn_status status; /* TN_OK for a warning, else what went wrong */
    tn_str code;      /* "unknown-name" */
    tn_str file;
    uint32_t line;   /* from 1; 0: nowhere */
    uint32_t column; /* from 1, in code points */
    tn_str message;
    tn_str help; /* may be empty */
} tenure_report;

/* How a policy is made. Start from TENURE_CONFIG_INIT; a later version only adds
 * members at the end, and `version` says how many there are. */
typedef struct tenure_config {
    uint32_t version;
    uint32_t flags; /* TENURE_NO_SOURCES, or 0 */

    /* Where all memory comes from, that of everything made from the policy too; NULL:
     * malloc. Borrowed as long as the policy lives. */
    const tn_allocator *allocator;

    /* Is given every finding; NULL: they are dropped. */
    void (*report)(void *user, const tenure_report *report);

    /* Is asked for a module ("acme.base") that no file given or below `roots` holds,
     * before the standard library is: sets *text and returns TN_OK, or returns
     * TN_NOT_FOUND. The text is copied when the call returns. Any other status ends the
     * compilation and is returned. NULL: there is no such source. */
    tn_status (*import)(void *user, tn_str module, tn_str *text);

    void *user; /* given to report and import */

    /* Folders below which module a.b is looked for as a/b.tenure, besides those of the
     * files given. */
    const char *const *roots;
    size_t root_count;

    /* The compiled tz database, for policies that name a zone; NULL: that of the
     * system, /usr/share/zoneinfo. Loading needs none. */
    const char *zones;
} tenure_config;

#define TENURE_CONFIG_VERSION 1
#define TENURE_CONFIG_INIT                                                             \
    {                                                                                  \
        TENURE_CONFIG_VERSION, 0, NULL, NULL, NULL, NULL, NULL, 0, NULL                \
    }

enum {
    TENURE_NO_SOURCES = 1 /* the texts stay out of the image; explain can't quote */
};

/* Neither number nor thing: "no placement", "not found". */
#define TENURE_NONE UINT32_MAX

typedef struct tenure_policy tenure_policy;

/* A policy file in memory: its name for messages, and its text. */
typedef struct tenure_text {
    tn_str name;
    tn_str text;
} tenure_text;

/* Checks and compiles texts in memory and reports every finding. `config` may be NULL.
 * Reads no files but modules below the config's roots, and zones. Fails: INVALID
 * (reported), NOMEM, LIMIT, USAGE (a config of another version), what `import` returns.
 */
TN_API TN_MUST_USE tn_status tenure_policy_compile(const tenure_config *config,
                                                   const tenure_text *texts,
                                                   size_t count, tenure_policy **out);
/* own: tenure_policy_free */

/* The same of files, or folders with *.tenure files; what they import is found as the
 * program finds it. */
TN_API TN_MUST_USE tn_status tenure_policy_compile_files(const tenure_config *config,
                                                         const char *const *paths,
                                                         size_t count,
                                                         tenure_policy **out);
/* own: tenure_policy_free */

/* Loads a compiled policy from memory: copies the bytes and proves them, whoever made
 * them. An image of another format is never guessed at. Fails: BAD_IMAGE, OTHER_VERSION
 * (both reported in words), NOMEM, USAGE. */
TN_API TN_MUST_USE tn_status tenure_policy_load(const tenure_config *config,
                                                tn_str image, tenure_policy **out);
/* own: tenure_policy_free */

/* How a file is loaded. */
enum {
    /* Map the file instead of reading it into a private copy. The caller vouches that
     * nobody writes to it or cuts it as long as the policy lives: bytes that change
     * after they were proven are not safe. */
    TENURE_VOUCHED = 1
};

/* The same from a file. Fails: IO too. */
TN_API TN_MUST_USE tn_status tenure_policy_load_file(const tenure_config *config,
                                                     const char *path, unsigned flags,
                                                     tenure_policy **out);
/* own: tenure_policy_free */

/* After all runs and facts made from it. NULL is fine. */
TN_API void tenure_policy_free(tenure_policy *policy);

/* The bytes, to be loaded again by the same version of the format; borrowed. */
TN_API tn_str tenure_policy_image(const tenure_policy *policy);

/* BLAKE2b-256 of the image in 64 hexadecimal digits: what a verdict came from.
 * Borrowed. */
TN_API tn_str tenure_policy_digest(const tenure_policy *policy);

/* --- what is in a policy; numbers count from 0, names are borrowed and empty where
 * there is no such number */

/* The type a field or fact is declared with. Numbers are part of the ABI. */
typedef enum tenure_type {
    TENURE_TYPE_BOOL,
    TENURE_TYPE_INT,
    TENURE_TYPE_UINT,
    TENURE_TYPE_DOUBLE,
    TENURE_TYPE_STRING,
    TENURE_TYPE_BYTES,
    TENURE_TYPE_TIMESTAMP,
    TENURE_TYPE_DATE,
    TENURE_TYPE_EVENT, /* a timestamp; null is "not yet" */
    TENURE_TYPE_DURATION,
    TENURE_TYPE_LIST,
    TENURE_TYPE_MAP,
    TENURE_TYPE_DYN
} tenure_type;

/* A field of a category, or a fact of an entity. */
typedef struct tenure_field {
    tn_str name;
    tenure_type type;
    bool is_key;    /* tagged @key */
    bool is_needed; /* a clause reads it; a record decides the same without others */
} tenure_field;

TN_API uint32_t tenure_policy_category_count(const tenure_policy *policy);
/* The full name, "acme.privacy.audit_log". */
TN_API tn_str tenure_policy_category_name(const tenure_policy *policy,
                                          uint32_t category);
/* By full name, or by its last part where that is one category's alone; TENURE_NONE. */
TN_API uint32_t tenure_policy_find_category(const tenure_policy *policy, tn_str name);

TN_API uint32_t tenure_policy_field_count(const tenure_policy *policy,
                                          uint32_t category);
/* Fails: USAGE. */
TN_API TN_MUST_USE tn_status tenure_policy_field(const tenure_policy *policy,
                                                 uint32_t category, uint32_t field,
                                                 tenure_field *out);
TN_API uint32_t tenure_policy_find_field(const tenure_policy *policy, uint32_t category,
                                         tn_str name);

/* The entities that a category's records are of, each by a key. */
TN_API uint32_t tenure_policy_of_count(const tenure_policy *policy, uint32_t category);
/* The entity number of one; TENURE_NONE. */
TN_API uint32_t tenure_policy_of(const tenure_policy *policy, uint32_t category,
                                 uint32_t of);

/* Whether a record may belong to none: its key may then be null. */
TN_API bool tenure_policy_of_is_optional(const tenure_policy *policy, uint32_t category,
                                         uint32_t of);

/* Where a category's records may be: the policy's word for it. */
TN_API uint32_t tenure_policy_placement_count(const tenure_policy *policy,
                                              uint32_t category);
TN_API tn_str tenure_policy_placement_name(const tenure_policy *policy,
                                           uint32_t category, uint32_t placement);
TN_API uint32_t tenure_policy_find_placement(const tenure_policy *policy,
                                             uint32_t category, tn_str name);

TN_API uint32_t tenure_policy_entity_count(const tenure_policy *policy);
TN_API tn_str tenure_policy_entity_name(const tenure_policy *policy, uint32_t entity);
/* As for categories. */
TN_API uint32_t tenure_policy_find_entity(const tenure_policy *policy, tn_str name);

TN_API uint32_t tenure_policy_fact_count(const tenure_policy *policy, uint32_t entity);
/* `is_needed` is true where any category reads it. Fails: USAGE. */
TN_API TN_MUST_USE tn_status tenure_policy_fact(const tenure_policy *policy,
                                                uint32_t entity, uint32_t fact,
                                                tenure_field *out);
TN_API uint32_t tenure_policy_find_fact(const tenure_policy *policy, uint32_t entity,
                                        tn_str name);

/* Where a clause stands, as a verdict names one. */
typedef struct tenure_clause {
    tn_str kind; /* "retain_period", "limit", "on", "hold", ... */
    tn_str module;
    tn_str file;
    uint32_t line;
    uint32_t column;
    tn_str text; /* as written; empty where the image has no sources */
    tn_str why;  /* its `because`; may be empty */
} tenure_clause;

/* Fails: USAGE. */
TN_API TN_MUST_USE tn_status tenure_policy_clause(const tenure_policy *policy,
                                                  uint32_t clause, tenure_clause *out);

/* What decides, as one JSON object: modules, entities, categories with their fields,
 * placements and clauses (libtenure(3)). The same policy gives the same bytes. Fails:
 * NOMEM. */
TN_API TN_MUST_USE tn_status tenure_policy_model(const tenure_policy *policy,
                                                 tn_str *out);
/* own: tenure_text_free */
TN_API void tenure_text_free(const tenure_policy *policy, tn_str text);

/* --- values */

typedef enum tenure_kind {
    TENURE_NULL,
    TENURE_BOOL,
    TENURE_INT,
    TENURE_UINT,
    TENURE_DOUBLE,
    TENURE_TEXT, /* UTF-8; for a timestamp RFC 3339 with its zone, for a date
                    YYYY-MM-DD */
    TENURE_BYTES,
    TENURE_INSTANT,
    TENURE_DATE,     /* days since 1970-01-01 */
    TENURE_DURATION, /* nanoseconds */
    TENURE_LIST,
    TENURE_MAP,       /* keys and values in turn: `count` pairs, 2 * count items */
    TENURE_UNREADABLE /* there, but it could not be read */
} tenure_kind;

/* One value, as the host has it; it borrows texts and items. What is not of the
 * declared type is never repaired: it is unreadable, and flags the record where it
 * matters. An integer is no timestamp: say tenure_instant. */
typedef struct tenure_value tenure_value;

typedef struct tenure_items {
    const tenure_value *items;
    uint32_t count;
} tenure_items;

struct tenure_value {
    tenure_kind kind;
    union {
        bool boolean;
        int64_t integer;
        uint64_t unsigned_integer;
        double real;
        tn_str text; /* TEXT, BYTES */
        tn_instant instant;
        int32_t day;
        int64_t duration_nanos;
        tenure_items items; /* LIST, MAP: nested at most 64 deep */
    } as;
};

static inline tenure_value tenure_null(void)
{
    tenure_value value;
    value.kind = TENURE_NULL;
    value.as.integer = 0;
    return value;
}

static inline tenure_value tenure_bool(bool boolean)
{
    tenure_value value;
    value.kind = TENURE_BOOL;
    value.as.boolean = boolean;
    return value;
}

static inline tenure_value tenure_int(int64_t integer)
{
    tenure_value value;
    value.kind = TENURE_INT;
    value.as.integer = integer;
    return value;
}

static inline tenure_value tenure_double(double real)
{
    tenure_value value;
    value.kind = TENURE_DOUBLE;
    value.as.real = real;
    return value;
}

static inline tenure_value tenure_str(tn_str text)
{
    tenure_value value;
    value.kind = TENURE_TEXT;
    value.as.text = text;
    return value;
}

static inline tenure_value tenure_at(tn_instant instant)
{
    tenure_value value;
    value.kind = TENURE_INSTANT;
    value.as.instant = instant;
    return value;
}

/* --- facts */

/* What is known of the members of one entity, by key. One thread fills it; then any
 * number may read it through their runs. */
typedef struct tenure_facts tenure_facts;

/* What one row says of holds; each is TENURE_NULL where nothing is said. */
typedef struct tenure_hold {
    tenure_value hold;  /* BOOL */
    tenure_value from;  /* INSTANT or text */
    tenure_value until; /* the same; null: open-ended */
} tenure_hold;

/* Borrows the policy until tenure_facts_free. Fails: NOMEM, USAGE. */
TN_API TN_MUST_USE tn_status tenure_facts_new(const tenure_policy *policy,
                                              uint32_t entity, tenure_facts **out);
/* own: tenure_facts_free */

/* Adds what is known of the member with this key (an integer, text or bytes): one value
 * for each fact of the entity, in order; `hold` may be NULL. All is copied. Two rows
 * with one key are no fact at all: records with that key are flagged, unless either row
 * holds. Fails: NOMEM, LIMIT (2^32 rows), USAGE (a key that can be none). */
TN_API TN_MUST_USE tn_status tenure_facts_add(tenure_facts *facts,
                                              const tenure_value *key,
                                              const tenure_value *values,
                                              const tenure_hold *hold);
/* After the runs that were given it. NULL is fine. */
TN_API void tenure_facts_free(tenure_facts *facts);

/* --- runs and records */

typedef struct tenure_run tenure_run;

/* Borrows the policy until tenure_run_free. Fails: NOMEM, USAGE (an instant out of
 * range), LIMIT (a regular expression too large). */
TN_API TN_MUST_USE tn_status tenure_run_new(const tenure_policy *policy, tn_instant now,
                                            tenure_run **out);
/* own: tenure_run_free */

/* After its deciders. NULL is fine. */
TN_API void tenure_run_free(tenure_run *run);

/* Gives a run the facts of the entity they are of, and borrows them until it is freed;
 * `facts` NULL says in so many words that no event of the entity has happened and
 * nothing is held. Records of an entity that was given no facts are flagged
 * `unknown_entity`. Before the run's first decider, by one thread. Fails: USAGE. */
TN_API TN_MUST_USE tn_status tenure_run_set_facts(tenure_run *run, uint32_t entity,
                                                  const tenure_facts *facts);

TN_API const tenure_policy *tenure_run_policy(const tenure_run *run);
TN_API tn_instant tenure_run_now(const tenure_run *run);

/* Room for one record of one category, and what decides it. Of one thread; a run may
 * have many. */
typedef struct tenure_decider tenure_decider;

/* For a category and, where the record lies in one, a placement of it, whose own limit
 * then takes part; TENURE_NONE: none. Fails: NOMEM, USAGE. */
TN_API TN_MUST_USE tn_status tenure_decider_new(const tenure_run *run,
                                                uint32_t category, uint32_t placement,
                                                tenure_decider **out);
/* own: tenure_decider_free */
TN_API void tenure_decider_free(tenure_decider *decider); /* NULL is fine */

/* Where the caller puts the record: one value for each field of the category, and the
 * key of each entity it is of, in order. All start as null, and stay as they are from
 * one record to the next. What they refer to must stay until it is decided (explained).
 */
TN_API tenure_value *tenure_decider_fields(tenure_decider *decider);
TN_API tenure_value *tenure_decider_keys(tenure_decider *decider);

/* What is known of the record beyond its values, and what is asked for beyond decision,
 * reason and clause: flags of tenure_decide. */
enum {
    TENURE_RECORD_UNREADABLE = 1, /* not a record at all, or a declared field twice */
    TENURE_RECORD_UNDECLARED = 2, /* it has fields that the category does not declare */
    TENURE_WANT_TIMES = 16,       /* due, deadline, overdue, conflict */
    TENURE_WANT_NEXT_CHANGE = 32, /* next_change */
    TENURE_WANT_REDACT = 64,      /* redact */
    TENURE_WANT_DOUBTS = 128,     /* doubts: all of them */
    TENURE_WANT_ALL = 240
};

/* One reason to doubt. Numbers are TENURE_NONE where they say nothing. */
typedef struct tn_doubt {
    tn_reason reason;
    uint32_t clause;
    uint32_t slot;   /* what it is about: a field, or, from the number of fields on, a
                        fact of the category's entities in order */
    uint32_t entity; /* for unknown_entity and holds: which of the category's */
} tn_doubt;

/* What is decided of a record. What it points to is the decider's, until its next call.
 */
typedef struct tn_verdict {
    tn_decision decision;
    tn_reason reason;
    uint32_t clause; /* that gives the reason; TENURE_NONE: none does */
    bool has_due;
    bool has_deadline;
    bool has_next_change;
    bool overdue;  /* the deadline has passed */
    bool conflict; /* a duty to keep it stands against a limit */
    tn_instant due;
    tn_instant deadline;
    tn_instant next_change;
    const uint32_t *redact; /* fields to be nulled or replaced now, as written */
    uint32_t redact_count;
    const tn_doubt *doubts; /* in order of precedence, then as written */
    uint32_t doubt_count;
} tn_verdict;

/* Decides the record in the decider. Allocates nothing once it has seen a few records.
 * Fails: USAGE (an unknown flag), NOMEM (lists, maps and conditions only); never
 * because of a record: what is wrong with it is a flag. */
TN_API TN_MUST_USE tn_status tenure_decide(tenure_decider *decider, unsigned flags,
                                           tn_verdict *out);

typedef enum tenure_format {
    TENURE_FORMAT_TEXT, /* for people, as `tenure explain` has it */
    TENURE_FORMAT_JSON  /* one object: libtenure(3) */
} tenure_format;

/* Decides the record again, and says why: the clause quoted, its arithmetic, what else
 * was looked at, when it changes. `record` is what to call it. The text is borrowed
 * from the decider until its next call. Fails: NOMEM, USAGE. */
TN_API TN_MUST_USE tn_status tenure_explain(tenure_decider *decider, tn_str record,
                                            tenure_format format, tn_str *text);

/* --- batches: columns in, verdicts out, in the Arrow C data interface
 *
 * The structures are those of the interface's specification (arrow.apache.org, "The
 * Arrow C data interface" and "The Arrow C stream interface"), under its guards. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/* What the integers of a column of timestamps count since 1970-01-01T00:00:00Z. */
typedef enum tenure_unit {
    TENURE_UNIT_NONE, /* the column's own type says it; bare integers are unreadable */
    TENURE_UNIX_S,
    TENURE_UNIX_MS,
    TENURE_UNIX_US,
    TENURE_UNIX_NS
} tenure_unit;

/* Where a field or key is found, and how it is read. */
typedef struct tenure_column {
    tn_str name; /* of the column; empty: the field's, or the entity's, own */
    tenure_unit unit;
    /* Whose clock timestamps without a zone show: "UTC", "+08:00" or a zone that the
     * policy names. Empty: unknown, so they are unreadable. */
    tn_str zone;
} tenure_column;

/* The columns of verdicts, in this order. Those of the first three are dictionaries. */
enum {
    TENURE_OUT_VERDICT = 1,   /* "verdict": keep, delete or flag */
    TENURE_OUT_REASON = 2,    /* "reason": "expired", … */
    TENURE_OUT_CLAUSE = 4,    /* "clause": "file:line:column"; null: none */
    TENURE_OUT_DUE = 8,       /* "due": timestamp[us, UTC], rounded up; null: never */
    TENURE_OUT_DEADLINE = 16, /* "deadline": the same */
    TENURE_OUT_NEXT_CHANGE = 32, /* "next_change": the same */
    TENURE_OUT_OVERDUE = 64,     /* "overdue": bool */
    TENURE_OUT_CONFLICT = 128,   /* "conflict": bool */
    TENURE_OUT_DEFAULT = 7,
    TENURE_OUT_ALL = 255
};

/* How columns become records. Start from TENURE_COLUMNS_INIT; `version` as in
 * tenure_config. What it refers to is copied. */
typedef struct tenure_columns {
    uint32_t version;
    uint32_t out;                /* a sum of TENURE_OUT_; instants cost the most */
    const tenure_column *fields; /* one for each field; NULL: all by their names */
    const tenure_column *keys;   /* one for each entity; NULL: the same */
    tn_str zone;                 /* for the columns that state none */
} tenure_columns;

#define TENURE_COLUMNS_VERSION 1
#define TENURE_COLUMNS_INIT                                                            \
    {                                                                                  \
        TENURE_COLUMNS_VERSION, TENURE_OUT_DEFAULT, NULL, NULL,                        \
        {                                                                              \
            NULL, 0                                                                    \
        }                                                                              \
    }

/* Decides batches of one category's records. Of one thread; a run may have many. */
typedef struct tenure_batch tenure_batch;

/* Looks at all facts, so the run must have them. `columns` may be NULL. Fails: NOMEM,
 * USAGE, NOT_FOUND (a zone that is neither UTC, nor an offset, nor the policy's). */
TN_API TN_MUST_USE tn_status tenure_batch_new(const tenure_run *run, uint32_t category,
                                              uint32_t placement,
                                              const tenure_columns *columns,
                                              tenure_batch **out);
/* own: tenure_batch_free */
TN_API void tenure_batch_free(tenure_batch *batch); /* NULL is fine */

/* Decides the rows of a batch: `array` is a struct of `schema`. Columns that no clause
 * reads are not looked at. Read are: null, bool, integers, floats, utf8, binary (large,
 * as views, and of fixed size too), timestamps, dates, durations, and dictionaries of
 * those. Both are borrowed, nothing of them is copied or kept. `out_array`, of
 * `out_schema` (which may be NULL), has a row for each; the caller releases both, from
 * any thread, so the policy's allocator has to allow that and to outlive them; nothing
 * else has to. On failure neither is set. Fails: INVALID (a column that is missing, is
 * twice there, is of another kind or lies about itself), UNSUPPORTED (its layout is not
 * read), NOMEM. */
TN_API TN_MUST_USE tn_status tenure_batch_decide(tenure_batch *batch,
                                                 const struct ArrowSchema *schema,
                                                 const struct ArrowArray *array,
                                                 struct ArrowSchema *out_schema,
                                                 struct ArrowArray *out_array);

/* The same of all batches of a stream, each when it is asked for. Takes `in` over, in
 * any case; `out` borrows the batch until it is released. Fails: NOMEM. */
TN_API TN_MUST_USE tn_status tenure_batch_stream(tenure_batch *batch,
                                                 struct ArrowArrayStream *in,
                                                 struct ArrowArrayStream *out);

/* What the last INVALID or UNSUPPORTED was about, in English: "column \"made\" has …".
 * Borrowed until the next call; NUL-terminated. */
TN_API const char *tenure_batch_error(const tenure_batch *batch);

#ifdef __cplusplus
}
#endif
#endif

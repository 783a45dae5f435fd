/* terms: the kinds of things that the model, the image and decide all speak of.
 *
 * Their numbers are part of the image format: append, never reorder.
 *
 * Owns: nothing. Threads: free. */
#ifndef TN_IMAGE_TERMS_H
#define TN_IMAGE_TERMS_H

/* The declared type of a field or fact. */
typedef enum tn_field_type {
    TN_FIELD_BOOL,
    TN_FIELD_INT,
    TN_FIELD_UINT,
    TN_FIELD_DOUBLE,
    TN_FIELD_STRING,
    TN_FIELD_BYTES,
    TN_FIELD_TIMESTAMP,
    TN_FIELD_DATE,
    TN_FIELD_EVENT, /* an instant that may not have happened yet: null is not yet */
    TN_FIELD_DURATION,
    TN_FIELD_LIST,
    TN_FIELD_MAP,
    TN_FIELD_DYN,
    TN_FIELD_TYPE_COUNT
} tn_field_type;

/* Where the value in a slot comes from. */
typedef enum tn_slot_kind {
    TN_SLOT_FIELD,
    TN_SLOT_FACT,
    TN_SLOT_KIND_COUNT
} tn_slot_kind;

typedef enum tn_anchor_op {
    TN_ANCHOR_ONE,
    TN_ANCHOR_LATEST,
    TN_ANCHOR_EARLIEST,
    TN_ANCHOR_OP_COUNT
} tn_anchor_op;

typedef enum tn_clause_kind {
    TN_CLAUSE_RETAIN_PERIOD,
    TN_CLAUSE_RETAIN_UNTIL,
    TN_CLAUSE_RETAIN_INDEFINITELY,
    TN_CLAUSE_DUTY_PERIOD,
    TN_CLAUSE_DUTY_UNTIL,
    TN_CLAUSE_LIMIT,
    TN_CLAUSE_PLACEMENT_LIMIT, /* a placement's own `for at most P` */
    TN_CLAUSE_ON,
    TN_CLAUSE_REDACT,
    TN_CLAUSE_FLAG,
    TN_CLAUSE_HOLD,
    TN_CLAUSE_KIND_COUNT
} tn_clause_kind;

/* The words for them in what programs read. */
#define TN_CLAUSE_KIND_WORDS                                                           \
    {                                                                                  \
        "retain_period", "retain_until", "retain_indefinitely", "duty_period",         \
            "duty_until", "limit", "placement_limit", "on", "redact", "flag", "hold"   \
    }
#define TN_ANCHOR_OP_WORDS                                                             \
    {                                                                                  \
        "one", "latest", "earliest"                                                    \
    }
#define TN_ROUNDING_WORDS                                                              \
    {                                                                                  \
        "none", "day", "week", "sunday_week", "month", "quarter", "year"               \
    }

/* What a category is made of, each inherited or overridden as one piece. */
typedef enum tn_aspect {
    TN_ASPECT_TITLE,
    TN_ASPECT_OF,
    TN_ASPECT_FIELDS,
    TN_ASPECT_PURPOSE,
    TN_ASPECT_BASIS,
    TN_ASPECT_STORED,
    TN_ASPECT_RETENTION,
    TN_ASPECT_COUNT
} tn_aspect;

/* The word of each in the language, and in what programs read. */
#define TN_ASPECT_WORDS                                                                \
    {                                                                                  \
        "title", "of", "fields", "purpose", "basis", "stored", "retention"             \
    }

/* What a placement is to its category. */
enum {
    TN_ROLE_PRIMARY = 1,
    TN_ROLE_BACKUP = 2,
    TN_ROLE_TEMPORARY = 4,
    TN_ROLE_ALL = 7
};

/* What a mapping sets. */
typedef enum tn_map_target {
    TN_MAP_FIELD, /* index: of the category's fields, from 0 */
    TN_MAP_KEY,  /* index: which of the category's entities: the record's key into it */
    TN_MAP_FACT, /* index: which of the entity's facts, from 0 */
    TN_MAP_HOLD, /* a bool */
    TN_MAP_HOLD_FROM,  /* an instant */
    TN_MAP_HOLD_UNTIL, /* an instant */
    TN_MAP_ENTITY_KEY, /* the entity's own key column */
    TN_MAP_TARGET_COUNT
} tn_map_target;

/* How a store writes an instant. */
typedef enum tn_encoding {
    TN_ENCODING_NONE, /* text with its zone, a store's own instants; else as the type is
                       */
    TN_ENCODING_UNIX_S,
    TN_ENCODING_UNIX_MS,
    TN_ENCODING_UNIX_US,
    TN_ENCODING_UNIX_NS,
    TN_ENCODING_LOCAL, /* zone-less text or DATETIME, in `zone` */
    TN_ENCODING_COUNT
} tn_encoding;

/* A sentinel that a store writes where it means null. */
typedef enum tn_absent_kind {
    TN_ABSENT_NONE,
    TN_ABSENT_INT,
    TN_ABSENT_TEXT,
    TN_ABSENT_COUNT
} tn_absent_kind;

#endif

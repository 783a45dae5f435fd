/* facts: what is known of an entity's members, by key: events, attributes, holds.
 *
 * Loaded once for a run. Keys match as equal integers or equal bytes, an integer and a
 * text where the text is the integer's decimal form (language.md, section 5). Two rows
 * with one key are no fact at all: records with that key are flagged, unless either row
 * holds.
 *
 * Owns: its rows, and copies of all they refer to, until tn_facts_free. Fails: NOMEM,
 * LIMIT (2^32 rows). Threads: one writer; then any number of readers. */
#ifndef TN_DECIDE_FACTS_H
#define TN_DECIDE_FACTS_H

#include "interp/image/image.h"
#include "interp/record/value.h"

/* When a hold of an entity is in force. */
typedef enum tn_hold_kind {
    TN_HOLD_NONE,
    TN_HOLD_ALWAYS,
    TN_HOLD_BETWEEN,   /* from <= now < until */
    TN_HOLD_UNREADABLE /* flags, unless another hold is in force */
} tn_hold_kind;

typedef struct tn_hold {
    tn_hold_kind kind;
    tn_instant from;
    tn_instant until; /* TN_INSTANT_MAX where open-ended */
} tn_hold;

/* What a source says of holds: each NULL where it has no such column. */
typedef struct tn_hold_facts {
    const tn_value *hold;       /* BOOL */
    const tn_value *hold_from;  /* TIMESTAMP; null: no hold by interval */
    const tn_value *hold_until; /* TIMESTAMP; null: open-ended */
} tn_hold_facts;

typedef struct tn_facts tn_facts;

/* For entity number `entity` of the image, which is borrowed. */
TN_MUST_USE tn_status tn_facts_new(const tn_image *image, uint32_t entity,
                                   const tn_allocator *memory, tn_facts **out);
void tn_facts_free(tn_facts *facts);

/* Adds a row: `values` holds one value for each fact of the entity, in the image's
 * order, of its declared type, null or unreadable; all is copied. A row whose key is
 * null or cannot be a key (only integers, texts and bytes can) is counted and left out.
 */
TN_MUST_USE tn_status tn_facts_add(tn_facts *facts, const tn_value *key,
                                   const tn_value *values, const tn_hold_facts *holds);

typedef struct tn_fact_row {
    const tn_value *values; /* NULL: two rows have this key */
    tn_hold hold;           /* of two rows: the one that holds, if any */
    uint32_t row;           /* of the first row with this key, from 0 */
} tn_fact_row;

/* False: no row has this key. */
bool tn_facts_find(const tn_facts *facts, const tn_value *key, tn_fact_row *out);

/* Every row, for conditions to be checked on; index below tn_facts_count. */
uint32_t tn_facts_count(const tn_facts *facts);
void tn_facts_row(const tn_facts *facts, uint32_t index, tn_str *key, tn_fact_row *out);
/* Rows left out for their keys. */
uint64_t tn_facts_keyless_count(const tn_facts *facts);

#endif

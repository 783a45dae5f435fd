/* facts: what is known of an entity's members, by key: events, attributes, holds.
 *
 * Loaded once for a run. Keys match as equal integers or equal bytes, an integer and a
 * text where the text is the integer's decimal form (LANGUAGE.md, chapter 15). Two rows
 * with one key are no fact at all: records with that key are flagged, unless either row
 * holds.
 *
 * Owns: its rows, and copies of all they refer to, until tn_facts_free. Fails: NOMEM,
 * LIMIT (2^32 rows). Threads: one writer; then any number of readers. */
#ifndef TN_DECIDE_FACTS_H
#define TN_DECIDE_FACTS_H

#include "interp/image/image.h"
#include "interp/record/value.h"

/* What one row says of holds. */
typedef struct tn_hold {
    bool always;     /* hold is true */
    bool between;    /* in force while from <= now < until, if it ends */
    bool ends;       /* else until is open */
    bool unreadable; /* a part can't be told: flags, unless another hold is in force */
    tn_instant from;
    tn_instant until;
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

/* The row of `key`, of several the first; TN_NONE where there is none. */
uint32_t tn_facts_find(const tn_facts *facts, const tn_value *key);

uint32_t tn_facts_count(const tn_facts *facts);

/* The values of a row, in the image's order; its key as text; what it says of holds. */
const tn_value *tn_facts_values(const tn_facts *facts, uint32_t row);
tn_str tn_facts_key(const tn_facts *facts, uint32_t row);
const tn_hold *tn_facts_hold(const tn_facts *facts, uint32_t row);

/* The next row with the same key; TN_NONE: none. A key with two rows is no fact at all.
 */
uint32_t tn_facts_next(const tn_facts *facts, uint32_t row);

/* Is a hold in force at `t`? */
bool tn_hold_is_in_force(const tn_hold *hold, tn_instant t);

/* Rows left out for their keys. */
uint64_t tn_facts_keyless_count(const tn_facts *facts);

#endif

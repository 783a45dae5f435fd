/* predicate: a condition over a record's columns that a store can answer.
 *
 * A tree of nodes over values as they are *decoded* (record/decode.h), not as a store
 * compares them. Each node comes to one of three values:
 *
 *   TRUE, FALSE   certain: just what the evaluator would find
 *   UNSURE        not to be told from here: the record is read and decided row by row
 *
 * AND, OR and NOT are Kleene's: FALSE decides an AND, TRUE an OR, NOT of UNSURE is
 * UNSURE. SQL's NULL behaves so; a language of two values renders each node twice, as
 * "certainly true" and as "certainly false", and NOT exchanges the two.
 *
 *   op            TRUE or FALSE                              UNSURE
 *   TRUE FALSE UNSURE  constants
 *   NULL          the value is null, or the sentinel for it  unreadable
 *   EQUAL         the value equals `value`; null: FALSE      unreadable
 *   IN            it equals a member of the list `value`     unreadable
 *   LESS_EQUAL    the value <= `value`                       null, unreadable
 *   STARTS_WITH   the text starts with the text `value`      null, unreadable, no text
 *   ENDS_WITH     the same of its end                        the same
 *   IS_TRUE       the bool                                   null, unreadable
 *   KEYED         the record's key is one of `keys`, and,    the other column null or
 *                 where these have bounds, the value of      unreadable, of a member
 *                 `bounded` <= the member's
 *
 * A renderer may answer UNSURE wherever it is not certain: that never changes a
 * verdict. It must never answer TRUE or FALSE where the table says another thing; what
 * a store coerces, rounds, folds or clamps is therefore the renderer's to rule out.
 * What it says for a node says nothing of the node's neighbours.
 *
 * Other comparisons are made of these by the builders below: a < t is a <= t - 1 ns. So
 * an instant is only ever asked for as <=, and LESS_EQUAL has a `value` of kind
 * TIMESTAMP, DATE, INT, UINT or DOUBLE, EQUAL and IN one of INT, UINT, DOUBLE, STRING,
 * BYTES or BOOL.
 *
 * A key's text is its bytes, or of an integer the decimal form; so 7 and "7" are one
 * key (decide/facts.h). What can be no key is in no set.
 *
 * Owns: nodes lie in the maker's arena. Fails: NOMEM, as a NULL node; every builder
 * takes NULL parts and passes them on. Threads: a tree is read freely. */
#ifndef TN_PUSH_PREDICATE_H
#define TN_PUSH_PREDICATE_H

#include "interp/base/arena.h"
#include "interp/record/decode.h"

typedef enum tn_pred_op {
    TN_PRED_FALSE,
    TN_PRED_TRUE,
    TN_PRED_UNSURE,
    TN_PRED_NOT,
    TN_PRED_AND,
    TN_PRED_OR,
    TN_PRED_NULL,
    TN_PRED_EQUAL,
    TN_PRED_IN,
    TN_PRED_LESS_EQUAL,
    TN_PRED_STARTS_WITH,
    TN_PRED_ENDS_WITH,
    TN_PRED_IS_TRUE,
    TN_PRED_KEYED
} tn_pred_op;

/* What a leaf speaks of: a column of the scan's request, and how its raw value is read.
 */
typedef struct tn_pred_column {
    uint32_t number;
    tn_decoding how;
} tn_pred_column;

/* A set of keys, sorted by their bytes, each once. */
typedef struct tn_pred_keys {
    const tn_str *list;
    const tn_value *up_to; /* one for each key, of kind TIMESTAMP or DATE; NULL: none */
    uint32_t count;
    bool has_null; /* a null key is in the set as well, whatever the bounds */
} tn_pred_keys;

typedef struct tn_pred tn_pred;
struct tn_pred {
    tn_pred_op op;
    const tn_pred *const *parts; /* AND, OR: two or more; NOT: one */
    uint32_t part_count;
    tn_pred_column column;
    const tn_value *value;
    const tn_pred_keys *keys; /* KEYED: `column` is the key's */
    tn_pred_column bounded;   /* KEYED with up_to */
};

/* --- building; each simplifies what it can */

const tn_pred *tn_pred_constant(tn_pred_op op);
const tn_pred *tn_pred_not(tn_arena *arena, const tn_pred *part);
const tn_pred *tn_pred_and(tn_arena *arena, const tn_pred *a, const tn_pred *b);
const tn_pred *tn_pred_or(tn_arena *arena, const tn_pred *a, const tn_pred *b);

/* NULL and IS_TRUE (`value` NULL), EQUAL, IN, LESS_EQUAL, STARTS_WITH, ENDS_WITH;
 * `value` is borrowed as long as the tree. */
const tn_pred *tn_pred_leaf(tn_arena *arena, tn_pred_op op,
                            const tn_pred_column *column, const tn_value *value);
/* value <= t, value < t, value == t (null: FALSE), of an instant or a date: a date is
 * asked by days, its instant being its midnight in UTC. */
const tn_pred *tn_pred_up_to(tn_arena *arena, const tn_pred_column *column,
                             tn_instant t);
const tn_pred *tn_pred_before(tn_arena *arena, const tn_pred_column *column,
                              tn_instant t);
const tn_pred *tn_pred_at(tn_arena *arena, const tn_pred_column *column, tn_instant t);
/* A date <= day. */
const tn_pred *tn_pred_up_to_day(tn_arena *arena, const tn_pred_column *column,
                                 int32_t day);
/* `bounded` NULL: the keys have no bounds. */
const tn_pred *tn_pred_keyed(tn_arena *arena, const tn_pred_column *key,
                             const tn_pred_keys *keys, const tn_pred_column *bounded);

/* --- asking here */

typedef enum tn_pred_truth {
    TN_PRED_SAYS_NO,
    TN_PRED_SAYS_YES,
    TN_PRED_SAYS_UNSURE
} tn_pred_truth;

/* What the tree says of a row: raw values, one for each column of the request. */
tn_pred_truth tn_pred_test(const tn_pred *pred, const tn_value *raw);

/* --- for renderers: a cutoff in a column's own unit */

/* Columns of integers (`as unix_...`): *first and *last are the counts that are an
 * instant at all; all others are unreadable. False for other encodings. */
TN_MUST_USE bool tn_pred_count_range(tn_encoding encoding, int64_t *first,
                                     int64_t *last);
/* The greatest count at or before t; false: there is none. */
TN_MUST_USE bool tn_pred_count_up_to(tn_encoding encoding, tn_instant t, int64_t *out);

/* Columns of zone-less times (`as local`): the greatest civil time, in seconds (see
 * civil.h) and nanoseconds, whose instant is at or before t. A value c that is readable
 * has c's instant <= t exactly if c <= that. */
void tn_pred_local_up_to(const tn_zone *zone, tn_instant t, int64_t *seconds,
                         uint32_t *nanos);

#endif

/* decode: from what a store gives to a value of the declared type.
 *
 * Strict, since what is read here decides deletions: a value that is not of its type,
 * in the encoding the binding states, is *unreadable*. It is never repaired, guessed,
 * or taken for null (LANGUAGE.md, chapter 9):
 *
 *   timestamp, event  RFC 3339 text with its zone; with `as unix_...` an integer and
 *                     nothing else; with `as local` text without a zone and nothing
 *                     else; a store's own instants
 *   date              YYYY-MM-DD
 *   bool              true and false; what else stands for them, see TN_FORM_
 *   int, uint         integers in range; a double is none, however whole
 *   double            doubles and integers
 *   string            valid UTF-8
 *   bytes             bytes; never text, which could be base64 or not
 *   duration          what a binding's expression made; no store has them
 *   list, map         nested values; what they have to hold: cel/shape.h
 *   dyn               anything; a text must be valid UTF-8
 *
 * Owns: nothing; texts, lists and maps of the result view the raw value's. Fails:
 * never; the outcome is TN_KIND_UNREADABLE. Threads: free. */
#ifndef TN_RECORD_DECODE_H
#define TN_RECORD_DECODE_H

#include "interp/calendar/wall.h"
#include "interp/image/terms.h"
#include "interp/record/value.h"

/* What the values of a store look like: 0, or a sum of these. */
enum {
    TN_FORM_TEXT = 1,    /* all are text (CSV): numbers, true and false too */
    TN_FORM_INT_BOOL = 2 /* bool is 0 and 1 (SQLite) */
};

typedef struct tn_decoding {
    tn_field_type type;
    tn_encoding encoding;
    unsigned forms; /* TN_FORM_ */
    tn_zone zone;   /* of the encoding `local` */
    tn_absent_kind absent;
    int64_t absent_int;
    tn_str absent_text;
} tn_decoding;

/* `raw` is NULL, BOOL, INT, UINT, DOUBLE, STRING (of any bytes), BYTES, LIST, MAP, or
 * what a condition gives (TIMESTAMP, DURATION, UNREADABLE too). `out` may be `raw`. */
void tn_decode(const tn_decoding *how, const tn_value *raw, tn_value *out);

/* The same for a key of an entity, whatever type `how` names: integers, texts and bytes
 * as they are; everything else but null is unreadable. */
void tn_decode_key(const tn_decoding *how, const tn_value *raw, tn_value *out);

/* What is readable, in words that complete "expected ...". Borrowed: static. */
const char *tn_decode_expectation(const tn_decoding *how);

/* An optional '-' and digits, whole, within int64. */
TN_MUST_USE bool tn_int_parse(tn_str text, int64_t *out);
/* Digits, whole, within uint64. */
TN_MUST_USE bool tn_uint_parse(tn_str text, uint64_t *out);

#endif

/* types: the types of fields and attributes, as written and as conditions see them.
 *
 * Owns: nothing; types are static or lie in the arena. Fails: NOMEM; what is no type is
 * reported.  Threads: one check, one
 * thread. */
#ifndef TN_CHECK_TYPES_H
#define TN_CHECK_TYPES_H

#include "interp/check/checker.h"

/* *type is TN_FIELD_TYPE_COUNT, and *cel_type dyn, after a diagnostic: nothing else
 * should be said of it then. */
TN_MUST_USE tn_status tn_types_read(tn_checker *ck, const tn_type_name *name,
                                    tn_field_type *type, const tn_type **cel_type);

/* "timestamp", as a policy writes it. Static. */
const char *tn_field_type_word(tn_field_type type);

/* timestamp, date and event: what a period can count from. */
bool tn_field_type_is_instant(tn_field_type type);

#endif

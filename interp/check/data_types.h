/* data_types: which type of personal data @personal("email_address") names: a row of
 * the tables `personal_data` and `special_data` of std.dpv, the terms of the W3C Data
 * Privacy Vocabulary.
 *
 * Owns: nothing. Fails: cannot; a name that is none is reported. Threads: one check,
 * one thread. */
#ifndef TN_CHECK_DATA_TYPES_H
#define TN_CHECK_DATA_TYPES_H

#include "interp/check/checker.h"

/* Sets the data type and its address in `field`, which is marked as personal or
 * special, to those that `named` says; both stay empty after a diagnostic. */
void tn_data_type_read(tn_checker *ck, const tn_scope *scope, const tn_text *named,
                       tn_model_field *field);

#endif

/* access: what is inside lists, maps and optionals, and how these are made.
 *
 * Each takes values that are no errors. Absent is an error in a[b] and a.b, false in
 * `in` and has(), empty in a[?b] and a.?b; what is selected from an optional is an
 * optional (cel-spec, langdef "Field Selection"; the optionals extension).
 *
 * Owns: nothing; what is built lies in the call's arena. Threads: as the call. */
#ifndef TN_CEL_ACCESS_H
#define TN_CEL_ACCESS_H

#include "interp/cel/call.h"

tn_cel_fn tn_value_in;
tn_cel_fn tn_value_index;
tn_cel_fn tn_value_index_optional;

/* The second argument is the field's name. */
tn_cel_fn tn_value_select;
tn_cel_fn tn_value_select_optional;
tn_cel_fn tn_value_has;

/* The value of a table at `key`, or its default (NULL: none, then absent is an error).
 * Null, and whatever can be no key, is an error with a default too: not knowing a
 * country is not being in none of the table's. */
tn_value tn_cel_look_up(tn_cel_call *call, const tn_value *map,
                        const tn_value *otherwise, const tn_value *key);

/* A list of the values that `count` optionals hold. */
tn_value tn_cel_list_of_optionals(tn_cel_call *call, const tn_value *args,
                                  uint32_t count);
/* A map of `count` keys and values; `optional`: of keys and optionals, without the
 * empty ones. */
tn_value tn_cel_map_of(tn_cel_call *call, const tn_value *args, uint32_t count,
                       bool optional);

#endif

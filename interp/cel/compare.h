/* compare: equality and order of conditions (cel-spec, langdef "Equality", "Ordering").
 *
 * Equality is total: values of different types are unequal, but numbers are one type of
 * their own: 1 == 1u == 1.0. NaN equals nothing. Order exists within bool, numbers,
 * string, bytes, timestamp and duration. What is walked is charged.
 *
 * Owns: nothing. Fails: by `stopped` of the call. Threads: as the call. */
#ifndef TN_CEL_COMPARE_H
#define TN_CEL_COMPARE_H

#include "interp/cel/call.h"

/* Errors are equal to nothing: look for them first. */
bool tn_value_equal(tn_cel_call *call, const tn_value *a, const tn_value *b);

typedef enum tn_order {
    TN_ORDER_LESS,
    TN_ORDER_EQUAL,
    TN_ORDER_GREATER,
    TN_ORDER_NONE,   /* NaN: every comparison is false */
    TN_ORDER_INVALID /* no order between such values */
} tn_order;

tn_order tn_value_order(tn_cel_call *call, const tn_value *a, const tn_value *b);

/* Numbers of any of the three types; bools, strings for map keys. */
bool tn_number_equal(const tn_value *a, const tn_value *b);
tn_order tn_number_order(const tn_value *a, const tn_value *b);

static inline bool tn_value_is_number(const tn_value *v)
{
    return v->kind == TN_KIND_INT || v->kind == TN_KIND_UINT ||
           v->kind == TN_KIND_DOUBLE;
}

/* A DATE as the timestamp of its midnight in UTC; others as they are. */
static inline tn_value tn_value_seen(const tn_value *v)
{
    if (v->kind != TN_KIND_DATE)
        return *v;
    return tn_value_instant((tn_instant){v->as.day * INT64_C(86400), 0});
}

#endif

#include "interp/cel/arithmetic.h"
#include "interp/calendar/instant.h"

#include <string.h>

static tn_value overflow(tn_cel_call *call)
{
    return tn_cel_fail(call, TN_CEL_ERR_OVERFLOW, NULL);
}

static bool are(const tn_value *args, tn_kind a, tn_kind b)
{
    return args[0].kind == a && args[1].kind == b;
}

/* --- texts and lists */

static tn_value concatenate(tn_cel_call *call, const tn_value *args)
{
    tn_str a = args[0].as.text, b = args[1].as.text;
    size_t len;
    if (__builtin_add_overflow(a.len, b.len, &len))
        return tn_cel_stop(call);
    char *text = tn_cel_take(call, len, 1);
    if (text == NULL)
        return tn_cel_stop(call);
    if (a.len > 0)
        memcpy(text, a.data, a.len);
    if (b.len > 0)
        memcpy(text + a.len, b.data, b.len);
    return (tn_value){.kind = args[0].kind, .as.text = {text, len}};
}

static tn_value join_lists(tn_cel_call *call, const tn_value *args)
{
    const tn_list_value *a = args[0].as.list, *b = args[1].as.list;
    uint32_t count;
    if (__builtin_add_overflow(a->count, b->count, &count))
        return tn_cel_stop(call);
    tn_value *items = tn_cel_take(call, count, sizeof(*items));
    if (items == NULL)
        return tn_cel_stop(call);
    for (uint32_t i = 0; i < a->count; i++)
        items[i] = a->items[i];
    for (uint32_t i = 0; i < b->count; i++)
        items[a->count + i] = b->items[i];
    return tn_cel_list(call, items, count);
}

/* --- times */

static tn_value move(tn_cel_call *call, tn_instant t, int64_t nanos, bool back)
{
    int64_t seconds = nanos / TN_NANOS_PER_SECOND;
    int64_t rest = nanos % TN_NANOS_PER_SECOND;
    bool good = back ? tn_instant_subtract(t, seconds, rest, &t)
                     : tn_instant_add(t, seconds, rest, &t);
    return good ? tn_value_instant(t)
                : tn_cel_fail(call, TN_CEL_ERR_RANGE, "timestamp");
}

static tn_value difference(tn_cel_call *call, tn_instant a, tn_instant b)
{
    int64_t nanos;
    int64_t seconds = a.seconds - b.seconds; /* both within the range of instants */
    if (__builtin_mul_overflow(seconds, (int64_t)TN_NANOS_PER_SECOND, &nanos) ||
        __builtin_add_overflow(nanos, (int64_t)a.nanos - (int64_t)b.nanos, &nanos))
        return tn_cel_fail(call, TN_CEL_ERR_RANGE, "duration");
    return tn_value_duration(nanos);
}

/* --- operators */

tn_value tn_value_add(tn_cel_call *call, const tn_value *args)
{
    const tn_value *a = &args[0], *b = &args[1];
    int64_t sum;
    uint64_t unsigned_sum;
    if (are(args, TN_KIND_INT, TN_KIND_INT))
        return __builtin_add_overflow(a->as.integer, b->as.integer, &sum)
                   ? overflow(call)
                   : tn_value_int(sum);
    if (are(args, TN_KIND_UINT, TN_KIND_UINT))
        return __builtin_add_overflow(a->as.unsigned_integer, b->as.unsigned_integer,
                                      &unsigned_sum)
                   ? overflow(call)
                   : tn_value_uint(unsigned_sum);
    if (are(args, TN_KIND_DOUBLE, TN_KIND_DOUBLE))
        return tn_value_double(a->as.real + b->as.real);
    if (are(args, TN_KIND_STRING, TN_KIND_STRING) ||
        are(args, TN_KIND_BYTES, TN_KIND_BYTES))
        return concatenate(call, args);
    if (are(args, TN_KIND_LIST, TN_KIND_LIST))
        return join_lists(call, args);
    if (are(args, TN_KIND_TIMESTAMP, TN_KIND_DURATION))
        return move(call, a->as.instant, b->as.duration_nanos, false);
    if (are(args, TN_KIND_DURATION, TN_KIND_TIMESTAMP))
        return move(call, b->as.instant, a->as.duration_nanos, false);
    if (are(args, TN_KIND_DURATION, TN_KIND_DURATION))
        return __builtin_add_overflow(a->as.duration_nanos, b->as.duration_nanos, &sum)
                   ? tn_cel_fail(call, TN_CEL_ERR_RANGE, "duration")
                   : tn_value_duration(sum);
    return tn_cel_fail_overload(call, args, 2);
}

tn_value tn_value_subtract(tn_cel_call *call, const tn_value *args)
{
    const tn_value *a = &args[0], *b = &args[1];
    int64_t rest;
    uint64_t unsigned_rest;
    if (are(args, TN_KIND_INT, TN_KIND_INT))
        return __builtin_sub_overflow(a->as.integer, b->as.integer, &rest)
                   ? overflow(call)
                   : tn_value_int(rest);
    if (are(args, TN_KIND_UINT, TN_KIND_UINT))
        return __builtin_sub_overflow(a->as.unsigned_integer, b->as.unsigned_integer,
                                      &unsigned_rest)
                   ? overflow(call)
                   : tn_value_uint(unsigned_rest);
    if (are(args, TN_KIND_DOUBLE, TN_KIND_DOUBLE))
        return tn_value_double(a->as.real - b->as.real);
    if (are(args, TN_KIND_TIMESTAMP, TN_KIND_DURATION))
        return move(call, a->as.instant, b->as.duration_nanos, true);
    if (are(args, TN_KIND_TIMESTAMP, TN_KIND_TIMESTAMP))
        return difference(call, a->as.instant, b->as.instant);
    if (are(args, TN_KIND_DURATION, TN_KIND_DURATION))
        return __builtin_sub_overflow(a->as.duration_nanos, b->as.duration_nanos, &rest)
                   ? tn_cel_fail(call, TN_CEL_ERR_RANGE, "duration")
                   : tn_value_duration(rest);
    return tn_cel_fail_overload(call, args, 2);
}

tn_value tn_value_multiply(tn_cel_call *call, const tn_value *args)
{
    const tn_value *a = &args[0], *b = &args[1];
    int64_t product;
    uint64_t unsigned_product;
    if (are(args, TN_KIND_INT, TN_KIND_INT))
        return __builtin_mul_overflow(a->as.integer, b->as.integer, &product)
                   ? overflow(call)
                   : tn_value_int(product);
    if (are(args, TN_KIND_UINT, TN_KIND_UINT))
        return __builtin_mul_overflow(a->as.unsigned_integer, b->as.unsigned_integer,
                                      &unsigned_product)
                   ? overflow(call)
                   : tn_value_uint(unsigned_product);
    if (are(args, TN_KIND_DOUBLE, TN_KIND_DOUBLE))
        return tn_value_double(a->as.real * b->as.real);
    return tn_cel_fail_overload(call, args, 2);
}

/* The least integer divided by -1 is out of range, and traps on some machines. */
static bool is_least_by_minus_one(const tn_value *args)
{
    return args[0].as.integer == INT64_MIN && args[1].as.integer == -1;
}

tn_value tn_value_divide(tn_cel_call *call, const tn_value *args)
{
    const tn_value *a = &args[0], *b = &args[1];
    if (are(args, TN_KIND_DOUBLE, TN_KIND_DOUBLE))
        return tn_value_double(a->as.real / b->as.real);
    bool is_int = are(args, TN_KIND_INT, TN_KIND_INT);
    if (!is_int && !are(args, TN_KIND_UINT, TN_KIND_UINT))
        return tn_cel_fail_overload(call, args, 2);
    if (b->as.unsigned_integer == 0)
        return tn_cel_fail(call, TN_CEL_ERR_DIVIDE_BY_ZERO, NULL);
    if (!is_int)
        return tn_value_uint(a->as.unsigned_integer / b->as.unsigned_integer);
    return is_least_by_minus_one(args) ? overflow(call)
                                       : tn_value_int(a->as.integer / b->as.integer);
}

tn_value tn_value_modulo(tn_cel_call *call, const tn_value *args)
{
    const tn_value *a = &args[0], *b = &args[1];
    bool is_int = are(args, TN_KIND_INT, TN_KIND_INT);
    if (!is_int && !are(args, TN_KIND_UINT, TN_KIND_UINT))
        return tn_cel_fail_overload(call, args, 2);
    if (b->as.unsigned_integer == 0)
        return tn_cel_fail(call, TN_CEL_ERR_MODULO_BY_ZERO, NULL);
    if (!is_int)
        return tn_value_uint(a->as.unsigned_integer % b->as.unsigned_integer);
    return is_least_by_minus_one(args) ? overflow(call)
                                       : tn_value_int(a->as.integer % b->as.integer);
}

tn_value tn_value_negate(tn_cel_call *call, const tn_value *args)
{
    int64_t negative;
    switch (args[0].kind) {
    case TN_KIND_INT:
        return __builtin_sub_overflow((int64_t)0, args[0].as.integer, &negative)
                   ? overflow(call)
                   : tn_value_int(negative);
    case TN_KIND_DOUBLE: return tn_value_double(-args[0].as.real);
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_UINT:
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return tn_cel_fail_overload(call, args, 1);
}

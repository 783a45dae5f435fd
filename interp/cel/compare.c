#include "interp/cel/compare.h"
#include "interp/calendar/instant.h"
#include "interp/cel/type.h"

#define INT_LIMIT 9223372036854775808.0   /* 2^63, as a double */
#define UINT_LIMIT 18446744073709551616.0 /* 2^64 */

static tn_order order_of(int sign)
{
    return sign < 0 ? TN_ORDER_LESS : sign > 0 ? TN_ORDER_GREATER : TN_ORDER_EQUAL;
}

static tn_order flip(tn_order order)
{
    if (order == TN_ORDER_LESS)
        return TN_ORDER_GREATER;
    return order == TN_ORDER_GREATER ? TN_ORDER_LESS : order;
}

static tn_order double_order(double a, double b)
{
    if (a < b)
        return TN_ORDER_LESS;
    if (a > b)
        return TN_ORDER_GREATER;
    return a == b ? TN_ORDER_EQUAL : TN_ORDER_NONE;
}

/* The ends, 2^63 and 2^64 included, count as inside and compare as doubles: the rule of
 * cel-go, which the conformance suite pins. */
static tn_order int_double_order(int64_t a, double b)
{
    if (b < -INT_LIMIT)
        return TN_ORDER_GREATER;
    if (b > INT_LIMIT)
        return TN_ORDER_LESS;
    return double_order((double)a, b);
}

static tn_order uint_double_order(uint64_t a, double b)
{
    if (b < 0)
        return TN_ORDER_GREATER;
    if (b > UINT_LIMIT)
        return TN_ORDER_LESS;
    return double_order((double)a, b);
}

static tn_order int_order(int64_t a, const tn_value *b)
{
    if (b->kind == TN_KIND_INT)
        return order_of((a > b->as.integer) - (a < b->as.integer));
    if (b->kind == TN_KIND_DOUBLE)
        return int_double_order(a, b->as.real);
    uint64_t big = b->as.unsigned_integer;
    if (a < 0)
        return TN_ORDER_LESS;
    return order_of(((uint64_t)a > big) - ((uint64_t)a < big));
}

tn_order tn_number_order(const tn_value *a, const tn_value *b)
{
    if (a->kind == TN_KIND_INT)
        return int_order(a->as.integer, b);
    if (b->kind == TN_KIND_INT)
        return flip(int_order(b->as.integer, a));
    if (a->kind == TN_KIND_DOUBLE && b->kind == TN_KIND_DOUBLE)
        return double_order(a->as.real, b->as.real);
    if (b->kind == TN_KIND_DOUBLE)
        return uint_double_order(a->as.unsigned_integer, b->as.real);
    if (a->kind == TN_KIND_DOUBLE)
        return flip(uint_double_order(b->as.unsigned_integer, a->as.real));
    uint64_t x = a->as.unsigned_integer, y = b->as.unsigned_integer;
    return order_of((x > y) - (x < y));
}

bool tn_number_equal(const tn_value *a, const tn_value *b)
{
    return tn_number_order(a, b) == TN_ORDER_EQUAL;
}

static bool list_equal(tn_cel_call *call, const tn_list_value *a,
                       const tn_list_value *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!tn_value_equal(call, &a->items[i], &b->items[i]))
            return false;
    return true;
}

static bool map_equal(tn_cel_call *call, const tn_map_value *a, const tn_map_value *b)
{
    if (a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++) {
        const tn_value *other = tn_map_value_find(b, &a->pairs[i].key);
        if (other == NULL || !tn_value_equal(call, &a->pairs[i].value, other))
            return false;
    }
    return true;
}

static bool text_equal(tn_cel_call *call, tn_str a, tn_str b)
{
    return a.len == b.len && tn_cel_charge(call, tn_cel_byte_steps(a.len)) &&
           tn_str_equal(a, b);
}

static bool optional_equal(tn_cel_call *call, const tn_value *a, const tn_value *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return tn_value_equal(call, a, b);
}

static bool same_kind_equal(tn_cel_call *call, const tn_value *a, const tn_value *b)
{
    switch (a->kind) {
    case TN_KIND_NULL: return true;
    case TN_KIND_BOOL: return a->as.boolean == b->as.boolean;
    case TN_KIND_INT: return a->as.integer == b->as.integer;
    case TN_KIND_UINT: return a->as.unsigned_integer == b->as.unsigned_integer;
    case TN_KIND_DOUBLE: return a->as.real == b->as.real;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return text_equal(call, a->as.text, b->as.text);
    case TN_KIND_TIMESTAMP:
        return tn_instant_compare(a->as.instant, b->as.instant) == 0;
    case TN_KIND_DATE: return a->as.day == b->as.day;
    case TN_KIND_DURATION: return a->as.duration_nanos == b->as.duration_nanos;
    case TN_KIND_LIST: return list_equal(call, a->as.list, b->as.list);
    case TN_KIND_MAP: return map_equal(call, a->as.map, b->as.map);
    case TN_KIND_TYPE: return a->as.type->kind == b->as.type->kind;
    case TN_KIND_OPTIONAL: return optional_equal(call, a->as.optional, b->as.optional);
    case TN_KIND_UNREADABLE:
    case TN_KIND_COUNT: return false;
    }
    return false;
}

bool tn_value_equal(tn_cel_call *call, const tn_value *a, const tn_value *b)
{
    if (!tn_cel_charge(call, 1))
        return false;
    if (a->kind == b->kind)
        return same_kind_equal(call, a, b);
    if (tn_value_is_number(a) && tn_value_is_number(b))
        return tn_number_equal(a, b);
    if (a->kind == TN_KIND_DATE || b->kind == TN_KIND_DATE) {
        tn_value x = tn_value_seen(a), y = tn_value_seen(b);
        return x.kind == y.kind && same_kind_equal(call, &x, &y);
    }
    return false;
}

static tn_order same_kind_order(tn_cel_call *call, const tn_value *a, const tn_value *b)
{
    int64_t x, y;
    size_t shorter;
    switch (a->kind) {
    case TN_KIND_BOOL: return order_of(a->as.boolean - b->as.boolean);
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
        shorter = a->as.text.len < b->as.text.len ? a->as.text.len : b->as.text.len;
        tn_cel_charge(call, tn_cel_byte_steps(shorter));
        return order_of(tn_str_compare(a->as.text, b->as.text));
    case TN_KIND_TIMESTAMP:
        return order_of(tn_instant_compare(a->as.instant, b->as.instant));
    case TN_KIND_DURATION:
        x = a->as.duration_nanos;
        y = b->as.duration_nanos;
        return order_of((x > y) - (x < y));
    case TN_KIND_INT:
    case TN_KIND_UINT:
    case TN_KIND_DOUBLE: return tn_number_order(a, b);
    case TN_KIND_DATE:
        return order_of((a->as.day > b->as.day) - (a->as.day < b->as.day));
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: return TN_ORDER_INVALID;
    }
    return TN_ORDER_INVALID;
}

tn_order tn_value_order(tn_cel_call *call, const tn_value *a, const tn_value *b)
{
    if (a->kind == b->kind)
        return same_kind_order(call, a, b);
    if (tn_value_is_number(a) && tn_value_is_number(b))
        return tn_number_order(a, b);
    if (a->kind == TN_KIND_DATE || b->kind == TN_KIND_DATE) {
        tn_value x = tn_value_seen(a), y = tn_value_seen(b);
        return x.kind == y.kind ? same_kind_order(call, &x, &y) : TN_ORDER_INVALID;
    }
    return TN_ORDER_INVALID;
}

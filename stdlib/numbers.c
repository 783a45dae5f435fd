/* numbers: the math functions. */
#include "interp/cel/compare.h"
#include "stdlib/args.h"

#include <math.h>

/* --- the greatest and the least */

static tn_value choose(tn_cel_call *call, const tn_value *args, tn_order better)
{
    const tn_value *items = args;
    uint32_t count = call->argc;
    if (tn_args_are(call, args, "L")) {
        items = args[0].as.list->items;
        count = args[0].as.list->count;
    }
    if (count == 0)
        return tn_cel_fail(call, TN_CEL_ERR_ARGUMENT, "no numbers");
    if (!tn_cel_charge(call, count))
        return tn_cel_stop(call);
    const tn_value *best = &items[0];
    for (uint32_t i = 0; i < count; i++) {
        if (!tn_value_is_number(&items[i]))
            return tn_args_refuse(call, args);
        if (tn_number_order(&items[i], best) == better)
            best = &items[i];
    }
    return *best;
}

tn_value tn_fn_greatest(tn_cel_call *call, const tn_value *args)
{
    return choose(call, args, TN_ORDER_GREATER);
}

tn_value tn_fn_least(tn_cel_call *call, const tn_value *args)
{
    return choose(call, args, TN_ORDER_LESS);
}

/* --- doubles */

static tn_value map_double(tn_cel_call *call, const tn_value *args,
                           double (*change)(double))
{
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    return tn_value_double(change(args[0].as.real));
}

tn_value tn_fn_ceil(tn_cel_call *call, const tn_value *args)
{
    return map_double(call, args, ceil);
}

tn_value tn_fn_floor(tn_cel_call *call, const tn_value *args)
{
    return map_double(call, args, floor);
}

tn_value tn_fn_round(tn_cel_call *call, const tn_value *args)
{
    return map_double(call, args, round);
}

tn_value tn_fn_trunc(tn_cel_call *call, const tn_value *args)
{
    return map_double(call, args, trunc);
}

tn_value tn_fn_sqrt(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "i"))
        return tn_value_double(sqrt((double)args[0].as.integer));
    if (tn_args_are(call, args, "u"))
        return tn_value_double(sqrt((double)args[0].as.unsigned_integer));
    return map_double(call, args, sqrt);
}

tn_value tn_fn_is_nan(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    return tn_value_bool(isnan(args[0].as.real));
}

tn_value tn_fn_is_inf(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    return tn_value_bool(isinf(args[0].as.real));
}

tn_value tn_fn_is_finite(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    return tn_value_bool(isfinite(args[0].as.real));
}

/* --- signs */

tn_value tn_fn_abs(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "u"))
        return args[0];
    if (!tn_args_are(call, args, "i"))
        return map_double(call, args, fabs);
    int64_t x = args[0].as.integer;
    if (x == INT64_MIN)
        return tn_cel_fail_value(call, TN_CEL_ERR_OVERFLOW, &args[0]);
    return tn_value_int(x < 0 ? -x : x);
}

/* NaN has the sign NaN. */
static double sign_of(double x)
{
    return isnan(x) ? x : (double)((x > 0) - (x < 0));
}

tn_value tn_fn_sign(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "u"))
        return tn_value_uint(args[0].as.unsigned_integer > 0);
    if (!tn_args_are(call, args, "i"))
        return map_double(call, args, sign_of);
    int64_t x = args[0].as.integer;
    return tn_value_int((x > 0) - (x < 0));
}

/* --- bits: of an int those of its two's complement */

static bool take_bits(const tn_value *value, uint64_t *bits)
{
    if (value->kind == TN_KIND_INT)
        *bits = (uint64_t)value->as.integer;
    else
        *bits = value->as.unsigned_integer;
    return value->kind == TN_KIND_INT || value->kind == TN_KIND_UINT;
}

static tn_value give_bits(tn_kind kind, uint64_t bits)
{
    return kind == TN_KIND_INT ? tn_value_int((int64_t)bits) : tn_value_uint(bits);
}

/* Two arguments of one integer type. */
static bool take_two(const tn_cel_call *call, const tn_value *args, uint64_t bits[2])
{
    return call->argc == 2 && args[0].kind == args[1].kind &&
           take_bits(&args[0], &bits[0]) && take_bits(&args[1], &bits[1]);
}

tn_value tn_fn_bit_and(tn_cel_call *call, const tn_value *args)
{
    uint64_t bits[2];
    if (!take_two(call, args, bits))
        return tn_args_refuse(call, args);
    return give_bits(args[0].kind, bits[0] & bits[1]);
}

tn_value tn_fn_bit_or(tn_cel_call *call, const tn_value *args)
{
    uint64_t bits[2];
    if (!take_two(call, args, bits))
        return tn_args_refuse(call, args);
    return give_bits(args[0].kind, bits[0] | bits[1]);
}

tn_value tn_fn_bit_xor(tn_cel_call *call, const tn_value *args)
{
    uint64_t bits[2];
    if (!take_two(call, args, bits))
        return tn_args_refuse(call, args);
    return give_bits(args[0].kind, bits[0] ^ bits[1]);
}

tn_value tn_fn_bit_not(tn_cel_call *call, const tn_value *args)
{
    uint64_t bits;
    if (call->argc != 1 || !take_bits(&args[0], &bits))
        return tn_args_refuse(call, args);
    return give_bits(args[0].kind, ~bits);
}

/* Both ways shift in zeros. */
static tn_value shift(tn_cel_call *call, const tn_value *args, bool left)
{
    enum { WIDTH = 64 };
    uint64_t bits;
    if (call->argc != 2 || args[1].kind != TN_KIND_INT || !take_bits(&args[0], &bits))
        return tn_args_refuse(call, args);
    int64_t by = args[1].as.integer;
    if (by < 0)
        return tn_cel_fail_value(call, TN_CEL_ERR_ARGUMENT, &args[1]);
    if (by >= WIDTH)
        bits = 0;
    else
        bits = left ? bits << by : bits >> by;
    return give_bits(args[0].kind, bits);
}

tn_value tn_fn_bit_shift_left(tn_cel_call *call, const tn_value *args)
{
    return shift(call, args, true);
}

tn_value tn_fn_bit_shift_right(tn_cel_call *call, const tn_value *args)
{
    return shift(call, args, false);
}

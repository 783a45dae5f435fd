/* convert: from one type to another. What has no exact or truncated value of the other
 * type is an error, never a near one. */
#include "interp/base/real.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/cel/text.h"
#include "interp/cel/type.h"
#include "interp/record/decode.h"
#include "stdlib/args.h"

/* 2^63 and 2^64 */
#define INT_END 9223372036854775808.0
#define UINT_END 18446744073709551616.0

/* The digits of a double are found, and read, exactly. */
enum { DOUBLE_STEPS = 64 };

static tn_value refuse_range(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_fail_value(call, TN_CEL_ERR_RANGE, &args[0]);
}

static tn_value refuse_text(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_fail_text(call, TN_CEL_ERR_CONVERT, args[0].as.text);
}

static bool charge_text(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_charge(call, tn_cel_byte_steps(args[0].as.text.len));
}

/* --- bool */

static bool is_one_of(tn_str text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (tn_str_equal(text, tn_str_from(*words)))
            return true;
    return false;
}

tn_value tn_fn_bool(tn_cel_call *call, const tn_value *args)
{
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True", NULL};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False", NULL};
    if (tn_args_are(call, args, "b"))
        return args[0];
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    if (is_one_of(args[0].as.text, yes))
        return tn_value_bool(true);
    if (is_one_of(args[0].as.text, no))
        return tn_value_bool(false);
    return refuse_text(call, args);
}

/* --- int and uint */

static tn_value int_of_text(tn_cel_call *call, const tn_value *args)
{
    if (!charge_text(call, args))
        return tn_cel_stop(call);
    tn_str text = args[0].as.text;
    bool negative = text.len > 0 && text.data[0] == '-';
    if (negative || (text.len > 0 && text.data[0] == '+'))
        text = tn_str_slice(text, 1, SIZE_MAX);
    uint64_t size;
    if (!tn_uint_parse(text, &size) || size > (uint64_t)INT64_MAX + negative)
        return refuse_text(call, args);
    return tn_value_int((int64_t)(negative ? 0 - size : size));
}

tn_value tn_fn_int(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "i"))
        return args[0];
    if (tn_args_are(call, args, "s"))
        return int_of_text(call, args);
    if (tn_args_are(call, args, "t"))
        return tn_value_int(args[0].as.instant.seconds);
    if (tn_args_are(call, args, "r")) /* not in the definition, but in cel-go */
        return tn_value_int(args[0].as.duration_nanos);
    if (tn_args_are(call, args, "u")) {
        if (args[0].as.unsigned_integer > INT64_MAX)
            return refuse_range(call, args);
        return tn_value_int((int64_t)args[0].as.unsigned_integer);
    }
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    double x = args[0].as.real;
    if (!(x > -INT_END && x < INT_END)) /* also NaN */
        return refuse_range(call, args);
    return tn_value_int((int64_t)x);
}

tn_value tn_fn_uint(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "u"))
        return args[0];
    if (tn_args_are(call, args, "i")) {
        if (args[0].as.integer < 0)
            return refuse_range(call, args);
        return tn_value_uint((uint64_t)args[0].as.integer);
    }
    if (tn_args_are(call, args, "s")) {
        uint64_t number;
        if (!charge_text(call, args))
            return tn_cel_stop(call);
        if (!tn_uint_parse(args[0].as.text, &number))
            return refuse_text(call, args);
        return tn_value_uint(number);
    }
    if (!tn_args_are(call, args, "d"))
        return tn_args_refuse(call, args);
    double x = args[0].as.real;
    if (!(x >= 0 && x < UINT_END)) /* also NaN */
        return refuse_range(call, args);
    return tn_value_uint((uint64_t)x);
}

/* --- double */

tn_value tn_fn_double(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "d"))
        return args[0];
    if (tn_args_are(call, args, "i"))
        return tn_value_double((double)args[0].as.integer);
    if (tn_args_are(call, args, "u"))
        return tn_value_double((double)args[0].as.unsigned_integer);
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    double x;
    bool overflow;
    if (!charge_text(call, args) || !tn_cel_charge(call, DOUBLE_STEPS))
        return tn_cel_stop(call);
    if (!tn_real_parse(args[0].as.text, &x, &overflow))
        return refuse_text(call, args);
    return overflow ? refuse_range(call, args) : tn_value_double(x);
}

/* --- string and bytes */

static tn_value string_of_bytes(tn_cel_call *call, const tn_value *args)
{
    if (!charge_text(call, args))
        return tn_cel_stop(call);
    if (!tn_utf8_is_valid(args[0].as.text))
        return tn_cel_fail_value(call, TN_CEL_ERR_UTF8, &args[0]);
    return tn_value_string(args[0].as.text);
}

static tn_value string_of_instant(tn_cel_call *call, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    size_t len = tn_instant_format(t, text);
    return tn_cel_text(call, (tn_str){text, len});
}

tn_value tn_fn_string(tn_cel_call *call, const tn_value *args)
{
    if (tn_args_are(call, args, "s"))
        return args[0];
    if (tn_args_are(call, args, "b"))
        return tn_value_string(args[0].as.boolean ? TN_STR("true") : TN_STR("false"));
    if (tn_args_are(call, args, "y"))
        return string_of_bytes(call, args);
    if (tn_args_are(call, args, "t"))
        return string_of_instant(call, args[0].as.instant);
    if (args[0].kind == TN_KIND_DOUBLE && !tn_cel_charge(call, DOUBLE_STEPS))
        return tn_cel_stop(call);
    tn_buf buf;
    tn_buf_init(&buf, call->arena->memory);
    if (tn_args_are(call, args, "i"))
        tn_buf_put_int(&buf, args[0].as.integer);
    else if (tn_args_are(call, args, "u"))
        tn_buf_put_uint(&buf, args[0].as.unsigned_integer);
    else if (tn_args_are(call, args, "d"))
        tn_real_put(&buf, args[0].as.real);
    else if (tn_args_are(call, args, "r"))
        tn_duration_put(&buf, args[0].as.duration_nanos);
    else
        return tn_args_refuse(call, args);
    return tn_text_end(call, &buf);
}

tn_value tn_fn_bytes(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "s") && !tn_args_are(call, args, "y"))
        return tn_args_refuse(call, args);
    return tn_value_bytes(args[0].as.text);
}

/* --- times */

tn_value tn_fn_timestamp(tn_cel_call *call, const tn_value *args)
{
    tn_instant t;
    if (tn_args_are(call, args, "t"))
        return args[0];
    if (tn_args_are(call, args, "i")) {
        if (!tn_instant_from_count(args[0].as.integer, TN_TICK_SECONDS, &t))
            return refuse_range(call, args);
        return tn_value_instant(t);
    }
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    if (!tn_instant_parse(args[0].as.text, &t))
        return refuse_text(call, args);
    return tn_value_instant(t);
}

tn_value tn_fn_duration(tn_cel_call *call, const tn_value *args)
{
    int64_t nanos;
    if (tn_args_are(call, args, "r"))
        return args[0];
    if (!tn_args_are(call, args, "s"))
        return tn_args_refuse(call, args);
    if (!charge_text(call, args))
        return tn_cel_stop(call);
    if (!tn_duration_parse(args[0].as.text, &nanos))
        return refuse_text(call, args);
    return tn_value_duration(nanos);
}

/* --- types */

tn_value tn_fn_dyn(tn_cel_call *call, const tn_value *args)
{
    return call->argc == 1 ? args[0] : tn_args_refuse(call, args);
}

tn_value tn_fn_type(tn_cel_call *call, const tn_value *args)
{
    if (call->argc != 1)
        return tn_args_refuse(call, args);
    return tn_value_type(tn_type_of(tn_type_of_value(args[0].kind)));
}

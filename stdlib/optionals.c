/* optionals: values that may be missing. */
#include "interp/calendar/instant.h"
#include "interp/cel/access.h"
#include "interp/cel/compare.h"
#include "stdlib/args.h"

static tn_value none(void)
{
    return (tn_value){.kind = TN_KIND_OPTIONAL, .as.optional = NULL};
}

tn_value tn_fn_optional_of(tn_cel_call *call, const tn_value *args)
{
    if (call->argc != 1)
        return tn_args_refuse(call, args);
    return tn_cel_optional(call, &args[0]);
}

tn_value tn_fn_optional_none(tn_cel_call *call, const tn_value *args)
{
    return call->argc == 0 ? none() : tn_args_refuse(call, args);
}

/* The least instant is the zero of its type, as it is in Go and so in cel-go. */
static bool is_zero(const tn_value *v)
{
    switch (v->kind) {
    case TN_KIND_NULL: return true;
    case TN_KIND_BOOL: return !v->as.boolean;
    case TN_KIND_INT: return v->as.integer == 0;
    case TN_KIND_UINT: return v->as.unsigned_integer == 0;
    case TN_KIND_DOUBLE: return v->as.real == 0;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return v->as.text.len == 0;
    case TN_KIND_TIMESTAMP:
        return tn_instant_compare(v->as.instant, TN_INSTANT_MIN) == 0;
    case TN_KIND_DURATION: return v->as.duration_nanos == 0;
    case TN_KIND_LIST: return v->as.list->count == 0;
    case TN_KIND_MAP: return v->as.map->count == 0;
    case TN_KIND_UNREADABLE:
    case TN_KIND_DATE:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    return false;
}

tn_value tn_fn_optional_non_zero(tn_cel_call *call, const tn_value *args)
{
    if (call->argc != 1)
        return tn_args_refuse(call, args);
    return is_zero(&args[0]) ? none() : tn_cel_optional(call, &args[0]);
}

tn_value tn_fn_has_value(tn_cel_call *call, const tn_value *args)
{
    if (call->argc > 2 || args[0].kind != TN_KIND_OPTIONAL)
        return tn_args_refuse(call, args);
    const tn_value *held = args[0].as.optional;
    if (call->argc == 1 || held == NULL)
        return tn_value_bool(held != NULL);
    return tn_value_bool(tn_value_equal(call, held, &args[1]));
}

tn_value tn_fn_value(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "O"))
        return tn_args_refuse(call, args);
    if (args[0].as.optional == NULL)
        return tn_cel_fail(call, TN_CEL_ERR_NO_VALUE, NULL);
    return *args[0].as.optional;
}

static tn_value item(tn_cel_call *call, const tn_value *args, bool is_last)
{
    if (!tn_args_are(call, args, "L"))
        return tn_args_refuse(call, args);
    const tn_list_value *list = args[0].as.list;
    if (list->count == 0)
        return none();
    return tn_cel_optional(call, &list->items[is_last ? list->count - 1 : 0]);
}

tn_value tn_fn_first(tn_cel_call *call, const tn_value *args)
{
    return item(call, args, false);
}

tn_value tn_fn_last(tn_cel_call *call, const tn_value *args)
{
    return item(call, args, true);
}

tn_value tn_fn_unwrap(tn_cel_call *call, const tn_value *args)
{
    if (!tn_args_are(call, args, "L"))
        return tn_args_refuse(call, args);
    return tn_cel_list_of_optionals(call, args[0].as.list->items,
                                    args[0].as.list->count);
}

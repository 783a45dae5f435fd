#include "interp/cel/apply.h"
#include "interp/cel/access.h"
#include "interp/cel/arithmetic.h"
#include "interp/cel/compare.h"
#include "interp/cel/functions.h"

/* --- comparisons */

static tn_value equal(tn_cel_call *call, const tn_value *args, bool wanted)
{
    bool equal = tn_value_equal(call, &args[0], &args[1]);
    return call->stopped ? tn_cel_stop(call) : tn_value_bool(equal == wanted);
}

static tn_value value_equal(tn_cel_call *call, const tn_value *args)
{
    return equal(call, args, true);
}

static tn_value value_not_equal(tn_cel_call *call, const tn_value *args)
{
    return equal(call, args, false);
}

enum {
    LESS = 1 << TN_ORDER_LESS,
    EQUAL = 1 << TN_ORDER_EQUAL,
    GREATER = 1 << TN_ORDER_GREATER
};

/* `orders` are those that make the comparison true. */
static tn_value compare(tn_cel_call *call, const tn_value *args, unsigned orders)
{
    tn_order order = tn_value_order(call, &args[0], &args[1]);
    if (order == TN_ORDER_INVALID)
        return tn_cel_fail_overload(call, args, 2);
    return call->stopped ? tn_cel_stop(call) : tn_value_bool(orders >> order & 1);
}

static tn_value value_less(tn_cel_call *call, const tn_value *args)
{
    return compare(call, args, LESS);
}

static tn_value value_less_equal(tn_cel_call *call, const tn_value *args)
{
    return compare(call, args, LESS | EQUAL);
}

static tn_value value_greater(tn_cel_call *call, const tn_value *args)
{
    return compare(call, args, GREATER);
}

static tn_value value_greater_equal(tn_cel_call *call, const tn_value *args)
{
    return compare(call, args, GREATER | EQUAL);
}

static tn_value value_not(tn_cel_call *call, const tn_value *args)
{
    if (args[0].kind != TN_KIND_BOOL)
        return tn_cel_fail_overload(call, args, 1);
    return tn_value_bool(!args[0].as.boolean);
}

/* --- literals */

static tn_value make_list(tn_cel_call *call, const tn_value *args)
{
    tn_value *items = tn_cel_take(call, call->argc, sizeof(*items));
    if (items == NULL)
        return tn_cel_stop(call);
    for (uint32_t i = 0; i < call->argc; i++)
        items[i] = args[i];
    return tn_cel_list(call, items, call->argc);
}

static tn_value make_list_optional(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_list_of_optionals(call, args, call->argc);
}

static tn_value make_map(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_map_of(call, args, call->argc / 2, false);
}

static tn_value make_map_optional(tn_cel_call *call, const tn_value *args)
{
    return tn_cel_map_of(call, args, call->argc / 2, true);
}

static tn_cel_fn *const functions[TN_CEL_OP_COUNT] = {
    [TN_CEL_NOT] = value_not,
    [TN_CEL_NEGATE] = tn_value_negate,
    [TN_CEL_EQUAL] = value_equal,
    [TN_CEL_NOT_EQUAL] = value_not_equal,
    [TN_CEL_LESS] = value_less,
    [TN_CEL_LESS_EQUAL] = value_less_equal,
    [TN_CEL_GREATER] = value_greater,
    [TN_CEL_GREATER_EQUAL] = value_greater_equal,
    [TN_CEL_IN] = tn_value_in,
    [TN_CEL_ADD] = tn_value_add,
    [TN_CEL_SUBTRACT] = tn_value_subtract,
    [TN_CEL_MULTIPLY] = tn_value_multiply,
    [TN_CEL_DIVIDE] = tn_value_divide,
    [TN_CEL_MODULO] = tn_value_modulo,
    [TN_CEL_INDEX] = tn_value_index,
    [TN_CEL_INDEX_OPTIONAL] = tn_value_index_optional,
    [TN_CEL_SELECT] = tn_value_select,
    [TN_CEL_SELECT_OPTIONAL] = tn_value_select_optional,
    [TN_CEL_HAS] = tn_value_has,
    [TN_CEL_LIST] = make_list,
    [TN_CEL_LIST_OPTIONAL] = make_list_optional,
    [TN_CEL_MAP] = make_map,
    [TN_CEL_MAP_OPTIONAL] = make_map_optional,
    /* a slot against a constant: the same on two values */
    [TN_CEL_SLOT_EQUAL] = value_equal,
    [TN_CEL_SLOT_NOT_EQUAL] = value_not_equal,
    [TN_CEL_SLOT_LESS] = value_less,
    [TN_CEL_SLOT_LESS_EQUAL] = value_less_equal,
    [TN_CEL_SLOT_GREATER] = value_greater,
    [TN_CEL_SLOT_GREATER_EQUAL] = value_greater_equal,
    [TN_CEL_SLOT_IN] = tn_value_in,
    [TN_CEL_SLOT_STARTS_WITH] = tn_fn_starts_with,
    [TN_CEL_SLOT_ENDS_WITH] = tn_fn_ends_with,
    [TN_CEL_SLOT_CONTAINS] = tn_fn_contains,
};

bool tn_cel_op_is_strict(tn_cel_op op)
{
    return op == TN_CEL_CALL || functions[op] != NULL;
}

tn_value tn_cel_apply(tn_cel_call *call, tn_cel_op op, uint32_t function,
                      const tn_value *args)
{
    assert(tn_cel_op_is_strict(op));
    tn_value result = op == TN_CEL_CALL ? tn_cel_function_code(function)(call, args)
                                        : functions[op](call, args);
    return call->stopped ? tn_cel_stop(call) : result;
}

tn_value tn_cel_apply_strict(tn_cel_call *call, tn_cel_op op, uint32_t function,
                             const tn_value *args)
{
    for (uint32_t i = 0; i < call->argc; i++)
        if (tn_value_is_error(&args[i]))
            return args[i];
    return tn_cel_apply(call, op, function, args);
}

tn_value tn_cel_match(tn_cel_call *call, const tn_regex *regex, tn_str text)
{
    if (!tn_cel_charge(call, tn_regex_steps(regex, text.len)))
        return tn_cel_stop(call);
    tn_regex_result result = tn_regex_match(regex, text);
    if (result == TN_REGEX_NO_MEMORY) {
        call->no_memory = true;
        return tn_cel_stop(call);
    }
    return tn_value_bool(result == TN_REGEX_YES);
}

#include "interp/cel/access.h"
#include "interp/cel/compare.h"

/* How a look-up ended: with a value, with nothing there, or with an error. */
typedef struct found {
    const tn_value *value; /* NULL: absent */
    tn_value error;        /* kind NULL: none */
} found;

static found found_value(const tn_value *value)
{
    return (found){value, tn_value_null()};
}

static found found_error(tn_value error)
{
    return (found){NULL, error};
}

/* The number of an index that is an int, or a uint or double with an integral value;
 * anything outside an int's range is UINT32_MAX, which no list has. */
static bool index_number(const tn_value *index, uint32_t *out)
{
    if (index->kind == TN_KIND_DOUBLE) {
        double x = index->as.real;
        *out = x >= 0 && x < UINT32_MAX ? (uint32_t)x : UINT32_MAX;
        /* the number is integral if it comes back the same */
        return x != x ? false : *out == UINT32_MAX || (double)*out == x;
    }
    if (index->kind == TN_KIND_INT) {
        int64_t i = index->as.integer;
        *out = i >= 0 && i < UINT32_MAX ? (uint32_t)i : UINT32_MAX;
        return true;
    }
    uint64_t u = index->as.unsigned_integer;
    *out = u < UINT32_MAX ? (uint32_t)u : UINT32_MAX;
    return index->kind == TN_KIND_UINT;
}

static found find_item(tn_cel_call *call, const tn_list_value *list,
                       const tn_value *index)
{
    uint32_t i;
    if (!tn_value_is_number(index) || !index_number(index, &i))
        return found_error(tn_cel_fail_value(call, TN_CEL_ERR_INDEX, index));
    return found_value(i < list->count ? &list->items[i] : NULL);
}

static found find_key(tn_cel_call *call, const tn_map_value *map, const tn_value *key)
{
    if (!tn_map_key_is_valid(key) && key->kind != TN_KIND_DOUBLE)
        return found_error(tn_cel_fail_value(call, TN_CEL_ERR_NO_KEY, key));
    uint64_t bytes = key->kind == TN_KIND_STRING ? key->as.text.len : 0;
    if (!tn_cel_charge(call, 1 + tn_cel_byte_steps(bytes)))
        return found_error(tn_cel_stop(call));
    return found_value(tn_map_value_find(map, key));
}

static found find_at(tn_cel_call *call, const tn_value *args)
{
    if (args[0].kind == TN_KIND_LIST)
        return find_item(call, args[0].as.list, &args[1]);
    if (args[0].kind == TN_KIND_MAP)
        return find_key(call, args[0].as.map, &args[1]);
    return found_error(tn_cel_fail_overload(call, args, 2));
}

static found find_field(tn_cel_call *call, const tn_value *args)
{
    if (args[0].kind == TN_KIND_MAP)
        return find_key(call, args[0].as.map, &args[1]);
    return found_error(tn_cel_fail_value(call, TN_CEL_ERR_NO_FIELD, &args[0]));
}

typedef found find_fn(tn_cel_call *call, const tn_value *args);

static tn_value none(void)
{
    return (tn_value){.kind = TN_KIND_OPTIONAL};
}

/* What is selected from an optional is optional; absent is empty. */
static tn_value access_optional(tn_cel_call *call, const tn_value *args, find_fn *find)
{
    tn_value inner[2] = {args[0], args[1]};
    if (args[0].kind == TN_KIND_OPTIONAL) {
        if (args[0].as.optional == NULL)
            return none();
        inner[0] = *args[0].as.optional;
    }
    found f = find(call, inner);
    if (f.error.kind != TN_KIND_NULL)
        return f.error;
    return f.value == NULL ? none() : tn_cel_optional(call, f.value);
}

static tn_value access(tn_cel_call *call, const tn_value *args, find_fn *find,
                       tn_cel_error absent)
{
    if (args[0].kind == TN_KIND_OPTIONAL)
        return access_optional(call, args, find);
    found f = find(call, args);
    if (f.error.kind != TN_KIND_NULL)
        return f.error;
    return f.value != NULL ? *f.value : tn_cel_fail_value(call, absent, &args[1]);
}

tn_value tn_value_index(tn_cel_call *call, const tn_value *args)
{
    bool list = args[0].kind == TN_KIND_LIST;
    return access(call, args, find_at, list ? TN_CEL_ERR_INDEX : TN_CEL_ERR_NO_KEY);
}

tn_value tn_value_index_optional(tn_cel_call *call, const tn_value *args)
{
    return access_optional(call, args, find_at);
}

tn_value tn_value_select(tn_cel_call *call, const tn_value *args)
{
    return access(call, args, find_field, TN_CEL_ERR_NO_KEY);
}

tn_value tn_value_select_optional(tn_cel_call *call, const tn_value *args)
{
    return access_optional(call, args, find_field);
}

tn_value tn_value_has(tn_cel_call *call, const tn_value *args)
{
    tn_value inner[2] = {args[0], args[1]};
    if (args[0].kind == TN_KIND_OPTIONAL) {
        if (args[0].as.optional == NULL)
            return tn_value_bool(false);
        inner[0] = *args[0].as.optional;
    }
    found f = find_field(call, inner);
    return f.error.kind != TN_KIND_NULL ? f.error : tn_value_bool(f.value != NULL);
}

tn_value tn_value_in(tn_cel_call *call, const tn_value *args)
{
    if (args[1].kind == TN_KIND_MAP) {
        if (!tn_map_key_is_valid(&args[0]) && args[0].kind != TN_KIND_DOUBLE)
            return tn_value_bool(false);
        found f = find_key(call, args[1].as.map, &args[0]);
        return call->stopped ? tn_cel_stop(call) : tn_value_bool(f.value != NULL);
    }
    if (args[1].kind != TN_KIND_LIST)
        return tn_cel_fail_overload(call, args, 2);
    const tn_list_value *list = args[1].as.list;
    bool is_in = false;
    for (uint32_t i = 0; i < list->count && !is_in && !call->stopped; i++)
        is_in = tn_value_equal(call, &args[0], &list->items[i]);
    return call->stopped ? tn_cel_stop(call) : tn_value_bool(is_in);
}

tn_value tn_cel_look_up(tn_cel_call *call, const tn_value *map,
                        const tn_value *otherwise, const tn_value *key)
{
    if (map->kind != TN_KIND_MAP)
        return tn_cel_fail_overload(call, map, 1);
    found f = find_key(call, map->as.map, key);
    if (f.error.kind != TN_KIND_NULL)
        return f.error;
    if (f.value != NULL)
        return *f.value;
    return otherwise != NULL ? *otherwise
                             : tn_cel_fail_value(call, TN_CEL_ERR_NO_KEY, key);
}

/* --- literals with optional parts */

tn_value tn_cel_list_of_optionals(tn_cel_call *call, const tn_value *args,
                                  uint32_t count)
{
    tn_value *items = tn_cel_take(call, count, sizeof(*items));
    if (items == NULL)
        return tn_cel_stop(call);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (args[i].kind != TN_KIND_OPTIONAL)
            return tn_cel_fail_value(call, TN_CEL_ERR_NOT_OPTIONAL, &args[i]);
        if (args[i].as.optional != NULL)
            items[kept++] = *args[i].as.optional;
    }
    return tn_cel_list(call, items, kept);
}

tn_value tn_cel_map_of(tn_cel_call *call, const tn_value *args, uint32_t count,
                       bool optional)
{
    tn_map_pair *pairs = tn_cel_take(call, count, sizeof(*pairs));
    if (pairs == NULL)
        return tn_cel_stop(call);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        const tn_value *key = &args[2 * i], *value = &args[2 * i + 1];
        if (optional && value->kind != TN_KIND_OPTIONAL)
            return tn_cel_fail_value(call, TN_CEL_ERR_NOT_OPTIONAL, value);
        if (optional && value->as.optional == NULL)
            continue;
        pairs[kept++] = (tn_map_pair){*key, optional ? *value->as.optional : *value};
    }
    return tn_cel_map(call, pairs, kept);
}

#include "interp/cel/shape.h"

#include "interp/cel/map_value.h"

#include <string.h>

/* --- writing */

static char letter_of(tn_type_kind kind)
{
    switch (kind) {
    case TN_TYPE_BOOL: return 'b';
    case TN_TYPE_INT: return 'i';
    case TN_TYPE_UINT: return 'u';
    case TN_TYPE_DOUBLE: return 'f';
    case TN_TYPE_STRING: return 's';
    case TN_TYPE_BYTES: return 'y';
    case TN_TYPE_TIMESTAMP: return 't';
    case TN_TYPE_DURATION: return 'd';
    case TN_TYPE_LIST: return 'l';
    case TN_TYPE_MAP: return 'm';
    case TN_TYPE_DYN:
    case TN_TYPE_NULL:
    case TN_TYPE_TYPE:
    case TN_TYPE_OPTIONAL:
    case TN_TYPE_PARAM:
    case TN_TYPE_COUNT: break;
    }
    return '*';
}

/* Declared types are no deeper than the parser lets them be. */
void tn_shape_put(tn_buf *buf, const tn_type *type)
{
    tn_buf_put_char(buf, letter_of(type->kind));
    if (type->kind == TN_TYPE_LIST || type->kind == TN_TYPE_MAP)
        tn_shape_put(buf, type->params[0]);
    if (type->kind == TN_TYPE_MAP)
        tn_shape_put(buf, type->params[1]);
}

/* --- reading */

bool tn_shape_is_valid(tn_str shape)
{
    size_t missing = 1; /* types that have to follow */
    for (size_t i = 0; i < shape.len; i++) {
        char letter = shape.data[i];
        if (missing == 0 || letter == 0 || strchr("biufsytdlm*", letter) == NULL)
            return false;
        missing += letter == 'm' ? 1 : 0;
        missing -= letter == 'l' || letter == 'm' ? 0 : 1;
    }
    return missing == 0 && shape.len <= TN_SHAPE_MAX;
}

/* What is left of a shape behind its first type. */
static tn_str skip(tn_str shape)
{
    size_t missing = 1;
    size_t at = 0;
    for (; missing > 0 && at < shape.len; at++) {
        missing += shape.data[at] == 'm' ? 1 : 0;
        missing -= shape.data[at] == 'l' || shape.data[at] == 'm' ? 0 : 1;
    }
    return tn_str_slice(shape, at, SIZE_MAX);
}

static bool fits_list(tn_str element, const tn_list_value *list)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (!tn_shape_fits(element, &list->items[i]))
            return false;
    return true;
}

static bool fits_map(tn_str key, tn_str value, const tn_map_value *map)
{
    for (uint32_t i = 0; i < map->count; i++)
        if (!tn_shape_fits(key, &map->pairs[i].key) ||
            !tn_shape_fits(value, &map->pairs[i].value))
            return false;
    return true;
}

/* Anything whose parts are readable. */
static bool fits_dyn(const tn_value *value)
{
    static const tn_str dyn = {"*", 1};
    if (value->kind == TN_KIND_LIST)
        return fits_list(dyn, value->as.list);
    if (value->kind == TN_KIND_MAP)
        return fits_map(dyn, dyn, value->as.map);
    return value->kind != TN_KIND_UNREADABLE;
}

static bool fits_int(const tn_value *value)
{
    return value->kind == TN_KIND_INT ||
           (value->kind == TN_KIND_UINT && value->as.unsigned_integer <= INT64_MAX);
}

static bool fits_uint(const tn_value *value)
{
    return value->kind == TN_KIND_UINT ||
           (value->kind == TN_KIND_INT && value->as.integer >= 0);
}

static bool fits_double(const tn_value *value)
{
    return value->kind == TN_KIND_DOUBLE || value->kind == TN_KIND_INT ||
           value->kind == TN_KIND_UINT;
}

/* Values are no deeper than what reads them lets them be. */
bool tn_shape_fits(tn_str shape, const tn_value *value)
{
    tn_str inner = tn_str_slice(shape, shape.len > 0, SIZE_MAX);
    switch (shape.len == 0 ? '*' : shape.data[0]) {
    case 'b': return value->kind == TN_KIND_BOOL;
    case 'i': return fits_int(value);
    case 'u': return fits_uint(value);
    case 'f': return fits_double(value);
    case 's': return value->kind == TN_KIND_STRING;
    case 'y': return value->kind == TN_KIND_BYTES;
    case 't': return value->kind == TN_KIND_TIMESTAMP || value->kind == TN_KIND_DATE;
    case 'd': return value->kind == TN_KIND_DURATION;
    case 'l': return value->kind == TN_KIND_LIST && fits_list(inner, value->as.list);
    case 'm':
        return value->kind == TN_KIND_MAP &&
               fits_map(inner, skip(inner), value->as.map);
    default: return fits_dyn(value);
    }
}

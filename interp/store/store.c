#include "interp/store/store.h"
#include "interp/record/decode.h"

const tn_store_ops *tn_store_find(const tn_store_ops *const *kinds, tn_str kind)
{
    for (; *kinds != NULL; kinds++)
        if (tn_str_equal(tn_str_from((*kinds)->kind), kind))
            return *kinds;
    return NULL;
}

tn_status tn_store_key(tn_scan *scan, const tn_store_row *row, tn_value *out)
{
    if (scan->ops->key != NULL)
        return scan->ops->key(scan, row, out);
    *out = (tn_value){TN_KIND_INT, {.integer = (int64_t)row->number}};
    return TN_OK;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_same_caseless(tn_str a, tn_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.data[i]) != lower(b.data[i]))
            return false;
    return true;
}

uint32_t tn_store_find_column(const tn_store_ops *ops, const tn_store_object *object,
                              tn_str name)
{
    bool caseless = (ops->capabilities & TN_STORE_CASELESS) != 0;
    for (uint32_t i = 0; i < object->column_count; i++) {
        tn_str column = object->columns[i].name;
        if (caseless ? is_same_caseless(column, name) : tn_str_equal(column, name))
            return i;
    }
    return TN_NONE;
}

unsigned tn_store_forms(const tn_store_ops *ops)
{
    unsigned forms = 0;
    if ((ops->capabilities & TN_STORE_TEXT) != 0)
        forms |= TN_FORM_TEXT;
    if ((ops->capabilities & TN_STORE_INT_BOOL) != 0)
        forms |= TN_FORM_INT_BOOL;
    return forms;
}

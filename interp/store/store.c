#include "interp/store/store.h"
#include "interp/record/decode.h"
#include "interp/store/erase.h"

#include <string.h>

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

bool tn_store_read_mark(tn_str id, tn_str ledger, int64_t watermark, tn_store_mark *out)
{
    if (id.len != TN_STORE_ID_TEXT || ledger.len != TN_STORE_ID_TEXT || watermark < 0)
        return false;
    out->exists = true;
    memcpy(out->id, id.data, TN_STORE_ID_TEXT);
    memcpy(out->ledger, ledger.data, TN_STORE_ID_TEXT);
    out->watermark = (uint64_t)watermark;
    return true;
}

uint32_t tn_store_find_column(const tn_store_ops *ops, const tn_store_object *object,
                              tn_str name)
{
    bool caseless = (ops->capabilities & TN_STORE_CASELESS) != 0;
    for (uint32_t i = 0; i < object->column_count; i++) {
        tn_str column = object->columns[i].name;
        if (caseless ? tn_str_equal_but_for_case(column, name)
                     : tn_str_equal(column, name))
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

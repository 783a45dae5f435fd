#include "interp/store/key.h"
#include "interp/base/real.h"

static void put_bytes(tn_buf *buf, tn_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    tn_buf_put_text(buf, "x'");
    for (size_t i = 0; i < bytes.len; i++) {
        tn_buf_put_char(buf, digits[(unsigned char)bytes.data[i] >> 4]);
        tn_buf_put_char(buf, digits[(unsigned char)bytes.data[i] & 15]);
    }
    tn_buf_put_char(buf, '\'');
}

static void put_list(tn_buf *buf, const tn_list_value *list)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0)
            tn_buf_put_char(buf, ',');
        tn_key_put_json(buf, &list->items[i]);
    }
    tn_buf_put_char(buf, ']');
}

void tn_key_put(tn_buf *buf, const tn_value *key)
{
    switch (key->kind) {
    case TN_KIND_INT: tn_buf_put_int(buf, key->as.integer); break;
    case TN_KIND_UINT: tn_buf_put_uint(buf, key->as.unsigned_integer); break;
    case TN_KIND_DOUBLE: tn_real_put(buf, key->as.real); break;
    case TN_KIND_STRING: tn_buf_put(buf, key->as.text); break;
    case TN_KIND_BYTES: put_bytes(buf, key->as.text); break;
    case TN_KIND_LIST: put_list(buf, key->as.list); break;
    case TN_KIND_BOOL: tn_buf_put_text(buf, key->as.boolean ? "true" : "false"); break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: tn_buf_put_text(buf, "null"); break;
    }
}

void tn_key_put_json(tn_buf *buf, const tn_value *key)
{
    if (key->kind == TN_KIND_STRING) {
        tn_buf_put_json(buf, key->as.text);
    } else if (key->kind == TN_KIND_BYTES) {
        tn_buf_put_char(buf, '"');
        put_bytes(buf, key->as.text);
        tn_buf_put_char(buf, '"');
    } else {
        tn_key_put(buf, key);
    }
}

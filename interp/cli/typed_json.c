#include "interp/cli/typed_json.h"
#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/cel/text.h"
#include "interp/cel/type.h"

#include <sodium.h>

static void put_bytes(tn_buf *buf, tn_str bytes)
{
    const int variant = sodium_base64_VARIANT_ORIGINAL;
    if (bytes.len > SIZE_MAX / 4) {
        buf->failed = true;
        return;
    }
    size_t len = sodium_base64_encoded_len(bytes.len, variant); /* with a NUL */
    char *room = tn_buf_reserve(buf, len);
    if (room == NULL)
        return;
    sodium_bin2base64(room, len, (const unsigned char *)bytes.data, bytes.len, variant);
    buf->len += len - 1;
}

static void put_instant(tn_buf *buf, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(buf, (tn_str){text, tn_instant_format(t, text)});
}

static void put_list(tn_buf *buf, const tn_list_value *list)
{
    tn_buf_put_text(buf, "{\"list\":[");
    for (uint32_t i = 0; i < list->count; i++) {
        if (i > 0)
            tn_buf_put_char(buf, ',');
        tn_cli_put_typed_json(buf, &list->items[i]);
    }
    tn_buf_put_text(buf, "]}");
}

static void put_map(tn_buf *buf, const tn_map_value *map)
{
    tn_buf_put_text(buf, "{\"map\":[");
    for (uint32_t i = 0; i < map->count; i++) {
        tn_buf_put_text(buf, i > 0 ? ",[" : "[");
        tn_cli_put_typed_json(buf, &map->pairs[i].key);
        tn_buf_put_char(buf, ',');
        tn_cli_put_typed_json(buf, &map->pairs[i].value);
        tn_buf_put_char(buf, ']');
    }
    tn_buf_put_text(buf, "]}");
}

static void put_optional(tn_buf *buf, const tn_value *value)
{
    tn_buf_put_text(buf, "{\"optional\":");
    if (value == NULL)
        tn_buf_put_text(buf, "null");
    else
        tn_cli_put_typed_json(buf, value);
    tn_buf_put_char(buf, '}');
}

/* What is printed between the quotes of {"kind":"..."}; numbers are texts, since JSON's
 * are doubles to many readers. */
static void put_scalar(tn_buf *buf, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_INT: tn_buf_put_int(buf, value->as.integer); break;
    case TN_KIND_UINT: tn_buf_put_uint(buf, value->as.unsigned_integer); break;
    case TN_KIND_DOUBLE: tn_real_put(buf, value->as.real); break;
    case TN_KIND_BYTES: put_bytes(buf, value->as.text); break;
    case TN_KIND_TIMESTAMP: put_instant(buf, value->as.instant); break;
    case TN_KIND_DATE:
        put_instant(buf, (tn_instant){value->as.day * TN_SECONDS_PER_DAY, 0});
        break;
    case TN_KIND_DURATION: tn_duration_put(buf, value->as.duration_nanos); break;
    case TN_KIND_TYPE: tn_buf_put(buf, tn_type_name_of(value->as.type->kind)); break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_STRING:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
}

static const char *kind_word(tn_kind kind)
{
    static const char *const words[TN_KIND_COUNT] = {
        [TN_KIND_INT] = "int",        [TN_KIND_UINT] = "uint",
        [TN_KIND_DOUBLE] = "double",  [TN_KIND_BYTES] = "bytes",
        [TN_KIND_STRING] = "string",  [TN_KIND_TIMESTAMP] = "timestamp",
        [TN_KIND_DATE] = "timestamp", [TN_KIND_DURATION] = "duration",
        [TN_KIND_TYPE] = "type",      [TN_KIND_UNREADABLE] = "error",
    };
    return words[kind] == NULL ? "" : words[kind];
}

void tn_cli_put_typed_json(tn_buf *buf, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_NULL: tn_buf_put_text(buf, "{\"null\":true}"); return;
    case TN_KIND_BOOL:
        tn_buf_put_format(buf, "{\"bool\":%s}", value->as.boolean ? "true" : "false");
        return;
    case TN_KIND_LIST: put_list(buf, value->as.list); return;
    case TN_KIND_MAP: put_map(buf, value->as.map); return;
    case TN_KIND_OPTIONAL: put_optional(buf, value->as.optional); return;
    case TN_KIND_STRING:
        tn_buf_put_text(buf, "{\"string\":");
        tn_buf_put_json(buf, value->as.text);
        tn_buf_put_char(buf, '}');
        return;
    case TN_KIND_UNREADABLE:
    case TN_KIND_INT:
    case TN_KIND_UINT:
    case TN_KIND_DOUBLE:
    case TN_KIND_BYTES:
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_TYPE:
    case TN_KIND_COUNT: break;
    }
    tn_buf_put_format(buf, "{\"%s\":\"", kind_word(value->kind));
    put_scalar(buf, value);
    tn_buf_put_text(buf, "\"}");
}

#include "interp/check/json_value.h"

#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"

void tn_json_next(tn_buf *out)
{
    if (out->len == 0)
        return;
    char last = out->data[out->len - 1];
    if (last != '{' && last != '[' && last != ':')
        tn_buf_put_char(out, ',');
}

void tn_json_key(tn_buf *out, const char *name)
{
    tn_json_next(out);
    tn_buf_put_json(out, tn_str_from(name));
    tn_buf_put_char(out, ':');
}

void tn_json_text(tn_buf *out, const char *name, tn_str text)
{
    tn_json_key(out, name);
    if (text.data == NULL)
        tn_buf_put_text(out, "null");
    else
        tn_buf_put_json(out, text);
}

void tn_json_bool(tn_buf *out, const char *name, bool value)
{
    tn_json_key(out, name);
    tn_buf_put_text(out, value ? "true" : "false");
}

void tn_json_period(tn_buf *out, const char *name, tn_period period)
{
    tn_json_key(out, name);
    tn_buf_put_text(out, "{\"months\":");
    tn_buf_put_int(out, period.months);
    tn_buf_put_text(out, ",\"days\":");
    tn_buf_put_int(out, period.days);
    tn_buf_put_text(out, ",\"seconds\":");
    tn_buf_put_int(out, period.seconds);
    tn_buf_put_char(out, '}');
}

static void put_instant(tn_buf *out, tn_instant instant)
{
    char text[TN_INSTANT_TEXT_MAX];
    size_t len = tn_instant_format(instant, text);
    tn_buf_put_json(out, (tn_str){text, len});
}

void tn_json_instant(tn_buf *out, const char *name, tn_instant instant)
{
    tn_json_key(out, name);
    put_instant(out, instant);
}

/* --- values */

static void put_bytes(tn_buf *out, tn_str bytes)
{
    static const char digits[] = "0123456789abcdef";
    tn_buf_put_char(out, '"');
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.data[i];
        tn_buf_put_char(out, digits[byte >> 4]);
        tn_buf_put_char(out, digits[byte & 15]);
    }
    tn_buf_put_char(out, '"');
}

static void put_list(tn_buf *out, const tn_list_value *list)
{
    tn_buf_put_char(out, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        tn_json_next(out);
        tn_json_value(out, &list->items[i]);
    }
    tn_buf_put_char(out, ']');
}

void tn_json_pairs(tn_buf *out, const tn_map_value *map)
{
    for (uint32_t i = 0; i < map->count; i++) {
        tn_json_next(out);
        tn_buf_put_char(out, '[');
        tn_json_value(out, &map->pairs[i].key);
        tn_json_next(out);
        tn_json_value(out, &map->pairs[i].value);
        tn_buf_put_char(out, ']');
    }
}

/* What stands in an object of one member, named for its kind. */
static void put_wrapped(tn_buf *out, const char *kind, const tn_value *value)
{
    tn_buf_put_char(out, '{');
    tn_json_key(out, kind);
    switch (value->kind) {
    case TN_KIND_UINT:
        tn_buf_put_char(out, '"');
        tn_buf_put_uint(out, value->as.unsigned_integer);
        tn_buf_put_char(out, '"');
        break;
    case TN_KIND_DOUBLE:
        tn_buf_put_char(out, '"');
        tn_real_put(out, value->as.real);
        tn_buf_put_char(out, '"');
        break;
    case TN_KIND_BYTES: put_bytes(out, value->as.text); break;
    case TN_KIND_TIMESTAMP: put_instant(out, value->as.instant); break;
    case TN_KIND_DATE:
        put_instant(out, (tn_instant){(int64_t)value->as.day * TN_SECONDS_PER_DAY, 0});
        break;
    case TN_KIND_DURATION: tn_buf_put_int(out, value->as.duration_nanos); break;
    case TN_KIND_MAP:
        tn_buf_put_char(out, '[');
        tn_json_pairs(out, value->as.map);
        tn_buf_put_char(out, ']');
        break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_BOOL:
    case TN_KIND_INT:
    case TN_KIND_STRING:
    case TN_KIND_LIST:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: tn_buf_put_text(out, "null"); break;
    }
    tn_buf_put_char(out, '}');
}

/* Constants are as deep as the parser lets them be. */
void tn_json_value(tn_buf *out, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_BOOL:
        tn_buf_put_text(out, value->as.boolean ? "true" : "false");
        break;
    case TN_KIND_INT: tn_buf_put_int(out, value->as.integer); break;
    case TN_KIND_STRING: tn_buf_put_json(out, value->as.text); break;
    case TN_KIND_LIST: put_list(out, value->as.list); break;
    case TN_KIND_UINT: put_wrapped(out, "uint", value); break;
    case TN_KIND_DOUBLE: put_wrapped(out, "double", value); break;
    case TN_KIND_BYTES: put_wrapped(out, "bytes", value); break;
    case TN_KIND_TIMESTAMP:
    case TN_KIND_DATE: put_wrapped(out, "timestamp", value); break;
    case TN_KIND_DURATION: put_wrapped(out, "duration", value); break;
    case TN_KIND_MAP: put_wrapped(out, "map", value); break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: tn_buf_put_text(out, "null"); break;
    }
}

#include "interp/tools/value_json.h"
#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"
#include "interp/cel/text.h"

void tn_instant_put_json(tn_buf *buf, bool is_there, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    if (is_there)
        tn_buf_put_json(buf, (tn_str){text, tn_instant_format(t, text)});
    else
        tn_buf_put_text(buf, "null");
}

static void put_duration(tn_buf *buf, int64_t nanos)
{
    tn_buf_put_char(buf, '"');
    tn_duration_put(buf, nanos);
    tn_buf_put_char(buf, '"');
}

static void put_list(tn_buf *buf, const tn_list_value *list)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < list->count; i++) {
        tn_buf_put_text(buf, i > 0 ? "," : "");
        tn_value_put_json(buf, &list->items[i]);
    }
    tn_buf_put_char(buf, ']');
}

static void put_map(tn_buf *buf, const tn_map_value *map)
{
    tn_buf_put_char(buf, '{');
    for (uint32_t i = 0; i < map->count; i++) {
        tn_buf_put_text(buf, i > 0 ? "," : "");
        tn_value_put_json(buf, &map->pairs[i].key);
        tn_buf_put_char(buf, ':');
        tn_value_put_json(buf, &map->pairs[i].value);
    }
    tn_buf_put_char(buf, '}');
}

static void put_day(tn_buf *buf, int32_t day)
{
    char text[TN_DATE_TEXT_MAX];
    tn_buf_put_json(buf, (tn_str){text, tn_date_format(day, text)});
}

void tn_value_put_json(tn_buf *buf, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_BOOL:
        tn_buf_put_text(buf, value->as.boolean ? "true" : "false");
        return;
    case TN_KIND_INT: tn_buf_put_int(buf, value->as.integer); return;
    case TN_KIND_UINT: tn_buf_put_uint(buf, value->as.unsigned_integer); return;
    case TN_KIND_DOUBLE: tn_real_put(buf, value->as.real); return;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: tn_buf_put_json(buf, value->as.text); return;
    case TN_KIND_TIMESTAMP: tn_instant_put_json(buf, true, value->as.instant); return;
    case TN_KIND_DATE: put_day(buf, value->as.day); return;
    case TN_KIND_DURATION: put_duration(buf, value->as.duration_nanos); return;
    case TN_KIND_LIST: put_list(buf, value->as.list); return;
    case TN_KIND_MAP: put_map(buf, value->as.map); return;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: tn_buf_put_text(buf, "null"); return;
    }
}

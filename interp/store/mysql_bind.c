/* mysql_bind: values as parameters. */
#include "interp/calendar/instant.h"
#include "interp/store/mysql_cell.h"

#include <string.h>

static void bind_buffer(tn_mysql_statement *s, uint32_t number,
                        enum enum_field_types type, void *buffer)
{
    assert(number < s->parameter_count);
    s->binds[number] = (MYSQL_BIND){.buffer_type = type, .buffer = buffer};
}

static void bind_bytes(tn_mysql_statement *s, uint32_t number,
                       enum enum_field_types type, tn_str text)
{
    /* the library reads a parameter's buffer only */
    union {
        const char *from;
        void *to;
    } data = {.from = text.data == NULL ? "" : text.data};
    bind_buffer(s, number, type, data.to);
    s->parameters[number].length = (unsigned long)text.len;
    s->binds[number].length = &s->parameters[number].length;
    s->binds[number].buffer_length = (unsigned long)text.len;
}

void tn_mysql_bind_text(tn_mysql_statement *s, uint32_t number, tn_str text)
{
    bind_bytes(s, number, MYSQL_TYPE_STRING, text);
}

void tn_mysql_bind_int(tn_mysql_statement *s, uint32_t number, int64_t value)
{
    s->parameters[number].integer = value;
    bind_buffer(s, number, MYSQL_TYPE_LONGLONG, &s->parameters[number].integer);
}

static void bind_instant(tn_mysql_statement *s, uint32_t number, tn_instant t)
{
    tn_civil c = tn_civil_from_seconds(t.seconds, t.nanos);
    s->parameters[number].time = (MYSQL_TIME){.year = (unsigned)c.year,
                                              .month = c.month,
                                              .day = c.day,
                                              .hour = c.hour,
                                              .minute = c.minute,
                                              .second = c.second,
                                              .second_part = c.nanos / 1000,
                                              .time_type = MYSQL_TIMESTAMP_DATETIME};
    bind_buffer(s, number, MYSQL_TYPE_DATETIME, &s->parameters[number].time);
}

void tn_mysql_bind(tn_mysql_statement *s, uint32_t number, const tn_value *value)
{
    switch (value->kind) {
    case TN_KIND_BOOL: tn_mysql_bind_int(s, number, value->as.boolean); return;
    case TN_KIND_INT: tn_mysql_bind_int(s, number, value->as.integer); return;
    case TN_KIND_UINT:
        memcpy(&s->parameters[number].integer, &value->as.unsigned_integer,
               sizeof(long long));
        bind_buffer(s, number, MYSQL_TYPE_LONGLONG, &s->parameters[number].integer);
        s->binds[number].is_unsigned = 1;
        return;
    case TN_KIND_DOUBLE:
        s->parameters[number].real = value->as.real;
        bind_buffer(s, number, MYSQL_TYPE_DOUBLE, &s->parameters[number].real);
        return;
    case TN_KIND_STRING: tn_mysql_bind_text(s, number, value->as.text); return;
    case TN_KIND_BYTES: bind_bytes(s, number, MYSQL_TYPE_BLOB, value->as.text); return;
    case TN_KIND_TIMESTAMP: bind_instant(s, number, value->as.instant); return;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_DATE:
    case TN_KIND_DURATION:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: break;
    }
    bind_buffer(s, number, MYSQL_TYPE_NULL, NULL);
}

/* Digits from `from` on; dates with zeros are dates here. */
static unsigned digits(tn_str text, size_t from, size_t count)
{
    unsigned number = 0;
    for (size_t i = from; i < from + count && i < text.len; i++)
        number = number * 10 + (unsigned)(text.data[i] - '0');
    return number;
}

static unsigned long micros(tn_str text)
{
    unsigned long number = 0;
    for (size_t i = 20; i < 26; i++)
        number =
            number * 10 + (i < text.len && text.data[i] >= '0' && text.data[i] <= '9'
                               ? (unsigned long)(text.data[i] - '0')
                               : 0);
    return number;
}

bool tn_mysql_bind_time(tn_mysql_statement *s, uint32_t number, const tn_value *value)
{
    if (value->kind == TN_KIND_TIMESTAMP) {
        bind_instant(s, number, value->as.instant);
        return true;
    }
    tn_str text = value->as.text;
    if (value->kind != TN_KIND_STRING || text.len < 10)
        return false;
    bool is_date = text.len == 10;
    s->parameters[number].time = (MYSQL_TIME){
        .year = digits(text, 0, 4),
        .month = digits(text, 5, 2),
        .day = digits(text, 8, 2),
        .hour = digits(text, 11, 2),
        .minute = digits(text, 14, 2),
        .second = digits(text, 17, 2),
        .second_part = micros(text),
        .time_type = is_date ? MYSQL_TIMESTAMP_DATE : MYSQL_TIMESTAMP_DATETIME};
    bind_buffer(s, number, is_date ? MYSQL_TYPE_DATE : MYSQL_TYPE_DATETIME,
                &s->parameters[number].time);
    return true;
}

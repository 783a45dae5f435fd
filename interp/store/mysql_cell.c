#include "interp/store/mysql_cell.h"
#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/record/decode.h"

#include <string.h>

enum { TEXT_BYTES = 128, /* of a cell at first; it grows */ BINARY_CHARSET = 63 };

/* --- columns */

static cell_kind kind_of(const MYSQL_FIELD *field)
{
    bool is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
    switch (field->type) {
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR: return is_unsigned ? CELL_UINT : CELL_INT;
    case MYSQL_TYPE_FLOAT: return CELL_FLOAT;
    case MYSQL_TYPE_DOUBLE: return CELL_DOUBLE;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL: return CELL_DECIMAL;
    case MYSQL_TYPE_BIT: return CELL_BIT;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE: return CELL_DATE;
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_DATETIME2: return CELL_DATETIME;
    case MYSQL_TYPE_TIMESTAMP:
    case MYSQL_TYPE_TIMESTAMP2: return CELL_TIMESTAMP;
    case MYSQL_TYPE_JSON:
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_TIME2:
    case MYSQL_TYPE_ENUM:
    case MYSQL_TYPE_SET:
    case MYSQL_TYPE_NULL: return CELL_TEXT;
    case MYSQL_TYPE_GEOMETRY: return CELL_BYTES;
    case MYSQL_TYPE_VARCHAR:
    case MYSQL_TYPE_VAR_STRING:
    case MYSQL_TYPE_STRING:
    case MYSQL_TYPE_TINY_BLOB:
    case MYSQL_TYPE_MEDIUM_BLOB:
    case MYSQL_TYPE_LONG_BLOB:
    case MYSQL_TYPE_BLOB:
    case MAX_NO_FIELD_TYPES: break;
    }
    return field->charsetnr == BINARY_CHARSET ? CELL_BYTES : CELL_TEXT;
}

static enum enum_field_types buffer_type(cell_kind kind)
{
    switch (kind) {
    case CELL_INT:
    case CELL_UINT: return MYSQL_TYPE_LONGLONG;
    case CELL_FLOAT: return MYSQL_TYPE_FLOAT;
    case CELL_DOUBLE: return MYSQL_TYPE_DOUBLE;
    case CELL_DATE:
    case CELL_DATETIME:
    case CELL_TIMESTAMP: return MYSQL_TYPE_DATETIME;
    case CELL_DECIMAL:
    case CELL_TEXT: return MYSQL_TYPE_STRING;
    case CELL_BIT:
    case CELL_BYTES: break;
    }
    return MYSQL_TYPE_BLOB;
}

bool tn_mysql_cell_init(tn_mysql_statement *s, uint32_t number,
                        const MYSQL_FIELD *field)
{
    tn_mysql_cell *cell = &s->cells[number];
    MYSQL_BIND *bind = &s->results[number];
    cell->kind = kind_of(field);
    cell->decimals = field->decimals;
    bind->buffer_type = buffer_type(cell->kind);
    bind->is_null = &cell->is_null;
    bind->length = &cell->length;
    bind->error = &cell->is_cut;
    bind->is_unsigned = cell->kind == CELL_UINT;
    bind->buffer = &cell->as;
    bind->buffer_length = sizeof(cell->as);
    if (!has_data(cell->kind))
        return true;
    cell->data = tn_resize(s->db->memory, NULL, 0, TEXT_BYTES);
    cell->capacity = TEXT_BYTES;
    bind->buffer = cell->data;
    bind->buffer_length = TEXT_BYTES;
    return cell->data != NULL;
}

/* --- values */

static void read_unsigned(uint64_t number, tn_value *out)
{
    if (number <= INT64_MAX)
        *out = (tn_value){TN_KIND_INT, {.integer = (int64_t)number}};
    else
        *out = (tn_value){TN_KIND_UINT, {.unsigned_integer = number}};
}

static void read_decimal(const tn_mysql_cell *cell, tn_value *out)
{
    tn_str text = {cell->data, cell->length};
    int64_t number;
    uint64_t size;
    bool overflow;
    double real;
    if (cell->decimals == 0 && tn_int_parse(text, &number))
        *out = (tn_value){TN_KIND_INT, {.integer = number}};
    else if (cell->decimals == 0 && tn_uint_parse(text, &size))
        *out = (tn_value){TN_KIND_UINT, {.unsigned_integer = size}};
    else if (tn_real_parse(text, &real, &overflow))
        *out = (tn_value){TN_KIND_DOUBLE, {.real = real}};
    else
        *out = (tn_value){.kind = TN_KIND_UNREADABLE};
}

static void read_bit(const tn_mysql_cell *cell, tn_value *out)
{
    uint64_t number = 0;
    for (unsigned long i = 0; i < cell->length && i < 8; i++)
        number = number << 8 | (unsigned char)cell->data[i];
    read_unsigned(number, out);
}

static void put_digits(char **at, unsigned long number, unsigned count)
{
    for (unsigned i = count; i > 0; i--) {
        (*at)[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    *at += count;
}

static void put_parts(char **at, const unsigned parts[3], char between)
{
    for (int i = 0; i < 3; i++) {
        if (i > 0)
            *(*at)++ = between;
        put_digits(at, parts[i], i == 0 && between == '-' ? 4 : 2);
    }
}

static void read_time(tn_mysql_cell *cell, tn_value *out)
{
    const MYSQL_TIME *t = &cell->as.time;
    const unsigned date[] = {t->year, t->month, t->day};
    const unsigned clock[] = {t->hour, t->minute, t->second};
    char *at = cell->text;
    put_parts(&at, date, '-');
    if (cell->kind != CELL_DATE) {
        *at++ = 'T';
        put_parts(&at, clock, ':');
    }
    if (cell->kind != CELL_DATE && t->second_part != 0) {
        *at++ = '.';
        put_digits(&at, t->second_part, 6);
    }
    *out =
        (tn_value){TN_KIND_STRING, {.text = {cell->text, (size_t)(at - cell->text)}}};
}

/* The session's zone is UTC. */
static void read_instant(const tn_mysql_cell *cell, tn_value *out)
{
    const MYSQL_TIME *t = &cell->as.time;
    tn_civil civil = {.year = (int32_t)t->year,
                      .month = (uint8_t)t->month,
                      .day = (uint8_t)t->day,
                      .hour = (uint8_t)t->hour,
                      .minute = (uint8_t)t->minute,
                      .second = (uint8_t)t->second,
                      .nanos = (uint32_t)t->second_part * 1000};
    *out = (tn_value){.kind = TN_KIND_UNREADABLE};
    if (t->year == 0 || !tn_civil_is_valid(&civil))
        return;
    out->kind = TN_KIND_TIMESTAMP;
    out->as.instant = (tn_instant){tn_civil_to_seconds(&civil), civil.nanos};
}

bool tn_mysql_is_null(const tn_mysql_statement *s, uint32_t column)
{
    return s->cells[column].is_null != 0;
}

void tn_mysql_read(const tn_mysql_statement *s, uint32_t column, tn_value *out)
{
    tn_mysql_cell *cell = &s->cells[column];
    *out = (tn_value){.kind = TN_KIND_NULL};
    if (cell->is_null)
        return;
    switch (cell->kind) {
    case CELL_INT: *out = (tn_value){TN_KIND_INT, {.integer = cell->as.integer}}; break;
    case CELL_UINT: read_unsigned(cell->as.unsigned_integer, out); break;
    case CELL_FLOAT:
        *out = (tn_value){TN_KIND_DOUBLE, {.real = (double)cell->as.single}};
        break;
    case CELL_DOUBLE: *out = (tn_value){TN_KIND_DOUBLE, {.real = cell->as.real}}; break;
    case CELL_DECIMAL: read_decimal(cell, out); break;
    case CELL_BIT: read_bit(cell, out); break;
    case CELL_TEXT:
    case CELL_BYTES:
        out->kind = cell->kind == CELL_TEXT ? TN_KIND_STRING : TN_KIND_BYTES;
        out->as.text = (tn_str){cell->data, cell->length};
        break;
    case CELL_DATE:
    case CELL_DATETIME: read_time(cell, out); break;
    case CELL_TIMESTAMP: read_instant(cell, out); break;
    }
}

void tn_mysql_read_key(const tn_mysql_statement *s, uint32_t column, tn_value *out)
{
    tn_mysql_cell *cell = &s->cells[column];
    tn_mysql_read(s, column, out);
    if (out->kind == TN_KIND_NULL)
        return;
    if (cell->kind == CELL_TIMESTAMP) {
        read_time(cell, out);
        cell->text[out->as.text.len++] = 'Z';
    } else if (cell->kind == CELL_DECIMAL && cell->decimals > 0) {
        *out = (tn_value){TN_KIND_STRING, {.text = {cell->data, cell->length}}};
    }
}

tn_str tn_mysql_read_text(const tn_mysql_statement *s, uint32_t column)
{
    const tn_mysql_cell *cell = &s->cells[column];
    if (cell->is_null || !has_data(cell->kind))
        return (tn_str){NULL, 0};
    return (tn_str){cell->data, cell->length};
}

tn_str tn_mysql_read_bytes(const tn_mysql_statement *s, uint32_t column)
{
    tn_str bytes = tn_mysql_read_text(s, column);
    if (bytes.data == NULL && !tn_mysql_is_null(s, column))
        bytes.data = "";
    return bytes;
}

int64_t tn_mysql_read_int(const tn_mysql_statement *s, uint32_t column)
{
    tn_value value;
    int64_t number = 0;
    tn_mysql_read(s, column, &value);
    if (value.kind == TN_KIND_STRING)
        return tn_int_parse(value.as.text, &number) ? number : 0;
    if (value.kind == TN_KIND_DOUBLE)
        return (int64_t)value.as.real;
    return value.kind == TN_KIND_INT ? value.as.integer : 0;
}

size_t tn_mysql_row_bytes(const tn_mysql_statement *s)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < s->column_count; i++)
        bytes += has_data(s->cells[i].kind) ? s->cells[i].length + 16 : 16;
    return bytes;
}

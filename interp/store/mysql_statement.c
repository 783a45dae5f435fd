#include "interp/store/mysql_statement.h"
#include "interp/base/real.h"
#include "interp/calendar/instant.h"
#include "interp/record/decode.h"

#include <string.h>

enum {
    TEXT_BYTES = 128, /* of a cell at first; it grows */
    BINARY_CHARSET = 63,
    FETCH_END = 100,       /* MYSQL_NO_DATA */
    FETCH_TRUNCATED = 101, /* MYSQL_DATA_TRUNCATED */
    TIME_TEXT_MAX = 48
};

typedef enum cell_kind {
    CELL_INT,
    CELL_UINT,
    CELL_FLOAT,
    CELL_DOUBLE,
    CELL_DECIMAL,
    CELL_BIT,
    CELL_TEXT,
    CELL_BYTES,
    CELL_DATE,
    CELL_DATETIME,
    CELL_TIMESTAMP
} cell_kind;

struct tn_mysql_cell {
    cell_kind kind;
    unsigned decimals;
    unsigned long length;
    my_bool is_null;
    my_bool is_cut;
    union {
        long long integer;
        unsigned long long unsigned_integer;
        float single;
        double real;
        MYSQL_TIME time;
    } as;
    char *data; /* TEXT, BYTES, DECIMAL, BIT */
    size_t capacity;
    char text[TIME_TEXT_MAX]; /* of a time, made when it is read */
};

struct tn_mysql_parameter {
    long long integer;
    double real;
    MYSQL_TIME time;
    unsigned long length;
};

static tn_status fail(tn_mysql_statement *s, tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    s->last_error = lib->mysql_stmt_errno(s->handle);
    return tn_mysql_db_fail(s->db, s->last_error, lib->mysql_stmt_error(s->handle),
                            why);
}

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

static bool has_data(cell_kind kind)
{
    return kind == CELL_TEXT || kind == CELL_BYTES || kind == CELL_DECIMAL ||
           kind == CELL_BIT;
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

static bool prepare_cell(tn_mysql_statement *s, uint32_t number,
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

static tn_status prepare_columns(tn_mysql_statement *s)
{
    const tn_mysql_lib *lib = &s->db->lib;
    MYSQL_RES *fields = lib->mysql_stmt_result_metadata(s->handle);
    if (fields == NULL)
        return TN_OK; /* it gives no rows */
    uint32_t count = lib->mysql_num_fields(fields);
    s->results = tn_arena_take_array(&s->arena, count, sizeof(*s->results));
    s->cells = tn_arena_take_array(&s->arena, count, sizeof(*s->cells));
    bool good = s->results != NULL && s->cells != NULL;
    if (good)
        s->column_count = count;
    for (uint32_t i = 0; good && i < count; i++)
        good = prepare_cell(s, i, lib->mysql_fetch_field_direct(fields, i));
    lib->mysql_free_result(fields);
    return good ? TN_OK : TN_NOMEM;
}

static tn_status prepare(tn_mysql_statement *s, tn_str sql, uint32_t cursor_rows,
                         tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    s->handle = lib->mysql_stmt_init(s->db->handle);
    if (s->handle == NULL)
        return TN_NOMEM;
    if (cursor_rows != 0) {
        unsigned long type = CURSOR_TYPE_READ_ONLY, rows = cursor_rows;
        lib->mysql_stmt_attr_set(s->handle, STMT_ATTR_CURSOR_TYPE, &type);
        lib->mysql_stmt_attr_set(s->handle, STMT_ATTR_PREFETCH_ROWS, &rows);
    }
    if (lib->mysql_stmt_prepare(s->handle, sql.data, (unsigned long)sql.len) != 0)
        return fail(s, why);
    s->parameter_count = (uint32_t)lib->mysql_stmt_param_count(s->handle);
    s->binds = tn_arena_take_array(&s->arena, s->parameter_count, sizeof(*s->binds));
    s->parameters =
        tn_arena_take_array(&s->arena, s->parameter_count, sizeof(*s->parameters));
    if (s->binds == NULL || s->parameters == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < s->parameter_count; i++)
        s->binds[i].buffer_type = MYSQL_TYPE_NULL;
    return prepare_columns(s);
}

tn_status tn_mysql_prepare(tn_mysql_statement *s, tn_mysql_db *db, tn_str sql,
                           uint32_t cursor_rows, tn_buf *why)
{
    *s = (tn_mysql_statement){.db = db};
    tn_arena_init(&s->arena, db->memory);
    tn_status status = prepare(s, sql, cursor_rows, why);
    if (status != TN_OK) {
        unsigned code = s->last_error;
        tn_mysql_statement_close(s);
        s->last_error = code;
    }
    return status;
}

void tn_mysql_statement_close(tn_mysql_statement *s)
{
    if (s->db == NULL)
        return;
    for (uint32_t i = 0; i < s->column_count; i++)
        tn_resize(s->db->memory, s->cells[i].data, s->cells[i].capacity, 0);
    if (s->handle != NULL)
        s->db->lib.mysql_stmt_close(s->handle);
    tn_arena_free(&s->arena);
    *s = (tn_mysql_statement){.db = NULL};
}

/* --- parameters */

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

/* --- executing */

tn_status tn_mysql_execute(tn_mysql_statement *s, tn_buf *why)
{
    const tn_mysql_lib *lib = &s->db->lib;
    unsigned long cursor = CURSOR_TYPE_NO_CURSOR;
    if (s->column_count > 0)
        lib->mysql_stmt_free_result(s->handle);
    if ((s->parameter_count > 0 &&
         lib->mysql_stmt_bind_param(s->handle, s->binds) != 0) ||
        lib->mysql_stmt_execute(s->handle) != 0)
        return fail(s, why);
    if (s->column_count == 0)
        return TN_OK;
    if (lib->mysql_stmt_bind_result(s->handle, s->results) != 0)
        return fail(s, why);
    cursor = s->handle->flags;
    if (cursor == CURSOR_TYPE_NO_CURSOR && lib->mysql_stmt_store_result(s->handle) != 0)
        return fail(s, why);
    return TN_OK;
}

/* Makes room for a value that was longer than its cell, and reads it again. */
static tn_status widen(tn_mysql_statement *s, uint32_t number, tn_buf *why)
{
    tn_mysql_cell *cell = &s->cells[number];
    size_t capacity = cell->capacity;
    while (capacity < cell->length)
        capacity *= 2;
    char *data = tn_resize(s->db->memory, cell->data, cell->capacity, capacity);
    if (data == NULL)
        return TN_NOMEM;
    cell->data = data;
    cell->capacity = capacity;
    s->results[number].buffer = data;
    s->results[number].buffer_length = (unsigned long)capacity;
    if (s->db->lib.mysql_stmt_fetch_column(s->handle, &s->results[number], number, 0) !=
        0)
        return fail(s, why);
    return TN_OK;
}

static tn_status widen_all(tn_mysql_statement *s, tn_buf *why)
{
    bool is_any = false;
    for (uint32_t i = 0; i < s->column_count; i++) {
        tn_mysql_cell *cell = &s->cells[i];
        if (!has_data(cell->kind) || cell->is_null || cell->length <= cell->capacity)
            continue;
        TN_TRY(widen(s, i, why));
        is_any = true;
    }
    if (is_any && s->db->lib.mysql_stmt_bind_result(s->handle, s->results) != 0)
        return fail(s, why);
    return TN_OK;
}

tn_status tn_mysql_fetch(tn_mysql_statement *s, bool *row, tn_buf *why)
{
    int code = s->db->lib.mysql_stmt_fetch(s->handle);
    *row = code == 0 || code == FETCH_TRUNCATED;
    if (code == FETCH_TRUNCATED)
        return widen_all(s, why);
    return code == 0 || code == FETCH_END ? TN_OK : fail(s, why);
}

uint64_t tn_mysql_affected(const tn_mysql_statement *s)
{
    return s->db->lib.mysql_stmt_affected_rows(s->handle);
}

uint64_t tn_mysql_row_count(const tn_mysql_statement *s)
{
    return s->db->lib.mysql_stmt_num_rows(s->handle);
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

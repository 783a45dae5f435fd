#include "interp/tools/survey.h"

#include "interp/base/map.h"
#include "interp/record/decode.h"

#include <string.h>

static const struct {
    tn_field_type type;
    tn_encoding encoding;
} readings[TN_READ_COUNT] = {
    [TN_READ_TIMESTAMP] = {TN_FIELD_TIMESTAMP, TN_ENCODING_NONE},
    [TN_READ_DATE] = {TN_FIELD_DATE, TN_ENCODING_NONE},
    [TN_READ_LOCAL] = {TN_FIELD_TIMESTAMP, TN_ENCODING_LOCAL},
    [TN_READ_UNIX_S] = {TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_S},
    [TN_READ_UNIX_MS] = {TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_MS},
    [TN_READ_UNIX_US] = {TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_US},
    [TN_READ_UNIX_NS] = {TN_FIELD_TIMESTAMP, TN_ENCODING_UNIX_NS},
    [TN_READ_BOOL] = {TN_FIELD_BOOL, TN_ENCODING_NONE},
    [TN_READ_INT] = {TN_FIELD_INT, TN_ENCODING_NONE},
    [TN_READ_DOUBLE] = {TN_FIELD_DOUBLE, TN_ENCODING_NONE},
    [TN_READ_STRING] = {TN_FIELD_STRING, TN_ENCODING_NONE},
    [TN_READ_BYTES] = {TN_FIELD_BYTES, TN_ENCODING_NONE},
    [TN_READ_LIST] = {TN_FIELD_LIST, TN_ENCODING_NONE},
    [TN_READ_MAP] = {TN_FIELD_MAP, TN_ENCODING_NONE},
};

tn_field_type tn_reading_type(tn_reading_kind reading)
{
    return readings[reading].type;
}

tn_encoding tn_reading_encoding(tn_reading_kind reading)
{
    return readings[reading].encoding;
}

/* --- one value */

static bool is_unix(tn_reading_kind reading)
{
    return reading >= TN_READ_UNIX_S && reading <= TN_READ_UNIX_NS;
}

/* Numbers mean instants only from 1971 to 2100: then no two units can both be meant. */
static bool is_believable(tn_instant t)
{
    static const int64_t from = 31536000, to = INT64_C(4102444800);
    return t.seconds >= from && t.seconds < to;
}

static bool is_zero(unsigned forms, const tn_value *raw)
{
    if (raw->kind == TN_KIND_INT)
        return raw->as.integer == 0;
    return (forms & TN_FORM_TEXT) != 0 && raw->kind == TN_KIND_STRING &&
           tn_str_equal(raw->as.text, TN_STR("0"));
}

/* In a store of texts alone 007 is a name, not a number. */
static bool is_padded(unsigned forms, const tn_value *raw)
{
    return (forms & TN_FORM_TEXT) != 0 && raw->kind == TN_KIND_STRING &&
           raw->as.text.len > 1 && raw->as.text.data[0] == '0' &&
           raw->as.text.data[1] != '.';
}

static bool is_readable(unsigned forms, tn_reading_kind reading, const tn_value *raw)
{
    tn_decoding how = {.type = readings[reading].type,
                       .encoding = readings[reading].encoding,
                       .forms = forms,
                       .zone = tn_zone_utc};
    tn_value value;
    if (is_unix(reading) && is_zero(forms, raw))
        return true; /* nothing, where it stands among instants */
    if ((reading == TN_READ_INT || reading == TN_READ_DOUBLE) && is_padded(forms, raw))
        return false;
    tn_decode(&how, raw, &value);
    if (value.kind == TN_KIND_UNREADABLE)
        return false;
    return !is_unix(reading) || is_believable(value.as.instant);
}

/* one@two.three */
static bool is_address(tn_str text)
{
    size_t at = tn_str_find(text, TN_STR("@"));
    if (at == SIZE_MAX || at == 0)
        return false;
    tn_str host = tn_str_slice(text, at + 1, SIZE_MAX);
    size_t dot = tn_str_find(host, TN_STR("."));
    return dot != SIZE_MAX && dot > 0 && tn_str_find(text, TN_STR(" ")) == SIZE_MAX;
}

/* 203.0.113.7, or groups with at least two colons. */
static bool is_host(tn_str text)
{
    uint32_t dots = 0, colons = 0;
    bool hexadecimal = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        dots += c == '.';
        colons += c == ':';
        bool is_letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        hexadecimal |= is_letter;
        if (!is_letter && !(c >= '0' && c <= '9') && c != '.' && c != ':')
            return false;
    }
    return (dots == 3 && colons == 0 && !hexadecimal && text.len >= 7) ||
           (colons >= 3 && dots == 0 && hexadecimal);
}

static void look_at(tn_surveyed *column, unsigned forms, const tn_value *raw)
{
    if (raw->kind == TN_KIND_NULL) {
        column->nulls++;
        return;
    }
    column->seen++;
    column->zeros += is_zero(forms, raw);
    for (int i = 0; i < TN_READ_COUNT; i++)
        if ((column->allowed & 1u << i) != 0 &&
            !is_readable(forms, (tn_reading_kind)i, raw))
            column->allowed &= ~(1u << i);
    if (raw->kind != TN_KIND_STRING)
        return;
    column->addresses += is_address(raw->as.text);
    column->hosts += is_host(raw->as.text);
}

/* --- the names of columns */

/* What a scan of names fills. */
typedef struct names {
    tn_arena *arena;
    tn_survey *survey;
    tn_map seen;
} names;

static tn_status add_name(names *n, tn_str name)
{
    if (tn_map_find(&n->seen, name) != TN_NONE ||
        n->survey->column_count == TN_SCAN_UNDECLARED_MAX)
        return TN_OK;
    tn_str copy = tn_arena_copy(n->arena, name);
    if (copy.data == NULL)
        return TN_NOMEM;
    uint32_t number = n->survey->column_count++;
    n->survey->columns[number] = (tn_surveyed){.name = copy};
    return tn_map_put(&n->seen, copy, number);
}

static tn_status scan_names(names *n, tn_scan *scan, tn_buf *why)
{
    for (uint32_t rows = 0; rows < TN_SURVEY_ROWS;) {
        tn_store_rows given;
        TN_TRY(scan->ops->next(scan, &given, why));
        if (given.count == 0)
            return TN_OK;
        for (uint32_t i = 0; i < given.count && rows < TN_SURVEY_ROWS; i++, rows++)
            for (uint32_t k = 0; k < given.list[i].undeclared_count; k++)
                TN_TRY(add_name(
                    n, scan->ops->undeclared_name(scan, given.list[i].undeclared[k])));
    }
    return TN_OK;
}

/* Where a store cannot say its columns, rows do. */
static tn_status find_names(tn_store *store, tn_arena *arena, tn_survey *survey,
                            tn_buf *why)
{
    survey->columns =
        tn_arena_take_array(arena, TN_SCAN_UNDECLARED_MAX, sizeof(tn_surveyed));
    if (survey->columns == NULL)
        return TN_NOMEM;
    const tn_scan_request request = {.object = survey->object,
                                     .wants_undeclared = true};
    tn_scan *scan;
    TN_TRY(store->ops->scan(store, &request, &scan, why));
    names n = {.arena = arena, .survey = survey};
    tn_map_init(&n.seen, arena->memory);
    tn_status status = scan_names(&n, scan, why);
    tn_map_free(&n.seen);
    store->ops->scan_close(scan);
    return status;
}

static tn_status take_types(tn_store *store, tn_arena *arena, tn_survey *survey,
                            tn_buf *why)
{
    const tn_str *types;
    if (store->ops->declared == NULL)
        return TN_OK;
    TN_TRY(store->ops->declared(store, survey->object, arena, &types, why));
    for (uint32_t i = 0; i < survey->column_count; i++)
        survey->columns[i].declared = types[i];
    return TN_OK;
}

static tn_status take_columns(const tn_store_object *object, tn_arena *arena,
                              tn_survey *survey)
{
    survey->columns =
        tn_arena_take_array(arena, object->column_count, sizeof(tn_surveyed));
    if (survey->columns == NULL)
        return TN_NOMEM;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < object->column_count; i++)
        keys += object->columns[i].is_key;
    for (uint32_t i = 0; i < object->column_count; i++)
        survey->columns[i] =
            (tn_surveyed){.name = object->columns[i].name,
                          .is_key = object->columns[i].is_key && keys == 1};
    survey->column_count = object->column_count;
    return TN_OK;
}

/* --- the values */

static tn_status scan_values(tn_survey *survey, tn_scan *scan, tn_buf *why)
{
    unsigned forms = tn_store_forms(scan->ops);
    while (survey->rows < TN_SURVEY_ROWS) {
        tn_store_rows given;
        TN_TRY(scan->ops->next(scan, &given, why));
        if (given.count == 0)
            return TN_OK;
        for (uint32_t i = 0; i < given.count && survey->rows < TN_SURVEY_ROWS; i++) {
            if (given.list[i].problem != NULL)
                continue;
            survey->rows++;
            for (uint32_t k = 0; k < survey->column_count; k++)
                look_at(&survey->columns[k], forms, &given.list[i].values[k]);
        }
    }
    return TN_OK;
}

static tn_status find_values(tn_store *store, tn_arena *arena, tn_survey *survey,
                             tn_buf *why)
{
    tn_scan_column *columns =
        tn_arena_take_array(arena, survey->column_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < survey->column_count; i++) {
        columns[i] =
            (tn_scan_column){.name = survey->columns[i].name, .is_wanted = true};
        survey->columns[i].allowed = (1u << TN_READ_COUNT) - 1;
    }
    const tn_scan_request request = {.object = survey->object,
                                     .columns = columns,
                                     .column_count = survey->column_count};
    tn_scan *scan;
    TN_TRY(store->ops->scan(store, &request, &scan, why));
    tn_status status = scan_values(survey, scan, why);
    store->ops->scan_close(scan);
    return status;
}

tn_status tn_survey_object(tn_store *store, tn_str object, tn_arena *arena,
                           tn_survey *out, tn_buf *why)
{
    tn_store_object about;
    TN_TRY(store->ops->describe(store, object, arena, &about, why));
    *out = (tn_survey){.object = object,
                       .noun = strcmp(about.noun, "view") == 0 ? "table" : about.noun};
    if ((store->ops->capabilities & TN_STORE_COLUMNS) != 0)
        TN_TRY(take_columns(&about, arena, out));
    else
        TN_TRY(find_names(store, arena, out, why));
    TN_TRY(take_types(store, arena, out, why));
    return find_values(store, arena, out, why);
}

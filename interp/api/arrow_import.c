/* arrow_import: arrays of other programs, as this one reads them. */
#include "interp/api/arrow.h"
#include "interp/record/decode.h"

#include <string.h>

/* What a format says, by the rows below; text after ':' is looked at apart. */
typedef struct layout {
    const char *format;
    tn_array_kind kind;
    uint32_t width;
    int64_t buffer_count; /* at least */
} layout;

static const layout layouts[] = {
    {"n", TN_ARRAY_NULLS, 0, 0},
    {"b", TN_ARRAY_BOOL, 0, 2},
    {"c", TN_ARRAY_INT, 1, 2},
    {"C", TN_ARRAY_UINT, 1, 2},
    {"s", TN_ARRAY_INT, 2, 2},
    {"S", TN_ARRAY_UINT, 2, 2},
    {"i", TN_ARRAY_INT, 4, 2},
    {"I", TN_ARRAY_UINT, 4, 2},
    {"l", TN_ARRAY_INT, 8, 2},
    {"L", TN_ARRAY_UINT, 8, 2},
    {"f", TN_ARRAY_REAL, 4, 2},
    {"g", TN_ARRAY_REAL, 8, 2},
    {"u", TN_ARRAY_TEXT, 4, 3},
    {"U", TN_ARRAY_TEXT, 8, 3},
    {"vu", TN_ARRAY_TEXT, TN_ARRAY_VIEWS, 3},
    {"z", TN_ARRAY_BYTES, 4, 3},
    {"Z", TN_ARRAY_BYTES, 8, 3},
    {"vz", TN_ARRAY_BYTES, TN_ARRAY_VIEWS, 3},
    {"w:", TN_ARRAY_FIXED_BYTES, 0, 2},
    {"tdD", TN_ARRAY_DATE, 4, 2},
    {"tdm", TN_ARRAY_DATE, 8, 2},
    {"tss:", TN_ARRAY_TIMESTAMP, 8, 2},
    {"tsm:", TN_ARRAY_TIMESTAMP, 8, 2},
    {"tsu:", TN_ARRAY_TIMESTAMP, 8, 2},
    {"tsn:", TN_ARRAY_TIMESTAMP, 8, 2},
    {"tDs", TN_ARRAY_DURATION, 8, 2},
    {"tDm", TN_ARRAY_DURATION, 8, 2},
    {"tDu", TN_ARRAY_DURATION, 8, 2},
    {"tDn", TN_ARRAY_DURATION, 8, 2},
};

static const layout *find_layout(const char *format)
{
    for (size_t i = 0; i < TN_COUNT(layouts); i++) {
        size_t len = strlen(layouts[i].format);
        bool has_more = layouts[i].format[len - 1] == ':';
        if (strncmp(format, layouts[i].format, len) == 0 &&
            (has_more || format[len] == '\0'))
            return &layouts[i];
    }
    return NULL;
}

static tn_status refuse(tn_status status, const char **why, const char *text)
{
    *why = text;
    return status;
}

static tn_tick tick_of(char letter)
{
    switch (letter) {
    case 's': return TN_TICK_SECONDS;
    case 'm': return TN_TICK_MILLIS;
    case 'u': return TN_TICK_MICROS;
    default: return TN_TICK_NANOS;
    }
}

static tn_status refuse_layout(const char *format, const char **why)
{
    if (strcmp(format, "+r") == 0)
        return refuse(TN_UNSUPPORTED, why,
                      "is run-end encoded, which is not read: decode it first");
    return refuse(TN_UNSUPPORTED, why, "has a type that is not read");
}

/* What the format's letters after the first say. */
static bool read_parameters(const char *format, tn_array *out)
{
    int64_t width;
    if (out->kind == TN_ARRAY_TIMESTAMP) {
        out->tick = tick_of(format[2]);
        out->is_civil = format[4] == '\0';
    } else if (out->kind == TN_ARRAY_DURATION) {
        out->tick = tick_of(format[2]);
    } else if (out->kind == TN_ARRAY_FIXED_BYTES) {
        if (!tn_int_parse(tn_str_from(format + 2), &width) || width < 0 ||
            width > INT32_MAX)
            return false;
        out->width = (uint32_t)width;
    }
    return true;
}

/* Buffers by their places: validity, values or offsets or views, then data; views have
 * any number of those, and their sizes last. */
static void read_buffers(const struct ArrowArray *array, tn_array *out)
{
    if (out->kind == TN_ARRAY_NULLS)
        return;
    if (array->null_count != 0)
        out->validity = array->buffers[0];
    out->values = array->buffers[1];
    if (out->kind != TN_ARRAY_TEXT && out->kind != TN_ARRAY_BYTES)
        return;
    if (out->width != TN_ARRAY_VIEWS) {
        out->data = array->buffers[2];
        return;
    }
    out->buffers = &array->buffers[2];
    out->buffer_count = array->n_buffers - 3;
    out->buffer_bytes = array->buffers[array->n_buffers - 1];
    if (out->buffer_bytes == NULL)
        out->buffer_count = 0;
}

static tn_status read_plain(const struct ArrowSchema *schema,
                            const struct ArrowArray *array, tn_array *out,
                            const char **why)
{
    const layout *found = find_layout(schema->format);
    if (found == NULL)
        return refuse_layout(schema->format, why);
    if (array->n_buffers < found->buffer_count ||
        (found->buffer_count > 0 && array->buffers == NULL))
        return refuse(TN_INVALID, why, "has too few buffers");
    *out = (tn_array){.kind = found->kind,
                      .width = found->width,
                      .length = array->length,
                      .offset = array->offset};
    if (!read_parameters(schema->format, out))
        return refuse(TN_INVALID, why, "has a type that makes no sense");
    read_buffers(array, out);
    return TN_OK;
}

/* Integers whose unit is stated. */
static tn_status set_unit(const tn_arrow_import *import, tn_array *out,
                          const char **why)
{
    static const tn_tick ticks[] = {[TENURE_UNIX_S] = TN_TICK_SECONDS,
                                    [TENURE_UNIX_MS] = TN_TICK_MILLIS,
                                    [TENURE_UNIX_US] = TN_TICK_MICROS,
                                    [TENURE_UNIX_NS] = TN_TICK_NANOS};
    if (import->unit == TENURE_UNIT_NONE)
        return TN_OK;
    if (out->kind != TN_ARRAY_INT || (out->width != 4 && out->width != 8))
        return refuse(TN_INVALID, why,
                      "has a unit stated, but is no int32 and no int64");
    out->kind = TN_ARRAY_TIMESTAMP;
    out->tick = ticks[import->unit];
    return TN_OK;
}

static tn_status read_dictionary(const tn_arrow_import *import, tn_array *out,
                                 tn_array *dictionary, const char **why)
{
    if (out->kind != TN_ARRAY_INT && out->kind != TN_ARRAY_UINT)
        return refuse(TN_INVALID, why, "has a dictionary, but indices of no integers");
    if (import->array->dictionary == NULL)
        return refuse(TN_INVALID, why, "has no dictionary, as its type says it has");
    if (import->schema->dictionary->dictionary != NULL)
        return refuse(TN_UNSUPPORTED, why,
                      "has a dictionary in its dictionary, which is not read");
    TN_TRY(read_plain(import->schema->dictionary, import->array->dictionary, dictionary,
                      why));
    out->is_signed = out->kind == TN_ARRAY_INT;
    out->kind = TN_ARRAY_DICTIONARY;
    out->dictionary = dictionary;
    return TN_OK;
}

tn_status tn_arrow_read(const tn_arrow_import *import, tn_array *out,
                        tn_array *dictionary, const char **why)
{
    int64_t end;
    TN_TRY(read_plain(import->schema, import->array, out, why));
    if (import->offset < 0 || import->length < 0 ||
        __builtin_add_overflow(import->offset, import->length, &end) ||
        end > out->length || out->offset < 0 ||
        __builtin_add_overflow(out->offset, import->offset, &out->offset))
        return refuse(TN_INVALID, why, "has fewer rows than the batch");
    out->length = import->length;
    if (import->schema->dictionary != NULL)
        TN_TRY(read_dictionary(import, out, dictionary, why));
    tn_array *times = out->kind == TN_ARRAY_DICTIONARY ? dictionary : out;
    TN_TRY(set_unit(import, times, why));
    times->zone = import->zone;
    return TN_OK;
}

bool tn_arrow_is_null(const tn_arrow_import *import, int64_t row)
{
    const struct ArrowArray *array = import->array;
    const char *format = import->schema->format;
    if (strcmp(format, "n") == 0)
        return true;
    if (strncmp(format, "+u", 2) == 0 || strcmp(format, "+r") == 0 ||
        array->null_count == 0 || array->n_buffers < 1 || array->buffers == NULL ||
        array->buffers[0] == NULL)
        return false;
    int64_t at = array->offset + import->offset + row;
    return (((const uint8_t *)array->buffers[0])[at >> 3] >> (at & 7) & 1) == 0;
}

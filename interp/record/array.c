#include "interp/record/array.h"

#include <limits.h>
#include <string.h>

/* Unaligned loads: a compiler makes one instruction of each. */
static int64_t load_signed(const void *values, uint32_t width, int64_t at)
{
    const char *from = (const char *)values + at * width;
    int8_t one;
    int16_t two;
    int32_t four;
    int64_t eight;
    switch (width) {
    case 1: memcpy(&one, from, 1); return one;
    case 2: memcpy(&two, from, 2); return two;
    case 4: memcpy(&four, from, 4); return four;
    default: memcpy(&eight, from, 8); return eight;
    }
}

static uint64_t load_unsigned(const void *values, uint32_t width, int64_t at)
{
    uint64_t mask = width == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * width) - 1;
    return (uint64_t)load_signed(values, width, at) & mask;
}

static double load_real(const void *values, uint32_t width, int64_t at)
{
    const char *from = (const char *)values + at * width;
    float single;
    double real;
    if (width == 4) {
        memcpy(&single, from, sizeof(single));
        return (double)single;
    }
    memcpy(&real, from, sizeof(real));
    return real;
}

static bool is_bit_set(const void *bits, int64_t at)
{
    return ((const uint8_t *)bits)[at >> 3] >> (at & 7) & 1;
}

static bool is_own_null(const tn_array *a, int64_t row)
{
    return a->kind == TN_ARRAY_NULLS ||
           (a->validity != NULL && !is_bit_set(a->validity, a->offset + row));
}

/* --- texts */

/* A view: its length, then its bytes, or 4 of them, a buffer and an offset in it. */
typedef struct view {
    int32_t len;
    char start[4];
    int32_t buffer;
    int32_t offset;
} view;

enum { VIEW_INLINE = 12 };

static tn_str load_view(const tn_array *a, int64_t at)
{
    view v;
    const char *from = (const char *)a->values + at * TN_ARRAY_VIEWS;
    memcpy(&v, from, sizeof(v));
    if (v.len <= VIEW_INLINE)
        return (tn_str){from + sizeof(v.len), (size_t)v.len};
    return (tn_str){(const char *)a->buffers[v.buffer] + v.offset, (size_t)v.len};
}

static tn_str load_text(const tn_array *a, int64_t row)
{
    int64_t at = a->offset + row;
    if (a->kind == TN_ARRAY_FIXED_BYTES)
        return (tn_str){(const char *)a->values + at * a->width, a->width};
    if (a->width == TN_ARRAY_VIEWS)
        return load_view(a, at);
    int64_t start = load_signed(a->values, a->width, at);
    int64_t end = load_signed(a->values, a->width, at + 1);
    return (tn_str){a->data == NULL ? "" : (const char *)a->data + start,
                    (size_t)(end - start)};
}

/* --- proofs */

static bool refuse(const char **why, const char *text)
{
    *why = text;
    return false;
}

/* Runs of one length, so that compilers vectorise. */
static bool do_plain_ascend(const int32_t *offsets, int64_t count)
{
    enum { RUN = 1024 };
    uint32_t bad = 0;
    int64_t i = 0;
    for (; i + RUN <= count; i += RUN)
        for (int64_t k = 0; k < RUN; k++)
            bad |= (uint32_t)(offsets[i + k + 1] < offsets[i + k]);
    for (; i < count; i++)
        bad |= (uint32_t)(offsets[i + 1] < offsets[i]);
    return bad == 0;
}

static bool do_ascend(const tn_array *a)
{
    if (a->width == sizeof(int32_t) && (uintptr_t)a->values % sizeof(int32_t) == 0)
        return do_plain_ascend((const int32_t *)a->values + a->offset, a->length);
    int64_t before = load_signed(a->values, a->width, a->offset);
    for (int64_t i = 1; i <= a->length; i++) {
        int64_t at = load_signed(a->values, a->width, a->offset + i);
        if (at < before)
            return false;
        before = at;
    }
    return true;
}

static bool check_offsets(const tn_array *a, const char **why)
{
    if (load_signed(a->values, a->width, a->offset) < 0)
        return refuse(why, "has a negative offset");
    if (!do_ascend(a))
        return refuse(why, "has offsets that go back");
    if (load_signed(a->values, a->width, a->offset + a->length) > 0 && a->data == NULL)
        return refuse(why, "has offsets but no data");
    return true;
}

static bool is_view_inside(const tn_array *a, const view *v)
{
    if (v->len < 0)
        return false;
    if (v->len <= VIEW_INLINE)
        return true;
    return v->buffer >= 0 && v->buffer < a->buffer_count && v->offset >= 0 &&
           a->buffers[v->buffer] != NULL &&
           (int64_t)v->offset + v->len <= a->buffer_bytes[v->buffer];
}

static bool check_views(const tn_array *a, const char **why)
{
    for (int64_t i = 0; i < a->length; i++) {
        view v;
        memcpy(&v, (const char *)a->values + (a->offset + i) * TN_ARRAY_VIEWS,
               sizeof(v));
        if (!is_own_null(a, i) && !is_view_inside(a, &v))
            return refuse(why, "has a view that lies outside its buffers");
    }
    return true;
}

/* Read as unsigned, a negative index is more than any. Runs of one length, so that
 * compilers vectorise. */
static bool are_plain_inside(const int32_t *indices, int64_t count, uint64_t length)
{
    enum { RUN = 1024 };
    uint32_t limit = length > INT32_MAX ? INT32_MAX : (uint32_t)length;
    uint32_t bad = 0;
    int64_t i = 0;
    for (; i + RUN <= count; i += RUN)
        for (int64_t k = 0; k < RUN; k++)
            bad |= (uint32_t)((uint32_t)indices[i + k] >= limit);
    for (; i < count; i++)
        bad |= (uint32_t)((uint32_t)indices[i] >= limit);
    return bad == 0;
}

static bool are_indices_inside(const tn_array *a, uint64_t length)
{
    if (a->validity == NULL && a->width == 4 && a->is_signed &&
        (uintptr_t)a->values % sizeof(int32_t) == 0)
        return are_plain_inside((const int32_t *)a->values + a->offset, a->length,
                                length);
    for (int64_t i = 0; i < a->length; i++)
        if (!is_own_null(a, i) && (uint64_t)tn_array_index(a, i) >= length)
            return false;
    return true;
}

static bool check_indices(const tn_array *a, const char **why)
{
    if (a->length > 0 && !are_indices_inside(a, (uint64_t)a->dictionary->length))
        return refuse(why, "has an index outside its dictionary");
    return true;
}

static bool is_width(uint32_t width, unsigned allowed)
{
    return width < 32 && (allowed >> width & 1) != 0;
}

#define WIDTH(n) (1U << (n))

/* The widths that a kind may have; 0: any. */
static unsigned allowed_widths(tn_array_kind kind)
{
    switch (kind) {
    case TN_ARRAY_INT:
    case TN_ARRAY_UINT:
    case TN_ARRAY_DICTIONARY: return WIDTH(1) | WIDTH(2) | WIDTH(4) | WIDTH(8);
    case TN_ARRAY_REAL:
    case TN_ARRAY_DATE: return WIDTH(4) | WIDTH(8);
    case TN_ARRAY_TEXT:
    case TN_ARRAY_BYTES: return WIDTH(4) | WIDTH(8) | WIDTH(TN_ARRAY_VIEWS);
    case TN_ARRAY_TIMESTAMP: return WIDTH(4) | WIDTH(8);
    case TN_ARRAY_DURATION: return WIDTH(8);
    case TN_ARRAY_NULLS:
    case TN_ARRAY_BOOL:
    case TN_ARRAY_FIXED_BYTES: break;
    }
    return 0;
}

/* Lengths, widths and buffers, without a look into them. */
static bool check_shape(const tn_array *a, const char **why)
{
    unsigned widths = allowed_widths(a->kind);
    if (a->length < 0 || a->offset < 0 || a->length > INT64_MAX / 64 ||
        a->offset > INT64_MAX / 64)
        return refuse(why, "has no possible length");
    if (widths != 0 && !is_width(a->width, widths))
        return refuse(why, "has values of no known width");
    if (a->kind == TN_ARRAY_FIXED_BYTES && a->width > INT32_MAX)
        return refuse(why, "has values of no known width");
    if (a->kind != TN_ARRAY_NULLS && a->length > 0 && a->values == NULL)
        return refuse(why, "has no values");
    return true;
}

bool tn_array_check(const tn_array *a, const char **why)
{
    if (!check_shape(a, why))
        return false;
    if (a->kind == TN_ARRAY_DICTIONARY) {
        if (a->dictionary == NULL || a->dictionary->kind == TN_ARRAY_DICTIONARY)
            return refuse(why, "has a dictionary of no known kind");
        return tn_array_check(a->dictionary, why) && check_indices(a, why);
    }
    if ((a->kind != TN_ARRAY_TEXT && a->kind != TN_ARRAY_BYTES) || a->length == 0)
        return true;
    return a->width == TN_ARRAY_VIEWS ? check_views(a, why) : check_offsets(a, why);
}

/* --- values */

int64_t tn_array_index(const tn_array *a, int64_t row)
{
    int64_t at = a->offset + row;
    return a->is_signed ? load_signed(a->values, a->width, at)
                        : (int64_t)load_unsigned(a->values, a->width, at);
}

bool tn_array_is_null(const tn_array *a, int64_t row)
{
    if (is_own_null(a, row))
        return true;
    return a->kind == TN_ARRAY_DICTIONARY &&
           is_own_null(a->dictionary, tn_array_index(a, row));
}

static void get_timestamp(const tn_array *a, int64_t count, tn_value *out)
{
    out->kind = TN_KIND_TIMESTAMP;
    if (!tn_instant_from_count(count, a->tick, &out->as.instant)) {
        out->kind = TN_KIND_UNREADABLE;
        return;
    }
    if (!a->is_civil)
        return;
    tn_instant clock = out->as.instant; /* its reading, as if it stood in UTC */
    tn_civil civil = tn_civil_from_seconds(clock.seconds, clock.nanos);
    if (a->zone == NULL || !tn_local_instant(a->zone, &civil, &out->as.instant))
        out->kind = TN_KIND_UNREADABLE;
}

static void get_date(const tn_array *a, int64_t number, tn_value *out)
{
    static const int64_t day_ms = TN_SECONDS_PER_DAY * 1000;
    bool whole = a->width == 4 || number % day_ms == 0;
    int64_t day = a->width == 4 ? number : number / day_ms;
    out->kind = TN_KIND_UNREADABLE;
    if (!whole || !tn_day_is_valid(day))
        return;
    out->kind = TN_KIND_DATE;
    out->as.day = (int32_t)day;
}

static void get_duration(const tn_array *a, int64_t count, tn_value *out)
{
    static const int64_t nanos[] = {[TN_TICK_SECONDS] = 1000000000,
                                    [TN_TICK_MILLIS] = 1000000,
                                    [TN_TICK_MICROS] = 1000,
                                    [TN_TICK_NANOS] = 1};
    out->kind = TN_KIND_DURATION;
    if (__builtin_mul_overflow(count, nanos[a->tick], &out->as.duration_nanos))
        out->kind = TN_KIND_UNREADABLE;
}

void tn_array_get(const tn_array *a, int64_t row, tn_value *out)
{
    int64_t at = a->offset + row;
    out->kind = TN_KIND_NULL;
    if (is_own_null(a, row))
        return;
    switch (a->kind) {
    case TN_ARRAY_NULLS: return;
    case TN_ARRAY_DICTIONARY:
        tn_array_get(a->dictionary, tn_array_index(a, row), out);
        return;
    case TN_ARRAY_BOOL:
        *out = (tn_value){TN_KIND_BOOL, {.boolean = is_bit_set(a->values, at)}};
        return;
    case TN_ARRAY_INT:
        *out =
            (tn_value){TN_KIND_INT, {.integer = load_signed(a->values, a->width, at)}};
        return;
    case TN_ARRAY_UINT:
        *out = (tn_value){TN_KIND_UINT,
                          {.unsigned_integer = load_unsigned(a->values, a->width, at)}};
        return;
    case TN_ARRAY_REAL:
        *out = (tn_value){TN_KIND_DOUBLE, {.real = load_real(a->values, a->width, at)}};
        return;
    case TN_ARRAY_TEXT:
        *out = (tn_value){TN_KIND_STRING, {.text = load_text(a, row)}};
        return;
    case TN_ARRAY_BYTES:
    case TN_ARRAY_FIXED_BYTES:
        *out = (tn_value){TN_KIND_BYTES, {.text = load_text(a, row)}};
        return;
    case TN_ARRAY_TIMESTAMP:
        get_timestamp(a, load_signed(a->values, a->width, at), out);
        return;
    case TN_ARRAY_DURATION: get_duration(a, load_signed(a->values, 8, at), out); return;
    case TN_ARRAY_DATE: get_date(a, load_signed(a->values, a->width, at), out); return;
    }
}

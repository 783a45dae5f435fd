#include "interp/store/search_query.h"
#include "interp/base/utf8.h"
#include "interp/calendar/civil.h"
#include "interp/calendar/instant.h"

#include <string.h>

#define NONE "{\"match_none\":{}}"
#define ALL "{\"match_all\":{}}"

/* What every value that is an instant is between. */
#define FIRST "0001-01-01T00:00:00.000Z"
#define LAST "9999-12-31T23:59:59.999999999Z"

static const tn_search_field *field_of(const tn_search_query *q,
                                       const tn_pred_column *column)
{
    uint32_t at = q->fields[column->number];
    return at == TN_NONE ? NULL : &q->object->fields[at];
}

bool tn_search_reads_indexed(const tn_search_query *q, uint32_t column)
{
    const tn_scan_column *asked = &q->columns[column];
    uint32_t at = q->fields[column];
    if (!asked->is_wanted || at == TN_NONE || q->object->fields[at].is_hidden)
        return false;
    const tn_search_field *field = &q->object->fields[at];
    return field->source != TN_SEARCH_DOCUMENT ||
           (asked->is_single && field->is_indexed);
}

/* --- what a value of a field is, as it is read */

typedef enum meaning {
    MEANS_NOTHING, /* nothing is certain */
    MEANS_INSTANT,
    MEANS_DAY,
    MEANS_TEXT,
    MEANS_WHOLE
} meaning;

static meaning meaning_of_source(const tn_search_query *q, const tn_pred_column *column)
{
    const tn_search_field *field = field_of(q, column);
    if (field == NULL || !tn_search_reads_indexed(q, column->number))
        return MEANS_NOTHING;
    if (field->source == TN_SEARCH_INSTANT)
        return MEANS_INSTANT;
    if (field->source == TN_SEARCH_DAY)
        return MEANS_DAY;
    if (!field->is_indexed) /* an alias of who knows what */
        return MEANS_NOTHING;
    return tn_str_equal(field->type, TN_STR("keyword")) ? MEANS_TEXT : MEANS_WHOLE;
}

/* Does the declared type read it? A sentinel for null never is an instant. */
static bool is_read(meaning m, const tn_decoding *how)
{
    switch (how->type) {
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return m == MEANS_INSTANT;
    case TN_FIELD_DATE: return m == MEANS_DAY && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_STRING: return m == MEANS_TEXT && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_INT: return m == MEANS_WHOLE && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_DYN: /* a key */
        return (m == MEANS_TEXT || m == MEANS_WHOLE) && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_BOOL:
    case TN_FIELD_UINT:
    case TN_FIELD_DOUBLE:
    case TN_FIELD_BYTES:
    case TN_FIELD_DURATION:
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_TYPE_COUNT: break;
    }
    return false;
}

static meaning meaning_of(const tn_search_query *q, const tn_pred_column *column)
{
    meaning m = meaning_of_source(q, column);
    return is_read(m, &column->how) ? m : MEANS_NOTHING;
}

/* --- leaves */

static void put_name(const tn_search_query *q, const tn_pred_column *column,
                     tn_buf *out)
{
    tn_buf_put_json(out, field_of(q, column)->name);
}

/* Documents that have a value there that is readable. */
static void put_exists(const tn_search_query *q, const tn_pred_column *column,
                       tn_buf *out)
{
    meaning m = meaning_of(q, column);
    if (m == MEANS_INSTANT || m == MEANS_DAY) {
        bool is_nanos = field_of(q, column)->is_nanos;
        tn_buf_put_text(out, "{\"range\":{");
        put_name(q, column, out);
        tn_buf_put_text(out, is_nanos ? ":{\"gte\":\"1970-01-01T00:00:00Z\""
                                      : ":{\"gte\":\"" FIRST "\",\"lte\":\"" LAST "\"");
        tn_buf_put_text(out, ",\"format\":\"strict_date_optional_time_nanos\"}}}");
        return;
    }
    tn_buf_put_text(out, "{\"exists\":{\"field\":");
    put_name(q, column, out);
    tn_buf_put_text(out, "}}");
}

static void put_missing(const tn_search_query *q, const tn_pred_column *column,
                        tn_buf *out)
{
    tn_buf_put_text(out, "{\"bool\":{\"must_not\":{\"exists\":{\"field\":");
    put_name(q, column, out);
    tn_buf_put_text(out, "}}}}");
}

/* The first tick after t: of nanoseconds, of milliseconds, of days. False: there is
 * none, every value is at or before t. */
static bool next_tick(tn_instant t, meaning m, bool is_nanos, tn_instant *out)
{
    enum { MILLI = 1000000 };
    *out = t;
    if (m == MEANS_DAY) {
        out->seconds =
            (t.seconds - (t.seconds % TN_SECONDS_PER_DAY + TN_SECONDS_PER_DAY) %
                             TN_SECONDS_PER_DAY) +
            TN_SECONDS_PER_DAY;
        out->nanos = 0;
    } else {
        out->nanos = is_nanos ? t.nanos + 1 : (t.nanos / MILLI + 1) * MILLI;
        if (out->nanos >= TN_NANOS_PER_SECOND) {
            out->seconds++;
            out->nanos = 0;
        }
    }
    return out->seconds <= TN_INSTANT_MAX.seconds;
}

/* date_nanos knows 1970 to 2262 alone, and refuses to be asked for more. */
static bool is_in_nanos(tn_instant t)
{
    static const int64_t last = INT64_C(9223372036);
    return t.seconds >= 0 && t.seconds < last;
}

static void put_range(const tn_search_query *q, const tn_pred_column *column,
                      tn_instant next, bool truth, tn_buf *out)
{
    char text[TN_INSTANT_TEXT_MAX];
    bool is_nanos = field_of(q, column)->is_nanos;
    tn_instant_format(next, text);
    tn_buf_put_text(out, "{\"range\":{");
    put_name(q, column, out);
    tn_buf_put_format(out, truth ? ":{\"lt\":\"%s\"" : ":{\"gte\":\"%s\"", text);
    if (!is_nanos)
        tn_buf_put_text(out,
                        truth ? ",\"gte\":\"" FIRST "\"" : ",\"lte\":\"" LAST "\"");
    tn_buf_put_text(out, ",\"format\":\"strict_date_optional_time_nanos\"}}}");
}

static void put_up_to_instant(const tn_search_query *q, const tn_pred_column *column,
                              tn_instant t, bool truth, tn_buf *out)
{
    tn_instant next;
    const tn_search_field *field = field_of(q, column);
    bool has_next = next_tick(t, meaning_of(q, column), field->is_nanos, &next);
    bool is_all =
        !has_next || (field->is_nanos && next.seconds > 0 && !is_in_nanos(next));
    bool is_no = has_next && ((field->is_nanos && next.seconds < 0) ||
                              tn_instant_compare(next, TN_INSTANT_MIN) <= 0);
    if (is_all || is_no) {
        if (is_all == truth)
            put_exists(q, column, out);
        else
            tn_buf_put_text(out, NONE);
        return;
    }
    put_range(q, column, next, truth, out);
}

/* LESS_EQUAL; null and what is unreadable is in neither. */
static void put_up_to(const tn_search_query *q, const tn_pred_column *column,
                      const tn_value *value, bool truth, tn_buf *out)
{
    meaning m = meaning_of(q, column);
    if (m == MEANS_INSTANT && value->kind == TN_KIND_TIMESTAMP) {
        put_up_to_instant(q, column, value->as.instant, truth, out);
    } else if (m == MEANS_DAY && value->kind == TN_KIND_DATE) {
        tn_instant t = {(int64_t)value->as.day * TN_SECONDS_PER_DAY, 0};
        put_up_to_instant(q, column, t, truth, out);
    } else if (m == MEANS_WHOLE && value->kind == TN_KIND_INT) {
        tn_buf_put_text(out, "{\"range\":{");
        put_name(q, column, out);
        tn_buf_put_format(out, truth ? ":{\"lte\":%lld}}}" : ":{\"gt\":%lld}}}",
                          (long long)value->as.integer);
    } else {
        tn_buf_put_text(out, NONE);
    }
}

bool tn_search_next_value(const tn_search_query *q, const tn_pred *pred,
                          tn_instant *out)
{
    meaning m = meaning_of(q, &pred->column);
    tn_kind kind = pred->value->kind;
    tn_instant t;
    if (m == MEANS_DAY && kind == TN_KIND_DATE)
        t = (tn_instant){(int64_t)pred->value->as.day * TN_SECONDS_PER_DAY, 0};
    else if (m == MEANS_INSTANT && kind == TN_KIND_TIMESTAMP)
        t = pred->value->as.instant;
    else
        return false;
    return !field_of(q, &pred->column)->is_nanos && next_tick(t, m, false, out) &&
           tn_instant_compare(*out, TN_INSTANT_MIN) > 0;
}

static bool is_askable(meaning m, const tn_value *value)
{
    return (m == MEANS_TEXT && value->kind == TN_KIND_STRING) ||
           (m == MEANS_WHOLE && value->kind == TN_KIND_INT);
}

static void put_plain(const tn_value *value, tn_buf *out)
{
    if (value->kind == TN_KIND_STRING)
        tn_buf_put_json(out, value->as.text);
    else
        tn_buf_put_int(out, value->as.integer);
}

/* EQUAL and IN; null is certainly not equal. */
static void put_equal(const tn_search_query *q, const tn_pred *pred, bool truth,
                      tn_buf *out)
{
    meaning m = meaning_of(q, &pred->column);
    bool is_list = pred->op == TN_PRED_IN;
    const tn_value *items = is_list ? pred->value->as.list->items : pred->value;
    uint32_t count = is_list ? pred->value->as.list->count : 1;
    bool is_fine = m != MEANS_NOTHING && count <= TN_SEARCH_TERMS_MAX;
    for (uint32_t i = 0; is_fine && i < count; i++)
        is_fine = is_askable(m, &items[i]);
    if (!is_fine) {
        tn_buf_put_text(out, NONE);
        return;
    }
    if (!truth)
        tn_buf_put_text(out, "{\"bool\":{\"must_not\":");
    tn_buf_put_text(out, "{\"terms\":{");
    put_name(q, &pred->column, out);
    tn_buf_put_text(out, ":[");
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            tn_buf_put_char(out, ',');
        put_plain(&items[i], out);
    }
    tn_buf_put_text(out, truth ? "]}}" : "]}}}}");
}

static void put_starts(const tn_search_query *q, const tn_pred *pred, bool truth,
                       tn_buf *out)
{
    if (meaning_of(q, &pred->column) != MEANS_TEXT) {
        tn_buf_put_text(out, NONE);
        return;
    }
    if (!truth) {
        tn_buf_put_text(out, "{\"bool\":{\"filter\":");
        put_exists(q, &pred->column, out);
        tn_buf_put_text(out, ",\"must_not\":");
    }
    tn_buf_put_text(out, "{\"prefix\":{");
    put_name(q, &pred->column, out);
    tn_buf_put_char(out, ':');
    tn_buf_put_json(out, pred->value->as.text);
    tn_buf_put_text(out, truth ? "}}" : "}}}}");
}

/* --- keys */

/* A key as the field has it; false: no value of the field is that key. */
static bool put_key(meaning m, tn_str key, const char *before, tn_buf *out)
{
    int64_t number;
    if (m == MEANS_WHOLE) {
        tn_buf canonical;
        if (!tn_int_parse(key, &number))
            return false;
        tn_buf_init(&canonical, NULL);
        tn_buf_put_int(&canonical, number);
        bool same = tn_str_equal(tn_buf_view(&canonical), key);
        tn_buf_free(&canonical);
        if (!same)
            return false;
        tn_buf_put_text(out, before);
        tn_buf_put_int(out, number);
        return true;
    }
    if (!tn_utf8_is_valid(key))
        return false;
    tn_buf_put_text(out, before);
    tn_buf_put_json(out, key);
    return true;
}

/* Any of the keys: pieces of `terms`, as members of a list. */
static void put_any_key(const tn_search_query *q, const tn_pred *pred, tn_buf *out)
{
    meaning m = meaning_of(q, &pred->column);
    const tn_pred_keys *keys = pred->keys;
    for (uint32_t at = 0; at == 0 || at < keys->count;) {
        uint32_t piece = 0;
        tn_buf_put_text(out, at == 0 ? "{\"terms\":{" : ",{\"terms\":{");
        put_name(q, &pred->column, out);
        tn_buf_put_text(out, ":[");
        for (; at < keys->count && piece < TN_SEARCH_TERMS_MAX; at++)
            piece += put_key(m, keys->list[at], piece > 0 ? "," : "", out);
        tn_buf_put_text(out, "]}}");
        if (keys->count == 0)
            break;
    }
}

/* One key, and its own bound. */
static void put_bound_keys(const tn_search_query *q, const tn_pred *pred, bool truth,
                           tn_buf *out)
{
    meaning m = meaning_of(q, &pred->column);
    const char *before = "";
    for (uint32_t i = 0; i < pred->keys->count; i++) {
        size_t start = out->len;
        tn_buf_put_text(out, before);
        tn_buf_put_text(out, "{\"bool\":{\"filter\":[{\"term\":{");
        put_name(q, &pred->column, out);
        if (!put_key(m, pred->keys->list[i], ":", out)) {
            out->len = start;
            continue;
        }
        tn_buf_put_text(out, "}},");
        put_up_to(q, &pred->bounded, &pred->keys->up_to[i], truth, out);
        tn_buf_put_text(out, "]}}");
        before = ",";
    }
}

/* In the set; with has_null a document without a key is too. */
static void put_in_set(const tn_search_query *q, const tn_pred *pred, tn_buf *out)
{
    bool has_bounds = pred->keys->up_to != NULL;
    tn_buf_put_text(out, "{\"bool\":{\"should\":[");
    size_t start = out->len;
    if (!has_bounds)
        put_any_key(q, pred, out);
    else if (pred->keys->count <= TN_SEARCH_BOUNDS_MAX)
        put_bound_keys(q, pred, true, out);
    if (pred->keys->has_null) {
        tn_buf_put_text(out, out->len > start ? "," : "");
        put_missing(q, &pred->column, out);
    }
    if (out->len == start)
        tn_buf_put_text(out, NONE);
    tn_buf_put_text(out, "],\"minimum_should_match\":1}}");
}

/* Not in the set: no key of it; or one whose bound is certainly passed. */
static void put_not_in_set(const tn_search_query *q, const tn_pred *pred, tn_buf *out)
{
    bool asks_bounds =
        pred->keys->up_to != NULL && pred->keys->count <= TN_SEARCH_BOUNDS_MAX;
    tn_buf_put_text(out, "{\"bool\":{\"should\":[{\"bool\":{\"must_not\":[");
    put_any_key(q, pred, out);
    if (pred->keys->has_null) {
        tn_buf_put_char(out, ',');
        put_missing(q, &pred->column, out);
    }
    tn_buf_put_text(out, "]}}");
    if (asks_bounds) {
        size_t start = out->len;
        tn_buf_put_char(out, ',');
        put_bound_keys(q, pred, false, out);
        if (out->len == start + 1)
            out->len = start;
    }
    tn_buf_put_text(out, "],\"minimum_should_match\":1}}");
}

static void put_keyed(const tn_search_query *q, const tn_pred *pred, bool truth,
                      tn_buf *out)
{
    if (meaning_of(q, &pred->column) == MEANS_NOTHING)
        tn_buf_put_text(out, NONE);
    else if (truth)
        put_in_set(q, pred, out);
    else
        put_not_in_set(q, pred, out);
}

/* --- all of it */

/* Any of the parts, or all. */
static void put_parts(const tn_search_query *q, const tn_pred *pred, bool truth,
                      tn_buf *out)
{
    bool is_all = (pred->op == TN_PRED_AND) == truth;
    tn_buf_put_text(out,
                    is_all ? "{\"bool\":{\"filter\":[" : "{\"bool\":{\"should\":[");
    for (uint32_t i = 0; i < pred->part_count; i++) {
        if (i > 0)
            tn_buf_put_char(out, ',');
        tn_search_put_query(q, pred->parts[i], truth, out);
    }
    tn_buf_put_text(out, is_all ? "]}}" : "],\"minimum_should_match\":1}}");
}

static void put_null(const tn_search_query *q, const tn_pred *pred, bool truth,
                     tn_buf *out)
{
    if (meaning_of(q, &pred->column) == MEANS_NOTHING)
        tn_buf_put_text(out, NONE);
    else if (truth)
        put_missing(q, &pred->column, out);
    else
        put_exists(q, &pred->column, out);
}

void tn_search_put_query(const tn_search_query *q, const tn_pred *pred, bool truth,
                         tn_buf *out)
{
    switch (pred->op) {
    case TN_PRED_TRUE:
    case TN_PRED_FALSE:
        tn_buf_put_text(out, (pred->op == TN_PRED_TRUE) == truth ? ALL : NONE);
        break;
    case TN_PRED_NOT: tn_search_put_query(q, pred->parts[0], !truth, out); break;
    case TN_PRED_AND:
    case TN_PRED_OR: put_parts(q, pred, truth, out); break;
    case TN_PRED_NULL: put_null(q, pred, truth, out); break;
    case TN_PRED_EQUAL:
    case TN_PRED_IN: put_equal(q, pred, truth, out); break;
    case TN_PRED_LESS_EQUAL:
        put_up_to(q, &pred->column, pred->value, truth, out);
        break;
    case TN_PRED_STARTS_WITH: put_starts(q, pred, truth, out); break;
    case TN_PRED_KEYED: put_keyed(q, pred, truth, out); break;
    case TN_PRED_UNSURE:
    case TN_PRED_ENDS_WITH: /* the server would look at every value it has */
    case TN_PRED_IS_TRUE: tn_buf_put_text(out, NONE); break;
    }
}

/* --- bounds */

typedef struct size_of {
    uint64_t keys;
    uint32_t depth;
} size_of;

static void measure(const tn_pred *pred, uint32_t depth, size_of *size)
{
    uint32_t own = pred->op == TN_PRED_KEYED ? depth + 2 : depth;
    size->depth = own > size->depth ? own : size->depth;
    if (pred->op == TN_PRED_KEYED)
        size->keys += pred->keys->count;
    for (uint32_t i = 0; i < pred->part_count; i++)
        measure(pred->parts[i], depth + (pred->op != TN_PRED_NOT), size);
}

bool tn_search_is_renderable(const tn_push_table *table)
{
    size_of size = {0, 0};
    for (uint32_t i = 0; i < table->case_count; i++)
        measure(table->cases[i].when, i + 1, &size);
    measure(table->overdue, 1, &size);
    measure(table->redacts, 1, &size);
    for (uint32_t i = 0; i < table->clock_count; i++)
        measure(table->clocks[i].when, 1, &size);
    return size.keys <= TN_SEARCH_KEYS_MAX && size.depth <= TN_SEARCH_DEPTH_MAX;
}

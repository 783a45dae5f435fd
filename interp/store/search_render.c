/* search_render: clauses in the server's own words. */
#include "interp/base/utf8.h"
#include "interp/calendar/civil.h"
#include "interp/calendar/instant.h"
#include "interp/store/search_query.h"

#define NONE "{\"match_none\":{}}"
#define ALL "{\"match_all\":{}}"

static const tn_search_field *field_of(const tn_search_query *q, uint32_t column)
{
    return &q->object->fields[q->fields[column]];
}

static void put_name(const tn_search_query *q, uint32_t column, tn_buf *out)
{
    tn_buf_put_json(out, field_of(q, column)->name);
}

static void put_exists(const tn_search_query *q, uint32_t column, tn_buf *out)
{
    tn_buf_put_text(out, "{\"exists\":{\"field\":");
    put_name(q, column, out);
    tn_buf_put_text(out, "}}");
}

static void put_missing(const tn_search_query *q, uint32_t column, tn_buf *out)
{
    tn_buf_put_text(out, "{\"bool\":{\"must_not\":");
    put_exists(q, column, out);
    tn_buf_put_text(out, "}}");
}

/* --- ranges */

static tn_tick unit_of(const tn_search_field *field)
{
    return field->is_nanos ? TN_TICK_NANOS : TN_TICK_MILLIS;
}

/* A server takes what is left out of an instant for the least with `gte` and `lt`, and
 * for the greatest with `lte`: so it is asked for less than the next tick. */
static void put_instants(const tn_search_field *field, const tn_search_clause *c,
                         tn_buf *out)
{
    tn_instant t;
    char text[TN_INSTANT_TEXT_MAX];
    if (tn_instant_from_count(c->first, unit_of(field), &t)) {
        tn_instant_format(t, text);
        tn_buf_put_format(out, "\"gte\":\"%s\",", text);
    }
    if (c->last != INT64_MAX &&
        tn_instant_from_count(c->last + 1, unit_of(field), &t)) {
        tn_instant_format(t, text);
        tn_buf_put_format(out, "\"lt\":\"%s\",", text);
    } else if (c->last != INT64_MAX) {
        tn_buf_put_text(out, "\"lte\":\"9999-12-31T23:59:59.999999999Z\",");
    }
    tn_buf_put_text(out, "\"format\":\"strict_date_optional_time_nanos\"}}}");
}

static void put_range(const tn_search_query *q, const tn_search_clause *c, tn_buf *out)
{
    const tn_search_field *field = field_of(q, c->column);
    tn_buf_put_text(out, "{\"range\":{");
    put_name(q, c->column, out);
    tn_buf_put_text(out, ":{");
    if (field->source == TN_SEARCH_DOCUMENT)
        tn_buf_put_format(out, "\"gte\":%lld,\"lte\":%lld}}}", (long long)c->first,
                          (long long)c->last);
    else
        put_instants(field, c, out);
}

/* --- texts and numbers */

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
    bool is_list = pred->op == TN_PRED_IN;
    const tn_value *items = is_list ? pred->value->as.list->items : pred->value;
    uint32_t count = is_list ? pred->value->as.list->count : 1;
    if (!truth)
        tn_buf_put_text(out, "{\"bool\":{\"must_not\":");
    tn_buf_put_text(out, "{\"terms\":{");
    put_name(q, pred->column.number, out);
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
    if (!truth) {
        tn_buf_put_text(out, "{\"bool\":{\"filter\":");
        put_exists(q, pred->column.number, out);
        tn_buf_put_text(out, ",\"must_not\":");
    }
    tn_buf_put_text(out, "{\"prefix\":{");
    put_name(q, pred->column.number, out);
    tn_buf_put_char(out, ':');
    tn_buf_put_json(out, pred->value->as.text);
    tn_buf_put_text(out, truth ? "}}" : "}}}}");
}

/* --- keys */

/* A key as the field has it; false: no value of the field is that key. */
static bool put_key(tn_search_meaning m, tn_str key, const char *before, tn_buf *out)
{
    int64_t number;
    if (m == TN_SEARCH_MEANS_WHOLE) {
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
    tn_search_meaning m = tn_search_meaning_of(q, &pred->column);
    const tn_pred_keys *keys = pred->keys;
    for (uint32_t at = 0; at == 0 || at < keys->count;) {
        uint32_t piece = 0;
        tn_buf_put_text(out, at == 0 ? "{\"terms\":{" : ",{\"terms\":{");
        put_name(q, pred->column.number, out);
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
    tn_search_meaning m = tn_search_meaning_of(q, &pred->column);
    const char *before = "";
    tn_search_clause up_to;
    for (uint32_t i = 0; i < pred->keys->count; i++) {
        size_t start = out->len;
        tn_buf_put_text(out, before);
        tn_buf_put_text(out, "{\"bool\":{\"filter\":[{\"term\":{");
        put_name(q, pred->column.number, out);
        if (!put_key(m, pred->keys->list[i], ":", out)) {
            out->len = start;
            continue;
        }
        tn_buf_put_text(out, "}},");
        tn_search_up_to(q, &pred->bounded, &pred->keys->up_to[i], truth, &up_to);
        tn_search_put_clause(q, &up_to, out);
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
        put_missing(q, pred->column.number, out);
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
        put_missing(q, pred->column.number, out);
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

/* --- all of it */

static void put_leaf(const tn_search_query *q, const tn_search_clause *c, tn_buf *out)
{
    if (c->leaf->op == TN_PRED_STARTS_WITH)
        put_starts(q, c->leaf, c->truth, out);
    else if (c->leaf->op != TN_PRED_KEYED)
        put_equal(q, c->leaf, c->truth, out);
    else if (c->truth)
        put_in_set(q, c->leaf, out);
    else
        put_not_in_set(q, c->leaf, out);
}

/* None of the fields that may have been was ignored. */
static void put_sound(const tn_search_query *q, tn_buf *out)
{
    const char *before = "";
    tn_buf_put_text(out, "{\"bool\":{\"must_not\":[");
    for (uint32_t i = 0; i < q->object->field_count; i++) {
        const tn_search_field *field = &q->object->fields[i];
        if (!field->may_ignore)
            continue;
        tn_buf_put_text(out, before);
        tn_buf_put_text(out, "{\"term\":{\"_ignored\":");
        tn_buf_put_json(out, field->path);
        tn_buf_put_text(out, "}},{\"prefix\":{\"_ignored\":");
        tn_buf_put_json(out, field->path);
        out->len--; /* its quote */
        tn_buf_put_text(out, ".\"}}");
        before = ",";
    }
    tn_buf_put_text(out, "]}}");
}

static void put_parts(const tn_search_query *q, const tn_search_clause *c, tn_buf *out)
{
    bool is_all = c->op == TN_ASK_AND;
    tn_buf_put_text(out,
                    is_all ? "{\"bool\":{\"filter\":[" : "{\"bool\":{\"should\":[");
    for (uint32_t i = 0; i < c->part_count; i++) {
        if (i > 0)
            tn_buf_put_char(out, ',');
        tn_search_put_clause(q, c->parts[i], out);
    }
    tn_buf_put_text(out, is_all ? "]}}" : "],\"minimum_should_match\":1}}");
}

void tn_search_put_clause(const tn_search_query *q, const tn_search_clause *c,
                          tn_buf *out)
{
    switch (c->op) {
    case TN_ASK_NONE: tn_buf_put_text(out, NONE); break;
    case TN_ASK_ALL: tn_buf_put_text(out, ALL); break;
    case TN_ASK_AND:
    case TN_ASK_OR: put_parts(q, c, out); break;
    case TN_ASK_RANGE: put_range(q, c, out); break;
    case TN_ASK_EXISTS: put_exists(q, c->column, out); break;
    case TN_ASK_MISSING: put_missing(q, c->column, out); break;
    case TN_ASK_LEAF: put_leaf(q, c, out); break;
    case TN_ASK_SOUND: put_sound(q, out); break;
    }
}

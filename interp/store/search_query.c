#include "interp/store/search_query.h"
#include "interp/calendar/instant.h"

#include <string.h>

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

static tn_search_meaning meaning_of_source(const tn_search_query *q,
                                           const tn_pred_column *column)
{
    const tn_search_field *field = field_of(q, column);
    if (field == NULL || field->is_mixed || !tn_search_reads_indexed(q, column->number))
        return TN_SEARCH_MEANS_NOTHING;
    if (field->source == TN_SEARCH_INSTANT)
        return TN_SEARCH_MEANS_INSTANT;
    if (field->source == TN_SEARCH_DAY)
        return TN_SEARCH_MEANS_DAY;
    if (!field->is_indexed) /* an alias of who knows what */
        return TN_SEARCH_MEANS_NOTHING;
    return tn_str_equal(field->type, TN_STR("keyword")) ? TN_SEARCH_MEANS_TEXT
                                                        : TN_SEARCH_MEANS_WHOLE;
}

/* Does the declared type read it? A sentinel for null never is an instant. */
static bool is_read(tn_search_meaning m, const tn_decoding *how)
{
    switch (how->type) {
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_EVENT: return m == TN_SEARCH_MEANS_INSTANT;
    case TN_FIELD_DATE:
        return m == TN_SEARCH_MEANS_DAY && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_STRING:
        return m == TN_SEARCH_MEANS_TEXT && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_INT:
        return m == TN_SEARCH_MEANS_WHOLE && how->absent == TN_ABSENT_NONE;
    case TN_FIELD_DYN: /* a key */
        return (m == TN_SEARCH_MEANS_TEXT || m == TN_SEARCH_MEANS_WHOLE) &&
               how->absent == TN_ABSENT_NONE;
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

tn_search_meaning tn_search_meaning_of(const tn_search_query *q,
                                       const tn_pred_column *column)
{
    tn_search_meaning m = meaning_of_source(q, column);
    return is_read(m, &column->how) ? m : TN_SEARCH_MEANS_NOTHING;
}

/* --- ranges */

/* Ticks of what is readable: of whole numbers all. */
static void readable(const tn_search_query *q, const tn_pred_column *column,
                     tn_search_clause *out)
{
    *out = (tn_search_clause){.op = TN_ASK_RANGE,
                              .column = column->number,
                              .first = INT64_MIN,
                              .last = INT64_MAX};
    if (tn_search_meaning_of(q, column) == TN_SEARCH_MEANS_WHOLE)
        return;
    if (field_of(q, column)->is_nanos)
        out->first = 0; /* 1970; it ends in 2262 */
    else if (!tn_instant_to_count(TN_INSTANT_MIN, TN_TICK_MILLIS, &out->first) ||
             !tn_instant_to_count(TN_INSTANT_MAX, TN_TICK_MILLIS, &out->last))
        out->op = TN_ASK_NONE;
}

/* The last tick at or before t; false: there is none. */
static bool last_tick(const tn_search_query *q, const tn_pred_column *column,
                      tn_instant t, int64_t *out)
{
    static const int64_t nanos_end = INT64_C(9223372036); /* seconds */
    bool is_nanos = field_of(q, column)->is_nanos;
    if (tn_search_meaning_of(q, column) == TN_SEARCH_MEANS_DAY) { /* all of that day */
        t.seconds +=
            TN_SECONDS_PER_DAY - 1 -
            (t.seconds % TN_SECONDS_PER_DAY + TN_SECONDS_PER_DAY) % TN_SECONDS_PER_DAY;
        t.nanos = TN_NANOS_PER_SECOND - 1;
    }
    if (is_nanos && t.seconds >= nanos_end) {
        *out = INT64_MAX;
        return true;
    }
    return tn_instant_to_count(t, is_nanos ? TN_TICK_NANOS : TN_TICK_MILLIS, out);
}

void tn_search_up_to(const tn_search_query *q, const tn_pred_column *column,
                     const tn_value *value, bool truth, tn_search_clause *out)
{
    tn_search_meaning m = tn_search_meaning_of(q, column);
    int64_t last = 0;
    bool has_any = true;
    *out = (tn_search_clause){.op = TN_ASK_NONE};
    if (m == TN_SEARCH_MEANS_INSTANT && value->kind == TN_KIND_TIMESTAMP) {
        has_any = last_tick(q, column, value->as.instant, &last);
    } else if (m == TN_SEARCH_MEANS_DAY && value->kind == TN_KIND_DATE) {
        tn_instant t = {(int64_t)value->as.day * TN_SECONDS_PER_DAY, 0};
        has_any = last_tick(q, column, t, &last);
    } else if (m == TN_SEARCH_MEANS_WHOLE && value->kind == TN_KIND_INT) {
        last = value->as.integer;
    } else {
        return;
    }
    tn_search_clause range;
    readable(q, column, &range);
    has_any = has_any && last >= range.first;
    bool has_all = has_any && last >= range.last;
    if (truth ? !has_any : has_all)
        return;
    if (truth && !has_all)
        range.last = last;
    if (!truth && has_any)
        range.first = last + 1;
    *out = range;
}

bool tn_search_next_value(const tn_search_query *q, const tn_pred *pred,
                          tn_instant *out)
{
    tn_search_clause range;
    const tn_search_field *field = field_of(q, &pred->column);
    tn_search_up_to(q, &pred->column, pred->value, true, &range);
    return field != NULL && !field->is_nanos && range.op == TN_ASK_RANGE &&
           tn_search_meaning_of(q, &pred->column) != TN_SEARCH_MEANS_WHOLE &&
           tn_instant_from_count(range.last + 1, TN_TICK_MILLIS, out);
}

/* --- leaves */

static const tn_search_clause *keep(tn_arena *arena, const tn_search_clause *clause)
{
    tn_search_clause *out = tn_arena_take(arena, sizeof(*out));
    if (out != NULL)
        *out = *clause;
    return out;
}

static const tn_search_clause *null_clause(const tn_search_asking *a,
                                           const tn_pred *pred, bool truth)
{
    tn_search_clause out = {.op = TN_ASK_MISSING, .column = pred->column.number};
    tn_search_meaning m = tn_search_meaning_of(a->query, &pred->column);
    if (m == TN_SEARCH_MEANS_NOTHING)
        return tn_search_constant(false);
    if (!truth && (m == TN_SEARCH_MEANS_INSTANT || m == TN_SEARCH_MEANS_DAY))
        readable(a->query, &pred->column, &out);
    else if (!truth)
        out.op = TN_ASK_EXISTS;
    return keep(a->arena, &out);
}

static bool is_askable(tn_search_meaning m, const tn_value *value)
{
    return (m == TN_SEARCH_MEANS_TEXT && value->kind == TN_KIND_STRING) ||
           (m == TN_SEARCH_MEANS_WHOLE && value->kind == TN_KIND_INT);
}

/* Can a leaf on texts and sets be asked? */
static bool is_leaf(const tn_search_query *q, const tn_pred *pred)
{
    tn_search_meaning m = tn_search_meaning_of(q, &pred->column);
    if (pred->op == TN_PRED_STARTS_WITH)
        return m == TN_SEARCH_MEANS_TEXT;
    if (pred->op == TN_PRED_KEYED)
        return m != TN_SEARCH_MEANS_NOTHING;
    bool is_list = pred->op == TN_PRED_IN;
    const tn_value *items = is_list ? pred->value->as.list->items : pred->value;
    uint32_t count = is_list ? pred->value->as.list->count : 1;
    bool good = m != TN_SEARCH_MEANS_NOTHING && count <= TN_SEARCH_TERMS_MAX;
    for (uint32_t i = 0; good && i < count; i++)
        good = is_askable(m, &items[i]);
    return good;
}

static const tn_search_clause *leaf_clause(const tn_search_asking *a,
                                           const tn_pred *pred, bool truth)
{
    tn_search_clause out = {
        .op = TN_ASK_LEAF, .column = pred->column.number, .leaf = pred, .truth = truth};
    if (!is_leaf(a->query, pred))
        return tn_search_constant(false);
    out.has_value = pred->op == TN_PRED_STARTS_WITH ||
                    (truth && (pred->op != TN_PRED_KEYED || !pred->keys->has_null));
    return keep(a->arena, &out);
}

static const tn_search_clause *up_to_clause(const tn_search_asking *a,
                                            const tn_pred *pred, bool truth)
{
    tn_search_clause out;
    tn_search_up_to(a->query, &pred->column, pred->value, truth, &out);
    return keep(a->arena, &out);
}

/* --- all of it */

static const tn_search_clause *joined(const tn_search_asking *a, const tn_pred *pred,
                                      bool truth)
{
    tn_ask op = (pred->op == TN_PRED_AND) == truth ? TN_ASK_AND : TN_ASK_OR;
    const tn_search_clause *out = tn_search_constant(op == TN_ASK_AND);
    for (uint32_t i = 0; i < pred->part_count; i++)
        out = tn_search_join(a->arena, op, out,
                             tn_search_certain(a, pred->parts[i], truth));
    return out;
}

const tn_search_clause *tn_search_certain(const tn_search_asking *a,
                                          const tn_pred *pred, bool truth)
{
    switch (pred->op) {
    case TN_PRED_TRUE:
    case TN_PRED_FALSE: return tn_search_constant((pred->op == TN_PRED_TRUE) == truth);
    case TN_PRED_NOT: return tn_search_certain(a, pred->parts[0], !truth);
    case TN_PRED_AND:
    case TN_PRED_OR: return joined(a, pred, truth);
    case TN_PRED_NULL: return null_clause(a, pred, truth);
    case TN_PRED_LESS_EQUAL: return up_to_clause(a, pred, truth);
    case TN_PRED_EQUAL:
    case TN_PRED_IN:
    case TN_PRED_STARTS_WITH:
    case TN_PRED_KEYED: return leaf_clause(a, pred, truth);
    case TN_PRED_UNSURE:
    case TN_PRED_ENDS_WITH: /* the server would look at every value it has */
    case TN_PRED_IS_TRUE: break;
    }
    return tn_search_constant(false);
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

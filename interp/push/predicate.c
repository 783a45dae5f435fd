#include "interp/push/predicate.h"

#include <string.h>

static const tn_pred constants[] = {
    [TN_PRED_FALSE] = {.op = TN_PRED_FALSE},
    [TN_PRED_TRUE] = {.op = TN_PRED_TRUE},
    [TN_PRED_UNSURE] = {.op = TN_PRED_UNSURE},
};

/* --- building */

const tn_pred *tn_pred_constant(tn_pred_op op)
{
    assert(op <= TN_PRED_UNSURE);
    return &constants[op];
}

static tn_pred *new_node(tn_arena *arena, tn_pred_op op, uint32_t part_count)
{
    tn_pred *node = tn_arena_take(arena, sizeof(*node));
    const tn_pred **parts = tn_arena_take_array(arena, part_count, sizeof(*parts));
    if (node == NULL || parts == NULL)
        return NULL;
    *node = (tn_pred){.op = op, .parts = parts, .part_count = part_count};
    return node;
}

const tn_pred *tn_pred_not(tn_arena *arena, const tn_pred *part)
{
    if (part == NULL || part->op == TN_PRED_UNSURE)
        return part;
    if (part->op == TN_PRED_NOT)
        return part->parts[0];
    if (part->op <= TN_PRED_TRUE)
        return tn_pred_constant(part->op == TN_PRED_TRUE ? TN_PRED_FALSE
                                                         : TN_PRED_TRUE);
    tn_pred *node = new_node(arena, TN_PRED_NOT, 1);
    if (node != NULL)
        ((const tn_pred **)node->parts)[0] = part;
    return node;
}

static uint32_t parts_of(const tn_pred *pred, tn_pred_op op)
{
    return pred->op == op ? pred->part_count : 1;
}

/* The parts of `pred`, or itself where it is none of `op`. */
static void copy_parts(const tn_pred **to, const tn_pred *pred, tn_pred_op op)
{
    if (pred->op == op)
        memcpy(to, pred->parts, pred->part_count * sizeof(*to));
    else
        *to = pred;
}

static const tn_pred *join(tn_arena *arena, tn_pred_op op, const tn_pred *a,
                           const tn_pred *b)
{
    tn_pred_op deciding = op == TN_PRED_AND ? TN_PRED_FALSE : TN_PRED_TRUE;
    tn_pred_op neutral = op == TN_PRED_AND ? TN_PRED_TRUE : TN_PRED_FALSE;
    if (a == NULL || b == NULL)
        return NULL;
    if (a->op == deciding || b->op == neutral || a == b)
        return a;
    if (b->op == deciding || a->op == neutral)
        return b;
    uint32_t count = parts_of(a, op);
    tn_pred *node = new_node(arena, op, count + parts_of(b, op));
    if (node == NULL)
        return NULL;
    const tn_pred **parts = (const tn_pred **)node->parts;
    copy_parts(parts, a, op);
    copy_parts(parts + count, b, op);
    return node;
}

const tn_pred *tn_pred_and(tn_arena *arena, const tn_pred *a, const tn_pred *b)
{
    return join(arena, TN_PRED_AND, a, b);
}

const tn_pred *tn_pred_or(tn_arena *arena, const tn_pred *a, const tn_pred *b)
{
    return join(arena, TN_PRED_OR, a, b);
}

const tn_pred *tn_pred_leaf(tn_arena *arena, tn_pred_op op,
                            const tn_pred_column *column, const tn_value *value)
{
    tn_pred *node = new_node(arena, op, 0);
    if (node == NULL)
        return NULL;
    node->column = *column;
    node->value = value;
    return node;
}

static const tn_pred *up_to_value(tn_arena *arena, const tn_pred_column *column,
                                  tn_value bound)
{
    tn_value *value = tn_arena_take(arena, sizeof(*value));
    if (value == NULL)
        return NULL;
    *value = bound;
    return tn_pred_leaf(arena, TN_PRED_LESS_EQUAL, column, value);
}

const tn_pred *tn_pred_up_to_day(tn_arena *arena, const tn_pred_column *column,
                                 int32_t day)
{
    return up_to_value(arena, column, (tn_value){TN_KIND_DATE, {.day = day}});
}

const tn_pred *tn_pred_up_to(tn_arena *arena, const tn_pred_column *column,
                             tn_instant t)
{
    if (column->how.type != TN_FIELD_DATE)
        return up_to_value(arena, column,
                           (tn_value){TN_KIND_TIMESTAMP, {.instant = t}});
    int64_t day = t.seconds / TN_SECONDS_PER_DAY;
    day -= t.seconds % TN_SECONDS_PER_DAY < 0;
    return tn_pred_up_to_day(arena, column, (int32_t)day);
}

/* Nothing is before the first instant, but an unreadable value isn't known to be
 * later: hence unsure. */
const tn_pred *tn_pred_before(tn_arena *arena, const tn_pred_column *column,
                              tn_instant t)
{
    tn_instant last;
    if (!tn_instant_subtract(t, 0, 1, &last))
        return tn_pred_constant(TN_PRED_UNSURE);
    return tn_pred_up_to(arena, column, last);
}

const tn_pred *tn_pred_at(tn_arena *arena, const tn_pred_column *column, tn_instant t)
{
    const tn_pred *is_there =
        tn_pred_not(arena, tn_pred_leaf(arena, TN_PRED_NULL, column, NULL));
    const tn_pred *not_before = tn_pred_not(arena, tn_pred_before(arena, column, t));
    return tn_pred_and(arena, is_there,
                       tn_pred_and(arena, tn_pred_up_to(arena, column, t), not_before));
}

const tn_pred *tn_pred_keyed(tn_arena *arena, const tn_pred_column *key,
                             const tn_pred_keys *keys, const tn_pred_column *bounded)
{
    if (keys->count == 0 && !keys->has_null)
        return tn_pred_constant(TN_PRED_FALSE);
    tn_pred *node = new_node(arena, TN_PRED_KEYED, 0);
    if (node == NULL)
        return NULL;
    assert((bounded != NULL) == (keys->up_to != NULL));
    node->column = *key;
    node->keys = keys;
    if (bounded != NULL)
        node->bounded = *bounded;
    return node;
}

/* --- asking here */

static tn_pred_truth says(bool x)
{
    return x ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
}

static int compare_double(double a, double b)
{
    return (a > b) - (a < b);
}

/* Numbers of one kind; false where they can't be compared so. */
static bool compare_values(const tn_value *a, const tn_value *b, int *out)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == TN_KIND_TIMESTAMP)
        *out = tn_instant_compare(a->as.instant, b->as.instant);
    else if (a->kind == TN_KIND_DATE)
        *out = (a->as.day > b->as.day) - (a->as.day < b->as.day);
    else if (a->kind == TN_KIND_INT)
        *out = (a->as.integer > b->as.integer) - (a->as.integer < b->as.integer);
    else if (a->kind == TN_KIND_UINT)
        *out = (a->as.unsigned_integer > b->as.unsigned_integer) -
               (a->as.unsigned_integer < b->as.unsigned_integer);
    else if (a->kind == TN_KIND_DOUBLE)
        *out = compare_double(a->as.real, b->as.real);
    else if (a->kind == TN_KIND_BOOL)
        *out = (int)a->as.boolean - (int)b->as.boolean;
    else if (a->kind == TN_KIND_STRING || a->kind == TN_KIND_BYTES)
        *out = tn_str_compare(a->as.text, b->as.text);
    else
        return false;
    return true;
}

static tn_pred_truth test_equal(const tn_value *value, const tn_value *constant)
{
    int order;
    if (value->kind == TN_KIND_NULL)
        return TN_PRED_SAYS_NO;
    if (!compare_values(value, constant, &order))
        return TN_PRED_SAYS_UNSURE;
    return says(order == 0);
}

static tn_pred_truth test_in(const tn_value *value, const tn_list_value *list)
{
    tn_pred_truth truth = TN_PRED_SAYS_NO;
    for (uint32_t i = 0; i < list->count; i++) {
        tn_pred_truth one = test_equal(value, &list->items[i]);
        if (one == TN_PRED_SAYS_YES)
            return one;
        if (one == TN_PRED_SAYS_UNSURE)
            truth = one;
    }
    return truth;
}

static tn_pred_truth test_less_equal(const tn_value *value, const tn_value *constant)
{
    int order;
    if (!compare_values(value, constant, &order))
        return TN_PRED_SAYS_UNSURE;
    return says(order <= 0);
}

static tn_pred_truth test_part(const tn_pred *pred, const tn_value *value)
{
    if (value->kind != TN_KIND_STRING)
        return TN_PRED_SAYS_UNSURE;
    return says(pred->op == TN_PRED_STARTS_WITH
                    ? tn_str_starts(value->as.text, pred->value->as.text)
                    : tn_str_ends(value->as.text, pred->value->as.text));
}

static uint32_t find_key(const tn_pred_keys *keys, tn_str key)
{
    uint32_t low = 0, high = keys->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = tn_str_compare(keys->list[middle], key);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return TN_NONE;
}

static tn_pred_truth test_keyed(const tn_pred *pred, const tn_value *raw)
{
    char room[32];
    tn_value key, value;
    tn_decode_key(&pred->column.how, &raw[pred->column.number], &key);
    if (key.kind == TN_KIND_NULL)
        return says(pred->keys->has_null);
    tn_str text = key.as.text;
    if (key.kind == TN_KIND_INT || key.kind == TN_KIND_UINT) {
        bool negative = key.kind == TN_KIND_INT && key.as.integer < 0;
        uint64_t size = key.as.unsigned_integer;
        size_t at = sizeof(room);
        size = negative ? 0 - size : size;
        do {
            room[--at] = (char)('0' + size % 10);
            size /= 10;
        } while (size != 0);
        if (negative)
            room[--at] = '-';
        text = (tn_str){room + at, sizeof(room) - at};
    } else if (key.kind != TN_KIND_STRING && key.kind != TN_KIND_BYTES) {
        return TN_PRED_SAYS_NO;
    }
    uint32_t found = find_key(pred->keys, text);
    if (found == TN_NONE || pred->keys->up_to == NULL)
        return says(found != TN_NONE);
    tn_decode(&pred->bounded.how, &raw[pred->bounded.number], &value);
    return test_less_equal(&value, &pred->keys->up_to[found]);
}

static tn_pred_truth test_leaf(const tn_pred *pred, const tn_value *raw)
{
    tn_value value;
    if (pred->op == TN_PRED_KEYED)
        return test_keyed(pred, raw);
    tn_decode(&pred->column.how, &raw[pred->column.number], &value);
    if (value.kind == TN_KIND_UNREADABLE)
        return TN_PRED_SAYS_UNSURE;
    switch (pred->op) {
    case TN_PRED_NULL: return says(value.kind == TN_KIND_NULL);
    case TN_PRED_EQUAL: return test_equal(&value, pred->value);
    case TN_PRED_IN: return test_in(&value, pred->value->as.list);
    case TN_PRED_LESS_EQUAL: return test_less_equal(&value, pred->value);
    case TN_PRED_STARTS_WITH:
    case TN_PRED_ENDS_WITH: return test_part(pred, &value);
    case TN_PRED_IS_TRUE:
        return value.kind == TN_KIND_BOOL ? says(value.as.boolean)
                                          : TN_PRED_SAYS_UNSURE;
    case TN_PRED_FALSE:
    case TN_PRED_TRUE:
    case TN_PRED_UNSURE:
    case TN_PRED_NOT:
    case TN_PRED_AND:
    case TN_PRED_OR:
    case TN_PRED_KEYED: break;
    }
    return TN_PRED_SAYS_UNSURE;
}

static tn_pred_truth test_parts(const tn_pred *pred, const tn_value *raw)
{
    tn_pred_truth deciding =
        pred->op == TN_PRED_AND ? TN_PRED_SAYS_NO : TN_PRED_SAYS_YES;
    tn_pred_truth truth = pred->op == TN_PRED_AND ? TN_PRED_SAYS_YES : TN_PRED_SAYS_NO;
    for (uint32_t i = 0; i < pred->part_count; i++) {
        tn_pred_truth one = tn_pred_test(pred->parts[i], raw);
        if (one == deciding)
            return one;
        if (one == TN_PRED_SAYS_UNSURE)
            truth = one;
    }
    return truth;
}

tn_pred_truth tn_pred_test(const tn_pred *pred, const tn_value *raw)
{
    if (pred->op == TN_PRED_AND || pred->op == TN_PRED_OR)
        return test_parts(pred, raw);
    if (pred->op == TN_PRED_NOT) {
        tn_pred_truth part = tn_pred_test(pred->parts[0], raw);
        return part == TN_PRED_SAYS_UNSURE ? part : says(part == TN_PRED_SAYS_NO);
    }
    if (pred->op <= TN_PRED_TRUE)
        return says(pred->op == TN_PRED_TRUE);
    return pred->op == TN_PRED_UNSURE ? TN_PRED_SAYS_UNSURE : test_leaf(pred, raw);
}

/* --- for renderers */

static bool find_tick(tn_encoding encoding, tn_tick *tick)
{
    switch (encoding) {
    case TN_ENCODING_UNIX_S: *tick = TN_TICK_SECONDS; return true;
    case TN_ENCODING_UNIX_MS: *tick = TN_TICK_MILLIS; return true;
    case TN_ENCODING_UNIX_US: *tick = TN_TICK_MICROS; return true;
    case TN_ENCODING_UNIX_NS: *tick = TN_TICK_NANOS; return true;
    case TN_ENCODING_NONE:
    case TN_ENCODING_LOCAL:
    case TN_ENCODING_COUNT: break;
    }
    return false;
}

bool tn_pred_count_range(tn_encoding encoding, int64_t *first, int64_t *last)
{
    static const int64_t per_second[] = {1, 1000, 1000000};
    tn_tick tick;
    if (!find_tick(encoding, &tick))
        return false;
    *first = INT64_MIN;
    *last = INT64_MAX; /* nanoseconds reach from 1677 to 2262 */
    if (tick != TN_TICK_NANOS) {
        *first = TN_SECONDS_MIN * per_second[tick];
        *last = (TN_SECONDS_MAX + 1) * per_second[tick] - 1;
    }
    return true;
}

bool tn_pred_count_up_to(tn_encoding encoding, tn_instant t, int64_t *out)
{
    tn_tick tick;
    return find_tick(encoding, &tick) && tn_instant_to_count(t, tick, out);
}

static bool is_up_to(const tn_zone *zone, int64_t seconds, uint32_t nanos, tn_instant t)
{
    return tn_instant_compare(tn_wall_instant(zone, seconds, nanos), t) <= 0;
}

/* instant(c) never falls as c grows; no clock is as much as four days away from UTC. */
void tn_pred_local_up_to(const tn_zone *zone, tn_instant t, int64_t *seconds,
                         uint32_t *nanos)
{
    enum { AWAY = 4 * 86400 };
    int64_t low = t.seconds - AWAY, high = t.seconds + AWAY;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (is_up_to(zone, middle, 0, t))
            low = middle;
        else
            high = middle;
    }
    uint32_t least = 0, most = TN_NANOS_PER_SECOND;
    while (most - least > 1) {
        uint32_t middle = least + (most - least) / 2;
        if (is_up_to(zone, low, middle, t))
            least = middle;
        else
            most = middle;
    }
    *seconds = low;
    *nanos = least;
}

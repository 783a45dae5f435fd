/* pair_values: which values of a slot may tell two policies apart. */
#include "interp/calendar/instant.h"
#include "interp/cel/shape.h"
#include "interp/tools/pair.h"

#include <string.h>

/* A policy with many constants must not take hours. */
enum { VALUES_MAX = 64 };

typedef struct collector {
    const tn_pair *pair;
    const tn_pair_slot *slot;
    tn_value *list;
    uint32_t count;
    bool failed;
} collector;

static bool is_same(const tn_value *a, const tn_value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case TN_KIND_NULL: return true;
    case TN_KIND_BOOL: return a->as.boolean == b->as.boolean;
    case TN_KIND_INT: return a->as.integer == b->as.integer;
    case TN_KIND_UINT: return a->as.unsigned_integer == b->as.unsigned_integer;
    case TN_KIND_DURATION: return a->as.duration_nanos == b->as.duration_nanos;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: return tn_str_equal(a->as.text, b->as.text);
    case TN_KIND_TIMESTAMP:
        return tn_instant_compare(a->as.instant, b->as.instant) == 0;
    case TN_KIND_DOUBLE: return memcmp(&a->as.real, &b->as.real, sizeof(double)) == 0;
    case TN_KIND_DATE:
    case TN_KIND_UNREADABLE:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_TYPE:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: return false;
    }
    return false;
}

static void add(collector *c, tn_value value)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (is_same(&c->list[i], &value))
            return;
    if (c->count < VALUES_MAX)
        c->list[c->count++] = value;
}

/* --- points in time */

static void add_instant(collector *c, tn_instant t)
{
    tn_value value = {.kind = TN_KIND_TIMESTAMP, .as = {.instant = t}};
    if (c->slot->type == TN_FIELD_DATE) {
        char text[TN_DATE_TEXT_MAX];
        int64_t day = t.seconds / TN_SECONDS_PER_DAY -
                      (t.seconds % TN_SECONDS_PER_DAY < 0 ? 1 : 0);
        size_t len = tn_date_format((int32_t)day, text);
        tn_str copy = tn_arena_copy(c->pair->arena, (tn_str){text, len});
        c->failed |= copy.data == NULL;
        value = (tn_value){.kind = TN_KIND_STRING, .as = {.text = copy}};
    }
    add(c, value);
}

static void add_moved(collector *c, tn_instant t, int64_t seconds)
{
    tn_instant moved;
    if (tn_instant_add(t, seconds, 0, &moved))
        add_instant(c, moved);
}

/* Leap days, ends of months and years, an hour at which most zones have another day. */
static void add_dates(collector *c)
{
    static const int64_t seconds[] = {
        INT64_C(1709200800), /* 2024-02-29T10:00:00Z */
        INT64_C(1769769000), /* 2026-01-30T10:30:00Z */
        INT64_C(1704065400), /* 2023-12-31T23:30:00Z */
        INT64_C(1435708800), /* 2015-07-01T00:00:00Z */
        INT64_C(1648342799), /* 2022-03-27T00:59:59Z, a clock change in Europe */
    };
    for (size_t i = 0; i < TN_COUNT(seconds); i++)
        add_instant(c, (tn_instant){seconds[i], 0});
}

static void add_events(collector *c)
{
    static const int64_t days[] = {10, -10, 400, 4000, 45};
    for (size_t i = 0; i < TN_COUNT(days); i++)
        add_moved(c, TN_PAIR_MADE_AT, days[i] * TN_SECONDS_PER_DAY);
    add_dates(c);
}

/* So far away that another clause of either policy is due first, or last. */
static void add_reaches(collector *c)
{
    enum { DAYS_OF_MONTH = 31, FAR = 4000 };
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        const tn_pair_side *s = &c->pair->sides[side];
        for (uint32_t i = 0; i < s->category->clauses.count; i++) {
            tn_period p = s->image->clauses[s->category->clauses.first + i].period;
            int64_t days = (int64_t)p.months * DAYS_OF_MONTH + p.days + 2;
            add_moved(c, TN_PAIR_MADE_AT, days * TN_SECONDS_PER_DAY);
            add_moved(c, TN_PAIR_MADE_AT, -days * TN_SECONDS_PER_DAY);
        }
    }
    add_moved(c, TN_PAIR_MADE_AT, FAR * TN_SECONDS_PER_DAY);
    add_moved(c, TN_PAIR_MADE_AT, -FAR * TN_SECONDS_PER_DAY);
}

/* Where either policy begins to believe a date, if they differ. */
static void add_bounds(collector *c)
{
    const tn_pair_slot *slot = c->slot;
    if (slot->slot[TN_PAIR_OLD] == TN_NONE || slot->slot[TN_PAIR_NEW] == TN_NONE ||
        tn_instant_compare(slot->earliest[TN_PAIR_OLD], slot->earliest[TN_PAIR_NEW]) ==
            0)
        return;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        add_moved(c, slot->earliest[side], 0);
        add_moved(c, slot->earliest[side], -TN_SECONDS_PER_DAY);
    }
}

/* --- constants */

static bool fits(tn_field_type type, uint8_t kind)
{
    switch (type) {
    case TN_FIELD_BOOL: return kind == TN_KIND_BOOL;
    case TN_FIELD_INT: return kind == TN_KIND_INT;
    case TN_FIELD_UINT: return kind == TN_KIND_UINT;
    case TN_FIELD_DOUBLE: return kind == TN_KIND_DOUBLE || kind == TN_KIND_INT;
    case TN_FIELD_STRING: return kind == TN_KIND_STRING;
    case TN_FIELD_BYTES: return kind == TN_KIND_BYTES;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_DATE:
    case TN_FIELD_EVENT: return kind == TN_KIND_TIMESTAMP;
    case TN_FIELD_DURATION: return kind == TN_KIND_DURATION;
    case TN_FIELD_DYN:
        return kind == TN_KIND_STRING || kind == TN_KIND_INT || kind == TN_KIND_BOOL;
    case TN_FIELD_LIST:
    case TN_FIELD_MAP:
    case TN_FIELD_TYPE_COUNT: return false;
    }
    return false;
}

static void add_integer(collector *c, int64_t at)
{
    for (int64_t step = -1; step <= 1; step++)
        if (!(step < 0 && at == INT64_MIN) && !(step > 0 && at == INT64_MAX))
            add(c, (tn_value){.kind = TN_KIND_INT, .as = {.integer = at + step}});
}

static void add_real(collector *c, double at)
{
    for (int step = -1; step <= 1; step++)
        add(c, (tn_value){.kind = TN_KIND_DOUBLE, .as = {.real = at + step}});
}

static void add_list_of(collector *c, tn_value item, uint32_t count)
{
    tn_list_value *list = tn_arena_take(c->pair->arena, sizeof(*list));
    tn_value *items = tn_arena_take_array(c->pair->arena, count, sizeof(*items));
    if (list == NULL || items == NULL) {
        c->failed = true;
        return;
    }
    for (uint32_t i = 0; i < count; i++)
        items[i] = item;
    *list = (tn_list_value){items, count};
    tn_value value = {.kind = TN_KIND_LIST, .as = {.list = list}};
    if (c->count < VALUES_MAX && tn_shape_fits(c->slot->shape, &value))
        c->list[c->count++] = value;
}

/* Of one item, and of a few. */
static void add_lists_of(collector *c, tn_value item)
{
    add_list_of(c, item, 1);
    add_list_of(c, item, 3);
}

static void add_scalar(collector *c, const tn_cel_code *code, const tn_cel_const *row)
{
    tn_value value = {.kind = (tn_kind)row->kind};
    bool in_list = c->slot->type == TN_FIELD_LIST &&
                   (row->kind == TN_KIND_STRING || row->kind == TN_KIND_INT);
    if (!in_list && !fits(c->slot->type, row->kind))
        return;
    switch (row->kind) {
    case TN_KIND_BOOL: value.as.boolean = row->bits != 0; break;
    case TN_KIND_UINT: value.as.unsigned_integer = row->bits; break;
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
        value.as.text = (tn_str){code->strings + row->bits, row->count};
        break;
    case TN_KIND_DURATION: value.as.duration_nanos = (int64_t)row->bits; break;
    case TN_KIND_INT:
        value.as.integer = (int64_t)row->bits;
        if (c->slot->type == TN_FIELD_DOUBLE)
            add_real(c, (double)value.as.integer);
        else if (!in_list)
            add_integer(c, value.as.integer);
        if (!in_list)
            return;
        break;
    case TN_KIND_DOUBLE:
        memcpy(&value.as.real, &row->bits, sizeof(double));
        add_real(c, value.as.real);
        return;
    case TN_KIND_TIMESTAMP:
        for (int64_t step = -1; step <= 1; step++)
            add_moved(c, (tn_instant){(int64_t)row->bits, row->count}, step);
        return;
    default: return;
    }
    if (in_list)
        add_lists_of(c, value);
    else
        add(c, value);
}

/* Constant `number` with all it holds. A list's items and a map's stand before it, so
 * this ends (code.h: depth). */
static void add_const(collector *c, const tn_cel_code *code, uint32_t number)
{
    const tn_cel_const *row = &code->consts[number];
    uint32_t held = row->kind == TN_KIND_LIST  ? row->count
                    : row->kind == TN_KIND_MAP ? 2 * row->count
                                               : 0;
    if (held == 0) {
        add_scalar(c, code, row);
        return;
    }
    for (uint32_t i = 0; i < held && c->count < VALUES_MAX; i++)
        add_const(c, code, (uint32_t)row->bits + i);
}

static void add_node(collector *c, const tn_cel_code *code, const tn_cel_node *node)
{
    tn_cel_operand operand = tn_cel_ops[node->op].operand;
    if (operand == TN_CEL_ARG_CONST || operand == TN_CEL_ARG_SLOT_CONST)
        add_const(c, code, node->arg);
    else if (operand == TN_CEL_ARG_TABLE)
        add_const(c, code, code->tables[node->arg].map);
}

/* Comparisons of another slot with constants say nothing of this one. */
static bool concerns(const collector *c, uint32_t side, const tn_cel_node *node)
{
    return tn_cel_ops[node->op].operand != TN_CEL_ARG_SLOT_CONST ||
           node->aux == c->slot->slot[side];
}

static void add_constants(collector *c, uint32_t side)
{
    const tn_pair_side *s = &c->pair->sides[side];
    const tn_cel_code *code = &s->image->code;
    for (uint32_t i = 0; i < s->category->clauses.count; i++) {
        uint32_t guard = s->image->clauses[s->category->clauses.first + i].guard;
        if (guard == TN_NONE)
            continue;
        const tn_cel_expr *expr = &code->exprs[guard];
        for (uint32_t k = 0; k < expr->node_count; k++)
            if (concerns(c, side, &code->nodes[expr->first_node + k]))
                add_node(c, code, &code->nodes[expr->first_node + k]);
    }
}

/* --- all of them */

/* Values that are not nothing, for conditions that nothing breaks. */
static void add_usual(collector *c)
{
    const tn_value one = {.kind = TN_KIND_INT, .as = {.integer = 1}};
    const tn_value unsigned_one = {.kind = TN_KIND_UINT, .as = {.unsigned_integer = 1}};
    const tn_value text = {.kind = TN_KIND_STRING, .as = {.text = TN_STR("a")}};
    const tn_value other_text = {.kind = TN_KIND_STRING, .as = {.text = TN_STR("zz")}};
    switch (c->slot->type) {
    case TN_FIELD_INT: add(c, one); return;
    case TN_FIELD_UINT: add(c, unsigned_one); return;
    case TN_FIELD_STRING:
        add(c, text);
        add(c, other_text);
        return;
    case TN_FIELD_LIST:
        add_lists_of(c, text);
        add_lists_of(c, one);
        return;
    case TN_FIELD_DYN:
        add(c, text);
        add(c, one);
        return;
    case TN_FIELD_BOOL:
    case TN_FIELD_DOUBLE:
    case TN_FIELD_BYTES:
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_DATE:
    case TN_FIELD_EVENT:
    case TN_FIELD_DURATION:
    case TN_FIELD_MAP:
    case TN_FIELD_TYPE_COUNT: return;
    }
}

/* The plainest value: there, and of no consequence. */
static void add_plain(collector *c)
{
    static const tn_list_value no_items;
    tn_value value = {.kind = TN_KIND_NULL};
    switch (c->slot->type) {
    case TN_FIELD_BOOL: value.kind = TN_KIND_BOOL; break;
    case TN_FIELD_INT: value.kind = TN_KIND_INT; break;
    case TN_FIELD_UINT: value.kind = TN_KIND_UINT; break;
    case TN_FIELD_DOUBLE: value.kind = TN_KIND_DOUBLE; break;
    case TN_FIELD_DURATION: value.kind = TN_KIND_DURATION; break;
    case TN_FIELD_BYTES:
    case TN_FIELD_DYN:
    case TN_FIELD_STRING:
        value.kind = c->slot->type == TN_FIELD_BYTES ? TN_KIND_BYTES : TN_KIND_STRING;
        value.as.text = TN_STR("");
        break;
    case TN_FIELD_LIST:
        value = (tn_value){.kind = TN_KIND_LIST, .as = {.list = &no_items}};
        break;
    case TN_FIELD_TIMESTAMP:
    case TN_FIELD_DATE: add_instant(c, TN_PAIR_MADE_AT); return;
    case TN_FIELD_EVENT:
    case TN_FIELD_MAP:
    case TN_FIELD_TYPE_COUNT: break;
    }
    add(c, value);
}

tn_status tn_pair_values_of(const tn_pair *pair, uint32_t slot, tn_pair_values *out)
{
    collector c = {.pair = pair, .slot = &pair->slots[slot]};
    tn_field_type type = c.slot->type;
    c.list = tn_arena_take_array(pair->arena, VALUES_MAX, sizeof(*c.list));
    if (c.list == NULL)
        return TN_NOMEM;
    if (c.slot->is_event)
        add(&c, (tn_value){.kind = TN_KIND_NULL});
    else
        add_plain(&c);
    if (type == TN_FIELD_BOOL)
        add(&c, (tn_value){.kind = TN_KIND_BOOL, .as = {.boolean = true}});
    if (c.slot->is_event)
        add_events(&c);
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        add_constants(&c, side);
    add_usual(&c);
    if (type == TN_FIELD_TIMESTAMP || type == TN_FIELD_DATE)
        add_dates(&c);
    if (type == TN_FIELD_TIMESTAMP || type == TN_FIELD_DATE || c.slot->is_event) {
        add_bounds(&c);
        add_reaches(&c);
    }
    add(&c, (tn_value){.kind = TN_KIND_NULL});
    *out = (tn_pair_values){c.list, c.count};
    return c.failed ? TN_NOMEM : TN_OK;
}

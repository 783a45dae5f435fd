#include "interp/cel/code.h"
#include "interp/calendar/instant.h"
#include "interp/cel/map_value.h"

#include <string.h>

const tn_cel_op_row tn_cel_ops[TN_CEL_OP_COUNT] = {
#define TN_NODE(id, operand, pops, pushes, cost, help)                                 \
    {#id, TN_CEL_ARG_##operand, pops, pushes, cost, help},
#include "interp/cel/nodes.def"
#undef TN_NODE
};

void tn_cel_builder_init(tn_cel_builder *b, tn_strings *strings,
                         const tn_allocator *memory)
{
    *b = (tn_cel_builder){.strings = strings};
    tn_arena_init(&b->arena, memory);
    tn_buf_init(&b->nodes, memory);
    tn_buf_init(&b->places, memory);
    tn_buf_init(&b->consts, memory);
    tn_buf_init(&b->tables, memory);
    tn_buf_init(&b->exprs, memory);
    tn_buf_init(&b->costs, memory);
}

static void free_slots(tn_cel_builder *b)
{
    tn_resize(b->arena.memory, b->const_slots, b->const_slot_count * sizeof(uint32_t),
              0);
}

void tn_cel_builder_free(tn_cel_builder *b)
{
    free_slots(b);
    tn_buf_free(&b->costs);
    tn_buf_free(&b->exprs);
    tn_buf_free(&b->tables);
    tn_buf_free(&b->consts);
    tn_buf_free(&b->places);
    tn_buf_free(&b->nodes);
    tn_arena_free(&b->arena);
}

static uint32_t row_count(const tn_buf *buf, size_t row_bytes)
{
    return (uint32_t)(buf->len / row_bytes);
}

tn_cel_code tn_cel_builder_view(const tn_cel_builder *b)
{
    tn_str strings = tn_strings_view(b->strings);
    return (tn_cel_code){
        .nodes = (const void *)b->nodes.data,
        .places = (const void *)b->places.data,
        .consts = (const void *)b->consts.data,
        .tables = (const void *)b->tables.data,
        .exprs = (const void *)b->exprs.data,
        .strings = strings.data == NULL ? "" : strings.data, /* NULL + 0 is undefined */
        .node_count = row_count(&b->nodes, sizeof(tn_cel_node)),
        .const_count = row_count(&b->consts, sizeof(tn_cel_const)),
        .table_count = row_count(&b->tables, sizeof(tn_cel_table)),
        .expr_count = row_count(&b->exprs, sizeof(tn_cel_expr)),
        .strings_len = (uint32_t)strings.len,
    };
}

tn_status tn_cel_builder_status(const tn_cel_builder *b)
{
    bool failed = b->nodes.failed || b->places.failed || b->consts.failed ||
                  b->tables.failed || b->exprs.failed || b->costs.failed ||
                  b->strings->bytes.failed;
    return failed ? TN_NOMEM : TN_OK;
}

/* --- constants */

static tn_cel_const *const_rows(const tn_cel_builder *b)
{
    return (tn_cel_const *)(void *)b->consts.data;
}

static uint32_t const_count(const tn_cel_builder *b)
{
    return row_count(&b->consts, sizeof(tn_cel_const));
}

static uint32_t append_const(tn_cel_builder *b, const tn_cel_const *row)
{
    uint32_t number = const_count(b);
    tn_buf_put(&b->consts, (tn_str){(const char *)row, sizeof(*row)});
    return number;
}

static uint64_t hash_const(const tn_cel_const *row, const uint32_t *slots)
{
    return tn_str_hash_seeded((tn_str){(const char *)row, sizeof(*row)}, slots);
}

static bool grow_slots(tn_cel_builder *b)
{
    uint32_t count = b->const_slot_count == 0 ? 64 : b->const_slot_count * 2;
    uint32_t *slots = tn_resize(b->arena.memory, NULL, 0, count * sizeof(*slots));
    if (slots == NULL)
        return false;
    memset(slots, 0, count * sizeof(*slots));
    for (uint32_t i = 0; i < b->const_slot_count; i++) {
        if (b->const_slots[i] == 0)
            continue;
        uint64_t at = hash_const(&const_rows(b)[b->const_slots[i] - 1], slots);
        while (slots[at & (count - 1)] != 0)
            at++;
        slots[at & (count - 1)] = b->const_slots[i];
    }
    free_slots(b);
    b->const_slots = slots;
    b->const_slot_count = count;
    return true;
}

/* The number of a row that refers to no other: the same as before, if it was there. */
static uint32_t intern_const(tn_cel_builder *b, const tn_cel_const *row)
{
    if (b->scalar_count * 4 >= b->const_slot_count * 3 && !grow_slots(b)) {
        b->consts.failed = true;
        return 0;
    }
    uint64_t at = hash_const(row, b->const_slots);
    for (;; at++) {
        uint32_t *slot = &b->const_slots[at & (b->const_slot_count - 1)];
        if (*slot != 0 && memcmp(&const_rows(b)[*slot - 1], row, sizeof(*row)) == 0)
            return *slot - 1;
        if (*slot != 0)
            continue;
        uint32_t number = append_const(b, row);
        if (!b->consts.failed) {
            *slot = number + 1;
            b->scalar_count++;
        }
        return number;
    }
}

static tn_cel_const text_row(tn_cel_builder *b, uint8_t kind, tn_str text)
{
    uint32_t offset = tn_strings_intern(b->strings, text);
    return (tn_cel_const){.kind = kind, .count = (uint32_t)text.len, .bits = offset};
}

static tn_cel_const make_row(tn_cel_builder *b, const tn_value *value);

/* Rows of several values, consecutive; what they hold stands before them. */
static uint32_t append_items(tn_cel_builder *b, const tn_value *const *items,
                             uint32_t count, uint8_t *depth)
{
    tn_cel_const *rows = tn_arena_take_array(&b->arena, count, sizeof(*rows));
    if (rows == NULL) {
        b->consts.failed = true;
        return 0;
    }
    *depth = 0;
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = make_row(b, items[i]);
        if (rows[i].depth >= *depth)
            *depth = rows[i].depth;
    }
    uint32_t first = const_count(b);
    for (uint32_t i = 0; i < count; i++)
        append_const(b, &rows[i]);
    return first;
}

static tn_cel_const list_row(tn_cel_builder *b, const tn_list_value *list)
{
    const tn_value **items =
        tn_arena_take_array(&b->arena, list->count, sizeof(*items));
    tn_cel_const row = {.kind = TN_KIND_LIST, .count = list->count};
    if (items == NULL) {
        b->consts.failed = true;
        return row;
    }
    for (uint32_t i = 0; i < list->count; i++)
        items[i] = &list->items[i];
    row.bits = append_items(b, items, list->count, &row.depth);
    row.depth++;
    return row;
}

static tn_cel_const map_row(tn_cel_builder *b, const tn_map_value *map)
{
    uint32_t count = map->count * 2;
    const tn_value **items = tn_arena_take_array(&b->arena, count, sizeof(*items));
    tn_cel_const row = {.kind = TN_KIND_MAP, .count = map->count};
    if (items == NULL) {
        b->consts.failed = true;
        return row;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        items[2 * i] = &map->pairs[i].key;
        items[2 * i + 1] = &map->pairs[i].value;
    }
    row.bits = append_items(b, items, count, &row.depth);
    row.depth++;
    return row;
}

static tn_cel_const optional_row(tn_cel_builder *b, const tn_value *held)
{
    tn_cel_const row = {.kind = TN_KIND_OPTIONAL, .count = held != NULL, .depth = 1};
    if (held == NULL)
        return row;
    row.bits = append_items(b, &held, 1, &row.depth);
    row.depth++;
    return row;
}

static tn_cel_const scalar_row(const tn_value *value)
{
    tn_cel_const row = {.kind = (uint8_t)value->kind};
    switch (value->kind) {
    case TN_KIND_BOOL: row.bits = value->as.boolean; break;
    case TN_KIND_INT: row.bits = (uint64_t)value->as.integer; break;
    case TN_KIND_UINT: row.bits = value->as.unsigned_integer; break;
    case TN_KIND_DOUBLE: memcpy(&row.bits, &value->as.real, sizeof(row.bits)); break;
    case TN_KIND_TIMESTAMP:
        row.count = value->as.instant.nanos;
        row.bits = (uint64_t)value->as.instant.seconds;
        break;
    case TN_KIND_DATE:
        row.kind = TN_KIND_TIMESTAMP;
        row.bits = (uint64_t)(value->as.day * TN_SECONDS_PER_DAY);
        break;
    case TN_KIND_DURATION: row.bits = (uint64_t)value->as.duration_nanos; break;
    case TN_KIND_TYPE: row.bits = value->as.type->kind; break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_STRING:
    case TN_KIND_BYTES:
    case TN_KIND_LIST:
    case TN_KIND_MAP:
    case TN_KIND_OPTIONAL:
    case TN_KIND_COUNT: row.kind = TN_KIND_NULL; break;
    }
    return row;
}

static tn_cel_const make_row(tn_cel_builder *b, const tn_value *value)
{
    if (value->kind == TN_KIND_STRING || value->kind == TN_KIND_BYTES)
        return text_row(b, (uint8_t)value->kind, value->as.text);
    if (value->kind == TN_KIND_LIST)
        return list_row(b, value->as.list);
    if (value->kind == TN_KIND_MAP)
        return map_row(b, value->as.map);
    if (value->kind == TN_KIND_OPTIONAL)
        return optional_row(b, value->as.optional);
    return scalar_row(value);
}

uint32_t tn_cel_builder_const(tn_cel_builder *b, const tn_value *value)
{
    tn_cel_const row = make_row(b, value);
    return row.depth == 0 ? intern_const(b, &row) : append_const(b, &row);
}

uint32_t tn_cel_builder_text(tn_cel_builder *b, uint8_t kind, tn_str text)
{
    tn_cel_const row = text_row(b, kind, text);
    return intern_const(b, &row);
}

uint32_t tn_cel_builder_table(tn_cel_builder *b, const tn_value *map,
                              const tn_value *otherwise)
{
    tn_cel_table row = {.map = tn_cel_builder_const(b, map), .otherwise = TN_NONE};
    if (otherwise != NULL)
        row.otherwise = tn_cel_builder_const(b, otherwise);
    uint32_t number = row_count(&b->tables, sizeof(row));
    tn_buf_put(&b->tables, (tn_str){(const char *)&row, sizeof(row)});
    return number;
}

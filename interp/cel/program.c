#include "interp/cel/program.h"
#include "interp/cel/map_value.h"

#include <string.h>

/* --- zones */

static bool read_two_digits(tn_str text, size_t at, int32_t *out)
{
    if (at + 2 > text.len)
        return false;
    unsigned tens = (unsigned)(unsigned char)text.data[at] - '0';
    unsigned ones = (unsigned)(unsigned char)text.data[at + 1] - '0';
    if (tens > 9 || ones > 9)
        return false;
    *out = (int32_t)(tens * 10 + ones);
    return true;
}

/* ±hh:mm, or hh:mm. */
static bool read_offset(tn_str text, int32_t *seconds)
{
    bool negative = text.len > 0 && text.data[0] == '-';
    if (text.len > 0 && (text.data[0] == '-' || text.data[0] == '+'))
        text = tn_str_slice(text, 1, SIZE_MAX);
    int32_t hours, minutes;
    if (text.len != 5 || text.data[2] != ':' || !read_two_digits(text, 0, &hours) ||
        !read_two_digits(text, 3, &minutes) || hours > 23 || minutes > 59)
        return false;
    *seconds = (hours * 60 + minutes) * 60;
    if (negative)
        *seconds = -*seconds;
    return true;
}

tn_status tn_cel_find_zone(const tn_cel_zones *zones, tn_str name, tn_zone *room,
                           const tn_zone **out)
{
    int32_t offset;
    *out = &tn_zone_utc;
    if (tn_str_equal(name, TN_STR("UTC")))
        return TN_OK;
    if (read_offset(name, &offset)) {
        *room = tn_zone_fixed(name, offset);
        *out = room;
        return TN_OK;
    }
    if (zones == NULL || zones->find == NULL)
        return TN_NOT_FOUND;
    tn_status status = zones->find(zones->user, name, out);
    return status == TN_OK || status == TN_NOMEM ? status : TN_NOT_FOUND;
}

/* --- constants as values */

static tn_str const_text(const tn_cel_program *p, const tn_cel_const *row)
{
    return (tn_str){p->code.strings + row->bits, row->count};
}

static tn_status load_list(tn_cel_program *p, const tn_cel_const *row, tn_value *out)
{
    tn_list_value *list = tn_arena_take(&p->arena, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    *list = (tn_list_value){&p->constants[row->bits], row->count};
    out->as.list = list;
    return TN_OK;
}

_Static_assert(sizeof(tn_map_pair) == 2 * sizeof(tn_value), "pairs are two values");

static tn_status load_map(tn_cel_program *p, const tn_cel_const *row, tn_value *out)
{
    tn_map_value *map = tn_arena_take(&p->arena, sizeof(*map));
    if (map == NULL)
        return TN_NOMEM;
    const tn_map_pair *pairs = (const void *)&p->constants[row->bits];
    uint32_t repeated;
    tn_status status = tn_map_value_build(&p->arena, pairs, row->count, map, &repeated);
    out->as.map = map;
    return status == TN_INVALID || status == TN_USAGE ? TN_BAD_IMAGE : status;
}

static tn_status load_pattern(tn_cel_program *p, uint32_t number,
                              const tn_cel_const *row)
{
    p->pattern_states += tn_regex_weight(const_text(p, row));
    if (p->pattern_states > TN_REGEX_MAX_STATES)
        return TN_LIMIT;
    p->patterns[number] = tn_regex_new(const_text(p, row));
    return p->patterns[number] == NULL ? TN_LIMIT : TN_OK;
}

static tn_status load_zone(tn_cel_program *p, uint32_t number, const tn_cel_const *row)
{
    tn_zone *room = tn_arena_take(&p->arena, sizeof(*room));
    if (room == NULL)
        return TN_NOMEM;
    const tn_cel_zones *zones = p->has_zones ? &p->zones : NULL;
    return tn_cel_find_zone(zones, const_text(p, row), room, &p->found[number]);
}

static tn_status load_constant(tn_cel_program *p, uint32_t number)
{
    const tn_cel_const *row = &p->code.consts[number];
    tn_value *out = &p->constants[number];
    if (row->kind == TN_CEL_CONST_REGEX)
        return load_pattern(p, number, row);
    if (row->kind == TN_CEL_CONST_ZONE)
        return load_zone(p, number, row);
    *out = (tn_value){.kind = (tn_kind)row->kind};
    switch (out->kind) {
    case TN_KIND_BOOL: out->as.boolean = row->bits != 0; break;
    case TN_KIND_INT: out->as.integer = (int64_t)row->bits; break;
    case TN_KIND_UINT: out->as.unsigned_integer = row->bits; break;
    case TN_KIND_DOUBLE: memcpy(&out->as.real, &row->bits, sizeof(row->bits)); break;
    case TN_KIND_STRING:
    case TN_KIND_BYTES: out->as.text = const_text(p, row); break;
    case TN_KIND_TIMESTAMP:
        out->as.instant = (tn_instant){(int64_t)row->bits, row->count};
        break;
    case TN_KIND_DURATION: out->as.duration_nanos = (int64_t)row->bits; break;
    case TN_KIND_LIST: return load_list(p, row, out);
    case TN_KIND_MAP: return load_map(p, row, out);
    case TN_KIND_TYPE: out->as.type = tn_type_of((tn_type_kind)row->bits); break;
    case TN_KIND_OPTIONAL:
        out->as.optional = row->count == 0 ? NULL : &p->constants[row->bits];
        break;
    case TN_KIND_NULL:
    case TN_KIND_UNREADABLE:
    case TN_KIND_DATE:
    case TN_KIND_COUNT: break;
    }
    return TN_OK;
}

/* --- programs */

static void measure(tn_cel_program *p)
{
    for (uint32_t i = 0; i < p->code.expr_count; i++) {
        const tn_cel_expr *expr = &p->code.exprs[i];
        if (expr->max_stack > p->max_stack)
            p->max_stack = expr->max_stack;
        if (expr->local_count > p->max_locals)
            p->max_locals = expr->local_count;
        if (expr->loop_depth > p->max_loops)
            p->max_loops = expr->loop_depth;
    }
}

static tn_status load(tn_cel_program *p)
{
    uint32_t count = p->code.const_count;
    p->constants = tn_arena_take_array(&p->arena, count, sizeof(*p->constants));
    p->patterns = tn_arena_take_array(&p->arena, count, sizeof(*p->patterns));
    p->found = tn_arena_take_array(&p->arena, count, sizeof(*p->found));
    if (p->constants == NULL || p->patterns == NULL || p->found == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(load_constant(p, i));
    measure(p);
    p->guards = tn_arena_take_array(&p->arena, p->code.expr_count, sizeof(*p->guards));
    if (p->guards == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < p->code.expr_count; i++)
        TN_TRY(tn_cel_guard_make(p, i, &p->guards[i]));
    return TN_OK;
}

tn_status tn_cel_load(const tn_cel_code *code, const tn_cel_zones *zones,
                      const tn_allocator *memory, tn_cel_program **out)
{
    tn_cel_program *p = tn_resize(memory, NULL, 0, sizeof(*p));
    if (p == NULL)
        return TN_NOMEM;
    *p = (tn_cel_program){.memory = memory, .code = *code, .has_zones = zones != NULL};
    if (zones != NULL)
        p->zones = *zones;
    tn_arena_init(&p->arena, memory);
    tn_status status = load(p);
    if (status != TN_OK) {
        tn_cel_unload(p);
        return status;
    }
    *out = p;
    return TN_OK;
}

void tn_cel_unload(tn_cel_program *p)
{
    if (p == NULL)
        return;
    for (uint32_t i = 0; p->patterns != NULL && i < p->code.const_count; i++)
        tn_regex_free(p->patterns[i]);
    tn_arena_free(&p->arena);
    tn_resize(p->memory, p, sizeof(*p), 0);
}

const tn_value *tn_cel_constant(const tn_cel_program *p, uint32_t number)
{
    return &p->constants[number];
}

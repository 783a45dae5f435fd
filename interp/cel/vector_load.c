/* vector_load: columns and other slots as values of a block. */
#include "interp/base/utf8.h"
#include "interp/cel/vectors.h"

#include <string.h>

tn_status tn_vec_take(tn_arena *arena, bool is_text, vec_room *out)
{
    out->state = tn_arena_take_array(arena, TN_CEL_BLOCK, sizeof(*out->state));
    out->ints = tn_arena_take_array(arena, TN_CEL_BLOCK, sizeof(*out->ints));
    out->reals = tn_arena_take_array(arena, TN_CEL_BLOCK, sizeof(*out->reals));
    out->texts =
        is_text ? tn_arena_take_array(arena, TN_CEL_BLOCK, sizeof(*out->texts)) : NULL;
    return out->state == NULL || out->ints == NULL || out->reals == NULL ||
                   (is_text && out->texts == NULL)
               ? TN_NOMEM
               : TN_OK;
}

const tn_array *tn_vec_array(const tn_cel_vector *v, uint32_t slot, bool *is_there)
{
    *is_there = slot < v->block->array_count;
    return *is_there ? v->block->arrays[slot] : NULL;
}

static vec view(vec_kind kind, const vec_room *room)
{
    return (vec){.kind = kind,
                 .state = room->state,
                 .ints = room->ints,
                 .reals = room->reals,
                 .texts = room->texts};
}

/* --- nulls and texts */

static void mark_nulls(const tn_array *a, int64_t start, uint32_t count, uint8_t *state)
{
    memset(state, VEC_VALUE, TN_CEL_BLOCK);
    for (uint32_t i = 0; a->validity != NULL && i < count; i++)
        if (tn_array_is_null(a, start + i))
            state[i] = VEC_NULL;
}

/* Are the bytes ASCII? 32 at a time: their high bits are ORed. */
bool tn_vec_is_ascii(const char *text, size_t len)
{
    enum { WORDS = 4, STEP = WORDS * sizeof(uint64_t) };
    uint64_t high = 0;
    size_t i = 0;
    for (; i + STEP <= len; i += STEP) {
        uint64_t words[WORDS];
        memcpy(words, text + i, STEP);
        high |= (words[0] | words[1]) | (words[2] | words[3]);
    }
    for (; i < len; i++)
        high |= (uint64_t)(text[i] & 0x80);
    return (high & UINT64_C(0x8080808080808080)) == 0;
}

/* Texts that are no UTF-8 are unreadable. */
static void mark_broken(vec_room *room, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (room->state[i] == VEC_VALUE && !tn_utf8_is_valid(room->texts[i]))
            room->state[i] = VEC_ERROR;
}

/* Texts by offsets of 4 bytes lie in one piece. */
static bool load_piece(const tn_array *a, int64_t start, uint32_t count,
                       tn_str *restrict texts)
{
    const char *offsets = (const char *)a->values + (a->offset + start) * 4;
    const char *data = a->data == NULL ? "" : a->data;
    int32_t from, first, to = 0;
    memcpy(&first, offsets, sizeof(first));
    from = first;
    for (uint32_t i = 0; i < count; i++) {
        memcpy(&to, offsets + (i + 1) * sizeof(to), sizeof(to));
        texts[i] = (tn_str){data + from, (size_t)(to - from)};
        from = to;
    }
    return tn_vec_is_ascii(data + first, (size_t)(from - first));
}

static void measure(tn_cel_vector *v, const tn_str *texts, uint32_t count)
{
    uint64_t longest = v->longest;
    for (uint32_t i = 0; i < count; i++)
        longest = texts[i].len > longest ? texts[i].len : longest;
    v->longest = longest;
}

static bool load_views(const tn_array *a, int64_t start, uint32_t count, vec_room *room)
{
    for (uint32_t i = 0; i < count; i++) {
        tn_value value = {.as.text = {"", 0}};
        if (room->state[i] == VEC_VALUE)
            tn_array_get(a, start + i, &value);
        room->texts[i] = value.as.text;
    }
    return false;
}

void tn_vec_load_texts(tn_cel_vector *v, const tn_array *a, int64_t start,
                       uint32_t count, vec_room *room)
{
    enum { SHORT = 1 << 15 }; /* bytes of a whole block */
    const tn_str *texts = room->texts;
    mark_nulls(a, start, count, room->state);
    if (count == 0)
        return;
    bool is_piece = a->width == 4;
    bool ascii = is_piece ? load_piece(a, start, count, room->texts)
                          : load_views(a, start, count, room);
    if (!ascii)
        mark_broken(room, count);
    uintptr_t all = (uintptr_t)texts[count - 1].data - (uintptr_t)texts[0].data +
                    texts[count - 1].len;
    if (!is_piece || all > SHORT)
        measure(v, texts, count);
    else if (all > v->longest)
        v->longest = all;
}

/* --- values of other layouts, one after the other */

/* False: a value of another kind than was declared. */
static bool set_value(vec_slot *s, uint32_t i, const tn_value *value)
{
    s->room.state[i] = value->kind == TN_KIND_NULL ? VEC_NULL : VEC_VALUE;
    if (value->kind == TN_KIND_UNREADABLE)
        s->room.state[i] = VEC_ERROR;
    s->room.ints[i] = 0;
    s->room.reals[i] = 0;
    if (s->room.texts != NULL)
        s->room.texts[i] = (tn_str){"", 0};
    if (s->room.state[i] != VEC_VALUE)
        return true;
    if (value->kind == TN_KIND_BOOL)
        s->room.ints[i] = value->as.boolean;
    else if (value->kind == TN_KIND_INT)
        s->room.ints[i] = value->as.integer;
    else if (value->kind == TN_KIND_DOUBLE)
        s->room.reals[i] = value->as.real;
    else if (value->kind == TN_KIND_STRING && s->room.texts != NULL)
        s->room.texts[i] = value->as.text;
    return value->kind == s->kind;
}

static bool load_values(tn_cel_vector *v, vec_slot *s)
{
    for (uint32_t i = 0; i < v->block->count; i++) {
        tn_value value;
        v->block->value(v->block->user, s->slot, i, &value);
        if (!set_value(s, i, &value))
            return false;
        if (value.kind == TN_KIND_STRING && value.as.text.len > v->longest)
            v->longest = value.as.text.len;
    }
    return true;
}

/* --- columns as they lie */

static void load_bits(const tn_cel_vector *v, const tn_array *a, vec_slot *s)
{
    const uint8_t *bits = a->values;
    int64_t at = a->offset + v->block->start;
    mark_nulls(a, v->block->start, v->block->count, s->room.state);
    for (uint32_t i = 0; i < v->block->count; i++, at++)
        s->room.ints[i] = bits[at >> 3] >> (at & 7) & 1;
}

/* 8-byte values, ints, counts or doubles, copied: the block may be the last. */
static void load_wide(const tn_cel_vector *v, const tn_array *a, vec_slot *s, void *to)
{
    const char *from = (const char *)a->values + (a->offset + v->block->start) * 8;
    mark_nulls(a, v->block->start, v->block->count, s->room.state);
    memcpy(to, from, v->block->count * 8);
}

/* Counts that are no instants are unreadable. */
static void mark_outside(const tn_cel_vector *v, const tn_array *a, vec_slot *s)
{
    int64_t first, last;
    bool has_first = tn_instant_to_count(TN_INSTANT_MIN, a->tick, &first);
    bool has_last = tn_instant_to_count(TN_INSTANT_MAX, a->tick, &last);
    for (uint32_t i = 0; i < v->block->count; i++)
        if (s->room.state[i] == VEC_VALUE && ((has_first && s->room.ints[i] < first) ||
                                              (has_last && s->room.ints[i] > last)))
            s->room.state[i] = VEC_ERROR;
}

static bool load_times(const tn_cel_vector *v, const tn_array *a, vec_slot *s)
{
    if (a->kind != TN_ARRAY_TIMESTAMP || a->is_civil || a->width != 8)
        return false;
    load_wide(v, a, s, s->room.ints);
    mark_outside(v, a, s);
    s->value.tick = a->tick;
    return true;
}

/* Reads the array as it lies, if it is laid out so that this is possible. */
static bool load_array(tn_cel_vector *v, const tn_array *a, vec_slot *s)
{
    if (s->kind == TN_KIND_STRING && a->kind == TN_ARRAY_TEXT) {
        tn_vec_load_texts(v, a, v->block->start, v->block->count, &s->room);
        return true;
    }
    if (s->kind == TN_KIND_BOOL && a->kind == TN_ARRAY_BOOL)
        load_bits(v, a, s);
    else if (s->kind == TN_KIND_INT && a->kind == TN_ARRAY_INT && a->width == 8)
        load_wide(v, a, s, s->room.ints);
    else if (s->kind == TN_KIND_DOUBLE && a->kind == TN_ARRAY_REAL && a->width == 8)
        load_wide(v, a, s, s->room.reals);
    else
        return false;
    return true;
}

static bool load(tn_cel_vector *v, vec_slot *s)
{
    bool is_there;
    const tn_array *a = tn_vec_array(v, s->slot, &is_there);
    if (is_there && (a == NULL || a->kind == TN_ARRAY_NULLS)) {
        memset(s->room.state, VEC_NULL, TN_CEL_BLOCK);
        for (uint32_t i = 0; s->room.texts != NULL && i < TN_CEL_BLOCK; i++)
            s->room.texts[i] = (tn_str){"", 0};
        return true;
    }
    if (s->kind == TN_KIND_TIMESTAMP)
        return is_there && load_times(v, a, s);
    return (is_there && load_array(v, a, s)) || load_values(v, s);
}

static bool kind_of(tn_kind kind, vec_kind *out)
{
    *out = VEC_TRUTHS;
    if (kind == TN_KIND_BOOL)
        *out = VEC_BOOLS;
    else if (kind == TN_KIND_INT)
        *out = VEC_INTS;
    else if (kind == TN_KIND_DOUBLE)
        *out = VEC_REALS;
    else if (kind == TN_KIND_STRING)
        *out = VEC_TEXTS;
    else if (kind == TN_KIND_TIMESTAMP)
        *out = VEC_COUNTS;
    return *out != VEC_TRUTHS;
}

const vec *tn_vec_load(tn_cel_vector *v, uint32_t slot)
{
    vec_kind kind;
    for (uint32_t i = 0; i < v->slot_count; i++) {
        vec_slot *s = &v->slots[i];
        if (s->slot != slot)
            continue;
        if (!kind_of(s->kind, &kind))
            return NULL;
        if (s->is_loaded)
            return &s->value;
        s->value = view(kind, &s->room);
        if (v->block->count > 0 && !load(v, s))
            return NULL;
        s->is_loaded = true;
        return &s->value;
    }
    return NULL;
}

/* batch_entities: which of few kinds each row of an entity is, and which row a record
 * has. */
#include "interp/decide/batcher.h"

#include <string.h>

/* --- rows */

static const tn_img_entity *image_entity(const tn_batch *b, uint32_t of)
{
    const tn_image *image = b->run->image;
    return &image->entities[image->ofs[b->decider->category->of.first + of].entity];
}

static const entity_facts *facts_of(const tn_batch *b, uint32_t of)
{
    uint32_t row = b->decider->category->of.first + of;
    return &b->run->entities[b->run->image->ofs[row].entity];
}

uint32_t tn_batch_first_fact(const tn_batch *b, uint32_t of)
{
    uint32_t slot = b->decider->category->fields.count;
    for (uint32_t k = 0; k < of; k++)
        slot += image_entity(b, k)->facts.count;
    return slot;
}

uint32_t tn_batch_entity_of(const tn_batch *b, uint32_t slot)
{
    uint32_t end = b->decider->category->fields.count;
    for (uint32_t of = 0; of < b->decider->category->of.count; of++) {
        end += image_entity(b, of)->facts.count;
        if (slot < end)
            return of;
    }
    return TN_NONE;
}

/* A record has facts where there is one row of its key, and where all are null. */
static bool has_facts(const batch_entity *e, uint32_t row)
{
    return row == e->row_count + 1 ||
           (row < e->row_count && tn_facts_next(e->facts, row) == TN_NONE);
}

bool tn_batch_needs_key(const tn_batch *b, uint32_t of)
{
    uint32_t row = b->decider->category->of.first + of;
    const entity_facts *facts = facts_of(b, of);
    if (facts->is_set)
        return facts->facts != NULL;
    return b->run->image->ofs[row].optional != 0;
}

tn_value tn_batch_fact(const tn_batch *b, uint32_t of, uint32_t row, uint32_t slot)
{
    const batch_entity *e = &b->entities[of];
    if (!has_facts(e, row))
        return (tn_value){.kind = TN_KIND_UNREADABLE};
    if (row >= e->row_count)
        return (tn_value){.kind = TN_KIND_NULL};
    return tn_facts_values(e->facts, row)[slot - tn_batch_first_fact(b, of)];
}

void tn_batch_fill_facts(tn_batch *b, uint32_t of, uint32_t row)
{
    uint32_t first = tn_batch_first_fact(b, of);
    for (uint32_t k = 0; k < image_entity(b, of)->facts.count; k++)
        b->decider->slots[first + k] = tn_batch_fact(b, of, row, first + k);
}

/* --- what kind a row is */

/* One byte for each thing that matters about a row. */
typedef struct kind_text {
    uint8_t *bytes;
    uint32_t count;
} kind_text;

static void put_holds(const tn_batch *b, const batch_entity *e, uint32_t row,
                      kind_text *kind)
{
    bool held = false, unreadable = false;
    for (uint32_t r = row < e->row_count ? row : TN_NONE; r != TN_NONE;
         r = tn_facts_next(e->facts, r)) {
        const tn_hold *hold = tn_facts_hold(e->facts, r);
        held |= tn_hold_is_in_force(hold, b->run->now);
        unreadable |= hold->unreadable;
    }
    kind->bytes[kind->count++] = (uint8_t)(held | unreadable << 1);
}

/* The breaks of an entity's facts, by fact. */
typedef struct fact_points {
    uint32_t of;
    uint32_t first;
    uint32_t count;
    batch_breaks *breaks;
} fact_points;

static tn_status put_guards(tn_batch *b, uint32_t of, uint32_t row, kind_text *kind)
{
    for (uint32_t g = 0; g < b->guard_count; g++) {
        tn_cel_truth truth;
        if (b->guards[g].of != of)
            continue;
        tn_batch_fill_facts(b, of, row);
        TN_TRY(tn_cel_test(b->decider->machine, b->guards[g].expr, b->decider->slots,
                           &truth));
        if (b->decider->scratch.block != NULL)
            tn_arena_reset(&b->decider->scratch);
        kind->bytes[kind->count++] = (uint8_t)truth;
    }
    return TN_OK;
}

static tn_status describe_row(tn_batch *b, const fact_points *points, uint32_t row,
                              kind_text *kind)
{
    const batch_entity *e = &b->entities[points->of];
    kind->count = 0;
    bool known = has_facts(e, row);
    kind->bytes[kind->count++] = known;
    put_holds(b, e, row, kind);
    if (!known) {
        kind->bytes[kind->count - 1] &= 1; /* doubts about holds don't count then */
        return TN_OK;
    }
    for (uint32_t k = 0; k < points->count; k++) {
        const batch_breaks *breaks = &points->breaks[k];
        tn_value value = tn_batch_fact(b, points->of, row, points->first + k);
        if (breaks->at_count + breaks->day_count == 0)
            continue;
        kind->bytes[kind->count++] = tn_batch_class(breaks, &value);
        kind->bytes[kind->count++] = value.kind == TN_KIND_DATE;
    }
    return put_guards(b, points->of, row, kind);
}

static tn_status number_kind(tn_batch *b, tn_map *kinds, const kind_text *kind,
                             uint32_t *out)
{
    tn_str text = {(const char *)kind->bytes, kind->count};
    *out = tn_map_find(kinds, text);
    if (*out != TN_NONE)
        return TN_OK;
    tn_str copy = tn_arena_copy(&b->arena, text);
    if (copy.data == NULL)
        return TN_NOMEM;
    *out = (uint32_t)kinds->count;
    return tn_map_put(kinds, copy, *out);
}

static tn_status number_rows(tn_batch *b, const fact_points *points, kind_text *kind)
{
    batch_entity *e = &b->entities[points->of];
    tn_map kinds;
    tn_map_init(&kinds, b->run->memory);
    tn_status status = TN_OK;
    for (uint32_t row = 0; status == TN_OK && row < e->row_count + 2; row++) {
        status = describe_row(b, points, row, kind);
        if (status == TN_OK)
            status = number_kind(b, &kinds, kind, &e->codes[row]);
    }
    e->class_count = (uint32_t)kinds.count;
    tn_map_free(&kinds);
    return status;
}

static tn_status prepare_points(tn_batch *b, fact_points *points)
{
    points->first = tn_batch_first_fact(b, points->of);
    points->count = image_entity(b, points->of)->facts.count;
    points->breaks =
        tn_arena_take_array(&b->arena, points->count, sizeof(*points->breaks));
    if (points->breaks == NULL)
        return TN_NOMEM;
    for (uint32_t k = 0; k < points->count; k++) {
        TN_TRY(tn_batch_find_breaks(b, points->first + k, &points->breaks[k]));
        b->is_coded &= points->breaks[k].at_count < TN_BREAKS_MAX;
    }
    return TN_OK;
}

static tn_status prepare_entity(tn_batch *b, uint32_t of)
{
    batch_entity *e = &b->entities[of];
    fact_points points = {.of = of};
    kind_text kind;
    e->facts = facts_of(b, of)->facts;
    e->row_count = e->facts == NULL ? 0 : tn_facts_count(e->facts);
    b->is_coded &= e->row_count < INT32_MAX - 2;
    bool is_silent = facts_of(b, of)->is_set && e->facts == NULL;
    bool is_optional =
        b->run->image->ofs[b->decider->category->of.first + of].optional != 0;
    e->row_of_any = e->row_count + is_silent;
    e->row_of_null = e->row_count + (is_silent || is_optional);
    TN_TRY(prepare_points(b, &points));
    kind.bytes =
        tn_arena_take(&b->arena, 2 + 2 * (size_t)points.count + b->guard_count);
    e->codes =
        tn_arena_take_array(&b->arena, (size_t)e->row_count + 2, sizeof(*e->codes));
    e->keys_room = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*e->keys_room));
    if (kind.bytes == NULL || e->codes == NULL || e->keys_room == NULL)
        return TN_NOMEM;
    return b->is_coded ? number_rows(b, &points, &kind) : TN_OK;
}

/* --- made after an event: which relations there are */

static batch_point *find_point(const tn_batch *b, uint32_t slot)
{
    for (uint32_t p = 0; p < b->point_count; p++)
        if (b->points[p].slot == slot)
            return &b->points[p];
    return NULL;
}

/* Events are few: whoever has one record after the other asks this first. */
static tn_status find_events(tn_batch *b, batch_relation *r)
{
    const batch_entity *e = &b->entities[r->of];
    uint8_t *has = tn_arena_take_array(&b->arena, (size_t)e->row_count + 2, 1);
    if (has == NULL)
        return TN_NOMEM;
    for (uint32_t row = 0; row < e->row_count; row++)
        has[row] = tn_facts_values(e->facts, row)[r->fact].kind != TN_KIND_NULL;
    r->has = has;
    return TN_OK;
}

static tn_status add_relation(tn_batch *b, const clause_plan *plan)
{
    uint32_t slot = plan->row->event_slot;
    for (uint32_t r = 0; r < b->relation_count; r++)
        if (b->relations[r].event_slot == slot &&
            (!b->created->is_date || b->relations[r].zone == plan->due.zone))
            return TN_OK;
    batch_relation relation = {
        .event_slot = slot, .zone = plan->due.zone, .of = TN_NONE};
    if (slot >= b->decider->category->fields.count) {
        relation.of = tn_batch_entity_of(b, slot);
        relation.fact = slot - tn_batch_first_fact(b, relation.of);
        TN_TRY(find_events(b, &relation));
    } else {
        relation.event = find_point(b, slot);
    }
    b->relations[b->relation_count++] = relation;
    return TN_OK;
}

static tn_status find_relations(tn_batch *b)
{
    uint32_t created = b->decider->category->created_slot;
    b->relations =
        tn_arena_take_array(&b->arena, b->decider->clause_count, sizeof(*b->relations));
    if (b->relations == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < b->decider->clause_count; i++) {
        const clause_plan *plan = &b->decider->plans[i];
        if (!plan->needs_existence || created == TN_NONE || !tn_batch_is_here(b, i))
            continue;
        b->is_coded &= b->created != NULL;
        if (b->created != NULL)
            TN_TRY(add_relation(b, plan));
    }
    return TN_OK;
}

tn_status tn_batch_find_entities(tn_batch *b)
{
    b->entity_count = b->decider->category->of.count;
    b->entities = tn_arena_take_array(&b->arena, b->entity_count, sizeof(*b->entities));
    if (b->entities == NULL)
        return TN_NOMEM;
    for (uint32_t of = 0; of < b->entity_count; of++)
        TN_TRY(prepare_entity(b, of));
    return find_relations(b);
}

void tn_batch_free_entities(tn_batch *b)
{
    for (uint32_t of = 0; b->entities != NULL && of < b->entity_count; of++) {
        batch_entity *e = &b->entities[of];
        size_t size_bytes = e->key_capacity * sizeof(uint32_t);
        tn_resize(b->run->memory, e->key_codes, size_bytes, 0);
        tn_resize(b->run->memory, e->key_rows, size_bytes, 0);
    }
    for (uint32_t r = 0; b->relations != NULL && r < b->relation_count; r++)
        tn_resize(b->run->memory, b->relations[r].counts,
                  b->relations[r].capacity * sizeof(int64_t), 0);
}

/* --- keys */

/* The row of a key, as decide.c finds it. */
uint32_t tn_batch_find_row(const batch_entity *e, const tn_value *key)
{
    if (key->kind == TN_KIND_NULL)
        return e->row_of_null;
    if (e->facts == NULL)
        return e->row_of_any;
    uint32_t found = tn_facts_find(e->facts, key);
    return found == TN_NONE ? e->row_count : found;
}

static tn_status reserve_keys(const tn_batch *b, batch_entity *e, uint32_t count)
{
    if (count <= e->key_capacity)
        return TN_OK;
    size_t old_bytes = e->key_capacity * sizeof(uint32_t);
    size_t new_bytes = count * sizeof(uint32_t);
    uint32_t *codes = tn_resize(b->run->memory, e->key_codes, old_bytes, new_bytes);
    if (codes == NULL)
        return TN_NOMEM;
    e->key_codes = codes;
    uint32_t *rows = tn_resize(b->run->memory, e->key_rows, old_bytes, new_bytes);
    if (rows == NULL) {
        /* both have one capacity */
        e->key_codes = tn_resize(b->run->memory, codes, new_bytes, old_bytes);
        if (e->key_codes == NULL)
            e->key_capacity = 0;
        return TN_NOMEM;
    }
    e->key_rows = rows;
    e->key_capacity = count;
    return TN_OK;
}

/* Looks each value of the dictionary up once; the last key is null. */
static void find_dictionary(tn_batch *b, uint32_t of, const tn_array *dictionary)
{
    batch_entity *e = &b->entities[of];
    for (uint32_t k = 0; k < e->key_count; k++) {
        tn_value key = {.kind = TN_KIND_NULL};
        if (k + 1 < e->key_count)
            tn_array_get(dictionary, k, &key);
        e->key_rows[k] = tn_batch_find_row(e, &key);
        e->key_codes[k] = e->codes[e->key_rows[k]];
    }
}

tn_status tn_batch_bind_keys(tn_batch *b, uint32_t of, const tn_array *keys)
{
    batch_entity *e = &b->entities[of];
    e->keys = keys;
    e->is_dictionary = keys != NULL && keys->kind == TN_ARRAY_DICTIONARY &&
                       keys->dictionary->length <= keys->length &&
                       keys->dictionary->length < INT32_MAX;
    e->key_count = e->row_count + 2;
    if (!e->is_dictionary)
        return TN_OK;
    e->key_count = (uint32_t)keys->dictionary->length + 1;
    TN_TRY(reserve_keys(b, e, e->key_count));
    find_dictionary(b, of, keys->dictionary);
    return TN_OK;
}

/* Are the dictionary's indices 4-byte integers that lie well, none null? */
static bool is_plain(const tn_array *keys)
{
    return keys->width == sizeof(int32_t) && keys->validity == NULL &&
           (uintptr_t)keys->values % sizeof(int32_t) == 0;
}

static void read_indices(const tn_batch *b, batch_entity *e)
{
    if (is_plain(e->keys)) {
        e->block_keys = (const int32_t *)e->keys->values + e->keys->offset + b->start;
        return;
    }
    int32_t null_key = (int32_t)e->key_count - 1;
    for (uint32_t i = 0; i < b->count; i++) {
        bool is_null = tn_array_is_null(e->keys, b->start + i);
        e->keys_room[i] =
            is_null ? null_key : (int32_t)tn_array_index(e->keys, b->start + i);
    }
}

static void read_values(const tn_batch *b, uint32_t of)
{
    batch_entity *e = &b->entities[of];
    for (uint32_t i = 0; i < b->count; i++) {
        tn_value key = {.kind = TN_KIND_NULL};
        if (e->keys != NULL)
            tn_array_get(e->keys, b->start + i, &key);
        e->keys_room[i] = (int32_t)tn_batch_find_row(e, &key);
    }
}

void tn_batch_read_keys(tn_batch *b)
{
    for (uint32_t of = 0; of < b->entity_count; of++) {
        batch_entity *e = &b->entities[of];
        e->block_keys = e->keys_room;
        if (e->is_dictionary)
            read_indices(b, e);
        else
            read_values(b, of);
    }
}

uint32_t tn_batch_row(const batch_entity *e, uint32_t i)
{
    uint32_t key = (uint32_t)e->block_keys[i];
    return e->is_dictionary ? e->key_rows[key] : key;
}

/* --- made after an event: columns */

/* An instant of an event, as point.at has it; false: it has not happened. */
static bool read_event(const tn_value *value, tn_instant *out)
{
    if (value->kind == TN_KIND_TIMESTAMP)
        *out = value->as.instant;
    else if (value->kind == TN_KIND_DATE)
        *out = (tn_instant){value->as.day * TN_SECONDS_PER_DAY, 0};
    else
        return false;
    return true;
}

static tn_reckoning whole_day(const batch_relation *r)
{
    return (tn_reckoning){r->zone, false, TN_ROUND_NONE, {0, 0, 0}};
}

/* The last count that is not after the event; false: the unit has none. */
static bool count_event(const batch_point *created, const batch_relation *r,
                        tn_instant event, int64_t *out)
{
    tn_reckoning day = whole_day(r);
    int32_t last;
    if (!created->is_date)
        return tn_instant_to_count(event, created->tick, out);
    *out = tn_cutoff_date(&day, event, &last) ? last : INT64_MIN;
    return true;
}

static tn_status reserve_counts(const tn_batch *b, batch_relation *r, uint32_t count)
{
    if (count <= r->capacity)
        return TN_OK;
    int64_t *counts = tn_resize(b->run->memory, r->counts,
                                r->capacity * sizeof(int64_t), count * sizeof(int64_t));
    if (counts == NULL)
        return TN_NOMEM;
    r->counts = counts;
    r->capacity = count;
    return TN_OK;
}

static tn_status bind_relation(tn_batch *b, batch_relation *r)
{
    const batch_entity *e = &b->entities[r->of];
    if (!e->is_dictionary && r->is_counted && r->tick == b->created->tick)
        return TN_OK;
    TN_TRY(reserve_counts(b, r, e->key_count));
    r->is_counted = false;
    for (uint32_t k = 0; k < e->key_count; k++) {
        uint32_t row = e->is_dictionary ? e->key_rows[k] : k;
        tn_value value = tn_batch_fact(b, r->of, row, r->event_slot);
        tn_instant event;
        r->counts[k] = INT64_MAX;
        if (read_event(&value, &event) &&
            !count_event(b->created, r, event, &r->counts[k])) {
            b->created->mode = POINT_VALUES;
            return TN_OK;
        }
    }
    r->is_counted = !e->is_dictionary;
    r->tick = b->created->tick;
    return TN_OK;
}

tn_status tn_batch_bind_relations(tn_batch *b)
{
    for (uint32_t i = 0; i < b->relation_count; i++)
        if (b->relations[i].of != TN_NONE && b->created->mode == POINT_COUNTS)
            TN_TRY(bind_relation(b, &b->relations[i]));
    return TN_OK;
}

/* --- blocks */

bool tn_batch_is_made_after(const batch_relation *r, const tn_value *created,
                            const tn_value *event_value)
{
    tn_instant event, end;
    if (!read_event(event_value, &event))
        return false;
    if (created->kind == TN_KIND_TIMESTAMP)
        return tn_instant_compare(created->as.instant, event) > 0;
    tn_reckoning day = whole_day(r);
    return created->kind == TN_KIND_DATE &&
           (!tn_reckon_date(&day, created->as.day, &end) ||
            tn_instant_compare(end, event) > 0);
}

/* One record after the other, by instants. */
static bool is_made_after(const tn_batch *b, const batch_relation *r, uint32_t i)
{
    tn_value created, event = {.kind = TN_KIND_NULL};
    tn_array_get(b->created->array, b->start + i, &created);
    tn_decode(&b->decodings[b->created->slot], &created, &created);
    if (r->of != TN_NONE) {
        uint32_t row = tn_batch_row(&b->entities[r->of], i);
        event = tn_batch_fact(b, r->of, row, r->event_slot);
    } else if (r->event->array != NULL) {
        tn_array_get(r->event->array, b->start + i, &event);
        tn_decode(&b->decodings[r->event_slot], &event, &event);
    }
    return tn_batch_is_made_after(r, &created, &event);
}

/* Is it a comparison of counts with those of keys? */
static bool is_keyed(const tn_batch *b, const batch_relation *r)
{
    return r->of != TN_NONE && b->created->mode == POINT_COUNTS;
}

static void read_relation(tn_batch *b, const batch_relation *r)
{
    const batch_point *created = b->created, *event = r->event;
    if (created->mode == POINT_NULLS)
        return;
    if (is_keyed(b, r)) {
        const int32_t *keys = b->entities[r->of].block_keys;
        for (uint32_t i = 0; i < b->count; i++)
            b->codes[i] += created->values[i] > r->counts[keys[i]] ? r->stride : 0;
    } else if (r->of == TN_NONE && created->mode == POINT_COUNTS &&
               event->mode == POINT_COUNTS && !created->is_date && !event->is_date &&
               event->tick == created->tick) {
        b->kernels->add_later(created->values, event->values, r->stride, b->codes);
    } else {
        for (uint32_t i = 0; i < b->count; i++)
            b->codes[i] += is_made_after(b, r, i) ? r->stride : 0;
    }
}

/* The classes of the rows, whose strides are in the codes already, and the relation `r`
 * to the same entity in one go; NULL: none. */
static void read_entity(tn_batch *b, const batch_entity *e, const batch_relation *r)
{
    const uint32_t *of_key = e->is_dictionary ? e->key_codes : e->codes;
    const int32_t *restrict keys = e->block_keys;
    uint32_t *restrict codes = b->codes;
    if (r == NULL) {
        for (uint32_t i = 0; i < b->count; i++)
            codes[i] += of_key[keys[i]];
        return;
    }
    const int64_t *values = b->created->values, *counts = r->counts;
    uint32_t stride = r->stride;
    for (uint32_t i = 0; i < b->count; i++) {
        int32_t key = keys[i];
        codes[i] += of_key[key] + (values[i] > counts[key]) * stride;
    }
}

void tn_batch_read_relations(tn_batch *b)
{
    for (uint32_t of = 0; of < b->entity_count; of++) {
        bool is_first = b->relation_count > 0 && b->relations[0].of == of &&
                        is_keyed(b, &b->relations[0]);
        read_entity(b, &b->entities[of], is_first ? &b->relations[0] : NULL);
    }
    for (uint32_t r = 0; r < b->relation_count; r++)
        if (r > 0 || !is_keyed(b, &b->relations[0]))
            read_relation(b, &b->relations[r]);
}

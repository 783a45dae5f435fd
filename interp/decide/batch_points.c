/* batch_points: the record's own points in time, as classes. */
#include "interp/decide/batcher.h"

#include <string.h>

/* --- what is read as a point */

bool tn_batch_is_here(const tn_batch *b, uint32_t number)
{
    const tn_img_clause *row = b->decider->plans[number].row;
    return row->placement == TN_NONE || row->placement == b->decider->placement;
}

bool tn_batch_each_slot(const tn_batch *b, uint32_t number, tn_visit_slot *visit,
                        void *to)
{
    const clause_plan *plan = &b->decider->plans[number];
    uint32_t created = b->decider->category->created_slot;
    if (!tn_batch_is_here(b, number))
        return false;
    for (uint32_t k = 0; plan->members != NULL && k < plan->member_count; k++)
        if (visit(to, plan->members[k].slot, plan))
            return true;
    if (plan->row->anchor == TN_NONE && plan->row->event_slot != TN_NONE &&
        visit(to, plan->row->event_slot, plan))
        return true;
    return plan->needs_existence && created != TN_NONE && visit(to, created, NULL);
}

/* --- breaks */

typedef struct break_list {
    batch_breaks *breaks;
    uint32_t slot;
    bool is_read;
} break_list;

static void add_at(batch_breaks *list, tn_instant t)
{
    uint32_t k = list->at_count;
    for (uint32_t i = 0; i < k; i++)
        if (tn_instant_compare(list->at[i], t) == 0)
            return;
    for (; k > 0 && tn_instant_compare(list->at[k - 1], t) > 0; k--)
        list->at[k] = list->at[k - 1];
    list->at[k] = t;
    list->at_count++;
}

static void add_day(batch_breaks *list, int64_t day)
{
    uint32_t k = list->day_count;
    for (uint32_t i = 0; i < k; i++)
        if (list->day[i] == day)
            return;
    if (!tn_day_is_valid(day))
        return;
    for (; k > 0 && list->day[k - 1] > day; k--)
        list->day[k] = list->day[k - 1];
    list->day[k] = (int32_t)day;
    list->day_count++;
}

/* A break between instants, which dates are compared with by their midnights. */
static void add_instant(batch_breaks *list, tn_instant t)
{
    add_at(list, t);
    add_day(list, tn_floor_div(t.seconds, TN_SECONDS_PER_DAY));
}

static void add_cutoff(batch_breaks *list, const cutoff *c)
{
    if (c->exists)
        add_at(list, c->at);
    if (c->exists_day)
        add_day(list, c->day);
}

static bool add_plan(void *to, uint32_t slot, const clause_plan *plan)
{
    break_list *list = to;
    if (slot != list->slot)
        return false;
    list->is_read = true;
    if (plan == NULL)
        return false;
    add_cutoff(list->breaks, &plan->is_due);
    add_cutoff(list->breaks, &plan->in_range);
    add_cutoff(list->breaks, &plan->is_past_due);
    add_cutoff(list->breaks, &plan->is_overdue);
    return false;
}

/* Where doubts about a point begin and end. */
static void add_meaning(const tn_batch *b, uint32_t slot, batch_breaks *list)
{
    const slot_meaning *m = &b->decider->meanings[slot];
    tn_instant t;
    if (tn_instant_subtract(m->earliest, 0, 1, &t))
        add_instant(list, t);
    if (!m->is_event && tn_instant_add(b->run->now, m->ahead_seconds, 0, &t))
        add_instant(list, t);
}

/* Four for each clause that may read it, two for doubts. */
static uint32_t break_room(const tn_batch *b)
{
    return 4 * b->decider->clause_count + 2;
}

tn_status tn_batch_find_breaks(tn_batch *b, uint32_t slot, batch_breaks *out)
{
    uint32_t room = break_room(b);
    out->at = tn_arena_take_array(&b->arena, room, sizeof(*out->at));
    out->day = tn_arena_take_array(&b->arena, room, sizeof(*out->day));
    if (out->at == NULL || out->day == NULL)
        return TN_NOMEM;
    break_list list = {out, slot, false};
    for (uint32_t i = 0; i < b->decider->clause_count; i++)
        tn_batch_each_slot(b, i, add_plan, &list);
    if (list.is_read)
        add_meaning(b, slot, out);
    return TN_OK;
}

uint8_t tn_batch_class(const batch_breaks *breaks, const tn_value *value)
{
    uint32_t below = 0;
    if (value->kind == TN_KIND_NULL)
        return CLASS_NULL;
    if (value->kind == TN_KIND_TIMESTAMP)
        while (below < breaks->at_count &&
               tn_instant_compare(value->as.instant, breaks->at[below]) > 0)
            below++;
    else if (value->kind == TN_KIND_DATE)
        while (below < breaks->day_count && value->as.day > breaks->day[below])
            below++;
    else
        return CLASS_UNREADABLE;
    return (uint8_t)(CLASS_UNREADABLE + 1 + below);
}

/* --- the record's points */

/* Is the slot one whose values are points, with doubts that begin once? */
static bool is_plain(const tn_batch *b, uint32_t slot, tn_field_type type)
{
    return b->decider->meanings[slot].ahead_seconds >= 0 &&
           (type == TN_FIELD_TIMESTAMP || type == TN_FIELD_EVENT ||
            type == TN_FIELD_DATE);
}

static bool add_point(void *to, uint32_t slot, const clause_plan *plan)
{
    tn_batch *b = to;
    const tn_img_category *category = b->decider->category;
    (void)plan;
    if (slot >= category->fields.count)
        return false;
    b->needed[slot] = true;
    for (uint32_t i = 0; i < b->point_count; i++)
        if (b->points[i].slot == slot)
            return false;
    tn_field_type type =
        (tn_field_type)b->run->image->fields[category->fields.first + slot].type;
    b->is_coded &= is_plain(b, slot, type);
    b->points[b->point_count++] =
        (batch_point){.slot = slot, .is_date = type == TN_FIELD_DATE};
    return false;
}

static tn_status prepare_point(tn_batch *b, batch_point *point)
{
    TN_TRY(tn_batch_find_breaks(b, point->slot, &point->breaks));
    uint32_t count = point->is_date ? point->breaks.day_count : point->breaks.at_count;
    b->is_coded &= count + 4 <= TN_BREAKS_MAX;
    point->values_room =
        tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*point->values_room));
    point->at = tn_arena_take_array(&b->arena, TN_BLOCK, sizeof(*point->at));
    if (point->slot == b->decider->category->created_slot)
        b->created = point;
    return point->values_room == NULL || point->at == NULL ? TN_NOMEM : TN_OK;
}

tn_status tn_batch_find_points(tn_batch *b)
{
    b->points = tn_arena_take_array(&b->arena, b->decider->category->fields.count,
                                    sizeof(*b->points));
    if (b->points == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < b->decider->clause_count; i++)
        tn_batch_each_slot(b, i, add_point, b);
    for (uint32_t i = 0; i < b->point_count; i++)
        TN_TRY(prepare_point(b, &b->points[i]));
    return TN_OK;
}

/* --- columns */

static bool is_counted(const batch_point *point, const tn_array *array)
{
    if (point->is_date)
        return array->kind == TN_ARRAY_DATE && array->width == 4;
    return array->kind == TN_ARRAY_TIMESTAMP && !array->is_civil;
}

int64_t tn_batch_count(const batch_point *point, tn_instant t)
{
    int64_t count;
    if (point->is_date)
        return tn_floor_div(t.seconds, TN_SECONDS_PER_DAY);
    return tn_instant_to_count(t, point->tick, &count) ? count : INT64_MIN;
}

/* Adds a break; one below all counts raises the first class instead. */
static void add_count(batch_point *point, bool exists, int64_t count)
{
    if (exists)
        point->counts[point->count++] = count;
    else
        point->first++;
}

/* The range of instants makes the outermost breaks: below it counts are unreadable, and
 * so they are above, which has a class of its own. */
static void count_instants(batch_point *point)
{
    int64_t count;
    bool exists = tn_instant_to_count(TN_INSTANT_MIN, point->tick, &count);
    add_count(point, exists, exists ? count - 1 : 0);
    for (uint32_t k = 0; k < point->breaks.at_count; k++) {
        exists = tn_instant_to_count(point->breaks.at[k], point->tick, &count);
        add_count(point, exists, count);
    }
    exists = tn_instant_to_count(TN_INSTANT_MAX, point->tick, &count);
    add_count(point, exists, count);
}

static void count_days(batch_point *point)
{
    add_count(point, true, (int64_t)TN_DAY_MIN - 1);
    for (uint32_t k = 0; k < point->breaks.day_count; k++)
        add_count(point, true, point->breaks.day[k]);
    add_count(point, true, TN_DAY_MAX);
}

void tn_batch_bind_point(batch_point *point, const tn_array *array)
{
    point->array = array;
    point->mode = POINT_NULLS;
    if (array == NULL || array->kind == TN_ARRAY_NULLS)
        return;
    point->mode = is_counted(point, array) ? POINT_COUNTS : POINT_VALUES;
    if (point->mode != POINT_COUNTS)
        return;
    point->tick = array->tick;
    point->count = 0;
    point->first = CLASS_UNREADABLE;
    if (point->is_date)
        count_days(point);
    else
        count_instants(point);
}

/* --- blocks */

/* The block's counts: where they lie if that is a whole block at an address for
 * integers, else copied. What is beyond the last record is never read. */
static const int64_t *load_counts(const tn_batch *b, const batch_point *point)
{
    const tn_array *a = point->array;
    const char *from = (const char *)a->values + (a->offset + b->start) * a->width;
    if (a->width == sizeof(int64_t)) {
        if (b->count == TN_BLOCK && (uintptr_t)from % sizeof(int64_t) == 0)
            return (const int64_t *)(const void *)from;
        memcpy(point->values_room, from, b->count * sizeof(int64_t));
        return point->values_room;
    }
    for (uint32_t i = 0; i < b->count; i++) {
        int32_t day;
        memcpy(&day, from + i * sizeof(day), sizeof(day));
        point->values_room[i] = day;
    }
    return point->values_room;
}

/* The 64 bits of a bitmap from bit `from` on; those from `count` on are 1. */
static uint64_t load_bits(const uint8_t *bits, int64_t from, uint32_t count)
{
    uint64_t word = 0;
    uint32_t shift = (uint32_t)(from & 7), wanted = count < 64 ? count : 64;
    const uint8_t *start = bits + (from >> 3);
    uint32_t bytes = (shift + wanted + 7) / 8;
    memcpy(&word, start, bytes < 8 ? bytes : 8);
    word >>= shift;
    if (bytes > 8)
        word |= (uint64_t)start[8] << (64 - shift);
    return wanted < 64 ? word | UINT64_MAX << wanted : word;
}

static void clear_nulls(const tn_batch *b, const tn_array *a)
{
    for (uint32_t i = 0; a->validity != NULL && i < b->count; i += 64) {
        uint64_t nulls =
            ~load_bits(a->validity, a->offset + b->start + i, b->count - i);
        for (; nulls != 0; nulls &= nulls - 1)
            b->wide[i + (uint32_t)__builtin_ctzll(nulls)] = CLASS_NULL;
    }
}

static void read_counts(tn_batch *b, batch_point *point)
{
    point->values = load_counts(b, point);
    b->kernels->classify(point->values, point->counts, point->count, point->first,
                         b->wide);
    clear_nulls(b, point->array);
}

static void read_values(tn_batch *b, batch_point *point)
{
    const tn_decoding *how = &b->decodings[point->slot];
    for (uint32_t i = 0; i < b->count; i++) {
        tn_value value;
        tn_array_get(point->array, b->start + i, &value);
        tn_decode(how, &value, &value);
        b->wide[i] = tn_batch_class(&point->breaks, &value);
        point->at[i] = (tn_instant){0, 0};
        if (value.kind == TN_KIND_TIMESTAMP)
            point->at[i] = value.as.instant;
        else if (value.kind == TN_KIND_DATE)
            point->at[i].seconds = value.as.day * TN_SECONDS_PER_DAY;
    }
}

void tn_batch_classify(tn_batch *b, batch_point *point)
{
    if (point->mode == POINT_COUNTS)
        read_counts(b, point);
    else
        read_values(b, point);
}

void tn_batch_read_points(tn_batch *b)
{
    for (uint32_t p = 0; p < b->point_count; p++) {
        batch_point *point = &b->points[p];
        if (point->mode == POINT_NULLS)
            continue; /* CLASS_NULL adds nothing */
        tn_batch_classify(b, point);
        b->kernels->add_wide(b->wide, point->stride, b->codes);
    }
}

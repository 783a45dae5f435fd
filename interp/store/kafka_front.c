/* kafka_front: chunks of a topic from which DeleteRecords deletes: of each partition
 * the front, up to the first record that stays. */
#include "interp/store/kafka_admin.h"
#include "interp/store/kafka_scan.h"

#include <string.h>

/* --- a chunk */

/* What was chosen in one partition: the offsets of its records. */
typedef struct front {
    int32_t partition;
    tn_buf offsets;    /* int64 each */
    size_t gone_count; /* so many of the first were gone before they were to be sent */
} front;

typedef struct erasing {
    tn_kafka_store *store;
    const tn_erase_chunk *chunk;
    front *fronts;
    uint32_t front_count;
    uint32_t front_capacity;
    uint64_t chosen_count;
    tn_arena arena;
} erasing;

static tn_status front_of(erasing *e, int32_t partition, front **out)
{
    for (uint32_t i = 0; i < e->front_count; i++)
        if (e->fronts[i].partition == partition) {
            *out = &e->fronts[i];
            return TN_OK;
        }
    if (e->front_count == e->front_capacity) {
        uint32_t capacity = e->front_capacity == 0 ? 16 : 2 * e->front_capacity;
        front *grown = tn_arena_take_array(&e->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (e->front_count > 0)
            memcpy(grown, e->fronts, e->front_count * sizeof(*grown));
        e->fronts = grown;
        e->front_capacity = capacity;
    }
    *out = &e->fronts[e->front_count++];
    **out = (front){.partition = partition};
    tn_buf_init(&(*out)->offsets, e->store->kafka.memory);
    return TN_OK;
}

static void free_fronts(erasing *e)
{
    for (uint32_t i = 0; i < e->front_count; i++)
        tn_buf_free(&e->fronts[i].offsets);
    tn_arena_free(&e->arena);
}

static tn_status decide_row(erasing *e, const tn_store_row *row)
{
    tn_scan *scan = e->store->erasing;
    tn_value key;
    tn_erase_choice choice;
    front *to;
    TN_TRY(scan->ops->key(scan, row, &key));
    TN_TRY(e->chunk->decide(e->chunk->user, row, &key, &choice));
    int32_t partition = (int32_t)key.as.list->items[0].as.integer;
    if (!choice.is_chosen) {
        tn_kafka_scan_skip(scan, partition);
        return TN_OK;
    }
    int64_t offset = key.as.list->items[1].as.integer;
    TN_TRY(front_of(e, partition, &to));
    tn_buf_put(&to->offsets, (tn_str){(const char *)&offset, sizeof(offset)});
    e->chosen_count++;
    return tn_buf_status(&to->offsets);
}

static tn_status decide_rows(erasing *e, tn_erase_result *out)
{
    tn_scan *scan = e->store->erasing;
    tn_store_rows rows = {NULL, 0, false};
    while (out->looked_at_count < e->chunk->row_limit) {
        TN_TRY(scan->ops->next(scan, &rows, e->chunk->why));
        out->is_end = rows.count == 0;
        if (out->is_end)
            return TN_OK;
        for (uint32_t i = 0; i < rows.count; i++)
            TN_TRY(decide_row(e, &rows.list[i]));
        out->looked_at_count += rows.count;
    }
    return TN_OK;
}

static int64_t offset_at(const front *from, size_t number)
{
    int64_t offset;
    memcpy(&offset, from->offsets.data + number * sizeof(offset), sizeof(offset));
    return offset;
}

static size_t count_of(const front *from)
{
    return from->offsets.len / sizeof(int64_t);
}

static int64_t end_of(const front *from)
{
    return offset_at(from, count_of(from) - 1) + 1;
}

/* The intent: of each front its partition, its number of records, and their offsets. */
static tn_status intend(erasing *e)
{
    tn_buf work;
    tn_buf_init(&work, e->store->kafka.memory);
    for (uint32_t i = 0; i < e->front_count; i++) {
        const front *from = &e->fronts[i];
        uint32_t count = (uint32_t)(count_of(from) - from->gone_count);
        if (count == 0)
            continue;
        tn_buf_put(&work, (tn_str){(const char *)&from->partition, 4});
        tn_buf_put(&work, (tn_str){(const char *)&count, 4});
        tn_buf_put(&work, tn_str_slice(tn_buf_view(&from->offsets),
                                       from->gone_count * sizeof(int64_t), SIZE_MAX));
    }
    tn_status status = tn_buf_status(&work);
    if (status == TN_OK)
        status = e->chunk->intend(e->chunk->user, tn_buf_view(&work), e->chosen_count);
    tn_buf_free(&work);
    return status;
}

/* A front against its partition now: what is before the low watermark was deleted by
 * the topic's own age since it was read. False: it can't be the same topic. */
static bool fit_front(front *from, const tn_kafka_topic *topic)
{
    for (uint32_t p = 0; p < topic->count; p++) {
        if (topic->partitions[p].number != from->partition)
            continue;
        while (from->gone_count < count_of(from) &&
               offset_at(from, from->gone_count) < topic->partitions[p].low)
            from->gone_count++;
        return end_of(from) <= topic->partitions[p].end;
    }
    return false;
}

/* The topic's partitions now; `end` of those that lose a front is its end, of others
 * their low watermark. */
static tn_status plan_cut(erasing *e, tn_kafka_topic *topic, tn_buf *why)
{
    TN_TRY(tn_kafka_find(&e->store->kafka, topic, &e->arena, why));
    for (uint32_t i = 0; i < e->front_count; i++)
        if (!fit_front(&e->fronts[i], topic)) {
            tn_buf_put_text(why, "the topic was made anew while it was read");
            return TN_STORE;
        }
    for (uint32_t p = 0; p < topic->count; p++) {
        tn_kafka_partition *partition = &topic->partitions[p];
        partition->end = partition->low;
        for (uint32_t i = 0; i < e->front_count; i++)
            if (e->fronts[i].partition == partition->number &&
                e->fronts[i].gone_count < count_of(&e->fronts[i]))
                partition->end = end_of(&e->fronts[i]);
    }
    return TN_OK;
}

typedef tn_status key_fn(void *user, const tn_value *key);

/* Of the front's records from number `from` on and before `until`. */
static tn_status tell_keys(const front *of, size_t from, size_t until, key_fn *tell,
                           void *user)
{
    tn_value parts[2] = {{TN_KIND_INT, {.integer = of->partition}},
                         {TN_KIND_INT, {.integer = 0}}};
    tn_list_value list = {parts, 2};
    tn_value key = {TN_KIND_LIST, {.list = &list}};
    for (size_t i = from; i < until; i++) {
        parts[1].as.integer = offset_at(of, i);
        TN_TRY(tell(user, &key));
    }
    return TN_OK;
}

static tn_status remember(tn_kafka_store *store, const char *topic, int32_t partition,
                          int64_t end)
{
    tn_kafka_cut made = {topic, partition, end, false};
    return tn_kafka_remember_cut(store, &made);
}

static tn_status cut(erasing *e, tn_str object, tn_erase_result *out)
{
    const tn_erase_chunk *chunk = e->chunk;
    tn_kafka_topic topic = {.name = tn_arena_copy(&e->arena, object).data};
    if (topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(plan_cut(e, &topic, chunk->why));
    TN_TRY(intend(e));
    TN_TRY(tn_kafka_delete_records(&e->store->kafka, &topic, chunk->why));
    for (uint32_t i = 0; i < e->front_count; i++) {
        const front *cut = &e->fronts[i];
        size_t gone = cut->gone_count, all = count_of(cut);
        TN_TRY(tell_keys(cut, 0, gone, chunk->lose, chunk->user));
        TN_TRY(tell_keys(cut, gone, all, chunk->take, chunk->user));
        TN_TRY(remember(e->store, topic.name, cut->partition, end_of(cut)));
        out->erased_count += all - gone;
    }
    return TN_OK;
}

/* An earlier start of the run deleted: up to where records begin now, at most, and
 * whether a crash can't undo it was perhaps not looked at. */
static tn_status remember_earlier(erasing *e, tn_str object)
{
    tn_kafka_topic topic = {.name = tn_arena_copy(&e->arena, object).data};
    if (topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_find(&e->store->kafka, &topic, &e->arena, e->chunk->why));
    for (uint32_t i = 0; i < topic.count; i++)
        if (topic.partitions[i].low > 0)
            TN_TRY(remember(e->store, topic.name, topic.partitions[i].number,
                            topic.partitions[i].low));
    return TN_OK;
}

static tn_status erase_chunk(erasing *e, const tn_erase_target *target,
                             tn_erase_result *out)
{
    bool goes_on = e->store->erasing != NULL &&
                   tn_str_equal(e->store->erasing_place, e->chunk->place);
    if (!goes_on && e->chunk->number > 0)
        TN_TRY(remember_earlier(e, target->object));
    TN_TRY(tn_kafka_start_erasing(e->store, target, e->chunk));
    TN_TRY(e->chunk->begun(e->chunk->user, 0));
    TN_TRY(decide_rows(e, out));
    return e->chosen_count == 0 ? TN_OK : cut(e, target->object, out);
}

tn_status tn_kafka_front_erase(tn_kafka_store *store, const tn_erase_target *target,
                               const tn_erase_chunk *chunk, tn_erase_result *out)
{
    erasing e = {.store = store, .chunk = chunk};
    tn_arena_init(&e.arena, store->kafka.memory);
    tn_status status = erase_chunk(&e, target, out);
    free_fronts(&e);
    return status;
}

/* --- after a crash */

/* Cuts the next front off the intent; false: it is damaged. */
static bool next_front(tn_str *work, front *out)
{
    uint32_t count;
    if (work->len < 8)
        return false;
    memcpy(&out->partition, work->data, 4);
    memcpy(&count, work->data + 4, 4);
    size_t size = (size_t)count * sizeof(int64_t);
    if (count == 0 || work->len - 8 < size)
        return false;
    out->offsets = (tn_buf){.data = (char *)(uintptr_t)(work->data + 8), .len = size};
    *work = tn_str_slice(*work, 8 + size, SIZE_MAX);
    return true;
}

/* DeleteRecords moves the low watermark to the front's very end. The topic's own age,
 * if it deletes by it (`ages`), moves it to where a segment begins, or to the end of
 * all. */
static tn_status recall_front(tn_kafka_store *store, const tn_kafka_topic *topic,
                              bool ages, const front *sent,
                              const tn_erase_recall *recall)
{
    for (uint32_t i = 0; i < topic->count; i++) {
        const tn_kafka_partition *p = &topic->partitions[i];
        if (p->number != sent->partition)
            continue;
        if (p->low < end_of(sent) && p->end >= end_of(sent))
            return TN_OK; /* still there: decided anew */
        if (p->low != end_of(sent) || (p->low == p->end && ages))
            break; /* the topic's own age may have been it, or it is another topic */
        TN_TRY(remember(store, topic->name, sent->partition, end_of(sent)));
        return tell_keys(sent, 0, count_of(sent), recall->take, recall->user);
    }
    return tell_keys(sent, 0, count_of(sent), recall->lose, recall->user);
}

tn_status tn_kafka_front_recall(tn_kafka_store *store, const tn_erase_target *target,
                                const tn_erase_recall *recall, tn_buf *why)
{
    tn_store *base = &store->base;
    tn_str work = recall->intent;
    tn_store_expiry expiry;
    tn_kafka_topic topic = {.name = tn_arena_copy(&store->arena, target->object).data};
    if (topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_find(&store->kafka, &topic, &store->arena, why));
    TN_TRY(base->ops->expiry(base, target->object, &store->arena, &expiry, why));
    while (work.len > 0) {
        front sent = {.gone_count = 0};
        if (!next_front(&work, &sent)) {
            tn_buf_put_text(why, "the work journal is damaged");
            return TN_STORE;
        }
        TN_TRY(recall_front(store, &topic, expiry.expires, &sent, recall));
    }
    return TN_OK;
}

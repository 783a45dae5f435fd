#include "interp/store/kafka_erase.h"

#include "interp/store/kafka_admin.h"
#include "interp/store/kafka_scan.h"

#include <stdlib.h>
#include <string.h>

static tn_kafka_store *store_of(tn_store *base)
{
    return (tn_kafka_store *)base;
}

/* --- examine */

static tn_status add_obstacle(tn_erase_exam *out, tn_arena *arena, tn_str text)
{
    tn_str *list = tn_arena_take_array(arena, out->obstacle_count + 1, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    if (out->obstacle_count > 0)
        memcpy(list, out->obstacles, out->obstacle_count * sizeof(*list));
    list[out->obstacle_count++] = text;
    out->obstacles = list;
    return TN_OK;
}

/* Other lists of policies hold "delete": DeleteRecords is then let. */
static bool is_compact_only(tn_str policy)
{
    return tn_str_equal(policy, TN_STR("compact"));
}

tn_status tn_kafka_is_compacted(tn_kafka *kafka, const char *topic, tn_arena *arena,
                                bool *out, tn_buf *why)
{
    tn_kafka_setting policy = {.topic = topic, .name = "cleanup.policy"};
    TN_TRY(tn_kafka_read_setting(kafka, &policy, arena, why));
    *out = is_compact_only(policy.value);
    return TN_OK;
}

static tn_status kafka_examine(tn_store *base, const tn_erase_target *target,
                               tn_arena *arena, tn_erase_exam *out, tn_buf *why)
{
    tn_kafka *kafka = &store_of(base)->kafka;
    tn_kafka_topic topic = {.name = tn_arena_copy(arena, target->object).data};
    tn_kafka_setting policy = {.topic = topic.name, .name = "cleanup.policy"};
    *out = (tn_erase_exam){.obstacle_count = 0};
    if (topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_find(kafka, &topic, arena, why));
    TN_TRY(tn_kafka_read_setting(kafka, &policy, arena, why));
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, target->object);
    tn_digest_add(&state, policy.value);
    tn_digest_add(&state, (tn_str){(const char *)&topic.count, sizeof(topic.count)});
    out->shape = tn_digest_end(&state);
    out->buries = is_compact_only(policy.value);
    if (target->redacts)
        TN_TRY(add_obstacle(
            out, arena, TN_STR("records of a topic can't be changed, only deleted")));
    return TN_OK;
}

static tn_status kafka_mark(tn_store *base, tn_store_mark *out, tn_buf *why)
{
    *out = (tn_store_mark){.exists = true};
    return tn_kafka_identify(&store_of(base)->kafka, out->id, why);
}

static tn_status kafka_prepare(tn_store *base, const tn_erase_permit *permit,
                               tn_str ledger, tn_buf *why)
{
    (void)base;
    (void)permit;
    (void)ledger;
    (void)why;
    return TN_OK;
}

/* --- chunks */

tn_status tn_kafka_remember_cut(tn_kafka_store *store, const tn_kafka_cut *cut)
{
    for (uint32_t i = 0; i < store->cut_count; i++)
        if (store->cuts[i].partition == cut->partition &&
            store->cuts[i].is_tombstone == cut->is_tombstone &&
            strcmp(store->cuts[i].topic, cut->topic) == 0) {
            store->cuts[i].end = cut->end;
            return TN_OK;
        }
    if (store->cut_count == store->cut_capacity) {
        uint32_t capacity = store->cut_capacity == 0 ? 16 : 2 * store->cut_capacity;
        tn_kafka_cut *grown =
            tn_arena_take_array(&store->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (store->cut_count > 0)
            memcpy(grown, store->cuts, store->cut_count * sizeof(*grown));
        store->cuts = grown;
        store->cut_capacity = capacity;
    }
    tn_kafka_cut *made = &store->cuts[store->cut_count++];
    *made = *cut;
    made->topic = tn_arena_copy(&store->arena, tn_str_from(cut->topic)).data;
    return made->topic == NULL ? TN_NOMEM : TN_OK;
}

void tn_kafka_stop_erasing(tn_kafka_store *store)
{
    if (store->erasing != NULL)
        store->erasing->ops->scan_close(store->erasing);
    store->erasing = NULL;
}

tn_status tn_kafka_start_erasing(tn_kafka_store *store, const tn_erase_target *target,
                                 const tn_erase_chunk *chunk)
{
    if (store->erasing != NULL && !tn_str_equal(store->erasing_place, chunk->place))
        tn_kafka_stop_erasing(store);
    if (store->erasing != NULL)
        return TN_OK;
    store->erasing_place = chunk->place;
    store->erasing_request =
        (tn_scan_request){.object = target->object,
                          .columns = target->columns,
                          .column_count = target->column_count,
                          .wants_undeclared = target->wants_undeclared,
                          .wants_hidden = target->may_bury};
    return store->base.ops->scan(&store->base, &store->erasing_request, &store->erasing,
                                 chunk->why);
}

static tn_status erase_one(tn_kafka_store *store, const tn_erase_target *target,
                           const tn_erase_chunk *chunk, tn_arena *arena,
                           tn_erase_result *out)
{
    bool is_compacted = false;
    tn_str topic = tn_arena_copy(arena, target->object);
    if (topic.data == NULL)
        return TN_NOMEM;
    if (target->may_bury)
        TN_TRY(tn_kafka_is_compacted(&store->kafka, topic.data, arena, &is_compacted,
                                     chunk->why));
    return is_compacted ? tn_kafka_bury(store, target, chunk, out)
                        : tn_kafka_front_erase(store, target, chunk, out);
}

static tn_status kafka_erase(tn_store *base, const tn_erase_permit *permit,
                             const tn_erase_target *target, const tn_erase_chunk *chunk,
                             tn_erase_result *out)
{
    tn_kafka_store *store = store_of(base);
    tn_arena arena;
    (void)permit;
    *out = (tn_erase_result){.erased_count = 0};
    tn_arena_init(&arena, store->kafka.memory);
    tn_status status = erase_one(store, target, chunk, &arena, out);
    tn_arena_free(&arena);
    /* what was read and not deleted is read again from the front */
    if (status != TN_OK || out->is_end)
        tn_kafka_stop_erasing(store);
    return status;
}

static tn_status kafka_recall(tn_store *base, const tn_erase_target *target,
                              const tn_erase_recall *recall, tn_buf *why)
{
    int32_t first = 0;
    if (recall->intent.len >= sizeof(first))
        memcpy(&first, recall->intent.data, sizeof(first));
    return first == TN_KAFKA_BURIAL
               ? tn_kafka_bury_recall(store_of(base), target, recall, why)
               : tn_kafka_front_recall(store_of(base), target, recall, why);
}

/* --- until a crash can't undo it */

/* How long a broker may take to write its start offsets down: 60 s by default. */
static tn_status checkpoint_ms(tn_kafka_store *store, tn_arena *arena, int64_t *out,
                               tn_buf *why)
{
    tn_kafka_setting setting = {.name =
                                    "log.flush.start.offset.checkpoint.interval.ms"};
    TN_TRY(tn_kafka_read_setting(&store->kafka, &setting, arena, why));
    *out = 60000;
    if (setting.value.data != NULL)
        *out = strtoll(setting.value.data, NULL, 10);
    return TN_OK;
}

/* A front is gone as long as the low watermark is at its end, or beyond; a tombstone is
 * there as long as records end behind it. */
static bool is_undone(const tn_kafka_cut *made, const tn_kafka_topic *topic)
{
    for (uint32_t p = 0; p < topic->count; p++)
        if (topic->partitions[p].number == made->partition)
            return made->is_tombstone ? topic->partitions[p].end < made->end
                                      : topic->partitions[p].low < made->end;
    return false;
}

static tn_status look_again(tn_kafka_store *store, tn_arena *arena, tn_buf *why)
{
    for (uint32_t i = 0; i < store->cut_count; i++) {
        const tn_kafka_cut *made = &store->cuts[i];
        tn_kafka_topic topic = {.name = made->topic};
        TN_TRY(made->is_tombstone ? tn_kafka_bury_look(store, &topic, arena, why)
                                  : tn_kafka_find(&store->kafka, &topic, arena, why));
        if (!is_undone(made, &topic))
            continue;
        tn_buf_put_format(why,
                          "topic \"%s\", partition %d: records that were deleted are "
                          "there again; the broker was restarted too early. Make a "
                          "new plan and apply it",
                          made->topic, (int)made->partition);
        return TN_STORE;
    }
    return TN_OK;
}

static bool has_front(const tn_kafka_store *store)
{
    for (uint32_t i = 0; i < store->cut_count; i++)
        if (!store->cuts[i].is_tombstone)
            return true;
    return false;
}

static tn_status kafka_harden_wait(tn_store *base, uint64_t *wait_ms, tn_buf *why)
{
    tn_kafka_store *store = store_of(base);
    tn_arena arena;
    int64_t ms = 0;
    *wait_ms = 0;
    if (!has_front(store))
        return TN_OK;
    tn_arena_init(&arena, store->kafka.memory);
    tn_status status = checkpoint_ms(store, &arena, &ms, why);
    if (status == TN_OK && ms > 0)
        *wait_ms = (uint64_t)ms + (uint64_t)ms / 4;
    tn_arena_free(&arena);
    return status;
}

static tn_status kafka_harden(tn_store *base, const tn_erase_permit *permit,
                              tn_buf *why)
{
    tn_kafka_store *store = store_of(base);
    tn_arena arena;
    (void)permit;
    tn_arena_init(&arena, store->kafka.memory);
    tn_status status = look_again(store, &arena, why);
    tn_arena_free(&arena);
    return status;
}

static tn_status kafka_settle(tn_store *base, const tn_erase_permit *permit, tn_str run,
                              bool *is_purged, tn_buf *why)
{
    (void)permit;
    (void)run;
    (void)why;
    tn_kafka_stop_erasing(store_of(base));
    *is_purged = false; /* its segments go when they are full and old */
    return TN_OK;
}

static bool kafka_has_buried(const tn_store *base)
{
    return ((const tn_kafka_store *)base)->has_buried;
}

const tn_erase_ops tn_kafka_erase_ops = {
    .version = TN_ERASE_OPS_VERSION,
    .writing = &tn_kafka_writing_ops,
    .examine = kafka_examine,
    .mark = kafka_mark,
    .prepare = kafka_prepare,
    .erase = kafka_erase,
    .settle = kafka_settle,
    .recall = kafka_recall,
    .harden = kafka_harden,
    .harden_wait = kafka_harden_wait,
    .has_buried = kafka_has_buried,
};

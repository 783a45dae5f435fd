/* kafka_bury_recall: what came of tombstones that were intended (kafka_bury.c). */
#include "interp/store/kafka_scan.h"

#include <string.h>

enum { HEAD_BYTES = 8, ONE_BYTES = 4 + 8 + TN_KAFKA_KEY_BYTES };

/* What is found of a record in the topic. */
typedef struct fate {
    int32_t partition;
    int64_t offset;
    bool is_there;
    bool is_buried; /* by the run's own tombstone */
    bool is_hidden; /* by another message */
} fate;

typedef struct recalling {
    tn_kafka_store *store;
    tn_str run;
    fate *fates;
    uint32_t count;
    tn_map by_key;
    tn_arena arena;
} recalling;

static tn_status read_intent(recalling *r, tn_str work, tn_buf *why)
{
    uint32_t len = 0;
    if (work.len >= HEAD_BYTES)
        memcpy(&len, work.data + 4, sizeof(len));
    if (work.len < HEAD_BYTES || work.len - HEAD_BYTES < len ||
        (work.len - HEAD_BYTES - len) % ONE_BYTES != 0) {
        tn_buf_put_text(why, "the work journal is damaged");
        return TN_STORE;
    }
    r->run = tn_str_slice(work, HEAD_BYTES, len);
    work = tn_str_slice(work, HEAD_BYTES + len, SIZE_MAX);
    r->count = (uint32_t)(work.len / ONE_BYTES);
    r->fates = tn_arena_take_array(&r->arena, r->count, sizeof(*r->fates));
    if (r->fates == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < r->count; i++) {
        const char *one = work.data + (size_t)i * ONE_BYTES;
        memcpy(&r->fates[i].partition, one, 4);
        memcpy(&r->fates[i].offset, one + 4, 8);
        TN_TRY(tn_map_put(&r->by_key, (tn_str){one + 12, TN_KAFKA_KEY_BYTES}, i));
    }
    return TN_OK;
}

static bool is_own(const recalling *r, const rd_kafka_message_t *message)
{
    const tn_kafka_functions *f = &r->store->kafka.f;
    rd_kafka_headers_t *headers;
    const void *value;
    size_t size;
    return f->rd_kafka_message_headers(message, &headers) ==
               RD_KAFKA_RESP_ERR_NO_ERROR &&
           f->rd_kafka_header_get_last(headers, "tenure", &value, &size) ==
               RD_KAFKA_RESP_ERR_NO_ERROR &&
           tn_str_equal((tn_str){value, size}, r->run);
}

static tn_status look(void *user, const tn_kafka_key *key,
                      const rd_kafka_message_t *message)
{
    recalling *r = user;
    tn_str text = {(const char *)key->bytes, sizeof(key->bytes)};
    uint32_t number = tn_map_find(&r->by_key, text);
    if (number == TN_NONE || message->offset < r->fates[number].offset)
        return TN_OK;
    fate *of = &r->fates[number];
    if (message->offset == of->offset)
        of->is_there = true;
    else if (message->payload == NULL && is_own(r, message))
        of->is_buried = true;
    else
        of->is_hidden = true;
    return TN_OK;
}

/* From the first of the records on. */
static tn_status read_topic(recalling *r, const char *name, tn_buf *why)
{
    tn_kafka_topic topic = {.name = name};
    tn_kafka_keys keys;
    const tn_kafka_key_visit each = {r, look};
    TN_TRY(tn_kafka_bury_look(r->store, &topic, &r->arena, why));
    for (uint32_t p = 0; p < topic.count; p++) {
        tn_kafka_partition *partition = &topic.partitions[p];
        int64_t first = partition->end;
        for (uint32_t i = 0; i < r->count; i++)
            if (r->fates[i].partition == partition->number &&
                r->fates[i].offset < first)
                first = r->fates[i].offset;
        if (partition->low < first)
            partition->low = first;
    }
    tn_kafka_keys_init(&keys, r->store->kafka.memory);
    tn_status status = tn_kafka_keys_read(&keys, &r->store->kafka, &topic, &each, why);
    tn_kafka_keys_free(&keys);
    return status;
}

/* One that is there, whether something else hides it or not, is not the run's work. */
static tn_status tell_fates(const recalling *r, const tn_erase_recall *recall)
{
    for (uint32_t i = 0; i < r->count; i++) {
        const fate *of = &r->fates[i];
        tn_value parts[2] = {{TN_KIND_INT, {.integer = of->partition}},
                             {TN_KIND_INT, {.integer = of->offset}}};
        tn_list_value list = {parts, 2};
        tn_value key = {TN_KIND_LIST, {.list = &list}};
        if (of->is_buried)
            TN_TRY(recall->take(recall->user, &key));
        else if (!of->is_there)
            TN_TRY(recall->lose(recall->user, &key));
    }
    return TN_OK;
}

static tn_status recall_all(recalling *r, const tn_erase_target *target,
                            const tn_erase_recall *recall, tn_buf *why)
{
    tn_str name = tn_arena_copy(&r->arena, target->object);
    if (name.data == NULL)
        return TN_NOMEM;
    TN_TRY(read_intent(r, recall->intent, why));
    TN_TRY(read_topic(r, name.data, why));
    return tell_fates(r, recall);
}

tn_status tn_kafka_bury_recall(tn_kafka_store *store, const tn_erase_target *target,
                               const tn_erase_recall *recall, tn_buf *why)
{
    recalling r = {.store = store};
    tn_arena_init(&r.arena, store->kafka.memory);
    tn_map_init(&r.by_key, store->kafka.memory);
    tn_status status = recall_all(&r, target, recall, why);
    tn_map_free(&r.by_key);
    tn_arena_free(&r.arena);
    store->has_buried = true;
    return status;
}

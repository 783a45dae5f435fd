#include "interp/store/kafka.h"
#include "interp/record/decode.h"
#include "interp/store/kafka_admin.h"
#include "interp/store/kafka_erase.h"
#include "interp/store/kafka_scan.h"

static void kafka_close(tn_store *base)
{
    tn_kafka_store *store = (tn_kafka_store *)base;
    if (store == NULL)
        return;
    const tn_allocator *memory = store->kafka.memory;
    if (store->erasing != NULL)
        tn_kafka_scan_close(store->erasing);
    if (store->producer != NULL)
        store->kafka.f.rd_kafka_destroy(store->producer);
    tn_kafka_close(&store->kafka);
    tn_arena_free(&store->arena);
    tn_resize(memory, store, sizeof(*store), 0);
}

static tn_status open_as(const tn_store_ops *ops, const tn_store_config *config,
                         tn_store **out, tn_buf *why)
{
    tn_kafka_store *store = tn_resize(config->memory, NULL, 0, sizeof(*store));
    if (store == NULL)
        return TN_NOMEM;
    *store = (tn_kafka_store){.base = {ops}, .kafka = {.memory = config->memory}};
    tn_arena_init(&store->arena, config->memory);
    tn_str place = tn_arena_copy(&store->arena, config->location);
    tn_status status = place.data == NULL
                           ? TN_NOMEM
                           : tn_kafka_open(&store->kafka, place, config->memory, why);
    if (status != TN_OK) {
        kafka_close(&store->base);
        return status;
    }
    *out = &store->base;
    return TN_OK;
}

static tn_status kafka_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    return open_as(&tn_kafka_ops, config, out, why);
}

static tn_status kafka_open_writing(const tn_store_config *config, tn_store **out,
                                    tn_buf *why)
{
    return open_as(&tn_kafka_writing_ops, config, out, why);
}

static tn_status kafka_list(tn_store *base, tn_arena *arena, const tn_str **names,
                            uint32_t *count, tn_buf *why)
{
    return tn_kafka_topics(&((tn_kafka_store *)base)->kafka, arena, names, count, why);
}

static tn_status kafka_describe(tn_store *base, tn_str object, tn_arena *arena,
                                tn_store_object *out, tn_buf *why)
{
    tn_kafka_topic topic = {.name = tn_arena_copy(arena, object).data};
    *out = (tn_store_object){.noun = "topic"};
    if (topic.name == NULL)
        return TN_NOMEM;
    return tn_kafka_find(&((tn_kafka_store *)base)->kafka, &topic, arena, why);
}

/* By the topic's own settings; -1: never. A topic that is only compacted deletes
 * nothing by age. */
static tn_status kafka_expiry(tn_store *base, tn_str object, tn_arena *arena,
                              tn_store_expiry *out, tn_buf *why)
{
    tn_kafka *kafka = &((tn_kafka_store *)base)->kafka;
    tn_kafka_setting policy = {.topic = tn_arena_copy(arena, object).data,
                               .name = "cleanup.policy"};
    tn_kafka_setting age = {.topic = policy.topic, .name = "retention.ms"};
    *out = (tn_store_expiry){.expires = false};
    if (policy.topic == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_read_setting(kafka, &policy, arena, why));
    TN_TRY(tn_kafka_read_setting(kafka, &age, arena, why));
    if (tn_str_find(policy.value, TN_STR("delete")) == SIZE_MAX ||
        !tn_int_parse(age.value, &out->after_ms) || out->after_ms < 0)
        return TN_OK;
    tn_buf text;
    tn_buf_init(&text, kafka->memory);
    tn_buf_put_text(&text, "retention.ms = ");
    tn_buf_put(&text, age.value);
    out->expires = true;
    out->setting = tn_arena_copy(arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return out->setting.data == NULL ? TN_NOMEM : TN_OK;
}

#define KAFKA_READING                                                                  \
    .version = TN_STORE_OPS_VERSION, .capabilities = TN_STORE_KEYED | TN_STORE_PREFIX, \
    .kind = "kafka",                                                                   \
    .help = "a cluster: host:port, or librdkafka's properties or a file of them",      \
    .close = kafka_close, .list = kafka_list, .describe = kafka_describe,              \
    .scan = tn_kafka_scan_open, .next = tn_kafka_scan_next, .key = tn_kafka_scan_key,  \
    .undeclared_name = tn_kafka_scan_undeclared, .scan_close = tn_kafka_scan_close,    \
    .erase = &tn_kafka_erase_ops, .expiry = kafka_expiry

const tn_store_ops tn_kafka_ops = {
    KAFKA_READING,
    .open = kafka_open,
};

const tn_store_ops tn_kafka_writing_ops = {
    KAFKA_READING,
    .open = kafka_open_writing,
};

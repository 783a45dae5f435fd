/* One consumer is assigned all partitions of the topic; messages come in batches, and
 * one after the other is read. A partition is done when an offset at or beyond its end
 * was seen, or, since the last ones may be control records that nobody is given, when
 * the consumer tells of the partition's end. */
#include "interp/store/kafka.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/record/decode.h"
#include "interp/store/json_row.h"
#include "interp/store/kafka_admin.h"
#include "interp/store/kafka_erase.h"
#include "interp/store/kafka_scan.h"

#include <string.h>
#include <time.h>

enum { BATCH = 1024, POLL_MS = 100 };

/* What Kafka itself knows of a record. */
typedef enum own_column {
    OWN_TIMESTAMP,
    OWN_KEY,
    OWN_PARTITION,
    OWN_OFFSET,
    OWN_COUNT
} own_column;
static const char *const own_names[OWN_COUNT] = {"kafka.timestamp", "kafka.key",
                                                 "kafka.partition", "kafka.offset"};

typedef struct kafka_scan {
    tn_scan base;
    const tn_allocator *memory;
    tn_kafka_store *store;
    tn_arena arena; /* of the scan */
    tn_kafka_topic topic;
    bool *is_done;    /* for each partition */
    int64_t *next;    /* for each partition: records before it were seen */
    uint32_t waiting; /* partitions that are not done */
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    rd_kafka_message_t **batch;
    uint32_t batch_count;
    uint32_t at;      /* the message that comes next */
    int64_t since_ms; /* no broker said anything of a partition; 0: it just did */
    char *text;       /* a message's value, with padding behind it */
    size_t text_capacity;
    tn_json_row object;
    uint32_t own[OWN_COUNT]; /* columns of the request; TN_NONE: not asked for */
    const rd_kafka_message_t *message; /* of the row */
    tn_value key_parts[2];
    tn_list_value key;
} kafka_scan;

/* --- partitions */

static uint32_t find_partition(const kafka_scan *s, int32_t number)
{
    for (uint32_t i = 0; i < s->topic.count; i++)
        if (s->topic.partitions[i].number == number)
            return i;
    return TN_NONE;
}

static void set_done(kafka_scan *s, uint32_t partition)
{
    if (!s->is_done[partition]) {
        s->is_done[partition] = true;
        s->waiting--;
    }
}

/* Has the partitions that are not done read from where the scan is. */
static tn_status assign(kafka_scan *s, tn_buf *why)
{
    const tn_kafka_functions *f = &s->store->kafka.f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)s->topic.count);
    for (uint32_t i = 0; i < s->topic.count; i++)
        if (!s->is_done[i])
            f->rd_kafka_topic_partition_list_add(list, s->topic.name,
                                                 s->topic.partitions[i].number)
                ->offset = s->next[i];
    rd_kafka_resp_err_t code = f->rd_kafka_assign(s->consumer, list);
    f->rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR
               ? TN_OK
               : tn_kafka_fail(&s->store->kafka, code, why);
}

/* Records at the front were deleted while the partition was read: goes on where they
 * now begin. A topic that ends before what was already read is another one. */
static tn_status move_on(kafka_scan *s, uint32_t partition, tn_buf *why)
{
    tn_kafka_partition now = s->topic.partitions[partition];
    tn_kafka_topic alone = {s->topic.name, &now, 1};
    TN_TRY(tn_kafka_look(&s->store->kafka, &alone, why));
    if (now.end < s->next[partition] || now.low <= s->next[partition]) {
        tn_buf_put_text(why, "the topic was made anew while it was read");
        return TN_STORE;
    }
    s->next[partition] = now.low;
    if (now.low >= s->topic.partitions[partition].end)
        set_done(s, partition);
    return s->waiting == 0 ? TN_OK : assign(s, why);
}

void tn_kafka_scan_skip(tn_scan *base, int32_t partition)
{
    kafka_scan *s = (kafka_scan *)base;
    const tn_kafka_functions *f = &s->store->kafka.f;
    uint32_t number = find_partition(s, partition);
    if (number == TN_NONE || s->is_done[number])
        return;
    set_done(s, number);
    rd_kafka_topic_partition_list_t *list = f->rd_kafka_topic_partition_list_new(1);
    f->rd_kafka_topic_partition_list_add(list, s->topic.name, partition);
    f->rd_kafka_pause_partitions(s->consumer, list);
    f->rd_kafka_topic_partition_list_destroy(list);
}

/* --- messages */

static void drop_batch(kafka_scan *s)
{
    for (uint32_t i = 0; i < s->batch_count; i++)
        s->store->kafka.f.rd_kafka_message_destroy(s->batch[i]);
    s->batch_count = 0;
    s->at = 0;
    s->message = NULL;
}

/* Its reading from a broker stops when enough is at hand, and librdkafka looks only
 * once a second whether it may go on. A question wakes it up; what it answers is of no
 * interest. */
static void wake(const kafka_scan *s)
{
    const tn_kafka_functions *f = &s->store->kafka.f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)s->topic.count);
    for (uint32_t i = 0; i < s->topic.count; i++)
        if (!s->is_done[i])
            f->rd_kafka_topic_partition_list_add(list, s->topic.name,
                                                 s->topic.partitions[i].number)
                ->offset = RD_KAFKA_OFFSET_BEGINNING;
    (void)f->rd_kafka_offsets_for_times(s->consumer, list, POLL_MS);
    f->rd_kafka_topic_partition_list_destroy(list);
}

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Waits for one message, then takes all that is there: asked for a batch at once,
 * librdkafka would wait until it is full. */
static tn_status wait_for_batch(kafka_scan *s, tn_buf *why)
{
    const tn_kafka_functions *f = &s->store->kafka.f;
    drop_batch(s);
    if (s->since_ms == 0)
        s->since_ms = clock_ms();
    for (int wait_ms = 2; clock_ms() - s->since_ms < TN_KAFKA_PATIENCE_MS;
         wait_ms = POLL_MS) {
        s->batch[0] = f->rd_kafka_consumer_poll(s->consumer, wait_ms);
        if (s->batch[0] == NULL) {
            wake(s);
            continue;
        }
        if (s->batch[0]->rkt != NULL) /* no complaint of the connection */
            s->since_ms = 0;
        ssize_t count =
            f->rd_kafka_consume_batch_queue(s->queue, 0, s->batch + 1, BATCH - 1);
        s->batch_count = count < 0 ? 1 : 1 + (uint32_t)count;
        return TN_OK;
    }
    return tn_kafka_fail(&s->store->kafka, RD_KAFKA_RESP_ERR__TIMED_OUT, why);
}

/* An event in the place of a record. */
static tn_status take_event(kafka_scan *s, const rd_kafka_message_t *message,
                            tn_buf *why)
{
    uint32_t partition =
        message->rkt == NULL ? TN_NONE : find_partition(s, message->partition);
    switch ((int)message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        if (partition != TN_NONE &&
            message->offset >= s->topic.partitions[partition].end)
            set_done(s, partition);
        return TN_OK;
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        if (partition != TN_NONE)
            return s->is_done[partition] ? TN_OK : move_on(s, partition, why);
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        return TN_OK; /* it connects again by itself; our patience has an end */
    default: break;
    }
    return tn_kafka_fail(&s->store->kafka, message->err, why);
}

/* Does this message's record belong to the scan? */
static bool is_meant(kafka_scan *s, const rd_kafka_message_t *message)
{
    uint32_t partition = find_partition(s, message->partition);
    if (partition == TN_NONE || s->is_done[partition] ||
        message->offset < s->next[partition])
        return false;
    s->next[partition] = message->offset + 1;
    int64_t end = s->topic.partitions[partition].end;
    if (message->offset + 1 >= end)
        set_done(s, partition);
    return message->offset < end && message->payload != NULL;
}

/* The next record; *out is NULL at the end. */
static tn_status next_message(kafka_scan *s, const rd_kafka_message_t **out,
                              tn_buf *why)
{
    for (;;) {
        *out = NULL;
        if (s->at == s->batch_count) {
            if (s->waiting == 0)
                return TN_OK;
            TN_TRY(wait_for_batch(s, why));
        }
        const rd_kafka_message_t *message = s->batch[s->at++];
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            TN_TRY(take_event(s, message, why));
        } else if (is_meant(s, message)) {
            *out = message;
            return TN_OK;
        }
    }
}

/* --- rows */

static tn_value own_value(const kafka_scan *s, own_column column)
{
    const rd_kafka_message_t *m = s->message;
    rd_kafka_timestamp_type_t type;
    int64_t ms;
    tn_instant sent;
    tn_str key = {m->key, m->key_len};
    switch (column) {
    case OWN_TIMESTAMP:
        ms = s->store->kafka.f.rd_kafka_message_timestamp(m, &type);
        if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE)
            return (tn_value){.kind = TN_KIND_NULL};
        if (!tn_instant_from_count(ms, TN_TICK_MILLIS, &sent))
            return (tn_value){.kind = TN_KIND_UNREADABLE};
        return (tn_value){TN_KIND_TIMESTAMP, {.instant = sent}};
    case OWN_KEY:
        if (m->key == NULL)
            return (tn_value){.kind = TN_KIND_NULL};
        return (tn_value){tn_utf8_is_valid(key) ? TN_KIND_STRING : TN_KIND_BYTES,
                          {.text = key}};
    case OWN_PARTITION: return (tn_value){TN_KIND_INT, {.integer = m->partition}};
    case OWN_OFFSET: return (tn_value){TN_KIND_INT, {.integer = m->offset}};
    case OWN_COUNT: break;
    }
    return (tn_value){.kind = TN_KIND_NULL};
}

static tn_status copy_text(kafka_scan *s, const rd_kafka_message_t *message)
{
    size_t needed = message->len + TN_JSON_PADDING;
    if (needed > s->text_capacity) {
        char *grown = tn_resize(s->memory, s->text, s->text_capacity, 2 * needed);
        if (grown == NULL)
            return TN_NOMEM;
        s->text = grown;
        s->text_capacity = 2 * needed;
    }
    memcpy(s->text, message->payload, message->len);
    return TN_OK;
}

static tn_status kafka_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    kafka_scan *s = (kafka_scan *)base;
    tn_store_row *row = &s->object.row;
    *out = (tn_store_rows){row, 0, false};
    TN_TRY(next_message(s, &s->message, why));
    if (s->message == NULL)
        return TN_OK;
    TN_TRY(copy_text(s, s->message));
    tn_json_row_reset(&s->object);
    TN_TRY(tn_json_row_read_text(&s->object, s->text, s->message->len));
    for (unsigned i = 0; i < OWN_COUNT; i++)
        if (s->own[i] != TN_NONE)
            s->object.values[s->own[i]] = own_value(s, (own_column)i);
    row->number++;
    out->count = 1;
    out->may_wait = s->at == s->batch_count;
    return TN_OK;
}

static tn_status kafka_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    kafka_scan *s = (kafka_scan *)base;
    (void)row;
    s->key_parts[0] = own_value(s, OWN_PARTITION);
    s->key_parts[1] = own_value(s, OWN_OFFSET);
    s->key = (tn_list_value){s->key_parts, 2};
    *out = (tn_value){TN_KIND_LIST, {.list = &s->key}};
    return TN_OK;
}

static tn_str kafka_undeclared_name(const tn_scan *base, uint32_t number)
{
    return tn_json_row_undeclared_name(&((const kafka_scan *)base)->object, number);
}

/* --- a scan */

static void kafka_scan_close(tn_scan *base)
{
    kafka_scan *s = (kafka_scan *)base;
    if (s == NULL)
        return;
    const tn_allocator *memory = s->memory;
    const tn_kafka_functions *f = &s->store->kafka.f;
    drop_batch(s);
    if (s->queue != NULL)
        f->rd_kafka_queue_destroy(s->queue);
    if (s->consumer != NULL) {
        f->rd_kafka_consumer_close(s->consumer);
        f->rd_kafka_destroy(s->consumer);
    }
    tn_json_row_free(&s->object);
    tn_resize(memory, s->text, s->text_capacity, 0);
    tn_arena_free(&s->arena);
    tn_resize(memory, s, sizeof(*s), 0);
}

static tn_status find_topic(kafka_scan *s, tn_str object, tn_buf *why)
{
    s->topic.name = tn_arena_copy(&s->arena, object).data;
    if (s->topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_find(&s->store->kafka, &s->topic, &s->arena, why));
    s->is_done = tn_arena_take_array(&s->arena, s->topic.count, sizeof(*s->is_done));
    s->next = tn_arena_take_array(&s->arena, s->topic.count, sizeof(*s->next));
    s->batch = tn_arena_take_array(&s->arena, BATCH, sizeof(*s->batch));
    return s->is_done == NULL || s->next == NULL || s->batch == NULL ? TN_NOMEM : TN_OK;
}

static tn_status start(kafka_scan *s, tn_buf *why)
{
    for (uint32_t i = 0; i < s->topic.count; i++) {
        const tn_kafka_partition *p = &s->topic.partitions[i];
        s->next[i] = p->low;
        s->is_done[i] = p->low >= p->end;
        s->waiting += !s->is_done[i];
    }
    if (s->waiting == 0)
        return TN_OK;
    TN_TRY(tn_kafka_consumer(&s->store->kafka, &s->consumer, why));
    s->queue = s->store->kafka.f.rd_kafka_queue_get_consumer(s->consumer);
    return assign(s, why);
}

static void find_own_columns(kafka_scan *s, const tn_scan_request *request)
{
    for (unsigned own = 0; own < OWN_COUNT; own++) {
        s->own[own] = TN_NONE;
        for (uint32_t i = 0; i < request->column_count; i++)
            if (request->columns[i].is_wanted &&
                tn_str_equal(request->columns[i].name, tn_str_from(own_names[own])))
                s->own[own] = i;
    }
}

static tn_status kafka_scan_open(tn_store *base, const tn_scan_request *request,
                                 tn_scan **out, tn_buf *why)
{
    tn_kafka_store *store = (tn_kafka_store *)base;
    kafka_scan *s = tn_resize(store->kafka.memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (kafka_scan){
        .base = {base->ops}, .memory = store->kafka.memory, .store = store};
    tn_arena_init(&s->arena, s->memory);
    find_own_columns(s, request);
    tn_status status = tn_json_row_init(&s->object, request, s->memory);
    if (status == TN_OK)
        status = find_topic(s, request->object, why);
    if (status == TN_OK)
        status = start(s, why);
    if (status != TN_OK) {
        kafka_scan_close(&s->base);
        return status;
    }
    *out = &s->base;
    return TN_OK;
}

/* --- the store */

static void kafka_close(tn_store *base)
{
    tn_kafka_store *store = (tn_kafka_store *)base;
    if (store == NULL)
        return;
    const tn_allocator *memory = store->kafka.memory;
    if (store->erasing != NULL)
        kafka_scan_close(store->erasing);
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
    .help = "a cluster: host:port, or a file of librdkafka's properties",              \
    .close = kafka_close, .list = kafka_list, .describe = kafka_describe,              \
    .scan = kafka_scan_open, .next = kafka_next, .key = kafka_key,                     \
    .undeclared_name = kafka_undeclared_name, .scan_close = kafka_scan_close,          \
    .erase = &tn_kafka_erase_ops, .expiry = kafka_expiry

const tn_store_ops tn_kafka_ops = {
    KAFKA_READING,
    .open = kafka_open,
};

const tn_store_ops tn_kafka_writing_ops = {
    KAFKA_READING,
    .open = kafka_open_writing,
};

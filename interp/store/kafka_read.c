#include "interp/store/kafka_read.h"

#include <time.h>

enum { BATCH = 1024, POLL_MS = 100 };

/* --- partitions */

static uint32_t find_partition(const tn_kafka_read *r, int32_t number)
{
    for (uint32_t i = 0; i < r->topic->count; i++)
        if (r->topic->partitions[i].number == number)
            return i;
    return TN_NONE;
}

static void set_done(tn_kafka_read *r, uint32_t partition)
{
    if (!r->is_done[partition]) {
        r->is_done[partition] = true;
        r->waiting--;
    }
}

/* Has the partitions that are not done read from where the reading is. */
static tn_status assign(tn_kafka_read *r, tn_buf *why)
{
    const tn_kafka_functions *f = &r->kafka->f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)r->topic->count);
    for (uint32_t i = 0; i < r->topic->count; i++)
        if (!r->is_done[i])
            f->rd_kafka_topic_partition_list_add(list, r->topic->name,
                                                 r->topic->partitions[i].number)
                ->offset = r->next[i];
    rd_kafka_resp_err_t code = f->rd_kafka_assign(r->consumer, list);
    f->rd_kafka_topic_partition_list_destroy(list);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? TN_OK
                                              : tn_kafka_fail(r->kafka, code, why);
}

/* Records at the front were deleted while the partition was read: goes on where they
 * now begin. A topic that ends before what was already read is another one. */
static tn_status move_on(tn_kafka_read *r, uint32_t partition, tn_buf *why)
{
    tn_kafka_partition now = r->topic->partitions[partition];
    tn_kafka_topic alone = {r->topic->name, &now, 1};
    TN_TRY(tn_kafka_look(r->kafka, &alone, why));
    if (now.end < r->next[partition] || now.low <= r->next[partition]) {
        tn_buf_put_text(why, "the topic was made anew while it was read");
        return TN_STORE;
    }
    r->next[partition] = now.low;
    if (now.low >= r->topic->partitions[partition].end)
        set_done(r, partition);
    return r->waiting == 0 ? TN_OK : assign(r, why);
}

void tn_kafka_read_skip(tn_kafka_read *r, int32_t partition)
{
    const tn_kafka_functions *f = &r->kafka->f;
    uint32_t number = find_partition(r, partition);
    if (number == TN_NONE || r->is_done[number])
        return;
    set_done(r, number);
    rd_kafka_topic_partition_list_t *list = f->rd_kafka_topic_partition_list_new(1);
    f->rd_kafka_topic_partition_list_add(list, r->topic->name, partition);
    f->rd_kafka_pause_partitions(r->consumer, list);
    f->rd_kafka_topic_partition_list_destroy(list);
}

/* --- messages */

static void drop_batch(tn_kafka_read *r)
{
    for (uint32_t i = 0; i < r->batch_count; i++)
        r->kafka->f.rd_kafka_message_destroy(r->batch[i]);
    r->batch_count = 0;
    r->at = 0;
}

/* Its reading from a broker stops when enough is at hand, and librdkafka looks only
 * once a second whether it may go on. A question wakes it up; what it answers is of no
 * interest. */
static void wake(const tn_kafka_read *r)
{
    const tn_kafka_functions *f = &r->kafka->f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)r->topic->count);
    for (uint32_t i = 0; i < r->topic->count; i++)
        if (!r->is_done[i])
            f->rd_kafka_topic_partition_list_add(list, r->topic->name,
                                                 r->topic->partitions[i].number)
                ->offset = RD_KAFKA_OFFSET_BEGINNING;
    (void)f->rd_kafka_offsets_for_times(r->consumer, list, POLL_MS);
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
static tn_status wait_for_batch(tn_kafka_read *r, tn_buf *why)
{
    const tn_kafka_functions *f = &r->kafka->f;
    drop_batch(r);
    if (r->since_ms == 0)
        r->since_ms = clock_ms();
    for (int wait_ms = 2; clock_ms() - r->since_ms < TN_KAFKA_PATIENCE_MS;
         wait_ms = POLL_MS) {
        r->batch[0] = f->rd_kafka_consumer_poll(r->consumer, wait_ms);
        if (r->batch[0] == NULL) {
            wake(r);
            continue;
        }
        if (r->batch[0]->rkt != NULL) /* no complaint of the connection */
            r->since_ms = 0;
        ssize_t count =
            f->rd_kafka_consume_batch_queue(r->queue, 0, r->batch + 1, BATCH - 1);
        r->batch_count = count < 0 ? 1 : 1 + (uint32_t)count;
        return TN_OK;
    }
    return tn_kafka_fail(r->kafka, RD_KAFKA_RESP_ERR__TIMED_OUT, why);
}

/* An event in the place of a record. */
static tn_status take_event(tn_kafka_read *r, const rd_kafka_message_t *message,
                            tn_buf *why)
{
    uint32_t partition =
        message->rkt == NULL ? TN_NONE : find_partition(r, message->partition);
    switch ((int)message->err) {
    case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        if (partition != TN_NONE &&
            message->offset >= r->topic->partitions[partition].end)
            set_done(r, partition);
        return TN_OK;
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
        if (partition != TN_NONE)
            return r->is_done[partition] ? TN_OK : move_on(r, partition, why);
        break;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        return TN_OK; /* it connects again by itself; our patience has an end */
    default: break;
    }
    return tn_kafka_fail(r->kafka, message->err, why);
}

/* Is it one that was asked for? */
static bool is_meant(tn_kafka_read *r, const rd_kafka_message_t *message)
{
    uint32_t partition = find_partition(r, message->partition);
    if (partition == TN_NONE || r->is_done[partition] ||
        message->offset < r->next[partition])
        return false;
    r->next[partition] = message->offset + 1;
    int64_t end = r->topic->partitions[partition].end;
    if (message->offset + 1 >= end)
        set_done(r, partition);
    return message->offset < end;
}

tn_status tn_kafka_read_next(tn_kafka_read *r, const rd_kafka_message_t **out,
                             tn_buf *why)
{
    for (;;) {
        *out = NULL;
        if (r->at == r->batch_count) {
            if (r->waiting == 0)
                return TN_OK;
            TN_TRY(wait_for_batch(r, why));
        }
        const rd_kafka_message_t *message = r->batch[r->at++];
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            TN_TRY(take_event(r, message, why));
        } else if (is_meant(r, message)) {
            *out = message;
            return TN_OK;
        }
    }
}

/* --- a reading */

tn_status tn_kafka_read_open(tn_kafka_read *r, tn_kafka *kafka,
                             const tn_kafka_topic *topic, tn_buf *why)
{
    *r = (tn_kafka_read){.kafka = kafka, .topic = topic};
    tn_arena_init(&r->arena, kafka->memory);
    r->is_done = tn_arena_take_array(&r->arena, topic->count, sizeof(*r->is_done));
    r->next = tn_arena_take_array(&r->arena, topic->count, sizeof(*r->next));
    r->batch = tn_arena_take_array(&r->arena, BATCH, sizeof(*r->batch));
    if (r->is_done == NULL || r->next == NULL || r->batch == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < topic->count; i++) {
        const tn_kafka_partition *p = &topic->partitions[i];
        r->next[i] = p->low;
        r->is_done[i] = p->low >= p->end;
        r->waiting += !r->is_done[i];
    }
    if (r->waiting == 0)
        return TN_OK;
    TN_TRY(tn_kafka_consumer(kafka, &r->consumer, why));
    r->queue = kafka->f.rd_kafka_queue_get_consumer(r->consumer);
    return assign(r, why);
}

void tn_kafka_read_close(tn_kafka_read *r)
{
    if (r->kafka == NULL)
        return;
    const tn_kafka_functions *f = &r->kafka->f;
    drop_batch(r);
    if (r->queue != NULL)
        f->rd_kafka_queue_destroy(r->queue);
    if (r->consumer != NULL) {
        f->rd_kafka_consumer_close(r->consumer);
        f->rd_kafka_destroy(r->consumer);
    }
    tn_arena_free(&r->arena);
    *r = (tn_kafka_read){.kafka = NULL};
}

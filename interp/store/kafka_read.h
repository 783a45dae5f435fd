/* kafka_read: the messages of a topic, of each partition from one offset to another.
 *
 * One consumer is assigned all partitions; messages come in batches, and one after the
 * other is given: those of one partition in the order of their offsets, tombstones
 * (without a payload) too. A partition is done when an offset at or beyond its end was
 * seen, or, since the last ones may be control records that nobody is given, when the
 * consumer tells of the partition's end. Where records are deleted from a partition's
 * front while it is read, they are left out; where a topic is made anew meanwhile, it
 * fails.
 *
 * Owns: a consumer and its batch, until tn_kafka_read_close; borrows the topic, whose
 * name and partitions stay as they are. Fails: STORE, NOMEM. Threads: as the client. */
#ifndef TN_STORE_KAFKA_READ_H
#define TN_STORE_KAFKA_READ_H

#include "interp/store/kafka_client.h"

typedef struct tn_kafka_read {
    tn_kafka *kafka;
    const tn_kafka_topic *topic;
    tn_arena arena;
    bool *is_done;    /* for each partition */
    int64_t *next;    /* for each partition: records before it were seen */
    uint32_t waiting; /* partitions that are not done */
    rd_kafka_t *consumer;
    rd_kafka_queue_t *queue;
    rd_kafka_message_t **batch;
    uint32_t batch_count;
    uint32_t at;      /* the message that comes next */
    int64_t since_ms; /* no broker said anything of a partition; 0: it just did */
} tn_kafka_read;

/* Reads each partition from its `low` to its `end`. To be closed even when it fails. */
TN_MUST_USE tn_status tn_kafka_read_open(tn_kafka_read *r, tn_kafka *kafka,
                                         const tn_kafka_topic *topic, tn_buf *why);
void tn_kafka_read_close(tn_kafka_read *r);

/* The next message; NULL at the end. Borrowed until the next call. */
TN_MUST_USE tn_status tn_kafka_read_next(tn_kafka_read *r,
                                         const rd_kafka_message_t **out, tn_buf *why);

/* No more messages of this partition are given. */
void tn_kafka_read_skip(tn_kafka_read *r, int32_t partition);

/* Is none at hand, so that the next may have to be waited for? */
static inline bool tn_kafka_read_may_wait(const tn_kafka_read *r)
{
    return r->at == r->batch_count;
}

#endif

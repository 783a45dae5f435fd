/* kafka_keys: of a compacted topic, which message of each key is the last.
 *
 * Kafka compacts a partition by its keys: of messages with one key the last one stays,
 * and those before it go, some time. A tombstone (a message without a value) is a last
 * message like others, and goes itself some time later. Messages without a key go, too.
 * Those of transactions that were aborted count like others.
 *
 * Takes some 60 bytes a key; keys are known by 16 bytes of their digest.
 *
 * Owns: its lists, until tn_kafka_keys_free. Fails: STORE, NOMEM. Threads: as the
 * client. */
#ifndef TN_STORE_KAFKA_KEYS_H
#define TN_STORE_KAFKA_KEYS_H

#include "interp/base/map.h"
#include "interp/store/kafka_client.h"

enum { TN_KAFKA_KEY_BYTES = 16 };

/* A partition and a key in it. */
typedef struct tn_kafka_key {
    unsigned char bytes[TN_KAFKA_KEY_BYTES];
} tn_kafka_key;

tn_kafka_key tn_kafka_key_of(const rd_kafka_message_t *message);

typedef struct tn_kafka_keys {
    const tn_allocator *memory;
    tn_arena arena;
    tn_map map;   /* from keys to numbers */
    tn_buf lasts; /* int64: the offset of the last message of each */
    tn_buf ends;  /* int64: how far each partition was read */
} tn_kafka_keys;

/* Called for each message that is read; anything but TN_OK ends it. */
typedef struct tn_kafka_key_visit {
    void *user;
    tn_status (*visit)(void *user, const tn_kafka_key *key,
                       const rd_kafka_message_t *message);
} tn_kafka_key_visit;

void tn_kafka_keys_init(tn_kafka_keys *keys, const tn_allocator *memory);
void tn_kafka_keys_free(tn_kafka_keys *keys);

/* Reads each partition of the topic from its `low` to its `end`; `visit` may be NULL.
 */
TN_MUST_USE tn_status tn_kafka_keys_read(tn_kafka_keys *keys, tn_kafka *kafka,
                                         const tn_kafka_topic *topic,
                                         const tn_kafka_key_visit *visit, tn_buf *why);

/* How far partition number `number` of the topic was read. */
int64_t tn_kafka_keys_end(const tn_kafka_keys *keys, uint32_t number);

/* The offset of the last message with that key; -1: there is none. */
int64_t tn_kafka_keys_last(const tn_kafka_keys *keys, const tn_kafka_key *key);

#endif

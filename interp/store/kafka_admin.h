/* kafka_admin: what is asked of a cluster's administration.
 *
 * Owns: nothing. Fails: STORE with what the broker said, NOMEM. Every call ends by
 * itself (TN_KAFKA_PATIENCE_MS). Threads: as the client. */
#ifndef TN_STORE_KAFKA_ADMIN_H
#define TN_STORE_KAFKA_ADMIN_H

#include "interp/store/kafka_client.h"

/* A setting of a topic, or of the broker that the cluster names first, where `topic` is
 * NULL; in the arena. *is_own: it is set on the topic itself, and not a default. data
 * NULL: there is no such setting. */
typedef struct tn_kafka_setting {
    const char *topic;
    const char *name;
    tn_str value;
    bool is_own;
} tn_kafka_setting;

TN_MUST_USE tn_status tn_kafka_read_setting(tn_kafka *kafka, tn_kafka_setting *setting,
                                            tn_arena *arena, tn_buf *why);

/* Makes the records of each partition before `end` unreadable: of those whose `low` is
 * before it. On return `low` is the low watermark that the broker tells of. Partitions
 * are told one by one: STORE where one failed, though others may be done. */
TN_MUST_USE tn_status tn_kafka_delete_records(tn_kafka *kafka, tn_kafka_topic *topic,
                                              tn_buf *why);

/* 16 hexadecimal digits that tell the cluster from others. */
TN_MUST_USE tn_status tn_kafka_identify(tn_kafka *kafka, char *id, tn_buf *why);

#endif

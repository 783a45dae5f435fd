/* kafka_client: a connection to a Kafka cluster, through librdkafka.
 *
 * A place is `host:port`, several with commas; or librdkafka's own properties,
 * `name=value` a line, with `bootstrap.servers=` among them; or the path of a file of
 * these. There is where TLS and SASL are set up, so that no secret stands in a
 * deployment: the lines come from the environment. It is a path when it has a slash or
 * ends in `.properties`.
 *
 * Nothing here commits an offset, joins a group or creates a topic.
 *
 * Owns: its connections, until tn_kafka_close. Fails: NOT_FOUND (no such topic), STORE
 * with what the broker or the network said, NOMEM. Every call ends by itself:
 * TN_KAFKA_PATIENCE_MS. Threads: one at a time; librdkafka has its own beside it. */
#ifndef TN_STORE_KAFKA_CLIENT_H
#define TN_STORE_KAFKA_CLIENT_H

#include "interp/base/arena.h"
#include "interp/store/library.h"

#include <librdkafka/rdkafka.h>

/* A cluster that never answered gets less of it, and is asked once. */
enum { TN_KAFKA_PATIENCE_MS = 30000, TN_KAFKA_CONTACT_MS = 10000 };

#define TN_KAFKA_FUNCTIONS(X)                                                          \
    X(rd_kafka_ConfigEntry_name)                                                       \
    X(rd_kafka_ConfigEntry_source)                                                     \
    X(rd_kafka_ConfigEntry_value)                                                      \
    X(rd_kafka_ConfigResource_configs)                                                 \
    X(rd_kafka_ConfigResource_destroy)                                                 \
    X(rd_kafka_ConfigResource_error)                                                   \
    X(rd_kafka_ConfigResource_error_string)                                            \
    X(rd_kafka_ConfigResource_new)                                                     \
    X(rd_kafka_DeleteRecords)                                                          \
    X(rd_kafka_DeleteRecords_destroy)                                                  \
    X(rd_kafka_DeleteRecords_new)                                                      \
    X(rd_kafka_DeleteRecords_result_offsets)                                           \
    X(rd_kafka_DescribeConfigs)                                                        \
    X(rd_kafka_DescribeConfigs_result_resources)                                       \
    X(rd_kafka_assign)                                                                 \
    X(rd_kafka_clusterid)                                                              \
    X(rd_kafka_conf_destroy)                                                           \
    X(rd_kafka_conf_new)                                                               \
    X(rd_kafka_conf_set)                                                               \
    X(rd_kafka_conf_set_dr_msg_cb)                                                     \
    X(rd_kafka_conf_set_error_cb)                                                      \
    X(rd_kafka_conf_set_log_cb)                                                        \
    X(rd_kafka_conf_set_opaque)                                                        \
    X(rd_kafka_consume_batch_queue)                                                    \
    X(rd_kafka_consumer_close)                                                         \
    X(rd_kafka_consumer_poll)                                                          \
    X(rd_kafka_destroy)                                                                \
    X(rd_kafka_err2str)                                                                \
    X(rd_kafka_error_code)                                                             \
    X(rd_kafka_error_destroy)                                                          \
    X(rd_kafka_error_string)                                                           \
    X(rd_kafka_event_DeleteRecords_result)                                             \
    X(rd_kafka_event_DescribeConfigs_result)                                           \
    X(rd_kafka_event_destroy)                                                          \
    X(rd_kafka_event_error)                                                            \
    X(rd_kafka_event_error_string)                                                     \
    X(rd_kafka_flush)                                                                  \
    X(rd_kafka_header_get_last)                                                        \
    X(rd_kafka_headers_copy)                                                           \
    X(rd_kafka_headers_destroy)                                                        \
    X(rd_kafka_mem_free)                                                               \
    X(rd_kafka_message_destroy)                                                        \
    X(rd_kafka_message_headers)                                                        \
    X(rd_kafka_message_timestamp)                                                      \
    X(rd_kafka_metadata)                                                               \
    X(rd_kafka_metadata_destroy)                                                       \
    X(rd_kafka_new)                                                                    \
    X(rd_kafka_offsets_for_times)                                                      \
    X(rd_kafka_pause_partitions)                                                       \
    X(rd_kafka_poll)                                                                   \
    X(rd_kafka_poll_set_consumer)                                                      \
    X(rd_kafka_produceva)                                                              \
    X(rd_kafka_purge)                                                                  \
    X(rd_kafka_queue_destroy)                                                          \
    X(rd_kafka_queue_get_consumer)                                                     \
    X(rd_kafka_queue_new)                                                              \
    X(rd_kafka_queue_poll)                                                             \
    X(rd_kafka_topic_destroy)                                                          \
    X(rd_kafka_topic_new)                                                              \
    X(rd_kafka_topic_partition_list_add)                                               \
    X(rd_kafka_topic_partition_list_destroy)                                           \
    X(rd_kafka_topic_partition_list_new)

typedef struct tn_kafka_functions {
    TN_KAFKA_FUNCTIONS(TN_LIBRARY_MEMBER)
} tn_kafka_functions;

/* One of a topic's partitions: its records are those from low on and before end. */
typedef struct tn_kafka_partition {
    int32_t number;
    int64_t low; /* the low watermark: what is before it can't be read */
    int64_t end; /* the last stable offset: what follows may belong to an open
                    transaction */
} tn_kafka_partition;

typedef struct tn_kafka_topic {
    const char *name;
    tn_kafka_partition *partitions; /* by number */
    uint32_t count;
} tn_kafka_topic;

typedef struct tn_kafka {
    tn_kafka_functions f;
    const tn_allocator *memory;
    tn_str place; /* in the caller's arena */
    rd_kafka_t *handle;
    bool has_answered;
    bool is_silent;      /* asked, it did not answer even once */
    char complaint[256]; /* what librdkafka said last of the connection; "": nothing */
} tn_kafka;

/* Borrows `place`. Nothing is asked of the cluster yet. */
TN_MUST_USE tn_status tn_kafka_open(tn_kafka *kafka, tn_str place,
                                    const tn_allocator *memory, tn_buf *why);
void tn_kafka_close(tn_kafka *kafka);

/* Another handle of the same place, for reading records: it sees those of open and of
 * aborted transactions too, as they are on the disk. Its opaque is `kafka`. */
TN_MUST_USE tn_status tn_kafka_consumer(tn_kafka *kafka, rd_kafka_t **out, tn_buf *why);

/* A handle for writing records; a message is told of when all replicas that are in sync
 * have it, to `told`, which gets `kafka` as its last argument and is called during
 * calls on the handle. */
typedef void tn_kafka_told_fn(rd_kafka_t *handle, const rd_kafka_message_t *message,
                              void *kafka);
TN_MUST_USE tn_status tn_kafka_producer(tn_kafka *kafka, tn_kafka_told_fn *told,
                                        rd_kafka_t **out, tn_buf *why);

/* The topics, by name, without those that brokers keep for themselves. */
TN_MUST_USE tn_status tn_kafka_topics(tn_kafka *kafka, tn_arena *arena,
                                      const tn_str **names, uint32_t *count,
                                      tn_buf *why);

/* Where the records of these partitions are now. */
TN_MUST_USE tn_status tn_kafka_look(tn_kafka *kafka, tn_kafka_topic *topic,
                                    tn_buf *why);

/* The partitions of the topic that `topic` names, with where their records are now; in
 * `arena`. */
TN_MUST_USE tn_status tn_kafka_find(tn_kafka *kafka, tn_kafka_topic *topic,
                                    tn_arena *arena, tn_buf *why);

/* Says what `code` means, and what was said last of the connection. Never TN_OK. */
tn_status tn_kafka_fail(const tn_kafka *kafka, rd_kafka_resp_err_t code, tn_buf *why);

#endif

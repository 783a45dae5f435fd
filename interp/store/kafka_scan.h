/* kafka_scan: what the files of the Kafka adapter share. Not for others: they use
 * store.h.
 *
 * Owns: see store.h. */
#ifndef TN_STORE_KAFKA_SCAN_H
#define TN_STORE_KAFKA_SCAN_H

#include "interp/store/erase.h"
#include "interp/store/kafka_keys.h"
#include "interp/store/kafka_read.h"

/* What was done to a partition: its front was deleted, records before `end`; or
 * tombstones were written, the last just before `end`. */
typedef struct tn_kafka_cut {
    const char *topic;
    int32_t partition;
    int64_t end;
    bool is_tombstone;
} tn_kafka_cut;

typedef struct tn_kafka_store {
    tn_store base;
    tn_kafka kafka;
    tn_arena arena;
    tn_kafka_cut *cuts; /* the last of each partition; in the arena */
    uint32_t cut_count;
    uint32_t cut_capacity;
    tn_scan *erasing;     /* where the next chunk goes on; NULL: from the front */
    tn_str erasing_place; /* whose chunks they are; borrowed of them */
    tn_scan_request erasing_request;
    rd_kafka_t *producer; /* of tombstones; NULL: none was needed */
    bool has_buried;
} tn_kafka_store;

/* The ops of stores that are opened to be erased from. */
extern const tn_store_ops tn_kafka_writing_ops;

/* --- what the ops of store.h are made of */

TN_MUST_USE tn_status tn_kafka_scan_open(tn_store *store,
                                         const tn_scan_request *request, tn_scan **out,
                                         tn_buf *why);
TN_MUST_USE tn_status tn_kafka_scan_next(tn_scan *scan, tn_store_rows *out,
                                         tn_buf *why);
TN_MUST_USE tn_status tn_kafka_scan_key(tn_scan *scan, const tn_store_row *row,
                                        tn_value *out);
tn_str tn_kafka_scan_undeclared(const tn_scan *scan, uint32_t number);
void tn_kafka_scan_close(tn_scan *scan);

/* No more rows of this partition are given. */
void tn_kafka_scan_skip(tn_scan *scan, int32_t partition);

/* Of a scan that wants hidden rows: the topic as far as it is read, the message of the
 * row, and its keys; NULL: the topic is not one that is only compacted. */
const tn_kafka_topic *tn_kafka_scan_topic(const tn_scan *scan);
const rd_kafka_message_t *tn_kafka_scan_message(const tn_scan *scan);
tn_kafka_keys *tn_kafka_scan_keys(tn_scan *scan);

/* --- what the ops of erase.h are made of */

/* Is the topic only compacted (cleanup.policy=compact)? */
TN_MUST_USE tn_status tn_kafka_is_compacted(tn_kafka *kafka, const char *topic,
                                            tn_arena *arena, bool *out, tn_buf *why);

/* Begins the scan of a place's chunks, or goes on with it. */
TN_MUST_USE tn_status tn_kafka_start_erasing(tn_kafka_store *store,
                                             const tn_erase_target *target,
                                             const tn_erase_chunk *chunk);
void tn_kafka_stop_erasing(tn_kafka_store *store);

/* Keeps the last cut of each partition; copies the topic's name. */
TN_MUST_USE tn_status tn_kafka_remember_cut(tn_kafka_store *store,
                                            const tn_kafka_cut *cut);

/* kafka_front.c: by DeleteRecords. */
TN_MUST_USE tn_status tn_kafka_front_erase(tn_kafka_store *store,
                                           const tn_erase_target *target,
                                           const tn_erase_chunk *chunk,
                                           tn_erase_result *out);
TN_MUST_USE tn_status tn_kafka_front_recall(tn_kafka_store *store,
                                            const tn_erase_target *target,
                                            const tn_erase_recall *recall, tn_buf *why);

/* kafka_bury.c: by tombstones. Its intents begin with TN_KAFKA_BURIAL, where those of
 * fronts have the number of a partition. */
enum { TN_KAFKA_BURIAL = -1 };
TN_MUST_USE tn_status tn_kafka_bury(tn_kafka_store *store,
                                    const tn_erase_target *target,
                                    const tn_erase_chunk *chunk, tn_erase_result *out);
TN_MUST_USE tn_status tn_kafka_bury_recall(tn_kafka_store *store,
                                           const tn_erase_target *target,
                                           const tn_erase_recall *recall, tn_buf *why);
/* Where the topic's records end, those of open transactions among them. */
TN_MUST_USE tn_status tn_kafka_bury_look(tn_kafka_store *store, tn_kafka_topic *topic,
                                         tn_arena *arena, tn_buf *why);

#endif

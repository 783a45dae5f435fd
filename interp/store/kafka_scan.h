/* kafka_scan: what the files of the Kafka adapter share. Not for others: they use
 * store.h.
 *
 * Owns: see store.h. */
#ifndef TN_STORE_KAFKA_SCAN_H
#define TN_STORE_KAFKA_SCAN_H

#include "interp/store/kafka_client.h"
#include "interp/store/store.h"

/* The front of a partition that was deleted: records before `end`. */
typedef struct tn_kafka_cut {
    const char *topic;
    int32_t partition;
    int64_t end;
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

#endif

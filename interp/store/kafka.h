/* kafka: a topic's records, each a JSON object; the ops are in store.h's list.
 *
 * A scan reads each partition from its low watermark to the last stable offset of the
 * moment when it was opened; what comes later is not seen. Rows of one partition come
 * in the order of their offsets. A record's key is [partition, offset]. Beside the
 * members of the object a binding can name what Kafka itself knows of a record:
 *
 *   kafka.timestamp   the message's: of its producer, or of its broker, as the topic
 *                     is set up
 *   kafka.key         its key: text, or bytes where it is no UTF-8
 *   kafka.partition, kafka.offset
 *
 * A record without a value is a tombstone and no row. Where records were deleted from a
 * partition's front while it is read, they are left out; where a topic was made anew
 * meanwhile, the scan fails.
 *
 * Owns, fails, threads: as store.h says. */
#ifndef TN_STORE_KAFKA_H
#define TN_STORE_KAFKA_H

#include "interp/store/store.h"

extern const tn_store_ops tn_kafka_ops;

#endif

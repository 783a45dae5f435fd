/* kafka_erase: deleting from topics: of each partition the front, up to the first
 * record that must stay.
 *
 * A chunk decides records in the order of their offsets; once one of a partition stays,
 * nothing behind it is looked at. DeleteRecords makes a front unreadable at once; when
 * its bytes leave the disk is the broker's affair, which erases whole segments. It can
 * be undone by a crash of the broker until its next checkpoint of start offsets, so
 * the caller waits for that (`harden_wait`), and `harden` looks again.
 *
 * What came of an intent is told by the low watermark: at its end, the front is gone by
 * it; beyond, nobody can tell, for a topic's own `retention.ms` deletes too. A request
 * that was sent by a program that died, and that a broker carries out only after the
 * intent was recalled, is not seen: Kafka has no fence against it.
 *
 * A topic that is only compacted has no front to be deleted: a record goes by a
 * tombstone for its key (kafka_bury.c), where the target lets it (`may_bury`). That
 * hides it, and Kafka erases it when it compacts. Whether a crash of the tool between a
 * tombstone and the look behind it met a record that was written in that moment, nobody
 * looks at again.
 *
 * Owns, fails, threads: as erase.h says. */
#ifndef TN_STORE_KAFKA_ERASE_H
#define TN_STORE_KAFKA_ERASE_H

#include "interp/store/erase.h"

extern const tn_erase_ops tn_kafka_erase_ops;

#endif

/* kafka_bury: chunks of a compacted topic: a record goes by a tombstone for its key.
 *
 * Of each key the last record alone is decided on; those before it go by compaction
 * whatever happens. Before tombstones are sent the topic is read to its very end, so
 * that a record which has a newer one by then stays. Kafka can't be told to write a
 * tombstone only if nothing came in between; so what did is looked for afterwards, and
 * written again behind the tombstone, as it was.
 *
 * Each tombstone has a header, "tenure", with the run that wrote it: by this an intent
 * that was cut off is told from what others did.
 *
 * Intent: TN_KAFKA_BURIAL, the length of the run's name and the name, then of each
 * record its partition, offset and key (kafka_keys.h). */
#include "interp/store/kafka_scan.h"

#include <string.h>

static const char header_name[] = "tenure";

/* What came of a message. */
typedef struct written {
    int64_t offset;
    rd_kafka_resp_err_t code;
} written;

/* A record that is to go. */
typedef struct grave {
    int32_t partition;
    int64_t offset;
    tn_kafka_key key;
    size_t text_at; /* of its key, in the texts */
    size_t text_len;
    written tombstone;
} grave;

typedef struct burying {
    tn_kafka_store *store;
    const tn_erase_chunk *chunk;
    const char *topic;
    tn_buf graves; /* of grave */
    tn_buf texts;
    tn_map by_key; /* from keys to numbers of graves, once none is added any more */
    tn_arena arena;
} burying;

static grave *grave_at(const burying *b, uint32_t number)
{
    return (grave *)(void *)b->graves.data + number;
}

static uint32_t grave_count(const burying *b)
{
    return (uint32_t)(b->graves.len / sizeof(grave));
}

static tn_status tell(const grave *of, tn_status (*fn)(void *, const tn_value *),
                      void *user)
{
    tn_value parts[2] = {{TN_KIND_INT, {.integer = of->partition}},
                         {TN_KIND_INT, {.integer = of->offset}}};
    tn_list_value list = {parts, 2};
    tn_value key = {TN_KIND_LIST, {.list = &list}};
    return fn(user, &key);
}

/* --- what goes */

static tn_status add_grave(burying *b, const rd_kafka_message_t *message)
{
    grave made = {.partition = message->partition,
                  .offset = message->offset,
                  .key = tn_kafka_key_of(message),
                  .text_at = b->texts.len,
                  .text_len = message->key_len,
                  .tombstone = {-1, RD_KAFKA_RESP_ERR__TIMED_OUT}};
    tn_buf_put(&b->texts, (tn_str){message->key, message->key_len});
    tn_buf_put(&b->graves, (tn_str){(const char *)&made, sizeof(made)});
    TN_TRY(tn_buf_status(&b->texts));
    return tn_buf_status(&b->graves);
}

static tn_status decide_row(burying *b, const tn_store_row *row)
{
    tn_scan *scan = b->store->erasing;
    tn_value key;
    tn_erase_choice choice;
    if (row->is_hidden)
        return TN_OK;
    TN_TRY(scan->ops->key(scan, row, &key));
    TN_TRY(b->chunk->decide(b->chunk->user, row, &key, &choice));
    return choice.is_chosen ? add_grave(b, tn_kafka_scan_message(scan)) : TN_OK;
}

static tn_status decide_rows(burying *b, tn_erase_result *out)
{
    tn_scan *scan = b->store->erasing;
    tn_store_rows rows = {NULL, 0, false};
    while (out->looked_at_count < b->chunk->row_limit) {
        TN_TRY(scan->ops->next(scan, &rows, b->chunk->why));
        out->is_end = rows.count == 0;
        if (out->is_end)
            return TN_OK;
        for (uint32_t i = 0; i < rows.count; i++)
            TN_TRY(decide_row(b, &rows.list[i]));
        out->looked_at_count += rows.count;
    }
    return TN_OK;
}

/* --- the topic's end */

/* The handle's callback. */
static void note_written(rd_kafka_t *handle, const rd_kafka_message_t *message,
                         void *kafka)
{
    written *to = message->_private;
    (void)handle;
    (void)kafka;
    *to = (written){message->offset, message->err};
}

static tn_status open_producer(tn_kafka_store *store, tn_buf *why)
{
    if (store->producer != NULL)
        return TN_OK;
    return tn_kafka_producer(&store->kafka, note_written, &store->producer, why);
}

tn_status tn_kafka_bury_look(tn_kafka_store *store, tn_kafka_topic *topic,
                             tn_arena *arena, tn_buf *why)
{
    tn_kafka all = store->kafka;
    TN_TRY(tn_kafka_find(&store->kafka, topic, arena, why));
    TN_TRY(open_producer(store, why));
    all.handle = store->producer;
    return tn_kafka_look(&all, topic, why);
}

/* What the topic got since its keys were read; they know it then. */
static tn_status read_tail(burying *b, const tn_kafka_key_visit *visit)
{
    tn_kafka_keys *keys = tn_kafka_scan_keys(b->store->erasing);
    tn_kafka_topic now = {.name = b->topic};
    TN_TRY(tn_kafka_bury_look(b->store, &now, &b->arena, b->chunk->why));
    for (uint32_t i = 0; i < now.count; i++) {
        int64_t known = i < tn_kafka_scan_topic(b->store->erasing)->count
                            ? tn_kafka_keys_end(keys, i)
                            : 0;
        if (now.partitions[i].end < known) {
            tn_buf_put_text(b->chunk->why, "the topic was made anew while it was read");
            return TN_STORE;
        }
        if (now.partitions[i].low < known)
            now.partitions[i].low = known;
    }
    return tn_kafka_keys_read(keys, &b->store->kafka, &now, visit, b->chunk->why);
}

/* A record that is the last of its key no more stays: what came after stands for it. */
static tn_status drop_changed(burying *b)
{
    const tn_kafka_keys *keys = tn_kafka_scan_keys(b->store->erasing);
    uint32_t count = grave_count(b), kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        grave *g = grave_at(b, i);
        if (tn_kafka_keys_last(keys, &g->key) == g->offset)
            *grave_at(b, kept++) = *g;
        else
            TN_TRY(tell(g, b->chunk->spare, b->chunk->user));
    }
    b->graves.len = kept * sizeof(grave);
    for (uint32_t i = 0; i < kept; i++) {
        const grave *g = grave_at(b, i);
        tn_str key = {(const char *)g->key.bytes, sizeof(g->key.bytes)};
        TN_TRY(tn_map_put(&b->by_key, key, i));
    }
    return TN_OK;
}

static tn_status intend(burying *b)
{
    static const int32_t mark = TN_KAFKA_BURIAL;
    uint32_t len = (uint32_t)b->chunk->run.len;
    tn_buf work;
    tn_buf_init(&work, b->store->kafka.memory);
    tn_buf_put(&work, (tn_str){(const char *)&mark, sizeof(mark)});
    tn_buf_put(&work, (tn_str){(const char *)&len, sizeof(len)});
    tn_buf_put(&work, b->chunk->run);
    for (uint32_t i = 0; i < grave_count(b); i++) {
        const grave *g = grave_at(b, i);
        tn_buf_put(&work, (tn_str){(const char *)&g->partition, 4});
        tn_buf_put(&work, (tn_str){(const char *)&g->offset, 8});
        tn_buf_put(&work, (tn_str){(const char *)g->key.bytes, TN_KAFKA_KEY_BYTES});
    }
    tn_status status = tn_buf_status(&work);
    if (status == TN_OK)
        status = b->chunk->intend(b->chunk->user, tn_buf_view(&work), grave_count(b));
    tn_buf_free(&work);
    return status;
}

/* --- writing */

/* `list` has room for one more. Waits where the queue is full. */
static tn_status produce(burying *b, rd_kafka_vu_t *list, size_t count, written *to)
{
    const tn_kafka_functions *f = &b->store->kafka.f;
    list[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = to};
    for (;;) {
        rd_kafka_error_t *error =
            f->rd_kafka_produceva(b->store->producer, list, count);
        if (error == NULL)
            return TN_OK;
        rd_kafka_resp_err_t code = f->rd_kafka_error_code(error);
        f->rd_kafka_error_destroy(error);
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
            return tn_kafka_fail(&b->store->kafka, code, b->chunk->why);
        f->rd_kafka_poll(b->store->producer, 100);
    }
}

/* Until each message is told of. */
static void flush(const burying *b)
{
    const tn_kafka_functions *f = &b->store->kafka.f;
    rd_kafka_t *producer = b->store->producer;
    while (f->rd_kafka_flush(producer, TN_KAFKA_PATIENCE_MS) !=
           RD_KAFKA_RESP_ERR_NO_ERROR)
        f->rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
}

static tn_status send_tombstone(burying *b, grave *g)
{
    rd_kafka_vu_t list[7] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = b->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = g->partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY,
         .u.mem = {b->texts.data + g->text_at, g->text_len}},
        {.vtype = RD_KAFKA_VTYPE_HEADER,
         .u.header = {header_name, b->chunk->run.data, (ssize_t)b->chunk->run.len}}};
    return produce(b, list, 5, &g->tombstone);
}

static tn_status send_tombstones(burying *b)
{
    tn_status status = TN_OK;
    b->store->has_buried = true;
    for (uint32_t i = 0; status == TN_OK && i < grave_count(b); i++)
        status = send_tombstone(b, grave_at(b, i));
    flush(b);
    return status;
}

/* A record that came between the look at the topic's end and the tombstone, which hides
 * it: once more, as it was. */
static tn_status write_again(burying *b, const rd_kafka_message_t *message)
{
    const tn_kafka_functions *f = &b->store->kafka.f;
    written again = {-1, RD_KAFKA_RESP_ERR__TIMED_OUT};
    rd_kafka_timestamp_type_t type;
    rd_kafka_headers_t *headers = NULL, *copy = NULL;
    size_t count = 6;
    rd_kafka_vu_t list[8] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = b->topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = message->partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {message->key, message->key_len}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {message->payload, message->len}},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP,
         .u.i64 = f->rd_kafka_message_timestamp(message, &type)}};
    if (f->rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        (copy = f->rd_kafka_headers_copy(headers)) != NULL)
        list[count++] =
            (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = copy};
    tn_status status = produce(b, list, count, &again);
    if (status != TN_OK && copy != NULL)
        f->rd_kafka_headers_destroy(copy);
    flush(b);
    if (status == TN_OK && again.code == RD_KAFKA_RESP_ERR_NO_ERROR)
        return TN_OK;
    tn_buf_put_format(b->chunk->why,
                      "; the record at offset %lld of partition %d was hidden by a "
                      "tombstone that was sent at the same time, and could not be "
                      "written again",
                      (long long)message->offset, (int)message->partition);
    return TN_STORE;
}

static tn_status look_for_overtaken(void *user, const tn_kafka_key *key,
                                    const rd_kafka_message_t *message)
{
    burying *b = user;
    tn_str text = {(const char *)key->bytes, sizeof(key->bytes)};
    uint32_t number = tn_map_find(&b->by_key, text);
    if (number == TN_NONE || message->payload == NULL)
        return TN_OK;
    const grave *g = grave_at(b, number);
    return message->offset < g->tombstone.offset ? write_again(b, message) : TN_OK;
}

/* --- a chunk */

static tn_status take_all(burying *b, tn_erase_result *out)
{
    for (uint32_t i = 0; i < grave_count(b); i++) {
        const grave *g = grave_at(b, i);
        tn_kafka_cut made = {b->topic, g->partition, g->tombstone.offset + 1, true};
        if (g->tombstone.code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return tn_kafka_fail(&b->store->kafka, g->tombstone.code, b->chunk->why);
        TN_TRY(tell(g, b->chunk->take, b->chunk->user));
        TN_TRY(tn_kafka_remember_cut(b->store, &made));
    }
    out->erased_count = grave_count(b);
    return TN_OK;
}

static tn_status bury_chunk(burying *b, const tn_erase_target *target,
                            tn_erase_result *out)
{
    const tn_kafka_key_visit overtaken = {b, look_for_overtaken};
    b->topic = tn_arena_copy(&b->arena, target->object).data;
    if (b->topic == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_start_erasing(b->store, target, b->chunk));
    TN_TRY(b->chunk->begun(b->chunk->user, 0));
    TN_TRY(decide_rows(b, out));
    if (grave_count(b) == 0)
        return TN_OK;
    TN_TRY(read_tail(b, NULL));
    TN_TRY(drop_changed(b));
    if (grave_count(b) == 0)
        return TN_OK;
    TN_TRY(intend(b));
    TN_TRY(send_tombstones(b));
    TN_TRY(read_tail(b, &overtaken));
    return take_all(b, out);
}

tn_status tn_kafka_bury(tn_kafka_store *store, const tn_erase_target *target,
                        const tn_erase_chunk *chunk, tn_erase_result *out)
{
    burying b = {.store = store, .chunk = chunk};
    tn_arena_init(&b.arena, store->kafka.memory);
    tn_buf_init(&b.graves, store->kafka.memory);
    tn_buf_init(&b.texts, store->kafka.memory);
    tn_map_init(&b.by_key, store->kafka.memory);
    tn_status status = bury_chunk(&b, target, out);
    tn_map_free(&b.by_key);
    tn_buf_free(&b.texts);
    tn_buf_free(&b.graves);
    tn_arena_free(&b.arena);
    return status;
}

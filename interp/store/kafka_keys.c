#include "interp/store/kafka_keys.h"
#include "interp/store/kafka_read.h"

#include <sodium.h>
#include <string.h>

tn_kafka_key tn_kafka_key_of(const rd_kafka_message_t *message)
{
    tn_kafka_key key;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof(key.bytes));
    crypto_generichash_update(&state, (const unsigned char *)&message->partition,
                              sizeof(message->partition));
    crypto_generichash_update(&state, message->key, message->key_len);
    crypto_generichash_final(&state, key.bytes, sizeof(key.bytes));
    return key;
}

static tn_str text_of(const tn_kafka_key *key)
{
    return (tn_str){(const char *)key->bytes, sizeof(key->bytes)};
}

void tn_kafka_keys_init(tn_kafka_keys *keys, const tn_allocator *memory)
{
    *keys = (tn_kafka_keys){.memory = memory};
    tn_arena_init(&keys->arena, memory);
    tn_map_init(&keys->map, memory);
    tn_buf_init(&keys->lasts, memory);
    tn_buf_init(&keys->ends, memory);
}

void tn_kafka_keys_free(tn_kafka_keys *keys)
{
    tn_map_free(&keys->map);
    tn_buf_free(&keys->lasts);
    tn_buf_free(&keys->ends);
    tn_arena_free(&keys->arena);
}

static tn_status note(tn_kafka_keys *keys, const tn_kafka_key *key, int64_t offset)
{
    uint32_t number = tn_map_find(&keys->map, text_of(key));
    if (number != TN_NONE) {
        memcpy(keys->lasts.data + number * sizeof(offset), &offset, sizeof(offset));
        return TN_OK;
    }
    tn_str copy = tn_arena_copy(&keys->arena, text_of(key));
    if (copy.data == NULL)
        return TN_NOMEM;
    size_t count = keys->lasts.len / sizeof(offset);
    if (count >= TN_NONE)
        return TN_LIMIT;
    TN_TRY(tn_map_put(&keys->map, copy, (uint32_t)count));
    tn_buf_put(&keys->lasts, (tn_str){(const char *)&offset, sizeof(offset)});
    return tn_buf_status(&keys->lasts);
}

static tn_status read_all(tn_kafka_keys *keys, tn_kafka_read *read,
                          const tn_kafka_key_visit *visit, tn_buf *why)
{
    for (;;) {
        const rd_kafka_message_t *message;
        TN_TRY(tn_kafka_read_next(read, &message, why));
        if (message == NULL)
            return TN_OK;
        if (message->key == NULL)
            continue;
        tn_kafka_key key = tn_kafka_key_of(message);
        TN_TRY(note(keys, &key, message->offset));
        if (visit != NULL)
            TN_TRY(visit->visit(visit->user, &key, message));
    }
}

static tn_status note_ends(tn_kafka_keys *keys, const tn_kafka_topic *topic)
{
    tn_buf_reset(&keys->ends);
    for (uint32_t i = 0; i < topic->count; i++)
        tn_buf_put(&keys->ends, (tn_str){(const char *)&topic->partitions[i].end,
                                         sizeof(topic->partitions[i].end)});
    return tn_buf_status(&keys->ends);
}

tn_status tn_kafka_keys_read(tn_kafka_keys *keys, tn_kafka *kafka,
                             const tn_kafka_topic *topic,
                             const tn_kafka_key_visit *visit, tn_buf *why)
{
    tn_kafka_read read;
    tn_status status = tn_kafka_read_open(&read, kafka, topic, why);
    if (status == TN_OK)
        status = read_all(keys, &read, visit, why);
    tn_kafka_read_close(&read);
    return status == TN_OK ? note_ends(keys, topic) : status;
}

int64_t tn_kafka_keys_end(const tn_kafka_keys *keys, uint32_t number)
{
    int64_t end;
    memcpy(&end, keys->ends.data + number * sizeof(end), sizeof(end));
    return end;
}

int64_t tn_kafka_keys_last(const tn_kafka_keys *keys, const tn_kafka_key *key)
{
    int64_t offset;
    uint32_t number = tn_map_find(&keys->map, text_of(key));
    if (number == TN_NONE)
        return -1;
    memcpy(&offset, keys->lasts.data + number * sizeof(offset), sizeof(offset));
    return offset;
}

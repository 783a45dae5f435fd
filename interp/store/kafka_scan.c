#include "interp/store/kafka_scan.h"
#include "interp/base/utf8.h"
#include "interp/calendar/instant.h"
#include "interp/store/json_row.h"

#include <string.h>

/* What Kafka itself knows of a record. */
typedef enum own_column {
    OWN_TIMESTAMP,
    OWN_KEY,
    OWN_PARTITION,
    OWN_OFFSET,
    OWN_COUNT
} own_column;
static const char *const own_names[OWN_COUNT] = {"kafka.timestamp", "kafka.key",
                                                 "kafka.partition", "kafka.offset"};

typedef struct kafka_scan {
    tn_scan base;
    const tn_allocator *memory;
    tn_kafka_store *store;
    tn_arena arena; /* of the scan */
    tn_kafka_topic topic;
    tn_kafka_read read;
    tn_kafka_keys keys; /* where has_keys */
    bool has_keys;
    char *text; /* a message's value, with padding behind it */
    size_t text_capacity;
    tn_json_row object;
    uint32_t own[OWN_COUNT]; /* columns of the request; TN_NONE: not asked for */
    const rd_kafka_message_t *message; /* of the row */
    tn_value key_parts[2];
    tn_list_value key;
} kafka_scan;

/* --- rows */

static tn_value own_value(const kafka_scan *s, own_column column)
{
    const rd_kafka_message_t *m = s->message;
    rd_kafka_timestamp_type_t type;
    int64_t ms;
    tn_instant sent;
    tn_str key = {m->key, m->key_len};
    switch (column) {
    case OWN_TIMESTAMP:
        ms = s->store->kafka.f.rd_kafka_message_timestamp(m, &type);
        if (type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE)
            return (tn_value){.kind = TN_KIND_NULL};
        if (!tn_instant_from_count(ms, TN_TICK_MILLIS, &sent))
            return (tn_value){.kind = TN_KIND_UNREADABLE};
        return (tn_value){TN_KIND_TIMESTAMP, {.instant = sent}};
    case OWN_KEY:
        if (m->key == NULL)
            return (tn_value){.kind = TN_KIND_NULL};
        return (tn_value){tn_utf8_is_valid(key) ? TN_KIND_STRING : TN_KIND_BYTES,
                          {.text = key}};
    case OWN_PARTITION: return (tn_value){TN_KIND_INT, {.integer = m->partition}};
    case OWN_OFFSET: return (tn_value){TN_KIND_INT, {.integer = m->offset}};
    case OWN_COUNT: break;
    }
    return (tn_value){.kind = TN_KIND_NULL};
}

static tn_status copy_text(kafka_scan *s, const rd_kafka_message_t *message)
{
    size_t needed = message->len + TN_JSON_PADDING;
    if (needed > s->text_capacity) {
        char *grown = tn_resize(s->memory, s->text, s->text_capacity, 2 * needed);
        if (grown == NULL)
            return TN_NOMEM;
        s->text = grown;
        s->text_capacity = 2 * needed;
    }
    memcpy(s->text, message->payload, message->len);
    return TN_OK;
}

/* The next record; NULL at the end. A tombstone is none. */
static tn_status next_record(kafka_scan *s, tn_buf *why)
{
    do
        TN_TRY(tn_kafka_read_next(&s->read, &s->message, why));
    while (s->message != NULL && s->message->payload == NULL);
    return TN_OK;
}

static bool is_hidden(const kafka_scan *s)
{
    if (!s->has_keys)
        return false;
    if (s->message->key == NULL)
        return true;
    tn_kafka_key key = tn_kafka_key_of(s->message);
    return tn_kafka_keys_last(&s->keys, &key) > s->message->offset;
}

tn_status tn_kafka_scan_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    kafka_scan *s = (kafka_scan *)base;
    tn_store_row *row = &s->object.row;
    *out = (tn_store_rows){row, 0, false};
    TN_TRY(next_record(s, why));
    if (s->message == NULL)
        return TN_OK;
    TN_TRY(copy_text(s, s->message));
    tn_json_row_reset(&s->object);
    TN_TRY(tn_json_row_read_text(&s->object, s->text, s->message->len));
    for (unsigned i = 0; i < OWN_COUNT; i++)
        if (s->own[i] != TN_NONE)
            s->object.values[s->own[i]] = own_value(s, (own_column)i);
    row->number++;
    row->is_hidden = is_hidden(s);
    out->count = 1;
    out->may_wait = tn_kafka_read_may_wait(&s->read);
    return TN_OK;
}

tn_status tn_kafka_scan_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    kafka_scan *s = (kafka_scan *)base;
    (void)row;
    s->key_parts[0] = own_value(s, OWN_PARTITION);
    s->key_parts[1] = own_value(s, OWN_OFFSET);
    s->key = (tn_list_value){s->key_parts, 2};
    *out = (tn_value){TN_KIND_LIST, {.list = &s->key}};
    return TN_OK;
}

tn_str tn_kafka_scan_undeclared(const tn_scan *base, uint32_t number)
{
    return tn_json_row_undeclared_name(&((const kafka_scan *)base)->object, number);
}

/* --- a scan */

void tn_kafka_scan_close(tn_scan *base)
{
    kafka_scan *s = (kafka_scan *)base;
    if (s == NULL)
        return;
    const tn_allocator *memory = s->memory;
    tn_kafka_read_close(&s->read);
    tn_kafka_keys_free(&s->keys);
    tn_json_row_free(&s->object);
    tn_resize(memory, s->text, s->text_capacity, 0);
    tn_arena_free(&s->arena);
    tn_resize(memory, s, sizeof(*s), 0);
}

static tn_status start(kafka_scan *s, const tn_scan_request *request, tn_buf *why)
{
    tn_kafka *kafka = &s->store->kafka;
    tn_str object = request->object;
    s->topic.name = tn_arena_copy(&s->arena, object).data;
    if (s->topic.name == NULL)
        return TN_NOMEM;
    TN_TRY(tn_kafka_find(kafka, &s->topic, &s->arena, why));
    if (request->wants_hidden)
        TN_TRY(
            tn_kafka_is_compacted(kafka, s->topic.name, &s->arena, &s->has_keys, why));
    if (s->has_keys)
        TN_TRY(tn_kafka_keys_read(&s->keys, kafka, &s->topic, NULL, why));
    return tn_kafka_read_open(&s->read, kafka, &s->topic, why);
}

static void find_own_columns(kafka_scan *s, const tn_scan_request *request)
{
    for (unsigned own = 0; own < OWN_COUNT; own++) {
        s->own[own] = TN_NONE;
        for (uint32_t i = 0; i < request->column_count; i++)
            if (request->columns[i].is_wanted &&
                tn_str_equal(request->columns[i].name, tn_str_from(own_names[own])))
                s->own[own] = i;
    }
}

tn_status tn_kafka_scan_open(tn_store *base, const tn_scan_request *request,
                             tn_scan **out, tn_buf *why)
{
    tn_kafka_store *store = (tn_kafka_store *)base;
    kafka_scan *s = tn_resize(store->kafka.memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (kafka_scan){
        .base = {base->ops}, .memory = store->kafka.memory, .store = store};
    tn_arena_init(&s->arena, s->memory);
    tn_kafka_keys_init(&s->keys, s->memory);
    find_own_columns(s, request);
    tn_status status = tn_json_row_init(&s->object, request, s->memory);
    if (status == TN_OK)
        status = start(s, request, why);
    if (status != TN_OK) {
        tn_kafka_scan_close(&s->base);
        return status;
    }
    *out = &s->base;
    return TN_OK;
}

void tn_kafka_scan_skip(tn_scan *base, int32_t partition)
{
    tn_kafka_read_skip(&((kafka_scan *)base)->read, partition);
}

const tn_kafka_topic *tn_kafka_scan_topic(const tn_scan *base)
{
    return &((const kafka_scan *)base)->topic;
}

const rd_kafka_message_t *tn_kafka_scan_message(const tn_scan *base)
{
    return ((const kafka_scan *)base)->message;
}

tn_kafka_keys *tn_kafka_scan_keys(tn_scan *base)
{
    kafka_scan *s = (kafka_scan *)base;
    return s->has_keys ? &s->keys : NULL;
}

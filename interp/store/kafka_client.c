#include "interp/store/kafka_client.h"

#include "interp/store/input.h"

#include <stdlib.h>
#include <string.h>

#define SYMBOL(function) {#function, offsetof(tn_kafka_functions, function)},
static const tn_library_symbol symbols[] = {TN_KAFKA_FUNCTIONS(SYMBOL)};
static const tn_library library = {"librdkafka.so.1", "librdkafka1", "read from Kafka",
                                   symbols, TN_COUNT(symbols)};

/* What a file of properties cannot change: what is read must be all there is, and no
 * offset of anybody may move. */
typedef struct property {
    const char *name;
    const char *value;
} property;
static const property fixed[] = {
    {"enable.auto.commit", "false"},       {"enable.auto.offset.store", "false"},
    {"allow.auto.create.topics", "false"}, {"enable.partition.eof", "true"},
    {"auto.offset.reset", "error"},        {"check.crcs", "true"},
    {"queued.min.messages", "10000000"},   {"queued.max.messages.kbytes", "4096"},
};

tn_status tn_kafka_fail(const tn_kafka *kafka, rd_kafka_resp_err_t code, tn_buf *why)
{
    tn_buf_put_text(why, kafka->f.rd_kafka_err2str(code));
    if (kafka->complaint[0] != '\0')
        tn_buf_put_format(why, " (%s)", kafka->complaint);
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
                   code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC
               ? TN_NOT_FOUND
               : TN_STORE;
}

static void note_error(rd_kafka_t *handle, int code, const char *reason, void *user)
{
    tn_kafka *kafka = user;
    (void)handle;
    (void)code;
    size_t len = strlen(reason);
    size_t kept = len < sizeof(kafka->complaint) ? len : sizeof(kafka->complaint) - 1;
    memcpy(kafka->complaint, reason, kept);
    kafka->complaint[kept] = '\0';
}

/* librdkafka would print it. */
static void drop_log(const rd_kafka_t *handle, int level, const char *facility,
                     const char *text)
{
    (void)handle;
    (void)level;
    (void)facility;
    (void)text;
}

/* --- properties */

static tn_status set(tn_kafka *kafka, rd_kafka_conf_t *conf, const char *name,
                     const char *value, tn_buf *why)
{
    char reason[256] = "";
    if (kafka->f.rd_kafka_conf_set(conf, name, value, reason, sizeof(reason)) ==
        RD_KAFKA_CONF_OK)
        return TN_OK;
    tn_buf_put_text(why, reason);
    return TN_STORE;
}

static tn_str trim(tn_str s)
{
    while (s.len > 0 && (s.data[0] == ' ' || s.data[0] == '\t'))
        s = tn_str_slice(s, 1, s.len - 1);
    while (s.len > 0 && (s.data[s.len - 1] == ' ' || s.data[s.len - 1] == '\t' ||
                         s.data[s.len - 1] == '\r'))
        s.len--;
    return s;
}

/* One line of a file of properties: `name=value`, or blank, or a comment. */
static tn_status set_line(tn_kafka *kafka, rd_kafka_conf_t *conf, tn_str line,
                          tn_arena *arena, tn_buf *why)
{
    line = trim(line);
    if (line.len == 0 || line.data[0] == '#')
        return TN_OK;
    size_t equals = tn_str_find(line, TN_STR("="));
    if (equals == SIZE_MAX) {
        tn_buf_put_text(why, "a line without \"=\"");
        return TN_STORE;
    }
    tn_str name = tn_arena_copy(arena, trim(tn_str_slice(line, 0, equals)));
    tn_str value = tn_arena_copy(arena, trim(tn_str_slice(line, equals + 1, line.len)));
    if (name.data == NULL || value.data == NULL)
        return TN_NOMEM;
    return set(kafka, conf, name.data, value.data, why);
}

/* `source` names the text in a message. */
static tn_status set_lines(tn_kafka *kafka, rd_kafka_conf_t *conf, tn_str text,
                           tn_str source, tn_buf *why)
{
    tn_arena arena;
    tn_status status = TN_OK;
    tn_arena_init(&arena, kafka->memory);
    for (unsigned line = 1; status == TN_OK && text.len > 0; line++) {
        size_t end = tn_str_find(text, TN_STR("\n"));
        end = end == SIZE_MAX ? text.len : end;
        size_t said = why->len;
        status = set_line(kafka, conf, tn_str_slice(text, 0, end), &arena, why);
        if (status != TN_OK && why->len > said)
            tn_buf_put_format(why, " (line %u of " TN_STR_FMT ")", line,
                              TN_STR_ARG(source));
        text = tn_str_slice(text, end + 1, text.len);
    }
    tn_arena_free(&arena);
    return status;
}

static tn_status set_file(tn_kafka *kafka, rd_kafka_conf_t *conf, tn_buf *why)
{
    tn_input file = TN_INPUT_NONE;
    tn_status status = tn_input_open(&file, kafka->place, kafka->memory, why);
    while (status == TN_OK && !file.is_at_end)
        status = tn_input_fill(&file, why);
    tn_str text = {file.data + file.at, file.end - file.at};
    if (status == TN_OK)
        status = set_lines(kafka, conf, text, file.path, why);
    tn_input_close(&file);
    return status;
}

static bool is_properties(tn_str place)
{
    return tn_str_find(place, TN_STR("bootstrap.servers=")) != SIZE_MAX;
}

static bool is_path(tn_str place)
{
    return memchr(place.data, '/', place.len) != NULL ||
           tn_str_ends(place, TN_STR(".properties"));
}

static tn_status set_all(tn_kafka *kafka, rd_kafka_conf_t *conf, tn_buf *why)
{
    TN_TRY(set(kafka, conf, "group.id", "tenure", why));
    TN_TRY(set(kafka, conf, "client.id", "tenure", why));
    if (is_properties(kafka->place))
        TN_TRY(set_lines(kafka, conf, kafka->place, TN_STR("its address"), why));
    else if (is_path(kafka->place))
        TN_TRY(set_file(kafka, conf, why));
    else
        TN_TRY(set(kafka, conf, "bootstrap.servers", kafka->place.data, why));
    for (size_t i = 0; i < TN_COUNT(fixed); i++)
        TN_TRY(set(kafka, conf, fixed[i].name, fixed[i].value, why));
    return TN_OK;
}

/* --- handles */

typedef struct handle_kind {
    rd_kafka_type_t type;
    /* "read_uncommitted": records of open and aborted transactions are read, and the
     * end that it tells of is the high watermark; "read_committed": it is the last
     * stable offset. */
    const char *isolation;
    tn_kafka_told_fn *told; /* of a producer */
} handle_kind;

/* A tombstone that waits for long would be sent on facts that are old. */
static tn_status set_kind(tn_kafka *kafka, rd_kafka_conf_t *conf,
                          const handle_kind *kind, tn_buf *why)
{
    TN_TRY(set(kafka, conf, "isolation.level", kind->isolation, why));
    if (kind->told == NULL)
        return TN_OK;
    kafka->f.rd_kafka_conf_set_dr_msg_cb(conf, kind->told);
    TN_TRY(set(kafka, conf, "acks", "all", why));
    return set(kafka, conf, "message.timeout.ms", "5000", why);
}

static tn_status new_handle(tn_kafka *kafka, const handle_kind *kind, rd_kafka_t **out,
                            tn_buf *why)
{
    char reason[256] = "";
    rd_kafka_conf_t *conf = kafka->f.rd_kafka_conf_new();
    kafka->f.rd_kafka_conf_set_opaque(conf, kafka);
    kafka->f.rd_kafka_conf_set_error_cb(conf, note_error);
    kafka->f.rd_kafka_conf_set_log_cb(conf, drop_log);
    tn_status status = set_all(kafka, conf, why);
    if (status == TN_OK)
        status = set_kind(kafka, conf, kind, why);
    if (status == TN_OK) {
        *out = kafka->f.rd_kafka_new(kind->type, conf, reason, sizeof(reason));
        if (*out != NULL)
            return TN_OK;
        tn_buf_put_text(why, reason);
        status = TN_STORE;
    }
    kafka->f.rd_kafka_conf_destroy(conf);
    return status;
}

tn_status tn_kafka_open(tn_kafka *kafka, tn_str place, const tn_allocator *memory,
                        tn_buf *why)
{
    *kafka = (tn_kafka){.memory = memory, .place = place};
    TN_TRY(tn_library_load(&library, &kafka->f, why));
    static const handle_kind asking = {RD_KAFKA_CONSUMER, "read_committed", NULL};
    return new_handle(kafka, &asking, &kafka->handle, why);
}

void tn_kafka_close(tn_kafka *kafka)
{
    if (kafka->handle != NULL)
        kafka->f.rd_kafka_destroy(kafka->handle);
}

tn_status tn_kafka_consumer(tn_kafka *kafka, rd_kafka_t **out, tn_buf *why)
{
    static const handle_kind reading = {RD_KAFKA_CONSUMER, "read_uncommitted", NULL};
    TN_TRY(new_handle(kafka, &reading, out, why));
    kafka->f.rd_kafka_poll_set_consumer(*out);
    return TN_OK;
}

tn_status tn_kafka_producer(tn_kafka *kafka, tn_kafka_told_fn *told, rd_kafka_t **out,
                            tn_buf *why)
{
    handle_kind writing = {RD_KAFKA_PRODUCER, "read_uncommitted", told};
    return new_handle(kafka, &writing, out, why);
}

/* --- topics */

/* Asks for the metadata of one topic, or with NULL of all; runs the callbacks, so that
 * what is wrong with the connection is known. */
static tn_status ask(tn_kafka *kafka, rd_kafka_topic_t *topic,
                     const struct rd_kafka_metadata **out, tn_buf *why)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TRANSPORT;
    if (!kafka->is_silent)
        code = kafka->f.rd_kafka_metadata(kafka->handle, topic == NULL, topic, out,
                                          kafka->has_answered ? TN_KAFKA_PATIENCE_MS
                                                              : TN_KAFKA_CONTACT_MS);
    kafka->f.rd_kafka_poll(kafka->handle, 0);
    kafka->is_silent = code != RD_KAFKA_RESP_ERR_NO_ERROR && !kafka->has_answered;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tn_kafka_fail(kafka, code, why);
    kafka->has_answered = true;
    kafka->complaint[0] = '\0';
    return TN_OK;
}

static int compare_names(const void *a, const void *b)
{
    return tn_str_compare(*(const tn_str *)a, *(const tn_str *)b);
}

static tn_status copy_names(const struct rd_kafka_metadata *from, tn_arena *arena,
                            const tn_str **names, uint32_t *count)
{
    uint32_t kept = 0;
    tn_str *list = tn_arena_take_array(arena, (size_t)from->topic_cnt, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (int i = 0; i < from->topic_cnt; i++) {
        tn_str name = tn_str_from(from->topics[i].topic);
        if (tn_str_starts(name, TN_STR("__")))
            continue;
        list[kept] = tn_arena_copy(arena, name);
        if (list[kept++].data == NULL)
            return TN_NOMEM;
    }
    qsort(list, kept, sizeof(*list), compare_names);
    *names = list;
    *count = kept;
    return TN_OK;
}

tn_status tn_kafka_topics(tn_kafka *kafka, tn_arena *arena, const tn_str **names,
                          uint32_t *count, tn_buf *why)
{
    const struct rd_kafka_metadata *metadata;
    TN_TRY(ask(kafka, NULL, &metadata, why));
    tn_status status = copy_names(metadata, arena, names, count);
    kafka->f.rd_kafka_metadata_destroy(metadata);
    return status;
}

static int compare_partitions(const void *a, const void *b)
{
    int32_t x = ((const tn_kafka_partition *)a)->number;
    int32_t y = ((const tn_kafka_partition *)b)->number;
    return (x > y) - (x < y);
}

static tn_status copy_partitions(tn_kafka *kafka,
                                 const struct rd_kafka_metadata *metadata,
                                 tn_kafka_topic *topic, tn_arena *arena, tn_buf *why)
{
    const rd_kafka_metadata_topic_t *from = &metadata->topics[0];
    if (metadata->topic_cnt != 1 ||
        from->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        tn_buf_put_format(why, "it has no topic \"%s\"", topic->name);
        return TN_NOT_FOUND;
    }
    if (from->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tn_kafka_fail(kafka, from->err, why);
    topic->count = (uint32_t)from->partition_cnt;
    topic->partitions =
        tn_arena_take_array(arena, topic->count, sizeof(*topic->partitions));
    if (topic->partitions == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < topic->count; i++) {
        if (from->partitions[i].leader < 0) {
            tn_buf_put_format(why, "partition %d has no leader now",
                              (int)from->partitions[i].id);
            return TN_STORE;
        }
        topic->partitions[i].number = from->partitions[i].id;
    }
    qsort(topic->partitions, topic->count, sizeof(*topic->partitions),
          compare_partitions);
    return TN_OK;
}

static tn_status find_partitions(tn_kafka *kafka, tn_kafka_topic *topic,
                                 tn_arena *arena, tn_buf *why)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle =
        kafka->f.rd_kafka_topic_new(kafka->handle, topic->name, NULL);
    if (handle == NULL) {
        tn_buf_put_text(why, "it is not the name of a topic");
        return TN_NOT_FOUND;
    }
    tn_status status = ask(kafka, handle, &metadata, why);
    if (status == TN_OK) {
        status = copy_partitions(kafka, metadata, topic, arena, why);
        kafka->f.rd_kafka_metadata_destroy(metadata);
    }
    kafka->f.rd_kafka_topic_destroy(handle);
    return status;
}

/* `at`: RD_KAFKA_OFFSET_BEGINNING or _END. rd_kafka_query_watermark_offsets would do,
 * but before librdkafka 2.3 it waits for a silent broker for ever. */
static rd_kafka_resp_err_t ask_offsets(tn_kafka *kafka, tn_kafka_topic *topic,
                                       int64_t at)
{
    const tn_kafka_functions *f = &kafka->f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)topic->count);
    for (uint32_t i = 0; i < topic->count; i++)
        f->rd_kafka_topic_partition_list_add(list, topic->name,
                                             topic->partitions[i].number)
            ->offset = at;
    rd_kafka_resp_err_t code =
        f->rd_kafka_offsets_for_times(kafka->handle, list, TN_KAFKA_PATIENCE_MS);
    for (int k = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && k < list->cnt; k++) {
        const rd_kafka_topic_partition_t *told = &list->elems[k];
        code = told->err;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR && told->offset < 0)
            code = RD_KAFKA_RESP_ERR__BAD_MSG;
        for (uint32_t i = 0; i < topic->count; i++)
            if (topic->partitions[i].number == told->partition)
                *(at == RD_KAFKA_OFFSET_END ? &topic->partitions[i].end
                                            : &topic->partitions[i].low) = told->offset;
    }
    f->rd_kafka_topic_partition_list_destroy(list);
    return code;
}

tn_status tn_kafka_look(tn_kafka *kafka, tn_kafka_topic *topic, tn_buf *why)
{
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (topic->count > 0)
        code = ask_offsets(kafka, topic, RD_KAFKA_OFFSET_BEGINNING);
    if (topic->count > 0 && code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = ask_offsets(kafka, topic, RD_KAFKA_OFFSET_END);
    kafka->f.rd_kafka_poll(kafka->handle, 0);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? TN_OK : tn_kafka_fail(kafka, code, why);
}

tn_status tn_kafka_find(tn_kafka *kafka, tn_kafka_topic *topic, tn_arena *arena,
                        tn_buf *why)
{
    TN_TRY(find_partitions(kafka, topic, arena, why));
    return tn_kafka_look(kafka, topic, why);
}

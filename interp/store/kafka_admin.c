#include "interp/store/kafka_admin.h"

#include "interp/base/digest.h"

#include <string.h>

enum { ID_BYTES = 8 };

/* Waits for the answer to a request that was sent to `queue`; NULL, with a sentence:
 * there is none. */
static rd_kafka_event_t *wait_for_answer(tn_kafka *kafka, rd_kafka_queue_t *queue,
                                         tn_buf *why)
{
    const tn_kafka_functions *f = &kafka->f;
    rd_kafka_event_t *event = f->rd_kafka_queue_poll(queue, 2 * TN_KAFKA_PATIENCE_MS);
    if (event == NULL) {
        (void)tn_kafka_fail(kafka, RD_KAFKA_RESP_ERR__TIMED_OUT, why);
        return NULL;
    }
    if (f->rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return event;
    tn_buf_put_text(why, f->rd_kafka_event_error_string(event));
    f->rd_kafka_event_destroy(event);
    return NULL;
}

/* --- settings */

static tn_status take_setting(tn_kafka *kafka, rd_kafka_event_t *event,
                              tn_kafka_setting *setting, tn_arena *arena, tn_buf *why)
{
    const tn_kafka_functions *f = &kafka->f;
    size_t count;
    const rd_kafka_ConfigResource_t **resources =
        f->rd_kafka_DescribeConfigs_result_resources(
            f->rd_kafka_event_DescribeConfigs_result(event), &count);
    rd_kafka_resp_err_t code = count == 1
                                   ? f->rd_kafka_ConfigResource_error(resources[0])
                                   : RD_KAFKA_RESP_ERR__BAD_MSG;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tn_kafka_fail(kafka, code, why);
    const rd_kafka_ConfigEntry_t **entries =
        f->rd_kafka_ConfigResource_configs(resources[0], &count);
    setting->value = (tn_str){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(f->rd_kafka_ConfigEntry_name(entries[i]), setting->name) != 0)
            continue;
        const char *value = f->rd_kafka_ConfigEntry_value(entries[i]);
        setting->is_own = f->rd_kafka_ConfigEntry_source(entries[i]) ==
                          RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
        setting->value = tn_arena_copy(arena, tn_str_from(value));
        return setting->value.data == NULL ? TN_NOMEM : TN_OK;
    }
    return TN_OK;
}

/* The id of one broker, as requests name it. */
static tn_status name_broker(tn_kafka *kafka, char *out, size_t size, tn_buf *why)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t code = kafka->f.rd_kafka_metadata(
        kafka->handle, 0, NULL, &metadata, TN_KAFKA_PATIENCE_MS);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tn_kafka_fail(kafka, code, why);
    tn_buf text;
    tn_buf_init(&text, kafka->memory);
    tn_buf_put_int(&text, metadata->broker_cnt > 0 ? metadata->brokers[0].id : -1);
    kafka->f.rd_kafka_metadata_destroy(metadata);
    bool fits = !text.failed && text.len < size;
    if (fits) {
        memcpy(out, text.data, text.len);
        out[text.len] = '\0';
    }
    tn_buf_free(&text);
    return fits ? TN_OK : TN_NOMEM;
}

tn_status tn_kafka_read_setting(tn_kafka *kafka, tn_kafka_setting *setting,
                                tn_arena *arena, tn_buf *why)
{
    const tn_kafka_functions *f = &kafka->f;
    char broker[16];
    if (setting->topic == NULL)
        TN_TRY(name_broker(kafka, broker, sizeof(broker), why));
    rd_kafka_ConfigResource_t *resource = f->rd_kafka_ConfigResource_new(
        setting->topic == NULL ? RD_KAFKA_RESOURCE_BROKER : RD_KAFKA_RESOURCE_TOPIC,
        setting->topic == NULL ? broker : setting->topic);
    rd_kafka_queue_t *queue = f->rd_kafka_queue_new(kafka->handle);
    f->rd_kafka_DescribeConfigs(kafka->handle, &resource, 1, NULL, queue);
    rd_kafka_event_t *event = wait_for_answer(kafka, queue, why);
    tn_status status = TN_STORE;
    if (event != NULL) {
        status = take_setting(kafka, event, setting, arena, why);
        f->rd_kafka_event_destroy(event);
    }
    f->rd_kafka_queue_destroy(queue);
    f->rd_kafka_ConfigResource_destroy(resource);
    return status;
}

/* --- deleting */

static tn_status take_results(tn_kafka *kafka, rd_kafka_event_t *event,
                              tn_kafka_topic *topic, tn_buf *why)
{
    const tn_kafka_functions *f = &kafka->f;
    const rd_kafka_topic_partition_list_t *results =
        f->rd_kafka_DeleteRecords_result_offsets(
            f->rd_kafka_event_DeleteRecords_result(event));
    tn_status status = TN_OK;
    for (int i = 0; i < results->cnt; i++) {
        const rd_kafka_topic_partition_t *result = &results->elems[i];
        for (uint32_t p = 0; p < topic->count; p++)
            if (topic->partitions[p].number == result->partition &&
                result->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                topic->partitions[p].low = result->offset;
        if (result->err == RD_KAFKA_RESP_ERR_NO_ERROR)
            continue;
        tn_buf_put_format(why, "%spartition %d: %s", status == TN_OK ? "" : "; ",
                          (int)result->partition, f->rd_kafka_err2str(result->err));
        status = TN_STORE;
    }
    return status;
}

tn_status tn_kafka_delete_records(tn_kafka *kafka, tn_kafka_topic *topic, tn_buf *why)
{
    const tn_kafka_functions *f = &kafka->f;
    rd_kafka_topic_partition_list_t *list =
        f->rd_kafka_topic_partition_list_new((int)topic->count);
    for (uint32_t i = 0; i < topic->count; i++)
        if (topic->partitions[i].low < topic->partitions[i].end)
            f->rd_kafka_topic_partition_list_add(list, topic->name,
                                                 topic->partitions[i].number)
                ->offset = topic->partitions[i].end;
    tn_status status = TN_OK;
    if (list->cnt > 0) {
        rd_kafka_DeleteRecords_t *request = f->rd_kafka_DeleteRecords_new(list);
        rd_kafka_queue_t *queue = f->rd_kafka_queue_new(kafka->handle);
        f->rd_kafka_DeleteRecords(kafka->handle, &request, 1, NULL, queue);
        rd_kafka_event_t *event = wait_for_answer(kafka, queue, why);
        status = TN_STORE;
        if (event != NULL) {
            status = take_results(kafka, event, topic, why);
            f->rd_kafka_event_destroy(event);
        }
        f->rd_kafka_queue_destroy(queue);
        f->rd_kafka_DeleteRecords_destroy(request);
    }
    f->rd_kafka_topic_partition_list_destroy(list);
    return status;
}

/* --- identity */

tn_status tn_kafka_identify(tn_kafka *kafka, char *id, tn_buf *why)
{
    static const char digits[] = "0123456789abcdef";
    char *name = kafka->f.rd_kafka_clusterid(kafka->handle, TN_KAFKA_PATIENCE_MS);
    if (name == NULL) {
        tn_buf_put_text(why, "the cluster does not tell its id");
        return TN_STORE;
    }
    tn_digest_state state;
    tn_digest_start(&state);
    tn_digest_add(&state, tn_str_from(name));
    tn_digest digest = tn_digest_end(&state);
    kafka->f.rd_kafka_mem_free(kafka->handle, name);
    for (int i = 0; i < ID_BYTES; i++) {
        id[2 * i] = digits[digest.bytes[i] >> 4];
        id[2 * i + 1] = digits[digest.bytes[i] & 15];
    }
    return TN_OK;
}

// limit_kafka TENANTS PLACE TOPIC: the audit rule over the records of a topic, by
// librdkafka and simdjson on demand. It reads to where the topic's one
// partition ends now.
#define SIMDJSON_EXCEPTIONS 0
#include "tests/bench/audit_rule.h"

#include <librdkafka/rdkafka.h>
#include <simdjson.h>
#include <string_view>
#include <vector>

using namespace simdjson;

static rule the_rule;

static int load_tenants(const char *path)
{
    padded_string text;
    ondemand::parser parser;
    ondemand::document_stream lines;
    if (padded_string::load(path).get(text) || parser.iterate_many(text).get(lines))
        return 1;
    for (auto line : lines) {
        std::string_view id, terminated;
        bool held = false;
        if (line["id"].get_string().get(id))
            return 1;
        bool has_terminated =
            line["terminated"].get_string().get(terminated) == SUCCESS;
        if (line["hold"].get_bool().get(held))
            held = false;
        rule_add_tenant(&the_rule, id.data(), id.size(),
                        has_terminated ? terminated.data() : nullptr, terminated.size(),
                        held);
    }
    return 0;
}

static void decide(ondemand::parser &parser, std::vector<char> &text,
                   const rd_kafka_message_t *message)
{
    ondemand::document record;
    std::string_view tenant, time;
    if (text.size() < message->len + SIMDJSON_PADDING)
        text.resize(2 * (message->len + SIMDJSON_PADDING));
    memcpy(text.data(), message->payload, message->len);
    if (parser.iterate(text.data(), message->len, text.size()).get(record) ||
        record.find_field("tenant_id").get_string().get(tenant) ||
        record.find_field("audit_time").get_string().get(time))
        the_rule.flag++;
    else
        rule_decide(&the_rule, tenant.data(), tenant.size(), time.data(), time.size());
}

static rd_kafka_t *open_consumer(const char *place)
{
    static const char *const settings[][2] = {
        {"group.id", "limit"},
        {"enable.auto.commit", "false"},
        // else it pauses for a second when enough is at hand
        {"queued.min.messages", "10000000"},
        {"queued.max.messages.kbytes", "1000000"},
        {"check.crcs", "true"}};
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", place, why, sizeof(why));
    for (auto &setting : settings)
        rd_kafka_conf_set(conf, setting[0], setting[1], why, sizeof(why));
    return rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof(why));
}

static int read_all(rd_kafka_t *consumer, rd_kafka_queue_t *queue, int64_t end)
{
    enum { BATCH = 1024 };
    rd_kafka_message_t *batch[BATCH];
    ondemand::parser parser;
    std::vector<char> text(4096);
    for (;;) {
        bool is_end = false;
        batch[0] = rd_kafka_consumer_poll(consumer, 10000);
        if (batch[0] == nullptr)
            return 1;
        ssize_t more = rd_kafka_consume_batch_queue(queue, 0, batch + 1, BATCH - 1);
        for (ssize_t i = 0; i <= (more < 0 ? 0 : more); i++) {
            is_end |= batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR &&
                      batch[i]->offset + 1 >= end;
            if (batch[i]->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                decide(parser, text, batch[i]);
            rd_kafka_message_destroy(batch[i]);
        }
        if (is_end) // the topic has one partition
            return 0;
    }
}

int main(int argc, char **argv)
{
    if (argc < 4 || load_tenants(argv[1]))
        return 1;
    rd_kafka_t *consumer = open_consumer(argv[2]);
    if (consumer == nullptr)
        return 1;
    int64_t low, end;
    rd_kafka_poll_set_consumer(consumer);
    if (rd_kafka_query_watermark_offsets(consumer, argv[3], 0, &low, &end, 10000) != 0)
        return 1;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, argv[3], 0)->offset = low;
    rd_kafka_assign(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    int code = read_all(consumer, queue, end);
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    if (code == 0)
        rule_print(&the_rule);
    return code;
}

// limit_jsonl TENANTS RECORDS: the audit rule over JSON Lines, by simdjson on demand.
#define SIMDJSON_EXCEPTIONS 0
#include "tests/bench/audit_rule.h"

#include <simdjson.h>
#include <string_view>

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

int main(int argc, char **argv)
{
    padded_string text;
    ondemand::parser parser;
    ondemand::document_stream lines;
    if (argc < 3 || load_tenants(argv[1]) || padded_string::load(argv[2]).get(text) ||
        parser.iterate_many(text, 1 << 20).get(lines))
        return 1;
    for (auto line : lines) {
        std::string_view tenant, time;
        // in the order of the lines: find_field goes forward only
        if (line.find_field("tenant_id").get_string().get(tenant) ||
            line.find_field("audit_time").get_string().get(time))
            the_rule.flag++;
        else
            rule_decide(&the_rule, tenant.data(), tenant.size(), time.data(),
                        time.size());
    }
    rule_print(&the_rule);
    return 0;
}

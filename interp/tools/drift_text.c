/* drift_text: findings for people, and for programs. */
#include "interp/tools/drift.h"

const char *tn_drift_kind_text(tn_drift_kind kind)
{
    static const char *const words[TN_DRIFT_KIND_COUNT] = {"missing", "undeclared",
                                                           "setting", "copy"};
    return words[kind];
}

void tn_drift_put_text(tn_buf *out, const tn_drift *drift)
{
    for (uint32_t i = 0; i < drift->count; i++) {
        const tn_drift_finding *finding = &drift->list[i];
        if (finding->place.len > 0) {
            tn_buf_put(out, finding->place);
            tn_buf_put_text(out, ": ");
        }
        tn_buf_put_format(out, "%s: ", tn_drift_kind_text(finding->kind));
        tn_buf_put(out, finding->text);
        tn_buf_put_char(out, '\n');
    }
    if (drift->count == 0)
        tn_buf_put_text(out, "The stores are as the deployment says.\n");
    else
        tn_buf_put_format(out, "%u finding%s\n", drift->count,
                          drift->count == 1 ? "" : "s");
}

static void put_member(tn_buf *out, const char *name, tn_str text)
{
    tn_buf_put_format(out, ",\"%s\":", name);
    if (text.len == 0)
        tn_buf_put_text(out, "null");
    else
        tn_buf_put_json(out, text);
}

void tn_drift_put_json(tn_buf *out, const tn_drift *drift)
{
    tn_buf_put_text(out, "{\"findings\":[");
    for (uint32_t i = 0; i < drift->count; i++) {
        const tn_drift_finding *finding = &drift->list[i];
        tn_buf_put_format(out, "%s{\"kind\":\"%s\"", i > 0 ? "," : "",
                          tn_drift_kind_text(finding->kind));
        put_member(out, "place", finding->place);
        put_member(out, "store", finding->store);
        put_member(out, "object", finding->object);
        put_member(out, "text", finding->text);
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_text(out, "]}\n");
}

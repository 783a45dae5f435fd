#include "interp/apply/plan_file.h"
#include "interp/apply/plan_seal.h"
#include "interp/calendar/instant.h"

static void put_text(tn_buf *out, const char *name, tn_str text)
{
    tn_buf_put_format(out, ",\"%s\":", name);
    tn_buf_put_json(out, text);
}

static void put_count(tn_buf *out, const char *name, uint64_t count)
{
    tn_buf_put_format(out, ",\"%s\":", name);
    tn_buf_put_uint(out, count);
}

static void put_instant(tn_buf *out, const char *name, bool exists, tn_instant at)
{
    char text[TN_INSTANT_TEXT_MAX];
    if (exists)
        tn_instant_format(at, text);
    tn_buf_put_format(out, exists ? ",\"%s\":\"%s\"" : ",\"%s\":null", name,
                      exists ? text : "");
}

static void put_digest(tn_buf *out, const char *name, const tn_digest *digest)
{
    tn_buf_put_format(out, ",\"%s\":\"", name);
    tn_hex_put(out, digest->bytes, TN_DIGEST_BYTES);
    tn_buf_put_char(out, '"');
}

static void put_texts(tn_buf *out, const char *name, const tn_str *list, uint32_t count)
{
    tn_buf_put_format(out, ",\"%s\":[", name);
    for (uint32_t i = 0; i < count; i++) {
        tn_buf_put_text(out, i > 0 ? "," : "");
        tn_buf_put_json(out, list[i]);
    }
    tn_buf_put_char(out, ']');
}

static void put_cutoffs(tn_buf *out, const tn_plan_place *place)
{
    tn_buf_put_text(out, ",\"cutoffs\":[");
    for (uint32_t i = 0; i < place->cutoff_count; i++) {
        const tn_plan_cutoff *cutoff = &place->cutoffs[i];
        tn_buf_put_text(out, i > 0 ? ",{\"clause\":" : "{\"clause\":");
        tn_buf_put_json(out, cutoff->clause);
        put_text(out, "anchor", cutoff->anchor);
        put_instant(out, "at", cutoff->exists, cutoff->at);
        tn_buf_put_char(out, '}');
    }
    tn_buf_put_char(out, ']');
}

static void put_reasons(tn_buf *out, const tn_plan_place *place)
{
    uint64_t sums[3] = {0};
    const char *comma = "";
    for (int i = 0; i < TN_REASON_COUNT; i++)
        sums[tn_reason_decision((tn_reason)i)] += place->reasons[i];
    put_count(out, "keep", sums[TN_KEEP]);
    put_count(out, "delete", sums[TN_DELETE]);
    put_count(out, "flag", sums[TN_FLAG]);
    tn_buf_put_text(out, ",\"reasons\":{");
    for (int i = 0; i < TN_REASON_COUNT; i++) {
        if (place->reasons[i] == 0)
            continue;
        tn_buf_put_format(out, "%s\"%s\":%llu", comma, tn_reason_text((tn_reason)i),
                          (unsigned long long)place->reasons[i]);
        comma = ",";
    }
    tn_buf_put_char(out, '}');
}

static void put_days(tn_buf *out, const tn_plan_place *place)
{
    const char *comma = "";
    tn_buf_put_text(out, ",\"days\":[");
    for (uint32_t i = 0; i < TN_PLAN_FORECAST_DAYS; i++) {
        if (place->days[i] == 0)
            continue;
        tn_buf_put_format(out, "%s[%u,%llu]", comma, i,
                          (unsigned long long)place->days[i]);
        comma = ",";
    }
    tn_buf_put_char(out, ']');
}

static void put_targets(tn_buf *out, const tn_plan *plan)
{
    tn_buf_put_text(out, TN_PLAN_TARGETS_START);
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const tn_plan_place *place = &plan->places[i];
        tn_hex_put(out, (const unsigned char *)place->targets,
                   place->target_count * sizeof(*place->targets));
    }
    tn_buf_put_char(out, '"');
}

static void put_place(tn_buf *out, const tn_plan_place *place)
{
    tn_buf_put_text(out, "{\"place\":");
    tn_buf_put_json(out, place->place);
    put_text(out, "category", place->category);
    put_text(out, "placement", place->placement);
    put_text(out, "store", place->store);
    put_text(out, "object", place->object);
    put_text(out, "action", place->redacts ? TN_STR("redact") : TN_STR("delete"));
    tn_buf_put_text(out,
                    place->is_erasable ? ",\"erasable\":true" : ",\"erasable\":false");
    put_digest(out, "shape", &place->shape);
    put_texts(out, "obstacles", place->obstacles, place->obstacle_count);
    put_count(out, "records", place->record_count);
    put_reasons(out, place);
    put_count(out, "due", place->due_count);
    put_count(out, "resolved", place->resolved_count);
    put_count(out, "overdue", place->overdue_count);
    put_count(out, "blocked", place->blocked_count);
    put_count(out, "hidden", place->hidden_count);
    tn_buf_put_text(out, place->buries ? ",\"tombstones\":true" : "");
    put_text(out, "blocked_until", place->blocked_until);
    put_texts(out, "blocked_behind", place->blocked, place->blocked_parts);
    put_texts(out, "whole", place->wholes, place->whole_count);
    put_count(out, "resurrected", place->returned_count);
    put_texts(out, "upstream", place->upstream, place->upstream_count);
    put_instant(out, "oldest_due", place->has_due, place->oldest_due);
    put_instant(out, "newest_due", place->has_due, place->newest_due);
    if (place->has_expected)
        put_count(out, "expected", place->expected_count);
    else
        tn_buf_put_text(out, ",\"expected\":null");
    put_count(out, "estimate_ms", place->estimate_ms);
    put_cutoffs(out, place);
    put_texts(out, "samples", place->samples, place->sample_count);
    put_days(out, place);
    put_count(out, "targets", place->target_count);
    put_count(out, "more_start", place->more_start);
    put_count(out, "more", place->more_count);
    tn_buf_put_text(out, place->has_all_targets ? ",\"all_targets\":true}"
                                                : ",\"all_targets\":false}");
}

static void put_body(tn_buf *out, const tn_plan *plan)
{
    tn_buf_put_format(out, "{\"tenure_plan\":%d", TN_PLAN_FORMAT);
    put_instant(out, "instant", true, plan->instant);
    put_instant(out, "made", true, plan->made);
    put_instant(out, "expires", true, plan->expires);
    put_digest(out, "image", &plan->image);
    if (plan->more_count > 0) {
        put_count(out, "more", plan->more_count);
        put_digest(out, "more_digest", &plan->more);
    }
    put_digest(out, "policy", &plan->policy);
    tn_buf_put_text(out, ",\"head\":\"");
    tn_head_put(out, &plan->head);
    tn_buf_put_char(out, '"');
    put_texts(out, "paths", plan->paths, plan->path_count);
    put_texts(out, "roots", plan->roots, plan->root_count);
    put_texts(out, "breaches", plan->breaches, plan->breach_count);
    tn_buf_put_text(out, ",\n\"places\":[");
    for (uint32_t i = 0; i < plan->place_count; i++) {
        tn_buf_put_text(out, i > 0 ? ",\n" : "\n");
        put_place(out, &plan->places[i]);
    }
    tn_buf_put_char(out, ']');
}

void tn_plan_put_json(tn_buf *out, const tn_plan *plan)
{
    put_body(out, plan);
    tn_buf_put_text(out, "}\n");
}

tn_str tn_plan_seal_id(const tn_digest *seal, tn_arena *arena)
{
    enum { ID_BYTES = 8 }; /* 16 digits */
    tn_buf text;
    tn_buf_init(&text, arena->memory);
    tn_hex_put(&text, seal->bytes, ID_BYTES);
    tn_str id =
        text.failed ? (tn_str){NULL, 0} : tn_arena_copy(arena, tn_buf_view(&text));
    tn_buf_free(&text);
    return id;
}

tn_status tn_plan_put(tn_plan *plan, const tn_secret *secret, tn_arena *arena,
                      tn_buf *out)
{
    size_t start = out->len;
    put_body(out, plan);
    put_targets(out, plan);
    TN_TRY(tn_buf_status(out));
    tn_digest seal =
        tn_secret_seal(secret, tn_str_slice(tn_buf_view(out), start, SIZE_MAX));
    plan->id = tn_plan_seal_id(&seal, arena);
    tn_buf_put_text(out, TN_PLAN_SEAL_START);
    tn_hex_put(out, seal.bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(out, TN_PLAN_SEAL_END);
    return plan->id.data == NULL ? TN_NOMEM : tn_buf_status(out);
}

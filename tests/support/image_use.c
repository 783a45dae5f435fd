#include "tests/support/image_use.h"
#include "tests/support/batch_use.h"
#include "tests/support/memory.h"

#include <stdio.h>

static const tn_instant now = {1795392000, 0};

static void hear(void *user, const tenure_report *report)
{
    image_use *use = user;
    snprintf(use->why, sizeof(use->why), "%.*s", (int)report->message.len,
             report->message.data);
}

/* Some value of a type. */
static tenure_value value_of(tenure_type type, const tenure_value items[4])
{
    tenure_value value = tenure_null();
    switch (type) {
    case TENURE_TYPE_BOOL: return tenure_bool(true);
    case TENURE_TYPE_INT:
    case TENURE_TYPE_UINT:
    case TENURE_TYPE_DYN: return tenure_int(3);
    case TENURE_TYPE_DOUBLE: return tenure_double(2.5);
    case TENURE_TYPE_STRING: return items[0];
    case TENURE_TYPE_BYTES:
        value = items[0];
        value.kind = TENURE_BYTES;
        return value;
    case TENURE_TYPE_TIMESTAMP:
    case TENURE_TYPE_EVENT: return tenure_at((tn_instant){1790000000, 5});
    case TENURE_TYPE_DATE:
        value.kind = TENURE_DATE;
        value.as.day = 20000;
        return value;
    case TENURE_TYPE_DURATION:
        value.kind = TENURE_DURATION;
        value.as.duration_nanos = 1000000007;
        return value;
    case TENURE_TYPE_LIST:
        value.kind = TENURE_LIST;
        value.as.items = (tenure_items){items, 3};
        return value;
    case TENURE_TYPE_MAP:
        value.kind = TENURE_MAP;
        value.as.items = (tenure_items){items, 2};
        return value;
    }
    return value;
}

static tn_status decide(tenure_decider *decider)
{
    tn_verdict verdict;
    tn_str text;
    tn_status status = tenure_decide(decider, TENURE_WANT_ALL, &verdict);
    if (status == TN_OK)
        status = tenure_explain(decider, (tn_str){"1", 1}, TENURE_FORMAT_JSON, &text);
    return status;
}

static tn_status fill(const tenure_policy *policy, uint32_t category,
                      tenure_decider *decider)
{
    static const char text[] = "aab";
    static tenure_value items[4];
    for (uint32_t i = 0; i < 4; i++)
        items[i] = tenure_str((tn_str){text, i == 2 ? 2 : 3 - i % 2});
    for (uint32_t i = 0; i < tenure_policy_field_count(policy, category); i++) {
        tenure_field field;
        tn_status status = tenure_policy_field(policy, category, i, &field);
        if (status != TN_OK)
            return status;
        tenure_decider_fields(decider)[i] = value_of(field.type, items);
    }
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++)
        tenure_decider_keys(decider)[i] = tenure_int(1);
    return TN_OK;
}

static tn_status use_category(const tenure_run *run, uint32_t category,
                              uint32_t placement)
{
    tenure_decider *decider;
    tn_status status = tenure_decider_new(run, category, placement, &decider);
    if (status != TN_OK)
        return status;
    status = decide(decider);
    if (status == TN_OK)
        status = fill(tenure_run_policy(run), category, decider);
    if (status == TN_OK)
        status = decide(decider);
    tenure_decider_free(decider);
    return status == TN_OK ? test_use_batch(run, category, placement) : status;
}

static tn_status use_categories(const tenure_run *run, uint32_t most)
{
    const tenure_policy *policy = tenure_run_policy(run);
    tn_status status = TN_OK;
    for (uint32_t i = 0; i < tenure_policy_category_count(policy) && i < most; i++) {
        uint32_t placements = tenure_policy_placement_count(policy, i);
        if (status == TN_OK)
            status = use_category(run, i, TENURE_NONE);
        if (status == TN_OK && placements > 0)
            status = use_category(run, i, placements - 1);
    }
    return status;
}

/* A run may be refused: a regular expression can be larger than RE2 lets it. */
static tn_status use_policy(const tenure_policy *policy, uint32_t most)
{
    tenure_run *run;
    tn_str text;
    tn_status status = tenure_policy_model(policy, &text);
    if (status != TN_OK)
        return status;
    tenure_text_free(policy, text);
    status = tenure_run_new(policy, now, &run);
    if (status == TN_LIMIT)
        return TN_OK;
    if (status != TN_OK)
        return status;
    for (uint32_t i = 0; i < tenure_policy_entity_count(policy); i++)
        if (status == TN_OK)
            status = tenure_run_set_facts(run, i, NULL);
    if (status == TN_OK)
        status = use_categories(run, most);
    tenure_run_free(run);
    return status;
}

image_use test_use_image(tn_str bytes, uint32_t most)
{
    image_use use = {.status = TN_OK};
    tn_test_memory memory;
    tenure_config config = TENURE_CONFIG_INIT;
    tenure_policy *policy;
    tn_test_memory_init(&memory, 0);
    config.allocator = &memory.allocator;
    config.report = hear;
    config.user = &use;
    use.status = tenure_policy_load(&config, bytes, &policy);
    use.load_bytes = memory.peak_bytes;
    if (use.status == TN_OK) {
        use.failed = use_policy(policy, most) != TN_OK;
        tenure_policy_free(policy);
    }
    use.peak_bytes = memory.peak_bytes;
    use.left_bytes = memory.live_bytes;
    return use;
}

/* facts: what is known of an entity's members, row by row. */
#include "interp/api/api.h"

tn_status tenure_facts_new(const tenure_policy *policy, uint32_t entity,
                           tenure_facts **out)
{
    const tn_image *image = &policy->image;
    if (entity >= image->entity_count)
        return TN_USAGE;
    tenure_facts *facts = tn_resize(policy->memory, NULL, 0, sizeof(*facts));
    if (facts == NULL)
        return TN_NOMEM;
    *facts = (tenure_facts){.policy = policy, .entity = entity};
    tn_arena_init(&facts->nested, policy->memory);
    size_t size_bytes =
        ((size_t)image->entities[entity].facts.count + 1) * sizeof(tn_value);
    facts->values = tn_resize(policy->memory, NULL, 0, size_bytes);
    tn_status status = facts->values == NULL ? TN_NOMEM : TN_OK;
    if (status == TN_OK)
        status = tn_facts_new(image, entity, policy->memory, &facts->facts);
    if (status == TN_OK)
        *out = facts;
    else
        tenure_facts_free(facts);
    return status;
}

void tenure_facts_free(tenure_facts *facts)
{
    if (facts == NULL)
        return;
    const tenure_policy *policy = facts->policy;
    uint32_t count = policy->image.entities[facts->entity].facts.count;
    tn_facts_free(facts->facts);
    tn_resize(policy->memory, facts->values, ((size_t)count + 1) * sizeof(tn_value), 0);
    tn_arena_free(&facts->nested);
    tn_resize(policy->memory, facts, sizeof(*facts), 0);
}

static tn_status read_values(tenure_facts *facts, const tenure_value *values)
{
    const tn_image *image = &facts->policy->image;
    tn_img_range range = image->entities[facts->entity].facts;
    tn_arena_reset(&facts->nested);
    for (uint32_t i = 0; i < range.count; i++) {
        const tn_img_fact *fact = &image->facts[range.first + i];
        tenure_reading how = {i, (tn_field_type)fact->type,
                              tn_image_str(image, fact->shape)};
        TN_TRY(tn_api_value(&facts->nested, &how, &values[i], &facts->values[i]));
    }
    return TN_OK;
}

tn_status tenure_facts_add(tenure_facts *facts, const tenure_value *key,
                           const tenure_value *values, const tenure_hold *hold)
{
    static const tenure_reading as_bool = {0, TN_FIELD_BOOL, {NULL, 0}};
    static const tenure_reading as_instant = {0, TN_FIELD_TIMESTAMP, {NULL, 0}};
    tn_value known, holds[3];
    tn_hold_facts hold_facts = {NULL, NULL, NULL};
    tn_api_key(key, &known);
    if (known.kind == TN_KIND_NULL || known.kind == TN_KIND_UNREADABLE)
        return TN_USAGE;
    TN_TRY(read_values(facts, values));
    if (hold != NULL) {
        TN_TRY(tn_api_value(&facts->nested, &as_bool, &hold->hold, &holds[0]));
        TN_TRY(tn_api_value(&facts->nested, &as_instant, &hold->from, &holds[1]));
        TN_TRY(tn_api_value(&facts->nested, &as_instant, &hold->until, &holds[2]));
        hold_facts = (tn_hold_facts){&holds[0], &holds[1], &holds[2]};
    }
    return tn_facts_add(facts->facts, &known, facts->values, &hold_facts);
}

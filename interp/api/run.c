/* run: a policy at an instant; deciders for its records. */
#include "interp/api/api.h"
#include "interp/calendar/instant.h"

#include <string.h>

tn_status tenure_run_new(const tenure_policy *policy, tn_instant now, tenure_run **out)
{
    if (!tn_instant_is_valid(now))
        return TN_USAGE;
    tenure_run *run = tn_resize(policy->memory, NULL, 0, sizeof(*run));
    if (run == NULL)
        return TN_NOMEM;
    *run = (tenure_run){.policy = policy};
    tn_status status = tn_run_new(&policy->image, now, policy->memory, &run->run);
    if (status == TN_OK)
        *out = run;
    else
        tn_resize(policy->memory, run, sizeof(*run), 0);
    return status;
}

void tenure_run_free(tenure_run *run)
{
    if (run == NULL)
        return;
    const tn_allocator *memory = run->policy->memory;
    tn_run_free(run->run);
    tn_resize(memory, run, sizeof(*run), 0);
}

tn_status tenure_run_set_facts(tenure_run *run, uint32_t entity,
                               const tenure_facts *facts)
{
    if (entity >= run->policy->image.entity_count ||
        (facts != NULL && (facts->policy != run->policy || facts->entity != entity)))
        return TN_USAGE;
    tn_run_set_facts(run->run, entity, facts == NULL ? NULL : facts->facts);
    return TN_OK;
}

const tenure_policy *tenure_run_policy(const tenure_run *run)
{
    return run->policy;
}

tn_instant tenure_run_now(const tenure_run *run)
{
    return tn_run_now(run->run);
}

/* --- deciders */

/* Takes an array from the decider's own memory; false: there is none. Values of zeros
 * are TENURE_NULL. */
#define TAKE(array, count)                                                             \
    ((array) = tn_arena_take_array(&d->arena, (count), sizeof(*(array))))
_Static_assert(TENURE_NULL == 0, "arrays start as nulls");

static tn_status prepare(tenure_decider *d)
{
    const tn_image *image = &d->run->policy->image;
    const tn_img_category *row = &image->categories[d->category];
    d->key_count = row->of.count;
    if (!TAKE(d->fields, row->fields.count) || !TAKE(d->keys, row->of.count) ||
        !TAKE(d->readings, row->fields.count))
        return TN_NOMEM;
    for (uint32_t i = 0; i < row->fields.count; i++) {
        const tn_img_field *field = &image->fields[row->fields.first + i];
        if (d->run->policy->needed[row->fields.first + i])
            d->readings[d->reading_count++] = (tenure_reading){
                i, (tn_field_type)field->type, tn_image_str(image, field->shape)};
    }
    return tn_decider_new(d->run->run, d->category, d->placement, &d->decider);
}

tn_status tenure_decider_new(const tenure_run *run, uint32_t category,
                             uint32_t placement, tenure_decider **out)
{
    const tenure_policy *policy = run->policy;
    if (category >= policy->image.category_count ||
        (placement != TENURE_NONE &&
         placement >= tenure_policy_placement_count(policy, category)))
        return TN_USAGE;
    tenure_decider *d = tn_resize(policy->memory, NULL, 0, sizeof(*d));
    if (d == NULL)
        return TN_NOMEM;
    *d = (tenure_decider){
        .run = run,
        .category = category,
        .placement = tn_api_placement_row(&policy->image, category, placement)};
    tn_arena_init(&d->arena, policy->memory);
    tn_arena_init(&d->nested, policy->memory);
    tn_buf_init(&d->text, policy->memory);
    tn_status status = prepare(d);
    if (status == TN_OK)
        *out = d;
    else
        tenure_decider_free(d);
    return status;
}

void tenure_decider_free(tenure_decider *d)
{
    if (d == NULL)
        return;
    const tn_allocator *memory = d->run->policy->memory;
    tn_decider_free(d->decider);
    tn_buf_free(&d->text);
    tn_arena_free(&d->nested);
    tn_arena_free(&d->arena);
    tn_resize(memory, d, sizeof(*d), 0);
}

tenure_value *tenure_decider_fields(tenure_decider *d)
{
    return d->fields;
}

tenure_value *tenure_decider_keys(tenure_decider *d)
{
    return d->keys;
}

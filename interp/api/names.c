/* names: what is in a policy, by number and by name. */
#include "interp/api/api.h"
#include "interp/calendar/instant.h"

static const tn_str nothing = {"", 0};

tn_status tenure_instant_parse(tn_str text, tn_instant *out)
{
    return tn_instant_parse(text, out) ? TN_OK : TN_INVALID;
}

_Static_assert((int)TENURE_INSTANT_TEXT_MAX >= (int)TN_INSTANT_TEXT_MAX, "room");

size_t tenure_instant_format(tn_instant instant, char *out)
{
    if (tn_instant_is_valid(instant))
        return tn_instant_format(instant, out);
    out[0] = '\0';
    return 0;
}

/* Types have the numbers of the image. */
#define SAME(a, b) _Static_assert((int)TENURE_TYPE_##a == (int)TN_FIELD_##b, "type")
SAME(BOOL, BOOL);
SAME(INT, INT);
SAME(UINT, UINT);
SAME(DOUBLE, DOUBLE);
SAME(STRING, STRING);
SAME(BYTES, BYTES);
SAME(TIMESTAMP, TIMESTAMP);
SAME(DATE, DATE);
SAME(EVENT, EVENT);
SAME(DURATION, DURATION);
SAME(LIST, LIST);
SAME(MAP, MAP);
SAME(DYN, DYN);
_Static_assert((int)TENURE_TYPE_DYN + 1 == (int)TN_FIELD_TYPE_COUNT, "type");

tn_str tenure_policy_image(const tenure_policy *policy)
{
    return (tn_str){policy->image.bytes, policy->image.size_bytes};
}

tn_str tenure_policy_digest(const tenure_policy *policy)
{
    return (tn_str){policy->digest, sizeof(policy->digest)};
}

/* --- categories */

static const tn_img_category *find_row(const tenure_policy *policy, uint32_t category)
{
    return category < policy->image.category_count ? &policy->image.categories[category]
                                                   : NULL;
}

uint32_t tenure_policy_category_count(const tenure_policy *policy)
{
    return policy->image.category_count;
}

tn_str tenure_policy_category_name(const tenure_policy *policy, uint32_t category)
{
    const tn_img_category *row = find_row(policy, category);
    return row == NULL ? nothing : tn_image_str(&policy->image, row->name);
}

uint32_t tenure_policy_find_category(const tenure_policy *policy, tn_str name)
{
    return tn_image_find_category(&policy->image, name);
}

uint32_t tenure_policy_field_count(const tenure_policy *policy, uint32_t category)
{
    const tn_img_category *row = find_row(policy, category);
    return row == NULL ? 0 : row->fields.count;
}

tn_status tenure_policy_field(const tenure_policy *policy, uint32_t category,
                              uint32_t field, tenure_field *out)
{
    if (field >= tenure_policy_field_count(policy, category))
        return TN_USAGE;
    const tn_image *image = &policy->image;
    uint32_t number = image->categories[category].fields.first + field;
    const tn_img_field *row = &image->fields[number];
    *out = (tenure_field){.name = tn_image_str(image, row->name),
                          .type = (tenure_type)row->type,
                          .is_key = row->is_key != 0,
                          .is_needed = policy->needed[number]};
    return TN_OK;
}

typedef tn_status get_member(const tenure_policy *policy, uint32_t owner,
                             uint32_t number, tenure_field *out);

/* The member called `name` of those that `get` gives, one by one. */
static uint32_t find_member(const tenure_policy *policy, uint32_t owner, tn_str name,
                            get_member *get)
{
    tenure_field member;
    for (uint32_t i = 0; get(policy, owner, i, &member) == TN_OK; i++)
        if (tn_str_equal(member.name, name))
            return i;
    return TENURE_NONE;
}

uint32_t tenure_policy_find_field(const tenure_policy *policy, uint32_t category,
                                  tn_str name)
{
    return find_member(policy, category, name, tenure_policy_field);
}

uint32_t tenure_policy_of_count(const tenure_policy *policy, uint32_t category)
{
    const tn_img_category *row = find_row(policy, category);
    return row == NULL ? 0 : row->of.count;
}

uint32_t tenure_policy_of(const tenure_policy *policy, uint32_t category, uint32_t of)
{
    if (of >= tenure_policy_of_count(policy, category))
        return TENURE_NONE;
    return policy->image.ofs[policy->image.categories[category].of.first + of].entity;
}

bool tenure_policy_of_is_optional(const tenure_policy *policy, uint32_t category,
                                  uint32_t of)
{
    if (of >= tenure_policy_of_count(policy, category))
        return false;
    uint32_t row = policy->image.categories[category].of.first + of;
    return policy->image.ofs[row].optional != 0;
}

uint32_t tenure_policy_placement_count(const tenure_policy *policy, uint32_t category)
{
    const tn_img_category *row = find_row(policy, category);
    return row == NULL ? 0 : row->placements.count;
}

tn_str tenure_policy_placement_name(const tenure_policy *policy, uint32_t category,
                                    uint32_t placement)
{
    const tn_image *image = &policy->image;
    if (placement >= tenure_policy_placement_count(policy, category))
        return nothing;
    uint32_t row = tn_api_placement_row(image, category, placement);
    return tn_image_str(image, image->placements[row].store);
}

uint32_t tenure_policy_find_placement(const tenure_policy *policy, uint32_t category,
                                      tn_str name)
{
    for (uint32_t i = 0; i < tenure_policy_placement_count(policy, category); i++)
        if (tn_str_equal(tenure_policy_placement_name(policy, category, i), name))
            return i;
    return TENURE_NONE;
}

/* --- entities */

uint32_t tenure_policy_entity_count(const tenure_policy *policy)
{
    return policy->image.entity_count;
}

tn_str tenure_policy_entity_name(const tenure_policy *policy, uint32_t entity)
{
    return entity < policy->image.entity_count
               ? tn_image_str(&policy->image, policy->image.entities[entity].name)
               : nothing;
}

uint32_t tenure_policy_find_entity(const tenure_policy *policy, tn_str name)
{
    return tn_image_find_entity(&policy->image, name);
}

uint32_t tenure_policy_fact_count(const tenure_policy *policy, uint32_t entity)
{
    return entity < policy->image.entity_count
               ? policy->image.entities[entity].facts.count
               : 0;
}

tn_status tenure_policy_fact(const tenure_policy *policy, uint32_t entity,
                             uint32_t fact, tenure_field *out)
{
    if (fact >= tenure_policy_fact_count(policy, entity))
        return TN_USAGE;
    const tn_image *image = &policy->image;
    uint32_t number = image->entities[entity].facts.first + fact;
    const tn_img_fact *row = &image->facts[number];
    *out = (tenure_field){.name = tn_image_str(image, row->name),
                          .type = row->is_event != 0 ? TENURE_TYPE_EVENT
                                                     : (tenure_type)row->type,
                          .is_needed = policy->needed[image->field_count + number]};
    return TN_OK;
}

uint32_t tenure_policy_find_fact(const tenure_policy *policy, uint32_t entity,
                                 tn_str name)
{
    return find_member(policy, entity, name, tenure_policy_fact);
}

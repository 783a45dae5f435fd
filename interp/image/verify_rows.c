/* verify_rows: what the type of a column cannot say, table by table. */
#include "interp/cel/shape.h"
#include "interp/image/verify_part.h"

static bool check_zones(tn_verifier *v)
{
    const tn_image *image = v->image;
    if (image->zone_count == 0 || image->zones[0].at.count != 0 ||
        image->zones[0].first_offset != 0)
        return tn_verify_refuse(v, "its first zone is not UTC");
    for (uint32_t i = 0; i < image->zone_count; i++) {
        tn_zone zone = tn_image_zone(image, i);
        if (image->zones[i].at.count != image->zones[i].offset.count ||
            !tn_zone_is_valid(&zone))
            return tn_verify_refuse(v, "a time zone is damaged");
    }
    return true;
}

/* A list or map says what it holds, nothing else does. */
static bool is_shape_of(tn_str shape, uint32_t type)
{
    if (type != TN_FIELD_LIST && type != TN_FIELD_MAP)
        return shape.len == 0;
    return tn_shape_is_valid(shape) &&
           shape.data[0] == (type == TN_FIELD_LIST ? 'l' : 'm');
}

static bool check_shapes(tn_verifier *v)
{
    const tn_image *image = v->image;
    for (uint32_t i = 0; i < image->field_count; i++)
        if (!is_shape_of(tn_image_str(image, image->fields[i].shape),
                         image->fields[i].type))
            return tn_verify_refuse(v, "a field's type is damaged");
    for (uint32_t i = 0; i < image->fact_count; i++)
        if (!is_shape_of(tn_image_str(image, image->facts[i].shape),
                         image->facts[i].type))
            return tn_verify_refuse(v, "a fact's type is damaged");
    return true;
}

static bool in_range(tn_img_range range, uint32_t row)
{
    return row >= range.first && row - range.first < range.count;
}

static bool check_slot(const tn_image *image, const tn_img_category *category,
                       uint32_t number)
{
    const tn_img_slot *slot = &image->slots[category->slots.first + number];
    if (slot->kind == TN_SLOT_FIELD)
        return number < category->fields.count && slot->fact == TN_NONE &&
               slot->field == category->fields.first + number;
    if (number < category->fields.count || slot->of >= category->of.count)
        return false;
    const tn_img_of *of = &image->ofs[category->of.first + slot->of];
    return slot->field == TN_NONE && slot->fact != TN_NONE &&
           in_range(image->entities[of->entity].facts, slot->fact);
}

static tn_field_type slot_type(const tn_image *image, const tn_img_category *category,
                               uint32_t number)
{
    const tn_img_slot *slot = &image->slots[category->slots.first + number];
    return (tn_field_type)(slot->kind == TN_SLOT_FIELD ? image->fields[slot->field].type
                                                       : image->facts[slot->fact].type);
}

/* Slots whose values are points in time. */
static bool is_time(const tn_image *image, const tn_img_category *category,
                    uint32_t number)
{
    if (number >= category->slots.count)
        return false;
    tn_field_type type = slot_type(image, category, number);
    return type == TN_FIELD_TIMESTAMP || type == TN_FIELD_DATE ||
           type == TN_FIELD_EVENT;
}

static bool check_anchor(const tn_image *image, const tn_img_category *category,
                         const tn_img_clause *clause)
{
    if (clause->anchor == TN_NONE)
        return false;
    const tn_img_anchor *anchor = &image->anchors[clause->anchor];
    if (anchor->members.count == 0 ||
        (anchor->op == TN_ANCHOR_ONE && anchor->members.count != 1))
        return false;
    for (uint32_t i = 0; i < anchor->members.count; i++) {
        uint32_t slot = image->anchor_slots[anchor->members.first + i].slot;
        if (!is_time(image, category, slot))
            return false;
    }
    return true;
}

/* Does each clause have what its kind needs, and nothing else? */
static bool check_clause_shape(const tn_image *image, const tn_img_category *category,
                               const tn_img_clause *clause)
{
    bool from_anchor = false, from_event = false;
    switch ((tn_clause_kind)clause->kind) {
    case TN_CLAUSE_RETAIN_PERIOD:
    case TN_CLAUSE_DUTY_PERIOD:
    case TN_CLAUSE_LIMIT:
    case TN_CLAUSE_PLACEMENT_LIMIT:
    case TN_CLAUSE_REDACT: from_anchor = true; break;
    case TN_CLAUSE_RETAIN_UNTIL:
    case TN_CLAUSE_DUTY_UNTIL:
    case TN_CLAUSE_ON: from_event = true; break;
    case TN_CLAUSE_RETAIN_INDEFINITELY:
    case TN_CLAUSE_FLAG:
    case TN_CLAUSE_HOLD:
    case TN_CLAUSE_KIND_COUNT: break;
    }
    if (from_anchor ? !check_anchor(image, category, clause)
                    : clause->anchor != TN_NONE)
        return false;
    if (from_event ? !is_time(image, category, clause->event_slot)
                   : clause->event_slot != TN_NONE)
        return false;
    bool is_limit = clause->kind == TN_CLAUSE_PLACEMENT_LIMIT;
    bool has_placement = clause->placement != TN_NONE &&
                         in_range(category->placements, clause->placement);
    bool has_form = clause->form != TN_NONE;
    return is_limit == has_placement && (is_limit || clause->placement == TN_NONE) &&
           (!has_form || (is_limit && in_range(category->clauses, clause->form)));
}

static bool check_clause(tn_verifier *v, const tn_img_category *category,
                         const tn_img_clause *clause)
{
    if (!check_clause_shape(v->image, category, clause))
        return tn_verify_refuse(v, "a clause does not have what its kind needs");
    for (uint32_t i = 0; i < clause->redact.count; i++)
        if (v->image->redacts[clause->redact.first + i].slot >= category->fields.count)
            return tn_verify_refuse(v, "a clause redacts what is no field");
    return true;
}

/* Does an expression read only slots that there are? */
static bool check_expr(tn_verifier *v, uint32_t expr, uint32_t slot_count)
{
    return expr == TN_NONE || v->image->code.exprs[expr].slot_count <= slot_count ||
           tn_verify_refuse(v, "a condition reads what is not there");
}

static bool check_category_code(tn_verifier *v, const tn_img_category *category)
{
    const tn_image *image = v->image;
    uint32_t count = category->slots.count;
    for (uint32_t i = 0; i < category->clauses.count; i++) {
        const tn_img_clause *clause = &image->clauses[category->clauses.first + i];
        if (!check_expr(v, clause->guard, count) ||
            !check_expr(v, clause->redact_to, count))
            return false;
    }
    return true;
}

static bool check_category(tn_verifier *v, const tn_img_category *category)
{
    const tn_image *image = v->image;
    uint64_t fact_count = 0;
    for (uint32_t i = 0; i < category->of.count; i++)
        fact_count +=
            image->entities[image->ofs[category->of.first + i].entity].facts.count;
    if (category->slots.count != category->fields.count + fact_count)
        return tn_verify_refuse(v,
                                "a category has not the slots of its fields and facts");
    for (uint32_t i = 0; i < category->slots.count; i++)
        if (!check_slot(image, category, i))
            return tn_verify_refuse(v, "a slot is not what it must be");
    if (category->created_slot != TN_NONE &&
        (category->created_slot >= category->fields.count ||
         !is_time(image, category, category->created_slot)))
        return tn_verify_refuse(v, "a category's @created is no time of its own");
    for (uint32_t i = 0; i < category->clauses.count; i++)
        if (!check_clause(v, category, &image->clauses[category->clauses.first + i]))
            return false;
    return check_category_code(v, category);
}

/* Conditions stand in the order of their entities. */
static bool check_conditions(tn_verifier *v)
{
    const tn_image *image = v->image;
    for (uint32_t i = 0; i < image->condition_count; i++) {
        const tn_img_condition *condition = &image->conditions[i];
        if (i > 0 && condition->entity < image->conditions[i - 1].entity)
            return tn_verify_refuse(v, "its conditions are not in order");
        if (!check_expr(v, condition->require,
                        image->entities[condition->entity].facts.count))
            return false;
    }
    return true;
}

/* --- deployments */

/* How many of each target of a mapping there are where it stands. */
typedef struct targets {
    uint32_t counts[TN_MAP_TARGET_COUNT];
} targets;

static bool check_source(tn_verifier *v, uint32_t number, const targets *owner)
{
    const tn_img_data_source *source = &v->image->data_sources[number];
    uint32_t count = source->columns.count;
    if (!check_expr(v, source->where, count))
        return false;
    for (uint32_t i = 0; i < source->maps.count; i++) {
        const tn_img_column_map *map = &v->image->column_maps[source->maps.first + i];
        bool is_bare = map->column != TN_NONE;
        if (map->index >= owner->counts[map->target] ||
            (is_bare ? map->column >= count : map->value == TN_NONE))
            return tn_verify_refuse(v, "a mapping is to or from what is not there");
        if (!check_expr(v, map->value, count))
            return false;
    }
    return true;
}

/* Each data source belongs to one fact source or binding: to the fact sources first,
 * then to the bindings, in order. */
static bool check_deployment(tn_verifier *v)
{
    const tn_image *image = v->image;
    uint32_t next = 0;
    for (uint32_t i = 0; i < image->fact_source_count; i++) {
        const tn_img_fact_source *row = &image->fact_sources[i];
        targets owner = {{[TN_MAP_FACT] = image->entities[row->entity].facts.count,
                          [TN_MAP_HOLD] = 1,
                          [TN_MAP_HOLD_FROM] = 1,
                          [TN_MAP_HOLD_UNTIL] = 1,
                          [TN_MAP_ENTITY_KEY] = 1}};
        if (row->source != next || !check_source(v, next++, &owner))
            return tn_verify_refuse(v, "a source of facts is not in order");
    }
    for (uint32_t i = 0; i < image->binding_count; i++) {
        const tn_img_binding *row = &image->bindings[i];
        const tn_img_category *category = &image->categories[row->category];
        targets owner = {{[TN_MAP_FIELD] = category->fields.count,
                          [TN_MAP_KEY] = category->of.count}};
        if (!in_range(category->placements, row->placement))
            return tn_verify_refuse(v,
                                    "a binding is of a placement its category has not");
        if (row->source == TN_NONE)
            continue;
        if (row->source != next || !check_source(v, next++, &owner))
            return tn_verify_refuse(v, "a binding is not in order");
    }
    return (next == image->data_source_count && image->deployment_count <= 1) ||
           tn_verify_refuse(v, "a data source belongs to nothing");
}

/* An entity's facts are counted once for each category of it: bounded by the slots,
 * which are parted among the categories. */
bool tn_verify_rows(tn_verifier *v)
{
    const tn_image *image = v->image;
    bool good = check_zones(v) && check_shapes(v);
    for (uint32_t i = 0; good && i < image->category_count; i++)
        good = check_category(v, &image->categories[i]);
    return good && check_conditions(v) && check_deployment(v);
}

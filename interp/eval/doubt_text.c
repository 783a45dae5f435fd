#include "interp/eval/doubt_text.h"
#include "interp/store/key.h"

static void put_instant(tn_buf *buf, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(buf, (tn_str){text, tn_instant_format(t, text)});
}

/* --- what things are called */

static const tn_img_slot *slot_row(const tn_image *image, uint32_t category,
                                   uint32_t slot)
{
    return &image->slots[image->categories[category].slots.first + slot];
}

tn_str tn_doubt_entity(const tn_image *image, uint32_t category, uint32_t of)
{
    uint32_t entity = image->ofs[image->categories[category].of.first + of].entity;
    return tn_str_last_name(tn_image_str(image, image->entities[entity].name));
}

void tn_doubt_put_slot(tn_buf *buf, const tn_image *image, uint32_t category,
                       uint32_t slot)
{
    const tn_img_slot *row = slot_row(image, category, slot);
    if (row->kind == TN_SLOT_FIELD) {
        tn_buf_put(buf, tn_image_str(image, image->fields[row->field].name));
        return;
    }
    tn_buf_put(buf, tn_doubt_entity(image, category, row->of));
    tn_buf_put_char(buf, '.');
    tn_buf_put(buf, tn_image_str(image, image->facts[row->fact].name));
}

/* How a slot's values are read where the bound place says it, else as its type alone
 * says. */
static tn_decoding decoding_of(const tn_image *image, const tn_bound *bound,
                               uint32_t slot)
{
    const tn_img_category *category = &image->categories[bound->category];
    const tn_img_slot *row = slot_row(image, bound->category, slot);
    if (row->kind == TN_SLOT_FACT)
        return (tn_decoding){.type = (tn_field_type)image->facts[row->fact].type};
    for (uint32_t i = 0; i < bound->origin.map_count; i++) {
        const tn_origin_map *map = &bound->origin.maps[i];
        if (map->target == TN_MAP_FIELD &&
            category->fields.first + map->index == row->field)
            return map->how;
    }
    return (tn_decoding){.type = (tn_field_type)image->fields[row->field].type};
}

static tn_instant earliest_of(const tn_image *image, const tn_img_slot *row)
{
    tn_img_instant t = row->kind == TN_SLOT_FIELD ? image->fields[row->field].earliest
                                                  : image->facts[row->fact].earliest;
    return (tn_instant){t.seconds, t.nanos};
}

static int64_t ahead_of(const tn_image *image, const tn_img_slot *row)
{
    return row->kind == TN_SLOT_FIELD ? image->fields[row->field].ahead_seconds : 0;
}

static void put_span(tn_buf *buf, int64_t seconds)
{
    tn_period period = {0, 0, seconds};
    char text[TN_PERIOD_TEXT_MAX];
    if (seconds % TN_SECONDS_PER_DAY == 0 && seconds > TN_SECONDS_PER_DAY)
        period = (tn_period){0, (int32_t)(seconds / TN_SECONDS_PER_DAY), 0};
    tn_buf_put(buf, (tn_str){text, tn_period_format(period, text)});
}

/* --- about one record */

static tn_instant instant_of(const tn_value *value)
{
    if (value->kind == TN_KIND_DATE)
        return (tn_instant){value->as.day * TN_SECONDS_PER_DAY, 0};
    return value->as.instant;
}

static bool is_instant(const tn_value *value)
{
    return value->kind == TN_KIND_DATE || value->kind == TN_KIND_TIMESTAMP;
}

static void put_unknown_anchor(tn_buf *buf, const tn_judged *judged, uint32_t slot)
{
    const tn_image *image = judged->eval->image;
    if (slot == TN_NONE) {
        tn_buf_put_text(buf, "the time it counts from can't be told");
        return;
    }
    const tn_value *value = &tn_decider_slots(judged->decider)[slot];
    tn_doubt_put_slot(buf, image, judged->bound->category, slot);
    if (value->kind == TN_KIND_NULL) {
        tn_buf_put_text(buf, " is null");
    } else if (value->kind == TN_KIND_UNREADABLE) {
        tn_decoding how = decoding_of(image, judged->bound, slot);
        tn_buf_put_text(buf, " is not ");
        tn_buf_put_text(buf, tn_decode_expectation(&how));
    } else if (is_instant(value)) {
        tn_buf_put_text(buf, " is ");
        put_instant(buf, instant_of(value));
        tn_buf_put_text(buf, ", and what is counted from it ends after the year 9999");
    }
}

static void put_when(tn_buf *buf, const tn_judged *judged, uint32_t slot)
{
    const tn_value *value = &tn_decider_slots(judged->decider)[slot];
    tn_doubt_put_slot(buf, judged->eval->image, judged->bound->category, slot);
    tn_buf_put_text(buf, " is ");
    if (is_instant(value))
        put_instant(buf, instant_of(value));
}

static void put_future(tn_buf *buf, const tn_judged *judged, uint32_t slot)
{
    const tn_image *image = judged->eval->image;
    put_when(buf, judged, slot);
    tn_buf_put_text(buf, ", more than ");
    put_span(buf, ahead_of(image, slot_row(image, judged->bound->category, slot)));
    tn_buf_put_text(buf, " ahead");
}

static void put_implausible(tn_buf *buf, const tn_judged *judged, uint32_t slot)
{
    const tn_image *image = judged->eval->image;
    put_when(buf, judged, slot);
    tn_buf_put_text(buf, ", before ");
    put_instant(buf,
                earliest_of(image, slot_row(image, judged->bound->category, slot)));
}

static void put_unknown_entity(tn_buf *buf, const tn_judged *judged, uint32_t of)
{
    uint32_t row;
    tn_str entity = tn_doubt_entity(judged->eval->image, judged->bound->category, of);
    const tn_value *key = &tn_decider_keys(judged->decider)[of];
    (void)tn_decider_facts(judged->decider, of, &row);
    if (key->kind == TN_KIND_NULL) {
        tn_buf_put_text(buf, "it names no ");
        tn_buf_put(buf, entity);
    } else if (key->kind == TN_KIND_UNREADABLE) {
        tn_buf_put_text(buf, "what should be the key of a ");
        tn_buf_put(buf, entity);
        tn_buf_put_text(buf, " is neither an integer nor a text");
    } else {
        tn_buf_put_text(buf, row == TN_NONE ? "there is no " : "there are several of ");
        tn_buf_put(buf, entity);
        tn_buf_put_text(buf, " with the key ");
        tn_key_put_json(buf, key);
    }
}

static void put_undeclared(tn_buf *buf, const tn_judged *judged)
{
    tn_buf_put_text(buf, "it has fields that the category does not declare: ");
    for (uint32_t i = 0; i < judged->row->undeclared_count; i++) {
        tn_buf_put_text(buf, i > 0 ? ", " : "");
        tn_buf_put(buf, judged->scan->ops->undeclared_name(judged->scan,
                                                           judged->row->undeclared[i]));
    }
}

static void put_unknown_guard(tn_buf *buf, const tn_judged *judged,
                              const tn_doubt *doubt)
{
    if (judged->is_unplaced) {
        tn_buf_put_text(buf, "whether it is meant can't be told: the deployment's "
                             "condition (where) fails for it");
    } else if (doubt->clause == TN_NONE && doubt->entity != TN_NONE) {
        tn_buf_put_text(buf, "the hold of its ");
        tn_buf_put(buf, tn_doubt_entity(judged->eval->image, judged->bound->category,
                                        doubt->entity));
        tn_buf_put_text(buf, " can't be read");
    } else {
        tn_buf_put_text(buf, "the condition of the clause can't be told");
    }
}

static void put_flagged(tn_buf *buf, const tn_image *image, uint32_t clause)
{
    tn_str why = {NULL, 0};
    if (clause != TN_NONE)
        why = tn_image_str(image, image->clauses[clause].why);
    if (why.len > 0)
        tn_buf_put(buf, why);
    else
        tn_buf_put_text(buf, "the policy asks a person to look");
}

void tn_doubt_put_message(tn_buf *buf, const tn_judged *judged, const tn_doubt *doubt)
{
    switch (doubt->reason) {
    case TN_REASON_UNREADABLE:
        tn_buf_put_text(buf, "it is not readable: ");
        tn_buf_put_text(buf, judged->row->problem == NULL ? "" : judged->row->problem);
        break;
    case TN_REASON_UNKNOWN_ENTITY:
        put_unknown_entity(buf, judged, doubt->entity);
        break;
    case TN_REASON_UNDECLARED_FIELD: put_undeclared(buf, judged); break;
    case TN_REASON_UNKNOWN_ANCHOR: put_unknown_anchor(buf, judged, doubt->slot); break;
    case TN_REASON_FUTURE_ANCHOR: put_future(buf, judged, doubt->slot); break;
    case TN_REASON_IMPLAUSIBLE_ANCHOR: put_implausible(buf, judged, doubt->slot); break;
    case TN_REASON_UNKNOWN_GUARD: put_unknown_guard(buf, judged, doubt); break;
    case TN_REASON_FLAGGED: put_flagged(buf, judged->eval->image, doubt->clause); break;
    case TN_REASON_HOLD:
    case TN_REASON_DUTY:
    case TN_REASON_RETAINED:
    case TN_REASON_AWAITING_EVENT:
    case TN_REASON_INDEFINITE:
    case TN_REASON_EXPIRED:
    case TN_REASON_EVENT:
    case TN_REASON_LIMIT:
    case TN_REASON_COUNT: break;
    }
}

/* --- about many records */

static void put_slot_cause(tn_buf *buf, const tn_image *image, const tn_bound *bound,
                           const tn_doubt *doubt)
{
    const tn_img_slot *row = slot_row(image, bound->category, doubt->slot);
    tn_doubt_put_slot(buf, image, bound->category, doubt->slot);
    if (doubt->reason == TN_REASON_UNKNOWN_ANCHOR) {
        tn_decoding how = decoding_of(image, bound, doubt->slot);
        tn_buf_put_text(buf,
                        how.type == TN_FIELD_EVENT ? " is not " : " is null, or not ");
        tn_buf_put_text(buf, tn_decode_expectation(&how));
    } else if (doubt->reason == TN_REASON_FUTURE_ANCHOR) {
        tn_buf_put_text(buf, " is more than ");
        put_span(buf, ahead_of(image, row));
        tn_buf_put_text(buf, " ahead");
    } else {
        tn_buf_put_text(buf, " is before ");
        put_instant(buf, earliest_of(image, row));
    }
}

static void put_guard_cause(tn_buf *buf, const tn_image *image, const tn_bound *bound,
                            const tn_doubt *doubt)
{
    if (doubt->entity != TN_NONE) {
        tn_buf_put_text(buf, "the hold of the ");
        tn_buf_put(buf, tn_doubt_entity(image, bound->category, doubt->entity));
        tn_buf_put_text(buf, " can't be read");
    } else if (doubt->clause != TN_NONE) {
        tn_buf_put_text(buf, "the condition at ");
        tn_eval_put_place(buf, image, image->clauses[doubt->clause].place);
        tn_buf_put_text(buf, " can't be told");
    } else {
        tn_buf_put_text(buf, "the deployment's `where` can't be told");
    }
}

void tn_doubt_put_cause(tn_buf *buf, const tn_image *image, const tn_bound *bound,
                        const tn_doubt *doubt)
{
    switch (doubt->reason) {
    case TN_REASON_UNREADABLE:
        tn_buf_put_text(buf,
                        "not records: not one object in UTF-8 each, or a field twice");
        break;
    case TN_REASON_UNKNOWN_ENTITY:
        tn_buf_put_text(buf, "no ");
        tn_buf_put(buf, tn_doubt_entity(image, bound->category, doubt->entity));
        tn_buf_put_text(buf, " has the key, or more than one");
        break;
    case TN_REASON_UNDECLARED_FIELD:
        tn_buf_put_text(buf, "fields that the category does not declare");
        break;
    case TN_REASON_UNKNOWN_ANCHOR:
    case TN_REASON_FUTURE_ANCHOR:
    case TN_REASON_IMPLAUSIBLE_ANCHOR:
        if (doubt->slot != TN_NONE)
            put_slot_cause(buf, image, bound, doubt);
        else
            tn_buf_put_text(buf, "the time it counts from can't be told");
        break;
    case TN_REASON_UNKNOWN_GUARD: put_guard_cause(buf, image, bound, doubt); break;
    case TN_REASON_FLAGGED: put_flagged(buf, image, doubt->clause); break;
    case TN_REASON_HOLD:
    case TN_REASON_DUTY:
    case TN_REASON_RETAINED:
    case TN_REASON_AWAITING_EVENT:
    case TN_REASON_INDEFINITE:
    case TN_REASON_EXPIRED:
    case TN_REASON_EVENT:
    case TN_REASON_LIMIT:
    case TN_REASON_COUNT: break;
    }
}

const char *tn_doubt_advice(tn_reason reason)
{
    switch (reason) {
    case TN_REASON_UNREADABLE: return "repair or remove them where they are written";
    case TN_REASON_UNKNOWN_ENTITY:
        return "correct the key, add the missing facts, or make the rows with one key "
               "one row";
    case TN_REASON_UNDECLARED_FIELD:
        return "declare the fields, or stop collecting them";
    case TN_REASON_UNKNOWN_ANCHOR:
        return "correct what is written there, or say in the deployment how it is "
               "written (as unix_ms, as local \"Area/City\", absent \"...\")";
    case TN_REASON_FUTURE_ANCHOR:
        return "correct the time, or the clock that wrote it; the flag ends by itself "
               "when the time comes";
    case TN_REASON_IMPLAUSIBLE_ANCHOR:
        return "most often a zero that was no date: correct it, or name it in the "
               "deployment (absent 0)";
    case TN_REASON_UNKNOWN_GUARD:
        return "correct what the condition reads, or let it say what holds then";
    case TN_REASON_FLAGGED: return "decide them by hand";
    case TN_REASON_HOLD:
    case TN_REASON_DUTY:
    case TN_REASON_RETAINED:
    case TN_REASON_AWAITING_EVENT:
    case TN_REASON_INDEFINITE:
    case TN_REASON_EXPIRED:
    case TN_REASON_EVENT:
    case TN_REASON_LIMIT:
    case TN_REASON_COUNT: break;
    }
    return "";
}

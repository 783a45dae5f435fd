/* diff_json: what a diff found, for programs:
 *
 *   {"categories": [{"category", "state", "records_tried", "places_added",
 *     "places_removed", "changes": [{"way", "what", "placement", "field",
 *       "seconds_later", "at", "old", "new", "record", "entities"}]}]}
 *
 * old and new are {"verdict", "reason", "clause", "due", "deadline", "end"}: what
 * becomes of the record in the end, or is at `at`, and what is compared. seconds_later
 * is null where one of the two never ends. `entities` maps each name to {"row",
 * "facts"}; row is known, held, unknown or none. */
#include "interp/tools/diff.h"
#include "interp/tools/explain.h"
#include "interp/tools/value_json.h"

static void put_clause(tn_buf *buf, const tn_image *image, uint32_t clause)
{
    tn_buf place;
    if (clause == TN_NONE) {
        tn_buf_put_text(buf, "null");
        return;
    }
    tn_buf_init(&place, buf->memory);
    tn_explain_place(&place, image, image->clauses[clause].place);
    tn_buf_put_json(buf, tn_buf_view(&place));
    buf->failed |= place.failed;
    tn_buf_free(&place);
}

static void put_side(tn_buf *buf, const tn_image *image, const tn_diff_change *change,
                     uint32_t side)
{
    const tn_pair_fate *fate = &change->fates[side];
    const tn_verdict *v = &fate->verdict;
    tn_buf_put_format(buf, "{\"verdict\":\"%s\",\"reason\":\"%s\",\"clause\":",
                      fate->is_gone ? "delete" : tn_decision_text(v->decision),
                      tn_reason_text(v->reason));
    put_clause(buf, image, change->clause[side]);
    tn_buf_put_text(buf, ",\"due\":");
    tn_instant_put_json(buf, v->has_due, v->due);
    tn_buf_put_text(buf, ",\"deadline\":");
    tn_instant_put_json(buf, v->has_deadline, v->deadline);
    tn_buf_put_text(buf, ",\"end\":");
    tn_instant_put_json(buf, change->has_end[side], change->end[side]);
    tn_buf_put_char(buf, '}');
}

static void put_values(tn_buf *buf, const tn_diff_change *change, tn_str entity)
{
    const char *comma = "";
    tn_buf_put_char(buf, '{');
    for (uint32_t i = 0; i < change->pair->slot_count; i++) {
        if (!tn_str_equal(change->pair->slots[i].entity, entity))
            continue;
        tn_buf_put_text(buf, comma);
        comma = ",";
        tn_buf_put_json(buf, change->pair->slots[i].name);
        tn_buf_put_char(buf, ':');
        tn_value_put_json(buf, &change->slots[i]);
    }
    tn_buf_put_char(buf, '}');
}

static void put_entities(tn_buf *buf, const tn_diff_change *change)
{
    static const char *const words[TN_PAIR_ROW_COUNT] = {"known", "held", "unknown",
                                                         "none"};
    tn_buf_put_char(buf, '{');
    for (uint32_t i = 0; i < change->pair->entity_count; i++) {
        tn_str name = change->pair->entities[i].name;
        tn_buf_put_text(buf, i > 0 ? "," : "");
        tn_buf_put_json(buf, name);
        tn_buf_put_format(buf, ":{\"row\":\"%s\",\"facts\":", words[change->rows[i]]);
        put_values(buf, change, name);
        tn_buf_put_char(buf, '}');
    }
    tn_buf_put_char(buf, '}');
}

static void put_change(tn_buf *buf, const tn_diff *diff, const tn_diff_change *change)
{
    tn_buf_put_format(buf, "{\"way\":\"%s\",\"what\":\"%s\",\"placement\":",
                      tn_diff_way_text(change->way), tn_diff_what_text(change->what));
    if (change->placement.len > 0)
        tn_buf_put_json(buf, change->placement);
    else
        tn_buf_put_text(buf, "null");
    tn_buf_put_text(buf, ",\"field\":");
    if (change->slot != TN_NONE)
        tn_buf_put_json(buf, change->pair->slots[change->slot].name);
    else
        tn_buf_put_text(buf, "null");
    tn_buf_put_text(buf, ",\"seconds_later\":");
    if (change->has_end[TN_PAIR_OLD] && change->has_end[TN_PAIR_NEW])
        tn_buf_put_int(buf, change->end[TN_PAIR_NEW].seconds -
                                change->end[TN_PAIR_OLD].seconds);
    else
        tn_buf_put_text(buf, "null");
    tn_buf_put_text(buf, ",\"at\":");
    tn_instant_put_json(buf, change->what == TN_DIFF_AHEAD, TN_PAIR_MADE_AT);
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        tn_buf_put_text(buf, side == TN_PAIR_OLD ? ",\"old\":" : ",\"new\":");
        put_side(buf, diff->image[side], change, side);
    }
    tn_buf_put_text(buf, ",\"record\":");
    put_values(buf, change, TN_STR(""));
    tn_buf_put_text(buf, ",\"entities\":");
    put_entities(buf, change);
    tn_buf_put_char(buf, '}');
}

static void put_places(tn_buf *buf, const tn_diff_category *c, uint32_t side)
{
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < c->place_count[side]; i++) {
        tn_buf_put_text(buf, i > 0 ? "," : "");
        tn_buf_put_json(buf, c->places[side][i]);
    }
    tn_buf_put_char(buf, ']');
}

void tn_diff_put_json(tn_buf *buf, const tn_diff *diff)
{
    tn_buf_put_text(buf, "{\"categories\":[");
    for (uint32_t i = 0; i < diff->category_count; i++) {
        const tn_diff_category *c = &diff->categories[i];
        tn_buf_put_text(buf, i > 0 ? ",{\"category\":" : "{\"category\":");
        tn_buf_put_json(buf, c->name);
        tn_buf_put_format(buf,
                          ",\"state\":\"%s\",\"records_tried\":%u,\"places_added\":",
                          tn_diff_state_text(c->state), c->record_count);
        put_places(buf, c, TN_PAIR_NEW);
        tn_buf_put_text(buf, ",\"places_removed\":");
        put_places(buf, c, TN_PAIR_OLD);
        tn_buf_put_text(buf, ",\"changes\":[");
        for (uint32_t k = 0; k < c->change_count; k++) {
            tn_buf_put_text(buf, k > 0 ? "," : "");
            put_change(buf, diff, &c->changes[k]);
        }
        tn_buf_put_text(buf, "]}");
    }
    tn_buf_put_text(buf, "]}");
}

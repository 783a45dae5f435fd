/* diff_text: what a diff found, for people. */
#include "interp/calendar/instant.h"
#include "interp/cel/text.h"
#include "interp/tools/diff.h"
#include "interp/tools/explain.h"

static void put_instant(tn_buf *buf, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(buf, (tn_str){text, tn_instant_format(t, text)});
}

/* "due 2025-01-15T10:00:00Z"; "never due". */
static void put_end(tn_buf *buf, const tn_diff_change *change, uint32_t side)
{
    static const char *const words[] = {"due", "to be gone by", "redacted from", "due",
                                        "due"};
    static const char *const never[] = {"never due", "no deadline", "never redacted",
                                        "never due", "never due"};
    if (!change->has_end[side]) {
        tn_buf_put_text(buf, never[change->what]);
        return;
    }
    tn_buf_put_text(buf, words[change->what]);
    tn_buf_put_char(buf, ' ');
    put_instant(buf, change->end[side]);
}

static void put_slot(tn_buf *buf, const tn_pair_slot *slot)
{
    if (slot->entity.len > 0) {
        tn_buf_put(buf, tn_str_last_name(slot->entity));
        tn_buf_put_char(buf, '.');
    }
    tn_buf_put(buf, slot->name);
}

static void put_flag(tn_buf *buf, const tn_diff_change *change)
{
    bool is_now = change->fates[TN_PAIR_NEW].verdict.decision == TN_FLAG;
    tn_buf_put_text(buf, is_now ? "flagged for a person to look at, and was not"
                                : "no longer flagged for a person to look at");
}

/* "made is believed up to 90 days ahead, was 1 day: seen at ..." */
static void put_ahead(tn_buf *buf, const tn_diff_change *change)
{
    const tn_pair_slot *slot = &change->pair->slots[change->slot];
    for (uint32_t side = TN_PAIR_SIDES; side-- > 0;) {
        tn_instant end;
        tn_buf_put_text(buf, side == TN_PAIR_NEW ? "" : ", was ");
        if (side == TN_PAIR_NEW) {
            put_slot(buf, slot);
            tn_buf_put_text(buf, " is believed up to ");
        }
        if (tn_instant_add(TN_PAIR_MADE_AT, slot->ahead[side], 0, &end))
            tn_explain_span(buf, TN_PAIR_MADE_AT, end);
        tn_buf_put_text(buf, side == TN_PAIR_NEW ? " ahead" : "");
    }
    tn_buf_put_text(buf, ": seen at ");
    put_instant(buf, TN_PAIR_MADE_AT);
}

/* "shorter: due 2024-07-15T10:00:00Z, 184 days earlier" */
static void put_headline(tn_buf *buf, const tn_diff_change *change)
{
    const bool *has = change->has_end;
    tn_instant was = change->end[TN_PAIR_OLD], is = change->end[TN_PAIR_NEW];
    tn_buf_put_format(buf, "  %s", tn_diff_way_text(change->way));
    if (change->placement.len > 0)
        tn_buf_put_format(buf, " in " TN_STR_FMT, TN_STR_ARG(change->placement));
    tn_buf_put_text(buf, ": ");
    if (change->what == TN_DIFF_FLAG) {
        put_flag(buf, change);
    } else if (change->what == TN_DIFF_AHEAD) {
        put_ahead(buf, change);
    } else {
        if (change->what == TN_DIFF_REDACTION) {
            put_slot(buf, &change->pair->slots[change->slot]);
            tn_buf_put_char(buf, ' ');
        }
        put_end(buf, change, TN_PAIR_NEW);
        tn_buf_put_text(buf, ", ");
        if (has[TN_PAIR_OLD] && has[TN_PAIR_NEW]) {
            bool earlier = change->way == TN_DIFF_SHORTER;
            tn_explain_span(buf, earlier ? is : was, earlier ? was : is);
            tn_buf_put_text(buf, earlier ? " earlier" : " later");
        } else {
            tn_buf_put_text(buf, "was ");
            put_end(buf, change, TN_PAIR_OLD);
        }
    }
    tn_buf_put_char(buf, '\n');
}

static void put_fate(tn_buf *buf, const tn_diff_change *change, uint32_t side)
{
    const tn_verdict *v = &change->fates[side].verdict;
    tn_buf_put_format(buf, "             %s (%s)",
                      change->fates[side].is_gone ? "delete"
                                                  : tn_decision_text(v->decision),
                      tn_reason_text(v->reason));
    if (change->fates[side].is_gone) {
        tn_buf_put_text(buf, ", due ");
        put_instant(buf, v->due);
    }
    if (change->fates[side].is_gone && v->has_deadline &&
        tn_instant_compare(v->due, v->deadline) != 0) {
        tn_buf_put_text(buf, ", deadline ");
        put_instant(buf, v->deadline);
    }
    tn_buf_put_char(buf, '\n');
}

static void put_side(tn_buf *buf, const tn_diff *diff, const tn_diff_change *change,
                     uint32_t side)
{
    const tn_image *image = diff->image[side];
    const tn_verdict *v = &change->fates[side].verdict;
    tn_buf_put_text(buf, side == TN_PAIR_OLD ? "    old      " : "    new      ");
    uint32_t clause = change->clause[side];
    if (clause == TN_NONE) {
        tn_buf_put_text(buf, v->reason == TN_REASON_HOLD
                                 ? "a hold on what it belongs to is in force\n"
                                 : "of what the record is, not of a clause\n");
    } else {
        size_t before = buf->len;
        tn_explain_quote(buf, image, image->clauses[clause].place);
        tn_buf_put_text(buf, buf->len > before ? "\n             " : "");
        tn_explain_place(buf, image, image->clauses[clause].place);
        tn_buf_put_char(buf, '\n');
    }
    put_fate(buf, change, side);
}

/* --- the record */

static void put_values(tn_buf *buf, const tn_diff_change *change, tn_str entity)
{
    const char *comma = "";
    tn_buf_put_char(buf, '{');
    for (uint32_t i = 0; i < change->pair->slot_count; i++) {
        if (!tn_str_equal(change->pair->slots[i].entity, entity))
            continue;
        tn_buf_put_text(buf, comma);
        comma = ", ";
        tn_buf_put_json(buf, change->pair->slots[i].name);
        tn_buf_put_text(buf, ": ");
        tn_cel_value_put(buf, &change->slots[i], 200);
    }
}

static void put_entity(tn_buf *buf, const tn_diff_change *change, uint32_t i)
{
    tn_str name = change->pair->entities[i].name;
    tn_buf_put_format(buf, "             " TN_STR_FMT " = ",
                      TN_STR_ARG(tn_str_last_name(name)));
    switch (change->rows[i]) {
    case TN_PAIR_ABSENT:
        tn_buf_put_text(buf, "null (no facts are known of it)\n");
        return;
    case TN_PAIR_NO_KEY:
        tn_buf_put_text(buf, "none (the record has no key of one)\n");
        return;
    case TN_PAIR_HELD:
    case TN_PAIR_ROW:
    case TN_PAIR_ROW_COUNT: break;
    }
    size_t before = buf->len + 1;
    put_values(buf, change, name);
    if (change->rows[i] == TN_PAIR_HELD)
        tn_buf_put_text(buf, buf->len > before ? ", \"hold\": true" : "\"hold\": true");
    tn_buf_put_text(buf, "}\n");
}

static void put_example(tn_buf *buf, const tn_diff_category *c,
                        const tn_diff_change *change)
{
    tn_buf_put_format(buf, "    example  " TN_STR_FMT " = ",
                      TN_STR_ARG(tn_str_last_name(c->name)));
    put_values(buf, change, TN_STR(""));
    tn_buf_put_text(buf, "}\n");
    for (uint32_t i = 0; i < change->pair->entity_count; i++)
        put_entity(buf, change, i);
}

/* --- categories */

static void put_places(tn_buf *buf, const tn_diff_category *c)
{
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        for (uint32_t i = 0; i < c->place_count[side]; i++)
            tn_buf_put_format(buf, "  other: %s stored in " TN_STR_FMT "\n",
                              side == TN_PAIR_OLD ? "no longer" : "now also",
                              TN_STR_ARG(c->places[side][i]));
}

static void put_category(tn_buf *buf, const tn_diff *diff, const tn_diff_category *c)
{
    tn_buf_put(buf, c->name);
    tn_buf_put_char(buf, '\n');
    if (c->state == TN_DIFF_ADDED)
        tn_buf_put_text(buf, "  other: a new category\n");
    if (c->state == TN_DIFF_REMOVED)
        tn_buf_put_text(buf,
                        "  longer: no longer a category: nothing says how long its "
                        "records are retained\n");
    if (c->state == TN_DIFF_UNFOUND)
        tn_buf_put_format(buf,
                          "  no difference found: its clauses differ, and %u records "
                          "that were tried fare the same\n",
                          c->record_count);
    put_places(buf, c);
    for (uint32_t i = 0; i < c->change_count; i++) {
        put_headline(buf, &c->changes[i]);
        put_side(buf, diff, &c->changes[i], TN_PAIR_OLD);
        put_side(buf, diff, &c->changes[i], TN_PAIR_NEW);
        put_example(buf, c, &c->changes[i]);
    }
}

void tn_diff_put_text(tn_buf *buf, const tn_diff *diff)
{
    bool first = true;
    for (uint32_t i = 0; i < diff->category_count; i++) {
        if (diff->categories[i].state == TN_DIFF_SAME)
            continue;
        if (!first)
            tn_buf_put_char(buf, '\n');
        first = false;
        put_category(buf, diff, &diff->categories[i]);
    }
}

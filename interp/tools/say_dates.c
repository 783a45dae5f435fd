/* say_dates: what a clause comes to for an example. */
#include "interp/calendar/instant.h"
#include "interp/calendar/reckon.h"
#include "interp/tools/say.h"

/* 2024-01-31T10:00:00Z: the end of a month, and a leap day to come. */
static const tn_instant example = {INT64_C(1706695200), 0};

static void put_instant(tn_buf *out, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_buf_put(out, (tn_str){text, tn_instant_format(t, text)});
}

static bool is_date(const tn_model *model, const tn_category *category, uint32_t number)
{
    const tn_slot *slot = &model->slots.rows[category->slots.first + number];
    tn_field_type type = slot->kind == TN_SLOT_FIELD
                             ? model->fields.rows[slot->index].type
                             : model->facts.rows[slot->index].field_type;
    return type == TN_FIELD_DATE;
}

/* The slot the example is given for: the event, or the anchor's first member. */
static uint32_t counted_slot(const tn_model *model, const tn_clause *clause)
{
    if (clause->event_slot != TN_NONE || clause->anchor == TN_NONE)
        return clause->event_slot;
    return model->anchor_slots.rows[model->anchors.rows[clause->anchor].members.first];
}

static bool reckon(const tn_reckoning *how, bool date, tn_instant *out)
{
    int32_t day = (int32_t)(example.seconds / TN_SECONDS_PER_DAY);
    return date ? tn_reckon_date(how, day, out) : tn_reckon(how, example, out);
}

static const char *due_words(tn_clause_kind kind)
{
    switch (kind) {
    case TN_CLAUSE_DUTY_PERIOD:
    case TN_CLAUSE_DUTY_UNTIL: return "not due before ";
    case TN_CLAUSE_REDACT: return "from ";
    case TN_CLAUSE_RETAIN_PERIOD:
    case TN_CLAUSE_RETAIN_UNTIL:
    case TN_CLAUSE_RETAIN_INDEFINITELY:
    case TN_CLAUSE_LIMIT:
    case TN_CLAUSE_PLACEMENT_LIMIT:
    case TN_CLAUSE_ON:
    case TN_CLAUSE_FLAG:
    case TN_CLAUSE_HOLD:
    case TN_CLAUSE_KIND_COUNT: return "due ";
    }
    return "due ";
}

/* Only what has a time to carry it out in has a deadline of its own. */
static bool has_deadline(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_ON;
}

static bool find_deadline(const tn_clause *clause, const tn_reckoning *due, bool date,
                          tn_instant due_at, tn_instant *out)
{
    tn_reckoning how = {due->zone, false, TN_ROUND_NONE, clause->window};
    if (clause->event_slot == TN_NONE)
        return tn_reckon(&how, due_at, out);
    how.whole_days = due->whole_days;
    return reckon(&how, date, out);
}

static void put_anchor(tn_buf *out, const tn_model *model, const tn_category *category,
                       const tn_clause *clause)
{
    tn_buf_put_text(out, "      for ");
    const tn_model_anchor *anchor =
        clause->anchor == TN_NONE ? NULL : &model->anchors.rows[clause->anchor];
    if (anchor != NULL && anchor->op != TN_ANCHOR_ONE)
        tn_buf_put_text(out, anchor->op == TN_ANCHOR_LATEST ? "the latest at "
                                                            : "the earliest at ");
    else {
        tn_say_slot(out, model, category, counted_slot(model, clause));
        tn_buf_put_char(out, ' ');
    }
    if (is_date(model, category, counted_slot(model, clause))) {
        char text[TN_DATE_TEXT_MAX];
        int32_t day = (int32_t)(example.seconds / TN_SECONDS_PER_DAY);
        tn_buf_put(out, (tn_str){text, tn_date_format(day, text)});
    } else {
        put_instant(out, example);
    }
    tn_buf_put_text(out, ": ");
}

void tn_say_dates(tn_buf *out, const tn_model *model, const tn_category *category,
                  const tn_clause *clause)
{
    uint32_t slot = counted_slot(model, clause);
    if (slot == TN_NONE)
        return;
    const tn_module *module = &model->modules.rows[clause->module];
    tn_reckoning how = {&model->zones.rows[module->zone], module->whole_days,
                        clause->anchor == TN_NONE
                            ? TN_ROUND_NONE
                            : model->anchors.rows[clause->anchor].rounding,
                        clause->period};
    bool date = is_date(model, category, slot);
    tn_instant due, deadline;
    put_anchor(out, model, category, clause);
    if (!reckon(&how, date, &due)) {
        tn_buf_put_text(out, "beyond the calendar\n");
        return;
    }
    tn_buf_put_text(out, due_words(clause->kind));
    put_instant(out, due);
    if (has_deadline(clause->kind) &&
        find_deadline(clause, &how, date, due, &deadline) &&
        tn_instant_compare(deadline, due) > 0) {
        tn_buf_put_text(out, ", to be gone by ");
        put_instant(out, deadline);
    }
    tn_buf_put_char(out, '\n');
}

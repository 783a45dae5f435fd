#include "interp/tools/say.h"
#include "interp/calendar/period.h"

/* One sentence on its way. */
typedef struct speaker {
    tn_buf *out;
    const tn_model *model;
    const tn_category *category;
    const tn_clause *clause;
} speaker;

static void put(const speaker *s, const char *text)
{
    tn_buf_put_text(s->out, text);
}

/* "1 year, 6 months and 3 days" */
static void put_period(const speaker *s, tn_period period)
{
    char room[TN_PERIOD_TEXT_MAX];
    tn_str text = {room, tn_period_format(period, room)};
    for (bool first = true; text.len > 0; first = false) {
        size_t end = tn_str_find(text, TN_STR(" + "));
        bool last = end == SIZE_MAX;
        put(s, first ? "" : last ? " and " : ", ");
        tn_buf_put(s->out, tn_str_slice(text, 0, last ? text.len : end));
        text = tn_str_slice(text, last ? text.len : end + 3, SIZE_MAX);
    }
}

void tn_say_slot(tn_buf *out, const tn_model *model, const tn_category *category,
                 uint32_t number)
{
    const tn_slot *slot = &model->slots.rows[category->slots.first + number];
    if (slot->kind == TN_SLOT_FIELD) {
        tn_buf_put(out, model->fields.rows[slot->index].name);
        return;
    }
    uint32_t entity =
        model->category_entities.rows[category->of.first + slot->of].entity;
    tn_buf_put(out, tn_str_last_name(model->entities.rows[entity].name));
    tn_buf_put_char(out, '.');
    tn_buf_put(out, model->facts.rows[slot->index].name);
}

static void put_slot(const speaker *s, uint32_t slot)
{
    tn_say_slot(s->out, s->model, s->category, slot);
}

/* --- what it counts from */

static tn_field_type slot_type(const speaker *s, uint32_t number)
{
    const tn_slot *slot = &s->model->slots.rows[s->category->slots.first + number];
    return slot->kind == TN_SLOT_FIELD ? s->model->fields.rows[slot->index].type
                                       : s->model->facts.rows[slot->index].field_type;
}

/* "a, b and c" */
static void put_members(const speaker *s, const tn_model_anchor *anchor)
{
    for (uint32_t i = 0; i < anchor->members.count; i++) {
        if (i > 0)
            put(s, i + 1 == anchor->members.count ? " and " : ", ");
        put_slot(s, s->model->anchor_slots.rows[anchor->members.first + i]);
    }
}

static const char *unit_words(tn_rounding rounding)
{
    switch (rounding) {
    case TN_ROUND_DAY: return "day";
    case TN_ROUND_WEEK: return "week (Monday to Sunday)";
    case TN_ROUND_SUNDAY_WEEK: return "week (Sunday to Saturday)";
    case TN_ROUND_MONTH: return "month";
    case TN_ROUND_QUARTER: return "quarter";
    case TN_ROUND_YEAR: return "year";
    case TN_ROUND_NONE: break;
    }
    return "";
}

static bool has_type(const speaker *s, const tn_model_anchor *anchor,
                     tn_field_type type)
{
    for (uint32_t i = 0; i < anchor->members.count; i++)
        if (slot_type(s, s->model->anchor_slots.rows[anchor->members.first + i]) ==
            type)
            return true;
    return false;
}

/* "the end of the year in which the later of opened and closed falls" */
static void put_anchor(const speaker *s)
{
    const tn_model_anchor *anchor = &s->model->anchors.rows[s->clause->anchor];
    bool rounds = anchor->rounding != TN_ROUND_NONE, two = anchor->members.count == 2;
    if (rounds) {
        put(s, "the end of the ");
        put(s, unit_words(anchor->rounding));
        put(s, " in which ");
    }
    if (anchor->op == TN_ANCHOR_LATEST)
        put(s, two ? "the later of " : "the latest of ");
    if (anchor->op == TN_ANCHOR_EARLIEST)
        put(s, two ? "the earlier of " : "the earliest of ");
    put_members(s, anchor);
    put(s, rounds ? " falls" : "");
}

/* What an anchor waits for: events that have not happened. */
static void put_waiting(const speaker *s)
{
    const tn_model_anchor *anchor = &s->model->anchors.rows[s->clause->anchor];
    if (!has_type(s, anchor, TN_FIELD_EVENT))
        return;
    if (anchor->op == TN_ANCHOR_ONE)
        put(s, ", once that has happened");
    else if (anchor->op == TN_ANCHOR_LATEST)
        put(s, ", once each of them has happened");
    else
        put(s, ", as far as they have happened");
}

/* ", in whole days by the clocks of Europe/Berlin": only where it makes a difference.
 */
static void put_calendar(const speaker *s)
{
    const tn_module *module = &s->model->modules.rows[s->clause->module];
    const tn_model_anchor *anchor = s->clause->anchor == TN_NONE
                                        ? NULL
                                        : &s->model->anchors.rows[s->clause->anchor];
    bool dates = anchor != NULL && has_type(s, anchor, TN_FIELD_DATE);
    bool rounds = anchor != NULL && anchor->rounding != TN_ROUND_NONE;
    bool whole = module->whole_days || dates;
    bool exact = tn_period_is_exact(s->clause->period) &&
                 tn_period_is_exact(s->clause->window) && !rounds && !whole;
    bool local = module->zone != 0 && !exact;
    if (whole || local)
        put(s, ",");
    if (whole)
        put(s, " in whole days");
    if (local) {
        put(s, " by the clocks of ");
        tn_buf_put(s->out, s->model->zones.rows[module->zone].name);
    }
}

/* "1 year from audit_time" */
static void put_span(const speaker *s)
{
    put_period(s, s->clause->period);
    put(s, " from ");
    put_anchor(s);
    put_waiting(s);
    put_calendar(s);
}

/* --- what then */

/* "must be deleted at once"; "may be deleted at once and must be gone within 30 days"
 */
static void put_deletion(const speaker *s)
{
    const tn_clause *c = s->clause;
    bool from_event = c->event_slot != TN_NONE;
    bool delayed = from_event && !tn_period_is_zero(c->period);
    bool window = !tn_period_is_zero(c->window) &&
                  !(delayed && tn_period_is_within(c->window, c->period));
    put(s, window ? "may be deleted " : "must be deleted ");
    if (delayed) {
        put_period(s, c->period);
        put(s, " later");
    } else {
        put(s, "at once");
    }
    if (!window)
        return;
    put(s, " and must be gone within ");
    put_period(s, c->window);
    put(s, delayed ? " of the event" : "");
}

/* In `on` and `until` an event reaches only what existed when it happened. */
static const char *reached(const speaker *s)
{
    return s->category->created_slot == TN_NONE ? "each record"
                                                : "each record made by then";
}

static void put_until(const speaker *s)
{
    put(s, "each record is kept until ");
    put_slot(s, s->clause->event_slot);
    put(s, " happens");
    put_calendar(s);
    put(s, s->category->created_slot == TN_NONE ? "; then it "
                                                : "; then, if it was made before, it ");
    put_deletion(s);
}

static void put_on(const speaker *s)
{
    put(s, "once ");
    put_slot(s, s->clause->event_slot);
    put(s, " happens, ");
    put(s, reached(s));
    put(s, " ");
    put_deletion(s);
    put_calendar(s);
}

static void put_duty_until(const speaker *s)
{
    put(s, "each record must be kept until ");
    put_slot(s, s->clause->event_slot);
    put(s, " happens");
    put_calendar(s);
    put(s, ", whatever else lets it be deleted");
}

static void put_redact(const speaker *s)
{
    const tn_expr *to = s->clause->item == NULL ? NULL : s->clause->item->to;
    tn_range fields = s->clause->redact_fields;
    put(s, "in each record that is still kept, ");
    for (uint32_t i = 0; i < fields.count; i++) {
        if (i > 0)
            put(s, i + 1 == fields.count ? " and " : ", ");
        put_slot(s, s->model->redact_slots.rows[fields.first + i]);
    }
    put(s, fields.count == 1 ? " is " : " are ");
    if (to == NULL) {
        put(s, "emptied ");
    } else {
        put(s, "replaced by `");
        tn_buf_put(s->out, tn_source_slice(s->model->sources, to->at));
        put(s, "` ");
    }
    put_period(s, s->clause->period);
    put(s, " after ");
    put_anchor(s);
    put_waiting(s);
    put_calendar(s);
}

/* A copy's limit takes part with the retention it counts like, if it is tied to one. */
static void put_copy(const speaker *s)
{
    tn_str store = s->model->placements.rows[s->clause->placement].store;
    tn_buf_put_format(s->out, "the copy in " TN_STR_FMT " is kept for at most ",
                      TN_STR_ARG(store));
    put_span(s);
    if (s->clause->form == TN_NONE)
        return;
    speaker form = *s;
    form.clause = &s->model->clauses.rows[s->clause->form];
    put(s, ", where the record is kept for ");
    put_span(&form);
}

static void put_body(const speaker *s)
{
    switch (s->clause->kind) {
    case TN_CLAUSE_RETAIN_PERIOD:
        put(s, "each record is kept for ");
        put_span(s);
        put(s, "; then it ");
        put_deletion(s);
        return;
    case TN_CLAUSE_RETAIN_UNTIL: put_until(s); return;
    case TN_CLAUSE_RETAIN_INDEFINITELY:
        put(s, "each record is kept without an end");
        return;
    case TN_CLAUSE_DUTY_PERIOD:
        put(s, "each record must be kept for at least ");
        put_span(s);
        put(s, ", whatever else lets it be deleted");
        return;
    case TN_CLAUSE_DUTY_UNTIL: put_duty_until(s); return;
    case TN_CLAUSE_LIMIT:
        put(s, "each record is kept for at most ");
        put_span(s);
        return;
    case TN_CLAUSE_PLACEMENT_LIMIT: put_copy(s); return;
    case TN_CLAUSE_ON: put_on(s); return;
    case TN_CLAUSE_REDACT: put_redact(s); return;
    case TN_CLAUSE_FLAG:
        put(s, "each record is flagged for a person to look at, and is not deleted "
               "before that");
        return;
    case TN_CLAUSE_HOLD: put(s, "each record is held: nothing deletes it"); return;
    case TN_CLAUSE_KIND_COUNT: return;
    }
}

/* --- the sentence */

static const tn_expr *guard_of(const tn_clause *clause)
{
    const tn_tail *tail = clause->item == NULL ? NULL : clause->item->tail;
    for (; tail != NULL; tail = tail->next)
        if (tail->kind != TN_TAIL_BECAUSE)
            return tail->guard;
    return NULL;
}

static bool is_form(tn_clause_kind kind)
{
    return kind == TN_CLAUSE_RETAIN_PERIOD || kind == TN_CLAUSE_RETAIN_UNTIL ||
           kind == TN_CLAUSE_RETAIN_INDEFINITELY;
}

/* Does a retain form stand before clause `i`, which is one? Then it is tried first. */
static bool is_otherwise(const tn_model *model, const tn_category *category, uint32_t i)
{
    const tn_clause *rows = &model->clauses.rows[category->clauses.first];
    if (!is_form(rows[i].kind))
        return false;
    for (uint32_t k = 0; k < i; k++)
        if (is_form(rows[k].kind))
            return true;
    return false;
}

/* The text from byte `start` of the buffer on begins with a capital. */
static void capitalize(tn_buf *out, size_t start)
{
    if (!out->failed && start < out->len && out->data[start] >= 'a' &&
        out->data[start] <= 'z')
        out->data[start] = (char)(out->data[start] - 'a' + 'A');
}

void tn_say_clause(tn_buf *out, const tn_model *model, const tn_category *category,
                   uint32_t i)
{
    speaker s = {out, model, category,
                 &model->clauses.rows[category->clauses.first + i]};
    const tn_expr *guard = guard_of(s.clause);
    size_t start = out->len;
    if (is_otherwise(model, category, i))
        put(&s, "otherwise, ");
    if (guard != NULL) {
        put(&s, s.clause->negated ? "except where " : "where ");
        tn_say_guard(out, model, guard);
        put(&s, ", ");
    }
    put_body(&s);
    capitalize(out, start);
    if (s.clause->why.len > 0)
        tn_buf_put_format(out, " (\"" TN_STR_FMT "\")", TN_STR_ARG(s.clause->why));
    put(&s, ".");
}

#include "interp/tools/explain_part.h"

/* --- the first line */

static void put_time_left(explainer *e)
{
    const tn_verdict *v = e->of->verdict;
    tn_instant now = tn_run_now(e->of->run);
    if (v->overdue) {
        tn_buf_put_text(e->buf, ", overdue by ");
        tn_explain_span(e->buf, v->deadline, now);
    } else if (v->decision == TN_DELETE && v->has_deadline) {
        tn_buf_put_text(e->buf, ", ");
        tn_explain_span(e->buf, now, v->deadline);
        tn_buf_put_text(e->buf, " left to delete it");
    } else if (v->decision == TN_KEEP && v->has_due &&
               tn_instant_compare(now, v->due) < 0) {
        tn_buf_put_text(e->buf, ", ");
        tn_explain_span(e->buf, now, v->due);
        tn_buf_put_text(e->buf, " left");
    }
}

static void put_verdict(explainer *e)
{
    const tn_verdict *v = e->of->verdict;
    tn_buf_put(e->buf, tn_image_str(e->image, e->category->name));
    tn_buf_put_char(e->buf, ' ');
    tn_buf_put(e->buf, e->of->record);
    tn_buf_put_text(e->buf, ": ");
    tn_buf_put_text(e->buf, tn_decision_text(v->decision));
    tn_buf_put_text(e->buf, " (");
    tn_buf_put_text(e->buf, tn_reason_text(v->reason));
    tn_buf_put_char(e->buf, ')');
    put_time_left(e);
    tn_buf_put_text(e->buf, "\n                 at ");
    put_instant(e, tn_run_now(e->of->run));
    if (e->of->placement != TN_NONE) {
        tn_str store =
            tn_image_str(e->image, e->image->placements[e->of->placement].store);
        tn_buf_put_text(e->buf, ", in ");
        tn_buf_put(e->buf, store);
    }
    tn_buf_put_text(e->buf, "\n");
}

/* --- the clause that decides */

static void put_because(explainer *e)
{
    const tn_verdict *v = e->of->verdict;
    put_heading(e, "because");
    if (v->clause == TN_NONE) {
        tn_buf_put_text(e->buf, v->reason == TN_REASON_HOLD
                                    ? "a hold on what it belongs to is in force\n"
                                    : "of what the record is, not of a clause\n");
        return;
    }
    uint32_t i = v->clause - e->category->clauses.first;
    tn_explain_clause(e, i);
    tn_explain_state(e, i);
    tn_str why = tn_image_str(e->image, clause_row(e, i)->why);
    if (why.len == 0)
        return;
    tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
    tn_buf_put_format(e->buf, "\"" TN_STR_FMT "\"\n", TN_STR_ARG(why));
}

/* --- overrides */

static void put_module_at(explainer *e, uint32_t module, uint32_t place)
{
    tn_buf_put(e->buf, tn_image_str(e->image, e->image->modules[module].name));
    tn_buf_put_text(e->buf, " (");
    tn_explain_place(e->buf, e->image, place);
    tn_buf_put_char(e->buf, ')');
}

static void put_overrides(explainer *e)
{
    static const char *const words[TN_ASPECT_COUNT] = TN_ASPECT_WORDS;
    bool first = true;
    for (uint32_t i = 0; i < e->image->override_count; i++) {
        const tn_img_override *row = &e->image->overrides[i];
        if (row->category != e->of->category)
            continue;
        put_heading(e, first ? "overrides" : "");
        first = false;
        tn_buf_put_format(e->buf, "%s of ", words[row->aspect]);
        put_module_at(e, row->module, row->place);
        tn_buf_put_text(e->buf, ", not of ");
        put_module_at(e, row->over_module, row->over_place);
        tn_buf_put_char(e->buf, '\n');
        tn_str why = tn_image_str(e->image, row->why);
        if (why.len == 0)
            continue;
        tn_buf_put_repeated(e->buf, ' ', INDENT + 2);
        tn_buf_put_format(e->buf, "\"" TN_STR_FMT "\"\n", TN_STR_ARG(why));
    }
}

/* --- doubts */

static const char *doubt_text(tn_reason reason)
{
    switch (reason) {
    case TN_REASON_UNREADABLE: return "it is not a record that can be read";
    case TN_REASON_UNKNOWN_ENTITY: return "there is no one row of facts for its key";
    case TN_REASON_UNDECLARED_FIELD:
        return "it has fields the category does not declare";
    case TN_REASON_UNKNOWN_ANCHOR: return "it is missing, unreadable or out of range";
    case TN_REASON_FUTURE_ANCHOR: return "it lies too far ahead of now";
    case TN_REASON_IMPLAUSIBLE_ANCHOR: return "it lies too long ago to be true";
    case TN_REASON_UNKNOWN_GUARD: return "a condition or hold can't be told";
    case TN_REASON_FLAGGED: return "a clause asks for a person to look";
    case TN_REASON_HOLD:
    case TN_REASON_DUTY:
    case TN_REASON_RETAINED:
    case TN_REASON_AWAITING_EVENT:
    case TN_REASON_INDEFINITE:
    case TN_REASON_EXPIRED:
    case TN_REASON_EVENT:
    case TN_REASON_LIMIT:
    case TN_REASON_COUNT: return "";
    }
    return "";
}

static void put_doubts(explainer *e)
{
    const tn_verdict *v = e->of->verdict;
    for (uint32_t i = 0; i < v->doubt_count; i++) {
        const tn_doubt *doubt = &v->doubts[i];
        put_heading(e, i == 0 ? "in doubt" : "");
        if (doubt->slot != TN_NONE) {
            put_slot(e, doubt->slot);
            tn_buf_put_text(e->buf, ": ");
        } else if (doubt->entity != TN_NONE) {
            uint32_t entity =
                e->image->ofs[e->category->of.first + doubt->entity].entity;
            tn_buf_put(e->buf, tn_image_str(e->image, e->image->entities[entity].name));
            tn_buf_put_text(e->buf, ": ");
        }
        tn_buf_put_text(e->buf, doubt_text(doubt->reason));
        tn_buf_put_format(e->buf, " (%s)\n", tn_reason_text(doubt->reason));
    }
}

/* --- the others */

static bool is_duty(uint32_t kind)
{
    return kind == TN_CLAUSE_DUTY_PERIOD || kind == TN_CLAUSE_DUTY_UNTIL;
}

static void put_others(explainer *e)
{
    bool first = true;
    for (uint32_t i = 0; i < e->category->clauses.count; i++) {
        const tn_img_clause *row = clause_row(e, i);
        if (e->category->clauses.first + i == e->of->verdict->clause ||
            row->kind == TN_CLAUSE_HOLD || is_duty(row->kind))
            continue;
        put_heading(e, first ? "not yet" : "");
        first = false;
        tn_explain_clause(e, i);
        tn_explain_state(e, i);
    }
}

static void put_holds(explainer *e)
{
    for (uint32_t of = 0; of < e->category->of.count; of++) {
        uint32_t row;
        const tn_facts *facts = tn_decider_facts(e->of->decider, of, &row);
        uint32_t entity = e->image->ofs[e->category->of.first + of].entity;
        tn_str name =
            tn_str_last_name(tn_image_str(e->image, e->image->entities[entity].name));
        put_heading(e, of == 0 ? "checked" : "");
        bool held = false;
        for (; row != TN_NONE; row = tn_facts_next(facts, row))
            held |=
                tn_hold_is_in_force(tn_facts_hold(facts, row), tn_run_now(e->of->run));
        tn_buf_put_format(e->buf, "%s on its " TN_STR_FMT "\n",
                          held ? "a hold is in force" : "no hold", TN_STR_ARG(name));
    }
}

static void put_checked(explainer *e)
{
    put_holds(e);
    bool first = e->category->of.count == 0, duty = false;
    for (uint32_t i = 0; i < e->category->clauses.count; i++) {
        const tn_img_clause *row = clause_row(e, i);
        if (row->kind != TN_CLAUSE_HOLD && !is_duty(row->kind))
            continue;
        put_heading(e, first ? "checked" : "");
        first = false;
        duty |= is_duty(row->kind);
        tn_explain_clause(e, i);
        tn_explain_state(e, i);
    }
    if (duty)
        return;
    put_heading(e, first ? "checked" : "");
    tn_buf_put_text(e->buf, "no duty to keep it\n");
}

/* --- what would change it */

/* The verdict of the same record at another instant. */
static tn_status decide_at(explainer *e, tn_instant t, tn_verdict *out)
{
    tn_run *run = NULL;
    tn_decider *decider = NULL;
    tn_status status = tn_run_at(e->of->run, t, &run);
    if (status == TN_OK)
        status = tn_decider_new(run, e->of->category, e->of->placement, &decider);
    if (status == TN_OK) {
        for (uint32_t i = 0; i < e->category->fields.count; i++)
            tn_decider_fields(decider)[i] = tn_decider_fields(e->of->decider)[i];
        for (uint32_t i = 0; i < e->category->of.count; i++)
            tn_decider_keys(decider)[i] = tn_decider_keys(e->of->decider)[i];
        status = tn_decide(decider, 0, 0, out);
    }
    tn_decider_free(decider);
    tn_run_free(run);
    return status;
}

static void put_events(explainer *e, bool *first)
{
    for (uint32_t i = 0; i < e->category->clauses.count; i++) {
        const tn_img_clause *row = clause_row(e, i);
        if (e->results[i].state != TN_STATE_NEVER || row->event_slot == TN_NONE ||
            is_duty(row->kind))
            continue;
        put_heading(e, *first ? "would change it" : "");
        *first = false;
        tn_buf_put_text(e->buf, "when ");
        put_slot(e, row->event_slot);
        tn_buf_put_text(e->buf, " happens: due ");
        if (tn_period_is_zero(row->period)) {
            tn_buf_put_text(e->buf, "at once");
        } else {
            put_period(e, row->period);
            tn_buf_put_text(e->buf, " later");
        }
        tn_buf_put_text(e->buf, ", gone within ");
        put_period(e, row->window);
        tn_buf_put_char(e->buf, '\n');
    }
}

static tn_status put_changes(explainer *e)
{
    const tn_verdict *v = e->of->verdict;
    bool first = true;
    if (v->has_next_change) {
        tn_verdict then;
        TN_TRY(decide_at(e, v->next_change, &then));
        put_heading(e, "would change it");
        first = false;
        tn_buf_put_text(e->buf, "at ");
        put_instant(e, v->next_change);
        tn_buf_put_text(e->buf, ", in ");
        tn_explain_span(e->buf, tn_run_now(e->of->run), v->next_change);
        if (then.decision == v->decision)
            tn_buf_put_text(e->buf, ": fields are to be redacted\n");
        else
            tn_buf_put_format(e->buf, ": %s (%s)\n", tn_decision_text(then.decision),
                              tn_reason_text(then.reason));
    }
    put_events(e, &first);
    if (v->reason != TN_REASON_HOLD && v->decision != TN_KEEP &&
        e->category->of.count > 0) {
        put_heading(e, first ? "would change it" : "");
        tn_buf_put_text(e->buf, "with a hold on what it belongs to: keep (hold)\n");
    }
    return TN_OK;
}

tn_status tn_explain_put(tn_buf *buf, const tn_explained *explained)
{
    const tn_image *image = tn_run_image(explained->run);
    explainer e = {.of = explained,
                   .image = image,
                   .category = &image->categories[explained->category],
                   .results = tn_decider_clauses(explained->decider),
                   .buf = buf};
    put_verdict(&e);
    put_because(&e);
    put_overrides(&e);
    put_doubts(&e);
    if (explained->verdict->reason != TN_REASON_UNREADABLE) {
        put_others(&e);
        put_checked(&e);
        TN_TRY(put_changes(&e));
    }
    return tn_buf_status(buf);
}

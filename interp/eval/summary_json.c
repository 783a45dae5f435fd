#include "interp/eval/doubt_text.h"
#include "interp/eval/summary.h"

typedef struct writer {
    tn_buf *buf;
    const tn_summary *summary;
    const tn_image *image;
} writer;

/* --- pieces */

static void put_name(const writer *w, const char *name)
{
    char last = w->buf->len == 0 ? '{' : w->buf->data[w->buf->len - 1];
    if (last != '{')
        tn_buf_put_char(w->buf, ',');
    tn_buf_put_char(w->buf, '"');
    tn_buf_put_text(w->buf, name);
    tn_buf_put_text(w->buf, "\":");
}

static void put_text(const writer *w, const char *name, tn_str text)
{
    put_name(w, name);
    tn_buf_put_json(w->buf, text);
}

static void put_count(const writer *w, const char *name, uint64_t count)
{
    put_name(w, name);
    tn_buf_put_uint(w->buf, count);
}

static void put_instant(const writer *w, const char *name, bool is_there, tn_instant t)
{
    char text[TN_INSTANT_TEXT_MAX];
    put_name(w, name);
    if (is_there)
        tn_buf_put_json(w->buf, (tn_str){text, tn_instant_format(t, text)});
    else
        tn_buf_put_text(w->buf, "null");
}

static void put_comma(const writer *w, bool is_first)
{
    if (!is_first)
        tn_buf_put_char(w->buf, ',');
}

/* A text that `tn_doubt_put_cause` makes, as JSON. */
static void put_cause(const writer *w, const tn_bound *bound, const tn_doubt *doubt)
{
    tn_buf text;
    tn_buf_init(&text, w->buf->memory);
    tn_doubt_put_cause(&text, w->image, bound, doubt);
    put_text(w, "cause", tn_buf_view(&text));
    w->buf->failed |= text.failed;
    tn_buf_free(&text);
}

static void put_subject(const writer *w, const tn_bound *bound, const tn_doubt *doubt)
{
    tn_buf text;
    tn_buf_init(&text, w->buf->memory);
    if (doubt->slot != TN_NONE) {
        tn_doubt_put_slot(&text, w->image, bound->category, doubt->slot);
        put_text(w, "field", tn_buf_view(&text));
    } else if (doubt->entity != TN_NONE) {
        put_text(w, "entity",
                 tn_doubt_entity(w->image, bound->category, doubt->entity));
    }
    w->buf->failed |= text.failed;
    tn_buf_free(&text);
}

/* --- one place */

static void put_doubts(const writer *w, const tn_tally *tally)
{
    put_name(w, "doubts");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < tally->doubt_count; i++) {
        const tn_tally_doubt *doubt = &tally->doubts[i];
        put_comma(w, i == 0);
        tn_buf_put_char(w->buf, '{');
        put_text(w, "reason", tn_str_from(tn_reason_text(doubt->doubt.reason)));
        put_subject(w, tally->bound, &doubt->doubt);
        put_count(w, "records", doubt->count);
        put_text(w, "first", doubt->first_record);
        put_cause(w, tally->bound, &doubt->doubt);
        put_text(w, "help", tn_str_from(tn_doubt_advice(doubt->doubt.reason)));
        tn_buf_put_char(w->buf, '}');
    }
    tn_buf_put_char(w->buf, ']');
}

static void put_columns(const writer *w, const tn_tally *tally)
{
    put_name(w, "undeclared");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < tally->column_count; i++) {
        put_comma(w, i == 0);
        tn_buf_put_char(w->buf, '{');
        put_text(w, "field", tally->columns[i].name);
        put_count(w, "records", tally->columns[i].count);
        tn_buf_put_char(w->buf, '}');
    }
    tn_buf_put_char(w->buf, ']');
}

static void put_reasons(const writer *w, const tn_tally *tally)
{
    put_name(w, "reasons");
    tn_buf_put_char(w->buf, '{');
    for (int i = 0; i < TN_REASON_COUNT; i++)
        if (tally->reasons[i] > 0)
            put_count(w, tn_reason_text((tn_reason)i), tally->reasons[i]);
    tn_buf_put_char(w->buf, '}');
}

static void put_place(const writer *w, const tn_bound *bound)
{
    const char *roles[TN_ROLE_NAMES];
    uint32_t count = tn_summary_roles(w->image, bound, roles);
    put_text(w, "category",
             tn_image_str(w->image, w->image->categories[bound->category].name));
    put_text(w, "placement", tn_summary_place(w->image, bound));
    put_name(w, "roles");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < count; i++) {
        put_comma(w, i == 0);
        tn_buf_put_json(w->buf, tn_str_from(roles[i]));
    }
    tn_buf_put_char(w->buf, ']');
}

static void put_managed(const writer *w, const tn_tally *tally)
{
    const tn_bound *bound = tally->bound;
    tn_buf_put_char(w->buf, '{');
    put_place(w, bound);
    put_text(w, "store", bound->origin.store_name);
    put_text(w, "object", bound->origin.object);
    put_count(w, "records", tally->record_count);
    put_count(w, "keep", tn_tally_of(tally, TN_KEEP));
    put_count(w, "held", tally->reasons[TN_REASON_HOLD]);
    put_count(w, "delete", tn_tally_of(tally, TN_DELETE));
    put_count(w, "overdue", tally->overdue_count);
    put_count(w, "conflict", tally->conflict_count);
    put_count(w, "redact", tally->redact_count);
    put_count(w, "flag", tn_tally_of(tally, TN_FLAG));
    if (tally->resolved_keep_count > 0)
        put_count(w, "resolved_keep", tally->resolved_keep_count);
    if (tally->resolved_delete_count > 0)
        put_count(w, "resolved_delete", tally->resolved_delete_count);
    put_instant(w, "next_due", tally->has_next_due, tally->next_due);
    put_reasons(w, tally);
    put_doubts(w, tally);
    put_columns(w, tally);
    tn_buf_put_char(w->buf, '}');
}

static void put_unmanaged(const writer *w, const tn_bound *bound)
{
    const tn_img_binding *row = &w->image->bindings[bound->binding];
    char period[TN_PERIOD_TEXT_MAX];
    tn_buf_put_char(w->buf, '{');
    put_place(w, bound);
    put_text(w, "unmanaged", tn_image_str(w->image, row->unmanaged));
    put_text(w, "expires", (tn_str){period, tn_period_format(row->expires, period)});
    tn_buf_put_char(w->buf, '}');
}

static void put_places(const writer *w, bool managed)
{
    const tn_eval *eval = w->summary->eval;
    bool is_first = true;
    put_name(w, managed ? "placements" : "unmanaged");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < eval->bound_count; i++) {
        if (eval->bounds[i].is_managed != managed)
            continue;
        put_comma(w, is_first);
        is_first = false;
        if (managed)
            put_managed(w, &w->summary->tallies[i]);
        else
            put_unmanaged(w, &eval->bounds[i]);
    }
    tn_buf_put_char(w->buf, ']');
}

/* --- the rest */

static void put_conditions(const writer *w)
{
    put_name(w, "conditions");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < w->summary->condition_count; i++) {
        const tn_condition_tally *tally = &w->summary->conditions[i];
        const tn_img_condition *row = &w->image->conditions[tally->condition];
        put_comma(w, i == 0);
        tn_buf_put_char(w->buf, '{');
        put_text(w, "condition", tn_image_str(w->image, row->name));
        put_text(w, "entity",
                 tn_image_str(w->image, w->image->entities[row->entity].name));
        put_count(w, "met", tally->met_count);
        put_count(w, "unmet", tally->unmet_count);
        put_count(w, "unknown", tally->unknown_count);
        tn_buf_put_char(w->buf, '}');
    }
    tn_buf_put_char(w->buf, ']');
}

static void put_facts(const writer *w)
{
    bool is_first = true;
    put_name(w, "facts");
    tn_buf_put_char(w->buf, '[');
    for (uint32_t i = 0; i < w->image->entity_count; i++) {
        const tn_entity_facts *facts = &w->summary->eval->entities[i];
        if (facts->facts == NULL)
            continue;
        put_comma(w, is_first);
        is_first = false;
        tn_buf_put_char(w->buf, '{');
        put_text(w, "entity", tn_image_str(w->image, w->image->entities[i].name));
        put_count(w, "rows", tn_facts_count(facts->facts));
        put_count(w, "repeated_keys", facts->repeated_key_count);
        put_count(w, "without_key", tn_facts_keyless_count(facts->facts));
        put_count(w, "unreadable", facts->unreadable_count);
        tn_buf_put_char(w->buf, '}');
    }
    tn_buf_put_char(w->buf, ']');
}

void tn_summary_put_json(tn_buf *buf, const tn_summary *summary)
{
    writer w = {buf, summary, summary->eval->image};
    tn_buf_put_char(buf, '{');
    put_instant(&w, "at", true, tn_run_now(summary->eval->run));
    put_name(&w, "deployment");
    if (tn_summary_is_deployment(summary))
        tn_buf_put_json(buf, tn_image_str(w.image, w.image->deployments[0].name));
    else
        tn_buf_put_text(buf, "null");
    put_places(&w, true);
    put_places(&w, false);
    put_conditions(&w);
    put_facts(&w);
    put_count(&w, "deleted", 0);
    tn_buf_put_text(buf, "}\n");
}

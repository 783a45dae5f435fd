/* decide: one record, decided and explained. */
#include "interp/api/api.h"
#include "interp/calendar/instant.h"
#include "interp/check/json_value.h"
#include "interp/tools/explain.h"

enum {
    RECORD_FLAGS = TENURE_RECORD_UNREADABLE | TENURE_RECORD_UNDECLARED,
    WANT_SHIFT = 4
};
_Static_assert((int)TENURE_RECORD_UNREADABLE == (int)TN_RECORD_UNREADABLE, "flag");
_Static_assert((int)TENURE_RECORD_UNDECLARED == (int)TN_RECORD_UNDECLARED, "flag");
_Static_assert(TENURE_WANT_TIMES >> WANT_SHIFT == TN_WANT_TIMES, "want");
_Static_assert(TENURE_WANT_NEXT_CHANGE >> WANT_SHIFT == TN_WANT_NEXT_CHANGE, "want");
_Static_assert(TENURE_WANT_REDACT >> WANT_SHIFT == TN_WANT_REDACT, "want");
_Static_assert(TENURE_WANT_DOUBTS >> WANT_SHIFT == TN_WANT_DETAIL, "want");
_Static_assert(TENURE_WANT_ALL >> WANT_SHIFT == TN_WANT_ALL, "want");

static tn_status read_record(tenure_decider *d)
{
    tn_value *fields = tn_decider_fields(d->decider);
    tn_value *keys = tn_decider_keys(d->decider);
    if (d->nested.block != NULL)
        tn_arena_reset(&d->nested);
    for (uint32_t i = 0; i < d->reading_count; i++) {
        const tenure_reading *how = &d->readings[i];
        const tenure_value *in = &d->fields[how->field];
        if (!tn_api_value_is_plain(how, in, &fields[how->field]))
            TN_TRY(tn_api_value(&d->nested, how, in, &fields[how->field]));
    }
    for (uint32_t i = 0; i < d->key_count; i++)
        if (!tn_api_key_is_plain(&d->keys[i], &keys[i]))
            tn_api_key(&d->keys[i], &keys[i]);
    return TN_OK;
}

static tn_status decide(tenure_decider *d, unsigned wants, tn_verdict *out)
{
    TN_TRY(read_record(d));
    return tn_decide(d->decider, d->record_flags, wants, out);
}

tn_status tenure_decide(tenure_decider *d, unsigned flags, tn_verdict *out)
{
    if ((flags & ~(unsigned)(RECORD_FLAGS | TENURE_WANT_ALL)) != 0)
        return TN_USAGE;
    d->record_flags = flags & RECORD_FLAGS;
    return decide(d, (flags & TENURE_WANT_ALL) >> WANT_SHIFT, out);
}

/* --- explaining */

static void put_instant(tn_buf *buf, const char *name, bool is_there, tn_instant t)
{
    if (is_there)
        tn_json_instant(buf, name, t);
    else
        tn_json_text(buf, name, (tn_str){NULL, 0});
}

/* Appends what a put function of explain.h would write, as a text. */
static void put_clause(tn_buf *buf, const tn_image *image, uint32_t clause)
{
    if (clause == TN_NONE) {
        tn_json_text(buf, "clause", (tn_str){NULL, 0});
        return;
    }
    tn_buf place;
    tn_buf_init(&place, buf->memory);
    tn_explain_place(&place, image, image->clauses[clause].place);
    tn_json_text(buf, "clause", tn_buf_view(&place));
    buf->failed |= place.failed;
    tn_buf_free(&place);
}

static void put_doubt(tn_buf *buf, const tenure_decider *d, const tn_doubt *doubt)
{
    const tn_image *image = &d->run->policy->image;
    tn_json_next(buf);
    tn_buf_put_char(buf, '{');
    tn_json_text(buf, "reason", tn_str_from(tn_reason_text(doubt->reason)));
    put_clause(buf, image, doubt->clause);
    if (doubt->slot != TN_NONE) {
        tn_buf slot;
        tn_buf_init(&slot, buf->memory);
        tn_explain_slot(&slot, image, d->category, doubt->slot);
        tn_json_text(buf, "field", tn_buf_view(&slot));
        buf->failed |= slot.failed;
        tn_buf_free(&slot);
    } else if (doubt->entity != TN_NONE) {
        uint32_t of = image->categories[d->category].of.first + doubt->entity;
        tn_img_str name = image->entities[image->ofs[of].entity].name;
        tn_json_text(buf, "entity", tn_str_last_name(tn_image_str(image, name)));
    }
    tn_buf_put_char(buf, '}');
}

static void put_lists(tn_buf *buf, const tenure_decider *d, const tn_verdict *v)
{
    const tn_image *image = &d->run->policy->image;
    uint32_t first = image->categories[d->category].fields.first;
    tn_json_key(buf, "redact");
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < v->redact_count; i++) {
        tn_json_next(buf);
        tn_buf_put_json(buf,
                        tn_image_str(image, image->fields[first + v->redact[i]].name));
    }
    tn_buf_put_char(buf, ']');
    tn_json_key(buf, "detail");
    tn_buf_put_char(buf, '[');
    for (uint32_t i = 0; i < v->doubt_count; i++)
        put_doubt(buf, d, &v->doubts[i]);
    tn_buf_put_char(buf, ']');
}

static void put_json(tn_buf *buf, const tenure_decider *d, const tn_explained *e,
                     tn_str text)
{
    const tn_verdict *v = e->verdict;
    const tn_image *image = &d->run->policy->image;
    tn_str store = {NULL, 0};
    if (d->placement != TN_NONE)
        store = tn_image_str(image, image->placements[d->placement].store);
    tn_buf_put_char(buf, '{');
    tn_json_text(buf, "policy", tenure_policy_digest(d->run->policy));
    tn_json_text(buf, "record", e->record);
    tn_json_text(buf, "category",
                 tn_image_str(image, image->categories[d->category].name));
    tn_json_text(buf, "placement", store);
    tn_json_instant(buf, "at", tn_run_now(e->run));
    tn_json_text(buf, "verdict", tn_str_from(tn_decision_text(v->decision)));
    tn_json_text(buf, "reason", tn_str_from(tn_reason_text(v->reason)));
    put_clause(buf, image, v->clause);
    put_instant(buf, "due", v->has_due, v->due);
    put_instant(buf, "deadline", v->has_deadline, v->deadline);
    tn_json_bool(buf, "overdue", v->overdue);
    tn_json_bool(buf, "conflict", v->conflict);
    put_instant(buf, "next_change", v->has_next_change, v->next_change);
    put_lists(buf, d, v);
    tn_json_text(buf, "text", text);
    tn_buf_put_char(buf, '}');
}

static tn_status explain_json(tenure_decider *d, const tn_explained *e)
{
    tn_buf text;
    tn_buf_init(&text, d->text.memory);
    tn_status status = tn_explain_put(&text, e);
    if (status == TN_OK)
        put_json(&d->text, d, e, tn_buf_view(&text));
    tn_buf_free(&text);
    return status == TN_OK ? tn_buf_status(&d->text) : status;
}

tn_status tenure_explain(tenure_decider *d, tn_str record, tenure_format format,
                         tn_str *text)
{
    if (format != TENURE_FORMAT_TEXT && format != TENURE_FORMAT_JSON)
        return TN_USAGE;
    tn_verdict verdict;
    tn_buf_reset(&d->text);
    TN_TRY(decide(d, TN_WANT_ALL, &verdict));
    tn_explained explained = {.decider = d->decider,
                              .run = d->run->run,
                              .category = d->category,
                              .placement = d->placement,
                              .verdict = &verdict,
                              .record = record.data == NULL ? TN_STR("") : record};
    TN_TRY(format == TENURE_FORMAT_TEXT ? tn_explain_put(&d->text, &explained)
                                        : explain_json(d, &explained));
    *text = tn_buf_view(&d->text);
    return TN_OK;
}

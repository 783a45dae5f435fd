#include "interp/tools/diff_records.h"
#include "interp/calendar/instant.h"
#include "interp/eval/horizon.h"
#include "interp/store/key.h"
#include "interp/tools/value_json.h"

typedef struct comparer {
    tn_transfer_place places[TN_PAIR_SIDES];
    const tn_diff_visitor *visitor;
    tn_diff_place *out;
} comparer;

/* Never due is later than all. */
static int compare_due(const tn_verdict *a, const tn_verdict *b)
{
    if (!a->has_due || !b->has_due)
        return (int)b->has_due - (int)a->has_due;
    return tn_instant_compare(a->due, b->due);
}

/* Is it gone some time, if nothing else happens? */
static bool ends(const tn_verdict *v)
{
    return v->decision == TN_DELETE || tn_falls_due(v);
}

/* False: it fares the same. */
static bool find_way(tn_diff_record *r)
{
    const tn_verdict *was = &r->verdicts[TN_PAIR_OLD], *is = &r->verdicts[TN_PAIR_NEW];
    r->way = TN_DIFF_OTHER;
    if (!r->is_there[TN_PAIR_OLD] || !r->is_there[TN_PAIR_NEW])
        return r->is_there[TN_PAIR_OLD] != r->is_there[TN_PAIR_NEW];
    if ((was->decision == TN_FLAG) != (is->decision == TN_FLAG)) {
        if (ends(was) || ends(is))
            r->way = ends(was) ? TN_DIFF_LONGER : TN_DIFF_SHORTER;
        return true;
    }
    int order = compare_due(is, was);
    if (order != 0)
        r->way = order < 0 ? TN_DIFF_SHORTER : TN_DIFF_LONGER;
    return order != 0 || was->decision != is->decision;
}

/* Where it can't be told whether the record is meant, neither policy decides. */
static tn_status compare_record(void *user, const tn_judged *judged)
{
    comparer *c = user;
    tn_value key;
    tn_diff_record record = {.eval = judged->eval, .bound = judged->bound, .key = &key};
    c->out->record_count++;
    if (judged->is_unplaced)
        return TN_OK;
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++) {
        record.is_there[side] = c->places[side].decider != NULL;
        if (record.is_there[side])
            TN_TRY(tn_transfer_decide(&c->places[side], judged, TN_WANT_TIMES,
                                      &record.verdicts[side]));
    }
    if (!find_way(&record))
        return TN_OK;
    c->out->changed[record.way]++;
    c->out->verdict_count +=
        record.is_there[TN_PAIR_OLD] && record.is_there[TN_PAIR_NEW] &&
        record.verdicts[TN_PAIR_OLD].decision != record.verdicts[TN_PAIR_NEW].decision;
    TN_TRY(tn_judged_key(judged, &key));
    return c->visitor->visit(c->visitor->user, &record);
}

tn_status tn_diff_records_of(tn_eval *eval, uint32_t bound,
                             tn_transfer transfers[TN_PAIR_SIDES],
                             const tn_diff_visitor *visitor, tn_diff_place *out)
{
    tn_judge_options options = {.all_fields = true};
    comparer c = {.visitor = visitor, .out = out};
    *out = (tn_diff_place){.bound = &eval->bounds[bound]};
    if (!eval->bounds[bound].is_managed)
        return TN_OK;
    tn_status status = TN_OK;
    for (uint32_t side = 0; side < TN_PAIR_SIDES && status == TN_OK; side++)
        status = tn_transfer_open(&transfers[side], bound, &c.places[side]);
    if (status == TN_OK)
        status = tn_eval_judge(eval, bound, &options, compare_record, &c);
    for (uint32_t side = 0; side < TN_PAIR_SIDES; side++)
        tn_transfer_close(&c.places[side]);
    return status;
}

/* --- as text */

static void put_verdict(tn_buf *buf, const tn_diff_record *r, uint32_t side)
{
    const tn_verdict *v = &r->verdicts[side];
    if (!r->is_there[side]) {
        tn_buf_put_text(buf, "not described");
        return;
    }
    tn_buf_put_format(buf, "%s (%s)", tn_decision_text(v->decision),
                      tn_reason_text(v->reason));
    if (!v->has_due)
        return;
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant_format(v->due, text);
    tn_buf_put_format(buf, ", due %s", text);
}

void tn_diff_record_put_text(tn_buf *buf, const tn_diff_record *record)
{
    tn_key_put(buf, record->key);
    tn_buf_put_text(buf, ": ");
    put_verdict(buf, record, TN_PAIR_OLD);
    tn_buf_put_text(buf, "; now ");
    put_verdict(buf, record, TN_PAIR_NEW);
}

static void put_verdict_json(tn_buf *buf, const tn_diff_record *r, uint32_t side)
{
    const tn_verdict *v = &r->verdicts[side];
    if (!r->is_there[side]) {
        tn_buf_put_text(buf, "null");
        return;
    }
    tn_buf_put_format(buf, "{\"verdict\":\"%s\",\"reason\":\"%s\",\"due\":",
                      tn_decision_text(v->decision), tn_reason_text(v->reason));
    tn_instant_put_json(buf, v->has_due, v->due);
    tn_buf_put_char(buf, '}');
}

void tn_diff_record_put_json(tn_buf *buf, const tn_diff_record *record)
{
    tn_buf_put_text(buf, "{\"record\":");
    tn_key_put_json(buf, record->key);
    tn_buf_put_format(buf, ",\"way\":\"%s\",\"old\":", tn_diff_way_text(record->way));
    put_verdict_json(buf, record, TN_PAIR_OLD);
    tn_buf_put_text(buf, ",\"new\":");
    put_verdict_json(buf, record, TN_PAIR_NEW);
    tn_buf_put_char(buf, '}');
}

#include "interp/apply/plan_text.h"
#include "interp/apply/forecast.h"
#include "interp/calendar/instant.h"

enum { SHOWN_SURVIVORS = 20 };

void tn_put_count(tn_buf *out, uint64_t count)
{
    if (count >= 1000) {
        tn_put_count(out, count / 1000);
        tn_buf_put_format(out, ",%03u", (unsigned)(count % 1000));
    } else {
        tn_buf_put_uint(out, count);
    }
}

void tn_put_duration(tn_buf *out, uint64_t ms)
{
    uint64_t seconds = (ms + 500) / 1000;
    if (ms < 1000)
        tn_buf_put_text(out, "under a second");
    else if (seconds < 120)
        tn_buf_put_format(out, "%llu s", (unsigned long long)seconds);
    else if (seconds < 7200)
        tn_buf_put_format(out, "%llu min", (unsigned long long)(seconds / 60));
    else
        tn_buf_put_format(out, "%llu h %llu min", (unsigned long long)(seconds / 3600),
                          (unsigned long long)(seconds / 60 % 60));
}

static void put_instant(tn_buf *out, tn_instant at)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant_format(at, text);
    tn_buf_put_text(out, text);
}

static void put_line(tn_buf *out, const char *label, uint64_t count, const char *rest)
{
    tn_buf_put_format(out, "  %-10s", label);
    tn_put_count(out, count);
    tn_buf_put_text(out, rest);
}

/* "  keep      560 (hold 60, retained 500)" */
static void put_decision(tn_buf *out, const tn_plan_place *place, tn_decision decision)
{
    uint64_t sum = 0;
    const char *comma = " (";
    for (int i = 0; i < TN_REASON_COUNT; i++)
        if (tn_reason_decision((tn_reason)i) == decision)
            sum += place->reasons[i];
    put_line(out, tn_decision_text(decision), sum, "");
    for (int i = 0; i < TN_REASON_COUNT; i++) {
        if (tn_reason_decision((tn_reason)i) != decision || place->reasons[i] == 0)
            continue;
        tn_buf_put_format(out, "%s%s ", comma, tn_reason_text((tn_reason)i));
        tn_put_count(out, place->reasons[i]);
        comma = ", ";
    }
    tn_buf_put_text(out, sum > 0 ? ")\n" : "\n");
}

static void put_dues(tn_buf *out, const tn_plan_place *place)
{
    if (place->has_due) {
        tn_buf_put_text(out, "  due since ");
        put_instant(out, place->oldest_due);
        tn_buf_put_text(out, " (oldest), ");
        put_instant(out, place->newest_due);
        tn_buf_put_text(out, " (newest)\n");
    }
    if (place->overdue_count > 0)
        put_line(out, "overdue", place->overdue_count, " past their deadline\n");
    for (uint32_t i = 0; i < place->cutoff_count; i++) {
        const tn_plan_cutoff *cutoff = &place->cutoffs[i];
        tn_buf_put_text(out, "  cutoff    ");
        tn_buf_put(out, cutoff->anchor);
        if (cutoff->exists) {
            tn_buf_put_text(out, " <= ");
            put_instant(out, cutoff->at);
        } else {
            tn_buf_put_text(out, ": none can be due");
        }
        tn_buf_put_text(out, "  ");
        tn_buf_put(out, cutoff->clause);
        tn_buf_put_char(out, '\n');
    }
}

static void put_blocked(tn_buf *out, const tn_plan_place *place)
{
    if (place->blocked_count == 0)
        return;
    put_line(out, "blocked", place->blocked_count,
             " of them behind a record that stays: ");
    for (uint32_t i = 0; i < place->blocked_parts; i++) {
        tn_buf_put_text(out, i == 0 ? "" : ", ");
        tn_buf_put(out, place->blocked[i]);
    }
    if (place->blocked_until.data != NULL)
        tn_buf_put_format(out, "; " TN_STR_FMT " clears them by itself\n",
                          TN_STR_ARG(place->blocked_until));
    else
        tn_buf_put_text(out, "\n  BREACH    nothing else clears what is blocked; its "
                             "deadline is missed\n");
}

static void put_hidden(tn_buf *out, const tn_plan_place *place)
{
    if (place->hidden_count > 0)
        put_line(
            out, "hidden", place->hidden_count,
            " of them behind a newer record or a tombstone of their key: the store "
            "takes them away by itself\n");
    if (place->buries && place->due_count > 0)
        tn_buf_put_text(out, "  tombstone each of them gets one for its key, which "
                             "hides it until the store compacts; apply needs "
                             "--tombstones\n");
}

static void put_expected(tn_buf *out, const tn_plan_place *place)
{
    if (!place->has_expected)
        return;
    uint64_t due = place->due_count, expected = place->expected_count;
    put_line(out, "expected", expected, " by the last run's forecast, ");
    tn_put_count(out, due > expected ? due - expected : expected - due);
    tn_buf_put_text(out,
                    due >= expected ? " more than that are due" : " fewer are due");
    tn_buf_put_text(out, tn_forecast_is_off(place) ? ": FAR OFF\n" : "\n");
}

static void put_place(tn_buf *out, const tn_plan_place *place)
{
    tn_buf_put_char(out, '\n');
    tn_buf_put(out, place->place);
    tn_buf_put_text(out, "\n");
    put_line(out, "records", place->record_count, "\n");
    if (place->redacts) {
        put_line(out, "redact", place->due_count, " have fields to be redacted now\n");
    } else {
        put_decision(out, place, TN_DELETE);
        put_decision(out, place, TN_KEEP);
        put_decision(out, place, TN_FLAG);
        if (place->resolved_count > 0)
            put_line(out, "resolved", place->resolved_count,
                     " flagged, to be deleted by a review\n");
        if (place->returned_count > 0)
            put_line(
                out, "returned", place->returned_count,
                " resurrected: earlier runs erased them, and they are due again\n");
        put_dues(out, place);
        put_blocked(out, place);
        for (uint32_t i = 0; i < place->whole_count; i++) {
            tn_buf_put_text(out, "  whole     ");
            tn_buf_put(out, place->wholes[i]);
            tn_buf_put_char(out, '\n');
        }
        put_hidden(out, place);
        put_expected(out, place);
    }
    for (uint32_t i = 0; place->due_count > 0 && i < place->upstream_count; i++) {
        tn_buf_put_text(out, "  upstream  ");
        tn_buf_put(out, place->upstream[i]);
        tn_buf_put_text(out, " feeds it and keeps records that are due: a replay would "
                             "bring them back\n");
    }
    if (!place->is_erasable)
        tn_buf_put_text(out, "  not carried out: this kind of store is only read\n");
    for (uint32_t i = 0; i < place->obstacle_count; i++) {
        tn_buf_put_text(out, "  error: ");
        tn_buf_put(out, place->obstacles[i]);
        tn_buf_put_char(out, '\n');
    }
    for (uint32_t i = 0; i < place->sample_count; i++) {
        tn_buf_put_text(out, i == 0 ? "  such as   " : ", ");
        tn_buf_put(out, place->samples[i]);
    }
    tn_buf_put_text(out, place->sample_count > 0 ? "\n" : "");
}

void tn_plan_put_text(tn_buf *out, const tn_plan *plan)
{
    uint64_t ms = 0, due = 0;
    tn_buf_put_text(out, "Plan for ");
    put_instant(out, plan->instant);
    if (plan->id.len > 0) {
        tn_buf_put_text(out, ", run ");
        tn_buf_put(out, plan->id);
        tn_buf_put_text(out, ", good until ");
        put_instant(out, plan->expires);
    }
    tn_buf_put_char(out, '\n');
    for (uint32_t i = 0; i < plan->place_count; i++) {
        put_place(out, &plan->places[i]);
        if (!plan->places[i].is_erasable)
            continue;
        ms += plan->places[i].estimate_ms;
        due += plan->places[i].due_count;
    }
    for (uint32_t i = 0; i < plan->breach_count; i++) {
        tn_buf_put_text(out, i == 0 ? "\nBREACH: " : "BREACH: ");
        tn_buf_put(out, plan->breaches[i]);
        tn_buf_put_char(out, '\n');
    }
    tn_buf_put_char(out, '\n');
    tn_put_count(out, due);
    tn_buf_put_text(out, due == 1 ? " record to be erased, in "
                                  : " records to be erased, in ");
    tn_buf_put_text(out, ms < 1000 ? "" : "about ");
    tn_put_duration(out, ms);
    tn_buf_put_char(out, '\n');
}

/* --- reports */

static void put_survivors(tn_buf *out, const tn_apply_report *report)
{
    for (uint32_t i = 0; i < report->survivor_count && i < SHOWN_SURVIVORS; i++) {
        const tn_survivor *survivor = &report->survivors[i];
        tn_buf_put_text(out, i == 0 ? "survived:\n  " : "  ");
        tn_buf_put(out, survivor->place->place);
        tn_buf_put_text(out, ": ");
        tn_buf_put(out, survivor->key);
        tn_buf_put_format(out, " (%s)\n", survivor->why);
    }
    if (report->survivor_total > SHOWN_SURVIVORS) {
        tn_buf_put_text(out, "  and ");
        tn_put_count(out, report->survivor_total - SHOWN_SURVIVORS);
        tn_buf_put_text(out, " more\n");
    }
}

static void put_report_place(tn_buf *out, const tn_apply_place *place)
{
    if (!place->place->is_erasable ||
        place->place->due_count + place->blocked_count == 0)
        return;
    tn_buf_put(out, place->place->place);
    tn_buf_put_text(out, ": ");
    tn_put_count(out, place->erased_count);
    tn_buf_put_text(out, " of ");
    tn_put_count(out, place->place->due_count);
    tn_buf_put_text(out, place->place->redacts ? " redacted" : " deleted");
    if (place->unconfirmed_count > 0) {
        tn_buf_put_text(out, " + ");
        tn_put_count(out, place->unconfirmed_count);
        tn_buf_put_text(out, " unconfirmed (gone; the run was cut off there)");
    }
    if (place->unplanned_count > 0) {
        tn_buf_put_text(out, ", ");
        tn_put_count(out, place->unplanned_count);
        tn_buf_put_text(out, " of them due but not in the plan");
    }
    if (place->blocked_count > 0) {
        tn_buf_put_text(out, ", ");
        tn_put_count(out, place->blocked_count);
        tn_buf_put_text(out, " blocked behind records that stay");
    }
    if (place->waits)
        tn_buf_put_text(out, ", not begun: what feeds it still has records that are "
                             "due");
    if (place->survivor_count > 0) {
        tn_buf_put_text(out, ", ");
        tn_put_count(out, place->survivor_count);
        tn_buf_put_text(out, " survived");
    }
    if (place->late_hold_count > 0) {
        tn_buf_put_text(out, "; late_hold: ");
        tn_put_count(out, place->late_hold_count);
        tn_buf_put_format(out, " were held while they went, such as %s",
                          place->first_late_hold);
    }
    tn_buf_put_char(out, '\n');
}

void tn_apply_put_text(tn_buf *out, const tn_plan *plan, const tn_apply_report *report)
{
    tn_buf_put_text(out, "run ");
    tn_buf_put(out, report->run);
    tn_buf_put_text(out, report->was_resumed ? ", resumed\n" : "\n");
    for (uint32_t i = 0; report->places != NULL && i < plan->place_count; i++)
        put_report_place(out, &report->places[i]);
    put_survivors(out, report);
    if (report->stopped != NULL) {
        tn_buf_put_format(out, "stopped (%s); apply the plan again to go on\n",
                          report->stopped);
    } else {
        tn_buf_put_text(out, "looked at again: ");
        tn_put_count(out, report->remaining_count);
        tn_buf_put_format(out, " due and still there; erasure: %s\n",
                          tn_erasure_text(report->erasure));
    }
    tn_buf_put_text(out, "ledger head ");
    tn_head_put(out, &report->head);
    tn_buf_put_text(out, "\n");
}

static void put_json_place(tn_buf *out, const tn_apply_place *place)
{
    tn_buf_put_text(out, "{\"place\":");
    tn_buf_put_json(out, place->place->place);
    tn_buf_put_format(out,
                      ",\"action\":\"%s\",\"planned\":%llu,\"erased\":%llu,"
                      "\"unplanned\":%llu,\"remaining\":%llu,\"survived\":%llu,"
                      "\"late_holds\":%llu,\"unconfirmed\":%llu,\"blocked\":%llu,"
                      "\"waits\":%s}",
                      place->place->redacts ? "redact" : "delete",
                      (unsigned long long)place->place->due_count,
                      (unsigned long long)place->erased_count,
                      (unsigned long long)place->unplanned_count,
                      (unsigned long long)place->remaining_count,
                      (unsigned long long)place->survivor_count,
                      (unsigned long long)place->late_hold_count,
                      (unsigned long long)place->unconfirmed_count,
                      (unsigned long long)place->blocked_count,
                      place->waits ? "true" : "false");
}

void tn_apply_put_json(tn_buf *out, const tn_plan *plan, const tn_apply_report *report)
{
    tn_buf_put_text(out, "{\"run\":");
    tn_buf_put_json(out, report->run);
    tn_buf_put_text(out, ",\"stopped\":");
    if (report->stopped != NULL)
        tn_buf_put_json(out, tn_str_from(report->stopped));
    else
        tn_buf_put_text(out, "null");
    tn_buf_put_format(
        out,
        ",\"resumed\":%s,\"erased\":%llu,\"remaining\":%llu,"
        "\"survived\":%llu,\"unconfirmed\":%llu,\"erasure\":\"%s\",\"elapsed_ms\":%llu,"
        "\"erase_ms\":%llu,\"head\":\"",
        report->was_resumed ? "true" : "false",
        (unsigned long long)report->erased_count,
        (unsigned long long)report->remaining_count,
        (unsigned long long)report->survivor_total,
        (unsigned long long)report->unconfirmed_count, tn_erasure_text(report->erasure),
        (unsigned long long)report->elapsed_ms, (unsigned long long)report->erase_ms);
    tn_head_put(out, &report->head);
    tn_buf_put_text(out, "\",\"places\":[");
    for (uint32_t i = 0; report->places != NULL && i < plan->place_count; i++) {
        tn_buf_put_text(out, i > 0 ? "," : "");
        put_json_place(out, &report->places[i]);
    }
    tn_buf_put_text(out, "],\"survivors\":[");
    for (uint32_t i = 0; i < report->survivor_count; i++) {
        tn_buf_put_text(out, i > 0 ? ",{\"place\":" : "{\"place\":");
        tn_buf_put_json(out, report->survivors[i].place->place);
        tn_buf_put_text(out, ",\"key\":");
        tn_buf_put_json(out, report->survivors[i].key);
        tn_buf_put_format(out, ",\"why\":\"%s\"}", report->survivors[i].why);
    }
    tn_buf_put_text(out, "]}\n");
}

/* run_entries: what the ledger is told of a run besides its chunks. */
#include "interp/apply/forecast.h"
#include "interp/apply/run.h"
#include "interp/calendar/instant.h"

static tn_status append(apply_run *run, const char *kind, tn_str run_id, tn_buf *body)
{
    tn_draft draft = {
        .kind = kind, .run = run_id, .chunk = -1, .body = tn_buf_view(body)};
    TN_TRY(tn_buf_status(body));
    return tn_ledger_append(run->ledger, run->host->now(run->host->user), &draft);
}

static void put_digest(tn_buf *body, const char *name, const tn_digest *digest)
{
    tn_buf_put_format(body, "\"%s\":\"", name);
    tn_hex_put(body, digest->bytes, TN_DIGEST_BYTES);
    tn_buf_put_text(body, "\",");
}

static void put_run(apply_run *run, tn_buf *body)
{
    char at[TN_INSTANT_TEXT_MAX];
    tn_instant_format(run->plan->instant, at);
    tn_buf_put_format(body, "{\"instant\":\"%s\",\"plan\":", at);
    tn_buf_put_json(body, run->plan->id);
    tn_buf_put_char(body, ',');
    put_digest(body, "policy", &run->plan->policy);
    put_digest(body, "image", &run->plan->image);
    tn_buf_put_format(body, "\"evidence\":\"%s\",",
                      tn_evidence_text(run->options->evidence));
    tn_run_stores_put(&run->stores, body);
    tn_buf_put_text(body, ",\"places\":[");
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        const tn_plan_place *place = &run->plan->places[i];
        tn_buf_put_text(body, i > 0 ? ",{\"place\":" : "{\"place\":");
        tn_buf_put_json(body, place->place);
        tn_buf_put_format(body, ",\"records\":%llu,\"due\":%llu,\"erasable\":%s",
                          (unsigned long long)place->record_count,
                          (unsigned long long)place->due_count,
                          place->is_erasable ? "true" : "false");
        if (place->returned_count > 0)
            tn_buf_put_format(body, ",\"resurrected\":%llu",
                              (unsigned long long)place->returned_count);
        tn_buf_put_char(body, '}');
    }
    tn_buf_put_text(body, "]}");
}

static tn_status append_start(apply_run *run, tn_buf *body)
{
    if (run->out->was_resumed) {
        tn_buf_put_text(body, "{}");
        return append(run, "resume", run->plan->id, body);
    }
    tn_buf_put_char(body, '{');
    put_digest(body, "policy", &run->plan->policy);
    tn_buf_put_format(body, "\"accepted\":\"%s\"}",
                      run->options->limits.accepts_policy.len > 0 ? "by name"
                                                                  : "as is");
    TN_TRY(append(run, "policy", (tn_str){NULL, 0}, body));
    tn_buf_reset(body);
    put_run(run, body);
    return append(run, "run", run->plan->id, body);
}

static void put_done(apply_run *run, tn_buf *body)
{
    uint64_t sums[2] = {0, 0};
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        sums[run->plan->places[i].redacts] += run->out->places[i].erased_count;
    tn_buf_put_format(body,
                      "{\"deleted\":%llu,\"redacted\":%llu,\"remaining\":%llu,"
                      "\"survivors\":%llu,\"late_holds\":%llu,"
                      "\"unconfirmed\":%llu,\"verified\":true,"
                      "\"erasure\":\"%s\",",
                      (unsigned long long)sums[0], (unsigned long long)sums[1],
                      (unsigned long long)run->out->remaining_count,
                      (unsigned long long)run->out->survivor_total,
                      (unsigned long long)run->out->late_hold_count,
                      (unsigned long long)run->out->unconfirmed_count,
                      tn_erasure_text(run->out->erasure));
}

/* What is due and could not go: a category is deleted once every place of it has done
 * it. */
static void put_left(const apply_run *run, tn_buf *body)
{
    const char *comma = "";
    tn_buf_put_text(body, "\"left\":[");
    for (uint32_t i = 0; i < run->plan->place_count; i++) {
        const tn_plan_place *place = &run->plan->places[i];
        const tn_apply_place *done = &run->out->places[i];
        uint64_t due =
            run->places[i].judge == NULL ? place->due_count : done->remaining_count;
        uint64_t blocked =
            run->places[i].judge == NULL ? place->blocked_count : done->blocked_count;
        if (due + blocked == 0)
            continue;
        tn_buf_put_format(body, "%s{\"category\":", comma);
        tn_buf_put_json(body, place->category);
        tn_buf_put_text(body, ",\"place\":");
        tn_buf_put_json(body, place->place);
        tn_buf_put_format(body, ",\"due\":%llu,\"blocked\":%llu}",
                          (unsigned long long)due, (unsigned long long)blocked);
        comma = ",";
    }
    tn_buf_put_text(body, "],");
}

static tn_status append_done(apply_run *run, tn_buf *body)
{
    uint64_t *left =
        tn_arena_take_array(run->arena, run->plan->place_count, sizeof(*left));
    if (left == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < run->plan->place_count; i++)
        left[i] = run->out->places[i].remaining_count;
    put_done(run, body);
    put_left(run, body);
    tn_forecast_put(body, run->plan, left);
    tn_buf_put_char(body, '}');
    return append(run, "done", run->plan->id, body);
}

static tn_status append_stop(apply_run *run, tn_buf *body)
{
    tn_buf_put_format(body, "{\"late_holds\":%llu,\"why\":",
                      (unsigned long long)run->out->late_hold_count);
    tn_buf_put_json(body, tn_str_from(run->out->stopped));
    tn_buf_put_char(body, '}');
    return append(run, "stop", run->plan->id, body);
}

/* One entry, or a few, in a transaction of their own. */
static tn_status write_entry(apply_run *run, tn_status (*put)(apply_run *, tn_buf *))
{
    tn_buf body;
    TN_TRY(tn_ledger_begin(run->ledger));
    tn_buf_init(&body, run->why->memory);
    tn_status status = put(run, &body);
    tn_buf_free(&body);
    if (status == TN_OK)
        status = tn_ledger_commit(run->ledger);
    if (status != TN_OK)
        tn_ledger_rollback(run->ledger);
    return status;
}

tn_status run_write_start(apply_run *run)
{
    return write_entry(run, append_start);
}

tn_status run_write_stop(apply_run *run)
{
    return write_entry(run, append_stop);
}

tn_status run_write_done(apply_run *run)
{
    return write_entry(run, append_done);
}

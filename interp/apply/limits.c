#include "interp/apply/limits.h"
#include "interp/apply/forecast.h"
#include "interp/calendar/instant.h"

#include <string.h>

/* A digest may be shortened to so many digits. */
enum { DIGEST_PREFIX = 16 };

typedef struct checking {
    const tn_limits *limits;
    const tn_plan *plan;
    const tn_image *image;
    tn_ledger *ledger;
    tn_instant now;
    tn_buf *why;
} checking;

uint64_t tn_limits_of(const tn_limits *limits, const tn_plan_place *place)
{
    uint64_t most = UINT64_MAX;
    double percent = limits->has_percent ? limits->percent : TN_LIMIT_PERCENT;
    if (limits->has_records)
        most = limits->records;
    else if (!limits->has_percent)
        most = TN_LIMIT_RECORDS;
    if (limits->has_percent || !limits->has_records) {
        double share = (double)place->record_count * percent / 100;
        if (share < (double)most)
            most = (uint64_t)share;
    }
    return most;
}

static tn_status check_times(const checking *c)
{
    char text[TN_INSTANT_TEXT_MAX];
    tn_instant last;
    if (tn_instant_compare(c->plan->expires, c->now) <= 0) {
        tn_instant_format(c->plan->expires, text);
        tn_buf_put_format(c->why, "the plan expired at %s; make a new one", text);
        return TN_REFUSED;
    }
    if (tn_instant_compare(c->plan->instant, c->now) > 0) {
        tn_instant_format(c->plan->instant, text);
        tn_buf_put_format(
            c->why,
            "the plan decides for %s, which is later than the clock: "
            "nothing is deleted ahead of its time. Make a plan for now, or "
            "set the clock right",
            text);
        return TN_REFUSED;
    }
    TN_TRY(tn_ledger_last_time(c->ledger, &last));
    if (last.seconds > c->now.seconds + TN_LIMIT_CLOCK_SECONDS ||
        c->plan->made.seconds > c->now.seconds + TN_LIMIT_CLOCK_SECONDS) {
        tn_instant_format(last, text);
        tn_buf_put_format(
            c->why,
            "the clock is off: it is behind the ledger's last entry (%s), "
            "or the plan, by more than 5 minutes. Set it right",
            text);
        return TN_REFUSED;
    }
    return TN_OK;
}

tn_status tn_limits_run_state(tn_ledger *ledger, tn_str run, tn_run_state *out)
{
    tn_draft like = {.kind = "done", .run = run, .chunk = -1};
    bool found = false;
    TN_TRY(tn_ledger_has(ledger, &like, &found));
    *out = TN_RUN_DONE;
    if (found)
        return TN_OK;
    like.kind = "run";
    TN_TRY(tn_ledger_has(ledger, &like, &found));
    *out = found ? TN_RUN_STOPPED : TN_RUN_NEW;
    return TN_OK;
}

/* Has another run started since the plan was made? */
static tn_status find_other_run(const checking *c, bool *out)
{
    sqlite3_stmt *query = NULL;
    tn_db *db = tn_ledger_db(c->ledger);
    TN_TRY(tn_db_prepare(
        db,
        "SELECT 1 FROM entry WHERE seq > ?1 AND (kind = 'rearm' OR (kind = 'run' AND"
        " run <> ?2))",
        &query));
    sqlite3_bind_int64(query, 1, c->plan->head.seq);
    tn_db_bind_text(query, 2, c->plan->id);
    tn_status status = tn_db_step(db, query, out);
    sqlite3_finalize(query);
    return status;
}

static tn_status check_stale(const checking *c, tn_run_state state)
{
    bool is_other = false;
    if (state == TN_RUN_DONE) {
        tn_buf_put_text(c->why, "this plan has been carried out; make a new one");
        return TN_REFUSED;
    }
    if (!tn_digest_equal(&c->plan->image, &c->image->header->digest)) {
        tn_buf_put_text(c->why, "the policy, the deployment or the time zones changed "
                                "since the plan was made; make a new one");
        return TN_REFUSED;
    }
    TN_TRY(find_other_run(c, &is_other));
    if (!is_other)
        return TN_OK;
    tn_buf_put_text(
        c->why, "another plan was carried out, or a store accepted anew, since this "
                "one was made; make a new one");
    return TN_REFUSED;
}

static tn_status last_policy(const checking *c, tn_digest *out, bool *found)
{
    sqlite3_stmt *query = NULL;
    tn_db *db = tn_ledger_db(c->ledger);
    TN_TRY(tn_db_prepare(db,
                         "SELECT json_extract(body, '$.policy') FROM entry WHERE kind ="
                         " 'policy' ORDER BY seq DESC LIMIT 1",
                         &query));
    tn_status status = tn_db_step(db, query, found);
    if (status == TN_OK && *found)
        *found = tn_hex_read(tn_db_text(query, 0), out->bytes, TN_DIGEST_BYTES);
    sqlite3_finalize(query);
    return status;
}

static tn_status check_policy(const checking *c)
{
    tn_digest accepted;
    bool found = false;
    char text[TN_DIGEST_TEXT_BYTES];
    TN_TRY(last_policy(c, &accepted, &found));
    tn_digest_format(&c->plan->policy, text);
    tn_str whole = {text, sizeof(text)};
    tn_str given = c->limits->accepts_policy;
    bool is_given = given.len >= DIGEST_PREFIX && tn_str_starts(whole, given);
    if (given.len > 0 && !is_given) {
        tn_buf_put_format(c->why,
                          "--accept-policy names another policy; this one is %.*s",
                          (int)sizeof(text), text);
        return TN_REFUSED;
    }
    if (!found || is_given || tn_digest_equal(&accepted, &c->plan->policy))
        return TN_OK;
    tn_buf_put_format(
        c->why,
        "the policy is not the one that was last applied. Compare the two; "
        "where the difference is meant, accept it once with "
        "--accept-policy %.*s",
        DIGEST_PREFIX, text);
    return TN_REFUSED;
}

/* What feeds it goes first, and this plan does not erase it there. */
static tn_status check_upstream(const checking *c, const tn_plan_place *place)
{
    if (place->redacts || place->upstream_count == 0 || c->limits->accepts_upstream)
        return TN_OK;
    tn_buf_put(c->why, place->place);
    tn_buf_put_text(c->why, ": ");
    tn_buf_put(c->why, place->upstream[0]);
    tn_buf_put_text(c->why,
                    " feeds it and still has records that are due: a replay would "
                    "bring them back. Erase them there first; where nothing is "
                    "replayed, say --accept-upstream");
    return TN_REFUSED;
}

static tn_status check_place(const checking *c, const tn_plan_place *place)
{
    uint64_t most = tn_limits_of(c->limits, place);
    for (uint32_t i = 0; i < place->obstacle_count; i++) {
        tn_buf_put(c->why, place->obstacles[i]);
        return TN_REFUSED;
    }
    if (place->due_count > most) {
        tn_buf_put(c->why, place->place);
        tn_buf_put_format(c->why,
                          ": %llu of %llu records are to go, more than the limit of "
                          "%llu. Look at the plan; where it is right, raise the limit "
                          "with --max-delete %llu (or N%%)",
                          (unsigned long long)place->due_count,
                          (unsigned long long)place->record_count,
                          (unsigned long long)most,
                          (unsigned long long)place->due_count);
        return TN_REFUSED;
    }
    TN_TRY(check_upstream(c, place));
    if (!tn_forecast_is_off(place) || c->limits->accepts_unexpected)
        return TN_OK;
    tn_buf_put(c->why, place->place);
    tn_buf_put_format(
        c->why,
        ": %llu records are due, but the last run expected %llu. Find out "
        "why; where it is right, say --accept-unexpected",
        (unsigned long long)place->due_count,
        (unsigned long long)place->expected_count);
    return TN_REFUSED;
}

tn_status tn_limits_check(const tn_limits *limits, const tn_plan *plan,
                          const tn_image *image, tn_ledger *ledger, tn_instant now)
{
    checking c = {limits, plan, image, ledger, now, tn_ledger_db(ledger)->why};
    tn_run_state state;
    TN_TRY(tn_limits_run_state(ledger, plan->id, &state));
    TN_TRY(check_times(&c));
    TN_TRY(check_stale(&c, state));
    if (state == TN_RUN_STOPPED) /* it passed when it started */
        return TN_OK;
    TN_TRY(check_policy(&c));
    for (uint32_t i = 0; i < plan->place_count; i++)
        if (plan->places[i].is_erasable && plan->places[i].due_count > 0)
            TN_TRY(check_place(&c, &plan->places[i]));
    return TN_OK;
}

tn_status tn_limits_check_times(const tn_plan *plan, tn_ledger *ledger, tn_instant now)
{
    checking c = {
        .plan = plan, .ledger = ledger, .now = now, .why = tn_ledger_db(ledger)->why};
    return check_times(&c);
}

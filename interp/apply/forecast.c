#include "interp/apply/forecast.h"
#include "interp/calendar/instant.h"

enum { OFF_BY_RECORDS = 1000 };

void tn_forecast_put(tn_buf *body, const tn_plan *plan, const uint64_t *remaining)
{
    char at[TN_INSTANT_TEXT_MAX];
    tn_instant_format(plan->instant, at);
    tn_buf_put_text(body, "\"forecast\":[");
    for (uint32_t i = 0; i < plan->place_count; i++) {
        const tn_plan_place *place = &plan->places[i];
        tn_buf_put_text(body, i > 0 ? ",{\"place\":" : "{\"place\":");
        tn_buf_put_json(body, place->place);
        tn_buf_put_format(body, ",\"at\":\"%s\",\"left\":%llu,\"days\":[", at,
                          (unsigned long long)remaining[i]);
        const char *comma = "";
        for (uint32_t day = 0; place->days != NULL && day < TN_PLAN_FORECAST_DAYS;
             day++) {
            if (place->days[day] == 0)
                continue;
            tn_buf_put_format(body, "%s[%u,%llu]", comma, day,
                              (unsigned long long)place->days[day]);
            comma = ",";
        }
        tn_buf_put_text(body, "]}");
    }
    tn_buf_put_char(body, ']');
}

/* What was left, and every day that is wholly over; the day that is not, in part. */
static uint64_t add_up(tn_db *db, sqlite3_stmt *row, int64_t elapsed_seconds,
                       tn_status *status)
{
    sqlite3_stmt *days = NULL;
    bool found = true;
    uint64_t sum = (uint64_t)sqlite3_column_int64(row, 1);
    *status = tn_db_prepare(db,
                            "SELECT json_extract(value, '$[0]'), json_extract(value,"
                            " '$[1]') FROM json_each(?1, '$.days')",
                            &days);
    if (*status != TN_OK)
        return 0;
    tn_db_bind_text(days, 1, tn_db_text(row, 2));
    while (*status == TN_OK) {
        *status = tn_db_step(db, days, &found);
        if (*status != TN_OK || !found)
            break;
        int64_t start = sqlite3_column_int64(days, 0) * TN_SECONDS_PER_DAY;
        int64_t count = sqlite3_column_int64(days, 1);
        int64_t over = elapsed_seconds - start;
        if (over >= TN_SECONDS_PER_DAY)
            sum += (uint64_t)count;
        else if (over > 0)
            sum +=
                (uint64_t)((double)count * (double)over / (double)TN_SECONDS_PER_DAY);
    }
    sqlite3_finalize(days);
    return sum;
}

tn_status tn_forecast_expected(tn_ledger *ledger, tn_instant instant,
                               tn_plan_place *place)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    tn_db *db = tn_ledger_db(ledger);
    tn_instant then;
    TN_TRY(tn_db_prepare(
        db,
        "SELECT json_extract(f.value, '$.at'), json_extract(f.value, '$.left'), f.value"
        " FROM entry e, json_each(e.body, '$.forecast') f WHERE e.kind = 'done' AND"
        " json_extract(f.value, '$.place') = ?1 ORDER BY e.seq DESC LIMIT 1",
        &query));
    tn_db_bind_text(query, 1, place->place);
    tn_status status = tn_db_step(db, query, &row);
    if (status == TN_OK && row && tn_instant_parse(tn_db_text(query, 0), &then)) {
        place->expected_count =
            add_up(db, query, instant.seconds - then.seconds, &status);
        place->has_expected = status == TN_OK;
    }
    sqlite3_finalize(query);
    return status;
}

bool tn_forecast_is_off(const tn_plan_place *place)
{
    uint64_t due = place->due_count, expected = place->expected_count;
    uint64_t difference = due > expected ? due - expected : expected - due;
    return place->has_expected && difference > OFF_BY_RECORDS &&
           difference > expected / 2;
}

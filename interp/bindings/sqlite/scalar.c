/* scalar: functions of one record, and of one number. */
#include "interp/bindings/sqlite/functions.h"
#include "interp/bindings/sqlite/values.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

static tn_str view(const char *text)
{
    return (tn_str){text, strlen(text)};
}

static void fail(sqlite3_context *context, int code, char *why)
{
    if (code == SQLITE_NOMEM || why == NULL)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_error(context, why, -1);
    sqlite3_free(why);
}

static const char *text_of(sqlite3_value *value)
{
    return sqlite3_value_type(value) == SQLITE_TEXT
               ? (const char *)sqlite3_value_text(value)
               : NULL;
}

/* --- a record from names and values */

enum { FIXED = 3 }; /* policy, category, at */

/* The entity of the category whose last name this is; TENURE_NONE. */
static uint32_t find_key(const tenure_policy *policy, uint32_t category, tn_str name)
{
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, category); i++) {
        tn_str full =
            tenure_policy_entity_name(policy, tenure_policy_of(policy, category, i));
        if (full.len == name.len && memcmp(full.data, name.data, name.len) == 0)
            return i;
        if (full.len > name.len && full.data[full.len - name.len - 1] == '.' &&
            memcmp(full.data + full.len - name.len, name.data, name.len) == 0)
            return i;
    }
    return TENURE_NONE;
}

/* Sets the value of that name; false: there is none. */
static bool set_value(sql_seat *seat, tn_str name, sqlite3_value *value)
{
    const tenure_policy *policy = seat->policy->policy;
    uint32_t field = tenure_policy_find_field(policy, seat->category, name);
    tenure_field info;
    if (field == TENURE_NONE) {
        uint32_t key = find_key(policy, seat->category, name);
        if (key != TENURE_NONE)
            tenure_decider_keys(seat->decider)[key] =
                value_of_argument(value, TENURE_TYPE_DYN);
        return key != TENURE_NONE;
    }
    if (tenure_policy_field(policy, seat->category, field, &info) != TN_OK)
        return false;
    tenure_decider_fields(seat->decider)[field] = value_of_argument(value, info.type);
    return true;
}

static void clear(sql_seat *seat)
{
    const tenure_policy *policy = seat->policy->policy;
    tenure_value *fields = tenure_decider_fields(seat->decider);
    tenure_value *keys = tenure_decider_keys(seat->decider);
    for (uint32_t i = 0; i < tenure_policy_field_count(policy, seat->category); i++)
        fields[i].kind = TENURE_UNREADABLE; /* until it is given */
    for (uint32_t i = 0; i < tenure_policy_of_count(policy, seat->category); i++)
        keys[i] = tenure_null();
}

/* A field that decides has to be given, if only as NULL: a name forgotten must not look
 * like a value that is not there. */
static char *find_missing(sql_seat *seat)
{
    const tenure_policy *policy = seat->policy->policy;
    tenure_value *fields = tenure_decider_fields(seat->decider);
    tenure_field info;
    for (uint32_t i = 0; i < tenure_policy_field_count(policy, seat->category); i++) {
        if (fields[i].kind != TENURE_UNREADABLE ||
            tenure_policy_field(policy, seat->category, i, &info) != TN_OK ||
            !info.is_needed)
            continue;
        return sqlite3_mprintf("the policy reads %.*s: give '%.*s', VALUE",
                               (int)info.name.len, info.name.data, (int)info.name.len,
                               info.name.data);
    }
    return NULL;
}

static int read_record(sql_seat *seat, int count, sqlite3_value **values, char **why)
{
    clear(seat);
    for (int i = FIXED; i + 1 < count; i += 2) {
        const char *name = text_of(values[i]);
        if (name != NULL && strcmp(name, "@placement") == 0)
            continue;
        if (name != NULL && set_value(seat, view(name), values[i + 1]))
            continue;
        *why = sqlite3_mprintf("%s is neither a field nor an entity of %s",
                               name == NULL ? "what is no text" : name,
                               seat->category_name);
        return SQLITE_ERROR;
    }
    *why = find_missing(seat);
    return *why == NULL ? SQLITE_OK : SQLITE_ERROR;
}

/* The seat for a call, with its record in it; NULL: an error was given to SQLite. */
static sql_seat *open_record(sqlite3_context *context, int count,
                             sqlite3_value **values)
{
    char *why = NULL;
    sql_seat *found = NULL;
    if (count < FIXED || (count - FIXED) % 2 != 0) {
        sqlite3_result_error(context,
                             "expected policy, category, instant, then names and "
                             "values in turn",
                             -1);
        return NULL;
    }
    seat_request request = {text_of(values[0]), text_of(values[1]), NULL,
                            text_of(values[2])};
    for (int i = FIXED; i + 1 < count; i += 2)
        if (text_of(values[i]) != NULL && strcmp(text_of(values[i]), "@placement") == 0)
            request.placement = text_of(values[i + 1]);
    if (request.policy == NULL || request.category == NULL || request.at == NULL) {
        sqlite3_result_error(context, "policy, category and instant are texts", -1);
        return NULL;
    }
    int code = session_seat(sqlite3_user_data(context), &request, &found, &why);
    if (code == SQLITE_OK)
        code = read_record(found, count, values, &why);
    if (code == SQLITE_OK)
        return found;
    fail(context, code, why);
    return NULL;
}

static bool decide(sqlite3_context *context, sql_seat *seat, unsigned wants,
                   tn_verdict *verdict)
{
    tn_status status = tenure_decide(seat->decider, wants, verdict);
    if (status != TN_OK)
        sqlite3_result_error(context, tn_status_text(status), -1);
    return status == TN_OK;
}

void sql_verdict(sqlite3_context *context, int count, sqlite3_value **values)
{
    tn_verdict verdict;
    sql_seat *seat = open_record(context, count, values);
    if (seat != NULL && decide(context, seat, 0, &verdict))
        sqlite3_result_text(context, tn_decision_text(verdict.decision), -1,
                            SQLITE_STATIC);
}

void sql_reason(sqlite3_context *context, int count, sqlite3_value **values)
{
    tn_verdict verdict;
    sql_seat *seat = open_record(context, count, values);
    if (seat != NULL && decide(context, seat, 0, &verdict))
        sqlite3_result_text(context, tn_reason_text(verdict.reason), -1, SQLITE_STATIC);
}

void sql_due(sqlite3_context *context, int count, sqlite3_value **values)
{
    tn_verdict verdict;
    sql_seat *seat = open_record(context, count, values);
    if (seat != NULL && decide(context, seat, TENURE_WANT_TIMES, &verdict))
        result_instant(context, verdict.has_due, verdict.due);
}

void sql_explain(sqlite3_context *context, int count, sqlite3_value **values)
{
    tn_str text;
    sql_seat *seat = open_record(context, count, values);
    if (seat == NULL)
        return;
    tn_status status =
        tenure_explain(seat->decider, view("the record"), TENURE_FORMAT_TEXT, &text);
    if (status != TN_OK)
        sqlite3_result_error(context, tn_status_text(status), -1);
    else
        sqlite3_result_text64(context, text.data, text.len, SQLITE_TRANSIENT,
                              SQLITE_UTF8);
}

/* --- of a policy, and of a number */

void sql_digest(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    char *why = NULL;
    policy_entry *policy;
    const char *path = text_of(values[0]);
    if (path == NULL) {
        sqlite3_result_error(context, "the policy's path is a text", -1);
        return;
    }
    int code = session_policy(sqlite3_user_data(context), path, &policy, &why);
    if (code != SQLITE_OK) {
        fail(context, code, why);
        return;
    }
    tn_str digest = tenure_policy_digest(policy->policy);
    sqlite3_result_text(context, digest.data, (int)digest.len, SQLITE_TRANSIENT);
}

static bool scale_of(const char *unit, int64_t *per_second)
{
    static const struct {
        const char *unit;
        int64_t per_second;
    } units[] = {{"unix_s", 1},
                 {"unix_ms", 1000},
                 {"unix_us", 1000000},
                 {"unix_ns", 1000000000}};
    for (size_t i = 0; unit != NULL && i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(unit, units[i].unit) == 0) {
            *per_second = units[i].per_second;
            return true;
        }
    return false;
}

/* What is no integer, or beyond the years 1 to 9999, stays what it is: unreadable where
 * a timestamp is due, and so flagged, but never null. */
void sql_time(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    int64_t scale;
    if (!scale_of(text_of(values[1]), &scale)) {
        sqlite3_result_error(context, "a unit is unix_s, unix_ms, unix_us or unix_ns",
                             -1);
        return;
    }
    char text[TENURE_INSTANT_TEXT_MAX];
    int64_t number = sqlite3_value_int64(values[0]);
    int64_t seconds = number / scale, rest = number % scale;
    if (rest < 0) {
        rest += scale;
        seconds--;
    }
    tn_instant at = {seconds, (uint32_t)(rest * (1000000000 / scale))};
    if (sqlite3_value_type(values[0]) != SQLITE_INTEGER ||
        tenure_instant_format(at, text) == 0)
        sqlite3_result_value(context, values[0]);
    else
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

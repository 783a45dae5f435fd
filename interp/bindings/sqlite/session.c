#include "interp/bindings/sqlite/session.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

enum { SEATS_KEPT = 16 };

struct sql_session {
    sqlite3 *db;
    int count;
    policy_entry *policies;
    sql_seat *seats; /* the latest first */
};

static tn_str view(const char *text)
{
    return (tn_str){text, text == NULL ? 0 : strlen(text)};
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : sqlite3_mprintf("%s", text);
}

static int complain(char **why, int code, char *message)
{
    *why = message;
    return message == NULL ? SQLITE_NOMEM : code;
}

/* --- facts */

static void drop_box(facts_box *box)
{
    if (box == NULL || --box->count > 0)
        return;
    tenure_facts_free(box->facts);
    sqlite3_free(box);
}

static void drop_boxes(facts_box **boxes, const tenure_policy *policy)
{
    if (boxes == NULL)
        return;
    for (uint32_t i = 0; i < tenure_policy_entity_count(policy); i++)
        drop_box(boxes[i]);
    sqlite3_free(boxes);
}

static facts_box **new_boxes(const tenure_policy *policy)
{
    size_t size = (tenure_policy_entity_count(policy) + 1) * sizeof(facts_box *);
    facts_box **boxes = sqlite3_malloc64(size);
    if (boxes != NULL)
        memset(boxes, 0, size);
    return boxes;
}

int session_set_facts(policy_entry *policy, uint32_t entity, tenure_facts *facts)
{
    facts_box *box = sqlite3_malloc64(sizeof(*box));
    if (box == NULL) {
        tenure_facts_free(facts);
        return SQLITE_NOMEM;
    }
    *box = (facts_box){1, facts};
    drop_box(policy->facts[entity]);
    policy->facts[entity] = box;
    policy->generation++;
    return SQLITE_OK;
}

/* --- seats */

void seat_close(sql_seat *seat)
{
    if (seat == NULL)
        return;
    tenure_decider_free(seat->decider);
    tenure_run_free(seat->run);
    drop_boxes(seat->held, seat->policy->policy);
    sqlite3_free(seat->category_name);
    sqlite3_free(seat->placement_name);
    sqlite3_free(seat->at_text);
    sqlite3_free(seat);
}

static int give_facts(sql_seat *seat, char **why)
{
    for (uint32_t i = 0; i < tenure_policy_entity_count(seat->policy->policy); i++) {
        facts_box *box = seat->policy->facts[i];
        if (box == NULL)
            continue;
        seat->held[i] = box;
        box->count++;
        if (tenure_run_set_facts(seat->run, i, box->facts) != TN_OK)
            return complain(why, SQLITE_ERROR, sqlite3_mprintf("facts do not fit"));
    }
    return SQLITE_OK;
}

static int find_names(sql_seat *seat, const seat_request *request, uint32_t *placement,
                      char **why)
{
    const tenure_policy *policy = seat->policy->policy;
    seat->category = tenure_policy_find_category(policy, view(request->category));
    if (seat->category == TENURE_NONE)
        return complain(why, SQLITE_ERROR,
                        sqlite3_mprintf("no category %s in %s, or several: give its "
                                        "full name",
                                        request->category, request->policy));
    *placement = TENURE_NONE;
    if (request->placement == NULL)
        return SQLITE_OK;
    *placement =
        tenure_policy_find_placement(policy, seat->category, view(request->placement));
    if (*placement == TENURE_NONE)
        return complain(why, SQLITE_ERROR,
                        sqlite3_mprintf("%s is not stored in %s", request->category,
                                        request->placement));
    return SQLITE_OK;
}

static int fill_seat(sql_seat *seat, const seat_request *request, char **why)
{
    tn_instant at;
    uint32_t placement;
    if (tenure_instant_parse(view(request->at), &at) != TN_OK)
        return complain(why, SQLITE_ERROR,
                        sqlite3_mprintf("'%s' is no instant with its zone, like "
                                        "2026-11-23T00:00:00Z",
                                        request->at));
    int code = find_names(seat, request, &placement, why);
    if (code != SQLITE_OK)
        return code;
    seat->held = new_boxes(seat->policy->policy);
    seat->category_name = copy(request->category);
    seat->placement_name = copy(request->placement);
    seat->at_text = copy(request->at);
    if (seat->held == NULL || seat->category_name == NULL || seat->at_text == NULL)
        return SQLITE_NOMEM;
    tn_status status = tenure_run_new(seat->policy->policy, at, &seat->run);
    if (status == TN_OK)
        code = give_facts(seat, why);
    if (status == TN_OK && code == SQLITE_OK)
        status =
            tenure_decider_new(seat->run, seat->category, placement, &seat->decider);
    if (status != TN_OK)
        return complain(why, SQLITE_ERROR,
                        sqlite3_mprintf("%s", tn_status_text(status)));
    return code;
}

int seat_open(sql_session *s, const seat_request *request, sql_seat **out, char **why)
{
    policy_entry *policy;
    int code = session_policy(s, request->policy, &policy, why);
    if (code != SQLITE_OK)
        return code;
    sql_seat *made = sqlite3_malloc64(sizeof(*made));
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (sql_seat){.policy = policy, .generation = policy->generation};
    code = fill_seat(made, request, why);
    if (code == SQLITE_OK)
        *out = made;
    else
        seat_close(made);
    return code;
}

static int is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int is_for(const sql_seat *seat, const seat_request *request)
{
    return seat->generation == seat->policy->generation &&
           is_same(seat->at_text, request->at) &&
           is_same(seat->category_name, request->category) &&
           is_same(seat->placement_name, request->placement) &&
           is_same(seat->policy->path, request->policy);
}

/* The one for it to the front; those that are old or too many are closed. */
int session_seat(sql_session *s, const seat_request *request, sql_seat **out,
                 char **why)
{
    sql_seat **link = &s->seats;
    for (int i = 0; *link != NULL && !is_for(*link, request); i++) {
        sql_seat *at = *link;
        if (i < SEATS_KEPT && at->generation == at->policy->generation) {
            link = &at->next;
            continue;
        }
        *link = at->next;
        seat_close(at);
    }
    sql_seat *found = *link;
    if (found != NULL)
        *link = found->next;
    int code = found != NULL ? SQLITE_OK : seat_open(s, request, &found, why);
    if (code != SQLITE_OK)
        return code;
    found->next = s->seats;
    s->seats = found;
    *out = found;
    return SQLITE_OK;
}

/* --- policies */

/* The first error of a policy, as people read it. */
typedef struct first_error {
    char *text;
} first_error;

static void hear(void *user, const tenure_report *report)
{
    first_error *first = user;
    if (first->text != NULL || report->status == TN_OK)
        return;
    if (report->line == 0)
        first->text =
            sqlite3_mprintf("%.*s", (int)report->message.len, report->message.data);
    else
        first->text = sqlite3_mprintf("%.*s:%u:%u: %.*s", (int)report->file.len,
                                      report->file.data, report->line, report->column,
                                      (int)report->message.len, report->message.data);
}

static int read_policy(const char *path, tenure_policy **out, char **why)
{
    static const char compiled[] = ".tenurec";
    first_error first = {NULL};
    size_t len = strlen(path), end = sizeof(compiled) - 1;
    tenure_config config = TENURE_CONFIG_INIT;
    config.report = hear;
    config.user = &first;
    tn_status status;
    if (len > end && strcmp(path + len - end, compiled) == 0)
        status = tenure_policy_load_file(&config, path, 0, out);
    else
        status = tenure_policy_compile_files(&config, &path, 1, out);
    if (status == TN_OK) {
        sqlite3_free(first.text);
        return SQLITE_OK;
    }
    char *message = sqlite3_mprintf(
        "%s: %s", path, first.text != NULL ? first.text : tn_status_text(status));
    sqlite3_free(first.text);
    return complain(why, SQLITE_ERROR, message);
}

static void close_policy(policy_entry *entry)
{
    if (entry->policy != NULL)
        drop_boxes(entry->facts, entry->policy);
    tenure_policy_free(entry->policy);
    sqlite3_free(entry->path);
    sqlite3_free(entry);
}

int session_policy(sql_session *s, const char *path, policy_entry **out, char **why)
{
    for (*out = s->policies; *out != NULL; *out = (*out)->next)
        if (strcmp((*out)->path, path) == 0)
            return SQLITE_OK;
    policy_entry *entry = sqlite3_malloc64(sizeof(*entry));
    if (entry == NULL)
        return SQLITE_NOMEM;
    *entry = (policy_entry){.path = copy(path)};
    int code =
        entry->path == NULL ? SQLITE_NOMEM : read_policy(path, &entry->policy, why);
    if (code == SQLITE_OK) {
        entry->facts = new_boxes(entry->policy);
        code = entry->facts == NULL ? SQLITE_NOMEM : SQLITE_OK;
    }
    if (code != SQLITE_OK) {
        close_policy(entry);
        return code;
    }
    entry->next = s->policies;
    s->policies = entry;
    *out = entry;
    return SQLITE_OK;
}

/* --- sessions */

int session_new(sqlite3 *db, sql_session **out)
{
    *out = sqlite3_malloc64(sizeof(**out));
    if (*out == NULL)
        return SQLITE_NOMEM;
    **out = (sql_session){.db = db, .count = 1};
    return SQLITE_OK;
}

void session_hold(sql_session *s)
{
    s->count++;
}

sqlite3 *session_db(const sql_session *s)
{
    return s->db;
}

void session_drop(void *user)
{
    sql_session *s = user;
    if (--s->count > 0)
        return;
    for (sql_seat *at = s->seats, *next; at != NULL; at = next) {
        next = at->next;
        seat_close(at);
    }
    for (policy_entry *at = s->policies, *next; at != NULL; at = next) {
        next = at->next;
        close_policy(at);
    }
    sqlite3_free(s);
}

#include "interp/store/search_expiry.h"
#include "interp/cel/map_value.h"
#include "interp/store/search_api.h"

#include <string.h>

/* --- ages */

bool tn_search_parse_age(tn_str text, int64_t *ms)
{
    static const struct {
        const char *word;
        int64_t per; /* milliseconds; 0: less than one */
    } units[] = {{"nanos", 0}, {"micros", 0},  {"ms", 1},       {"s", 1000},
                 {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {"", 0}};
    size_t digits = 0;
    int64_t number = 0;
    while (digits < text.len && text.data[digits] >= '0' && text.data[digits] <= '9') {
        if (number > INT64_MAX / 10 - 10)
            return false;
        number = number * 10 + (text.data[digits++] - '0');
    }
    tn_str unit = tn_str_slice(text, digits, SIZE_MAX);
    for (size_t i = 0; digits > 0 && i < TN_COUNT(units); i++) {
        if (!tn_str_equal(unit, tn_str_from(units[i].word)))
            continue;
        if (unit.len == 0 && number != 0) /* only nothing has no unit */
            return false;
        if (units[i].per > 1 && number > INT64_MAX / units[i].per)
            return false;
        *ms = number * units[i].per;
        return true;
    }
    return false;
}

/* --- asking */

typedef struct asking {
    tn_search *search;
    tn_arena *arena;
    tn_store_expiry *out;
    tn_buf *why;
} asking;

/* "before" NAME "after"; null in *root where the server has none such, or no such thing
 * at all. */
static tn_status ask(asking *a, const char *before, tn_str name, const char *after,
                     tn_value *root)
{
    tn_search_reply reply;
    tn_buf path;
    *root = (tn_value){.kind = TN_KIND_NULL};
    tn_buf_init(&path, a->search->memory);
    tn_buf_put_text(&path, before);
    tn_http_put_segment(&path, name);
    tn_buf_put_text(&path, after);
    tn_http_request request = {
        .method = "GET", .path = tn_buf_view(&path), .is_repeatable = true};
    tn_status status = tn_buf_status(&path);
    if (status == TN_OK)
        status = tn_search_call(a->search, &request, &reply, a->why);
    tn_buf_free(&path);
    TN_TRY(status);
    if (reply.status == 400 || reply.status == 404 || reply.status == 405)
        return TN_OK;
    if (reply.status >= 300)
        return tn_search_refuse(&reply, a->why);
    *root = reply.root;
    return TN_OK;
}

/* `name` has the setting, by which records go after `ms`. */
static tn_status note(asking *a, const char *setting, tn_str name, tn_str age,
                      int64_t ms)
{
    tn_buf text;
    if (a->out->expires && a->out->after_ms <= ms)
        return TN_OK;
    tn_buf_init(&text, a->search->memory);
    tn_buf_put_format(&text, setting, TN_STR_ARG(name));
    tn_buf_put(&text, age);
    a->out->expires = true;
    a->out->after_ms = ms;
    a->out->setting = tn_arena_copy(a->arena, tn_buf_view(&text));
    bool failed = text.failed || a->out->setting.data == NULL;
    tn_buf_free(&text);
    return failed ? TN_NOMEM : TN_OK;
}

/* --- data streams */

static tn_status look_at_stream(asking *a, const tn_search_object *object)
{
    tn_value root;
    const tn_value *streams;
    TN_TRY(ask(a, "/_data_stream/", object->name, "", &root));
    if (tn_doc_items(tn_doc_member(&root, "data_streams"), &streams) == 0)
        return TN_OK;
    const tn_value *lifecycle = tn_doc_member(&streams[0], "lifecycle");
    const tn_value *enabled = tn_doc_member(lifecycle, "enabled");
    tn_str age = tn_doc_text(tn_doc_member(lifecycle, "effective_retention"));
    int64_t ms;
    if (age.data == NULL)
        age = tn_doc_text(tn_doc_member(lifecycle, "data_retention"));
    if (age.data == NULL || !tn_search_parse_age(age, &ms) ||
        (enabled->kind == TN_KIND_BOOL && !tn_doc_is_true(enabled)))
        return TN_OK;
    return note(a, "the lifecycle of data stream \"" TN_STR_FMT "\", data_retention = ",
                object->name, age, ms);
}

/* --- ILM */

static tn_status look_at_policy(asking *a, tn_str policy)
{
    tn_value root;
    int64_t ms = 0;
    TN_TRY(ask(a, "/_ilm/policy/", policy, "", &root));
    const tn_value *deletes =
        tn_doc_path(tn_doc_find(&root, policy), "policy.phases.delete");
    if (tn_doc_member(tn_doc_member(deletes, "actions"), "delete")->kind ==
        TN_KIND_NULL)
        return TN_OK;
    tn_str age = tn_doc_text(tn_doc_member(deletes, "min_age"));
    if (age.data == NULL)
        age = TN_STR("0ms");
    if (!tn_search_parse_age(age, &ms))
        return TN_OK;
    return note(a,
                "index.lifecycle.name = \"" TN_STR_FMT "\", which deletes at min_age ",
                policy, age, ms);
}

static tn_status look_at_index(asking *a, tn_str index)
{
    tn_value root;
    TN_TRY(ask(a, "/", index, "/_settings/index.lifecycle.name", &root));
    tn_str policy = tn_doc_text(
        tn_doc_path(tn_doc_find(&root, index), "settings.index.lifecycle.name"));
    if (policy.len == 0)
        return TN_OK;
    policy = tn_arena_copy(a->arena, policy);
    return policy.data == NULL ? TN_NOMEM : look_at_policy(a, policy);
}

/* --- ISM */

static bool state_deletes(const tn_value *states, uint32_t count, tn_str name)
{
    for (uint32_t i = 0; i < count; i++) {
        const tn_value *actions;
        if (!tn_str_equal(tn_doc_text(tn_doc_member(&states[i], "name")), name))
            continue;
        uint32_t action_count =
            tn_doc_items(tn_doc_member(&states[i], "actions"), &actions);
        for (uint32_t j = 0; j < action_count; j++)
            if (tn_doc_member(&actions[j], "delete")->kind != TN_KIND_NULL)
                return true;
    }
    return false;
}

/* A transition without an age may come at once. */
static tn_status look_at_transition(asking *a, tn_str policy, const tn_value *to)
{
    const tn_value *when = tn_doc_member(to, "conditions");
    tn_str age = tn_doc_text(tn_doc_member(when, "min_index_age"));
    int64_t ms = 0;
    if (age.data == NULL)
        age = tn_doc_text(tn_doc_member(when, "min_rollover_age"));
    if (age.data == NULL)
        age = TN_STR("0ms");
    if (!tn_search_parse_age(age, &ms))
        return TN_OK;
    return note(a, "the ISM policy \"" TN_STR_FMT "\", which deletes at an age of ",
                policy, age, ms);
}

static tn_status look_at_states(asking *a, tn_str policy)
{
    tn_value root;
    const tn_value *states, *ways;
    TN_TRY(ask(a, "/_plugins/_ism/policies/", policy, "", &root));
    uint32_t count = tn_doc_items(tn_doc_path(&root, "policy.states"), &states);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t way_count =
            tn_doc_items(tn_doc_member(&states[i], "transitions"), &ways);
        for (uint32_t j = 0; j < way_count; j++)
            if (state_deletes(states, count,
                              tn_doc_text(tn_doc_member(&ways[j], "state_name"))))
                TN_TRY(look_at_transition(a, policy, &ways[j]));
    }
    return TN_OK;
}

static tn_status look_at_managed(asking *a, tn_str index)
{
    tn_value root;
    TN_TRY(ask(a, "/_plugins/_ism/explain/", index, "", &root));
    tn_str policy = tn_doc_text(tn_doc_member(tn_doc_find(&root, index), "policy_id"));
    if (policy.len == 0)
        return TN_OK;
    policy = tn_arena_copy(a->arena, policy);
    return policy.data == NULL ? TN_NOMEM : look_at_states(a, policy);
}

/* --- all */

tn_status tn_search_expiry(tn_store *store, tn_str name, tn_arena *arena,
                           tn_store_expiry *out, tn_buf *why)
{
    tn_search_object object;
    asking a = {(tn_search *)store, arena, out, why};
    *out = (tn_store_expiry){.expires = false};
    TN_TRY(tn_search_look(a.search, name, arena, &object, why));
    TN_TRY(look_at_stream(&a, &object));
    for (uint32_t i = 0; i < object.index_count; i++)
        TN_TRY(a.search->is_opensearch ? look_at_managed(&a, object.indices[i].name)
                                       : look_at_index(&a, object.indices[i].name));
    return TN_OK;
}

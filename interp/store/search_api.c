/* search_api: opening, and calls. */
#include "interp/store/search_api.h"

#include <string.h>

enum { REASON_MAX = 500 }; /* a reason may quote whole documents */

tn_status tn_search_call(tn_search *s, const tn_http_request *request,
                         tn_search_reply *out, tn_buf *why)
{
    tn_http_answer answer = {0};
    *out = (tn_search_reply){.root = {TN_KIND_NULL, {0}}};
    tn_arena_reset(&s->reply);
    tn_status status = tn_http_send(s->http, request, &answer, why);
    out->is_unknown = answer.is_unknown;
    TN_TRY(status);
    out->status = answer.status;
    if (answer.body.len == 0)
        return TN_OK;
    status = tn_json_doc_read(s->index, answer.body, &s->reply, &out->root);
    if (status != TN_INVALID)
        return status;
    out->is_unknown = true;
    tn_buf_put(why, tn_http_node(s->http));
    tn_buf_put_format(why, " gave an answer (status %u) that is not JSON",
                      answer.status);
    return TN_STORE;
}

void tn_search_put_error(const tn_value *error, tn_buf *why)
{
    const tn_value *cause = error;
    const tn_value *roots;
    if (tn_doc_items(tn_doc_member(error, "root_cause"), &roots) > 0)
        cause = &roots[0];
    tn_str reason = tn_doc_text(tn_doc_member(cause, "reason"));
    tn_str type = tn_doc_text(tn_doc_member(cause, "type"));
    if (error->kind == TN_KIND_STRING)
        reason = error->as.text;
    if (reason.data == NULL && type.data == NULL) {
        tn_buf_put_text(why, "without a reason");
        return;
    }
    tn_str index = tn_doc_text(tn_doc_member(cause, "index"));
    if (index.data != NULL && tn_str_find(reason, index) == SIZE_MAX)
        tn_buf_put_format(why, "index \"" TN_STR_FMT "\": ", TN_STR_ARG(index));
    if (reason.data != NULL)
        tn_buf_put(why, tn_str_slice(reason, 0, REASON_MAX));
    if (type.data != NULL)
        tn_buf_put_format(why, " (" TN_STR_FMT ")", TN_STR_ARG(type));
}

tn_status tn_search_refuse(const tn_search_reply *reply, tn_buf *why)
{
    switch (reply->status) {
    case 401:
        tn_buf_put_text(why, "it does not know who asks (401); set api_key=, or user= "
                             "and password=, in its address: ");
        break;
    case 403: tn_buf_put_text(why, "it does not allow that (403): "); break;
    default: tn_buf_put_format(why, "it refused (%u): ", reply->status); break;
    }
    tn_search_put_error(tn_doc_member(&reply->root, "error"), why);
    return reply->status == 404 ? TN_NOT_FOUND : TN_STORE;
}

tn_status tn_search_get(tn_search *s, const tn_buf *path, const tn_buf *body,
                        tn_search_reply *out, tn_buf *why)
{
    tn_http_request request = {.method = body == NULL ? "GET" : "POST",
                               .path = tn_buf_view(path),
                               .is_repeatable = true};
    if (body != NULL)
        request.body = body->len > 0 ? tn_buf_view(body) : TN_STR("");
    TN_TRY(tn_buf_status(path));
    if (body != NULL)
        TN_TRY(tn_buf_status(body));
    TN_TRY(tn_search_call(s, &request, out, why));
    return out->status >= 300 ? tn_search_refuse(out, why) : TN_OK;
}

/* --- opening */

static tn_status keep(tn_search *s, tn_str text, tn_str *out)
{
    *out = tn_arena_copy(&s->arena, text);
    return out->data == NULL ? TN_NOMEM : TN_OK;
}

/* Asks the node what it is. */
static tn_status greet(tn_search *s, tn_buf *why)
{
    tn_search_reply reply;
    tn_http_request request = {
        .method = "GET", .path = TN_STR("/"), .is_repeatable = true};
    TN_TRY(tn_search_call(s, &request, &reply, why));
    if (reply.status >= 300)
        return tn_search_refuse(&reply, why);
    tn_str version = tn_doc_text(tn_doc_path(&reply.root, "version.number"));
    tn_str uuid = tn_doc_text(tn_doc_member(&reply.root, "cluster_uuid"));
    tn_str kind = tn_doc_text(tn_doc_path(&reply.root, "version.distribution"));
    if (version.data == NULL || uuid.data == NULL) {
        tn_buf_put_text(why, "what answers there is neither Elasticsearch nor "
                             "OpenSearch");
        return TN_STORE;
    }
    if (tn_str_equal(uuid, TN_STR("_na_"))) {
        tn_buf_put_text(why, "its cluster has not formed yet: it has no master node");
        return TN_STORE;
    }
    s->is_opensearch = tn_str_equal(kind, TN_STR("opensearch"));
    if (!s->is_opensearch && version.data[0] < '7' &&
        (version.len < 2 || version.data[1] == '.')) {
        tn_buf_put_format(why,
                          "it is Elasticsearch " TN_STR_FMT "; 7 is the oldest that "
                          "documents can be guarded in",
                          TN_STR_ARG(version));
        return TN_STORE;
    }
    TN_TRY(keep(s, version, &s->version));
    return keep(s, uuid, &s->cluster_uuid);
}

void tn_search_close(tn_store *base)
{
    tn_search *s = (tn_search *)base;
    if (s == NULL)
        return;
    tn_http_close(s->http);
    tn_json_index_free(s->index);
    tn_arena_free(&s->reply);
    tn_arena_free(&s->arena);
    tn_resize(s->memory, s, sizeof(*s), 0);
}

tn_status tn_search_open(const tn_store_config *config, const tn_store_ops *ops,
                         tn_store **out, tn_buf *why)
{
    tn_search *s = tn_resize(config->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (tn_search){.base = {ops}, .memory = config->memory};
    tn_arena_init(&s->arena, config->memory);
    tn_arena_init(&s->reply, config->memory);
    s->index = tn_json_index_new();
    tn_status status = s->index == NULL ? TN_NOMEM : TN_OK;
    if (status == TN_OK)
        status = tn_http_open(config->location, config->memory, &s->http, why);
    if (status == TN_OK)
        status = greet(s, why);
    if (status != TN_OK)
        tn_search_close(&s->base);
    else
        *out = &s->base;
    return status;
}

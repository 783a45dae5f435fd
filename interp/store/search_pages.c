/* search_pages: searches of a scan. Documents are scrolled through by _doc, a page at a
 * time: the pages of one scroll are one state of each shard. How many documents there
 * are is known from the first page; a scroll that gives another number has failed. */
#include "interp/store/search_scan.h"

#include <string.h>

/* How long a scroll waits for its next page: a chunk may take a while. */
#define KEEP_ALIVE "10m"

enum {
    PAGE_BYTES = 8 << 20, /* about so many of documents in one page */
    PAGE_ROWS_MAX = 5000,
    PAGE_ROWS_MIN = 20,
    PAGE_ROWS_BARE = 10000,  /* as many as servers give */
    PAGE_ROWS_UNKNOWN = 500, /* where nothing says how large they are */
    COMPRESSED = 4           /* a document is larger than its share of the disk */
};

/* --- the search */

/* So many documents that a page is neither too large nor too many requests. */
tn_status tn_search_page_rows(tn_search_scan *s, int64_t *out)
{
    tn_search_reply reply;
    tn_buf path, why;
    *out = s->is_bare ? PAGE_ROWS_BARE : PAGE_ROWS_UNKNOWN;
    if (s->is_bare)
        return TN_OK;
    tn_buf_init(&path, s->search->memory);
    tn_buf_init(&why, s->search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, s->object.name);
    tn_buf_put_text(&path, "/_stats/docs,store");
    tn_status status = tn_search_get(s->search, &path, NULL, &reply, &why);
    tn_buf_free(&path);
    tn_buf_free(&why);
    if (status != TN_OK) /* it may not be asked: a guess will do */
        return status == TN_NOMEM ? status : TN_OK;
    const tn_value *all = tn_doc_path(&reply.root, "_all.primaries");
    int64_t docs = tn_doc_int(tn_doc_path(all, "docs.count"), 0);
    int64_t bytes = tn_doc_int(tn_doc_path(all, "store.size_in_bytes"), 0);
    if (docs <= 0 || bytes <= 0)
        return TN_OK;
    int64_t rows = PAGE_BYTES / (bytes / docs * COMPRESSED + 1);
    *out = rows > PAGE_ROWS_MAX ? PAGE_ROWS_MAX : rows;
    *out = *out < PAGE_ROWS_MIN ? PAGE_ROWS_MIN : *out;
    return TN_OK;
}

static void put_source(const tn_search_scan *s, tn_buf *body)
{
    const char *before = "";
    if (s->is_bare) {
        tn_buf_put_text(body, ",\"_source\":false");
        return;
    }
    if (s->request->wants_undeclared) {
        tn_buf_put_text(body, ",\"_source\":true");
        return;
    }
    tn_buf_put_text(body, ",\"_source\":[");
    for (uint32_t i = 0; i < s->inner.column_count; i++) {
        if (!s->inner.columns[i].is_wanted)
            continue;
        tn_buf_put_text(body, before);
        tn_buf_put_json(body, s->inner.columns[i].name);
        before = ",";
    }
    if (*before == '\0')
        body->len = body->len - 1; /* no list, which would mean all */
    tn_buf_put_text(body, *before == '\0' ? "false" : "]");
}

static void put_indexed(const tn_search_scan *s, tn_buf *body)
{
    const char *before = ",\"docvalue_fields\":[{\"field\":";
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        if (!tn_search_is_indexed(s, i))
            continue;
        const tn_search_field *field = &s->object.fields[s->fields[i]];
        tn_buf_put_text(body, before);
        tn_buf_put_json(body, field->name);
        if (field->source == TN_SEARCH_INSTANT || field->source == TN_SEARCH_DAY)
            tn_buf_put_text(body, ",\"format\":\"strict_date_optional_time_nanos\"");
        tn_buf_put_char(body, '}');
        before = ",{\"field\":";
    }
    if (before[1] == '{')
        tn_buf_put_char(body, ']');
}

/* The _id that a key names; data NULL where it names none, and then all are read. */
static tn_status id_of_key(tn_search_scan *s, tn_str *out)
{
    tn_value list;
    const tn_value *items = NULL;
    tn_str key = s->request->only_key;
    *out = key;
    if (key.data == NULL || s->object.is_index)
        return TN_OK;
    *out = (tn_str){NULL, 0};
    char *text = tn_arena_take(&s->arena, key.len + TN_JSON_PADDING);
    if (text == NULL)
        return TN_NOMEM;
    memcpy(text, key.data, key.len);
    tn_status status =
        tn_json_doc_read(s->search->index, (tn_str){text, key.len}, &s->arena, &list);
    if (status == TN_OK && tn_doc_items(&list, &items) == 2)
        *out = tn_doc_text(&items[1]);
    return status == TN_NOMEM ? status : TN_OK;
}

static void put_id(tn_str id, tn_buf *body)
{
    tn_buf_put_text(body, ",\"query\":{\"ids\":{\"values\":[");
    tn_buf_put_json(body, id);
    tn_buf_put_text(body, "]}}");
}

static tn_status put_search(tn_search_scan *s, int64_t rows, tn_buf *body)
{
    tn_str id;
    TN_TRY(id_of_key(s, &id));
    tn_buf_put_format(body, "{\"size\":%lld,\"track_total_hits\":true",
                      (long long)rows);
    if (rows > 0) {
        tn_buf_put_text(body, ",\"sort\":[\"_doc\"]");
        if (s->wants_token)
            tn_buf_put_text(body, ",\"seq_no_primary_term\":true");
        put_source(s, body);
        put_indexed(s, body);
    }
    if (s->is_counting)
        tn_search_put_count(&s->count, rows > 0, body);
    else if (s->is_due)
        tn_search_put_due(&s->count, body);
    else if (id.data != NULL)
        put_id(id, body);
    tn_buf_put_char(body, '}');
    return tn_buf_status(body);
}

/* --- pages */

/* Sends a request for a page, which may not be repeated: the next would be another. */
static tn_status fetch(tn_search_scan *s, tn_str path, const tn_buf *body, tn_buf *why)
{
    tn_http_answer answer;
    tn_http_request request = {.method = "POST",
                               .path = path,
                               .body = tn_buf_view(body),
                               .is_repeatable = s->scroll_id.len == 0,
                               .is_long = s->is_counting};
    TN_TRY(tn_buf_status(body));
    TN_TRY(tn_http_send(s->search->http, &request, &answer, why));
    if (answer.status >= 300) {
        tn_search_reply reply = {.status = answer.status};
        tn_arena_reset(&s->search->reply);
        tn_status status = tn_json_doc_read(s->search->index, answer.body,
                                            &s->search->reply, &reply.root);
        if (status == TN_NOMEM)
            return status;
        status = tn_search_refuse(&reply, why);
        if (s->scroll_id.len > 0)
            tn_buf_put_text(why, "; it went on from page to page, and the index or the "
                                 "node is no longer what it was");
        return status;
    }
    return tn_search_page_read(&s->page, answer.body, why);
}

static tn_status keep_scroll(tn_search_scan *s, tn_buf *why)
{
    if (s->page.scroll_id.data == NULL) {
        tn_buf_put_text(why, "it gave a page, and no way to the next");
        return TN_STORE;
    }
    tn_buf_reset(&s->scroll_id);
    tn_buf_put(&s->scroll_id, s->page.scroll_id);
    return tn_buf_status(&s->scroll_id);
}

tn_status tn_search_first_page(tn_search_scan *s, int64_t rows, tn_buf *why)
{
    tn_buf path, body;
    tn_buf_init(&path, s->search->memory);
    tn_buf_init(&body, s->search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, s->object.name);
    tn_buf_put_text(&path, rows > 0 ? "/_search?scroll=" KEEP_ALIVE
                                    : "/_search?request_cache=false");
    tn_buf_put_text(&path, "&allow_partial_search_results=false");
    tn_status status = put_search(s, rows, &body);
    if (status == TN_OK)
        status = tn_buf_status(&path);
    if (status == TN_OK)
        status = fetch(s, tn_buf_view(&path), &body, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    TN_TRY(status);
    s->total = s->page.total;
    if (s->total >= 0)
        return rows > 0 ? keep_scroll(s, why) : TN_OK;
    tn_buf_put_text(why, "it did not say how many documents there are");
    return TN_STORE;
}

static tn_status next_page(tn_search_scan *s, tn_buf *why)
{
    tn_buf body;
    tn_buf_init(&body, s->search->memory);
    tn_buf_put_text(&body, "{\"scroll\":\"" KEEP_ALIVE "\",\"scroll_id\":");
    tn_buf_put_json(&body, tn_buf_view(&s->scroll_id));
    tn_buf_put_char(&body, '}');
    tn_status status = fetch(s, TN_STR("/_search/scroll"), &body, why);
    tn_buf_free(&body);
    TN_TRY(status);
    return keep_scroll(s, why);
}

tn_status tn_search_fail_count(const tn_search_scan *s, tn_buf *why)
{
    tn_buf_put_format(why,
                      "it said that there are %lld documents and gave %llu; the search "
                      "came to no right end",
                      (long long)s->total, (unsigned long long)s->given);
    return TN_STORE;
}

tn_status tn_search_fill(tn_scan *base, bool *is_end, tn_buf *why)
{
    tn_search_scan *s = (tn_search_scan *)base;
    *is_end = false;
    if (tn_search_page_has_more(&s->page))
        return TN_OK;
    *is_end = s->is_done || s->given == (uint64_t)s->total;
    if (*is_end)
        return TN_OK;
    TN_TRY(next_page(s, why));
    return tn_search_page_has_more(&s->page) ? TN_OK : tn_search_fail_count(s, why);
}

void tn_search_drop_scroll(tn_search_scan *s)
{
    tn_search_reply reply;
    tn_buf body, why;
    if (s->scroll_id.len == 0)
        return;
    tn_buf_init(&body, s->search->memory);
    tn_buf_init(&why, s->search->memory);
    tn_buf_put_text(&body, "{\"scroll_id\":[");
    tn_buf_put_json(&body, tn_buf_view(&s->scroll_id));
    tn_buf_put_text(&body, "]}");
    tn_http_request request = {.method = "DELETE",
                               .path = TN_STR("/_search/scroll"),
                               .body = tn_buf_view(&body)};
    tn_status status = tn_buf_status(&body);
    if (status == TN_OK)
        status = tn_search_call(s->search, &request, &reply, &why);
    (void)status; /* and where it did not, nothing is lost */
    tn_buf_free(&body);
    tn_buf_free(&why);
    tn_buf_reset(&s->scroll_id);
}

#include "interp/store/search_page.h"
#include "interp/store/search_api.h"

#include <string.h>

typedef struct parts {
    bool has_hits;
    bool is_timed_out;
    tn_value shards;
} parts;

tn_status tn_search_page_init(tn_search_page *page, const tn_allocator *memory)
{
    *page = (tn_search_page){.index = tn_json_index_new()};
    tn_buf_init(&page->text, memory);
    tn_arena_init(&page->arena, memory);
    tn_arena_init(&page->hit_arena, memory);
    return page->index == NULL ? TN_NOMEM : TN_OK;
}

void tn_search_page_free(tn_search_page *page)
{
    tn_json_index_free(page->index);
    tn_buf_free(&page->text);
    tn_arena_free(&page->arena);
    tn_arena_free(&page->hit_arena);
}

/* --- members of an object */

/* Takes the name of the next member; false at the object's end, and where there is no
 * member (with a problem). `*first` is set before the first. */
static bool next_member(tn_json_reader *r, bool *first, tn_str *name)
{
    r->problem = NULL;
    if (tn_json_take(r, '}'))
        return false;
    if (!*first && !tn_json_take(r, ',')) {
        r->problem = "not valid JSON";
        return false;
    }
    *first = false;
    if (!tn_json_read_string(r, name))
        return false;
    if (tn_json_take(r, ':'))
        return true;
    r->problem = "not valid JSON";
    return false;
}

static bool open_object(tn_json_reader *r)
{
    bool is_there = tn_json_take(r, '{');
    r->problem = is_there ? NULL : "not valid JSON";
    return is_there;
}

/* --- a page */

/* Steps over the array of hits, and remembers where the first is. */
static bool read_hit_list(tn_search_page *page, tn_json_reader *r)
{
    const uint32_t *start = r->token;
    bool is_list = tn_json_is_at(r, '[');
    if (!tn_json_read_value(r, NULL))
        return false;
    page->next = is_list && page->text.data[start[1]] != ']' ? start + 1 : NULL;
    return true;
}

static bool read_total(tn_search_page *page, tn_json_reader *r)
{
    tn_value total;
    if (!tn_json_read_value(r, &total))
        return false;
    bool is_exact =
        tn_str_equal(tn_doc_text(tn_doc_member(&total, "relation")), TN_STR("eq"));
    page->total = is_exact ? tn_doc_int(tn_doc_member(&total, "value"), -1) : -1;
    return true;
}

static bool read_hits(tn_search_page *page, tn_json_reader *r)
{
    bool first = true;
    tn_str name;
    if (!open_object(r))
        return false;
    while (next_member(r, &first, &name)) {
        bool good;
        if (tn_str_equal(name, TN_STR("hits")))
            good = read_hit_list(page, r);
        else if (tn_str_equal(name, TN_STR("total")))
            good = read_total(page, r);
        else
            good = tn_json_read_value(r, NULL);
        if (!good)
            return false;
    }
    return r->problem == NULL;
}

static bool read_member(tn_search_page *page, tn_json_reader *r, tn_str name,
                        parts *out)
{
    tn_value value;
    if (tn_str_equal(name, TN_STR("hits"))) {
        out->has_hits = true;
        return read_hits(page, r);
    }
    if (tn_str_equal(name, TN_STR("_scroll_id")))
        return tn_json_read_string(r, &page->scroll_id);
    if (tn_str_equal(name, TN_STR("timed_out"))) {
        if (!tn_json_read_value(r, &value))
            return false;
        out->is_timed_out = tn_doc_is_true(&value);
        return true;
    }

    if (tn_str_equal(name, TN_STR("aggregations")))
        return tn_json_read_value(r, &page->aggregations);
    return tn_json_read_value(r, tn_str_equal(name, TN_STR("_shards")) ? &out->shards
                                                                       : NULL);
}

static tn_status refuse(const char *what, tn_buf *why)
{
    tn_buf_put_text(why, what);
    return TN_STORE;
}

static tn_status check(const parts *found, tn_buf *why)
{
    const tn_value *failures;
    if (!found->has_hits)
        return refuse("it answered a search with something else", why);
    if (found->is_timed_out)
        return refuse("the search timed out before it had seen all documents", why);
    int64_t failed = tn_doc_int(tn_doc_member(&found->shards, "failed"), -1);
    if (failed == 0)
        return TN_OK;
    if (failed < 0)
        return refuse("it did not say whether all shards answered", why);
    tn_buf_put_format(why, "%lld of its shards did not answer: ", (long long)failed);
    if (tn_doc_items(tn_doc_member(&found->shards, "failures"), &failures) > 0)
        tn_search_put_error(tn_doc_member(&failures[0], "reason"), why);
    else
        tn_buf_put_text(why, "without a reason");
    return TN_STORE;
}

static tn_status fail(const tn_json_reader *r, tn_buf *why)
{
    if (r->problem == NULL)
        return TN_NOMEM;
    return refuse("it answered a search with what is not JSON", why);
}

static tn_json_reader reader_of(tn_search_page *page, tn_arena *arena,
                                const uint32_t *token)
{
    return (tn_json_reader){
        .text = page->text.data,
        .token = token,
        .limit = (uint32_t)(page->text.len - TN_JSON_PADDING),
        .has_escapes = true,
        .arena = arena,
    };
}

static tn_status take_text(tn_search_page *page, tn_str answer)
{
    tn_buf_reset(&page->text);
    tn_arena_reset(&page->arena);
    tn_arena_reset(&page->hit_arena);
    page->scroll_id = (tn_str){NULL, 0};
    page->total = -1;

    page->next = NULL;
    page->aggregations = (tn_value){TN_KIND_NULL, {0}};
    tn_buf_put(&page->text, answer);
    tn_buf_put_repeated(&page->text, 0, TN_JSON_PADDING);
    return tn_buf_status(&page->text);
}

static tn_status read_all(tn_search_page *page, size_t len, tn_buf *why)
{
    parts found = {.has_hits = false};
    bool first = true;
    tn_str name;
    tn_json_fault fault = tn_json_index_run(page->index, page->text.data, len);
    if (fault == TN_JSON_NO_MEMORY)
        return TN_NOMEM;
    if (fault != TN_JSON_FINE)
        return refuse("it answered a search with what is not JSON", why);
    tn_json_reader r = reader_of(page, &page->arena, tn_json_index_tokens(page->index));
    if (!open_object(&r))
        return fail(&r, why);
    while (next_member(&r, &first, &name))
        if (!read_member(page, &r, name, &found))
            return fail(&r, why);
    if (r.problem != NULL || !tn_json_is_at_end(&r))
        return refuse("it answered a search with what is not JSON", why);
    return check(&found, why);
}

tn_status tn_search_page_read(tn_search_page *page, tn_str answer, tn_buf *why)
{
    TN_TRY(take_text(page, answer));
    tn_status status = read_all(page, answer.len, why);
    if (status != TN_OK)
        page->next = NULL;
    return status;
}

/* --- a hit */

/* Steps over the document, and remembers where it is. */
static bool read_source(tn_json_reader *r, tn_search_hit *out)
{
    bool is_object = tn_json_is_at(r, '{');
    out->source = r->token;
    if (!tn_json_read_value(r, NULL))
        return false;
    out->source_end = r->token[-1] + 1; /* its last token is its brace */
    if (!is_object)
        out->source = NULL;
    return true;
}

static bool read_hit_member(tn_json_reader *r, tn_str name, tn_search_hit *out)
{
    tn_value value;
    if (tn_str_equal(name, TN_STR("_source")))
        return read_source(r, out);
    if (name.len > 0 && name.data[0] != '_' && !tn_str_equal(name, TN_STR("fields")))
        return tn_json_read_value(r, NULL);
    if (!tn_json_read_value(r, &value))
        return false;
    if (tn_str_equal(name, TN_STR("_index")))
        out->index = tn_doc_text(&value);
    else if (tn_str_equal(name, TN_STR("_id")))
        out->id = tn_doc_text(&value);
    else if (tn_str_equal(name, TN_STR("_routing")))
        out->routing = tn_doc_text(&value);
    else if (tn_str_equal(name, TN_STR("_seq_no")))
        out->seq_no = tn_doc_int(&value, -1);
    else if (tn_str_equal(name, TN_STR("_primary_term")))
        out->primary_term = tn_doc_int(&value, -1);
    else if (tn_str_equal(name, TN_STR("_ignored")))
        out->ignored = value;
    else if (tn_str_equal(name, TN_STR("fields")))
        out->fields = value;
    return true;
}

tn_status tn_search_page_next(tn_search_page *page, tn_search_hit *out, tn_buf *why)
{
    bool first = true;
    tn_str name;
    *out = (tn_search_hit){.seq_no = -1, .primary_term = -1};
    if (page->hit_arena.block != NULL)
        tn_arena_reset(&page->hit_arena);
    tn_json_reader r = reader_of(page, &page->hit_arena, page->next);
    page->next = NULL;
    if (!open_object(&r))
        return fail(&r, why);
    while (next_member(&r, &first, &name))
        if (!read_hit_member(&r, name, out))
            return fail(&r, why);
    if (r.problem != NULL)
        return fail(&r, why);
    if (out->index.data == NULL || out->id.data == NULL)
        return refuse("it gave a document without _index or _id", why);
    if (tn_json_take(&r, ','))
        page->next = r.token;
    return TN_OK;
}

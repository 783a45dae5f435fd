/* Documents are scrolled through by _doc, a page at a time: the pages of one scroll are
 * one state of each shard. How many documents there are is known from the first page;
 * a scroll that gives another number has failed. */
#include "interp/store/json_row.h"
#include "interp/store/search_api.h"
#include "interp/store/search_count.h"
#include "interp/store/search_erase.h"
#include "interp/store/search_expiry.h"
#include "interp/store/search_page.h"

#include "interp/calendar/instant.h"

#include <string.h>

/* How long a scroll waits for its next page: a chunk may take a while. */
#define KEEP_ALIVE "10m"

enum {
    PAGE_BYTES = 8 << 20, /* about so many of documents in one page */
    PAGE_ROWS_MAX = 5000,
    PAGE_ROWS_MIN = 20,
    PAGE_ROWS_UNKNOWN = 500, /* where nothing says how large they are */
    COMPRESSED = 4           /* a document is larger than its share of the disk */
};

typedef struct search_scan {
    tn_scan base;
    tn_search *search;
    const tn_scan_request *request;
    tn_arena arena; /* as long as the scan */
    tn_search_object object;
    uint32_t *fields;      /* of the object, for each column of the request */
    tn_scan_request inner; /* what is read of _source */
    tn_json_row row;
    tn_search_page page;
    tn_search_hit hit; /* the last */
    tn_buf scroll_id;
    tn_value *values;
    tn_store_row out;
    tn_value key_parts[2];
    tn_list_value key_list;
    int64_t total;
    uint64_t given;

    bool wants_token;
    bool is_counting; /* what is certain is counted, and only residues are given */
    tn_search_count count;
    tn_scan_counts counts;
    uint64_t *undeclared_counts;
} search_scan;

/* --- what is asked for */

/* Is the column read as it is indexed? */
static bool is_indexed(const search_scan *s, uint32_t column)
{

    tn_search_query query = {&s->object, s->request->columns, s->fields};
    return tn_search_reads_indexed(&query, column);
}

static bool is_alias(const tn_search_field *field)
{
    return !tn_str_equal(field->name, field->path);
}

static tn_status choose_column(search_scan *s, tn_scan_column *inner, uint32_t column,
                               tn_buf *why)
{
    const tn_scan_column *asked = &s->request->columns[column];
    uint32_t at = tn_search_find_field(&s->object, asked->name);
    *inner = *asked;
    s->fields[column] = at;
    if (!asked->is_wanted)
        return TN_OK;
    if (at == TN_NONE) {
        tn_buf_put_format(why, "%s \"" TN_STR_FMT "\" has no field \"" TN_STR_FMT "\"",
                          s->object.noun, TN_STR_ARG(s->object.name),
                          TN_STR_ARG(asked->name));
        return TN_NOT_FOUND;
    }
    const tn_search_field *field = &s->object.fields[at];
    if (field->is_hidden) {
        tn_buf_put_format(why,
                          "field \"" TN_STR_FMT "\" of %s \"" TN_STR_FMT
                          "\" has no doc values: what is indexed can't be read",
                          TN_STR_ARG(field->name), s->object.noun,
                          TN_STR_ARG(s->object.name));
        return TN_STORE;
    }
    inner->is_wanted = !is_alias(field);
    return TN_OK;
}

static tn_status choose(search_scan *s, tn_buf *why)
{
    uint32_t count = s->request->column_count;
    tn_scan_column *inner = tn_arena_take_array(&s->arena, count, sizeof(*inner));
    s->fields = tn_arena_take_array(&s->arena, count, sizeof(*s->fields));
    s->values = tn_arena_take_array(&s->arena, count, sizeof(*s->values));
    if (inner == NULL || s->fields == NULL || s->values == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < count; i++)
        TN_TRY(choose_column(s, &inner[i], i, why));
    s->inner = (tn_scan_request){.object = s->request->object,
                                 .columns = inner,
                                 .column_count = count,
                                 .wants_undeclared = true};
    tn_str unseen = tn_search_unseen(&s->object, &s->arena);
    if (unseen.data == NULL)
        return tn_json_row_init(&s->row, &s->inner, s->search->memory);
    tn_buf_put(why, unseen);
    return TN_STORE;
}

/* --- the search */

/* So many documents that a page is neither too large nor too many requests. */
static tn_status page_rows(search_scan *s, int64_t *out)
{
    tn_search_reply reply;
    tn_buf path, why;
    *out = PAGE_ROWS_UNKNOWN;
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

static void put_source(const search_scan *s, tn_buf *body)
{
    const char *before = "";
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

static void put_indexed(const search_scan *s, tn_buf *body)
{
    const char *before = ",\"docvalue_fields\":[{\"field\":";
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        if (!is_indexed(s, i))
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
static tn_status id_of_key(search_scan *s, tn_str *out)
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

static tn_status put_search(search_scan *s, tn_buf *body)
{
    int64_t rows;
    tn_str id;
    TN_TRY(page_rows(s, &rows));
    TN_TRY(id_of_key(s, &id));
    tn_buf_put_format(body,
                      "{\"size\":%lld,\"sort\":[\"_doc\"],"
                      "\"track_total_hits\":true",
                      (long long)rows);
    if (s->wants_token)
        tn_buf_put_text(body, ",\"seq_no_primary_term\":true");
    put_source(s, body);
    put_indexed(s, body);

    if (s->is_counting)
        tn_search_put_count(&s->count, body);
    if (id.data != NULL) {
        tn_buf_put_text(body, ",\"query\":{\"ids\":{\"values\":[");
        tn_buf_put_json(body, id);
        tn_buf_put_text(body, "]}}");
    }
    tn_buf_put_char(body, '}');
    return tn_buf_status(body);
}

/* --- pages */

/* Sends a request for a page, which may not be repeated: the next would be another. */
static tn_status fetch(search_scan *s, tn_str path, const tn_buf *body, tn_buf *why)
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

static tn_status keep_scroll(search_scan *s, tn_buf *why)
{
    if (s->page.scroll_id.data == NULL) {
        tn_buf_put_text(why, "it gave a page, and no way to the next");
        return TN_STORE;
    }
    tn_buf_reset(&s->scroll_id);
    tn_buf_put(&s->scroll_id, s->page.scroll_id);
    return tn_buf_status(&s->scroll_id);
}

static tn_status first_page(search_scan *s, tn_buf *why)
{
    tn_buf path, body;
    tn_buf_init(&path, s->search->memory);
    tn_buf_init(&body, s->search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, s->object.name);
    tn_buf_put_text(&path, "/_search?scroll=" KEEP_ALIVE
                           "&allow_partial_search_results=false");
    tn_status status = put_search(s, &body);
    if (status == TN_OK)
        status = tn_buf_status(&path);
    if (status == TN_OK)
        status = fetch(s, tn_buf_view(&path), &body, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    TN_TRY(status);
    s->total = s->page.total;
    if (s->total >= 0)
        return keep_scroll(s, why);
    tn_buf_put_text(why, "it did not say how many documents there are");
    return TN_STORE;
}

static tn_status next_page(search_scan *s, tn_buf *why)
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

static tn_status fail_count(const search_scan *s, tn_buf *why)
{
    tn_buf_put_format(why,
                      "it said that there are %lld documents and gave %llu; the search "
                      "came to no right end",
                      (long long)s->total, (unsigned long long)s->given);
    return TN_STORE;
}

/* --- values */

static tn_value value_of(const tn_search_field *field, const tn_value *indexed)
{
    tn_value out = *indexed;
    tn_instant instant;
    if (field->source == TN_SEARCH_VALUE || field->source == TN_SEARCH_DOCUMENT)
        return out;
    if (indexed->kind != TN_KIND_STRING ||
        !tn_instant_parse(indexed->as.text, &instant))
        return (tn_value){TN_KIND_UNREADABLE, {0}};
    if (field->source == TN_SEARCH_DAY &&
        tn_date_parse(tn_str_slice(indexed->as.text, 0, 10), &out.as.day)) {
        out.kind = TN_KIND_DATE;
        return out;
    }
    return (tn_value){TN_KIND_TIMESTAMP, {.instant = instant}};
}

static bool is_ignored(const search_scan *s, const tn_search_field *field)
{
    const tn_value *names = NULL;
    uint32_t count = tn_doc_items(&s->hit.ignored, &names);
    for (uint32_t i = 0; i < count; i++)
        if (tn_str_equal(tn_doc_text(&names[i]), field->path))
            return true;
    return false;
}

/* Nothing is indexed. Is there nothing? `document` is what the document has. */
static bool is_nothing(const search_scan *s, const tn_search_field *field,
                       const tn_value *document)
{
    if (is_ignored(s, field))
        return false;
    return is_alias(field) || document->kind == TN_KIND_NULL ||
           (document->kind == TN_KIND_LIST && document->as.list->count == 0);
}

/* Puts the indexed value in the place of the document's. */
static void take_indexed(search_scan *s, uint32_t column)
{
    const tn_search_field *field = &s->object.fields[s->fields[column]];
    const tn_value *items = NULL;
    tn_value *value = &s->values[column];
    uint32_t count = tn_doc_items(tn_doc_find(&s->hit.fields, field->name), &items);
    if (count == 1)
        *value = value_of(field, &items[0]);
    else if (count > 1)
        value->kind = TN_KIND_UNREADABLE;
    else
        value->kind = is_nothing(s, field, value) ? TN_KIND_NULL : TN_KIND_UNREADABLE;
}

/* --- rows */

/* {"a.b": 1} means {"a": {"b": 1}}: then "a" has not all that the document says. */
static bool has_dotted(const search_scan *s)
{
    for (uint32_t i = 0; i < s->row.row.undeclared_count; i++) {
        tn_str name = tn_json_row_undeclared_name(&s->row, s->row.row.undeclared[i]);
        size_t dot = tn_str_find(name, TN_STR("."));
        for (uint32_t j = 0; dot != SIZE_MAX && j < s->inner.column_count; j++)
            if (s->inner.columns[j].is_wanted &&
                tn_str_equal(s->inner.columns[j].name, tn_str_slice(name, 0, dot)))
                return true;
    }
    return false;
}

static tn_status read_document(search_scan *s)
{
    static const char empty[TN_JSON_PADDING + 2] = "{}";
    tn_json_row_reset(&s->row);
    if (s->hit.source == NULL)
        return tn_json_row_read_text(&s->row, empty, 2);
    tn_json_reader reader = {.text = s->page.text.data,
                             .token = s->hit.source,
                             .limit = s->hit.source_end,
                             .has_escapes = true,
                             .arena = &s->page.hit_arena};
    return tn_json_row_read(&s->row, &reader);
}

static tn_status read_row(search_scan *s)
{
    TN_TRY(read_document(s));
    if (s->row.row.problem == NULL && has_dotted(s))
        tn_json_row_set_problem(&s->row, "a name with a dot splits a declared field");
    s->out = s->row.row;
    s->out.number = ++s->given;
    s->out.values = s->values;
    if (!s->request->wants_undeclared)
        s->out.undeclared_count = 0;
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        s->values[i] = s->row.values[i];
        if (s->out.problem == NULL && is_indexed(s, i))
            take_indexed(s, i);
    }
    return TN_OK;
}

static tn_status search_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    search_scan *s = (search_scan *)base;
    bool is_end;
    *out = (tn_store_rows){&s->out, 0, false};
    TN_TRY(tn_search_fill(base, &is_end, why));
    if (is_end)
        return TN_OK;
    TN_TRY(tn_search_page_next(&s->page, &s->hit, why));
    TN_TRY(read_row(s));
    if (s->given > (uint64_t)s->total)
        return fail_count(s, why);
    out->count = 1;
    out->may_wait = !tn_search_page_has_more(&s->page);
    return TN_OK;
}

static tn_status search_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    search_scan *s = (search_scan *)base;
    (void)row; /* the last one */
    s->key_parts[0] = (tn_value){TN_KIND_STRING, {.text = s->hit.index}};
    s->key_parts[1] = (tn_value){TN_KIND_STRING, {.text = s->hit.id}};
    s->key_list = (tn_list_value){s->key_parts, 2};
    *out = s->key_parts[1];
    if (!s->object.is_index)
        *out = (tn_value){TN_KIND_LIST, {.list = &s->key_list}};
    return TN_OK;
}

static const tn_search_index *find_index(const search_scan *s, tn_str name)
{
    for (uint32_t i = 0; i < s->object.index_count; i++)
        if (tn_str_equal(s->object.indices[i].name, name))
            return &s->object.indices[i];
    return NULL;
}

tn_status tn_search_token_of(const tn_scan *base, tn_search_token *out, tn_buf *why)
{
    const search_scan *s = (const search_scan *)base;
    const tn_search_hit *hit = &s->hit;
    const tn_search_index *index = find_index(s, hit->index);
    if (index == NULL || hit->seq_no < 0 || hit->primary_term < 0) {
        tn_buf_put_text(why, "it gave a document without what guards its deletion");
        return TN_STORE;
    }
    *out = (tn_search_token){hit->index,   index->uuid, hit->id,
                             hit->routing, hit->seq_no, hit->primary_term};
    return TN_OK;
}

tn_status tn_search_fill(tn_scan *base, bool *is_end, tn_buf *why)
{
    search_scan *s = (search_scan *)base;
    *is_end = false;
    if (tn_search_page_has_more(&s->page))
        return TN_OK;
    *is_end = s->given == (uint64_t)s->total;
    if (*is_end)
        return TN_OK;
    TN_TRY(next_page(s, why));
    return tn_search_page_has_more(&s->page) ? TN_OK : fail_count(s, why);
}

tn_search_place tn_search_tell(const tn_scan *base)
{
    const search_scan *s = (const search_scan *)base;
    return (tn_search_place){s->page.next, s->given};
}

uint64_t tn_search_total(const tn_scan *base)
{
    return (uint64_t)((const search_scan *)base)->total;
}

void tn_search_list_keys(tn_scan *base)
{
    ((search_scan *)base)->object.is_index = false;
}

void tn_search_go_back(tn_scan *base, const tn_search_place *place)
{
    search_scan *s = (search_scan *)base;
    s->page.next = place->next;
    s->given = place->given;
}

static tn_str search_undeclared_name(const tn_scan *base, uint32_t number)
{
    return tn_json_row_undeclared_name(&((const search_scan *)base)->row, number);
}

/* --- scans */

/* Lets the server forget the scroll; it would in time. */
static void drop_scroll(search_scan *s)
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
}

static void search_scan_close(tn_scan *base)
{
    search_scan *s = (search_scan *)base;
    if (s == NULL)
        return;
    drop_scroll(s);
    tn_json_row_free(&s->row);
    tn_search_page_free(&s->page);
    tn_buf_free(&s->scroll_id);
    tn_arena_free(&s->arena);
    tn_resize(s->search->memory, s, sizeof(*s), 0);
}

/* Fields beyond the request, as the rows will number them. */
static tn_status list_undeclared(search_scan *s, bool *is_askable)
{
    const tn_search_object *object = &s->object;
    tn_str *list = tn_arena_take_array(&s->arena, object->field_count, sizeof(*list));
    uint32_t count = 0;
    if (list == NULL)
        return TN_NOMEM;
    *is_askable = true;
    for (uint32_t i = 0; s->request->wants_undeclared && i < object->field_count; i++) {
        tn_str name = object->fields[i].name;
        if (is_alias(&object->fields[i]))
            continue;
        uint32_t number = tn_names_number(&s->row.names, name);
        if (number == TN_NONE)
            return TN_NOMEM;
        if (number < s->inner.column_count)
            continue;
        *is_askable &= !object->fields[i].is_opaque;
        list[count++] = name;
    }
    s->count.undeclared = list;
    s->count.undeclared_count = count;
    s->undeclared_counts =
        tn_arena_take_array(&s->arena, count, sizeof(*s->undeclared_counts));
    if (s->undeclared_counts == NULL)
        return TN_NOMEM;
    uint32_t steps = s->count.table->step_count;
    if (steps == 0)
        return TN_OK;
    s->count.steps =
        tn_arena_take_array(&s->arena, steps + UINT32_C(1), sizeof(uint64_t));
    return s->count.steps == NULL ? TN_NOMEM : TN_OK;
}

/* Tries to have the cases counted. Where that does not go, all is read. */
static tn_status start_counting(search_scan *s)
{
    tn_buf why;
    bool is_askable;
    if (s->request->push == NULL || s->request->only_key.data != NULL)
        return TN_OK;
    s->count = (tn_search_count){.query = {&s->object, s->request->columns, s->fields},
                                 .column_count = s->request->column_count,
                                 .table = s->request->push};
    TN_TRY(list_undeclared(s, &is_askable));
    if (!is_askable || !tn_search_can_count(&s->count))
        return TN_OK;
    s->is_counting = true;
    tn_buf_init(&why, s->search->memory);
    tn_status status = first_page(s, &why);
    tn_buf_free(&why);
    if (status == TN_NOMEM)
        return status;
    s->is_counting =
        status == TN_OK &&
        tn_search_read_count(&s->count, &s->page.aggregations, (uint64_t)s->total,
                             &s->counts, s->undeclared_counts);
    if (s->is_counting)
        return TN_OK;
    drop_scroll(s);
    tn_buf_reset(&s->scroll_id);
    return TN_OK;
}

static bool search_counted(const tn_scan *base, tn_scan_counts *out)
{
    const search_scan *s = (const search_scan *)base;
    *out = s->counts;
    return s->is_counting;
}

static tn_status start(search_scan *s, tn_buf *why)
{
    TN_TRY(tn_search_page_init(&s->page, s->search->memory));
    TN_TRY(tn_search_look(s->search, s->request->object, &s->arena, &s->object, why));
    TN_TRY(choose(s, why));
    TN_TRY(tn_search_refresh(s->search, s->object.name, why));

    TN_TRY(start_counting(s));
    return s->is_counting ? TN_OK : first_page(s, why);
}

static tn_status search_scan_open(tn_store *base, const tn_scan_request *request,
                                  tn_scan **out, tn_buf *why)
{
    tn_search *search = (tn_search *)base;
    search_scan *s = tn_resize(search->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (search_scan){.base = {base->ops},
                       .search = search,
                       .request = request,
                       .wants_token = base->ops != &tn_search_ops};
    tn_arena_init(&s->arena, search->memory);
    tn_buf_init(&s->scroll_id, search->memory);
    tn_status status = start(s, why);
    if (status == TN_NOT_FOUND && s->wants_token) /* it was there when it was bound */
        status = TN_STORE;
    if (status != TN_OK)
        search_scan_close(&s->base);
    else
        *out = &s->base;
    return status;
}

/* --- the store */

static tn_status search_open(const tn_store_config *config, tn_store **out, tn_buf *why)
{
    return tn_search_open(config, &tn_search_ops, out, why);
}

/* Names of indices, aliases and data streams; the server's own begin with a dot. */
static tn_status search_list(tn_store *base, tn_arena *arena, const tn_str **names,
                             uint32_t *count, tn_buf *why)
{
    tn_search *s = (tn_search *)base;
    tn_search_reply reply;
    tn_buf path;
    tn_buf_init(&path, s->memory);
    tn_buf_put_text(&path, "/_resolve/index/*");
    tn_status status = tn_search_get(s, &path, NULL, &reply, why);
    tn_buf_free(&path);
    TN_TRY(status);
    return tn_search_names(&reply.root, arena, names, count);
}

static tn_status search_describe(tn_store *base, tn_str object, tn_arena *arena,
                                 tn_store_object *out, tn_buf *why)
{
    tn_search_object found;
    TN_TRY(tn_search_look((tn_search *)base, object, arena, &found, why));
    tn_store_column *columns =
        tn_arena_take_array(arena, found.field_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < found.field_count; i++)
        columns[i].name = found.fields[i].name;
    *out = (tn_store_object){found.noun, columns, found.field_count};
    tn_str unseen = tn_search_unseen(&found, arena);
    if (unseen.data == NULL)
        return TN_OK;
    tn_buf_put(why, unseen);
    return TN_STORE;
}

static tn_status search_open_writing(const tn_store_config *config, tn_store **out,
                                     tn_buf *why)
{
    return tn_search_open(config, &tn_search_writing_ops, out, why);
}

#define SEARCH_READING                                                                 \
    .version = TN_STORE_OPS_VERSION,                                                   \
    .capabilities = TN_STORE_COLUMNS | TN_STORE_KEYED | TN_STORE_STEPS,                \
    .kind = "elasticsearch", .list = search_list, .describe = search_describe,         \
    .scan = search_scan_open, .next = search_next, .key = search_key,                  \
    .undeclared_name = search_undeclared_name, .scan_close = search_scan_close,        \
    .erase = &tn_search_erase, .counted = search_counted, .expiry = tn_search_expiry

const tn_store_ops tn_search_writing_ops = {
    SEARCH_READING,
    .help = "Elasticsearch 7 or 8, or OpenSearch, for deleting",
    .open = search_open_writing,
    .close = tn_search_writing_close,
};

const tn_store_ops tn_search_ops = {
    SEARCH_READING,
    .help = "Elasticsearch 7 or 8, or OpenSearch",
    .open = search_open,
    .close = tn_search_close,
};

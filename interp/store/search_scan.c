/* search_scan: scans of Elasticsearch and OpenSearch. */
#include "interp/store/search_scan.h"

/* --- rows */

tn_status tn_search_next(tn_scan *base, tn_store_rows *out, tn_buf *why)
{
    tn_search_scan *s = (tn_search_scan *)base;
    bool is_end;
    *out = (tn_store_rows){&s->out, 0, false};
    TN_TRY(tn_search_fill(base, &is_end, why));
    if (is_end)
        return TN_OK;
    TN_TRY(tn_search_page_next(&s->page, &s->hit, why));
    TN_TRY(tn_search_read_row(s));
    if (s->given > (uint64_t)s->total)
        return tn_search_fail_count(s, why);
    out->count = 1;
    out->may_wait = !tn_search_page_has_more(&s->page);
    return TN_OK;
}

tn_status tn_search_key(tn_scan *base, const tn_store_row *row, tn_value *out)
{
    tn_search_scan *s = (tn_search_scan *)base;
    (void)row; /* the last one */
    s->key_parts[0] = (tn_value){TN_KIND_STRING, {.text = s->hit.index}};
    s->key_parts[1] = (tn_value){TN_KIND_STRING, {.text = s->hit.id}};
    s->key_list = (tn_list_value){s->key_parts, 2};
    *out = s->key_parts[1];
    if (!s->object.is_index)
        *out = (tn_value){TN_KIND_LIST, {.list = &s->key_list}};
    return TN_OK;
}

static const tn_search_index *find_index(const tn_search_scan *s, tn_str name)
{
    for (uint32_t i = 0; i < s->object.index_count; i++)
        if (tn_str_equal(s->object.indices[i].name, name))
            return &s->object.indices[i];
    return NULL;
}

tn_status tn_search_token_of(const tn_scan *base, tn_search_token *out, tn_buf *why)
{
    const tn_search_scan *s = (const tn_search_scan *)base;
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

tn_search_place tn_search_tell(const tn_scan *base)
{
    const tn_search_scan *s = (const tn_search_scan *)base;
    return (tn_search_place){s->page.next, s->given};
}

uint64_t tn_search_total(const tn_scan *base)
{
    return (uint64_t)((const tn_search_scan *)base)->total;
}

void tn_search_list_keys(tn_scan *base)
{
    ((tn_search_scan *)base)->object.is_index = false;
}

void tn_search_go_back(tn_scan *base, const tn_search_place *place)
{
    tn_search_scan *s = (tn_search_scan *)base;
    s->page.next = place->next;
    s->given = place->given;
}

tn_str tn_search_undeclared_name(const tn_scan *base, uint32_t number)
{
    return tn_json_row_undeclared_name(&((const tn_search_scan *)base)->row, number);
}

/* --- scans */

void tn_search_scan_close(tn_scan *base)
{
    tn_search_scan *s = (tn_search_scan *)base;
    if (s == NULL)
        return;
    tn_search_drop_scroll(s);
    tn_json_row_free(&s->row);
    tn_search_page_free(&s->page);
    tn_buf_free(&s->scroll_id);
    tn_arena_free(&s->arena);
    tn_resize(s->search->memory, s, sizeof(*s), 0);
}

/* Fields beyond the request, as the rows will number them. */
static tn_status list_undeclared(tn_search_scan *s, bool *is_askable)
{
    const tn_search_object *object = &s->object;
    tn_str *list = tn_arena_take_array(&s->arena, object->field_count, sizeof(*list));
    uint32_t count = 0;
    if (list == NULL)
        return TN_NOMEM;
    *is_askable = true;
    for (uint32_t i = 0; s->request->wants_undeclared && i < object->field_count; i++) {
        tn_str name = object->fields[i].name;
        if (tn_search_is_alias(&object->fields[i]))
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
    s->count.ahead =
        tn_arena_take_array(&s->arena, steps + UINT32_C(1), sizeof(uint64_t));
    return s->count.ahead == NULL ? TN_NOMEM : TN_OK;
}

/* What is asked for the table; *can: that goes. */
static tn_status plan_count(tn_search_scan *s, bool *can)
{
    *can = false;
    if (s->request->push == NULL || s->request->only_key.data != NULL)
        return TN_OK;
    s->count = (tn_search_count){.query = {&s->object, s->request->columns, s->fields},
                                 .column_count = s->request->column_count,
                                 .table = s->request->push};
    TN_TRY(list_undeclared(s, can));
    *can = *can && tn_search_can_count(&s->count);
    return *can ? tn_search_plan_count(&s->count, &s->arena) : TN_OK;
}

/* One search. *is_sound: what it counted is believed; *left: what is not in it. */
static tn_status count_once(tn_search_scan *s, int64_t rows, bool *is_sound,
                            uint64_t *left)
{
    tn_buf why;
    tn_buf_init(&why, s->search->memory);
    tn_status status = tn_search_first_page(s, rows, &why);
    tn_buf_free(&why);
    if (status == TN_NOMEM)
        return status;
    tn_search_tally tally = {.with_rows = rows > 0,
                             .hit_count = (uint64_t)s->total,
                             .undeclared = s->undeclared_counts};
    *is_sound =
        status == TN_OK &&
        tn_search_read_count(&s->count, &s->page.aggregations, &tally, &s->counts);
    *left = tally.left_count;
    return TN_OK;
}

/* Is what goes to be handed over? Then there will be some of it. */
static bool expects_rows(const tn_search_count *c)
{
    for (uint32_t i = 0; i < c->step_count; i++)
        if (c->table->cases[c->steps[i].number].is_residue &&
            c->table->cases[c->steps[i].number].decision == TN_DELETE)
            return true;
    return false;
}

/* Tries to have the cases counted: first without a document, then with what that left.
 * Where it does not go, or nothing is certain, all is read. */
static tn_status start_counting(tn_search_scan *s)
{
    bool can;
    uint64_t left;
    int64_t rows;
    TN_TRY(plan_count(s, &can));
    if (!can)
        return TN_OK;
    s->is_counting = true;
    if (!expects_rows(&s->count)) {
        TN_TRY(count_once(s, 0, &s->is_counting, &left));
        s->is_done = s->is_counting && left == 0;
        if (!s->is_counting || s->is_done)
            return TN_OK;
    }
    TN_TRY(tn_search_page_rows(s, &rows));
    TN_TRY(count_once(s, rows, &s->is_counting, &left));
    if (!s->is_counting)
        tn_search_drop_scroll(s);
    return TN_OK;
}

bool tn_search_counted(const tn_scan *base, tn_scan_counts *out)
{
    const tn_search_scan *s = (const tn_search_scan *)base;
    *out = s->counts;
    return s->is_counting;
}

/* --- sweeps */

/* Does every document have a value in the index for each column that is wanted? */
static tn_status look_for_gaps(tn_search_scan *s, bool *has_gaps, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path, body;
    const char *before = "";
    tn_buf_init(&path, s->search->memory);
    tn_buf_init(&body, s->search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, s->object.name);
    tn_buf_put_text(&path, "/_search?allow_partial_search_results=false");
    tn_buf_put_text(&body, "{\"size\":0,\"track_total_hits\":1,\"query\":{\"bool\":{"
                           "\"minimum_should_match\":1,\"should\":[");
    for (uint32_t i = 0; i < s->request->column_count; i++) {
        if (!s->request->columns[i].is_wanted)
            continue;
        tn_buf_put_text(&body, before);
        tn_buf_put_text(&body, "{\"bool\":{\"must_not\":{\"exists\":{\"field\":");
        tn_buf_put_json(&body, s->request->columns[i].name);
        tn_buf_put_text(&body, "}}}}");
        before = ",";
    }
    tn_buf_put_text(&body, "]}}}");
    tn_status status = tn_search_get(s->search, &path, &body, &reply, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    TN_TRY(status);
    *has_gaps = *before == '\0' ||
                tn_doc_int(tn_doc_path(&reply.root, "hits.total.value"), 1) != 0;
    return TN_OK;
}

/* Of what is swept no more is read than has to be: what is certainly kept is not, nor
 * is _source, where all is in the index. */
static tn_status start_sweeping(tn_search_scan *s, tn_buf *why)
{
    bool all_indexed = !s->request->wants_undeclared;
    bool has_gaps = true;
    TN_TRY(plan_count(s, &s->is_due));
    for (uint32_t i = 0; i < s->request->column_count; i++)
        all_indexed &= !s->request->columns[i].is_wanted || tn_search_is_indexed(s, i);
    if (all_indexed)
        TN_TRY(look_for_gaps(s, &has_gaps, why));
    s->is_bare = all_indexed && !has_gaps;
    return TN_OK;
}

/* --- opening */

static tn_status start(tn_search_scan *s, tn_buf *why)
{
    int64_t rows;
    TN_TRY(tn_search_page_init(&s->page, s->search->memory));
    TN_TRY(
        tn_search_look_once(s->search, s->request->object, &s->arena, &s->object, why));
    TN_TRY(tn_search_choose_columns(s, why));
    TN_TRY(tn_search_refresh(s->search, s->object.name, why));
    if (s->wants_token)
        TN_TRY(start_sweeping(s, why));
    else
        TN_TRY(start_counting(s));
    if (s->is_counting)
        return TN_OK;
    TN_TRY(tn_search_page_rows(s, &rows));
    return tn_search_first_page(s, rows, why);
}

tn_status tn_search_scan_open(tn_store *base, const tn_scan_request *request,
                              tn_scan **out, tn_buf *why)
{
    tn_search *search = (tn_search *)base;
    tn_search_scan *s = tn_resize(search->memory, NULL, 0, sizeof(*s));
    if (s == NULL)
        return TN_NOMEM;
    *s = (tn_search_scan){.base = {base->ops},
                          .search = search,
                          .request = request,
                          .wants_token = base->ops != &tn_search_ops};
    tn_arena_init(&s->arena, search->memory);
    tn_buf_init(&s->scroll_id, search->memory);
    tn_status status = start(s, why);
    if (status == TN_NOT_FOUND && s->wants_token) /* it was there when it was bound */
        status = TN_STORE;
    if (status != TN_OK)
        tn_search_scan_close(&s->base);
    else
        *out = &s->base;
    return status;
}

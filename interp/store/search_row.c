/* search_row: rows of a scan: indexed values in the place of the document's. */
#include "interp/calendar/instant.h"
#include "interp/store/search_scan.h"

/* --- which columns, and from where */

bool tn_search_is_indexed(const tn_search_scan *s, uint32_t column)
{
    tn_search_query query = {&s->object, s->request->columns, s->fields};
    return tn_search_reads_indexed(&query, column);
}

static tn_status choose_column(tn_search_scan *s, tn_scan_column *inner,
                               uint32_t column, tn_buf *why)
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
    inner->is_wanted = !tn_search_is_alias(field);
    return TN_OK;
}

tn_status tn_search_choose_columns(tn_search_scan *s, tn_buf *why)
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

static bool is_ignored(const tn_search_scan *s, const tn_search_field *field)
{
    const tn_value *names = NULL;
    uint32_t count = tn_doc_items(&s->hit.ignored, &names);
    for (uint32_t i = 0; i < count; i++)
        if (tn_str_equal(tn_doc_text(&names[i]), field->path))
            return true;
    return false;
}

/* Nothing is indexed. Is there nothing? `document` is what the document has. */
static bool is_nothing(const tn_search_scan *s, const tn_search_field *field,
                       const tn_value *document)
{
    if (s->is_bare || is_ignored(s, field))
        return false;
    return tn_search_is_alias(field) || document->kind == TN_KIND_NULL ||
           (document->kind == TN_KIND_LIST && document->as.list->count == 0);
}

/* Puts the indexed value in the place of the document's. */
static void take_indexed(tn_search_scan *s, uint32_t column)
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
static bool has_dotted(const tn_search_scan *s)
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

static tn_status read_document(tn_search_scan *s)
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

tn_status tn_search_read_row(tn_search_scan *s)
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
        if (s->out.problem == NULL && tn_search_is_indexed(s, i))
            take_indexed(s, i);
    }
    return TN_OK;
}

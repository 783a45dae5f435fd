/* search_look: what an index, alias or data stream is made of. */
#include "interp/base/map.h"
#include "interp/cel/map_value.h"
#include "interp/store/search_api.h"

#include <string.h>

typedef struct looking {
    tn_search *search;
    tn_arena *arena;
    tn_search_object *out;
    tn_buf *why;
    tn_map by_name; /* of the fields */
    uint32_t capacity;
} looking;

/* --- fields */

static tn_status disagree(looking *l, const tn_search_field *field)
{
    tn_buf_put_format(l->why,
                      "field \"" TN_STR_FMT "\" of %s \"" TN_STR_FMT
                      "\" is mapped as a date in one of its indices and otherwise in "
                      "another; bind the indices one by one",
                      TN_STR_ARG(field->name), l->out->noun, TN_STR_ARG(l->out->name));
    return TN_STORE;
}

static tn_status copy_field(looking *l, tn_search_field *field)
{
    tn_arena *arena = l->arena;
    field->name = tn_arena_copy(arena, field->name);
    field->path = tn_arena_copy(arena, field->path);
    field->type = tn_arena_copy(arena, field->type);
    if (field->name.data == NULL || field->path.data == NULL ||
        field->type.data == NULL)
        return TN_NOMEM;
    if (l->out->field_count == l->capacity) {
        uint32_t capacity = l->capacity == 0 ? 32 : 2 * l->capacity;
        tn_search_field *grown = tn_arena_take_array(arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (l->out->field_count > 0)
            memcpy(grown, l->out->fields, l->out->field_count * sizeof(*grown));
        l->out->fields = grown;
        l->capacity = capacity;
    }
    l->out->fields[l->out->field_count] = *field;
    return tn_map_put(&l->by_name, field->name, l->out->field_count++);
}

static tn_status add_field(looking *l, const tn_value *mappings, tn_str name,
                           const tn_value *mapping)
{
    tn_search_field field = {.name = name, .path = name};
    tn_str type = tn_doc_text(tn_doc_member(mapping, "type"));
    bool is_alias = tn_str_equal(type, TN_STR("alias"));
    if (is_alias) {
        field.path = tn_doc_text(tn_doc_member(mapping, "path"));
        mapping = tn_search_find_mapping(mappings, field.path);
    }
    tn_search_classify(mapping, is_alias, &field);
    uint32_t at = tn_map_find(&l->by_name, name);
    if (at == TN_NONE)
        return copy_field(l, &field);
    tn_search_field *known = &l->out->fields[at];
    if (known->source != field.source || !tn_str_equal(known->path, field.path))
        return disagree(l, known);
    known->is_mixed |= known->is_nanos != field.is_nanos;
    known->is_nanos |= field.is_nanos;
    known->is_indexed &= field.is_indexed;
    known->is_opaque |= field.is_opaque;
    known->may_ignore |= field.may_ignore;
    known->is_hidden |= field.is_hidden;
    if (!tn_str_equal(known->type, field.type)) {
        known->type = TN_STR("various");
        known->is_indexed = false;
    }
    return TN_OK;
}

/* A setting of the index lets values of every field be left out. */
static void let_ignore(looking *l, const tn_value *settings)
{
    const tn_value *malformed = tn_doc_path(settings, "index.mapping.ignore_malformed");
    const tn_value *beyond =
        tn_doc_path(settings, "index.mapping.total_fields.ignore_dynamic_beyond_limit");
    bool may = tn_doc_is_true(malformed) || tn_doc_is_true(beyond);
    for (uint32_t i = 0; may && i < l->out->field_count; i++)
        l->out->fields[i].may_ignore = true;
}

static tn_status add_fields(looking *l, const tn_value *mappings)
{
    const tn_value *properties = tn_doc_member(mappings, "properties");
    if (properties->kind != TN_KIND_MAP)
        return TN_OK;
    for (uint32_t i = 0; i < properties->as.map->count; i++) {
        const tn_map_pair *pair = &properties->as.map->pairs[i];
        TN_TRY(add_field(l, mappings, pair->key.as.text, &pair->value));
    }
    return TN_OK;
}

/* --- indices */

static tn_str find_block(const tn_value *settings)
{
    static const char *const blocks[] = {"read_only_allow_delete", "read_only", "write",
                                         "metadata", "read"};
    const tn_value *set = tn_doc_path(settings, "index.blocks");
    for (size_t i = 0; i < TN_COUNT(blocks); i++)
        if (tn_doc_is_true(tn_doc_member(set, blocks[i])))
            return tn_str_from(blocks[i]);
    return TN_STR("");
}

static tn_status add_index(looking *l, tn_str name, const tn_value *about)
{
    const tn_value *settings = tn_doc_member(about, "settings");
    const tn_value *mappings = tn_doc_member(about, "mappings");
    const tn_value *enabled = tn_doc_path(mappings, "_source.enabled");
    tn_search_object *out = l->out;
    tn_search_index *index = &out->indices[out->index_count++];
    *index = (tn_search_index){
        .name = tn_arena_copy(l->arena, name),
        .uuid =
            tn_arena_copy(l->arena, tn_doc_text(tn_doc_path(settings, "index.uuid"))),
        .block = find_block(settings),
        .has_source = enabled->kind != TN_KIND_BOOL || enabled->as.boolean};
    if (index->name.data == NULL || index->uuid.data == NULL)
        return TN_NOMEM;
    out->is_index |= tn_str_equal(name, out->name);
    if (tn_doc_member(about, "data_stream")->kind != TN_KIND_NULL)
        out->noun = "data stream";
    const tn_value *aliases = tn_doc_member(about, "aliases");
    const tn_value *alias = aliases->kind == TN_KIND_MAP
                                ? tn_map_value_find_text(aliases->as.map, out->name)
                                : NULL;
    index->is_written =
        alias != NULL && tn_doc_is_true(tn_doc_member(alias, "is_write_index"));
    out->is_filtered |=
        alias != NULL && (tn_doc_member(alias, "filter")->kind != TN_KIND_NULL ||
                          tn_doc_member(alias, "search_routing")->kind != TN_KIND_NULL);
    TN_TRY(add_fields(l, mappings));
    let_ignore(l, settings);
    return TN_OK;
}

/* The youngest by its name, as rollovers and data streams give them, counts as the one
 * that is written to. */
static void mark_last(tn_search_object *out)
{
    uint32_t last = 0;
    for (uint32_t i = 1; i < out->index_count; i++)
        if (tn_str_compare(out->indices[i].name, out->indices[last].name) > 0)
            last = i;
    out->indices[last].is_written = true;
}

static tn_status add_indices(looking *l, const tn_value *root)
{
    if (root->kind != TN_KIND_MAP || root->as.map->count == 0) {
        tn_buf_put_text(l->why, "it did not say what the index is made of");
        return TN_STORE;
    }
    l->out->indices =
        tn_arena_take_array(l->arena, root->as.map->count, sizeof(tn_search_index));
    if (l->out->indices == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < root->as.map->count; i++)
        TN_TRY(add_index(l, root->as.map->pairs[i].key.as.text,
                         &root->as.map->pairs[i].value));
    mark_last(l->out);
    if (l->out->is_index)
        l->out->noun = "index";
    else if (l->out->noun == NULL)
        l->out->noun = "alias";
    return TN_OK;
}

/* Which of them are closed: nothing else says so. */
static tn_status find_closed(looking *l)
{
    tn_search_reply reply;
    const tn_value *rows = NULL;
    tn_buf path;
    tn_buf_init(&path, l->search->memory);
    tn_buf_put_text(&path, "/_cat/indices/");
    tn_http_put_segment(&path, l->out->name);
    tn_buf_put_text(&path, "?format=json&h=index,status&expand_wildcards=all");
    tn_status status = tn_search_get(l->search, &path, NULL, &reply, l->why);
    tn_buf_free(&path);
    TN_TRY(status);
    uint32_t count = tn_doc_items(&reply.root, &rows);
    for (uint32_t i = 0; i < count; i++) {
        tn_str name = tn_doc_text(tn_doc_member(&rows[i], "index"));
        tn_str state = tn_doc_text(tn_doc_member(&rows[i], "status"));
        for (uint32_t j = 0; j < l->out->index_count; j++)
            if (tn_str_equal(l->out->indices[j].name, name))
                l->out->indices[j].is_closed = !tn_str_equal(state, TN_STR("open"));
    }
    return TN_OK;
}

/* --- objects */

/* A wildcard, a list or date math would mean other indices tomorrow. */
static bool is_whole_name(tn_str name)
{
    if (name.len == 0 || name.len > 255 || name.data[0] == '-' || name.data[0] == '_')
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (strchr("*?,<>|\"\\/# ", name.data[i]) != NULL)
            return false;
    return true;
}

static tn_status look(looking *l)
{
    tn_search_reply reply;
    tn_buf path;
    size_t said = l->why->len;
    tn_buf_init(&path, l->search->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, l->out->name);
    tn_status status = tn_search_get(l->search, &path, NULL, &reply, l->why);
    tn_buf_free(&path);
    if (status == TN_NOT_FOUND) {
        l->why->len = said;
        tn_buf_put_format(l->why,
                          "it has no index, alias or data stream \"" TN_STR_FMT "\"",
                          TN_STR_ARG(l->out->name));
    }
    TN_TRY(status);
    TN_TRY(add_indices(l, &reply.root));
    return find_closed(l);
}

tn_status tn_search_look(tn_search *s, tn_str name, tn_arena *arena,
                         tn_search_object *out, tn_buf *why)
{
    looking l = {.search = s, .arena = arena, .out = out, .why = why};
    *out = (tn_search_object){.name = tn_arena_copy(arena, name)};
    if (out->name.data == NULL)
        return TN_NOMEM;
    if (!is_whole_name(name)) {
        tn_buf_put_format(why,
                          "\"" TN_STR_FMT
                          "\" is not the whole name of one index, alias "
                          "or data stream; put what belongs together behind an alias",
                          TN_STR_ARG(name));
        return TN_NOT_FOUND;
    }
    tn_map_init(&l.by_name, s->memory);
    tn_status status = look(&l);
    tn_map_free(&l.by_name);
    return status;
}

tn_status tn_search_look_once(tn_search *s, tn_str name, tn_arena *arena,
                              tn_search_object *out, tn_buf *why)
{
    tn_search_object *seen = s->seen;
    s->seen = NULL;
    if (seen == NULL || s->base.ops != &tn_search_ops ||
        !tn_str_equal(seen->name, name))
        return tn_search_look(s, name, arena, out, why);
    *out = *seen;
    return TN_OK;
}

tn_str tn_search_unseen(const tn_search_object *object, tn_arena *arena)
{
    for (uint32_t i = 0; i < object->index_count; i++) {
        const tn_search_index *index = &object->indices[i];
        const char *what = NULL;
        if (index->is_closed)
            what = "is closed: open it, so that its documents are seen";
        else if (!index->has_source)
            what = "keeps no _source: its documents can't be read";
        else if (tn_str_equal(index->block, TN_STR("read")))
            what = "has the block read: its documents can't be read";
        if (what == NULL)
            continue;
        tn_buf text;
        tn_buf_init(&text, arena->memory);
        tn_buf_put_format(&text, "index \"" TN_STR_FMT "\" %s", TN_STR_ARG(index->name),
                          what);
        tn_str out = tn_arena_copy(arena, tn_buf_view(&text));
        tn_buf_free(&text);
        return out;
    }
    return (tn_str){NULL, 0};
}

uint32_t tn_search_find_field(const tn_search_object *object, tn_str name)
{
    for (uint32_t i = 0; i < object->field_count; i++)
        if (tn_str_equal(object->fields[i].name, name))
            return i;
    return TN_NONE;
}

tn_status tn_search_refresh(tn_search *s, tn_str name, tn_buf *why)
{
    tn_search_reply reply;
    tn_buf path;
    tn_buf body;
    tn_buf_init(&path, s->memory);
    tn_buf_init(&body, s->memory);
    tn_buf_put_char(&path, '/');
    tn_http_put_segment(&path, name);
    tn_buf_put_text(&path, "/_refresh");
    tn_status status = tn_search_get(s, &path, &body, &reply, why);
    tn_buf_free(&path);
    tn_buf_free(&body);
    if (status == TN_STORE || status == TN_NOT_FOUND)
        tn_buf_put_text(why,
                        "; what was just written can't be made visible (_refresh)");
    TN_TRY(status);
    if (tn_doc_int(tn_doc_path(&reply.root, "_shards.failed"), 0) == 0)
        return TN_OK;
    tn_buf_put_text(why, "some of its shards could not be refreshed");
    return TN_STORE;
}

tn_status tn_search_names(const tn_value *root, tn_arena *arena, const tn_str **names,
                          uint32_t *count)
{
    static const char *const groups[] = {"indices", "aliases", "data_streams"};
    const tn_value *items = NULL;
    uint32_t most = 0, found = 0;
    for (size_t i = 0; i < TN_COUNT(groups); i++)
        most += tn_doc_items(tn_doc_member(root, groups[i]), &items);
    tn_str *list = tn_arena_take_array(arena, most, sizeof(*list));
    if (list == NULL)
        return TN_NOMEM;
    for (size_t i = 0; i < TN_COUNT(groups); i++) {
        uint32_t size = tn_doc_items(tn_doc_member(root, groups[i]), &items);
        for (uint32_t j = 0; j < size; j++) {
            tn_str name = tn_doc_text(tn_doc_member(&items[j], "name"));
            if (name.len == 0 || name.data[0] == '.')
                continue;
            list[found] = tn_arena_copy(arena, name);
            if (list[found++].data == NULL)
                return TN_NOMEM;
        }
    }
    *names = list;
    *count = found;
    return TN_OK;
}

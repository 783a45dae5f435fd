#include "interp/store/json_doc.h"
#include "interp/cel/map_value.h"

#include <string.h>

static const tn_value nothing = {TN_KIND_NULL, {0}};

tn_status tn_json_doc_read(tn_json_index *index, tn_str text, tn_arena *arena,
                           tn_value *out)
{
    *out = nothing;
    tn_json_fault fault = tn_json_index_run(index, text.data, text.len);
    if (fault != TN_JSON_FINE)
        return fault == TN_JSON_NO_MEMORY ? TN_NOMEM : TN_INVALID;
    tn_json_reader reader = {.text = text.data,
                             .token = tn_json_index_tokens(index),
                             .limit = (uint32_t)text.len,
                             .has_escapes = true,
                             .arena = arena};
    if (tn_json_is_at_end(&reader))
        return TN_INVALID;
    if (tn_json_read_value(&reader, out))
        return tn_json_is_at_end(&reader) ? TN_OK : TN_INVALID;
    return reader.problem == NULL ? TN_NOMEM : TN_INVALID;
}

const tn_value *tn_doc_find(const tn_value *object, tn_str name)
{
    if (object->kind != TN_KIND_MAP)
        return &nothing;
    const tn_value *found = tn_map_value_find_text(object->as.map, name);
    return found == NULL ? &nothing : found;
}

const tn_value *tn_doc_member(const tn_value *object, const char *name)
{
    return tn_doc_find(object, tn_str_from(name));
}

const tn_value *tn_doc_path(const tn_value *object, const char *path)
{
    while (*path != '\0' && object->kind == TN_KIND_MAP) {
        size_t len = strcspn(path, ".");
        const tn_value *found =
            tn_map_value_find_text(object->as.map, (tn_str){path, len});
        object = found == NULL ? &nothing : found;
        path += len + (path[len] == '.');
    }
    return *path == '\0' ? object : &nothing;
}

tn_str tn_doc_text(const tn_value *value)
{
    return value->kind == TN_KIND_STRING ? value->as.text : (tn_str){NULL, 0};
}

int64_t tn_doc_int(const tn_value *value, int64_t otherwise)
{
    return value->kind == TN_KIND_INT ? value->as.integer : otherwise;
}

bool tn_doc_is_true(const tn_value *value)
{
    if (value->kind == TN_KIND_BOOL)
        return value->as.boolean;
    return tn_str_equal(tn_doc_text(value), TN_STR("true"));
}

uint32_t tn_doc_items(const tn_value *value, const tn_value **items)
{
    if (value->kind != TN_KIND_LIST)
        return 0;
    *items = value->as.list->items;
    return value->as.list->count;
}

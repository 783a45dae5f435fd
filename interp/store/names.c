#include "interp/store/names.h"

static tn_status add(tn_names *names, tn_str name)
{
    if (names->count == names->capacity) {
        uint32_t capacity = names->capacity == 0 ? 32 : 2 * names->capacity;
        tn_str *grown = tn_arena_take_array(&names->arena, capacity, sizeof(tn_str));
        if (grown == NULL)
            return TN_NOMEM;
        if (names->count > 0)
            memcpy(grown, names->names, names->count * sizeof(tn_str));
        names->names = grown;
        names->capacity = capacity;
    }
    TN_TRY(tn_map_put(&names->by_name, name, names->count));
    names->names[names->count++] = name;
    return TN_OK;
}

tn_status tn_names_init(tn_names *names, const tn_scan_request *request,
                        const tn_allocator *memory)
{
    *names = (tn_names){.declared_count = request->column_count};
    tn_arena_init(&names->arena, memory);
    tn_map_init(&names->by_name, memory);
    for (uint32_t i = 0; i < request->column_count; i++)
        TN_TRY(add(names, request->columns[i].name));
    for (uint32_t i = 0; i < TN_NAMES_GUESSES; i++)
        names->guesses[i] = TN_NONE;
    return TN_OK;
}

void tn_names_free(tn_names *names)
{
    tn_map_free(&names->by_name);
    tn_arena_free(&names->arena);
}

uint32_t tn_names_number(tn_names *names, tn_str name)
{
    uint32_t number = tn_map_find(&names->by_name, name);
    if (number != TN_NONE)
        return number;
    uint32_t last = names->declared_count + TN_SCAN_UNDECLARED_MAX;
    if (names->count > last)
        return last;
    tn_str copy = names->count == last ? TN_STR("\xE2\x80\xA6") /* … */
                                       : tn_arena_copy(&names->arena, name);
    if (copy.data == NULL || add(names, copy) != TN_OK)
        return TN_NONE;
    return names->count - 1;
}

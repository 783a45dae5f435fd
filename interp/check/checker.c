#include "interp/check/checker.h"
#include "interp/check/logic.h"

#include <string.h>

/* A person reads the nearest names of the first few dozen; each costs a look at all. */
enum { SUGGESTIONS = 100 };

void tn_checker_start(tn_checker *ck, const tn_check_input *input,
                      const tn_check_into *into, tn_model *model)
{
    const tn_allocator *memory = into->arena->memory;
    *ck = (tn_checker){.input = input,
                       .sources = into->sources,
                       .arena = into->arena,
                       .diags = into->diags,
                       .model = model,
                       .logic_left = TN_LOGIC_STEPS,
                       .suggestions_left = SUGGESTIONS};
    tn_map_init(&ck->files, memory);
    tn_map_init(&ck->root_names, memory);
    tn_map_init(&ck->modules, memory);
    tn_map_init(&ck->deployments, memory);
    tn_map_init(&ck->names, memory);
    tn_map_init(&ck->zones, memory);
    tn_buf_init(&ck->scratch, memory);
}

void tn_checker_end(tn_checker *ck)
{
    tn_map_free(&ck->files);
    tn_map_free(&ck->root_names);
    tn_map_free(&ck->modules);
    tn_map_free(&ck->deployments);
    tn_map_free(&ck->names);
    tn_map_free(&ck->zones);
    tn_buf_free(&ck->scratch);
}

bool tn_checker_may_suggest(tn_checker *ck)
{
    if (ck->suggestions_left == 0)
        return false;
    ck->suggestions_left--;
    return true;
}

bool tn_checker_too_many(tn_checker *ck, uint32_t count, tn_span at, const char *what)
{
    if (count < TN_CHECK_FEW)
        return false;
    tn_diag *diag = tn_diag_add(ck->diags, TN_FIND_TOO_LARGE, at, "more than %d %s",
                                TN_CHECK_FEW, what);
    tn_diag_help(ck->diags, diag, "name fewer");
    return true;
}

#define X(one, many, type)                                                             \
    tn_status tn_checker_add_##one(tn_checker *ck, const type *row, uint32_t *number)  \
    {                                                                                  \
        type *rows = tn_rows_grow(ck->arena, ck->many.rows, ck->many.count,            \
                                  &ck->many.capacity, sizeof(type));                   \
        if (rows == NULL)                                                              \
            return TN_NOMEM;                                                           \
        ck->many.rows = rows;                                                          \
        rows[ck->many.count] = *row;                                                   \
        if (number != NULL)                                                            \
            *number = ck->many.count;                                                  \
        ck->many.count++;                                                              \
        return TN_OK;                                                                  \
    }
TN_CHECKER_ARRAYS(X)
#undef X

tn_str tn_checker_join(tn_checker *ck, tn_str first, char between, tn_str second)
{
    tn_str joined = {NULL, first.len + 1 + second.len};
    char *data = tn_arena_take(ck->arena, joined.len + 1);
    if (data == NULL)
        return joined;
    if (first.len > 0)
        memcpy(data, first.data, first.len);
    data[first.len] = between;
    if (second.len > 0)
        memcpy(data + first.len + 1, second.data, second.len);
    joined.data = data;
    return joined;
}

tn_status tn_numbers_add(tn_checker *ck, tn_numbers *list, uint32_t number)
{
    uint32_t *rows = tn_rows_grow(ck->arena, list->rows, list->count, &list->capacity,
                                  sizeof(uint32_t));
    if (rows == NULL)
        return TN_NOMEM;
    list->rows = rows;
    rows[list->count++] = number;
    return TN_OK;
}

bool tn_numbers_has(const tn_numbers *list, uint32_t number)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->rows[i] == number)
            return true;
    return false;
}

tn_status tn_numbers_include(tn_checker *ck, tn_numbers *list, uint32_t number)
{
    if (tn_numbers_has(list, number))
        return TN_OK;
    return tn_numbers_add(ck, list, number);
}

bool tn_scope_is_external(const tn_checker *ck, uint32_t module)
{
    const tn_scope *scope = &ck->scopes.rows[module];
    for (uint32_t i = 0; i < scope->own_count; i++)
        if (ck->model->modules.rows[scope->visible.rows[i]].external.data != NULL)
            return true;
    return false;
}

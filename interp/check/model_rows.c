#include "interp/check/model_rows.h"

#include <string.h>

enum { FIRST_CAPACITY = 8 };

void *tn_rows_grow(tn_arena *arena, void *rows, uint32_t count, uint32_t *capacity,
                   size_t row_bytes)
{
    if (count < *capacity)
        return rows;
    if (*capacity > (TN_NONE - 1) / 2)
        return NULL;
    uint32_t bigger = *capacity == 0 ? FIRST_CAPACITY : *capacity * 2;
    void *grown = tn_arena_take_array(arena, bigger, row_bytes);
    if (grown == NULL)
        return NULL;
    if (count > 0)
        memcpy(grown, rows, count * row_bytes);
    *capacity = bigger;
    return grown;
}

#define X(one, many, type)                                                             \
    tn_status tn_model_add_##one(tn_model *model, const type *row, uint32_t *number)   \
    {                                                                                  \
        type *rows = tn_rows_grow(model->arena, model->many.rows, model->many.count,   \
                                  &model->many.capacity, sizeof(type));                \
        if (rows == NULL)                                                              \
            return TN_NOMEM;                                                           \
        model->many.rows = rows;                                                       \
        rows[model->many.count] = *row;                                                \
        if (number != NULL)                                                            \
            *number = model->many.count;                                               \
        model->many.count++;                                                           \
        return TN_OK;                                                                  \
    }
TN_MODEL_ARRAYS(X)
#undef X

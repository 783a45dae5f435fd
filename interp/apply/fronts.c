#include "interp/apply/fronts.h"

#include <string.h>

void tn_fronts_init(tn_fronts *fronts, const tn_store *store, tn_arena *arena)
{
    *fronts = (tn_fronts){
        .arena = arena,
        .is_used = (store->ops->capabilities & TN_STORE_PREFIX) != 0,
    };
}

static tn_status find(tn_fronts *fronts, const tn_value *key, tn_front **out)
{
    int64_t partition = key->as.list->items[0].as.integer;
    for (uint32_t i = 0; i < fronts->count; i++)
        if (fronts->list[i].partition == partition) {
            *out = &fronts->list[i];
            return TN_OK;
        }
    if (fronts->count == fronts->capacity) {
        uint32_t capacity = fronts->capacity == 0 ? 16 : 2 * fronts->capacity;
        tn_front *grown = tn_arena_take_array(fronts->arena, capacity, sizeof(*grown));
        if (grown == NULL)
            return TN_NOMEM;
        if (fronts->count > 0)
            memcpy(grown, fronts->list, fronts->count * sizeof(*grown));
        fronts->list = grown;
        fronts->capacity = capacity;
    }
    *out = &fronts->list[fronts->count++];
    **out = (tn_front){.partition = partition};
    return TN_OK;
}

tn_status tn_fronts_stay(tn_fronts *fronts, const tn_value *key, const char *why)
{
    tn_front *front;
    TN_TRY(find(fronts, key, &front));
    if (front->is_blocked)
        return TN_OK;
    front->is_blocked = true;
    front->offset = key->as.list->items[1].as.integer;
    front->why = why;
    return TN_OK;
}

tn_status tn_fronts_go(tn_fronts *fronts, const tn_value *key, bool *is_blocked)
{
    tn_front *front;
    TN_TRY(find(fronts, key, &front));
    *is_blocked = front->is_blocked;
    front->behind_count += front->is_blocked;
    return TN_OK;
}

tn_status tn_fronts_describe(const tn_fronts *fronts, const tn_str **list,
                             uint32_t *count)
{
    tn_str *texts = tn_arena_take_array(fronts->arena, fronts->count, sizeof(*texts));
    *count = 0;
    *list = texts;
    if (texts == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < fronts->count; i++) {
        const tn_front *front = &fronts->list[i];
        tn_buf text;
        if (front->behind_count == 0)
            continue;
        tn_buf_init(&text, fronts->arena->memory);
        tn_buf_put_uint(&text, front->behind_count);
        tn_buf_put_text(&text, " behind offset ");
        tn_buf_put_int(&text, front->offset);
        tn_buf_put_text(&text, " of partition ");
        tn_buf_put_int(&text, front->partition);
        tn_buf_put_format(&text, " (%s)", front->why);
        tn_str copy = text.failed ? (tn_str){NULL, 0}
                                  : tn_arena_copy(fronts->arena, tn_buf_view(&text));
        tn_buf_free(&text);
        if (copy.data == NULL)
            return TN_NOMEM;
        texts[(*count)++] = copy;
    }
    return TN_OK;
}

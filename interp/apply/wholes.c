#include "interp/apply/wholes.h"

tn_status tn_wholes_init(tn_wholes *w, tn_store *store, tn_str object, tn_arena *arena,
                         tn_buf *why)
{
    const tn_erase_ops *ops = store->ops->erase;
    *w = (tn_wholes){.arena = arena};
    if (ops == NULL || ops->version < 6 || ops->holders == NULL)
        return TN_OK;
    TN_TRY(ops->holders(store, object, arena, &w->holders, why));
    w->due_counts =
        tn_arena_take_array(arena, w->holders.count, sizeof(*w->due_counts));
    return w->due_counts == NULL ? TN_NOMEM : TN_OK;
}

void tn_wholes_add(tn_wholes *w, const tn_value *key)
{
    if (w->holders.count == 0 || key->kind != TN_KIND_LIST ||
        key->as.list->count == 0 || key->as.list->items[0].kind != TN_KIND_STRING)
        return;
    tn_str name = key->as.list->items[0].as.text;
    for (uint32_t i = 0; i < w->holders.count; i++) {
        uint32_t at = (w->last + i) % w->holders.count;
        if (!tn_str_equal(w->holders.list[at].name, name))
            continue;
        w->due_counts[at]++;
        w->last = at;
        return;
    }
}

static tn_str describe(const tn_wholes *w, uint32_t number)
{
    const tn_erase_holder *holder = &w->holders.list[number];
    tn_buf text;
    tn_buf_init(&text, w->arena->memory);
    tn_buf_put_format(&text, "%s \"" TN_STR_FMT "\": all its %llu records are due; ",
                      w->holders.noun, TN_STR_ARG(holder->name),
                      (unsigned long long)holder->row_count);
    tn_buf_put_text(&text, holder->is_written
                               ? "it is written to, and stays, unless --drop-indices "
                                 "and --rollover begin a new one first"
                               : "it goes whole with --drop-indices");
    tn_str out = tn_arena_copy(w->arena, tn_buf_view(&text));
    if (text.failed)
        out.data = NULL;
    tn_buf_free(&text);
    return out;
}

tn_status tn_wholes_describe(const tn_wholes *w, const tn_str **list, uint32_t *count)
{
    tn_str *out = tn_arena_take_array(w->arena, w->holders.count, sizeof(*out));
    if (out == NULL)
        return TN_NOMEM;
    *count = 0;
    for (uint32_t i = 0; i < w->holders.count; i++) {
        if (w->due_counts[i] == 0 || w->due_counts[i] < w->holders.list[i].row_count)
            continue;
        out[*count] = describe(w, i);
        if (out[(*count)++].data == NULL)
            return TN_NOMEM;
    }
    *list = out;
    return TN_OK;
}

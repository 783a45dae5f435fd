/* search: the store's functions, in one table for what reads and one for what deletes.
 */
#include "interp/store/search_erase.h"
#include "interp/store/search_expiry.h"
#include "interp/store/search_scan.h"

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
    tn_search *s = (tn_search *)base;
    tn_search_object *found = tn_arena_take(&s->arena, sizeof(*found));
    if (found == NULL)
        return TN_NOMEM;
    TN_TRY(tn_search_look(s, object, &s->arena, found, why));
    s->seen = found;
    tn_store_column *columns =
        tn_arena_take_array(arena, found->field_count, sizeof(*columns));
    if (columns == NULL)
        return TN_NOMEM;
    for (uint32_t i = 0; i < found->field_count; i++) {
        columns[i].name = tn_arena_copy(arena, found->fields[i].name);
        if (columns[i].name.data == NULL)
            return TN_NOMEM;
    }
    *out = (tn_store_object){found->noun, columns, found->field_count};
    tn_str unseen = tn_search_unseen(found, arena);
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

static void search_heed(tn_store *base, const tn_store_stop *stop)
{
    tn_http_heed(((tn_search *)base)->http, stop);
}

#define SEARCH_READING                                                                 \
    .version = TN_STORE_OPS_VERSION,                                                   \
    .capabilities =                                                                    \
        TN_STORE_COLUMNS | TN_STORE_KEYED | TN_STORE_STEPS | TN_STORE_COUNTS,          \
    .kind = "elasticsearch", .list = search_list, .describe = search_describe,         \
    .scan = tn_search_scan_open, .next = tn_search_next, .key = tn_search_key,         \
    .undeclared_name = tn_search_undeclared_name, .scan_close = tn_search_scan_close,  \
    .erase = &tn_search_erase, .counted = tn_search_counted, .heed = search_heed,      \
    .expiry = tn_search_expiry

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
